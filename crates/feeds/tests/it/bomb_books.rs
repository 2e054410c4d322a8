//! Spreadsheets made to hurt.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc, FlushCompress};

use crate::bomb_files::Bomb;

/// Read as a spreadsheet.
pub const BOOK: &str = "spreadsheet";

const MIB: usize = 1024 * 1024;

/// A member with what its entry says of it, true or not.
struct Member {
    name: String,
    method: u16,
    flags: u16,
    packed: Vec<u8>,
    size: u32,
    crc: u32,
}

fn packed(name: &str, text: &[u8]) -> Member {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("packs");
    let mut crc = Crc::new();
    crc.update(text);
    Member {
        name: name.to_owned(),
        method: 8,
        flags: 0,
        packed: encoder.finish().expect("packs"),
        size: u32::try_from(text.len()).expect("small"),
        crc: crc.sum(),
    }
}

fn archive(members: &[Member]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let at = bytes.len() as u32;
        let mut common = vec![20, 0];
        common.extend(member.flags.to_le_bytes());
        common.extend(member.method.to_le_bytes());
        common.extend([0, 0, 0x21, 0]);
        common.extend(member.crc.to_le_bytes());
        common.extend((member.packed.len() as u32).to_le_bytes());
        common.extend(member.size.to_le_bytes());
        common.extend((member.name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(member.name.as_bytes());
        bytes.extend(&member.packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(member.name.as_bytes());
    }
    let (size, at) = (directory.len() as u32, bytes.len() as u32);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(members.len()).unwrap_or(u16::MAX);
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

const ROOT: &str = "<R><Relationship Id='r' Type='x/officeDocument' Target='xl/workbook.xml'/></R>";
const AROUND: &str = "<R><Relationship Id='a' Type='x/worksheet' Target='s.xml'/>\
    <Relationship Id='c' Type='x/sharedStrings' Target='t.xml'/></R>";
const WORKBOOK: &str = "<workbook><sheets><sheet name='s' id='a'/></sheets></workbook>";

/// A spreadsheet whose sheet and shared texts are these members.
fn book(sheet: Member, texts: Member) -> Vec<u8> {
    archive(&[
        packed("_rels/.rels", ROOT.as_bytes()),
        packed("xl/workbook.xml", WORKBOOK.as_bytes()),
        packed("xl/_rels/workbook.xml.rels", AROUND.as_bytes()),
        sheet,
        texts,
    ])
}

fn of_sheet(text: &str) -> Vec<u8> {
    book(
        packed("xl/s.xml", text.as_bytes()),
        packed("xl/t.xml", b"<sst/>"),
    )
}

fn rows(of: &str) -> String {
    format!("<worksheet><sheetData>{of}</sheetData></worksheet>")
}

/// `<worksheet>`, then blanks to ten gibibytes in ten mebibytes: one packed piece again and again.
fn ten_gib(says: u32) -> Member {
    let mut compress = flate2::Compress::new(Compression::best(), false);
    let mut head = Vec::with_capacity(MIB);
    let full = FlushCompress::Full;
    compress
        .compress_vec(b"<worksheet>", &mut head, full)
        .expect("packs");
    let blanks = vec![b' '; 16 * MIB];
    let mut piece = Vec::with_capacity(MIB);
    compress
        .compress_vec(&blanks, &mut piece, full)
        .expect("packs");
    for _ in 0..640 {
        head.extend(&piece);
    }
    Member {
        name: "xl/s.xml".to_owned(),
        method: 8,
        flags: 0,
        packed: head,
        size: says,
        crc: 0,
    }
}

fn bomb(name: &'static str, expected: &'static str, bytes: impl Fn() -> Vec<u8> + 'static) -> Bomb {
    Bomb {
        name,
        kind: BOOK,
        expected,
        bytes: Box::new(bytes),
    }
}

pub fn books() -> Vec<Bomb> {
    let mut bombs = archives();
    bombs.extend(sheets());
    bombs.extend(open_documents());
    bombs
}

fn archives() -> Vec<Bomb> {
    let none = || packed("xl/t.xml", b"<sst/>");
    vec![
        bomb("10 GiB, says 4 GiB", "workbook.too_big", move || {
            book(ten_gib(u32::MAX), none())
        }),
        bomb("10 GiB, says 100 bytes", "workbook.damaged", move || {
            book(ten_gib(100), none())
        }),
        bomb("10 GiB, says 100 MiB", "workbook.too_big", move || {
            book(ten_gib(100 * MIB as u32), none())
        }),
        bomb("spreadsheet: 60 MiB of one row", "workbook.too_big", || {
            of_sheet(&rows(&"<row><c><v>1</v></c></row>".repeat(60 * MIB / 26)))
        }),
        bomb("an archive in an archive", "workbook.not_one", || {
            let inner = archive(&[packed("a", b"b")]);
            archive(&[packed("inner.zip", &inner)])
        }),
        bomb("an archive as a sheet", "workbook.damaged", || {
            let inner = of_sheet(&rows(""));
            book(packed("xl/s.xml", &inner), packed("xl/t.xml", b"<sst/>"))
        }),
        bomb("65,535 members", "workbook.too_big", || {
            let member = |number: usize| packed(&number.to_string(), b"");
            archive(&(0..65_535).map(member).collect::<Vec<_>>())
        }),
        bomb("a sheet behind a password", "workbook.locked", move || {
            let mut sheet = packed("xl/s.xml", rows("").as_bytes());
            sheet.flags = 1;
            book(sheet, none())
        }),
        bomb("packed in an unknown way", "workbook.damaged", move || {
            let mut sheet = packed("xl/s.xml", rows("").as_bytes());
            sheet.method = 99;
            book(sheet, none())
        }),
        bomb("cut off in the directory", "workbook.damaged", || {
            let mut bytes = of_sheet(&rows(""));
            bytes.truncate(bytes.len() - 30);
            bytes
        }),
        bomb("a directory of itself", "workbook.damaged", || {
            let mut bytes = of_sheet(&rows(""));
            let at = bytes.len() - 6;
            bytes[at..at + 4].copy_from_slice(&[0; 4]);
            bytes
        }),
    ]
}

fn sheets() -> Vec<Bomb> {
    vec![
        bomb("800,000 attributes of a cell", "workbook.too_big", || {
            let all: String = (0..800_000).map(|n| format!(" a{n}='1'")).collect();
            of_sheet(&rows(&format!("<row><c{all}/></row>")))
        }),
        bomb("blanks that pack too well", "workbook.bomb", || {
            of_sheet(&format!(
                "<worksheet>{}</worksheet>",
                (" ".repeat(500_000) + "<a/>").repeat(100)
            ))
        }),
        bomb("5,000 attributes of 1,000 cells", "read", || {
            let all: String = (0..5_000).map(|n| format!(" a{n}='1'")).collect();
            of_sheet(&rows(&format!(
                "<row>{}</row>",
                format!("<c{all}/>").repeat(1_000)
            )))
        }),
        bomb("1,000,000 columns", "workbook.too_big", || {
            let cells: String = (0..1_000_000)
                .map(|n| format!("<c><v>{n}</v></c>"))
                .collect();
            of_sheet(&rows(&format!("<row>{cells}</row>")))
        }),
        bomb(
            "rows that are empty but for the last",
            "workbook.too_big",
            || {
                let rows_of: String = (0..20_000)
                    .map(|n| format!("<row><c r='SR1'><v>{n}</v></c></row>"))
                    .collect();
                of_sheet(&rows(&rows_of))
            },
        ),
        bomb("a long text in each of many cells", "read", || {
            let texts = format!("<sst><si><t>{}</t></si></sst>", "long ".repeat(6_000));
            let cells: String = (0..500_000)
                .map(|n| format!("<c r='A1' t='s' x='{n}'><v>0</v></c>"))
                .collect();
            book(
                packed("xl/s.xml", rows(&format!("<row>{cells}</row>")).as_bytes()),
                packed("xl/t.xml", texts.as_bytes()),
            )
        }),
        bomb("30 MiB of texts", "workbook.too_big", || {
            let texts: String = (0..3_000_000)
                .map(|n| format!("<si><t>{n:08}!</t></si>"))
                .collect();
            book(
                packed("xl/s.xml", rows("").as_bytes()),
                packed("xl/t.xml", format!("<sst>{texts}</sst>").as_bytes()),
            )
        }),
        bomb("one text of 4 MiB", "workbook.too_big", || {
            let text: String = (0..600_000).map(|n| n.to_string()).collect();
            of_sheet(&rows(&format!("<row><c t='str'><v>{text}</v></c></row>")))
        }),
        bomb("one text in a million pieces", "workbook.too_big", || {
            let text: String = (0..400_000).map(|n| format!("{n}<!-- -->")).collect();
            of_sheet(&rows(&format!("<row><c t='str'><v>{text}</v></c></row>")))
        }),
        bomb("entities of entities", "workbook.markup", || {
            let lol: String = (1..10)
                .map(|n| format!("<!ENTITY l{n} '&l{};&l{};'>", n - 1, n - 1))
                .collect();
            of_sheet(&format!(
                "<!DOCTYPE w [{lol}]>{}",
                rows("<row><c><v>&l9;</v></c></row>")
            ))
        }),
        bomb("an entity of a file", "workbook.markup", || {
            of_sheet(&format!(
                "<!DOCTYPE w [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>{}",
                rows("<row><c t='str'><v>&f;</v></c></row>")
            ))
        }),
        bomb("100,000 deep", "workbook.too_big", || {
            of_sheet(&"<a>".repeat(100_000))
        }),
        bomb("20,000 merged cells", "workbook.too_big", || {
            let merged: String = (0..20_000)
                .map(|n| format!("<mergeCell ref='A{}:A{}'/>", n + 1, n + 900_000))
                .collect();
            of_sheet(&format!(
                "<worksheet><sheetData><row r='1'><c><v>1</v></c></row></sheetData>{merged}</worksheet>"
            ))
        }),
        bomb("9,000 merged cells over each other", "read", || {
            let merged: String = (0..9_000)
                .map(|n| format!("<mergeCell ref='A{}:A{}'/>", n + 1, n + 900_000))
                .collect();
            let cells: String = (0..200_000)
                .map(|n| format!("<row><c r='B1'><v>{n}</v></c></row>"))
                .collect();
            of_sheet(&format!(
                "<worksheet><sheetData>{cells}</sheetData>{merged}</worksheet>"
            ))
        }),
        bomb("markup that never ends", "workbook.too_big", || {
            let text: String = (0..600_000).map(|n| n.to_string()).collect();
            of_sheet(&format!("<worksheet><!-- {text}"))
        }),
    ]
}

/// A spreadsheet as LibreOffice has it, with these rows.
fn open_document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<document-content><body><spreadsheet><table name='s'>{rows}</table></spreadsheet></body></document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    archive(&[
        packed("mimetype", kind.as_bytes()),
        packed("content.xml", content.as_bytes()),
    ])
}

/// A row that stands for so many, of a cell that stands for so many.
fn open_row(rows: usize, cells: usize, text: &str) -> String {
    format!(
        "<table-row number-rows-repeated='{rows}'><table-cell number-columns-repeated='{cells}'>{text}</table-cell></table-row>"
    )
}

/// Rows of one cell, each with a text of its own.
fn open_texts(count: usize, text: fn(usize) -> String) -> Vec<u8> {
    let row = |n| open_row(1, 1, &format!("<p>{}</p>", text(n)));
    open_document(&(0..count).map(row).collect::<String>())
}

fn open_documents() -> Vec<Bomb> {
    vec![
        bomb(
            "OpenDocument: a row that stands for a million",
            "workbook.too_big",
            || open_document(&open_row(1_000_000, 512, "<p>x</p>")),
        ),
        bomb(
            "OpenDocument: rows that stand for 490,000 cells",
            "read",
            || open_document(&open_row(980, 500, "<p>x</p>")),
        ),
        bomb(
            "OpenDocument: blanks that stand for a million",
            "workbook.too_big",
            || {
                open_texts(4_000, |n| {
                    let blanks: String = (0..100)
                        .map(|at| format!("<s c='{}'/>", 1_000_000 + n * 7_919 + at * 31))
                        .collect();
                    format!("{n}{blanks}{n}")
                })
            },
        ),
        bomb("OpenDocument: 30 MiB of texts", "workbook.too_big", || {
            open_texts(65_000, |n| {
                (0..80)
                    .map(|at| format!("{:06}", (n * 7_919 + at * 104_729) % 1_000_003))
                    .collect()
            })
        }),
        bomb("OpenDocument: cells in cells", "workbook.too_big", || {
            open_document(&"<table-row><table-cell>".repeat(100_000))
        }),
        bomb("OpenDocument: 900,000 empty cells", "workbook.bomb", || {
            open_document(&open_row(1, 1, "").repeat(450_000))
        }),
    ]
}
