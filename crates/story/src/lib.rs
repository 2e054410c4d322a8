//! The story of 2016, played through the same use cases as the server.
//!
//! [`play`] tells it step by step to whoever listens, and can be called again on the same house: what was
//! done is not done twice. The demonstration prints it, and tests of other crates start from it.

use domain::Instant;
use domain::id::{EvidenceId, ListingId, MarketId, PartyId};
use trade::clock::HandClock;
use trade::{Error, House};

/// Who plays which part once the story is told: what the demonstration's pages start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// The market of the story.
    pub market: MarketId,
    /// The phone whose verdict follows the date slider.
    pub slider_listing: ListingId,
    /// The listing that the crowd buys in the race.
    pub race_listing: ListingId,
    /// The certification that the race withdraws and returns.
    pub race_certification: EvidenceId,
    /// Who issued it.
    pub race_issuer: PartyId,
}

/// One step of the time line.
#[derive(Clone, Debug)]
pub struct Step {
    /// When, in the story.
    pub at: Instant,
    /// In a sentence.
    pub title: String,
}

/// Plays the story, or goes on with it; `tell` hears each step in order.
///
/// # Errors
/// As the use cases; nothing is half done, and playing again goes on from there.
pub async fn play(
    _house: &House,
    _clock: &HandClock,
    _tell: &mut (dyn FnMut(Step) + Send),
) -> Result<Cast, Error> {
    Err(Error::new(
        trade::Code::Broken,
        "the story is not written yet",
    ))
}
