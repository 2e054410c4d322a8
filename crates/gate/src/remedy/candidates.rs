//! What could be said for a requirement, and by whom: the smallest claims that speak of this offer.
//!
//! Only proposes. Whether a proposal fulfils the requirement is found by trying it.

use domain::Instant;
use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{Claim, Reach, SalesAuthorization, Sourced, Standing};
use domain::id::HostNetworkId;
use domain::place::Country;
use domain::policy::Requirement;
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};
use domain::scope::Scope;
use domain::territory::{Region, Territory};

use super::{Key, Step, Trial};
use crate::reason::{Reason, ReasonCode, Supplier};

/// Most sources whose word is tried as the party's own.
const SOURCES_MAX: usize = 8;
/// Whose services a platform certification is for.
const PLATFORM: &str = "Google Mobile Services";
/// Stands where the identifier of an approval that is still to come would.
pub const IDENTIFIER_TO_COME: &str = "to be supplied";

/// Alternatives, each with all that it takes.
pub fn additions(trial: &Trial<'_>, key: &Key, blocking: &[Reason]) -> Vec<Vec<Step>> {
    let offer = trial.question.offer;
    let brand = Supplier::Brand(offer.brand.clone());
    let variant = || Scope::Variant(offer.variant.clone());
    let country = || {
        let policy = trial.snapshot.policy(&offer.market, trial.question.moment);
        policy.map(|(policy, _)| policy.country)
    };
    let one = |supplier: &Supplier, scope: Scope, claim: Option<Claim>| -> Vec<Vec<Step>> {
        let Some(claim) = claim else {
            return Vec::new();
        };
        let issuers = trial.issuers.of(supplier).into_iter();
        issuers
            .map(|issuer| {
                vec![Step::Record {
                    issuer,
                    scope: scope.clone(),
                    claim: claim.clone(),
                }]
            })
            .collect()
    };
    match (key.requirement, &key.network) {
        (Requirement::NoStopSale, _) => {
            let is_missing = |reason: &Reason| reason.code == ReasonCode::PolicyMissing;
            let claim = blocking
                .iter()
                .any(is_missing)
                .then(|| policy(trial))
                .flatten();
            one(
                &Supplier::Operator,
                Scope::Market(offer.market.clone()),
                claim,
            )
        }
        (Requirement::SalesAuthorization, _) => {
            let claim = country().map(|country| authorization(trial, country));
            one(&brand, Scope::Brand(offer.brand.clone()), claim)
        }
        (Requirement::DeviceCertification, Some(network)) => {
            let says = DeviceCertification::of(
                offer.variant.clone(),
                network.clone(),
                CertificationResult::Certified,
            );
            let claim = Some(Claim::DeviceCertification(says));
            one(&Supplier::HostNetwork(network.clone()), variant(), claim)
        }
        (Requirement::RadioFit, Some(network)) => radios(trial, network),
        (Requirement::PlatformFit, _) => {
            let claim = Claim::PlatformCertification {
                variant: offer.variant.clone(),
                platform: PLATFORM.to_owned(),
                standing: Standing::Yes,
            };
            one(&Supplier::PlatformOwner, variant(), Some(claim))
        }
        (Requirement::RegulatoryApproval, _) => {
            let claim = key.scheme.clone().zip(country()).map(|(scheme, country)| {
                Claim::RegulatoryApproval {
                    variant: offer.variant.clone(),
                    scheme,
                    identifier: IDENTIFIER_TO_COME.to_owned(),
                    country,
                    standing: Standing::Yes,
                }
            });
            one(&Supplier::Regulator, variant(), claim)
        }
        (Requirement::Authenticity, _) => {
            let claim = custody(trial, None);
            one(&brand, Scope::Seller(offer.seller.clone()), Some(claim))
        }
        (Requirement::LawfulResale, _) => {
            let accepted = first_sale(trial).map(|place| custody(trial, Some(place)));
            let seller = Supplier::ThisSeller;
            one(&seller, Scope::Seller(offer.seller.clone()), accepted)
        }
        _ => Vec::new(),
    }
}

/// The brand's word for this seller, category, model, country and market, and no more.
fn authorization(trial: &Trial<'_>, country: Country) -> Claim {
    let offer = trial.question.offer;
    Claim::SalesAuthorization(SalesAuthorization {
        sellers: Reach::Only(vec![offer.seller.clone()]),
        categories: Reach::Only(vec![offer.category.clone()]),
        models: Reach::Only(vec![offer.model.clone()]),
        territory: Reach::Only(vec![Region::Country(country)]),
        channels: Reach::Only(vec![offer.market.clone()]),
        conditions: Reach::Only(vec![offer.condition]),
        ..SalesAuthorization::of_everything(Standing::Yes, offer.brand.clone())
    })
}

