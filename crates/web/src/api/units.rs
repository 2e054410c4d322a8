//! `POST /unit-checks`: what is this unit, and does a list of blocked units name it?
//!
//! The number comes in the body alone: an address is kept by browsers, proxies and logs. It is in no answer.

use axum::Json;
use axum::extract::State;
use domain::Instant;
use domain::place::Country;
use trade::unit::UnitRequest;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::problem::Problem;
use crate::wire::unit::UnitJson;

/// Most characters of an IMEI with all that people put between its digits.
const IMEI_CHARS_MAX: usize = 64;
const NAME_CHARS_MAX: usize = 200;

/// Which unit, and on which network.
#[derive(ToSchema)]
pub struct UnitCheck {
    /// The 15 digits that the phone shows at `*#06#`; blanks, `-`, `.` and `/` between them are passed over.
    #[schema(example = "86-763402-000001-2")]
    imei: String,
    /// A network's name; left out: no network is asked for.
    #[schema(example = "T-Mobile")]
    network: Option<String>,
    /// Its country, ISO 3166-1 alpha-2; needed with a network.
    #[schema(value_type = Option<String>, example = "US")]
    country: Option<Country>,
    /// As of this instant; left out: now. Lists of blocked units are as they are now.
    #[schema(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
}

impl FromForm for UnitCheck {
    fn from_form(form: &mut Form) -> Option<Self> {
        let imei = form.need_secret("imei", IMEI_CHARS_MAX);
        let network = form.may_text("network", NAME_CHARS_MAX);
        let country = form.may::<Country>("country");
        let at = form.may("at");
        if network.is_some() != country.is_some() {
            let (name, help) = match &network {
                Some(_) => ("country", "say in which country the network is"),
                None => ("network", "say which network of the country"),
            };
            form.fault(name, "field.missing", "", help);
        }
        Some(Self {
            imei: imei?,
            network,
            country,
            at,
        })
    }
}

/// What is known of one unit, for any edge of the site: a form of a page posts the same fields.
///
/// # Errors
/// It is no IMEI, or the house cannot answer now; that a network or a device is not known is in the answer.
pub async fn checked(app: &App, asked: UnitCheck) -> Result<trade::unit::UnitChecked, Problem> {
    let request = UnitRequest {
        imei: asked.imei,
        network: asked.network.zip(asked.country),
        at: asked.at.unwrap_or_else(|| app.house.present()),
    };
    Ok(app.house.check_unit(request).await?)
}

/// Checks one unit by its IMEI: who allocated its code, what lists say of the model, and whether a list of
/// blocked units names it.
///
/// `not_listed` says no more than that the lists named do not have it. The number is not stored, logged or answered.
#[utoipa::path(
    post, path = "/api/v1/unit-checks", tag = "fit", request_body = UnitCheck,
    responses(
        (status = 200, description = "What is known of it.", body = UnitJson),
        (status = 422, description = "`imei_invalid`: the detail names the first rule that it breaks; `imei_not_here`, `invalid_input`."),
    ),
)]
pub async fn check_unit(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Body(asked): Body<UnitCheck>,
) -> Result<Json<UnitJson>, Problem> {
    let unit = checked(&app, asked).await?;
    Ok(Json((&unit).into()))
}
