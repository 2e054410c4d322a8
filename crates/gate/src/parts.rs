//! A verdict's parts, each worked out by the rules: what rests on the networks and the hardware, on the brand, on
//! the units, and what stops the sale elsewhere.
//!
//! A part is the same for all offers that agree in what it rests on, and each says until when it holds. Knows
//! nothing of what is remembered, and nothing of how the parts end together.

use std::hash::{Hash, Hasher};

use domain::Instant;
use domain::id::HostNetworkId;
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use domain::territory::next_change_of_groups;

use crate::reason::{Brief, Outcome, Reason, ReasonCode, Requirements, Supplier};
use crate::requirements::{self, Asked, Under};
use crate::snapshot::{About, Deliveries, Kind, Moment, ScopeFacts, Snapshot};

/// What one part of a verdict comes to, without who says so. Few differ, so that many offers share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    pub outcome: Outcome,
    /// Which requirements keep the offer off sale.
    pub blocking: Requirements,
    /// Which requirements the policy asks at all; nothing: the market does not sell this kind of product.
    pub asked: Requirements,
    /// Whether all reasons found room here.
    pub is_whole: bool,
    briefs: [Brief; BRIEFS_AT_HAND],
    count: u8,
}

/// So many reasons in brief are kept with a part's outcome; those beyond them beside the reasons.
const BRIEFS_AT_HAND: usize = 8;

/// Stands where no reason does.
const BLANK: Brief = Brief {
    code: ReasonCode::StopSaleNone,
    demand: Demand::Off,
    network: Brief::NO_NETWORK,
    facts: 0,
};

/// Places that hold no reason are all alike.
impl Hash for Glance {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.outcome, self.blocking, self.asked).hash(state);
        self.briefs().hash(state);
    }
}

impl Glance {
    /// The stop-sales and the reasons in brief.
    pub fn briefs(&self) -> &[Brief] {
        let all = self.briefs.get(..usize::from(self.count));
        all.unwrap_or_default()
    }
}

/// What one part of a verdict comes to.
#[derive(Debug)]
pub(crate) struct Part {
    pub glance: Glance,
    pub said: Box<Said>,
}

/// Why.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Stop-sales, each with the scope that it stands under.
    pub stops: Vec<(Scope, Reason)>,
    /// All other reasons, by requirement, then by network.
    pub reasons: Vec<Reason>,
    /// The answer per host network, where something asked depends on one.
    pub networks: Vec<(HostNetworkId, Outcome)>,
    /// The reasons in brief for which there was no room beside the outcome.
    more: Vec<Brief>,
}

impl Said {
    pub fn more(&self) -> &[Brief] {
        &self.more
    }

    /// Gives back the room that growing lists took in advance: a part is kept for as long as nothing changes.
    fn shrink(&mut self) {
        self.stops.shrink_to_fit();
        self.reasons.shrink_to_fit();
        self.networks.shrink_to_fit();
        self.more.shrink_to_fit();
        for reason in &mut self.reasons {
            reason.shrink();
        }
    }

    fn in_brief(&self) -> impl Iterator<Item = Brief> {
        let place = |reason: &Reason| {
            let network = reason.network.as_ref();
            let mut named = self.networks.iter().map(|(one, _)| Some(one));
            let place = network.and_then(|_| named.position(|one| one == network));
            place.and_then(|place| u8::try_from(place).ok())
        };
        let stops = self.stops.iter().map(|(_, reason)| reason);
        let all = stops.chain(&self.reasons);
        all.map(move |reason| reason.brief(place(reason).unwrap_or(Brief::NO_NETWORK)))
    }
}

impl Part {
    fn of(outcome: Outcome, asked: Requirements, mut said: Said) -> Self {
        let stops = said.stops.iter().map(|(_, reason)| reason);
        let blocking = stops.chain(&said.reasons).filter(|reason| reason.blocks());
        let blocking = blocking.map(|reason| reason.requirement).collect();
        let mut at_hand = [BLANK; BRIEFS_AT_HAND];
        let mut count = 0;
        let mut briefs = said.in_brief();
        for (place, brief) in at_hand.iter_mut().zip(&mut briefs) {
            *place = brief;
            count += 1;
        }
        let more = briefs.collect();
        said.more = more;
        said.shrink();
        Self {
            glance: Glance {
                outcome,
                blocking,
                asked,
                is_whole: said.more.is_empty(),
                briefs: at_hand,
                count,
            },
            said: Box::new(said),
        }
    }

