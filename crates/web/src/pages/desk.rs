//! The evidence desk's pages: what came in, a document beside its form, drafts and their approval, who may sell what,
//! and what waits for a certification. For the operator's people alone.

pub mod document;
mod draft;
mod inbox;
pub mod queue;

use crate::access::Routes;

/// Every page of the desk.
pub fn routes() -> Routes {
    Routes::new()
        .merge(inbox::routes())
        .merge(document::routes())
        .merge(draft::routes())
        .merge(queue::routes())
}
