//! What rests on a piece of evidence: the evidence that names it, the listings now, the orders of the past.
//!
//! A listing rests on it if a reason of its verdict cites it, and an order if a reason of the verdict that it was
//! accepted on did: that verdict is had again, as of the order's instant and as known then. Records nothing.

use std::num::NonZeroUsize;
use std::sync::Arc;

use domain::Instant;
use domain::evidence::{Claim, FactRef, Recorded};
use domain::id::{EvidenceId, ListingId, OrderId};
use domain::listing::Listing;
use gate::snapshot::Moment;
use gate::{Outcome, Question, Reason, Snapshot};
use store::db::{Job, Tx};
use store::orders::{self, Order};
use store::record_log::{self, Entry};

use crate::codec::entry::Opening;
use crate::door::Basis;
use crate::error::Error;
use crate::house::House;
use crate::node;
use crate::offers::judging;
use crate::record_book::RecordEntry;

/// Entries, listings or orders read at a time.
const AT_ONCE: u32 = 1_000;
/// Threads that judge listings.
const THREADS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
/// Most orders that are looked at for one page of them; the next page goes on from there.
const LOOKED_AT_MAX: usize = 20_000;

/// The evidence around a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// The piece itself.
    pub entry: RecordEntry,
    /// Whether it is in force now.
    pub is_in_force: bool,
    /// What it names: what it ends, what it rests on; by position.
    pub names: Vec<Related>,
    /// What names it, and what names that: its withdrawals, what rests on it; by position.
    pub named_by: Vec<Related>,
    /// What was entered from the same document; by position.
    pub same_document: Vec<Related>,
}

/// A piece of evidence, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub id: EvidenceId,
    /// Its kind.
    pub kind: String,
    /// Its place in the record.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl From<&Entry> for Related {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.evidence_id.clone(),
            kind: entry.kind.clone(),
            position: entry.position,
            recorded_at: entry.recorded_at,
        }
    }
}

/// A listing whose verdict cites the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingListing {
    /// Which one.
    pub listing: ListingId,
    /// As the seller titles it.
    pub title: String,
    /// Its verdict now.
    pub outcome: Outcome,
    /// Codes of the reasons that cite it.
    pub codes: Vec<&'static str>,
}

/// An order whose verdict cited the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingOrder {
    /// Which one.
    pub order: OrderId,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Its lines that rest on it, each with the codes of the reasons that cited it.
    pub lines: Vec<(ListingId, Vec<&'static str>)>,
}

/// A page, and the key after which the next one begins; none: it is the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingPage<T> {
    /// By id.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Codes of the reasons that cite a piece of evidence, sorted, each once.
fn citing<'a>(reasons: impl Iterator<Item = &'a Reason>, cited: &Recorded) -> Vec<&'static str> {
    let is_cited = |fact: &FactRef| match (fact, &cited.evidence.claim) {
        (FactRef::Row { data_set, .. }, Claim::DataSetActivation { data_set: own, .. }) => {
            data_set == own
        }
        (FactRef::Evidence(id), _) => *id == cited.evidence.id,
        _ => false,
    };
    let found = reasons.filter(|reason| reason.facts.iter().any(is_cited));
    let mut codes: Vec<&'static str> = found.map(|reason| reason.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Whether a verdict asked of a market at a moment was made by this policy.
fn is_its_policy(snapshot: &Snapshot, cited: &Recorded, moment: Moment) -> bool {
    let Claim::Policy(policy) = &cited.evidence.claim else {
        return false;
    };
    let in_force = snapshot.policy(&policy.market, moment);
    in_force.is_some_and(|(_, recorded)| recorded.evidence.id == cited.evidence.id)
}

/// Stands for the reasons of a verdict that was made by the policy itself.
const BY_POLICY: &str = "policy";

