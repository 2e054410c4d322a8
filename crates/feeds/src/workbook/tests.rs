//! Spreadsheets read back as a person sees them, and those that were made to do harm. Knows nothing of goods.

use super::*;

/// An archive of members as they stand, not packed.
fn stored(members: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let at = bytes.len() as u32;
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend((text.len() as u32).to_le_bytes());
        common.extend((text.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = bytes.len() as u32;
    let size = directory.len() as u32;
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((members.len() as u16).to_le_bytes());
    bytes.extend((members.len() as u16).to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

const ROOT: &str = "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='xl/workbook.xml'/></Relationships>";
const AROUND: &str = "<Relationships><Relationship Id='a' Type='x/worksheet' Target='worksheets/one.xml'/>\
    <Relationship Id='b' Type='x/worksheet' Target='/xl/worksheets/two.xml'/>\
    <Relationship Id='c' Type='x/sharedStrings' Target='sharedStrings.xml'/>\
    <Relationship Id='d' Type='x/styles' Target='styles.xml'/></Relationships>";
const BOOK: &str = "<x:workbook xmlns:x='m' xmlns:r='r'><x:sheets><x:sheet name='Phones &amp; more' sheetId='7' r:id='a'/>\
    <x:sheet name='Old' state='hidden' sheetId='8' r:id='b'/></x:sheets></x:workbook>";
const SHARED: &str = "<sst><si><t>Title</t></si><si><r><t xml:space='preserve'>Mi </t></r><r><t>4i</t></r>\
    <rPh><t>reading</t></rPh></si><si><t>A_x000D_B</t></si></sst>";
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='00000'/></numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>\
    <cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/></cellXfs></styleSheet>";
const TWO: &str = "<worksheet><sheetData/></worksheet>";

fn book(sheet: &str) -> Vec<u8> {
    book_of(BOOK, SHARED, sheet)
}

fn book_of(book: &str, shared: &str, sheet: &str) -> Vec<u8> {
    stored(&[
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", AROUND),
        ("xl/sharedStrings.xml", shared),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/one.xml", sheet),
        ("xl/worksheets/two.xml", TWO),
    ])
}

fn seen(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
    let sheets = read("book.xlsx", bytes, &Limits::STRANGER).expect("reads");
    let first = sheets.first().expect("a sheet");
    first
        .rows()
        .map(|row| (row.number, row.texts().map(str::to_owned).collect()))
        .collect()
}

fn refused(bytes: &[u8]) -> Fault {
    read("book.xlsx", bytes, &Limits::STRANGER).expect_err("refused")
}

#[test]
fn cells_are_what_a_person_sees() {
    let sheet = "<worksheet><sheetData>\
        <row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='inlineStr'><is><t>GTIN &lt;13&gt;</t></is></c></row>\
        <row r='3'/>\
        <row r='4'><c r='A4' t='s'><v>1</v></c><c r='B4' s='1'><v>42401</v></c><c r='C4'><v>6.934177712345E12</v></c>\
        <c r='D4' s='2'><v>123</v></c><c r='E4' t='b'><v>1</v></c><c r='F4' t='str'><f>1+1</f><v>=2</v></c><c r='XFD4' s='1'/></row>\
        <row><c><v>7</v></c><c t='s'><v>2</v></c><c t='e'><v>#N/A</v></c></row>\
        </sheetData></worksheet>";
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        seen(&book(sheet)),
        [
            (2, texts(&["Title", "", "GTIN <13>"])),
            (
                4,
                texts(&[
                    "Mi 4i",
                    "2016-02-01",
                    "6934177712345",
                    "00123",
                    "TRUE",
                    "=2"
                ])
            ),
            (5, texts(&["7", "A\rB", "#N/A"])),
        ]
    );
    let sheets = read("b", &book(sheet), &Limits::STRANGER).expect("reads");
    let tabs: Vec<_> = sheets
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.is_hidden, sheet.rows_count()))
        .collect();
    assert_eq!(tabs, [("Phones & more", false, 3), ("Old", true, 0)]);
}

#[test]
fn a_cell_merged_over_rows_shows_in_each_of_them() {
    let sheet = "<worksheet><sheetData>\
        <row r='1'><c r='A1' t='inlineStr'><is><t>Xiaomi</t></is></c><c r='B1'><v>1</v></c></row>\
        <row r='2'><c r='B2'><v>2</v></c></row><row r='3'><c r='B3'><v>3</v></c></row><row r='4'><c r='B4'><v>4</v></c></row>\
        </sheetData><mergeCells><mergeCell ref='A1:A3'/><mergeCell ref='B1:D1'/></mergeCells></worksheet>";
    let rows = seen(&book(sheet));
    let brands: Vec<&str> = rows.iter().map(|(_, row)| row[0].as_str()).collect();
    assert_eq!(brands, ["Xiaomi", "Xiaomi", "Xiaomi", ""]);
}

#[test]
fn what_is_no_spreadsheet_says_what_to_do() {
    let text = stored(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "<x/>"),
    ]);
    let unnamed = stored(&[("content.xml", "<x/>")]);
    let numbers = stored(&[("Index/Document.iwa", "x")]);
    let binary = stored(&[(
        "_rels/.rels",
        "<R><Relationship Type='x/officeDocument' Target='xl/workbook.bin'/></R>",
    )]);
    for (bytes, rule, help) in [
        (&b"title,price\n"[..], "workbook.not_one", "CSV"),
        (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1], "workbook.old", "password"),
        (&text, "workbook.other", "a text or a drawing"),
        (&unnamed, "workbook.not_one", "unpack"),
        (&numbers, "workbook.other", ".xlsx"),
        (&binary, "workbook.other", ".xlsb"),
        (&stored(&[("a.txt", "x")]), "workbook.not_one", "unpack"),
        (b"PK\x03\x04 and no more", "workbook.damaged", "again"),
    ] {
        let fault = refused(bytes);
        assert_eq!(fault.rule, rule);
        assert!(fault.help.contains(help), "{fault}");
        assert!(fault.to_string().starts_with("book.xlsx:0"), "{fault}");
    }
}

