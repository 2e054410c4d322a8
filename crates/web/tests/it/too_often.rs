//! Whoever guesses at links waits, whatever the link; behind proxies each visitor is counted apart, and none can be
//! another.

use axum::http::Method;
use web::Serving;

use crate::api_people::{form, links};
use crate::api_rows::Named;
use crate::harness::{Answer, Ask, BODY_BYTES_MAX, DESK, FILE_BYTES_MAX, Site};

/// Tries at a letter's link that an address has at once.
const AT_ONCE: usize = 60;
const LAST_FOR_S: &str = "5";

/// A link of each kind that opens something.
async fn open_links(site: &Site, named: &Named) -> Vec<String> {
    let url = "http://localhost:8080";
    site.house
        .ask_password_reset(DESK, url)
        .await
        .expect("is asked");
    let sent = format!("/api/v1/requests/{}/sendings", named.request);
    site.post(&sent).operator().send().await.json(200);
    let kinds = ["answer", "invitations", "password-resets"];
    let found = kinds.iter().map(|kind| {
        let open = links(site, kind);
        // That of the story's own house is written with another address.
        open.into_iter()
            .next_back()
            .unwrap_or_else(|| panic!("no link of {kind}"))
    });
    found.collect()
}

/// The answer without what is only this request's.
fn plain(answer: &Answer, path: &str) -> (u16, String, String) {
    let text = answer.text().replace(path, "PATH");
    let text = text.replace(answer.header("x-request-id"), "REQUEST");
    let wait = answer.header("retry-after").to_owned();
    (answer.status.as_u16(), wait, text)
}

/// Looks at a link, or sends what does not use it up.
fn knock<'a>(site: &'a Site, method: &Method, path: &str) -> Ask<'a> {
    if *method == Method::GET {
        return site.get(path);
    }
    if !path.starts_with("/answer/") {
        return form(site, path, &[("password", "short")]);
    }
    let nobody = b"--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\r\n--x--\r\n";
    let ask = site.post(path).header("sec-fetch-site", "same-origin");
    ask.bytes("multipart/form-data; boundary=x", nobody.to_vec())
}

#[tokio::test]
async fn whoever_tries_links_too_often_waits_whether_the_link_opens_anything_or_not() {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let open = open_links(&site, &named).await;
    for (number, link) in open.iter().enumerate() {
        let (kind, _) = link.rsplit_once('/').expect("a path");
        let unknown = format!("{kind}/{}", "0".repeat(64));
        for method in [Method::GET, Method::POST] {
            let changes = usize::from(method == Method::POST);
            let address = format!("203.0.113.{}", 1 + 2 * number + changes);
            let knock = |path: &str| knock(&site, &method, path);
            let place = format!("{method} {kind}");
            for n in 0..AT_ONCE {
                let path = if n % 2 == 0 { link } else { &unknown };
                let answer = knock(path).from(&address).send().await;
                assert_ne!(answer.status.as_u16(), 429, "{place}: the {n}th");
            }
            let known = knock(link).from(&address).send().await;
            let answer = plain(&known, link);
            assert_eq!(
                (answer.0, &*answer.1),
                (429, LAST_FOR_S),
                "{place}: {}",
                answer.2
            );
            let none = knock(&unknown).from(&address).send().await;
            assert_eq!(plain(&none, &unknown), answer, "{place}");
            // For others the link is what it was, and for this one after a while.
            let other = knock(link).from("198.51.100.7").send().await;
            let expected = if method == Method::GET { 200 } else { 422 };
            assert_eq!(other.status.as_u16(), expected, "{place}: {}", other.text());
            site.clock.set(site.house.now().plus_ms(5_000));
            let later = knock(link).from(&address).send().await;
            assert_eq!(later.status.as_u16(), expected, "{place}");
        }
    }
}

/// One try at a link that opens nothing: whether it was let through.
async fn tries(site: &Site, from: &str, header: (&'static str, &str)) -> bool {
    let ask = site.get("/invitations/none").from(from);
    let answer = ask.header(header.0, header.1).send().await;
    match answer.status.as_u16() {
        404 => true,
        429 => false,
        other => panic!("{other}: {}", answer.text()),
    }
}

#[tokio::test]
async fn behind_named_proxies_each_visitor_is_counted_apart_and_none_can_pretend() {
    const XFF: &str = "x-forwarded-for";
    let site = Site::bare().await.served(Serving {
        proxies: "10.0.0.0/8".parse().expect("reads"),
        body_bytes_max: BODY_BYTES_MAX,
        file_bytes_max: FILE_BYTES_MAX,
        ..Serving::default()
    });
    // Each through another proxy, each time under another name in front of its own.
    for n in 0..AT_ONCE {
        let written = format!("198.51.100.{n}, 203.0.113.7");
        assert!(tries(&site, &format!("10.0.0.{n}"), (XFF, &written)).await);
    }
    assert!(!tries(&site, "10.0.0.1", (XFF, "198.51.100.200, 203.0.113.7")).await);
    assert!(!tries(&site, "10.0.0.1", (XFF, "203.0.113.7")).await);
    assert!(!tries(&site, "10.0.0.1", (XFF, "10.0.0.9, 203.0.113.7, 10.1.1.1")).await);
    let forged = site.get("/invitations/none").from("10.0.0.1");
    let forged = forged.header("forwarded", "for=198.51.100.9");
    let forged = forged.header(XFF, "203.0.113.7").send().await;
    assert_eq!(forged.status.as_u16(), 429);
    // Others behind the same proxy are not kept waiting, and one may not make them wait.
    assert!(tries(&site, "10.0.0.1", (XFF, "203.0.113.8")).await);
    for _ in 0..AT_ONCE {
        assert!(tries(&site, "192.0.2.1", (XFF, "203.0.113.9")).await);
    }
    assert!(!tries(&site, "192.0.2.1", (XFF, "203.0.113.10")).await);
    assert!(tries(&site, "10.0.0.1", (XFF, "203.0.113.9")).await);
    // Signing in is counted the same way.
    let sign_in = |number: usize, forwarded: &str| {
        let email = format!("n{number}@example.com");
        let body = serde_json::json!({ "email": email, "password": "wrong wrong" });
        let ask = site.post("/api/v1/sessions").json(&body).from("10.0.0.2");
        ask.header(XFF, forwarded)
    };
    for n in 0..AT_ONCE {
        let written = format!("198.51.100.{n}, 203.0.113.7");
        let answer = sign_in(n, &written).send().await;
        answer.problem(401, "sign_in_failed");
    }
    let answer = sign_in(99, "198.51.100.99, 203.0.113.7").send().await;
    answer.problem(429, "too_many_requests");
    let answer = sign_in(99, "203.0.113.8").send().await;
    answer.problem(401, "sign_in_failed");
}
