//! How fast the database interface is on this machine: orders, reads, bulk rows, withdrawals under load.
//!
//! `cargo run --release -p passband-store --example bench_store -- FOLDER [--postgres ADDRESS] [--json]
//! [--seconds N] [--runs N]`. FOLDER gets a new SQLite database; ADDRESS is an empty database. Both
//! should be on the disk that matters. The schema is the bench's own: what an order does to a database,
//! without what it means. Prints a Markdown table, or JSON.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use store::db::{Backend, Db, DbError, Job, Migration, OpenOptions, Row, Sql, Target, Tx, Val};

const LISTINGS: i64 = 1_000_000;
const BRANDS: i64 = 100;
const SELLERS: i64 = 1_000;
/// A seller's listings have neighbouring numbers: they came in one feed.
const LISTINGS_EACH: i64 = LISTINGS / SELLERS;
const ORDER_TASKS: usize = 32;
const READ_TASKS: usize = 8;
const LIST_ROWS: usize = 50;

const SCHEMA: &[Migration] = &[Migration {
    version: 1,
    name: "bench",
    sql: "
        CREATE TABLE scopes (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
        CREATE TABLE listings (
            id BIGINT NOT NULL PRIMARY KEY, brand_id BIGINT NOT NULL, seller_id BIGINT NOT NULL,
            title TEXT NOT NULL, price_minor BIGINT NOT NULL, is_offered BOOLEAN NOT NULL,
            stock BIGINT NOT NULL CONSTRAINT stock_not_negative CHECK (stock >= 0)
        );
        CREATE INDEX listings_by_seller ON listings (seller_id, id);
        CREATE TABLE orders (
            id TEXT NOT NULL PRIMARY KEY, listing_id BIGINT NOT NULL, accepted_at BIGINT NOT NULL,
            basis TEXT NOT NULL
        );
        CREATE TABLE ledger (
            order_id TEXT NOT NULL, line BIGINT NOT NULL, account TEXT NOT NULL,
            amount_minor BIGINT NOT NULL, PRIMARY KEY (order_id, line)
        );
        CREATE TABLE events (order_id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
    ",
}];

const VERSIONS: Sql = Sql::new("SELECT id, version FROM scopes WHERE id IN ($1, $2, $3)");
const LISTING: Sql = Sql::new(
    "SELECT id, brand_id, seller_id, title, price_minor, is_offered, stock FROM listings WHERE id = $1",
);
const LIST: Sql = Sql::new(
    "SELECT id, brand_id, seller_id, title, price_minor, is_offered, stock FROM listings
     WHERE seller_id = $1 AND id > $2 ORDER BY id LIMIT 50",
);
const TAKE: Sql =
    Sql::new("UPDATE listings SET stock = stock - 1 WHERE id = $1 AND stock > 0 RETURNING stock");
const ORDER: Sql =
    Sql::new("INSERT INTO orders (id, listing_id, accepted_at, basis) VALUES ($1, $2, $3, $4)");
const ENTRY: Sql =
    Sql::new("INSERT INTO ledger (order_id, line, account, amount_minor) VALUES ($1, $2, $3, $4)");
const EVENT: Sql = Sql::new("INSERT INTO events (order_id, kind, body) VALUES ($1, $2, $3)");
const MOVE: Sql = Sql::new("UPDATE scopes SET version = version + 1 WHERE id = $1");
const SCOPE: Sql = Sql::new("INSERT INTO scopes (id, version) VALUES ($1, 0)");

/// A clock that starts at a fixed day and runs.
struct Running(Instant);

impl domain::Clock for Running {
    fn now(&self) -> domain::Instant {
        let ran = i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX);
        domain::Instant::from_epoch_ms(1_454_284_800_000).plus_ms(ran)
    }
}

fn brand_of(listing: i64) -> i64 {
    listing % BRANDS
}

fn seller_of(listing: i64) -> i64 {
    listing / LISTINGS_EACH
}

/// The market's scope is 0, brands and sellers follow.
fn scopes_of(listing: i64) -> [i64; 3] {
    [0, 1 + brand_of(listing), 1 + BRANDS + seller_of(listing)]
}

struct Scopes;

impl Job for Scopes {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let mut scopes = (0..=BRANDS + SELLERS).map(|id| vec![Val::Int(id)]);
        tx.bulk_insert(&SCOPE, &mut scopes).await?;
        Ok(())
    }
}

