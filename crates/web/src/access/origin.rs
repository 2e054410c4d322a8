//! What changes something must not come from another site's page.

use axum::http::Method;
use axum::http::header::{self, HeaderMap};

use super::{bearer, cookie};
use crate::App;
use crate::problem::{Problem, WebCode};

/// Where a request says that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A page of ours, or the address line.
    Here,
    /// Somewhere else.
    Elsewhere,
    /// It does not say: no browser of today.
    Unsaid,
}

/// What changes something must not come from another site's page. A browser says where from; a program that
/// does not may go on only with neither a cookie nor a form, which a browser could be made to send.
pub(super) fn check_origin(app: &App, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let detail = match origin_of(headers, app.serving.is_https) {
        Origin::Here => return Ok(()),
        Origin::Elsewhere => "the page that sent this is not of this site",
        Origin::Unsaid if is_form(headers) => "a form says which page it comes from (Origin)",
        Origin::Unsaid if bearer(headers).is_none() && cookie(headers).is_some() => {
            "a cookie alone is not enough: send Origin, or a bearer token"
        }
        Origin::Unsaid => return Ok(()),
    };
    Err(Problem::web(WebCode::CrossOrigin, detail))
}

fn origin_of(headers: &HeaderMap, is_https: bool) -> Origin {
    let text = |name: &str| headers.get(name).map(|value| value.to_str());
    let by_fetch = match text("sec-fetch-site") {
        None => Origin::Unsaid,
        Some(Ok("same-origin" | "none")) => Origin::Here,
        Some(_) => Origin::Elsewhere,
    };
    let by_origin = match text("origin") {
        None => Origin::Unsaid,
        Some(Ok(origin)) if is_own(origin, text("host").and_then(Result::ok), is_https) => {
            Origin::Here
        }
        Some(_) => Origin::Elsewhere,
    };
    match (by_fetch, by_origin) {
        (Origin::Elsewhere, _) | (_, Origin::Elsewhere) => Origin::Elsewhere,
        (Origin::Unsaid, Origin::Unsaid) => Origin::Unsaid,
        _ => Origin::Here,
    }
}

fn is_own(origin: &str, host: Option<&str>, is_https: bool) -> bool {
    let authority = match origin.split_once("://") {
        Some(("https", authority)) => authority,
        Some(("http", authority)) if !is_https => authority,
        _ => return false,
    };
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}

/// What a browser can send across sites without asking first.
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ]
    .iter()
    .any(|form| kind.starts_with(form))
}
