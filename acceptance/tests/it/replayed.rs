//! Verdict changes: is the stream what the record says, whoever reads it, in pages of whatever size, from anywhere?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use acceptance::on_both;
use acceptance::place::Place;
use acceptance::shop::{self, Shop, Size, authorization, brand, id, variant};
use domain::evidence::{Claim, Recorded, Standing, WithdrawalManner};
use domain::id::ListingId;
use domain::listing::{ListingState, Offer};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use gate::{Question, Snapshot};
use trade::change::Draft;
use trade::clock::HandClock;
use trade::verdict_changes::{Cause, ChangePage, From, Said, VerdictChange};
use trade::{Backend, House};

const SIZE: Size = Size {
    brands: 2,
    listings: 2,
    units: 3,
};
const HOUR: i64 = 3_600_000;
const START: &str = "2016-02-01";

/// Everything that happens, some of it at one instant and some of it by itself.
async fn happens(shop: &Shop, clock: &HandClock) {
    let start: Instant = START.parse().expect("a date");
    let brand_scope = |number: usize| Scope::Brand(brand(number));
    let own = |scope, claim| Draft::own(scope, shop::operator(), claim, "Notice", "2016");
    let stop = |from: i64, until: i64| {
        let claim = Claim::StopSale {
            cause: "complaint".to_owned(),
        };
        let period = Period {
            from: Some(start.plus_ms(from * HOUR)),
            until: Some(start.plus_ms(until * HOUR)),
        };
        (claim, period)
    };
    let record = async |draft: Draft| {
        shop.house.record(draft).await.expect("recorded");
    };
    let (claim, period) = stop(2, 5);
    record(own(brand_scope(0), claim).valid(period)).await;
    let (claim, period) = stop(3, 4);
    record(own(Scope::Variant(variant(1, 0)), claim).valid(period)).await;
    clock.set(start.plus_ms(3 * HOUR));
    // At the very instant at which a fact begins.
    let suspended = shop::ends(
        &shop.shelves[1].authorization,
        brand_scope(1),
        WithdrawalManner::Suspend,
    );
    record(suspended.with_id(id("suspended"))).await;
    record(own(brand_scope(0), authorization(&brand(0), Standing::No)).with_id(id("denied"))).await;
    clock.set(start.plus_ms(6 * HOUR));
    let lifted = shop::ends(&id("suspended"), brand_scope(1), WithdrawalManner::Revoke);
    record(lifted).await;
    let ended = &shop.shelves[1].listings[1].0;
    shop.house
        .decide(ended, ListingState::Ended, &shop::operator(), "Over")
        .await
        .expect("decided");
    let policy = shop::authorization_only();
    shop.house.set_policy(policy, "Less").await.expect("set");
    let taken_back = shop::ends(&id("denied"), brand_scope(0), WithdrawalManner::Revoke);
    record(taken_back).await;
    clock.set(start.plus_ms(24 * HOUR));
}

async fn page(house: &House, from: &From, limit: usize) -> ChangePage {
    let page = house.verdict_changes(from, limit).await;
    page.expect("replays")
}

/// The whole stream in pages of at most so many.
async fn walked(house: &House, limit: usize) -> Vec<VerdictChange> {
    let mut all = Vec::new();
    let mut from = From::Beginning;
    loop {
        let one = page(house, &from, limit).await;
        all.extend(one.items);
        if one.is_end {
            return all;
        }
        from = From::Place(one.next.expect("something is recorded"));
    }
}

/// The same, each page read by a house that was just opened and remembers nothing of the page before.
async fn walked_by_strangers(
    place: &Place,
    clock: &Arc<HandClock>,
    limit: usize,
) -> Vec<VerdictChange> {
    let mut all = Vec::new();
    let mut from = From::Beginning;
    loop {
        let house = place.open_with(Arc::<HandClock>::clone(clock), None).await;
        let one = page(&house, &from, limit).await;
        house.close().await;
        all.extend(one.items);
        if one.is_end {
            return all;
        }
        from = From::Place(one.next.expect("something is recorded"));
    }
}

async fn record_of(house: &House) -> Vec<Recorded> {
    let size = u32::try_from(house.snapshot().next_position()).expect("small");
    let entries = house.record_page(0, size).await.expect("reads");
    entries.into_iter().map(|entry| entry.recorded).collect()
}

fn said(snapshot: &Snapshot, offer: &Offer, at: Instant) -> Said {
    let verdict = snapshot.verdict_anew(&Question {
        offer,
        moment: Moment::at(at),
    });
    let codes = verdict.reasons.iter().map(|reason| reason.code.name());
    let mut codes: Vec<&'static str> = codes.collect();
    codes.sort_unstable();
    Said {
        outcome: verdict.outcome,
        networks: verdict.networks,
        codes,
    }
}

