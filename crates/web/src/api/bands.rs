//! `GET /bands`: bands with their spectrum, for charts.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged;
use crate::problem::Problem;

/// A stretch of spectrum.
#[derive(Serialize, ToSchema)]
#[schema(as = Spectrum)]
pub struct SpectrumJson {
    /// Lowest frequency.
    from_khz: u32,
    /// Highest frequency.
    until_khz: u32,
}

/// A band.
#[derive(Serialize, ToSchema)]
#[schema(as = Band)]
pub struct BandJson {
    /// Its name.
    band: String,
    /// From the device to the network; `null`: it has no such side.
    uplink: Option<SpectrumJson>,
    /// From the network to the device; `null`: it has no such side.
    downlink: Option<SpectrumJson>,
    /// `FDD`, `TDD`, `SDL`, `SUL`.
    duplex: String,
}

/// Lists the bands that come with the program.
#[utoipa::path(
    get, path = "/api/v1/bands", tag = "fit",
    responses((status = 200, description = "In the order of the table.", body = Vec<BandJson>)),
)]
pub async fn list_bands(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let side = |(from_khz, until_khz)| SpectrumJson {
        from_khz,
        until_khz,
    };
    let bands = app.house.known_bands().await?;
    let bands: Vec<BandJson> = bands
        .into_iter()
        .map(|known| BandJson {
            band: known.band.to_string(),
            uplink: known.uplink_khz.map(side),
            downlink: known.downlink_khz.map(side),
            duplex: known.duplex,
        })
        .collect();
    tagged(&headers, &bands)
}
