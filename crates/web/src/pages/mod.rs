//! The pages.

use crate::access::Routes;

/// Every page.
pub fn routes() -> Routes {
    Routes::new()
}
