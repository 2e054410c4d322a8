//! `GET /markets`: the markets of this house.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged;
use crate::problem::Problem;

/// A market.
#[derive(Serialize, ToSchema)]
#[schema(as = Market)]
pub struct MarketJson {
    /// Its id.
    #[schema(example = "us")]
    id: String,
    /// Its name.
    name: String,
}

/// Lists the markets.
#[utoipa::path(
    get, path = "/api/v1/markets", tag = "markets",
    responses((status = 200, description = "By id.", body = Vec<MarketJson>)),
)]
pub async fn list_markets(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let markets: Vec<MarketJson> = directory
        .markets
        .iter()
        .map(|market| MarketJson {
            id: market.id.to_string(),
            name: market.name.clone(),
        })
        .collect();
    tagged(&headers, &markets)
}
