//! `GET /listings/{listing}/why-not` and `POST /why-not`: what would make an offer sellable, each way tried.

use axum::Json;
use axum::extract::State;
use domain::id::ListingId;
use domain::listing::Offer;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Asking, Body, Nothing};
use crate::api::path::At;
use crate::api::verdicts::{Supposition, supposed};
use crate::problem::Problem;
use crate::wire::why_not::WhyNotJson;

fn answer(app: &App, offer: &Offer, moment: Moment) -> Json<WhyNotJson> {
    let why_not = app.house.why_not(offer, moment);
    let directory = app.house.directory();
    Json(WhyNotJson::new(&why_not, &DirectoryNames(&directory)))
}

/// Says why a listing may not be sold, and what would have to be recorded or withdrawn, and by whom.
///
/// Each way was put on a copy of what is known and judged again, so it is proven and not guessed. A requirement
/// without a way is one that no evidence mends: the phone lacks the bands.
#[utoipa::path(
    get, path = "/api/v1/listings/{listing}/why-not", tag = "listings", params(Asking),
    responses(
        (status = 200, description = "The verdict and the ways.", body = WhyNotJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn listing_why_not(
    State(app): State<App>,
    At(listing): At<ListingId>,
    Asked(asking): Asked<Asking>,
    _: Operator,
) -> Result<Json<WhyNotJson>, Problem> {
    let found = app.house.listing(&listing).await?;
    let found = found.ok_or_else(|| Problem::not_found("listing", &listing))?;
    Ok(answer(&app, &found.offer, asking.moment(&app)))
}

/// The same of an offer that nobody made.
#[utoipa::path(
    post, path = "/api/v1/why-not", tag = "listings", request_body = Supposition,
    responses(
        (status = 200, description = "The verdict and the ways.", body = WhyNotJson),
        (status = 404, description = "`device_unknown`; close names are in the detail."),
        (status = 409, description = "`device_ambiguous`: the detail lists what it may be."),
    ),
)]
pub async fn supposed_why_not(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
    Body(asked): Body<Supposition>,
) -> Result<Json<WhyNotJson>, Problem> {
    let (offer, moment) = supposed(&app, asked).await?;
    Ok(answer(&app, &offer, moment))
}
