//! `/requests`, `/contacts`, `/letters`, `/expiring`: asking issuers for what is missing, and what came of it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Instant;
use domain::id::{MarketId, PartyId};
use serde::Serialize;
use trade::expiring::{Due, DueFor};
use trade::letters::Kept;
use trade::requests::{Drafted, ItemAnswer, Request, RequestItem, RequestRow, RequestState};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::path::{At, Name};
use crate::pages::claim_sentence;
use crate::problem::{Problem, detached};

/// Most characters of a letter that is sent as JSON.
const TEXT_CHARS_MAX: usize = 100_000;

fn text(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// A request in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestInList)]
pub struct RowJson {
    /// Its id.
    id: String,
    /// Who is asked: a party's id.
    party: String,
    /// `drafted`, `sent`, `answered` or `closed`.
    state: &'static str,
    /// The letter's subject.
    subject: String,
    /// When it was drafted.
    drafted_at: String,
    /// When it was sent last; `null`: not yet.
    sent_at: Option<String>,
    /// When it was answered; `null`: not yet.
    answered_at: Option<String>,
    /// When it was closed; `null`: it is open.
    closed_at: Option<String>,
}

impl From<&RequestRow> for RowJson {
    fn from(row: &RequestRow) -> Self {
        Self {
            id: row.id.clone(),
            party: row.party.to_string(),
            state: row.state.name(),
            subject: row.subject.clone(),
            drafted_at: row.drafted_at.to_string(),
            sent_at: text(row.sent_at),
            answered_at: text(row.answered_at),
            closed_at: text(row.closed_at),
        }
    }
}

/// One thing that a request asks for.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestItem)]
pub struct ItemJson {
    /// Counted from 1.
    number: u32,
    /// What is asked, for people.
    sentence: String,
    /// How many offers wait for it.
    offers: u32,
    /// `confirmed`, `refused`, `document`; `null`: it is open.
    answer: Option<&'static str>,
    /// The approval's identifier that came with the answer.
    identifier: Option<String>,
    /// The evidence that the answer became; `null`: it is none yet.
    evidence: Option<String>,
}

impl From<&RequestItem> for ItemJson {
    fn from(item: &RequestItem) -> Self {
        Self {
            number: item.number,
            sentence: item.item.sentence.clone(),
            offers: item.item.offers,
            answer: item.answer.map(ItemAnswer::name),
            identifier: item.identifier.clone(),
            evidence: item.evidence.as_ref().map(ToString::to_string),
        }
    }
}

/// A request with all that it asks.
#[derive(Serialize, ToSchema)]
#[schema(as = Request)]
pub struct RequestJson {
    /// As in a list.
    request: RowJson,
    /// The letter, without its link.
    text: String,
    /// It was sent fourteen days ago or more, and nobody answered.
    is_overdue: bool,
    /// To which address it was sent last.
    recipient: Option<String>,
    /// Who answered, as they say themselves.
    answered_by: Option<String>,
    /// What they added.
    remark: Option<String>,
    /// SHA-256 of the document that came along.
    document: Option<String>,
    /// What is asked, in order.
    items: Vec<ItemJson>,
}

impl RequestJson {
    fn new(request: &Request, now: Instant) -> Self {
        let row = &request.row;
        Self {
            request: row.into(),
            text: row.text.clone(),
            is_overdue: request.is_overdue(now),
            recipient: row.recipient.clone(),
            answered_by: row.answered_by.clone(),
            remark: row.remark.clone(),
            document: row.document.clone(),
            items: request.items.iter().map(ItemJson::from).collect(),
        }
    }
}

/// Which requests are listed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// In this state: `drafted`, `sent`, `answered`, `closed`.
    #[param(value_type = String, example = "sent")]
    state: RequestState,
}

impl FromForm for ListQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        let state = form.need("state")?;
        Some(Self { state })
    }
}

/// Lists at most 200 requests in a state, the latest first.
#[utoipa::path(
    get, path = "/api/v1/requests", tag = "requests", params(ListQuery),
    responses((status = 200, description = "The requests.", body = Vec<RowJson>)),
)]
pub async fn list_requests(
    State(app): State<App>,
    Asked(query): Asked<ListQuery>,
    _: Operator,
) -> Result<Json<Vec<RowJson>>, Problem> {
    let rows = app.house.requests(query.state).await?;
    Ok(Json(rows.iter().map(RowJson::from).collect()))
}

/// Whose listings are looked at.
#[derive(ToSchema)]
pub struct NewRequests {
    /// Which market.
    #[schema(value_type = String, example = "us")]
    market: MarketId,
}

impl FromForm for NewRequests {
    fn from_form(form: &mut Form) -> Option<Self> {
        let market = form.need("market")?;
        Some(Self { market })
    }
}

