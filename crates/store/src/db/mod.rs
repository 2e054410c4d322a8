//! One small database interface over SQLite and PostgreSQL.
//!
//! A unit of work is a [`Job`]: a plain command that runs in one transaction and is stored whole or not
//! at all. [`Db::write`] answers after the commit and not before; a caller that goes away changes
//! nothing. Knows no table but its own `migrations`, and no SQL but what it is given.
//! Read next: [`Tx`], then `sqlite/writer.rs` and `postgres/mod.rs`.

mod error;
mod migrate;
mod postgres;
mod sql;
mod sqlite;
mod tx;
mod val;
mod wait;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

pub use self::error::{Cause, DbError, FOREIGN_KEY, OpenError, UnsafeSetting};
pub use self::migrate::Migration;
pub use self::sql::Sql;
pub use self::tx::Tx;
pub use self::val::{Row, Val};

use self::postgres::Postgres;
use self::sqlite::Sqlite;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file in a data folder, one process.
    Sqlite,
    /// A server, many processes.
    Postgres,
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// Path of the file. Its folder is made if it is missing.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database?sslmode=disable`
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            // The address may hold a password.
            Self::Postgres(_) => f.debug_tuple("Postgres").field(&"...").finish(),
        }
    }
}

/// What to do about settings under which acknowledged changes could be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsafeSettings {
    /// Do not open.
    Refuse,
    /// Open all the same, for a test whose data nobody will miss. Locks that do not lock, a replica and
    /// a server that is too old are refused even then.
    AllowForTests,
}

/// How to open a database.
pub struct OpenOptions {
    /// Tells the time on SQLite, and when a migration was applied.
    pub clock: Arc<dyn domain::Clock>,
    /// Called at named steps; for tests.
    pub probe: Option<Arc<dyn Probe>>,
    /// The schema, in rising order.
    pub migrations: &'static [Migration],
    /// Refuse to make a new database: a wrong path must not look like an empty shop.
    pub must_exist: bool,
    /// Connections: to read with on SQLite, for everything on PostgreSQL (two more are kept for urgent
    /// work). At least 1.
    pub pool_size: usize,
    /// Jobs that share one COMMIT on SQLite, at most. With 1 each has its own.
    pub batch_jobs_max: usize,
    /// What to do about unsafe settings.
    pub unsafe_settings: UnsafeSettings,
}

impl OpenOptions {
    /// Connections unless said otherwise.
    pub const POOL_SIZE: usize = 16;
    /// Jobs in one COMMIT unless said otherwise.
    pub const BATCH_JOBS_MAX: usize = 128;

    /// A database that may be new, without a probe, unsafe settings refused.
    #[must_use]
    pub fn new(clock: Arc<dyn domain::Clock>, migrations: &'static [Migration]) -> Self {
        Self {
            clock,
            probe: None,
            migrations,
            must_exist: false,
            pool_size: Self::POOL_SIZE,
            batch_jobs_max: Self::BATCH_JOBS_MAX,
            unsafe_settings: UnsafeSettings::Refuse,
        }
    }
}

/// Holds or ends work at named steps, for tests.
///
/// Besides a job's own steps the engine calls `db.commit` before each COMMIT of a write and
/// `db.committed` after it, before anyone is answered.
pub trait Probe: Send + Sync {
    /// Called at `step`; the work goes on when the future ends.
    fn at<'a>(&'a self, step: &'static str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// What both backends keep for their transactions.
pub(crate) struct Hooks {
    clock: Arc<dyn domain::Clock>,
    probe: Option<Arc<dyn Probe>>,
}

/// One unit of work: one transaction.
///
/// Implement `run` as `async fn run(&self, tx: &mut Tx<'_>) -> Result<Out, Err>`. It may be run again
/// from its start, so it changes nothing but the database, and it waits for nothing but its transaction.
/// `Ok` commits, `Err` undoes everything it did.
pub trait Job: Send + Sync + 'static {
    /// What it returns.
    type Out: Send + 'static;
    /// Why it may fail.
    type Err: From<DbError> + Send + 'static;
    /// Goes before everything that waits: for withdrawals.
    const URGENT: bool = false;
    /// A read by index of at most a few dozen rows. On SQLite it runs on the caller's own thread, three
    /// times as fast; anything longer would hold up the caller's runtime.
    const SHORT_READ: bool = false;

    /// Does the work.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Out, Self::Err>> + Send;
}

/// An open database. Clones are the same one.
#[derive(Clone)]
pub struct Db(Inner);

#[derive(Clone)]
enum Inner {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens a database, refuses one that could not keep its promises, and brings its schema up to date.
    ///
    /// # Errors
    /// See [`OpenError`]; each says what helps.
    pub async fn open(target: &Target, options: OpenOptions) -> Result<Self, OpenError> {
        match target {
            Target::Sqlite(path) => {
                let path = path.clone();
                tokio::task::spawn_blocking(move || Sqlite::open(&path, options))
                    .await
                    .unwrap_or(Err(OpenError::Broken {
                        what: "opening did not end",
                        cause: None,
                    }))
                    .map(|db| Self(Inner::Sqlite(Arc::new(db))))
            }
            Target::Postgres(url) => Postgres::open(url, options)
                .await
                .map(|db| Self(Inner::Postgres(Arc::new(db)))),
        }
    }

    /// Runs a job that writes. Once begun it is not undone by its caller going away.
    ///
    /// # Errors
    /// The job's own, or [`DbError`]. After [`DbError::OutcomeUnknown`] look before repeating.
    pub async fn write<J: Job>(&self, job: J) -> Result<J::Out, J::Err> {
        match &self.0 {
            Inner::Sqlite(db) => db.write(job).await,
            Inner::Postgres(db) => db.write(job).await,
        }
    }

    /// Runs a job that only reads, on one consistent view. It sees every write that was answered before.
    ///
    /// # Errors
    /// The job's own, or [`DbError`]; trying to write is [`DbError::Broken`].
    pub async fn read<J: Job>(&self, job: J) -> Result<J::Out, J::Err> {
        match &self.0 {
            Inner::Sqlite(db) => db.read(job).await,
            Inner::Postgres(db) => db.read(job).await,
        }
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.0 {
            Inner::Sqlite(_) => Backend::Sqlite,
            Inner::Postgres(_) => Backend::Postgres,
        }
    }

    /// Ends the work in progress and gives the database free. Other clones answer [`DbError::Closed`].
    pub async fn close(self) {
        match &self.0 {
            Inner::Sqlite(db) => db.close().await,
            Inner::Postgres(db) => db.close().await,
        }
    }
}
