//! Orders, authorisations, certifications, withdrawals and feeds of many clients at once: everything that was answered
//! can be put into one order, the record's, in which each answer is right; and each listing's history on its own, too.

use std::sync::Arc;

use acceptance::dice::repeat;
use acceptance::on_both;
use acceptance::place::Place;
use acceptance::setting;
use acceptance::shop::{Shop, Size};
use acceptance::storm::Storm;
use acceptance::trial;
use trade::Backend;

/// Operations of a storm unless said otherwise; the night run has five of 100,000.
const fn operations(backend: Backend) -> u64 {
    match backend {
        Backend::Sqlite => 20_000,
        // Each costs three times as much there.
        Backend::Postgres => 10_000,
    }
}
const CLIENTS: usize = 64;
const SIZE: Size = Size {
    brands: 20,
    listings: 10,
    units: 5,
};

async fn storm(place: &Place, seed: u64) {
    let operations =
        setting::number("PASSBAND_TEST_OPERATIONS").unwrap_or_else(|| operations(place.backend()));
    let house = place.open().await;
    let shop = Shop::open(&house, SIZE).await;
    let storm = Storm {
        clients: CLIENTS,
        operations,
        has_feeds: true,
        seed,
    };
    let done = storm.rage(&Arc::new(shop.clone()), &shop).await;
    let context = repeat("storms::", seed);
    let told = trial::hold(place, &shop, (SIZE.units, true), &done, &context).await;
    println!("{:?}, seed {seed}: {told}", house.backend());
    house.close().await;
}

on_both! {
    async fn a_storm_can_be_put_into_one_order(place: &Place) {
        let seeds = setting::number("PASSBAND_TEST_CASES").unwrap_or(1);
        let first = setting::number("PASSBAND_TEST_SEED").unwrap_or(0);
        storm(place, first).await;
        for seed in first + 1..first + seeds {
            let another = Place::new(place.backend()).await.expect("there was one before");
            storm(&another, seed).await;
            another.remove().await;
        }
    }
}
