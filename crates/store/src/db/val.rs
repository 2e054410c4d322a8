//! Values that go into statements and rows that come out.
//!
//! Three kinds are enough for every column: text, whole numbers, truth values. Knows nothing of what
//! they mean; instants, money and ids are made from them by the owners of the tables.

use super::error::DbError;

/// One parameter of a statement or one column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val {
    /// No value.
    Null,
    /// `TEXT`.
    Text(String),
    /// `BIGINT`.
    Int(i64),
    /// `BOOLEAN`. SQLite keeps it as 0 or 1.
    Bool(bool),
}

impl Val {
    /// What it is, for error texts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "no value",
            Self::Text(_) => "text",
            Self::Int(_) => "a whole number",
            Self::Bool(_) => "a truth value",
        }
    }
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Val {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Val {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Val {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl<T: Into<Val>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row, read by position. A column of another kind than asked for is an error that says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<Val>);

impl Row {
    pub(crate) fn new(vals: Vec<Val>) -> Self {
        Self(vals)
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no columns at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Column `index` as it is.
    ///
    /// # Errors
    /// There is no such column.
    pub fn val(&self, index: usize) -> Result<&Val, DbError> {
        self.0.get(index).ok_or(DbError::Column {
            index,
            wanted: "a value",
            found: "nothing: the row is shorter",
        })
    }

    /// A text, taken out of the row: a large one is in memory once.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn take_text(&mut self, index: usize) -> Result<String, DbError> {
        match self
            .0
            .get_mut(index)
            .map(|val| std::mem::replace(val, Val::Null))
        {
            Some(Val::Text(text)) => Ok(text),
            Some(other) => Err(unlike(index, "text", &other)),
            None => self.text(index).map(str::to_owned),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// The column is missing, NULL or of another kind.
    pub fn text(&self, index: usize) -> Result<&str, DbError> {
        match self.val(index)? {
            Val::Text(text) => Ok(text),
            other => Err(unlike(index, "text", other)),
        }
    }

    /// A text or nothing.
    ///
    /// # Errors
    /// The column is missing or of another kind.
    pub fn opt_text(&self, index: usize) -> Result<Option<&str>, DbError> {
        match self.val(index)? {
            Val::Null => Ok(None),
            _ => self.text(index).map(Some),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// The column is missing, NULL or of another kind.
    pub fn int(&self, index: usize) -> Result<i64, DbError> {
        match self.val(index)? {
            Val::Int(number) => Ok(*number),
            other => Err(unlike(index, "a whole number", other)),
        }
    }

    /// A whole number or nothing.
    ///
    /// # Errors
    /// The column is missing or of another kind.
    pub fn opt_int(&self, index: usize) -> Result<Option<i64>, DbError> {
        match self.val(index)? {
            Val::Null => Ok(None),
            _ => self.int(index).map(Some),
        }
    }

    /// A truth value; SQLite's 0 and 1 are taken as such.
    ///
    /// # Errors
    /// The column is missing, NULL or of another kind.
    pub fn bool(&self, index: usize) -> Result<bool, DbError> {
        match self.val(index)? {
            Val::Bool(truth) => Ok(*truth),
            Val::Int(0) => Ok(false),
            Val::Int(1) => Ok(true),
            other => Err(unlike(index, "a truth value", other)),
        }
    }

    /// A truth value or nothing.
    ///
    /// # Errors
    /// The column is missing or of another kind.
    pub fn opt_bool(&self, index: usize) -> Result<Option<bool>, DbError> {
        match self.val(index)? {
            Val::Null => Ok(None),
            _ => self.bool(index).map(Some),
        }
    }
}

fn unlike(index: usize, wanted: &'static str, found: &Val) -> DbError {
    DbError::Column {
        index,
        wanted,
        found: found.kind(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_another_kind_is_named_by_position() {
        let row = Row::new(vec![Val::from("a"), Val::Null, Val::from(2_i64)]);
        let found = |result: Result<String, DbError>| result.expect_err("refused").to_string();
        let cases = [
            (
                found(row.int(0).map(|n| n.to_string())),
                "column 0 holds text, not a whole number",
            ),
            (
                found(row.text(1).map(str::to_owned)),
                "column 1 holds no value, not text",
            ),
            (
                found(row.bool(2).map(|b| b.to_string())),
                "column 2 holds a whole number, not a truth value",
            ),
            (
                found(row.text(3).map(str::to_owned)),
                "column 3 holds nothing: the row is shorter, not a value",
            ),
        ];
        for (got, want) in cases {
            assert_eq!(got, want);
        }
    }

    #[test]
    fn options_become_null_or_their_value() {
        assert_eq!(Val::from(None::<i64>), Val::Null);
        assert_eq!(Val::from(Some("x")), Val::Text("x".to_owned()));
    }
}
