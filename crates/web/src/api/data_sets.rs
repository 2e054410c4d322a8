//! Data sets: importing a file, and what was imported.

pub mod answer;
pub mod detail;
pub mod import;
pub mod list;
pub mod retire;
