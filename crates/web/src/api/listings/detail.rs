//! `GET /listings/{listing}`: a listing with what the gate says of it, now or then.

use axum::Json;
use axum::extract::State;
use domain::id::ListingId;
use trade::node::DirectoryNames;

use crate::App;
use crate::access::Visitor;
use crate::api::asked::{Asked, Asking};
use crate::api::path::At;
use crate::api::seen;
use crate::problem::Problem;
use crate::wire::ListingJson;

/// Shows a listing.
///
/// Whatever moment is asked, `is_buyable` speaks of now; the verdict is of the moment.
#[utoipa::path(
    get, path = "/api/v1/listings/{listing}", tag = "listings", params(Asking),
    responses(
        (status = 200, description = "The listing and its verdict.", body = ListingJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_listing(
    State(app): State<App>,
    At(listing): At<ListingId>,
    Asked(asking): Asked<Asking>,
    visitor: Visitor,
) -> Result<Json<ListingJson>, Problem> {
    let listing = seen::listing(&app, &visitor, &listing).await?;
    let judged = app.house.judge(listing, asking.moment(&app)).await?;
    let directory = app.house.directory();
    Ok(Json(ListingJson::new(&judged, &DirectoryNames(&directory))))
}
