//! A spreadsheet as the desk shows it: its sheets as tables of texts, formulas as the texts that they are, and all of it as
//! lines that suggestions are read from.
//!
//! Nothing is worked out, followed or fetched. What is past a limit is left out and said. What it means is not known here.

use std::fmt::Write as _;

use feeds::workbook::{self, Limits, Sheet};

/// Most sheets that are shown.
const SHEETS_MAX: usize = 10;
/// Most rows of one sheet that are shown.
const ROWS_MAX: usize = 200;
/// Most columns of one sheet that are shown.
const COLUMNS_MAX: usize = 30;
/// Most cells of all sheets that are shown.
const CELLS_MAX: usize = 10_000;
/// Characters of one cell, and of one formula, that are shown.
const CELL_CHARS_MAX: usize = 300;
/// Most characters of text that suggestions are read from.
const TEXT_CHARS_MAX: usize = 100_000;
/// A sheet with so many rows of several cells is a list of things.
const LIST_ROWS_MIN: usize = 20;

/// A cell as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellShown {
    /// What it last showed.
    pub text: String,
    /// What it is worked out by, with its `=`, where it is.
    pub formula: Option<String>,
}

/// A row as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowShown {
    /// As the spreadsheet counts, from 1.
    pub number: u32,
    /// From the first column on.
    pub cells: Vec<CellShown>,
}

/// A sheet as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetShown {
    /// As its tab says.
    pub name: String,
    /// Whether whoever opens the file does not see it.
    pub is_hidden: bool,
    /// The letters of the columns that are shown: `A`, `B`.
    pub columns: Vec<String>,
    /// The rows that are shown.
    pub rows: Vec<RowShown>,
    /// What of it is left out, in sentences.
    pub left_out: Vec<String>,
}

impl SheetShown {
    fn cells_count(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
}

/// Where a line of the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinePlace {
    sheet: usize,
    row: u32,
}

/// A spreadsheet that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheets {
    pub shown: Vec<SheetShown>,
    /// A line for each row, its cells with tabs between them.
    pub text: String,
    /// Of each line of the text.
    pub lines: Vec<LinePlace>,
    /// What there is to know of it besides, in sentences.
    pub remarks: Vec<String>,
    /// How many rows its largest list has; none: it has no list.
    pub list_rows: Option<usize>,
}

/// `sheet “Phones”, row 7`.
pub(super) fn place_of(sheets: &[SheetShown], place: LinePlace) -> String {
    let name = sheets.get(place.sheet).map_or("", |sheet| &sheet.name);
    format!("sheet “{name}”, row {}", place.row)
}

