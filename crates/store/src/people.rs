//! Users, what they prove themselves with, their sessions, and this house's settings.
//!
//! Whoever was removed is found by nothing here but by a new invitation to the same address. Who may do what is not
//! known here.

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
    /// Since when they are a member.
    pub since: Instant,
}

/// A session, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub token_hash: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it ends by itself.
    pub expires_at: Instant,
}

const PUT_USER: Sql = Sql::new(
    "INSERT INTO users (id, party_id, email, member_role, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET party_id = excluded.party_id, member_role = excluded.member_role,
       created_at = excluded.created_at, removed_at = NULL",
);
const BY_EMAIL: Sql = Sql::new(
    "SELECT id, party_id, email, member_role, created_at FROM users
     WHERE email = $1 AND removed_at IS NULL",
);
const BY_ID: Sql = Sql::new(
    "SELECT id, party_id, email, member_role, created_at FROM users
     WHERE id = $1 AND removed_at IS NULL",
);
const OF_PARTY: Sql = Sql::new(
    "SELECT id, party_id, email, member_role, created_at FROM users
     WHERE party_id = $1 AND removed_at IS NULL ORDER BY email LIMIT $2",
);
const SET_ROLE: Sql = Sql::new("UPDATE users SET member_role = $2 WHERE id = $1");
const REMOVE: Sql = Sql::new("UPDATE users SET removed_at = $2 WHERE id = $1");
const PASSWORD: &str = "password";
const PUT_CREDENTIAL: Sql = Sql::new(
    "INSERT INTO credentials (user_id, kind, name, secret, created_at) VALUES ($1, $2, '', $3, $4)
     ON CONFLICT (user_id, kind, name) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at",
);
const CREDENTIAL: Sql =
    Sql::new("SELECT secret FROM credentials WHERE user_id = $1 AND kind = $2 AND name = ''");
const END_CREDENTIALS: Sql = Sql::new("DELETE FROM credentials WHERE user_id = $1");
const PUT_SESSION: Sql = Sql::new(
    "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
);
const BY_SESSION: Sql = Sql::new(
    "SELECT u.id, u.party_id, u.email, u.member_role, u.created_at
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.removed_at IS NULL",
);
const SESSIONS: Sql = Sql::new(
    "SELECT token_hash, created_at, expires_at FROM sessions
     WHERE user_id = $1 ORDER BY created_at DESC, token_hash LIMIT $2",
);
const END_SESSION: Sql = Sql::new("DELETE FROM sessions WHERE token_hash = $1");
const END_SESSIONS: Sql = Sql::new("DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2");
const END_EXPIRED: Sql = Sql::new("DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2");
const SETTING: Sql = Sql::new("SELECT value FROM settings WHERE name = $1");
const PUT_SETTING: Sql = Sql::new(
    "INSERT INTO settings (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
);
const PUT_SETTING_ONCE: Sql =
    Sql::new("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");

/// As [`PUT_USER`]'s readers select it.
pub(crate) fn user(row: &Row) -> Result<User, DbError> {
    Ok(User {
        id: row.text(0)?.to_owned(),
        party: parsed(row.text(1)?)?,
        email: row.text(2)?.to_owned(),
        role: parsed(row.text(3)?)?,
        since: Instant::from_epoch_ms(row.int(4)?),
    })
}

/// Adds a user; one that is there, or was removed, becomes this one.
pub async fn put_user(tx: &mut Tx<'_>, user: &User) -> Result<(), DbError> {
    let params = [
        Val::from(&user.id),
        user.party.as_str().into(),
        Val::from(&user.email),
        user.role.as_str().into(),
        user.since.epoch_ms().into(),
    ];
    tx.execute(&PUT_USER, &params).await.map(drop)
}

/// The user with this address.
pub async fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>, DbError> {
    let row = tx.query_opt(&BY_EMAIL, &[email.into()]).await?;
    row.as_ref().map(user).transpose()
}

/// The user with this id.
pub async fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<User>, DbError> {
    let row = tx.query_opt(&BY_ID, &[id.into()]).await?;
    row.as_ref().map(user).transpose()
}

/// The members of a party by address, at most `limit`.
pub async fn of_party(tx: &mut Tx<'_>, party: &PartyId, limit: u32) -> Result<Vec<User>, DbError> {
    let params = [party.as_str().into(), i64::from(limit).into()];
    let rows = tx.query(&OF_PARTY, &params).await?;
    rows.iter().map(user).collect()
}

/// Changes what a user may do.
pub async fn set_role(tx: &mut Tx<'_>, user: &str, role: MemberRole) -> Result<(), DbError> {
    let params = [user.into(), role.as_str().into()];
    tx.execute(&SET_ROLE, &params).await.map(drop)
}

/// Removes a user, with everything that they prove themselves with.
pub async fn remove(tx: &mut Tx<'_>, user: &str, now: Instant) -> Result<(), DbError> {
    tx.execute(&REMOVE, &[user.into(), now.epoch_ms().into()])
        .await?;
    end_sessions(tx, user, None).await?;
    crate::api_tokens::end_all(tx, user).await?;
    crate::password_resets::end_all(tx, user).await?;
    tx.execute(&END_CREDENTIALS, &[user.into()]).await.map(drop)
}

/// Gives a user a password: a PHC string.
pub async fn put_password(
    tx: &mut Tx<'_>,
    user: &str,
    hash: &str,
    now: Instant,
) -> Result<(), DbError> {
    let params = [
        user.into(),
        PASSWORD.into(),
        hash.into(),
        now.epoch_ms().into(),
    ];
    tx.execute(&PUT_CREDENTIAL, &params).await.map(drop)
}

/// A user's password: a PHC string.
pub async fn password(tx: &mut Tx<'_>, user: &str) -> Result<Option<String>, DbError> {
    tx.query_opt(&CREDENTIAL, &[user.into(), PASSWORD.into()])
        .await?
        .map(|row| row.text(0).map(str::to_owned))
        .transpose()
}

/// Opens a session, and forgets those of the user that have expired.
pub async fn put_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    user: &str,
    now: Instant,
    expires: Instant,
) -> Result<(), DbError> {
    tx.execute(&END_EXPIRED, &[user.into(), now.epoch_ms().into()])
        .await?;
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

/// A user's sessions, the newest first, at most `limit`.
pub async fn sessions(tx: &mut Tx<'_>, user: &str, limit: u32) -> Result<Vec<Session>, DbError> {
    let params = [user.into(), i64::from(limit).into()];
    let rows = tx.query(&SESSIONS, &params).await?;
    let rows = rows.iter();
    rows.map(|row| {
        Ok(Session {
            token_hash: row.text(0)?.to_owned(),
            opened_at: Instant::from_epoch_ms(row.int(1)?),
            expires_at: Instant::from_epoch_ms(row.int(2)?),
        })
    })
    .collect()
}

/// Ends a session.
pub async fn end_session(tx: &mut Tx<'_>, token_hash: &str) -> Result<(), DbError> {
    tx.execute(&END_SESSION, &[token_hash.into()])
        .await
        .map(drop)
}

/// Ends a user's sessions, all but one if one is kept.
pub async fn end_sessions(tx: &mut Tx<'_>, user: &str, but: Option<&str>) -> Result<(), DbError> {
    let params = [user.into(), but.unwrap_or_default().into()];
    tx.execute(&END_SESSIONS, &params).await.map(drop)
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
