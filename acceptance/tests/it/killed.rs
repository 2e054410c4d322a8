//! The process dies at a named step, in the middle of orders and withdrawals; what was answered is there
//! afterwards, nothing is half there, and the record goes on from what was signed.
//!
//! The child is this test binary again, with settings that make the test work instead of watch. SQLite only:
//! on PostgreSQL a client that dies leaves the server to undo its transaction.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use acceptance::deaths::{self, Dies, say};
use acceptance::gates::{CHANGE_STEPS, ORDER_STEPS};
use acceptance::place::Place;
use acceptance::setting;
use acceptance::shop::{self, Shop, Size};
use domain::evidence::{Claim, WithdrawalManner};
use domain::id::{EvidenceId, ListingId};
use domain::scope::Scope;
use gate::snapshot::Moment;
use trade::clock::SystemClock;
use trade::door::Placed;
use trade::{Backend, House};

const TEST: &str = "killed::what_was_answered_survives_a_death_at_any_step";
const FOLDER: &str = "PASSBAND_TEST_CHILD_FOLDER";
const RUN: &str = "PASSBAND_TEST_CHILD_RUN";
const STEP: &str = "PASSBAND_TEST_CHILD_STEP";
const NTH: &str = "PASSBAND_TEST_CHILD_NTH";
/// At which arrival at the step the child dies: the first, and one in the thick of it.
const ARRIVALS: [u64; 2] = [1, 20];
const CLIENTS: usize = 8;
const SIZE: Size = Size {
    brands: 1,
    listings: 4,
    units: 100_000,
};

/// The child: orders and withdraws until it dies, and tells what was answered.
async fn work_until_death(folder: &Path, run: &str, step: &str, nth: u64) {
    let dies = Dies::at(step);
    let mut options = Place::options_in(folder, Arc::new(SystemClock));
    options.probe = Some(Arc::<Dies>::clone(&dies));
    let house = House::open(options).await.expect("opens");
    let listings = listings(&house).await;
    dies.arm(nth);
    for client in 0..CLIENTS {
        let (house, run) = (house.clone(), run.to_owned());
        let listing = listings[client % listings.len()].clone();
        tokio::spawn(async move {
            for number in 0_u64.. {
                let key = format!("{run}-{client}-{number}");
                let placed = shop::order_at(&house, &key, &listing).await;
                if let Ok(Placed::Accepted(order)) = placed {
                    say(&format!("order {}", order.id));
                }
            }
        });
    }
    let brand = Scope::Brand(shop::brand(0));
    let authorization = authorization(&house);
    loop {
        let suspend = shop::ends(&authorization, brand.clone(), WithdrawalManner::Suspend);
        let suspended = house.record(suspend).await.expect("suspends");
        say(&format!("change {}", suspended.recorded().evidence.id));
        house.sign_record().await.expect("signs");
        let suspension = &suspended.recorded().evidence.id;
        let lift = shop::ends(suspension, brand.clone(), WithdrawalManner::Revoke);
        let lifted = house.record(lift).await.expect("lifts");
        say(&format!("change {}", lifted.recorded().evidence.id));
    }
}

async fn listings(house: &House) -> Vec<ListingId> {
    let found = house
        .listings(&shop::market(), "", 100, house.present())
        .await;
    let found = found.expect("reads");
    found.into_iter().map(|judged| judged.listing.id).collect()
}

fn authorization(house: &House) -> EvidenceId {
    let snapshot = house.snapshot();
    let brand = Scope::Brand(shop::brand(0));
    let mut under = snapshot.under(&brand);
    let found = under.find(|one| matches!(one.evidence.claim, Claim::SalesAuthorization(_)));
    found.expect("the shop has one").evidence.id.clone()
}

/// Starts a child and gives what it said before it died.
fn run_child(folder: &Path, run: &str, step: &str, nth: u64) -> Vec<String> {
    deaths::child(
        TEST,
        &[
            (FOLDER, folder.display().to_string()),
            (RUN, run.to_owned()),
            (STEP, step.to_owned()),
            (NTH, nth.to_string()),
        ],
    )
}

