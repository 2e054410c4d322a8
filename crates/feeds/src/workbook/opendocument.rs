//! Spreadsheets as LibreOffice saves them of itself (`.ods`, OASIS OpenDocument 1.3 part 3): all sheets stand in one
//! part, each cell with what it shows and with its value.
//!
//! What a cell shows counts, as in any spreadsheet; days, numbers and truths are taken from its value, so that they are
//! the same whatever country's habits showed them. Rows and cells that stand for many are written out, within the limits.

use std::collections::BTreeSet;
use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::markup::{Markup, add_text, attribute};
use super::sheet::{Cell, Grid, Kind, ROW_MAX, Reading};
use super::shown::{Format, number};
use super::zip::Archive;
use super::{Limits, Refused, Span};
use crate::limits::XML_ATTRIBUTES;

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
const MIME: &str = "mimetype";
/// Its media type, which stands in its first member too.
pub const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// Where LibreOffice puts a file that it protects with a password, since 2024.
const LOCKED: &str = "encrypted-package";
/// Blanks that one element stands for; those beyond them are left out.
const BLANKS_MAX: u32 = 100;
/// Styles of sheets that hide them.
const HIDING_MAX: usize = 10_000;

/// Whether an archive is a document of this family.
pub fn is_one(archive: &Archive<'_>) -> bool {
    archive.has(CONTENT) || archive.has(LOCKED)
}

/// Whether an archive is a spreadsheet of this family.
pub fn is_spreadsheet(archive: &Archive<'_>) -> bool {
    archive.has(CONTENT) && media_type(archive).is_ok_and(|said| said.starts_with(MEDIA_TYPE))
}

fn media_type(archive: &Archive<'_>) -> Result<String, Refused> {
    let mut said = String::new();
    let damaged = |_| Refused::damaged("its kind does not read").in_part(MIME);
    let mut member = archive.member(MIME)?.take(MEDIA_TYPE.len() as u64);
    member.read_to_string(&mut said).map_err(damaged)?;
    Ok(said)
}

/// The sheets in the order of their tabs: name, whether it is hidden, and what is in it.
pub fn read(
    archive: &Archive<'_>,
    reading: &mut Reading<'_>,
) -> Result<Vec<(String, bool, Grid)>, Refused> {
    if archive.has(LOCKED) || is_locked(archive, reading.limits)? {
        return Err(Refused::locked());
    }
    if archive.has(MIME) && !is_spreadsheet(archive) {
        let help = "it is a text or a drawing; put its table into a spreadsheet, or save it as CSV";
        return Err(Refused::new("workbook.other", help));
    }
    let mut content = Content::default();
    let mut markup = Markup::open(archive, CONTENT, reading.limits)?;
    loop {
        let event = markup.next()?;
        let taken = match &event {
            Event::Eof => break,
            Event::Start(tag) => content.begin(tag, reading),
            Event::End(tag) => content.end(tag.local_name().as_ref(), reading),
            text => content.add(text, reading.limits),
        };
        taken.map_err(|refused| refused.in_part(CONTENT))?;
    }
    if content.spreadsheet.is_none() {
        return Err(Refused::no_spreadsheet());
    }
    Ok(content.sheets)
}

fn is_locked(archive: &Archive<'_>, limits: &Limits) -> Result<bool, Refused> {
    if !archive.has(MANIFEST) {
        return Ok(false);
    }
    let mut markup = Markup::open(archive, MANIFEST, limits)?;
    loop {
        match markup.next()? {
            Event::Eof => return Ok(false),
            Event::Start(tag) if tag.local_name().as_ref() == "encryption-data" => return Ok(true),
            _ => {}
        }
    }
}

/// A sheet being read.
struct Open {
    depth: usize,
    name: String,
    is_hidden: bool,
    grid: Grid,
    /// The row that is next, from 1.
    number: u32,
    /// For how many rows the present one stands.
    times: u32,
    row: Vec<Span>,
    column: usize,
}

/// A cell being read.
struct OpenCell {
    depth: usize,
    /// For how many cells beside each other it stands.
    times: usize,
    /// Over how many rows it reaches.
    rows: u32,
    /// Whether another reaches over it.
    is_covered: bool,
    value_type: String,
    value: String,
    formula: Option<String>,
    text: String,
    paragraphs: usize,
}

