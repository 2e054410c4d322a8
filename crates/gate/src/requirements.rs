//! What each requirement makes of the facts. One function each; none knows how another ends.
//!
//! A permission (authorisation, certification) that nobody gave is refused: an empty list of allowed
//! sellers means nobody. A fact of the world (radio, platform, approval, authenticity) that nobody stated is
//! unknown. Of evidence that says yes and evidence that says no, both in force, the no wins: whoever
//! changed their mind withdraws it.

use domain::evidence::{CertificationResult, Claim, Recorded, Source, Sourced, Standing};
use domain::id::HostNetworkId;
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, Policy, Requirement};
use domain::radio::Radio;
use domain::scope::Scope;

use crate::fit::{self, Fit};
use crate::reason::{Detail, Reason, ReasonCode, Supplier};
use crate::snapshot::{
    About, DataSetFacts, Deliveries, Moment, PlatformListing, ScopeFacts, Snapshot, period, sourced,
};

mod authorization;
mod radio;
mod resale;

pub use authorization::{Quota, subjects};

/// What is recorded under an offer's scopes; none where nothing is.
#[derive(Clone, Copy)]
pub struct Under<'a> {
    pub market: Option<&'a ScopeFacts>,
    pub brand: Option<&'a ScopeFacts>,
    pub seller: Option<&'a ScopeFacts>,
    pub model: Option<&'a ScopeFacts>,
    pub variant: Option<&'a ScopeFacts>,
    pub listing: Option<&'a ScopeFacts>,
}

/// One requirement, asked of one offer.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub snapshot: &'a Snapshot,
    pub policy: &'a Policy,
    pub category: &'a CategoryPolicy,
    /// The data sets that speak in the market.
    pub deliveries: &'a Deliveries<'a>,
    pub under: Under<'a>,
    pub offer: &'a Offer,
    pub moment: Moment,
    pub demand: Demand,
}

impl<'a> Asked<'a> {
    /// What is in force of a variant.
    fn of_variant(&self) -> impl Iterator<Item = &'a Recorded> + use<'a> {
        let moment = self.moment;
        let facts = self.under.variant.into_iter();
        facts.flat_map(move |facts| facts.in_force(moment))
    }

    /// A reason that rests on these pieces of evidence.
    fn reason(&self, code: ReasonCode, rests_on: &[&Recorded]) -> Reason {
        reason(code, self.demand, rests_on, self.moment)
    }
}

/// A reason that rests on these pieces of evidence.
fn reason(code: ReasonCode, demand: Demand, rests_on: &[&Recorded], moment: Moment) -> Reason {
    let mut reason = Reason::of(code, demand);
    reason.holds_until = rests_on
        .iter()
        .filter_map(|one| period(one).next_change(moment.at))
        .min();
    // Many are kept: no more room than for what there is.
    reason.facts.reserve_exact(rests_on.len());
    reason.issuers.reserve_exact(rests_on.len());
    reason.sources.reserve_exact(rests_on.len());
    for one in rests_on {
        let fact = sourced(one, ()).fact;
        reason.facts.push(fact);
        if !reason.issuers.contains(&one.evidence.issuer) {
            reason.issuers.push(one.evidence.issuer.clone());
        }
        if !reason.sources.contains(&one.evidence.source) {
            reason.sources.push(one.evidence.source.clone());
        }
    }
    reason
}

/// The stop-sales that stand under one of an offer's scopes. They are demanded whatever the policy.
pub fn stop_sales(facts: &ScopeFacts, moment: Moment) -> Vec<Reason> {
    let stopped = facts.in_force_about(&About::StopSale, moment);
    stopped
        .filter_map(|one| match &one.evidence.claim {
            Claim::StopSale { cause } => {
                let code = ReasonCode::StopSaleStands;
                let mut reason = reason(code, Demand::Must, &[one], moment);
                reason.detail = Detail::Word(cause.clone());
                reason.supplier = Some(Supplier::Operator);
                Some(reason)
            }
            _ => None,
        })
        .collect()
}

/// A requirement that does not depend on the host network.
pub fn in_market(requirement: Requirement, asked: &Asked<'_>) -> Vec<Reason> {
    match requirement {
        Requirement::SalesAuthorization => authorization::sales_authorization(asked),
        Requirement::PlatformFit => platform_fit(asked),
        Requirement::RegulatoryApproval => regulatory_approval(asked),
        Requirement::Authenticity => authenticity(asked),
        Requirement::LawfulResale => resale::lawful_resale(asked),
        // Stop-sales stand under scopes, whatever is asked; the others depend on a network.
        Requirement::NoStopSale | Requirement::DeviceCertification | Requirement::RadioFit => {
            Vec::new()
        }
    }
}

