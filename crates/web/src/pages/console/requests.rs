//! `/console/requests`: asking issuers for what is missing. Drafted here, read and changed, sent, answered, closed.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Instant;
use domain::id::{MarketId, PartyId};
use serde::Deserialize;
use trade::directory::Directory;
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::requests::{
    Drafted, ItemAnswer, NotAsked, OVERDUE_MS, Request, RequestItem, RequestRow, RequestState,
};

use super::evidence::{Choice, parties};
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::claims;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

/// Most things that nobody is asked for which are named; the rest are counted.
const UNASKED_SHOWN: usize = 100;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/requests", Access::SignedIn, list)
        .post("/console/requests", Access::SignedIn, draft)
        .get("/console/requests/{id}", Access::SignedIn, show)
        .post("/console/requests/{id}", Access::SignedIn, change)
        .post(
            "/console/requests/{id}/answers/{number}",
            Access::SignedIn,
            enter,
        )
        .post("/console/contacts", Access::SignedIn, put_contact)
}

struct Line {
    id: String,
    party: String,
    subject: String,
    when: String,
    is_overdue: bool,
}

struct Group {
    title: &'static str,
    lines: Vec<Line>,
}

struct UnaskedView {
    name: String,
    what: String,
    why: &'static str,
}

/// What came of drafting.
pub(super) struct Outcome {
    drafted: usize,
    unasked: Vec<UnaskedView>,
    left_out: usize,
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "console/requests.html")]
struct RequestsPage {
    frame: Frame,
    groups: Vec<Group>,
    markets: Vec<Choice>,
    parties: Vec<Choice>,
    contacts: Vec<(String, String)>,
    email: String,
    outcome: Option<Outcome>,
    fault: Option<String>,
}

const GROUPS: [(RequestState, &str); 4] = [
    (RequestState::Answered, "Answered: to be decided on"),
    (RequestState::Drafted, "Drafted: to be read and sent"),
    (RequestState::Sent, "Sent: waiting for an answer"),
    (RequestState::Closed, "Closed"),
];

const fn why(why: NotAsked) -> &'static str {
    match why {
        NotAsked::NothingMends => "Nothing that somebody could say would mend it",
        NotAsked::NobodyKnown => "Nobody in the directory can say it",
        NotAsked::Ours => "The operator can do it itself",
        NotAsked::AskedAlready => "It is asked already, in an open request",
        NotAsked::NextTime => "The request is full; draft again after it is answered",
    }
}

impl From<Drafted> for Outcome {
    fn from(drafted: Drafted) -> Self {
        let left_out = drafted.unasked.len().saturating_sub(UNASKED_SHOWN);
        let shown = drafted.unasked.into_iter().take(UNASKED_SHOWN);
        Self {
            drafted: drafted.requests.len(),
            unasked: shown
                .map(|one| UnaskedView {
                    name: one.name,
                    what: one.what,
                    why: why(one.why),
                })
                .collect(),
            left_out,
            is_cut: drafted.is_cut,
        }
    }
}

fn line(row: &RequestRow, directory: &Directory, now: Instant) -> Line {
    let (word, at) = match row.state {
        RequestState::Drafted => ("drafted", Some(row.drafted_at)),
        RequestState::Sent => ("sent", row.sent_at),
        RequestState::Answered => ("answered", row.answered_at),
        RequestState::Closed => ("closed", row.closed_at),
    };
    let at = at.unwrap_or(row.drafted_at);
    Line {
        id: row.id.clone(),
        party: DirectoryNames(directory).party(&row.party),
        subject: row.subject.clone(),
        when: format!("{word} {}", wording::day(at)),
        is_overdue: row.state == RequestState::Sent && at.plus_ms(OVERDUE_MS) <= now,
    }
}

