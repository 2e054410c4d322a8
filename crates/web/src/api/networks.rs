//! `GET /networks`: the networks whose bands are known before anything is imported.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged;
use crate::problem::Problem;

/// A network that something is known of.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownNetwork)]
pub struct KnownNetworkJson {
    /// Its country.
    country: String,
    /// Its name; what to ask `/check` for.
    name: String,
    /// Its key.
    id: String,
}

/// Lists the networks that come with the program.
#[utoipa::path(
    get, path = "/api/v1/networks", tag = "fit",
    responses((status = 200, description = "By country and name.", body = Vec<KnownNetworkJson>)),
)]
pub async fn list_networks(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let networks = app.house.known_networks().await?;
    let networks: Vec<KnownNetworkJson> = networks
        .into_iter()
        .map(|network| KnownNetworkJson {
            country: network.country.to_string(),
            name: network.name,
            id: network.id,
        })
        .collect();
    tagged(&headers, &networks)
}
