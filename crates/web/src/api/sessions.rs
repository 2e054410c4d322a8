//! Sessions.

pub mod end;
pub mod open;
