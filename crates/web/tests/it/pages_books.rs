//! Spreadsheets on the evidence desk, and what a document suggests: shown as texts, marked as suggestions, entered by nobody
//! but a person.

use crate::harness::Site;
use crate::pages_desk::{brought, lacks, shows};

/// CRC-32, as ZIP has it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let crc = crc ^ u32::from(*byte);
        (0..8).fold(crc, |crc, _| {
            let low = 0_u32.wrapping_sub(crc & 1);
            (crc >> 1) ^ (0xEDB8_8320 & low)
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// An archive of members as they stand, not packed.
fn stored(members: &[(&str, &str)]) -> Vec<u8> {
    let len = |len: usize| u32::try_from(len).expect("small").to_le_bytes();
    let short = |len: usize| u16::try_from(len).expect("small").to_le_bytes();
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let at = bytes.len();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32(text.as_bytes()).to_le_bytes());
        common.extend(len(text.len()));
        common.extend(len(text.len()));
        common.extend(short(name.len()));
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(len(at));
        directory.extend(name.as_bytes());
    }
    let (at, size) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(short(members.len()));
    bytes.extend(short(members.len()));
    bytes.extend(len(size));
    bytes.extend(len(at));
    bytes.extend([0, 0]);
    bytes
}

/// A spreadsheet with macros, of one sheet with these rows and a hidden one.
fn book(rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    stored(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='&lt;b&gt;Phones' id='a'/><sheet name='Notes' state='hidden' id='b'/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='a' Type='x/worksheet' Target='one.xml'/><Relationship Id='b' Type='x/worksheet' Target='two.xml'/></Relationships>",
        ),
        ("xl/one.xml", &sheet),
        (
            "xl/two.xml",
            "<worksheet><sheetData><row><c t='inlineStr'><is><t>do not tell</t></is></c></row></sheetData></worksheet>",
        ),
        ("xl/vbaProject.bin", "x"),
    ])
}

fn row(number: usize, cells: &[&str]) -> String {
    let cells = cells
        .iter()
        .map(|cell| format!("<c t='inlineStr'><is><t>{cell}</t></is></c>"));
    format!("<row r='{number}'>{}</row>", cells.collect::<String>())
}

#[tokio::test]
async fn a_spreadsheet_is_kept_as_it_is_and_shown_as_a_table_of_texts() {
    let site = Site::bare().await;
    let rows = row(1, &["&lt;img src=x onerror=alert(1)&gt;", "price"])
        + "<row r='2'><c><f>HYPERLINK(\"http://evil.example\",\"click\")</f><v>7</v></c><c><f>cmd|'/c calc'!A0</f></c></row>";
    let bytes = book(&rows);
    let (place, page) = brought(&site, "list.xlsx", &bytes).await;
    shows(
        &page,
        &[
            "workbook,",
            "&#60;b&#62;Phones",
            "hidden in the file",
            "do not tell",
            "&#60;img src=x onerror=alert(1)&#62;",
            "7 <code class=\"formula\">=HYPERLINK(",
            "=cmd|&#39;/c calc&#39;!A0",
            "2 of its cells are formulas",
            "It holds macros",
        ],
    );
    lacks(
        &page,
        &["<img src=x", "href=\"http://evil", "A list of many things"],
    );
    let sha256 = place.rsplit('/').next().expect("a hash");
    let original = site.get(&format!("/api/v1/documents/{sha256}"));
    let original = original.operator().send().await;
    assert_eq!(original.body, bytes);
    assert!(
        original
            .header("content-disposition")
            .starts_with("attachment;")
    );
}

#[tokio::test]
async fn a_spreadsheet_of_libreoffice_is_shown_and_given_back_as_what_it_is() {
    let site = Site::bare().await;
    let cell = "<table-cell value-type='string' formula='of:=HYPERLINK(&quot;http://evil.example&quot;)'><p>&lt;img src=x&gt;</p></table-cell>";
    let content = format!(
        "<document-content><body><spreadsheet><table name='Phones'><table-row>{cell}</table-row></table></spreadsheet></body></document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let bytes = stored(&[
        ("mimetype", kind),
        ("content.xml", &content),
        ("Basic/script-lc.xml", "x"),
    ]);
    let (place, page) = brought(&site, "list.ods", &bytes).await;
    shows(
        &page,
        &[
            "workbook,",
            "&#60;img src=x&#62; <code class=\"formula\">=HYPERLINK(",
            "One of its cells is a formula",
            "It holds macros",
        ],
    );
    lacks(&page, &["<img src=x", "href=\"http://evil"]);
    let sha256 = place.rsplit('/').next().expect("a hash");
    let original = site.get(&format!("/api/v1/documents/{sha256}"));
    let original = original.operator().send().await;
    assert_eq!(
        (original.header("content-type"), &original.body),
        (kind, &bytes)
    );
}

