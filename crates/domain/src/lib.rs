//! The trade's words as types.
//!
//! Every other crate speaks through these. Nothing here does I/O, reads a clock or knows how a
//! thing is stored or shown. Modules are listed in reading order: each uses only those above it.

pub mod time;

pub mod money;
pub mod place;
pub mod territory;

pub mod id;
pub mod number;
pub mod radio;

pub mod device;
pub mod licence;
pub mod software;

pub mod listing;
pub mod member;
pub mod scope;

pub mod trust;

pub mod policy;

pub mod figure;

pub mod certification;

pub mod evidence;

pub mod fault;

pub use time::{Clock, Instant, Period};

/// What was wrong with a scalar: the value as given (shortened), the rule it broke, what is allowed.
///
/// Values that could identify a person or a device are never put into one (see [`number`]).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not {rule}; {help}")]
pub struct ParseError {
    /// The value as given, at most 40 characters.
    pub value: String,
    /// What it should have been, as a noun phrase: "a country code".
    pub rule: &'static str,
    /// What is allowed, with an example.
    pub help: &'static str,
}

impl ParseError {
    /// Keeps at most 40 characters of `value`.
    #[must_use]
    pub fn new(value: &str, rule: &'static str, help: &'static str) -> Self {
        Self {
            value: value.chars().take(40).collect(),
            rule,
            help,
        }
    }
}
