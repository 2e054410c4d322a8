//! A withdrawal is one small transaction, however many listings rest on what it ends: it costs the same, it adds one
//! row, and if the process dies anywhere in it, it holds for all of them or for none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::deaths::{self, Dies, say};
use acceptance::gates::CHANGE_STEPS;
use acceptance::on_both;
use acceptance::place::{Hand, Place};
use acceptance::setting;
use acceptance::shop::{self, Shop, Size};
use domain::evidence::{Claim, WithdrawalManner};
use domain::id::EvidenceId;
use domain::scope::Scope;
use trade::clock::SystemClock;
use trade::door::Placed;
use trade::{Backend, House};

const SIZE: Size = Size {
    brands: 1,
    listings: 1,
    units: 1_000,
};
/// The smallest and the largest number of listings unless said otherwise; the night run goes to 1,000,000.
const FEW: u64 = 10;
const MANY: u64 = 10_000;
/// Withdrawals of each size, in turn.
const ROUNDS: usize = 40;
/// The cost with more listings over the least cost with fewer, at most, in hundredths.
const COST_RATIO_MAX_PERCENT: u128 = 150;
/// The same where a check of every day runs, beside other work: enough to find a cost that grows with the listings.
const COST_RATIO_MAX_DAILY_PERCENT: u128 = 1_000;
/// Listings looked at after a death.
const PAGE: u32 = 1_000;
const PAGES_MAX: usize = 10;

/// Adds listings to the shop until it has so many, past the house. All rest on one authorisation.
async fn fill(hand: &Hand, listings: u64) {
    let (from, end) = (1, listings);
    if end <= from {
        return;
    }
    hand.run(&format!(
        "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {end})
         INSERT INTO listings (id, market_id, seller_id, variant_id, sku, title, item_condition, price_minor,
             currency, state, available, sold, created_at)
         SELECT 'li-more-' || CAST(i AS TEXT), market_id, seller_id, variant_id, 'more-' || CAST(i AS TEXT), title,
             item_condition, price_minor, currency, 'offered', 1000, 0, created_at
         FROM n CROSS JOIN listings WHERE sku NOT LIKE 'more-%'"
    ))
    .await;
}

/// A shop with so many listings, and its house open again.
async fn shop_of(place: &Place, listings: u64) -> Shop {
    let house = place.open().await;
    let shop = Shop::open(&house, SIZE).await;
    house.close().await;
    let hand = place.hand().await;
    fill(&hand, listings).await;
    let count = hand.number("SELECT count(*) FROM listings").await;
    assert_eq!(count, i64::try_from(listings).expect("it is small"));
    Shop {
        house: place.open().await,
        shelves: shop.shelves,
    }
}

