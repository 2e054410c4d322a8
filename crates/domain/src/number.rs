//! Numbers that identify devices: IMEI and TAC.
//!
//! A full IMEI is personal data: it is never put into an error's text.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// Whether a string of digits ends in its right check digit.
///
/// Source: Luhn formula as in 3GPP TS 23.003, annex B. Anything but digits gives `false`.
#[must_use]
pub fn luhn_holds(digits: &str) -> bool {
    let mut sum = 0_u32;
    for (place, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = u32::from(byte - b'0');
        sum += match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) => doubled / 10 + doubled % 10,
        };
    }
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// A type allocation code: the first eight digits of an IMEI, which name a device variant.
///
/// Shape: eight decimal digits, leading zeros kept. Source: 3GPP TS 23.003, clause 6.2.1.
///
/// ```
/// use domain::number::Tac;
/// assert_eq!("86763402".parse::<Tac>()?.to_string(), "86763402");
/// assert!("8676340".parse::<Tac>().is_err());
/// # Ok::<(), domain::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tac(u32);

impl FromStr for Tac {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            text.parse().map(Self).map_err(|_| fault(text))
        } else {
            Err(fault(text))
        }
    }
}

fn fault(text: &str) -> ParseError {
    ParseError::new(
        text,
        "a type allocation code",
        "write eight digits, leading zeros kept",
    )
}

impl fmt::Display for Tac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// A mobile equipment identity of one radio modem.
///
/// Shape: 15 decimal digits, the last a Luhn check digit; blanks, `-` and `/` between digits are
/// dropped on the way in. Errors: [`ImeiError`] names the first rule broken and never repeats the number.
/// Source: 3GPP TS 23.003, clause 6.2. Limits: a 16-digit IMEISV is a different thing and refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Imei(u64);

/// The first rule that a text broke on its way to an [`Imei`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImeiError {
    /// Something other than digits and separators.
    #[error("an IMEI has digits only; character {place} is something else")]
    Character {
        /// Counted from 1.
        place: usize,
    },
    /// Not 15 digits.
    #[error("an IMEI has 15 digits, this has {found}{}", hint(*found))]
    Length {
        /// Digits found.
        found: usize,
    },
    /// The check digit does not follow from the others.
    #[error("the check digit is wrong: a digit was mistyped or the number was made up")]
    CheckDigit,
}

const fn hint(found: usize) -> &'static str {
    match found {
        14 => "; the check digit is missing",
        16 => "; 16 digits are an IMEISV, whose last two are a software version",
        8 => "; 8 digits are a type allocation code",
        _ => "",
    }
}

impl Imei {
    /// The type allocation code: its first eight digits.
    #[must_use]
    pub fn tac(self) -> Tac {
        Tac(u32::try_from(self.0 / 10_000_000).unwrap_or(0))
    }
}

impl FromStr for Imei {
    type Err = ImeiError;

    fn from_str(text: &str) -> Result<Self, ImeiError> {
        let mut digits = String::with_capacity(15);
        for (index, c) in text.trim().chars().enumerate() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '/' => {}
                _ => return Err(ImeiError::Character { place: index + 1 }),
            }
        }
        if digits.len() != 15 {
            return Err(ImeiError::Length {
                found: digits.len(),
            });
        }
        if !luhn_holds(&digits) {
            return Err(ImeiError::CheckDigit);
        }
        digits
            .parse()
            .map(Self)
            .map_err(|_| ImeiError::Length { found: 15 })
    }
}

impl fmt::Debug for Imei {
    /// Shows the type allocation code only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imei({}…)", self.tac())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_broken_rule_is_named() {
        // 49-015420-323751-8 is the example of 3GPP TS 23.003, annex B.
        let good: Imei = "49-015420-323751-8"
            .parse()
            .expect("the standard's example");
        assert_eq!(good.tac().to_string(), "49015420");
        for (text, fault) in [
            ("490154203237517", ImeiError::CheckDigit),
            ("49015420323751", ImeiError::Length { found: 14 }),
            ("4901542032375186", ImeiError::Length { found: 16 }),
            ("49015420323751O", ImeiError::Character { place: 15 }),
            ("", ImeiError::Length { found: 0 }),
        ] {
            assert_eq!(text.parse::<Imei>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn an_imei_is_not_shown_whole() {
        let imei: Imei = "490154203237518".parse().expect("valid");
        assert!(!format!("{imei:?}").contains("323751"));
    }

    #[test]
    fn leading_zeros_of_a_tac_are_kept() {
        assert_eq!(
            "01234567".parse::<Tac>().expect("eight digits").to_string(),
            "01234567"
        );
    }
}
