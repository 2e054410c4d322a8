//! `GET /drafts`: the drafts in a state.

use axum::Json;
use axum::extract::State;
use trade::desk::DraftState;
use utoipa::IntoParams;

use crate::App;
use crate::access::Operator;
use crate::api::asked::Asked;
use crate::api::form::{Form, FromForm};
use crate::problem::Problem;
use crate::wire::draft::{DraftJson, DraftsJson};

const STATE_CHARS_MAX: usize = 20;

/// Which drafts.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DraftsQuery {
    /// `waiting`, `open`, `recorded` or `discarded`; left out: `waiting`.
    #[param(value_type = Option<String>, example = "waiting")]
    state: DraftState,
}

impl FromForm for DraftsQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        let Some(text) = form.may_text("state", STATE_CHARS_MAX) else {
            return Some(Self {
                state: DraftState::Waiting,
            });
        };
        let state = DraftState::ALL.into_iter().find(|one| one.as_str() == text);
        if state.is_none() {
            let help = "write waiting, open, recorded or discarded";
            form.fault("state", "draft.state", &text, help);
        }
        Some(Self { state: state? })
    }
}

/// Lists the drafts in a state, the last to move first.
#[utoipa::path(
    get, path = "/api/v1/drafts", tag = "evidence", params(DraftsQuery),
    responses((status = 200, description = "At most 200 of them.", body = DraftsJson)),
)]
pub async fn list_drafts(
    State(app): State<App>,
    Asked(query): Asked<DraftsQuery>,
    _: Operator,
) -> Result<Json<DraftsJson>, Problem> {
    let drafts = app.house.drafts(query.state).await?;
    Ok(Json(DraftsJson {
        items: drafts.iter().map(DraftJson::from).collect(),
    }))
}
