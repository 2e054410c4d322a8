//! `/console/drafts/{draft}`: what a draft says, what recording it would do, who did what, and the decision.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use trade::change::Change;
use trade::desk::{DraftShown, DraftState, Seen};
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::people::SignedIn;
use trade::{Error, House};

use super::document::{self, DocumentView};
use super::inbox::state_words;
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::claims;
use crate::pages::console::{FORMS, ImpactView};
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/drafts/{draft}", Access::SignedIn, show)
        .post("/console/drafts/{draft}/{step}", Access::SignedIn, take)
}

struct StepLine {
    what: &'static str,
    person: String,
    at: String,
    words: String,
}

/// What the one who looks may do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    /// Put it on the record.
    Record,
    /// Ask a second person.
    Submit,
    /// Nothing: somebody else decides.
    Wait,
}

#[derive(Template)]
#[template(path = "desk/draft.html")]
struct DraftPage {
    frame: Frame,
    id: String,
    version: u64,
    state: &'static str,
    is_settled: bool,
    is_waiting: bool,
    kind: String,
    sentence: String,
    issuer: String,
    scope: String,
    valid: String,
    title: String,
    dated: String,
    words: Option<String>,
    document: Option<DocumentView>,
    impact: Option<(ImpactView, String)>,
    /// Why nothing can be said of what it would do.
    no_impact: Option<String>,
    only_closes: bool,
    is_alone: bool,
    may: May,
    rewrite: Option<String>,
    steps: Vec<StepLine>,
    fault: Option<String>,
    remark: String,
}

impl DraftPage {
    fn may_record(&self) -> bool {
        self.may == May::Record && self.impact.is_some()
    }

    fn may_submit(&self) -> bool {
        self.may == May::Submit
    }
}

/// What a button sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Decision {
    version: u64,
    impact: String,
    words: String,
}

async fn find(app: &App, id: &str) -> Result<DraftShown, Problem> {
    let found = app.house.find_draft(id).await?;
    let short: String = id.chars().take(40).collect();
    found.ok_or_else(|| Problem::not_found("draft", short))
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let shown = find(&app, &id).await?;
    let shown = draft_page(&app, &visitor, &by, shown, None, String::new()).await?;
    page_as(StatusCode::OK, &shown)
}

fn step_words(step: &str) -> &'static str {
    match step {
        "written" => "wrote it",
        "submitted" => "asked for a second person",
        "remarked" => "remarked",
        "sent_back" => "gave it back",
        "recorded" => "put it on the record",
        "discarded" => "discarded it",
        _ => "did something else",
    }
}

async fn draft_page(
    app: &App,
    visitor: &Visitor,
    by: &SignedIn,
    shown: DraftShown,
    fault: Option<String>,
    remark: String,
) -> Result<DraftPage, Problem> {
    let directory = app.house.directory();
    let is_settled = matches!(shown.state, DraftState::Recorded | DraftState::Discarded);
    let rule = app.house.second_person().await?;
    let is_two = rule.is_needed() && !shown.only_closes;
    let may = match (shown.state, is_two) {
        (_, false) => May::Record,
        (DraftState::Open, true) => May::Submit,
        (_, true) if shown.written_by == by.id => May::Wait,
        (_, true) => May::Record,
    };
    let (impact, no_impact) = if is_settled {
        (None, None)
    } else {
        match app.house.draft_impact(&shown.draft).await {
            Ok(impact) => {
                let mark = impact.mark();
                (Some((ImpactView::new(app, &impact), mark)), None)
            }
            // Such as a withdrawal of what was ended meanwhile.
            Err(error) => (None, Some(wording::capital(&error.detail))),
        }
    };
    let document = match &shown.draft.document {
        Some(sha256) => Some(DocumentView::from(&document::find(app, sha256).await?)),
        None => None,
    };
    let steps = app.house.draft_steps(&shown.id).await?;
    let kind = shown.draft.claim.kind();
    let has_form = FORMS.iter().any(|(form, _)| *form == kind);
    let rewrite =
        (has_form && !is_settled).then(|| format!("/console/evidence/{kind}?draft={}", shown.id));
    let draft = &shown.draft;
    Ok(DraftPage {
        frame: Frame::new(app, visitor, Place::Console, "Draft").await?,
        version: shown.version,
        state: state_words(shown.state),
        is_settled,
        is_waiting: shown.state == DraftState::Waiting,
        kind: wording::kind(kind),
        sentence: claims::sentence(&draft.claim, &directory),
        issuer: DirectoryNames(&directory).party(&draft.issuer),
        scope: claims::scope(&draft.scope, &directory),
        valid: wording::period(&draft.valid),
        title: draft.title.clone(),
        dated: draft.dated.clone(),
        words: draft.words.clone(),
        document,
        impact,
        no_impact,
        only_closes: shown.only_closes,
        is_alone: rule.is_alone(),
        may,
        rewrite,
        steps: steps
            .into_iter()
            .map(|step| StepLine {
                what: step_words(&step.step),
                person: step.person,
                at: wording::moment(step.at),
                words: step.words,
            })
            .collect(),
        fault,
        remark,
        id: shown.id,
    })
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    Path((id, step)): Path<(String, String)>,
    Form(decision): Form<Decision>,
) -> Result<Response, Problem> {
    let shown = find(&app, &id).await?;
    let short: String = step.chars().take(20).collect();
    let (house, who, what) = (app.house.clone(), by.clone(), decision.clone());
    let name = shown.id.clone();
    let done = detached(async move { decide(&house, &name, &step, &what, &who).await }).await;
    let fault = match done {
        Ok(Done::Recorded(change)) => {
            return Ok(on_to(&format!("/record/{}", change.recorded().position)));
        }
        Ok(Done::Stepped) => return Ok(on_to(&format!("/console/drafts/{}", shown.id))),
        Ok(Done::NoSuchStep) => return Err(Problem::not_found("step", short)),
        Err(problem) if problem.status.is_client_error() => problem,
        Err(problem) => return Err(problem),
    };
    let words = format!(
        "{}. {}",
        wording::capital(&fault.detail),
        wording::capital(fault.help)
    );
    let shown = find(&app, &shown.id).await?;
    let shown = draft_page(&app, &visitor, &by, shown, Some(words), decision.words).await?;
    page_as(fault.status, &shown)
}

enum Done {
    Recorded(Change),
    Stepped,
    NoSuchStep,
}

async fn decide(
    house: &House,
    id: &str,
    step: &str,
    decision: &Decision,
    by: &SignedIn,
) -> Result<Done, Error> {
    let (version, words) = (decision.version, decision.words.as_str());
    match step {
        "record" => {
            let seen = Seen {
                version,
                impact: decision.impact.clone(),
            };
            return house.record_draft(id, &seen, by).await.map(Done::Recorded);
        }
        "submit" => house.submit_draft(id, version, by).await?,
        "send-back" => house.send_draft_back(id, version, by, words).await?,
        "discard" => house.discard_draft(id, version, by, words).await?,
        "remark" => house.remark_on_draft(id, by, words).await?,
        _ => return Ok(Done::NoSuchStep),
    }
    Ok(Done::Stepped)
}
