//! Time is a withdrawal too: validity to the millisecond through the door, clocks that step, an end in the
//! middle of a checkout. On SQLite, where the house's clock is the test's; a server has its own.

use std::sync::Arc;

use acceptance::dice::{Dice, each_seed, repeat};
use acceptance::gates::{Gates, ORDER_STEPS};
use acceptance::place::Place;
use acceptance::shop::{self, Shop, Size, order_at};
use domain::evidence::WithdrawalManner;
use domain::id::ListingId;
use domain::scope::Scope;
use domain::{Clock, Instant, Period};
use gate::snapshot::Moment;
use trade::change::Draft;
use trade::clock::HandClock;
use trade::door::Placed;
use trade::{Backend, House};

const ONE: Size = Size {
    brands: 1,
    listings: 1,
    units: 100_000,
};
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Windows tried through the door.
const WINDOWS: u64 = 100;

struct Stage {
    place: Place,
    clock: Arc<HandClock>,
    gates: Arc<Gates>,
    house: House,
    shop: Shop,
    listing: ListingId,
}

fn noon() -> Instant {
    "2016-03-13T10:00:00Z".parse().expect("an instant")
}

impl Stage {
    async fn new() -> Self {
        let place = Place::new(Backend::Sqlite).await.expect("a folder");
        let clock = Arc::new(HandClock::at(noon().plus_ms(-24 * HOUR_MS)));
        let gates = Gates::new();
        let house = place
            .open_with(
                Arc::<HandClock>::clone(&clock),
                Some(Arc::<Gates>::clone(&gates)),
            )
            .await;
        let shop = Shop::open(&house, ONE).await;
        let listing = shop.shelves[0].listings[0].0.clone();
        Self {
            place,
            clock,
            gates,
            house,
            shop,
            listing,
        }
    }

    async fn is_accepted(&self, key: &str) -> bool {
        let placed = order_at(&self.house, key, &self.listing).await;
        matches!(placed.expect("an order is answered"), Placed::Accepted(_))
    }

    async fn is_buyable(&self) -> bool {
        let (market, now) = (shop::market(), self.house.present());
        let page = self.house.listings(&market, "", 10, now).await;
        page.expect("reads")[0].is_buyable
    }

    /// The shop's first authorisation is replaced by one for a period.
    async fn authorize_for(&self, valid: Period) {
        let draft = shop::authorizes(&shop::brand(0)).valid(valid);
        self.house.record(draft).await.expect("authorises");
    }

