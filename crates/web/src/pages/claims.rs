//! What a piece of evidence says, as a sentence for a time line, a record page and the console.
//!
//! Says what the evidence says and draws no conclusion: that is the gate's.

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Reach, SalesAuthorization, Standing, WithdrawalManner};
use domain::id::{MarketId, ModelId, VariantId};
use domain::listing::ListingState;
use domain::radio::Radio;
use domain::scope::Scope;
use trade::directory::Directory;
use trade::gate::sentence::Names;
use trade::node::DirectoryNames;

use super::wording;

mod tested;

/// The claim as one sentence.
pub fn sentence(claim: &Claim, directory: &Directory) -> String {
    let names = DirectoryNames(directory);
    match claim {
        Claim::SalesAuthorization(says) => authorisation(says, directory),
        Claim::DeviceCertification(says) => tested::certification(says, directory),
        Claim::RequirementSet(set) => tested::requirement_set(set, directory),
        Claim::TestReport(report) => tested::report(report, directory),
        Claim::RadioDeclaration { variant, radio } => format!(
            "The {} has these bands: {}.",
            device(directory, variant),
            bands(radio)
        ),
        Claim::NetworkDeclaration { network, radio } => {
            format!(
                "{} uses these bands: {}.",
                names.network(network),
                bands(radio)
            )
        }
        Claim::PlatformCertification {
            variant,
            platform,
            standing,
        } => {
            let is = yes_no(*standing, "is", "is not");
            format!(
                "The {} {is} certified for {platform}.",
                device(directory, variant)
            )
        }
        Claim::RegulatoryApproval {
            variant,
            scheme,
            identifier,
            country,
            standing,
        } => {
            let given = yes_no(*standing, "holds for", "was refused to");
            format!(
                "{scheme} approval {identifier} {given} the {} in {country}.",
                device(directory, variant)
            )
        }
        Claim::CustodyEvent {
            seller,
            variant,
            standing,
            first_sale,
        } => {
            let vouched = yes_no(*standing, "are vouched for", "are not vouched for");
            let first_sale = first_sale.as_ref().map_or_else(String::new, |place| {
                let place = reach(place, "some country", ToString::to_string);
                format!(
                    ", and were first put on the market in {place} with the right holder’s consent"
                )
            });
            format!(
                "{}’s units of the {} {vouched}{first_sale}.",
                names.seller(seller),
                device(directory, variant)
            )
        }
        Claim::StopSale { cause } => format!("The sale is stopped ({cause})."),
        Claim::Statement { role } => format!("A statement, made as {role}."),
        Claim::Policy(policy) => {
            let hosts = listed(policy.hosts.iter().map(|host| names.network(host)));
            let kinds = listed(policy.categories.iter().map(|one| one.category.to_string()));
            format!("The market rides on {hosts} and sells {kinds}, each on its demands.")
        }
        Claim::DataSetActivation { data_set, .. } => {
            format!("From now on data set {data_set} speaks in this market.")
        }
        Claim::IssuerKey { party, key } => {
            let name = key.split('+').next().unwrap_or_default();
            format!("{} signs with the key {name}.", names.party(party))
        }
        Claim::Withdrawal { manner, .. } => match manner {
            WithdrawalManner::Suspend => "An earlier entry is suspended.".to_owned(),
            WithdrawalManner::Revoke => "An earlier entry is revoked for good.".to_owned(),
            WithdrawalManner::Correct => "An earlier entry was wrong and is withdrawn.".to_owned(),
        },
        Claim::ListingDecision { state, .. } => decision(*state).to_owned(),
    }
}

/// How the time line marks an entry.
pub const fn tone(claim: &Claim) -> &'static str {
    match claim {
        Claim::SalesAuthorization(SalesAuthorization { standing, .. })
        | Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. }
        | Claim::CustodyEvent { standing, .. } => match standing {
            Standing::Yes => "good",
            Standing::No => "bad",
        },
        Claim::DeviceCertification(says) => match says.result {
            CertificationResult::Certified => "good",
            CertificationResult::Conditional(_) => "open",
            CertificationResult::NotCertified => "bad",
        },
        Claim::StopSale { .. } | Claim::Withdrawal { .. } => "bad",
        Claim::ListingDecision { state, .. } => match state {
            ListingState::Offered => "good",
            ListingState::Draft => "quiet",
            ListingState::TakenDown | ListingState::Ended => "bad",
        },
        _ => "quiet",
    }
}

const fn decision(state: ListingState) -> &'static str {
    match state {
        ListingState::Draft => "The listing is drafted.",
        ListingState::Offered => "The listing is offered.",
        ListingState::TakenDown => "The listing is taken down.",
        ListingState::Ended => "The listing is ended for good.",
    }
}

