//! Countries.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// A country by its ISO 3166-1 alpha-2 code.
///
/// Shape: two upper-case letters, `US`. Lower case is accepted. Limits: that the code is assigned is
/// not checked.
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