    async fn revoke_first(&self) {
        let authorization = &self.shop.shelves[0].authorization;
        let revoked = self.shop.withdraw(authorization, WithdrawalManner::Revoke);
        revoked.await.expect("revokes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_is_exact_through_the_door() {
    let stage = Stage::new().await;
    stage.revoke_first().await;
    let mut dice = Dice::of(7);
    let mut at = noon();
    for window in 0..WINDOWS {
        // Each window lies after the one before, with a millisecond or more between them.
        let length = *dice.one(&[1, 2, 1_000, HOUR_MS]);
        let (from, until) = (at.plus_ms(2), at.plus_ms(2 + length));
        stage.authorize_for(Period::between(from, until)).await;
        let edges = [
            (from.plus_ms(-1), false),
            (from, true),
            (until.plus_ms(-1), true),
            (until, false),
        ];
        for (then, is_open) in edges {
            stage.clock.set(then);
            let key = format!("{window}-{then}-{is_open}");
            assert_eq!(
                stage.is_accepted(&key).await,
                is_open,
                "{from} to {until} at {then}"
            );
            assert_eq!(
                stage.is_buyable().await,
                is_open,
                "{from} to {until} at {then}"
            );
        }
        at = until;
    }
    stage.house.close().await;
}

/// The end comes between two steps of an order. What counts is the instant of acceptance, which is read behind
/// the locks: an end before it refuses, an end after it does not undo.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_in_the_middle_of_a_checkout_counts_at_the_instant_of_acceptance() {
    let stage = Stage::new().await;
    stage.revoke_first().await;
    for (round, step) in (0..).zip(ORDER_STEPS) {
        let from = noon().plus_ms(round * 3 * HOUR_MS);
        let until = from.plus_ms(HOUR_MS);
        stage.clock.set(from);
        stage.authorize_for(Period::between(from, until)).await;
        stage.gates.hold(step);
        let (key, after) = (format!("during-{step}"), format!("after-{step}"));
        let (is_accepted, ()) = tokio::join!(stage.is_accepted(&key), async {
            stage.gates.arrived(step).await;
            stage.clock.set(until);
            stage.gates.open(step);
        });
        let is_before_acceptance = ["order.scoped", "order.locked"].contains(&step);
        assert_eq!(is_accepted, !is_before_acceptance, "{step}");
        assert!(!stage.is_accepted(&after).await, "{step}: it has ended");
        if is_accepted {
            let orders = stage.house.orders_since(&stage.listing, from, 10).await;
            let order = &orders.expect("reads")[0];
            assert_eq!(order.accepted_at, from, "{step}: it stands in the order");
        }
    }
    stage.house.close().await;
}

/// An order that began before a policy was recorded waits for it; then the clock is put back. What is locked is what the
/// policy of the instant of acceptance says, not that of the clock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_recorded_before_the_clock_was_put_back_says_what_an_order_locks() {
    let stage = Stage::new().await;
    let networks = [vec![], vec![shop::host()]];
    for (round, hosts) in (1..).zip(networks) {
        let from = noon().plus_ms(round * HOUR_MS);
        stage.clock.set(from);
        let mut policy = shop::authorization_only();
        policy.hosts = hosts;
        let valid = Period {
            from: Some(from),
            until: None,
        };
        let policy = Draft::policy(policy, "On other networks").valid(valid);
        stage.gates.hold("change.appended");
        let key = format!("round-{round}");
        let (set, is_accepted, ()) = tokio::join!(
            stage.house.record(policy),
            async {
                stage.gates.arrived("change.appended").await;
                stage.clock.set(noon().plus_ms(-HOUR_MS));
                stage.is_accepted(&key).await
            },
            async {
                // Long enough for the order to begin and to wait.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                stage.gates.open("change.appended");
            }
        );
        set.expect("a policy");
        assert!(is_accepted, "{key}");
    }
    stage.house.close().await;
}

/// A clock that is put back brings nothing back: the instant of acceptance is never before the record's last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_put_back_brings_nothing_back() {
    let stage = Stage::new().await;
    stage.clock.set(noon());
    assert!(stage.is_accepted("before").await && stage.is_buyable().await);
    let authorization = &stage.shop.shelves[0].authorization;
    let suspended = stage
        .shop
        .withdraw(authorization, WithdrawalManner::Suspend);
    let suspension = suspended
        .await
        .expect("suspends")
        .recorded()
        .evidence
        .id
        .clone();
    for (at, distance) in [-24 * HOUR_MS, -HOUR_MS, -1, 0, 1, HOUR_MS]
        .into_iter()
        .enumerate()
    {
        stage.clock.set(noon().plus_ms(distance));
        assert!(
            !stage.is_accepted(&format!("put-{at}")).await,
            "by {distance} ms"
        );
        assert!(
            !stage.is_buyable().await,
            "shown as buyable, clock put by {distance} ms"
        );
    }
    // The return is recorded while the clock is an hour back; it takes effect at once all the same.
    stage.clock.set(noon().plus_ms(-HOUR_MS));
    let lifted = stage
        .shop
        .withdraw(&suspension, WithdrawalManner::Revoke)
        .await
        .expect("lifts");
    assert!(
        lifted.recorded().at >= noon(),
        "the record's time does not go back"
    );
    assert!(stage.is_accepted("returned").await && stage.is_buyable().await);
    let orders = stage
        .house
        .orders_of(&stage.listing, 10)
        .await
        .expect("reads");
    assert!(
        orders.iter().all(|order| order.accepted_at >= noon()),
        "{orders:?}"
    );
    stage.house.close().await;
    drop(stage.place);
}