#[tokio::test]
async fn a_spreadsheet_that_is_a_list_points_to_what_takes_lists_and_a_damaged_one_says_why() {
    let site = Site::bare().await;
    let rows: String = (1..=30).map(|n| row(n, &["Xiaomi Mi 4i", "119"])).collect();
    let (_, page) = brought(&site, "list.xlsx", &book(&rows)).await;
    shows(
        &page,
        &[
            "A list of many things",
            "30 rows",
            "href=\"/console/audit\"",
        ],
    );
    let csv = "model,price\n".to_owned() + &"Mi 4i,119\n".repeat(30);
    let (_, page) = brought(&site, "list.csv", csv.as_bytes()).await;
    shows(&page, &["A list of many things", "31 rows"]);

    let mut damaged = book(&row(1, &["x"]));
    let at = damaged
        .windows(5)
        .position(|five| five == b"sheet")
        .expect("there");
    damaged[at] = b'S';
    let (_, page) = brought(&site, "damaged.xlsx", &damaged).await;
    shows(&page, &["Nothing is read of this spreadsheet"]);
    let (_, page) = brought(&site, "old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").await;
    shows(&page, &["If it is a spreadsheet", "save it as .xlsx"]);
}

#[tokio::test]
async fn what_a_spreadsheet_suggests_says_where_it_was_read_and_why_and_is_entered_by_nobody() {
    let (site, _) = Site::of_the_story().await;
    let before = site.house.snapshot().next_position();
    let rows = row(1, &["We hereby authorise", "Omni Electronics"])
        + &row(2, &["to sell the xiaomi Mi4i", "in the United States"]);
    let bytes = book(&rows);
    let (place, page) = brought(&site, "letter.xlsx", &bytes).await;
    shows(
        &page,
        &[
            "sheet “&#60;b&#62;Phones”, row 1",
            "sheet “&#60;b&#62;Phones”, row 2",
            "read as Xiaomi Mi 4i, by",
            "its words speak for this",
        ],
    );
    let sha256 = place.rsplit('/').next().expect("a hash");
    let form = format!("/console/evidence/sales_authorization?document={sha256}");
    let form = site.get(&form).operator().send().await.text();
    shows(
        &form,
        &[
            "suggested by sheet “&#60;b&#62;Phones”, row 1",
            "value=\"omni-electronics\"",
        ],
    );
    // Nor where the form is whole, as it is for whoever comes from what waits for a certification.
    let whole = format!(
        "/console/evidence/device_certification?document={sha256}&variant=xiaomi.2015015&network=tmobile-us"
    );
    let whole = site.get(&whole).operator().send().await.text();
    shows(&whole, &["value=\"letter.xlsx\"", "xiaomi.2015015"]);
    for state in ["open", "waiting", "recorded"] {
        let drafts = site.get(&format!("/api/v1/drafts?state={state}"));
        let drafts = drafts.operator().send().await.json(200);
        assert_eq!(drafts["items"].as_array().map(Vec::len), Some(0), "{state}");
    }
    let after = site.house.snapshot().next_position();
    assert_eq!(before, after, "looking enters nothing");
}

#[tokio::test]
async fn a_sender_suggests_its_party_and_one_that_looks_like_it_is_told() {
    let (site, _) = Site::of_the_story().await;
    let xiaomi = "xiaomi".parse().expect("an id");
    let put = site
        .house
        .put_contact(&xiaomi, "sales@xiaomi.example", "test");
    put.await.expect("keeps");
    let mail = |from: &str| format!("From: {from}\nDate: today\nSubject: x\n\nWe withdraw it.\n");
    let (_, page) = brought(&site, "a.eml", mail("Li <li@xiaomi.example>").as_bytes()).await;
    shows(
        &page,
        &[
            "xiaomi.example is the domain of the address of Xiaomi",
            "proves nothing",
            "<th scope=\"row\">Issuer</th><td>Xiaomi</td>",
        ],
    );
    let lookalike = mail("Xiaomi <li@xia0mi.example>");
    let (_, page) = brought(&site, "b.eml", lookalike.as_bytes()).await;
    shows(
        &page,
        &["xia0mi.example is not xiaomi.example", "only looks like it"],
    );
    lacks(&page, &["<th scope=\"row\">Issuer</th>"]);
}