/// A requirement on one host network.
pub fn on_network(
    requirement: Requirement,
    asked: &Asked<'_>,
    network: &HostNetworkId,
) -> Vec<Reason> {
    let mut reasons = match requirement {
        Requirement::DeviceCertification => device_certification(asked, network),
        Requirement::RadioFit => vec![radio::radio_fit(asked, network)],
        _ => Vec::new(),
    };
    for reason in &mut reasons {
        reason.network = Some(network.clone());
    }
    reasons
}

/// The withdrawal that came last, with what it withdrew.
fn last_withdrawn<'a>(
    asked: &Asked<'_>,
    withdrawn: &[(&'a Recorded, &'a Recorded)],
) -> Option<[&'a Recorded; 2]> {
    let known = withdrawn
        .iter()
        .filter(|(_, withdrawal)| withdrawal.at <= asked.moment.known_at);
    known
        .max_by_key(|(_, withdrawal)| withdrawal.position)
        .map(|(one, withdrawal)| [*withdrawal, *one])
}

fn device_certification(asked: &Asked<'_>, network: &HostNetworkId) -> Vec<Reason> {
    let (mut certified, mut unmet, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let variant = asked.under.variant;
    let mut condition_unmet = None;
    let found = variant
        .into_iter()
        .flat_map(|facts| facts.in_force_about(&About::Certification, asked.moment));
    for one in found {
        let Claim::DeviceCertification {
            network: on,
            result,
            ..
        } = &one.evidence.claim
        else {
            continue;
        };
        if on != network {
            continue;
        }
        match result {
            CertificationResult::Certified => certified.push(one),
            CertificationResult::Conditional(condition)
                if asked.category.conditions.contains(condition) =>
            {
                certified.push(one);
            }
            CertificationResult::Conditional(condition) => {
                condition_unmet = Some(condition.clone());
                unmet.push(one);
            }
            CertificationResult::NotCertified => refused.push(one),
        }
    }
    let mut reason = if !refused.is_empty() {
        asked.reason(ReasonCode::CertificationRefused, &refused)
    } else if !certified.is_empty() {
        return vec![asked.reason(ReasonCode::CertificationOnFile, &certified)];
    } else if let Some(condition) = condition_unmet {
        let mut reason = asked.reason(ReasonCode::CertificationConditional, &unmet);
        reason.detail = Detail::Word(condition);
        reason
    } else {
        let withdrawn: Vec<_> = variant
            .into_iter()
            .flat_map(|facts| facts.withdrawn_about(&About::Certification, asked.moment))
            .filter(|(one, _)| is_certification_by(one, network))
            .collect();
        match last_withdrawn(asked, &withdrawn) {
            Some(rests_on) => asked.reason(ReasonCode::CertificationWithdrawn, &rests_on),
            None => asked.reason(ReasonCode::CertificationMissing, &[]),
        }
    };
    reason.supplier = Some(Supplier::HostNetwork(network.clone()));
    vec![reason]
}

/// Whether a piece of evidence is a certification, on a condition or not, by this network.
fn is_certification_by(one: &Recorded, network: &HostNetworkId) -> bool {
    matches!(
        &one.evidence.claim,
        Claim::DeviceCertification {
            network: on,
            result: CertificationResult::Certified | CertificationResult::Conditional(_),
            ..
        } if on == network
    )
}

fn platform_fit(asked: &Asked<'_>) -> Vec<Reason> {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for one in asked.of_variant() {
        if let Claim::PlatformCertification { standing, .. } = &one.evidence.claim {
            match standing {
                Standing::Yes => yes.push(one),
                Standing::No => no.push(one),
            }
        }
    }
    let rows = |facts: &'_ &DataSetFacts| facts.platform.get(&asked.offer.variant).cloned();
    let listed: Vec<Sourced<PlatformListing>> = asked
        .deliveries
        .heard
        .iter()
        .filter_map(rows)
        .flatten()
        .collect();
    let at = asked.moment.at;
    let speaking = || listed.iter().filter(|row| row.valid.contains(at));
    let (code, rests_on) = if !no.is_empty() {
        (ReasonCode::PlatformRefused, no)
    } else if yes.is_empty() && speaking().next().is_none() {
        (ReasonCode::PlatformUnknown, Vec::new())
    } else {
        (ReasonCode::PlatformCertified, yes)
    };
    let mut reason = asked.reason(code, &rests_on);
    if code == ReasonCode::PlatformCertified {
        // A claim is on the variant whatever its build; only lists name builds.
        let mut builds: Vec<&str> = Vec::new();
        for row in speaking() {
            reason.facts.push(row.fact.clone());
            if !reason.sources.contains(&row.source) {
                reason.sources.push(row.source.clone());
            }
            builds.extend(row.value.builds.iter().map(String::as_str));
        }
        builds.sort_unstable();
        builds.dedup();
        if rests_on.is_empty() && !builds.is_empty() {
            reason.detail = Detail::Word(builds.join(", "));
        }
    } else {
        reason.supplier = Some(Supplier::PlatformOwner);
        reason.set_aside = set_aside(asked.deliveries, |facts| {
            facts.platform.contains_key(&asked.offer.variant)
        });
    }
    // A row that begins or ends may change the answer, whatever it is now.
    let rows_change = listed.iter().filter_map(|row| row.valid.next_change(at));
    reason.holds_until = reason.holds_until.into_iter().chain(rows_change).min();
    vec![reason]
}

