//! Did what the clients of a storm were told hold?
//!
//! Three opinions: the record's order of everything, replayed ([`crate::witness`]); a search for an order of each
//! listing's history that trusts no number of ours ([`crate::linear`]); and what is stored at the end.

use std::collections::{BTreeMap, BTreeSet};

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Recorded, Standing, WithdrawalManner};
use domain::id::{EvidenceId, ListingId};
use gate::Snapshot;

use crate::linear::{self, Timed};
use crate::place::Place;
use crate::shop::Shop;
use crate::storm::{Answer, Ask, Done, Subject};
use crate::witness::{self, Entry, Seen, Stands};

/// The words of a subject that were said and not taken back for good, and what is suspended by what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Words {
    said: BTreeMap<EvidenceId, bool>,
    suspended: BTreeMap<EvidenceId, EvidenceId>,
}

impl Words {
    fn say(&mut self, id: &EvidenceId, is_yes: bool) {
        self.said.insert(id.clone(), is_yes);
    }

    /// Ends a word or lifts a suspension.
    fn end(&mut self, id: &EvidenceId, ends: &EvidenceId, is_for_good: bool) {
        if self.suspended.remove(ends).is_some() {
            return;
        }
        if is_for_good {
            self.said.remove(ends);
        } else {
            self.suspended.insert(id.clone(), ends.clone());
        }
    }

    /// Somebody says yes, and nobody no.
    fn is_open(&self) -> bool {
        let stands = |is_yes| {
            self.said.iter().any(|(id, said)| {
                *said == is_yes && !self.suspended.values().any(|suspended| suspended == id)
            })
        };
        stands(true) && !stands(false)
    }

    fn take(&mut self, recorded: &Recorded) {
        let id = &recorded.evidence.id;
        match &recorded.evidence.claim {
            Claim::SalesAuthorization(says) => self.say(id, says.standing == Standing::Yes),
            Claim::DeviceCertification(says) => {
                self.say(id, says.result == CertificationResult::Certified);
            }
            Claim::Withdrawal { ends, manner } => {
                self.end(id, ends, *manner != WithdrawalManner::Suspend);
            }
            other => panic!("no storm records a {}", other.kind()),
        }
    }
}

/// The record as it bears on the shop's orders.
fn log(snapshot: &Snapshot, shop: &Shop) -> Vec<Entry> {
    let brands = (0..shop.shelves.len()).map(Subject::Brand);
    let variants = shop.shelves.iter().enumerate().flat_map(|(brand, shelf)| {
        (0..shelf.listings.len()).map(move |at| Subject::Variant(brand, at))
    });
    let mut log = Vec::new();
    for subject in brands.chain(variants) {
        let scope = subject.scope();
        let mut words = Words::default();
        let mut under: Vec<&Recorded> = snapshot.under(&scope).collect();
        under.sort_by_key(|recorded| recorded.position);
        for recorded in under {
            words.take(recorded);
            log.push(Entry {
                position: recorded.position,
                scope: scope.to_string(),
                version: recorded.scope_version,
                is_open: words.is_open(),
                at_ms: recorded.at.epoch_ms(),
            });
        }
    }
    log
}

fn name(done: &Done) -> String {
    format!("{:?}", done.ask)
}

fn seen(done: &Done) -> Option<Seen> {
    let stands = match &done.answer {
        Answer::Recorded(position) => Stands::At(*position),
        Answer::Accepted(ms, scopes) => Stands::On {
            scopes: scopes.clone(),
            accepted_ms: Some(*ms),
        },
        Answer::Refused(scopes) => Stands::On {
            scopes: scopes.clone(),
            accepted_ms: None,
        },
        Answer::SoldOut | Answer::Fed => return None,
    };
    Some(Seen {
        name: name(done),
        invoked: done.invoked,
        returned: done.returned,
        stands,
    })
}

/// A listing as a list knows it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Shelf {
    of_brand: Words,
    of_variant: Words,
    /// Units left; none: more than are asked for.
    units: Option<u32>,
}

impl Shelf {
    /// What it is after an operation; none: the answer is wrong.
    fn after(&self, done: &Done) -> Option<Self> {
        let is_open = self.of_brand.is_open() && self.of_variant.is_open();
        let mut next = self.clone();
        let words = |next: &mut Self, of: Subject, change: &dyn Fn(&mut Words)| match of {
            Subject::Brand(_) => change(&mut next.of_brand),
            Subject::Variant(..) => change(&mut next.of_variant),
        };
        match (&done.ask, &done.answer) {
            (Ask::Order { .. }, Answer::Accepted(..)) if is_open => {
                if let Some(units) = &mut next.units {
                    *units = units.checked_sub(1)?;
                }
            }
            (Ask::Order { .. }, Answer::Refused(_)) if !is_open => {}
            (Ask::Order { .. }, Answer::SoldOut) if is_open && self.units == Some(0) => {}
            (Ask::Order { .. }, _) => return None,
            (Ask::Say { id, of, is_yes }, _) => {
                words(&mut next, *of, &|words| words.say(id, *is_yes));
            }
            (
                Ask::End {
                    id,
                    ends,
                    of,
                    is_for_good,
                },
                _,
            ) => words(&mut next, *of, &|words| words.end(id, ends, *is_for_good)),
            (Ask::Feed { units, .. }, _) => next.units = Some(*units),
        }
        Some(next)
    }
}

