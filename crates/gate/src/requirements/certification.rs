//! The certification requirement: a host network's word on the variant, in evidence or in its list of approved devices,
//! and the tests that it rests on.
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
use crate::snapshot::{About, Dropped, ListRow, ScopeFacts, Stands};

const CERTIFICATION: Requirement = Requirement::DeviceCertification;

/// Who says something of the variant.
#[derive(Clone, Copy)]
enum By<'a> {
    Evidence(&'a Recorded),
    List(ListRow<'a>),
}

/// A host network's word: a piece of evidence, or a row of its list of approved devices.
#[derive(Clone, Copy)]
struct Word<'a> {
    says: &'a DeviceCertification,
    by: By<'a>,
}

impl<'a> Word<'a> {
    fn of(one: &'a Recorded) -> Option<Self> {
        match &one.evidence.claim {
            Claim::DeviceCertification(says) => Some(Self {
                says,
                by: By::Evidence(one),
            }),
            _ => None,
        }
    }

    fn is_refusal(&self) -> bool {
        self.says.result == CertificationResult::NotCertified
    }

    /// It says that there was one, which was withdrawn.
    fn is_withdrawal(&self) -> bool {
        matches!(&self.by, By::List(listed) if listed.row.value.is_withdrawn)
    }
}

/// What keeps a certification from counting, and what it rests on beside the certification.
struct Lack<'a> {
    code: ReasonCode,
    detail: Detail,
    rests_on: Vec<&'a Recorded>,
}

/// What the words that count come to, so far.
#[derive(Default)]
struct Found<'a> {
    refused: Vec<Word<'a>>,
    /// Would be a yes or a no, if the offer's build were known to be meant.
    open: Vec<Word<'a>>,
    certified: Vec<Word<'a>>,
    /// What the yeses rest on beside themselves.
    tests: Vec<&'a Recorded>,
    lacking: Option<(Word<'a>, Lack<'a>)>,
}

