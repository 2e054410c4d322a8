//! A hundred payloads through every string that reaches the house: in queries, in bodies, in forms. None has an effect
//! beyond being text, none breaks anything, and none comes back as markup.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use web::{Access, route_table};

use crate::api_rows::{Named, Sent, rows};
use crate::harness::{Answer, DESK, OPERATOR, Site};

/// Of each string, so many of the payloads are tried in a run; over all strings each of them is, many times.
const PER_STRING: usize = 12;
/// After which an address has all its tries at links again.
const LINKS_AGAIN_MS: i64 = 5 * 60 * 1000;
/// What must never stand in an answer as it was sent.
const MARKUP: &str = "<script>alert(1)</script>";

pub fn payloads() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let closers = [
        "'", "\"", "`", "')", "'))", "\";", "' --", "'; --", "\\'", "'/*",
    ];
    let statements = [
        " OR 1=1 --",
        " OR '1'='1",
        " UNION SELECT secret FROM credentials --",
        "; DROP TABLE users; --",
        "; UPDATE users SET member_role='owner'; --",
        "; DELETE FROM record; --",
        " AND 1=(SELECT COUNT(*) FROM sqlite_master) --",
    ];
    for closer in closers {
        all.extend(
            statements
                .iter()
                .map(|statement| format!("x{closer}{statement}")),
        );
    }
    let others = [
        MARKUP,
        "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "{{7*7}}",
        "${7*7}",
        "<%= 7*7 %>",
        "%27%20OR%201=1",
        "$(id)",
        "`id`",
        "; id",
        "| cat /etc/passwd",
        "../../../../etc/passwd",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "x\r\nSet-Cookie: passband_session=evil",
        "x\nBcc: everybody@example.com",
        "&xxe;",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        "=cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd",
        "__proto__",
        "constructor.prototype",
        "*)(uid=*))(|(uid=*",
        "\u{202e}gpj.exe",
        "\u{feff}x",
        "ﬁ％27",
        "$where: 1==1",
        "{\"$gt\": \"\"}",
        "%s%s%s%n",
        "AAAA%08x",
        "1e309",
    ];
    all.extend(others.iter().map(|text| (*text).to_owned()));
    all
}

/// A source of payloads that goes on where it was, so that every string gets others.
struct Next {
    all: Vec<String>,
    at: usize,
    per_string: usize,
}

impl Next {
    /// `PASSBAND_TEST_CASES` says how many of them are tried in each string.
    fn begin() -> Self {
        let per_string = std::env::var_os("PASSBAND_TEST_CASES").map(|text| {
            let number = text.to_str().and_then(|text| text.parse().ok());
            number.expect("a number of payloads")
        });
        let all = payloads();
        assert!(all.len() >= 100, "{}", all.len());
        Self {
            all,
            at: 0,
            per_string: per_string.unwrap_or(PER_STRING),
        }
    }

    fn some(&mut self) -> Vec<String> {
        let from = self.at;
        self.at += self.per_string;
        let at = |n: usize| self.all[n % self.all.len()].clone();
        (from..self.at).map(at).collect()
    }
}

pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[track_caller]
fn harmless(answer: &Answer, place: &str, payload: &str) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{place} {payload:?}: {}", answer.text());
    let is_page = answer.header("content-type").starts_with("text/html");
    assert!(
        !(is_page && answer.text().contains(MARKUP)),
        "{place}: {}",
        answer.text()
    );
    let cookies = answer.headers.get_all("set-cookie");
    let evil = cookies
        .iter()
        .any(|cookie| cookie.as_bytes().ends_with(b"evil"));
    assert!(
        !evil && !answer.header("location").contains('\n'),
        "{place} {payload:?}"
    );
}

/// What no payload may change.
async fn standing(site: &Site) -> (usize, BTreeSet<String>, bool) {
    let operator = OPERATOR.parse().expect("an id");
    let members = site.house.members(&operator).await.expect("reads");
    let members = members
        .iter()
        .map(|one| format!("{} {}", one.email, one.role));
    let verified = site.house.verify_record().await.expect("reads");
    let parties = site.house.directory().parties.len();
    (parties, members.collect(), verified.is_clean())
}

/// Ends the session that it is sent with, or whom it is sent by.
fn ends(path: &str) -> bool {
    path.starts_with("/api/v1/sessions")
        || path.starts_with("/account/sessions")
        || path == "/sign-out"
}

