//! `/console/desk`: documents from which nothing is entered yet, drafts that wait, and where a document is dropped in.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use trade::desk::{Arrived, DraftShown, DraftState, MediaKind};

use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::claims;
use crate::pages::form_data::FormData;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

/// Documents and drafts that are shown.
const SHOWN_MAX: usize = 50;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/desk", Access::SignedIn, show)
        .post("/console/desk", Access::SignedIn, bring)
        .with_files()
}

struct DocumentLine {
    address: String,
    title: String,
    kind: String,
    from: String,
    arrived: String,
    badge: (&'static str, &'static str),
}

/// A draft in a line.
pub struct DraftLine {
    pub address: String,
    pub kind: String,
    pub sentence: String,
    pub changed: String,
    pub state: &'static str,
}

impl DraftLine {
    pub fn new(app: &App, shown: &DraftShown) -> Self {
        let directory = app.house.directory();
        Self {
            address: format!("/console/drafts/{}", shown.id),
            kind: wording::kind(shown.draft.claim.kind()),
            sentence: claims::sentence(&shown.draft.claim, &directory),
            changed: wording::moment(shown.changed_at),
            state: state_words(shown.state),
        }
    }
}

pub const fn state_words(state: DraftState) -> &'static str {
    match state {
        DraftState::Open => "being written",
        DraftState::Waiting => "waits for a second person",
        DraftState::Recorded => "on the record",
        DraftState::Discarded => "discarded",
    }
}

#[derive(Template)]
#[template(path = "desk/inbox.html")]
struct InboxPage {
    frame: Frame,
    waiting: Vec<DraftLine>,
    open: Vec<DraftLine>,
    to_do: Vec<DocumentLine>,
    settled: Vec<DocumentLine>,
    pasted: String,
    fault: Option<String>,
    is_alone: bool,
    is_needed: bool,
}

fn document_line(one: &Arrived) -> DocumentLine {
    DocumentLine {
        address: format!("/console/documents/{}", one.arrival.document),
        title: one.title.clone(),
        kind: MediaKind::of_media_type(&one.media_type).name().to_owned(),
        from: one.arrival.sender.clone(),
        arrived: wording::moment(one.arrival.arrived_at),
        badge: if one.has_evidence {
            ("good", "evidence on the record")
        } else if one.has_draft {
            ("open", "a draft")
        } else if one.set_aside_at.is_some() {
            ("quiet", "nothing to enter")
        } else {
            ("open", "nothing entered yet")
        },
    }
}

async fn inbox_page(
    app: &App,
    visitor: &Visitor,
    pasted: String,
    fault: Option<String>,
) -> Result<InboxPage, Problem> {
    let drafts = async |state| -> Result<Vec<DraftLine>, Problem> {
        let drafts = app.house.drafts(state).await?;
        let first = drafts.iter().take(SHOWN_MAX);
        Ok(first.map(|one| DraftLine::new(app, one)).collect())
    };
    let documents = app.house.inbox().await?;
    let is_settled = |one: &&Arrived| one.has_evidence || one.set_aside_at.is_some();
    let (settled, to_do): (Vec<&Arrived>, Vec<&Arrived>) = documents.iter().partition(is_settled);
    let lines = |all: Vec<&Arrived>| all.into_iter().take(SHOWN_MAX).map(document_line).collect();
    let rule = app.house.second_person().await?;
    Ok(InboxPage {
        frame: Frame::new(app, visitor, Place::Console, "Evidence desk").await?,
        waiting: drafts(DraftState::Waiting).await?,
        open: drafts(DraftState::Open).await?,
        to_do: lines(to_do),
        settled: lines(settled),
        pasted,
        fault,
        is_alone: rule.is_alone(),
        is_needed: rule.is_needed(),
    })
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let shown = inbox_page(&app, &visitor, String::new(), None).await?;
    page_as(StatusCode::OK, &shown)
}

async fn bring(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let form = FormData::of_request(&headers, &body)?;
    let pasted = form.text("pasted");
    // As a browser sends it, lines end with CR LF.
    let as_text = || (String::new(), pasted.replace("\r\n", "\n").into_bytes());
    let (name, bytes) = form.file("file", "").unwrap_or_else(as_text);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let fault = Some("Choose a file, or paste its text.".to_owned());
        let shown = inbox_page(&app, &visitor, pasted, fault).await?;
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    // The file is in memory once.
    drop(body);
    let house = app.house.clone();
    let brought = detached(async move { house.bring_document(&name, bytes, &by).await }).await;
    match brought {
        Ok((sha256, _)) => Ok(on_to(&format!("/console/documents/{sha256}"))),
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(format!("{}: {}.", problem.title, problem.detail));
            let shown = inbox_page(&app, &visitor, pasted, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}
