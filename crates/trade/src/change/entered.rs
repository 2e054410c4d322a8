//! What a claim must be beside well-formed before it is recorded: that it does not contradict itself, and that who
//! passes an authorisation on holds one that may be.
//!
//! Whether it holds later, and for which offer, is the gate's to say at every moment anew.

use domain::evidence::{Claim, PassedOn, SalesAuthorization, Standing};
use domain::id::EvidenceId;
use domain::territory::Reach;
use store::db::Tx;
use store::{directory, quotas, record_log};

use super::Draft;
use crate::error::{Code, Error};
use crate::node;

/// Refuses a claim that would mean nothing.
///
/// # Errors
/// Its first contradiction.
pub(super) fn check_shape(draft: &Draft) -> Result<(), Error> {
    let fault = match &draft.claim {
        Claim::SalesAuthorization(says) => contradiction(says),
        Claim::CustodyEvent {
            first_sale: Some(Reach::Only(named)),
            ..
        } if named.is_empty() => Some("first_sale: name where, or leave it out"),
        Claim::CustodyEvent {
            first_sale: Some(_),
            standing: Standing::No,
            ..
        } => Some("first_sale: units that nobody vouches for have none; leave it out"),
        _ => None,
    };
    fault.map_or(Ok(()), |fault| Err(Error::new(Code::InvalidInput, fault)))
}

fn contradiction(says: &SalesAuthorization) -> Option<&'static str> {
    let is_limited = says.quantity.is_some() || says.may_be_passed_on || says.rests_on.is_some();
    if says.standing == Standing::No && is_limited {
        return Some("a denial has no quantity, rests on nothing and is not passed on");
    }
    if says.quantity == Some(0) {
        return Some("quantity: give one unit at least, or leave it out");
    }
    None
}

/// Refuses what rests on an authorisation that its issuer does not hold or may not pass on. What it rests on is on
/// the record already, so no chain comes back to itself.
pub(super) async fn check_passed_on(tx: &mut Tx<'_>, draft: &Draft) -> Result<(), Error> {
    let Claim::SalesAuthorization(says) = &draft.claim else {
        return Ok(());
    };
    let Some(passed) = &says.rests_on else {
        return Ok(());
    };
    let refused = |detail: String| Err(Error::new(Code::NotPassedOn, detail));
    let Some(above) = record_log::entry_of(tx, &passed.from).await? else {
        return Err(Error::not_found("evidence", &passed.from));
    };
    let above = node::decode(&above)?.evidence;
    let PassedOn { from, by } = passed;
    let Claim::SalesAuthorization(allowed) = &above.claim else {
        return refused(format!("{from} is no authorisation"));
    };
    if above.scope != draft.scope {
        return refused(format!("{from} stands under {}", above.scope));
    }
    if !allowed.may_be_passed_on {
        return refused(format!("{from} may not be passed on"));
    }
    if !allowed.sellers.covers(by) {
        return refused(format!("{from} does not name {by}"));
    }
    if directory::party_of_seller(tx, by).await? != Some(draft.issuer.clone()) {
        let issuer = &draft.issuer;
        return refused(format!("the issuer {issuer} is not who the seller {by} is"));
    }
    Ok(())
}

/// Puts the counter beside an authorisation that is for so many units.
pub(super) async fn count(tx: &mut Tx<'_>, id: &EvidenceId, claim: &Claim) -> Result<(), Error> {
    match claim {
        Claim::SalesAuthorization(SalesAuthorization {
            quantity: Some(units),
            ..
        }) => Ok(quotas::insert(tx, id, *units).await?),
        _ => Ok(()),
    }
}
