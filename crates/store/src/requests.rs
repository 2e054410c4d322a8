//! Requests to issuers, their items and answers; to whom a party's letters go; what was reminded of.
//!
//! What an item asks for is kept as text that `trade` reads. A link is kept as the hash of its token.

use std::fmt;
use std::str::FromStr;

use domain::id::{EvidenceId, PartyId};
use domain::{Instant, ParseError};

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;

/// What became of a request so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Being written.
    Drafted,
    /// Sent; its link is open.
    Sent,
    /// Answered by its issuer.
    Answered,
    /// Nothing more is expected of it.
    Closed,
}

impl RequestState {
    /// All, in order of life.
    pub const ALL: [Self; 4] = [Self::Drafted, Self::Sent, Self::Answered, Self::Closed];

    /// The word that is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Sent => "sent",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for RequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RequestState {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| {
                let help = "write drafted, sent, answered or closed";
                ParseError::new(text, "a request's state", help)
            })
    }
}

/// What an issuer answered to one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemAnswer {
    /// It is so.
    Confirmed,
    /// It is not so.
    Refused,
    /// The document that came along says it.
    Document,
}

impl ItemAnswer {
    /// The word that is stored and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Document => "document",
        }
    }
}

impl FromStr for ItemAnswer {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        [Self::Confirmed, Self::Refused, Self::Document]
            .into_iter()
            .find(|answer| answer.name() == text)
            .ok_or_else(|| {
                let help = "write confirmed, refused or document";
                ParseError::new(text, "an answer to a request", help)
            })
    }
}

/// A request, without its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// Its id, `rq-…`.
    pub id: String,
    /// Who is asked.
    pub party: PartyId,
    /// What became of it.
    pub state: RequestState,
    /// The letter's subject.
    pub subject: String,
    /// The letter, without its link.
    pub text: String,
    /// Which of our people drafted it.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Instant,
    /// To which address it was sent last.
    pub recipient: Option<String>,
    /// When.
    pub sent_at: Option<Instant>,
    /// Until when its link may be used.
    pub link_until: Option<Instant>,
    /// Who answered, as they say themselves.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<Instant>,
    /// What they added.
    pub remark: Option<String>,
    /// SHA-256 of the document that came with the answer.
    pub document: Option<String>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

/// One thing that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// Counted from 1.
    pub number: u32,
    /// What is asked for: JSON.
    pub body: String,
    /// What was answered.
    pub answer: Option<ItemAnswer>,
    /// What its answer gave as the approval's identifier.
    pub identifier: Option<String>,
    /// The evidence that its answer became.
    pub evidence: Option<EvidenceId>,
}

/// What an issuer sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Who they say that they are.
    pub name: String,
    /// What they added.
    pub remark: Option<String>,
    /// SHA-256 of the document that came along, which is kept.
    pub document: Option<String>,
    /// Per item its number, the answer, and an approval's identifier.
    pub items: Vec<(u32, ItemAnswer, Option<String>)>,
}

const INSERT: Sql = Sql::new(
    "INSERT INTO requests (id, party_id, state, subject, text_body, drafted_by, drafted_at)
     VALUES ($1, $2, 'drafted', $3, $4, $5, $6)",
);
const INSERT_ITEM: Sql =
    Sql::new("INSERT INTO request_items (request_id, item_no, body) VALUES ($1, $2, $3)");
