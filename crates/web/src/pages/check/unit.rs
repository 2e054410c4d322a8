//! `/check/unit`: one phone by its IMEI. The number comes in the body alone, and is in no answer.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use trade::unit::{Standing, UnitChecked, UnitRequest};

use super::choices::{self, NetworkChoices};
use super::tac_view::TacView;
use super::{Asked, Outcome, outcome};
use crate::App;
use crate::access::Visitor;
use crate::pages::frame::{Frame, Place, page_as};
use crate::pages::verdict_view::Badge;
use crate::pages::wording;
use crate::problem::{Problem, status_of};

#[derive(Default, Deserialize)]
pub struct Chosen {
    /// Country and name of a network, `US/T-Mobile`; empty: none.
    #[serde(default)]
    network: String,
}

/// What the form sends. Without `Debug`: it holds the number.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    imei: String,
    #[serde(default)]
    network: String,
}

/// What is known of the unit.
struct UnitView {
    tac: String,
    body: String,
    badge: Badge,
    blocked: String,
    lists: TacView,
}

#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage {
    frame: Frame,
    networks: Vec<NetworkChoices>,
    /// What is wrong with what was typed, without repeating it.
    fault: Option<String>,
    unit: Option<UnitView>,
    /// Whether its model works on the network that was chosen.
    outcome: Outcome,
}

/// The empty form.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    page_as(
        StatusCode::OK,
        &UnitPage {
            frame: Frame::new(&app, &visitor, Place::Check, "Check one phone").await?,
            networks: choices::networks(&app, &chosen.network, "").await?,
            fault: None,
            unit: None,
            outcome: Outcome::default(),
        },
    )
}

/// The form with the answer above it; the number is not in it again.
pub async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut shown = UnitPage {
        frame: Frame::new(&app, &visitor, Place::Check, "Check one phone").await?,
        networks: choices::networks(&app, &typed.network, "").await?,
        fault: None,
        unit: None,
        outcome: Outcome::default(),
    };
    let request = UnitRequest {
        imei: typed.imei,
        network: None,
        at: app.house.present(),
    };
    let unit = match app.house.check_unit(request).await {
        Ok(unit) => unit,
        Err(error) if error.code == trade::Code::ImeiInvalid => {
            let help = wording::capital(error.code.help());
            shown.fault = Some(format!("{}. {help}.", wording::capital(&error.detail)));
            return page_as(status_of(error.code), &shown);
        }
        Err(error) => return Err(error.into()),
    };
    if !typed.network.is_empty() {
        // Its type allocation code says its model, and no more than that is asked on.
        let asked = Asked {
            device: unit.tac.to_string(),
            network: typed.network,
            ..Asked::default()
        };
        (shown.outcome, _) = outcome(&app, &asked).await?;
        shown.outcome.say_tac_once();
    }
    shown.unit = Some(UnitView {
        tac: unit.tac.to_string(),
        body: unit.body_sentence(),
        badge: badge(&unit),
        blocked: unit.sentence(),
        lists: TacView::new(&app, unit.tac).await?,
    });
    page_as(StatusCode::OK, &shown)
}

/// No tone says that a unit is clean: no list is complete.
fn badge(unit: &UnitChecked) -> Badge {
    let (tone, sign, text) = match unit.standing() {
        Standing::Blocked => ("bad", "✕", "on a list of blocked units"),
        Standing::NotListed => ("quiet", "–", "not on the lists looked into"),
        Standing::NotChecked => ("quiet", "?", "not checked: there is no list"),
    };
    Badge {
        tone,
        sign,
        text: text.to_owned(),
    }
}
