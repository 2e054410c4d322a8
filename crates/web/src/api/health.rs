//! `GET /healthz` and `GET /readyz`: for whoever keeps the process running, outside the versioned API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// The process answers.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthJson {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether this node keeps up with the record.
#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
pub struct ReadinessJson {
    /// Whether it may show things as buyable.
    is_ready: bool,
    /// How long ago it last knew that it had the whole record; `null`: never.
    snapshot_age_ms: Option<u64>,
    /// The position in the record that comes next, as far as it has followed.
    next_position: u64,
}

/// Answers as long as the process does.
#[utoipa::path(
    get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It lives.", body = HealthJson)),
)]
pub async fn healthz() -> Json<HealthJson> {
    Json(HealthJson { status: "ok" })
}

/// Answers whether this node is in step with the record.
///
/// One that is not shows nothing as buyable, and takes orders all the same: the one door asks the record itself.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses(
        (status = 200, description = "It is in step.", body = ReadinessJson),
        (status = 503, description = "It is behind; send visitors to another node.", body = ReadinessJson),
    ),
)]
pub async fn readyz(State(app): State<App>) -> (StatusCode, Json<ReadinessJson>) {
    let age = app.house.age();
    let is_ready = app.house.is_fresh();
    let readiness = ReadinessJson {
        is_ready,
        snapshot_age_ms: age.and_then(|age| u64::try_from(age.as_millis()).ok()),
        next_position: app.house.snapshot().next_position(),
    };
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness))
}
