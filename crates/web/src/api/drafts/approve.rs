//! `POST /drafts/{draft}/approval`: puts a draft on the record.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use trade::desk::Seen;
use utoipa::ToSchema;

use super::DraftName;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::evidence::detail::entry;
use crate::api::form::{Form, FromForm};
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::RecordEntryJson;

const MARK_CHARS_MAX: usize = 64;

/// What the approver saw.
#[derive(ToSchema)]
pub struct NewApproval {
    /// The draft's version.
    version: u32,
    /// The mark of its impact, as `GET /drafts/{draft}` gave it.
    impact_mark: String,
}

impl FromForm for NewApproval {
    fn from_form(form: &mut Form) -> Option<Self> {
        let version = form.need_number("version", &(1..=u32::MAX));
        let impact_mark = form.need_text("impact_mark", MARK_CHARS_MAX);
        Some(Self {
            version: version?,
            impact_mark: impact_mark?,
        })
    }
}

/// Approves a draft: it goes on the record, if it is still what was seen and would still do what was seen.
///
/// What could open a sale is approved by somebody else than who wrote it.
#[utoipa::path(
    post, path = "/api/v1/drafts/{draft}/approval", tag = "evidence", request_body = NewApproval,
    responses(
        (status = 201, description = "Recorded.", body = RecordEntryJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`second_person_needed`, `impact_changed`, `state_conflict`: it moved on."),
    ),
)]
pub async fn approve_draft(
    State(app): State<App>,
    At(DraftName(id)): At<DraftName>,
    Asked(Nothing): Asked<Nothing>,
    Operator(by): Operator,
    Body(asked): Body<NewApproval>,
) -> Result<(StatusCode, Json<RecordEntryJson>), Problem> {
    let seen = Seen {
        version: asked.version.into(),
        impact: asked.impact_mark,
    };
    let house = app.house.clone();
    let change = detached(async move { house.record_draft(&id, &seen, &by).await }).await?;
    entry(&app, &change).await
}