/// The stream worked out the long way: each listing judged anew after each entry and at each instant that any
/// evidence names.
fn the_long_way(
    record: &[Recorded],
    offers: &BTreeMap<ListingId, Offer>,
    now: Instant,
) -> Vec<(u64, Instant, ListingId, bool, Option<Said>)> {
    let edges: BTreeSet<Instant> = record
        .iter()
        .flat_map(|one| [one.evidence.valid.from, one.evidence.valid.until])
        .flatten()
        .collect();
    let mut snapshot = Snapshot::new();
    let mut known: BTreeMap<ListingId, Said> = BTreeMap::new();
    let mut stream = Vec::new();
    for (index, one) in record.iter().enumerate() {
        snapshot.apply(one.clone()).expect("in order");
        if let Claim::ListingDecision { listing, state } = &one.evidence.claim {
            match state {
                ListingState::Ended => {
                    known.remove(listing);
                    stream.push((one.position, one.at, listing.clone(), false, None));
                }
                _ if known.contains_key(listing) => {}
                _ => {
                    let first = said(&snapshot, &offers[listing], one.at);
                    known.insert(listing.clone(), first.clone());
                    stream.push((one.position, one.at, listing.clone(), false, Some(first)));
                }
            }
        }
        let next = record.get(index + 1).map_or(now, |next| next.at);
        let later = edges.iter().filter(|at| **at > one.at && **at <= next);
        let instants = std::iter::once((one.at, false)).chain(later.map(|at| (*at, true)));
        for (at, is_time) in instants {
            for (listing, before) in &mut known {
                let after = said(&snapshot, &offers[listing], at);
                if after != *before {
                    *before = after.clone();
                    stream.push((one.position, at, listing.clone(), is_time, Some(after)));
                }
            }
        }
    }
    stream
}

/// Dated by a clock that is set by hand, as only SQLite takes its time from it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_is_what_the_record_says_in_pages_of_any_size_from_anywhere() {
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    let clock = Arc::new(HandClock::at(START.parse().expect("a date")));
    let house = place.open_with(Arc::<HandClock>::clone(&clock), None).await;
    let shop = Shop::open(&house, SIZE).await;
    happens(&shop, &clock).await;
    let whole = walked(&house, 1_000).await;
    let mut offers = BTreeMap::new();
    for shelf in &shop.shelves {
        for (listing, _) in &shelf.listings {
            let found = house.listing(listing).await.expect("reads").expect("there");
            offers.insert(listing.clone(), found.offer);
        }
    }
    let record = record_of(&house).await;
    let expected = the_long_way(&record, &offers, house.now().plus_ms(-10_000));
    let told: Vec<_> = whole
        .iter()
        .map(|one| {
            let is_time = one.cause == Cause::Time;
            (
                one.position,
                one.at,
                one.listing.clone(),
                is_time,
                one.after.clone(),
            )
        })
        .collect();
    assert_eq!(told, expected);
    assert!(told.iter().any(|one| one.3), "some of it happens by itself");
    // Each change begins with what the one before it ended with.
    let mut last: BTreeMap<&ListingId, &Option<Said>> = BTreeMap::new();
    for one in &whole {
        let before = last.insert(&one.listing, &one.after).cloned().flatten();
        assert_eq!(one.before, before, "{one:?}");
    }
    for limit in [1, 2, 3, 7] {
        assert_eq!(walked(&house, limit).await, whole, "pages of {limit}");
    }
    for one in &record {
        let after = page(&house, &From::Entry(one.position), 1_000).await.items;
        let later = whole
            .iter()
            .filter(|change| (change.position, change.at) > (one.position, one.at));
        assert_eq!(
            after,
            later.cloned().collect::<Vec<_>>(),
            "after entry {}",
            one.position
        );
    }
    house.close().await;
    for limit in [1, 4] {
        let strangers = walked_by_strangers(&place, &clock, limit).await;
        assert_eq!(strangers, whole, "pages of {limit}");
    }
    place.remove().await;
}

on_both! {
    async fn what_comes_later_is_told_to_who_waits_and_nothing_before_it_again(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SIZE).await;
        let first = page(&house, &From::Beginning, 1_000).await;
        assert!(first.is_end);
        assert_eq!(first.items.len(), 4, "each was offered");
        let next = From::Place(first.next.expect("recorded"));
        assert_eq!(page(&house, &next, 1_000).await.items, []);
        shop.withdraw(&shop.shelves[0].authorization, WithdrawalManner::Suspend).await.expect("withdrawn");
        let later = page(&house, &next, 1_000).await.items;
        let stopped: BTreeSet<_> = later.iter().map(|one| one.listing.clone()).collect();
        let shelf: BTreeSet<_> = shop.shelves[0].listings.iter().map(|(id, _)| id.clone()).collect();
        assert_eq!(stopped, shelf);
        if place.url().is_some() {
            // Another node tells the same.
            let other = place.open().await;
            assert_eq!(page(&other, &next, 1_000).await.items, later);
            assert_eq!(walked(&other, 3).await, walked(&house, 1_000).await);
            other.close().await;
        }
        let beyond = From::Entry(house.snapshot().next_position());
        assert!(house.verdict_changes(&beyond, 10).await.is_err(), "nothing is there to begin after");
        house.close().await;
    }
}
