//! `/orders/{id}`: an accepted order and what it was accepted on; and refusals in words, for every form.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::id::{ListingId, OrderId};
use trade::directory::Directory;
use trade::door::{Basis, Refusal, used_up};
use trade::gate::sentence;
use trade::node::DirectoryNames;
use trade::orders::Order;

use super::addresses;
use super::frame::{Frame, Place, page};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::Problem;

pub fn routes() -> Routes {
    Routes::new().get("/orders/{id}", Access::Public, show)
}

/// Why an order was not accepted.
pub struct RefusalView {
    pub title: &'static str,
    pub lines: Vec<String>,
}

impl RefusalView {
    /// The form was filled in wrongly.
    pub fn of_input(detail: &str) -> Self {
        Self {
            title: "The order was not sent",
            lines: vec![wording::capital(detail)],
        }
    }
}

/// A refusal in words: each thing that is in the way.
pub fn refusal_view(refusal: &Refusal, directory: &Directory) -> RefusalView {
    let names = DirectoryNames(directory);
    let lines = match refusal {
        Refusal::NotSellable { lines } => lines
            .iter()
            .flat_map(|(_, verdict)| verdict.blocking())
            .map(|reason| sentence::sentence(reason, &names))
            .collect(),
        Refusal::NotOffered { state, .. } => {
            vec![format!("It is {} and not offered.", wording::state(*state))]
        }
        Refusal::SoldOut { available: 0, .. } => vec!["It is sold out.".to_owned()],
        Refusal::SoldOut { available, .. } => {
            vec![format!("Only {available} are left.")]
        }
        Refusal::QuotaUsedUp {
            available,
            suppliers,
            ..
        } => vec![used_up(*available, suppliers, &names)],
    };
    RefusalView {
        title: "The order was not accepted",
        lines,
    }
}

/// The listings that a refusal is about.
pub fn refused_listings(refusal: &Refusal) -> Vec<&ListingId> {
    match refusal {
        Refusal::NotSellable { lines } => lines.iter().map(|(listing, _)| listing).collect(),
        Refusal::NotOffered { listing, .. }
        | Refusal::SoldOut { listing, .. }
        | Refusal::QuotaUsedUp { listing, .. } => vec![listing],
    }
}

/// What an order says that it was accepted on.
pub fn basis(order: &Order) -> Option<Basis> {
    serde_json::from_str(&order.basis).ok()
}

struct LineView {
    title: String,
    address: String,
    quantity: u32,
    unit: String,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    frame: Frame,
    id: String,
    accepted_at: String,
    total: String,
    lines: Vec<LineView>,
    basis: Option<Basis>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: OrderId = addresses::id(&id, "order")?;
    let found = app.house.order(&id).await?;
    let order = found.ok_or_else(|| Problem::not_found("order", &id))?;
    let mut lines = Vec::new();
    for line in &order.lines {
        let listing = app.house.listing(&line.listing).await?;
        lines.push(LineView {
            title: listing.map_or_else(|| line.listing.to_string(), |listing| listing.title),
            address: format!("/listings/{}", line.listing),
            quantity: line.quantity,
            unit: line.unit.to_string(),
        });
    }
    page(&OrderPage {
        frame: Frame::new(&app, &visitor, Place::Elsewhere, "Order accepted").await?,
        id: order.id.to_string(),
        accepted_at: wording::moment(order.accepted_at),
        total: order.total.to_string(),
        lines,
        basis: basis(&order),
    })
}
