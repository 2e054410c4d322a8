//! One PostgreSQL connection: its statements, its transaction, and what its errors mean.
//!
//! A transaction is begun with its first statement. COMMIT is never sent before every answer of the
//! statements before it was read. Knows nothing of pools and retries.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::Severity;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

use crate::db::error::{DbError, FOREIGN_KEY};
use crate::db::wait::{Boxed, all_in_order};
use crate::db::{Row, Sql, Val};

/// A statement is ended by the server after this long.
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// And waits for a lock no longer than this.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// What a node that died or hangs inside a transaction can hold up everyone else.
pub(super) const IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(5);
/// A COMMIT without an answer for this long is given up as unknown.
const COMMIT_WAIT: Duration = Duration::from_secs(60);
/// Statements kept prepared on one connection.
const PREPARED_MAX: usize = 1_024;
/// Rows of a bulk insert that are under way at once.
const BULK_CHUNK: usize = 512;

const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Takes advisory locks, shared, in the order of the array.
pub(crate) const LOCK_SHARED: Sql = Sql::new(
    "SELECT pg_advisory_xact_lock_shared(key) FROM unnest(CAST(CAST($1 AS TEXT) AS BIGINT[])) AS key",
);
/// The same, each for one transaction alone.
pub(crate) const LOCK_EXCLUSIVE: Sql = Sql::new(
    "SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(CAST($1 AS TEXT) AS BIGINT[])) AS key",
);
const NOW: Sql =
    Sql::new("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)");

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    Read,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    /// A transaction is to be begun with the next statement.
    Due(Mode),
    Open,
}

/// One connection.
pub(crate) struct Session {
    pub(super) client: Client,
    /// The server's process behind it: differs between all that are connected.
    pub(super) pid: i32,
    prepared: HashMap<(&'static str, &'static str), Statement>,
    state: State,
    is_sound: bool,
}

type PgResult<T> = Result<T, tokio_postgres::Error>;

impl Session {
    pub(super) fn new(client: Client, pid: i32) -> Self {
        Self {
            client,
            pid,
            prepared: HashMap::new(),
            state: State::Idle,
            is_sound: true,
        }
    }

    /// Whether it may serve another job: no transaction in doubt, no fault met.
    pub(super) fn is_reusable(&self) -> bool {
        self.is_sound && self.state == State::Idle && !self.client.is_closed()
    }

    /// Asks for a transaction; it is begun with the first statement.
    pub(super) fn begin(&mut self, mode: Mode) {
        self.state = State::Due(mode);
    }

