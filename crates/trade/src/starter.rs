//! Policies to begin with: files that come with the program, each line with what it asks, why and its source.
//!
//! A start and no advice: none is ever in force by itself.

use std::fmt;
use std::str::FromStr;

use domain::ParseError;
use domain::fault::Fault;
use domain::id::HostNetworkId;
use domain::policy::Policy;

use crate::policy_toml;

/// Where a starter policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter {
    /// A country of the European Union.
    Eu,
    /// The United Kingdom.
    Uk,
    /// The United States.
    Us,
}

impl Starter {
    /// All.
    pub const ALL: [Self; 3] = [Self::Us, Self::Eu, Self::Uk];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Uk => "uk",
            Self::Us => "us",
        }
    }

    /// The file, with its comments.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Eu => include_str!("../../../data/policies/eu.toml"),
            Self::Uk => include_str!("../../../data/policies/uk.toml"),
            Self::Us => include_str!("../../../data/policies/us.toml"),
        }
    }

    /// The policy, for these host networks.
    ///
    /// # Errors
    /// None: a test reads every file.
    pub fn policy(self, hosts: Vec<HostNetworkId>) -> Result<Policy, Vec<Fault>> {
        let read = policy_toml::parse(&format!("{self}.toml"), self.text())?;
        Ok(Policy { hosts, ..read })
    }
}

impl fmt::Display for Starter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Starter {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|one| one.name() == text);
        found.ok_or_else(|| ParseError::new(text, "a policy to begin with", "write us, eu or uk"))
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::{Demand, Level, Requirement, Service};

    use super::*;

    #[test]
    fn every_starter_policy_reads_and_asks_what_it_says() {
        for starter in Starter::ALL {
            let policy = starter.policy(Vec::new()).expect("reads");
            assert_eq!(starter.name().parse(), Ok(starter));
            assert_eq!(policy.market.as_str(), starter.name());
            let phone = policy.category(&"smartphone".parse().expect("id"));
            let phone = phone.expect("phones");
            assert_eq!(phone.demand(Requirement::RegulatoryApproval), Demand::Must);
            assert_eq!(phone.demand(Requirement::RadioFit), Demand::Must);
            let emergency = (Service::EmergencyCall, Level::FallbackOnly);
            assert!(phone.service_min.contains(&emergency), "{starter}");
            assert!(phone.disclosed_schemes.contains(&"SAR".to_owned()));
            let mut shown = phone.disclosed_schemes.iter();
            assert!(shown.all(|scheme| !phone.schemes.contains(scheme)));
        }
        let us = Starter::Us.policy(Vec::new()).expect("reads");
        assert_eq!(us.categories[0].schemes, ["FCC", "HAC"]);
        assert_eq!(us.categories[0].disclosed_schemes, ["SAR", "WEA"]);
    }

    /// Each line that says something has a comment above it, and so each key of a table that stands on lines of its own.
    #[test]
    fn each_line_of_a_starter_policy_is_explained() {
        for starter in Starter::ALL {
            let mut before = "";
            for line in starter.text().lines() {
                let says = !line.is_empty() && !line.starts_with('#') && !line.starts_with('[');
                assert!(!says || before.starts_with('#'), "{starter}: {line}");
                before = line;
            }
        }
    }
}