async fn requests_page(
    app: &App,
    visitor: &Visitor,
    outcome: Option<Outcome>,
    fault: Option<String>,
    contact: &Contact,
) -> Result<RequestsPage, Problem> {
    let directory = app.house.directory();
    let now = app.house.now();
    let mut groups = Vec::new();
    for (state, title) in GROUPS {
        let rows = app.house.requests(state).await?;
        let lines = rows.iter().map(|row| line(row, &directory, now)).collect();
        groups.push(Group { title, lines });
    }
    let names = DirectoryNames(&directory);
    let contacts = app.house.contacts().await?.into_iter();
    Ok(RequestsPage {
        frame: Frame::new(app, visitor, Place::Console, "Requests").await?,
        groups,
        markets: directory
            .markets
            .iter()
            .map(|one| Choice {
                id: one.id.to_string(),
                name: one.name.clone(),
                is_chosen: false,
            })
            .collect(),
        parties: parties(&directory, &contact.party),
        contacts: contacts
            .map(|(party, email)| (names.party(&party), email))
            .collect(),
        email: contact.email.clone(),
        outcome,
        fault,
    })
}

async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let contact = Contact::default();
    page_as(
        StatusCode::OK,
        &requests_page(&app, &visitor, None, None, &contact).await?,
    )
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    market: String,
}

async fn draft(
    State(app): State<App>,
    visitor: Visitor,
    Operator(person): Operator,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let market: MarketId = wanted.market.parse().map_err(trade::Error::from)?;
    let house = app.house.clone();
    let drafted = detached(async move {
        house
            .draft_requests(&market, &person.id, claims::sentence)
            .await
    })
    .await?;
    drafted_page(&app, &visitor, drafted).await
}

