//! `/check`: try your own phone. Any device and network that something is on file of, at any date.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Instant;
use domain::place::Country;
use serde::Deserialize;
use trade::Code;
use trade::carriers::AnyChecked;
use trade::check::{CheckRequest, KnownDevice};
use trade::networks::KnownNetwork;

use super::addresses;
use super::claims;
use super::fit_view::FitView;
use super::frame::{Frame, Place, page_as};
use super::verdict_view::SourceView;
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::{Problem, status_of};

pub fn routes() -> Routes {
    Routes::new().get("/check", Access::Public, check)
}

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

/// A device to choose.
struct DeviceChoice {
    ask: String,
    label: String,
}

/// Networks of one country to choose from.
struct NetworkChoices {
    country: String,
    networks: Vec<NetworkChoice>,
}

struct NetworkChoice {
    value: String,
    name: String,
    is_chosen: bool,
}

/// What a source says, whole.
struct FactView {
    source: SourceView,
    valid: String,
    says: String,
}

/// What a list calls the device.
struct NameView {
    name: String,
    source: SourceView,
}

/// A host of a virtual carrier: who says that it rides there.
struct RidesView {
    carrier: String,
    sources: Vec<SourceView>,
    is_said_then: bool,
}

struct Answer {
    /// Where it is the answer for one host of a virtual carrier.
    rides: Option<RidesView>,
    device: String,
    codes: String,
    variant: Option<String>,
    is_understood: bool,
    network: String,
    country: String,
    as_of: String,
    fit: FitView,
    device_facts: Vec<FactView>,
    network_facts: Vec<FactView>,
    platform: Vec<SourceView>,
    names: Vec<NameView>,
    licences: Vec<String>,
}

struct Close {
    name: String,
    address: String,
}

struct Fault {
    title: String,
    detail: String,
    close: Vec<Close>,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    asked: Asked,
    devices: Vec<DeviceChoice>,
    networks: Vec<NetworkChoices>,
    today: String,
    dates: Vec<(String, String)>,
    /// One, or one for each host of a virtual carrier.
    answers: Vec<Answer>,
    fault: Option<Fault>,
}

async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let today = app.house.present().date();
    let known = app.house.known_networks().await?;
    let (mut answers, mut fault, mut status) = (Vec::new(), None, StatusCode::OK);
    if !asked.device.trim().is_empty() {
        match read(&app, &asked) {
            Ok(request) => match app.house.check_any(request).await {
                Ok(AnyChecked::Network(checked)) => {
                    answers.push(answered(&app, &checked, &asked, None).await?);
                }
                Ok(AnyChecked::Carrier(carrier)) => {
                    for host in &carrier.hosts {
                        let rides = RidesView {
                            carrier: carrier.carrier.clone(),
                            sources: host
                                .rides
                                .iter()
                                .map(|ride| (&ride.source).into())
                                .collect(),
                            is_said_then: host.is_said_then,
                        };
                        answers.push(answered(&app, &host.checked, &asked, Some(rides)).await?);
                    }
                }
                Err(error) if error.code == Code::Broken || error.code == Code::Busy => {
                    return Err(error.into());
                }
                Err(error) => {
                    status = status_of(error.code);
                    fault = Some(faulty(&error, &asked));
                }
            },
            Err(error) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                fault = Some(faulty(&error, &asked));
            }
        }
    }
    let title = match answers.first() {
        Some(Answer {
            device,
            rides: Some(rides),
            ..
        }) => format!("{device} on {}", rides.carrier),
        Some(answer) => format!("{} on {}", answer.device, answer.network),
        None => "Check a phone".to_owned(),
    };
    let devices = app.house.known_devices().await?;
    let shown = CheckPage {
        frame: Frame::new(&app, &visitor, Place::Check, &title).await?,
        dates: dates(&asked, &today),
        devices: devices.iter().map(device_choice).collect(),
        networks: network_choices(&known, &asked),
        today,
        asked,
        answers,
        fault,
    };
    page_as(status, &shown)
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
    let country: Country = country.parse()?;
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

