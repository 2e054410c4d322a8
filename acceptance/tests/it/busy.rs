//! Orders cannot keep a withdrawal out: not by holding every connection, and not by coming without end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use acceptance::gates::Gates;
use acceptance::history::{Effect, Scribe};
use acceptance::on_both;
use acceptance::place::Place;
use acceptance::setting;
use acceptance::shop::{self, Shop, Size};
use domain::evidence::WithdrawalManner;
use domain::id::EvidenceId;
use store::db::OpenOptions;
use tokio::sync::watch;
use trade::door::Placed;
use trade::{Backend, House};

/// More than a node has connections.
const HELD_ORDERS: usize = OpenOptions::POOL_SIZE + 8;
const CLIENTS: usize = 32;
const LOAD_SECONDS: u64 = 30;
/// The one promise that names a time: each withdrawal is answered within it.
const ANSWER_MAX: Duration = Duration::from_secs(1);
/// How many answers of one kind are awaited between a withdrawal and a return.
const ANSWERS_BETWEEN: u64 = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_needs_no_connection_that_orders_can_hold() {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let gates = Gates::new();
    let house = place.open_probed(&gates).await;
    let size = Size {
        brands: 2,
        listings: 1,
        units: 100,
    };
    let shop = Shop::open(&house, size).await;
    let held_listing = shop.shelves[0].listings[0].0.clone();
    gates.hold("order.locked");
    let mut orders = Vec::new();
    for number in 0..HELD_ORDERS {
        let (shop, listing) = (shop.clone(), held_listing.clone());
        orders.push(tokio::spawn(async move {
            shop.order(&format!("held-{number}"), &listing).await
        }));
    }
    // Every connection holds an order; the others wait for a connection.
    for _ in 0..OpenOptions::POOL_SIZE {
        gates.arrived("order.locked").await;
    }
    let withdrawn = shop.withdraw(&shop.shelves[1].authorization, WithdrawalManner::Revoke);
    let withdrawn = withdrawn.await;
    gates.open("order.locked");
    withdrawn.expect("a withdrawal of another brand's word meets none of them");
    for order in orders {
        let placed = order.await.expect("ends").expect("answered");
        assert!(matches!(placed, Placed::Accepted(_)));
    }
    house.close().await;
    place.remove().await;
}

/// What the clients and the brand tell each other.
struct Load {
    house: House,
    scribe: Scribe,
    accepted: watch::Sender<u64>,
    refused: watch::Sender<u64>,
    is_over: AtomicBool,
    keys: AtomicU64,
}

impl Load {
    async fn order_until_over(self: Arc<Self>, shop: Shop, client: usize) {
        let listings = &shop.shelves[0].listings;
        let listing = &listings[client % listings.len()].0;
        while !self.is_over.load(Ordering::SeqCst) {
            let key = format!("order-{}", self.keys.fetch_add(1, Ordering::SeqCst));
            let invoked = self.scribe.now();
            let placed = shop::order_at(&self.house, &key, listing)
                .await
                .expect("an order is answered");
            self.scribe.order(&key, invoked, &placed);
            match placed {
                Placed::Accepted(_) => self.accepted.send_modify(|count| *count += 1),
                Placed::Refused(_) => self.refused.send_modify(|count| *count += 1),
            }
        }
    }

    /// Waits until the clients have heard some more answers of a kind.
    async fn hear(&self, kind: &watch::Sender<u64>) {
        let enough = *kind.borrow() + ANSWERS_BETWEEN;
        let mut heard = kind.subscribe();
        heard
            .wait_for(|count| *count >= enough)
            .await
            .expect("the counter outlives the wait");
    }

    /// Suspends and returns until the time is over; gives the slowest answer and how many there were.
    async fn withdraw_and_return(&self, shop: &Shop, seconds: u64) -> (Duration, u64) {
        let authorization = &shop.shelves[0].authorization;
        let (began, mut slowest, mut times) = (Instant::now(), Duration::ZERO, 0);
        while began.elapsed() < Duration::from_secs(seconds) {
            self.hear(&self.accepted).await;
            let (invoked, asked) = (self.scribe.now(), Instant::now());
            let suspended = shop
                .withdraw(authorization, WithdrawalManner::Suspend)
                .await
                .expect("a brand may suspend");
            slowest = slowest.max(asked.elapsed());
            let name = format!("withdrawal-{times}");
            self.scribe
                .change(&name, invoked, &suspended, Effect::Closes);
            self.hear(&self.refused).await;
            let suspension: &EvidenceId = &suspended.recorded().evidence.id;
            let invoked = self.scribe.now();
            let lifted = shop
                .withdraw(suspension, WithdrawalManner::Revoke)
                .await
                .expect("a suspension can be lifted");
            let name = format!("return-{times}");
            self.scribe.change(&name, invoked, &lifted, Effect::Opens);
            times += 1;
        }
        // They flow again at the end, too.
        self.hear(&self.accepted).await;
        (slowest, times)
    }
}

on_both! {
    async fn each_withdrawal_is_answered_in_a_second_under_load(place: &Place) {
        let seconds = setting::number("PASSBAND_TEST_SECONDS").unwrap_or(LOAD_SECONDS);
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 8, units: 1_000_000 }).await;
        let load = Arc::new(Load {
            house: house.clone(),
            scribe: Scribe::default(),
            accepted: watch::Sender::new(0),
            refused: watch::Sender::new(0),
            is_over: AtomicBool::new(false),
            keys: AtomicU64::new(0),
        });
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| tokio::spawn(Arc::clone(&load).order_until_over(shop.clone(), client)))
            .collect();
        let (slowest, times) = load.withdraw_and_return(&shop, seconds).await;
        load.is_over.store(true, Ordering::SeqCst);
        for client in clients {
            client.await.expect("ends");
        }
        let (accepted, refused) = (*load.accepted.borrow(), *load.refused.borrow());
        println!(
            "{:?}: {times} withdrawals, the slowest answered in {slowest:?}; {accepted} orders accepted, {refused} refused",
            house.backend()
        );
        load.scribe.hold("orders and withdrawals under load");
        assert!(slowest <= ANSWER_MAX, "a withdrawal took {slowest:?}");
        let hand = place.hand().await;
        let stored = hand.number("SELECT count(*) FROM orders").await;
        assert_eq!(stored, i64::try_from(accepted).expect("it is small"), "orders stored and answered");
        house.close().await;
    }
}
