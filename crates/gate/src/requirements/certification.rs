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

use super::trusted::Counted;
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

/// What the words that count come to, so far.
#[derive(Default)]
struct Found<'a> {
    refused: Vec<&'a Recorded>,
    /// Would be a yes or a no, if the offer's build were known to be meant.
    open: Vec<&'a Recorded>,
    certified: Vec<&'a Recorded>,
    lacking: Option<Lack<'a>>,
}

pub fn device_certification(asked: &Asked<'_>, network: &HostNetworkId) -> Vec<Reason> {
    let bears = |one: &&Recorded| {
        let says = certification(one);
        says.is_some_and(|says| bears_on(asked, says, network) != Some(false))
    };
    let variant = asked.under.variant.into_iter();
    let words = variant
        .flat_map(|facts| facts.in_force_about(&About::Certification, asked.moment))
        .filter(bears);
    let Counted {
        counting,
        not_named,
    } = asked.hearing().counted(CERTIFICATION, words);
    let mut found = Found::default();
    for one in counting {
        found.put(asked, network, one);
    }
    let mut reason = found
        .reason(asked)
        .unwrap_or_else(|| nothing_on_file(asked, bears));
    reason.supplier = match reason.code {
        ReasonCode::CertificationOnFile => None,
        ReasonCode::CertificationBuildNotStated => Some(Supplier::ThisSeller),
        _ => Some(Supplier::HostNetwork(network.clone())),
    };
    reason.not_named = asked.hearing().not_named(not_named);
    vec![reason]
}

fn certification(one: &Recorded) -> Option<&DeviceCertification> {
    match &one.evidence.claim {
        Claim::DeviceCertification(says) => Some(says),
        _ => None,
    }
}

/// Whether a certification is about this offer on this network; none: the offer's build is not stated.
fn bears_on(
    asked: &Asked<'_>,
    says: &DeviceCertification,
    network: &HostNetworkId,
) -> Option<bool> {
    let carrier = says.carrier.as_ref();
    if says.network != *network || carrier.is_some_and(|carrier| *carrier != asked.policy.carrier) {
        return Some(false);
    }
    says.builds.covers(asked.offer.build.as_ref())
}

impl<'a> Found<'a> {
    fn put(&mut self, asked: &Asked<'a>, network: &HostNetworkId, one: &'a Recorded) {
        let Some(says) = certification(one) else {
            return;
        };
        let is_open = bears_on(asked, says, network).is_none();
        if says.result == CertificationResult::NotCertified {
            let words = if is_open {
                &mut self.open
            } else {
                &mut self.refused
            };
            words.push(one);
            return;
        }
        match lack(asked, says) {
            Ok(tests) => {
                let words = if is_open {
                    &mut self.open
                } else {
                    &mut self.certified
                };
                words.push(one);
                words.extend(tests);
            }
            // Of several the one that lacks least is shown, and of those the last.
            Err(mut lack) if self.lacking.as_ref().is_none_or(|l| lack.code <= l.code) => {
                lack.rests_on.insert(0, one);
                self.lacking = Some(lack);
            }
            Err(_) => {}
        }
    }

    /// A no outweighs a yes, and what may be a no with the build known keeps a yes from counting.
    fn reason(self, asked: &Asked<'_>) -> Option<Reason> {
        let may_be_refused = || self.open.iter().any(|one| is_refusal(one));
        if !self.refused.is_empty() {
            return Some(asked.reason(ReasonCode::CertificationRefused, &self.refused));
        }
        if !self.certified.is_empty() && !may_be_refused() {
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

fn nothing_on_file(asked: &Asked<'_>, bears: impl Fn(&&Recorded) -> bool) -> Reason {
    let variant = asked.under.variant.into_iter();
    let withdrawn: Vec<_> = variant
        .flat_map(|facts| facts.withdrawn_about(&About::Certification, asked.moment))
        .filter(|(one, _)| bears(one) && !is_refusal(one))
        .filter(|(one, _)| asked.hearing().rank(CERTIFICATION, one).is_some())
        .collect();
    match last_withdrawn(asked, &withdrawn) {
        Some(rests_on) => asked.reason(ReasonCode::CertificationWithdrawn, &rests_on),
        None => asked.reason(ReasonCode::CertificationMissing, &[]),
    }
}

fn is_refusal(one: &Recorded) -> bool {
    certification(one).is_some_and(|says| says.result == CertificationResult::NotCertified)
}

/// The tests that a certification rests on, if nothing keeps it from counting.
fn lack<'a>(
    asked: &Asked<'a>,
    says: &'a DeviceCertification,
) -> Result<Vec<&'a Recorded>, Lack<'a>> {
    if let CertificationResult::Conditional(condition) = &says.result
        && !asked.category.conditions.contains(condition)
    {
        return Err(Lack {
            code: ReasonCode::CertificationConditional,
            detail: Detail::Word(condition.clone()),
            rests_on: Vec::new(),
        });
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

/// A piece of evidence that a certification names; if it does not stand, the reason why.
fn named<'a>(
    facts: Option<&'a ScopeFacts>,
    asked: &Asked<'_>,
    about: &About,
    id: &EvidenceId,
    [missing, withdrawn]: [ReasonCode; 2],
) -> Result<&'a Recorded, Lack<'a>> {
    let lack = |code, rests_on| Lack {
        code,
        detail: Detail::Word(id.to_string()),
        rests_on,
    };
    let stands = facts.map_or(Stands::Not, |facts| {
        facts.stands_as(about, id, asked.moment)
    });
    match stands {
        Stands::InForce(one) if asked.hearing().is_vouched(one) => Ok(one),
        Stands::Withdrawn(one, withdrawal) => Err(lack(withdrawn, vec![withdrawal, one])),
        Stands::InForce(_) | Stands::Not => Err(lack(missing, Vec::new())),
    }
}

/// What a certification names is on file, and is not what it takes it for.
fn not_it<'a>(code: ReasonCode, id: &EvidenceId, one: &'a Recorded) -> Lack<'a> {
    Lack {
        code,
        detail: Detail::Word(id.to_string()),
        rests_on: vec![one],
    }
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
    let id = &tests.requirement_set;
    let one = named(host, asked, &About::RequirementSet, id, set_codes)?;
    let Claim::RequirementSet(set) = &one.evidence.claim else {
        return Err(not_it(ReasonCode::CertificationSetMissing, id, one));
    };
    let mut rests_on = vec![one];
    let mut reports: Vec<&TestReport> = Vec::new();
    for id in &tests.reports {
        let report_codes = [
            ReasonCode::CertificationReportMissing,
            ReasonCode::CertificationReportWithdrawn,
        ];
        let variant = asked.under.variant;
        let one = named(variant, asked, &About::TestReport, id, report_codes)?;
        match &one.evidence.claim {
            Claim::TestReport(report) if report.requirement_set == tests.requirement_set => {
                reports.push(report);
                rests_on.push(one);
            }
            _ => return Err(not_it(ReasonCode::CertificationReportMissing, id, one)),
        }
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
