//! Tokens of programs: each acts for a member, within its scopes.
//!
//! Only a token's hash is stored. What a scope opens is not known here.

use domain::Instant;
use domain::member::TokenScope;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;
use crate::people::{User, user};

/// A token, without what it is proved by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id, `to-…`.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<TokenScope>,
    /// When it was made.
    pub created_at: Instant,
    /// Its first instant without worth.
    pub expires_at: Instant,
    /// The first instant of the day of its last use; none: it was never used.
    pub used_at: Option<Instant>,
}

const PUT: Sql = Sql::new(
    "INSERT INTO api_tokens (id, token_hash, user_id, name, scopes, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
const OF_USER: Sql = Sql::new(
    "SELECT id, name, scopes, created_at, expires_at, used_at FROM api_tokens
     WHERE user_id = $1 ORDER BY created_at, id LIMIT $2",
);
const BY_HASH: Sql = Sql::new(
    "SELECT u.id, u.party_id, u.email, u.member_role, u.created_at,
       t.id, t.name, t.scopes, t.created_at, t.expires_at, t.used_at
     FROM api_tokens t JOIN users u ON u.id = t.user_id
     WHERE t.token_hash = $1 AND t.expires_at > $2 AND u.removed_at IS NULL",
);
const USED: Sql = Sql::new("UPDATE api_tokens SET used_at = $2 WHERE id = $1");
const END: Sql = Sql::new("DELETE FROM api_tokens WHERE user_id = $1 AND id = $2");
const END_ALL: Sql = Sql::new("DELETE FROM api_tokens WHERE user_id = $1");

/// The columns of a token from one on.
fn token(row: &Row, from: usize) -> Result<ApiToken, DbError> {
    let scopes = row.text(from + 2)?.split(' ').filter(|one| !one.is_empty());
    let used = row.opt_int(from + 5)?;
    Ok(ApiToken {
        id: row.text(from)?.to_owned(),
        name: row.text(from + 1)?.to_owned(),
        scopes: scopes.map(parsed).collect::<Result<_, _>>()?,
        created_at: Instant::from_epoch_ms(row.int(from + 3)?),
        expires_at: Instant::from_epoch_ms(row.int(from + 4)?),
        used_at: used.map(Instant::from_epoch_ms),
    })
}

/// Adds a token.
pub async fn put(
    tx: &mut Tx<'_>,
    token: &ApiToken,
    token_hash: &str,
    user: &str,
) -> Result<(), DbError> {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let params = [
        Val::from(&token.id),
        token_hash.into(),
        user.into(),
        Val::from(&token.name),
        scopes.join(" ").as_str().into(),
        token.created_at.epoch_ms().into(),
        token.expires_at.epoch_ms().into(),
    ];
    tx.execute(&PUT, &params).await.map(drop)
}

/// A user's tokens in the order in which they were made, at most `limit`; those that have expired are among them.
pub async fn of_user(tx: &mut Tx<'_>, user: &str, limit: u32) -> Result<Vec<ApiToken>, DbError> {
    let params = [user.into(), i64::from(limit).into()];
    let rows = tx.query(&OF_USER, &params).await?;
    rows.iter().map(|row| token(row, 0)).collect()
}

/// The token with this hash and for whom it acts, if it has not expired.
pub async fn find_by_hash(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now: Instant,
) -> Result<Option<(User, ApiToken)>, DbError> {
    let params = [token_hash.into(), now.epoch_ms().into()];
    let row = tx.query_opt(&BY_HASH, &params).await?;
    row.map(|row| Ok((user(&row)?, token(&row, 5)?)))
        .transpose()
}

/// Notes when a token was used.
pub async fn note_use(tx: &mut Tx<'_>, id: &str, day: Instant) -> Result<(), DbError> {
    tx.execute(&USED, &[id.into(), day.epoch_ms().into()])
        .await
        .map(drop)
}

/// Ends a token of a user's; false: they have none of this id.
pub async fn end(tx: &mut Tx<'_>, user: &str, id: &str) -> Result<bool, DbError> {
    Ok(tx.execute(&END, &[user.into(), id.into()]).await? == 1)
}

/// Ends all tokens of a user.
pub async fn end_all(tx: &mut Tx<'_>, user: &str) -> Result<(), DbError> {
    tx.execute(&END_ALL, &[user.into()]).await.map(drop)
}
