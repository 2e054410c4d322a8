//! `DELETE /sessions/current`: signs out, whoever it is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use axum::response::{IntoResponse, Response};
use trade::Code;

use crate::App;
use crate::access::{no_session_cookie, token};
use crate::api::asked::{Asked, Nothing};
use crate::problem::{Problem, detached};

/// Signs out: ends the session whose token is sent.
///
/// Ending a session that has ended is no error.
#[utoipa::path(
    delete, path = "/api/v1/sessions/current", tag = "sessions",
    responses(
        (status = 204, description = "The token is worth nothing from now on."),
        (status = 401, description = "`sign_in_needed`: no token was sent."),
    ),
)]
pub async fn end_session(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(token) = token(&headers).map(str::to_owned) else {
        return Err(Problem::of(
            Code::SignInNeeded,
            "no session's token was sent",
        ));
    };
    let house = app.house.clone();
    detached(async move { house.sign_out(&token).await }).await?;
    let gone = [(header::SET_COOKIE, no_session_cookie(&app))];
    Ok((StatusCode::NO_CONTENT, gone).into_response())
}
