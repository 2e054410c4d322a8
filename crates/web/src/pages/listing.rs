//! `/listings/{id}`: whether it may be sold and why, now and as of a date, and the way to buy it.
//!
//! The buy form stands only where the listing is buyable now. What is asked as of another date changes the
//! block below it and nothing else.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Instant;
use domain::id::ListingId;
use domain::listing::{Listing, ListingState};
use domain::radio::AccessTechnology;
use serde::Deserialize;
use trade::check::KnownBand;
use trade::door::{OrderRequest, Placed, QUANTITY_MAX};
use trade::gate::sentence::Names as _;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;
use trade::offers::Judged;

use super::addresses;
use super::claims;
use super::fit_view::FitView;
use super::frame::{Frame, Place, on_to, page_as};
use super::orders::{RefusalView, refusal_view};
use super::verdict_view::{Badge, VerdictView, WaysView, listing_badge, ways};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/listings/{id}", Access::Public, show)
        .post("/listings/{id}/orders", Access::Public, order)
}

/// As of when, and with what knowledge, as the form has it.
#[derive(Clone, Default, Deserialize)]
pub struct AsOf {
    #[serde(default)]
    at: String,
    #[serde(default)]
    known_at: String,
}

/// A date to go to with one press.
struct QuickDate {
    label: String,
    date: String,
    address: String,
    is_chosen: bool,
}

/// The dated block.
struct Dated {
    at: String,
    known_at: String,
    fault: Option<String>,
    in_words: String,
    is_now: bool,
    quick: Vec<QuickDate>,
    earliest: String,
    latest: String,
    verdict: VerdictView,
    /// For the operator: what would make it sellable.
    ways: Vec<WaysView>,
    fits: Vec<FitView>,
}

/// What the buy form needs.
struct Buy {
    key: String,
    quantity: String,
    quantity_max: u32,
}

#[derive(Template)]
#[template(path = "listing.html")]
struct ListingPage {
    frame: Frame,
    id: String,
    title: String,
    price: String,
    condition: &'static str,
    /// The software build that the seller says the units carry.
    build: Option<String>,
    seller: String,
    device: String,
    brand: String,
    brand_address: String,
    badge: Badge,
    stock_words: String,
    buy: Option<Buy>,
    refusal: Option<RefusalView>,
    dated: Dated,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(as_of): Query<AsOf>,
) -> Result<Response, Problem> {
    let listing = visible(&app, &visitor, &id).await?;
    let (judged, shown) = listing_page(&app, &visitor, listing, &as_of, None).await?;
    // A listing that is over stays readable; what it was rests on the record.
    let status = if judged.listing.state == ListingState::Ended {
        StatusCode::GONE
    } else {
        StatusCode::OK
    };
    page_as(status, &shown)
}

/// A listing, if this visitor may see it: a draft is its seller's and the operator's alone.
pub async fn visible(app: &App, visitor: &Visitor, id: &str) -> Result<Listing, Problem> {
    let id: ListingId = addresses::id(id, "listing")?;
    let found = app.house.listing(&id).await?;
    let listing = found.ok_or_else(|| Problem::not_found("listing", &id))?;
    if listing.state == ListingState::Draft && !visitor.is_operator(app) {
        return Err(Problem::not_found("listing", &id));
    }
    Ok(listing)
}

async fn listing_page(
    app: &App,
    visitor: &Visitor,
    listing: Listing,
    as_of: &AsOf,
    refused: Option<(String, RefusalView)>,
) -> Result<(Judged, ListingPage), Problem> {
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    let now = app.house.present();
    let judged = app.house.judge(listing, Moment::at(now)).await?;
    let listing = &judged.listing;
    let (asked_quantity, refusal) = refused
        .map_or(("1".to_owned(), None), |(quantity, refusal)| {
            (quantity, Some(refusal))
        });
    let buy = if judged.is_buyable {
        Some(Buy {
            key: app.house.fresh_key()?,
            quantity: asked_quantity,
            quantity_max: judged.available.min(QUANTITY_MAX),
        })
    } else {
        None
    };
    let bands = app.house.known_bands().await?;
    let shown = ListingPage {
        frame: Frame::new(app, visitor, Place::Shop, &listing.title).await?,
        id: listing.id.to_string(),
        title: listing.title.clone(),
        price: listing.price.to_string(),
        condition: wording::condition(listing.offer.condition),
        build: listing.offer.build.as_ref().map(ToString::to_string),
        seller: names.seller(&listing.offer.seller),
        device: claims::device(&directory, &listing.offer.variant),
        brand: names.brand(&listing.offer.brand),
        brand_address: format!("/authorisations/{}", listing.offer.brand),
        badge: listing_badge(&judged, &directory),
        stock_words: if judged.is_buyable {
            format!("{} in stock", wording::grouped(u64::from(judged.available)))
        } else {
            String::new()
        },
        buy,
        refusal,
        dated: dated(app, visitor, listing, as_of, now, &bands).await?,
    };
    Ok((judged, shown))
}

