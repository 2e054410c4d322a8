//! The `Idempotency-Key` of a request that must not be done twice.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use trade::door::KEY_LENGTH_MAX;
use utoipa::IntoParams;

use crate::App;
use crate::problem::{Problem, ProblemPlace, WebCode};

const HEADER: &str = "idempotency-key";

/// The key that came with a request; asked for again with it, an order is the same order.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// A key of the caller's own for this one order, such as a random UUID: 1 to 128 letters, digits or signs. Asked
    /// again with it, it is the same order.
    #[param(
        rename = "Idempotency-Key",
        example = "0d5f8e3c-6f6b-4f0e-9f6c-1f2f6f0b7a11"
    )]
    pub key: String,
}

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let mut sent = parts.headers.get_all(HEADER).iter();
        let key = match (sent.next(), sent.next()) {
            (Some(only), None) => only.to_str().ok(),
            _ => None,
        };
        let is_key = |key: &&str| {
            (1..=KEY_LENGTH_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        };
        key.filter(is_key)
            .map(|key| Self {
                key: key.to_owned(),
            })
            .ok_or_else(missing)
    }
}

fn missing() -> Problem {
    let detail = "an order needs one `Idempotency-Key`, so that asking again cannot order again";
    let mut problem = Problem::web(WebCode::MalformedRequest, detail);
    problem.errors.push(ProblemPlace {
        place: "Idempotency-Key".to_owned(),
        rule: "key.form".to_owned(),
        found: String::new(),
        help: format!("send 1 to {KEY_LENGTH_MAX} letters, digits or signs, such as a random UUID"),
    });
    problem
}
