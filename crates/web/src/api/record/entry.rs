//! `GET /record/{position}`: one entry of the record.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::api::tagged::tagged;
use crate::problem::Problem;
use crate::wire::RecordEntryJson;

/// Shows one entry. Its `body` is what the tree hashes, so its leaf can be recomputed.
#[utoipa::path(
    get, path = "/api/v1/record/{position}", tag = "record",
    responses(
        (status = 200, description = "The entry.", body = RecordEntryJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_entry(
    State(app): State<App>,
    At(position): At<u64>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = app.house.record_page(position, 1).await?;
    match found.first() {
        Some(one) if one.recorded.position == position => {
            tagged(&headers, &RecordEntryJson::from(one))
        }
        _ => Err(Problem::not_found("entry at position", position)),
    }
}