fn authorisation(says: &SalesAuthorization, directory: &Directory) -> String {
    let names = DirectoryNames(directory);
    let who = reach(&says.sellers, "every seller", |id| names.seller(id));
    let what = match &says.models {
        Reach::All => reach(&says.categories, "any product", ToString::to_string),
        models => reach(models, "", |id| model(directory, id)),
    };
    let place = reach(&says.territory, "every country", ToString::to_string);
    let channel = match &says.channels {
        Reach::All => String::new(),
        only => format!(", through {}", reach(only, "", |id| market(directory, id))),
    };
    let brand = names.brand(&says.brand);
    let mut limits = channel.clone();
    if let Reach::Only(_) = &says.conditions {
        let conditions = reach(&says.conditions, "", ToString::to_string);
        limits.push_str(&format!(", {conditions}"));
    }
    if let Some(units) = says.quantity {
        let units = wording::grouped(u64::from(units));
        limits.push_str(&format!(", up to {units} units in all"));
    }
    if says.may_be_passed_on {
        limits.push_str(", and may pass that on");
    }
    match (says.standing, &says.rests_on) {
        (Standing::Yes, Some(passed)) => format!(
            "{} passes on from {} that {who} may sell {what} of {brand} in {place}{limits}.",
            names.seller(&passed.by),
            passed.from
        ),
        (Standing::Yes, None) if says.may_be_passed_on => {
            format!("{brand} says that {who} may sell {what} in {place}{limits}.")
        }
        (Standing::Yes, None) => {
            format!("{brand} authorises {who} to sell {what} in {place}{limits}.")
        }
        (Standing::No, _) => {
            format!("{brand} says that {who} may not sell {what} in {place}{limits}.")
        }
    }
}

const fn yes_no(standing: Standing, yes: &'static str, no: &'static str) -> &'static str {
    match standing {
        Standing::Yes => yes,
        Standing::No => no,
    }
}

fn reach<T>(reach: &Reach<T>, all: &str, name: impl Fn(&T) -> String) -> String {
    match reach {
        Reach::All => all.to_owned(),
        Reach::Only(named) => listed(named.iter().map(name)),
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.as_slice() {
        [] => "nobody and nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Bands by technology, with what the source leaves open.
pub fn bands(radio: &Radio) -> String {
    let lists = radio.lists.iter().map(|list| {
        let claims: Vec<String> = list.claims.iter().map(|claim| claim.short()).collect();
        let more = if list.exhaustive {
            ""
        } else {
            " and perhaps more"
        };
        if claims.is_empty() {
            format!("{} none{more}", list.technology)
        } else {
            format!("{} {}{more}", list.technology, claims.join(", "))
        }
    });
    let mut lists: Vec<String> = lists.collect();
    lists.extend(radio.volte.map(|volte| match volte {
        true => "voice over LTE".to_owned(),
        false => "no voice over LTE".to_owned(),
    }));
    if lists.is_empty() {
        "none named".to_owned()
    } else {
        lists.join("; ")
    }
}

/// A variant by the names that people know it by.
pub fn device(directory: &Directory, id: &VariantId) -> String {
    let variant = directory.variants.iter().find(|variant| variant.id == *id);
    variant.map_or_else(
        || id.to_string(),
        |variant| format!("{} ({})", model(directory, &variant.model), variant.code),
    )
}

/// A model by its name.
pub fn model(directory: &Directory, id: &ModelId) -> String {
    let found = directory.models.iter().find(|model| model.id == *id);
    found.map_or_else(|| id.to_string(), |model| model.name.clone())
}

/// A market by its name.
pub fn market(directory: &Directory, id: &MarketId) -> String {
    let found = directory.markets.iter().find(|market| market.id == *id);
    found.map_or_else(|| id.to_string(), |market| market.name.clone())
}

/// What an entry is written under, by name.
pub fn scope(scope: &Scope, directory: &Directory) -> String {
    let names = DirectoryNames(directory);
    match scope {
        Scope::Market(id) => format!("market {}", market(directory, id)),
        Scope::Brand(id) => format!("brand {}", names.brand(id)),
        Scope::Seller(id) => format!("seller {}", names.seller(id)),
        Scope::HostNetwork(id) => format!("host network {}", names.network(id)),
        Scope::Model(id) => format!("model {}", model(directory, id)),
        Scope::Variant(id) => format!("variant {}", device(directory, id)),
        Scope::Listing(id) => format!("listing {id}"),
    }
}

#[cfg(test)]
mod tests {
    use domain::evidence::PassedOn;
    use domain::listing::Condition;

    use super::*;

    #[test]
    fn a_denial_names_who_what_and_where() {
        let says = SalesAuthorization {
            sellers: Reach::Only(vec!["omni".parse().expect("an id")]),
            territory: Reach::Only(vec![domain::place::Country::US.into()]),
            ..SalesAuthorization::of_everything(Standing::No, "xiaomi".parse().expect("an id"))
        };
        let claim = Claim::SalesAuthorization(says);
        assert_eq!(
            sentence(&claim, &Directory::default()),
            "xiaomi says that omni may not sell any product in US."
        );
        let Claim::SalesAuthorization(says) = &claim else {
            unreachable!("made above");
        };
        let passed_on = SalesAuthorization {
            standing: Standing::Yes,
            conditions: Reach::Only(vec![Condition::Refurbished, Condition::Used]),
            quantity: Some(500),
            may_be_passed_on: true,
            rests_on: Some(PassedOn {
                from: "ev-1".parse().expect("an id"),
                by: "big".parse().expect("an id"),
            }),
            ..says.clone()
        };
        assert_eq!(
            sentence(&Claim::SalesAuthorization(passed_on), &Directory::default()),
            "big passes on from ev-1 that omni may sell any product of xiaomi in US, refurbished and used, up to 500 units in all, and may pass that on."
        );
        assert_eq!(tone(&claim), "bad");
    }

    #[test]
    fn an_empty_list_names_nobody() {
        let nobody: Reach<MarketId> = Reach::Only(Vec::new());
        assert_eq!(
            reach(&nobody, "all", ToString::to_string),
            "nobody and nothing"
        );
    }
}
