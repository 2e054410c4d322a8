//! `GET /data-sets`: everything that was imported.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::answer::DataSetJson;
use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::tagged::tagged;
use crate::problem::Problem;

/// Lists the data sets, oldest import first.
#[utoipa::path(
    get, path = "/api/v1/data-sets", tag = "data sets",
    responses((status = 200, description = "All of them.", body = Vec<DataSetJson>)),
)]
pub async fn list_data_sets(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sets = app.house.data_sets().await?;
    let sets: Vec<DataSetJson> = sets
        .iter()
        .map(|set| DataSetJson::new(&app, set))
        .collect::<Result<_, _>>()?;
    tagged(&headers, &sets)
}
