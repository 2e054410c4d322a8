//! Money in whole minor units. There is no float on any path that ends in a price.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// A currency: its ISO 4217 code and how many decimals its minor unit has.
///
/// Shape: three upper-case letters. Limits: the active codes of ISO 4217 that are used in retail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

// ISO 4217 (list one, 2024): the currencies whose minor unit is not a hundredth.
const NO_DECIMALS: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XPF",
];
const THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    /// US dollar.
    pub const USD: Self = Self {
        code: *b"USD",
        decimals: 2,
    };

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// Digits after the point: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub const fn decimals(&self) -> u8 {
        self.decimals
    }
}

impl FromStr for Currency {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let bytes: [u8; 3] = text
            .as_bytes()
            .try_into()
            .ok()
            .filter(|bytes: &[u8; 3]| bytes.iter().all(u8::is_ascii_uppercase))
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "a currency code",
                    "write three upper-case letters, such as USD (ISO 4217)",
                )
            })?;
        let decimals = if NO_DECIMALS.contains(&text) || text == "XOF" {
            0
        } else if THREE_DECIMALS.contains(&text) {
            3
        } else {
            2
        };
        Ok(Self {
            code: bytes,
            decimals,
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in the minor unit of a currency.
///
/// Shape: `119.00 USD`. Units: minor units (cents). Errors: arithmetic between currencies or past 64
/// bits gives `None`.
///
/// ```
/// use domain::money::Money;
/// let price: Money = "119.00 USD".parse()?;
/// assert_eq!(price.minor(), 11_900);
/// assert_eq!(price.to_string(), "119.00 USD");
/// # Ok::<(), domain::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum; `None` for another currency or past 64 bits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))
            .flatten()
            .map(|minor| Self { minor, ..self })
    }

    /// `count` times the amount; `None` past 64 bits.
    #[must_use]
    pub fn times(self, count: u32) -> Option<Self> {
        self.minor
            .checked_mul(i64::from(count))
            .map(|minor| Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.currency.decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        let unsigned = self.minor.unsigned_abs();
        let unit = 10_u64.pow(u32::from(self.currency.decimals));
        if digits == 0 {
            write!(f, "{sign}{unsigned} {}", self.currency)
        } else {
            let (whole, part) = (unsigned / unit, unsigned % unit);
            write!(f, "{sign}{whole}.{part:0digits$} {}", self.currency)
        }
    }
}

impl FromStr for Money {
    type Err = ParseError;

    /// Reads `119 USD`, `119.00 USD`, `119.9 USD`. More decimals than the currency has are refused, and
    /// so are thousands separators: `1,579.0` could mean two things.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let fault = || {
            ParseError::new(
                text,
                "an amount of money",
                "write digits, a point if needed, a blank and the currency: 119.00 USD",
            )
        };
        let (number, currency) = text.split_once(' ').ok_or_else(fault)?;
        let currency: Currency = currency.trim().parse().map_err(|_| fault())?;
        let (sign, number) = match number.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, number),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = usize::from(currency.decimals);
        let well_formed = !whole.is_empty()
            && whole.bytes().all(|b| b.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.trim_end_matches('0').len() <= digits;
        if !well_formed {
            return Err(fault());
        }
        let mut minor: i64 = whole.parse().map_err(|_| fault())?;
        for place in 0..digits {
            let digit = part
                .as_bytes()
                .get(place)
                .map_or(0, |b| i64::from(b - b'0'));
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(digit))
                .ok_or_else(fault)?;
        }
        Ok(Self::new(sign * minor, currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, minor: Option<i64>) {
        let read = text.parse::<Money>();
        assert_eq!(read.as_ref().ok().map(Money::minor), minor, "{text:?}");
        if let Ok(money) = read {
            assert_eq!(money.to_string().parse::<Money>(), Ok(money), "{text:?}");
        }
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        check("119 USD", Some(11_900));
        check("119.9 USD", Some(11_990));
        check("-0.05 USD", Some(-5));
        check("119.90000 USD", Some(11_990));
        check("259 JPY", Some(259));
        check("1.234 KWD", Some(1_234));
        check("119.999 USD", None);
        check("1.5 JPY", None);
        check("1,579.0 USD", None);
        check("119USD", None);
        check("1e3 USD", None);
        check("92233720368547758.08 USD", None);
        check(" USD", None);
    }

    #[test]
    fn sums_stay_in_one_currency_and_in_range() {
        let dollar = Money::new(100, Currency::USD);
        let yen = Money::new(100, "JPY".parse().expect("a currency"));
        assert_eq!(dollar.plus(yen), None);
        assert_eq!(dollar.times(3).map(|m| m.minor()), Some(300));
        assert_eq!(Money::new(i64::MAX, Currency::USD).times(2), None);
        assert_eq!(Money::new(i64::MAX, Currency::USD).plus(dollar), None);
    }
}
