//! Tables as text: comma, semicolon or tab between columns, RFC 4180 quotes, a header row.
//!
//! A quote that is never closed would swallow the rest of the file; here it costs the row that it stands
//! in, and reading goes on with the next line. So does one that only a later row's quote closes, which shows in
//! what follows it or in the number of columns. That, and exact line numbers, is why the splitting is done here.

use std::io::{self, BufRead};

use crate::limits::{COLUMNS, ROW_BYTES};
use crate::lines::{Line, Lines};
use crate::out::{Draft, Out};

/// After so many bytes in which the end of a quote was looked for in vain, quotes no longer reach over line ends:
/// looking for it again and again would take time without end.
const VAIN_BYTES: usize = 16 * ROW_BYTES;

/// A table being read.
pub(crate) struct Table<'a> {
    lines: Lines<'a>,
    delimiter: u8,
    columns: Vec<String>,
    /// Whether rows may leave out columns at their end.
    short_rows: bool,
    /// Whether rows may also have more than the header names.
    long_rows: bool,
    vain_left: usize,
}

/// A row of it.
pub(crate) struct Record {
    /// On which it begins.
    pub(crate) line: u64,
    fields: Vec<String>,
    fault: Option<RowFault>,
}

#[derive(Clone, Copy)]
enum RowFault {
    UnclosedQuote,
    TooLong,
    NotUtf8,
}

impl<'a> Table<'a> {
    /// Reads the header row. Its column names come out trimmed, in lower case, blanks as `_`, without `g:`.
    pub(crate) fn open(text: &'a mut dyn BufRead) -> io::Result<Self> {
        Self::open_after(text, 0, |_| true)
    }

    /// [`Table::open`] for a file with up to `preface` lines before its header.
    pub(crate) fn open_after(
        text: &'a mut dyn BufRead,
        preface: usize,
        is_header: fn(&[String]) -> bool,
    ) -> io::Result<Self> {
        let mut table = Self {
            lines: Lines::new(text),
            delimiter: b',',
            columns: Vec::new(),
            short_rows: false,
            long_rows: false,
            vain_left: VAIN_BYTES,
        };
        let mut passed_over = 0;
        while let Some(line) = table.lines.next()? {
            let names = header_names(&String::from_utf8_lossy(&line.bytes));
            if passed_over == preface || is_header(&names) {
                table.delimiter = delimiter_of(&line.bytes);
                table.lines.give_back(vec![line]);
                break;
            }
            passed_over += 1;
        }
        let header = table.next()?.map(|record| record.fields);
        table.columns = header
            .unwrap_or_default()
            .iter()
            .map(|name| column_name(name))
            .collect();
        Ok(table)
    }

    /// Takes rows that leave out columns at their end.
    pub(crate) fn with_short_rows(mut self) -> Self {
        self.short_rows = true;
        self
    }

    /// Takes rows of any length; what stands right of the header's columns has no name.
    pub(crate) fn with_any_rows(mut self) -> Self {
        (self.short_rows, self.long_rows) = (true, true);
        self
    }

    /// A table without a header: its first line is a row.
    pub(crate) fn headless(text: &'a mut dyn BufRead) -> io::Result<Self> {
        let mut table = Self {
            lines: Lines::new(text),
            delimiter: b',',
            columns: Vec::new(),
            short_rows: true,
            long_rows: true,
            vain_left: VAIN_BYTES,
        };
        if let Some(line) = table.lines.next()? {
            table.delimiter = delimiter_of(&line.bytes);
            table.lines.give_back(vec![line]);
        }
        Ok(table)
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where the column of that name is.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The next row; blank lines are none.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        let first = loop {
            match self.lines.next()? {
                None => return Ok(None),
                Some(line) if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.cut => {}
                Some(line) => break line,
            }
        };
        let number = first.number;
        let faulty = |fault| Record {
            line: number,
            fields: Vec::new(),
            fault: Some(fault),
        };
        if first.cut {
            return Ok(Some(faulty(RowFault::TooLong)));
        }
        let mut splitter = Splitter::new(self.delimiter);
        splitter.feed(&first.bytes);
        let mut size = first.bytes.len();
        let mut looked_at: Vec<Line> = Vec::new();
        while splitter.in_quotes {
            let more = if self.vain_left == 0 {
                None
            } else {
                self.lines.next()?
            };
            let Some(more) = more else {
                return Ok(Some(
                    self.without_end(faulty(RowFault::UnclosedQuote), looked_at),
                ));
            };
            size += more.room();
            let too_long = size > ROW_BYTES;
            if !too_long {
                splitter.field.push(b'\n');
                splitter.feed(&more.bytes);
            }
            looked_at.push(more);
            if too_long {
                return Ok(Some(
                    self.without_end(faulty(RowFault::UnclosedQuote), looked_at),
                ));
            }
        }
        let is_whole = self.columns.is_empty() || self.fits(splitter.fields.len() + 1);
        let runs_on = splitter.runs_on;
        let record = splitter.record(number);
        if !looked_at.is_empty() && (runs_on || !is_whole || record.fault.is_some()) {
            return Ok(Some(
                self.without_end(faulty(RowFault::UnclosedQuote), looked_at),
            ));
        }
        Ok(Some(record))
    }

