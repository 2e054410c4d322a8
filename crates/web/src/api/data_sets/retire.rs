//! `PUT` and `DELETE /data-sets/{data_set}/retirement`: whether it is asked where no market is named.

use axum::Json;
use axum::extract::State;
use domain::id::DataSetId;

use super::answer::DataSetJson;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::problem::{Problem, detached};

/// Retires a data set: `/check` no longer asks it. Nothing of it is deleted.
///
/// One that is active in a market is taken back there first.
#[utoipa::path(
    put, path = "/api/v1/data-sets/{data_set}/retirement", tag = "data sets",
    responses(
        (status = 200, description = "It is retired.", body = DataSetJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: it is active in a market."),
    ),
)]
pub async fn retire_data_set(
    State(app): State<App>,
    At(id): At<DataSetId>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<DataSetJson>, Problem> {
    set(app, id, true).await
}

/// Restores a retired data set: `/check` asks it again.
#[utoipa::path(
    delete, path = "/api/v1/data-sets/{data_set}/retirement", tag = "data sets",
    responses(
        (status = 200, description = "It is asked.", body = DataSetJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn restore_data_set(
    State(app): State<App>,
    At(id): At<DataSetId>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Json<DataSetJson>, Problem> {
    set(app, id, false).await
}

async fn set(app: App, id: DataSetId, is_retired: bool) -> Result<Json<DataSetJson>, Problem> {
    let house = app.house.clone();
    let set = detached(async move { house.retire(&id, is_retired).await }).await?;
    Ok(Json(DataSetJson::new(&app, &set)?))
}
