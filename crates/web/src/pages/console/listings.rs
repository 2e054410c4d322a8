//! `/console/listings`: a market's listings, whatever their state, and the decisions on them.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::ListingId;
use domain::listing::ListingState;
use serde::Deserialize;
use trade::offers::Judged;

use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::addresses;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::shop::{self, Card};
use crate::pages::wording;
use crate::problem::{Problem, detached};

/// Listings on one page.
const LISTINGS_MAX: u32 = 100;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/listings", Access::SignedIn, list)
        .post("/console/listings/{id}/state", Access::SignedIn, decide)
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    market: String,
    #[serde(default)]
    after: String,
}

struct Row {
    id: String,
    card: Card,
    state: &'static str,
    stock: u32,
    /// What it may become: the word for the form, and the word on the button.
    steps: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "console/listings.html")]
struct ListingsPage {
    frame: Frame,
    market: String,
    after: String,
    rows: Vec<Row>,
    next: Option<String>,
    fault: Option<String>,
    title: String,
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let shown = listings_page(&app, &visitor, &asked, None, String::new()).await?;
    page_as(StatusCode::OK, &shown)
}

async fn listings_page(
    app: &App,
    visitor: &Visitor,
    asked: &Asked,
    fault: Option<String>,
    title: String,
) -> Result<ListingsPage, Problem> {
    let directory = app.house.directory();
    let market = shop::market(app, &directory, &asked.market)?;
    let Some((market, _)) = market else {
        return Err(Problem::not_found("market", "yet"));
    };
    let now = app.house.present();
    let found = app
        .house
        .listings(&market, &asked.after, LISTINGS_MAX, now)
        .await?;
    let next = (found.len() == LISTINGS_MAX as usize)
        .then(|| found.last())
        .flatten()
        .map(|last| {
            let after = last.listing.id.to_string();
            let pairs = [("market", market.as_str()), ("after", after.as_str())];
            addresses::with_query("/console/listings", &pairs)
        });
    let row = |judged: &Judged| Row {
        id: judged.listing.id.to_string(),
        card: Card::new(judged, &directory),
        state: wording::state(judged.listing.state),
        stock: judged.listing.stock,
        steps: steps(judged.listing.state),
    };
    Ok(ListingsPage {
        frame: Frame::new(app, visitor, Place::Console, "Listings").await?,
        market: market.to_string(),
        after: asked.after.clone(),
        rows: found.iter().map(row).collect(),
        next,
        fault,
        title,
    })
}

fn steps(state: ListingState) -> Vec<(&'static str, &'static str)> {
    [
        (ListingState::Offered, "Offer"),
        (ListingState::TakenDown, "Take down"),
        (ListingState::Ended, "End for good"),
    ]
    .into_iter()
    .filter(|(next, _)| state.may_become(*next))
    .map(|(next, words)| (next.name(), words))
    .collect()
}

#[derive(Deserialize)]
struct Decision {
    #[serde(default)]
    state: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    market: String,
    #[serde(default)]
    after: String,
}

async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Operator(person): Operator,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response, Problem> {
    let listing: ListingId = addresses::id(&id, "listing")?;
    let state: ListingState = decision.state.parse()?;
    let asked = Asked {
        market: decision.market,
        after: decision.after,
    };
    if state == ListingState::Ended && decision.title.trim().is_empty() {
        let fault = Some("Write why: ending a listing is for good".to_owned());
        let shown = listings_page(&app, &visitor, &asked, fault, decision.title).await?;
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    let title = if decision.title.trim().is_empty() {
        format!("Decision of the operator: {}", wording::state(state))
    } else {
        decision.title.trim().to_owned()
    };
    let house = app.house.clone();
    let done =
        detached(async move { house.decide(&listing, state, &person.party, &title).await }).await;
    match done {
        Ok(_) => {
            let pairs = [
                ("market", asked.market.as_str()),
                ("after", asked.after.as_str()),
            ];
            Ok(on_to(&addresses::with_query("/console/listings", &pairs)))
        }
        Err(problem) if problem.status == StatusCode::CONFLICT => {
            let fault = Some(problem.detail.clone());
            let shown = listings_page(&app, &visitor, &asked, fault, decision.title).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}