const FIND: Sql = Sql::new(
    "SELECT id, party_id, state, subject, text_body, drafted_by, drafted_at, recipient, sent_at, link_until,
        answered_by, answered_at, remark, document_sha256, closed_at
     FROM requests WHERE id = $1",
);
const BY_LINK: Sql = Sql::new(
    "SELECT id, party_id, state, subject, text_body, drafted_by, drafted_at, recipient, sent_at, link_until,
        answered_by, answered_at, remark, document_sha256, closed_at
     FROM requests WHERE link_hash = $1 AND state = 'sent' AND link_until > $2",
);
const IN_STATE: Sql = Sql::new(
    "SELECT id, party_id, state, subject, text_body, drafted_by, drafted_at, recipient, sent_at, link_until,
        answered_by, answered_at, remark, document_sha256, closed_at
     FROM requests WHERE state = $1 ORDER BY drafted_at DESC, id DESC LIMIT $2",
);
const SENT_BEFORE: Sql = Sql::new(
    "SELECT id, party_id, state, subject, text_body, drafted_by, drafted_at, recipient, sent_at, link_until,
        answered_by, answered_at, remark, document_sha256, closed_at
     FROM requests WHERE state = 'sent' AND sent_at <= $1 ORDER BY sent_at, id LIMIT $2",
);
const ITEMS: Sql = Sql::new(
    "SELECT item_no, body, answer, identifier, evidence_id FROM request_items
     WHERE request_id = $1 ORDER BY item_no",
);
const OPEN_BODIES: Sql = Sql::new(
    "SELECT i.body FROM request_items i JOIN requests r ON r.id = i.request_id
     WHERE r.state = 'drafted' OR r.state = 'sent'
        OR (r.state = 'answered' AND i.answer IS NOT NULL AND i.evidence_id IS NULL)",
);
const EDIT: Sql = Sql::new(
    "UPDATE requests SET subject = $2, text_body = $3 WHERE id = $1 AND state = 'drafted'",
);
const SEND: Sql = Sql::new(
    "UPDATE requests SET state = 'sent', recipient = $2, sent_at = $3, link_hash = $4, link_until = $5
     WHERE id = $1 AND (state = 'drafted' OR state = 'sent')",
);
const ANSWER: Sql = Sql::new(
    "UPDATE requests SET state = 'answered', link_hash = NULL, answered_at = $2, answered_by = $3, remark = $4,
        document_sha256 = $5
     WHERE link_hash = $1 AND state = 'sent' AND link_until > $2 RETURNING id",
);
const ANSWER_ITEM: Sql = Sql::new(
    "UPDATE request_items SET answer = $3, identifier = $4 WHERE request_id = $1 AND item_no = $2",
);
const BECAME: Sql =
    Sql::new("UPDATE request_items SET evidence_id = $3 WHERE request_id = $1 AND item_no = $2");
const CLOSE: Sql = Sql::new(
    "UPDATE requests SET state = 'closed', link_hash = NULL, closed_at = $2 WHERE id = $1 AND state <> 'closed'",
);
const PUT_CONTACT: Sql = Sql::new(
    "INSERT INTO contacts (party_id, email, entered_by, entered_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (party_id) DO UPDATE SET email = excluded.email, entered_by = excluded.entered_by,
        entered_at = excluded.entered_at",
);
const CONTACTS: Sql = Sql::new("SELECT party_id, email FROM contacts ORDER BY party_id");
const CONTACT: Sql = Sql::new("SELECT email FROM contacts WHERE party_id = $1");
const REMIND: Sql = Sql::new(
    "INSERT INTO reminders (reminder_key, said_at) VALUES ($1, $2) ON CONFLICT (reminder_key) DO NOTHING",
);
const STAFF: Sql = Sql::new(
    "SELECT u.email FROM users u JOIN parties p ON p.id = u.party_id
     WHERE p.role = 'operator' AND u.member_role <> 'reader' ORDER BY u.email LIMIT $1",
);

fn instant(row: &Row, at: usize) -> Result<Option<Instant>, DbError> {
    Ok(row.opt_int(at)?.map(Instant::from_epoch_ms))
}

fn text(row: &Row, at: usize) -> Result<Option<String>, DbError> {
    Ok(row.opt_text(at)?.map(str::to_owned))
}

