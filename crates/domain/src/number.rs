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

/// Repeats no more of the text than a type allocation code has, since it may be a whole IMEI.
fn fault(text: &str) -> ParseError {
    let mut shown: String = text.chars().take(8).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    ParseError::new(
        &shown,
        "a type allocation code",
        "write eight digits, leading zeros kept",
    )
}

impl fmt::Display for Tac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// Who allocated a type allocation code, by its first two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportingBody {
    /// One that allocates codes to devices on sale, or did, by its usual short name.
    Allocating(&'static str),
    /// Kept for test devices, which no shop may sell.
    Test,
}

/// Those that allocate and those that did. Source: GSMA TS.06, version 25.0, appendix A.
/// `10` is for DECT devices, `30` for satellite handsets.
const REPORTING_BODIES: [(u8, &str); 17] = [
    (1, "PTCRB"),
    (10, "DECT"),
    (30, "Iridium"),
    (33, "DGPT"),
    (35, "TUV SUD BABT"),
    (44, "BABT"),
    (45, "NTA"),
    (49, "BZT"),
    (50, "BZT ETS"),
    (51, "Cetecom ICT"),
    (52, "Cetecom"),
    (53, "TUV"),
    (54, "Phoenix Test Lab"),
    (86, "TAF"),
    (91, "MSAI"),
    (98, "BABT"),
    (99, "GHA"),
];

impl Tac {
    /// Who allocated it; `None` for two first digits that no body was given.
    ///
    /// ```
    /// use domain::number::{ReportingBody, Tac};
    /// let tac: Tac = "86763402".parse()?;
    /// assert_eq!(tac.reporting_body(), Some(ReportingBody::Allocating("TAF")));
    /// # Ok::<(), domain::ParseError>(())
    /// ```
    #[must_use]
    pub fn reporting_body(self) -> Option<ReportingBody> {
        let first = self.first_two();
        let body = REPORTING_BODIES.iter().find(|(digits, _)| *digits == first);
        match (body, first) {
            (Some((_, name)), _) => Some(ReportingBody::Allocating(name)),
            (None, 0..10) => Some(ReportingBody::Test),
            (None, _) => None,
        }
    }

    fn first_two(self) -> u8 {
        u8::try_from(self.0 / 1_000_000).expect("eight digits begin with two")
    }
}

/// A mobile equipment identity of one radio modem.
///
/// Shape: 15 decimal digits, the last a Luhn check digit; blanks, `-` and `/` between digits are
/// dropped on the way in. Errors: [`ImeiError`] names the first rule broken and never repeats the number;
/// nothing is repaired, neither a missing check digit nor a software version at the end.
/// Source: 3GPP TS 23.003, clause 6.2. Limits: a 16-digit IMEISV is a different thing and refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Imei(u64);

/// The first rule that a text broke on its way to an [`Imei`]: characters, then length, then check digit,
/// then reporting body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImeiError {
    /// Something other than digits and separators.
    #[error("an IMEI has digits only; character {place} is something else")]
    Character {
        /// Counted from 1, in the text as given.
        place: usize,
    },
    /// The check digit does not follow from the others.
    #[error("the check digit is wrong: a digit was mistyped or the number was made up")]
    CheckDigit,
    /// 14 digits: everything but the check digit.
    #[error("an IMEI has 15 digits, this has 14; the check digit is missing")]
    CheckDigitMissing,
    /// Neither 14, 15, 16 nor 17 digits.
    #[error("an IMEI has 15 digits, this has {found}{}", hint(*found))]
    Length {
        /// Digits found.
        found: usize,
    },
    /// The first two digits belong to no body that allocates codes.
    #[error("no reporting body has the first two digits {found:02}")]
    ReportingBody {
        /// The two digits, which tell nothing about the owner.
        found: u8,
    },
    /// 16 digits: an IMEISV, with a software version in place of the check digit.
    #[error(
        "an IMEI has 15 digits, this has 16; 16 digits are an IMEISV, whose last two are a software version"
    )]
    SoftwareVersion,
    /// 17 digits: an IMEI with its check digit, and a software version after it.
    #[error(
        "an IMEI has 15 digits, this has 17; the last two are a software version after the check digit"
    )]
    SoftwareVersionAfterCheckDigit,
}

const fn hint(found: usize) -> &'static str {
    match found {
        8 => "; 8 digits are a type allocation code",
        _ => "",
    }
}

impl Imei {
    /// The type allocation code: its first eight digits.
    #[must_use]
    pub fn tac(self) -> Tac {
        Tac(u32::try_from(self.0 / 10_000_000).expect("fifteen digits less seven are eight"))
    }
}

impl FromStr for Imei {
    type Err = ImeiError;

