//! The text of one statement, the same for both backends.
//!
//! Parameters are written `$1`, `$2` and so on. In SQLite such a parameter is a *name*, numbered by
//! first appearance, so it is bound by that name: the text needs no rewriting. Whether the order of
//! appearance is the order of numbers, and binding by position therefore enough, is worked out when
//! the program is compiled. Knows nothing of what a statement does.

/// One statement in SQL that both backends understand.
///
/// Limits: text, `BIGINT` and `BOOLEAN` parameters only; on PostgreSQL a parameter that stands alone
/// needs its type said: `CAST($3 AS TEXT) IS NULL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql {
    text: &'static str,
    pg_tail: &'static str,
    params: usize,
    in_order: bool,
}

impl Sql {
    /// A statement that is the same on both backends.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self::with_pg_tail(text, "")
    }

    /// A statement to whose end PostgreSQL gets `pg_tail` added, as ` FOR UPDATE`; without parameters.
    #[must_use]
    pub const fn with_pg_tail(text: &'static str, pg_tail: &'static str) -> Self {
        let (params, in_order) = scan(text.as_bytes());
        Self {
            text,
            pg_tail,
            params,
            in_order,
        }
    }

    /// The text without the tail.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// What is added on PostgreSQL.
    #[must_use]
    pub const fn pg_tail(&self) -> &'static str {
        self.pg_tail
    }

    /// How many values it takes: the highest number among its parameters.
    #[must_use]
    pub const fn params(&self) -> usize {
        self.params
    }

    /// Whether the parameters first appear in the order of their numbers.
    pub(crate) const fn in_order(&self) -> bool {
        self.in_order
    }
}

/// The highest parameter number outside quotes and comments, and whether they first appear in order.
const fn scan(text: &[u8]) -> (usize, bool) {
    let mut at = 0;
    let mut highest = 0;
    let mut in_order = true;
    while at < text.len() {
        match text[at] {
            quote @ (b'\'' | b'"') => {
                at += 1;
                while at < text.len() && text[at] != quote {
                    at += 1;
                }
                at += 1;
            }
            b'-' if at + 1 < text.len() && text[at + 1] == b'-' => {
                while at < text.len() && text[at] != b'\n' {
                    at += 1;
                }
            }
            b'$' => {
                at += 1;
                let mut number = 0;
                while at < text.len() && text[at].is_ascii_digit() {
                    number = number * 10 + (text[at] - b'0') as usize;
                    at += 1;
                }
                assert!(number > 0, "a parameter is written $1, $2, ...");
                if number > highest + 1 {
                    in_order = false;
                }
                if number > highest {
                    highest = number;
                }
            }
            _ => at += 1,
        }
    }
    (highest, in_order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_outside_quotes_and_comments() {
        let cases = [
            ("SELECT 1", 0, true),
            ("SELECT $1, $2, $1", 2, true),
            ("SELECT $2, $1", 2, false),
            ("SELECT '$9', \"$8\", $1 -- $7\n, $2", 2, true),
            ("SELECT 'it''s $4', $1", 1, true),
            ("VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)", 10, true),
        ];
        for (text, params, in_order) in cases {
            let sql = Sql::new(text);
            assert_eq!((sql.params(), sql.in_order()), (params, in_order), "{text}");
        }
    }
}
