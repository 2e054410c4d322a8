//! `POST /orders`: asks for an order, through the one door.

use std::ops::RangeInclusive;

use axum::extract::State;
use axum::response::Response;
use domain::id::ListingId;
use trade::door::{LINES_MAX, OrderRequest, QUANTITY_MAX};
use utoipa::ToSchema;

use super::answer::{OrderJson, answer};
use super::key::IdempotencyKey;
use crate::App;
use crate::access::Visitor;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::problem::{Problem, detached};

const LINES: RangeInclusive<usize> = 1..=LINES_MAX;
const QUANTITIES: RangeInclusive<u32> = 1..=QUANTITY_MAX;

/// One line.
#[derive(ToSchema)]
pub struct NewOrderLine {
    /// What.
    #[schema(value_type = String, example = "li-0123456789abcdef01234567")]
    listing: ListingId,
    /// How many.
    #[schema(minimum = 1, maximum = 1000, example = 1)]
    quantity: u32,
}

impl FromForm for NewOrderLine {
    fn from_form(form: &mut Form) -> Option<Self> {
        let listing = form.need("listing");
        let quantity = form.need_number("quantity", &QUANTITIES);
        Some(Self {
            listing: listing?,
            quantity: quantity?,
        })
    }
}

/// What is ordered.
#[derive(ToSchema)]
pub struct NewOrder {
    /// Of one market. Lines of one listing count together.
    #[schema(min_items = 1, max_items = 50)]
    lines: Vec<NewOrderLine>,
}

impl FromForm for NewOrder {
    fn from_form(form: &mut Form) -> Option<Self> {
        let lines = form.need_each("lines", &LINES);
        Some(Self { lines: lines? })
    }
}

/// Asks for an order. All of it is accepted, or nothing.
///
/// The same `Idempotency-Key` with the same lines gives the same order, byte for byte. Ask again with it whenever
/// the answer did not arrive.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "orders", params(IdempotencyKey), request_body = NewOrder,
    responses(
        (status = 201, description = "Accepted, now or when the same key came first.", body = OrderJson),
        (status = 404, description = "`not_found`: a listing is not there."),
        (status = 409, description = "`order_refused`: `refusals` has the reasons per listing. Nothing was stored."),
        (status = 422, description = "`key_reused`, `invalid_input`, `currency_mismatch`"),
    ),
)]
pub async fn place_order(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    visitor: Visitor,
    IdempotencyKey { key }: IdempotencyKey,
    Body(asked): Body<NewOrder>,
) -> Result<Response, Problem> {
    let lines = asked.lines.into_iter();
    let request = OrderRequest {
        key,
        lines: lines.map(|line| (line.listing, line.quantity)).collect(),
    };
    let house = app.house.clone();
    let placed = detached(async move { house.place_order(&request).await }).await?;
    answer(&app, &visitor, placed).await
}
