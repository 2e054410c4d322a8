//! `/cart`: what a visitor means to buy. A cart may hold what cannot be bought; it says so, and why.
//!
//! The cart's id is in a cookie and nowhere else. Check-out goes through the one door.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::id::{CartId, ListingId};
use domain::money::Money;
use serde::Deserialize;
use trade::Code;
use trade::door::{Placed, QUANTITY_MAX};
use trade::gate::snapshot::Moment;

use super::addresses;
use super::frame::{Frame, Place, on_to, page_as};
use super::orders::{RefusalView, refusal_view, refused_listings};
use super::verdict_view::{Badge, listing_badge};
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::{Problem, detached};

const CART_COOKIE: &str = "passband_cart";
/// How long a browser keeps the cart, in seconds: thirty days.
const CART_KEPT_SECONDS: u32 = 30 * 24 * 60 * 60;

pub fn routes() -> Routes {
    Routes::new()
        .get("/cart", Access::Public, show)
        .post("/cart/lines", Access::Public, put)
        .post("/cart/check-out", Access::Public, check_out)
}

struct LineView {
    listing: String,
    title: String,
    quantity: u32,
    unit: String,
    sum: String,
    is_buyable: bool,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage {
    frame: Frame,
    lines: Vec<LineView>,
    total: Option<String>,
    may_check_out: bool,
    quantity_max: u32,
    key: String,
    refusal: Option<RefusalView>,
}

/// The cart that a visitor carries, if it is still there.
async fn carried(app: &App, headers: &HeaderMap) -> Result<Option<(CartId, Lines)>, Problem> {
    let cookie = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == CART_COOKIE);
    let Some(id) = cookie.and_then(|(_, id)| id.parse::<CartId>().ok()) else {
        return Ok(None);
    };
    match app.house.cart(&id).await {
        Ok(lines) => Ok(Some((id, lines))),
        Err(error) if error.code == Code::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

type Lines = Vec<(ListingId, u32)>;

async fn cart_page(
    app: &App,
    visitor: &Visitor,
    held: &[(ListingId, u32)],
    refusal: Option<RefusalView>,
) -> Result<CartPage, Problem> {
    let directory = app.house.directory();
    let now = Moment::at(app.house.present());
    let mut lines = Vec::new();
    let mut sums: Vec<Option<Money>> = Vec::new();
    for (id, quantity) in held {
        // A listing is never deleted.
        let Some(listing) = app.house.listing(id).await? else {
            continue;
        };
        let judged = app.house.judge(listing, now).await?;
        let sum = judged.listing.price.times(*quantity);
        sums.push(sum);
        lines.push(LineView {
            listing: id.to_string(),
            title: judged.listing.title.clone(),
            quantity: *quantity,
            unit: judged.listing.price.to_string(),
            sum: sum.map_or_else(|| "too much".to_owned(), |sum| sum.to_string()),
            is_buyable: judged.is_buyable,
            badge: listing_badge(&judged, &directory),
        });
    }
    let total = sums
        .into_iter()
        .reduce(|a, b| a?.plus(b?))
        .flatten()
        .map(|total| total.to_string());
    Ok(CartPage {
        frame: Frame::new(app, visitor, Place::Cart, "Cart").await?,
        may_check_out: !lines.is_empty() && lines.iter().all(|line| line.is_buyable),
        lines,
        total,
        quantity_max: QUANTITY_MAX,
        key: app.house.fresh_key()?,
        refusal,
    })
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lines = carried(&app, &headers).await?.map(|(_, lines)| lines);
    let shown = cart_page(&app, &visitor, &lines.unwrap_or_default(), None).await?;
    page_as(StatusCode::OK, &shown)
}

#[derive(Deserialize)]
struct Put {
    #[serde(default)]
    listing: String,
    #[serde(default)]
    quantity: String,
}

async fn put(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(put): Form<Put>,
) -> Result<Response, Problem> {
    let listing: ListingId = addresses::id(&put.listing, "listing")?;
    let carried = carried(&app, &headers).await?;
    let held = carried.as_ref().map_or(&[][..], |(_, lines)| lines);
    let Ok(quantity) = put.quantity.trim().parse::<u32>() else {
        let refusal = RefusalView::of_input("Write how many as a whole number.");
        let shown = cart_page(&app, &visitor, held, Some(refusal)).await?;
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let (house, known) = (
        app.house.clone(),
        carried.as_ref().map(|(id, _)| id.clone()),
    );
    let done = detached(async move {
        let cart = match known {
            Some(cart) => cart,
            None => house.open_cart().await?,
        };
        house.put_in_cart(&cart, &listing, quantity).await?;
        Ok(cart)
    });
    match done.await {
        Ok(cart) => {
            let mut response = on_to("/cart");
            let secure = if app.serving.is_https { "; Secure" } else { "" };
            let cookie = format!(
                "{CART_COOKIE}={cart}; Path=/; HttpOnly; SameSite=Lax; Max-Age={CART_KEPT_SECONDS}{secure}"
            );
            if let Ok(cookie) = cookie.parse() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(problem) if problem.status == StatusCode::UNPROCESSABLE_ENTITY => {
            let refusal = RefusalView::of_input(&problem.detail);
            let shown = cart_page(&app, &visitor, held, Some(refusal)).await?;
            page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Deserialize)]
struct CheckOut {
    #[serde(default)]
    key: String,
}

async fn check_out(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(asked): Form<CheckOut>,
) -> Result<Response, Problem> {
    let Some((cart, lines)) = carried(&app, &headers).await? else {
        return Ok(on_to("/cart"));
    };
    let house = app.house.clone();
    let placed = detached(async move { house.check_out(&cart, &asked.key).await }).await;
    let (status, refusal) = match placed {
        Ok(Placed::Accepted(order)) => return Ok(on_to(&format!("/orders/{}", order.id))),
        Ok(Placed::Refused(refusal)) => {
            let directory = app.house.directory();
            let mut shown = refusal_view(&refusal, &directory);
            for id in refused_listings(&refusal) {
                if let Some(listing) = app.house.listing(id).await? {
                    let hint = format!("Take “{}” out to buy the rest.", listing.title);
                    shown.lines.push(hint);
                }
            }
            (StatusCode::CONFLICT, shown)
        }
        Err(problem) if problem.status == StatusCode::UNPROCESSABLE_ENTITY => {
            (problem.status, RefusalView::of_input(&problem.detail))
        }
        Err(problem) => return Err(problem),
    };
    let shown = cart_page(&app, &visitor, &lines, Some(refusal)).await?;
    page_as(status, &shown)
}
