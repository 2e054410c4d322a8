//! A host network's own list of approved devices: a table as text, a spreadsheet, or JSON, a device a row.
//!
//! A device goes by its type allocation code, its model code, or its brand and name. Which column is which is told by
//! its head, or as a mapping says (`approved/heads.rs`); what stands in a cell is read in `approved/cells.rs`. Two
//! rows that contradict each other both are faults: which of them is right cannot be told here. Which network it is,
//! and whether the list counts, is not known here.
//!
//! A row may be contradicted by the last one of the file, so rows are held until its end.

mod cells;
mod heads;

use std::collections::HashMap;
use std::io::{self, BufRead, Read};

use domain::Period;
use domain::certification::{Builds, CertificationResult};
use serde_json::{Map, Value};

use crate::json::{self, Elements};
use crate::limits::FILE_BYTES;
use crate::out::{Draft, Out};
use crate::table::{Table, header_names};
use crate::workbook::{self, Limits, Sheet, SheetRow};
use crate::{ApprovalFact, Fact, FileError};

use self::heads::{HEAD_ROWS_MAX, Places};

pub use self::heads::{ApprovedColumn, ApprovedMapping};

/// Why reading stopped.
pub(crate) enum Stopped {
    /// The bytes could not be read.
    Io(io::Error),
    /// The file as a whole is not read.
    File(Box<FileError>),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<FileError> for Stopped {
    fn from(error: FileError) -> Self {
        Self::File(Box::new(error))
    }
}

/// How a list is to be read.
pub(crate) struct How<'a> {
    pub mapping: &'a ApprovedMapping,
    pub limits: Limits,
    pub rows: usize,
}

/// Reads a list; the mapping that it was read with comes back.
pub(crate) fn read(
    text: &mut dyn BufRead,
    head: &str,
    file: &str,
    how: &How<'_>,
    out: &mut Out<'_>,
) -> Result<ApprovedMapping, Stopped> {
    let mut list = List {
        file,
        said: how.mapping,
        used: None,
        rows_max: how.rows,
        rows: Vec::new(),
        out,
    };
    if workbook::is_workbook(text.fill_buf()?) {
        let mut bytes = Vec::new();
        text.take(FILE_BYTES).read_to_end(&mut bytes)?;
        let sheets = workbook::read(file, &bytes, &how.limits).map_err(FileError::Workbook)?;
        drop(bytes);
        list.of_workbook(&sheets)?;
    } else if head.trim_start().starts_with(['{', '[']) {
        list.of_json(text)?;
    } else {
        list.of_table(text, head)?;
    }
    list.finish()
}

/// A list while it is read.
struct List<'a, 'b> {
    file: &'a str,
    said: &'a ApprovedMapping,
    /// The columns of what was read first; all that follows has them too.
    used: Option<ApprovedMapping>,
    rows_max: usize,
    rows: Vec<(Draft, Vec<ApprovalFact>)>,
    out: &'a mut Out<'b>,
}

impl List<'_, '_> {
    /// The columns of a table with these heads.
    fn places(&mut self, heads: &[String]) -> Result<Places, FileError> {
        let (places, mapping) =
            heads::read(self.file, self.used.as_ref().unwrap_or(self.said), heads)?;
        self.used.get_or_insert(mapping);
        Ok(places)
    }

    /// Whether one more row is taken; the first that is not says so.
    fn has_room(&mut self, line: u64) -> bool {
        if self.rows.len() < self.rows_max {
            return true;
        }
        if self.rows.len() == self.rows_max {
            let mut draft = self.out.draft(line);
            let found = self.rows_max.to_string();
            draft.fault("", "file.too_many_rows", &found, "split the file");
            self.rows.push((draft, Vec::new()));
        }
        false
    }

