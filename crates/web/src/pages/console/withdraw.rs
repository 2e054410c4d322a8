//! `/console/withdraw/{id}`: ending a piece of evidence. Shows what it is and what it would stop before it is done.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Instant;
use domain::evidence::WithdrawalManner;
use domain::id::{EvidenceId, PartyId};
use serde::Deserialize;
use trade::change::Withdrawal;
use trade::impact::ImpactPage;
use trade::record_book::RecordEntry;

use super::evidence::{Choice, entered, parties};
use super::impact::{ImpactView, SHOWN_MAX};
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::addresses;
use crate::pages::frame::{Frame, Place, page_as};
use crate::pages::time_line::{EntryView, entry_view};
use crate::pages::wording;
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/withdraw/{id}", Access::SignedIn, show)
        .post("/console/withdraw/{id}", Access::SignedIn, withdraw)
}

#[derive(Clone, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    id: String,
    #[serde(default)]
    manner: String,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    dated: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    confirmed: String,
    /// SHA-256 of the document, where it came to the desk.
    #[serde(default)]
    document: String,
}

/// What the address says.
#[derive(Deserialize)]
struct From {
    #[serde(default)]
    document: String,
}

#[derive(Template)]
#[template(path = "console/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    entry: EntryView,
    evidence: String,
    impact: ImpactView,
    wanted: Wanted,
    issuers: Vec<Choice>,
    fault: Option<String>,
}

async fn target(app: &App, id: &str) -> Result<RecordEntry, Problem> {
    let id: EvidenceId = addresses::id(id, "evidence")?;
    let found = app.house.evidence(&id).await?;
    found.ok_or_else(|| Problem::not_found("evidence", &id))
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(From { document }): Query<From>,
) -> Result<Response, Problem> {
    let target = target(&app, &id).await?;
    let title = match document.as_str() {
        "" => String::new(),
        document => {
            super::super::desk::document::find(&app, document)
                .await?
                .title
        }
    };
    let wanted = Wanted {
        title,
        document,
        id: app.house.fresh_evidence_id()?.to_string(),
        issuer: target.recorded.evidence.issuer.to_string(),
        ..Wanted::default()
    };
    let shown = withdraw_page(&app, &visitor, &target, wanted, None).await?;
    page_as(StatusCode::OK, &shown)
}

async fn withdraw_page(
    app: &App,
    visitor: &Visitor,
    target: &RecordEntry,
    wanted: Wanted,
    fault: Option<String>,
) -> Result<WithdrawPage, Problem> {
    let directory = app.house.directory();
    let id = &target.recorded.evidence.id;
    Ok(WithdrawPage {
        frame: Frame::new(app, visitor, Place::Console, "Withdraw").await?,
        entry: entry_view(target, None, &directory),
        evidence: id.to_string(),
        impact: impact(app, id).await?,
        issuers: parties(&directory, &wanted.issuer),
        wanted,
        fault,
    })
}

/// What the withdrawal would do, from now on.
async fn impact(app: &App, id: &EvidenceId) -> Result<ImpactView, Problem> {
    let planned = app.house.planned_withdrawal(id, None).await?;
    let page = ImpactPage {
        after: None,
        limit: SHOWN_MAX,
    };
    let impact = app.house.impact(&planned, &page).await?;
    Ok(ImpactView::new(app, &impact))
}

async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let target = target(&app, &id).await?;
    let fault = match read(&target, &wanted) {
        Ok(withdrawal) => {
            let house = app.house.clone();
            match detached(async move { house.enter_withdrawal(withdrawal, &by).await }).await {
                Ok(done) => return Ok(entered(&done)),
                Err(problem) if problem.status.is_client_error() => problem.detail.clone(),
                Err(problem) => return Err(problem),
            }
        }
        Err(fault) => fault,
    };
    let shown = withdraw_page(
        &app,
        &visitor,
        &target,
        wanted,
        Some(wording::capital(&fault)),
    )
    .await?;
    page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

fn read(target: &RecordEntry, wanted: &Wanted) -> Result<Withdrawal, String> {
    let said = |error: domain::ParseError| error.to_string();
    let manner: WithdrawalManner = wanted.manner.parse().map_err(said)?;
    let issuer: PartyId = wanted.issuer.parse().map_err(said)?;
    let from = match wanted.from.trim() {
        "" => None,
        written => Some(written.parse::<Instant>().map_err(said)?),
    };
    if wanted.confirmed != "yes" {
        return Err("Confirm that it is to be withdrawn.".to_owned());
    }
    let title = match wanted.title.trim() {
        "" => return Err("Say which document it came in.".to_owned()),
        title => title.to_owned(),
    };
    Ok(Withdrawal {
        id: Some(wanted.id.parse().map_err(said)?),
        ends: target.recorded.evidence.id.clone(),
        manner,
        issuer,
        from,
        title,
        dated: wanted.dated.trim().to_owned(),
        words: Some(wanted.words.trim().to_owned()).filter(|words| !words.is_empty()),
        document: Some(wanted.document.clone()).filter(|document| !document.is_empty()),
    })
}