    fn from_str(text: &str) -> Result<Self, ImeiError> {
        let mut digits = String::with_capacity(17);
        let end = text.trim_end().len();
        let start = text.len() - text.trim_start().len();
        for (index, (at, c)) in text.char_indices().enumerate() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '/' => {}
                _ if at < start || at >= end => {}
                _ => return Err(ImeiError::Character { place: index + 1 }),
            }
        }
        match digits.len() {
            14 => return Err(ImeiError::CheckDigitMissing),
            15 => {}
            16 => return Err(ImeiError::SoftwareVersion),
            17 => return Err(ImeiError::SoftwareVersionAfterCheckDigit),
            found => return Err(ImeiError::Length { found }),
        }
        if !luhn_holds(&digits) {
            return Err(ImeiError::CheckDigit);
        }
        let imei = Self(digits.parse().expect("fifteen digits fit 64 bits"));
        match imei.tac().reporting_body() {
            Some(_) => Ok(imei),
            None => Err(ImeiError::ReportingBody {
                found: imei.tac().first_two(),
            }),
        }
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
    use proptest::prelude::*;

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
            ("49015420323751", ImeiError::CheckDigitMissing),
            ("4901542032375186", ImeiError::SoftwareVersion),
            (
                "49015420323751864",
                ImeiError::SoftwareVersionAfterCheckDigit,
            ),
            ("49015420323751O", ImeiError::Character { place: 15 }),
            (" 49015420323751O", ImeiError::Character { place: 16 }),
            ("٤90154203237518", ImeiError::Character { place: 1 }),
            ("", ImeiError::Length { found: 0 }),
            ("49015420", ImeiError::Length { found: 8 }),
            ("120154203237516", ImeiError::ReportingBody { found: 12 }),
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

    #[test]
    fn a_test_device_is_told_from_one_on_sale() {
        for (tac, body) in [
            ("00101234", Some(ReportingBody::Test)),
            ("01234567", Some(ReportingBody::Allocating("PTCRB"))),
            ("02345678", Some(ReportingBody::Test)),
            ("35647100", Some(ReportingBody::Allocating("TUV SUD BABT"))),
            ("22222222", None),
        ] {
            let tac: Tac = tac.parse().expect("eight digits");
            assert_eq!(tac.reporting_body(), body, "{tac}");
        }
    }

    /// Fifteen digits with the right check digit, of a body that allocates.
    fn imeis() -> impl Strategy<Value = String> {
        (0..REPORTING_BODIES.len(), 0..1_000_000_000_000_u64).prop_map(|(body, rest)| {
            let most = format!("{:02}{rest:012}", REPORTING_BODIES[body].0);
            let check = (0..10).map(|digit| format!("{most}{digit}"));
            let mut right = check.filter(|digits| luhn_holds(digits));
            right.next().expect("one of ten digits is right")
        })
    }

    proptest! {
        #[test]
        fn separators_change_nothing(digits in imeis(), gaps in prop::collection::vec(0..4_usize, 15)) {
            let spaced: String = digits
                .chars()
                .zip(gaps)
                .flat_map(|(digit, gap)| [Some(digit), [None, Some(' '), Some('-'), Some('/')][gap]])
                .flatten()
                .collect();
            prop_assert_eq!(spaced.parse::<Imei>(), digits.parse::<Imei>());
            prop_assert_eq!(spaced.parse::<Imei>().map(|imei| imei.tac().to_string()), Ok(digits[..8].to_owned()));
        }

        #[test]
        fn any_one_mistyped_digit_is_found(digits in imeis(), place in 0..15_usize, by in 1..10_u8) {
            let mut bytes = digits.into_bytes();
            bytes[place] = (bytes[place] - b'0' + by) % 10 + b'0';
            let wrong = String::from_utf8(bytes).expect("digits");
            prop_assert_eq!(wrong.parse::<Imei>(), Err(ImeiError::CheckDigit));
        }

        #[test]
        fn no_length_is_repaired(digits in "[0-9]{0,40}") {
            let parsed = digits.parse::<Imei>();
            prop_assert_eq!(parsed.is_ok(), digits.len() == 15 && luhn_holds(&digits)
                && digits[..8].parse::<Tac>().is_ok_and(|tac| tac.reporting_body().is_some()));
        }

        #[test]
        fn no_text_of_ours_repeats_an_imei(digits in imeis(), extra in "[0-9]{0,3}|[a-z]") {
            let whole = digits.parse::<Imei>().expect("valid");
            let text = format!("{digits}{extra}");
            let mut shown = format!("{whole:?}");
            if let Err(error) = text.parse::<Imei>() {
                shown += &format!("{error} {error:?}");
            }
            if let Err(error) = text.parse::<Tac>() {
                shown += &format!("{error} {error:?}");
            }
            prop_assert!(!shown.contains(&digits[..9]), "{}", shown);
            prop_assert!(!shown.contains(&digits[8..14]) || digits[..8].contains(&digits[8..14]));
        }

        #[test]
        fn no_text_breaks_the_reading(text in any::<String>()) {
            prop_assert!(text.parse::<Imei>().is_err());
        }
    }
}
