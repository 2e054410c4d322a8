//! The one thread that writes: two queues, group commit, and nothing answered before its COMMIT.
//!
//! Jobs are run one after another, urgent ones first, each under a savepoint; the batch is committed
//! once, then all are answered. Knows nothing of what a job does.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::names::Names;
use super::statements::{Statements, db_error, is_storage_failure};
use crate::db::error::DbError;
use crate::db::tx::{Tx, settle};
use crate::db::wait::{block_on, poll_once};
use crate::db::{Hooks, Job};

/// A batch is committed when it has run for this long; or has as many jobs as was said at opening, or
/// nothing waits, or the last urgent job was run.
const BATCH_TIME_MAX: Duration = Duration::from_millis(10);

/// The write-ahead log is copied into the database each time it has grown by this many pages (4 MiB).
const WAL_PAGES_STEP: u64 = 1_024;
/// Beyond this many pages (256 MiB) the writer waits for readers to leave, to start the log afresh.
const WAL_PAGES_MAX: u64 = 65_536;
/// For so long at most.
const WAL_RESET_WAIT: Duration = Duration::from_millis(200);

/// A job in the queue, whatever its type.
pub(super) trait Task: Send {
    fn run(&mut self, connection: &mut Connection, names: &Names, hooks: &Hooks) -> Ran;
    fn answer(self: Box<Self>, committed: &Result<(), DbError>);
}

/// How a task ended.
pub(super) struct Ran {
    keep: bool,
    storage_failed: bool,
}

/// A job with the place for its answer.
pub(super) struct Queued<J: Job> {
    pub job: J,
    pub reply: oneshot::Sender<Result<J::Out, J::Err>>,
    pub result: Option<Result<J::Out, J::Err>>,
    pub _place: OwnedSemaphorePermit,
}

impl<J: Job> Task for Queued<J> {
    fn run(&mut self, connection: &mut Connection, names: &Names, hooks: &Hooks) -> Ran {
        let mut tx = Tx::sqlite(Statements::new(connection, names), hooks);
        let result = run_here(&self.job, &mut tx, hooks);
        let fared = tx.fared();
        let result = settle(result, fared.failed.as_ref());
        let keep = result.is_ok();
        self.result = Some(result);
        Ran {
            keep,
            storage_failed: fared.storage_failed,
        }
    }

    fn answer(self: Box<Self>, committed: &Result<(), DbError>) {
        let answer = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(out)), Ok(())) => Ok(out),
            (Some(Ok(_)) | None, Err(error)) => Err(J::Err::from(error.clone())),
            (None, Ok(())) => Err(J::Err::from(DbError::broken("a job was not run"))),
        };
        // The caller may have gone; what was stored stays stored.
        let _ = self.reply.send(answer);
    }
}

/// Runs a job on this thread. A panic ends the job alone.
pub(super) fn run_here<J: Job>(job: &J, tx: &mut Tx<'_>, hooks: &Hooks) -> Result<J::Out, J::Err> {
    let future = job.run(tx);
    let run = || match hooks.probe {
        // A probe may hold the job for as long as its test wants.
        Some(_) => Some(block_on(future)),
        None => poll_once(future),
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Some(result)) => result,
        Ok(None) => Err(J::Err::from(DbError::broken(
            "a job waited for something besides its transaction",
        ))),
        Err(_) => Err(J::Err::from(DbError::broken("a job panicked"))),
    }
}

#[derive(Default)]
struct Waiting {
    urgent: VecDeque<Box<dyn Task>>,
    normal: VecDeque<Box<dyn Task>>,
    closed: bool,
}

impl Waiting {
    fn take(&mut self) -> Option<Box<dyn Task>> {
        self.urgent.pop_front().or_else(|| self.normal.pop_front())
    }
}

/// Where jobs wait. Its length is bounded by who puts them in.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

impl Queue {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job in; gives it back if the queue is closed.
    pub(super) fn put(&self, task: Box<dyn Task>, urgent: bool) -> Result<(), Box<dyn Task>> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(task);
        }
        if urgent {
            waiting.urgent.push_back(task);
        } else {
            waiting.normal.push_back(task);
        }
        self.filled.notify_one();
        Ok(())
    }

    /// No more jobs; those inside are still run.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_one();
    }

    /// Waits until there is a job; false when there will be none.
    fn wait(&self) -> bool {
        let mut waiting = self.lock();
        while waiting.urgent.is_empty() && waiting.normal.is_empty() {
            if waiting.closed {
                return false;
            }
            waiting = self
                .filled
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        true
    }
}

/// Tells those who still wait that the writer is gone, however it went.
struct End(Arc<Queue>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.close();
        let refused = Err(DbError::Closed);
        loop {
            // Taken apart from answering, so that no answer runs under the lock.
            let Some(task) = self.0.lock().take() else {
                break;
            };
            task.answer(&refused);
        }
    }
}

/// What the writer thread owns.
pub(super) struct Writer {
    pub connection: Connection,
    pub names: Arc<Names>,
    pub hooks: Arc<Hooks>,
    pub queue: Arc<Queue>,
    pub wal_pages: Arc<AtomicU64>,
    /// How many pages of it were copied last.
    pub wal_copied: u64,
    /// Jobs in one COMMIT, at most.
    pub batch_jobs_max: usize,
}

