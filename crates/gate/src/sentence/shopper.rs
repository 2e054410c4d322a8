//! Reasons as a shopper reads them: without the trade's words, and no more of a party than the evidence says.
//!
//! A code that is not here reads the same to everybody.

use domain::policy::Level;

use super::{Names, list, sentence};
use crate::reason::{Detail, Reason, ReasonCode, Supplier};

/// What the reason says to somebody who wants to buy.
#[must_use]
pub fn to_shopper(reason: &Reason, names: &dyn Names) -> String {
    let network = reason.network.as_ref().map(|id| names.network(id));
    let network = network.as_deref().unwrap_or("the network");
    let brand = match &reason.supplier {
        Some(Supplier::Brand(id)) => names.brand(id),
        _ => "the brand".to_owned(),
    };
    let issuers = list(reason.issuers.iter().map(|id| names.party(id)));
    match (reason.code, &reason.detail) {
        (ReasonCode::StopSaleNone, _) => "Nobody stopped its sale.".to_owned(),
        (ReasonCode::ApprovalOnFile, Detail::Word(scheme)) => {
            format!("An approval of it under {scheme} rules is on file.")
        }
        (ReasonCode::ApprovalUnknown, Detail::Word(scheme)) => {
            format!("Whether it is approved under {scheme} rules is not known here.")
        }
        (ReasonCode::PolicyMissing, _) => "This kind of product is not sold here.".to_owned(),
        (ReasonCode::AuthorizationOnFile, _) => {
            format!("{issuers} authorised this seller to sell it here.")
        }
        (ReasonCode::AuthorizationMissing, _) => {
            format!("Nothing from {brand} that lets this seller sell it is on file here.")
        }
        (ReasonCode::CertificationOnFile, _) => {
            format!("{network} certified exactly this device.")
        }
        (ReasonCode::CertificationMissing, _) => {
            format!("That {network} certified exactly this device is not on file here.")
        }
        (ReasonCode::CertificationRefused, _) => {
            format!("{network} has not certified exactly this device.")
        }
        (ReasonCode::CertificationWithdrawn, _) => {
            format!("{network}'s certification of exactly this device was withdrawn.")
        }
        (ReasonCode::CertificationConditional, Detail::Word(condition)) => {
            format!("{network} certified exactly this device only on a condition: {condition}.")
        }
        (ReasonCode::RadioFits, _) => format!("It works with {network} as this shop asks."),
        (ReasonCode::RadioNoLteBand, _) => {
            format!("It has no LTE on {network}: it has none of the LTE bands used there.")
        }
        (
            ReasonCode::RadioBelowMinimum,
            Detail::Service {
                service,
                reached,
                asked,
            },
        ) => format!(
            "On {network}, {} would be {}; this shop asks for {} at least.",
            service.title().to_lowercase(),
            reached.map_or("less than is asked", Level::name),
            asked.name(),
        ),
        (ReasonCode::RadioUnknown, Detail::Service { service, .. }) => format!(
            "How well {} works with it on {network} is not known.",
            service.title().to_lowercase()
        ),
        (ReasonCode::RadioDisputed, Detail::Service { service, .. }) => format!(
            "How well {} works with it on {network} is disputed: sources contradict each other.",
            service.title().to_lowercase()
        ),
        _ => sentence(reason, names),
    }
}

/// What the reason says to somebody who wants to sell: the sentence, what is missing and from whom, and until when
/// it holds.
#[must_use]
pub fn to_seller(reason: &Reason, names: &dyn Names) -> String {
    let mut said = sentence(reason, names);
    if let Some(missing) = super::missing(reason, names) {
        said.push_str(&format!(" Needed: {missing}."));
    }
    if let Some(until) = reason.holds_until {
        said.push_str(&format!(" This holds until {until}."));
    }
    said
}