/// A million listings in one transaction.
#[derive(Clone, Copy)]
enum Bulk {
    Insert,
    Load,
}

const INSERT_LISTING: Sql = Sql::new(
    "INSERT INTO listings (id, brand_id, seller_id, title, price_minor, is_offered, stock)
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

impl Job for Bulk {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let mut rows = (0..LISTINGS).map(|id| {
            vec![
                Val::Int(id),
                Val::Int(brand_of(id)),
                Val::Int(seller_of(id)),
                Val::Text(format!("Phone {id} 16 GB, as new")),
                Val::Int(11_900 + id % 50_000),
                Val::Bool(id % 7 != 0),
                Val::Int(1_000_000),
            ]
        });
        match self {
            Self::Insert => tx.bulk_insert(&INSERT_LISTING, &mut rows).await?,
            Self::Load => {
                let columns = &[
                    "id",
                    "brand_id",
                    "seller_id",
                    "title",
                    "price_minor",
                    "is_offered",
                    "stock",
                ];
                tx.bulk_load("listings", columns, &mut rows).await?
            }
        };
        Ok(())
    }
}

struct Clear;

impl Job for Clear {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        // Each empties the table without leaving dead rows behind.
        let clear = match tx.backend() {
            Backend::Sqlite => Sql::new("DELETE FROM listings"),
            Backend::Postgres => Sql::new("TRUNCATE listings"),
        };
        tx.execute(&clear, &[]).await.map(|_| ())
    }
}

#[derive(Clone, Copy)]
enum Style {
    OneByOne,
    Pipelined,
}

/// One order: locks, versions, stock, the order, four ledger entries, an event.
struct Order {
    id: i64,
    listing: i64,
    style: Style,
}

impl Job for Order {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let scopes = scopes_of(self.listing);
        tx.lock_shared(&scopes).await?;
        let accepted_at = tx.now().await?;
        let listing = vec![Val::Int(self.listing)];
        let first = [
            (&VERSIONS, scopes.map(Val::Int).to_vec()),
            (&LISTING, listing.clone()),
        ];
        let read = self.run_all(tx, &first).await?;
        let price = read[1].first().map_or(Ok(0), |row: &Row| row.int(4))?;
        let id = Val::Text(format!("{:020}", self.id));
        let entry = |line: i64, account: &str, amount: i64| {
            let params = vec![id.clone(), line.into(), account.into(), amount.into()];
            (&ENTRY, params)
        };
        let second = [
            (&TAKE, listing),
            (
                &ORDER,
                vec![
                    id.clone(),
                    self.listing.into(),
                    accepted_at.into(),
                    "{\"scopes\":[[0,0],[1,0],[2,0]],\"verdict\":\"sellable\"}".into(),
                ],
            ),
            entry(1, "shopper", -price),
            entry(2, "seller", price - price / 10),
            entry(3, "operator", price / 10),
            entry(4, "reserve", 0),
            (
                &EVENT,
                vec![
                    id.clone(),
                    "order.accepted".into(),
                    "{\"to\":\"seller\"}".into(),
                ],
            ),
        ];
        let wrote = self.run_all(tx, &second).await?;
        if wrote[0].is_empty() {
            return Err(DbError::Closed);
        }
        Ok(())
    }
}

impl Order {
    async fn run_all(
        &self,
        tx: &mut Tx<'_>,
        stmts: &[(&Sql, Vec<Val>)],
    ) -> Result<Vec<Vec<Row>>, DbError> {
        if let Style::Pipelined = self.style {
            return tx.batch(stmts).await;
        }
        let mut rows = Vec::with_capacity(stmts.len());
        for (sql, params) in stmts {
            rows.push(tx.query(sql, params).await?);
        }
        Ok(rows)
    }
}

