//! The story of 2016, played through the same use cases as the server.
//!
//! [`play`] tells it step by step to whoever listens, and can be called again on the same house: what is on
//! the record is not done again, and each step is told as it was known then. The demonstration prints it, and
//! tests of other crates start from it. The facts are those of the public reports of February 2016; what is
//! invented says so ([`Step::is_fiction`]).

mod cast;
mod fiction;
mod outcome;
mod scene;
pub mod step;
mod week;

use domain::id::{EvidenceId, ListingId, MarketId, PartyId};
use trade::clock::HandClock;
use trade::{Backend, Code, Error, House};

use crate::scene::Scene;
pub use crate::step::{Detail, Step};

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

/// Plays the story, or goes on with it; `tell` hears each step in order. The clock stands at the last step
/// afterwards; whoever serves the house releases it.
///
/// # Errors
/// The house is not on SQLite, whose clock is `clock`; or as the use cases. Playing again goes on from there.
pub async fn play(
    house: &House,
    clock: &HandClock,
    tell: &mut (dyn FnMut(Step) + Send),
) -> Result<Cast, Error> {
    if house.backend() != Backend::Sqlite {
        let detail = "the story is told by a clock set by hand, and PostgreSQL goes by its own";
        return Err(Error::new(Code::StateConflict, detail));
    }
    house.register(cast::registration()?).await?;
    let mut scene = Scene::new(house, clock, tell);
    week::the_market_opens(&mut scene).await?;
    week::the_brand_offers_its_headphones(&mut scene).await?;
    week::the_distributor_offers(&mut scene).await?;
    week::the_week_answers(&mut scene).await?;
    week::the_listings_are_taken_down(&mut scene).await?;
    week::the_policy_decides_on_headphones(&mut scene).await?;
    fiction::what_would_have_to_arrive(&mut scene).await?;
    fiction::it_arrives(&mut scene).await?;
    fiction::an_order_is_accepted(&mut scene).await?;
    fiction::the_certification_is_withdrawn(&mut scene).await?;
    fiction::it_returns(&mut scene).await?;
    outcome::the_open_question(&mut scene).await?;
    outcome::the_same_phone_on_other_dates(&mut scene).await?;
    outcome::the_record_is_verified(&mut scene).await?;
    Ok(Cast {
        market: cast::MARKET.parse()?,
        slider_listing: scene.listing(cast::DISTRIBUTOR, cast::MI_4I).await?.id,
        race_listing: scene
            .listing(cast::DISTRIBUTOR, cast::REDMI_2_PRO)
            .await?
            .id,
        race_certification: fiction::CERTIFICATION.parse()?,
        race_issuer: cast::HOST.parse()?,
    })
}