fn request(row: &Row) -> Result<RequestRow, DbError> {
    Ok(RequestRow {
        id: row.text(0)?.to_owned(),
        party: parsed(row.text(1)?)?,
        state: parsed(row.text(2)?)?,
        subject: row.text(3)?.to_owned(),
        text: row.text(4)?.to_owned(),
        drafted_by: row.text(5)?.to_owned(),
        drafted_at: Instant::from_epoch_ms(row.int(6)?),
        recipient: text(row, 7)?,
        sent_at: instant(row, 8)?,
        link_until: instant(row, 9)?,
        answered_by: text(row, 10)?,
        answered_at: instant(row, 11)?,
        remark: text(row, 12)?,
        document: text(row, 13)?,
        closed_at: instant(row, 14)?,
    })
}

fn opt(text: Option<&String>) -> Val {
    text.map_or(Val::Null, Val::from)
}

/// Adds a drafted request with the bodies of its items.
pub async fn insert(tx: &mut Tx<'_>, row: &RequestRow, bodies: &[String]) -> Result<(), DbError> {
    let params = [
        Val::from(&row.id),
        row.party.as_str().into(),
        Val::from(&row.subject),
        Val::from(&row.text),
        Val::from(&row.drafted_by),
        row.drafted_at.epoch_ms().into(),
    ];
    tx.execute(&INSERT, &params).await?;
    let mut items = (1_i64..)
        .zip(bodies)
        .map(|(number, body)| vec![Val::from(&row.id), number.into(), Val::from(body)]);
    tx.bulk_insert(&INSERT_ITEM, &mut items).await.map(drop)
}

/// A request; none: there is no such one.
pub async fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<RequestRow>, DbError> {
    let row = tx.query_opt(&FIND, &[id.into()]).await?;
    row.as_ref().map(request).transpose()
}

/// The request that waits for the answer of whoever holds a link; none: the link opens nothing, or no longer.
pub async fn by_link(
    tx: &mut Tx<'_>,
    link_hash: &str,
    now: Instant,
) -> Result<Option<RequestRow>, DbError> {
    let params = [link_hash.into(), now.epoch_ms().into()];
    let row = tx.query_opt(&BY_LINK, &params).await?;
    row.as_ref().map(request).transpose()
}

/// At most `limit` requests in a state, the latest first.
pub async fn in_state(
    tx: &mut Tx<'_>,
    state: RequestState,
    limit: u32,
) -> Result<Vec<RequestRow>, DbError> {
    let params = [state.name().into(), i64::from(limit).into()];
    tx.query(&IN_STATE, &params)
        .await?
        .iter()
        .map(request)
        .collect()
}

/// At most `limit` requests that were sent at `at` or before and wait for an answer, the longest waiting first.
pub async fn sent_before(
    tx: &mut Tx<'_>,
    at: Instant,
    limit: u32,
) -> Result<Vec<RequestRow>, DbError> {
    let params = [at.epoch_ms().into(), i64::from(limit).into()];
    tx.query(&SENT_BEFORE, &params)
        .await?
        .iter()
        .map(request)
        .collect()
}

/// The items of a request, in order.
pub async fn items(tx: &mut Tx<'_>, id: &str) -> Result<Vec<ItemRow>, DbError> {
    let rows = tx.query(&ITEMS, &[id.into()]).await?;
    let read = |row: &Row| {
        let number = u32::try_from(row.int(0)?);
        Ok(ItemRow {
            number: number.map_err(|_| DbError::broken("an item's number is none"))?,
            body: row.text(1)?.to_owned(),
            answer: row.opt_text(2)?.map(parsed).transpose()?,
            identifier: text(row, 3)?,
            evidence: row.opt_text(4)?.map(parsed).transpose()?,
        })
    };
    rows.iter().map(read).collect()
}

