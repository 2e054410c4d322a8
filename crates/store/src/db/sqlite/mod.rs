//! A data folder with one SQLite file: how it is opened, refused, read, written to and closed.
//!
//! Writing goes through one thread ([`writer`]), reading through a pool of connections that cannot
//! write. Knows nothing of tables besides `migrations`.

mod names;
pub(crate) mod statements;
mod writer;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use self::names::Names;
use self::statements::{Statements, db_error};
use self::writer::{Queue, Queued, Writer, run_here, watch_wal};
use super::error::{Cause, DbError, OpenError, UnsafeSetting};
use super::migrate::{Applied, CREATE_TABLE, Migration, SELECT_APPLIED, pending};
use super::tx::{Tx, settle};
use super::{Hooks, Job, OpenOptions};

/// How long a statement waits for another program that holds the file.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// The oldest SQLite without known faults that corrupt a database in WAL mode.
const LEAST_VERSION: i32 = 3_051_003;
const LEAST_VERSION_TEXT: &str = "3.51.3";
/// Statements kept prepared on each connection.
const PREPARED_MAX: usize = 256;
/// Pages kept in memory by the writer, and by each connection that reads.
const WRITER_CACHE_KIB: i64 = 65_536;
const READER_CACHE_KIB: i64 = 8_192;
/// Jobs that may wait for the writer, ordinary and urgent.
const QUEUE_MAX: usize = 4_096;
const URGENT_QUEUE_MAX: usize = 256;
/// How long a caller waits for a place in the queue, or for a connection to read with.
const PLACE_WAIT: Duration = Duration::from_secs(10);

