//! Software builds: what a unit runs, as its maker prints it, and which of two is the later one.
//!
//! Knows no maker's scheme: builds are compared piece by piece, runs of digits as numbers.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::ParseError;

/// Most characters of a software build.
pub const BUILD_CHARS_MAX: usize = 64;

/// A software build, as the device shows it: `V8.2.5.0.LXIMIDD`.
///
/// Shape: 1 to [`BUILD_CHARS_MAX`] printable ASCII characters, without space at either end.
/// Order: character by character, but a run of digits counts as one number, so `V8.10` is later than `V8.9`.
/// Builds that differ only in leading zeros are ordered by their text, so that equal in order is equal.
/// Limits: it says nothing across schemes: `V8` and `6.0.1` are in some order that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SoftwareBuild(Arc<str>);

impl SoftwareBuild {
    /// As it is printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SoftwareBuild {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let build = text.trim();
        let is_printable = |b: u8| b.is_ascii_graphic() || b == b' ';
        if build.is_empty() || build.len() > BUILD_CHARS_MAX || !build.bytes().all(is_printable) {
            return Err(ParseError::new(
                text,
                "a software build",
                "write 1 to 64 printable characters, as the device shows it: V8.2.5.0.LXIMIDD",
            ));
        }
        Ok(Self(Arc::from(build)))
    }
}

impl fmt::Display for SoftwareBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Ord for SoftwareBuild {
    fn cmp(&self, other: &Self) -> Ordering {
        by_pieces(self.0.as_bytes(), other.0.as_bytes()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for SoftwareBuild {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn by_pieces(mut one: &[u8], mut other: &[u8]) -> Ordering {
    // Each turn takes at least one character of one of them.
    loop {
        let order = match (one, other) {
            ([a, ..], [b, ..]) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (a, b) = (take_number(&mut one), take_number(&mut other));
                a.len().cmp(&b.len()).then_with(|| a.cmp(b))
            }
            ([a, one_rest @ ..], [b, other_rest @ ..]) => {
                (one, other) = (one_rest, other_rest);
                a.cmp(b)
            }
            _ => return one.len().cmp(&other.len()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits at the beginning, without leading zeros.
fn take_number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|b| !b.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    *text = rest;
    let zeros = digits.iter().position(|b| *b != b'0');
    &digits[zeros.unwrap_or(digits.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(text: &str) -> SoftwareBuild {
        text.parse().expect("a software build")
    }

    #[test]
    fn builds_are_in_order_piece_by_piece_and_digits_count_as_numbers() {
        let in_order = [
            "5",
            "5.9",
            "5.10",
            "5.10.1",
            "5.10a",
            "005.11",
            "5.11",
            "V8.2.5.0.LXHMIDG",
            "V8.2.5.0.LXIMIDD",
            "V8.2.15.0.LXIMIDD",
            "V10",
            "V99999999999999999999999",
            "V100000000000000000000000",
        ];
        for (i, one) in in_order.iter().enumerate() {
            for (j, other) in in_order.iter().enumerate() {
                assert_eq!(
                    build(one).cmp(&build(other)),
                    i.cmp(&j),
                    "{one} and {other}"
                );
            }
        }
    }

    #[test]
    fn a_build_is_a_short_printable_text() {
        let longest = "9".repeat(BUILD_CHARS_MAX);
        for (text, expected) in [
            ("V8.2.5.0.LXIMIDD", Some("V8.2.5.0.LXIMIDD")),
            ("  MIUI 8 ", Some("MIUI 8")),
            (longest.as_str(), Some(longest.as_str())),
            (&format!("{longest}9"), None),
            ("", None),
            (" ", None),
            ("V8\n2", None),
            ("V8\u{200b}", None),
        ] {
            let found = text.parse::<SoftwareBuild>().ok();
            assert_eq!(
                found.as_ref().map(SoftwareBuild::as_str),
                expected,
                "{text:?}"
            );
        }
    }
}
