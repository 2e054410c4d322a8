//! Spreadsheets to be opened by people: every cell a text in place, never a formula, whatever it begins with.
//!
//! A cell is written as `inlineStr` with a style that quotes it, so that it stays a text when somebody edits it. What XML
//! does not know, and what turns a text around, is made visible.

use std::io::{self, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Characters of one cell that Excel opens.
const CELL_CHARS_MAX: usize = 32_767;
/// Rows of one sheet that Excel opens; what is more goes on another.
const SHEET_ROWS_MAX: u32 = 1_048_576;
/// Characters of a sheet's name.
const NAME_CHARS_MAX: usize = 31;

/// How a row looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As usual.
    Plain,
    /// The names of the columns.
    Head,
    /// A yes: green.
    Good,
    /// A no: red.
    Bad,
    /// Neither: yellow.
    Open,
}

impl Look {
    /// Of the cell formats in [`STYLES`].
    const fn style(self) -> u8 {
        match self {
            Self::Plain => 1,
            Self::Head => 2,
            Self::Good => 3,
            Self::Bad => 4,
            Self::Open => 5,
        }
    }
}

/// A member of the archive, packed.
struct Member {
    name: String,
    packed: Vec<u8>,
    crc: u32,
    size: u32,
}

/// A member being packed.
struct Packing {
    encoder: DeflateEncoder<Vec<u8>>,
    crc: Crc,
}

impl Packing {
    fn new() -> Self {
        Self {
            encoder: DeflateEncoder::new(Vec::new(), Compression::fast()),
            crc: Crc::new(),
        }
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.crc.update(text.as_bytes());
        self.encoder.write_all(text.as_bytes())
    }

    fn member(self, name: String) -> io::Result<Member> {
        let size = self.crc.amount();
        Ok(Member {
            name,
            packed: self.encoder.finish()?,
            crc: self.crc.sum(),
            size,
        })
    }
}

struct Open {
    name: String,
    widths: Vec<u16>,
    packing: Packing,
    rows: u32,
}

/// A spreadsheet being written, sheet after sheet, row after row; it is held packed.
#[derive(Default)]
pub struct Book {
    sheets: Vec<(String, Member)>,
    open: Option<Open>,
    line: String,
}

impl Book {
    /// Begins a sheet. The widths of its columns are in characters.
    ///
    /// # Errors
    /// It cannot be packed.
    pub fn sheet(&mut self, name: &str, widths: &[u16]) -> io::Result<()> {
        self.end_sheet()?;
        let mut packing = Packing::new();
        packing.put(SHEET_HEAD)?;
        packing.put("<cols>")?;
        for (column, width) in (1..).zip(widths) {
            let column: u32 = column;
            packing.put(&format!(
                "<col min=\"{column}\" max=\"{column}\" width=\"{width}\" customWidth=\"1\"/>"
            ))?;
        }
        packing.put("</cols><sheetData>")?;
        self.open = Some(Open {
            name: name.to_owned(),
            widths: widths.to_vec(),
            packing,
            rows: 0,
        });
        Ok(())
    }

