//! Invitations that are open.
//!
//! Who may invite, and what becomes of one that is accepted, is not known here.

use domain::Instant;
use domain::id::PartyId;
use domain::member::MemberRole;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;

/// An invitation, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id, `in-…`.
    pub id: String,
    /// To which party.
    pub party: PartyId,
    /// Who is invited; lower case.
    pub email: String,
    /// As what.
    pub role: MemberRole,
    /// When it was written.
    pub created_at: Instant,
    /// Its first instant without worth.
    pub expires_at: Instant,
}

const PUT: Sql = Sql::new(
    "INSERT INTO invitations (id, token_hash, party_id, email, member_role, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (party_id, email) DO UPDATE SET id = excluded.id, token_hash = excluded.token_hash,
       member_role = excluded.member_role, created_at = excluded.created_at, expires_at = excluded.expires_at",
);
const BY_TOKEN: Sql = Sql::new(
    "SELECT id, party_id, email, member_role, created_at, expires_at FROM invitations
     WHERE token_hash = $1 AND expires_at > $2",
);
const BY_ID: Sql = Sql::new(
    "SELECT id, party_id, email, member_role, created_at, expires_at FROM invitations WHERE id = $1",
);
const OF_PARTY: Sql = Sql::new(
    "SELECT id, party_id, email, member_role, created_at, expires_at FROM invitations
     WHERE party_id = $1 ORDER BY email LIMIT $2",
);
const END: Sql = Sql::new("DELETE FROM invitations WHERE id = $1");
const END_EXPIRED: Sql =
    Sql::new("DELETE FROM invitations WHERE party_id = $1 AND expires_at <= $2");

fn invitation(row: &Row) -> Result<Invitation, DbError> {
    Ok(Invitation {
        id: row.text(0)?.to_owned(),
        party: parsed(row.text(1)?)?,
        email: row.text(2)?.to_owned(),
        role: parsed(row.text(3)?)?,
        created_at: Instant::from_epoch_ms(row.int(4)?),
        expires_at: Instant::from_epoch_ms(row.int(5)?),
    })
}

/// Puts an invitation in the place of any before it of the same party to the same address.
pub async fn put(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    token_hash: &str,
) -> Result<(), DbError> {
    let params = [
        Val::from(&invitation.id),
        token_hash.into(),
        invitation.party.as_str().into(),
        Val::from(&invitation.email),
        invitation.role.as_str().into(),
        invitation.created_at.epoch_ms().into(),
        invitation.expires_at.epoch_ms().into(),
    ];
    tx.execute(&PUT, &params).await.map(drop)
}

/// The invitation whose link this is, if it has not expired.
pub async fn find_by_token(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now: Instant,
) -> Result<Option<Invitation>, DbError> {
    let params = [token_hash.into(), now.epoch_ms().into()];
    let row = tx.query_opt(&BY_TOKEN, &params).await?;
    row.as_ref().map(invitation).transpose()
}

/// The invitation with this id.
pub async fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Invitation>, DbError> {
    let row = tx.query_opt(&BY_ID, &[id.into()]).await?;
    row.as_ref().map(invitation).transpose()
}

/// A party's invitations by address, at most `limit`; those that have expired are among them.
pub async fn of_party(
    tx: &mut Tx<'_>,
    party: &PartyId,
    limit: u32,
) -> Result<Vec<Invitation>, DbError> {
    let params = [party.as_str().into(), i64::from(limit).into()];
    let rows = tx.query(&OF_PARTY, &params).await?;
    rows.iter().map(invitation).collect()
}

/// Ends an invitation; false: there is none.
pub async fn end(tx: &mut Tx<'_>, id: &str) -> Result<bool, DbError> {
    Ok(tx.execute(&END, &[id.into()]).await? == 1)
}

/// Forgets a party's invitations that have expired.
pub async fn end_expired(tx: &mut Tx<'_>, party: &PartyId, now: Instant) -> Result<(), DbError> {
    let params = [party.as_str().into(), now.epoch_ms().into()];
    tx.execute(&END_EXPIRED, &params).await.map(drop)
}
