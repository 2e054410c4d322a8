//! `POST /carts/{cart}/check-out`: asks for an order of what a cart holds, through the one door.

use axum::extract::State;
use axum::response::Response;
use domain::id::CartId;

use crate::App;
use crate::access::Visitor;
use crate::api::asked::{Asked, Nothing};
use crate::api::orders::answer::{OrderJson, answer};
use crate::api::orders::key::IdempotencyKey;
use crate::api::path::At;
use crate::problem::{Problem, detached};

/// Checks a cart out. All of it is accepted and the cart is emptied, or nothing is done.
///
/// An `Idempotency-Key` is of its cart. Asked again with it, the emptied cart answers with the same order, byte for
/// byte.
#[utoipa::path(
    post, path = "/api/v1/carts/{cart}/check-out", tag = "carts", params(IdempotencyKey),
    responses(
        (status = 201, description = "Accepted, now or when the same key came first.", body = OrderJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`order_refused`: `refusals` has the reasons per listing; or `state_conflict`: the cart was changed or checked out meanwhile."),
        (status = 422, description = "`key_reused`; or `invalid_input`: the cart is empty."),
    ),
)]
pub async fn check_out(
    State(app): State<App>,
    At(cart): At<CartId>,
    Asked(Nothing): Asked<Nothing>,
    visitor: Visitor,
    IdempotencyKey { key }: IdempotencyKey,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    let placed = detached(async move { house.check_out(&cart, &key).await }).await?;
    answer(&app, &visitor, placed).await
}
