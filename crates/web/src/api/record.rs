//! The record: who allowed what, and when.

pub mod checkpoint;
pub mod entry;
pub mod key;
pub mod list;
pub mod verify;
