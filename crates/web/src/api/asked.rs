//! What a request brings: a JSON body, a query, bytes; and the fields that many requests share.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use domain::scope::Scope;
use domain::{Instant, Period};
use trade::gate::snapshot::Moment;
use utoipa::IntoParams;

use super::form::{Form, FromForm};
use super::json;
use crate::App;
use crate::problem::{Problem, ProblemPlace, WebCode};

/// Most parameters of a query.
const QUERY_FIELDS_MAX: usize = 32;

/// A stretch of time: `from` and `until`, each open where it is left out.
pub struct PeriodForm(pub Period);

impl FromForm for PeriodForm {
    fn from_form(form: &mut Form) -> Option<Self> {
        let period = Period {
            from: form.may("from"),
            until: form.may("until"),
        };
        if let (Some(from), Some(until)) = (period.from, period.until)
            && from >= until
        {
            let help = "`until` is the first instant after the period, so it is later than `from`";
            form.fault("until", "period.order", &until.to_string(), help);
        }
        Some(Self(period))
    }
}

/// For when a question is asked, and with what knowledge: `at` and `known_at`.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asking {
    /// As of this instant; left out: now.
    #[param(value_type = Option<String>, example = "2016-02-01")]
    pub at: Option<Instant>,
    /// As known at this instant; left out: with all that is known.
    #[param(value_type = Option<String>, example = "2016-02-01T09:30:00Z")]
    pub known_at: Option<Instant>,
}

impl Asking {
    /// The moment; what is not said is the present, and all that is known.
    pub fn moment(self, app: &App) -> Moment {
        Moment {
            at: self.at.unwrap_or_else(|| app.house.present()),
            known_at: self.known_at.unwrap_or(Instant::MAX),
        }
    }
}

impl FromForm for Asking {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            at: form.may("at"),
            known_at: form.may("known_at"),
        })
    }
}

/// The fault of a field that names something which this house does not know.
pub async fn unknown(
    app: &App,
    place: &str,
    scope: &Scope,
) -> Result<Option<ProblemPlace>, Problem> {
    let is_known = app.house.knows(scope).await?;
    Ok((!is_known).then(|| ProblemPlace {
        place: place.to_owned(),
        rule: "directory.unknown".to_owned(),
        found: scope.to_string(),
        help: "name something that is in the directory".to_owned(),
    }))
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: FromForm> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "the body is not said to be JSON";
            return Err(Problem::web(WebCode::MediaType, detail));
        }
        let bytes = bytes(request, app).await?;
        let value = json::read(&bytes).map_err(|error| {
            let detail = format!("the body is not JSON: {error}");
            Problem::web(WebCode::MalformedRequest, detail)
        })?;
        Form::read_body(value).map(Self)
    }
}

/// A body of bytes, at most as many as the route takes.
pub async fn bytes(request: Request, app: &App) -> Result<Bytes, Problem> {
    Bytes::from_request(request, app)
        .await
        .map_err(|rejection| match rejection.status() {
            axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::web(WebCode::BodyTooLarge, "the body is too large")
            }
            _ => Problem::web(WebCode::MalformedRequest, "the body did not arrive whole"),
        })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// What the query asks.
pub struct Asked<T>(pub T);

impl<T: FromForm> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)?.0;
        if pairs.len() > QUERY_FIELDS_MAX {
            let detail = format!("a query has at most {QUERY_FIELDS_MAX} parameters");
            return Err(Problem::web(WebCode::MalformedRequest, detail));
        }
        Form::read_query(pairs).map(Self)
    }
}

/// Nothing may be asked.
pub struct Nothing;

impl FromForm for Nothing {
    fn from_form(_: &mut Form) -> Option<Self> {
        Some(Self)
    }
}
