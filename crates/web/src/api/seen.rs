//! What a caller may see of a listing: a draft is its seller's and the operator's, and to anybody else as good
//! as absent.

use domain::id::ListingId;
use domain::listing::{Listing, ListingState};

use crate::App;
use crate::access::Visitor;
use crate::problem::Problem;

/// The listing, if this visitor may know of it.
pub async fn listing(app: &App, visitor: &Visitor, id: &ListingId) -> Result<Listing, Problem> {
    let found = app.house.listing(id).await?;
    found
        .filter(|listing| listing.state != ListingState::Draft || visitor.is_operator(app))
        .ok_or_else(|| Problem::not_found("listing", id))
}
