//! `/console/keys`: issuers' keys, introduced and withdrawn on the record; and what an issuer signed is put there.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use trade::directory::Directory;
use trade::signing::fingerprint;

use super::evidence::{Choice, entered};
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::keys::{KeyView, keys};
use crate::pages::wording;
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/keys", Access::SignedIn, show)
        .post("/console/keys", Access::SignedIn, introduce)
        .post("/console/keys/signed", Access::SignedIn, record_signed)
}

/// What the forms hold.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    market: String,
    party: String,
    key: String,
    /// The fingerprint, as the issuer read it out.
    fingerprint: String,
    title: String,
    dated: String,
    note: String,
}

#[derive(Template)]
#[template(path = "console/keys.html")]
struct KeysPage {
    frame: Frame,
    keys: Vec<KeyView>,
    is_console: bool,
    markets: Vec<Choice>,
    parties: Vec<Choice>,
    wanted: Wanted,
    /// What is wrong with the key that is to be introduced.
    fault: Option<String>,
    /// What is wrong with the signed statement.
    note_fault: Option<String>,
}

fn choices(directory: &Directory, wanted: &Wanted) -> (Vec<Choice>, Vec<Choice>) {
    let markets = directory.markets.iter().map(|market| Choice {
        id: market.id.to_string(),
        name: market.name.clone(),
        is_chosen: market.id.as_str() == wanted.market,
    });
    // The operator signs nothing: it has the record's key.
    let issuers = directory.parties.iter();
    let issuers = issuers.filter(|party| party.role != "operator");
    let issuers = issuers.map(|party| Choice {
        id: party.id.to_string(),
        name: format!("{} ({})", party.name, party.role),
        is_chosen: party.id.as_str() == wanted.party,
    });
    (markets.collect(), issuers.collect())
}

async fn keys_page(app: &App, visitor: &Visitor, wanted: Wanted) -> Result<KeysPage, Problem> {
    let (markets, parties) = choices(&app.house.directory(), &wanted);
    Ok(KeysPage {
        frame: Frame::new(app, visitor, Place::Console, "Issuers’ keys").await?,
        keys: keys(app, None),
        is_console: true,
        markets,
        parties,
        wanted,
        fault: None,
        note_fault: None,
    })
}

/// What the address says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct From {
    party: String,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let wanted = Wanted {
        party: from.party,
        ..Wanted::default()
    };
    page_as(StatusCode::OK, &keys_page(&app, &visitor, wanted).await?)
}

/// What stands in a form, told as a fault where it may not be entered.
fn told(problem: Problem) -> Result<String, Problem> {
    if problem.status.is_client_error() {
        Ok(format!(
            "{}. {}.",
            wording::capital(&problem.detail),
            wording::capital(problem.help)
        ))
    } else {
        Err(problem)
    }
}

fn draft(app: &App, wanted: &Wanted) -> Result<trade::change::Draft, String> {
    let said: String = wanted.fingerprint.split_whitespace().collect();
    let is = fingerprint(&wanted.key);
    if said.to_lowercase() != is.replace(' ', "") {
        return Err(format!(
            "The key’s fingerprint is {is}, and that is not what you wrote. Have it read out by somebody of the issuer, at a number that you knew before."
        ));
    }
    let (market, party) = (wanted.market.parse(), wanted.party.parse());
    let (Ok(market), Ok(party)) = (market, party) else {
        return Err("Choose a market and a party.".to_owned());
    };
    let title = wanted.title.trim();
    let draft = app.house.introduction(&market, &party, &wanted.key, title);
    let mut draft = draft.map_err(|error| format!("{}.", wording::capital(&error.detail)))?;
    wanted.dated.trim().clone_into(&mut draft.dated);
    Ok(draft)
}

async fn introduce(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let fault = match draft(&app, &wanted) {
        Ok(draft) => {
            let house = app.house.clone();
            match detached(async move { house.enter(draft, &by).await }).await {
                Ok(done) => return Ok(entered(&done)),
                Err(problem) => told(problem)?,
            }
        }
        Err(fault) => fault,
    };
    let shown = keys_page(&app, &visitor, wanted).await?;
    let fault = Some(fault);
    page_as(
        StatusCode::UNPROCESSABLE_ENTITY,
        &KeysPage { fault, ..shown },
    )
}

async fn record_signed(
    State(app): State<App>,
    visitor: Visitor,
    _: Operator,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    // As a browser sends it, lines end with CR LF; what was signed has LF alone, and one at its end.
    let note = format!("{}\n", wanted.note.replace("\r\n", "\n").trim_end());
    let fault = match detached(async move { house.record_signed(&note).await }).await {
        Ok(change) => return Ok(on_to(&format!("/record/{}", change.recorded().position))),
        Err(problem) => told(problem)?,
    };
    let shown = keys_page(&app, &visitor, wanted).await?;
    let note_fault = Some(fault);
    page_as(
        StatusCode::UNPROCESSABLE_ENTITY,
        &KeysPage {
            note_fault,
            ..shown
        },
    )
}