    /// Closed by default: a market without a policy for a category does not sell it.
    pub fn closed() -> Self {
        let mut reason = Reason::of(ReasonCode::PolicyMissing, Demand::Must);
        reason.supplier = Some(Supplier::Operator);
        let said = Said {
            reasons: vec![reason],
            ..Said::default()
        };
        Self::of(Outcome::Refused, Requirements::default(), said)
    }
}

fn worst_stop(stops: &[(Scope, Reason)]) -> Outcome {
    worst(stops.iter().map(|(_, reason)| reason))
}

/// The worst outcome of those reasons that can block.
fn worst<'a>(reasons: impl IntoIterator<Item = &'a Reason>) -> Outcome {
    reasons
        .into_iter()
        .filter(|reason| reason.demand == Demand::Must)
        .map(Reason::outcome)
        .max()
        .unwrap_or(Outcome::Sellable)
}

fn earliest<const N: usize>(instants: [Option<Instant>; N]) -> Option<Instant> {
    instants.into_iter().flatten().min()
}

/// An offer with what stands under its scopes, at a moment.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub snapshot: &'a Snapshot,
    pub offer: &'a Offer,
    pub under: Under<'a>,
    pub moment: Moment,
}

/// What a part rests on that rests on no data set.
pub(crate) static NO_DELIVERIES: Deliveries<'static> = Deliveries {
    heard: Vec::new(),
    set_aside: Vec::new(),
    lists: Vec::new(),
    next_change: None,
};

impl<'a> Case<'a> {
    fn policy(&self) -> Option<&'a Policy> {
        let (policy, _) = self.under.market?.policy(self.moment)?;
        Some(policy)
    }

    /// What `rule` makes of a policy that asks for anything of this kind of product. Without one it is closed, until
    /// then at least.
    fn under_policy(
        &self,
        policy: Option<&'a Policy>,
        until: Option<Instant>,
        rule: impl FnOnce(&'a Policy, &'a CategoryPolicy) -> (Part, Option<Instant>),
    ) -> (Part, Option<Instant>) {
        let category = policy.and_then(|policy| policy.category(&self.offer.category));
        match policy.zip(category) {
            Some((policy, category)) => rule(policy, category),
            None => (Part::closed(), until),
        }
    }

    fn asked<'b>(
        &self,
        policy: &'a Policy,
        category: &'a CategoryPolicy,
        deliveries: &'b Deliveries<'b>,
    ) -> Asked<'b>
    where
        'a: 'b,
    {
        Asked {
            deliveries,
            snapshot: self.snapshot,
            policy,
            category,
            under: self.under,
            offer: self.offer,
            moment: self.moment,
            demand: Demand::Off,
        }
    }

    fn next_change(&self, facts: Option<&ScopeFacts>) -> Option<Instant> {
        facts?.next_change(self.moment.at)
    }

    /// What rests on the market, its host networks and the variant: the policy first of all. The other parts
    /// count only if it asks anything.
    pub fn build(&self) -> (Part, Option<Instant>) {
        let mut said = Said::default();
        let mut until = None;
        let policy = self.policy();
        let hosts = policy.map_or(&[][..], |policy| &policy.hosts);
        let once = hosts.iter().enumerate();
        let once = once.filter(|(at, host)| !hosts[..*at].contains(host));
        let hosts = once.map(|(_, host)| self.snapshot.facts_of(Kind::HostNetwork, host.as_str()));
        let here = [self.under.market, self.under.variant].into_iter();
        for facts in here.chain(hosts).flatten() {
            said.stops
                .extend(requirements::stop_sales(facts, self.moment));
            until = earliest([until, facts.next_change(self.moment.at)]);
        }
        self.under_policy(policy, until, |policy, category| {
            let deliveries = self.snapshot.deliveries(policy, self.moment);
            let until = earliest([until, deliveries.next_change]);
            self.built(&self.asked(policy, category, &deliveries), said, until)
        })
    }

    /// What is asked of the build, beside the stop-sales that were found.
    fn built(
        &self,
        asked: &Asked<'_>,
        mut said: Said,
        until: Option<Instant>,
    ) -> (Part, Option<Instant>) {
        let (policy, category) = (asked.policy, asked.category);
        let mut common = worst_stop(&said.stops);
        for requirement in Requirement::ALL {
            let demand = category.demand(requirement);
            let asked = Asked { demand, ..*asked };
            if demand == Demand::Off || rests_on_brand_or_units(requirement) {
                continue;
            }
            if requirement.is_per_network() {
                if said.networks.is_empty() {
                    let hosts = policy.hosts.iter().cloned();
                    said.networks = hosts.map(|host| (host, Outcome::Sellable)).collect();
                }
                for (host, outcome) in &mut said.networks {
                    let found = requirements::on_network(requirement, &asked, host);
                    *outcome = (*outcome).max(worst(&found));
                    said.reasons.extend(found);
                }
            } else {
                let found = requirements::in_market(requirement, &asked);
                common = common.max(worst(&found));
                said.reasons.extend(found);
            }
        }
        let by_reason = said.reasons.iter().filter_map(|reason| reason.holds_until);
        let until = by_reason.chain(until).min();
        let outcome = common.max(of_networks(policy, category, &said.networks));
        (Part::of(outcome, asked_by(category), said), until)
    }

    /// What rests on the brand. Its facts on other sellers and models make no difference.
    pub fn deal(&self) -> (Part, Option<Instant>) {
        let until = self.next_change(self.under.market);
        self.under_policy(self.policy(), until, |policy, category| {
            let mut said = Said::default();
            let mut until = until;
            if let Some(facts) = self.under.brand {
                let (mut about, has_group) = requirements::subjects(facts, &self.offer.seller);
                about.push(About::StopSale);
                let groups = next_change_of_groups(self.moment.at).filter(|_| has_group);
                let of_brand = facts.next_change_about(&about, self.moment.at);
                until = earliest([until, groups, of_brand]);
                said.stops = requirements::stop_sales(facts, self.moment);
            }
            let asked = self.asked(policy, category, &NO_DELIVERIES);
            said.reasons = demanded(Requirement::SalesAuthorization, asked);
            let outcome = worst_stop(&said.stops).max(worst(&said.reasons));
            (Part::of(outcome, asked_by(category), said), until)
        })
    }

    /// What stops the sale under one scope that has no other part in a verdict.
    pub fn stops(&self, facts: &ScopeFacts) -> (Part, Option<Instant>) {
        let said = Said {
            stops: requirements::stop_sales(facts, self.moment),
            ..Said::default()
        };
        let until = facts.next_change_about(&[About::StopSale], self.moment.at);
        let asked = Requirements::default();
        (Part::of(worst_stop(&said.stops), asked, said), until)
    }

    /// What rests on the seller's units of the variant.
    pub fn units(&self) -> (Part, Option<Instant>) {
        let until = self.next_change(self.under.market);
        self.under_policy(self.policy(), until, |policy, category| {
            let about = [About::Units(self.offer.variant.clone())];
            let seller = self.under.seller;
            let of_units = seller.and_then(|facts| facts.next_change_about(&about, self.moment.at));
            // Which countries lie within which groups is asked of the first sale alone.
            let is_asked = category.demand(Requirement::LawfulResale) != Demand::Off;
            let groups = next_change_of_groups(self.moment.at).filter(|_| is_asked);
            let asked = self.asked(policy, category, &NO_DELIVERIES);
            let vouched = demanded(Requirement::Authenticity, asked);
            let resold = demanded(Requirement::LawfulResale, asked);
            let said = Said {
                reasons: [vouched, resold].concat(),
                ..Said::default()
            };
            let outcome = worst(&said.reasons);
            let until = earliest([until, groups, of_units]);
            (Part::of(outcome, asked_by(category), said), until)
        })
    }
}

