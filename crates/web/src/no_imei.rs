//! The number of a unit is stopped at the edge: not in an address, not in a form that does not ask for it, and
//! in no error on its way out.
//!
//! Addresses are kept by browsers, proxies and logs, so a whole IMEI in one is refused before anything reads it.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Uri, header};
use domain::number::{holds_imei, without_imeis};
use serde_json::Value;
use trade::Code;

use crate::App;
use crate::api::asked::bytes;
use crate::problem::{Problem, ProblemPlace};

/// Fields that are not looked into: one asks for the number, the other is never repeated by anything.
const KEPT_APART: [&str; 2] = ["imei", "password"];
/// Headers whose value is stored or told.
const TOLD_HEADERS: [&str; 1] = ["idempotency-key"];
const DETAIL: &str = "this reads as an IMEI, and is not repeated here";

/// Refuses a request whose address or headers hold the number of a unit.
pub fn in_address(uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
    let address = uri.path_and_query().map_or("", |address| address.as_str());
    let told = TOLD_HEADERS.iter().flat_map(|name| headers.get_all(*name));
    let is_told = told.filter_map(|value| value.to_str().ok()).any(holds_imei);
    (is_told || holds_imei(&decoded(address))).then(|| Problem::of(Code::ImeiNotHere, DETAIL))
}

/// Hands a form on, unless one of its fields holds the number of a unit.
///
/// # Errors
/// It does, or the form did not arrive.
pub async fn out_of_form(request: Request, app: &App) -> Result<Request, Problem> {
    if !is_form(request.headers()) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let read = Request::from_parts(parts.clone(), body);
    let body = bytes(read, app).await?;
    let places = String::from_utf8_lossy(&body);
    let places = places.split('&').filter_map(|field| {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let name = decoded(name);
        let holds = !KEPT_APART.contains(&name.as_str()) && holds_imei(&decoded(value));
        (holds || holds_imei(&name)).then(|| place(&name))
    });
    refusal(places.collect())?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Refuses a JSON value of which a field holds the number of a unit.
///
/// # Errors
/// It does; every place is named.
pub fn out_of_json(value: &Value) -> Result<(), Problem> {
    let mut places = Vec::new();
    look_into(value, "", &mut places);
    refusal(places)
}

fn look_into(value: &Value, at: &str, places: &mut Vec<ProblemPlace>) {
    match value {
        Value::String(text) if holds_imei(text) => places.push(place(at)),
        Value::Number(number) if holds_imei(&number.to_string()) => places.push(place(at)),
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                look_into(value, &format!("{at}/{index}"), places);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                if holds_imei(name) {
                    places.push(place(&at));
                } else if !KEPT_APART.contains(&name.as_str()) {
                    look_into(value, &at, places);
                }
            }
        }
        _ => {}
    }
}

/// Takes the number of a unit out of an error on its way to the client and to the log.
pub fn out_of_problem(problem: &mut Problem) {
    let inside = problem.inside.take();
    problem.inside = inside.map(|text| without_imeis(&text));
    problem.detail = without_imeis(&problem.detail);
    for error in &mut problem.errors {
        error.place = without_imeis(&error.place);
        error.found = without_imeis(&error.found);
        error.help = without_imeis(&error.help);
    }
}

fn place(at: &str) -> ProblemPlace {
    ProblemPlace {
        place: without_imeis(at),
        rule: "imei.not_here".to_owned(),
        found: String::new(),
        help: Code::ImeiNotHere.help().to_owned(),
    }
}

fn refusal(places: Vec<ProblemPlace>) -> Result<(), Problem> {
    if places.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::of(Code::ImeiNotHere, DETAIL);
    problem.errors = places;
    Err(problem)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Percent-decoded, `+` as a blank; what is not UTF-8 is replaced.
fn decoded(text: &str) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| hex(bytes.get(at + 1)).zip(hex(bytes.get(at + 2))));
        if let Some(Some((high, low))) = escaped {
            decoded.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            at += 3;
        } else {
            decoded.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_seen_however_an_address_writes_it() {
        for address in [
            "/check?device=490154203237518",
            "/check?device=49-015420-323751-8",
            "/check?device=49+015420+323751+8",
            "/check?device=49%20015420%20323751%208",
            "/check?device=%34%390154203237518",
            "/check?490154203237518=x",
            "/api/v1/listings/490154203237518",
            "/check?device=%D9%A4%D9%A9%D9%A0%D9%A1%D9%A5%D9%A4%D9%A2%D9%A0%D9%A3%D9%A2%D9%A3%D9%A7%D9%A5%D9%A1",
        ] {
            let uri: Uri = address.parse().expect("an address");
            assert!(in_address(&uri, &HeaderMap::new()).is_some(), "{address}");
        }
        for address in [
            "/check?device=86763402&at=2016-02-01T12:30:00Z",
            "/check?at=20160201123000",
            "/listings/ls-1234567890123456789abcde",
            "/%zz%",
        ] {
            let uri: Uri = address.parse().expect("an address");
            assert!(in_address(&uri, &HeaderMap::new()).is_none(), "{address}");
        }
    }

    #[test]
    fn every_place_of_a_body_is_named_and_no_number_repeated() {
        let body = serde_json::json!({
            "imei": "490154203237518", "password": "490154203237518",
            "a": ["x", { "b": "49-015420-323751-8" }], "c": 490_154_203_237_518_u64,
            "490154203237518": 1,
        });
        let problem = out_of_json(&body).expect_err("holds numbers");
        let mut places: Vec<&str> = problem
            .errors
            .iter()
            .map(|one| one.place.as_str())
            .collect();
        places.sort_unstable();
        assert_eq!(places, ["/49015420…", "/a/1/b", "/c"]);
        assert!(!format!("{problem:?}").contains("323751"), "{problem:?}");
    }
}
