//! Users, sessions and this house's settings.

use domain::Instant;
use domain::id::PartyId;
use domain::member::MemberRole;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: String,
    /// For which party.
    pub party: PartyId,
    /// What they may do for it.
    pub role: MemberRole,
    /// Signs in with it; lower case.
    pub email: String,
    /// A PHC string.
    pub password_hash: String,
}

const PUT_USER: Sql = Sql::new(
    "INSERT INTO users (id, party_id, email, password_hash, created_at, member_role)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET password_hash = excluded.password_hash",
);
const BY_EMAIL: Sql =
    Sql::new("SELECT id, party_id, email, password_hash, member_role FROM users WHERE email = $1");
const COUNT_USERS: Sql = Sql::new("SELECT COUNT(*) FROM users");
const COUNT_WRITERS: Sql = Sql::new(
    "SELECT COUNT(*) FROM users u JOIN parties p ON p.id = u.party_id
     WHERE p.role = 'operator' AND u.member_role IN ('clerk', 'owner')",
);
const PUT_SESSION: Sql = Sql::new(
    "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
);
const BY_SESSION: Sql = Sql::new(
    "SELECT u.id, u.party_id, u.email, u.password_hash, u.member_role
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1 AND s.expires_at > $2",
);
const END_SESSION: Sql = Sql::new("DELETE FROM sessions WHERE token_hash = $1");
const SETTING: Sql = Sql::new("SELECT value FROM settings WHERE name = $1");
const PUT_SETTING: Sql = Sql::new(
    "INSERT INTO settings (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
);
const PUT_SETTING_ONCE: Sql =
    Sql::new("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");

fn user(row: &Row) -> Result<User, DbError> {
    Ok(User {
        id: row.text(0)?.to_owned(),
        party: parsed(row.text(1)?)?,
        email: row.text(2)?.to_owned(),
        password_hash: row.text(3)?.to_owned(),
        role: parsed(row.text(4)?)?,
    })
}

/// Adds a user, or changes the password of one that is there.
pub async fn put_user(tx: &mut Tx<'_>, user: &User, now: Instant) -> Result<(), DbError> {
    let params = [
        Val::from(&user.id),
        user.party.as_str().into(),
        Val::from(&user.email),
        Val::from(&user.password_hash),
        now.epoch_ms().into(),
        user.role.as_str().into(),
    ];
    tx.execute(&PUT_USER, &params).await.map(drop)
}

/// The user with this address.
pub async fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>, DbError> {
    tx.query_opt(&BY_EMAIL, &[email.into()])
        .await?
        .as_ref()
        .map(user)
        .transpose()
}

/// How many users there are.
pub async fn count_users(tx: &mut Tx<'_>) -> Result<i64, DbError> {
    let row = tx.query_opt(&COUNT_USERS, &[]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// How many of the operator's people may change something.
pub async fn count_writers(tx: &mut Tx<'_>) -> Result<i64, DbError> {
    let row = tx.query_opt(&COUNT_WRITERS, &[]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Opens a session.
pub async fn put_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    user: &str,
    now: Instant,
    expires: Instant,
) -> Result<(), DbError> {
    let params = [
        token_hash.into(),
        user.into(),
        now.epoch_ms().into(),
        expires.epoch_ms().into(),
    ];
    tx.execute(&PUT_SESSION, &params).await.map(drop)
}

/// Whose session it is, if it has not expired.
pub async fn find_by_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now: Instant,
) -> Result<Option<User>, DbError> {
    tx.query_opt(&BY_SESSION, &[token_hash.into(), now.epoch_ms().into()])
        .await?
        .as_ref()
        .map(user)
        .transpose()
}

/// Ends a session.
pub async fn end_session(tx: &mut Tx<'_>, token_hash: &str) -> Result<(), DbError> {
    tx.execute(&END_SESSION, &[token_hash.into()])
        .await
        .map(drop)
}

/// A setting.
pub async fn setting(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, DbError> {
    tx.query_opt(&SETTING, &[name.into()])
        .await?
        .map(|row| row.text(0).map(str::to_owned))
        .transpose()
}

/// Sets a setting.
pub async fn put_setting(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), DbError> {
    tx.execute(&PUT_SETTING, &[name.into(), value.into()])
        .await
        .map(drop)
}

/// Sets a setting that must never change; the first value stays.
pub async fn put_setting_once(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), DbError> {
    tx.execute(&PUT_SETTING_ONCE, &[name.into(), value.into()])
        .await
        .map(drop)
}
