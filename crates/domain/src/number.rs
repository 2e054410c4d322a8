//! Numbers that identify devices: IMEI and TAC.
//!
//! A full IMEI is personal data: it is never put into an error's text. `within.rs` finds those that somebody
//! wrote where they do not belong.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

mod within;

pub use within::{holds_imei, without_imeis};

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
/// Shape: 15 decimal digits, the last a Luhn check digit; blanks, `-`, `.` and `/` between digits are
/// dropped on the way in. Errors: [`ImeiError`] names the first rule broken and never repeats the number;
/// nothing is repaired, neither a missing check digit nor a software version at the end.
/// Source: 3GPP TS 23.003, clause 6.2. Limits: a 16-digit IMEISV is a different thing and refused; whether
/// a body allocated its first digits is asked of its [`Tac`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Imei(u64);

/// The first rule that a text broke on its way to an [`Imei`]: characters, then length, then made-up
/// digits, then check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImeiError {
    /// One digit all through.
    #[error("all its digits are the same, so it is made up; dial *#06# to see the real one")]
    AllEqual,
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
    /// A digit of another script than ASCII's: `٤`, `４`.
    #[error("character {place} is a digit of another script; write 0 to 9")]
    OtherScript {
        /// Counted from 1, in the text as given.
        place: usize,
    },
    /// Neither 14, 15, 16 nor 17 digits.
    #[error("an IMEI has 15 digits, this has {found}{}", hint(*found))]
    Length {
        /// Digits found.
        found: usize,
    },
    /// A plus sign before the digits.
    #[error("a + begins a phone number; the IMEI is what the phone shows at *#06#")]
    PhoneNumber,
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
        9..=12 => "; it may be a phone number, and the IMEI is what the phone shows at *#06#",
        13 => "; 13 digits may be a phone number or the bar code of a box",
        18 => "; 18 digits may be a MEID in decimal",
        19 | 20 => "; 19 or 20 digits are the number of a SIM card",
        32 => "; 32 digits are the EID of an eSIM",
        _ => "",
    }
}

impl Imei {
    /// The type allocation code: its first eight digits.
    #[must_use]
    pub fn tac(self) -> Tac {
        self.unit().tac()
    }

    /// The unit that it names: all but the check digit.
    #[must_use]
    pub const fn unit(self) -> UnitNumber {
        UnitNumber(self.0 / 10)
    }
}

impl FromStr for Imei {
    type Err = ImeiError;

    fn from_str(text: &str) -> Result<Self, ImeiError> {
        let digits = digits_of(text)?;
        match digits.len() {
            14 => Err(ImeiError::CheckDigitMissing),
            15 => checked(&digits),
            16 => Err(ImeiError::SoftwareVersion),
            17 => Err(ImeiError::SoftwareVersionAfterCheckDigit),
            found => Err(ImeiError::Length { found }),
        }
    }
}

/// The digits of a text without separators and the blanks around it.
fn digits_of(text: &str) -> Result<String, ImeiError> {
    let mut digits = String::with_capacity(17);
    let end = text.trim_end().len();
    let start = text.len() - text.trim_start().len();
    for (index, (at, c)) in text.char_indices().enumerate() {
        let place = index + 1;
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '/' => {}
            _ if at < start || at >= end => {}
            '+' if digits.is_empty() => return Err(ImeiError::PhoneNumber),
            _ if c.is_numeric() => return Err(ImeiError::OtherScript { place }),
            _ => return Err(ImeiError::Character { place }),
        }
    }
    Ok(digits)
}

/// Fifteen digits whose last is the right check digit.
fn checked(digits: &str) -> Result<Imei, ImeiError> {
    if is_one_digit(digits) {
        return Err(ImeiError::AllEqual);
    }
    if !luhn_holds(digits) {
        return Err(ImeiError::CheckDigit);
    }
    Ok(Imei(digits.parse().expect("fifteen digits fit 64 bits")))
}

fn is_one_digit(digits: &str) -> bool {
    let first = digits.bytes().next();
    digits.bytes().all(|byte| Some(byte) == first)
}

impl fmt::Debug for Imei {
    /// Shows the type allocation code only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imei({}…)", self.tac())
    }
}

impl fmt::Display for Imei {
    /// Shows the type allocation code only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.tac())
    }
}

