//! The HTTP API and the pages of one house.
//!
//! [`router`] is everything; [`routes`] declares each route once with who may use it. Knows no database and no
//! gate: it asks `trade` and shows what it answers.

mod access;
mod problem;
mod state;

mod api;
mod pages;

use axum::Router;

pub use state::{App, Demo};

/// Every route of the house.
pub fn router(app: App) -> Router {
    api::routes().merge(pages::routes()).with_state(app)
}