/// Holds the invariants over what is in the database and what was answered.
async fn check(place: &Place, answered: &[String], context: &str) -> bool {
    let house = place.open().await;
    let hand = place.hand().await;
    let sound = hand.texts("PRAGMA integrity_check").await;
    assert_eq!(sound, [["ok"]], "{context}");
    let none = [
        ("units below zero", "SELECT count(*) FROM listings WHERE available < 0".to_owned()),
        ("units lost or won", format!("SELECT count(*) FROM listings WHERE available + sold <> {}", SIZE.units)),
        (
            "units sold without an order, or the reverse",
            "SELECT count(*) FROM listings l WHERE sold <> (SELECT COALESCE(SUM(quantity), 0) FROM order_lines WHERE listing_id = l.id)".to_owned(),
        ),
        (
            "orders without lines",
            "SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_lines WHERE order_id = o.id)".to_owned(),
        ),
        (
            "a head that is not at the end",
            "SELECT (SELECT next_position FROM record_head) - (SELECT count(*) FROM record)".to_owned(),
        ),
        (
            "positions with gaps",
            "SELECT (SELECT MAX(position) + 1 FROM record) - (SELECT count(*) FROM record)".to_owned(),
        ),
        (
            "versions that are not the number of entries",
            "SELECT count(*) FROM scopes s WHERE version <> (SELECT count(*) FROM record WHERE scope = s.scope)".to_owned(),
        ),
    ];
    for (what, query) in none {
        assert_eq!(hand.number(&query).await, 0, "{context}: {what}");
    }
    let ids = |rows: Vec<Vec<String>>| -> std::collections::BTreeSet<String> {
        rows.into_iter().flatten().collect()
    };
    let orders = ids(hand.texts("SELECT 'order ' || id FROM orders").await);
    let changes = ids(hand
        .texts("SELECT 'change ' || evidence_id FROM record")
        .await);
    for said in answered {
        assert!(
            orders.contains(said) || changes.contains(said),
            "{context}: {said} was answered and is lost"
        );
    }
    house
        .sign_record()
        .await
        .expect("the record goes on from what was signed");
    let verified = house.verify_record().await.expect("verifies");
    assert!(verified.is_clean(), "{context}: {verified:?}");
    let is_open = agrees_with_itself(&house, context).await;
    house.close().await;
    is_open
}

/// Pages, verdicts and the door say the same of every listing; gives whether it is on sale.
async fn agrees_with_itself(house: &House, context: &str) -> bool {
    let offer = shop::offer(0, 0);
    let is_open = house
        .verdict(&offer, Moment::at(house.present()))
        .is_sellable();
    let page = house
        .listings(&shop::market(), "", 100, house.present())
        .await;
    for judged in page.expect("reads") {
        assert_eq!(
            judged.is_buyable, is_open,
            "{context}: {:?}",
            judged.listing.id
        );
        let key = format!("{context}-{}", judged.listing.id);
        let placed = shop::order_at(house, &key, &judged.listing.id)
            .await
            .expect("answered");
        assert_eq!(matches!(placed, Placed::Accepted(_)), is_open, "{context}");
    }
    is_open
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_death_at_any_step() {
    if let (Some(folder), Some(run), Some(step), Some(nth)) = (
        setting::text(FOLDER),
        setting::text(RUN),
        setting::text(STEP),
        setting::number(NTH),
    ) {
        println!();
        return work_until_death(&PathBuf::from(folder), &run, &step, nth).await;
    }
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    let house = place.open().await;
    Shop::open(&house, SIZE).await;
    house.close().await;
    let order_steps = ORDER_STEPS.into_iter().filter(|step| *step != "db.commit");
    let steps: Vec<&str> = order_steps
        .chain(CHANGE_STEPS)
        .chain(["db.committed"])
        .collect();
    let mut answered = Vec::new();
    let mut deaths = 0;
    for (at, step) in steps.iter().enumerate() {
        for nth in ARRIVALS {
            let run = format!("{at}-{nth}");
            let said = run_child(place.folder(), &run, step, nth);
            answered.extend(
                said.into_iter()
                    .filter(|line| line.starts_with("order ") || line.starts_with("change ")),
            );
            let is_open = check(&place, &answered, &format!("died-at-{step}-{nth}")).await;
            if !is_open {
                reopen(&place).await;
            }
            deaths += 1;
        }
    }
    assert!(
        answered.len() > deaths,
        "too little was answered: {}",
        answered.len()
    );
    println!("{deaths} deaths, {} answers, none lost", answered.len());
}

/// Lifts the suspension that a death left behind.
async fn reopen(place: &Place) {
    let house = place.open().await;
    let brand = Scope::Brand(shop::brand(0));
    let last = house
        .snapshot()
        .under(&brand)
        .last()
        .map(|one| one.evidence.id.clone());
    let lift = shop::ends(
        &last.expect("a suspension"),
        brand,
        WithdrawalManner::Revoke,
    );
    house.record(lift).await.expect("lifts");
    house.close().await;
}
