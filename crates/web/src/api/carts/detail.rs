//! `GET /carts/{cart}`: what a cart holds, and whether it can be bought now.

use axum::Json;
use axum::extract::State;
use domain::id::CartId;

use super::answer::{CartJson, cart};
use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::problem::Problem;

/// Shows a cart, each line with its verdict of now.
#[utoipa::path(
    get, path = "/api/v1/carts/{cart}", tag = "carts",
    responses(
        (status = 200, description = "The cart.", body = CartJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_cart(
    State(app): State<App>,
    At(id): At<CartId>,
    Asked(Nothing): Asked<Nothing>,
) -> Result<Json<CartJson>, Problem> {
    Ok(Json(cart(&app, &id).await?))
}