/// The verdict and the fits as of the date that is asked for; as of now, if none is or it cannot be read.
async fn dated(
    app: &App,
    visitor: &Visitor,
    listing: &Listing,
    as_of: &AsOf,
    now: Instant,
    bands: &[KnownBand],
) -> Result<Dated, Problem> {
    let mut fault = None;
    let mut read = |text: &str| -> Option<Instant> {
        if text.trim().is_empty() {
            return None;
        }
        match text.parse::<Instant>() {
            Ok(at) => Some(at),
            Err(error) => {
                fault = Some(wording::capital(&error.to_string()));
                None
            }
        }
    };
    let (at, known_at) = (read(&as_of.at), read(&as_of.known_at));
    let moment = Moment {
        at: at.unwrap_or(now),
        known_at: known_at.unwrap_or(Instant::MAX),
    };
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    let snapshot = app.house.snapshot();
    let verdict = app.house.verdict(&listing.offer, moment);
    let mut fits = Vec::new();
    let mut edges = Edges::default();
    for (index, (network, _)) in verdict.networks.iter().enumerate() {
        let (device, host) = snapshot.radio_facts(&listing.offer, network, moment);
        if device.is_empty() && host.is_empty() {
            continue;
        }
        edges.take_in(&names.network(network), &host, &device);
        let fit = snapshot.market_fit(&listing.offer, network, moment);
        let id = format!("n{index}");
        fits.push(FitView::new(
            &id,
            &names.network(network),
            &fit,
            (&device, &host),
            bands,
        ));
    }
    let offered = app.house.offered(&listing.id).await?;
    let first_offered = offered.offered.first().map(|(from, _)| *from);
    Ok(Dated {
        at: as_of.at.clone(),
        known_at: as_of.known_at.clone(),
        fault,
        in_words: in_words(at, known_at),
        is_now: at.is_none() && known_at.is_none(),
        quick: quick_dates(listing, as_of, first_offered, &edges, now),
        earliest: edges
            .earliest
            .map_or_else(|| "2015-01-01".to_owned(), Instant::date),
        latest: now.date(),
        verdict: VerdictView::new(&verdict, &directory, &snapshot),
        ways: if visitor.is_operator(app) {
            ways(&app.house.why_not(&listing.offer, moment), &directory)
        } else {
            Vec::new()
        },
        fits,
    })
}

fn in_words(at: Option<Instant>, known_at: Option<Instant>) -> String {
    let as_of = at.map_or_else(|| "now".to_owned(), wording::moment_or_day);
    match known_at {
        Some(known_at) => format!("{as_of}, as known on {}", wording::moment_or_day(known_at)),
        None => as_of,
    }
}

/// Dates at which what the sources say of the networks changes.
#[derive(Default)]
struct Edges {
    earliest: Option<Instant>,
    switched_off: Vec<(String, Instant)>,
}

impl Edges {
    fn take_in(
        &mut self,
        network: &str,
        host: &[domain::evidence::Sourced<domain::radio::Radio>],
        device: &[domain::evidence::Sourced<domain::radio::Radio>],
    ) {
        for fact in host.iter().chain(device) {
            let edges = [self.earliest, fact.valid.from];
            self.earliest = edges.into_iter().flatten().min();
        }
        for technology in AccessTechnology::ALL {
            let ended = host
                .iter()
                .filter(|fact| {
                    fact.value
                        .list(technology)
                        .is_some_and(|list| list.exhaustive && list.claims.is_empty())
                })
                .filter_map(|fact| fact.valid.from)
                .min();
            if let Some(at) = ended {
                self.switched_off
                    .push((format!("{technology} off at {network}"), at));
            }
        }
    }
}

fn quick_dates(
    listing: &Listing,
    as_of: &AsOf,
    first_offered: Option<Instant>,
    edges: &Edges,
    now: Instant,
) -> Vec<QuickDate> {
    let mut dates: Vec<(String, String)> = Vec::new();
    if let Some(from) = first_offered {
        dates.push(("First offered".to_owned(), from.date()));
    }
    for (label, at) in &edges.switched_off {
        dates.push((label.clone(), at.date()));
    }
    dates.sort_by(|a, b| a.1.cmp(&b.1));
    let path = format!("/listings/{}", listing.id);
    let known = as_of.known_at.as_str();
    let mut quick: Vec<QuickDate> = dates
        .into_iter()
        .map(|(label, date)| QuickDate {
            is_chosen: as_of.at == date,
            address: addresses::with_query(&path, &[("at", &date), ("known_at", known)]),
            label,
            date,
        })
        .collect();
    quick.push(QuickDate {
        label: "Today".to_owned(),
        date: now.date(),
        address: addresses::with_query(&path, &[("known_at", known)]),
        is_chosen: as_of.at.is_empty(),
    });
    quick
}

/// An order as the form sends it.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    quantity: String,
    #[serde(default)]
    key: String,
}

async fn order(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let listing = visible(&app, &visitor, &id).await?;
    let answer = match wanted.quantity.trim().parse::<u32>() {
        Err(_) => Err((
            StatusCode::UNPROCESSABLE_ENTITY,
            RefusalView::of_input("Write how many as a whole number."),
        )),
        Ok(quantity) => {
            let request = OrderRequest {
                key: wanted.key.clone(),
                lines: vec![(listing.id.clone(), quantity)],
            };
            let house = app.house.clone();
            match detached(async move { house.place_order(&request).await }).await {
                Ok(Placed::Accepted(order)) => Ok(order),
                Ok(Placed::Refused(refusal)) => {
                    let shown = refusal_view(&refusal, &app.house.directory());
                    Err((StatusCode::CONFLICT, shown))
                }
                Err(problem) if problem.status == StatusCode::UNPROCESSABLE_ENTITY => {
                    Err((problem.status, RefusalView::of_input(&problem.detail)))
                }
                Err(problem) => return Err(problem),
            }
        }
    };
    match answer {
        Ok(order) => Ok(on_to(&format!("/orders/{}", order.id))),
        Err((status, refusal)) => {
            let refused = Some((wanted.quantity, refusal));
            let (_, shown) =
                listing_page(&app, &visitor, listing, &AsOf::default(), refused).await?;
            page_as(status, &shown)
        }
    }
}
