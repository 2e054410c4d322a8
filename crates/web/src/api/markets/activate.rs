//! `PUT /markets/{market}/data-sets/{data_set}`: a data set's rows speak in a market from now on.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::{DataSetId, MarketId};

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};
use crate::api::evidence::detail::entry;
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::RecordEntryJson;

/// Activates a data set in a market.
///
/// An activation is evidence: withdraw it to end it. Activated again after that, it is a new one.
#[utoipa::path(
    put, path = "/api/v1/markets/{market}/data-sets/{data_set}", tag = "data sets",
    responses(
        (status = 200, description = "It was active already.", body = RecordEntryJson),
        (status = 201, description = "It is active.", body = RecordEntryJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn activate_data_set(
    State(app): State<App>,
    At((market, data_set)): At<(MarketId, DataSetId)>,
    Asked(Nothing): Asked<Nothing>,
    Operator(by): Operator,
) -> Result<(StatusCode, Json<RecordEntryJson>), Problem> {
    super::known(&app, &market)?;
    let house = app.house.clone();
    let change =
        detached(async move { house.activate(&market, &data_set, &by.party).await }).await?;
    entry(&app, &change).await
}