    /// Hands each row that is whole to `each`; what is wrong with another is its fault.
    pub(crate) fn each_row(
        mut self,
        out: &mut Out<'_>,
        mut each: impl FnMut(&Record, &mut Draft),
    ) -> io::Result<()> {
        while let Some(record) = self.next()? {
            if out.full(record.line) {
                return Ok(());
            }
            let mut draft = out.draft(record.line);
            if self.whole(&record, &mut draft) {
                each(&record, &mut draft);
            }
            out.push(draft);
        }
        Ok(())
    }

    fn fits(&self, fields: usize) -> bool {
        let columns = self.columns.len();
        let is_long = fields > columns && fields <= COLUMNS;
        columns <= COLUMNS
            && (fields == columns
                || self.short_rows && fields < columns
                || self.long_rows && is_long)
    }

    fn without_end(&mut self, record: Record, looked_at: Vec<Line>) -> Record {
        let vain = looked_at.iter().map(Line::room).sum();
        self.vain_left = self.vain_left.saturating_sub(vain);
        self.lines.give_back(looked_at);
        record
    }

    /// Puts what is wrong with the row as such into `draft`; `true` if its fields can be read.
    pub(crate) fn whole(&self, record: &Record, draft: &mut Draft) -> bool {
        let (rule, found, help) = match record.fault {
            Some(RowFault::UnclosedQuote) => (
                "row.unclosed_quote",
                String::new(),
                "close the quote, or double it where it is meant: 10\"\"".to_owned(),
            ),
            Some(RowFault::TooLong) => (
                "row.too_long",
                String::new(),
                format!("a row has at most {ROW_BYTES} bytes"),
            ),
            Some(RowFault::NotUtf8) => (
                "text.not_utf8",
                String::new(),
                "save the file as UTF-8".to_owned(),
            ),
            None if !self.fits(record.fields.len()) => (
                "row.columns",
                match record.fields.len() {
                    ..=COLUMNS => format!("{} columns", record.fields.len()),
                    _ => format!("more than {COLUMNS} columns"),
                },
                format!(
                    "the header has {}; put quotes around a value that holds the separator",
                    self.columns.len()
                ),
            ),
            None => {
                if record.fields.iter().any(|field| field.contains('\u{FFFD}')) {
                    draft.note(
                        "",
                        "text.replaced",
                        "\u{FFFD}",
                        "a character could not be decoded; look at the source",
                    );
                }
                return true;
            }
        };
        draft.fault("", rule, &found, &help);
        false
    }
}

impl Record {
    /// Whether it was read and nothing stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.fields.iter().all(|field| field.trim().is_empty())
    }

    /// A field, trimmed; empty when there is no such column.
    pub(crate) fn get(&self, column: Option<usize>) -> &str {
        column
            .and_then(|column| self.fields.get(column))
            .map_or("", |field| field.trim())
    }
}

struct Splitter {
    delimiter: u8,
    fields: Vec<Vec<u8>>,
    field: Vec<u8>,
    in_quotes: bool,
    /// A field has had its closing quote.
    is_closed: bool,
    /// A field went on after its closing quote, which RFC 4180 does not know.
    runs_on: bool,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            fields: Vec::new(),
            field: Vec::new(),
            in_quotes: false,
            is_closed: false,
            runs_on: false,
        }
    }

    fn feed(&mut self, line: &[u8]) {
        let mut bytes = line.iter().copied().peekable();
        let mut at_start = !self.in_quotes;
        while let Some(byte) = bytes.next() {
            if self.in_quotes {
                if byte != b'"' {
                    self.field.push(byte);
                } else if bytes.next_if_eq(&b'"').is_some() {
                    self.field.push(b'"');
                } else {
                    (self.in_quotes, self.is_closed) = (false, true);
                }
            } else if byte == self.delimiter {
                self.is_closed = false;
                let field = std::mem::take(&mut self.field);
                // One more than is read, so that it can be seen that there are too many.
                if self.fields.len() <= COLUMNS {
                    self.fields.push(field);
                }
                at_start = true;
                continue;
            } else if byte == b'"' && at_start {
                self.in_quotes = true;
            } else {
                self.runs_on |= self.is_closed;
                self.field.push(byte);
            }
            at_start = false;
        }
    }

    fn record(mut self, line: u64) -> Record {
        self.fields.push(self.field);
        let fields: Result<Vec<String>, _> =
            self.fields.into_iter().map(String::from_utf8).collect();
        match fields {
            Ok(fields) => Record {
                line,
                fields,
                fault: None,
            },
            Err(_) => Record {
                line,
                fields: Vec::new(),
                fault: Some(RowFault::NotUtf8),
            },
        }
    }
}

