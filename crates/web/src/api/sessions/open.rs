//! `POST /sessions`: signs somebody in and gives a bearer token.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use trade::people::{EMAIL_BYTES_MAX, PASSWORD_MAX, SESSION_MS};
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::limits::{self, Peer};
use crate::problem::Problem;

/// Who signs in.
#[derive(ToSchema)]
pub struct NewSession {
    /// The address, as the operator entered it.
    #[schema(example = "desk@example.com")]
    email: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
}

impl FromForm for NewSession {
    fn from_form(form: &mut Form) -> Option<Self> {
        let email = form.need_text("email", EMAIL_BYTES_MAX);
        let password = form.need_text("password", PASSWORD_MAX);
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}

/// A session that was opened.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionJson {
    /// Shown once; send it as `Authorization: Bearer`.
    token: String,
    /// How it is sent.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long it lasts, unless it is ended before.
    expires_in_seconds: i64,
}

/// Signs in.
///
/// A wrong address and a wrong password are answered alike, and take as long.
#[utoipa::path(
    post, path = "/api/v1/sessions", tag = "sessions", request_body = NewSession,
    responses(
        (status = 201, description = "Signed in.", body = SessionJson),
        (status = 401, description = "`sign_in_failed`"),
        (status = 429, description = "`too_many_requests`: `Retry-After` says when."),
    ),
)]
pub async fn open_session(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    peer: Peer,
    Body(asked): Body<NewSession>,
) -> Result<(StatusCode, Json<SessionJson>), Problem> {
    let token = limits::sign_in(&app, &peer, asked.email, asked.password).await?;
    let session = SessionJson {
        token,
        token_type: "Bearer",
        expires_in_seconds: SESSION_MS / 1000,
    };
    Ok((StatusCode::CREATED, Json(session)))
}
