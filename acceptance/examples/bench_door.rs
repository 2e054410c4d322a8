//! What does the gate cost an order, and what a withdrawal?
//!
//! `cargo run --release -p acceptance --example bench_door -- FOLDER [--postgres ADDRESS]`. Orders of one unit by 32
//! clients, on a shop made for it: through the one door, through it while authorisations are withdrawn and given
//! again, and as a bare transaction that does the same to the same tables without locks and without asking the
//! gate: it reads what the door reads, and its keys and ids are made alike. Each is measured in turn, round after round, and ratios are those of one round. Expected before it was
//! written: a door that keeps 0.7 to 0.8 of the bare orders, since the tables cost more than the asking, and a
//! withdrawal at 2 to 3 bare commits, since it reads what it ends, moves a version and writes one row.
//! Prints a Markdown table. Judges no figure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant as Watch};

use acceptance::place::Place;
use acceptance::shop::{self, Shelf, Shop, Size, authorizes, order_at};
use domain::evidence::WithdrawalManner;
use domain::id::{EvidenceId, ListingId};
use store::db::{Db, DbError, Job, OpenOptions, Target, Tx, UnsafeSettings};
use store::orders::{Look, Order, OrderLine};
use store::{listings, orders, people};
use tokio::task::JoinSet;
use trade::House;
use trade::clock::SystemClock;
use trade::door::Placed;

const CLIENTS: usize = 32;
const ROUNDS: usize = 5;
const ROUND_LASTS: Duration = Duration::from_secs(2);
/// Between a brand's return and the next one's withdrawal.
const PAUSE: Duration = Duration::from_millis(100);
const COMMITS: usize = 200;
const SIZE: Size = Size {
    brands: 8,
    listings: 25,
    units: 50_000_000,
};
/// About as long as the basis that the door writes of an order of one line.
const BASIS_BYTES: usize = 420;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A name that was not used before and sorts anywhere, as the keys of real callers do.
fn fresh(what: &str) -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}-{what}-{number}", number.wrapping_mul(SPREAD))
}

/// An odd number near 2^64 divided by the golden ratio, so that what follows one another lies far apart.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// What the door does to the tables, and nothing else.
struct Bare {
    key: String,
    listing: ListingId,
}

impl Job for Bare {
    type Out = bool;
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        let Look { same_key, now, .. } = orders::look(tx, &self.key).await?;
        if same_key.is_some() {
            return Ok(false);
        }
        let taken = listings::take_stock(tx, &[(self.listing.clone(), 1)]).await?;
        let Some(taken) = taken.into_iter().next().flatten() else {
            return Ok(false);
        };
        let unit = taken.unit;
        let order = Order {
            id: shop::id(&format!("or-{:012x}-{}", now.epoch_ms(), &self.key)),
            idempotency_key: self.key.clone(),
            request_hash: "0".repeat(64),
            market: shop::market(),
            total: unit,
            accepted_at: now,
            basis: "x".repeat(BASIS_BYTES),
            lines: vec![OrderLine {
                listing: self.listing.clone(),
                quantity: 1,
                unit,
            }],
        };
        orders::insert(tx, &order).await?;
        Ok(true)
    }
}

/// One row, committed.
struct OneRow(String);

impl Job for OneRow {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        people::put_setting(tx, &self.0, "x").await
    }
}

/// A figure over the rounds.
#[derive(Default)]
struct Figure(Vec<f64>);

impl Figure {
    /// In the middle, or as far up as asked.
    fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted
            .get((last as f64 * part).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    }

    fn print(&self, what: &str, unit: &str) {
        let [middle, least, most] = [0.5, 0.0, 1.0].map(|part| self.at(part));
        println!("| {what} | {middle:.2} | {least:.2} | {most:.2} | {unit} |");
    }
}

