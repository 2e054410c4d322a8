//! `/race`: the race, for whoever sees the demonstration. Starts, stops, withdraws, returns; and shows.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Instant;
use domain::evidence::Recorded;
use trade::gate::snapshot::Moment;

use super::claims;
use super::frame::{Frame, Place, on_to, page};
use super::orders::refusal_view;
use super::verdict_view::{Badge, listing_badge};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::{Problem, detached};
use crate::race::{self, After, Standing};
use crate::state::Demo;

/// Without a script the page asks for itself again after so many seconds while the crowd is buying.
const AGAIN_SECONDS: u32 = 2;

pub fn routes() -> Routes {
    Routes::new()
        .get("/race", Access::DemoOnly, show)
        .post("/race/start", Access::DemoOnly, start)
        .post("/race/stop", Access::DemoOnly, stop)
        .post("/race/withdraw", Access::DemoOnly, withdraw)
        .post("/race/return", Access::DemoOnly, give_back)
}

/// An entry of the record, as the race tells it.
struct EntryView {
    position: u64,
    at: String,
    version: u64,
}

impl From<&Recorded> for EntryView {
    fn from(recorded: &Recorded) -> Self {
        Self {
            position: recorded.position,
            at: wording::moment(recorded.at),
            version: recorded.scope_version,
        }
    }
}

/// The last order that the crowd got.
struct LastOrder {
    id: String,
    at: String,
    version: String,
}

#[derive(Template)]
#[template(path = "race.html")]
struct RacePage {
    frame: Frame,
    listing: String,
    title: String,
    badge: Badge,
    stock: String,
    device: String,
    buyers: u32,
    seconds_max: u64,
    is_running: bool,
    asked: String,
    accepted: String,
    refused: String,
    failed: u64,
    last_order: Option<LastOrder>,
    last_refusal: Vec<String>,
    scope: String,
    is_withdrawn: bool,
    withdrawal: Option<EntryView>,
    lifted: Option<EntryView>,
    after: After,
}

fn demo(app: &App) -> Result<&Demo, Problem> {
    // The guard lets nobody in without one.
    app.demo
        .as_deref()
        .ok_or_else(|| Problem::not_found("page", "/race"))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let demo = demo(&app)?;
    let standing: Standing = race::standing(&app.house, demo).await?;
    let after = race::after(&app.house, demo, &standing).await?;
    let seen = app.crowd.seen();
    let listing = app.house.listing(&demo.race_listing).await?;
    let listing = listing.ok_or_else(|| Problem::not_found("listing", &demo.race_listing))?;
    let now: Instant = app.house.present();
    let judged = app.house.judge(listing, Moment::at(now)).await?;
    let directory = app.house.directory();
    let scope = standing.scope.to_string();
    let mut frame = Frame::new(&app, &visitor, Place::Race, "The race").await?;
    frame.again_seconds = seen.is_running.then_some(AGAIN_SECONDS);
    page(&RacePage {
        frame,
        listing: judged.listing.id.to_string(),
        title: judged.listing.title.clone(),
        badge: listing_badge(&judged, &directory),
        stock: wording::grouped(u64::from(judged.listing.stock)),
        device: claims::device(&directory, &judged.listing.offer.variant),
        buyers: race::BUYERS,
        seconds_max: race::CROWD_SECONDS_MAX,
        is_running: seen.is_running,
        asked: wording::grouped(seen.asked),
        accepted: wording::grouped(seen.accepted),
        refused: wording::grouped(seen.refused),
        failed: seen.failed,
        last_order: seen.last_accepted.as_ref().map(|order| LastOrder {
            id: order.id.to_string(),
            at: wording::moment(order.accepted_at),
            version: race::rested_on(order, &scope)
                .map_or_else(|| "?".to_owned(), |version| version.to_string()),
        }),
        last_refusal: seen
            .last_refusal
            .map(|refusal| refusal_view(&refusal, &directory).lines)
            .unwrap_or_default(),
        is_withdrawn: standing.is_withdrawn(),
        withdrawal: standing.withdrawal.as_ref().map(EntryView::from),
        lifted: standing.lifted.as_ref().map(EntryView::from),
        scope,
        after,
    })
}

async fn start(State(app): State<App>) -> Result<Response, Problem> {
    let length = Duration::from_secs(race::CROWD_SECONDS_MAX);
    app.crowd.start(&app.house, demo(&app)?, length);
    Ok(on_to("/race"))
}

async fn stop(State(app): State<App>) -> Result<Response, Problem> {
    app.crowd.stop();
    Ok(on_to("/race"))
}

async fn withdraw(State(app): State<App>) -> Result<Response, Problem> {
    let (house, demo) = (app.house.clone(), demo(&app)?.clone());
    detached(async move { race::withdraw(&house, &demo).await }).await?;
    Ok(on_to("/race"))
}

async fn give_back(State(app): State<App>) -> Result<Response, Problem> {
    let (house, demo) = (app.house.clone(), demo(&app)?.clone());
    detached(async move { race::give_back(&house, &demo).await }).await?;
    Ok(on_to("/race"))
}
