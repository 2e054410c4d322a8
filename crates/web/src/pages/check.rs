//! `/check`: try your own phone. Any device and network that something is on file of, at any date.
//!
//! What is offered is in `choices`, an answer in `found` with a virtual carrier's hosts side by side in `hosts`,
//! an error in `fault`, what lists say of a type allocation code in `tac_view`; one phone by its IMEI in `unit`.

mod choices;
mod fault;
mod found;
mod hosts;
mod tac_view;
mod unit;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Instant;
use domain::place::Country;
use serde::Deserialize;
use trade::Code;
use trade::check::CheckRequest;

use self::choices::{DeviceChoice, NetworkChoices};
use self::fault::Fault;
use self::found::Found;
use super::addresses;
use super::frame::{Frame, Place, page_as};
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::{Problem, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/check", Access::Public, check)
        .get("/check/unit", Access::Public, unit::show)
        .post("/check/unit", Access::Public, unit::answer)
}

/// The question, as the form sends it.
#[derive(Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    device: String,
    /// Country and name of a known network, `US/T-Mobile`.
    #[serde(default)]
    network: String,
    /// Another network, by its name.
    #[serde(default)]
    other: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    at: String,
}

/// The address that asks it.
fn address(asked: &Asked) -> String {
    let pairs = [
        ("device", asked.device.as_str()),
        ("network", asked.network.as_str()),
        ("other", asked.other.as_str()),
        ("country", asked.country.as_str()),
        ("at", asked.at.as_str()),
    ];
    addresses::with_query("/check", &pairs)
}

/// An answer, or why there is none; neither where nothing was asked.
#[derive(Default)]
struct Outcome {
    found: Option<Found>,
    fault: Option<Fault>,
}

impl Outcome {
    /// Leaves out what lists say of the type allocation code, where the page says it already.
    fn say_tac_once(&mut self) {
        if let Some(found) = &mut self.found {
            found.tac = None;
        }
        if let Some(fault) = &mut self.fault {
            fault.tac = None;
        }
    }
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    asked: Asked,
    devices: Vec<DeviceChoice>,
    networks: Vec<NetworkChoices>,
    today: String,
    outcome: Outcome,
}

async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (outcome, status) = if asked.device.trim().is_empty() {
        (Outcome::default(), StatusCode::OK)
    } else {
        outcome(&app, &asked).await?
    };
    let title = match &outcome.found {
        Some(found) => format!("{} on {}", found.device, found.network),
        None => "Check a phone".to_owned(),
    };
    let shown = CheckPage {
        frame: Frame::new(&app, &visitor, Place::Check, &title).await?,
        devices: choices::devices(&app).await?,
        networks: choices::networks(&app, &asked.network, &asked.country).await?,
        today: app.house.present().date(),
        asked,
        outcome,
    };
    page_as(status, &shown)
}

/// Asks the house. What is wrong with the question is an outcome; that the house cannot answer is none.
async fn outcome(app: &App, asked: &Asked) -> Result<(Outcome, StatusCode), Problem> {
    let checked = match read(app, asked) {
        Ok(request) => app.house.check_any(request).await,
        Err(error) => Err(error),
    };
    let error = match checked {
        Ok(checked) => {
            let found = found::found(app, &checked, asked).await?;
            let outcome = Outcome { found, fault: None };
            return Ok((outcome, StatusCode::OK));
        }
        Err(error) if error.code == Code::Broken || error.code == Code::Busy => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    let outcome = Outcome {
        found: None,
        fault: Some(fault::fault(app, &error, asked).await?),
    };
    Ok((outcome, status_of(error.code)))
}

fn read(app: &App, asked: &Asked) -> Result<CheckRequest, trade::Error> {
    let (country, network) = if asked.other.trim().is_empty() {
        match asked.network.split_once('/') {
            Some((country, name)) => (country.to_owned(), name.to_owned()),
            None => (asked.country.clone(), asked.network.clone()),
        }
    } else {
        let chosen = asked
            .network
            .split_once('/')
            .map_or("", |(country, _)| country);
        let country = match asked.country.trim() {
            "" => chosen.to_owned(),
            written => written.to_owned(),
        };
        (country, asked.other.clone())
    };
    if country.trim().is_empty() && network.trim().is_empty() {
        let detail = "no network was chosen: choose one, or write its name and its country";
        return Err(trade::Error::new(Code::InvalidInput, detail));
    }
    let country: Country = country.trim().parse()?;
    let at: Instant = match asked.at.trim() {
        "" => app.house.present(),
        written => written.parse()?,
    };
    Ok(CheckRequest {
        device: asked.device.trim().to_owned(),
        network: network.trim().to_owned(),
        country,
        at,
    })
}