/// What stands most often in the header line.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    let mut best = b',';
    for delimiter in [b'\t', b';'] {
        if count(delimiter) > count(best) {
            best = delimiter;
        }
    }
    best
}

/// The names in a header line, for telling kinds apart.
pub(crate) fn header_names(line: &str) -> Vec<String> {
    let mut splitter = Splitter::new(delimiter_of(line.as_bytes()));
    splitter.feed(line.trim_end().as_bytes());
    let names = splitter.record(1).fields;
    names.iter().map(|name| column_name(name)).collect()
}

fn column_name(text: &str) -> String {
    let lower = text.trim().to_lowercase().replace(' ', "_");
    lower.strip_prefix("g:").unwrap_or(&lower).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Option<Vec<String>>)> {
        let mut bytes = text.as_bytes();
        let mut table = Table::open(&mut bytes).expect("reads");
        let mut rows = Vec::new();
        while let Some(record) = table.next().expect("reads") {
            let fields = record.fault.is_none().then_some(record.fields);
            rows.push((record.line, fields));
        }
        rows
    }

    fn fields(of: &[&str]) -> Option<Vec<String>> {
        Some(of.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn quotes_line_ends_and_line_numbers_are_those_of_the_file() {
        assert_eq!(
            rows("a,b\r\n\"x \"\"1\"\"\",\"two\r\nlines\"\r\n\r\n10\" tv,y\r\nlast,"),
            [
                (2, fields(&["x \"1\"", "two\nlines"])),
                (5, fields(&["10\" tv", "y"])),
                (6, fields(&["last", ""])),
            ]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_row() {
        assert_eq!(
            rows("a,b\n1,\"open\n2,x\n3,y\n"),
            [
                (2, None),
                (3, fields(&["2", "x"])),
                (4, fields(&["3", "y"]))
            ]
        );
    }

    #[test]
    fn a_quote_that_the_next_rows_quote_closes_costs_one_row() {
        let second = (3, fields(&["2", "y"]));
        assert_eq!(
            rows("a,b\n\"1,x\n\"2\",y\n"),
            [(2, None), (3, fields(&["2", "y"]))]
        );
        assert_eq!(rows("a,b\n1,\"x\n2,\"y\"\n"), [(2, None), second.clone()]);
        assert_eq!(rows("a,b\n1,2,\"x\n2,\"\"\"y\"\n")[0], (2, None));
        assert_eq!(
            rows("a,b\n1,\"x\n\"\n2,y\n"),
            [(2, fields(&["1", "x\n"])), (4, second.1)]
        );
    }

    #[test]
    fn however_many_quotes_are_not_closed_the_others_reach_over_line_ends() {
        let mut text = "a,b\n".to_owned();
        for _ in 0..1_000 {
            text += "1,\"x\n2,\"y\"\n";
        }
        text += "3,\"two\nlines\"\n";
        let read = rows(&text);
        assert_eq!(read.len(), 2_001);
        assert_eq!(read.last(), Some(&(2_002, fields(&["3", "two\nlines"]))));
    }

    #[test]
    fn quotes_are_not_looked_after_without_end() {
        let row = "1,\"x\n";
        let text = format!("a,b\n{}", row.repeat(ROW_BYTES));
        let mut bytes = text.as_bytes();
        let mut table = Table::open(&mut bytes).expect("reads");
        let mut looked_at = 0;
        let mut count = 0;
        while table.next().expect("reads").is_some() {
            looked_at = looked_at.max(table.lines.given_back());
            count += 1;
        }
        assert_eq!(count, ROW_BYTES);
        assert_eq!(table.vain_left, 0);
        // Each line takes room beside its bytes.
        assert!(looked_at < ROW_BYTES / 32, "{looked_at} lines at once");
    }

    #[test]
    fn tabs_and_semicolons_are_seen_in_the_header() {
        assert_eq!(rows("a\tb\n1,5\t2\n"), [(2, fields(&["1,5", "2"]))]);
        assert_eq!(rows("a;b\n1,5;2\n"), [(2, fields(&["1,5", "2"]))]);
        assert_eq!(header_names("G:ID,Image Link\r"), ["id", "image_link"]);
    }

    #[test]
    fn a_line_past_the_limit_costs_one_row() {
        let long = "x".repeat(ROW_BYTES + 10);
        let read = rows(&format!("a,b\n{long},1\n2,3\n"));
        assert_eq!(read, [(2, None), (3, fields(&["2", "3"]))]);
    }
}
