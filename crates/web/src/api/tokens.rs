//! `GET` and `POST /tokens`, `DELETE /tokens/{token}`: the tokens of one's own programs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::member::TokenScope;
use serde::Serialize;
use serde_json::Value;
use trade::people::{ApiToken, NewToken, TOKEN_DAYS_MAX, TOKEN_NAME_CHARS_MAX};
use utoipa::ToSchema;

use crate::App;
use crate::access::Person;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::path::{At, Name};
use crate::problem::{Problem, detached};

/// For how long a token lives, unless it is said, in days.
const DAYS_DEFAULT: u32 = 90;

/// A token of a program, without what it is proved by.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct ApiTokenJson {
    /// Its id, `to-…`.
    id: String,
    /// What its owner calls it.
    name: String,
    /// What it opens, beside what its member may do anyway.
    scopes: Vec<&'static str>,
    /// When it was made.
    created_at: String,
    /// Its first instant without worth.
    expires_at: String,
    /// The first instant of the day, in UTC, of its last use; `null`: it was never used.
    used_at: Option<String>,
}

impl From<&ApiToken> for ApiTokenJson {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            scopes: token.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            used_at: token.used_at.map(|at| at.to_string()),
        }
    }
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeToken)]
pub struct MadeTokenJson {
    /// Shown once; send it as `Authorization: Bearer`.
    token: String,
    /// The rest of it.
    about: ApiTokenJson,
}

/// A token that is asked for.
#[derive(ToSchema)]
pub struct NewApiToken {
    /// What you call it.
    #[schema(example = "Nightly feed")]
    name: String,
    /// What it opens: `read`, `evidence:write`, `listings:write`, `data-sets:write`, `policies:write`.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<TokenScope>,
    /// For how many days; left out: 90.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 366)]
    days: u32,
}

impl FromForm for NewApiToken {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.need_text("name", TOKEN_NAME_CHARS_MAX);
        let scopes = form.need_any("scopes");
        let scopes = scopes.and_then(|value| scopes_of(form, &value));
        let days = form.may_number("days", &(1..=TOKEN_DAYS_MAX));
        Some(Self {
            name: name?,
            scopes: scopes?,
            days: days.unwrap_or(DAYS_DEFAULT),
        })
    }
}

fn scopes_of(form: &mut Form, value: &Value) -> Option<Vec<TokenScope>> {
    let texts = value.as_array().filter(|all| !all.is_empty());
    let texts = texts.filter(|all| all.len() <= TokenScope::ALL.len());
    let read = texts.and_then(|all| {
        let scopes = all.iter().map(|one| one.as_str()?.parse().ok());
        scopes.collect::<Option<Vec<TokenScope>>>()
    });
    if read.is_none() {
        let names: Vec<&str> = TokenScope::ALL.iter().map(|scope| scope.as_str()).collect();
        let help = format!("send a list of some of: {}", names.join(", "));
        form.fault("scopes", "field.value", &value.to_string(), &help);
    }
    read
}

/// Lists one's own tokens, the oldest first; those that have expired too.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "sessions",
    responses((status = 200, description = "All of them.", body = Vec<ApiTokenJson>)),
)]
pub async fn list_tokens(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
) -> Result<Json<Vec<ApiTokenJson>>, Problem> {
    let found = app.house.own_tokens(&by).await?;
    Ok(Json(found.iter().map(ApiTokenJson::from).collect()))
}

/// Makes a token for a program that acts for you, and may no more than its scopes and your role allow.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "sessions", request_body = NewApiToken,
    responses(
        (status = 201, description = "Made; the token is shown here and kept nowhere.", body = MadeTokenJson),
        (status = 409, description = "`too_many`: fifty are enough."),
    ),
)]
pub async fn make_token(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
    Body(asked): Body<NewApiToken>,
) -> Result<(StatusCode, Json<MadeTokenJson>), Problem> {
    let asked = NewToken {
        name: asked.name,
        scopes: asked.scopes,
        days: asked.days,
    };
    let house = app.house.clone();
    let (made, token) = detached(async move { house.new_token(&by, asked).await }).await?;
    let about = ApiTokenJson::from(&made);
    Ok((StatusCode::CREATED, Json(MadeTokenJson { token, about })))
}

/// Revokes one of one's own tokens: it is worth nothing from the answer on.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{token}", tag = "sessions",
    responses(
        (status = 204, description = "It is revoked."),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn revoke_token(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    detached(async move { house.revoke_token(&by, &id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
