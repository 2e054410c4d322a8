//! `PUT /markets/{market}/policy`: puts a policy in force, written as TOML.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::evidence::Claim;
use domain::fault::Fault;
use domain::id::MarketId;
use domain::policy::Policy;
use trade::change::Draft;
use trade::desk::Entered;
use trade::gate::snapshot::Moment;
use trade::{Code, policy_toml};
use utoipa::IntoParams;

use super::policy::PolicyInForceJson;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, bytes};
use crate::api::evidence::detail::entered;
use crate::api::form::{Form, FromForm};
use crate::api::limits::TITLE_CHARS_MAX;
use crate::api::path::At;
use crate::problem::{Problem, WebCode, detached};
use crate::wire::draft::DraftJson;

/// How the body is named in the places of its faults.
pub const FILE: &str = "policy.toml";

/// What the query says of it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PolicyQuery {
    /// The document's title, for the record.
    #[param(value_type = Option<String>, example = "Policy for smartphones")]
    title: Option<String>,
}

impl FromForm for PolicyQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            title: form.may_text("title", TITLE_CHARS_MAX),
        })
    }
}

/// Puts a policy in force from now on.
///
/// The same policy again changes nothing and answers 200.
#[utoipa::path(
    put, path = "/api/v1/markets/{market}/policy", tag = "markets", params(PolicyQuery),
    request_body(content = String, content_type = "application/toml", description = "docs/guide/policy.md has the form."),
    responses(
        (status = 200, description = "It was in force already.", body = PolicyInForceJson),
        (status = 201, description = "It is in force.", body = PolicyInForceJson),
        (status = 202, description = "It could open a sale: a draft waits for a second person. `Location` names it.", body = DraftJson),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`policy_invalid`: `errors` has every line."),
    ),
)]
pub async fn set_market_policy(
    State(app): State<App>,
    At(market): At<MarketId>,
    Asked(query): Asked<PolicyQuery>,
    Operator(by): Operator,
    request: Request,
) -> Result<Response, Problem> {
    super::known(&app, &market)?;
    let policy = read(&app, &market, request).await?;
    let snapshot = app.house.snapshot();
    let in_force = snapshot.policy(&market, Moment::at(app.house.present()));
    if let Some((known, recorded)) = in_force
        && *known == policy
    {
        let known = PolicyInForceJson::new(known, recorded);
        return Ok((StatusCode::OK, Json(known)).into_response());
    }
    let title = query
        .title
        .unwrap_or_else(|| format!("Policy of market {market}"));
    let house = app.house.clone();
    let draft = Draft::policy(policy, &title);
    let done = detached(async move { house.enter(draft, &by).await }).await?;
    let Entered::Recorded(change) = &done else {
        return entered(&app, &done).await;
    };
    let recorded = change.recorded();
    match &recorded.evidence.claim {
        Claim::Policy(policy) => {
            let set = PolicyInForceJson::new(policy, recorded);
            Ok((StatusCode::CREATED, Json(set)).into_response())
        }
        _ => Err(Problem::of(
            Code::Broken,
            "a policy was recorded as something else",
        )),
    }
}

async fn read(app: &App, market: &MarketId, request: Request) -> Result<Policy, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != "application/toml") {
        let detail = "a policy is sent as `Content-Type: application/toml`";
        return Err(Problem::web(WebCode::MediaType, detail));
    }
    let bytes = bytes(request, app).await?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Problem::web(WebCode::MalformedRequest, "the policy is not UTF-8"))?;
    let invalid = |faults| Problem::from(trade::Error::faults(Code::PolicyInvalid, faults));
    let policy = policy_toml::parse_here(FILE, text, &app.house.directory()).map_err(invalid)?;
    if policy.market == *market {
        return Ok(policy);
    }
    Err(invalid(vec![Fault {
        file: FILE.to_owned(),
        line: 0,
        column: "market".to_owned(),
        rule: "policy.other_market",
        found: policy.market.to_string(),
        help: "name the market that the address names".to_owned(),
    }]))
}
