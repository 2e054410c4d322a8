//! `PUT /markets/{market}/data-sets/{data_set}`: a data set's rows speak in a market from now on.

use std::str::FromStr;

use axum::extract::State;
use axum::response::Response;
use domain::ParseError;
use domain::id::{DataSetId, MarketId};

use trade::change::Change;
use trade::data_sets::activate::{Activation, Fall};
use trade::desk::Entered;
use utoipa::IntoParams;

use crate::App;
use crate::access::Operator;
use crate::api::asked::Asked;
use crate::api::evidence::detail::entered;
use crate::api::form::{Form, FromForm};
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::RecordEntryJson;
use crate::wire::draft::DraftJson;

/// What the query says of it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ActivateQuery {
    /// `yes`: that more than a fifth of the delivery before is gone has been looked at, and is meant.
    #[param(value_type = Option<String>, example = "yes")]
    confirm_fall: Option<Confirmed>,
}

/// The one word that confirms.
struct Confirmed;

impl FromStr for Confirmed {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "yes" => Ok(Self),
            _ => Err(ParseError::new(text, "a confirmation", "write yes")),
        }
    }
}

impl FromForm for ActivateQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            confirm_fall: form.may("confirm_fall"),
        })
    }
}

/// Activates a data set in a market.
///
/// Of several deliveries of one source the one that was activated last speaks. An activation is evidence: withdraw it to end it. Activated again after that, it is a new one.
#[utoipa::path(
    put, path = "/api/v1/markets/{market}/data-sets/{data_set}", tag = "data sets", params(ActivateQuery),
    responses(
        (status = 200, description = "It was active already.", body = RecordEntryJson),
        (status = 201, description = "It is active.", body = RecordEntryJson),
        (status = 202, description = "It could open a sale: a draft waits for a second person. `Location` names it.", body = DraftJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`data_set_fall`: look at the comparison, then confirm it; `state_conflict`: it is retired."),
    ),
)]
pub async fn activate_data_set(
    State(app): State<App>,
    At((market, data_set)): At<(MarketId, DataSetId)>,
    Asked(query): Asked<ActivateQuery>,
    Operator(by): Operator,
) -> Result<Response, Problem> {
    super::known(&app, &market)?;
    let house = app.house.clone();
    let fall = match query.confirm_fall {
        Some(Confirmed) => Fall::Confirmed,
        None => Fall::Refused,
    };
    let done = detached(async move {
        let plan = house
            .activation(&market, &data_set, &by.party, fall)
            .await?;
        match plan {
            Activation::Active(active) => Ok(Entered::Recorded(Change::Known(active))),
            Activation::Planned(draft) => house.enter(*draft, &by).await,
        }
    });
    entered(&app, &done.await?).await
}
