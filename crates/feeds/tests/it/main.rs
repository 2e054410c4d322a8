//! What the front door promises, seen from outside.

mod names;
