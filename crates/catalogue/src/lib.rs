//! Identity of devices and networks: the keys that names and codes go by, and near misses.
//!
//! Pure. Knows no facts: only when two spellings mean one name, and which names are close to a wrong one.

pub mod key;
pub mod words;

pub mod near;
pub mod tac;
pub mod title;