#[test]
fn a_byte_that_has_changed_is_seen() {
    let mut bytes =
        book("<worksheet><sheetData><row><c><v>199</v></c></row></sheetData></worksheet>");
    let at = bytes
        .windows(3)
        .position(|three| three == b"199")
        .expect("there");
    bytes[at] = b'9';
    assert_eq!(refused(&bytes).rule, "workbook.damaged");
}

#[test]
fn what_is_larger_than_its_limits_is_refused_by_name() {
    let row =
        |cells: &str| format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let long_tag = row(&format!("<c r='A1' {}/>", "a='1' ".repeat(800_000)));
    let entity = format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", row("<c><v>&a;</v></c>"));
    for (sheet, rule) in [
        (row("<c r='XFD1'><v>1</v></c>"), "workbook.too_big"),
        (
            row(&"<c><v>1</v></c>".repeat(1_000_000)),
            "workbook.too_big",
        ),
        (row("<c t='s'><v>99</v></c>"), "workbook.damaged"),
        (deep, "workbook.too_big"),
        (long_tag, "workbook.too_big"),
        (entity, "workbook.markup"),
        ("<worksheet><sheetData><row>".to_owned(), "workbook.damaged"),
        ("<worksheet></sheetData>".to_owned(), "workbook.damaged"),
    ] {
        let fault = refused(&book(&sheet));
        assert_eq!(fault.rule, rule, "{fault} {:.80}", sheet);
        assert_eq!(fault.column, "xl/worksheets/one.xml");
    }
    // One long text, named by many cells, is kept once.
    let shared = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(30_000));
    let cells = "<c t='s'><v>0</v></c>".repeat(500);
    let rows = format!("<row>{cells}</row>").repeat(100);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let sheets = read("b", &book_of(BOOK, &shared, &sheet), &Limits::STRANGER).expect("reads");
    assert_eq!(sheets[0].rows_count(), 100);
    assert_eq!(sheets[0].texts.len(), 30_000);
}

