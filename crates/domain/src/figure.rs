//! Measured figures: a decimal number, a figure with its unit, what was measured and what is asked.
//!
//! Numbers are exact; nothing here is a float. Which figures there are is for networks and laboratories to say.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// Most characters of a figure's name.
pub const FIGURE_CHARS_MAX: usize = 60;
/// Most characters of a unit.
pub const UNIT_CHARS_MAX: usize = 20;

const DECIMALS_MAX: u32 = 6;
const DIGITS_MAX: usize = 12;
/// 10 to the power of [`DECIMALS_MAX`].
const ONE: i64 = 1_000_000;

/// A decimal number.
///
/// Shape: `-97.5`; at most twelve digits before the point and six after it, no exponent.
///
/// ```
/// use domain::figure::Decimal;
/// let (low, high): (Decimal, Decimal) = ("-97.50".parse()?, "-97.4".parse()?);
/// assert!(low < high);
/// assert_eq!(low.to_string(), "-97.5");
/// # Ok::<(), domain::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal {
    millionths: i64,
}

impl FromStr for Decimal {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read_decimal(text.trim()).ok_or_else(|| {
            let help = "write it with a point and without exponent, such as 20, 18.5 or -97.25";
            ParseError::new(text, "a decimal number", help)
        })
    }
}

fn read_decimal(text: &str) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return None,
        None => (digits, ""),
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > DIGITS_MAX || !is_number(whole) || !is_number(part) {
        return None;
    }
    let missing = DECIMALS_MAX.checked_sub(u32::try_from(part.len()).ok()?)?;
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = if part.is_empty() {
        0
    } else {
        part.parse().ok()?
    };
    let millionths = whole
        .checked_mul(ONE)?
        .checked_add(part.checked_mul(10_i64.pow(missing))?)?;
    Some(Decimal {
        millionths: sign * millionths,
    })
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.millionths < 0 { "-" } else { "" };
        let size = self.millionths.unsigned_abs();
        let one = ONE.unsigned_abs();
        let part = format!("{:06}", size % one);
        match part.trim_end_matches('0') {
            "" => write!(f, "{sign}{}", size / one),
            part => write!(f, "{sign}{}.{part}", size / one),
        }
    }
}

/// What can be measured, and in which unit. The same name in another unit is another figure: nothing is converted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Figure {
    name: String,
    unit: String,
}

impl Figure {
    /// A figure of this name in this unit, without the blanks around them.
    ///
    /// # Errors
    /// Nothing is written, too much, or what could be taken for a comparison.
    pub fn new(name: &str, unit: &str) -> Result<Self, ParseError> {
        let (name, unit) = (name.trim(), unit.trim());
        let is_text = |text: &str, chars_max: usize| {
            let is_odd = |c: char| c.is_control() || matches!(c, '<' | '>' | '=' | ';');
            (1..=chars_max).contains(&text.chars().count()) && !text.contains(is_odd)
        };
        if !is_text(name, FIGURE_CHARS_MAX) {
            let help =
                "write 1 to 60 characters without < > = ; such as Total radiated power, LTE B2";
            return Err(ParseError::new(name, "the name of a figure", help));
        }
        if !is_text(unit, UNIT_CHARS_MAX) {
            let help =
                "write 1 to 20 characters, such as dBm, Mbit/s or %; 1 for a number without unit";
            return Err(ParseError::new(unit, "a unit", help));
        }
        Ok(Self {
            name: name.to_owned(),
            unit: unit.to_owned(),
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its unit.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }
}

/// What a value is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bound {
    /// Not less.
    AtLeast(Decimal),
    /// Not more.
    AtMost(Decimal),
}

impl Bound {
    /// Whether a value keeps to it.
    #[must_use]
    pub fn is_met_by(self, value: Decimal) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

/// What is asked of a figure. Written `Total radiated power, LTE B2 >= 18.5 dBm`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Threshold {
    /// Of which one.
    pub figure: Figure,
    /// What its value must keep to.
    pub bound: Bound,
}

/// What was measured. Written `Total radiated power, LTE B2 = 19.1 dBm`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Measured {
    /// Which figure.
    pub figure: Figure,
    /// Its value.
    pub value: Decimal,
}

