//! `GET /verdict-changes`: what the record and the passing of time made of each listing, in one order.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use trade::verdict_changes::From;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Operator;
use crate::api::asked::Asked;
use crate::api::form::{Form, FromForm};
use crate::api::paging::Paging;
use crate::problem::Problem;
use crate::wire::verdict_changes::VerdictChangeJson;

const SORT: &str = "verdict-changes";

/// From where on, and how many.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    #[param(ignore)]
    paging: Paging,
    /// Only what came after the entry at this position, its own changes not included; left out: from the beginning.
    /// With `cursor` it says nothing.
    #[param(value_type = Option<u64>)]
    after: Option<u32>,
}

impl FromForm for ChangesQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            paging: Paging::take(form),
            after: form.may_number("after", &(0..=u32::MAX)),
        })
    }
}

/// A page of the stream.
#[derive(Serialize, ToSchema)]
#[schema(as = VerdictChangePage)]
pub struct VerdictChangePageJson {
    /// In order of position, instant and listing.
    items: Vec<VerdictChangeJson>,
    /// The `cursor` of what comes next, also where nothing has come yet: ask again with it. `null`: nothing is
    /// recorded.
    next: Option<String>,
    /// Whether this is all up to now; a page may be empty before that.
    is_end: bool,
}

/// Replays what became of each listing's verdict, from any position, with the same result on every node.
///
/// A listing is in it from the entry that first offers it until the one that ends it. Between two entries stand the
/// instants at which a fact began or ended by itself, up to ten seconds ago. Nothing of it is stored: to begin
/// anywhere reads the record up to there and judges every listing once; to go on with `next` costs what is new.
#[utoipa::path(
    get, path = "/api/v1/verdict-changes", tag = "listings", params(Paging, ChangesQuery),
    responses(
        (status = 200, description = "A page.", body = VerdictChangePageJson),
        (status = 404, description = "`not_found`: there is no entry at that position."),
    ),
)]
pub async fn list_verdict_changes(
    State(app): State<App>,
    Asked(query): Asked<ChangesQuery>,
    _: Operator,
) -> Result<Json<VerdictChangePageJson>, Problem> {
    let from = match (query.paging.after(SORT)?, query.after) {
        (Some(place), _) => {
            let place = place.parse();
            From::Place(place.map_err(|error| Problem::from(trade::Error::from(error)))?)
        }
        (None, Some(position)) => From::Entry(u64::from(position)),
        (None, None) => From::Beginning,
    };
    let page = app
        .house
        .verdict_changes(&from, query.paging.items())
        .await?;
    Ok(Json(VerdictChangePageJson {
        items: page.items.iter().map(VerdictChangeJson::from).collect(),
        next: page
            .next
            .map(|place| Paging::cursor(SORT, &place.to_string())),
        is_end: page.is_end,
    }))
}