    fn take_begin(&mut self) -> Option<&'static str> {
        let State::Due(mode) = self.state else {
            return None;
        };
        self.state = State::Open;
        Some(match mode {
            Mode::Write => BEGIN_WRITE,
            Mode::Read => BEGIN_READ,
        })
    }

    /// Begins a transaction that is due. Not sent together with a statement that writes: if BEGIN
    /// failed, that statement would commit by itself.
    async fn ensure_begun(&mut self) -> Result<(), DbError> {
        let Some(begin) = self.take_begin() else {
            return Ok(());
        };
        let result = self.client.batch_execute(begin).await;
        result.map_err(|error| self.fault(&error))
    }

    async fn prepared(&mut self, sql: &Sql) -> Result<Statement, DbError> {
        let key = (sql.text(), sql.pg_tail());
        if let Some(statement) = self.prepared.get(&key) {
            return Ok(statement.clone());
        }
        let result = if sql.pg_tail().is_empty() {
            self.client.prepare(sql.text()).await
        } else {
            let text = [sql.text(), sql.pg_tail()].concat();
            self.client.prepare(&text).await
        };
        let statement = result.map_err(|error| self.fault(&error))?;
        if self.prepared.len() >= PREPARED_MAX {
            self.prepared.clear();
        }
        self.prepared.insert(key, statement.clone());
        Ok(statement)
    }

    pub(crate) async fn query(&mut self, sql: &Sql, params: &[Val]) -> Result<Vec<Row>, DbError> {
        // A read's BEGIN travels with its first statement.
        if self.state == State::Due(Mode::Read) {
            let mut results = self.run_all(&[(sql, params)]).await?;
            return Ok(results.pop().unwrap_or_default());
        }
        self.ensure_begun().await?;
        let statement = self.prepared(sql).await?;
        let params = bound(&statement, params)?;
        let result = self.client.query(&statement, &params).await;
        result
            .map_err(|error| self.fault(&error))
            .and_then(|rows| converted(&rows))
    }

    pub(crate) async fn execute(&mut self, sql: &Sql, params: &[Val]) -> Result<u64, DbError> {
        self.ensure_begun().await?;
        let statement = self.prepared(sql).await?;
        let params = bound(&statement, params)?;
        let result = self.client.execute(&statement, &params).await;
        result.map_err(|error| self.fault(&error))
    }

    pub(crate) async fn batch(
        &mut self,
        stmts: &[(&Sql, Vec<Val>)],
    ) -> Result<Vec<Vec<Row>>, DbError> {
        if let State::Due(Mode::Write) = self.state {
            self.ensure_begun().await?;
        }
        let stmts: Vec<(&Sql, &[Val])> = stmts
            .iter()
            .map(|(sql, params)| (*sql, params.as_slice()))
            .collect();
        self.run_all(&stmts).await
    }

    /// Sends BEGIN if it is due and all the statements, then reads all the answers.
    async fn run_all(&mut self, stmts: &[(&Sql, &[Val])]) -> Result<Vec<Vec<Row>>, DbError> {
        let mut statements = Vec::with_capacity(stmts.len());
        for (sql, _) in stmts {
            statements.push(self.prepared(sql).await?);
        }
        let mut bounds = Vec::with_capacity(stmts.len());
        for (statement, (_, params)) in statements.iter().zip(stmts) {
            bounds.push(bound(statement, params)?);
        }
        let begin = self.take_begin();
        let client = &self.client;
        let mut running: Vec<Boxed<'_, PgResult<Vec<tokio_postgres::Row>>>> = Vec::new();
        if let Some(begin) = begin {
            running.push(Box::pin(async move {
                client.batch_execute(begin).await.map(|()| Vec::new())
            }));
        }
        for (statement, params) in statements.iter().zip(&bounds) {
            running.push(Box::pin(client.query(statement, params)));
        }
        let mut results = all_in_order(running).await;
        if begin.is_some() {
            results.remove(0).map_err(|error| self.fault(&error))?;
        }
        results
            .into_iter()
            .map(|result| {
                result
                    .map_err(|error| self.fault(&error))
                    .and_then(|rows| converted(&rows))
            })
            .collect()
    }

    pub(crate) async fn bulk_insert(
        &mut self,
        sql: &Sql,
        rows: &mut (dyn Iterator<Item = Vec<Val>> + Send),
    ) -> Result<u64, DbError> {
        self.ensure_begun().await?;
        let statement = self.prepared(sql).await?;
        let mut changed = 0;
        loop {
            let chunk: Vec<Vec<Val>> = rows.take(BULK_CHUNK).collect();
            if chunk.is_empty() {
                return Ok(changed);
            }
            let mut bounds = Vec::with_capacity(chunk.len());
            for row in &chunk {
                bounds.push(bound(&statement, row)?);
            }
            let running: Vec<Boxed<'_, PgResult<u64>>> = bounds
                .iter()
                .map(|params| -> Boxed<'_, PgResult<u64>> {
                    Box::pin(self.client.execute(&statement, params))
                })
                .collect();
            for result in all_in_order(running).await {
                changed += result.map_err(|error| self.fault(&error))?;
            }
        }
    }

    pub(crate) async fn bulk_load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut (dyn Iterator<Item = Vec<Val>> + Send),
    ) -> Result<u64, DbError> {
        self.ensure_begun().await?;
        let result = copy(&self.client, table, columns, rows).await;
        result.map_err(|fault| match fault {
            CopyFault::Postgres(error) => self.fault(&error),
            CopyFault::Row(error) => error,
        })
    }

    /// Takes advisory locks in the order given. A BEGIN that is due travels with them: were it to fail, they would
    /// be given back with the end of their statement, and the failure is told.
    pub(crate) async fn lock(&mut self, how: &Sql, keys: &[i64]) -> Result<(), DbError> {
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let keys = Val::from(format!("{{{}}}", keys.join(",")));
        self.run_all(&[(how, &[keys])]).await.map(drop)
    }

    pub(crate) async fn now(&mut self) -> Result<i64, DbError> {
        let rows = self.query(&NOW, &[]).await?;
        told(&rows)
    }

    /// As [`Session::batch`], and then the time, all sent at once.
    pub(crate) async fn batch_and_now(
        &mut self,
        stmts: &[(&Sql, Vec<Val>)],
    ) -> Result<(Vec<Vec<Row>>, i64), DbError> {
        let stmts: Vec<_> = stmts.iter().cloned().chain([(&NOW, Vec::new())]).collect();
        let mut answers = self.batch(&stmts).await?;
        let now = told(&answers.pop().unwrap_or_default())?;
        Ok((answers, now))
    }

    /// Ends the transaction and keeps it.
    pub(super) async fn commit(&mut self) -> Result<(), DbError> {
        if self.state != State::Open {
            self.state = State::Idle;
            return Ok(());
        }
        let commit = self.client.batch_execute("COMMIT");
        let error = match tokio::time::timeout(COMMIT_WAIT, commit).await {
            Ok(Ok(())) => {
                self.state = State::Idle;
                return Ok(());
            }
            Ok(Err(error)) => error,
            Err(_) => {
                self.is_sound = false;
                return Err(DbError::OutcomeUnknown);
            }
        };
        // An answer of severity ERROR says that it was rolled back, unless it says 40003. All else, a
        // lost connection or a server going down, leaves the outcome open.
        let is_answer = error.as_db_error().is_some_and(|answer| {
            answer.parsed_severity() == Some(Severity::Error)
                && !matches!(answer.code().code(), "40003" | "08007")
        });
        if is_answer {
            self.state = State::Idle;
            return Err(self.fault(&error));
        }
        self.is_sound = false;
        Err(DbError::OutcomeUnknown)
    }

    /// Ends the transaction and drops it.
    pub(super) async fn rollback(&mut self) {
        // Behind a COMMIT without an answer there is nothing to wait for.
        let is_open = self.is_sound && self.state == State::Open;
        if is_open && self.client.batch_execute("ROLLBACK").await.is_err() {
            self.is_sound = false;
        }
        self.state = State::Idle;
    }

    /// An error of the server in our words; marks the connection when it cannot be used further.
    pub(super) fn fault(&mut self, error: &tokio_postgres::Error) -> DbError {
        let Some(answer) = error.as_db_error() else {
            // A value that did not fit its column never left the house; all else is the connection's end.
            if std::error::Error::source(error)
                .is_some_and(|cause| cause.is::<tokio_postgres::types::WrongType>())
            {
                return DbError::broken_by("a value was of another kind than its column", error);
            }
            self.is_sound = false;
            return DbError::Retry;
        };
        if answer.parsed_severity() != Some(Severity::Error) {
            // The server ended the connection before COMMIT was sent: nothing was kept.
            self.is_sound = false;
            return DbError::Retry;
        }
        // Where a plan has to return other columns since a later schema, a new connection makes a new plan.
        if answer.code().code() == "0A000" && answer.routine() == Some("RevalidateCachedQuery") {
            self.is_sound = false;
            return DbError::Retry;
        }
        db_error(answer)
    }
}

