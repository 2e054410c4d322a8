//! A PostgreSQL server: its connections, and running jobs on them, again where they met another's.
//!
//! Every job runs in a task of its own, so that a caller that goes away stops nothing half-way. Knows
//! nothing of tables besides `migrations` (see `start.rs`).

pub(crate) mod session;
mod start;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;
use tokio_postgres::{Config, NoTls};

use self::session::{IDLE_IN_TRANSACTION_TIMEOUT, LOCK_TIMEOUT, Mode, STATEMENT_TIMEOUT, Session};
use super::error::{DbError, OpenError};
use super::tx::{Tx, settle};
use super::{Hooks, Job, OpenOptions};

/// Connections kept for urgent jobs, beyond the pool's size.
const URGENT_CONNECTIONS: usize = 2;
/// How long a caller waits for a connection.
const CONNECTION_WAIT: Duration = Duration::from_secs(10);
/// How often a job is run before it is given up,
const TRIES_MAX: u32 = 10;
/// and for how long.
const TRIES_TIME_MAX: Duration = Duration::from_secs(20);
/// The pause before the second try, at most; it doubles with each try, up to the last.
const PAUSE_FIRST_US: u64 = 2_000;
const PAUSE_MAX_US: u64 = 200_000;

/// An open PostgreSQL database.
pub(super) struct Postgres {
    config: Config,
    hooks: Arc<Hooks>,
    idle: Mutex<Vec<Session>>,
    ordinary: Arc<Semaphore>,
    urgent: Arc<Semaphore>,
    ordinary_max: u32,
}

/// A session on loan. Given back when it is free of doubt, else closed.
struct Loan {
    from: Arc<Postgres>,
    session: Option<Session>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        if session.is_reusable() {
            if !self.from.ordinary.is_closed() {
                self.from.idle().push(session);
            }
            return;
        }
        // A statement still running on the server would hold its locks until it ends.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let cancel = session.client.cancel_token();
            runtime.spawn(async move {
                let _ = cancel.cancel_query(NoTls).await;
            });
        }
    }
}

/// What one try came to.
enum Tried<T> {
    Ended(T),
    Again,
}

