//! `GET /devices`: the devices whose bands are known before anything is imported.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged;
use crate::problem::Problem;

/// A device that something is known of.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownDevice)]
pub struct KnownDeviceJson {
    /// The brand.
    brand: String,
    /// The marketing name.
    model: String,
    /// Which variant, where it is said; else empty.
    variant: String,
    /// What to ask `/check` for, to get exactly it.
    ask: String,
}

/// Lists the devices that come with the program.
#[utoipa::path(
    get, path = "/api/v1/devices", tag = "fit",
    responses((status = 200, description = "By brand and name.", body = Vec<KnownDeviceJson>)),
)]
pub async fn list_devices(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let devices = app.house.known_devices().await?;
    let devices: Vec<KnownDeviceJson> = devices
        .into_iter()
        .map(|device| KnownDeviceJson {
            brand: device.brand,
            model: device.model,
            variant: device.variant,
            ask: device.ask,
        })
        .collect();
    tagged(&headers, &devices)
}
