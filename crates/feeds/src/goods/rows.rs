//! Rows of tables: as text, and of a spreadsheet.

use std::io::{BufReader, Read};
use std::rc::Rc;

use super::heads::{self, HEAD_ROWS_MAX, Places};
use super::{Goods, GoodsSink, Head, Mapping, objects};
use crate::FileError;
use crate::limits::{FIELD_CHARS, ROWS};
use crate::out::Draft;
use crate::source::{Source, Transcoded};
use crate::table::{Table, header_names};
use crate::workbook::{self, Limits, Sheet, SheetRow};

/// Rows between two words on progress.
pub const PROGRESS_ROWS: u64 = 256;

/// What a place of a row says, no longer than is kept.
pub fn kept(text: &str) -> String {
    text.trim().chars().take(FIELD_CHARS).collect()
}

fn goods<'a>(places: &Places, sheet: &str, line: u64, at: impl Fn(usize) -> &'a str) -> Goods {
    let mut goods = Goods {
        sheet: sheet.to_owned(),
        line,
        ..Goods::default()
    };
    for (column, place) in &places.0 {
        goods.set(*column, &kept(at(*place)));
    }
    goods
}

/// Reads what is no spreadsheet.
pub fn of_text(
    file: &str,
    raw: impl Read,
    total: u64,
    mapping: Option<&Mapping>,
    sink: &mut dyn GoodsSink,
) -> Result<(), FileError> {
    let mut source = Source::open(file, raw)?;
    let start = source.head.trim_start();
    if start.starts_with('<') {
        return objects::of_feed(file, source, total, sink);
    }
    if start.starts_with('{') || start.starts_with('[') {
        return objects::of_json(file, source, total, mapping, sink);
    }
    // Cut off in the middle of a character, the head's end says nothing.
    let is_utf8 = !source
        .head
        .trim_end_matches('\u{FFFD}')
        .contains('\u{FFFD}');
    if !is_utf8 {
        let text = std::mem::replace(&mut source.text, Box::new(std::io::empty()));
        let western = Transcoded::new(text, encoding_rs::WINDOWS_1252);
        source.text = Box::new(BufReader::new(western));
    }
    let first: Vec<&str> = source.head.lines().take(HEAD_ROWS_MAX).collect();
    let first: Vec<Vec<String>> = first.iter().map(|line| header_names(line)).collect();
    let head = heads::row_of_heads(&first, mapping);
    let tally = Rc::clone(&source.tally);
    let mut progress = |sink: &mut dyn GoodsSink| sink.progress(tally.bytes(), total);
    let read = table(
        file,
        &mut source,
        (head, &first),
        mapping,
        &mut progress,
        sink,
    );
    read.map_err(|stopped| match stopped {
        Stopped::Io(error) => source.error(&error),
        Stopped::File(error) => error,
    })?;
    progress(sink);
    Ok(())
}

/// Why reading stopped: what is told of an error of reading needs the whole source.
enum Stopped {
    Io(std::io::Error),
    File(FileError),
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<FileError> for Stopped {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

fn table(
    file: &str,
    source: &mut Source<'_>,
    (head, first): (Option<usize>, &[Vec<String>]),
    mapping: Option<&Mapping>,
    progress: &mut dyn FnMut(&mut dyn GoodsSink),
    sink: &mut dyn GoodsSink,
) -> Result<(), Stopped> {
    let mut table = match head {
        Some(at) => Table::open_after(&mut *source.text, at, |_| false)?.with_any_rows(),
        None => Table::headless(&mut *source.text)?,
    };
    let heads = table.columns().to_vec();
    let below = head.map_or(0, |at| at + 1);
    let sample = first.get(below..).unwrap_or_default();
    let (places, mapping) = heads::read(file, mapping, &heads, sample)?;
    let line = head.map_or(0, |at| at as u64 + 1);
    sink.head(Head::new("", line, mapping, heads));
    let file: Rc<str> = file.into();
    let mut number = 0_u64;
    while let Some(record) = table.next()? {
        if record.is_blank() {
            continue;
        }
        number += 1;
        if number.is_multiple_of(PROGRESS_ROWS) {
            progress(sink);
        }
        let mut draft = Draft::new(Rc::clone(&file), record.line);
        let is_past = number > ROWS;
        if is_past {
            draft.fault(
                "",
                "file.too_many_rows",
                &ROWS.to_string(),
                "split the file",
            );
        }
        let mut goods = if !is_past && table.whole(&record, &mut draft) {
            goods(&places, "", record.line, |at| record.get(Some(at)))
        } else {
            Goods {
                line: record.line,
                ..Goods::default()
            }
        };
        goods.faults = draft.into_faults();
        if !sink.row(goods) || is_past {
            break;
        }
    }
    Ok(())
}

/// Reads the sheets of a spreadsheet that can be seen.
pub fn of_workbook(
    file: &str,
    bytes: &[u8],
    limits: &Limits,
    mapping: Option<&Mapping>,
    sink: &mut dyn GoodsSink,
) -> Result<(), FileError> {
    let sheets = workbook::read(file, bytes, limits).map_err(FileError::Workbook)?;
    let seen: Vec<&Sheet> = sheets.iter().filter(|sheet| !sheet.is_hidden).collect();
    let is_only = seen.len() == 1;
    let total: usize = seen.iter().map(|sheet| sheet.rows_count()).sum();
    let mut done = 0_u64;
    for sheet in seen {
        let cells = |row: SheetRow<'_>| row.texts().map(str::to_owned).collect::<Vec<_>>();
        let first: Vec<Vec<String>> = sheet.rows().take(HEAD_ROWS_MAX).map(cells).collect();
        if first.is_empty() {
            continue;
        }
        // A mapping is of the sheets that have its heads; another sheet's are told as ever.
        let mapping = mapping.filter(|mapping| is_only || heads::has_one_of(&first, mapping));
        let head = heads::row_of_heads(&first, mapping);
        let below = head.map_or(0, |at| at + 1);
        let heads_of = head
            .and_then(|at| first.get(at))
            .cloned()
            .unwrap_or_default();
        let sample = first.get(below..).unwrap_or_default();
        let (places, mapping) = heads::read(file, mapping, &heads_of, sample)?;
        let line = head.and_then(|at| sheet.rows().nth(at));
        let line = line.map_or(0, |row| u64::from(row.number));
        sink.head(Head::new(&sheet.name, line, mapping, heads_of));
        for row in sheet.rows().skip(below) {
            done += 1;
            if done.is_multiple_of(PROGRESS_ROWS) {
                sink.progress(done, total as u64);
            }
            let line = u64::from(row.number);
            if !sink.row(goods(&places, &sheet.name, line, |at| row.text(at))) {
                return Ok(());
            }
        }
    }
    sink.progress(total as u64, total as u64);
    Ok(())
}
