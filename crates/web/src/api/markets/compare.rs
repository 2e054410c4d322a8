//! `GET /markets/{market}/data-sets/{data_set}/comparison`: what activating it would change.

use axum::Json;
use axum::extract::State;
use domain::id::{DataSetId, MarketId};

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::problem::Problem;
use crate::wire::deliveries::ComparisonJson;

/// Holds a data set against the delivery of the same source that is active in the market.
///
/// Changes nothing.
#[utoipa::path(
    get, path = "/api/v1/markets/{market}/data-sets/{data_set}/comparison", tag = "data sets",
    responses(
        (status = 200, description = "Facts and verdicts that would differ.", body = ComparisonJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn compare_data_set(
    State(app): State<App>,
    At((market, data_set)): At<(MarketId, DataSetId)>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<ComparisonJson>, Problem> {
    super::known(&app, &market)?;
    let comparison = app.house.compare(&market, &data_set).await?;
    Ok(Json((&comparison).into()))
}