#[test]
fn what_is_written_is_read_back_and_is_never_a_formula() {
    let mut book = Book::default();
    book.sheet("Rows: [all]", &[10, 20]).expect("begins");
    book.row(["Title", "Price"], Look::Head, &[])
        .expect("writes");
    let hostile = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "a\";=1",
        "<v>1</v>",
        "</t></is></c><c><f>1+1</f></c>",
        "]]>",
        "&amp;",
        "_x003D_1",
        "\u{202e}1=",
    ];
    for text in hostile {
        book.row([text, text], Look::Plain, &[(1, Look::Bad)])
            .expect("writes");
    }
    book.row(["", "007"], Look::Plain, &[]).expect("writes");
    book.sheet("Second", &[]).expect("begins");
    let bytes = book.finish().expect("packs");
    let rows = seen(&bytes);
    assert_eq!(rows.len(), hostile.len() + 2);
    for ((_, row), text) in rows[1..].iter().zip(hostile) {
        let visible: String = text
            .chars()
            .flat_map(|c| match c {
                '\r' | '\0' | '\u{202e}' => c.escape_unicode().collect::<Vec<_>>(),
                c => vec![c],
            })
            .collect();
        assert_eq!(row[0], visible.trim());
        assert_eq!(row[1], row[0]);
    }
    assert_eq!(rows[hostile.len() + 1].1, ["", "007"]);
    // No cell of any part is a formula: all are texts in place.
    let archive = zip::Archive::open(&bytes, &Limits::STRANGER).expect("opens");
    let mut sheet = String::new();
    let mut member = archive.member("xl/worksheets/sheet1.xml").expect("there");
    std::io::Read::read_to_string(&mut member, &mut sheet).expect("unpacks");
    assert!(!sheet.contains("<f") && !sheet.contains("<v>"), "{sheet}");
    let cells = sheet.matches("<c ").count();
    let texts = sheet.matches("t=\"inlineStr\"").count();
    assert_eq!((cells, texts), (2 * (hostile.len() + 2), cells - 1));
    let tabs = read("b", &bytes, &Limits::STRANGER).expect("reads");
    let tabs: Vec<&str> = tabs.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(tabs, ["Rows   all ", "Second"]);
}

#[test]
fn formulas_are_texts_beside_what_they_last_showed_and_only_where_they_are_asked_for() {
    let sheet = "<worksheet><sheetData>\
        <row r='1'><c r='A1'><f>SUM(B1:C1) &amp; \"x\"</f><v>3</v></c><c r='B1'><v>1</v></c>\
        <c r='D1'><f t='shared' si='0'/></c></row>\
        <row r='3'><c r='C3'><f>HYPERLINK(\"http://evil.example\")</f></c></row>\
        </sheetData></worksheet>";
    let sheets = read("b", &book(sheet), &Limits::SHOWN).expect("reads");
    let rows: Vec<_> = sheets[0].rows().collect();
    let formulas = |row: usize| (0..4).map(|at| rows[row].formula(at)).collect::<Vec<_>>();
    assert_eq!(rows[0].text(0), "3");
    assert_eq!(
        formulas(0),
        [Some("SUM(B1:C1) & \"x\""), None, None, Some("")]
    );
    assert_eq!(
        (rows[1].number, rows[1].text(2), formulas(1)[2]),
        (3, "", Some("HYPERLINK(\"http://evil.example\")"))
    );
    assert_eq!(sheets[0].formulas_count(), 3);

    let few = Limits {
        formulas: 1,
        ..Limits::SHOWN
    };
    let sheets = read("b", &book(sheet), &few).expect("reads");
    let row = sheets[0].rows().next().expect("a row");
    assert_eq!((row.formula(0).is_some(), row.formula(3)), (true, None));
    assert_eq!(
        sheets[0].formulas_count(),
        3,
        "they are counted all the same"
    );

    let sheets = read("b", &book(sheet), &Limits::STRANGER).expect("reads");
    assert_eq!((sheets[0].rows_count(), sheets[0].formulas_count()), (1, 0));
}

#[test]
fn what_a_program_would_run_or_fetch_is_named() {
    let plain = book("<worksheet/>");
    assert_eq!(left_alone(&plain), Vec::<&str>::new());
    let bytes = stored(&[
        ("_rels/.rels", ROOT),
        ("[Content_Types].xml", "<Types/>"),
        ("xl/VBAProject.bin", "x"),
        ("xl/externalLinks/externalLink1.xml", "x"),
    ]);
    assert_eq!(family(&bytes), Some(Family::OfficeOpen));
    assert_eq!(family(&plain), None);
    let named = left_alone(&bytes).join(" ");
    assert!(
        named.contains("macros") && named.contains("other files"),
        "{named}"
    );
}

