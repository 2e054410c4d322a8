//! Reasons as sentences: plain ones for everybody, and as a shopper or a seller reads them.
//!
//! A sentence says no more of a party than the evidence does: "no authorisation is on file", never
//! "unauthorised", unless its issuer said so.

mod shopper;
mod step;

use domain::figure::Bound;
use domain::id::{BrandId, HostNetworkId, PartyId, SellerId};
use domain::policy::Level;

pub use shopper::{to_seller, to_shopper};
pub use step::step;

use crate::reason::{Detail, LinkFault, Reason, ReasonCode, Supplier};

/// Names of parties, which live outside the gate.
pub trait Names {
    /// A brand's name.
    fn brand(&self, id: &BrandId) -> String;
    /// A host network's name.
    fn network(&self, id: &HostNetworkId) -> String;
    /// A seller's name.
    fn seller(&self, id: &SellerId) -> String;
    /// A party's name.
    fn party(&self, id: &PartyId) -> String;
}

/// Ids in place of names.
pub struct Ids;

impl Names for Ids {
    fn brand(&self, id: &BrandId) -> String {
        id.to_string()
    }
    fn network(&self, id: &HostNetworkId) -> String {
        id.to_string()
    }
    fn seller(&self, id: &SellerId) -> String {
        id.to_string()
    }
    fn party(&self, id: &PartyId) -> String {
        id.to_string()
    }
}

/// What the reason says, as one sentence; further ones name what the market does not use or does not hear.
#[must_use]
pub fn sentence(reason: &Reason, names: &dyn Names) -> String {
    let mut said = by_code(reason, names);
    let set_aside = reason.set_aside.iter();
    let set_aside = set_aside.filter_map(|source| Some((source, source.licence.as_ref()?)));
    for (source, licence) in set_aside {
        said.push_str(&format!(
            " {} says something of it, but this market does not use it: its licence {}.",
            source.title,
            licence.commercial_use.words(),
        ));
    }
    let mut named: Vec<String> = Vec::new();
    for aside in &reason.not_named {
        let who = match &aside.issuer {
            Some(issuer) => names.party(issuer),
            None => aside.source.title.to_string(),
        };
        if !named.contains(&who) {
            let why = if aside.is_for_its_key {
                "signed with a key that this market does not know or no longer trusts"
            } else {
                "but this market's policy does not name it among those whose word counts here"
            };
            said.push_str(&format!(" {who} says something of it, {why}."));
            named.push(who);
        }
    }
    said
}

