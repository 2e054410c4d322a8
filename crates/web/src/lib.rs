//! The HTTP API and the pages of one house.
//!
//! [`router`] is everything; [`route_table`] has each route once with who may use it. Knows no database and no
//! gate: it asks `trade` and shows what it answers.

mod access;
mod limits;
mod no_imei;
mod problem;
mod proxies;
mod request_id;
mod state;

pub mod wire;

pub mod answers;
pub mod spreadsheet;

pub mod race;

mod api;
mod pages;

use axum::{Router, middleware};

pub use access::{Access, RouteInfo, Routes};
pub use api::openapi;
pub use limits::PeerAddress;
pub use pages::claim_sentence;
pub use problem::{Problem, ProblemBody, ProblemPlace, WebCode};
pub use proxies::{Proxies, ProxyHeader};
pub use state::{App, Demo, Serving};

fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

/// Every route of the house, with who may use it.
#[must_use]
pub fn route_table() -> Vec<RouteInfo> {
    routes().table()
}

/// What is wrong with the table of routes. A server does not start with any of it.
#[must_use]
pub fn route_faults() -> Vec<String> {
    access::faults(&route_table())
}

/// Every route of the house, served.
pub fn router(app: App) -> Router {
    routes()
        .into_router(&app)
        .fallback(nothing_here)
        .layer(middleware::from_fn_with_state(
            app,
            request_id::name_and_finish,
        ))
}

async fn nothing_here(uri: axum::http::Uri) -> Problem {
    let detail = format!("there is nothing at {}", uri.path());
    Problem::of(trade::Code::NotFound, detail)
}
