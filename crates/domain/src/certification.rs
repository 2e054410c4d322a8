//! What a host network asks of a device, what was tested, and what it certified.
//!
//! Shapes only: whether a certification counts, and for which offer, is the gate's to say.

use crate::ParseError;
use crate::figure::{Measured, Threshold};
use crate::id::{EvidenceId, HostNetworkId, PartyId, VariantId};
use crate::policy::{Level, Service};
use crate::radio::Band;
use crate::software::SoftwareBuild;

/// Most test reports that one certification rests on.
pub const REPORTS_MAX: usize = 16;
/// Most bands that a requirement set asks for, or that a report has found.
pub const BANDS_MAX: usize = 100;
/// Most figures that a requirement set asks for, or that a report has measured.
pub const FIGURES_MAX: usize = 200;

/// What a host network found of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificationResult {
    /// Certified.
    Certified,
    /// Certified on a condition; satisfies only a policy that names it.
    Conditional(String),
    /// Tested or looked at, and not certified.
    NotCertified,
}

/// Software builds from one to another, both included, in the order of [`SoftwareBuild`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Builds {
    /// The first; none: every one up to the last.
    pub first: Option<SoftwareBuild>,
    /// The last; none: every one from the first on.
    pub last: Option<SoftwareBuild>,
}

impl Builds {
    /// Every build, stated or not.
    pub const ANY: Self = Self {
        first: None,
        last: None,
    };

    /// From one to another.
    ///
    /// # Errors
    /// The last comes before the first.
    pub fn new(
        first: Option<SoftwareBuild>,
        last: Option<SoftwareBuild>,
    ) -> Result<Self, ParseError> {
        if let (Some(first), Some(last)) = (&first, &last)
            && last < first
        {
            let help = "write the earlier build first; runs of digits count as numbers";
            return Err(ParseError::new(
                last.as_str(),
                "the last of these builds",
                help,
            ));
        }
        Ok(Self { first, last })
    }

    /// Whether a build is among them; none: that cannot be told of a build that is not stated.
    #[must_use]
    pub fn covers(&self, build: Option<&SoftwareBuild>) -> Option<bool> {
        if *self == Self::ANY {
            return Some(true);
        }
        let build = build?;
        let is_early = self.first.as_ref().is_some_and(|first| build < first);
        let is_late = self.last.as_ref().is_some_and(|last| build > last);
        Some(!is_early && !is_late)
    }
}

/// A host network's word on a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCertification {
    /// The exact hardware.
    pub variant: VariantId,
    /// The network.
    pub network: HostNetworkId,
    /// What it found.
    pub result: CertificationResult,
    /// The virtual carrier on whose service it holds; none: on anybody's.
    pub carrier: Option<PartyId>,
    /// The software builds for which it holds.
    pub builds: Builds,
    /// The tests that it rests on; none: it names none.
    pub tests: Option<Tests>,
}

impl DeviceCertification {
    /// A network's word on a variant, on anybody's service and with any build, that names no tests.
    #[must_use]
    pub const fn of(
        variant: VariantId,
        network: HostNetworkId,
        result: CertificationResult,
    ) -> Self {
        Self {
            variant,
            network,
            result,
            carrier: None,
            builds: Builds::ANY,
            tests: None,
        }
    }
}

/// The tests that a certification rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tests {
    /// What was asked of the device.
    pub requirement_set: EvidenceId,
    /// What was found.
    pub reports: Vec<EvidenceId>,
}

/// What a host network asks of a device before it certifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementSet {
    /// The network.
    pub network: HostNetworkId,
    /// Compatibility: bands that must be there.
    pub bands: Vec<Band>,
    /// Compatibility: services that must reach a level, the emergency call among them.
    pub services: Vec<(Service, Level)>,
    /// Minimum quality.
    pub minima: Vec<Threshold>,
}

/// What was found when a variant was tested against a requirement set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestReport {
    /// The exact hardware.
    pub variant: VariantId,
    /// What was asked of it.
    pub requirement_set: EvidenceId,
    /// Who tested.
    pub laboratory: PartyId,
    /// The software build that was tested.
    pub build: SoftwareBuild,
    /// Bands that were found working. One that is not named was not found.
    pub bands: Vec<Band>,
    /// Services, each with the level that it reached.
    pub services: Vec<(Service, Level)>,
    /// What was measured.
    pub figures: Vec<Measured>,
}

fn few<T>(values: &[T], most: usize, help: &'static str) -> Option<ParseError> {
    let is_many = values.len() > most;
    is_many.then(|| {
        ParseError::new(
            &values.len().to_string(),
            "so many as one list may hold",
            help,
        )
    })
}

impl RequirementSet {
    /// Whether its lists are within their limits, and whether it asks for anything at all.
    ///
    /// # Errors
    /// The first list that is too long, or that there is nothing in it: what asks nothing is met by anything.
    pub fn check(&self) -> Result<(), ParseError> {
        if self.bands.is_empty() && self.services.is_empty() && self.minima.is_empty() {
            let help = "name bands, services or figures that must be reached";
            return Err(ParseError::new("", "a set of requirements", help));
        }
        let too_many = few(&self.bands, BANDS_MAX, "name at most 100 bands")
            .or_else(|| few(&self.services, Service::ALL.len(), "name each service once"))
            .or_else(|| few(&self.minima, FIGURES_MAX, "name at most 200 figures"));
        too_many.map_or(Ok(()), Err)
    }
}

impl TestReport {
    /// Whether its lists are within their limits.
    ///
    /// # Errors
    /// The first list that is too long.
    pub fn check(&self) -> Result<(), ParseError> {
        let too_many = few(&self.bands, BANDS_MAX, "name at most 100 bands")
            .or_else(|| few(&self.services, Service::ALL.len(), "name each service once"))
            .or_else(|| few(&self.figures, FIGURES_MAX, "name at most 200 figures"));
        too_many.map_or(Ok(()), Err)
    }
}

impl Tests {
    /// Whether it names few enough reports.
    ///
    /// # Errors
    /// It names too many.
    pub fn check(&self) -> Result<(), ParseError> {
        few(&self.reports, REPORTS_MAX, "name at most 16 reports").map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_cover_both_ends_and_nothing_that_is_not_stated() {
        let build = |text: &str| text.parse::<SoftwareBuild>().expect("a build");
        let some = |text: &str| (!text.is_empty()).then(|| build(text));
        let cases = [
            ("", "", "", Some(true)),
            ("", "", "V1", Some(true)),
            ("V8.2", "V8.10", "", None),
            ("V8.2", "V8.10", "V8.1", Some(false)),
            ("V8.2", "V8.10", "V8.2", Some(true)),
            ("V8.2", "V8.10", "V8.10", Some(true)),
            ("V8.2", "V8.10", "V8.11", Some(false)),
            ("V8.2", "", "V9", Some(true)),
            ("", "V8.2", "V8.3", Some(false)),
            ("", "V8.2", "", None),
        ];
        for (first, last, asked, expected) in cases {
            let builds = Builds::new(some(first), some(last)).expect("in order");
            assert_eq!(
                builds.covers(some(asked).as_ref()),
                expected,
                "{builds:?} {asked}"
            );
        }
        assert!(Builds::new(some("V8.10"), some("V8.9")).is_err());
    }
}
