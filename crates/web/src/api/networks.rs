//! `GET /networks`: the networks whose bands are known before anything is imported; one of them over time.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Instant;
use domain::id::HostNetworkId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::path::At;
use crate::api::tagged::tagged;
use crate::problem::Problem;
use crate::wire::networks::NetworkOverTimeJson;

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

/// As of when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NetworkQuery {
    /// As of this instant; left out: now.
    #[param(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
}

impl FromForm for NetworkQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self { at: form.may("at") })
    }
}

/// Shows a network that comes with the program, over time.
///
/// Its bands per technology, each with its source and for which time it is read; what calls need; who rides there.
#[utoipa::path(
    get, path = "/api/v1/networks/{network}", tag = "fit", params(NetworkQuery),
    responses(
        (status = 200, description = "What is known of it.", body = NetworkOverTimeJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_network(
    State(app): State<App>,
    At(id): At<HostNetworkId>,
    Asked(query): Asked<NetworkQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let at = query.at.unwrap_or_else(|| app.house.present());
    let network = app.house.network_over_time(id.as_str(), at).await?;
    tagged(&headers, &NetworkOverTimeJson::from(&network))
}