    /// Puts a row, with looks of their own for some cells by their column, from 0.
    ///
    /// # Errors
    /// It cannot be packed.
    pub fn row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = &'a str>,
        look: Look,
        others: &[(usize, Look)],
    ) -> io::Result<()> {
        if let Some(open) = &self.open
            && open.rows == SHEET_ROWS_MAX
        {
            let (name, widths) = (format!("{} +", open.name), open.widths.clone());
            self.sheet(&name, &widths)?;
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.rows += 1;
        self.line.clear();
        self.line.push_str("<row>");
        for (column, text) in cells.into_iter().enumerate() {
            let own = others.iter().find(|(at, _)| *at == column);
            let style = own.map_or(look, |(_, own)| *own).style();
            // A cell without a text still takes its place.
            self.line.push_str("<c s=\"");
            self.line.push(char::from(b'0' + style));
            if text.is_empty() {
                self.line.push_str("\"/>");
                continue;
            }
            self.line
                .push_str("\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            escape(text, &mut self.line);
            self.line.push_str("</t></is></c>");
        }
        self.line.push_str("</row>");
        open.packing.put(&self.line)
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        if let Some(mut open) = self.open.take() {
            open.packing.put("</sheetData></worksheet>")?;
            let number = self.sheets.len() + 1;
            let member = open
                .packing
                .member(format!("xl/worksheets/sheet{number}.xml"))?;
            self.sheets.push((open.name, member));
        }
        Ok(())
    }

    /// The whole file.
    ///
    /// # Errors
    /// It cannot be packed.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.end_sheet()?;
        let mut types = String::new();
        let mut relations = String::new();
        let mut named = String::new();
        for (number, (name, _)) in (1..).zip(&self.sheets) {
            let number: u32 = number;
            types.push_str(&format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            ));
            relations.push_str(&format!(
                "<Relationship Id=\"rId{number}\" Type=\"{RELATION}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            ));
            named.push_str("<sheet name=\"");
            escape(&sheet_name(name), &mut named);
            named.push_str(&format!("\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"));
        }
        let parts = [
            (
                "[Content_Types].xml",
                format!(
                    "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{types}</Types>"
                ),
            ),
            (
                "_rels/.rels",
                format!(
                    "{DECLARATION}<Relationships xmlns=\"{PACKAGE_RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{RELATION}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets>{named}</sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "{DECLARATION}<Relationships xmlns=\"{PACKAGE_RELATIONS}\">{relations}<Relationship Id=\"rIdStyles\" Type=\"{RELATION}/styles\" Target=\"styles.xml\"/></Relationships>"
                ),
            ),
            ("xl/styles.xml", styles()),
        ];
        let mut members = Vec::new();
        for (name, text) in parts {
            let mut packing = Packing::new();
            packing.put(&text)?;
            members.push(packing.member(name.to_owned())?);
        }
        members.extend(self.sheets.into_iter().map(|(_, member)| member));
        archive(&members)
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE_RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// The first row stays in sight.
const SHEET_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>";

/// The cell formats, in the order of [`Look::style`]: texts (format 49), quoted.
fn styles() -> String {
    let fill = |colour: &str| {
        format!(
            "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{colour}\"/></patternFill></fill>"
        )
    };
    let cell = |font: u8, fill: u8| {
        format!(
            "<xf numFmtId=\"49\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"0\" xfId=\"0\" quotePrefix=\"1\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\"/>"
        )
    };
    // The first two fills are the format's own.
    let fills = [fill("D9EAD3"), fill("F4CCCC"), fill("FFF2CC")].concat();
    let cells = [cell(0, 0), cell(1, 0), cell(0, 2), cell(0, 3), cell(0, 4)].concat();
    format!(
        "{DECLARATION}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"5\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>{fills}</fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"6\"><xf xfId=\"0\"/>{cells}</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

fn sheet_name(name: &str) -> String {
    let plain = |c: char| match c {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => ' ',
        c => c,
    };
    name.chars().take(NAME_CHARS_MAX).map(plain).collect()
}

/// A text as XML has it, cut where Excel would refuse the file.
fn escape(text: &str, into: &mut String) {
    let mut rest = text;
    for _ in 0..CELL_CHARS_MAX {
        let mut signs = rest.chars();
        let Some(c) = signs.next() else {
            return;
        };
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            // Would be read as a sign of its own.
            '_' if rest.starts_with("_x") => into.push_str("_x005F_"),
            '\n' | '\t' => into.push(c),
            _ if is_unseen(c) => into.extend(c.escape_unicode()),
            c => into.push(c),
        }
        rest = signs.as_str();
    }
}

/// What XML does not know, and what turns a text around.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

/// A ZIP archive (APPNOTE 6.3) of packed members, dated 1980-01-01: the same rows give the same bytes.
fn archive(members: &[Member]) -> io::Result<Vec<u8>> {
    let too_big = |_| io::Error::other("it has more bytes than a spreadsheet may have");
    let number = |bytes: usize| u32::try_from(bytes).map_err(too_big);
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        let at = number(bytes.len())?;
        let packed = number(member.packed.len())?;
        let name = u16::try_from(member.name.len()).unwrap_or(u16::MAX);
        // Version 2.0, packed by DEFLATE, 00:00 on 1980-01-01.
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];
        common.extend(member.crc.to_le_bytes());
        common.extend(packed.to_le_bytes());
        common.extend(member.size.to_le_bytes());
        common.extend(name.to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(member.name.as_bytes());
        bytes.extend(&member.packed);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 0]);
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(member.name.as_bytes());
    }
    let count = u16::try_from(members.len()).unwrap_or(u16::MAX);
    let (size, at) = (number(directory.len())?, number(bytes.len())?);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    Ok(bytes)
}