/// How many orders a second `CLIENTS` are accepted, each ordering again once it is answered.
async fn rate<F, W>(listings: &[ListingId], order: F) -> f64
where
    F: Fn(ListingId) -> W + Clone + Send + 'static,
    W: Future<Output = bool> + Send,
{
    let watch = Watch::now();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (order, listings) = (order.clone(), listings.to_vec());
        clients.spawn(async move {
            let mut accepted = 0_u32;
            for turn in 0.. {
                if watch.elapsed() >= ROUND_LASTS {
                    break;
                }
                let listing = listings[(client + turn * 7) % listings.len()].clone();
                accepted += u32::from(order(listing).await);
            }
            accepted
        });
    }
    let accepted: u32 = clients.join_all().await.into_iter().sum();
    f64::from(accepted) / watch.elapsed().as_secs_f64()
}

async fn ordered(house: House, listing: ListingId) -> bool {
    let placed = order_at(&house, &fresh("door"), &listing).await;
    matches!(placed.expect("the house answers"), Placed::Accepted(_))
}

/// Withdraws and gives back the authorisations of these shelves, one after the other, until told to stop; gives the
/// shelves as they are then, and how many milliseconds each withdrawal took to be answered.
async fn withdrawing(
    shop: Shop,
    mut shelves: Vec<Shelf>,
    stop: Arc<AtomicBool>,
) -> (Vec<Shelf>, Vec<f64>) {
    let mut took = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        for shelf in &mut shelves {
            took.push(withdrawn(&shop, shelf).await);
            tokio::time::sleep(PAUSE).await;
        }
    }
    (shelves, took)
}

async fn withdrawn(shop: &Shop, shelf: &mut Shelf) -> f64 {
    let watch = Watch::now();
    let answer = shop.withdraw(&shelf.authorization, WithdrawalManner::Revoke);
    answer.await.expect("what is in force can be withdrawn");
    let took = watch.elapsed().as_secs_f64() * 1e3;
    shelf.authorization = returned(shop, shelf).await;
    took
}

async fn returned(shop: &Shop, shelf: &Shelf) -> EvidenceId {
    let change = shop.house.record(authorizes(&shelf.brand)).await;
    let change = change.expect("a brand may authorise again");
    change.recorded().evidence.id.clone()
}

async fn bench([place, other]: [&Place; 2], of: &str) {
    let house = place.open().await;
    let mut shop = Shop::open(&house, SIZE).await;
    let all = listings(&shop);
    let (db, others) = past_a_house(other).await;
    let [mut bare, mut door, mut busy, mut share, mut price] =
        std::array::from_fn::<Figure, 5, _>(|_| Figure::default());
    for _ in 0..ROUNDS {
        let of_db = db.clone();
        let bare_rate = rate(&others, move |listing| {
            let db = of_db.clone();
            async move {
                let order = Bare {
                    key: fresh("bare"),
                    listing,
                };
                db.write(order).await.expect("the tables are there")
            }
        })
        .await;
        let through = house.clone();
        let door_rate = rate(&all, move |listing| ordered(through.clone(), listing)).await;
        let stop = Arc::new(AtomicBool::new(false));
        let withdrawals = tokio::spawn(withdrawing(
            shop.clone(),
            shop.shelves.clone(),
            Arc::clone(&stop),
        ));
        let through = house.clone();
        let busy_rate = rate(&all, move |listing| ordered(through.clone(), listing)).await;
        stop.store(true, Ordering::Relaxed);
        shop.shelves = withdrawals.await.expect("withdrawals go on").0;
        bare.0.push(bare_rate);
        door.0.push(door_rate);
        busy.0.push(busy_rate);
        share.0.push(door_rate / bare_rate);
        price.0.push(busy_rate / bare_rate);
    }
    bare.print(
        &format!("{of}: orders as a bare transaction, {CLIENTS} clients"),
        "/s",
    );
    door.print(&format!("{of}: orders through the door"), "/s");
    busy.print(
        &format!("{of}: orders through the door, withdrawals going on"),
        "/s",
    );
    share.print(
        &format!("{of}: through the door, of the bare ones"),
        "ratio",
    );
    price.print(&format!("{of}: the same, withdrawals going on"), "ratio");
    commits(&mut shop, &db, of).await;
    crowd(&shop, of).await;
}

