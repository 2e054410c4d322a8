//! Orders: asking for one, and what came of it.

pub mod answer;
pub mod detail;
pub mod key;
pub mod place;