/// A page can be asked for another day; what could be bought then is not shown as buyable now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_be_bought_then_is_not_buyable_now() {
    let stage = Stage::new().await;
    let (before, during) = (noon().plus_ms(-1), noon());
    stage.clock.set(during);
    let authorization = &stage.shop.shelves[0].authorization;
    let suspended = stage
        .shop
        .withdraw(authorization, WithdrawalManner::Suspend);
    let suspension = suspended
        .await
        .expect("suspends")
        .recorded()
        .evidence
        .id
        .clone();
    let listing = stage
        .house
        .listing(&stage.listing)
        .await
        .expect("reads")
        .expect("is there");
    let known = async |at, known_at| {
        let moment = Moment { at, known_at };
        let judged = stage.house.judge(listing.clone(), moment).await;
        judged.expect("judges")
    };
    for known_at in [Instant::MAX, before, during] {
        let then = known(before, known_at).await;
        assert!(
            then.verdict.is_sellable() && !then.is_buyable,
            "known at {known_at}"
        );
        assert!(
            !known(during.plus_ms(HOUR_MS), known_at).await.is_buyable,
            "known at {known_at}"
        );
    }
    stage.clock.set(during.plus_ms(HOUR_MS));
    stage
        .shop
        .withdraw(&suspension, WithdrawalManner::Revoke)
        .await
        .expect("lifts");
    let then = known(during, Instant::MAX).await;
    assert!(!then.verdict.is_sellable() && then.is_buyable, "it is back");
    stage.house.close().await;
}

/// A withdrawal that is dated ahead, with the clock stepping to and fro around its date.
#[test]
fn a_withdrawal_dated_ahead_takes_effect_on_its_date() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stage = runtime.block_on(Stage::new());
    let test = "clocks::a_withdrawal_dated_ahead_takes_effect_on_its_date";
    let authorization = stage.shop.shelves[0].authorization.clone();
    let brand = || Scope::Brand(shop::brand(0));
    each_seed(test, 20, |seed| {
        let mut dice = Dice::of(seed);
        runtime.block_on(async {
            let start = noon().plus_ms(i64::try_from(seed).expect("small") * 10 * HOUR_MS);
            stage.clock.set(start);
            let date = start.plus_ms(HOUR_MS);
            let ahead = shop::ends(&authorization, brand(), WithdrawalManner::Suspend);
            let ahead = stage
                .house
                .record(ahead.valid(Period::since(date)))
                .await
                .expect("recorded");
            for turn in 0..6 {
                let distance = *dice.one(&[-HOUR_MS, -1, 0, 1, HOUR_MS]);
                stage.clock.set(date.plus_ms(distance));
                let key = format!("{seed}-{turn}");
                assert_eq!(
                    stage.is_accepted(&key).await,
                    distance < 0,
                    "{distance}; {}",
                    repeat(test, seed)
                );
                assert_eq!(
                    stage.is_buyable().await,
                    distance < 0,
                    "{distance}; {}",
                    repeat(test, seed)
                );
            }
            stage.clock.set(start.plus_ms(5 * HOUR_MS));
            let lift = shop::ends(
                &ahead.recorded().evidence.id,
                brand(),
                WithdrawalManner::Revoke,
            );
            stage.house.record(lift).await.expect("lifted");
            assert!(
                stage.is_accepted(&format!("{seed}-end")).await,
                "{}",
                repeat(test, seed)
            );
        });
    });
    assert!(stage.clock.now() > noon());
    runtime.block_on(stage.house.close());
}
