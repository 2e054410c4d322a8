//! Carts: what somebody means to buy, whether or not it can be bought at the moment.

pub mod answer;
pub mod check_out;
pub mod detail;
pub mod open;
pub mod put_line;
