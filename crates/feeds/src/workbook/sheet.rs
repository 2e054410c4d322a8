//! One sheet's rows and cells, as texts.

use quick_xml::events::{BytesStart, Event};

use super::markup::{Markup, add_text, attribute};
use super::parts::kept;
use super::shown::{Format, number, unescaped};
use super::zip::Archive;
use super::{Formula, Limits, Merged, Refused, RowAt, Span};
use crate::limits::XML_ATTRIBUTES;

/// Most rows of a sheet (the standards leave it open; Excel and LibreOffice have these).
pub const ROW_MAX: u32 = 1_048_576;

/// What sheets of one book have in common, and the texts read so far.
pub struct Reading<'b> {
    pub limits: &'b Limits,
    pub shared: &'b [Span],
    pub formats: &'b [Format],
    pub is_1904: bool,
    pub texts: String,
    pub cells_left: usize,
    pub formulas_left: usize,
}

/// The rows of a sheet.
#[derive(Default)]
pub struct Grid {
    pub rows: Vec<RowAt>,
    pub cells: Vec<Span>,
    pub merged: Vec<Merged>,
    pub formulas: Vec<Formula>,
    pub formulas_count: usize,
}

/// What stands in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Shared,
    Bool,
    /// As it stands: a text in place, what a formula showed, an error, a day.
    Text,
    /// What is seen, with no sign written in another way.
    Seen,
}

pub struct Cell {
    pub column: usize,
    pub kind: Kind,
    pub style: usize,
    pub text: String,
    /// What it is worked out by; none: it is not, or formulas are not looked at.
    pub formula: Option<String>,
}

/// Reads a sheet.
pub fn read(archive: &Archive<'_>, part: &str, reading: &mut Reading<'_>) -> Result<Grid, Refused> {
    let mut markup = Markup::open(archive, part, reading.limits)?;
    let mut grid = Grid::default();
    let mut row: Vec<Span> = Vec::new();
    let mut row_number = 0_u32;
    let mut cell: Option<Cell> = None;
    let mut column_next = 0;
    let (mut in_value, mut in_reading, mut in_formula) = (false, false, false);
    loop {
        let event = markup.next()?;
        match &event {
            Event::Eof => break,
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => {
                    row.clear();
                    column_next = 0;
                    let said = attribute(tag, "r").and_then(|said| said.parse().ok());
                    row_number = said.unwrap_or(row_number.saturating_add(1));
                    if row_number > ROW_MAX {
                        return Err(Refused::too_big("rows", ROW_MAX).in_part(part));
                    }
                }
                "c" => {
                    let begun = begun(tag, column_next);
                    column_next = begun.column + 1;
                    cell = Some(begun);
                }
                "v" | "t" => in_value = cell.is_some(),
                "rPh" => in_reading = true,
                "f" if reading.limits.formulas > 0 => {
                    in_formula = true;
                    if let Some(cell) = &mut cell {
                        cell.formula = Some(String::new());
                    }
                }
                "mergeCell" => {
                    let said = attribute(tag, "ref").unwrap_or_default();
                    merge(&said, &mut grid, reading.limits).map_err(|one| one.in_part(part))?;
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => in_value = false,
                "rPh" => in_reading = false,
                "f" => in_formula = false,
                "c" => {
                    if let Some(cell) = cell.take() {
                        reading
                            .put(&cell, 1, &mut row)
                            .and_then(|()| {
                                reading.put_formula(row_number, &cell, &mut row, &mut grid)
                            })
                            .map_err(|one| one.in_part(part))?;
                    }
                }
                "row" => reading
                    .end(row_number, &row, &mut grid)
                    .map_err(|one| one.in_part(part))?,
                _ => {}
            },
            other => {
                let Some(cell) = &mut cell else { continue };
                let text = match &mut cell.formula {
                    Some(formula) if in_formula => formula,
                    _ if in_value && !in_reading => &mut cell.text,
                    _ => continue,
                };
                add_text(other, text);
                let borne = reading.limits.bear(text, "cell");
                borne.map_err(|one| one.in_part(part))?;
            }
        }
    }
    grid.finish();
    Ok(grid)
}

fn begun(tag: &BytesStart<'_>, column_next: usize) -> Cell {
    let mut cell = Cell {
        column: column_next,
        kind: Kind::Number,
        style: 0,
        text: String::new(),
        formula: None,
    };
    let mut all = tag.attributes();
    for attribute in all.with_checks(false).take(XML_ATTRIBUTES).flatten() {
        match attribute.key.local_name().as_ref() {
            "r" => {
                if let Some((column, _)) = place(&attribute.value) {
                    cell.column = column;
                }
            }
            "s" => cell.style = attribute.value.parse().unwrap_or(0),
            "t" => {
                cell.kind = match &*attribute.value {
                    "s" => Kind::Shared,
                    "b" => Kind::Bool,
                    "n" => Kind::Number,
                    _ => Kind::Text,
                };
            }
            _ => {}
        }
    }
    cell
}

/// `C12`: the column, from 0, and the row, from 1.
fn place(text: &str) -> Option<(usize, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at_checked(letters)?;
    if !(1..=4).contains(&letters) {
        return None;
    }
    let column = column.bytes().fold(0, |sum: usize, byte| {
        sum * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1
    });
    Some((column - 1, row.parse().ok()?))
}