/// What was met so far of the part with the sheets.
#[derive(Default)]
struct Content {
    depth: usize,
    /// How deep the element of all sheets lies.
    spreadsheet: Option<usize>,
    /// The style whose properties are being read.
    style: String,
    /// Styles that hide a sheet.
    hiding: BTreeSet<String>,
    sheet: Option<Open>,
    cell: Option<OpenCell>,
    /// The depth of the paragraph of a cell, if in one.
    paragraph: Option<usize>,
    /// The depth of what is not shown in the cell: a remark, how a word is pronounced.
    aside: Option<usize>,
    /// Whether a blank would be one too many (OpenDocument 1.3 part 3, 6.1.2).
    is_blank: bool,
    sheets: Vec<(String, bool, Grid)>,
}

/// How many times something stands beside itself; what is no number stands once.
fn times(tag: &BytesStart<'_>, name: &str) -> u32 {
    let said = attribute(tag, name).and_then(|said| said.parse().ok());
    said.unwrap_or(1).max(1)
}

impl Content {
    fn begin(&mut self, tag: &BytesStart<'_>, reading: &mut Reading<'_>) -> Result<(), Refused> {
        self.depth += 1;
        let depth = self.depth;
        let name = tag.local_name();
        let name = name.as_ref();
        if self.aside.is_some() {
            return Ok(());
        }
        if self.paragraph.is_some() {
            return self.begin_in_text(tag, reading.limits);
        }
        if let Some(cell) = &mut self.cell {
            // A picture, a remark or a table in a cell is none of its text.
            if depth == cell.depth + 1 && name == "p" {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
                (self.paragraph, self.is_blank) = (Some(depth), true);
            } else {
                self.aside = Some(depth);
            }
            return Ok(());
        }
        match (name, &mut self.sheet) {
            ("style", None) => {
                self.style = match attribute(tag, "family").as_deref() {
                    Some("table") => attribute(tag, "name").unwrap_or_default(),
                    _ => String::new(),
                }
            }
            ("table-properties", None) => {
                let is_hiding = attribute(tag, "display").is_some_and(|said| said == "false");
                if is_hiding && !self.style.is_empty() && self.hiding.len() < HIDING_MAX {
                    self.hiding.insert(std::mem::take(&mut self.style));
                }
            }
            ("spreadsheet", None) => self.spreadsheet = Some(depth),
            // Sheets of other files are kept within links, a level deeper.
            ("table", None) if self.spreadsheet == Some(depth - 1) => {
                if self.sheets.len() == reading.limits.sheets {
                    return Err(Refused::too_big("sheets", reading.limits.sheets));
                }
                let style = attribute(tag, "style-name").unwrap_or_default();
                self.sheet = Some(Open {
                    depth,
                    name: attribute(tag, "name").unwrap_or_default(),
                    is_hidden: self.hiding.contains(&style),
                    grid: Grid::default(),
                    number: 1,
                    times: 1,
                    row: Vec::new(),
                    column: 0,
                });
            }
            // What was last seen of a sheet of another file.
            ("table-source", Some(sheet)) => sheet.is_hidden = true,
            ("shapes", Some(_)) => self.aside = Some(depth),
            ("table-row", Some(sheet)) => {
                sheet.row.clear();
                sheet.column = 0;
                sheet.times = times(tag, "number-rows-repeated");
            }
            ("table-cell" | "covered-table-cell", Some(_)) => {
                let is_covered = name == "covered-table-cell";
                self.cell = Some(begun(tag, depth, is_covered, reading.limits));
            }
            _ => {}
        }
        Ok(())
    }

    /// An element within the text of a cell.
    fn begin_in_text(&mut self, tag: &BytesStart<'_>, limits: &Limits) -> Result<(), Refused> {
        let Some(cell) = &mut self.cell else {
            return Ok(());
        };
        match tag.local_name().as_ref() {
            "s" => {
                let blanks = times(tag, "c").min(BLANKS_MAX);
                cell.text.extend((0..blanks).map(|_| ' '));
            }
            "tab" => cell.text.push('\t'),
            "line-break" => cell.text.push('\n'),
            "annotation" | "note" | "ruby-text" => self.aside = Some(self.depth),
            _ => {}
        }
        limits.bear(&cell.text, "cell")
    }

    fn add(&mut self, event: &Event<'_>, limits: &Limits) -> Result<(), Refused> {
        let (Some(_), None, Some(cell)) = (self.paragraph, self.aside, &mut self.cell) else {
            return Ok(());
        };
        let mut piece = String::new();
        add_text(event, &mut piece);
        for sign in piece.chars() {
            let is_blank = matches!(sign, ' ' | '\t' | '\r' | '\n');
            if !is_blank {
                cell.text.push(sign);
            } else if !self.is_blank {
                cell.text.push(' ');
            }
            self.is_blank = is_blank;
        }
        limits.bear(&cell.text, "cell")
    }

