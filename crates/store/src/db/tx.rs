//! One transaction, the same on both backends.
//!
//! A job speaks to the database through this alone. A statement that fails dooms its transaction on
//! both backends: what follows fails with the same error, and nothing is committed even if the job
//! ends well. Knows nothing of queues, pools and retries.

use super::error::DbError;
use super::postgres::session::{LOCK_EXCLUSIVE, LOCK_SHARED, Session};
use super::sqlite::statements::Statements;
use super::{Backend, Hooks, Row, Sql, Val};

enum Backing<'a> {
    Sqlite(Statements<'a>),
    Postgres(&'a mut Session),
}

/// One transaction on either backend.
pub struct Tx<'a> {
    backing: Backing<'a>,
    hooks: &'a Hooks,
    failed: Option<DbError>,
}

/// How a transaction fared, whatever its job says.
pub(crate) struct Fared {
    /// The first statement that failed.
    pub failed: Option<DbError>,
    /// The storage itself failed (SQLite only).
    pub storage_failed: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(statements: Statements<'a>, hooks: &'a Hooks) -> Self {
        Self {
            backing: Backing::Sqlite(statements),
            hooks,
            failed: None,
        }
    }

    pub(crate) fn postgres(session: &'a mut Session, hooks: &'a Hooks) -> Self {
        Self {
            backing: Backing::Postgres(session),
            hooks,
            failed: None,
        }
    }

    pub(crate) fn fared(self) -> Fared {
        Fared {
            failed: self.failed,
            storage_failed: match self.backing {
                Backing::Sqlite(statements) => statements.storage_failed(),
                Backing::Postgres(_) => false,
            },
        }
    }

