//! `POST /markets/{market}/feeds`: takes a seller's product feed, and drafts or changes its listings.

use axum::Json;
use axum::extract::{Request, State};
use domain::evidence::Authority;
use domain::id::{ListingId, MarketId, SellerId};
use domain::scope::Scope;
use serde::Serialize;
use trade::data_sets::Input;
use trade::gate::snapshot::Moment;
use trade::offers::FeedFor;
use trade::{Code, FileKind};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, bytes, unknown};
use crate::api::form::{Form, FromForm, invalid};
use crate::api::limits::{FAULTS_SHOWN_MAX, FILE_NAME_CHARS_MAX};
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::FaultJson;

/// Whose feed it is.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// The seller.
    #[param(value_type = String, example = "omni-electronics")]
    seller: SellerId,
    /// The file's name, for the places of faults.
    #[param(example = "offers.tsv")]
    name: String,
}

impl FromForm for FeedQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        let seller = form.need("seller");
        let name = form.need_text("name", FILE_NAME_CHARS_MAX);
        Some(Self {
            seller: seller?,
            name: name?,
        })
    }
}

/// What came of a feed. Every row is in one of the lists.
#[derive(Serialize, ToSchema)]
#[schema(as = FeedOutcome)]
pub struct FeedOutcomeJson {
    /// Rows in the file.
    rows: u64,
    /// New listings, drafted.
    listed: Vec<String>,
    /// Listings whose price, title, condition, software build or stock changed.
    changed: Vec<String>,
    /// Listings that were already so.
    unchanged: Vec<String>,
    /// How many faults there are.
    fault_count: usize,
    /// Rows that became no listing, at most 1,000 of them.
    faults: Vec<FaultJson>,
    /// Rows that were taken, with something set aside, or by their titles (`offer.by_title`); at most 1,000 of them.
    notes: Vec<FaultJson>,
}

/// Takes a product feed in Google Merchant's attributes: RSS, Atom, CSV or TSV.
///
/// A feed never puts anything on sale: a new listing is a draft until it is offered. An item without a model code is
/// drafted by its title if that means exactly one variant of the directory.
#[utoipa::path(
    post, path = "/api/v1/markets/{market}/feeds", tag = "listings", params(FeedQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    responses(
        (status = 200, description = "It was taken, as far as it could be.", body = FeedOutcomeJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: the market has no policy, and so no currency."),
        (status = 422, description = "`file_not_understood`, `invalid_input`"),
    ),
)]
pub async fn take_feed(
    State(app): State<App>,
    At(market): At<MarketId>,
    Asked(query): Asked<FeedQuery>,
    _: Operator,
    request: Request,
) -> Result<Json<FeedOutcomeJson>, Problem> {
    super::known(&app, &market)?;
    let feed = feed_for(&app, market, query).await?;
    let bytes = bytes(request, &app).await?.to_vec();
    let house = app.house.clone();
    let taken = detached(async move {
        let input = Input::Bytes(feed.file.clone(), bytes);
        let kind = Some(FileKind::MerchantFeed);
        let read = house.import(input, kind, Authority::Own, |_| {}).await?;
        let outcome = house.take_feed(feed, &read.items).await?;
        Ok((read, outcome))
    });
    let (read, outcome) = taken.await?;
    let ids = |ids: &[ListingId]| ids.iter().map(ToString::to_string).collect();
    let faults = read.faults.iter().chain(&outcome.faults);
    Ok(Json(FeedOutcomeJson {
        rows: read.summary.rows,
        listed: ids(&outcome.listed),
        changed: ids(&outcome.changed),
        unchanged: ids(&outcome.unchanged),
        fault_count: read.faults.len() + outcome.faults.len(),
        faults: faults.take(FAULTS_SHOWN_MAX).map(FaultJson::from).collect(),
        notes: read
            .notes
            .iter()
            .chain(&outcome.by_title)
            .take(FAULTS_SHOWN_MAX)
            .map(FaultJson::from)
            .collect(),
    }))
}

async fn feed_for(app: &App, market: MarketId, query: FeedQuery) -> Result<FeedFor, Problem> {
    let seller = Scope::Seller(query.seller.clone());
    if let Some(fault) = unknown(app, "?seller", &seller).await? {
        return Err(invalid(vec![fault]));
    }
    let snapshot = app.house.snapshot();
    let Some((policy, _)) = snapshot.policy(&market, Moment::at(app.house.present())) else {
        let detail = format!("market {market} has no policy in force, and so no currency");
        return Err(Problem::of(Code::StateConflict, detail));
    };
    Ok(FeedFor {
        market,
        currency: policy.currency,
        seller: query.seller,
        file: query.name,
    })
}