    fn put<'c>(&mut self, places: &Places, at: impl Fn(usize) -> &'c str, mut draft: Draft) {
        let facts = cells::row(places, at, &mut draft);
        self.rows.push((draft, facts));
    }

    fn of_table(&mut self, text: &mut dyn BufRead, head: &str) -> Result<(), Stopped> {
        let first: Vec<Vec<String>> = head.lines().take(HEAD_ROWS_MAX).map(header_names).collect();
        let at = heads::row_of_heads(&first, self.said).unwrap_or(0);
        let mut table = Table::open_after(text, at, |_| false)?.with_short_rows();
        let heads = table.columns().to_vec();
        let places = self.places(&heads)?;
        while let Some(record) = table.next()? {
            if record.is_blank() {
                continue;
            }
            if !self.has_room(record.line) {
                break;
            }
            let mut draft = self.out.draft(record.line);
            if table.whole(&record, &mut draft) {
                self.put(&places, |at| record.get(Some(at)), draft);
            } else {
                self.rows.push((draft, Vec::new()));
            }
        }
        Ok(())
    }

    /// The sheets that can be seen and have heads of devices; a sheet without them is named and passed over.
    fn of_workbook(&mut self, sheets: &[Sheet]) -> Result<(), Stopped> {
        let seen: Vec<&Sheet> = sheets.iter().filter(|sheet| !sheet.is_hidden).collect();
        let mut heads_seen = Vec::new();
        let mut passed_over = Vec::new();
        let mut is_read = false;
        for sheet in seen {
            let cells = |row: SheetRow<'_>| row.texts().map(str::to_owned).collect::<Vec<_>>();
            let first: Vec<Vec<String>> = sheet.rows().take(HEAD_ROWS_MAX).map(cells).collect();
            let head = heads::row_of_heads(&first, self.said);
            let Some((at, heads)) = head.and_then(|at| Some((at, first.get(at)?))) else {
                if let Some(row) = sheet.rows().next() {
                    passed_over.push((sheet, u64::from(row.number)));
                    heads_seen.extend(first.into_iter().next().unwrap_or_default());
                }
                continue;
            };
            let places = self.places(heads)?;
            is_read = true;
            for row in sheet.rows().skip(at + 1) {
                let line = u64::from(row.number);
                if !self.has_room(line) {
                    return Ok(());
                }
                let draft = self.out.draft_in(&sheet.name, line);
                self.put(&places, |at| row.text(at), draft);
            }
        }
        if !is_read {
            // The error has the heads that there are.
            self.places(&heads_seen)?;
        }
        for (sheet, line) in passed_over {
            let mut draft = self.out.draft_in(&sheet.name, line);
            let help =
                "none of its columns is of devices; if it lists some, give its columns heads";
            draft.note("", "sheet.passed_over", &sheet.name, help);
            self.rows.push((draft, Vec::new()));
        }
        Ok(())
    }

    /// An array of objects: their keys are the heads.
    fn of_json(&mut self, text: &mut dyn BufRead) -> Result<(), Stopped> {
        let mut elements = Elements::new(text);
        while let Some(element) = elements.next()? {
            if !self.has_room(element.line) {
                break;
            }
            let mut draft = self.out.draft(element.line);
            let object = match element.content {
                Ok(bytes) => json::object(&bytes, &mut draft),
                Err(broken) => {
                    broken.report(&mut draft);
                    None
                }
            };
            let Some(object) = object else {
                self.rows.push((draft, Vec::new()));
                continue;
            };
            let heads: Vec<String> = object.keys().cloned().collect();
            let places = if self.used.is_none() {
                self.places(&heads)?
            } else {
                heads::of_object(self.used.as_ref().unwrap_or(self.said), &heads, &mut draft)
            };
            let texts = texts(&object);
            self.put(
                &places,
                |at| texts.get(at).map_or("", String::as_str),
                draft,
            );
        }
        Ok(())
    }

    /// Hands the rows on; what contradicts another is a fault, and what repeats one gives no fact.
    fn finish(self) -> Result<ApprovedMapping, Stopped> {
        let marks = marks(&self.rows);
        let Some(mapping) = self.used else {
            let (_, mapping) = heads::read(self.file, self.said, &[])?;
            return Ok(mapping);
        };
        let mut marks = marks.into_iter().peekable();
        for (row, (mut draft, facts)) in self.rows.into_iter().enumerate() {
            let mut is_repeat = false;
            while let Some((_, mark)) = marks.next_if(|(of, _)| *of == row) {
                is_repeat |= mark.put(&mut draft);
            }
            for fact in facts.into_iter().filter(|_| !is_repeat) {
                draft.fact(Fact::Approval(Box::new(fact)));
            }
            self.out.push(draft);
        }
        Ok(mapping)
    }
}