impl Postgres {
    pub(super) async fn open(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        let config = start::config(url)?;
        let hooks = Arc::new(Hooks {
            clock: options.clock,
            probe: options.probe,
        });
        let mut first = start::first_session(&config).await?;
        let second = start::first_session(&config).await?;
        start::check(&first.client, &second.client, options.unsafe_settings).await?;
        start::migrate(&mut first, options.migrations, options.must_exist, &hooks).await?;
        let size = options.pool_size.max(1);
        Ok(Self {
            config,
            hooks,
            idle: Mutex::new(vec![first, second]),
            ordinary: Arc::new(Semaphore::new(size)),
            urgent: Arc::new(Semaphore::new(URGENT_CONNECTIONS)),
            ordinary_max: u32::try_from(size).unwrap_or(u32::MAX),
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn loan(self: &Arc<Self>, urgent: bool) -> Result<Loan, DbError> {
        let permits = if urgent { &self.urgent } else { &self.ordinary };
        let permit = Arc::clone(permits).acquire_owned();
        let permit = match tokio::time::timeout(CONNECTION_WAIT, permit).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(DbError::Closed),
            Err(_) => return Err(DbError::unavailable("all its connections are busy")),
        };
        let idle = {
            let mut idle = self.idle();
            idle.retain(Session::is_reusable);
            idle.pop()
        };
        let session = match idle {
            Some(session) => session,
            None => connect(&self.config)
                .await
                .map_err(|error| DbError::unavailable_by("no connection to the server", error))?,
        };
        Ok(Loan {
            from: Arc::clone(self),
            session: Some(session),
            _permit: permit,
        })
    }

    pub(super) async fn write<J: Job>(self: &Arc<Self>, job: J) -> Result<J::Out, J::Err> {
        self.detached(job, Mode::Write).await
    }

    pub(super) async fn read<J: Job>(self: &Arc<Self>, job: J) -> Result<J::Out, J::Err> {
        self.detached(job, Mode::Read).await
    }

    async fn detached<J: Job>(self: &Arc<Self>, job: J, mode: Mode) -> Result<J::Out, J::Err> {
        let (reply, answer) = oneshot::channel();
        let this = Arc::clone(self);
        tokio::spawn(async move { this.run(job, mode, reply).await });
        // The task answers unless the job panicked; its transaction is then undone with its connection.
        answer
            .await
            .unwrap_or_else(|_| Err(J::Err::from(DbError::broken("a job panicked"))))
    }

    /// Runs a job until it ends or has been tried often enough, and answers.
    async fn run<J: Job>(
        self: Arc<Self>,
        job: J,
        mode: Mode,
        reply: oneshot::Sender<Result<J::Out, J::Err>>,
    ) {
        let deadline = Instant::now() + TRIES_TIME_MAX;
        let mut tries = 0;
        loop {
            let mut loan = match self.loan(J::URGENT).await {
                Ok(loan) => loan,
                Err(error) => {
                    let _ = reply.send(Err(J::Err::from(error)));
                    return;
                }
            };
            let Some(session) = &mut loan.session else {
                return;
            };
            tries += 1;
            let pause = pause(session.pid, tries);
            match self.attempt(&job, session, mode).await {
                Tried::Ended(result) => {
                    let _ = reply.send(result);
                    // A read is answered before its transaction is ended: nothing of it remains anyway.
                    session.rollback().await;
                    return;
                }
                Tried::Again if tries >= TRIES_MAX || Instant::now() + pause > deadline => {
                    let error = DbError::unavailable("other work kept coming in between");
                    let _ = reply.send(Err(J::Err::from(error)));
                    return;
                }
                Tried::Again => {}
            }
            drop(loan);
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt<J: Job>(
        &self,
        job: &J,
        session: &mut Session,
        mode: Mode,
    ) -> Tried<Result<J::Out, J::Err>> {
        session.begin(mode);
        let mut tx = Tx::postgres(session, &self.hooks);
        let result = job.run(&mut tx).await;
        let failed = tx.fared().failed;
        if failed == Some(DbError::Retry) {
            session.rollback().await;
            return Tried::Again;
        }
        let result = settle(result, failed.as_ref());
        if mode == Mode::Read {
            return Tried::Ended(result);
        }
        let Ok(out) = result else {
            session.rollback().await;
            return Tried::Ended(result);
        };
        self.at("db.commit").await;
        let committed = session.commit().await;
        self.at("db.committed").await;
        match committed {
            Ok(()) => Tried::Ended(Ok(out)),
            Err(DbError::Retry) => Tried::Again,
            Err(error) => Tried::Ended(Err(J::Err::from(error))),
        }
    }

    async fn at(&self, step: &'static str) {
        if let Some(probe) = &self.hooks.probe {
            probe.at(step).await;
        }
    }

    /// Waits for the work in progress, then closes the connections.
    pub(super) async fn close(&self) {
        let ended = async {
            let urgent = u32::try_from(URGENT_CONNECTIONS).unwrap_or(u32::MAX);
            let _ordinary = self.ordinary.acquire_many(self.ordinary_max).await;
            let _urgent = self.urgent.acquire_many(urgent).await;
            self.ordinary.close();
            self.urgent.close();
        };
        if tokio::time::timeout(CONNECTION_WAIT, ended).await.is_err() {
            self.ordinary.close();
            self.urgent.close();
        }
        self.idle().clear();
    }
}

/// The pause after try number `tries`: random-looking, different for every connection, so that two that
/// met do not meet again.
fn pause(pid: i32, tries: u32) -> Duration {
    let longest = (PAUSE_FIRST_US << (tries - 1).min(16)).min(PAUSE_MAX_US);
    // SplitMix64: neighbouring numbers come out far apart.
    let mut mixed = (u64::from(pid.unsigned_abs()) << 32 | u64::from(tries))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    Duration::from_micros(mixed % longest)
}

/// A new connection with its limits set.
async fn connect(config: &Config) -> Result<Session, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        // How the connection ended is seen by whoever uses its client next.
        let _ = connection.await;
    });
    let limits = format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}",
        STATEMENT_TIMEOUT.as_millis(),
        LOCK_TIMEOUT.as_millis(),
        IDLE_IN_TRANSACTION_TIMEOUT.as_millis()
    );
    client.batch_execute(&limits).await?;
    let pid = client
        .query_one("SELECT pg_backend_pid()", &[])
        .await?
        .try_get(0)?;
    Ok(Session::new(client, pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_differ_and_stay_within_their_bounds() {
        for tries in 1..=TRIES_MAX {
            let longest = Duration::from_micros((PAUSE_FIRST_US << (tries - 1)).min(PAUSE_MAX_US));
            let pauses: std::collections::HashSet<_> =
                (1..=100).map(|pid| pause(pid, tries)).collect();
            assert!(pauses.iter().all(|pause| *pause < longest));
            assert!(pauses.len() > 90, "{} different of 100", pauses.len());
        }
    }
}
