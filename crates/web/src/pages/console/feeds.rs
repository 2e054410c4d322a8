//! `/console/feeds`: a seller's feed, as a file or pasted, becomes drafts; nothing is offered by it.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::evidence::Authority;
use domain::fault::Fault;
use domain::id::{MarketId, SellerId};
use trade::data_sets::Input;
use trade::directory::Directory;
use trade::gate::snapshot::Moment;
use trade::offers::{FeedFor, FeedOutcome};
use trade::{Code, Error, FileKind, House};

use super::evidence::Choice;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::pages::form_data::FormData;
use crate::pages::frame::{Frame, Place, page_as};
use crate::problem::{Problem, ProblemPlace, detached};

/// Most faults that are shown; the rest are counted.
const FAULTS_SHOWN: usize = 100;
const PASTED: &str = "pasted.csv";

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/feeds", Access::SignedIn, show)
        .post("/console/feeds", Access::SignedIn, take)
        .with_files()
}

/// What the form holds.
#[derive(Clone, Default)]
struct Written {
    market: String,
    seller: String,
    pasted: String,
}

struct Outcome {
    market: String,
    listed: usize,
    changed: usize,
    unchanged: usize,
    faults: Vec<ProblemPlace>,
    faults_left_out: usize,
    by_title: Vec<ProblemPlace>,
    by_title_left_out: usize,
}

#[derive(Template)]
#[template(path = "console/feeds.html")]
struct FeedsPage {
    frame: Frame,
    markets: Vec<Choice>,
    sellers: Vec<Choice>,
    pasted: String,
    outcome: Option<Outcome>,
    fault: Option<String>,
}

async fn feeds_page(
    app: &App,
    visitor: &Visitor,
    written: Written,
    outcome: Option<Outcome>,
    fault: Option<String>,
) -> Result<FeedsPage, Problem> {
    let directory: &Directory = &app.house.directory();
    let choice = |id: String, name: &str, chosen: &str| Choice {
        is_chosen: id == chosen,
        id,
        name: name.to_owned(),
    };
    let markets = directory.markets.iter();
    let sellers = directory.sellers.iter();
    Ok(FeedsPage {
        frame: Frame::new(app, visitor, Place::Console, "Take a feed").await?,
        markets: markets
            .map(|one| choice(one.id.to_string(), &one.name, &written.market))
            .collect(),
        sellers: sellers
            .map(|one| choice(one.id.to_string(), &one.name, &written.seller))
            .collect(),
        pasted: written.pasted,
        outcome,
        fault,
    })
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let shown = feeds_page(&app, &visitor, Written::default(), None, None).await?;
    page_as(StatusCode::OK, &shown)
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let form = FormData::of_request(&headers, &body)?;
    let written = Written {
        market: form.text("market"),
        seller: form.text("seller"),
        pasted: form.text("pasted"),
    };
    for text in [&written.market, &written.seller] {
        trade::Error::unless_imei(text)?;
    }
    let pasted = || (PASTED.to_owned(), written.pasted.clone().into_bytes());
    let (name, bytes) = form.file("file", PASTED).unwrap_or_else(pasted);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let fault = Some("Choose a file, or paste its text.".to_owned());
        let shown = feeds_page(&app, &visitor, written, None, fault).await?;
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    let (house, wanted) = (app.house.clone(), written.clone());
    let done = detached(async move { read_and_take(&house, &wanted, name, bytes).await }).await;
    match done {
        Ok(outcome) => {
            let outcome = Some(outcome_view(&written.market, &outcome));
            let shown = feeds_page(&app, &visitor, written, outcome, None).await?;
            page_as(StatusCode::OK, &shown)
        }
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(format!("{}. {}", problem.title, problem.detail));
            let shown = feeds_page(&app, &visitor, written, None, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}

async fn read_and_take(
    house: &House,
    wanted: &Written,
    file: String,
    bytes: Vec<u8>,
) -> Result<FeedOutcome, Error> {
    let market: MarketId = wanted.market.parse()?;
    let seller: SellerId = wanted.seller.parse()?;
    let directory = house.directory();
    if !directory.sellers.iter().any(|known| known.id == seller) {
        return Err(Error::new(
            Code::NotFound,
            format!("there is no seller {seller}"),
        ));
    }
    let snapshot = house.snapshot();
    let policy = snapshot.policy(&market, Moment::at(house.present()));
    let Some((policy, _)) = policy else {
        let detail = format!("market {market} has no policy in force, so it has no currency");
        return Err(Error::new(Code::InvalidInput, detail));
    };
    let currency = policy.currency;
    let input = Input::Bytes(file.clone(), bytes);
    let read = house
        .import(input, Some(FileKind::MerchantFeed), Authority::Own, |_| {})
        .await?;
    let feed = FeedFor {
        market,
        currency,
        seller,
        file,
    };
    let mut outcome = house.take_feed(feed, &read.items).await?;
    let mut faults = read.faults;
    faults.append(&mut outcome.faults);
    outcome.faults = faults;
    Ok(outcome)
}

fn shown(faults: &[Fault]) -> Vec<ProblemPlace> {
    let some = faults.iter().take(FAULTS_SHOWN);
    some.map(ProblemPlace::from).collect()
}

fn outcome_view(market: &str, outcome: &FeedOutcome) -> Outcome {
    Outcome {
        market: market.to_owned(),
        listed: outcome.listed.len(),
        changed: outcome.changed.len(),
        unchanged: outcome.unchanged.len(),
        faults: shown(&outcome.faults),
        faults_left_out: outcome.faults.len().saturating_sub(FAULTS_SHOWN),
        by_title: shown(&outcome.by_title),
        by_title_left_out: outcome.by_title.len().saturating_sub(FAULTS_SHOWN),
    }
}
