//! `PUT /listings/{listing}/state`: offers a listing, takes it down, ends it.

use axum::Json;
use axum::extract::State;
use domain::id::ListingId;
use domain::listing::ListingState;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;
use utoipa::ToSchema;

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::limits::TITLE_CHARS_MAX;
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::ListingJson;

/// What is decided.
#[derive(ToSchema)]
pub struct Decision {
    /// `offered`, `taken_down` or `ended`.
    #[schema(value_type = String, example = "offered")]
    state: ListingState,
    /// Why, for the record.
    #[schema(example = "Certification arrived")]
    title: String,
}

impl FromForm for Decision {
    fn from_form(form: &mut Form) -> Option<Self> {
        let state = form.need("state");
        let title = form.need_text("title", TITLE_CHARS_MAX);
        Some(Self {
            state: state?,
            title: title?,
        })
    }
}

/// Decides on a listing, and puts the decision on the record.
///
/// Offering decides nothing of a sale: whether it is on sale is the gate's answer. The state that it has already
/// is no decision, and records nothing.
#[utoipa::path(
    put, path = "/api/v1/listings/{listing}/state", tag = "listings", request_body = Decision,
    responses(
        (status = 200, description = "It is so.", body = ListingJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: it cannot become that any more."),
    ),
)]
pub async fn decide_listing(
    State(app): State<App>,
    At(id): At<ListingId>,
    Asked(Nothing): Asked<Nothing>,
    Operator(by): Operator,
    Body(decision): Body<Decision>,
) -> Result<Json<ListingJson>, Problem> {
    let absent = || Problem::not_found("listing", &id);
    let listing = app.house.listing(&id).await?.ok_or_else(absent)?;
    if listing.state != decision.state {
        let (house, id) = (app.house.clone(), id.clone());
        let Decision { state, title } = decision;
        detached(async move { house.decide(&id, state, &by.party, &title).await }).await?;
    }
    let listing = app.house.listing(&id).await?.ok_or_else(absent)?;
    let moment = Moment::at(app.house.present());
    let judged = app.house.judge(listing, moment).await?;
    let directory = app.house.directory();
    Ok(Json(ListingJson::new(&judged, &DirectoryNames(&directory))))
}
