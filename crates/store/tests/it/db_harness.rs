//! A fresh database for each test, on either backend; and a probe that holds work at named steps.

use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use domain::{Clock, Instant};
use store::db::{
    Backend, Db, DbError, Job, Migration, OpenOptions, Probe, Row, Sql, Target, Tx, Val,
};
use tokio::sync::Semaphore;

/// 2016-02-01T00:00:00Z.
pub const START_MS: i64 = 1_454_284_800_000;

/// A clock that stands still.
pub struct Still;

impl Clock for Still {
    fn now(&self) -> Instant {
        Instant::from_epoch_ms(START_MS)
    }
}

/// A small schema with every kind of column and rule.
pub const SCHEMA: &[Migration] = &[
    Migration {
        version: 1,
        name: "notes",
        sql: "
            -- Each note belongs to a shelf.
            CREATE TABLE shelves (id TEXT NOT NULL PRIMARY KEY);
            CREATE TABLE notes (
                id TEXT NOT NULL PRIMARY KEY,
                number BIGINT CONSTRAINT one_number UNIQUE,
                is_public BOOLEAN,
                shelf_id TEXT REFERENCES shelves (id),
                amount BIGINT NOT NULL DEFAULT 0 CONSTRAINT amount_not_negative CHECK (amount >= 0),
                pair_a TEXT, pair_b TEXT,
                CONSTRAINT one_pair UNIQUE (pair_a, pair_b)
            );
            CREATE TABLE counters (id TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
            INSERT INTO counters (id, value) VALUES ('a', 0), ('b', 0);
        ",
    },
    Migration {
        version: 2,
        name: "index",
        sql: "CREATE UNIQUE INDEX notes_public_number ON notes (is_public, number);",
    },
];

/// A database and where it is; removed when the test ends.
pub struct Place {
    pub target: Target,
    admin: Option<(String, String)>,
    _folder: Option<tempfile::TempDir>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The server's address, if PostgreSQL is to be tested.
pub fn postgres_address() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    let address = std::env::var("PASSBAND_TEST_POSTGRES").ok()?;
    Some(address.trim_end_matches('/').to_owned())
}

impl Place {
    /// An empty place, or none if this backend is not to be tested.
    pub async fn new(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("folder");
                Some(Self {
                    target: Target::Sqlite(folder.path().join("passband.db")),
                    admin: None,
                    _folder: Some(folder),
                })
            }
            Backend::Postgres => {
                let Some(address) = postgres_address() else {
                    println!("skipped: PASSBAND_TEST_POSTGRES is not set");
                    return None;
                };
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                let name = format!("passband_test_{}_{number}", std::process::id());
                admin(
                    &address,
                    &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                )
                .await;
                admin(
                    &address,
                    &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"),
                )
                .await;
                Some(Self {
                    target: Target::Postgres(format!("{address}/{name}")),
                    admin: Some((address, name)),
                    _folder: None,
                })
            }
        }
    }

    pub fn options() -> OpenOptions {
        let mut options = OpenOptions::new(Arc::new(Still), SCHEMA);
        // A test server may run without fsync.
        options.unsafe_settings = store::db::UnsafeSettings::AllowForTests;
        options
    }

    pub async fn open(&self) -> Db {
        self.open_with(Self::options()).await
    }

    pub async fn open_with(&self, options: OpenOptions) -> Db {
        Db::open(&self.target, options).await.expect("opens")
    }

    pub async fn open_probed(&self, probe: &Arc<Gates>) -> Db {
        let mut options = Self::options();
        options.probe = Some(Arc::clone(probe) as Arc<dyn Probe>);
        self.open_with(options).await
    }

    /// The file, on SQLite.
    pub fn path(&self) -> PathBuf {
        match &self.target {
            Target::Sqlite(path) => path.clone(),
            Target::Postgres(_) => panic!("a server has no file"),
        }
    }

    /// Removes a server's database; a folder goes by itself.
    pub async fn remove(self) {
        if let Some((address, name)) = &self.admin {
            admin(address, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// Runs a statement outside any database of ours.
pub async fn admin(address: &str, statement: &str) {
    let client = plain(&format!("{address}/postgres")).await;
    client.batch_execute(statement).await.expect(statement);
}

/// A plain connection, to look or to meddle from outside.
pub async fn plain(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("connects");
    tokio::spawn(connection);
    client
}

/// Writes one test for each backend from one text: `fn(place) -> impl Future`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($place:ident: &Place) $body:block)*) => {
        $(
            mod $name {
                use super::*;

                $(#[$meta])*
                async fn story($place: &Place) $body

                async fn run(backend: Backend) {
                    let Some(place) = Place::new(backend).await else { return };
                    story(&place).await;
                    place.remove().await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    run(Backend::Sqlite).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    run(Backend::Postgres).await;
                }
            }
        )*
    };
}

/// Statements to run in order as one job; its output is the last one's rows.
#[derive(Clone)]
pub struct Run(pub Vec<(Sql, Vec<Val>)>);

impl Run {
    pub fn one(text: &'static str, params: impl IntoIterator<Item = Val>) -> Self {
        Self(vec![(Sql::new(text), params.into_iter().collect())])
    }
}

impl Job for Run {
    type Out = Vec<Row>;
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Row>, DbError> {
        let mut rows = Vec::new();
        for (sql, params) in &self.0 {
            rows = tx.query(sql, params).await?;
        }
        Ok(rows)
    }
}

/// A job that adds a counter row and stops at the step `in the job`.
#[derive(Clone)]
pub struct Add {
    pub id: String,
    pub fails: bool,
}

pub const INSERT_COUNTER: Sql = Sql::new("INSERT INTO counters (id, value) VALUES ($1, $2)");

impl Add {
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            fails: false,
        }
    }
}