pub fn device_certification(asked: &Asked<'_>, network: &HostNetworkId) -> Vec<Reason> {
    let bears = |says: &DeviceCertification| bears_on(asked, says, network) != Some(false);
    let variant = asked.under.variant.into_iter();
    let said = variant
        .flat_map(|facts| facts.in_force_about(&About::Certification, asked.moment))
        .filter_map(Word::of)
        .map(|word| {
            let rank = match word.by {
                By::Evidence(one) => asked.hearing().rank(CERTIFICATION, one),
                By::List(_) => None,
            };
            (rank, word)
        });
    let rows: Vec<ListRow<'_>> = asked
        .deliveries
        .lists
        .iter()
        .flat_map(|list| list.rows(&asked.offer.variant))
        .filter(|listed| bears(&listed.row.value.says))
        .collect();
    // A row that begins or ends may change the answer, whatever it is now.
    let changes = rows.iter();
    let changes = changes.filter_map(|listed| listed.valid.next_change(asked.moment.at));
    let rows_change = changes.min();
    let listed = rows
        .iter()
        .filter(|listed| listed.valid.contains(asked.moment.at))
        .map(|listed| {
            let rank = trusted::rank_of_list(asked.policy, CERTIFICATION, listed.facts);
            let says = &listed.row.value.says;
            let by = By::List(*listed);
            (rank, Word { says, by })
        });
    let words = said.chain(listed).filter(|(_, word)| bears(word.says));
    let Counted {
        counting,
        not_named,
    } = trusted::counted(words);
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
    let evidence = not_named.iter().filter_map(|word| match word.by {
        By::Evidence(one) => Some(one),
        By::List(_) => None,
    });
    reason.not_named = asked.hearing().not_named(evidence);
    let lists = not_named.iter().filter_map(|word| match word.by {
        By::Evidence(_) => None,
        By::List(listed) => Some(listed.facts),
    });
    trusted::put_lists(&mut reason.not_named, lists);
    reason.holds_until = reason.holds_until.into_iter().chain(rows_change).min();
    vec![reason]
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

/// A reason that rests on these words, and on evidence beside them.
fn reason_on(
    asked: &Asked<'_>,
    code: ReasonCode,
    words: &[Word<'_>],
    beside: &[&Recorded],
) -> Reason {
    let evidence = words.iter().filter_map(|word| match word.by {
        By::Evidence(one) => Some(one),
        By::List(_) => None,
    });
    let evidence: Vec<&Recorded> = evidence.chain(beside.iter().copied()).collect();
    let mut reason = asked.reason(code, &evidence);
    for word in words {
        if let By::List(listed) = &word.by {
            put_row(&mut reason, listed);
        }
    }
    reason
}

/// Has a reason rest on a row, too.
fn put_row(reason: &mut Reason, listed: &ListRow<'_>) {
    reason.facts.push(listed.row.fact.clone());
    if !reason.issuers.contains(listed.issuer) {
        reason.issuers.push(listed.issuer.clone());
    }
    if !reason.sources.contains(&listed.row.source) {
        reason.sources.push(listed.row.source.clone());
    }
}

impl<'a> Found<'a> {
    fn put(&mut self, asked: &Asked<'a>, network: &HostNetworkId, word: Word<'a>) {
        let is_open = bears_on(asked, word.says, network).is_none();
        if word.is_refusal() {
            let words = if is_open {
                &mut self.open
            } else {
                &mut self.refused
            };
            words.push(word);
            return;
        }
        match lack(asked, word.says) {
            Ok(tests) => {
                let words = if is_open {
                    &mut self.open
                } else {
                    &mut self.certified
                };
                words.push(word);
                self.tests.extend(tests);
            }
            // Of several the one that lacks least is shown, and of those the last.
            Err(lack)
                if self
                    .lacking
                    .as_ref()
                    .is_none_or(|(_, known)| lack.code <= known.code) =>
            {
                self.lacking = Some((word, lack));
            }
            Err(_) => {}
        }
    }

    /// A no outweighs a yes, and what may be a no with the build known keeps a yes from counting.
    fn reason(self, asked: &Asked<'_>) -> Option<Reason> {
        let may_be_refused = || self.open.iter().any(Word::is_refusal);
        if !self.refused.is_empty() {
            let code = if self.refused.iter().all(Word::is_withdrawal) {
                ReasonCode::CertificationWithdrawn
            } else {
                ReasonCode::CertificationRefused
            };
            return Some(reason_on(asked, code, &self.refused, &[]));
        }
        if !self.certified.is_empty() && !may_be_refused() {
            let code = ReasonCode::CertificationOnFile;
            return Some(reason_on(asked, code, &self.certified, &self.tests));
        }
        if !self.open.is_empty() {
            let code = ReasonCode::CertificationBuildNotStated;
            return Some(reason_on(asked, code, &self.open, &self.tests));
        }
        let (word, lack) = self.lacking?;
        let mut reason = reason_on(asked, lack.code, &[word], &lack.rests_on);
        reason.detail = lack.detail;
        Some(reason)
    }
}

/// What was withdrawn last: a piece of evidence, or a row that a later delivery of its list no longer has.
fn nothing_on_file(asked: &Asked<'_>, bears: impl Fn(&DeviceCertification) -> bool) -> Reason {
    let variant = asked.under.variant.into_iter();
    let withdrawn: Vec<_> = variant
        .flat_map(|facts| facts.withdrawn_about(&About::Certification, asked.moment))
        .filter(|(one, _)| Word::of(one).is_some_and(|word| bears(word.says) && !word.is_refusal()))
        .filter(|(one, _)| asked.hearing().rank(CERTIFICATION, one).is_some())
        .collect();
    let withdrawn = last_withdrawn(asked, &withdrawn);
    let lists = asked.deliveries.lists.iter();
    let dropped = lists
        .filter_map(|list| {
            list.dropped(&asked.offer.variant, |listed| bears(&listed.row.value.says))
        })
        .filter(|one| trusted::rank_of_list(asked.policy, CERTIFICATION, one.row.facts).is_some())
        .max_by_key(|one| one.activation.position);
    let is_last = |one: &Dropped<'_>| {
        withdrawn.is_none_or(|[withdrawal, _]| one.activation.position > withdrawal.position)
    };
    match (dropped.filter(is_last), withdrawn) {
        (Some(dropped), _) => no_longer_listed(asked, &dropped),
        (None, Some(rests_on)) => asked.reason(ReasonCode::CertificationWithdrawn, &rests_on),
        (None, None) => asked.reason(ReasonCode::CertificationMissing, &[]),
    }
}

/// Rests on the activation that took the row's place and on the row, and names the delivery that no longer has it.
fn no_longer_listed(asked: &Asked<'_>, dropped: &Dropped<'_>) -> Reason {
    let code = ReasonCode::CertificationWithdrawn;
    let mut reason = asked.reason(code, &[dropped.activation]);
    // That it is no longer listed is the list's own word; who activated it only took it in.
    reason.issuers.clear();
    put_row(&mut reason, &dropped.row);
    if let Some(delivery) = &dropped.by.delivery {
        let source = &delivery.source;
        let dated = match source.dated.as_ref() {
            "" => dropped.activation.at.date(),
            dated => dated.to_owned(),
        };
        reason.detail = Detail::Word(format!("{}, {dated}", source.title));
        if !reason.sources.contains(source) {
            reason.sources.push(source.clone());
        }
    }
    reason
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
