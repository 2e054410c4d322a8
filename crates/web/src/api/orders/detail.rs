//! `GET /orders/{order}`: an accepted order, with what it was accepted on.

use axum::Json;
use axum::extract::State;
use domain::id::OrderId;

use super::answer::OrderJson;
use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::problem::Problem;

/// Shows an order.
#[utoipa::path(
    get, path = "/api/v1/orders/{order}", tag = "orders",
    responses(
        (status = 200, description = "The order and its basis.", body = OrderJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_order(
    State(app): State<App>,
    At(order): At<OrderId>,
    Asked(Nothing): Asked<Nothing>,
) -> Result<Json<OrderJson>, Problem> {
    match app.house.order(&order).await? {
        Some(order) => Ok(Json(OrderJson::new(&order)?)),
        None => Err(Problem::not_found("order", order)),
    }
}