#[test]
fn a_file_whose_table_of_contents_comes_last_is_seen_to_be_a_spreadsheet() {
    use crate::documents::MediaKind;

    let large = "<worksheet/>".repeat(20_000);
    let bytes = stored(&[
        ("xl/worksheets/one.xml", &large),
        ("[Content_Types].xml", "<Types/>"),
    ]);
    assert_eq!(MediaKind::of(&bytes), MediaKind::Workbook);
    assert_eq!(MediaKind::of(&bytes[..bytes.len() - 30]), MediaKind::Other);
}

/// A spreadsheet as LibreOffice has it, of these styles and sheets.
fn open_document(styles: &str, sheets: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x' xmlns:style='s'>\
         <office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    );
    stored(&[
        ("mimetype", opendocument::MEDIA_TYPE),
        ("content.xml", &content),
    ])
}

fn open_sheet(rows: &str) -> Vec<u8> {
    open_document(
        "",
        &format!("<table:table table:name='One'>{rows}</table:table>"),
    )
}

#[test]
fn cells_of_libreoffice_are_what_a_person_sees() {
    let rows = "<table:table-column table:number-columns-repeated='16384'/>\
        <table:table-row table:number-rows-repeated='2'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
        <table:table-header-rows><table:table-row>\
        <table:table-cell office:value-type='string'><text:p>Title &lt;1&gt;</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated='2' office:value-type='string'><text:p>twice</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated='16381'/></table:table-row></table:table-header-rows>\
        <table:table-row table:number-rows-repeated='2'>\
        <table:table-cell office:value-type='string'><office:annotation><text:p>remark</text:p></office:annotation>\
        <text:p>  Mi\n <text:span>4i</text:span><text:s text:c='2'/>x<text:tab/>y<text:ruby><text:ruby-text>said</text:ruby-text></text:ruby></text:p>\
        <text:p>_x0041_</text:p></table:table-cell>\
        <table:table-cell office:value-type='date' office:date-value='2016-05-03' calcext:value-type='date'><text:p>03.05.16</text:p></table:table-cell>\
        <table:table-cell office:value-type='date' office:date-value='2016-05-03T14:30:00'><text:p>3. Mai</text:p></table:table-cell>\
        <table:table-cell office:value-type='float' office:value='6.934177712345E12'><text:p>6,93E+12</text:p></table:table-cell>\
        <table:table-cell office:value-type='float' office:value='123'><text:p>00123</text:p></table:table-cell>\
        <table:table-cell office:value-type='currency' office:value='1234.5'><text:p>1.234,50 €</text:p></table:table-cell>\
        <table:table-cell office:value-type='boolean' office:boolean-value='true'><text:p>WAHR</text:p></table:table-cell>\
        <table:table-cell office:value-type='string' office:string-value='by value'/>\
        <table:table-cell office:value-type='string'><draw:frame><draw:text-box><text:p>a picture's</text:p></draw:text-box></draw:frame></table:table-cell>\
        <table:table-cell office:value-type='float' office:value='1e999'><text:p>Err:503</text:p></table:table-cell>\
        </table:table-row>\
        <table:table-row table:number-rows-repeated='1048570'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>";
    let row: Vec<String> = [
        "Mi 4i  x\ty\n_x0041_",
        "2016-05-03",
        "2016-05-03 14:30",
        "6934177712345",
        "00123",
        "1234.5",
        "TRUE",
        "by value",
        "",
        "1e999",
    ]
    .map(str::to_owned)
    .into();
    let head = ["Title <1>", "twice", "twice"].map(str::to_owned).into();
    assert_eq!(
        seen(&open_sheet(rows)),
        [(3, head), (4, row.clone()), (5, row)]
    );
}

