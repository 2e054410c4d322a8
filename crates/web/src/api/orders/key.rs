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
#[into_params(names("Idempotency-Key"), parameter_in = Header)]
pub struct IdempotencyKey(pub String);

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
            .map(|key| Self(key.to_owned()))
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
