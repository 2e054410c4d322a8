//! The use cases: the only place where floors meet.
//!
//! [`House`] is one open Passband; its methods are the use cases, each written in the file that owns it.
//! Modules are in reading order. `web` and `cli` speak to this crate and to no floor below it but `domain`.

pub mod clock;
pub mod error;

mod fresh;

mod codec;

pub mod data_sets;
pub mod documents;
pub mod networks;
pub mod node;

pub mod atlas;

mod keeper;

pub mod house;

pub mod audit;
pub mod bulk;
pub mod carriers;
pub mod change;
pub mod check;
pub mod desk;
pub mod door;
pub mod expiring;
pub mod explain;
pub mod impact;
pub mod letters;
pub mod offers;
pub mod own;
pub mod people;
pub mod recompute;
pub mod record_book;
pub mod requests;
pub mod resting;
pub mod signing;
pub mod starter;
pub mod supposed;
pub mod titles;
pub mod unit;
pub mod unit_list;
pub mod verdict_changes;

mod roles;
mod toml_reader;
mod unit_hash;

pub mod directory_toml;
pub mod policy_toml;

pub use catalogue::near;
pub use codec::claim::ClaimJson;
pub use codec::fact::{ListJson, OriginJson};
pub use codec::policy::PolicyJson;
pub use codec::posted::posted_claim;
pub use error::{Code, Error, Kind};
pub use feeds::workbook;
pub use feeds::{ApprovedColumn, ApprovedMapping, Kind as FileKind};
pub use gate;
pub use house::{House, HouseOptions, Registration};
pub use keeper::{ORIGIN, Verified, verify_export};
pub use store::blocked::BlockedList;
pub use store::data_sets::{DataSet, StoredFault};
pub use store::db::{Backend, Probe, UnsafeSettings};
pub use store::{directory, orders, record_log};
