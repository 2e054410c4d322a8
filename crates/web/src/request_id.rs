//! The outermost layer: names each request, bounds its time, and writes what went wrong.
//!
//! Everything that fails ends here, whether a handler said so or the framework did, and leaves as a problem
//! under `/api` or as a page elsewhere. Every answer gets the headers that guard a visitor's browser.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use trade::Code;

use crate::App;
use crate::no_imei;
use crate::pages;
use crate::problem::{Problem, WebCode};

/// In every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: &str = "application/problem+json";
const RETRY_AFTER_SECONDS: u64 = 1;

pub(crate) async fn name_and_finish(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let id = app.request_ids.next();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = match no_imei::in_address(request.uri(), request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => {
            let answer = tokio::time::timeout(app.serving.request_timeout, next.run(request));
            answer.await.unwrap_or_else(|_| {
                Problem::web(WebCode::TimedOut, "the answer took too long").into_response()
            })
        }
    };
    let mut response = finish(&app, response, &id, &method, &path);
    if is_api(&path) {
        // Nobody keeps an answer that may say "buyable", unless its handler says that it may be kept.
        let headers = response.headers_mut();
        let unless_said = headers.entry(header::CACHE_CONTROL);
        unless_said.or_insert(HeaderValue::from_static("no-store"));
    }
    pages::put_headers(response.headers_mut(), app.serving.is_https);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn finish(app: &App, mut response: Response, id: &str, method: &Method, path: &str) -> Response {
    let mut problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => match of_framework(&response, method, path) {
            Some(problem) => problem,
            None => return response,
        },
    };
    no_imei::out_of_problem(&mut problem);
    if let Some(inside) = &problem.inside {
        // One line for the operator; the client has the id and nothing of this.
        let place = without_links(path);
        eprintln!("{id} {method} {place}: {}", inside.replace('\n', " "));
    }
    let (mut parts, _) = response.into_parts();
    parts.status = problem.status;
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = problem.body(id);
    let (kind, text) = if is_api(path) {
        let text = serde_json::to_string(&body).unwrap_or_default();
        (PROBLEM_JSON, text)
    } else {
        pages::problem_page(app, &body)
    };
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let soon = (problem.status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER_SECONDS);
    if let Some(seconds) = problem.retry_after_seconds.or(soon) {
        parts.headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if problem.status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer realm=\"passband\"");
        parts.headers.insert(header::WWW_AUTHENTICATE, scheme);
    }
    Response::from_parts(parts, text.into())
}

/// A path without the token of a one-time link, which opens something for whoever reads it in a log.
fn without_links(path: &str) -> String {
    const TOKEN_CHARS: usize = 64;
    let is_token = |part: &str| {
        part.len() == TOKEN_CHARS && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let parts = path.split('/');
    let told: Vec<&str> = parts
        .map(|part| if is_token(part) { "…" } else { part })
        .collect();
    told.join("/")
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// What the framework answered on its own, in our words.
fn of_framework(response: &Response, method: &Method, path: &str) -> Option<Problem> {
    let is_ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| {
            kind.as_bytes().starts_with(b"application/")
                || kind.as_bytes().starts_with(b"text/html")
        });
    let is_fault = response.status().is_client_error() || response.status().is_server_error();
    if is_ours || !is_fault {
        return None;
    }
    let web = |code, detail: String| Some(Problem::web(code, detail));
    match response.status() {
        StatusCode::NOT_FOUND => Some(Problem::of(
            Code::NotFound,
            format!("there is nothing at {path}"),
        )),
        StatusCode::METHOD_NOT_ALLOWED => web(
            WebCode::MethodNotAllowed,
            format!("{path} does not take {method}"),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => web(WebCode::BodyTooLarge, "the body is too large".into()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => web(
            WebCode::MediaType,
            "the body is not in a form that is taken here".into(),
        ),
        status if status.is_client_error() => web(
            WebCode::MalformedRequest,
            "the request cannot be read".into(),
        ),
        status if status.is_server_error() => {
            let mut problem: Problem = trade::Error::new(Code::Broken, "").into();
            problem.inside = Some(format!("the framework answered {status}"));
            Some(problem)
        }
        _ => None,
    }
}