/// Rows of every table.
async fn rows(hand: &Hand) -> BTreeMap<String, i64> {
    let names = match hand {
        Hand::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Hand::Postgres(_) => {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let mut rows = BTreeMap::new();
    for name in hand.texts(names).await.into_iter().flatten() {
        let count = hand.number(&format!("SELECT count(*) FROM {name}")).await;
        rows.insert(name, count);
    }
    rows
}

/// Suspends and lifts; how long the suspension took to be answered.
async fn round(shop: &Shop) -> Duration {
    let authorization = &shop.shelves[0].authorization;
    let asked = Instant::now();
    let suspended = shop
        .withdraw(authorization, WithdrawalManner::Suspend)
        .await;
    let took = asked.elapsed();
    let suspended = suspended.expect("suspends").recorded().evidence.id.clone();
    let lifted = shop.withdraw(&suspended, WithdrawalManner::Revoke).await;
    lifted.expect("lifts");
    took
}

/// The quarter of them that was fastest took at most so long: other work of the machine makes some slower, none faster.
fn quartile(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[took.len() / 4]
}

async fn costs_the_same(place: &Place) {
    let asked = setting::number("PASSBAND_TEST_LISTINGS");
    let many = asked.unwrap_or(MANY);
    let ratio_max = if asked.is_some() {
        COST_RATIO_MAX_PERCENT
    } else {
        COST_RATIO_MAX_DAILY_PERCENT
    };
    let mut sizes = vec![FEW, MANY, many];
    sizes.dedup();
    let mut places = Vec::new();
    for _ in 1..sizes.len() {
        places.push(
            Place::new(place.backend())
                .await
                .expect("there was one before"),
        );
    }
    let mut shops = Vec::new();
    for (place, listings) in std::iter::once(place).chain(&places).zip(&sizes) {
        shops.push(shop_of(place, *listings).await);
    }
    // Each in turn, so that what else the machine does strikes all alike; the first round is for warming up.
    let mut took = vec![Vec::new(); sizes.len()];
    for number in 0..=ROUNDS {
        for (shop, took) in shops.iter().zip(&mut took) {
            let one = round(shop).await;
            if number > 0 {
                took.push(one);
            }
        }
    }
    let costs: Vec<Duration> = took.into_iter().map(quartile).collect();
    println!("{:?}: {sizes:?} listings, {costs:?}", place.backend());
    for (at, cost) in costs.iter().enumerate().skip(1) {
        let less = costs[..at].iter().min().expect("one is before it");
        assert!(
            cost.as_micros() * 100 <= less.as_micros() * ratio_max,
            "{costs:?} for {sizes:?} listings"
        );
    }
    // One row of evidence, and nothing else is more or less than before.
    let (shop, place) = (&shops[shops.len() - 1], places.last().unwrap_or(place));
    let hand = place.hand().await;
    let before = rows(&hand).await;
    let suspended = shop
        .withdraw(&shop.shelves[0].authorization, WithdrawalManner::Suspend)
        .await;
    suspended.expect("suspends");
    let mut after = rows(&hand).await;
    *after.get_mut("record").expect("there is a record") -= 1;
    assert_eq!(before, after);
    assert!(!agrees(&shop.house, "suspended").await);
    for shop in shops {
        shop.house.close().await;
    }
    for place in places {
        place.remove().await;
    }
}

/// Whether all listings that are looked at may be sold; they agree among each other and with the door.
async fn agrees(house: &House, context: &str) -> bool {
    let mut after = String::new();
    let mut sellable = Vec::new();
    let mut ends = Vec::new();
    for _ in 0..PAGES_MAX {
        let page = house
            .listings(&shop::market(), &after, PAGE, house.present())
            .await
            .expect("reads");
        let Some(last) = page.last() else { break };
        after = last.listing.id.to_string();
        ends.extend([page[0].listing.id.clone(), last.listing.id.clone()]);
        sellable.extend(page.iter().map(|judged| judged.verdict.is_sellable()));
    }
    let is_open = sellable[0];
    assert!(
        sellable.iter().all(|one| *one == is_open),
        "{context}: some of {} listings and not all",
        sellable.len()
    );
    for listing in ends {
        let key = format!("{context}-{listing}");
        let placed = shop::order_at(house, &key, &listing)
            .await
            .expect("answered");
        let is_accepted = matches!(placed, Placed::Accepted(_));
        assert_eq!(is_accepted, is_open, "{context}: {listing}");
    }
    is_open
}

const TEST: &str = "sizes::a_withdrawal_that_dies_holds_for_all_or_for_none";
const FOLDER: &str = "PASSBAND_TEST_CHILD_FOLDER";
const SERVER: &str = "PASSBAND_TEST_CHILD_SERVER";
const STEP: &str = "PASSBAND_TEST_CHILD_STEP";
const NTH: &str = "PASSBAND_TEST_CHILD_NTH";

/// The child: suspends and lifts until it dies.
async fn withdraw_until_death(folder: &str, step: &str, nth: u64) {
    let dies = Dies::at(step);
    let mut options = Place::options_in(folder.as_ref(), Arc::new(SystemClock));
    options.postgres = setting::text(SERVER);
    options.probe = Some(Arc::<Dies>::clone(&dies));
    let house = House::open(options).await.expect("opens");
    let brand = Scope::Brand(shop::brand(0));
    dies.arm(nth);
    let mut ends = standing(&house).expect("it is open");
    for number in 0_u64.. {
        let manner = if number.is_multiple_of(2) {
            WithdrawalManner::Suspend
        } else {
            WithdrawalManner::Revoke
        };
        let draft = shop::ends(&ends, brand.clone(), manner);
        let ended = house.record(draft).await.expect("recorded");
        ends = ended.recorded().evidence.id.clone();
        say(&format!("change {ends}"));
        if manner == WithdrawalManner::Revoke {
            ends = standing(&house).expect("it is open");
        }
    }
}

/// The authorisation, if nothing suspends it.
fn standing(house: &House) -> Option<EvidenceId> {
    let snapshot = house.snapshot();
    let brand = Scope::Brand(shop::brand(0));
    let mut authorization = None;
    let mut is_open = false;
    for recorded in snapshot.under(&brand) {
        match &recorded.evidence.claim {
            Claim::SalesAuthorization(_) => {
                authorization = Some(recorded.evidence.id.clone());
                is_open = true;
            }
            Claim::Withdrawal { manner, .. } => is_open = *manner != WithdrawalManner::Suspend,
            _ => {}
        }
    }
    authorization.filter(|_| is_open)
}

/// What is there after a death; lifts a suspension that it left behind.
async fn survives(place: &Place, answered: &[String], context: &str) {
    let house = place.open().await;
    let hand = place.hand().await;
    for query in [
        "SELECT (SELECT next_position FROM record_head) - (SELECT count(*) FROM record)",
        "SELECT count(*) FROM scopes s WHERE version <> (SELECT count(*) FROM record WHERE scope = s.scope)",
    ] {
        assert_eq!(hand.number(query).await, 0, "{context}: {query}");
    }
    let there = hand
        .texts("SELECT 'change ' || evidence_id FROM record")
        .await;
    let there: Vec<String> = there.into_iter().flatten().collect();
    for said in answered.iter().filter(|said| said.starts_with("change ")) {
        assert!(there.contains(said), "{context}: {said} is lost");
    }
    let is_open = agrees(&house, context).await;
    assert_eq!(is_open, standing(&house).is_some(), "{context}");
    if !is_open {
        let brand = Scope::Brand(shop::brand(0));
        let last = house
            .snapshot()
            .under(&brand)
            .last()
            .map(|one| one.evidence.id.clone());
        let last = last.expect("a suspension");
        let lift = shop::ends(&last, brand, WithdrawalManner::Revoke);
        house.record(lift).await.expect("lifts");
    }
    house.close().await;
}

async fn dies(backend: Backend) {
    let Some(place) = Place::new(backend).await else {
        return;
    };
    let listings = setting::number("PASSBAND_TEST_LISTINGS").unwrap_or(MANY);
    // A suspension and its return, or more of both.
    let arrivals = setting::number("PASSBAND_TEST_CASES").unwrap_or(1);
    shop_of(&place, listings).await.house.close().await;
    let steps = CHANGE_STEPS.into_iter().chain(["db.committed"]);
    let mut deaths = 0;
    for step in steps {
        for nth in 1..=arrivals {
            let mut settings = vec![
                (FOLDER, place.folder().display().to_string()),
                (STEP, step.to_owned()),
                (NTH, nth.to_string()),
            ];
            settings.extend(place.url().map(|url| (SERVER, url)));
            let answered = deaths::child(TEST, &settings);
            let context = format!("{backend:?}, died at {step}, time {nth}");
            survives(&place, &answered, &context).await;
            deaths += 1;
        }
    }
    println!("{backend:?}: {deaths} deaths with {listings} listings, all or none");
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_that_dies_holds_for_all_or_for_none() {
    if let (Some(folder), Some(step), Some(nth)) = (
        setting::text(FOLDER),
        setting::text(STEP),
        setting::number(NTH),
    ) {
        println!();
        return withdraw_until_death(&folder, &step, nth).await;
    }
    for backend in [Backend::Sqlite, Backend::Postgres] {
        dies(backend).await;
    }
}

on_both! {
    async fn a_withdrawal_costs_the_same_at_any_size(place: &Place) {
        costs_the_same(place).await;
    }
}
