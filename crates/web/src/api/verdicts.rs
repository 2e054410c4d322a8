//! `POST /verdicts`: might this seller sell this variant here? Of an offer that nobody made.

use axum::Json;
use axum::extract::State;
use domain::Instant;
use domain::id::{MarketId, SellerId};
use domain::listing::{Condition, Offer};
use domain::scope::Scope;
use domain::software::SoftwareBuild;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Asking, Body, Nothing, unknown};
use crate::api::form::{Form, FromForm, invalid};
use crate::problem::Problem;
use crate::wire::VerdictJson;

const NAME_CHARS_MAX: usize = 200;

/// What is supposed.
#[derive(ToSchema)]
pub struct Supposition {
    /// In which market.
    #[schema(value_type = String, example = "us")]
    market: MarketId,
    /// Who would sell.
    #[schema(value_type = String, example = "omni-electronics")]
    seller: SellerId,
    /// The exact hardware: a variant's id or model code, or a name that only one goes by.
    #[schema(example = "xiaomi.2015015")]
    variant: String,
    /// `new`, `refurbished` or `used`; left out: new.
    #[schema(value_type = Option<String>, example = "new")]
    condition: Option<Condition>,
    /// The software build that the units would carry; left out: not said.
    #[schema(value_type = Option<String>, example = "V8.2.5.0.LXIMIDD")]
    software_build: Option<SoftwareBuild>,
    /// As of this instant; left out: now.
    #[schema(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
    /// As known at this instant; left out: with all that is known.
    #[schema(value_type = Option<String>)]
    known_at: Option<Instant>,
}

impl FromForm for Supposition {
    fn from_form(form: &mut Form) -> Option<Self> {
        let market = form.need("market");
        let seller = form.need("seller");
        let variant = form.need_text("variant", NAME_CHARS_MAX);
        let condition = form.may("condition");
        let software_build = form.may("software_build");
        let at = form.may("at");
        let known_at = form.may("known_at");
        Some(Self {
            market: market?,
            seller: seller?,
            variant: variant?,
            condition,
            software_build,
            at,
            known_at,
        })
    }
}

/// Judges a supposed offer: the verdict that a listing of it would have.
#[utoipa::path(
    post, path = "/api/v1/verdicts", tag = "listings", request_body = Supposition,
    responses(
        (status = 200, description = "The verdict, with every reason.", body = VerdictJson),
        (status = 404, description = "`device_unknown`; close names are in the detail."),
        (status = 409, description = "`device_ambiguous`: the detail lists what it may be."),
    ),
)]
pub async fn suppose(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Body(asked): Body<Supposition>,
) -> Result<Json<VerdictJson>, Problem> {
    let (offer, moment) = supposed(&app, asked).await?;
    let verdict = app.house.verdict(&offer, moment);
    let directory = app.house.directory();
    Ok(Json(VerdictJson::new(
        &verdict,
        &DirectoryNames(&directory),
    )))
}

/// The offer that is supposed, and the moment for which it is asked.
pub async fn supposed(app: &App, asked: Supposition) -> Result<(Offer, Moment), Problem> {
    let named = [
        ("/market", Scope::Market(asked.market.clone())),
        ("/seller", Scope::Seller(asked.seller.clone())),
    ];
    let mut faults = Vec::new();
    for (place, scope) in &named {
        faults.extend(unknown(app, place, scope).await?);
    }
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let (market, seller) = (&asked.market, &asked.seller);
    let offer = Offer {
        condition: asked.condition.unwrap_or(Condition::New),
        build: asked.software_build,
        ..app.house.suppose(market, seller, &[asked.variant])?
    };
    let asking = Asking {
        at: asked.at,
        known_at: asked.known_at,
    };
    Ok((offer, asking.moment(app)))
}