#[test]
fn sheets_of_libreoffice_have_names_are_hidden_and_reach_over_rows() {
    let styles = "<style:style style:name='ta1' style:family='table'><style:table-properties table:display='true'/></style:style>\
        <style:style style:name='ta2' style:family='table'><style:table-properties table:display='false'/></style:style>\
        <style:style style:name='ce1' style:family='table-cell'/>";
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let tall = "<table:table-cell table:number-rows-spanned='2' table:formula='of:=SUM([.B1:.B2])'><text:p>Xiaomi</text:p></table:table-cell>";
    let covered = "<table:covered-table-cell><text:p>unseen</text:p></table:covered-table-cell>";
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let sheets = format!(
        "<table:tracked-changes><table:table-cell><text:p>gone</text:p></table:table-cell></table:tracked-changes>\
         <table:table table:name='Phones &amp; more' table:style-name='ta1'><table:shapes><draw:frame><text:p>shape</text:p></draw:frame></table:shapes>{}{}{}</table:table>\
         <table:table table:name='Old' table:style-name='ta2'>{}</table:table>\
         <table:table table:name='Of another file'><table:table-source/>{}</table:table>\
         <table:dde-links><table:dde-link><table:table table:name='far'>{}</table:table></table:dde-link></table:dde-links>",
        row(format!("{tall}{}", cell("a"))),
        row(format!("{covered}{}", cell("b"))),
        row(cell("c")),
        row(cell("x")),
        row(cell("y")),
        row(cell("z")),
    );
    let bytes = open_document(styles, &sheets);
    let sheets = read("b", &bytes, &Limits::SHOWN).expect("reads");
    let tabs: Vec<_> = sheets
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.is_hidden, sheet.rows_count()))
        .collect();
    assert_eq!(
        tabs,
        [
            ("Phones & more", false, 3),
            ("Old", true, 1),
            ("Of another file", true, 1)
        ]
    );
    let rows: Vec<_> = sheets[0].rows().collect();
    let texts = |row: usize| rows[row].texts().collect::<Vec<_>>();
    assert_eq!(
        (texts(0), texts(1), texts(2)),
        (vec!["Xiaomi", "a"], vec!["Xiaomi", "b"], vec!["c"])
    );
    assert_eq!(rows[0].formula(0), Some("SUM([.B1:.B2])"));
    assert_eq!(family(&bytes), Some(Family::OpenDocument));
    assert_eq!(
        crate::documents::MediaKind::of(&bytes),
        crate::documents::MediaKind::OpenDocument
    );
}

#[test]
fn what_of_libreoffice_is_larger_than_its_limits_is_refused_by_name() {
    let cell = |said: &str| {
        format!(
            "<table:table-row><table:table-cell {said}><text:p>x</text:p></table:table-cell></table:table-row>"
        )
    };
    let rows = |times: &str, cells: &str| {
        let full = format!(
            "<table:table-cell table:number-columns-repeated='{cells}'><text:p>x</text:p></table:table-cell>"
        );
        format!("<table:table-row table:number-rows-repeated='{times}'>{full}</table:table-row>")
    };
    let nested = format!(
        "{}{}",
        "<table:table-cell>".repeat(40),
        "</table:table-cell>".repeat(40)
    );
    for (sheet, rule) in [
        (
            cell("table:number-columns-repeated='513'"),
            "workbook.too_big",
        ),
        (
            cell("table:number-columns-repeated='18446744073709551615'"),
            "workbook.too_big",
        ),
        (rows("1000000", "512"), "workbook.too_big"),
        (rows("4294967295", "1"), "workbook.too_big"),
        (nested, "workbook.too_big"),
        ("<table:table-row>".to_owned(), "workbook.damaged"),
    ] {
        let fault = refused(&open_sheet(&sheet));
        assert_eq!(fault.rule, rule, "{fault} {sheet:.80}");
        assert_eq!(fault.column, "content.xml");
    }
    let locked = stored(&[
        ("mimetype", opendocument::MEDIA_TYPE),
        ("content.xml", "not readable"),
        (
            "META-INF/manifest.xml",
            "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
        ),
    ]);
    let newer = stored(&[
        ("mimetype", opendocument::MEDIA_TYPE),
        ("encrypted-package", "x"),
    ]);
    for bytes in [locked, newer] {
        assert_eq!(refused(&bytes).rule, "workbook.locked");
    }
}