/// Somebody's word for the seller's units, with where they were first sold.
fn custody(trial: &Trial<'_>, first_sale: Option<Territory>) -> Claim {
    Claim::CustodyEvent {
        seller: trial.question.offer.seller.clone(),
        variant: trial.question.offer.variant.clone(),
        standing: Standing::Yes,
        first_sale,
    }
}

/// A place of the first sale that the market accepts: its own country where it accepts any, else the first named.
fn first_sale(trial: &Trial<'_>) -> Option<Territory> {
    let offer = trial.question.offer;
    let (policy, _) = trial
        .snapshot
        .policy(&offer.market, trial.question.moment)?;
    let place = match &policy.category(&offer.category)?.first_sale {
        Reach::All => Region::Country(policy.country),
        Reach::Only(named) => *named.first()?,
    };
    Some(Reach::Only(vec![place]))
}

/// The market's policy with this category, of which it asks nothing. A market without any policy has none to grow.
fn policy(trial: &Trial<'_>) -> Option<Claim> {
    let offer = trial.question.offer;
    let (known, _) = trial
        .snapshot
        .policy(&offer.market, trial.question.moment)?;
    let mut next = known.clone();
    let mut category = next.categories.first()?.clone();
    category.category = offer.category.clone();
    category.demands.clear();
    next.categories.push(category);
    Some(Claim::Policy(next))
}

/// Declarations that would settle it: that a source is right, or what no source denies.
fn radios(trial: &Trial<'_>, network: &HostNetworkId) -> Vec<Vec<Step>> {
    let (offer, moment) = (trial.question.offer, trial.question.moment);
    let (device, host) = trial.snapshot.radio_facts(offer, network, moment);
    let says = |supplier: &Supplier, scope: Scope, claim: Claim| -> Option<Step> {
        let issuer = trial.issuers.of(supplier).into_iter().next()?;
        Some(Step::Record {
            issuer,
            scope,
            claim,
        })
    };
    let of_device = |radio: Radio| {
        let claim = Claim::RadioDeclaration {
            variant: offer.variant.clone(),
            radio,
        };
        let scope = Scope::Variant(offer.variant.clone());
        says(&Supplier::Brand(offer.brand.clone()), scope, claim)
    };
    let of_host = |radio: Radio| {
        let claim = Claim::NetworkDeclaration {
            network: network.clone(),
            radio,
        };
        let scope = Scope::HostNetwork(network.clone());
        says(&Supplier::HostNetwork(network.clone()), scope, claim)
    };
    let full_device = of_device(completed(&device, &host, moment.at));
    let full_host = of_host(completed(&host, &device, moment.at));
    let mut all: Vec<Vec<Step>> = Vec::new();
    all.extend(speaking(&host, moment.at).filter_map(|radio| Some(vec![of_host(radio)?])));
    all.extend(speaking(&device, moment.at).filter_map(|radio| Some(vec![of_device(radio)?])));
    all.extend(full_device.clone().map(|step| vec![step]));
    all.extend(full_host.clone().map(|step| vec![step]));
    all.extend(
        full_device
            .zip(full_host)
            .map(|(one, other)| vec![one, other]),
    );
    all
}

/// What each source says that speaks of an instant, each once.
fn speaking(facts: &[Sourced<Radio>], at: Instant) -> impl Iterator<Item = Radio> {
    let mut said: Vec<Radio> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.valid.contains(at)) {
        if said.len() < SOURCES_MAX && !said.contains(&fact.value) {
            said.push(fact.value.clone());
        }
    }
    said.into_iter()
}

/// A radio with all that no source denies it: the whole list of a technology where a source has one, else the bands
/// that are known and those of the other side.
fn completed(own: &[Sourced<Radio>], other: &[Sourced<Radio>], at: Instant) -> Radio {
    let own: Vec<Radio> = speaking(own, at).collect();
    let other: Vec<Radio> = speaking(other, at).collect();
    let lists = AccessTechnology::ALL.into_iter().filter_map(|technology| {
        let of = |radios: &[Radio]| -> Vec<BandClaim> {
            let lists = radios.iter().filter_map(|radio| radio.list(technology));
            lists.flat_map(|list| list.claims.iter().copied()).collect()
        };
        let mut known = own.iter().filter_map(|radio| radio.list(technology));
        if let Some(whole) = known.find(|list| list.exhaustive) {
            return Some(whole.clone());
        }
        let claims = [of(&own), of(&other)].concat();
        (!claims.is_empty()).then(|| BandList::new(technology, claims, true))
    });
    let volte = own.iter().find_map(|radio| radio.volte).or(Some(true));
    Radio::new(lists, volte)
}