    fn may_go_on(&self) -> Result<(), DbError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn note<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        if let Err(error) = &result {
            self.failed.get_or_insert_with(|| error.clone());
        }
        result
    }

    fn fits(&mut self, sql: &Sql, params: &[Val]) -> Result<(), DbError> {
        self.may_go_on()?;
        if sql.params() == params.len() {
            return Ok(());
        }
        self.note(Err(DbError::broken_by(
            "a statement was given too few or too many values",
            format_args!("{} wanted, {} given", sql.params(), params.len()),
        )))
    }

    /// The rows of a statement. Also for statements that return none.
    ///
    /// # Errors
    /// See [`DbError`]; the transaction is then doomed.
    pub async fn query(&mut self, sql: &Sql, params: &[Val]) -> Result<Vec<Row>, DbError> {
        self.fits(sql, params)?;
        let result = match &mut self.backing {
            Backing::Sqlite(statements) => statements.query(sql, params),
            Backing::Postgres(session) => session.query(sql, params).await,
        };
        self.note(result)
    }

    /// The only row of a statement, if there is one.
    ///
    /// # Errors
    /// See [`DbError`]; more than one row is [`DbError::Broken`].
    pub async fn query_opt(&mut self, sql: &Sql, params: &[Val]) -> Result<Option<Row>, DbError> {
        let mut rows = self.query(sql, params).await?;
        let row = rows.pop();
        if rows.is_empty() {
            return Ok(row);
        }
        self.note(Err(DbError::broken("more than one row where one was due")))
    }

    /// How many rows a statement changed.
    ///
    /// # Errors
    /// See [`DbError`]; the transaction is then doomed.
    pub async fn execute(&mut self, sql: &Sql, params: &[Val]) -> Result<u64, DbError> {
        self.fits(sql, params)?;
        let result = match &mut self.backing {
            Backing::Sqlite(statements) => statements.execute(sql, params),
            Backing::Postgres(session) => session.execute(sql, params).await,
        };
        self.note(result)
    }

    /// Several statements and their rows, in order; PostgreSQL gets them all before the first answer is
    /// read. No statement may depend on whether one before it changed anything: use `RETURNING`, and
    /// look after the batch.
    ///
    /// # Errors
    /// The first that failed; none of the batch's effects are kept.
    pub async fn batch(&mut self, stmts: &[(&Sql, Vec<Val>)]) -> Result<Vec<Vec<Row>>, DbError> {
        for (sql, params) in stmts {
            self.fits(sql, params)?;
        }
        let result = match &mut self.backing {
            Backing::Sqlite(statements) => statements.batch(stmts),
            Backing::Postgres(session) => session.batch(stmts).await,
        };
        self.note(result)
    }

    /// One statement for each of `rows`; the sum of rows changed. Prepared once; on PostgreSQL sent in
    /// chunks without waiting for each answer. Where no conflict has to be handled, [`Tx::bulk_load`]
    /// is several times faster on PostgreSQL.
    ///
    /// # Errors
    /// The first that failed; the transaction is then doomed.
    pub async fn bulk_insert(
        &mut self,
        sql: &Sql,
        rows: &mut (dyn Iterator<Item = Vec<Val>> + Send),
    ) -> Result<u64, DbError> {
        self.may_go_on()?;
        let result = match &mut self.backing {
            Backing::Sqlite(statements) => statements.bulk_insert(sql, rows),
            Backing::Postgres(session) => session.bulk_insert(sql, rows).await,
        };
        self.note(result)
    }

    /// Adds `rows` to the named columns of a table: `COPY` on PostgreSQL, a prepared `INSERT` on SQLite.
    /// Names are the program's own words, never input.
    ///
    /// # Errors
    /// The first that failed; the transaction is then doomed.
    pub async fn bulk_load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut (dyn Iterator<Item = Vec<Val>> + Send),
    ) -> Result<u64, DbError> {
        self.may_go_on()?;
        let result = match &mut self.backing {
            Backing::Sqlite(statements) => statements.bulk_load(table, columns, rows),
            Backing::Postgres(session) => session.bulk_load(table, columns, rows).await,
        };
        self.note(result)
    }

    /// Takes `keys` shared until the transaction ends, in ascending order, each once. On SQLite there is
    /// one writer and nothing to take.
    ///
    /// # Errors
    /// A key was not free in time, or see [`DbError`].
    pub async fn lock_shared(&mut self, keys: &[i64]) -> Result<(), DbError> {
        self.lock(&LOCK_SHARED, keys).await
    }

    /// Takes `keys` for this transaction alone; otherwise as [`Tx::lock_shared`].
    ///
    /// # Errors
    /// A key was not free in time, or see [`DbError`].
    pub async fn lock_exclusive(&mut self, keys: &[i64]) -> Result<(), DbError> {
        self.lock(&LOCK_EXCLUSIVE, keys).await
    }

    async fn lock(&mut self, how: &Sql, keys: &[i64]) -> Result<(), DbError> {
        self.may_go_on()?;
        let result = match &mut self.backing {
            Backing::Sqlite(_) => Ok(()),
            Backing::Postgres(session) => {
                let mut keys = keys.to_vec();
                keys.sort_unstable();
                keys.dedup();
                session.lock(how, &keys).await
            }
        };
        self.note(result)
    }

    /// The instant, in milliseconds since the epoch: the server's `clock_timestamp()` on PostgreSQL, the
    /// clock given at opening on SQLite. Ask after the locks are taken.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn now(&mut self) -> Result<i64, DbError> {
        self.may_go_on()?;
        let result = match &mut self.backing {
            Backing::Sqlite(_) => Ok(self.hooks.clock.now().epoch_ms()),
            Backing::Postgres(session) => session.now().await,
        };
        self.note(result)
    }

    /// As [`Tx::batch`] and then [`Tx::now`]; PostgreSQL gets it all at once.
    ///
    /// # Errors
    /// As they do.
    pub async fn batch_and_now(
        &mut self,
        stmts: &[(&Sql, Vec<Val>)],
    ) -> Result<(Vec<Vec<Row>>, i64), DbError> {
        for (sql, params) in stmts {
            self.fits(sql, params)?;
        }
        let result = match &mut self.backing {
            Backing::Sqlite(statements) => statements
                .batch(stmts)
                .map(|rows| (rows, self.hooks.clock.now().epoch_ms())),
            Backing::Postgres(session) => session.batch_and_now(stmts).await,
        };
        self.note(result)
    }

    /// A named point between two steps, where a test may hold or end the work. Nothing happens here
    /// unless the database was opened with a [`super::Probe`].
    pub async fn step(&mut self, name: &'static str) {
        if let Some(probe) = &self.hooks.probe {
            probe.at(name).await;
        }
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.backing {
            Backing::Sqlite(_) => Backend::Sqlite,
            Backing::Postgres(_) => Backend::Postgres,
        }
    }
}

/// What a job's end and its transaction's fate come to: a doomed transaction is never a success.
pub(crate) fn settle<T, E: From<DbError>>(
    result: Result<T, E>,
    failed: Option<&DbError>,
) -> Result<T, E> {
    match (result, failed) {
        (Ok(_), Some(error)) => Err(E::from(error.clone())),
        (result, _) => result,
    }
}
