//! What is left of authorisations that are for so many units.
//!
//! A counter beside the record, taken by conditional update as stock is. Which authorisation an order needs is the
//! gate's to say, and which of several it takes from, the door's.

use domain::id::EvidenceId;

use crate::db::{DbError, Sql, Tx};

const INSERT: Sql =
    Sql::new("INSERT INTO quotas (evidence_id, available, used) VALUES ($1, $2, 0)");
const LEFT: Sql = Sql::new("SELECT available FROM quotas WHERE evidence_id = $1");
const LEFT_ALONE: Sql = Sql::with_pg_tail(
    "SELECT available FROM quotas WHERE evidence_id = $1",
    " FOR UPDATE",
);
const TAKE: Sql = Sql::new(
    "UPDATE quotas SET available = available - $2, used = used + $2
     WHERE evidence_id = $1 AND available >= $2
     RETURNING available",
);

/// Adds the counter of an authorisation.
pub async fn insert(tx: &mut Tx<'_>, id: &EvidenceId, units: u32) -> Result<(), DbError> {
    let params = [id.as_str().into(), i64::from(units).into()];
    tx.execute(&INSERT, &params).await.map(drop)
}

/// The units left of several, in the order asked; none of one that is not counted.
pub async fn left(tx: &mut Tx<'_>, ids: &[EvidenceId]) -> Result<Vec<u32>, DbError> {
    read(tx, &LEFT, ids).await
}

/// As [`left`], and nobody else takes of them until this transaction ends. Pass them sorted, each once.
pub async fn left_alone(tx: &mut Tx<'_>, ids: &[EvidenceId]) -> Result<Vec<u32>, DbError> {
    read(tx, &LEFT_ALONE, ids).await
}

async fn read(tx: &mut Tx<'_>, of: &'static Sql, ids: &[EvidenceId]) -> Result<Vec<u32>, DbError> {
    let stmts: Vec<_> = ids
        .iter()
        .map(|id| (of, vec![id.as_str().into()]))
        .collect();
    tx.batch(&stmts)
        .await?
        .iter()
        .map(|rows| {
            let left = rows.first().map_or(Ok(0), |row| row.int(0))?;
            Ok(u32::try_from(left).unwrap_or(u32::MAX))
        })
        .collect()
}

/// Takes units of several, each `(authorisation, units)`, in the order given: pass them sorted, each once. Whether
/// all were there: the caller rolls back unless they were.
pub async fn take(tx: &mut Tx<'_>, units: &[(EvidenceId, u32)]) -> Result<bool, DbError> {
    let stmts: Vec<_> = units
        .iter()
        .map(|(id, units)| (&TAKE, vec![id.as_str().into(), i64::from(*units).into()]))
        .collect();
    let rows = tx.batch(&stmts).await?;
    Ok(rows.iter().all(|rows| !rows.is_empty()))
}
