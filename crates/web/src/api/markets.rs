//! Markets, and what belongs to one: its policy, its listings, its active data sets, its sellers' feeds.

pub mod activate;
pub mod compare;
pub mod feed;
pub mod list;
pub mod list_listings;
pub mod policy;
pub mod set_policy;
pub mod take_back;

use domain::id::MarketId;

use crate::App;
use crate::problem::Problem;

/// Whether there is such a market.
pub fn known(app: &App, market: &MarketId) -> Result<(), Problem> {
    let directory = app.house.directory();
    if directory.markets.iter().any(|one| one.id == *market) {
        return Ok(());
    }
    Err(Problem::not_found("market", market))
}
