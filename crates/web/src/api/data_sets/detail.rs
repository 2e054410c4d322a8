//! `GET /data-sets/{data_set}`: one file of one source, with what was wrong in it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::DataSetId;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::DataSetJson;
use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::limits::FAULTS_SHOWN_MAX;
use crate::api::path::At;
use crate::api::tagged::tagged;
use crate::problem::Problem;
use crate::wire::FaultJson;

/// A data set with its faults.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSetDetail)]
pub struct DataSetDetailJson {
    /// The data set.
    data_set: DataSetJson,
    /// Rows that were not read; with the notes at most 1,000.
    faults: Vec<FaultJson>,
    /// Rows that were read, with something set aside.
    notes: Vec<FaultJson>,
}

/// Shows a data set.
#[utoipa::path(
    get, path = "/api/v1/data-sets/{data_set}", tag = "data sets",
    responses(
        (status = 200, description = "The data set and its faults.", body = DataSetDetailJson),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_data_set(
    State(app): State<App>,
    At(id): At<DataSetId>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(set) = app.house.data_set(&id).await? else {
        return Err(Problem::not_found("data set", id));
    };
    let most = u32::try_from(FAULTS_SHOWN_MAX).unwrap_or(u32::MAX);
    let stored = app.house.data_set_faults(&id, most).await?;
    let (notes, faults): (Vec<_>, Vec<_>) = stored.into_iter().partition(|fault| fault.is_note);
    let shown = |faults: Vec<trade::StoredFault>| {
        let faults = faults.into_iter();
        let shown = faults.map(|fault| FaultJson {
            file: set.file_name.clone(),
            line: fault.line,
            column: fault.column,
            rule: fault.rule,
            found: fault.found,
            help: fault.help,
        });
        shown.collect()
    };
    let detail = DataSetDetailJson {
        data_set: DataSetJson::new(&app, &set)?,
        faults: shown(faults),
        notes: shown(notes),
    };
    tagged(&headers, &detail)
}
