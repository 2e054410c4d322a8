//! What may somebody do for the party that they act for, and what may a program that acts for them?

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

/// What a program's token opens, beside what its member may do anyway: one scope per area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenScope {
    /// Looking at what the member sees; asking without changing.
    Read,
    /// Evidence, its withdrawal, and the documents that it came in.
    EvidenceWrite,
    /// Feeds, and decisions on listings.
    ListingsWrite,
    /// Data sets, and which of them a market hears.
    DataSetsWrite,
    /// Policies of markets.
    PoliciesWrite,
}

impl TokenScope {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::EvidenceWrite,
        Self::ListingsWrite,
        Self::DataSetsWrite,
        Self::PoliciesWrite,
    ];

    /// As it is written and stored: a scope-token of RFC 6749, clause 3.3.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::EvidenceWrite => "evidence:write",
            Self::ListingsWrite => "listings:write",
            Self::DataSetsWrite => "data-sets:write",
            Self::PoliciesWrite => "policies:write",
        }
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TokenScope {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let scope = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        scope.ok_or_else(|| {
            let help =
                "write read, evidence:write, listings:write, data-sets:write or policies:write";
            ParseError::new(text, "a token's scope", help)
        })
    }
}
