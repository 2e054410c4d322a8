//! `GET /record`: the record from its beginning, page by page.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::Asked;
use crate::api::form::{Form, FromForm, invalid_at};
use crate::api::paging::Paging;
use crate::problem::Problem;
use crate::wire::RecordEntryJson;

const SORT: &str = "record";

/// Which page.
pub struct RecordQuery(Paging);

impl FromForm for RecordQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self(Paging::take(form)))
    }
}

/// A page of the record.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordPage)]
pub struct RecordPageJson {
    /// In order of position.
    items: Vec<RecordEntryJson>,
    /// The `cursor` of the next page; `null`: this is the last for now.
    next: Option<String>,
}

/// Lists the record in order of position.
#[utoipa::path(
    get, path = "/api/v1/record", tag = "record", params(Paging),
    responses((status = 200, description = "A page.", body = RecordPageJson)),
)]
pub async fn list_record(
    State(app): State<App>,
    Asked(RecordQuery(paging)): Asked<RecordQuery>,
) -> Result<Json<RecordPageJson>, Problem> {
    let from = match paging.after(SORT)? {
        None => 0,
        Some(last) => last
            .parse::<u64>()
            .ok()
            .and_then(|last| last.checked_add(1))
            .ok_or_else(|| invalid_at("?cursor", "cursor.not_ours", last, "leave it out"))?,
    };
    let entries = app.house.record_page(from, paging.limit + 1).await?;
    let (entries, next) = paging.cut(entries, SORT, |one| one.recorded.position.to_string());
    let items = entries.iter().map(RecordEntryJson::from).collect();
    Ok(Json(RecordPageJson { items, next }))
}
