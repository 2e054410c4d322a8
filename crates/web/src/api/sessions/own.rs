//! `GET` and `DELETE /sessions`, `DELETE /sessions/{session}`: somebody's own sessions.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use serde::Serialize;
use trade::people::OwnSession;
use utoipa::ToSchema;

use crate::App;
use crate::access::{Person, token};
use crate::api::asked::{Asked, Nothing};
use crate::api::path::{At, Name};
use crate::problem::{Problem, detached};

/// A session of one's own.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnSession)]
pub struct OwnSessionJson {
    /// Its id, `se-…`; worth nothing as a token.
    id: String,
    /// When it was opened.
    opened_at: String,
    /// When it ends by itself.
    expires_at: String,
    /// Whether it is the one that asks.
    is_current: bool,
}

impl From<&OwnSession> for OwnSessionJson {
    fn from(session: &OwnSession) -> Self {
        Self {
            id: session.id.clone(),
            opened_at: session.opened_at.to_string(),
            expires_at: session.expires_at.to_string(),
            is_current: session.is_current,
        }
    }
}

/// Lists one's own sessions, the newest first.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "sessions",
    responses((status = 200, description = "Those that have not ended.", body = Vec<OwnSessionJson>)),
)]
pub async fn list_sessions(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
    headers: HeaderMap,
) -> Result<Json<Vec<OwnSessionJson>>, Problem> {
    let token = token(&headers).unwrap_or_default();
    let found = app.house.own_sessions(&by, token).await?;
    Ok(Json(found.iter().map(OwnSessionJson::from).collect()))
}

/// Ends all of one's own sessions, this one too.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "sessions",
    responses((status = 204, description = "None of their tokens is worth anything from now on.")),
)]
pub async fn end_sessions(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    detached(async move { house.end_own_sessions(&by).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of one's own sessions.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{session}", tag = "sessions",
    responses(
        (status = 204, description = "Its token is worth nothing from now on."),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn end_own_session(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    detached(async move { house.end_own_session(&by, &id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
