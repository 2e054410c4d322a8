//! Lawful to resell: whether the units were first put on the market where that lets them be sold on here.
//!
//! Rests on what is said of the units' first sale and on what the policy accepts, never on the brand's leave: a brand
//! that authorises nobody cannot stop the resale of what it sold itself, and one that does authorise does not make
//! lawful what was first sold elsewhere. Knows no law: the policy says what is accepted.

use domain::evidence::{Claim, Recorded, Standing};
use domain::policy::Requirement;
use domain::territory::Territory;

use super::Asked;
use super::trusted::{self, Counted};
use crate::reason::{Detail, Reason, ReasonCode, Supplier};
use crate::snapshot::About;

pub(super) fn lawful_resale(asked: &Asked<'_>) -> Vec<Reason> {
    let (mut within, mut apart, mut unsettled) = (Vec::new(), Vec::new(), Vec::new());
    let units = About::Units(asked.offer.variant.clone());
    let seller = asked.under.seller.into_iter();
    let bearing = seller
        .flat_map(|facts| facts.in_force_about(&units, asked.moment))
        .filter_map(|one| Some((one, first_sale(one)?)));
    let hearing = asked.hearing();
    let rank = |one: &Recorded| hearing.rank(Requirement::LawfulResale, one);
    let Counted {
        counting,
        not_named,
    } = trusted::counted(bearing.map(|(one, first_sale)| (rank(one), (one, first_sale))));
    for (one, first_sale) in counting {
        match first_sale.is_within(&asked.category.first_sale, asked.moment.at) {
            Some(true) => within.push((one, first_sale)),
            Some(false) => apart.push((one, first_sale)),
            None => unsettled.push((one, first_sale)),
        }
    }
    // Units of which some were first sold elsewhere cannot be told from the others.
    let (code, said) = if !apart.is_empty() {
        (ReasonCode::FirstSaleElsewhere, apart)
    } else if !unsettled.is_empty() || within.is_empty() {
        (ReasonCode::FirstSaleUnknown, unsettled)
    } else {
        (ReasonCode::FirstSaleAccepted, within)
    };
    let rests_on: Vec<&Recorded> = said.iter().map(|(one, _)| *one).collect();
    let mut reason = asked.reason(code, &rests_on);
    let mut places: Vec<String> = said.iter().flat_map(|(_, place)| words(place)).collect();
    places.sort_unstable();
    places.dedup();
    if !places.is_empty() {
        reason.detail = Detail::Word(places.join(", "));
    }
    if code != ReasonCode::FirstSaleAccepted {
        reason.supplier = Some(Supplier::ThisSeller);
    }
    reason.not_named = hearing.not_named(not_named.into_iter().map(|(one, _)| one));
    vec![reason]
}

/// Where units that somebody vouches for were first sold.
fn first_sale(one: &Recorded) -> Option<&Territory> {
    match &one.evidence.claim {
        Claim::CustodyEvent {
            standing: Standing::Yes,
            first_sale,
            ..
        } => first_sale.as_ref(),
        _ => None,
    }
}

fn words(place: &Territory) -> Vec<String> {
    match place {
        Territory::All => vec!["anywhere".to_owned()],
        Territory::Only(named) => named.iter().map(ToString::to_string).collect(),
    }
}
