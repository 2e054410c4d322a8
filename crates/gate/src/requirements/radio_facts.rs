//! What is said of radios: by whom, and how much each word weighs in a market.
//!
//! Collects and weighs; what a device can do with it is [`crate::fit`]'s to say.

use domain::Instant;
use domain::evidence::{Claim, FactRef, Recorded, Source, Sourced, Vouching};
use domain::id::HostNetworkId;
use domain::listing::Offer;
use domain::policy::{Policy, Requirement};
use domain::radio::Radio;
use domain::scope::Scope;

use super::trusted::{self, Hearing};
use crate::fit::{self, Fit, Weighed};
use crate::reason::NotNamed;
use crate::snapshot::{DataSetFacts, Deliveries, Moment, Snapshot, sourced};

/// What is said of a variant's radio and of a network's, each with its weight, and who was set aside.
#[derive(Debug, Default)]
pub struct RadioFacts {
    device: Vec<(u8, Sourced<Radio>)>,
    host: Vec<(u8, Sourced<Radio>)>,
    pub not_named: Vec<NotNamed>,
    /// What of it its issuer signed.
    pub signed: Vec<FactRef>,
    /// The first instant at which a row that was set aside begins or ends.
    pub next_change: Option<Instant>,
}

impl RadioFacts {
    pub fn fit(&self, moment: Moment) -> Fit {
        fit::fit_weighed(&weigh(&self.device), &weigh(&self.host), moment.at)
    }
}

fn weigh(facts: &[(u8, Sourced<Radio>)]) -> Vec<Weighed<'_>> {
    let weighed = facts.iter().map(|(weight, said)| Weighed {
        weight: *weight,
        said,
    });
    weighed.collect()
}

/// How much a source's word on radio weighs; none: the policy does not name it.
fn radio_weight(policy: Option<&Policy>, source: &Source, rank: Option<usize>) -> Option<u8> {
    let is_ranked = policy.is_some_and(|policy| policy.ranks(Requirement::RadioFit).is_some());
    if !is_ranked {
        return Some(fit::weight(source.authority));
    }
    let below = u8::try_from(rank?).unwrap_or(u8::MAX);
    Some(u8::MAX - below)
}

impl Snapshot {
    /// What a variant can do on a network, from what speaks in the market at the moment asked.
    #[must_use]
    pub fn market_fit(&self, offer: &Offer, network: &HostNetworkId, moment: Moment) -> Fit {
        self.radio_facts_at(offer, network, moment).fit(moment)
    }

    /// What each source that counts in the market says of a variant's radio, and of a network's.
    #[must_use]
    pub fn radio_facts(
        &self,
        offer: &Offer,
        network: &HostNetworkId,
        moment: Moment,
    ) -> (Vec<Sourced<Radio>>, Vec<Sourced<Radio>>) {
        let RadioFacts { device, host, .. } = self.radio_facts_at(offer, network, moment);
        let said = |facts: Vec<(u8, Sourced<Radio>)>| facts.into_iter().map(|(_, said)| said);
        (said(device).collect(), said(host).collect())
    }

    fn radio_facts_at(&self, offer: &Offer, network: &HostNetworkId, moment: Moment) -> RadioFacts {
        let policy = self.policy(&offer.market, moment).map(|(policy, _)| policy);
        let deliveries = policy.map(|policy| self.deliveries(policy, moment));
        self.radio_facts_in(
            policy,
            &deliveries.unwrap_or_default(),
            offer,
            network,
            moment,
        )
    }

    pub(crate) fn radio_facts_in(
        &self,
        policy: Option<&Policy>,
        deliveries: &Deliveries<'_>,
        offer: &Offer,
        network: &HostNetworkId,
        moment: Moment,
    ) -> RadioFacts {
        let radio_fit = Requirement::RadioFit;
        let hearing = policy.map(|policy| Hearing {
            policy,
            market: self.facts(&Scope::Market(policy.market.clone())),
            known_at: moment.known_at,
        });
        let mut found = RadioFacts::default();
        let mut lists_aside: Vec<&DataSetFacts> = Vec::new();
        for facts in &deliveries.heard {
            let rank = policy.and_then(|policy| trusted::rank_of_list(policy, radio_fit, facts));
            let of_device = facts.devices.get(&offer.variant).into_iter().flatten();
            let of_host = facts.networks.get(network).into_iter().flatten();
            for (said, all) in [
                (&mut found.device, of_device.collect::<Vec<_>>()),
                (&mut found.host, of_host.collect()),
            ] {
                for one in all {
                    match radio_weight(policy, &one.source, rank) {
                        Some(weight) => said.push((weight, one.clone())),
                        None => {
                            let edges = one.valid.next_change(moment.at).into_iter();
                            found.next_change = edges.chain(found.next_change).min();
                            if one.valid.contains(moment.at) {
                                lists_aside.push(facts);
                            }
                        }
                    }
                }
            }
        }
        let mut aside: Vec<&Recorded> = Vec::new();
        let under = [
            Scope::Variant(offer.variant.clone()),
            Scope::HostNetwork(network.clone()),
        ];
        for one in under.iter().flat_map(|scope| self.in_force(scope, moment)) {
            let (said, radio) = match &one.evidence.claim {
                Claim::RadioDeclaration { radio, .. } => (&mut found.device, radio),
                Claim::NetworkDeclaration { radio, .. } => (&mut found.host, radio),
                _ => continue,
            };
            let rank = hearing.and_then(|hearing| hearing.rank(radio_fit, one));
            match radio_weight(policy, &one.evidence.source, rank) {
                Some(weight) => {
                    let word = sourced(one, radio.clone());
                    if matches!(one.evidence.vouching, Vouching::Signed { .. }) {
                        found.signed.push(word.fact.clone());
                    }
                    said.push((weight, word));
                }
                None => aside.push(one),
            }
        }
        found.not_named = hearing.map_or_else(Vec::new, |hearing| hearing.not_named(aside));
        lists_aside.dedup_by(|one, other| std::ptr::eq(*one, *other));
        trusted::put_lists(&mut found.not_named, lists_aside);
        found
    }
}
