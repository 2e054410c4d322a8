//! `POST /drafts/{draft}/discard`: ends a draft from which nothing is to come.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;

use super::DraftName;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::limits::WORDS_CHARS_MAX;
use crate::api::path::At;
use crate::problem::{Problem, detached};

/// Why nothing comes of it.
#[derive(ToSchema)]
pub struct NewDiscard {
    /// The draft's version, as it was seen.
    version: u32,
    /// A remark.
    words: Option<String>,
}

impl FromForm for NewDiscard {
    fn from_form(form: &mut Form) -> Option<Self> {
        let version = form.need_number("version", &(1..=u32::MAX));
        let words = form.may_text("words", WORDS_CHARS_MAX);
        Some(Self {
            version: version?,
            words,
        })
    }
}

/// Discards a draft.
#[utoipa::path(
    post, path = "/api/v1/drafts/{draft}/discard", tag = "evidence", request_body = NewDiscard,
    responses(
        (status = 204, description = "Discarded."),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: it moved on."),
    ),
)]
pub async fn discard_draft(
    State(app): State<App>,
    At(DraftName(id)): At<DraftName>,
    Asked(Nothing): Asked<Nothing>,
    Operator(by): Operator,
    Body(asked): Body<NewDiscard>,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    let discard = async move {
        let words = asked.words.unwrap_or_default();
        house
            .discard_draft(&id, asked.version.into(), &by, &words)
            .await
    };
    detached(discard).await?;
    Ok(StatusCode::NO_CONTENT)
}
