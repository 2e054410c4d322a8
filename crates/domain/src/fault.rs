//! Faults: what was wrong in bad input, where, by which rule, and what to do.

use std::fmt;

/// One fault in a file.
///
/// Shape: `offers.csv:12:price: not an amount of money ("free"); write digits … (help)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as the user named it.
    pub file: String,
    /// Counted from 1; 0: the file as a whole.
    pub line: u64,
    /// The column's name, or empty for the whole row.
    pub column: String,
    /// A stable name of the rule: `price.not_money`.
    pub rule: &'static str,
    /// What was found, shortened.
    pub found: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.rule)?;
        if !self.found.is_empty() {
            write!(f, " ({:?})", self.found)?;
        }
        write!(f, "; {}", self.help)
    }
}