impl House {
    /// The evidence around a piece of evidence. Reads the whole record once.
    ///
    /// # Errors
    /// It is not there, the database, or a damaged entry.
    pub async fn around(&self, id: &EvidenceId) -> Result<Around, Error> {
        let found = self.evidence(id).await?;
        let entry = found.ok_or_else(|| Error::not_found("evidence", id))?;
        let evidence = &entry.recorded.evidence;
        let moment = Moment::at(self.present());
        let snapshot = self.snapshot();
        let is_in_force = snapshot
            .in_force(&evidence.scope, moment)
            .any(|one| one.evidence.id == *id);
        let wanted = evidence.claim.names();
        let document = document(&entry.entry);
        let mut chain = vec![id.clone()];
        let (mut names, mut named_by, mut same_document) = (Vec::new(), Vec::new(), Vec::new());
        let mut from = 0;
        loop {
            let entries = self.db.read(ReadRecord(from)).await?;
            let Some(last) = entries.last() else { break };
            from = last.position + 1;
            for one in &entries {
                let recorded = node::decode(one)?;
                if wanted.contains(&&one.evidence_id) {
                    names.push(Related::from(one));
                }
                // Whatever names something comes after it.
                let names_it = |name: &&EvidenceId| chain.contains(*name);
                if recorded.evidence.claim.names().iter().any(names_it) {
                    chain.push(one.evidence_id.clone());
                    named_by.push(Related::from(one));
                }
                let is_same = document.is_some() && self::document(one) == document;
                if is_same && one.evidence_id != *id && recorded.evidence.issuer == evidence.issuer
                {
                    same_document.push(Related::from(one));
                }
            }
        }
        Ok(Around {
            entry,
            is_in_force,
            names,
            named_by,
            same_document,
        })
    }

    /// A page of the offered listings whose verdict cites a piece of evidence now, after `after` (empty: from the
    /// first). A policy is cited by every listing of its market while it is in force.
    ///
    /// # Errors
    /// It is not there, the database, or a damaged entry.
    pub async fn resting_listings(
        &self,
        id: &EvidenceId,
        after: &str,
        limit: usize,
    ) -> Result<RestingPage<RestingListing>, Error> {
        let cited = Arc::new(self.cited(id).await?);
        let snapshot = self.snapshot();
        let moment = Moment::at(self.present());
        let mut items = Vec::new();
        let (from_market, mut last) = match after.split_once('/') {
            Some((market, listing)) => (market.to_owned(), listing.to_owned()),
            None => (String::new(), String::new()),
        };
        for market in self
            .markets_in_order()
            .into_iter()
            .filter(|one| one.as_str() >= from_market.as_str())
        {
            if market.as_str() != from_market {
                last.clear();
            }
            loop {
                let some = self.unjudged(&market, &last, AT_ONCE, true).await?;
                let Some(end) = some.last() else { break };
                last = end.id.to_string();
                let (snapshot, cited) = (Arc::clone(&snapshot), Arc::clone(&cited));
                let found = judging(move || resting(&some, &snapshot, &cited, moment)).await?;
                items.extend(found);
                if items.len() > limit {
                    items.truncate(limit);
                    let end = items.last().map(|one: &RestingListing| &one.listing);
                    let next = end.map(|end| format!("{market}/{end}"));
                    return Ok(RestingPage { items, next });
                }
            }
        }
        Ok(RestingPage { items, next: None })
    }