fn by_code(reason: &Reason, names: &dyn Names) -> String {
    let network = reason
        .network
        .as_ref()
        .map_or_else(|| "the host network".to_owned(), |id| names.network(id));
    let issuers = list(reason.issuers.iter().map(|id| names.party(id)));
    let first = list(reason.issuers.iter().take(1).map(|id| names.party(id)));
    let word = match &reason.detail {
        Detail::Word(word) => word.as_str(),
        _ => "",
    };
    match reason.code {
        ReasonCode::StopSaleNone => "No stop-sale stands.".to_owned(),
        ReasonCode::StopSaleStands => format!("{issuers} stopped the sale ({word})."),
        ReasonCode::PolicyMissing => {
            "This market has no policy for this kind of product, so it is not sold.".to_owned()
        }
        ReasonCode::AuthorizationOnFile => {
            format!("{issuers} authorised this seller for this product here.")
        }
        ReasonCode::AuthorizationMissing => {
            "No authorisation by the brand for this seller and product is on file.".to_owned()
        }
        ReasonCode::AuthorizationWithdrawn => {
            format!("The authorisation for this seller and product was withdrawn by {first}.")
        }
        ReasonCode::AuthorizationChainBroken | ReasonCode::AuthorizationNotPassedOn => {
            format!(
                "This seller's authorisation was passed on to it, and {}.",
                broken(reason)
            )
        }
        ReasonCode::AuthorizationDenied => {
            format!("{issuers} said that this sale is not authorised.")
        }
        ReasonCode::CertificationOnFile => format!("{network} certified this variant."),
        ReasonCode::CertificationMissing => {
            format!("No certification of this variant by {network} is on file.")
        }
        ReasonCode::CertificationWithdrawn if !word.is_empty() => format!(
            "{network} listed this variant as approved, and its later list no longer has it ({word}); that withdraws the certification."
        ),
        ReasonCode::CertificationWithdrawn => {
            format!("The certification of this variant by {network} was withdrawn.")
        }
        ReasonCode::CertificationRefused => format!("{network} has not certified this variant."),
        ReasonCode::CertificationConditional => format!(
            "{network} certified this variant on a condition that this market does not accept: {word}."
        ),
        ReasonCode::CertificationBuildNotStated => format!(
            "What {network} found of this variant is for some software builds, and which one these units carry is not stated."
        ),
        ReasonCode::CertificationUntested => format!(
            "This market asks for a certification that rests on tests, and the one by {network} names none."
        ),
        ReasonCode::CertificationSetMissing => format!(
            "The certification by {network} rests on a requirement set that is not in force: {word}."
        ),
        ReasonCode::CertificationSetWithdrawn => format!(
            "The certification by {network} rests on a requirement set that was withdrawn: {word}."
        ),
        ReasonCode::CertificationReportMissing => format!(
            "The certification by {network} rests on a test report that is not in force for its requirement set: {word}."
        ),
        ReasonCode::CertificationReportWithdrawn => format!(
            "The certification by {network} rests on a test report that was withdrawn: {word}."
        ),
        ReasonCode::CertificationBelowMinimum => below_minimum(&reason.detail, &network),
        ReasonCode::PlatformCertified if !word.is_empty() => format!(
            "It is listed as certified for Google's services with the software build {word}; a unit with the software of another market may lack them."
        ),
        ReasonCode::PlatformCertified => {
            "It is listed as certified for Google's services.".to_owned()
        }
        ReasonCode::PlatformUnknown => {
            "Whether it is certified for Google's services is not known.".to_owned()
        }
        ReasonCode::PlatformRefused => {
            format!("{issuers} said that it is not certified for Google's services.")
        }
        ReasonCode::ApprovalOnFile => {
            format!("An approval of this variant under {word} rules is on file.")
        }
        ReasonCode::ApprovalUnknown if word.is_empty() => {
            "The policy asks for a regulator's approval and names no scheme.".to_owned()
        }
        ReasonCode::ApprovalUnknown => {
            format!("Whether this variant is approved under {word} rules is not known.")
        }
        ReasonCode::ApprovalRefused => {
            format!("{issuers} refused or withdrew the approval under {word} rules.")
        }
        ReasonCode::AuthenticityVouched => format!("{issuers} vouches for these units."),
        ReasonCode::AuthenticityNotVouched => "Nobody vouches for these units.".to_owned(),
        ReasonCode::AuthenticityRefused => {
            format!("{issuers} said that these units are not genuine.")
        }
        ReasonCode::FirstSaleAccepted => format!(
            "{issuers} said that these units were first put on the market in {word}, with the right holder's consent; this market accepts that."
        ),
        ReasonCode::FirstSaleUnknown if word.is_empty() => {
            "Where these units were first put on the market is not on file.".to_owned()
        }
        ReasonCode::FirstSaleUnknown => format!(
            "{issuers} said that these units were first put on the market in {word}; this market does not accept all of that."
        ),
        ReasonCode::FirstSaleElsewhere => format!(
            "{issuers} said that these units were first put on the market in {word}; this market does not accept that."
        ),
        ReasonCode::RadioFits
        | ReasonCode::RadioNoLteBand
        | ReasonCode::RadioBelowMinimum
        | ReasonCode::RadioUnknown
        | ReasonCode::RadioDisputed => radio(reason, &network),
    }
}

fn below_minimum(detail: &Detail, network: &str) -> String {
    match detail {
        Detail::Band(band) => {
            format!("{network} asks for {band}, and no test report has found it working.")
        }
        Detail::Service {
            service,
            reached,
            asked,
        } => format!(
            "{network} asks for {} to be {}, and the test reports have {}.",
            service.title().to_lowercase(),
            asked.name(),
            reached.map_or("nothing on it", Level::name)
        ),
        Detail::Figure { asked, measured } => {
            let (bound, value) = match asked.bound {
                Bound::AtLeast(value) => ("at least", value),
                Bound::AtMost(value) => ("at most", value),
            };
            let (name, unit) = (asked.figure.name(), asked.figure.unit());
            let measured = match measured {
                Some(measured) => format!("{measured} {unit}"),
                None => format!("no such figure in {unit}"),
            };
            format!(
                "{network} asks for {name} of {bound} {value} {unit}, and the test reports have {measured}."
            )
        }
        _ => format!("The test reports do not reach what {network} asks."),
    }
}

/// What is wrong with the link that an authorisation rests on.
fn broken(reason: &Reason) -> String {
    let Detail::Link { link, fault } = &reason.detail else {
        return "what it rests on does not hold".to_owned();
    };
    match fault {
        LinkFault::NotPassedOn => {
            format!("that it may be passed on from {link} is not on file")
        }
        LinkFault::NotInForce => format!("{link}, on which it rests, is not in force"),
        LinkFault::NotCovering => {
            format!(
                "{link}, on which it rests, does not cover this product here from who passed it on"
            )
        }
        LinkFault::HolderDenied => {
            format!("the brand said no to the seller that passed it on from {link}")
        }
        LinkFault::TooLong => format!("too many others stand between it and {link}"),
    }
}

