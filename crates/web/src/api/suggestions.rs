//! `GET /devices/suggestions`: names that somebody may be typing, among all devices of all lists.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::api::asked::Asked;
use crate::api::form::{Form, FromForm};
use crate::problem::Problem;

const TYPED_CHARS_MAX: usize = 200;

/// What was typed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Typed {
    /// The beginning of a name, with or without the brand; it may have typing errors.
    #[param(example = "galxy s2")]
    typed: String,
}

impl FromForm for Typed {
    fn from_form(form: &mut Form) -> Option<Self> {
        let typed = form.need_text("typed", TYPED_CHARS_MAX)?;
        Some(Self { typed })
    }
}

/// A device whose name somebody may be typing.
#[derive(Serialize, ToSchema)]
#[schema(as = Suggestion)]
pub struct SuggestionJson {
    /// Brand and marketing name.
    name: String,
    /// What to ask `/check` for, to get it.
    ask: String,
    /// Whether a list says something of its bands.
    has_bands: bool,
}

/// Suggests devices by what was typed of a name.
#[utoipa::path(
    get, path = "/api/v1/devices/suggestions", tag = "fit", params(Typed),
    responses((status = 200, description = "At most ten, the best first.", body = Vec<SuggestionJson>)),
)]
pub async fn suggest_devices(
    State(app): State<App>,
    Asked(asked): Asked<Typed>,
) -> Result<Json<Vec<SuggestionJson>>, Problem> {
    let atlas = app.house.atlas().await?;
    let suggestions = atlas.suggestions(&asked.typed).into_iter();
    let answer = suggestions.map(|one| SuggestionJson {
        name: one.name,
        ask: one.ask,
        has_bands: one.has_bands,
    });
    Ok(Json(answer.collect()))
}
