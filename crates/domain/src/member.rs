//! What may somebody do for the party that they act for?

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// What a member of a party may do for it, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberRole {
    /// Sees what the party sees, and changes nothing.
    Reader,
    /// Does the party's daily work.
    Clerk,
    /// As a clerk, and decides who the members are.
    Owner,
}

impl MemberRole {
    /// Every one, the least first.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Clerk, Self::Owner];

    /// As it is written and stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Clerk => "clerk",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MemberRole {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let role = Self::ALL.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| ParseError::new(text, "a member's role", "write owner, clerk or reader"))
    }
}
