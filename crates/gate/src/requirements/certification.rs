//! The certification requirement: a host network's word on the variant, in evidence or in its list of approved devices,
//! and the tests that it rests on.
//!
//! A certification for another virtual carrier, or for other software builds than the offer's, is as good as none.
//! One for some builds says nothing that is known of an offer whose build is not stated. One that rests on tests
//! counts only while they stand and reach what was asked; that the network names a requirement set and its reports
//! is its word for them, whoever issued these.

use domain::Period;
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

/// A network's word on the offer: a piece of evidence, or a row of its list of approved devices.
#[derive(Clone, Copy)]
struct Word<'a> {
    by: By<'a>,
    says: &'a DeviceCertification,
    /// It is about the offer only if the offer's build, which is not stated, is one of its builds.
    is_open: bool,
}

impl<'a> Word<'a> {
    /// None: it is about another offer or network.
    fn of(
        asked: &Asked<'_>,
        network: &HostNetworkId,
        (says, by): (&'a DeviceCertification, By<'a>),
    ) -> Option<Self> {
        let carrier = says.carrier.as_ref();
        let is_here = says.network == *network
            && carrier.is_none_or(|carrier| *carrier == asked.policy.carrier);
        let is_its_build = says.builds.covers(asked.offer.build.as_ref());
        (is_here && is_its_build != Some(false)).then_some(Self {
            by,
            says,
            is_open: is_its_build.is_none(),
        })
    }

    fn of_evidence(asked: &Asked<'_>, network: &HostNetworkId, one: &'a Recorded) -> Option<Self> {
        match &one.evidence.claim {
            Claim::DeviceCertification(says) => Self::of(asked, network, (says, By::Evidence(one))),
            _ => None,
        }
    }

    fn of_row(asked: &Asked<'_>, network: &HostNetworkId, row: ListRow<'a>) -> Option<Self> {
        Self::of(asked, network, (&row.row.value.says, By::List(row)))
    }

    fn is_refusal(&self) -> bool {
        self.says.result == CertificationResult::NotCertified
    }

    /// It says that there was one, which was withdrawn.
    fn is_withdrawal(&self) -> bool {
        matches!(&self.by, By::List(listed) if listed.row.value.is_withdrawn)
    }

    fn rank(&self, asked: &Asked<'_>) -> Option<usize> {
        match self.by {
            By::Evidence(one) => asked.hearing().rank(CERTIFICATION, one),
            By::List(listed) => trusted::rank_of_list(asked.policy, CERTIFICATION, listed.facts),
        }
    }

    fn evidence(&self) -> Option<&'a Recorded> {
        match self.by {
            By::Evidence(one) => Some(one),
            By::List(_) => None,
        }
    }

    fn listed(&self) -> Option<ListRow<'a>> {
        match self.by {
            By::Evidence(_) => None,
            By::List(listed) => Some(listed),
        }
    }
}

/// What keeps a certification from counting, and what it rests on beside the certification.
struct Lack<'a> {
    code: ReasonCode,
    detail: Detail,
    rests_on: Vec<&'a Recorded>,
}

/// Words that come to the same, and the tests that they rest on.
#[derive(Default)]
struct Words<'a> {
    words: Vec<Word<'a>>,
    tests: Vec<&'a Recorded>,
}

impl Words<'_> {
    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn reason(&self, asked: &Asked<'_>, code: ReasonCode) -> Reason {
        let evidence = self.words.iter().filter_map(Word::evidence);
        let evidence: Vec<&Recorded> = evidence.chain(self.tests.iter().copied()).collect();
        let mut reason = asked.reason(code, &evidence);
        for listed in self.words.iter().filter_map(Word::listed) {
            put_row(&mut reason, &listed);
        }
        reason
    }
}

/// What the words that count come to, so far.
#[derive(Default)]
struct Found<'a> {
    refused: Words<'a>,
    /// Would be a yes or a no, if the offer's build were known to be meant.
    open: Words<'a>,
    /// Whether one of these would be a no.
    may_be_refused: bool,
    certified: Words<'a>,
    lacking: Option<(Word<'a>, Lack<'a>)>,
}