/// The lists that would say something, if the market used sources under their licence.
fn set_aside(deliveries: &Deliveries<'_>, speaks: impl Fn(&DataSetFacts) -> bool) -> Vec<Source> {
    let silent = deliveries.set_aside.iter().filter(|facts| speaks(facts));
    let sources = silent.filter_map(|facts| Some(facts.delivery.as_ref()?.source.clone()));
    sources.collect()
}

/// One reason per scheme that the policy names.
fn regulatory_approval(asked: &Asked<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for wanted in &asked.category.schemes {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for one in asked.of_variant() {
            if let Claim::RegulatoryApproval {
                scheme,
                country,
                standing,
                ..
            } = &one.evidence.claim
                && scheme == wanted
                && *country == asked.policy.country
            {
                match standing {
                    Standing::Yes => yes.push(one),
                    Standing::No => no.push(one),
                }
            }
        }
        let mut reason = if !no.is_empty() {
            asked.reason(ReasonCode::ApprovalRefused, &no)
        } else if yes.is_empty() {
            asked.reason(ReasonCode::ApprovalUnknown, &[])
        } else {
            asked.reason(ReasonCode::ApprovalOnFile, &yes)
        };
        if reason.code != ReasonCode::ApprovalOnFile {
            reason.supplier = Some(Supplier::Regulator);
        }
        reason.detail = Detail::Word(wanted.clone());
        reasons.push(reason);
    }
    if reasons.is_empty() {
        // Asked for, but the policy names no scheme: nothing can fulfil it.
        let mut reason = asked.reason(ReasonCode::ApprovalUnknown, &[]);
        reason.supplier = Some(Supplier::Operator);
        reasons.push(reason);
    }
    reasons
}

fn authenticity(asked: &Asked<'_>) -> Vec<Reason> {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    let units = About::Units(asked.offer.variant.clone());
    let found = asked
        .under
        .seller
        .into_iter()
        .flat_map(|facts| facts.in_force_about(&units, asked.moment));
    for one in found {
        if let Claim::CustodyEvent { standing, .. } = &one.evidence.claim {
            match standing {
                Standing::Yes => yes.push(one),
                Standing::No => no.push(one),
            }
        }
    }
    let mut reason = if !no.is_empty() {
        asked.reason(ReasonCode::AuthenticityRefused, &no)
    } else if yes.is_empty() {
        asked.reason(ReasonCode::AuthenticityNotVouched, &[])
    } else {
        return vec![asked.reason(ReasonCode::AuthenticityVouched, &yes)];
    };
    reason.supplier = Some(Supplier::Brand(asked.offer.brand.clone()));
    vec![reason]
}

impl Snapshot {
    /// What a variant can do on a network, from what speaks in the market at the moment asked.
    #[must_use]
    pub fn market_fit(&self, offer: &Offer, network: &HostNetworkId, moment: Moment) -> Fit {
        let (device, host) = self.radio_facts(offer, network, moment);
        fit::fit(&device, &host, moment.at)
    }

    /// What each source that speaks in the market says of a variant's radio, and of a network's.
    #[must_use]
    pub fn radio_facts(
        &self,
        offer: &Offer,
        network: &HostNetworkId,
        moment: Moment,
    ) -> (Vec<Sourced<Radio>>, Vec<Sourced<Radio>>) {
        let policy = self.policy(&offer.market, moment);
        let deliveries = policy.map(|(policy, _)| self.deliveries(policy, moment));
        self.radio_facts_in(&deliveries.unwrap_or_default(), offer, network, moment)
    }

    fn radio_facts_in(
        &self,
        deliveries: &Deliveries<'_>,
        offer: &Offer,
        network: &HostNetworkId,
        moment: Moment,
    ) -> (Vec<Sourced<Radio>>, Vec<Sourced<Radio>>) {
        let mut device: Vec<Sourced<Radio>> = Vec::new();
        let mut host: Vec<Sourced<Radio>> = Vec::new();
        for facts in &deliveries.heard {
            let of_device = facts.devices.get(&offer.variant);
            device.extend(of_device.into_iter().flatten().cloned());
            host.extend(facts.networks.get(network).into_iter().flatten().cloned());
        }
        for one in self.in_force(&Scope::Variant(offer.variant.clone()), moment) {
            if let Claim::RadioDeclaration { radio, .. } = &one.evidence.claim {
                device.push(sourced(one, radio.clone()));
            }
        }
        for one in self.in_force(&Scope::HostNetwork(network.clone()), moment) {
            if let Claim::NetworkDeclaration { radio, .. } = &one.evidence.claim {
                host.push(sourced(one, radio.clone()));
            }
        }
        (device, host)
    }
}