/// Moves the version of a scope that every third order holds: a brand.
struct Withdrawal {
    scope: i64,
}

impl Job for Withdrawal {
    type Out = ();
    type Err = DbError;
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        tx.lock_exclusive(&[self.scope]).await?;
        tx.execute(&MOVE, &[Val::Int(self.scope)]).await?;
        Ok(())
    }
}

/// A read by key, or of a page; `SHORT` says whether it may run on the caller's thread.
struct Read<const SHORT: bool> {
    sql: Sql,
    params: Vec<Val>,
    rows: usize,
}

impl<const SHORT: bool> Job for Read<SHORT> {
    type Out = ();
    type Err = DbError;
    const SHORT_READ: bool = SHORT;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let rows = tx.query(&self.sql, &self.params).await?;
        if rows.len() == self.rows {
            Ok(())
        } else {
            Err(DbError::Closed)
        }
    }
}

fn point<const SHORT: bool>(dice: &mut Dice) -> Read<SHORT> {
    Read {
        sql: LISTING,
        params: vec![Val::Int(dice.below(LISTINGS))],
        rows: 1,
    }
}

fn page<const SHORT: bool>(dice: &mut Dice) -> Read<SHORT> {
    let seller = dice.below(SELLERS);
    let after = seller * LISTINGS_EACH + dice.below(LISTINGS_EACH / 2);
    Read {
        sql: LIST,
        params: vec![Val::Int(seller), Val::Int(after)],
        rows: LIST_ROWS,
    }
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 16).unwrap_or(0) % limit
    }
}

struct Figure {
    what: String,
    unit: &'static str,
    runs: Vec<f64>,
}

impl Figure {
    fn median(&self) -> f64 {
        let mut runs = self.runs.clone();
        runs.sort_by(f64::total_cmp);
        runs[runs.len() / 2]
    }

    fn least(&self) -> f64 {
        self.runs.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn most(&self) -> f64 {
        self.runs.iter().copied().fold(0.0, f64::max)
    }
}

struct Bench {
    runs: usize,
    time: Duration,
    figures: Vec<Figure>,
}

static NEXT_ORDER: AtomicI64 = AtomicI64::new(1);

impl Bench {
    fn note(&mut self, what: impl Into<String>, unit: &'static str, runs: Vec<f64>) {
        let what = what.into();
        eprintln!("{what}: {runs:.1?} {unit}");
        self.figures.push(Figure { what, unit, runs });
    }

    /// How many calls of `work` a second `tasks` tasks do, and the 99th percentile of one call.
    async fn rate<W, F>(&mut self, what: &str, tasks: usize, work: W) -> Result<(), DbError>
    where
        W: Fn(Dice) -> F + Copy + Send + 'static,
        F: Future<Output = Result<Dice, DbError>> + Send + 'static,
    {
        let (mut rates, mut slow) = (Vec::new(), Vec::new());
        for run in 0..self.runs {
            let started = Instant::now();
            let time = self.time;
            let running: Vec<_> = (0..tasks)
                .map(|task| {
                    let seed = (run * tasks + task + 1) as u64 * 0x9e37_79b9_7f4a_7c15;
                    tokio::spawn(async move {
                        let mut dice = Dice(seed);
                        let mut took = Vec::new();
                        while started.elapsed() < time {
                            let call = Instant::now();
                            dice = work(dice).await?;
                            took.push(call.elapsed().as_secs_f64() * 1e3);
                        }
                        Ok::<_, DbError>(took)
                    })
                })
                .collect();
            let mut took = Vec::new();
            for task in running {
                took.extend(task.await.map_err(|_| DbError::Closed)??);
            }
            rates.push(took.len() as f64 / started.elapsed().as_secs_f64());
            took.sort_by(f64::total_cmp);
            slow.push(took[took.len() * 99 / 100]);
        }
        self.note(what, "/s", rates);
        self.note(format!("{what}, 99th percentile"), "ms", slow);
        Ok(())
    }

