//! Statements on an SQLite connection: binding, reading rows, and what its errors mean.
//!
//! Knows nothing of transactions; who begins and ends them owns the connection.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql};

use super::names::Names;
use crate::db::error::DbError;
use crate::db::{Row, Sql, Val};

/// A connection for the length of one job.
pub(crate) struct Statements<'a> {
    connection: &'a mut Connection,
    names: &'a Names,
    storage_failed: bool,
}

impl ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Int(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Bool(truth) => ToSqlOutput::Owned(Value::Integer(i64::from(*truth))),
        })
    }
}

impl<'a> Statements<'a> {
    pub(crate) fn new(connection: &'a mut Connection, names: &'a Names) -> Self {
        Self {
            connection,
            names,
            storage_failed: false,
        }
    }

    /// Whether the storage under the connection failed, so that it must not be trusted any more.
    pub(crate) fn storage_failed(&self) -> bool {
        self.storage_failed
    }

    pub(crate) fn query(&mut self, sql: &Sql, params: &[Val]) -> Result<Vec<Row>, DbError> {
        let result = query(self.connection, sql, params);
        result
            .and_then(|rows| rows.map_err(Fault::Column))
            .map_err(|fault| self.fault(fault))
    }

    pub(crate) fn batch(&mut self, stmts: &[(&Sql, Vec<Val>)]) -> Result<Vec<Vec<Row>>, DbError> {
        let each = stmts.iter().map(|(sql, params)| self.query(sql, params));
        each.collect()
    }

    pub(crate) fn execute(&mut self, sql: &Sql, params: &[Val]) -> Result<u64, DbError> {
        execute(self.connection, sql, params).map_err(|error| self.fault(Fault::Sqlite(error)))
    }

    pub(crate) fn bulk_insert(
        &mut self,
        sql: &Sql,
        rows: &mut dyn Iterator<Item = Vec<Val>>,
    ) -> Result<u64, DbError> {
        bulk(
            self.connection,
            sql.text(),
            sql.params(),
            sql.in_order(),
            rows,
        )
        .map_err(|fault| self.fault(fault))
    }

    pub(crate) fn bulk_load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut dyn Iterator<Item = Vec<Val>>,
    ) -> Result<u64, DbError> {
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            columns.join(", "),
            marks.join(", ")
        );
        bulk(self.connection, &text, columns.len(), true, rows).map_err(|fault| self.fault(fault))
    }

    fn fault(&mut self, fault: Fault) -> DbError {
        match fault {
            Fault::Sqlite(error) => {
                self.storage_failed |= is_storage_failure(&error);
                db_error(&error, self.names)
            }
            Fault::Column(error) => error,
        }
    }
}

enum Fault {
    Sqlite(rusqlite::Error),
    Column(DbError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn bind(
    statement: &mut rusqlite::Statement<'_>,
    in_order: bool,
    params: &[Val],
) -> rusqlite::Result<()> {
    if in_order {
        for (index, val) in params.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, val)?;
        }
        return Ok(());
    }
    // `$2` is a name here, and its index is where it first appeared.
    for (index, val) in params.iter().enumerate() {
        if let Some(at) = statement.parameter_index(&format!("${}", index + 1))? {
            statement.raw_bind_parameter(at, val)?;
        }
    }
    Ok(())
}

fn query(
    connection: &Connection,
    sql: &Sql,
    params: &[Val],
) -> Result<Result<Vec<Row>, DbError>, Fault> {
    let mut statement = connection.prepare_cached(sql.text())?;
    bind(&mut statement, sql.in_order(), params)?;
    let columns = statement.column_count();
    let mut cursor = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = cursor.next()? {
        let mut vals = Vec::with_capacity(columns);
        for index in 0..columns {
            match val(index, row.get_ref(index)?) {
                Ok(val) => vals.push(val),
                Err(error) => return Ok(Err(error)),
            }
        }
        rows.push(Row::new(vals));
    }
    Ok(Ok(rows))
}

fn val(index: usize, value: ValueRef<'_>) -> Result<Val, DbError> {
    let found = match value {
        ValueRef::Null => return Ok(Val::Null),
        ValueRef::Integer(number) => return Ok(Val::Int(number)),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => return Ok(Val::from(text)),
            Err(_) => "text that is not UTF-8",
        },
        ValueRef::Real(_) => "a floating-point number",
        ValueRef::Blob(_) => "bytes",
    };
    Err(DbError::Column {
        index,
        wanted: "text, a whole number or a truth value",
        found,
    })
}

fn execute(connection: &Connection, sql: &Sql, params: &[Val]) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql.text())?;
    bind(&mut statement, sql.in_order(), params)?;
    statement.raw_execute().map(|changed| changed as u64)
}

fn bulk(
    connection: &Connection,
    text: &str,
    params: usize,
    in_order: bool,
    rows: &mut dyn Iterator<Item = Vec<Val>>,
) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached(text)?;
    let mut changed = 0;
    for row in rows {
        if row.len() != params {
            return Err(Fault::Column(DbError::broken(
                "a row for a bulk insert has too few or too many values",
            )));
        }
        bind(&mut statement, in_order, &row)?;
        changed += statement.raw_execute()? as u64;
    }
    Ok(changed)
}

/// Whether the file or the disk under it failed; what was synced before it can then not be relied on.
pub(super) fn is_storage_failure(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// An error of SQLite in our words.
pub(super) fn db_error(error: &rusqlite::Error, names: &Names) -> DbError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => {
            let message = match error {
                rusqlite::Error::SqliteFailure(_, Some(message)) => message,
                _ => "",
            };
            DbError::Constraint {
                name: names.of(message),
            }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            DbError::unavailable_by("another program holds its file", error)
        }
        Some(ErrorCode::DiskFull) => DbError::unavailable_by("the disk is full", error),
        Some(ErrorCode::ReadOnly) => DbError::broken_by("a read tried to write", error),
        _ if is_storage_failure(error) => DbError::broken_by("its storage failed", error),
        _ => DbError::broken_by("a statement failed", error),
    }
}
