//! Errors as RFC 9457 problems, with the same stable codes everywhere.
//!
//! A handler answers `Result<_, Problem>`. The problem travels in the response's extensions to the outermost
//! layer (`request_id.rs`), which knows the request's id and writes it: as `application/problem+json` under
//! `/api`, as a page elsewhere. Inside text never leaves: what is [`Code::Broken`] is logged there and told in
//! general words.

use std::ops::{Deref, DerefMut};

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::fault::Fault;
use serde::Serialize;
use trade::{Code, Kind};
use utoipa::ToSchema;

use crate::wire::CandidateJson;

macro_rules! web_codes {
    ($($code:ident = $name:literal, $status:ident, $title:literal, $help:literal;)*) => {
        /// Codes of the edge's own, beside [`trade::Code`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum WebCode { $(#[doc = $title] $code,)* }

        impl WebCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// As written in answers.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$code => $name),* } }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> StatusCode { match self { $(Self::$code => StatusCode::$status),* } }

            /// What it is, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str { match self { $(Self::$code => $title),* } }

            /// What to do next.
            #[must_use]
            pub const fn help(self) -> &'static str { match self { $(Self::$code => $help),* } }
        }
    };
}

web_codes! {
    OrderRefused = "order_refused", CONFLICT, "The order was not accepted",
        "read `refusals`: each line says what is missing and who can supply it";
    NotAllowed = "not_allowed", FORBIDDEN, "This is not yours to do", "sign in as somebody who may; an owner of the party gives roles";
    CrossOrigin = "cross_origin", FORBIDDEN, "The request comes from another site",
        "send it from this site's own pages, or as JSON with a bearer token";
    MalformedRequest = "malformed_request", BAD_REQUEST, "The request cannot be read",
        "check the address, the query and the JSON that is sent";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Not with this method",
        "`Allow` in the answer names the methods";
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "Too much was sent",
        "send at most 1 MiB of JSON, or a file of at most 16 MiB";
    MediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Not in this form",
        "send `Content-Type: application/json`";
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too often", "wait as long as `Retry-After` says, then try again";
    TimedOut = "timed_out", SERVICE_UNAVAILABLE, "It took too long",
        "ask whether it was done; an order is asked again with the same Idempotency-Key";
}