impl<'b> Reading<'b> {
    pub fn new(limits: &'b Limits) -> Self {
        Self {
            limits,
            shared: &[],
            formats: &[],
            is_1904: false,
            texts: String::new(),
            cells_left: limits.cells,
            formulas_left: limits.formulas,
        }
    }
}

impl Reading<'_> {
    /// Puts a cell that shows something into its row, or so many that stand beside each other and show the same.
    pub fn put(&mut self, cell: &Cell, times: usize, row: &mut Vec<Span>) -> Result<(), Refused> {
        let text = cell.text.trim();
        let span = match cell.kind {
            _ if text.is_empty() => return Ok(()),
            Kind::Seen => kept(text, &mut self.texts, self.limits)?,
            Kind::Shared => {
                let number: Option<usize> = text.parse().ok();
                let Some(span) = number.and_then(|number| self.shared.get(number)) else {
                    return Err(Refused::damaged("a cell names a text that is not there"));
                };
                *span
            }
            Kind::Bool => {
                let word = if text == "1" { "TRUE" } else { "FALSE" };
                kept(word, &mut self.texts, self.limits)?
            }
            Kind::Text => kept(&unescaped(text), &mut self.texts, self.limits)?,
            Kind::Number => {
                let format = self.formats.get(cell.style).copied();
                let shown = number(text, format.unwrap_or(Format::Number), self.is_1904);
                kept(&shown, &mut self.texts, self.limits)?
            }
        };
        if span.len == 0 {
            return Ok(());
        }
        let end = cell.column.saturating_add(times);
        if end > self.limits.columns {
            return Err(Refused::too_big("columns", self.limits.columns));
        }
        if row.len() < end {
            row.resize(end, Span::default());
        }
        if let Some(places) = row.get_mut(cell.column..end) {
            places.fill(span);
        }
        Ok(())
    }

    /// Keeps a cell's formula, and a place for it where it last showed nothing.
    pub fn put_formula(
        &mut self,
        number: u32,
        cell: &Cell,
        row: &mut Vec<Span>,
        grid: &mut Grid,
    ) -> Result<(), Refused> {
        let Some(formula) = &cell.formula else {
            return Ok(());
        };
        grid.formulas_count += 1;
        let column = u16::try_from(cell.column).ok();
        let column = column.filter(|_| cell.column < self.limits.columns);
        let (Some(column), Some(left)) = (column, self.formulas_left.checked_sub(1)) else {
            return Ok(());
        };
        self.formulas_left = left;
        if row.len() <= cell.column {
            row.resize(cell.column + 1, Span::default());
        }
        grid.formulas.push(Formula {
            row: number,
            column,
            text: kept(&unescaped(formula), &mut self.texts, self.limits)?,
        });
        Ok(())
    }

    /// Keeps a row that shows something.
    pub fn end(&mut self, number: u32, row: &[Span], grid: &mut Grid) -> Result<(), Refused> {
        if row.is_empty() {
            return Ok(());
        }
        let max = self.limits.cells;
        let left = self.cells_left.checked_sub(row.len());
        self.cells_left = left.ok_or_else(|| Refused::too_big("cells", max))?;
        let at = |len: usize| u32::try_from(len).map_err(|_| Refused::too_big("cells", max));
        let from = at(grid.cells.len())?;
        grid.cells.extend_from_slice(row);
        let until = at(grid.cells.len())?;
        grid.rows.push(RowAt {
            number,
            from,
            until,
        });
        Ok(())
    }
}

/// `A2:B4`: the first column's cell shows in the rows below it. What is merged to the right alone shows once.
fn merge(said: &str, grid: &mut Grid, limits: &Limits) -> Result<(), Refused> {
    let corners = said.split_once(':');
    let corners = corners.and_then(|(first, last)| place(first).zip(place(last)));
    let Some(((column, from), (_, to))) = corners.filter(|((_, from), (_, to))| from < to) else {
        return Ok(());
    };
    grid.merge(column, from, to, limits)
}

impl Grid {
    /// The cell of a column and a row shows in the rows below it too, up to the last.
    pub fn merge(
        &mut self,
        column: usize,
        row: u32,
        last: u32,
        limits: &Limits,
    ) -> Result<(), Refused> {
        if self.merged.len() == limits.merged {
            return Err(Refused::too_big("merged cells", limits.merged));
        }
        if let Ok(column) = u16::try_from(column) {
            self.merged.push(Merged {
                column,
                from: row.saturating_add(1),
                to: last,
                text: Span::default(),
            });
        }
        Ok(())
    }

    /// Puts all in order, when the last of it was read.
    pub fn finish(&mut self) {
        self.rows.sort_by_key(|row| row.number);
        self.formulas.sort_by_key(|one| (one.row, one.column));
        self.fill_merged();
    }

    /// What is merged comes after the rows.
    fn fill_merged(&mut self) {
        for merged in &mut self.merged {
            let top = merged.from - 1;
            let row = self.rows.binary_search_by_key(&top, |row| row.number).ok();
            let row = row.and_then(|at| self.rows.get(at));
            let cell = row.and_then(|row| {
                let cells = self.cells.get(row.from as usize..row.until as usize)?;
                cells.get(usize::from(merged.column))
            });
            merged.text = cell.copied().unwrap_or_default();
        }
        self.merged.retain(|merged| merged.text.len > 0);
        self.merged
            .sort_by_key(|merged| (merged.column, merged.from));
    }
}
