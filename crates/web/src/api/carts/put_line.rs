//! `PUT /carts/{cart}/lines/{listing}`: sets how many of a listing a cart holds.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use domain::id::{CartId, ListingId};
use trade::door::QUANTITY_MAX;
use utoipa::ToSchema;

use super::answer::{CartJson, cart};
use crate::App;
use crate::access::Visitor;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::path::At;
use crate::api::seen;
use crate::problem::{Problem, detached};

const QUANTITIES: RangeInclusive<u32> = 0..=QUANTITY_MAX;

/// How many.
#[derive(ToSchema)]
pub struct CartQuantity {
    /// 0 takes the line out.
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    quantity: u32,
}

impl FromForm for CartQuantity {
    fn from_form(form: &mut Form) -> Option<Self> {
        let quantity = form.need_number("quantity", &QUANTITIES);
        Some(Self {
            quantity: quantity?,
        })
    }
}

/// Sets a line of a cart. What cannot be bought now may lie in a cart, and comes back with the evidence.
#[utoipa::path(
    put, path = "/api/v1/carts/{cart}/lines/{listing}", tag = "carts", request_body = CartQuantity,
    responses(
        (status = 200, description = "The cart.", body = CartJson),
        (status = 404, description = "`not_found`: no such cart, or no such listing."),
    ),
)]
pub async fn put_cart_line(
    State(app): State<App>,
    At((id, listing)): At<(CartId, ListingId)>,
    Asked(Nothing): Asked<Nothing>,
    visitor: Visitor,
    Body(asked): Body<CartQuantity>,
) -> Result<Json<CartJson>, Problem> {
    let listing = seen::listing(&app, &visitor, &listing).await?.id;
    let (house, to) = (app.house.clone(), id.clone());
    detached(async move { house.put_in_cart(&to, &listing, asked.quantity).await }).await?;
    Ok(Json(cart(&app, &id).await?))
}