/// The bodies of all items that are asked already, or answered and not yet decided on.
pub async fn open_bodies(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    let rows = tx.query(&OPEN_BODIES, &[]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Changes the letter of a request that is being written; whether it is.
pub async fn edit(tx: &mut Tx<'_>, id: &str, subject: &str, text: &str) -> Result<bool, DbError> {
    let params = [id.into(), subject.into(), text.into()];
    Ok(tx.execute(&EDIT, &params).await? == 1)
}

/// Marks a request sent, with the hash of its link's token; whether it could be. A link from before opens nothing.
pub async fn send(
    tx: &mut Tx<'_>,
    id: &str,
    recipient: &str,
    now: Instant,
    link: (&str, Instant),
) -> Result<bool, DbError> {
    let params = [
        id.into(),
        recipient.into(),
        now.epoch_ms().into(),
        link.0.into(),
        link.1.epoch_ms().into(),
    ];
    Ok(tx.execute(&SEND, &params).await? == 1)
}

/// Takes an answer and uses its link up; the request's id, or none: the link opens nothing, or no longer.
pub async fn answer(
    tx: &mut Tx<'_>,
    link_hash: &str,
    now: Instant,
    answered: &Answered,
) -> Result<Option<String>, DbError> {
    let params = [
        link_hash.into(),
        now.epoch_ms().into(),
        Val::from(&answered.name),
        opt(answered.remark.as_ref()),
        opt(answered.document.as_ref()),
    ];
    let Some(row) = tx.query_opt(&ANSWER, &params).await? else {
        return Ok(None);
    };
    let id = row.text(0)?.to_owned();
    for (number, answer, identifier) in &answered.items {
        let params = [
            Val::from(&id),
            i64::from(*number).into(),
            answer.name().into(),
            opt(identifier.as_ref()),
        ];
        tx.execute(&ANSWER_ITEM, &params).await?;
    }
    Ok(Some(id))
}

/// Notes which evidence an item's answer became.
pub async fn became(
    tx: &mut Tx<'_>,
    id: &str,
    number: u32,
    evidence: &EvidenceId,
) -> Result<(), DbError> {
    let params = [
        id.into(),
        i64::from(number).into(),
        evidence.as_str().into(),
    ];
    tx.execute(&BECAME, &params).await.map(drop)
}

/// Closes a request, and its link with it; whether it was open.
pub async fn close(tx: &mut Tx<'_>, id: &str, now: Instant) -> Result<bool, DbError> {
    let params = [id.into(), now.epoch_ms().into()];
    Ok(tx.execute(&CLOSE, &params).await? == 1)
}

/// Says to whom a party's letters go.
pub async fn put_contact(
    tx: &mut Tx<'_>,
    party: &PartyId,
    email: &str,
    by: &str,
    now: Instant,
) -> Result<(), DbError> {
    let params = [
        party.as_str().into(),
        email.into(),
        by.into(),
        now.epoch_ms().into(),
    ];
    tx.execute(&PUT_CONTACT, &params).await.map(drop)
}

/// To whom each party's letters go, by party.
pub async fn contacts(tx: &mut Tx<'_>) -> Result<Vec<(PartyId, String)>, DbError> {
    let rows = tx.query(&CONTACTS, &[]).await?;
    rows.iter()
        .map(|row| Ok((parsed(row.text(0)?)?, row.text(1)?.to_owned())))
        .collect()
}

/// To whom a party's letters go; none: nobody said.
pub async fn contact(tx: &mut Tx<'_>, party: &PartyId) -> Result<Option<String>, DbError> {
    let row = tx.query_opt(&CONTACT, &[party.as_str().into()]).await?;
    row.map(|row| Ok(row.text(0)?.to_owned())).transpose()
}

/// Notes that a reminder is said; whether it is the first time.
pub async fn remind(tx: &mut Tx<'_>, key: &str, now: Instant) -> Result<bool, DbError> {
    let params = [key.into(), now.epoch_ms().into()];
    Ok(tx.execute(&REMIND, &params).await? == 1)
}

/// Addresses of the operator's people who may do something, at most `limit`.
pub async fn staff(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<String>, DbError> {
    let rows = tx.query(&STAFF, &[i64::from(limit).into()]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}
