//! Whose word a market hears: roles, issuers, and ranks of them.
//!
//! What a rank is for, and what follows when two speak, is the policy's and the gate's to say.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;
use crate::id::PartyId;

/// As what an issuer speaks of a subject: not of anybody's brand but of this one, not for any network but this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The party behind the brand that it is about.
    Brand,
    /// The party behind the host network that it is about.
    Host,
    /// The party behind the seller that it is about.
    Seller,
    /// The operator of this marketplace.
    Operator,
    /// A regulator.
    Regulator,
    /// A platform's owner, such as that of Google's services.
    PlatformOwner,
    /// A laboratory that tests.
    Laboratory,
    /// Somebody who looks at it from outside.
    Analyst,
}

impl Role {
    /// All, in the order in which they are named.
    pub const ALL: [Self; 8] = [
        Self::Brand,
        Self::Host,
        Self::Seller,
        Self::Operator,
        Self::Regulator,
        Self::PlatformOwner,
        Self::Laboratory,
        Self::Analyst,
    ];

    /// The word in the directory, in policies and in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Host => "host",
            Self::Seller => "seller",
            Self::Operator => "operator",
            Self::Regulator => "regulator",
            Self::PlatformOwner => "platform_owner",
            Self::Laboratory => "laboratory",
            Self::Analyst => "analyst",
        }
    }
}

impl FromStr for Role {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| {
                let help = "write brand, host, seller, operator, regulator, platform_owner, laboratory or analyst";
                ParseError::new(text, "a role", help)
            })
    }
}

/// Whose word is meant: a role's, or one party's. A role's word is never a party's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trusted {
    /// Whoever speaks in it.
    Role(Role),
    /// This one, in whichever role.
    Party(PartyId),
}

impl FromStr for Trusted {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.parse() {
            Ok(role) => Ok(Self::Role(role)),
            Err(_) => Ok(Self::Party(text.parse()?)),
        }
    }
}

impl fmt::Display for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => f.write_str(role.name()),
            Self::Party(party) => party.fmt(f),
        }
    }
}

/// Those whose words weigh alike. An empty one names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rank {
    /// Issuers of evidence.
    pub issuers: Vec<Trusted>,
    /// Sources of lists, by the name that all deliveries of one share.
    pub sources: Vec<String>,
}

impl Rank {
    /// Whether the word of this issuer, who speaks in these roles, is of this rank.
    #[must_use]
    pub fn names(&self, issuer: &PartyId, roles: &[Role]) -> bool {
        self.issuers.iter().any(|trusted| match trusted {
            Trusted::Role(role) => roles.contains(role),
            Trusted::Party(party) => party == issuer,
        })
    }

    /// Whether a source's lists are of this rank.
    #[must_use]
    pub fn names_source(&self, series: &str) -> bool {
        self.sources.iter().any(|source| source == series)
    }
}
