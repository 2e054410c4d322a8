//! `GET /check`: will this device work on that network, then or now?

use axum::Json;
use axum::extract::State;
use domain::Instant;
use domain::place::Country;
use trade::check::CheckRequest;
use utoipa::IntoParams;

use crate::App;
use crate::api::asked::Asked;
use crate::api::form::{Form, FromForm};
use crate::problem::Problem;
use crate::wire::networks::AnyCheckedJson;

const NAME_CHARS_MAX: usize = 200;

/// What is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Check {
    /// A name, model code, code name or type allocation code.
    #[param(example = "Xiaomi Mi 4i")]
    device: String,
    /// A network's or a virtual carrier's name.
    #[param(example = "T-Mobile")]
    network: String,
    /// In this country, ISO 3166-1 alpha-2.
    #[param(value_type = String, example = "US")]
    country: Country,
    /// As of this instant; left out: now.
    #[param(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
}

impl FromForm for Check {
    fn from_form(form: &mut Form) -> Option<Self> {
        let device = form.need_text("device", NAME_CHARS_MAX);
        let network = form.need_text("network", NAME_CHARS_MAX);
        let country = form.need("country");
        let at = form.may("at");
        Some(Self {
            device: device?,
            network: network?,
            country: country?,
            at,
        })
    }
}

/// Checks a device against a network, from everything that was imported.
///
/// Every data set that was imported and not retired is asked, whether or not it is active in a market. A virtual
/// carrier is answered for each of its hosts. With the working: bands in common and missing per technology, and which source says so.
#[utoipa::path(
    get, path = "/api/v1/check", tag = "fit", params(Check),
    responses(
        (status = 200, description = "What it can do there.", body = AnyCheckedJson),
        (status = 404, description = "`device_unknown` or `network_unknown`; close names are in the detail."),
        (status = 409, description = "`device_ambiguous`: the detail lists what it may be."),
    ),
)]
pub async fn check(
    State(app): State<App>,
    Asked(asked): Asked<Check>,
) -> Result<Json<AnyCheckedJson>, Problem> {
    let request = CheckRequest {
        device: asked.device,
        network: asked.network,
        country: asked.country,
        at: asked.at.unwrap_or_else(|| app.house.now()),
    };
    let checked = app.house.check_any(request).await?;
    Ok(Json((&checked).into()))
}