/// One unit of a device: the 14 digits that its IMEI and its IMEISV have in common.
///
/// Shape: type allocation code and serial number. Source: 3GPP TS 23.003, clause 6.2. Shown as the code
/// alone; [`UnitNumber::secret_digits`] is for a keyed hash and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnitNumber(u64);

impl UnitNumber {
    /// As lists of units write it: 14 digits, 15 with the check digit, 16 with a software version in its
    /// place, or 17 with both. Separators as for [`Imei`].
    ///
    /// # Errors
    /// As [`Imei`]'s, but for the lengths. A list's 14 digits may be 15 that lost a zero in front, so they
    /// count only if a body allocates their first two; else [`ImeiError::Length`].
    pub fn of_list(text: &str) -> Result<Self, ImeiError> {
        let digits = digits_of(text)?;
        let unit = match digits.len() {
            found @ (14 | 16) => {
                if is_one_digit(&digits) {
                    return Err(ImeiError::AllEqual);
                }
                let unit = Self(digits[..14].parse().expect("fourteen digits fit 64 bits"));
                if found == 14 && unit.tac().reporting_body().is_none() {
                    return Err(ImeiError::Length { found });
                }
                unit
            }
            15 | 17 => checked(&digits[..15])?.unit(),
            found => return Err(ImeiError::Length { found }),
        };
        Ok(unit)
    }

    /// The type allocation code.
    #[must_use]
    pub fn tac(self) -> Tac {
        Tac(u32::try_from(self.0 / 1_000_000).expect("fourteen digits less six are eight"))
    }

    /// The digits, to be hashed with a key: they are personal data, and go nowhere as they are.
    #[must_use]
    pub fn secret_digits(self) -> [u8; 14] {
        let mut rest = self.0;
        let mut digits = [b'0'; 14];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).expect("a digit");
            rest /= 10;
        }
        digits
    }
}

