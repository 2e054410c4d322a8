//! `/answer/{token}`: the page behind a one-time link, for an issuer who has no account.
//!
//! Whoever holds the link sees what was asked and answers once. Looking changes nothing, and a link that opens nothing
//! is answered the same whatever became of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::Response;
use tokio::sync::Semaphore;
use trade::Code;
use trade::gate::remedy::Step;
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::requests::{
    Answering, GivenAnswer, ItemAnswer, NAME_CHARS_MAX, REMARK_CHARS_MAX, Request,
};

use super::form_data::FormData;
use super::frame::{Frame, Place, on_to, page_as};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::limits::LinkTry;
use crate::problem::{Problem, detached};

/// Links that are looked up or answered at once; more are told to come again. Guessing keeps nobody else waiting.
const LINKS_AT_ONCE: usize = 8;
static LOOKING: Semaphore = Semaphore::const_new(LINKS_AT_ONCE);

pub fn routes() -> Routes {
    Routes::new()
        .get("/answer/{token}", Access::Public, show)
        .post("/answer/{token}", Access::Public, answer)
        .with_files()
        .get("/answered", Access::Public, thanks)
}

struct ItemView {
    number: u32,
    sentence: String,
    asks_identifier: bool,
    /// It asks for a word to be taken back.
    takes_back: bool,
    chosen: String,
    identifier: String,
}

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    frame: Frame,
    token: String,
    party: String,
    until: String,
    items: Vec<ItemView>,
    name: String,
    remark: String,
    name_max: usize,
    remark_max: usize,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "answer_closed.html")]
struct ClosedPage {
    frame: Frame,
    write_to: Option<String>,
}

#[derive(Template)]
#[template(path = "answer_thanks.html")]
struct ThanksPage {
    frame: Frame,
}

/// What was written into the form, to be shown again.
#[derive(Default)]
struct Written {
    name: String,
    remark: String,
    chosen: BTreeMap<u32, (String, String)>,
}

/// The link stays here: no page that is loaded or opened from this one is told it. (With `no-referrer` a browser would
/// not say where the form comes from either, and forms that do not are refused.)
fn untold(mut response: Response) -> Response {
    let policy = HeaderValue::from_static("strict-origin");
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, policy);
    let robots = header::HeaderName::from_static("x-robots-tag");
    headers.insert(robots, HeaderValue::from_static("noindex"));
    response
}

async fn closed(app: &App) -> Result<Response, Problem> {
    let shown = ClosedPage {
        frame: frame(app, "This link opens nothing").await?,
        write_to: app.house.post().ok().map(|post| post.from.to_string()),
    };
    page_as(StatusCode::NOT_FOUND, &shown).map(untold)
}

/// Whoever holds a link is nobody in particular, signed in or not.
async fn frame(app: &App, title: &str) -> Result<Frame, Problem> {
    Frame::new(app, &Visitor(None), Place::Elsewhere, title).await
}

async fn form(
    app: &App,
    token: &str,
    request: &Request,
    written: Written,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let items = request.items.iter().map(|one| {
        let (chosen, identifier) = written.chosen.get(&one.number).cloned().unwrap_or_default();
        ItemView {
            number: one.number,
            sentence: one.item.sentence.clone(),
            asks_identifier: one.item.asks_identifier(),
            takes_back: matches!(one.item.step, Step::Withdraw { .. }),
            chosen,
            identifier,
        }
    });
    let status = match fault {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let shown = AnswerPage {
        frame: frame(app, "Please confirm").await?,
        token: token.to_owned(),
        party: DirectoryNames(&directory).party(&request.row.party),
        until: request.row.link_until.map(wording::day).unwrap_or_default(),
        items: items.collect(),
        name: written.name,
        remark: written.remark,
        name_max: NAME_CHARS_MAX,
        remark_max: REMARK_CHARS_MAX,
        fault,
    };
    page_as(status, &shown).map(untold)
}

async fn request(app: &App, token: &str) -> Result<Option<Request>, Problem> {
    match app.house.asked_by_link(token).await {
        Ok(request) => Ok(Some(request)),
        Err(error) if error.code == Code::LinkNotGood => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn busy() -> Problem {
    Problem::of(Code::Busy, "many answers come in at once")
}

async fn show(
    State(app): State<App>,
    _: LinkTry,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let _turn = LOOKING.try_acquire().map_err(|_| busy())?;
    match request(&app, &token).await? {
        Some(request) => form(&app, &token, &request, Written::default(), None).await,
        None => closed(&app).await,
    }
}

async fn answer(
    State(app): State<App>,
    _: LinkTry,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let _turn = LOOKING.try_acquire().map_err(|_| busy())?;
    let Some(request) = request(&app, &token).await? else {
        return closed(&app).await;
    };
    let read = FormData::of_request(&headers, &body)?;
    let (answering, written) = answering(&read, &request);
    let (house, by) = (app.house.clone(), token.clone());
    match detached(async move { house.answer_request(&by, answering).await }).await {
        Ok(()) => Ok(untold(on_to("/answered"))),
        Err(problem) if problem.code == Code::LinkNotGood.name() => closed(&app).await,
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(wording::capital(&problem.detail));
            form(&app, &token, &request, written, fault).await
        }
        Err(problem) => Err(problem),
    }
}

/// What a form answers; a point without a choice stays open.
fn answering(form: &FormData<'_>, request: &Request) -> (Answering, Written) {
    let mut written = Written {
        name: form.text("name"),
        remark: form.text("remark"),
        chosen: BTreeMap::new(),
    };
    let mut items = Vec::new();
    for one in &request.items {
        let number = one.number;
        let chosen = form.text(&format!("item-{number}"));
        let identifier = form.text(&format!("identifier-{number}"));
        if let Ok(answer) = chosen.parse::<ItemAnswer>() {
            items.push(GivenAnswer {
                number,
                answer,
                identifier: identifier.clone(),
            });
        }
        written.chosen.insert(number, (chosen, identifier));
    }
    let answering = Answering {
        name: written.name.clone(),
        remark: written.remark.clone(),
        items,
        document: form.file("document", "answer"),
    };
    (answering, written)
}

async fn thanks(State(app): State<App>) -> Result<Response, Problem> {
    let shown = ThanksPage {
        frame: frame(&app, "Thank you").await?,
    };
    page_as(StatusCode::OK, &shown)
}
