//! Lists of blocked units: each as it was last delivered, its units by their keyed hashes.
//!
//! Knows no unit's number and no key.

use std::collections::HashSet;

use domain::Instant;

use crate::count;
use crate::db::{DbError, Row, Sql, Tx, Val};

/// One list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedList {
    /// What it goes by; its next delivery has the same.
    pub name: String,
    /// Of the key that its units were hashed with.
    pub key_mark: String,
    /// Units on it.
    pub units: u64,
    /// When it was delivered.
    pub imported_at: Instant,
}

/// One unit on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedUnit {
    /// Its keyed hash.
    pub unit_hash: String,
    /// Why, in the list's words.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<Instant>,
    /// Who reported it.
    pub reported_by: Option<String>,
}

const LISTS: Sql =
    Sql::new("SELECT name, key_mark, unit_count, imported_at FROM blocked_lists ORDER BY name");
const HASHES: Sql = Sql::new("SELECT unit_hash FROM blocked_units WHERE list_name = $1");
const PUT_LIST: Sql = Sql::new(
    "INSERT INTO blocked_lists (name, key_mark, unit_count, imported_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET key_mark = excluded.key_mark,
        unit_count = excluded.unit_count, imported_at = excluded.imported_at",
);
const EMPTY_LIST: Sql = Sql::new("DELETE FROM blocked_units WHERE list_name = $1");
const REMOVE_LIST: Sql = Sql::new("DELETE FROM blocked_lists WHERE name = $1");
const ON_LISTS: Sql = Sql::new(
    "SELECT list_name, unit_hash, reason, since, reported_by FROM blocked_units
     WHERE unit_hash = $1 ORDER BY list_name",
);

fn list(row: &Row) -> Result<BlockedList, DbError> {
    Ok(BlockedList {
        name: row.text(0)?.to_owned(),
        key_mark: row.text(1)?.to_owned(),
        units: count(row.int(2)?)?,
        imported_at: Instant::from_epoch_ms(row.int(3)?),
    })
}

/// All lists, by name.
pub async fn lists(tx: &mut Tx<'_>) -> Result<Vec<BlockedList>, DbError> {
    tx.query(&LISTS, &[]).await?.iter().map(list).collect()
}

/// The hashes of the units on a list.
pub async fn hashes(tx: &mut Tx<'_>, name: &str) -> Result<HashSet<String>, DbError> {
    tx.query(&HASHES, &[name.into()])
        .await?
        .iter()
        .map(|row| row.text(0).map(str::to_owned))
        .collect()
}

/// Puts a list in the place of what goes by its name. Each unit once.
pub async fn replace(
    tx: &mut Tx<'_>,
    list: &BlockedList,
    units: &[BlockedUnit],
) -> Result<(), DbError> {
    tx.execute(&EMPTY_LIST, &[Val::from(&list.name)]).await?;
    let params = [
        Val::from(&list.name),
        Val::from(&list.key_mark),
        i64::try_from(list.units).unwrap_or(i64::MAX).into(),
        list.imported_at.epoch_ms().into(),
    ];
    tx.execute(&PUT_LIST, &params).await?;
    let columns = &["list_name", "unit_hash", "reason", "since", "reported_by"];
    let mut rows = units.iter().map(|unit| {
        vec![
            Val::from(&list.name),
            Val::from(&unit.unit_hash),
            Val::from(unit.reason.as_deref()),
            Val::from(unit.since.map(Instant::epoch_ms)),
            Val::from(unit.reported_by.as_deref()),
        ]
    });
    tx.bulk_load("blocked_units", columns, &mut rows)
        .await
        .map(drop)
}

/// Takes a list away with all that is on it; whether there was one.
pub async fn remove(tx: &mut Tx<'_>, name: &str) -> Result<bool, DbError> {
    tx.execute(&EMPTY_LIST, &[name.into()]).await?;
    Ok(tx.execute(&REMOVE_LIST, &[name.into()]).await? > 0)
}

/// The lists that a unit is on, by name, each with what it says.
pub async fn on_lists(
    tx: &mut Tx<'_>,
    unit_hash: &str,
) -> Result<Vec<(String, BlockedUnit)>, DbError> {
    tx.query(&ON_LISTS, &[unit_hash.into()])
        .await?
        .iter()
        .map(|row| {
            let unit = BlockedUnit {
                unit_hash: row.text(1)?.to_owned(),
                reason: row.opt_text(2)?.map(str::to_owned),
                since: row.opt_int(3)?.map(Instant::from_epoch_ms),
                reported_by: row.opt_text(4)?.map(str::to_owned),
            };
            Ok((row.text(0)?.to_owned(), unit))
        })
        .collect()
}
