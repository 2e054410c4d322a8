//! The gate: facts in, an immutable snapshot, a question, an answer with its reasons.
//!
//! Does no I/O and reads no clock. Knows nothing of stock, people or storage. Start with
//! [`Snapshot::verdict`] for "may this be sold", with [`fit::fit`] for "will this device work". Who asks often
//! keeps a [`Seat`] for each offer and asks [`Snapshot::judge`] or [`Snapshot::is_sellable`].

pub mod fit;

mod closing;
mod parts;
pub mod reason;

pub mod remedy;

mod requirements;
pub mod sentence;
pub mod snapshot;
pub mod verdict;

pub use fit::{Fit, Grade};
pub use reason::{Brief, Outcome, Reason, ReasonCode, Requirements};
pub use remedy::WhyNot;
pub use requirements::Quota;
pub use requirements::may_open;
pub use snapshot::{Seat, Snapshot};
pub use verdict::{Because, Judgement, Question, Verdict};
