//! What the whole-system tests stand on: a place for a house, a shop in it, held steps, histories, storms of clients,
//! an oracle, random worlds.
//!
//! The tests themselves are in tests/it. Modules are in reading order.

pub mod dice;
pub mod setting;

pub mod place;
pub mod proxy;

pub mod deaths;
pub mod gates;
pub mod shop;

pub mod history;
pub mod linear;
pub mod witness;

pub mod storm;
pub mod trial;

pub mod far;

pub mod oracle;
pub mod possible;
pub mod world;

pub mod model;

pub mod chromium;