fn db_error(answer: &tokio_postgres::error::DbError) -> DbError {
    let code = answer.code().code();
    // The message names relations and rules; the detail, left out, would name values.
    let said = format_args!("{code} {}", answer.message()).to_string();
    match code {
        "40001" | "40P01" => DbError::Retry,
        "23503" => DbError::Constraint {
            name: FOREIGN_KEY.to_owned(),
        },
        "23502" => DbError::Constraint {
            name: format!(
                "{}_{}_not_null",
                answer.table().unwrap_or_default(),
                answer.column().unwrap_or_default()
            ),
        },
        "23505" | "23514" | "23P01" => DbError::Constraint {
            name: answer.constraint().unwrap_or_default().to_owned(),
        },
        "55P03" => DbError::unavailable_by("a lock was not free in time", said),
        "57014" => DbError::unavailable_by("a statement took too long", said),
        "25006" => DbError::broken_by("a read tried to write", said),
        _ if code.starts_with("53") => {
            DbError::unavailable_by("the server lacks space or connections", said)
        }
        _ => DbError::broken_by("a statement failed", said),
    }
}

fn told(rows: &[Row]) -> Result<i64, DbError> {
    let row = rows.first();
    row.ok_or(DbError::broken("the server did not tell the time"))?
        .int(0)
}