    async fn orders(&mut self, what: &str, db: &'static Db, style: Style) -> Result<(), DbError> {
        self.rate(what, ORDER_TASKS, move |mut dice| async move {
            let order = Order {
                id: NEXT_ORDER.fetch_add(1, Ordering::Relaxed),
                listing: dice.below(LISTINGS),
                style,
            };
            db.write(order).await?;
            Ok(dice)
        })
        .await
    }

    async fn reads(&mut self, name: &str, db: &'static Db) -> Result<(), DbError> {
        let here = if db.backend() == Backend::Sqlite {
            ", on the caller's thread"
        } else {
            ""
        };
        let what = format!("{name} point read, {READ_TASKS} tasks");
        self.rate(
            &format!("{what}{here}"),
            READ_TASKS,
            move |mut dice| async move {
                db.read(point::<true>(&mut dice)).await?;
                Ok(dice)
            },
        )
        .await?;
        let list = format!("{name} list of {LIST_ROWS}, {READ_TASKS} tasks");
        self.rate(
            &format!("{list}{here}"),
            READ_TASKS,
            move |mut dice| async move {
                db.read(page::<true>(&mut dice)).await?;
                Ok(dice)
            },
        )
        .await?;
        if db.backend() == Backend::Postgres {
            return Ok(());
        }
        self.rate(
            &format!("{what}, blocking threads"),
            READ_TASKS,
            move |mut dice| async move {
                db.read(point::<false>(&mut dice)).await?;
                Ok(dice)
            },
        )
        .await?;
        self.rate(
            &format!("{list}, blocking threads"),
            READ_TASKS,
            move |mut dice| async move {
                db.read(page::<false>(&mut dice)).await?;
                Ok(dice)
            },
        )
        .await
    }

    async fn bulk(&mut self, what: &str, db: &Db, bulk: Bulk) -> Result<(), DbError> {
        let mut rates = Vec::new();
        for _ in 0..self.runs {
            db.write(Clear).await?;
            let started = Instant::now();
            db.write(bulk).await?;
            rates.push(LISTINGS as f64 / started.elapsed().as_secs_f64());
        }
        self.note(what, "rows/s", rates);
        Ok(())
    }

