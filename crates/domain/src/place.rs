//! Countries.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// A country by its ISO 3166-1 alpha-2 code.
///
/// Shape: two upper-case letters, `US`. Lower case is accepted, and `UK` and `EL` for `GB` and `GR`. Limits: that the
/// code is assigned is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// The United States.
    pub const US: Self = Self(*b"US");

    /// The two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl FromStr for Country {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let upper = text.trim().to_ascii_uppercase();
        // What the European Union writes (Interinstitutional style guide, section 7.1) where ISO 3166-1 has others.
        let upper = match upper.as_str() {
            "UK" => "GB",
            "EL" => "GR",
            upper => upper,
        };
        <[u8; 2]>::try_from(upper.as_bytes())
            .ok()
            .filter(|bytes| bytes.iter().all(u8::is_ascii_uppercase))
            .map(Self)
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "a country code",
                    "write two letters, such as US or GB (ISO 3166-1 alpha-2)",
                )
            })
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_country_has_one_code_however_it_is_written() {
        for (written, code) in [("gb", "GB"), ("UK", "GB"), (" el ", "GR"), ("US", "US")] {
            let country = written
                .parse::<Country>()
                .map(|country| country.to_string());
            assert_eq!(country.ok().as_deref(), Some(code), "{written}");
        }
        for written in ["", "G", "GBR", "G1", "ÜK"] {
            assert!(written.parse::<Country>().is_err(), "{written}");
        }
    }
}
