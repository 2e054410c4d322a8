//! May it be sold? Worked out a second time, from the words of the design and not from the gate's code.
//!
//! Slow and plain: it goes through all evidence for every question. It knows no radio; [`crate::possible`] does.

use std::collections::BTreeSet;

use domain::Instant;
use domain::evidence::{CertificationResult, Claim, Recorded, Standing};
use domain::id::{DataSetId, HostNetworkId, VariantId};
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use domain::{Period, policy};
use gate::Outcome;

/// A row of a platform owner's list: in which data set, which variant, for which time.
pub type Listed = (DataSetId, VariantId, Period);

/// Everything there is to know.
pub struct Known<'a> {
    /// The record, in order.
    pub recorded: &'a [Recorded],
    /// Rows of data sets.
    pub listed: &'a [Listed],
}

/// What is in force at `at`, of what was recorded by `known_at`.
///
/// A withdrawal ends only what stands before it under the same scope, from when it says, or else from when it
/// was recorded. It may be withdrawn itself. So the last word comes first here.
fn in_force<'a>(recorded: &'a [Recorded], at: Instant, known_at: Instant) -> Vec<&'a Recorded> {
    let mut ended: BTreeSet<(&Scope, &str)> = BTreeSet::new();
    let mut standing: Vec<&'a Recorded> = Vec::new();
    for one in recorded.iter().rev().filter(|one| one.at <= known_at) {
        let evidence = &one.evidence;
        if ended.contains(&(&evidence.scope, evidence.id.as_str())) {
            continue;
        }
        if let Claim::Withdrawal { ends, .. } = &evidence.claim {
            let from = evidence.valid.from.unwrap_or(one.at);
            let has_come = from <= at;
            let has_gone = evidence.valid.until.is_some_and(|until| until <= at);
            if has_come && !has_gone {
                ended.insert((&evidence.scope, ends.as_str()));
            }
        } else if evidence.valid.contains(at) {
            standing.push(one);
        }
    }
    standing.reverse();
    standing
}

/// The answer for an offer.
#[must_use]
pub fn outcome(known: &Known<'_>, offer: &Offer, at: Instant, known_at: Instant) -> Outcome {
    let standing = in_force(known.recorded, at, known_at);
    let market = Scope::Market(offer.market.clone());
    // The policy that was set last counts.
    let set = standing
        .iter()
        .rev()
        .find_map(|one| match &one.evidence.claim {
            Claim::Policy(policy) if one.evidence.scope == market => Some(policy),
            _ => None,
        });
    let Some((set, demands)) = set.and_then(|set| Some((set, of_category(set, offer)?))) else {
        return Outcome::Refused;
    };
    let case = Case {
        standing: &standing,
        listed: known.listed,
        offer,
        policy: set,
        demands,
        at,
    };
    case.outcome()
}

fn of_category<'a>(set: &'a Policy, offer: &Offer) -> Option<&'a CategoryPolicy> {
    set.categories
        .iter()
        .find(|one| one.category == offer.category)
}

struct Case<'a> {
    standing: &'a [&'a Recorded],
    listed: &'a [Listed],
    offer: &'a Offer,
    policy: &'a Policy,
    demands: &'a CategoryPolicy,
    at: Instant,
}

