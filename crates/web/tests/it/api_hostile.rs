//! Input that means harm, or nothing: every route is tried with it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::api_rows::{Named, Row, Sent, rows};
use crate::harness::{BODY_BYTES_MAX, FILE_BYTES_MAX, Site};

async fn site() -> (Site, Named) {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    (site, named)
}

fn api_rows() -> impl Iterator<Item = Row> {
    rows()
        .into_iter()
        .filter(|row| row.path.starts_with("/api/"))
}

#[tokio::test]
async fn what_cannot_be_an_id_is_answered_as_what_is_not_there() {
    let (site, named) = site().await;
    let long = "a".repeat(3_000);
    let hostile = [
        "%00",
        "..%2F..%2Fetc%2Fpasswd",
        "%27%20OR%201=1--",
        "%F0%9F%92%A9",
        "%FF%FE",
        "A",
        "-",
        "%20",
        &long,
        "18446744073709551616",
        "-1",
        "1e3",
        "+1",
    ];
    let mut tried = 0;
    for row in api_rows() {
        for part in row.path.split('/').filter(|part| part.starts_with('{')) {
            for id in hostile {
                let path = named.path(&row.path.replace(part, id));
                let ask = row.ask_at(&site, &format!("{path}{}", row.query), &named);
                let answer = ask.operator().send().await;
                let problem = answer.problem(404, "not_found");
                assert!(answer.body.len() < 1_000, "{}: {problem}", row.name());
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "only {tried} were tried");
}

#[tokio::test]
async fn what_is_not_there_is_not_found_on_any_route() {
    let (site, named) = site().await;
    for row in api_rows() {
        for part in row.path.split('/').filter(|part| part.starts_with('{')) {
            let absent = if part == "{position}" {
                "4711"
            } else {
                "absent"
            };
            let path = named.path(&row.path.replace(part, absent));
            let ask = row.ask_at(&site, &format!("{path}{}", row.query), &named);
            ask.operator().send().await.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn a_field_that_nobody_asked_for_is_refused() {
    let (site, named) = site().await;
    for row in api_rows() {
        let sign = if row.query.is_empty() { '?' } else { '&' };
        let path = format!("{}{}{sign}surprise=1", named.path(row.path), row.query);
        let answer = row.ask_at(&site, &path, &named).operator().send().await;
        let places = answer.places(422, "invalid_input");
        assert_eq!(places, ["?surprise"], "{}", row.name());
        if let Sent::Json(body) = &row.sent {
            let mut body = body.clone();
            body["sur/prise"] = json!(1);
            let row = row.sends(Sent::Json(body));
            let answer = row.ask(&site, &named).operator().send().await;
            let places = answer.places(422, "invalid_input");
            assert_eq!(places, ["/sur~1prise"], "{}", row.name());
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let (site, named) = site().await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let cases = [
        ("application/json", "", 400, "malformed_request"),
        ("application/json", "{\"a\":", 400, "malformed_request"),
        ("application/json", "\u{0}", 400, "malformed_request"),
        ("application/json", &deep, 400, "malformed_request"),
        (
            "application/json",
            "{\"a\":1,\"a\":2}",
            400,
            "malformed_request",
        ),
        ("application/json", "[]", 422, "invalid_input"),
        ("application/json", "null", 422, "invalid_input"),
        ("text/json", "{}", 415, "unsupported_media_type"),
        ("application/xml", "<a/>", 415, "unsupported_media_type"),
    ];
    for row in api_rows().filter(|row| matches!(row.sent, Sent::Json(_))) {
        for (kind, body, status, code) in cases {
            let ask = row.ask(&site, &named).bytes(kind, body.as_bytes().to_vec());
            ask.operator().send().await.problem(status, code);
        }
    }
}

#[tokio::test]
async fn every_needed_field_that_is_missing_is_named_at_once() {
    let (site, named) = site().await;
    for row in api_rows() {
        let Sent::Json(sent) = &row.sent else {
            continue;
        };
        let ask = row.ask(&site, &named).json(&json!({}));
        let mut places = ask.operator().send().await.places(422, "invalid_input");
        let mut needed: Vec<String> = sent
            .as_object()
            .unwrap()
            .keys()
            .map(|key| format!("/{key}"))
            .collect();
        places.sort_unstable();
        needed.sort_unstable();
        assert_eq!(places, needed, "{}", row.name());
    }
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_refused_and_one_at_it_is_not() {
    let (site, named) = site().await;
    for row in api_rows().filter(|row| !matches!(row.sent, Sent::Nothing)) {
        let (kind, bytes_max) = match row.sent {
            Sent::Json(_) => ("application/json", BODY_BYTES_MAX),
            Sent::Toml => ("application/toml", BODY_BYTES_MAX),
            _ => ("application/octet-stream", FILE_BYTES_MAX),
        };
        let answer = |bytes| {
            row.ask(&site, &named)
                .bytes(kind, vec![b' '; bytes])
                .operator()
        };
        answer(bytes_max + 1)
            .send()
            .await
            .problem(413, "body_too_large");
        let at_limit = answer(bytes_max).send().await;
        assert_ne!(at_limit.status.as_u16(), 413, "{}", row.name());
    }
}

#[tokio::test]
async fn nothing_is_changed_for_another_sites_page() {
    let (site, named) = site().await;
    let cookie = format!("passband_session={}", site.operator);
    let before = site.house.snapshot().next_position();
    for row in api_rows().filter(Row::changes) {
        let headers: [&[(&'static str, &str)]; 6] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://shop.example.evil.example")],
            &[("sec-fetch-site", "cross-site")],
            &[
                ("sec-fetch-site", "same-site"),
                ("origin", "http://shop.example"),
            ],
            // A cookie that came without saying from where.
            &[],
        ];
        for headers in headers {
            let mut ask = row.ask(&site, &named).header("cookie", &cookie);
            for (name, value) in headers {
                ask = ask.header(name, value);
            }
            if !headers.is_empty() {
                ask = ask.operator();
            }
            ask.send().await.problem(403, "cross_origin");
        }
        let form = row.ask(&site, &named).bytes("text/plain", b"{}".to_vec());
        form.operator().send().await.problem(403, "cross_origin");
    }
    assert_eq!(site.house.snapshot().next_position(), before);
}

#[tokio::test]
async fn a_page_of_this_site_may_change_something_with_its_cookie() {
    let (site, named) = site().await;
    let cookie = format!("passband_session={}", site.operator);
    for row in api_rows().filter(Row::changes) {
        let ask = row.ask(&site, &named).header("cookie", &cookie);
        let ask = ask.header("origin", "http://shop.example");
        let answer = ask.header("sec-fetch-site", "same-origin").send().await;
        assert_eq!(
            answer.status.as_u16(),
            row.status,
            "{}: {}",
            row.name(),
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_cursor_or_a_limit_that_is_not_ours_is_refused() {
    let (site, _) = site().await;
    let lists = ["/api/v1/record", "/api/v1/markets/us/listings"];
    for list in lists {
        for limit in ["0", "201", "-1", "1.5", "many", "", "99999999999"] {
            let answer = site.get(&format!("{list}?limit={limit}")).send().await;
            assert_eq!(answer.places(422, "invalid_input"), ["?limit"], "{limit}");
        }
        for cursor in ["", "abc", "MSByZWNvcmQ", "%00", "%27"] {
            let answer = site.get(&format!("{list}?cursor={cursor}")).send().await;
            assert_eq!(answer.places(422, "invalid_input"), ["?cursor"], "{cursor}");
        }
    }
    let page = site.get("/api/v1/record?limit=1").send().await.json(200);
    let cursor = page["next"].as_str().unwrap();
    let other = site
        .get(&format!("{}?cursor={cursor}", lists[1]))
        .send()
        .await;
    assert_eq!(other.places(422, "invalid_input"), ["?cursor"]);
    let both = site
        .get("/api/v1/record?limit=0&cursor=x&limit=1")
        .send()
        .await;
    let places = both.places(422, "invalid_input");
    assert_eq!(places, ["?limit", "?limit", "?cursor"]);
}

#[tokio::test]
async fn a_method_that_a_route_does_not_take_is_said_so() {
    let (site, named) = site().await;
    let path = named.path("/api/v1/listings/{listing}");
    let answer = site.ask(Method::PATCH, &path).operator().send().await;
    answer.problem(405, "method_not_allowed");
    assert!(answer.header("allow").contains("GET"));
    site.get("/api/v2/listings")
        .send()
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn what_was_sent_comes_back_shortened_and_as_json() {
    let (site, _) = site().await;
    let body: Value = json!({ "lines": [{ "listing": format!("<script>{}", "x".repeat(500)), "quantity": "1" }] });
    let ask = site
        .post("/api/v1/orders")
        .header("idempotency-key", "k")
        .json(&body);
    let problem = ask.send().await.problem(422, "invalid_input");
    let errors = problem["errors"].as_array().unwrap();
    let places: Vec<&str> = errors
        .iter()
        .map(|one| one["place"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["/lines/0/listing", "/lines/0/quantity"]);
    assert!(errors[0]["found"].as_str().unwrap().len() <= 60);
}