async fn answered(
    app: &App,
    checked: &trade::check::Checked,
    asked: &Asked,
    rides: Option<RidesView>,
) -> Result<Answer, Problem> {
    let bands = app.house.known_bands().await?;
    let facts = |facts: &[domain::evidence::Sourced<domain::radio::Radio>]| {
        facts
            .iter()
            .map(|fact| FactView {
                source: (&fact.source).into(),
                valid: wording::period(&fact.valid),
                says: claims::bands(&fact.value),
            })
            .collect()
    };
    // Two charts of one page have names of their own.
    let id = match &rides {
        Some(_) => format!("c-{}", part_id(&checked.network)),
        None => "c".to_owned(),
    };
    Ok(Answer {
        rides,
        device: checked.device.clone(),
        codes: checked.codes.join(", "),
        variant: checked.variant.clone(),
        is_understood: checked.understood.is_some(),
        network: checked.network.clone(),
        country: checked.country.to_string(),
        as_of: if asked.at.trim().is_empty() {
            wording::day(checked.fit.at)
        } else {
            wording::moment_or_day(checked.fit.at)
        },
        fit: FitView::new(
            &id,
            &checked.network,
            &checked.fit,
            (&checked.device_facts, &checked.network_facts),
            &bands,
        ),
        device_facts: facts(&checked.device_facts),
        network_facts: facts(&checked.network_facts),
        platform: checked
            .platform
            .iter()
            .map(|fact| (&fact.source).into())
            .collect(),
        names: checked
            .names
            .iter()
            .map(|fact| NameView {
                name: fact.value.clone(),
                source: (&fact.source).into(),
            })
            .collect(),
        licences: checked.licences.iter().map(ToString::to_string).collect(),
    })
}

/// Letters and digits of a name, for the id of a part of the page.
fn part_id(name: &str) -> String {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    kept.collect::<String>().to_lowercase()
}

/// An error, with what is close to the name as links that ask again.
fn faulty(error: &trade::Error, asked: &Asked) -> Fault {
    let close_networks = || -> (&str, Vec<(String, &str)>) {
        match error.detail.split_once(": ") {
            Some((before, names))
                if before.ends_with("close to it") || before.ends_with("known there") =>
            {
                let names = names.split(", ").map(|name| (name.to_owned(), name));
                (before, names.collect())
            }
            _ => ("", Vec::new()),
        }
    };
    let of_devices = || {
        let names = error.candidates.iter();
        let names = names.map(|candidate| (candidate.to_string(), candidate.ask.as_str()));
        let before = match error.code {
            Code::DeviceAmbiguous => "Which one is meant?",
            _ => error.detail.split(": ").next().unwrap_or_default(),
        };
        (before, names.collect())
    };
    let (before, names) = match error.code {
        Code::NetworkUnknown => close_networks(),
        _ if error.candidates.is_empty() => ("", Vec::new()),
        _ => of_devices(),
    };
    let is_network = error.code == Code::NetworkUnknown;
    let close = names.into_iter().map(|(name, ask)| {
        let (device, other) = if is_network {
            (asked.device.as_str(), ask)
        } else {
            (ask, asked.other.as_str())
        };
        let pairs = [
            ("device", device),
            ("network", asked.network.as_str()),
            ("other", other),
            ("country", asked.country.as_str()),
            ("at", asked.at.as_str()),
        ];
        Close {
            name,
            address: addresses::with_query("/check", &pairs),
        }
    });
    let close: Vec<Close> = close.collect();
    let detail = if close.is_empty() {
        format!("{}. {}.", error.detail, error.code.help())
    } else if before.is_empty() {
        error.detail.clone()
    } else {
        format!("{before}:").replace("?:", "?")
    };
    Fault {
        title: error.code.title().to_owned(),
        detail: wording::capital(&detail),
        close,
    }
}

fn device_choice(device: &KnownDevice) -> DeviceChoice {
    let bare = device
        .model
        .strip_prefix(&device.brand)
        .map_or(device.model.as_str(), str::trim_start);
    let variant = if device.variant.is_empty() {
        String::new()
    } else {
        format!(", {}", device.variant)
    };
    DeviceChoice {
        ask: device.ask.clone(),
        label: format!("{} {bare}{variant}", device.brand),
    }
}

fn network_choices(known: &[KnownNetwork], asked: &Asked) -> Vec<NetworkChoices> {
    let mut choices: Vec<NetworkChoices> = Vec::new();
    for network in known {
        let country = network.country.to_string();
        let value = format!("{country}/{}", network.name);
        let choice = NetworkChoice {
            is_chosen: asked.network == value
                || (asked.network == network.name && asked.country.eq_ignore_ascii_case(&country)),
            name: network.name.clone(),
            value,
        };
        match choices.last_mut() {
            Some(last) if last.country == country => last.networks.push(choice),
            _ => choices.push(NetworkChoices {
                country,
                networks: vec![choice],
            }),
        }
    }
    choices
}

/// The same question as of other dates.
fn dates(asked: &Asked, today: &str) -> Vec<(String, String)> {
    if asked.device.trim().is_empty() {
        return Vec::new();
    }
    [("2016-02-01", "February 2016"), (today, "today")]
        .into_iter()
        .map(|(date, label)| {
            let pairs = [
                ("device", asked.device.as_str()),
                ("network", asked.network.as_str()),
                ("other", asked.other.as_str()),
                ("country", asked.country.as_str()),
                ("at", date),
            ];
            (label.to_owned(), addresses::with_query("/check", &pairs))
        })
        .collect()
}
