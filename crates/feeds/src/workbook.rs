//! Spreadsheets as Excel and LibreOffice save them (`.xlsx`, ECMA-376; `.ods`, OpenDocument): what a person sees in each
//! cell, as text.
//!
//! Formulas are not worked out (what was last shown counts), pictures, macros and what is embedded are never unpacked,
//! and nothing is fetched. Which column means what is not known here. A file that would take more than its [`Limits`]
//! is refused as a whole, with what helps: half a table that looks whole is worse than none.
//!
//! Cost: texts lie in one string, each shared one once, and a cell is eight bytes; 100,000 rows of ten cells take
//! some 8 MiB beside their texts.

mod markup;
mod opendocument;
mod parts;
mod sheet;
mod shown;
mod write;
mod zip;

use std::sync::Arc;

use domain::fault::Fault;

pub use opendocument::MEDIA_TYPE as OPEN_DOCUMENT;
pub use write::{Book, Look};

/// The first bytes of every spreadsheet that is read here: those of a ZIP archive.
pub const MAGIC: [u8; 4] = *b"PK\x03\x04";
/// The first bytes of what Excel saved before 2007, and of every file that it protects with a password.
const OLD_MAGIC: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// How much is taken in of one spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the parts that are read may unpack to, together.
    pub unpacked_bytes: u64,
    /// Members of the archive.
    pub members: usize,
    /// Bytes of one tag, or of one text.
    pub piece_bytes: usize,
    /// Elements of all parts: what takes the time.
    pub elements: u64,
    /// Nesting of elements.
    pub depth: usize,
    /// Sheets.
    pub sheets: usize,
    /// Columns; what stands right of them is refused.
    pub columns: usize,
    /// Cells of all sheets, empty ones between full ones counted.
    pub cells: usize,
    /// Bytes of all texts.
    pub text_bytes: usize,
    /// Merged cells that are filled.
    pub merged: usize,
    /// Formulas whose text is kept beside what they last showed; where it is 0 none is looked at.
    pub formulas: usize,
}

impl Limits {
    /// Refuses a text that is longer than one may be; `what` it is of.
    fn bear(&self, text: &str, what: &str) -> Result<(), Refused> {
        if text.len() > self.piece_bytes {
            let what = format!("bytes of one {what}");
            return Err(Refused::too_big(&what, self.piece_bytes));
        }
        Ok(())
    }

    /// For a file from anybody: reading it takes at most a second and 64 MiB beside the file.
    pub const STRANGER: Self = Self {
        unpacked_bytes: 64 * 1024 * 1024,
        members: 1_000,
        piece_bytes: 1024 * 1024,
        elements: 1_000_000,
        depth: 32,
        sheets: 64,
        columns: 512,
        cells: 500_000,
        text_bytes: 24 * 1024 * 1024,
        merged: 10_000,
        formulas: 0,
    };
    /// For a stranger's file that somebody looks at: formulas are told as the texts that they are.
    pub const SHOWN: Self = Self {
        formulas: 2_000,
        ..Self::STRANGER
    };
    /// For a file that the user of this machine names.
    pub const OWN: Self = Self {
        unpacked_bytes: 1024 * 1024 * 1024,
        elements: 100_000_000,
        cells: 40_000_000,
        text_bytes: 512 * 1024 * 1024,
        ..Self::STRANGER
    };
}

/// Where a text lies in [`Sheet::texts`].
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

/// A row that has something in it.
#[derive(Clone, Copy, Debug)]
struct RowAt {
    /// As the spreadsheet counts, from 1.
    number: u32,
    /// Its cells, of [`Sheet::cells`].
    from: u32,
    until: u32,
}

/// A cell that reaches over the rows below it. In the order of columns, then of rows.
#[derive(Clone, Copy, Debug)]
struct Merged {
    column: u16,
    /// The first row below the one that has the text, and the last.
    from: u32,
    to: u32,
    text: Span,
}

/// A cell that is worked out from others. In the order of rows, then of columns.
#[derive(Clone, Copy, Debug)]
struct Formula {
    row: u32,
    column: u16,
    text: Span,
}

/// One sheet of a spreadsheet. Rows without any text are not kept.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// As its tab says.
    pub name: String,
    /// Whether whoever opens the file does not see it.
    pub is_hidden: bool,
    texts: Arc<str>,
    rows: Vec<RowAt>,
    cells: Vec<Span>,
    merged: Vec<Merged>,
    formulas: Vec<Formula>,
    formulas_count: usize,
}

