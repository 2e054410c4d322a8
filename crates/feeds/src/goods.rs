//! Other people's lists of goods, as they are: a table as text, a spreadsheet, JSON, a product feed. Every row comes out,
//! with what its columns say in the file's own words.
//!
//! Columns are told by their heads in the languages that are written down in `goods/heads.rs`, or as a mapping says. What a
//! row means, and whether it may be sold, is not known here.

mod heads;
mod objects;
mod rows;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use domain::ParseError;
use domain::fault::Fault;

use crate::limits::FILE_BYTES;
use crate::workbook::{self, Limits};
use crate::{FileError, unreadable};

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// What the shop calls it.
    Title,
    /// Whose product it is.
    Brand,
    /// The name of the model without its brand.
    Model,
    /// The model code printed on the device (schema.org `mpn`).
    Mpn,
    /// The number under the bars (GS1).
    Gtin,
    /// The list's own key.
    Sku,
    /// Who sells it.
    Seller,
    /// What it costs, as written.
    Price,
    /// New, refurbished or used, as written.
    Condition,
}

impl Column {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Title,
        Self::Brand,
        Self::Model,
        Self::Mpn,
        Self::Gtin,
        Self::Sku,
        Self::Seller,
        Self::Price,
        Self::Condition,
    ];

    /// The word in mappings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Brand => "brand",
            Self::Model => "model",
            Self::Mpn => "mpn",
            Self::Gtin => "gtin",
            Self::Sku => "sku",
            Self::Seller => "seller",
            Self::Price => "price",
            Self::Condition => "condition",
        }
    }
}

/// Which columns say what, by their heads: `title=Bezeichnung; brand=Marke`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(pub Vec<(Column, String)>);

impl Mapping {
    /// The head of a column.
    #[must_use]
    pub fn head(&self, column: Column) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == column);
        found.map(|(_, head)| head.as_str())
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (column, head)) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(f, "{gap}{}={head}", column.name())?;
        }
        Ok(())
    }
}

impl FromStr for Mapping {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault = || {
            let help = "write title=HEAD; brand=HEAD; … with title, brand, model, mpn, gtin, sku, seller, price, condition";
            ParseError::new(text, "a mapping of columns", help)
        };
        let mut mapped = Vec::new();
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (name, head) = part.split_once('=').ok_or_else(fault)?;
            let mut all = Column::ALL.into_iter();
            let column = all
                .find(|column| column.name() == name.trim())
                .ok_or_else(fault)?;
            mapped.push((column, head.trim().to_owned()));
        }
        Ok(Self(mapped))
    }
}

/// What the columns of one table were taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The sheet's name; empty: the file has no sheets.
    pub sheet: String,
    /// On which line the heads stand; 0: it has none, or names each value.
    pub line: u64,
    /// Which columns say what. Where there are no heads, `column 1` and so on.
    pub mapping: Mapping,
    /// All heads, as they stand.
    pub heads: Vec<String>,
}

/// One row, in the words of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    /// The sheet's name; empty: the file has no sheets.
    pub sheet: String,
    /// The line, or the row of the sheet, counted from 1.
    pub line: u64,
    /// Why it cannot be read as a row; it then says nothing else.
    pub faults: Vec<Fault>,
    said: [String; Column::ALL.len()],
}

impl Goods {
    /// What it says in a column; empty: nothing.
    #[must_use]
    pub fn said(&self, column: Column) -> &str {
        self.said.get(column as usize).map_or("", String::as_str)
    }

    /// Says something else in a column.
    pub fn set(&mut self, column: Column, text: &str) {
        if let Some(said) = self.said.get_mut(column as usize) {
            text.clone_into(said);
        }
    }
}

/// Takes rows as they are read.
pub trait GoodsSink {
    /// The columns of the rows that follow.
    fn head(&mut self, head: Head);

    /// One row, in the file's order; `false`: no more are wanted.
    fn row(&mut self, goods: Goods) -> bool;

    /// How far the reader is, in parts of the whole; called now and then, and at the end.
    fn progress(&mut self, read: u64, total: u64);
}

/// Reads a list of goods from a file, packed (`.zst`) or plain. Without a `mapping`, columns are told by their heads.
///
/// # Errors
/// Only when the file as a whole cannot be read, or has not the columns of the mapping.
pub fn read_goods_file(
    path: &Path,
    mapping: Option<&Mapping>,
    sink: &mut dyn GoodsSink,
) -> Result<(), FileError> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let total = file
        .metadata()
        .map_err(|error| unreadable(path, &error))?
        .len();
    let name = path.display().to_string();
    let mut head = Vec::new();
    let mut begin = |file: &mut File| file.take(4).read_to_end(&mut head);
    begin(&mut file).map_err(|error| unreadable(path, &error))?;
    if workbook::is_workbook(&head) {
        if total > FILE_BYTES {
            return Err(FileError::TooBig {
                file: name,
                limit: FILE_BYTES,
            });
        }
        let mut bytes = head;
        file.read_to_end(&mut bytes)
            .map_err(|error| unreadable(path, &error))?;
        return rows::of_workbook(&name, &bytes, &Limits::OWN, mapping, sink);
    }
    let whole = std::io::Cursor::new(head).chain(file);
    rows::of_text(&name, whole, total, mapping, sink)
}

/// Reads a list of goods that came from a stranger and is in memory; see [`read_goods_file`].
///
/// # Errors
/// As [`read_goods_file`].
pub fn read_goods(
    file_name: &str,
    bytes: &[u8],
    mapping: Option<&Mapping>,
    sink: &mut dyn GoodsSink,
) -> Result<(), FileError> {
    if workbook::is_workbook(bytes) {
        return rows::of_workbook(file_name, bytes, &Limits::STRANGER, mapping, sink);
    }
    rows::of_text(file_name, bytes, bytes.len() as u64, mapping, sink)
}

#[cfg(test)]
mod tests;
