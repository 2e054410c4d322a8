//! Sessions: opening one, seeing one's own, ending them.

pub mod end;
pub mod open;
pub mod own;
