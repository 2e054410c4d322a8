//! Verdicts: whether a listing may be sold in a market at an instant, per host network, and why.

use domain::Instant;
use domain::id::HostNetworkId;
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;

use crate::reason::{Detail, Outcome, Reason, ReasonCode, Supplier};
use crate::requirements::{self, Asked};
use crate::snapshot::{Moment, ScopeFacts, Snapshot};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Of which offer.
    pub offer: &'a Offer,
    /// For when, and with what knowledge.
    pub moment: Moment,
}

/// Whether an offer may be sold, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer for the market.
    pub outcome: Outcome,
    /// The answer per host network; empty where nothing asked depends on one.
    pub networks: Vec<(HostNetworkId, Outcome)>,
    /// One or more per requirement asked, in the order of [`Requirement::ALL`], then of the networks.
    pub reasons: Vec<Reason>,
    /// As of when.
    pub at: Instant,
    /// The first instant at which a fact in the offer's scopes begins or ends, future ones included.
    pub holds_until: Option<Instant>,
    /// The scopes that it rests on and their versions.
    pub scopes: Vec<(Scope, u64)>,
}

impl Verdict {
    /// Whether the offer may be sold.
    #[must_use]
    pub fn is_sellable(&self) -> bool {
        self.outcome == Outcome::Sellable
    }

    /// The reasons that keep it off sale.
    pub fn blocking(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| reason.blocks())
    }

    /// The reasons that do not block but must be shown.
    pub fn notices(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| {
            reason.demand == Demand::Disclose && reason.outcome() != Outcome::Sellable
        })
    }
}

impl Snapshot {
    /// Whether an offer may be sold, and why.
    #[must_use]
    pub fn verdict(&self, question: &Question<'_>) -> Verdict {
        let Question { offer, moment } = *question;
        let policy = self.policy(&offer.market, moment);
        let hosts = policy.map_or(&[][..], |(policy, _)| &policy.hosts);
        let scopes = Scope::of(offer, hosts);
        let demanded =
            policy.and_then(|(policy, _)| Some((policy, policy.category(&offer.category)?)));
        let under: Vec<(Scope, Option<&ScopeFacts>)> = scopes
            .into_iter()
            .map(|scope| {
                let facts = self.facts(&scope);
                (scope, facts)
            })
            .collect();
        let mut verdict = match demanded {
            Some((policy, category)) => self.judge(policy, category, &under, question),
            None => no_policy(moment.at),
        };
        let by_scope = under
            .iter()
            .filter_map(|(_, facts)| facts.and_then(|facts| facts.next_change(moment.at)));
        let by_reason = verdict.reasons.iter();
        verdict.holds_until = by_scope
            .chain(by_reason.filter_map(|reason| reason.holds_until))
            .chain(verdict.holds_until)
            .min();
        verdict.scopes = under
            .into_iter()
            .map(|(scope, facts)| (scope, facts.map_or(0, |facts| facts.version)))
            .collect();
        verdict
    }

    fn judge(
        &self,
        policy: &Policy,
        category: &CategoryPolicy,
        under: &[(Scope, Option<&ScopeFacts>)],
        question: &Question<'_>,
    ) -> Verdict {
        let deliveries = self.deliveries(policy, question.moment);
        let mut reasons = Vec::new();
        let mut common = Outcome::Sellable;
        let mut networks: Vec<(HostNetworkId, Outcome)> = Vec::new();
        for requirement in Requirement::ALL {
            let demand = category.demand(requirement);
            if demand == Demand::Off {
                continue;
            }
            let asked = Asked {
                snapshot: self,
                policy,
                category,
                deliveries: &deliveries,
                under,
                offer: question.offer,
                moment: question.moment,
                demand,
            };
            if requirement.is_per_network() {
                if networks.is_empty() {
                    networks = policy
                        .hosts
                        .iter()
                        .map(|host| (host.clone(), Outcome::Sellable))
                        .collect();
                }
                for (host, outcome) in &mut networks {
                    let found = requirements::on_network(requirement, &asked, host);
                    *outcome = (*outcome).max(worst(&found));
                    reasons.extend(found);
                }
            } else {
                let found = requirements::in_market(requirement, &asked);
                common = common.max(worst(&found));
                reasons.extend(found);
            }
        }
        let by_network = networks.iter().map(|(_, outcome)| *outcome);
        let by_network = match policy.host_rule {
            HostRule::Any => by_network.min(),
            HostRule::All => by_network.max(),
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
        Verdict {
            outcome: common.max(by_network.unwrap_or(fallback)),
            networks,
            reasons,
            at: question.moment.at,
            holds_until: deliveries.next_change,
            scopes: Vec::new(),
        }
    }
}

/// The worst outcome of those reasons that can block.
fn worst(reasons: &[Reason]) -> Outcome {
    reasons
        .iter()
        .filter(|reason| reason.demand == Demand::Must)
        .map(Reason::outcome)
        .max()
        .unwrap_or(Outcome::Sellable)
}

/// Closed by default: a market without a policy for a category does not sell it.
fn no_policy(at: Instant) -> Verdict {
    let reason = Reason {
        requirement: Requirement::NoStopSale,
        demand: Demand::Must,
        code: ReasonCode::PolicyMissing,
        network: None,
        facts: Vec::new(),
        issuers: Vec::new(),
        sources: Vec::new(),
        set_aside: Vec::new(),
        detail: Detail::None,
        supplier: Some(Supplier::Operator),
        holds_until: None,
    };
    Verdict {
        outcome: Outcome::Refused,
        networks: Vec::new(),
        reasons: vec![reason],
        at,
        holds_until: None,
        scopes: Vec::new(),
    }
}
