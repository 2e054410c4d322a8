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

    /// A policy's text without the breaks of its lines.
    fn joined(text: &str) -> String {
        let words = text.split_whitespace().filter(|word| *word != "#");
        words.collect::<Vec<_>>().join(" ")
    }

    /// The rules that a policy's comments name, as they name them.
    fn named(text: &str) -> Vec<String> {
        let starts = ["47 CFR ", "(EU) ", "SI ", "FCC 2", "C-"];
        let mut found: Vec<String> = Vec::new();
        for start in starts {
            for (at, _) in text.match_indices(start) {
                let rest = &text[at + start.len()..];
                let is_of_number = |c: &char| c.is_ascii_alphanumeric() || "/.-".contains(*c);
                let number: String = rest.chars().take_while(is_of_number).collect();
                let number = number.trim_end_matches(['.', '-']);
                if number.starts_with(|c: char| c.is_ascii_digit()) {
                    found.push(format!("{start}{number}"));
                }
            }
        }
        found
    }

    #[test]
    fn each_rule_that_a_starter_policy_names_stands_in_the_guide_with_what_confirms_it() {
        const GUIDE: &str = include_str!("../../../docs/guide/starter-policies.md");
        for starter in Starter::ALL {
            let text = joined(starter.text());
            let named = named(&text);
            assert!(named.len() > 4, "{starter}: {named:?}");
            for rule in named {
                let row = GUIDE.lines().find(|line| {
                    let mut cells = line.split('|').map(str::trim);
                    cells.nth(1) == Some(rule.as_str())
                });
                let row = row.unwrap_or_else(|| panic!("{starter}: no row for {rule}"));
                if row.ends_with("| **not confirmed** |") {
                    let at = text.find(&rule).expect("named");
                    let after: String = text[at..].chars().take(120).collect();
                    assert!(after.contains("not confirmed"), "{starter}: {after}");
                }
            }
        }
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
