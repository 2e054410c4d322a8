//! The HTTP API, version 1.

use axum::Router;

use crate::App;

/// Every API route.
pub fn routes() -> Router<App> {
    Router::new()
}
