//! `GET /evidence/{evidence}/around`, `/listings` and `/orders`: what rests on a piece of evidence.

use axum::Json;
use axum::extract::State;
use domain::id::EvidenceId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};
use crate::api::paging::Paging;
use crate::api::path::At;
use crate::problem::Problem;
use crate::wire::resting::{AroundJson, RestingListingJson, RestingOrderJson};

const LISTINGS: &str = "resting-listings";
const ORDERS: &str = "resting-orders";

/// A page of listings.
#[derive(Serialize, ToSchema)]
#[schema(as = RestingListingPage)]
pub struct RestingListingPageJson {
    /// By market and id.
    items: Vec<RestingListingJson>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// A page of orders.
#[derive(Serialize, ToSchema)]
#[schema(as = RestingOrderPage)]
pub struct RestingOrderPageJson {
    /// By id.
    items: Vec<RestingOrderJson>,
    /// The `cursor` of the next page; `null`: this is the last. A page may be empty and have a next one.
    next: Option<String>,
}

/// Shows a piece of evidence with what it names, what names it, and what came in the same document.
#[utoipa::path(
    get, path = "/api/v1/evidence/{evidence}/around", tag = "evidence",
    responses(
        (status = 200, description = "By position.", body = AroundJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn evidence_around(
    State(app): State<App>,
    At(id): At<EvidenceId>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<AroundJson>, Problem> {
    let around = app.house.around(&id).await?;
    Ok(Json((&around).into()))
}

/// Lists the offered listings whose verdict cites it now.
#[utoipa::path(
    get, path = "/api/v1/evidence/{evidence}/listings", tag = "evidence", params(Paging),
    responses(
        (status = 200, description = "A page.", body = RestingListingPageJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn evidence_listings(
    State(app): State<App>,
    At(id): At<EvidenceId>,
    Asked(paging): Asked<Paging>,
    _: Operator,
) -> Result<Json<RestingListingPageJson>, Problem> {
    let after = paging.after(LISTINGS)?.unwrap_or_default();
    let page = app
        .house
        .resting_listings(&id, after, paging.items())
        .await?;
    Ok(Json(RestingListingPageJson {
        items: page.items.iter().map(RestingListingJson::from).collect(),
        next: page.next.map(|last| Paging::cursor(LISTINGS, &last)),
    }))
}

/// Lists the orders that were accepted on it: the verdict of then is had again.
#[utoipa::path(
    get, path = "/api/v1/evidence/{evidence}/orders", tag = "evidence", params(Paging),
    responses(
        (status = 200, description = "A page.", body = RestingOrderPageJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn evidence_orders(
    State(app): State<App>,
    At(id): At<EvidenceId>,
    Asked(paging): Asked<Paging>,
    _: Operator,
) -> Result<Json<RestingOrderPageJson>, Problem> {
    let after = paging.after(ORDERS)?.unwrap_or_default();
    let page = app.house.resting_orders(&id, after, paging.items()).await?;
    Ok(Json(RestingOrderPageJson {
        items: page.items.iter().map(RestingOrderJson::from).collect(),
        next: page.next.map(|last| Paging::cursor(ORDERS, &last)),
    }))
}
