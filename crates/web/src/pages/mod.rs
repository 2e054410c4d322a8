//! The pages.

use axum::Router;

use crate::App;

/// Every page.
pub fn routes() -> Router<App> {
    Router::new()
}