/// Whether it is another part's than the build's.
const fn rests_on_brand_or_units(requirement: Requirement) -> bool {
    matches!(
        requirement,
        Requirement::SalesAuthorization | Requirement::Authenticity | Requirement::LawfulResale
    )
}

fn demanded(requirement: Requirement, asked: Asked<'_>) -> Vec<Reason> {
    let demand = asked.category.demand(requirement);
    if demand == Demand::Off {
        return Vec::new();
    }
    requirements::in_market(requirement, &Asked { demand, ..asked })
}

fn asked_by(category: &CategoryPolicy) -> Requirements {
    let is_asked = |one: &Requirement| category.demand(*one) != Demand::Off;
    Requirement::ALL.into_iter().filter(is_asked).collect()
}

/// What the networks come to together.
fn of_networks(
    policy: &Policy,
    category: &CategoryPolicy,
    networks: &[(HostNetworkId, Outcome)],
) -> Outcome {
    let each = networks.iter().map(|(_, outcome)| *outcome);
    let together = match policy.host_rule {
        HostRule::Any => each.min(),
        HostRule::All => each.max(),
    };
    // Where something depends on a network and the market names none, nothing is known.
    let is_asked = Requirement::ALL
        .iter()
        .any(|r| r.is_per_network() && category.demand(*r) == Demand::Must);
    let fallback = if is_asked {
        Outcome::Unknown
    } else {
        Outcome::Sellable
    };
    together.unwrap_or(fallback)
}
