//! The trade's words as types.
