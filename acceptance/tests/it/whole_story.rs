//! The whole story, played, played again, checked, and then meddled with.

use std::sync::Arc;

use acceptance::place::{Hand, Place};
use domain::Instant;
use trade::clock::HandClock;
use trade::{Backend, Code, House};

async fn open(place: &Place) -> (House, Arc<HandClock>) {
    let start: Instant = "2016-01-01".parse().expect("a date");
    let clock = Arc::new(HandClock::at(start));
    let house = place.open_with(Arc::<HandClock>::clone(&clock), None).await;
    (house, clock)
}

const COUNTED: [&str; 10] = [
    "record",
    "scopes",
    "listings",
    "orders",
    "order_lines",
    "data_sets",
    "facts",
    "parties",
    "device_variants",
    "carts",
];

async fn counts(hand: &Hand) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    for table in COUNTED {
        let count = hand.number(&format!("SELECT count(*) FROM {table}")).await;
        counts.push((table, count));
    }
    let sold = hand
        .number("SELECT COALESCE(SUM(sold), 0) FROM listings")
        .await;
    counts.push(("units sold", sold));
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_played_twice_is_told_twice_and_done_once() {
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    let (house, clock) = open(&place).await;
    let hand = place.hand().await;
    let mut told: [Vec<String>; 3] = Default::default();
    let mut after = Vec::new();
    for (time, told) in told.iter_mut().enumerate() {
        let cast = story::play(&house, &clock, &mut |step| told.push(step.title.to_owned())).await;
        let cast = cast.unwrap_or_else(|error| panic!("played for time {time}: {error}"));
        after.push((cast, counts(&hand).await));
        house.sign_record().await.expect("signs");
    }
    assert!(
        after[0]
            .1
            .iter()
            .all(|(table, count)| *count > 0 || *table == "carts"),
        "{after:?}"
    );
    assert_eq!(after[0], after[1], "nothing is done twice");
    assert_eq!(after[0], after[2], "nor three times");
    assert_eq!(told[0], told[1], "the same is told");
    let verified = house.verify_record().await.expect("verifies");
    assert!(verified.is_clean(), "{verified:?}");
    assert!(verified.report.checkpoints_checked > 0);
    house.close().await;

    // In another process, as it were: the same house, opened again.
    let (house, clock) = open(&place).await;
    let cast = story::play(&house, &clock, &mut |_| {})
        .await
        .expect("plays on");
    assert_eq!((cast, counts(&hand).await), after[0].clone());

    // One byte of one entry, anywhere.
    let size = hand.number("SELECT count(*) FROM record").await;
    for position in [0, size / 2, size - 1] {
        hand.run("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM record")
            .await;
        hand.run(&format!(
            "UPDATE record SET body = SUBSTR(body, 1, 20) || 'x' || SUBSTR(body, 22) WHERE position = {position}"
        ))
        .await;
        let verified = house.verify_record().await.expect("verifies");
        assert!(!verified.is_clean(), "entry {position}");
        assert_eq!(
            verified.report.first_bad_index,
            u64::try_from(position).ok()
        );
        hand.run("DELETE FROM record; INSERT INTO record SELECT * FROM kept")
            .await;
        assert!(house.verify_record().await.expect("verifies").is_clean());
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_server_with_a_clock_of_its_own_the_story_is_refused_before_it_begins() {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let (house, clock) = open(&place).await;
    let hand = place.hand().await;
    let before = counts(&hand).await;
    let error = story::play(&house, &clock, &mut |_| {})
        .await
        .expect_err("refused");
    assert_eq!(error.code, Code::StateConflict);
    assert_eq!(counts(&hand).await, before);
    house.close().await;
    place.remove().await;
}
