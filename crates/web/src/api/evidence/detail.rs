//! `GET /evidence/{evidence}`: a piece of evidence with its place in the record.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::id::EvidenceId;
use trade::change::Change;
use trade::desk::Entered;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::api::tagged::tagged;
use crate::problem::Problem;
use crate::wire::RecordEntryJson;
use crate::wire::draft::DraftJson;

/// Shows a piece of evidence as it was recorded.
///
/// Whether it still holds is a question of withdrawals and of time: ask for a verdict.
#[utoipa::path(
    get, path = "/api/v1/evidence/{evidence}", tag = "evidence",
    responses(
        (status = 200, description = "The entry.", body = RecordEntryJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_evidence(
    State(app): State<App>,
    At(id): At<EvidenceId>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match app.house.evidence(&id).await? {
        Some(found) => tagged(&headers, &RecordEntryJson::from(&found)),
        None => Err(Problem::not_found("evidence", id)),
    }
}

/// Answers what somebody entered: with its entry, or 202 with the draft that waits for a second person.
pub async fn entered(app: &App, entered: &Entered) -> Result<Response, Problem> {
    match entered {
        Entered::Recorded(change) => Ok(entry(app, change).await?.into_response()),
        Entered::Waiting(draft) => {
            let place = [(header::LOCATION, format!("/api/v1/drafts/{}", draft.id))];
            let body = Json(DraftJson::from(draft.as_ref()));
            Ok((StatusCode::ACCEPTED, place, body).into_response())
        }
    }
}

/// Answers a change of evidence with its entry: 201 if it was recorded now, 200 if before.
pub async fn entry(
    app: &App,
    change: &Change,
) -> Result<(StatusCode, Json<RecordEntryJson>), Problem> {
    let id = &change.recorded().evidence.id;
    let found = app.house.evidence(id).await?;
    let found = found.ok_or_else(|| Problem::not_found("evidence", id))?;
    let status = match change {
        Change::Recorded(_) => StatusCode::CREATED,
        Change::Known(_) => StatusCode::OK,
    };
    Ok((status, Json((&found).into())))
}