    fn end(&mut self, name: &str, reading: &mut Reading<'_>) -> Result<(), Refused> {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if self.aside.is_some() {
            self.aside = self.aside.filter(|aside| *aside != depth);
            return Ok(());
        }
        if self.paragraph.is_some() {
            self.paragraph = self.paragraph.filter(|paragraph| *paragraph != depth);
            return Ok(());
        }
        let Some(sheet) = &mut self.sheet else {
            return Ok(());
        };
        if let Some(cell) = self.cell.take_if(|cell| cell.depth == depth) {
            return sheet.put(cell, reading);
        }
        if self.cell.is_none() && name == "table-row" {
            return sheet.end_row(reading);
        }
        if let Some(mut sheet) = self.sheet.take_if(|sheet| sheet.depth == depth) {
            sheet.grid.finish();
            self.sheets.push((sheet.name, sheet.is_hidden, sheet.grid));
        }
        Ok(())
    }
}

fn begun(tag: &BytesStart<'_>, depth: usize, is_covered: bool, limits: &Limits) -> OpenCell {
    let mut cell = OpenCell {
        depth,
        times: 1,
        rows: 1,
        is_covered,
        value_type: String::new(),
        value: String::new(),
        formula: None,
        text: String::new(),
        paragraphs: 0,
    };
    let mut all = tag.attributes();
    for attribute in all.with_checks(false).take(XML_ATTRIBUTES).flatten() {
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        let value = value.unwrap_or_default();
        match attribute.key.local_name().as_ref() {
            "number-columns-repeated" => cell.times = value.parse().unwrap_or(1).max(1),
            "number-rows-spanned" => cell.rows = value.parse().unwrap_or(1),
            // LibreOffice says it again in a name space of its own.
            "value-type" if cell.value_type.is_empty() => cell.value_type = value.into_owned(),
            "value" | "date-value" | "boolean-value" | "string-value" => {
                cell.value = value.into_owned();
            }
            "formula" if limits.formulas > 0 => {
                // Before its sign stands whose rules it follows: `of:=SUM([.A1:.A2])`.
                let bare = value.split_once('=').map_or(&*value, |(_, bare)| bare);
                cell.formula = Some(bare.to_owned());
            }
            _ => {}
        }
    }
    cell
}

impl OpenCell {
    /// What a person sees, as other spreadsheets have it too.
    fn shown(&self) -> String {
        let text = self.text.trim();
        let is_bare = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
        match self.value_type.as_str() {
            _ if self.value.is_empty() => text.to_owned(),
            // Zeros before a number are shown and not stored.
            "float" if is_bare(text) => text.to_owned(),
            "float" | "currency" | "percentage" => number(&self.value, Format::Number, false),
            "date" => day(&self.value),
            "boolean" => self.value.to_uppercase(),
            _ if self.paragraphs == 0 => self.value.clone(),
            _ => text.to_owned(),
        }
    }
}

/// `2016-05-03T14:30:00` as a spreadsheet shows it; no time, where it is midnight.
fn day(value: &str) -> String {
    let Some((day, clock)) = value.split_once('T') else {
        return value.to_owned();
    };
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    match clock.strip_suffix(":00").unwrap_or(clock) {
        "00:00" => day.to_owned(),
        clock => format!("{day} {clock}"),
    }
}

impl Open {
    fn put(&mut self, open: OpenCell, reading: &mut Reading<'_>) -> Result<(), Refused> {
        let column = self.column;
        self.column = column.saturating_add(open.times);
        if open.is_covered {
            return Ok(());
        }
        let cell = Cell {
            column,
            kind: Kind::Seen,
            style: 0,
            text: open.shown(),
            formula: open.formula,
        };
        reading.put(&cell, open.times, &mut self.row)?;
        reading.put_formula(self.number, &cell, &mut self.row, &mut self.grid)?;
        if open.rows > 1 && !cell.text.is_empty() {
            let last = self.number.saturating_add(open.rows - 1);
            self.grid.merge(column, self.number, last, reading.limits)?;
        }
        Ok(())
    }

    fn end_row(&mut self, reading: &mut Reading<'_>) -> Result<(), Refused> {
        let after = self.number.saturating_add(self.times);
        if !self.row.is_empty() {
            if after > ROW_MAX + 1 {
                return Err(Refused::too_big("rows", ROW_MAX));
            }
            for number in self.number..after {
                reading.end(number, &self.row, &mut self.grid)?;
            }
        }
        self.number = after;
        Ok(())
    }
}
