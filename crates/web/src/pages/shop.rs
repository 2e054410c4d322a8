//! `/`: what the market has on sale, and what it does not sell, with why.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::id::MarketId;
use domain::listing::ListingState;
use serde::Deserialize;
use trade::directory::Directory;
use trade::gate::sentence::{self, Names as _};
use trade::node::DirectoryNames;
use trade::offers::Judged;

use super::addresses;
use super::frame::{Frame, Place, page};
use super::verdict_view::{Badge, listing_badge};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::Problem;

/// Listings on one page.
const LISTINGS_MAX: usize = 60;
/// Listings read at once while looking for those that match.
const READ_AT_ONCE: u32 = 250;
/// Listings looked at for one page; the next page goes on from there.
const LOOKED_AT_MAX: usize = 5_000;

pub fn routes() -> Routes {
    Routes::new().get("/", Access::Public, shop)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    market: String,
    #[serde(default)]
    after: String,
}

/// One listing.
pub struct Card {
    pub address: String,
    pub title: String,
    pub price: String,
    pub seller: String,
    pub condition: &'static str,
    pub badge: Badge,
    /// What a shopper must be told beside the badge.
    pub note: Option<String>,
}

impl Card {
    pub fn new(judged: &Judged, directory: &Directory) -> Self {
        let listing = &judged.listing;
        Self {
            address: format!("/listings/{}", listing.id),
            title: listing.title.clone(),
            price: listing.price.to_string(),
            seller: DirectoryNames(directory).seller(&listing.offer.seller),
            condition: wording::condition(listing.offer.condition),
            badge: listing_badge(judged, directory),
            note: note(judged, directory),
        }
    }
}

/// The gravest notice of what is on sale; of several of one weight the last, since a denial says more than that
/// nothing is on file. Why a thing is not on sale stands in the badge.
fn note(judged: &Judged, directory: &Directory) -> Option<String> {
    let verdict = &judged.verdict;
    let notices = verdict.notices().filter(|_| verdict.is_sellable());
    let gravest = notices.max_by_key(|reason| reason.outcome())?;
    Some(sentence::sentence(gravest, &DirectoryNames(directory)))
}

/// A market to choose.
struct Choice {
    id: String,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "shop.html")]
struct ShopPage {
    frame: Frame,
    query: String,
    market_name: String,
    markets: Vec<Choice>,
    on_sale: Vec<Card>,
    not_on_sale: Vec<Card>,
    next: Option<String>,
    is_fresh: bool,
}

async fn shop(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let Some(market) = market(&app, &directory, &asked.market)? else {
        return empty(&app, &visitor).await;
    };
    let found = find(&app, &market.0, &asked.q, &asked.after).await?;
    let card = |judged: &Judged| Card::new(judged, &directory);
    let (on_sale, not_on_sale): (Vec<_>, Vec<_>) =
        found.shown.iter().partition(|judged| judged.is_buyable);
    let next = found.goes_on_after.map(|after| {
        let pairs = [
            ("market", asked.market.as_str()),
            ("q", &asked.q),
            ("after", &after),
        ];
        addresses::with_query("/", &pairs)
    });
    let markets = directory.markets.iter().map(|one| Choice {
        id: one.id.to_string(),
        name: one.name.clone(),
        is_chosen: one.id == market.0,
    });
    page(&ShopPage {
        frame: Frame::new(&app, &visitor, Place::Shop, "Shop").await?,
        query: asked.q.clone(),
        market_name: market.1,
        markets: markets.collect(),
        on_sale: on_sale.into_iter().map(card).collect(),
        not_on_sale: not_on_sale.into_iter().map(card).collect(),
        next,
        is_fresh: app.house.is_fresh(),
    })
}

/// A house that has no market yet.
async fn empty(app: &App, visitor: &Visitor) -> Result<Response, Problem> {
    page(&ShopPage {
        frame: Frame::new(app, visitor, Place::Shop, "Shop").await?,
        query: String::new(),
        market_name: String::new(),
        markets: Vec::new(),
        on_sale: Vec::new(),
        not_on_sale: Vec::new(),
        next: None,
        is_fresh: app.house.is_fresh(),
    })
}

/// The market that is asked for, else the demonstration's, else the first; none: there is none at all.
pub fn market(
    app: &App,
    directory: &Directory,
    asked: &str,
) -> Result<Option<(MarketId, String)>, Problem> {
    let demo = app.demo.as_ref().map(|demo| &demo.market);
    let found = if asked.is_empty() {
        let markets = &directory.markets;
        let demos = markets.iter().find(|market| Some(&market.id) == demo);
        demos.or_else(|| markets.first())
    } else {
        let named = directory
            .markets
            .iter()
            .find(|one| one.id.as_str() == asked);
        let short: String = asked.chars().take(40).collect();
        Some(named.ok_or_else(|| Problem::not_found("market", short))?)
    };
    Ok(found.map(|market| (market.id.clone(), market.name.clone())))
}

struct Found {
    shown: Vec<Judged>,
    goes_on_after: Option<String>,
}

/// Listings that the public may see whose titles have every word that is asked for.
async fn find(app: &App, market: &MarketId, query: &str, after: &str) -> Result<Found, Problem> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut shown = Vec::new();
    let mut after = after.to_owned();
    let mut looked_at = 0;
    loop {
        let now = app.house.present();
        let batch = app
            .house
            .listings(market, &after, READ_AT_ONCE, now)
            .await?;
        let is_last = batch.len() < READ_AT_ONCE as usize;
        for judged in batch {
            after = judged.listing.id.to_string();
            looked_at += 1;
            // What was taken down is shown where the story of it is told.
            let is_public = match judged.listing.state {
                ListingState::Offered => true,
                ListingState::TakenDown => app.demo.is_some(),
                ListingState::Draft | ListingState::Ended => false,
            };
            let title = judged.listing.title.to_lowercase();
            if is_public && words.iter().all(|word| title.contains(word)) {
                shown.push(judged);
            }
            if shown.len() == LISTINGS_MAX {
                return Ok(Found {
                    shown,
                    goes_on_after: Some(after),
                });
            }
        }
        if is_last {
            return Ok(Found {
                shown,
                goes_on_after: None,
            });
        }
        if looked_at >= LOOKED_AT_MAX {
            return Ok(Found {
                shown,
                goes_on_after: Some(after),
            });
        }
    }
}