/// A row as it is seen: a cell merged over several rows shows in each of them.
#[derive(Clone, Copy, Debug)]
pub struct SheetRow<'a> {
    /// As the spreadsheet counts, from 1.
    pub number: u32,
    sheet: &'a Sheet,
    cells: &'a [Span],
}

impl Sheet {
    /// How many rows have something in them.
    #[must_use]
    pub fn rows_count(&self) -> usize {
        self.rows.len()
    }

    /// How many cells are worked out from others; those past [`Limits::formulas`] are counted, and their texts not kept.
    #[must_use]
    pub fn formulas_count(&self) -> usize {
        self.formulas_count
    }

    /// The rows that have something in them, from the top.
    pub fn rows(&self) -> impl Iterator<Item = SheetRow<'_>> {
        self.rows.iter().map(|row| SheetRow {
            number: row.number,
            sheet: self,
            cells: self
                .cells
                .get(row.from as usize..row.until as usize)
                .unwrap_or_default(),
        })
    }

    fn text(&self, span: Span) -> &str {
        let (start, len) = (span.start as usize, span.len as usize);
        self.texts.get(start..start + len).unwrap_or_default()
    }
}

impl<'a> SheetRow<'a> {
    /// What is seen in a column, counted from 0; empty: nothing.
    #[must_use]
    pub fn text(&self, column: usize) -> &'a str {
        let own = self.cells.get(column).copied().unwrap_or_default();
        if own.len > 0 {
            return self.sheet.text(own);
        }
        // They are sorted, and those of one column reach over each other in no real file.
        let merged = &self.sheet.merged;
        let after = merged
            .partition_point(|one| (usize::from(one.column), one.from) <= (column, self.number));
        let over = after.checked_sub(1).and_then(|last| merged.get(last));
        let over = over.filter(|one| usize::from(one.column) == column && self.number <= one.to);
        over.map_or("", |one| self.sheet.text(one.text))
    }

    /// The formula of a cell as it is written, without its `=`; empty: it is that of a neighbour, moved. None: the cell
    /// has none, or its text is not kept.
    #[must_use]
    pub fn formula(&self, column: usize) -> Option<&'a str> {
        let all = &self.sheet.formulas;
        let place = |one: &Formula| (one.row, usize::from(one.column));
        let at = all.binary_search_by_key(&(self.number, column), place);
        let found = at.ok().and_then(|at| all.get(at))?;
        Some(self.sheet.text(found.text))
    }

    /// What is seen in each column, up to the last that has a text of its own.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let row = *self;
        (0..self.cells.len()).map(move |column| row.text(column))
    }
}

/// Whether bytes begin as a spreadsheet of any kind does: one that [`read`] reads or refuses with what helps.
#[must_use]
pub fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(&MAGIC) || head.starts_with(&OLD_MAGIC)
}

/// The two ways of saving a spreadsheet that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `.xlsx`
    OfficeOpen,
    /// `.ods`
    OpenDocument,
}

/// Of which family the parts of an archive are, wherever in it they stand; none: it is no spreadsheet.
#[must_use]
pub fn family(bytes: &[u8]) -> Option<Family> {
    let archive = zip::Archive::open(bytes, &Limits::STRANGER).ok()?;
    if archive.has("[Content_Types].xml") && archive.has_under("xl/") {
        return Some(Family::OfficeOpen);
    }
    opendocument::is_spreadsheet(&archive).then_some(Family::OpenDocument)
}

const MACROS: &str =
    "It holds macros, which a spreadsheet program may run; nothing of them is run here.";
const EMBEDDED: &str = "Other files are embedded in it; they are in the original alone.";
const PICTURES: &str = "It has pictures; they are in the original alone.";

/// What a spreadsheet holds that is neither read nor run here, and that the program which opens it may run or fetch, in
/// sentences.
#[must_use]
pub fn left_alone(bytes: &[u8]) -> Vec<&'static str> {
    let Ok(archive) = zip::Archive::open(bytes, &Limits::STRANGER) else {
        return Vec::new();
    };
    let parts = [
        ("xl/vbaProject.bin", MACROS),
        ("Basic/", MACROS),
        ("Scripts/", MACROS),
        (
            "xl/externalLinks/",
            "It takes values from other files or programs; nothing is fetched here.",
        ),
        (
            "xl/connections.xml",
            "It is connected to a source of data; nothing is fetched here.",
        ),
        ("xl/embeddings/", EMBEDDED),
        ("ObjectReplacements/", EMBEDDED),
        ("xl/media/", PICTURES),
        ("Pictures/", PICTURES),
    ];
    let has = |part: &str| match part.strip_suffix('/') {
        Some(_) => archive.has_under(part),
        None => archive.has(part),
    };
    let held = parts.into_iter().filter(|(part, _)| has(part));
    let mut sentences: Vec<&str> = held.map(|(_, sentence)| sentence).collect();
    sentences.dedup();
    sentences
}

