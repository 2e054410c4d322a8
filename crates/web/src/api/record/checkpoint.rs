//! `GET /record/checkpoint`: the newest signed checkpoint, as a C2SP signed note.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged_text;
use crate::problem::Problem;

/// Gives the newest signed checkpoint: how many entries the record has, and the root of their tree.
#[utoipa::path(
    get, path = "/api/v1/record/checkpoint", tag = "record",
    responses(
        (status = 200, description = "A signed note.", body = String, content_type = "text/plain"),
        (status = 404, description = "`not_found`: nothing was signed yet."),
    ),
)]
pub async fn checkpoint(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match app.house.checkpoint().await? {
        Some(signed) => Ok(tagged_text(
            &headers,
            "text/plain; charset=utf-8",
            signed.note,
        )),
        None => Err(Problem::not_found("checkpoint", "yet")),
    }
}