const NO_TEXT: Option<&str> = None;
const NO_INT: Option<i64> = None;
const NO_BOOL: Option<bool> = None;

fn bound<'a>(
    statement: &Statement,
    params: &'a [Val],
) -> Result<Vec<&'a (dyn ToSql + Sync)>, DbError> {
    if statement.params().len() != params.len() {
        return Err(DbError::broken(
            "a statement was given too few or too many values",
        ));
    }
    Ok(params
        .iter()
        .zip(statement.params())
        .map(|(val, kind)| param(val, kind))
        .collect())
}

fn param<'a>(val: &'a Val, kind: &Type) -> &'a (dyn ToSql + Sync) {
    match val {
        Val::Text(text) => text,
        Val::Int(number) => number,
        Val::Bool(truth) => truth,
        Val::Null if *kind == Type::INT8 => &NO_INT,
        Val::Null if *kind == Type::BOOL => &NO_BOOL,
        Val::Null => &NO_TEXT,
    }
}

fn converted(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, DbError> {
    rows.iter()
        .map(|row| {
            (0..row.len())
                .map(|index| val(row, index))
                .collect::<Result<Vec<_>, _>>()
                .map(Row::new)
        })
        .collect()
}

fn val(row: &tokio_postgres::Row, index: usize) -> Result<Val, DbError> {
    let kind = row.columns()[index].type_();
    let val = match *kind {
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<&str>>(index).map(Val::from)
        }
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(Val::from),
        Type::INT4 => row
            .try_get::<_, Option<i32>>(index)
            .map(|number| Val::from(number.map(i64::from))),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(Val::from),
        Type::VOID => Ok(Val::Null),
        _ => {
            return Err(DbError::Column {
                index,
                wanted: "text, a whole number or a truth value",
                found: "a type that is not used here (sums are cast to BIGINT)",
            });
        }
    };
    val.map_err(|error| DbError::broken_by("a column could not be read", error))
}

enum CopyFault {
    Postgres(tokio_postgres::Error),
    Row(DbError),
}

impl From<tokio_postgres::Error> for CopyFault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

async fn copy(
    client: &Client,
    table: &str,
    columns: &[&str],
    rows: &mut (dyn Iterator<Item = Vec<Val>> + Send),
) -> Result<u64, CopyFault> {
    let columns = columns.join(", ");
    let shape = client
        .prepare(&format!("SELECT {columns} FROM {table}"))
        .await?;
    let types: Vec<Type> = shape.columns().iter().map(|c| c.type_().clone()).collect();
    let sink = client
        .copy_in(&format!(
            "COPY {table} ({columns}) FROM STDIN (FORMAT binary)"
        ))
        .await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for row in rows {
        if row.len() != types.len() {
            return Err(CopyFault::Row(DbError::broken(
                "a row for a bulk load has too few or too many values",
            )));
        }
        // Collected, since a closure held over an await would keep the future from being Send.
        let params: Vec<&(dyn ToSql + Sync)> = row
            .iter()
            .zip(&types)
            .map(|(val, kind)| param(val, kind))
            .collect();
        writer.as_mut().write(&params).await?;
    }
    Ok(writer.finish().await?)
}
