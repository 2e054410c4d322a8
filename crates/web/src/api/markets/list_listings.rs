//! `GET /markets/{market}/listings`: a market's listings, page by page, each with what the gate says.

use axum::Json;
use axum::extract::State;
use domain::Instant;
use domain::id::MarketId;
use serde::Serialize;
use trade::node::DirectoryNames;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Visitor;
use crate::api::asked::Asked;
use crate::api::form::{Form, FromForm};
use crate::api::paging::Paging;
use crate::api::path::At;
use crate::problem::Problem;
use crate::wire::ListingJson;

/// Which page, judged for when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListingsQuery {
    #[param(ignore)]
    paging: Paging,
    /// Judged as of this instant; left out: now. `is_buyable` always speaks of now.
    #[param(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
}

impl FromForm for ListingsQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            paging: Paging::take(form),
            at: form.may("at"),
        })
    }
}

/// A page of listings.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingPage)]
pub struct ListingPageJson {
    /// By id.
    items: Vec<ListingJson>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// Lists what is offered in a market; the operator sees drafts and what was taken down or ended too.
#[utoipa::path(
    get, path = "/api/v1/markets/{market}/listings", tag = "listings",
    params(Paging, ListingsQuery),
    responses(
        (status = 200, description = "A page.", body = ListingPageJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list_listings(
    State(app): State<App>,
    At(market): At<MarketId>,
    Asked(query): Asked<ListingsQuery>,
    visitor: Visitor,
) -> Result<Json<ListingPageJson>, Problem> {
    super::known(&app, &market)?;
    let sort = format!("listings:{market}");
    let after = query.paging.after(&sort)?.unwrap_or_default();
    let at = query.at.unwrap_or_else(|| app.house.present());
    let one_more = query.paging.limit + 1;
    let house = &app.house;
    let judged = if visitor.is_operator(&app) {
        house.listings(&market, after, one_more, at).await?
    } else {
        house.offered_listings(&market, after, one_more, at).await?
    };
    let (judged, next) = query
        .paging
        .cut(judged, &sort, |judged| judged.listing.id.to_string());
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    Ok(Json(ListingPageJson {
        items: judged
            .iter()
            .map(|judged| ListingJson::new(judged, &names))
            .collect(),
        next,
    }))
}