/// An open data folder.
pub(super) struct Sqlite {
    path: PathBuf,
    hooks: Arc<Hooks>,
    names: Arc<Names>,
    queue: Arc<Queue>,
    places: Arc<Semaphore>,
    urgent_places: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    readers_max: u32,
    idle: Mutex<Vec<Connection>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Sqlite {
    /// Opens and migrates. Blocks: call it where that is allowed.
    pub(super) fn open(path: &Path, options: OpenOptions) -> Result<Self, OpenError> {
        check_version(rusqlite::version_number(), rusqlite::version())?;
        let lock = lock_folder(path, options.must_exist)?;
        let is_new = !path.exists();
        let mut connection = connect(path).map_err(|error| open_error(path, &error))?;
        configure(&connection)
            .map_err(|error| open_error(path, &error))
            .and_then(|faults| match faults.is_empty() {
                true => Ok(()),
                false => Err(OpenError::Unsafe(faults)),
            })?;
        let wal_pages = watch_wal(&mut connection).map_err(|error| open_error(path, &error))?;
        let hooks = Arc::new(Hooks {
            clock: options.clock,
            probe: options.probe,
        });
        migrate(path, &connection, options.migrations, &hooks)?;
        if is_new {
            sync_folder(path)?;
        }
        let names = Names::read(&connection).map_err(|error| open_error(path, &error))?;
        let names = Arc::new(names);
        let queue = Arc::new(Queue::default());
        let writer = Writer {
            connection,
            names: Arc::clone(&names),
            hooks: Arc::clone(&hooks),
            queue: Arc::clone(&queue),
            wal_pages,
            wal_copied: 0,
            batch_jobs_max: options.batch_jobs_max.max(1),
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                writer.run();
                // Only now may another process open the folder. Unlocked by name, since a child process that
                // is just being started may hold a copy of the file for a moment.
                let _ = lock.unlock();
            })
            .map_err(|error| OpenError::Broken {
                what: "no thread could be started",
                cause: Some(Cause::new(error.to_string())),
            })?;
        let readers_max = u32::try_from(options.pool_size.max(1)).unwrap_or(u32::MAX);
        Ok(Self {
            path: path.to_owned(),
            hooks,
            names,
            queue,
            places: Arc::new(Semaphore::new(QUEUE_MAX)),
            urgent_places: Arc::new(Semaphore::new(URGENT_QUEUE_MAX)),
            readers: Arc::new(Semaphore::new(readers_max as usize)),
            readers_max,
            idle: Mutex::new(Vec::new()),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Queues a job. Once queued it is run and stored even if the caller does not wait for the answer.
    pub(super) async fn write<J: Job>(&self, job: J) -> Result<J::Out, J::Err> {
        let places = if J::URGENT {
            &self.urgent_places
        } else {
            &self.places
        };
        let place = place(places).await.map_err(J::Err::from)?;
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Queued {
            job,
            reply,
            result: None,
            _place: place,
        });
        if let Err(task) = self.queue.put(task, J::URGENT) {
            task.answer(&Err(DbError::Closed));
        }
        // No answer at all can only mean that the writer thread died in the middle of something.
        answer
            .await
            .unwrap_or_else(|_| Err(J::Err::from(DbError::OutcomeUnknown)))
    }

    /// Runs a job on a connection that cannot write, on one view of the data.
    pub(super) async fn read<J: Job>(self: &Arc<Self>, job: J) -> Result<J::Out, J::Err> {
        let permit = place(&self.readers).await.map_err(J::Err::from)?;
        if J::SHORT_READ && self.hooks.probe.is_none() {
            return self.read_here(&job, permit);
        }
        let this = Arc::clone(self);
        tokio::task::spawn_blocking(move || this.read_here(&job, permit))
            .await
            .unwrap_or_else(|_| Err(J::Err::from(DbError::broken("a read did not end"))))
    }

    fn read_here<J: Job>(&self, job: &J, permit: OwnedSemaphorePermit) -> Result<J::Out, J::Err> {
        let mut connection = self.reader().map_err(J::Err::from)?;
        let wrong = |error: rusqlite::Error| J::Err::from(db_error(&error, &self.names));
        statement(&connection, "BEGIN").map_err(wrong)?;
        let mut tx = Tx::sqlite(Statements::new(&mut connection, &self.names), &self.hooks);
        let result = run_here(job, &mut tx, &self.hooks);
        let fared = tx.fared();
        let ended = connection.is_autocommit() || statement(&connection, "ROLLBACK").is_ok();
        if ended && !fared.storage_failed {
            self.idle().push(connection);
        }
        drop(permit);
        settle(result, fared.failed.as_ref())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reader(&self) -> Result<Connection, DbError> {
        if let Some(connection) = self.idle().pop() {
            return Ok(connection);
        }
        let connection = connect(&self.path).and_then(|connection| {
            common(&connection)?;
            connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        });
        connection.map_err(|error| db_error(&error, &self.names))
    }

    /// Ends reads and writes in progress, and what is queued, then gives the folder free.
    pub(super) async fn close(&self) {
        self.places.close();
        self.urgent_places.close();
        // Readers leave first: the last connection to close copies the log into the database.
        let left = self.readers.acquire_many(self.readers_max);
        let _ = tokio::time::timeout(PLACE_WAIT, left).await;
        self.readers.close();
        self.idle().clear();
        self.queue.close();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // The thread ends by itself once its queue is empty.
        self.queue.close();
    }
}

async fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, DbError> {
    // Most of the time there is a place, and no timer is needed.
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Ok(place);
    }
    match tokio::time::timeout(PLACE_WAIT, Arc::clone(places).acquire_owned()).await {
        Ok(Ok(place)) => Ok(place),
        Ok(Err(_)) => Err(DbError::Closed),
        Err(_) => Err(DbError::unavailable("too much work is waiting for it")),
    }
}

fn check_version(number: i32, text: &str) -> Result<(), OpenError> {
    if number >= LEAST_VERSION {
        return Ok(());
    }
    Err(OpenError::EngineTooOld {
        engine: "SQLite",
        found: text.to_owned(),
        least: LEAST_VERSION_TEXT,
    })
}

/// Takes the folder for this process; the operating system gives it free if the process dies.
fn lock_folder(path: &Path, must_exist: bool) -> Result<File, OpenError> {
    if must_exist && !path.is_file() {
        return Err(OpenError::Missing {
            place: path.display().to_string(),
        });
    }
    let unusable = |path: &Path, error: &std::io::Error| OpenError::Folder {
        path: path.to_owned(),
        cause: Cause::new(error.to_string()),
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    }
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock_path = PathBuf::from(lock_path);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|error| unusable(&lock_path, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(&lock_path, &error)),
    }
}

/// A new file is only there after a power cut if its folder was synced too.
fn sync_folder(path: &Path) -> Result<(), OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| OpenError::Folder {
            path: folder.to_owned(),
            cause: Cause::new(error.to_string()),
        })
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    Ok(connection)
}

