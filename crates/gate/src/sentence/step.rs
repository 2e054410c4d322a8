//! A step that somebody could take, as one sentence.

use domain::evidence::{Claim, Standing};
use domain::radio::Radio;
use domain::territory::{Reach, Territory};

use super::{Names, list};
use crate::remedy::Step;

/// What would have to be done, and by whom.
#[must_use]
pub fn step(step: &Step, names: &dyn Names) -> String {
    match step {
        Step::Record {
            issuer,
            scope,
            claim,
        } => {
            let issuer = names.party(issuer);
            match claim {
                Claim::SalesAuthorization(_) => {
                    format!("{issuer} authorises this seller to sell this model in this market.")
                }
                Claim::DeviceCertification(says) => {
                    format!("{} certifies this variant.", names.network(&says.network))
                }
                Claim::RadioDeclaration { radio, .. } => {
                    format!(
                        "{issuer} declares this variant's bands to be {}.",
                        bands(radio)
                    )
                }
                Claim::NetworkDeclaration { network, radio } => format!(
                    "{issuer} declares the bands of {} to be {}.",
                    names.network(network),
                    bands(radio)
                ),
                Claim::PlatformCertification { platform, .. } => {
                    format!("{issuer} certifies this variant for {platform}.")
                }
                Claim::RegulatoryApproval { scheme, .. } => {
                    format!("{issuer} approves this variant under {scheme} rules.")
                }
                Claim::CustodyEvent {
                    seller,
                    first_sale: Some(place),
                    ..
                } => format!(
                    "{issuer} shows that the units of this variant at {} were first sold in {}.",
                    names.seller(seller),
                    territory(place)
                ),
                Claim::CustodyEvent { seller, .. } => format!(
                    "{issuer} vouches for the units of this variant at {}.",
                    names.seller(seller)
                ),
                Claim::Policy(_) => {
                    format!("{issuer} puts a policy in force that has this kind of product.")
                }
                other => format!("{issuer} records a {} under {scope}.", words(other.kind())),
            }
        }
        Step::Withdraw {
            issuer,
            ends,
            claim,
            ..
        } => {
            let issuer = names.party(issuer);
            match claim {
                Claim::StopSale { .. } => format!("{issuer} withdraws its stop-sale, {ends}."),
                Claim::SalesAuthorization(says) if says.standing == Standing::No => {
                    format!("{issuer} withdraws its denial, {ends}.")
                }
                Claim::Withdrawal { .. } => format!("{issuer} lifts its suspension, {ends}."),
                other => format!(
                    "{issuer} withdraws its word, {ends} ({}).",
                    words(other.kind())
                ),
            }
        }
    }
}

fn territory(place: &Territory) -> String {
    match place {
        Reach::All => "any country".to_owned(),
        Reach::Only(named) => list(named.iter().map(ToString::to_string)),
    }
}

fn words(kind: &str) -> String {
    kind.replace('_', " ")
}

fn bands(radio: &Radio) -> String {
    let lists = radio.lists.iter().map(|list| {
        let claims: Vec<String> = list.claims.iter().map(|claim| claim.short()).collect();
        match claims.as_slice() {
            [] => format!("no {}", list.technology),
            claims => format!("{} {}", list.technology, claims.join(", ")),
        }
    });
    lists.collect::<Vec<_>>().join("; ")
}