#[tokio::test]
async fn a_payload_in_a_body_or_a_query_of_the_api_is_text_and_nothing_more() {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let before = standing(&site).await;
    assert!(before.2 && before.1.iter().any(|one| one.starts_with(DESK)));
    let mut next = Next::begin();
    let document: Value = serde_json::from_str(web::openapi()).unwrap();
    let mut tried = 0;
    for row in rows().iter().filter(|row| !ends(row.path)) {
        let method = row.method.as_str().to_lowercase();
        let parameters = &document["paths"][row.path][&method]["parameters"];
        let parameters = parameters.as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|one| one["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            for payload in next.some() {
                let query = format!("{}?{name}={}", named.path(row.path), escaped(&payload));
                let answer = row.ask_at(&site, &query, &named).operator().send().await;
                harmless(&answer, &row.name(), &payload);
                tried += 1;
            }
        }
        let Sent::Json(body) = &row.sent else {
            continue;
        };
        for name in body.as_object().unwrap().keys() {
            for payload in next.some() {
                let mut body = body.clone();
                body[name] = json!(payload);
                let body = serde_json::from_str(&named.path(&body.to_string())).unwrap();
                let answer = row.ask(&site, &named).json(&body).operator().send().await;
                harmless(&answer, &row.name(), &payload);
                tried += 1;
            }
        }
    }
    println!("{tried} payloads were sent");
    assert!(tried > 500, "only {tried} were tried");
    let mut after = standing(&site).await;
    // The rows themselves invite and remove; what a payload may not do is make owners.
    after.1.retain(|one| one.ends_with("owner"));
    let owners: BTreeSet<String> = before
        .1
        .into_iter()
        .filter(|one| one.ends_with("owner"))
        .collect();
    assert_eq!((after.0, after.1, after.2), (before.0, owners, true));
}

/// Names of the fields of the forms on a page, from its markup.
fn fields(page: &str) -> BTreeSet<String> {
    let names = page.split(" name=\"").skip(1);
    names
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_payload_in_a_form_or_the_address_of_a_page_is_text_and_nothing_more() {
    let (site, cast) = Site::of_the_story().await;
    let before = standing(&site).await;
    let mut next = Next::begin();
    let mut tried = 0;
    let pages: Vec<_> = route_table()
        .into_iter()
        .filter(|route| !route.path.starts_with("/api/") && !ends(route.path))
        .filter(|route| route.access != Access::DemoOnly)
        // It says 503 of a node that has not followed the record for a second, whoever asks what.
        .filter(|route| route.path != "/readyz")
        .collect();
    let known = |path: &str| {
        path.replace(
            "/listings/{id}",
            &format!("/listings/{}", cast.race_listing),
        )
        .replace("{id}", cast.race_certification.as_str())
        .replace("{kind}", "statement")
        .replace("{brand}", "xiaomi")
        .replace("{position}", "0")
    };
    // Of every form the fields are known from the pages that show them.
    let mut names: BTreeSet<String> = BTreeSet::new();
    for route in pages.iter().filter(|route| route.method == "GET") {
        let page = site.get(&known(route.path)).operator().send().await;
        names.extend(fields(&page.text()));
    }
    assert!(names.len() > 30, "{names:?}");
    for route in &pages {
        // So that no link of a letter is refused for being tried too often.
        site.clock.set(site.house.now().plus_ms(LINKS_AGAIN_MS));
        let place = format!("{} {}", route.method, route.path);
        for part in route.path.split('/').filter(|part| part.starts_with('{')) {
            for payload in next.some() {
                let path = known(&route.path.replace(part, &escaped(&payload)));
                let method = route.method.parse().unwrap();
                let ask = site
                    .ask(method, &path)
                    .header("sec-fetch-site", "same-origin");
                harmless(&ask.operator().send().await, &place, &payload);
                tried += 1;
            }
        }
        for payload in next.some() {
            let pairs: Vec<String> = names
                .iter()
                .map(|name| format!("{}={}", escaped(name), escaped(&payload)))
                .collect();
            let pairs = pairs.join("&");
            let ask = match route.method {
                "GET" => {
                    let few: Vec<&str> = pairs.split('&').take(30).collect();
                    site.get(&format!("{}?{}", known(route.path), few.join("&")))
                }
                _ => {
                    let ask = site.post(&known(route.path));
                    let ask = ask.header("sec-fetch-site", "same-origin");
                    ask.bytes("application/x-www-form-urlencoded", pairs.into_bytes())
                }
            };
            harmless(&ask.operator().send().await, &place, &payload);
            tried += 1;
        }
    }
    println!("{tried} payloads were sent");
    assert!(tried > 500, "only {tried} were tried");
    assert_eq!(standing(&site).await, before);
}
