//! The HTTP API, version 1.

use crate::access::Routes;

/// Every API route.
pub fn routes() -> Routes {
    Routes::new()
}
