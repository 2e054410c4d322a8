//! `GET /listings/{listing}/offered`: from when until when was it offered, and how often was it bought?

use axum::Json;
use axum::extract::State;
use domain::Period;
use domain::id::ListingId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::access::Visitor;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::api::seen;
use crate::problem::Problem;
use crate::wire::PeriodJson;

/// When it was offered, and how many orders were accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = Offered)]
pub struct OfferedJson {
    /// Stretches of time, from the record; `until` is `null` while it is offered.
    offered: Vec<PeriodJson>,
    /// Orders accepted that hold it.
    orders: u64,
    /// Units in them.
    units: u64,
}

/// Answers from when until when a listing was offered, and how many orders were accepted.
///
/// Offered is what people decided; the verdicts of that time say whether it could be bought.
#[utoipa::path(
    get, path = "/api/v1/listings/{listing}/offered", tag = "listings",
    responses(
        (status = 200, description = "From the record and the orders.", body = OfferedJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn listing_offered(
    State(app): State<App>,
    At(listing): At<ListingId>,
    Asked(Nothing): Asked<Nothing>,
    visitor: Visitor,
) -> Result<Json<OfferedJson>, Problem> {
    let listing = seen::listing(&app, &visitor, &listing).await?;
    let answer = app.house.offered(&listing.id).await?;
    let stretch = |(from, until)| Period {
        from: Some(from),
        until,
    };
    Ok(Json(OfferedJson {
        offered: answer
            .offered
            .into_iter()
            .map(|one| (&stretch(one)).into())
            .collect(),
        orders: answer.orders,
        units: answer.units,
    }))
}
