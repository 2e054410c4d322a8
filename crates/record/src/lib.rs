//! The append-only log's format, so that public tools can check what Passband wrote.
//!
//! It answers: what is the root of these entries, is this entry in it, did that log grow into this
//! one, who signed it, and where is the first entry that is not what was signed?
//! It knows bytes only: no files, no clock, no randomness, no word of the trade.
//! Standards: RFC 6962 section 2.1 (Merkle tree, SHA-256), C2SP signed-note, tlog-checkpoint and
//! tlog-tiles.
//! Read in this order: [`tree`], [`note`], [`checkpoint`], [`report`], [`verify`],
//! [`tiles`].
#![deny(missing_docs)]

pub mod tree;

pub mod note;

pub mod checkpoint;

pub mod report;

pub mod verify;

pub mod tiles;