impl Job for Add {
    type Out = String;
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<String, DbError> {
        tx.execute(&INSERT_COUNTER, &[Val::from(&self.id), Val::from(1_i64)])
            .await?;
        tx.step("in the job").await;
        if self.fails {
            return Err(DbError::Column {
                index: 0,
                wanted: "to succeed",
                found: "not",
            });
        }
        Ok(self.id.clone())
    }
}

/// The ids in `counters`, in order.
pub async fn counters(db: &Db) -> Vec<String> {
    let rows = db
        .read(Run::one("SELECT id FROM counters ORDER BY id", []))
        .await
        .expect("reads");
    rows.iter()
        .map(|row| row.text(0).expect("text").to_owned())
        .collect()
}

/// A probe that lets work through a step only when told, and says who has arrived.
#[derive(Default)]
pub struct Gates {
    gates: Mutex<HashMap<&'static str, Arc<Gate>>>,
}

struct Gate {
    arrived: Semaphore,
    allowed: Semaphore,
}

impl Gates {
    /// Holds all that come to `step` from now on.
    pub fn hold(&self, step: &'static str) {
        let gate = Gate {
            arrived: Semaphore::new(0),
            allowed: Semaphore::new(0),
        };
        self.gates
            .lock()
            .expect("lock")
            .insert(step, Arc::new(gate));
    }

    fn gate(&self, step: &'static str) -> Option<Arc<Gate>> {
        self.gates.lock().expect("lock").get(step).map(Arc::clone)
    }

    /// Waits until one more has come to `step`.
    pub async fn arrived(&self, step: &'static str) {
        let gate = self.gate(step).expect("held");
        gate.arrived.acquire().await.expect("open").forget();
    }

    /// Lets one through.
    pub fn pass(&self, step: &'static str) {
        self.gate(step).expect("held").allowed.add_permits(1);
    }

    /// Lets everyone through, now and later.
    pub fn open(&self, step: &'static str) {
        let gate = self.gates.lock().expect("lock").remove(step);
        gate.expect("held")
            .allowed
            .add_permits(Semaphore::MAX_PERMITS / 2);
    }
}

impl Probe for Gates {
    fn at<'a>(&'a self, step: &'static str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if let Some(gate) = self.gate(step) {
                gate.arrived.add_permits(1);
                gate.allowed.acquire().await.expect("open").forget();
            }
        })
    }
}