    /// How long a withdrawal of a busy brand takes while orders are placed on it.
    async fn withdrawals(&mut self, name: &str, db: &'static Db) -> Result<(), DbError> {
        let (mut middle, mut longest) = (Vec::new(), Vec::new());
        for run in 0..self.runs {
            let is_over = Arc::new(AtomicBool::new(false));
            let orders: Vec<_> = (0..ORDER_TASKS)
                .map(|task| {
                    let is_over = Arc::clone(&is_over);
                    tokio::spawn(async move {
                        let mut dice = Dice((run * ORDER_TASKS + task + 1) as u64 * 77_777);
                        while !is_over.load(Ordering::Relaxed) {
                            db.write(Order {
                                id: NEXT_ORDER.fetch_add(1, Ordering::Relaxed),
                                // All of one brand.
                                listing: dice.below(LISTINGS / BRANDS) * BRANDS,
                                style: Style::Pipelined,
                            })
                            .await?;
                        }
                        Ok::<_, DbError>(())
                    })
                })
                .collect();
            let started = Instant::now();
            let mut took = Vec::new();
            while started.elapsed() < self.time {
                let call = Instant::now();
                db.write(Withdrawal { scope: 1 }).await?;
                took.push(call.elapsed().as_secs_f64() * 1e3);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            is_over.store(true, Ordering::Relaxed);
            for order in orders {
                order.await.map_err(|_| DbError::Closed)??;
            }
            took.sort_by(f64::total_cmp);
            middle.push(took[took.len() / 2]);
            longest.push(took[took.len() - 1]);
        }
        let what = format!("{name} withdrawal while {ORDER_TASKS} tasks order of its brand");
        self.note(format!("{what}, middle"), "ms", middle);
        self.note(format!("{what}, longest"), "ms", longest);
        Ok(())
    }

    fn print(&self, as_json: bool) {
        if as_json {
            let figures: Vec<_> = self
                .figures
                .iter()
                .map(|figure| {
                    serde_json::json!({
                        "what": figure.what, "unit": figure.unit, "runs": figure.runs,
                        "median": figure.median(), "min": figure.least(), "max": figure.most(),
                    })
                })
                .collect();
            println!("{}", serde_json::Value::Array(figures));
            return;
        }
        println!("| what | median | min | max | unit |\n|---|---:|---:|---:|---|");
        for figure in &self.figures {
            let decimals = usize::from(figure.unit == "ms") * 2;
            println!(
                "| {} | {:.decimals$} | {:.decimals$} | {:.decimals$} | {} |",
                figure.what,
                figure.median(),
                figure.least(),
                figure.most(),
                figure.unit
            );
        }
    }
}

fn options(batch_jobs_max: usize) -> OpenOptions {
    let clock = Arc::new(Running(Instant::now()));
    OpenOptions {
        pool_size: ORDER_TASKS,
        batch_jobs_max,
        ..OpenOptions::new(clock, SCHEMA)
    }
}

/// Lives as long as the program, so that tasks can share it.
async fn open(target: &Target, batch_jobs_max: usize) -> Outcome<&'static Db> {
    let db = Db::open(target, options(batch_jobs_max)).await?;
    Ok(Box::leak(Box::new(db)))
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

async fn sqlite(bench: &mut Bench, folder: PathBuf) -> Outcome<()> {
    let target = Target::Sqlite(folder.join("bench.db"));
    let db = open(&target, OpenOptions::BATCH_JOBS_MAX).await?;
    db.write(Scopes).await?;
    bench
        .bulk(
            "SQLite bulk of 1,000,000, one row a statement",
            db,
            Bulk::Insert,
        )
        .await?;
    let what = format!("SQLite order, group commit, {ORDER_TASKS} tasks");
    bench.orders(&what, db, Style::OneByOne).await?;
    bench.withdrawals("SQLite", db).await?;
    bench.reads("SQLite", db).await?;
    db.clone().close().await;
    let db = open(&target, 1).await?;
    let what = format!("SQLite order, own transaction, {ORDER_TASKS} tasks");
    bench.orders(&what, db, Style::OneByOne).await?;
    db.clone().close().await;
    Ok(())
}

async fn postgres(bench: &mut Bench, address: String) -> Outcome<()> {
    let db = open(&Target::Postgres(address), 1).await?;
    db.write(Scopes).await?;
    bench
        .bulk(
            "PostgreSQL bulk of 1,000,000, statements in chunks",
            db,
            Bulk::Insert,
        )
        .await?;
    bench
        .bulk("PostgreSQL bulk of 1,000,000, COPY", db, Bulk::Load)
        .await?;
    let what = format!("PostgreSQL order, one statement at a time, {ORDER_TASKS} tasks");
    bench.orders(&what, db, Style::OneByOne).await?;
    let what = format!("PostgreSQL order, pipelined, {ORDER_TASKS} tasks");
    bench.orders(&what, db, Style::Pipelined).await?;
    bench.withdrawals("PostgreSQL", db).await?;
    bench.reads("PostgreSQL", db).await?;
    db.clone().close().await;
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut bench = Bench {
        runs: 5,
        time: Duration::from_secs(3),
        figures: Vec::new(),
    };
    let (mut folder, mut address, mut as_json) = (None, None, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--json" => as_json = true,
            "--postgres" => address = Some(value()?),
            "--seconds" => bench.time = Duration::from_secs(value()?.parse()?),
            "--runs" => bench.runs = value()?.parse()?,
            _ => folder = Some(PathBuf::from(arg)),
        }
    }
    let folder = folder.ok_or("say a folder for the SQLite database")?;
    sqlite(&mut bench, folder).await?;
    if let Some(address) = address {
        postgres(&mut bench, address).await?;
    }
    bench.print(as_json);
    Ok(())
}