/// `A` for 0, `AB` for 27.
fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        // INVARIANT: below 26.
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(CELL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads a spreadsheet; one that is not read says why, with what helps.
pub(super) fn read(bytes: &[u8]) -> Sheets {
    let mut read = Sheets::default();
    let sheets = match workbook::read("", bytes, &Limits::SHOWN) {
        Ok(sheets) => sheets,
        Err(fault) => {
            let why = format!("Nothing is read of this spreadsheet: {}.", fault.help);
            read.remarks.push(why);
            return read;
        }
    };
    let is_only_hidden = sheets.iter().all(|sheet| sheet.is_hidden);
    let left_alone = workbook::left_alone(bytes);
    read.remarks
        .extend(left_alone.into_iter().map(str::to_owned));
    if let Some(more) = sheets
        .len()
        .checked_sub(SHEETS_MAX)
        .filter(|more| *more > 0)
    {
        read.remarks.push(format!(
            "Only the first {SHEETS_MAX} sheets are shown and read; {more} more are in the original."
        ));
    }
    let formulas: usize = sheets.iter().map(Sheet::formulas_count).sum();
    if formulas > 0 {
        let many = match formulas {
            1 => "One of its cells is a formula".to_owned(),
            many => format!("{many} of its cells are formulas"),
        };
        read.remarks.push(format!(
            "{many}, shown as a text beside what was last worked out. Nothing is worked out here."
        ));
    }
    if is_only_hidden && !sheets.is_empty() {
        let remark = "Whoever opens it sees none of its sheets: all are hidden.";
        read.remarks.push(remark.to_owned());
    }
    for (at, sheet) in sheets.iter().take(SHEETS_MAX).enumerate() {
        read.take(at, sheet);
    }
    read
}

impl Sheets {
    fn take(&mut self, at: usize, sheet: &Sheet) {
        let widest = sheet.rows().map(|row| row.texts().count()).max();
        let widest = widest.unwrap_or(0);
        let columns = widest.min(COLUMNS_MAX);
        let shown: usize = self.shown.iter().map(SheetShown::cells_count).sum();
        let room = (CELLS_MAX - shown) / columns.max(1);
        let rows_max = ROWS_MAX.min(room);
        let rows = sheet.rows().take(rows_max).map(|row| RowShown {
            number: row.number,
            cells: (0..columns)
                .map(|column| CellShown {
                    text: shortened(row.text(column)),
                    formula: row.formula(column).map(|text| match text {
                        "" => "= (as in a cell beside it)".to_owned(),
                        text => shortened(&format!("={text}")),
                    }),
                })
                .collect(),
        });
        let mut left_out = Vec::new();
        let mut beyond = |count: usize, max: usize, what: &str| {
            if count > max {
                left_out.push(format!("{} more {what} are in the original.", count - max));
            }
        };
        beyond(sheet.rows_count(), rows_max, "rows");
        beyond(widest, COLUMNS_MAX, "columns");
        self.shown.push(SheetShown {
            name: sheet.name.clone(),
            is_hidden: sheet.is_hidden,
            columns: (0..columns).map(letters).collect(),
            rows: rows.collect(),
            left_out,
        });
        let is_of_list =
            |row: &workbook::SheetRow<'_>| row.texts().filter(|text| !text.is_empty()).count() > 1;
        let listed = sheet.rows().filter(is_of_list).count();
        if listed >= LIST_ROWS_MIN {
            self.list_rows = self.list_rows.max(Some(listed));
        }
        self.add_text(at, sheet);
    }

    fn add_text(&mut self, at: usize, sheet: &Sheet) {
        for row in sheet.rows() {
            // A row is one line, whatever its cells hold.
            let mut line = String::new();
            for text in row.texts() {
                let words = text.split_whitespace().collect::<Vec<_>>();
                let _ = write!(line, "{}\t", words.join(" "));
            }
            if self.text.len() + line.len() > TEXT_CHARS_MAX {
                let remark = "Suggestions are read from its first rows alone: it is long.";
                if !self.remarks.iter().any(|known| known == remark) {
                    self.remarks.push(remark.to_owned());
                }
                return;
            }
            self.text.push_str(line.trim_end());
            self.text.push('\n');
            self.lines.push(LinePlace {
                sheet: at,
                row: row.number,
            });
        }
    }
}

/// What to do with a spreadsheet of a kind that is not read; none: it is no spreadsheet.
pub(super) fn other_kind(bytes: &[u8]) -> Option<String> {
    if !workbook::is_workbook(bytes) {
        return None;
    }
    let fault = workbook::read("", bytes, &Limits::SHOWN).err()?;
    let is_told = matches!(fault.rule, "workbook.old" | "workbook.other");
    is_told.then(|| format!("If it is a spreadsheet: {}.", fault.help))
}

/// How many rows a table as text has, if it is a list of things.
pub(super) fn list_rows(text: &str) -> Option<usize> {
    let rows = text.lines().filter(|line| !line.trim().is_empty()).count();
    Some(rows).filter(|rows| *rows >= LIST_ROWS_MIN)
}

#[cfg(test)]
mod tests {
    use feeds::workbook::{Book, Look};

    use super::*;

    fn book(sheets: &[(&str, Vec<Vec<String>>)]) -> Vec<u8> {
        let mut book = Book::default();
        for (name, rows) in sheets {
            book.sheet(name, &[]).expect("packs");
            for row in rows {
                let cells = row.iter().map(String::as_str);
                book.row(cells, Look::Plain, &[]).expect("packs");
            }
        }
        book.finish().expect("packs")
    }

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_row_is_one_line_that_knows_where_it_stands() {
        let read = read(&book(&[
            ("Cover", vec![row(&["Letter\nof two lines", ""])]),
            (
                "Phones",
                vec![row(&["Model", "TAC"]), row(&["Mi 4i", "86012602"])],
            ),
        ]));
        let lines: Vec<&str> = read.text.lines().collect();
        assert_eq!(
            lines,
            ["Letter of two lines", "Model\tTAC", "Mi 4i\t86012602"]
        );
        assert_eq!(
            place_of(&read.shown, read.lines[2]),
            "sheet “Phones”, row 2"
        );
        assert_eq!(read.shown[1].columns, ["A", "B"]);
        assert_eq!((read.list_rows, read.remarks.len()), (None, 0));
    }

    #[test]
    fn what_is_past_a_limit_is_left_out_and_said() {
        let many: Vec<Vec<String>> = (0..ROWS_MAX + 5)
            .map(|n| row(&[&n.to_string(), "a phone"]))
            .collect();
        let wide = vec![vec!["x".repeat(CELL_CHARS_MAX + 9); COLUMNS_MAX + 2]];
        let mut sheets = vec![("Many", many), ("Wide", wide)];
        sheets.extend((0..SHEETS_MAX).map(|_| ("More", vec![row(&["x"])])));
        let read = read(&book(&sheets));
        assert_eq!(read.shown.len(), SHEETS_MAX);
        assert!(
            read.remarks[0].contains("2 more are in the original"),
            "{:?}",
            read.remarks
        );
        assert_eq!(read.shown[0].rows.len(), ROWS_MAX);
        assert_eq!(read.shown[0].left_out, ["5 more rows are in the original."]);
        assert_eq!(
            read.shown[1].left_out,
            ["2 more columns are in the original."]
        );
        let cell = &read.shown[1].rows[0].cells[0].text;
        assert_eq!(cell.chars().count(), CELL_CHARS_MAX + 1);
        assert_eq!(read.list_rows, Some(ROWS_MAX + 5));
    }

    #[test]
    fn sheets_share_the_cells_that_are_shown() {
        let wide = vec![vec!["x".to_owned(); COLUMNS_MAX]; ROWS_MAX];
        let read = read(&book(&[
            ("One", wide.clone()),
            ("Two", wide),
            ("Three", vec![row(&["x"])]),
        ]));
        let shown: Vec<usize> = read.shown.iter().map(|sheet| sheet.rows.len()).collect();
        let rest = CELLS_MAX / COLUMNS_MAX - ROWS_MAX;
        assert_eq!(shown, [ROWS_MAX, rest, 1]);
        assert_eq!(
            read.shown[1].left_out,
            [format!(
                "{} more rows are in the original.",
                ROWS_MAX - rest
            )]
        );
    }

    #[test]
    fn columns_are_called_as_the_spreadsheet_calls_them() {
        for (column, name) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (702, "AAA"),
        ] {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn one_that_is_not_read_says_what_helps() {
        let read = read(b"PK\x03\x04 cut off");
        assert!(read.remarks[0].starts_with("Nothing is read of this spreadsheet: "));
        assert_eq!((read.shown.len(), read.text.as_str()), (0, ""));
    }
}
