//! Whole-system tests live in tests/it.

pub mod chromium;
