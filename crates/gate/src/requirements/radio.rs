//! The radio requirement: a fit held against the policy's least levels.

use domain::id::HostNetworkId;
use domain::policy::{Level, Service};
use domain::radio::AccessTechnology;

use super::{Asked, set_aside};
use crate::fit::{Coverage, Fit, Grade, ServiceFit, World};
use crate::reason::{Detail, Reason, ReasonCode, Supplier};

/// Every service that the policy names must reach its least level; the worst service decides.
pub fn radio_fit(asked: &Asked<'_>, network: &HostNetworkId) -> Reason {
    let facts = asked.snapshot.radio_facts_in(
        Some(asked.policy),
        asked.deliveries,
        asked.offer,
        network,
        asked.moment,
    );
    let fit = facts.fit(asked.moment);
    let worst = asked
        .category
        .service_min
        .iter()
        .filter_map(|(service, least)| {
            let found = fit.service(*service)?;
            Some((code(&fit, found, *least), found, *least))
        })
        .max_by_key(|(code, ..)| code.outcome());
    let (code, short) = match worst {
        Some((code, found, least)) => (code, Some((found, least))),
        // A policy that asks for fit and names no service asks nothing that could be met.
        None => (ReasonCode::RadioUnknown, None),
    };
    let mut reason = asked.reason(code, &[]);
    for speaker in fit
        .technologies
        .iter()
        .flat_map(|technology| &technology.answers)
        .flat_map(|answer| [&answer.device, &answer.network])
        .flatten()
    {
        if !reason.sources.contains(&speaker.0) {
            reason.sources.push(speaker.0.clone());
        }
        if !reason.facts.contains(&speaker.1) {
            reason.facts.push(speaker.1.clone());
        }
    }
    reason.signed = facts.signed;
    reason.signed.retain(|fact| reason.facts.contains(fact));
    if code != ReasonCode::RadioFits {
        reason.supplier = Some(Supplier::HostNetwork(network.clone()));
        reason.set_aside = set_aside(asked.deliveries, |facts| {
            facts.devices.contains_key(&asked.offer.variant) || facts.networks.contains_key(network)
        });
        if let Some((found, asked)) = short {
            reason.detail = Detail::Service {
                service: found.service,
                reached: match found.grade {
                    Grade::Known(level) | Grade::AtLeast(level) => Some(level),
                    Grade::Unknown | Grade::Disputed => None,
                },
                asked,
            };
        }
    }
    reason.not_named = facts.not_named;
    let edges = fit.holds_until.into_iter().chain(facts.next_change);
    reason.holds_until = edges.min();
    reason
}

/// The question put to each choice of sources is "at least this level?"; only if the answers differ is
/// it disputed, and a choice that cannot tell has not answered.
fn code(fit: &Fit, found: &ServiceFit, least: Level) -> ReasonCode {
    let reaches = |world: &World| world.range.0 >= least;
    let fails = |world: &World| world.range.1 < least;
    match (
        found.worlds.iter().any(reaches),
        found.worlds.iter().any(fails),
    ) {
        (true, true) => ReasonCode::RadioDisputed,
        (true, false) => ReasonCode::RadioFits,
        (false, false) => ReasonCode::RadioUnknown,
        (false, true) if found.service == Service::Data && lacks_lte(fit) => {
            ReasonCode::RadioNoLteBand
        }
        (false, true) => ReasonCode::RadioBelowMinimum,
    }
}

/// Whether the network has LTE and every choice of sources says that the device has no band of it.
fn lacks_lte(fit: &Fit) -> bool {
    fit.technology(AccessTechnology::Lte).is_some_and(|lte| {
        lte.answers
            .iter()
            .all(|answer| answer.offered == Some(true) && answer.range.1 == Coverage::None)
    })
}
