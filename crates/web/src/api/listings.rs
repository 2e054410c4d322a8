//! Listings.

pub mod decide;
pub mod detail;
pub mod offered;
pub mod time_line;
pub mod verdict;