fn radio(reason: &Reason, network: &str) -> String {
    let short = match &reason.detail {
        Detail::Service {
            service,
            reached,
            asked,
        } => Some((service.title().to_lowercase(), *reached, asked.name())),
        _ => None,
    };
    match (reason.code, short) {
        (ReasonCode::RadioFits, _) => format!("Its radio serves {network}'s subscribers."),
        (ReasonCode::RadioNoLteBand, _) => {
            format!("It has no LTE band in common with {network}.")
        }
        (ReasonCode::RadioBelowMinimum, Some((service, reached, asked))) => format!(
            "On {network}, {service} would be {} and this market asks for {asked}.",
            reached.map_or("less than that", Level::name)
        ),
        (ReasonCode::RadioDisputed, Some((service, ..))) => {
            format!("The sources contradict each other on {service} on {network}.")
        }
        (_, Some((service, ..))) => {
            format!("What is on file does not settle {service} on {network}.")
        }
        (_, None) => "The policy asks for radio fit and names no service.".to_owned(),
    }
}

/// What would have to arrive, and from whom; none when nothing is missing.
#[must_use]
pub fn missing(reason: &Reason, names: &dyn Names) -> Option<String> {
    let from = match reason.supplier.as_ref()? {
        Supplier::Brand(id) => names.brand(id),
        Supplier::HostNetwork(id) => names.network(id),
        Supplier::Seller(id) => names.seller(id),
        Supplier::ThisSeller => "the seller".to_owned(),
        Supplier::PlatformOwner => "the platform's owner".to_owned(),
        Supplier::Regulator => "the holder of the approval".to_owned(),
        Supplier::Operator => "the operator".to_owned(),
    };
    let what = match reason.code {
        ReasonCode::StopSaleStands => "the end of the stop-sale",
        ReasonCode::PolicyMissing => "a policy for this kind of product",
        ReasonCode::AuthorizationMissing | ReasonCode::AuthorizationWithdrawn => {
            "an authorisation for this seller, category and country"
        }
        ReasonCode::AuthorizationDenied => "the withdrawal of its denial",
        ReasonCode::AuthorizationChainBroken => chain_needs(reason),
        ReasonCode::AuthorizationNotPassedOn => {
            "an authorisation that may be passed on, or one for this seller itself"
        }
        ReasonCode::CertificationMissing
        | ReasonCode::CertificationWithdrawn
        | ReasonCode::CertificationRefused => "a certification of this variant",
        ReasonCode::CertificationConditional => "a certification without that condition",
        ReasonCode::CertificationBuildNotStated => "the software build that the units carry",
        ReasonCode::CertificationUntested => {
            "a certification that names its requirement set and test reports"
        }
        ReasonCode::CertificationSetMissing | ReasonCode::CertificationSetWithdrawn => {
            "a certification that rests on a requirement set in force"
        }
        ReasonCode::CertificationReportMissing | ReasonCode::CertificationReportWithdrawn => {
            "a test report in force on its requirement set"
        }
        ReasonCode::CertificationBelowMinimum => "a test report that reaches what is asked",
        ReasonCode::RadioNoLteBand | ReasonCode::RadioBelowMinimum => {
            "a variant with the network's bands, or other bands of the network"
        }
        ReasonCode::RadioUnknown | ReasonCode::RadioDisputed => {
            "a declaration of its bands that settles it"
        }
        ReasonCode::PlatformUnknown | ReasonCode::PlatformRefused => "a platform certification",
        ReasonCode::ApprovalUnknown | ReasonCode::ApprovalRefused => {
            "the approval's identifier and its document"
        }
        ReasonCode::AuthenticityNotVouched | ReasonCode::AuthenticityRefused => {
            "a verification of the units, or their chain of custody"
        }
        ReasonCode::FirstSaleUnknown | ReasonCode::FirstSaleElsewhere => {
            "evidence of where the units were first put on the market"
        }
        _ => return None,
    };
    Some(format!("{what}, from {from}"))
}

/// What would mend a broken chain.
const fn chain_needs(reason: &Reason) -> &'static str {
    match reason.detail {
        Detail::Link {
            fault: LinkFault::HolderDenied,
            ..
        } => "the withdrawal of its denial, or an authorisation for this seller itself",
        Detail::Link {
            fault: LinkFault::TooLong,
            ..
        } => "an authorisation for this seller itself",
        _ => "an authorisation in place of the one that it rests on",
    }
}

fn list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.as_slice() {
        [] => "Somebody".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