    /// A page of the orders that were accepted on a piece of evidence, after `after` (empty: from the first).
    ///
    /// Looks at a bounded number of orders, so a page may be short and still have a next one.
    ///
    /// # Errors
    /// It is not there, the database, or a damaged basis.
    pub async fn resting_orders(
        &self,
        id: &EvidenceId,
        after: &str,
        limit: usize,
    ) -> Result<RestingPage<RestingOrder>, Error> {
        let cited = self.cited(id).await?;
        let snapshot = self.snapshot();
        let scope = cited.evidence.scope.to_string();
        let mut items = Vec::new();
        let mut last = after.to_owned();
        let mut looked_at = 0;
        loop {
            let some = self.db.read(ReadOrders(last.clone())).await?;
            looked_at += some.len();
            let is_end = some.len() < AT_ONCE as usize;
            for order in some {
                last = order.id.to_string();
                let basis: Basis = serde_json::from_str(&order.basis).map_err(|error| {
                    Error::broken(format!("the basis of {} is {error}", order.id))
                })?;
                // The version says exactly what was known of a scope, whatever the clock said.
                let was_known = |(name, version): &(String, u64)| {
                    *name == scope && *version >= cited.scope_version
                };
                if !basis.scopes.iter().any(was_known) {
                    continue;
                }
                let lines = self.resting_lines(&snapshot, &cited, &order).await?;
                if !lines.is_empty() {
                    items.push(RestingOrder {
                        order: order.id,
                        accepted_at: order.accepted_at,
                        lines,
                    });
                }
                if items.len() == limit {
                    return Ok(RestingPage {
                        items,
                        next: Some(last),
                    });
                }
            }
            if is_end {
                return Ok(RestingPage { items, next: None });
            }
            if looked_at >= LOOKED_AT_MAX {
                return Ok(RestingPage {
                    items,
                    next: Some(last),
                });
            }
        }
    }

    async fn resting_lines(
        &self,
        snapshot: &Snapshot,
        cited: &Recorded,
        order: &Order,
    ) -> Result<Vec<(ListingId, Vec<&'static str>)>, Error> {
        let moment = Moment {
            at: order.accepted_at,
            known_at: order.accepted_at,
        };
        let is_its_policy = is_its_policy(snapshot, cited, moment);
        let mut lines = Vec::new();
        for line in &order.lines {
            let offer = self.offer(&line.listing).await?;
            let verdict = snapshot.verdict(&Question {
                offer: &offer,
                moment,
            });
            let mut codes = citing(verdict.reasons.iter(), cited);
            codes.extend(is_its_policy.then_some(BY_POLICY));
            if !codes.is_empty() {
                lines.push((line.listing.clone(), codes));
            }
        }
        Ok(lines)
    }

    async fn cited(&self, id: &EvidenceId) -> Result<Recorded, Error> {
        let found = self.evidence(id).await?;
        let entry = found.ok_or_else(|| Error::not_found("evidence", id))?;
        Ok(entry.recorded)
    }
}

fn resting(
    listings: &[Listing],
    snapshot: &Snapshot,
    cited: &Recorded,
    moment: Moment,
) -> Vec<RestingListing> {
    let seats: Vec<_> = listings
        .iter()
        .map(|one| snapshot.seat(&one.offer))
        .collect();
    let of_policy = match &cited.evidence.claim {
        Claim::Policy(policy) if is_its_policy(snapshot, cited, moment) => Some(&policy.market),
        _ => None,
    };
    let found = snapshot.judge_all(&seats, moment, THREADS, |judgement| {
        let codes = citing(judgement.because().reasons(), cited);
        (judgement.outcome, codes)
    });
    let found = listings.iter().zip(found);
    found
        .filter_map(|(listing, (outcome, mut codes))| {
            codes.extend((of_policy == Some(&listing.offer.market)).then_some(BY_POLICY));
            (!codes.is_empty()).then(|| RestingListing {
                listing: listing.id.clone(),
                title: listing.title.clone(),
                outcome,
                codes,
            })
        })
        .collect()
}

/// What tells one document from another: its hash, or else its title and date; none: it was erased.
fn document(entry: &Entry) -> Option<(String, String)> {
    let opening: Opening = serde_json::from_str(entry.opening.as_deref()?).ok()?;
    let body: serde_json::Value = serde_json::from_str(&entry.body).ok()?;
    let dated = body["dated"].as_str().unwrap_or_default().to_owned();
    Some((opening.document.unwrap_or(opening.title), dated))
}

struct ReadRecord(u64);

impl Job for ReadRecord {
    type Out = Vec<Entry>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, Error> {
        Ok(record_log::entries_from(tx, self.0, AT_ONCE).await?)
    }
}

struct ReadOrders(String);

impl Job for ReadOrders {
    type Out = Vec<Order>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Order>, Error> {
        Ok(orders::page(tx, &self.0, AT_ONCE).await?)
    }
}