impl fmt::Debug for UnitNumber {
    /// Shows the type allocation code only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitNumber({}…)", self.tac())
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
            ("٤90154203237518", ImeiError::OtherScript { place: 1 }),
            ("49015420323751８", ImeiError::OtherScript { place: 15 }),
            ("+49 170 1234567", ImeiError::PhoneNumber),
            ("49+0154203237518", ImeiError::Character { place: 3 }),
            ("000000000000000", ImeiError::AllEqual),
            ("777777777777777", ImeiError::AllEqual),
            ("", ImeiError::Length { found: 0 }),
            ("49015420", ImeiError::Length { found: 8 }),
            ("01701234567", ImeiError::Length { found: 11 }),
        ] {
            assert_eq!(text.parse::<Imei>(), Err(fault), "{text}");
        }
        let hint = |digits: &str| digits.parse::<Imei>().map_err(|error| error.to_string());
        assert!(hint("01701234567").is_err_and(|error| error.contains("phone number")));
        assert!(hint("8949020000000000000").is_err_and(|error| error.contains("SIM card")));
    }

    #[test]
    fn a_number_that_no_body_allocated_is_read_and_says_so() {
        let imei: Imei = "120154203237516"
            .parse()
            .expect("fifteen digits that agree");
        assert_eq!(imei.tac().reporting_body(), None);
    }

    #[test]
    fn a_unit_is_not_shown_whole() {
        let imei: Imei = "490154203237518".parse().expect("valid");
        let shown = format!("{imei} {imei:?} {:?} {:#?}", imei.unit(), Some(imei.unit()));
        assert!(shown.contains("49015420…"), "{shown}");
        assert!(!shown.contains("323751"), "{shown}");
    }

    #[test]
    fn a_list_may_write_a_unit_in_four_forms_and_no_other() {
        let unit = "490154203237518".parse::<Imei>().expect("valid").unit();
        assert_eq!(&unit.secret_digits(), b"49015420323751");
        for text in [
            "49015420323751",
            "49-015420-323751-8",
            "4901542032375186",
            "49015420323751864",
        ] {
            assert_eq!(UnitNumber::of_list(text), Ok(unit), "{text}");
        }
        for (text, fault) in [
            ("490154203237517", ImeiError::CheckDigit),
            ("49015420323751764", ImeiError::CheckDigit),
            // 015420323751864 without its zero.
            ("15420323751864", ImeiError::Length { found: 14 }),
            ("11111111111111", ImeiError::AllEqual),
            ("4901542032375", ImeiError::Length { found: 13 }),
            ("4.9E+14", ImeiError::Character { place: 4 }),
        ] {
            assert_eq!(UnitNumber::of_list(text), Err(fault), "{text}");
        }
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

    /// The check digit by the standard's own recipe (TS 23.003, annex B): every second digit doubled, digits
    /// of all summed, what is missing to the next ten.
    fn check_digit(fourteen: &str) -> u32 {
        let text: String = fourteen
            .chars()
            .enumerate()
            .map(|(index, c)| {
                let digit = c.to_digit(10).expect("a digit");
                (digit * (1 + u32::try_from(index % 2).expect("0 or 1"))).to_string()
            })
            .collect();
        let sum: u32 = text.chars().filter_map(|c| c.to_digit(10)).sum();
        (10 - sum % 10) % 10
    }

    /// Fifteen digits with the right check digit, of a body that allocates.
    fn imeis() -> impl Strategy<Value = String> {
        (0..REPORTING_BODIES.len(), 0..1_000_000_000_000_u64).prop_map(|(body, rest)| {
            let most = format!("{:02}{rest:012}", REPORTING_BODIES[body].0);
            let check = check_digit(&most);
            format!("{most}{check}")
        })
    }

    proptest! {
        #[test]
        fn the_check_digit_is_the_one_of_the_standards_recipe(digits in "[0-9]{14}", last in 0..10_u32) {
            prop_assert_eq!(luhn_holds(&format!("{digits}{last}")), check_digit(&digits) == last);
        }

        #[test]
        fn separators_change_nothing(digits in imeis(), gaps in prop::collection::vec(0..5_usize, 15)) {
            let spaced: String = digits
                .chars()
                .zip(gaps)
                .flat_map(|(digit, gap)| [Some(digit), [None, Some(' '), Some('-'), Some('/'), Some('.')][gap]])
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
        fn two_neighbours_swapped_are_found_unless_they_are_nine_and_nought(digits in imeis(), place in 0..14_usize) {
            let mut bytes = digits.clone().into_bytes();
            bytes.swap(place, place + 1);
            let swapped = String::from_utf8(bytes).expect("digits");
            // The formula's known blind spot.
            let is_missed = matches!(&digits[place..place + 2], "09" | "90") || swapped == digits;
            prop_assert_eq!(swapped.parse::<Imei>().is_ok(), is_missed);
        }

        #[test]
        fn every_form_of_a_unit_is_the_same_unit(digits in imeis(), version in 0..100_u8) {
            let unit = digits.parse::<Imei>().map(Imei::unit);
            prop_assert!(unit.is_ok());
            for form in [
                digits[..14].to_owned(),
                format!("{}{version:02}", &digits[..14]),
                format!("{digits}{version:02}"),
            ] {
                prop_assert_eq!(UnitNumber::of_list(&form), unit);
            }
            prop_assert_eq!(unit.map(|unit| unit.secret_digits().to_vec()), Ok(digits.as_bytes()[..14].to_vec()));
        }

        #[test]
        fn no_length_is_repaired(digits in "[0-9]{0,40}") {
            let parsed = digits.parse::<Imei>();
            prop_assert_eq!(parsed.is_ok(), digits.len() == 15 && luhn_holds(&digits) && !is_one_digit(&digits));
        }

        #[test]
        fn no_text_of_ours_repeats_an_imei(digits in imeis(), extra in "[0-9]{0,3}|[a-z]") {
            let whole = digits.parse::<Imei>().expect("valid");
            let text = format!("{digits}{extra}");
            let mut shown = format!("{whole} {whole:?} {:?}", whole.unit());
            if let Err(error) = text.parse::<Imei>() {
                shown += &format!("{error} {error:?}");
            }
            if let Err(error) = UnitNumber::of_list(&text) {
                shown += &format!("{error} {error:?}");
            }
            if let Err(error) = text.parse::<Tac>() {
                shown += &format!("{error} {error:?}");
            }
            prop_assert!(!shown.contains(&digits[..9]), "{}", shown);
            prop_assert!(!shown.contains(&digits[8..14]) || digits[..8].contains(&digits[8..14]));
        }

        #[test]
        fn no_text_breaks_the_reading(text in any::<String>(), digits in "[0-9 ./+-]{0,30}") {
            for text in [text, digits] {
                let read = [text.parse::<Imei>().map(Imei::unit), UnitNumber::of_list(&text)];
                let count = text.chars().filter(char::is_ascii_digit).count();
                prop_assert!(read.iter().all(Result::is_err) || (14..=17).contains(&count));
            }
        }
    }
}
