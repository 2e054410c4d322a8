//! A server that keeps saying "again", that does not say what became of a COMMIT, and that hangs up: everything that
//! is asked for is done once, and nothing is tried without end. On PostgreSQL behind a proxy; SQLite has no such errors.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use acceptance::dice::repeat;
use acceptance::place::Place;
use acceptance::proxy::{Faults, OUT_OF, Proxy};
use acceptance::setting;
use acceptance::shop::{self, Shop, Size};
use acceptance::storm::Storm;
use acceptance::trial;
use domain::evidence::WithdrawalManner;
use trade::door::Placed;
use trade::{Backend, Code};

/// Operations unless said otherwise; the night run has 20,000.
const OPERATIONS: u64 = 600;
/// Where every third statement fails, one operation takes two hundred; of those there are fewer by so many times.
const FEWER: u64 = 10;
/// Most of them wait before they try again, at any moment.
const CLIENTS: usize = 64;
const SIZE: Size = Size {
    brands: 20,
    listings: 5,
    units: 100_000,
};
/// How often a job is run, and how long it takes at most until it is given up.
const TRIES_MAX: u64 = 10;
const TRIES_TIME_MAX: Duration = Duration::from_secs(20);
/// Of all statements, and of all COMMITs.
const AGAIN: u64 = OUT_OF * 30 / 100;
const UNKNOWN: u64 = OUT_OF * 5 / 100;

/// The shop's house, reached through the proxy.
async fn behind(place: &Place, proxy: &Proxy, shop: Shop) -> Shop {
    shop.house.close().await;
    Shop {
        house: place.open_through(proxy).await,
        shelves: shop.shelves,
    }
}

async fn storm(faults: Faults, fewer: u64, test: &str) {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let seed = setting::number("PASSBAND_TEST_SEED").unwrap_or(0);
    let operations = setting::number("PASSBAND_TEST_OPERATIONS").unwrap_or(OPERATIONS) / fewer;
    let proxy = Proxy::before(&place.url().expect("a server"), seed).await;
    let shop = Shop::open(&place.open().await, SIZE).await;
    let shop = behind(&place, &proxy, shop).await;
    proxy.set(faults);
    let storm = Storm {
        clients: CLIENTS,
        operations,
        has_feeds: false,
        seed,
    };
    let done = storm.rage(&Arc::new(shop.clone()), &shop).await;
    proxy.set(Faults::default());
    shop.house.follow().await.expect("follows");
    let told = trial::hold(
        &place,
        &shop,
        (SIZE.units, false),
        &done,
        &repeat(test, seed),
    )
    .await;
    let again = done
        .iter()
        .map(|done| u64::from(done.times) - 1)
        .sum::<u64>();
    println!("{told}; asked again {again} times; {:?}", proxy.tally());
    let tally = proxy.tally();
    let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    assert!(of(&tally.commits) >= operations / 10, "{tally:?}");
    let planned = [
        (faults.retry, of(&tally.retries), of(&tally.statements)),
        (faults.unknown, of(&tally.unknown), of(&tally.commits)),
        (faults.cut, of(&tally.cuts), of(&tally.commits)),
        (faults.ended, of(&tally.ended), of(&tally.statements)),
    ];
    for (planned, was, all) in planned {
        // A third of the plan at the least: a storm without faults would prove nothing.
        assert!(was * 3 * OUT_OF >= planned * all, "{tally:?}");
    }
    shop.house.close().await;
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_done_once_however_often_the_server_says_again() {
    let faults = Faults {
        retry: AGAIN,
        unknown: UNKNOWN,
        ..Faults::default()
    };
    let test = "retries::each_is_done_once_however_often_the_server_says_again";
    storm(faults, FEWER, test).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_done_once_however_often_the_line_is_cut() {
    let faults = Faults {
        retry: OUT_OF / 50,
        unknown: UNKNOWN,
        cut: UNKNOWN,
        ended: OUT_OF / 100,
    };
    let test = "retries::each_is_done_once_however_often_the_line_is_cut";
    storm(faults, 1, test).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_succeeds_is_tried_ten_times_and_answered_in_time() {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let proxy = Proxy::before(&place.url().expect("a server"), 0).await;
    let shop = Shop::open(&place.open().await, SIZE).await;
    let shop = behind(&place, &proxy, shop).await;
    let shelf = &shop.shelves[0];
    // The offer is known from here on, so that an order goes straight to its transaction.
    let listing = &shelf.listings[0].0;
    let placed = shop.order("first", listing).await;
    assert!(matches!(placed, Ok(Placed::Accepted(_))), "{placed:?}");
    proxy.set(Faults {
        retry: OUT_OF,
        ..Faults::default()
    });
    let tries = || proxy.tally().retries.load(Ordering::Relaxed);
    let (before, began) = (tries(), Instant::now());
    let placed = shop.order("second", listing).await;
    assert_eq!(placed.expect_err("it cannot be").code, Code::Busy);
    // BEGIN and the locks travel together, and each is refused, once its connection knows the locks' statement.
    let refused = tries() - before;
    assert!(
        (TRIES_MAX..=2 * TRIES_MAX).contains(&refused),
        "an order: {refused}"
    );
    assert!(began.elapsed() < TRIES_TIME_MAX, "{:?}", began.elapsed());
    let (before, began) = (tries(), Instant::now());
    let scope = domain::scope::Scope::Brand(shelf.brand.clone());
    let draft = shop::ends(&shelf.authorization, scope, WithdrawalManner::Revoke);
    let ended = shop.house.record(draft).await;
    assert_eq!(ended.expect_err("it cannot be").code, Code::Busy);
    assert_eq!(tries() - before, TRIES_MAX, "a withdrawal");
    assert!(began.elapsed() < TRIES_TIME_MAX, "{:?}", began.elapsed());
    proxy.set(Faults::default());
    // Nothing of the two was kept, and the connections serve on.
    let placed = shop.order("second", listing).await;
    assert!(matches!(placed, Ok(Placed::Accepted(_))), "{placed:?}");
    shop.house.close().await;
    place.remove().await;
}