/// Reads a spreadsheet. `file` is how the user named it.
///
/// # Errors
/// Why it is not read, with what to do: it is of another kind, damaged, locked, or larger than its limits.
pub fn read(file: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    read_parts(bytes, limits).map_err(|refused| Fault {
        file: file.to_owned(),
        line: 0,
        column: refused.part,
        rule: refused.rule,
        found: refused.found,
        help: refused.help,
    })
}

fn read_parts(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, Refused> {
    if bytes.starts_with(&OLD_MAGIC) {
        let help = "it was saved by Excel before 2007, or is protected by a password; \
                    open it and save it as .xlsx without one";
        return Err(Refused::new("workbook.old", help));
    }
    let archive = zip::Archive::open(bytes, limits)?;
    if opendocument::is_one(&archive) {
        let mut reading = sheet::Reading::new(limits);
        let sheets = opendocument::read(&archive, &mut reading)?;
        return Ok(in_one_text(sheets, reading.texts));
    }
    let book = parts::book(&archive, limits)?;
    let mut texts = String::new();
    let shared = match &book.shared {
        Some(part) => parts::shared(&archive, part, limits, &mut texts)?,
        None => Vec::new(),
    };
    let formats = match &book.styles {
        Some(part) => parts::formats(&archive, part, limits)?,
        None => Vec::new(),
    };
    let mut reading = sheet::Reading {
        shared: &shared,
        formats: &formats,
        is_1904: book.is_1904,
        texts,
        ..sheet::Reading::new(limits)
    };
    let mut sheets = Vec::new();
    for named in book.sheets {
        sheets.push((
            named.name,
            named.is_hidden,
            sheet::read(&archive, &named.part, &mut reading)?,
        ));
    }
    Ok(in_one_text(sheets, reading.texts))
}

/// The sheets with the texts that their cells lie in.
fn in_one_text(sheets: Vec<(String, bool, sheet::Grid)>, texts: String) -> Vec<Sheet> {
    let texts: Arc<str> = texts.into();
    let sheets = sheets.into_iter().map(|(name, is_hidden, grid)| Sheet {
        name,
        is_hidden,
        texts: Arc::clone(&texts),
        rows: grid.rows,
        cells: grid.cells,
        merged: grid.merged,
        formulas: grid.formulas,
        formulas_count: grid.formulas_count,
    });
    sheets.collect()
}

/// Why a spreadsheet is not read.
#[derive(Debug)]
struct Refused {
    /// The member of the archive.
    part: String,
    rule: &'static str,
    found: String,
    help: String,
}

impl Refused {
    fn new(rule: &'static str, help: impl Into<String>) -> Self {
        Self {
            part: String::new(),
            rule,
            found: String::new(),
            help: help.into(),
        }
    }

    fn found(self, found: &str) -> Self {
        Self {
            found: crate::out::shortened(found),
            ..self
        }
    }

    fn in_part(self, part: &str) -> Self {
        Self {
            part: part
                .chars()
                .take(crate::limits::MEMBER_NAME_CHARS)
                .collect(),
            ..self
        }
    }

    fn damaged(found: &str) -> Self {
        Self::new(
            "workbook.damaged",
            "fetch it again, or open it and save it anew",
        )
        .found(found)
    }

    fn locked() -> Self {
        Self::new(
            "workbook.locked",
            "it is protected by a password; save it without one",
        )
    }

    fn no_spreadsheet() -> Self {
        Self::new(
            "workbook.not_one",
            "it is an archive and no spreadsheet; unpack it first",
        )
    }

    fn too_big(what: &str, max: impl std::fmt::Display) -> Self {
        let help = format!("at most {max} {what} are read; split it, or save the sheet as CSV");
        Self::new("workbook.too_big", help)
    }
}

#[cfg(test)]
mod tests;
