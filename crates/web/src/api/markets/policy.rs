//! `GET /markets/{market}/policy`: what a market demands, now or then.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::evidence::Recorded;
use domain::id::MarketId;
use domain::policy::Policy;
use serde::Serialize;
use trade::PolicyJson;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Asking};
use crate::api::path::At;
use crate::api::tagged::tagged;
use crate::problem::Problem;
use crate::wire::PeriodJson;

/// A policy with its place in the record.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyInForce)]
pub struct PolicyInForceJson {
    /// Which piece of evidence it is.
    evidence: String,
    /// Its position in the record.
    position: u64,
    /// When it was recorded.
    recorded_at: String,
    /// For which time it holds.
    valid: PeriodJson,
    /// What it demands.
    policy: PolicyJson,
}

impl PolicyInForceJson {
    /// As recorded.
    pub fn new(policy: &Policy, recorded: &Recorded) -> Self {
        Self {
            evidence: recorded.evidence.id.to_string(),
            position: recorded.position,
            recorded_at: recorded.at.to_string(),
            valid: (&recorded.evidence.valid).into(),
            policy: PolicyJson::write(policy),
        }
    }
}

/// Shows the policy in force in a market.
#[utoipa::path(
    get, path = "/api/v1/markets/{market}/policy", tag = "markets", params(Asking),
    responses(
        (status = 200, description = "The policy.", body = PolicyInForceJson),
        (status = 404, description = "`not_found`: no such market, or no policy in force; then it sells nothing."),
    ),
)]
pub async fn market_policy(
    State(app): State<App>,
    At(market): At<MarketId>,
    Asked(asking): Asked<Asking>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    super::known(&app, &market)?;
    let snapshot = app.house.snapshot();
    match snapshot.policy(&market, asking.moment(&app)) {
        Some((policy, recorded)) => tagged(&headers, &PolicyInForceJson::new(policy, recorded)),
        None => Err(Problem::not_found("policy in force in market", &market)),
    }
}