/// The list, with what came of drafting.
pub(super) async fn drafted_page(
    app: &App,
    visitor: &Visitor,
    drafted: Drafted,
) -> Result<Response, Problem> {
    let outcome = Some(Outcome::from(drafted));
    let contact = Contact::default();
    page_as(
        StatusCode::OK,
        &requests_page(app, visitor, outcome, None, &contact).await?,
    )
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Contact {
    party: String,
    email: String,
}

async fn put_contact(
    State(app): State<App>,
    visitor: Visitor,
    Operator(person): Operator,
    Form(contact): Form<Contact>,
) -> Result<Response, Problem> {
    let party: PartyId = contact.party.parse().map_err(trade::Error::from)?;
    let (house, email) = (app.house.clone(), contact.email.clone());
    let put = detached(async move { house.put_contact(&party, &email, &person.id).await }).await;
    match put {
        Ok(()) => Ok(on_to("/console/requests#contacts")),
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(wording::capital(&problem.detail));
            let shown = requests_page(&app, &visitor, None, fault, &contact).await?;
            page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(problem) => Err(problem),
    }
}

struct ItemView {
    number: u32,
    sentence: String,
    offers: String,
    answer: Option<(&'static str, &'static str)>,
    identifier: Option<String>,
    evidence: Option<String>,
    /// Whether an answer that can be entered says no; none: there is none to enter.
    says_no: Option<bool>,
}

#[derive(Template)]
#[template(path = "console/request.html")]
struct RequestPage {
    frame: Frame,
    id: String,
    party: String,
    state: RequestState,
    is_overdue: bool,
    subject: String,
    text: String,
    contact: Option<String>,
    history: Vec<String>,
    remark: Option<String>,
    document: Option<String>,
    items: Vec<ItemView>,
    fault: Option<String>,
}

fn item_view(item: &RequestItem, to_enter: &[(u32, bool)]) -> ItemView {
    let entering = to_enter.iter().find(|(number, _)| *number == item.number);
    ItemView {
        number: item.number,
        sentence: item.item.sentence.clone(),
        offers: wording::counted(u64::from(item.item.offers), "offer waits", "offers wait"),
        answer: item.answer.map(|answer| match answer {
            ItemAnswer::Confirmed => ("good", "Confirmed"),
            ItemAnswer::Refused => ("bad", "Refused"),
            ItemAnswer::Document => ("open", "The document answers it"),
        }),
        identifier: item.identifier.clone(),
        evidence: item.evidence.as_ref().map(ToString::to_string),
        says_no: entering.map(|(_, says_no)| *says_no),
    }
}

/// To the second: nothing here is decided by less.
fn moment(at: Instant) -> String {
    const SECOND_MS: i64 = 1000;
    let ms = at.epoch_ms();
    wording::moment(Instant::from_epoch_ms(ms - ms.rem_euclid(SECOND_MS)))
}

fn history(request: &Request) -> Vec<String> {
    let row = &request.row;
    let mut history = vec![format!("Drafted {}.", moment(row.drafted_at))];
    if let (Some(at), Some(to)) = (row.sent_at, &row.recipient) {
        history.push(format!("Sent {} to {to}.", moment(at)));
    }
    if let (RequestState::Sent, Some(until)) = (row.state, row.link_until) {
        history.push(format!("Its link is open until {}.", wording::day(until)));
    }
    if let (Some(at), Some(name)) = (row.answered_at, &row.answered_by) {
        history.push(format!("Answered {} by {name}.", moment(at)));
    }
    if let Some(at) = row.closed_at {
        history.push(format!("Closed {}.", moment(at)));
    }
    history
}

async fn found(app: &App, id: &str) -> Result<Request, Problem> {
    let short: String = id.chars().take(40).collect();
    let found = app.house.request(id).await?;
    found.ok_or_else(|| Problem::not_found("request", short))
}

async fn request_page(
    app: &App,
    visitor: &Visitor,
    request: &Request,
    written: Option<Written>,
    fault: Option<String>,
) -> Result<RequestPage, Problem> {
    let directory = app.house.directory();
    let row = &request.row;
    let contacts = app.house.contacts().await?.into_iter();
    let contact = contacts.filter(|(party, _)| *party == row.party);
    let drafts = app.house.answer_drafts(&row.id).await?.into_iter();
    let to_enter: Vec<(u32, bool)> = drafts.map(|one| (one.number, one.says_no)).collect();
    let (subject, text) = match written {
        Some(written) => (written.subject, written.text),
        None => (row.subject.clone(), row.text.clone()),
    };
    Ok(RequestPage {
        frame: Frame::new(app, visitor, Place::Console, "Request").await?,
        id: row.id.clone(),
        party: DirectoryNames(&directory).party(&row.party),
        state: row.state,
        is_overdue: request.is_overdue(app.house.now()),
        subject,
        text,
        contact: contact.map(|(_, email)| email).next(),
        history: history(request),
        remark: row.remark.clone(),
        document: row.document.clone(),
        items: request
            .items
            .iter()
            .map(|item| item_view(item, &to_enter))
            .collect(),
        fault,
    })
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let request = found(&app, &id).await?;
    page_as(
        StatusCode::OK,
        &request_page(&app, &visitor, &request, None, None).await?,
    )
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Written {
    subject: String,
    text: String,
    action: String,
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(written): Form<Written>,
) -> Result<Response, Problem> {
    let request = found(&app, &id).await?;
    let (house, wanted, wanted_id) = (app.house.clone(), written.clone(), id.clone());
    let is_draft = request.row.state == RequestState::Drafted;
    let done = detached(async move {
        if wanted.action == "close" {
            return house.close_request(&wanted_id).await;
        }
        if is_draft {
            let (subject, text) = (&wanted.subject, &wanted.text);
            house.edit_request(&wanted_id, subject, text).await?;
        }
        match wanted.action.as_str() {
            "send" => house.send_request(&wanted_id).await,
            _ => Ok(()),
        }
    })
    .await;
    match done {
        Ok(()) => Ok(on_to(&format!("/console/requests/{id}"))),
        Err(problem) if problem.status.is_client_error() || problem.code == "mail_not_set" => {
            let fault = format!("{}: {}.", wording::capital(&problem.detail), problem.help);
            let written = is_draft.then_some(written);
            let shown = request_page(&app, &visitor, &request, written, Some(fault)).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}

async fn enter(
    State(app): State<App>,
    Path((id, number)): Path<(String, u32)>,
    Operator(by): Operator,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    let entered = detached(async move { house.enter_answer(&id, number, &by).await }).await?;
    Ok(super::evidence::entered(&entered))
}