/// The HTTP status of a use case's error.
#[must_use]
pub const fn status_of(code: Code) -> StatusCode {
    match (code, code.kind()) {
        (Code::SignInFailed | Code::SignInNeeded, _) => StatusCode::UNAUTHORIZED,
        // The draft of the Idempotency-Key header has 422 for a key that comes with another request.
        (Code::KeyReused, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (_, Kind::NotFound) => StatusCode::NOT_FOUND,
        (_, Kind::Conflict) => StatusCode::CONFLICT,
        (_, Kind::NotAllowed) => StatusCode::FORBIDDEN,
        (_, Kind::Invalid) => StatusCode::UNPROCESSABLE_ENTITY,
        (_, Kind::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        (_, Kind::Broken) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// One place in the input that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemPlace {
    /// A JSON pointer into the body (`/lines/0/quantity`), `?name` in the query, a header's name, or
    /// `file:line:column`.
    pub place: String,
    /// The rule that it broke.
    pub rule: String,
    /// What was found, shortened.
    pub found: String,
    /// What to do about it.
    pub help: String,
}

impl From<&Fault> for ProblemPlace {
    fn from(fault: &Fault) -> Self {
        let mut place = fault.file.clone();
        if fault.line > 0 {
            place = format!("{place}:{}", fault.line);
        }
        if !fault.column.is_empty() {
            let colon = if place.is_empty() { "" } else { ":" };
            place = format!("{place}{colon}{}", fault.column);
        }
        Self {
            place,
            rule: fault.rule.to_owned(),
            found: fault.found.clone(),
            help: fault.help.clone(),
        }
    }
}

/// An error on its way out. Boxed, so that an answer's `Result` stays small.
#[derive(Clone, Debug)]
pub struct Problem(Box<ProblemParts>);

/// What a [`Problem`] is made of.
#[derive(Clone, Debug)]
pub struct ProblemParts {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: &'static str,
    /// What kind of error, in a few words.
    pub title: &'static str,
    /// What happened here, in a sentence.
    pub detail: String,
    /// What to do next.
    pub help: &'static str,
    /// The places in the input that are wrong.
    pub errors: Vec<ProblemPlace>,
    /// Of a device that is not known or may be several: those that may be meant, the best first.
    pub candidates: Vec<CandidateJson>,
    /// Of a refused order: why, per listing, as the API has it.
    pub refusals: Option<serde_json::Value>,
    /// After how many seconds it may be tried again; none: it is not said.
    pub retry_after_seconds: Option<u64>,
    /// For the log alone.
    pub(crate) inside: Option<String>,
}

impl Deref for Problem {
    type Target = ProblemParts;

    fn deref(&self) -> &ProblemParts {
        &self.0
    }
}

impl DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut ProblemParts {
        &mut self.0
    }
}

impl Problem {
    /// With a code of the edge's own.
    #[must_use]
    pub fn web(code: WebCode, detail: impl Into<String>) -> Self {
        Self(Box::new(ProblemParts {
            status: code.status(),
            code: code.name(),
            title: code.title(),
            detail: detail.into(),
            help: code.help(),
            errors: Vec::new(),
            candidates: Vec::new(),
            refusals: None,
            retry_after_seconds: None,
            inside: None,
        }))
    }

    /// With a code of a use case.
    #[must_use]
    pub fn of(code: Code, detail: impl Into<String>) -> Self {
        trade::Error::new(code, detail).into()
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::of(Code::NotFound, format!("there is no {what} {id}"))
    }

    /// As it is written, with the request's id.
    #[must_use]
    pub fn body(&self, request_id: &str) -> ProblemBody {
        ProblemBody {
            kind: format!("/errors#{}", self.code),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.to_owned(),
            help: self.help.to_owned(),
            errors: self.errors.clone(),
            candidates: self.candidates.clone(),
            refusals: self.refusals.clone(),
            request_id: request_id.to_owned(),
        }
    }
}

/// RFC 9457, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of error, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, in a sentence.
    pub detail: String,
    /// Stable, for programs to act on.
    pub code: String,
    /// What to do next.
    pub help: String,
    /// The places in the input that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemPlace>,
    /// Of a device that is not known or may be several: those that may be meant, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateJson>,
    /// Of a refused order: why, per listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub refusals: Option<serde_json::Value>,
    /// For the operator, to find it in the log.
    pub request_id: String,
}

impl From<trade::Error> for Problem {
    fn from(error: trade::Error) -> Self {
        let code = error.code;
        let is_ours = code.kind() == Kind::Broken;
        let detail = if is_ours {
            "something went wrong here; it is in the log under the request id".to_owned()
        } else {
            error.detail.clone()
        };
        Self(Box::new(ProblemParts {
            status: status_of(code),
            code: code.name(),
            title: code.title(),
            detail,
            help: code.help(),
            errors: error.faults.iter().map(ProblemPlace::from).collect(),
            candidates: error.candidates.iter().map(CandidateJson::from).collect(),
            refusals: None,
            retry_after_seconds: None,
            inside: is_ours.then_some(error.detail),
        }))
    }
}

impl From<domain::ParseError> for Problem {
    fn from(error: domain::ParseError) -> Self {
        trade::Error::from(error).into()
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => WebCode::MediaType,
            StatusCode::PAYLOAD_TOO_LARGE => WebCode::BodyTooLarge,
            StatusCode::UNPROCESSABLE_ENTITY => {
                return Self::of(Code::InvalidInput, rejection.body_text());
            }
            _ => WebCode::MalformedRequest,
        };
        Self::web(code, rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::web(WebCode::MalformedRequest, rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::web(WebCode::MalformedRequest, rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Runs work that changes something apart from the connection: a client that hangs up cannot cut it.
///
/// # Errors
/// As the work; a panic in it is ours.
pub async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, trade::Error>> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::spawn(work).await {
        Ok(done) => Ok(done?),
        Err(ended) => {
            let mut problem = Problem::of(Code::Broken, "");
            problem.inside = Some(format!("the work ended without an answer: {ended}"));
            Err(problem)
        }
    }
}
