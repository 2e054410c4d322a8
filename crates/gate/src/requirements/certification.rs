//! The certification requirement: a host network's word on the variant, and the tests that it rests on.
//!
//! A certification for another virtual carrier, or for other software builds than the offer's, is as good as none.
//! One for some builds says nothing that is known of an offer whose build is not stated. One that rests on tests
//! counts only while they stand and reach what was asked; that the network names a requirement set and its reports
//! is its word for them, whoever issued these.

use domain::certification::{
    CertificationResult, DeviceCertification, RequirementSet, TestReport, Tests,
};
use domain::evidence::{Claim, Recorded};
use domain::id::{EvidenceId, HostNetworkId};
use domain::policy::Requirement;
use domain::scope::Scope;

use super::trusted::{self, Counted};
use super::{Asked, last_withdrawn};
use crate::reason::{Detail, Reason, ReasonCode, Supplier};
use crate::snapshot::{About, ScopeFacts, Stands};

const CERTIFICATION: Requirement = Requirement::DeviceCertification;

/// What keeps a certification from counting, and what it rests on beside the certification.
struct Lack<'a> {
    code: ReasonCode,
    detail: Detail,
    rests_on: Vec<&'a Recorded>,
}

/// A network's word on the offer.
#[derive(Clone, Copy)]
struct Word<'a> {
    one: &'a Recorded,
    says: &'a DeviceCertification,
    /// It is about the offer only if the offer's build, which is not stated, is one of its builds.
    is_open: bool,
}

impl<'a> Word<'a> {
    /// None: it is about another offer or network.
    fn of(asked: &Asked<'_>, network: &HostNetworkId, one: &'a Recorded) -> Option<Self> {
        let says = match &one.evidence.claim {
            Claim::DeviceCertification(says) if says.network == *network => says,
            _ => return None,
        };
        let carrier = says.carrier.as_ref();
        let is_here = carrier.is_none_or(|carrier| *carrier == asked.policy.carrier);
        let is_its_build = says.builds.covers(asked.offer.build.as_ref());
        (is_here && is_its_build != Some(false)).then_some(Self {
            one,
            says,
            is_open: is_its_build.is_none(),
        })
    }

    fn is_refusal(&self) -> bool {
        self.says.result == CertificationResult::NotCertified
    }

    fn rank(&self, asked: &Asked<'_>) -> Option<usize> {
        asked.hearing().rank(CERTIFICATION, self.one)
    }
}

/// What the words that count come to, so far.
#[derive(Default)]
struct Found<'a> {
    refused: Vec<&'a Recorded>,
    /// Would be a yes or a no, if the offer's build were known to be meant.
    open: Vec<&'a Recorded>,
    /// Whether one of these would be a no.
    may_be_refused: bool,
    certified: Vec<&'a Recorded>,
    lacking: Option<Lack<'a>>,
}

pub fn device_certification(asked: &Asked<'_>, network: &HostNetworkId) -> Vec<Reason> {
    let variant = asked.under.variant.into_iter();
    let words = variant
        .flat_map(|facts| facts.in_force_about(&About::Certification, asked.moment))
        .filter_map(|one| Word::of(asked, network, one));
    let Counted {
        counting,
        not_named,
    } = trusted::counted(words.map(|word| (word.rank(asked), word)));
    let mut found = Found::default();
    for word in counting {
        found.put(asked, word);
    }
    let mut reason = found
        .reason(asked)
        .unwrap_or_else(|| nothing_on_file(asked, network));
    reason.supplier = match reason.code {
        ReasonCode::CertificationOnFile => None,
        ReasonCode::CertificationBuildNotStated => Some(Supplier::ThisSeller),
        _ => Some(Supplier::HostNetwork(network.clone())),
    };
    let not_named = not_named.into_iter().map(|word| word.one);
    reason.not_named = asked.hearing().not_named(not_named);
    vec![reason]
}

impl<'a> Found<'a> {
    fn put(&mut self, asked: &Asked<'a>, word: Word<'a>) {
        match lack(asked, word.says) {
            Ok(tests) => {
                self.may_be_refused |= word.is_open && word.is_refusal();
                let words = match (word.is_open, word.is_refusal()) {
                    (true, _) => &mut self.open,
                    (false, true) => &mut self.refused,
                    (false, false) => &mut self.certified,
                };
                words.push(word.one);
                words.extend(tests);
            }
            // Of several the one that lacks least is shown, and of those the last.
            Err(mut lack) if self.lacking.as_ref().is_none_or(|l| lack.code <= l.code) => {
                lack.rests_on.insert(0, word.one);
                self.lacking = Some(lack);
            }
            Err(_) => {}
        }
    }

    /// A no outweighs a yes, and what may be a no with the build known keeps a yes from counting.
    fn reason(self, asked: &Asked<'_>) -> Option<Reason> {
        if !self.refused.is_empty() {
            return Some(asked.reason(ReasonCode::CertificationRefused, &self.refused));
        }
        if !self.certified.is_empty() && !self.may_be_refused {
            return Some(asked.reason(ReasonCode::CertificationOnFile, &self.certified));
        }
        if !self.open.is_empty() {
            return Some(asked.reason(ReasonCode::CertificationBuildNotStated, &self.open));
        }
        let lack = self.lacking?;
        let mut reason = asked.reason(lack.code, &lack.rests_on);
        reason.detail = lack.detail;
        Some(reason)
    }
}

