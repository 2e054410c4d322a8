//! How a cart is shown: each line judged anew, every time.

use domain::id::CartId;
use domain::money::Money;
use serde::Serialize;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;
use utoipa::ToSchema;

use crate::App;
use crate::problem::Problem;
use crate::wire::{ListingJson, MoneyJson};

/// One line of a cart.
#[derive(Serialize, ToSchema)]
#[schema(as = CartLine)]
pub struct CartLineJson {
    /// The listing, as it is now.
    listing: ListingJson,
    /// How many.
    quantity: u32,
    /// Price of the line; `null`: too large to say.
    total: Option<MoneyJson>,
    /// Whether so many can be bought now.
    is_buyable: bool,
}

/// A cart.
#[derive(Serialize, ToSchema)]
#[schema(as = Cart)]
pub struct CartJson {
    /// Its id; whoever knows it may change the cart.
    id: String,
    /// By listing.
    lines: Vec<CartLineJson>,
    /// Sum of its lines; `null`: it is empty, or its lines are of several currencies.
    total: Option<MoneyJson>,
    /// Whether it can be checked out now, as far as is known before it is tried.
    is_buyable: bool,
}

/// The cart as it stands.
pub async fn cart(app: &App, id: &CartId) -> Result<CartJson, Problem> {
    let held = app.house.cart(id).await?;
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    let moment = Moment::at(app.house.present());
    let mut lines = Vec::with_capacity(held.len());
    let mut totals = Vec::with_capacity(held.len());
    for (listing, quantity) in held {
        let found = app.house.listing(&listing).await?;
        let found = found.ok_or_else(|| Problem::not_found("listing", &listing))?;
        let total = found.price.times(quantity);
        let judged = app.house.judge(found, moment).await?;
        totals.push(total);
        lines.push(CartLineJson {
            is_buyable: judged.is_buyable && judged.available >= quantity,
            listing: ListingJson::new(&judged, &names),
            quantity,
            total: total.as_ref().map(MoneyJson::from),
        });
    }
    Ok(CartJson {
        id: id.to_string(),
        total: sum(&totals).as_ref().map(MoneyJson::from),
        is_buyable: !lines.is_empty() && lines.iter().all(|line| line.is_buyable),
        lines,
    })
}

fn sum(totals: &[Option<Money>]) -> Option<Money> {
    let (first, rest) = totals.split_first()?;
    rest.iter()
        .try_fold((*first)?, |sum, total| sum.plus((*total)?))
}
