//! `GET /listings/{listing}/verdict`: what the gate says of a listing, now or then.

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
use crate::wire::VerdictJson;

/// Judges a listing.
///
/// `at` asks for another instant, `known_at` for what was known then; together they give a past verdict again.
/// People's decisions (taken down, sold out) are not the gate's; `GET /listings/{listing}` has both.
#[utoipa::path(
    get, path = "/api/v1/listings/{listing}/verdict", tag = "listings", params(Asking),
    responses(
        (status = 200, description = "The verdict, with every reason.", body = VerdictJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn listing_verdict(
    State(app): State<App>,
    At(listing): At<ListingId>,
    Asked(asking): Asked<Asking>,
    visitor: Visitor,
) -> Result<Json<VerdictJson>, Problem> {
    let listing = seen::listing(&app, &visitor, &listing).await?;
    let verdict = app.house.verdict(&listing.offer, asking.moment(&app));
    let directory = app.house.directory();
    Ok(Json(VerdictJson::new(
        &verdict,
        &DirectoryNames(&directory),
    )))
}
