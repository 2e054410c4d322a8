//! Identity of devices and networks: the keys that names and codes go by, near misses, suggestions, and what
//! a shop's title or a type allocation code means.
//!
//! Pure. Knows no facts: only when two spellings mean one name, and which names are close to a wrong one.
//! Modules are listed in reading order: each uses only those above it.

pub mod words;

pub mod key;

pub mod near;
pub mod suggest;
pub mod tac;

pub mod identity;
pub mod title;
