//! Answers that stay the same for a while: with an `ETag`, and without a body for who has it already.
//!
//! For what says nothing of whether something may be sold; that is never kept by anybody.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use trade::change::sha256;

use crate::problem::Problem;

/// Hex digits of the hash that a tag has.
const TAG_DIGITS: usize = 32;

/// JSON with the tag of its bytes.
pub fn tagged<T: Serialize>(asked: &HeaderMap, value: &T) -> Result<Response, Problem> {
    let text = serde_json::to_string(value).map_err(|error| {
        trade::Error::new(
            trade::Code::Broken,
            format!("an answer cannot be written: {error}"),
        )
    })?;
    Ok(tagged_text(asked, "application/json", text))
}

/// Text with the tag of its bytes.
pub fn tagged_text(asked: &HeaderMap, kind: &'static str, text: String) -> Response {
    let tag = format!("\"{}\"", &sha256(text.as_bytes())[..TAG_DIGITS]);
    let is_known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| matches!(known.trim(), known if known == "*" || known.trim_start_matches("W/") == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (
            [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
            text,
        )
            .into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // Kept, and asked again before it is used.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