/// Asks SQLite to tell, after each commit, how many pages the log has.
pub(super) fn watch_wal(connection: &mut Connection) -> rusqlite::Result<Arc<AtomicU64>> {
    let pages = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&pages);
    connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count: i32| {
        seen.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }))?;
    Ok(pages)
}

/// Whether the writer may go on.
enum Next {
    GoOn,
    Stop,
}

impl Writer {
    /// Runs batches until the queue is closed and empty, or the storage fails.
    pub(super) fn run(mut self) {
        let _end = End(Arc::clone(&self.queue));
        while self.queue.wait() {
            if let Next::Stop = self.batch() {
                break;
            }
            if let Next::Stop = self.cap_wal() {
                break;
            }
        }
        // Closing copies the log into the database; what cannot be copied now is read from it next time.
        let _ = self.connection.close();
    }

    fn batch(&mut self) -> Next {
        if let Err(error) = self.statement("BEGIN IMMEDIATE") {
            return self.refuse(&error);
        }
        let mut done = Vec::new();
        let mut next = Next::GoOn;
        let ended = self.run_jobs(&mut done, &mut next);
        self.at("db.commit");
        let committed = match ended {
            Ok(()) => self.commit(&mut next),
            Err(error) => {
                if !self.connection.is_autocommit() {
                    let _ = self.statement("ROLLBACK");
                }
                Err(error)
            }
        };
        self.at("db.committed");
        for task in done {
            task.answer(&committed);
        }
        next
    }

    /// Runs jobs into `done` until the batch is full. An error means that the batch is lost.
    fn run_jobs(&mut self, done: &mut Vec<Box<dyn Task>>, next: &mut Next) -> Result<(), DbError> {
        let started = Instant::now();
        let mut ran_urgent = false;
        while done.len() < self.batch_jobs_max && started.elapsed() < BATCH_TIME_MAX {
            let mut task = {
                let mut waiting = self.queue.lock();
                let urgent = !waiting.urgent.is_empty();
                if ran_urgent && !urgent {
                    // An urgent answer does not wait for ordinary jobs that came meanwhile.
                    break;
                }
                ran_urgent |= urgent;
                match waiting.take() {
                    Some(task) => task,
                    None => break,
                }
            };
            let ran = self.run_job(task.as_mut());
            done.push(task);
            let ran = ran?;
            if ran.storage_failed {
                *next = Next::Stop;
                return Err(DbError::broken("its storage failed"));
            }
        }
        Ok(())
    }

    fn run_job(&mut self, task: &mut dyn Task) -> Result<Ran, DbError> {
        let names = Arc::clone(&self.names);
        self.statement("SAVEPOINT job")
            .map_err(|error| db_error(&error, &names))?;
        let ran = task.run(&mut self.connection, &names, &self.hooks);
        if ran.storage_failed {
            return Ok(ran);
        }
        if self.connection.is_autocommit() {
            // A full disk or a lack of memory undoes the whole transaction, savepoints and all.
            return Err(DbError::unavailable(
                "another job of the same batch met a full disk",
            ));
        }
        if !ran.keep {
            self.statement("ROLLBACK TO job")
                .map_err(|error| db_error(&error, &names))?;
        }
        self.statement("RELEASE job")
            .map_err(|error| db_error(&error, &names))?;
        Ok(ran)
    }

    fn commit(&mut self, next: &mut Next) -> Result<(), DbError> {
        let Err(error) = self.statement("COMMIT") else {
            return Ok(());
        };
        if !self.connection.is_autocommit() {
            let _ = self.statement("ROLLBACK");
        }
        if is_storage_failure(&error) {
            // After a failed sync the log on disk may or may not hold the batch, and a later sync that
            // succeeds would prove nothing.
            *next = Next::Stop;
            return Err(DbError::OutcomeUnknown);
        }
        Err(db_error(&error, &self.names))
    }

    /// No transaction could be begun: those who wait now are told, rather than each waiting in turn.
    fn refuse(&self, error: &rusqlite::Error) -> Next {
        let refused = Err(db_error(error, &self.names));
        for _ in 0..self.batch_jobs_max {
            let Some(task) = self.queue.lock().take() else {
                break;
            };
            task.answer(&refused);
        }
        if is_storage_failure(error) {
            Next::Stop
        } else {
            Next::GoOn
        }
    }

    /// Copies the log into the database when it has grown. Done here, between batches, since a log that
    /// is copied by another thread grows without bound under load.
    fn cap_wal(&mut self) -> Next {
        let pages = self.wal_pages.load(Ordering::Relaxed);
        if pages < self.wal_copied {
            // It was started afresh since.
            self.wal_copied = 0;
        }
        if pages - self.wal_copied < WAL_PAGES_STEP {
            return Next::GoOn;
        }
        self.wal_copied = pages;
        let result = if pages < WAL_PAGES_MAX {
            checkpoint(&self.connection, "PASSIVE")
        } else {
            truncate(&self.connection)
        };
        match result {
            Err(error) if is_storage_failure(&error) => Next::Stop,
            _ => Next::GoOn,
        }
    }

    fn statement(&self, text: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(text)?.raw_execute()?;
        Ok(())
    }

    fn at(&self, step: &'static str) {
        if let Some(probe) = &self.hooks.probe {
            block_on(probe.at(step));
        }
    }
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
}

fn truncate(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(WAL_RESET_WAIT)?;
    let result = checkpoint(connection, "TRUNCATE");
    connection.busy_timeout(super::BUSY_WAIT)?;
    result
}
