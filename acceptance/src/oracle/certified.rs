//! Did the host network certify it? Worked out a second time, one sentence at a time.

use domain::Instant;
use domain::certification::{CertificationResult, DeviceCertification, RequirementSet, TestReport};
use domain::evidence::Claim;
use domain::figure::Bound;
use domain::scope::Scope;
use domain::software::SoftwareBuild;

use super::{Answer, Case, Delivered, Who, is_in, stretch};

/// What one certification says of an offer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Yes,
    No,
    /// A yes or a no, if the offer's software is among those that it is for.
    PerhapsYes,
    PerhapsNo,
    /// A yes that something is lacking for.
    Short,
}

pub(super) fn device_certification(case: &Case<'_>, host: &str) -> Answer {
    let mut words = Vec::new();
    for one in case.under_variant() {
        let Claim::DeviceCertification(says) = &one.evidence.claim else {
            continue;
        };
        if is_about(case, says, host) {
            words.push((Who::Issuer(one), word(case, says)));
        }
    }
    for (delivered, since) in speaking(case) {
        for (says, valid) in &delivered.rows {
            let (from, until) = stretch(valid);
            let from = if valid.from.is_none() {
                since.epoch_ms()
            } else {
                from
            };
            let is_now = is_in((from, until), case.at);
            if is_now && says.variant == case.offer.variant && is_about(case, says, host) {
                words.push((Who::HostsList(delivered), word(case, says)));
            }
        }
    }
    let words = case.heard("device_certification", words);
    let has = |word| words.contains(&word);
    if has(Word::No) {
        Answer::Refused
    } else if has(Word::PerhapsNo) {
        Answer::Unknown
    } else if has(Word::Yes) {
        Answer::Sellable
    } else if has(Word::PerhapsYes) {
        Answer::Unknown
    } else {
        Answer::Refused
    }
}

/// Whether it is about this network, this virtual carrier and, as far as is known, this software.
fn is_about(case: &Case<'_>, says: &DeviceCertification, host: &str) -> bool {
    let carrier = says.carrier.as_ref();
    let is_for_us = carrier.is_none_or(|id| id.as_str() == case.policy.carrier.as_str());
    let stated = case.offer.build.as_ref();
    says.network.as_str() == host && is_for_us && may_be_among(says, stated)
}

/// Of each list the delivery that speaks, and since when.
fn speaking<'a>(case: &'a Case<'_>) -> Vec<(&'a Delivered, Instant)> {
    let mut spoken: Vec<(&Delivered, Instant)> = Vec::new();
    for one in case.under(Scope::Market(case.offer.market.clone())) {
        let Claim::DataSetActivation { data_set, .. } = &one.evidence.claim else {
            continue;
        };
        let Some(delivered) = case.delivered.iter().find(|set| set.data_set == *data_set) else {
            continue;
        };
        let since = delivered.from.unwrap_or(one.at);
        let has_come = since.epoch_ms() <= case.at.epoch_ms();
        match spoken
            .iter_mut()
            .find(|(known, _)| known.list == delivered.list)
        {
            // The last whose day has come takes the place of whatever stood there.
            Some(before) if has_come => *before = (delivered, since),
            Some(_) => {}
            None => spoken.push((delivered, since)),
        }
    }
    spoken
}

fn is_for_all_builds(says: &DeviceCertification) -> bool {
    says.builds.first.is_none() && says.builds.last.is_none()
}

/// Whether it is not certain that it is about other software.
fn may_be_among(says: &DeviceCertification, stated: Option<&SoftwareBuild>) -> bool {
    let Some(stated) = stated else { return true };
    let from = says.builds.first.iter().all(|first| first <= stated);
    let to = says.builds.last.iter().all(|last| stated <= last);
    from && to
}

fn word(case: &Case<'_>, says: &DeviceCertification) -> Word {
    let is_certain = is_for_all_builds(says) || case.offer.build.is_some();
    match &says.result {
        CertificationResult::NotCertified if is_certain => Word::No,
        CertificationResult::NotCertified => Word::PerhapsNo,
        CertificationResult::Conditional(on)
            if case.demands.conditions.iter().all(|one| one != on) =>
        {
            Word::Short
        }
        _ if !is_well_tested(case, says) => Word::Short,
        _ if is_certain => Word::Yes,
        _ => Word::PerhapsYes,
    }
}

/// Nothing is named and nothing demanded, or the set and all reports stand and the reports reach what is asked.
fn is_well_tested(case: &Case<'_>, says: &DeviceCertification) -> bool {
    let Some(tests) = &says.tests else {
        return !case.demands.tested;
    };
    let mut of_host = case.under(Scope::HostNetwork(says.network.clone()));
    let set = of_host.find_map(|one| match &one.evidence.claim {
        Claim::RequirementSet(set) if one.evidence.id == tests.requirement_set => Some(set),
        _ => None,
    });
    let mut reports = Vec::new();
    for named in &tests.reports {
        let mut of_variant = case.under_variant();
        let report = of_variant.find_map(|one| match &one.evidence.claim {
            Claim::TestReport(report) if one.evidence.id == *named => Some(report),
            _ => None,
        });
        match report {
            Some(report) if report.requirement_set == tests.requirement_set => reports.push(report),
            _ => return false,
        }
    }
    set.is_some_and(|set| is_reached(set, &reports))
}

fn is_reached(set: &RequirementSet, reports: &[&TestReport]) -> bool {
    for band in &set.bands {
        if !reports.iter().any(|report| report.bands.contains(band)) {
            return false;
        }
    }
    for (service, least) in &set.services {
        let mut levels = Vec::new();
        for report in reports {
            let found = report.services.iter().filter(|(named, _)| named == service);
            levels.extend(found.map(|(_, level)| *level));
        }
        if levels.is_empty() || levels.iter().any(|level| level < least) {
            return false;
        }
    }
    for asked in &set.minima {
        let mut values = Vec::new();
        for report in reports {
            let found = report.figures.iter().filter(|one| {
                one.figure.name() == asked.figure.name() && one.figure.unit() == asked.figure.unit()
            });
            values.extend(found.map(|one| one.value));
        }
        let is_missed = values.iter().any(|value| match asked.bound {
            Bound::AtLeast(least) => *value < least,
            Bound::AtMost(most) => *value > most,
        });
        if values.is_empty() || is_missed {
            return false;
        }
    }
    true
}
