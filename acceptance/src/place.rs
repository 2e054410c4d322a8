//! Where a house is: a folder of its own, on PostgreSQL with a database of its own; and a hand in the tables.
//!
//! `PASSBAND_TEST_POSTGRES` is the address of a superuser; without it only SQLite is tested, and that is said.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::Clock;
use trade::clock::SystemClock;
use trade::house::DATABASE_FILE;
use trade::{Backend, House, HouseOptions, Probe, UnsafeSettings};

use crate::proxy::Proxy;
use crate::setting;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A place for one house; on PostgreSQL for several nodes of it.
pub struct Place {
    folder: tempfile::TempDir,
    postgres: Option<Database>,
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the machine has room for a folder")
}

struct Database {
    server: String,
    name: String,
}

impl Place {
    /// An empty place, or none if this backend is not to be tested.
    pub async fn new(backend: Backend) -> Option<Self> {
        if backend == Backend::Sqlite {
            return Some(Self::on_sqlite());
        }
        let Some(server) = setting::text("PASSBAND_TEST_POSTGRES") else {
            println!("skipped: PASSBAND_TEST_POSTGRES is not set");
            return None;
        };
        Some(Self::on_postgres(&server).await)
    }

    /// An empty place on SQLite.
    #[must_use]
    pub fn on_sqlite() -> Self {
        Self {
            folder: folder(),
            postgres: None,
        }
    }

    /// An empty place with a new database on a server, of which this is a superuser's address.
    pub async fn on_postgres(server: &str) -> Self {
        let server = server
            .trim_end_matches('/')
            .trim_end_matches("/postgres")
            .to_owned();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("passband_accept_{}_{number}", std::process::id());
        on_server(
            &server,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await;
        on_server(
            &server,
            &format!(
                "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            ),
        )
        .await;
        Self {
            folder: folder(),
            postgres: Some(Database { server, name }),
        }
    }

    /// A place that another process made, on SQLite.
    #[must_use]
    pub fn options_in(folder: &Path, clock: Arc<dyn Clock>) -> HouseOptions {
        let mut options = HouseOptions::new(folder, clock);
        // A test server may run without fsync.
        options.unsafe_settings = UnsafeSettings::AllowForTests;
        options
    }

    /// How to open a house here.
    #[must_use]
    pub fn options(&self, clock: Arc<dyn Clock>) -> HouseOptions {
        let mut options = Self::options_in(self.folder.path(), clock);
        options.postgres = self.url();
        options
    }

    /// A house here that reaches its server through a proxy.
    ///
    /// # Panics
    /// It is not on PostgreSQL, or does not open.
    pub async fn open_through(&self, proxy: &Proxy) -> House {
        let mut options = self.options(Arc::new(SystemClock));
        let url = self.url().expect("a proxy stands before a server");
        options.postgres = Some(proxy.url(&url));
        House::open(options).await.expect("a house opens there")
    }

    /// A house here by the machine's clock.
    pub async fn open(&self) -> House {
        self.open_with(Arc::new(SystemClock), None).await
    }

    /// A house here whose work stops at the steps that `probe` holds.
    pub async fn open_probed(&self, probe: &Arc<crate::gates::Gates>) -> House {
        let probe: Arc<dyn Probe> = Arc::<crate::gates::Gates>::clone(probe);
        self.open_with(Arc::new(SystemClock), Some(probe)).await
    }

    /// A house here.
    pub async fn open_with(&self, clock: Arc<dyn Clock>, probe: Option<Arc<dyn Probe>>) -> House {
        let mut options = self.options(clock);
        options.probe = probe;
        House::open(options)
            .await
            .expect("a house opens in a place made for it")
    }

    /// Which database it is for.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        match self.postgres {
            None => Backend::Sqlite,
            Some(_) => Backend::Postgres,
        }
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database's file, on SQLite.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join(DATABASE_FILE)
    }

    /// The database's address, on PostgreSQL.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let database = self.postgres.as_ref()?;
        Some(format!("{}/{}", database.server, database.name))
    }

    /// A connection of one's own, past the house.
    pub async fn hand(&self) -> Hand {
        match self.url() {
            None => Hand::Sqlite(
                rusqlite::Connection::open(self.file()).expect("the house made the file"),
            ),
            Some(url) => Hand::Postgres(connect(&url).await),
        }
    }

    /// Takes a server's database away; a folder goes by itself.
    pub async fn remove(self) {
        if let Some(database) = &self.postgres {
            let drop = format!("DROP DATABASE {} WITH (FORCE)", database.name);
            on_server(&database.server, &drop).await;
        }
    }
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the server takes connections");
    tokio::spawn(connection);
    client
}

async fn on_server(server: &str, statement: &str) {
    let client = connect(&format!("{server}/postgres")).await;
    client
        .batch_execute(statement)
        .await
        .expect("a superuser may make and drop databases");
}

/// A connection past the house, to look or to meddle: statements that both backends read alike.
pub enum Hand {
    /// On the file.
    Sqlite(rusqlite::Connection),
    /// On the server.
    Postgres(tokio_postgres::Client),
}

impl Hand {
    /// Runs statements.
    pub async fn run(&self, statements: &str) {
        match self {
            Self::Sqlite(connection) => connection
                .execute_batch(statements)
                .unwrap_or_else(|error| panic!("{statements}: {error}")),
            Self::Postgres(client) => client
                .batch_execute(statements)
                .await
                .unwrap_or_else(|error| panic!("{statements}: {error}")),
        }
    }

    /// The rows of a query whose columns are all text.
    pub async fn texts(&self, query: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection
                    .prepare(query)
                    .unwrap_or_else(|error| panic!("{query}: {error}"));
                let columns = statement.column_count();
                statement
                    .query_map([], |row| (0..columns).map(|at| row.get(at)).collect())
                    .and_then(Iterator::collect)
                    .unwrap_or_else(|error| panic!("{query}: {error}"))
            }
            Self::Postgres(client) => {
                let rows = client.query(query, &[]).await;
                let rows = rows.unwrap_or_else(|error| panic!("{query}: {error}"));
                rows.iter()
                    .map(|row| (0..row.len()).map(|at| row.get(at)).collect())
                    .collect()
            }
        }
    }

    /// The one number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        let query = format!("SELECT CAST(({query}) AS TEXT)");
        let rows = self.texts(&query).await;
        rows[0][0]
            .parse()
            .unwrap_or_else(|_| panic!("{query} gave {rows:?}"))
    }
}

/// Writes one test for each backend from one text.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($place:ident: &Place) $body:block)*) => {
        $(
            mod $name {
                use super::*;

                $(#[$meta])*
                async fn told($place: &$crate::place::Place) $body

                async fn run(backend: trade::Backend) {
                    let Some(place) = $crate::place::Place::new(backend).await else { return };
                    // On the heap: unoptimised, what a test waits for does not fit on its stack.
                    Box::pin(told(&place)).await;
                    place.remove().await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    run(trade::Backend::Sqlite).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    run(trade::Backend::Postgres).await;
                }
            }
        )*
    };
}
