//! Units that authorisations are for: which of them an order takes, and what is left for a listing.
//!
//! The gate names the authorisations that cover an offer; the counters are here. They are taken after the stock, in
//! the order of ids, and are never part of a verdict. An order of which every line is covered by an authorisation
//! without a quantity touches no counter.

use std::collections::BTreeMap;

use domain::Instant;
use domain::id::{EvidenceId, PartyId};
use domain::listing::{Listing, ListingState};
use gate::sentence::Names;
use gate::snapshot::Moment;
use gate::{Question, Quota, Snapshot};
use store::db::{Job, Tx};
use store::quotas;

use super::{Line, Refusal, Stop};
use crate::error::Error;
use crate::house::House;
use crate::offers::Judged;

/// What is left of quotas, by authorisation.
#[derive(Default)]
struct Left(BTreeMap<EvidenceId, u32>);

impl Left {
    /// Units that a quota still allows: the least that is left along its chain.
    fn of(&self, quota: &Quota) -> u32 {
        let each = quota.counted.iter().map(|(id, _)| self.of_one(id));
        each.min().unwrap_or_default()
    }

    fn of_one(&self, id: &EvidenceId) -> u32 {
        self.0.get(id).copied().unwrap_or_default()
    }

    /// Units that the best of some quotas still allows.
    fn of_best(&self, quotas: &[Quota]) -> u32 {
        let each = quotas.iter().map(|quota| self.of(quota));
        each.max().unwrap_or_default()
    }

    fn take(&mut self, quota: &Quota, units: u32) {
        for (id, _) in &quota.counted {
            if let Some(left) = self.0.get_mut(id) {
                *left = left.saturating_sub(units);
            }
        }
    }
}

/// The authorisations that are counted, sorted, each once.
fn counted<'a>(quotas: impl IntoIterator<Item = &'a Quota>) -> Vec<EvidenceId> {
    let all = quotas.into_iter().flat_map(|quota| &quota.counted);
    let mut ids: Vec<EvidenceId> = all.map(|(id, _)| id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Takes each line's units of the first quota by id that has room. One answer a line: the authorisations taken of.
pub(super) async fn take_quotas(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    at: Instant,
    lines: &[Line],
) -> Result<Vec<Vec<EvidenceId>>, Stop> {
    let asked: Vec<Vec<Quota>> = lines
        .iter()
        .map(|line| {
            snapshot.quotas(&Question {
                offer: &line.offer,
                moment: Moment::at(at),
            })
        })
        .collect();
    let ids = counted(asked.iter().flatten());
    if ids.is_empty() {
        return Ok(vec![Vec::new(); lines.len()]);
    }
    let before = quotas::left_alone(tx, &ids).await?;
    let before = Left(ids.into_iter().zip(before).collect());
    let mut left = Left(before.0.clone());
    let mut taken = Vec::with_capacity(lines.len());
    for (line, quotas) in lines.iter().zip(&asked) {
        let with_room = quotas.iter().find(|quota| left.of(quota) >= line.quantity);
        match with_room {
            Some(quota) => {
                left.take(quota, line.quantity);
                taken.push(quota.counted.iter().map(|(id, _)| id.clone()).collect());
            }
            None if quotas.is_empty() => taken.push(Vec::new()),
            None => return Err(Stop::Refused(Box::new(refusal(line, quotas, &left)))),
        }
    }
    let units: Vec<(EvidenceId, u32)> = before
        .0
        .iter()
        .map(|(id, units)| (id.clone(), units - left.of_one(id)))
        .filter(|(_, units)| *units > 0)
        .collect();
    if quotas::take(tx, &units).await? {
        Ok(taken)
    } else {
        Err(Error::broken("a quota that was read alone had no room".to_owned()).into())
    }
}

fn refusal(line: &Line, quotas: &[Quota], left: &Left) -> Refusal {
    let mut suppliers: Vec<PartyId> = Vec::new();
    for (id, issuer) in quotas.iter().flat_map(|quota| &quota.counted) {
        if left.of_one(id) < line.quantity && !suppliers.contains(issuer) {
            suppliers.push(issuer.clone());
        }
    }
    Refusal::QuotaUsedUp {
        listing: line.listing.clone(),
        available: left.of_best(quotas),
        suppliers,
    }
}

/// That authorisations are used up and who can allow more, as a sentence.
#[must_use]
pub fn used_up(available: u32, suppliers: &[PartyId], names: &dyn Names) -> String {
    let left = match available {
        0 => "no more units".to_owned(),
        1 => "only 1 unit more".to_owned(),
        left => format!("only {left} units more"),
    };
    let from: Vec<String> = suppliers.iter().map(|one| names.party(one)).collect();
    format!(
        "The authorisations on file are for {left}; more can come from {}.",
        from.join(" or ")
    )
}

struct ReadLeft(Vec<EvidenceId>);

impl Job for ReadLeft {
    type Out = Vec<u32>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<u32>, Error> {
        Ok(quotas::left(tx, &self.0).await?)
    }
}

impl House {
    /// What the gate says of a listing, and whether it can be bought.
    ///
    /// # Errors
    /// The database.
    pub async fn judge(&self, listing: Listing, moment: Moment) -> Result<Judged, Error> {
        let judged = self.judge_each(vec![listing], moment).await?;
        let mut judged = judged.into_iter();
        judged
            .next()
            .ok_or_else(|| Error::broken("a listing was not judged".to_owned()))
    }

    /// As [`House::judge`], of several, in their order.
    ///
    /// # Errors
    /// The database.
    pub async fn judge_each(
        &self,
        listings: Vec<Listing>,
        moment: Moment,
    ) -> Result<Vec<Judged>, Error> {
        let snapshot = self.snapshot();
        let now = Moment::at(self.present());
        // Whether it can be bought is about now, whatever moment is asked.
        let quotas: Vec<Option<Vec<Quota>>> = listings
            .iter()
            .map(|listing| {
                let offer = &listing.offer;
                let may_be_sold = listing.state == ListingState::Offered
                    && listing.stock > 0
                    && snapshot.is_sellable(&snapshot.seat(offer), now.at);
                may_be_sold.then(|| snapshot.quotas(&Question { offer, moment: now }))
            })
            .collect();
        let ids = counted(quotas.iter().flatten().flatten());
        let left = if ids.is_empty() {
            Left::default()
        } else {
            let left = self.db.read(ReadLeft(ids.clone())).await?;
            Left(ids.into_iter().zip(left).collect())
        };
        let is_fresh = self.is_fresh();
        let judged = listings.into_iter().zip(quotas).map(|(listing, quotas)| {
            let verdict = snapshot.verdict(&Question {
                offer: &listing.offer,
                moment,
            });
            let available = match &quotas {
                Some(quotas) if !quotas.is_empty() => listing.stock.min(left.of_best(quotas)),
                _ => listing.stock,
            };
            Judged {
                is_buyable: quotas.is_some() && available > 0 && is_fresh,
                verdict,
                available,
                listing,
            }
        });
        Ok(judged.collect())
    }
}