fn nothing_on_file(asked: &Asked<'_>, network: &HostNetworkId) -> Reason {
    let variant = asked.under.variant.into_iter();
    let counts = |one: &Recorded| {
        let word = Word::of(asked, network, one);
        word.is_some_and(|word| !word.is_refusal() && word.rank(asked).is_some())
    };
    let withdrawn: Vec<_> = variant
        .flat_map(|facts| facts.withdrawn_about(&About::Certification, asked.moment))
        .filter(|(one, _)| counts(one))
        .collect();
    match last_withdrawn(asked, &withdrawn) {
        Some(rests_on) => asked.reason(ReasonCode::CertificationWithdrawn, &rests_on),
        None => asked.reason(ReasonCode::CertificationMissing, &[]),
    }
}

/// The tests that a certification rests on, if nothing keeps it from counting. A no lacks nothing.
fn lack<'a>(
    asked: &Asked<'a>,
    says: &'a DeviceCertification,
) -> Result<Vec<&'a Recorded>, Lack<'a>> {
    match &says.result {
        CertificationResult::NotCertified => return Ok(Vec::new()),
        CertificationResult::Conditional(condition)
            if !asked.category.conditions.contains(condition) =>
        {
            return Err(Lack {
                code: ReasonCode::CertificationConditional,
                detail: Detail::Word(condition.clone()),
                rests_on: Vec::new(),
            });
        }
        _ => {}
    }
    match &says.tests {
        Some(tests) => tests_lack(asked, &says.network, tests),
        None if asked.category.tested => Err(Lack {
            code: ReasonCode::CertificationUntested,
            detail: Detail::None,
            rests_on: Vec::new(),
        }),
        None => Ok(Vec::new()),
    }
}

/// A piece of evidence that a certification names, with what `read` reads in it; if it does not stand, the reason why.
fn named<'a, T>(
    facts: Option<&'a ScopeFacts>,
    asked: &Asked<'_>,
    about: &About,
    id: &EvidenceId,
    [missing, withdrawn]: [ReasonCode; 2],
    read: impl Fn(&'a Claim) -> Option<&'a T>,
) -> Result<(&'a Recorded, &'a T), Lack<'a>> {
    let lack = |code, rests_on| Lack {
        code,
        detail: Detail::Word(id.to_string()),
        rests_on,
    };
    let stands = facts.map_or(Stands::Not, |facts| {
        facts.stands_as(about, id, asked.moment)
    });
    let found = match stands {
        Stands::InForce(one) => Some(one),
        Stands::Withdrawn(one, withdrawal) => {
            return Err(lack(withdrawn, vec![withdrawal, one]));
        }
        Stands::Not => None,
    };
    found
        .filter(|one| asked.hearing().is_vouched(one))
        .and_then(|one| Some((one, read(&one.evidence.claim)?)))
        .ok_or_else(|| lack(missing, Vec::new()))
}

fn tests_lack<'a>(
    asked: &Asked<'a>,
    network: &HostNetworkId,
    tests: &Tests,
) -> Result<Vec<&'a Recorded>, Lack<'a>> {
    let host = asked.snapshot.facts(&Scope::HostNetwork(network.clone()));
    let set_codes = [
        ReasonCode::CertificationSetMissing,
        ReasonCode::CertificationSetWithdrawn,
    ];
    let as_set = |claim: &'a Claim| match claim {
        Claim::RequirementSet(set) => Some(set),
        _ => None,
    };
    let id = &tests.requirement_set;
    let (one, set) = named(host, asked, &About::RequirementSet, id, set_codes, as_set)?;
    let mut rests_on = vec![one];
    let mut reports: Vec<&TestReport> = Vec::new();
    let report_codes = [
        ReasonCode::CertificationReportMissing,
        ReasonCode::CertificationReportWithdrawn,
    ];
    let as_report = |claim: &'a Claim| match claim {
        Claim::TestReport(report) => Some(report),
        _ => None,
    };
    for id in &tests.reports {
        let variant = asked.under.variant;
        let about = About::TestReport;
        let (one, report) = named(variant, asked, &about, id, report_codes, as_report)?;
        if report.requirement_set != tests.requirement_set {
            return Err(Lack {
                code: ReasonCode::CertificationReportMissing,
                detail: Detail::Word(id.to_string()),
                rests_on: vec![one],
            });
        }
        reports.push(report);
        rests_on.push(one);
    }
    match below_minimum(set, &reports) {
        None => Ok(rests_on),
        Some(detail) => Err(Lack {
            code: ReasonCode::CertificationBelowMinimum,
            detail,
            rests_on,
        }),
    }
}

/// The first thing that a requirement set asks and the reports together do not reach. What several reports say
/// of one service or figure must reach it each.
fn below_minimum(set: &RequirementSet, reports: &[&TestReport]) -> Option<Detail> {
    let has_band = |band| reports.iter().any(|report| report.bands.contains(band));
    if let Some(band) = set.bands.iter().find(|band| !has_band(band)) {
        return Some(Detail::Band(*band));
    }
    for (service, asked) in &set.services {
        let found = reports.iter().flat_map(|report| &report.services);
        let levels = found.filter(|(one, _)| one == service);
        let reached = levels.map(|(_, level)| *level).min();
        if reached.is_none_or(|reached| reached < *asked) {
            return Some(Detail::Service {
                service: *service,
                reached,
                asked: *asked,
            });
        }
    }
    for threshold in &set.minima {
        let found = reports.iter().flat_map(|report| &report.figures);
        let values = || found.clone().filter(|one| one.figure == threshold.figure);
        let missed = values().find(|one| !threshold.bound.is_met_by(one.value));
        if missed.is_some() || values().next().is_none() {
            return Some(Detail::Figure {
                asked: threshold.clone(),
                measured: missed.map(|one| one.value),
            });
        }
    }
    None
}
