//! `GET /record/key`: the key that checkpoints are checked with.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged_text;
use crate::problem::Problem;

/// Gives the verifier key of the record, a C2SP vkey.
#[utoipa::path(
    get, path = "/api/v1/record/key", tag = "record",
    responses((status = 200, description = "One line.", body = String, content_type = "text/plain")),
)]
pub async fn record_key(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let line = format!("{}\n", app.house.record_key());
    Ok(tagged_text(&headers, "text/plain; charset=utf-8", line))
}
