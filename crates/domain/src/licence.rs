//! Under which licence a source may be used.
//!
//! Whether a licence allows commercial use is decided where a source's origin is written down; this file
//! has the words for it, and refuses no source. What a market refuses is its policy's to say.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::ParseError;

/// Whether a source may be used for trade, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommercialUse {
    /// Its licence allows it.
    Allowed,
    /// Its licence forbids it.
    Forbidden,
    /// It states no licence that would settle it.
    NotStated,
}

impl CommercialUse {
    /// All, the freest first.
    pub const ALL: [Self; 3] = [Self::Allowed, Self::Forbidden, Self::NotStated];

    /// The word in policies and the API: `commercial`, `non-commercial`, `not-stated`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "commercial",
            Self::Forbidden => "non-commercial",
            Self::NotStated => "not-stated",
        }
    }

    /// What a person is told, as the end of a sentence on a licence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Allowed => "allows commercial use",
            Self::Forbidden => "forbids commercial use",
            Self::NotStated => "does not say whether commercial use is allowed",
        }
    }
}

impl FromStr for CommercialUse {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| {
            let help = "write non-commercial or not-stated";
            ParseError::new(text, "a kind of licence", help)
        })
    }
}

/// What a source states of its licence, and what that means for trade.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Licence {
    /// As the source states it, or "none stated".
    pub text: Arc<str>,
    /// Whether it may be used for trade.
    pub commercial_use: CommercialUse,
}

impl fmt::Display for Licence {
    /// `CC BY-NC-SA 4.0 (forbids commercial use)`; what allows it is not said twice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.commercial_use {
            CommercialUse::Allowed => f.write_str(&self.text),
            other => write!(f, "{} ({})", self.text, other.words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_policies_read_back() {
        for one in CommercialUse::ALL {
            assert_eq!(one.name().parse(), Ok(one));
        }
        assert!("free".parse::<CommercialUse>().is_err());
    }
}
