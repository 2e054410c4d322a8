//! What the whole-system tests stand on: a place for a house, a shop in it, held steps, histories, an oracle,
//! random worlds.
//!
//! The tests themselves are in tests/it. Modules are in reading order.

pub mod dice;
pub mod setting;

pub mod place;

pub mod gates;
pub mod shop;

pub mod history;
pub mod oracle;
pub mod possible;
pub mod world;

pub mod chromium;