/// What every connection has.
fn common(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
    // Plans depend on the statement alone, so that statistics cannot make a known query slow.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // "word" is a column, never a text by accident; PostgreSQL has no such leniency.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(())
}

/// Sets what the writer needs and reads it back, since SQLite ignores what it cannot do.
fn configure(connection: &Connection) -> rusqlite::Result<Vec<UnsafeSetting>> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    // Where fsync alone does not reach the disk (macOS), ask for what does.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    common(connection)?;
    let pragma = |name: &str| {
        connection.pragma_query_value(None, name, |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            })
        })
    };
    let wanted = [
        (
            "journal_mode",
            "wal",
            "put the data folder on a local disk that allows shared memory",
        ),
        ("synchronous", "2", "it has to be full"),
        ("foreign_keys", "1", "it has to be on"),
    ];
    let mut faults = Vec::new();
    for (setting, want, help) in wanted {
        let found = pragma(setting)?;
        if found != want {
            faults.push(UnsafeSetting {
                setting,
                found,
                help,
            });
        }
    }
    if !connection.db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG)? {
        faults.push(UnsafeSetting {
            setting: "query planner stability",
            found: "off".to_owned(),
            help: "it has to be on",
        });
    }
    Ok(faults)
}

fn open_error(path: &Path, error: &rusqlite::Error) -> OpenError {
    let cause = Cause::new(error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase(path.to_owned()),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            OpenError::Folder {
                path: path.to_owned(),
                cause,
            }
        }
        _ => OpenError::Broken {
            what: "SQLite refused",
            cause: Some(cause),
        },
    }
}

fn statement(connection: &Connection, text: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(text)?.raw_execute()?;
    Ok(())
}

fn migrate(
    path: &Path,
    connection: &Connection,
    known: &'static [Migration],
    hooks: &Hooks,
) -> Result<(), OpenError> {
    let wrong = |error: rusqlite::Error| open_error(path, &error);
    let (tables, ours): (i64, i64) = connection
        .query_row(
            "SELECT count(*), coalesce(sum(name = 'migrations'), 0) FROM sqlite_master WHERE type = 'table'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(wrong)?;
    if tables > 0 && ours == 0 {
        return Err(OpenError::NotOurs {
            place: path.display().to_string(),
        });
    }
    connection.execute_batch(CREATE_TABLE).map_err(wrong)?;
    let applied: Vec<Applied> = connection
        .prepare(SELECT_APPLIED)
        .and_then(|mut rows| {
            rows.query_map([], |row| {
                Ok(Applied {
                    version: row.get(0)?,
                    hash: row.get(1)?,
                })
            })?
            .collect()
        })
        .map_err(wrong)?;
    for migration in pending(&applied, known)? {
        if let Err(error) = apply(connection, migration, hooks) {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            return Err(OpenError::Migration {
                version: migration.version,
                name: migration.name,
                cause: Cause::new(error.to_string()),
            });
        }
    }
    Ok(())
}

fn apply(connection: &Connection, migration: &Migration, hooks: &Hooks) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(migration.sql)?;
    connection.execute(
        "INSERT INTO migrations (version, name, hash, applied_at) VALUES (?1, ?2, ?3, ?4)",
        (
            migration.version,
            migration.name,
            migration.hash(),
            hooks.clock.now().epoch_ms(),
        ),
    )?;
    connection.execute_batch("COMMIT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_with_known_faults_is_refused() {
        assert_eq!(check_version(3_051_003, "3.51.3"), Ok(()));
        assert_eq!(
            check_version(3_051_002, "3.51.2").map_err(|error| error.to_string()),
            Err("SQLite 3.51.2 is too old; Passband needs 3.51.3 or later".to_owned())
        );
    }
}
