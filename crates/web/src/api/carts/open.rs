//! `POST /carts`: opens a cart.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};

use super::answer::{CartJson, cart};
use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::problem::{Problem, detached};

/// Opens an empty cart. Its id is its key: whoever has it may change the cart.
#[utoipa::path(
    post, path = "/api/v1/carts", tag = "carts",
    responses((status = 201, description = "The cart.", body = CartJson)),
)]
pub async fn open_cart(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<CartJson>), Problem> {
    let house = app.house.clone();
    let id = detached(async move { house.open_cart().await }).await?;
    let place = format!("/api/v1/carts/{id}");
    let cart = cart(&app, &id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(cart)))
}