/// A withdrawal beside a bare commit, in turn, with nobody else there.
async fn commits(shop: &mut Shop, db: &Db, of: &str) {
    let mut shelf = shop.shelves[0].clone();
    let (mut alone, mut bare) = (Figure::default(), Figure::default());
    for _ in 0..COMMITS {
        let watch = Watch::now();
        db.write(OneRow(fresh("row")))
            .await
            .expect("a row can be written");
        bare.0.push(watch.elapsed().as_secs_f64() * 1e3);
        alone.0.push(withdrawn(shop, &mut shelf).await);
    }
    shop.shelves[0] = shelf;
    bare.print(&format!("{of}: a commit of one row"), "ms");
    alone.print(&format!("{of}: a withdrawal"), "ms");
    let times = alone.at(0.5) / bare.at(0.5);
    println!("| {of}: a withdrawal, in commits of one row | {times:.2} |  |  | ratio |");
}

/// Withdrawals while all clients order of the one brand that they concern.
async fn crowd(shop: &Shop, of: &str) {
    let mut shelves = vec![shop.shelves[0].clone()];
    let brand = shelves[0].listings.iter();
    let brand: Vec<ListingId> = brand.map(|(id, _)| id.clone()).collect();
    let mut took = Figure::default();
    for _ in 0..ROUNDS {
        let stop = Arc::new(AtomicBool::new(false));
        let withdrawals = tokio::spawn(withdrawing(shop.clone(), shelves, Arc::clone(&stop)));
        let through = shop.house.clone();
        rate(&brand, move |listing| ordered(through.clone(), listing)).await;
        stop.store(true, Ordering::Relaxed);
        let (then, some) = withdrawals.await.expect("withdrawals go on");
        shelves = then;
        took.0.extend(some);
    }
    let count = took.0.len();
    let what = format!("{of}: {count} withdrawals while {CLIENTS} clients order of the brand");
    println!(
        "| {what}, 99th percentile | {:.2} |  | {:.2} | ms |",
        took.at(0.99),
        took.at(1.0)
    );
}

fn listings(shop: &Shop) -> Vec<ListingId> {
    let all = shop.shelves.iter().flat_map(|shelf| &shelf.listings);
    all.map(|(id, _)| id.clone()).collect()
}

/// Another house with a shop like it, and its tables past the house, which holds them alone while it is open.
async fn past_a_house(place: &Place) -> (Db, Vec<ListingId>) {
    let house = place.open().await;
    let shop = Shop::open(&house, SIZE).await;
    let listings = listings(&shop);
    drop(shop);
    house.close().await;
    let target = match place.url() {
        Some(url) => Target::Postgres(url),
        None => Target::Sqlite(place.file()),
    };
    let mut options = OpenOptions::new(Arc::new(SystemClock), store::MIGRATIONS);
    options.unsafe_settings = UnsafeSettings::AllowForTests;
    let db = Db::open(&target, options).await;
    (db.expect("the house made it"), listings)
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let server = arguments
        .iter()
        .position(|argument| argument == "--postgres");
    let server = server.and_then(|at| arguments.get(at + 1));
    println!("| what | median | least | most | unit |\n|---|---:|---:|---:|---|");
    let sqlite = [Place::on_sqlite(), Place::on_sqlite()];
    bench(sqlite.each_ref(), "SQLite").await;
    match server {
        Some(server) => {
            let [one, other] = [
                Place::on_postgres(server).await,
                Place::on_postgres(server).await,
            ];
            bench([&one, &other], "PostgreSQL").await;
        }
        None => eprintln!("skipped: PostgreSQL, for no address was given"),
    }
}