pub fn device_certification(asked: &Asked<'_>, network: &HostNetworkId) -> Vec<Reason> {
    let variant = asked.under.variant.into_iter();
    let said = variant
        .flat_map(|facts| facts.in_force_about(&About::Certification, asked.moment))
        .filter_map(|one| Word::of_evidence(asked, network, one));
    let lists = asked.deliveries.lists.iter();
    let rows: Vec<(Period, Word<'_>)> = lists
        .flat_map(|list| list.rows(&asked.offer.variant))
        .filter_map(|row| Some((row.valid, Word::of_row(asked, network, row)?)))
        .collect();
    // A row that begins or ends may change the answer, whatever it is now.
    let changes = rows.iter();
    let changes = changes.filter_map(|(valid, _)| valid.next_change(asked.moment.at));
    let rows_change = changes.min();
    let listed = rows
        .iter()
        .filter(|(valid, _)| valid.contains(asked.moment.at))
        .map(|(_, word)| *word);
    let words = said.chain(listed);
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
    let evidence = not_named.iter().filter_map(Word::evidence);
    reason.not_named = asked.hearing().not_named(evidence);
    let lists = not_named.iter().filter_map(Word::listed);
    trusted::put_lists(&mut reason.not_named, lists.map(|listed| listed.facts));
    reason.holds_until = reason.holds_until.into_iter().chain(rows_change).min();
    vec![reason]
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
    fn put(&mut self, asked: &Asked<'a>, word: Word<'a>) {
        match lack(asked, word.says) {
            Ok(tests) => {
                self.may_be_refused |= word.is_open && word.is_refusal();
                let alike = match (word.is_open, word.is_refusal()) {
                    (true, _) => &mut self.open,
                    (false, true) => &mut self.refused,
                    (false, false) => &mut self.certified,
                };
                alike.words.push(word);
                alike.tests.extend(tests);
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
        if !self.refused.is_empty() {
            let code = if self.refused.words.iter().all(Word::is_withdrawal) {
                ReasonCode::CertificationWithdrawn
            } else {
                ReasonCode::CertificationRefused
            };
            return Some(self.refused.reason(asked, code));
        }
        if !self.certified.is_empty() && !self.may_be_refused {
            return Some(
                self.certified
                    .reason(asked, ReasonCode::CertificationOnFile),
            );
        }
        if !self.open.is_empty() {
            let code = ReasonCode::CertificationBuildNotStated;
            return Some(self.open.reason(asked, code));
        }
        let (word, lack) = self.lacking?;
        let lacking = Words {
            words: vec![word],
            tests: lack.rests_on,
        };
        let mut reason = lacking.reason(asked, lack.code);
        reason.detail = lack.detail;
        Some(reason)
    }
}

/// What was withdrawn last: a piece of evidence, or a row that a later delivery of its list no longer has.
fn nothing_on_file(asked: &Asked<'_>, network: &HostNetworkId) -> Reason {
    let variant = asked.under.variant.into_iter();
    let counts = |one: &Recorded| {
        let word = Word::of_evidence(asked, network, one);
        word.is_some_and(|word| !word.is_refusal() && word.rank(asked).is_some())
    };
    let withdrawn: Vec<_> = variant
        .flat_map(|facts| facts.withdrawn_about(&About::Certification, asked.moment))
        .filter(|(one, _)| counts(one))
        .collect();
    let withdrawn = last_withdrawn(asked, &withdrawn);
    let bears = |row: &ListRow<'_>| Word::of_row(asked, network, *row).is_some();
    let lists = asked.deliveries.lists.iter();
    let dropped = lists
        .filter_map(|list| list.dropped(&asked.offer.variant, bears))
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
    let source = &dropped.by.source;
    let dated = match source.dated.as_ref() {
        "" => dropped.activation.at.date(),
        dated => dated.to_owned(),
    };
    reason.detail = Detail::Word(format!("{}, {dated}", source.title));
    if !reason.sources.contains(source) {
        reason.sources.push(source.clone());
    }
    reason
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