/// A name before `sign`; a number and a unit after it.
fn read_figure(text: &str, sign: &str) -> Option<Result<(Figure, Decimal), ParseError>> {
    let (name, rest) = text.split_once(sign)?;
    let (number, unit) = rest.trim().split_once(char::is_whitespace)?;
    let figure = Figure::new(name, unit);
    Some(figure.and_then(|figure| Ok((figure, number.parse()?))))
}

impl FromStr for Threshold {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let help = "write a name, >= or <=, a number and a unit: Download rate >= 10 Mbit/s";
        let (read, bound): (_, fn(Decimal) -> Bound) = match read_figure(text, ">=") {
            Some(read) => (Some(read), Bound::AtLeast),
            None => (read_figure(text, "<="), Bound::AtMost),
        };
        let read = read.ok_or_else(|| ParseError::new(text, "a threshold", help))?;
        let (figure, value) = read?;
        let bound = bound(value);
        Ok(Self { figure, bound })
    }
}

impl FromStr for Measured {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let help = "write a name, =, a number and a unit: Download rate = 42.5 Mbit/s";
        let read = read_figure(text, "=")
            .ok_or_else(|| ParseError::new(text, "a measured figure", help))?;
        let (figure, value) = read?;
        Ok(Self { figure, value })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, value) = match self.bound {
            Bound::AtLeast(value) => (">=", value),
            Bound::AtMost(value) => ("<=", value),
        };
        write!(
            f,
            "{} {sign} {value} {}",
            self.figure.name, self.figure.unit
        )
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { figure, value } = self;
        write!(f, "{} = {value} {}", figure.name, figure.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_print_without_idle_zeros() {
        let cases = [
            ("0", Some("0")),
            ("-0.0", Some("0")),
            ("007", Some("7")),
            ("18.50", Some("18.5")),
            ("-97.000001", Some("-97.000001")),
            ("999999999999.999999", Some("999999999999.999999")),
            ("1000000000000", None),
            ("1.0000001", None),
            ("1e3", None),
            ("+1", None),
            (".5", None),
            ("5.", None),
            ("--5", None),
            ("1,5", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let read = text.parse::<Decimal>().map(|one| one.to_string()).ok();
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        let sorted = ["-100", "-99.999999", "-0.1", "0", "0.000001", "0.1", "10"];
        let sorted = sorted.map(|text| text.parse::<Decimal>().expect("a decimal"));
        assert!(sorted.is_sorted());
    }

    #[test]
    fn a_threshold_is_met_up_to_its_value_and_not_beyond() {
        let at_least: Threshold = "Download rate >= 10 Mbit/s".parse().expect("good");
        let at_most: Threshold = "Registration <= 1.5 s".parse().expect("good");
        let cases = [
            (&at_least, "9.999999", false),
            (&at_least, "10", true),
            (&at_least, "11", true),
            (&at_most, "1.500001", false),
            (&at_most, "1.5", true),
            (&at_most, "-2", true),
        ];
        for (threshold, value, expected) in cases {
            let value = value.parse().expect("a decimal");
            assert_eq!(
                threshold.bound.is_met_by(value),
                expected,
                "{threshold} by {value}"
            );
        }
    }

    #[test]
    fn thresholds_and_measured_figures_print_and_parse_back() {
        for text in ["TRP, LTE B2 >= 18.5 dBm", "Drops <= 0.5 % of calls"] {
            let read: Threshold = text.parse().expect(text);
            assert_eq!(read.to_string(), text);
        }
        let text = "TRP, LTE B2 = 18.5 dBm";
        assert_eq!(text.parse::<Measured>().expect(text).to_string(), text);
        for bad in [
            "TRP > 5 dBm",
            "TRP >= 5",
            ">= 5 dBm",
            "TRP >= five dBm",
            "a = b >= 5 s",
        ] {
            assert!(bad.parse::<Threshold>().is_err(), "{bad}");
        }
        for bad in ["TRP >= 5 dBm", "TRP = 5", "= 5 dBm", "TRP = five dBm"] {
            assert!(bad.parse::<Measured>().is_err(), "{bad}");
        }
    }
}