/// Something that is missing and that nobody is asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = NotAsked)]
pub struct UnaskedJson {
    /// Of which offer, as people call it.
    of: String,
    /// What is missing.
    missing: String,
    /// `nothing_mends`, `nobody_known`, `ours`, `asked_already` or `next_time`.
    why: &'static str,
}

/// What came of drafting.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftedRequests)]
pub struct DraftedJson {
    /// Ids of the new requests, one for each issuer.
    requests: Vec<String>,
    /// What nobody is asked for.
    not_asked: Vec<UnaskedJson>,
    /// Not every listing was looked at.
    is_cut: bool,
}

impl From<Drafted> for DraftedJson {
    fn from(drafted: Drafted) -> Self {
        let unasked = drafted.unasked.into_iter().map(|one| UnaskedJson {
            of: one.name,
            missing: one.what,
            why: one.why.name(),
        });
        Self {
            requests: drafted.requests,
            not_asked: unasked.collect(),
            is_cut: drafted.is_cut,
        }
    }
}

/// Drafts what a market's listings lack: one request for each issuer that can supply something. Sends nothing.
#[utoipa::path(
    post, path = "/api/v1/requests", tag = "requests", request_body = NewRequests,
    responses(
        (status = 200, description = "What was drafted, and what nobody is asked for.", body = DraftedJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn draft_requests(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Operator(person): Operator,
    Body(wanted): Body<NewRequests>,
) -> Result<Json<DraftedJson>, Problem> {
    let house = app.house.clone();
    let draft = async move {
        house
            .draft_requests(&wanted.market, &person.id, claim_sentence)
            .await
    };
    Ok(Json(detached(draft).await?.into()))
}

async fn found(app: &App, id: &str) -> Result<Json<RequestJson>, Problem> {
    let found = app.house.request(id).await?;
    let found = found.ok_or_else(|| Problem::not_found("request", id))?;
    Ok(Json(RequestJson::new(&found, app.house.now())))
}

/// Shows a request with its letter, what it asks and what was answered.
#[utoipa::path(
    get, path = "/api/v1/requests/{request}", tag = "requests",
    responses(
        (status = 200, description = "The request.", body = RequestJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_request(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<RequestJson>, Problem> {
    found(&app, &id).await
}

/// A letter as it is to be sent, without its link.
#[derive(ToSchema)]
pub struct NewLetter {
    /// One line.
    subject: String,
    /// Plain text.
    text: String,
}

impl FromForm for NewLetter {
    fn from_form(form: &mut Form) -> Option<Self> {
        let subject = form.need_text("subject", trade::letters::SUBJECT_CHARS_MAX);
        let text = form.need_text("text", TEXT_CHARS_MAX);
        Some(Self {
            subject: subject?,
            text: text?,
        })
    }
}

/// Changes the letter of a request that was not sent.
#[utoipa::path(
    put, path = "/api/v1/requests/{request}/letter", tag = "requests", request_body = NewLetter,
    responses(
        (status = 200, description = "The request.", body = RequestJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: it was sent."),
    ),
)]
pub async fn change_letter(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
    Body(letter): Body<NewLetter>,
) -> Result<Json<RequestJson>, Problem> {
    let (house, of) = (app.house.clone(), id.clone());
    detached(async move { house.edit_request(&of, &letter.subject, &letter.text).await }).await?;
    found(&app, &id).await
}

/// Sends a request with a one-time link, or sends it again with a new one; the link before opens nothing then.
#[utoipa::path(
    post, path = "/api/v1/requests/{request}/sendings", tag = "requests",
    responses(
        (status = 200, description = "The request; its letter waits to leave.", body = RequestJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`no_contact`, or `state_conflict`: it was answered or closed."),
        (status = 503, description = "`mail_not_set`"),
    ),
)]
pub async fn send_request(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<RequestJson>, Problem> {
    let (house, of) = (app.house.clone(), id.clone());
    detached(async move { house.send_request(&of).await }).await?;
    found(&app, &id).await
}

/// Closes a request; its link opens nothing any more.
#[utoipa::path(
    put, path = "/api/v1/requests/{request}/closure", tag = "requests",
    responses(
        (status = 200, description = "The request.", body = RequestJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: it is closed."),
    ),
)]
pub async fn close_request(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<RequestJson>, Problem> {
    let (house, of) = (app.house.clone(), id.clone());
    detached(async move { house.close_request(&of).await }).await?;
    found(&app, &id).await
}

/// To whom a party's letters go.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactJson {
    /// Which party.
    party: String,
    /// Its address of mail.
    email: String,
}

/// Lists to whom each party's letters go.
#[utoipa::path(
    get, path = "/api/v1/contacts", tag = "requests",
    responses((status = 200, description = "The addresses, by party.", body = Vec<ContactJson>)),
)]
pub async fn list_contacts(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<Vec<ContactJson>>, Problem> {
    let contacts = app.house.contacts().await?.into_iter();
    let contacts = contacts.map(|(party, email)| ContactJson {
        party: party.to_string(),
        email,
    });
    Ok(Json(contacts.collect()))
}

/// An address of mail.
#[derive(ToSchema)]
pub struct NewContact {
    /// `name@example.com`
    email: String,
}

impl FromForm for NewContact {
    fn from_form(form: &mut Form) -> Option<Self> {
        let email = form.need_text("email", trade::letters::outside::MAILBOX_BYTES_MAX)?;
        Some(Self { email })
    }
}

/// Says to whom a party's letters go.
#[utoipa::path(
    put, path = "/api/v1/contacts/{party}", tag = "requests", request_body = NewContact,
    responses(
        (status = 204, description = "It is kept."),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn put_contact(
    State(app): State<App>,
    At(party): At<PartyId>,
    Asked(Nothing): Asked<Nothing>,
    Operator(person): Operator,
    Body(contact): Body<NewContact>,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    let put = async move { house.put_contact(&party, &contact.email, &person.id).await };
    detached(put).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A letter; its words are nobody's but its reader's.
#[derive(Serialize, ToSchema)]
#[schema(as = Letter)]
pub struct LetterJson {
    /// Its id.
    id: String,
    /// To which address.
    recipient: String,
    /// Its subject.
    subject: String,
    /// `waiting`, `sent` or `given_up`.
    state: &'static str,
    /// When it was written.
    queued_at: String,
    /// How often it was tried.
    attempts: u64,
    /// When it is tried next.
    next_attempt_at: Option<String>,
    /// When it was sent.
    sent_at: Option<String>,
    /// Why it did not leave, the last time.
    failure: Option<String>,
}

impl From<&Kept> for LetterJson {
    fn from(kept: &Kept) -> Self {
        Self {
            id: kept.letter.id.clone(),
            recipient: kept.letter.recipient.clone(),
            subject: kept.letter.subject.clone(),
            state: kept.state(),
            queued_at: kept.queued_at.to_string(),
            attempts: kept.attempts,
            next_attempt_at: text(kept.next_attempt_at),
            sent_at: text(kept.sent_at),
            failure: kept.failure.clone(),
        }
    }
}

/// Lists the latest 200 letters that the house wrote, the latest first, without their words.
#[utoipa::path(
    get, path = "/api/v1/letters", tag = "requests",
    responses((status = 200, description = "The letters.", body = Vec<LetterJson>)),
)]
pub async fn list_letters(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<Vec<LetterJson>>, Problem> {
    let letters = app.house.letters().await?;
    Ok(Json(letters.iter().map(LetterJson::from).collect()))
}

/// A piece of evidence that should be said again.
#[derive(Serialize, ToSchema)]
#[schema(as = DueEvidence)]
pub struct DueJson {
    /// Which piece of evidence.
    evidence: String,
    /// Who said it.
    issuer: String,
    /// What it says.
    sentence: String,
    /// When it ends, within 30 days; `null`: it has no end so near.
    ends_at: Option<String>,
    /// When it was said, a year ago or more; `null`: it ends before.
    said_at: Option<String>,
}

/// What is about to expire.
#[derive(Serialize, ToSchema)]
#[schema(as = Expiring)]
pub struct ExpiringJson {
    /// Evidence, the soonest end first.
    due: Vec<DueJson>,
    /// Requests without an answer for fourteen days.
    overdue: Vec<RowJson>,
    /// There is more.
    is_cut: bool,
}

/// Lists what is about to expire: evidence that ends within 30 days or was said a year ago, and overdue requests.
#[utoipa::path(
    get, path = "/api/v1/expiring", tag = "requests",
    responses((status = 200, description = "What is about to expire.", body = ExpiringJson)),
)]
pub async fn list_expiring(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<ExpiringJson>, Problem> {
    let expiring = app.house.expiring(app.house.present()).await?;
    let directory = app.house.directory();
    let due = expiring.due.iter().map(|Due { recorded, why }| {
        let evidence = &recorded.evidence;
        let (ends_at, said_at) = match why {
            DueFor::Ending(at) => (Some(*at), None),
            DueFor::Confirming(at) => (None, Some(*at)),
        };
        DueJson {
            evidence: evidence.id.to_string(),
            issuer: evidence.issuer.to_string(),
            sentence: claim_sentence(&evidence.claim, &directory),
            ends_at: text(ends_at),
            said_at: text(said_at),
        }
    });
    Ok(Json(ExpiringJson {
        due: due.collect(),
        overdue: expiring.overdue.iter().map(RowJson::from).collect(),
        is_cut: expiring.is_cut,
    }))
}
