//! What a step of the time line is made of. Knows nothing of how it is shown.

use domain::Instant;
use domain::fault::Fault;
use domain::id::SellerId;
use domain::listing::ListingState;
use trade::Verified;
use trade::check::Checked;
use trade::door::Refusal;
use trade::offers::Judged;
use trade::orders::Order;
use trade::record_book::{Offered, RecordEntry};

/// One step of the time line.
#[derive(Clone, Debug)]
pub struct Step {
    /// When, in the story.
    pub at: Instant,
    /// Stable, for programs: `distributor_offers`.
    pub code: &'static str,
    /// In a sentence.
    pub title: &'static str,
    /// Whether it is invented; all else is as the public reports have it.
    pub is_fiction: bool,
    /// Whether an earlier run had done it already.
    pub was_done: bool,
    /// What happened, in order.
    pub details: Vec<Detail>,
}

/// One thing that happened in a step.
#[derive(Clone, Debug)]
pub enum Detail {
    /// A sentence of the narrator.
    Remark(&'static str),
    /// A piece of evidence, as it is on the record.
    Evidence(Box<RecordEntry>),
    /// Somebody decided on a listing.
    Decision {
        /// The listing's title.
        title: String,
        /// What it became.
        state: ListingState,
        /// The decision, as it is on the record.
        entry: Box<RecordEntry>,
    },
    /// A feed came in.
    Feed {
        /// The file's name.
        file: String,
        /// Whose it is.
        seller: SellerId,
        /// Items in it.
        items: usize,
        /// Items that became no listing.
        faults: Vec<Fault>,
    },
    /// What the gate said of a listing at the end of the step.
    Verdict(Box<Judged>),
    /// What would have to arrive for a listing, and from whom.
    Missing {
        /// The listing's title.
        title: String,
        /// One sentence each.
        lines: Vec<String>,
    },
    /// An order was accepted.
    Order(Box<Order>),
    /// An order was refused.
    Refused(Box<Refusal>),
    /// From when until when a listing was offered, and what was ordered.
    Offered {
        /// The listing's title.
        title: String,
        /// The answer.
        answer: Offered,
    },
    /// What a device can do on a network at a date.
    Fit(Box<Checked>),
    /// The check of the whole record.
    Verified(Box<Verified>),
}
