//! `GET /drafts/{draft}`: a draft, what was done with it, and what recording it would do.

use axum::Json;
use axum::extract::State;
use trade::desk::DraftState;
use trade::node::DirectoryNames;

use super::DraftName;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::problem::Problem;
use crate::wire::draft::DraftDetailJson;
use crate::wire::impact::ImpactJson;

/// Listings of the impact that are named.
const AFFECTED_MAX: usize = 100;

/// Shows a draft with what recording it would do now.
///
/// An approval names the draft's `version` and the `impact_mark`, so that nobody approves what they were not shown.
#[utoipa::path(
    get, path = "/api/v1/drafts/{draft}", tag = "evidence",
    responses(
        (status = 200, description = "The draft.", body = DraftDetailJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`already_withdrawn`: what it would end is ended for good."),
    ),
)]
pub async fn show_draft(
    State(app): State<App>,
    At(DraftName(id)): At<DraftName>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<DraftDetailJson>, Problem> {
    let found = app.house.find_draft(&id).await?;
    let shown = found.ok_or_else(|| Problem::not_found("draft", &id))?;
    let steps = app.house.draft_steps(&id).await?;
    let is_settled = matches!(shown.state, DraftState::Recorded | DraftState::Discarded);
    let impact = if is_settled {
        None
    } else {
        Some(app.house.draft_impact(&shown.draft).await?)
    };
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    let json = |impact: &trade::impact::Impact| {
        let first = &impact.affected[..impact.affected.len().min(AFFECTED_MAX)];
        ImpactJson::new(impact, first, None, &names)
    };
    Ok(Json(DraftDetailJson {
        draft: (&shown).into(),
        steps: steps.iter().map(Into::into).collect(),
        impact_mark: impact.as_ref().map(trade::impact::Impact::mark),
        impact: impact.as_ref().map(json),
    }))
}
