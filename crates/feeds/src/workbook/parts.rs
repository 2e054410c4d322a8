//! What a spreadsheet's parts say beside its sheets: which sheets there are and where, the texts that they share, how
//! numbers are shown.

use quick_xml::events::Event;

use super::markup::{Markup, add_text, attribute};
use super::shown::{Format, unescaped};
use super::zip::Archive;
use super::{Limits, Refused, Span};

/// Ways of showing a number that are kept.
const FORMATS_MAX: usize = 65_536;
/// Relations of one part that are looked at.
const RELATIONS_MAX: usize = 10_000;
const ROOT_RELATIONS: &str = "_rels/.rels";

/// A sheet that the book names.
pub struct Named {
    pub name: String,
    pub is_hidden: bool,
    pub part: String,
}

/// What the book says.
pub struct Book {
    pub sheets: Vec<Named>,
    pub shared: Option<String>,
    pub styles: Option<String>,
    /// Whether days are counted from 1904.
    pub is_1904: bool,
}

struct Relation {
    id: String,
    /// The last word of its type: `worksheet`.
    kind: String,
    target: String,
}

/// Which sheets there are, in the order of their tabs.
pub fn book(archive: &Archive<'_>, limits: &Limits) -> Result<Book, Refused> {
    if archive.has("index/document.iwa") {
        let help = "it is a spreadsheet of Numbers; save it as .xlsx or as CSV";
        return Err(Refused::new("workbook.other", help));
    }
    if !archive.has(ROOT_RELATIONS) {
        return Err(Refused::no_spreadsheet());
    }
    let root = relations(archive, ROOT_RELATIONS, "", limits)?;
    let book = root.into_iter().find(|one| one.kind == "officeDocument");
    let part = book.map_or_else(|| "xl/workbook.xml".to_owned(), |one| one.target);
    if part.ends_with(".bin") {
        let help = "it is a binary spreadsheet (.xlsb); save it as .xlsx";
        return Err(Refused::new("workbook.other", help));
    }
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", &part));
    let around = relations(
        archive,
        &format!("{folder}/_rels/{file}.rels"),
        folder,
        limits,
    )?;
    let of_kind = |kind: &str| {
        let found = around.iter().find(|one| one.kind == kind);
        found.map(|one| one.target.clone())
    };
    let mut book = Book {
        sheets: Vec::new(),
        shared: of_kind("sharedStrings").filter(|part| archive.has(part)),
        styles: of_kind("styles").filter(|part| archive.has(part)),
        is_1904: false,
    };
    let mut markup = Markup::open(archive, &part, limits)?;
    loop {
        match markup.next()? {
            Event::Eof => break,
            Event::Start(tag) if tag.local_name().as_ref() == "workbookPr" => {
                let said = attribute(&tag, "date1904");
                book.is_1904 = said.is_some_and(|said| said == "1" || said == "true");
            }
            Event::Start(tag) if tag.local_name().as_ref() == "sheet" => {
                if book.sheets.len() == limits.sheets {
                    return Err(Refused::too_big("sheets", limits.sheets));
                }
                // Its own key is r:id; sheetId is another.
                let id = attribute(&tag, "id").unwrap_or_default();
                let found = around.iter().find(|one| one.id == id);
                // A sheet of charts is none with rows.
                if let Some(one) = found.filter(|one| one.kind == "worksheet") {
                    book.sheets.push(Named {
                        name: attribute(&tag, "name").unwrap_or_default(),
                        is_hidden: attribute(&tag, "state").is_some_and(|said| said != "visible"),
                        part: one.target.clone(),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(book)
}

/// The relations of a part; their targets come out as names of members.
fn relations(
    archive: &Archive<'_>,
    part: &str,
    folder: &str,
    limits: &Limits,
) -> Result<Vec<Relation>, Refused> {
    let mut markup = Markup::open(archive, part, limits)?;
    let mut found = Vec::new();
    loop {
        match markup.next()? {
            Event::Eof => return Ok(found),
            Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                if found.len() == RELATIONS_MAX {
                    return Err(Refused::too_big("relations", RELATIONS_MAX).in_part(part));
                }
                let kind = attribute(&tag, "Type").unwrap_or_default();
                let target = attribute(&tag, "Target").unwrap_or_default();
                found.push(Relation {
                    id: attribute(&tag, "Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolved_in(folder, &target),
                });
            }
            _ => {}
        }
    }
}

/// A target as a member's name: from the archive's root, or from the part's folder.
fn resolved_in(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(rooted) => rooted.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut names: Vec<&str> = Vec::new();
    for name in whole.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// The texts that sheets share, by number; they are put at the end of `texts`.
pub fn shared(
    archive: &Archive<'_>,
    part: &str,
    limits: &Limits,
    texts: &mut String,
) -> Result<Vec<Span>, Refused> {
    let mut markup = Markup::open(archive, part, limits)?;
    let mut spans = Vec::new();
    let mut text = String::new();
    // Inside of a text, and inside of how it is to be pronounced.
    let (mut in_text, mut in_reading) = (false, false);
    loop {
        let event = markup.next()?;
        match &event {
            Event::Eof => return Ok(spans),
            Event::Start(tag) => match tag.local_name().as_ref() {
                "si" => text.clear(),
                "t" => in_text = true,
                "rPh" => in_reading = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "si" => {
                    if spans.len() == limits.cells {
                        return Err(Refused::too_big("texts", limits.cells).in_part(part));
                    }
                    spans.push(kept(&unescaped(text.trim()), texts, limits)?);
                }
                "t" => in_text = false,
                "rPh" => in_reading = false,
                _ => {}
            },
            other if in_text && !in_reading => {
                add_text(other, &mut text);
                limits.bear(&text, "text")?;
            }
            _ => {}
        }
    }
}

/// Puts a text behind the others.
pub fn kept(text: &str, texts: &mut String, limits: &Limits) -> Result<Span, Refused> {
    let start = texts.len();
    if start + text.len() > limits.text_bytes {
        return Err(Refused::too_big("bytes of text", limits.text_bytes));
    }
    texts.push_str(text);
    match (u32::try_from(start), u32::try_from(text.len())) {
        (Ok(start), Ok(len)) => Ok(Span { start, len }),
        _ => Err(Refused::too_big("bytes of text", u32::MAX)),
    }
}

/// How numbers are shown, by the style that a cell names.
pub fn formats(archive: &Archive<'_>, part: &str, limits: &Limits) -> Result<Vec<Format>, Refused> {
    let mut markup = Markup::open(archive, part, limits)?;
    let mut own: Vec<(u32, Format)> = Vec::new();
    let mut formats = Vec::new();
    let mut in_cells = false;
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).unwrap_or(0_u32);
    loop {
        match markup.next()? {
            Event::Eof => return Ok(formats),
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" if own.len() < FORMATS_MAX => {
                    let code = attribute(&tag, "formatCode").unwrap_or_default();
                    own.push((number(attribute(&tag, "numFmtId")), Format::of_code(&code)));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells && formats.len() < FORMATS_MAX => {
                    let id = number(attribute(&tag, "numFmtId"));
                    let named = own.iter().find(|(known, _)| *known == id);
                    formats.push(named.map_or_else(|| Format::built_in(id), |(_, own)| *own));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
}