impl Case<'_> {
    fn must(&self, requirement: Requirement) -> bool {
        self.demands
            .demands
            .iter()
            .any(|(named, demand)| *named == requirement && *demand == Demand::Must)
    }

    fn outcome(&self) -> Outcome {
        let mut worst = self.stop_sale();
        let answers = [
            (Requirement::SalesAuthorization, self.authorization()),
            (Requirement::PlatformFit, self.platform()),
            (Requirement::RegulatoryApproval, self.approval()),
            (Requirement::Authenticity, self.authenticity()),
        ];
        for (requirement, answer) in answers {
            if self.must(requirement) {
                worst = worst.max(answer);
            }
        }
        if self.must(Requirement::DeviceCertification) {
            let each = self
                .policy
                .hosts
                .iter()
                .map(|host| self.certification(host));
            let of_networks = match self.policy.host_rule {
                HostRule::Any => each.min(),
                HostRule::All => each.max(),
            };
            // It depends on a network, and there is none: nothing is known.
            worst = worst.max(of_networks.unwrap_or(Outcome::Unknown));
        }
        worst
    }

    /// The claims in force under a scope.
    fn under(&self, scope: Scope) -> impl Iterator<Item = &Claim> {
        let standing = self.standing.iter();
        let under = standing.filter(move |one| one.evidence.scope == scope);
        under.map(|one| &one.evidence.claim)
    }

    fn under_variant(&self) -> impl Iterator<Item = &Claim> {
        self.under(Scope::Variant(self.offer.variant.clone()))
    }

    fn stop_sale(&self) -> Outcome {
        let offer = self.offer;
        let mut scopes = vec![
            Scope::Market(offer.market.clone()),
            Scope::Brand(offer.brand.clone()),
            Scope::Seller(offer.seller.clone()),
            Scope::Model(offer.model.clone()),
            Scope::Variant(offer.variant.clone()),
        ];
        scopes.extend(offer.listing.clone().map(Scope::Listing));
        scopes.extend(self.policy.hosts.iter().cloned().map(Scope::HostNetwork));
        let stops = |scope: Scope| {
            self.under(scope)
                .any(|claim| matches!(claim, Claim::StopSale { .. }))
        };
        refused_if(scopes.into_iter().any(stops))
    }

    /// Somebody must have said yes, and nobody no.
    fn authorization(&self) -> Outcome {
        let offer = self.offer;
        let words: Vec<Standing> = self
            .under(Scope::Brand(offer.brand.clone()))
            .filter_map(|claim| match claim {
                Claim::SalesAuthorization(says) => Some(says),
                _ => None,
            })
            .filter(|says| {
                says.brand == offer.brand
                    && says.sellers.covers(&offer.seller)
                    && says.categories.covers(&offer.category)
                    && says.models.covers(&offer.model)
                    && says.territory.covers(&self.policy.country)
                    && says.channels.covers(&offer.market)
            })
            .map(|says| says.standing)
            .collect();
        let is_allowed = words.contains(&Standing::Yes) && !words.contains(&Standing::No);
        refused_if(!is_allowed)
    }

    fn certification(&self, host: &HostNetworkId) -> Outcome {
        let results: Vec<&CertificationResult> = self
            .under_variant()
            .filter_map(|claim| match claim {
                Claim::DeviceCertification {
                    network, result, ..
                } if network == host => Some(result),
                _ => None,
            })
            .collect();
        let is_enough = |result: &&&CertificationResult| match result {
            CertificationResult::Certified => true,
            CertificationResult::Conditional(on) => self.demands.conditions.contains(on),
            CertificationResult::NotCertified => false,
        };
        let says_no = results.contains(&&CertificationResult::NotCertified);
        refused_if(says_no || results.iter().find(is_enough).is_none())
    }

    fn platform(&self) -> Outcome {
        let words = self.under_variant().filter_map(|claim| match claim {
            Claim::PlatformCertification { standing, .. } => Some(*standing),
            _ => None,
        });
        let active: Vec<&DataSetId> = self
            .under(Scope::Market(self.offer.market.clone()))
            .filter_map(|claim| match claim {
                Claim::DataSetActivation { data_set, .. } => Some(data_set),
                _ => None,
            })
            .collect();
        let is_listed = self.listed.iter().any(|(set, variant, valid)| {
            active.contains(&set) && *variant == self.offer.variant && valid.contains(self.at)
        });
        said(words.chain(is_listed.then_some(Standing::Yes)))
    }

    /// Every scheme that the policy names, each in the policy's country.
    fn approval(&self) -> Outcome {
        let of_scheme = |wanted: &String| {
            let words = self.under_variant().filter_map(|claim| match claim {
                Claim::RegulatoryApproval {
                    scheme,
                    country,
                    standing,
                    ..
                } if scheme == wanted && *country == self.policy.country => Some(*standing),
                _ => None,
            });
            said(words)
        };
        let each = self.demands.schemes.iter().map(of_scheme);
        each.max().unwrap_or(Outcome::Unknown)
    }

    fn authenticity(&self) -> Outcome {
        let words = self
            .under(Scope::Seller(self.offer.seller.clone()))
            .filter_map(|claim| match claim {
                Claim::CustodyEvent {
                    variant, standing, ..
                } if *variant == self.offer.variant => Some(*standing),
                _ => None,
            });
        said(words)
    }
}

fn refused_if(is_refused: bool) -> Outcome {
    if is_refused {
        Outcome::Refused
    } else {
        Outcome::Sellable
    }
}

/// A fact of the world: a no outweighs, silence is not known.
fn said(words: impl Iterator<Item = Standing>) -> Outcome {
    let words: Vec<Standing> = words.collect();
    if words.contains(&Standing::No) {
        Outcome::Refused
    } else if words.is_empty() {
        Outcome::Unknown
    } else {
        Outcome::Sellable
    }
}

/// What a policy may demand that this oracle answers.
pub const ANSWERED: [policy::Requirement; 5] = [
    Requirement::SalesAuthorization,
    Requirement::DeviceCertification,
    Requirement::PlatformFit,
    Requirement::RegulatoryApproval,
    Requirement::Authenticity,
];
