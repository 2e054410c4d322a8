//! `GET /listings/{listing}/time-line`: everything that was recorded on what a listing rests on, in order.

use axum::Json;
use axum::extract::State;
use domain::id::ListingId;

use crate::App;
use crate::access::Visitor;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::api::seen;
use crate::problem::Problem;
use crate::wire::RecordEntryJson;

/// Shows a listing's time line.
///
/// Every entry under its market, brand, seller, model, variant and host networks, and under itself.
#[utoipa::path(
    get, path = "/api/v1/listings/{listing}/time-line", tag = "listings",
    responses(
        (status = 200, description = "In order of position.", body = Vec<RecordEntryJson>),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn listing_time_line(
    State(app): State<App>,
    At(listing): At<ListingId>,
    Asked(Nothing): Asked<Nothing>,
    visitor: Visitor,
) -> Result<Json<Vec<RecordEntryJson>>, Problem> {
    let listing = seen::listing(&app, &visitor, &listing).await?;
    let entries = app.house.time_line(&listing.id).await?;
    Ok(Json(entries.iter().map(RecordEntryJson::from).collect()))
}
