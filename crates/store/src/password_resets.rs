//! Links by which a forgotten password is replaced.

use domain::Instant;

use crate::db::{DbError, Sql, Tx};

const PUT: Sql =
    Sql::new("INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES ($1, $2, $3)");
const USER: Sql =
    Sql::new("SELECT user_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2");
const TAKE: Sql = Sql::new("DELETE FROM password_resets WHERE token_hash = $1");
const END_ALL: Sql = Sql::new("DELETE FROM password_resets WHERE user_id = $1");
const END_EXPIRED: Sql =
    Sql::new("DELETE FROM password_resets WHERE user_id = $1 AND expires_at <= $2");

/// Adds a link for a user, and forgets those that have expired.
pub async fn put(
    tx: &mut Tx<'_>,
    token_hash: &str,
    user: &str,
    now: Instant,
    expires: Instant,
) -> Result<(), DbError> {
    tx.execute(&END_EXPIRED, &[user.into(), now.epoch_ms().into()])
        .await?;
    let params = [token_hash.into(), user.into(), expires.epoch_ms().into()];
    tx.execute(&PUT, &params).await.map(drop)
}

/// Whose link it is, if it has not expired: a user's id.
pub async fn user(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now: Instant,
) -> Result<Option<String>, DbError> {
    tx.query_opt(&USER, &[token_hash.into(), now.epoch_ms().into()])
        .await?
        .map(|row| row.text(0).map(str::to_owned))
        .transpose()
}

/// Uses a link up; false: somebody else did before.
pub async fn take(tx: &mut Tx<'_>, token_hash: &str) -> Result<bool, DbError> {
    Ok(tx.execute(&TAKE, &[token_hash.into()]).await? == 1)
}

/// Ends a user's links.
pub async fn end_all(tx: &mut Tx<'_>, user: &str) -> Result<(), DbError> {
    tx.execute(&END_ALL, &[user.into()]).await.map(drop)
}