/// The values of an object as texts, in the order of its keys; what is neither text nor number nor list says nothing.
fn texts(object: &Map<String, Value>) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        _ => String::new(),
    };
    let values = object.values().map(|value| match value {
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(", "),
        one => text(one),
    });
    values.collect()
}

/// What a row says, without since when: what must not differ among rows on one device.
struct Said<'a> {
    row: usize,
    builds: &'a Builds,
    result: &'a CertificationResult,
    is_withdrawn: bool,
    valid: Period,
}

/// Names that a row's device goes by, each of which may stand in another row.
fn names(fact: &ApprovalFact) -> Vec<String> {
    use catalogue::key;
    let mut names: Vec<String> = fact.tacs.iter().copied().map(key::tac).collect();
    names.extend(fact.codes.iter().map(|code| key::code(code)));
    if fact.tacs.is_empty() && fact.codes.is_empty() {
        names.push(key::device(&fact.brand, &fact.model));
    }
    names
}

fn overlap(one: Period, other: Period) -> bool {
    let before = |one: Period, other: Period| match (one.until, other.from) {
        (Some(until), Some(from)) => until <= from,
        _ => false,
    };
    !before(one, other) && !before(other, one)
}

/// What a row is beside another, by the line of that one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Contradicts(u64),
    Repeats(u64),
}

impl Mark {
    /// Tells it; whether the row gives no fact because of it.
    fn put(&self, draft: &mut Draft) -> bool {
        match self {
            Self::Contradicts(line) => {
                let help = format!(
                    "line {line} says something else of the same device at the same time; neither counts until one is taken out"
                );
                draft.fault("", "approval.contradicted", "", &help);
                false
            }
            Self::Repeats(line) => {
                let help = format!("line {line} says the same of the same device");
                draft.note("", "approval.repeated", "", &help);
                draft.repeat();
                true
            }
        }
    }
}

/// Rows on one device, for the same builds and at the same time, of which one says something else than the other, or
/// the same; in the order of rows. Each is held against the last few that differ among themselves, so that a file of one
/// device costs no square.
fn marks(rows: &[(Draft, Vec<ApprovalFact>)]) -> Vec<(usize, Mark)> {
    const HELD_AGAINST_MAX: usize = 16;
    let line = |row: usize| rows.get(row).map_or(0, |(draft, _)| draft.line());
    let mut marks: Vec<(usize, Mark)> = Vec::new();
    let mut known: HashMap<String, Vec<Said<'_>>> = HashMap::new();
    for (row, (draft, facts)) in rows.iter().enumerate() {
        if draft.has_faults() {
            continue;
        }
        let mut repeated = None;
        let mut is_repeat = !facts.is_empty();
        for fact in facts {
            for name in names(fact) {
                let now = Said {
                    row,
                    builds: &fact.builds,
                    result: &fact.result,
                    is_withdrawn: fact.is_withdrawn,
                    valid: fact.valid,
                };
                let others = known.entry(name).or_default();
                for other in others.iter().filter(|other| now.contradicts(other)) {
                    marks.push((row, Mark::Contradicts(line(other.row))));
                    marks.push((other.row, Mark::Contradicts(line(row))));
                }
                if let Some(first) = others.iter().find(|other| now.repeats(other)) {
                    repeated.get_or_insert(first.row);
                    continue;
                }
                is_repeat = false;
                if others.len() == HELD_AGAINST_MAX {
                    others.remove(0);
                }
                others.push(now);
            }
        }
        if let Some(first) = repeated.filter(|_| is_repeat) {
            marks.push((row, Mark::Repeats(line(first))));
        }
    }
    marks.sort_unstable();
    marks.dedup();
    marks
}

impl Said<'_> {
    fn repeats(&self, other: &Self) -> bool {
        self.builds == other.builds
            && self.result == other.result
            && self.is_withdrawn == other.is_withdrawn
            && self.valid == other.valid
    }

    fn contradicts(&self, other: &Self) -> bool {
        self.row != other.row
            && self.builds == other.builds
            && (self.result, self.is_withdrawn) != (other.result, other.is_withdrawn)
            && overlap(self.valid, other.valid)
    }
}