/// Whether an operation bears on a listing.
fn bears_on(ask: &Ask, brand: usize, at: usize, listing: &ListingId) -> bool {
    let is_of = |of: Subject| of == Subject::Brand(brand) || of == Subject::Variant(brand, at);
    match ask {
        Ask::Order { listing: of, .. } => of == listing,
        Ask::Say { of, .. } | Ask::End { of, .. } => is_of(*of),
        Ask::Feed { of, .. } => *of == (brand, at),
    }
}

/// The second opinion on each listing, which began with so many units, or with more than are asked for.
fn second_opinion(shop: &Shop, units: Option<u32>, done: &[Done]) -> Vec<String> {
    let mut found = Vec::new();
    for (brand, shelf) in shop.shelves.iter().enumerate() {
        for (at, (listing, certification)) in shelf.listings.iter().enumerate() {
            let mut first = Shelf {
                of_brand: Words::default(),
                of_variant: Words::default(),
                units,
            };
            first.of_brand.say(&shelf.authorization, true);
            first.of_variant.say(certification, true);
            let history = done
                .iter()
                .filter(|done| bears_on(&done.ask, brand, at, listing))
                .map(|done| Timed {
                    invoked: done.invoked,
                    returned: done.returned,
                    operation: done,
                });
            let is_look = |done: &&Done| match done.answer {
                Answer::Refused(_) | Answer::SoldOut => true,
                Answer::Accepted(..) => units.is_none(),
                Answer::Recorded(_) | Answer::Fed => false,
            };
            let step = |shelf: &Shelf, done: &&Done| shelf.after(done);
            let order = linear::order(first, history.collect(), step, is_look);
            if let Err(why) = order {
                found.push(format!("{listing}: {why}"));
            }
        }
    }
    found
}

/// What is stored: the accepted orders and no others, and units that add up.
async fn stored(place: &Place, done: &[Done], has_feeds: bool, units: u32) -> Vec<String> {
    let hand = place.hand().await;
    let keys = hand.texts("SELECT idempotency_key FROM orders").await;
    let stored: BTreeSet<String> = keys.into_iter().flatten().collect();
    let accepted: BTreeSet<String> = done
        .iter()
        .filter(|done| matches!(done.answer, Answer::Accepted(..)))
        .filter_map(|done| match &done.ask {
            Ask::Order { key, .. } => Some(key.clone()),
            _ => None,
        })
        .collect();
    let mut found: Vec<String> = accepted
        .symmetric_difference(&stored)
        .map(|key| format!("order {key}: stored or acknowledged, and not both"))
        .collect();
    let mut none = vec![
        (
            "units sold without an order, or the reverse",
            "SELECT count(*) FROM listings l WHERE sold <> (SELECT COALESCE(SUM(quantity), 0) FROM order_lines WHERE listing_id = l.id)".to_owned(),
        ),
        (
            "versions that are not the number of entries",
            "SELECT count(*) FROM scopes s WHERE version <> (SELECT count(*) FROM record WHERE scope = s.scope)".to_owned(),
        ),
        (
            "positions with gaps",
            "SELECT (SELECT MAX(position) + 1 FROM record) - (SELECT count(*) FROM record)".to_owned(),
        ),
    ];
    if !has_feeds {
        let query = format!("SELECT count(*) FROM listings WHERE available + sold <> {units}");
        none.push(("units lost or won", query));
    }
    for (what, query) in none {
        let number = hand.number(&query).await;
        if number != 0 {
            found.push(format!("{number} {what}"));
        }
    }
    found
}

/// Holds what the clients were told against the three opinions; says how much of each kind there was.
///
/// # Panics
/// Something is wrong; the first of it is said.
pub async fn hold(
    place: &Place,
    shop: &Shop,
    (units, has_feeds): (u32, bool),
    done: &[Done],
    context: &str,
) -> String {
    let snapshot = shop.house.snapshot();
    let history: Vec<Seen> = done.iter().filter_map(seen).collect();
    let mut found = witness::faults(&log(&snapshot, shop), &history);
    found.extend(second_opinion(shop, has_feeds.then_some(units), done));
    found.extend(stored(place, done, has_feeds, units).await);
    let few: Vec<&str> = found.iter().take(10).map(String::as_str).collect();
    assert!(
        found.is_empty(),
        "{context}: {} faults\n{}",
        found.len(),
        few.join("\n")
    );
    let count = |is: fn(&Answer) -> bool| done.iter().filter(|done| is(&done.answer)).count();
    format!(
        "{} operations: {} accepted, {} refused, {} sold out, {} recorded, {} fed",
        done.len(),
        count(|answer| matches!(answer, Answer::Accepted(..))),
        count(|answer| matches!(answer, Answer::Refused(_))),
        count(|answer| matches!(answer, Answer::SoldOut)),
        count(|answer| matches!(answer, Answer::Recorded(_))),
        count(|answer| matches!(answer, Answer::Fed)),
    )
}
