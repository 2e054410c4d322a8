//! `GET /healthz` and `GET /readyz`: for whoever keeps the process running, outside the versioned API.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};

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
    /// Whether its snapshot was found to differ from the record: it is not ready until it is started again.
    is_in_doubt: bool,
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
        is_in_doubt: app.house.is_in_doubt(),
    };
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness))
}

/// Gives the same as numbers, in the text format of Prometheus.
#[utoipa::path(
    get, path = "/api/v1/metrics", tag = "health",
    responses((status = 200, description = "Gauges.", body = String, content_type = "text/plain")),
)]
pub async fn metrics(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> ([(header::HeaderName, &'static str); 1], String) {
    let house = &app.house;
    let age = house.age();
    let number = |is: bool| if is { "1" } else { "0" }.to_owned();
    let gauges = [
        (
            "passband_ready",
            "Whether this node may show things as buyable.",
            number(house.is_fresh()),
        ),
        (
            "passband_snapshot_next_position",
            "The position in the record that comes next, as far as it has followed.",
            house.snapshot().next_position().to_string(),
        ),
        (
            "passband_snapshot_age_seconds",
            "How long ago it last knew that it had the whole record.",
            age.map_or_else(|| "+Inf".to_owned(), seconds),
        ),
        (
            "passband_snapshot_in_doubt",
            "Whether its snapshot was found to differ from the record.",
            number(house.is_in_doubt()),
        ),
    ];
    let lines = gauges.map(|(name, help, value)| {
        format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n")
    });
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], lines.concat())
}

/// `0.137`.
fn seconds(age: Duration) -> String {
    format!("{}.{:03}", age.as_secs(), age.subsec_millis())
}
