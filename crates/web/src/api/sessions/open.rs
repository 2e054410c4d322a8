//! `POST /sessions`: signs somebody in and gives a bearer token.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use trade::people::{PASSWORD_MAX, SESSION_MS};
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::problem::{Problem, detached};

const EMAIL_CHARS_MAX: usize = 254;

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
        let email = form.need_text("email", EMAIL_CHARS_MAX);
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
    ),
)]
pub async fn open_session(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Body(asked): Body<NewSession>,
) -> Result<(StatusCode, Json<SessionJson>), Problem> {
    let house = app.house.clone();
    let token = detached(async move { house.sign_in(&asked.email, asked.password).await }).await?;
    let session = SessionJson {
        token,
        token_type: "Bearer",
        expires_in_seconds: SESSION_MS / 1000,
    };
    Ok((StatusCode::CREATED, Json(session)))
}
