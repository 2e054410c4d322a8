//! Members, invitations, passwords, sessions, tokens: from the letter to the end of every right.

use std::collections::BTreeSet;

use domain::member::{MemberRole, TokenScope};
use serde_json::{Value, json};

use crate::cast::{program, rivals, whose};
use crate::harness::{Answer, Ask, DESK, OPERATOR, PASSWORD, Site};

const VERIFY: &str = "/api/v1/record/verify";
const EVIDENCE: &str = "/api/v1/evidence";
const NEW_PASSWORD: &str = "another horse altogether";

/// A form sent from a page of the site.
pub fn form<'a>(site: &'a Site, path: &str, fields: &[(&str, &str)]) -> Ask<'a> {
    let escaped = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let ask = site.post(path).header("sec-fetch-site", "same-origin");
    ask.bytes(
        "application/x-www-form-urlencoded",
        pairs.join("&").into_bytes(),
    )
}

/// Every link that letters were written with, read from the data folder itself.
pub fn links(site: &Site, kind: &str) -> BTreeSet<String> {
    let kept = site.everything_kept();
    let text = String::from_utf8_lossy(&kept);
    let start = format!("://localhost:8080/{kind}/");
    let found = text.split(&start).skip(1);
    found
        .map(|rest| format!("/{kind}/{}", &rest[..64]))
        .collect()
}

/// The link of the only letter since `before`.
fn new_link(site: &Site, kind: &str, before: &BTreeSet<String>) -> String {
    let after = links(site, kind);
    let new: Vec<&String> = after.difference(before).collect();
    assert_eq!(new.len(), 1, "{new:?}");
    new[0].clone()
}

/// The session's token in the cookie of an answer.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    let pair = cookie.split(';').next().expect("a pair");
    pair.strip_prefix("passband_session=")
        .expect("a session")
        .to_owned()
}

fn statement(issuer: &str, scope: &str) -> Value {
    json!({
        "scope": scope, "issuer": issuer, "title": "A letter",
        "claim": { "kind": "statement", "role": "brand" },
    })
}

#[tokio::test]
async fn an_invitation_makes_a_member_once_and_the_role_is_what_was_said() {
    let site = Site::bare().await;
    let before = links(&site, "invitations");
    let asked = json!({ "email": "Sam@US-mobile.example", "role": "reader" });
    let invited = site
        .post("/api/v1/invitations")
        .operator()
        .json(&asked)
        .send()
        .await
        .json(201);
    assert_eq!(invited["email"], "sam@us-mobile.example");
    assert_eq!(invited["expires_at"], "2016-03-16T12:00:00Z");
    let link = new_link(&site, "invitations", &before);

    for _ in 0..2 {
        let shown = site.get(&link).send().await;
        assert_eq!(shown.status.as_u16(), 200);
        assert!(shown.text().contains("To act for US Mobile, as reader."));
    }
    let short = form(&site, &link, &[("password", "short")]).send().await;
    assert_eq!(short.status.as_u16(), 422);
    let accepted = form(&site, &link, &[("password", NEW_PASSWORD)])
        .send()
        .await;
    assert_eq!(accepted.header("location"), "/console");
    let token = cookie(&accepted);
    site.get(VERIFY).bearer(&token).send().await.json(200);
    let post = site
        .post(EVIDENCE)
        .bearer(&token)
        .json(&statement(OPERATOR, "market:us"));
    post.send().await.problem(403, "not_allowed");
    assert_eq!(site.get(&link).send().await.status.as_u16(), 404);
    let again = form(&site, &link, &[("password", NEW_PASSWORD)])
        .send()
        .await;
    assert_eq!(again.status.as_u16(), 404);
    let open = site
        .get("/api/v1/invitations")
        .operator()
        .send()
        .await
        .json(200);
    assert_eq!(open, json!([]));
}

#[tokio::test]
async fn an_invitation_that_is_replaced_taken_back_or_old_opens_nothing() {
    let site = Site::bare().await;
    let invite = || {
        let asked = json!({ "email": "sam@us-mobile.example", "role": "owner" });
        site.post("/api/v1/invitations")
            .operator()
            .json(&asked)
            .send()
    };
    let none = links(&site, "invitations");
    let first = invite().await.json(201);
    let replaced = new_link(&site, "invitations", &none);
    let two = links(&site, "invitations");
    let second = invite().await.json(201);
    let taken_back = new_link(&site, "invitations", &two);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(site.get(&replaced).send().await.status.as_u16(), 404);
    assert_eq!(site.get(&taken_back).send().await.status.as_u16(), 200);
    let id = second["id"].as_str().unwrap();
    let taken = site
        .delete(&format!("/api/v1/invitations/{id}"))
        .operator()
        .send()
        .await;
    assert_eq!(taken.status.as_u16(), 204);
    let three = links(&site, "invitations");
    invite().await.json(201);
    let old = new_link(&site, "invitations", &three);
    site.set_clock("2016-03-16T12:00:00Z");
    for link in [&replaced, &taken_back, &old] {
        assert_eq!(site.get(link).send().await.status.as_u16(), 404);
        let tried = form(&site, link, &[("password", NEW_PASSWORD)])
            .send()
            .await;
        assert_eq!(tried.status.as_u16(), 404);
    }
    assert_eq!(
        site.house
            .members(&OPERATOR.parse().unwrap())
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_for_the_next_request() {
    let site = Site::bare().await;
    let clerk = site
        .session_as(OPERATOR, "c@us-mobile.example", MemberRole::Clerk)
        .await;
    let id = whose(&site, &clerk).await.id;
    let (_, theirs) = program(&site, &clerk, &[TokenScope::EvidenceWrite], 1).await;
    let post = |token: &str| {
        let ask = site.post(EVIDENCE).bearer(token);
        ask.json(&statement(OPERATOR, "market:us")).send()
    };
    post(&clerk).await.json(201);
    post(&theirs).await.json(201);
    let path = format!("/api/v1/members/{id}/role");
    let changed = site
        .put(&path)
        .operator()
        .json(&json!({ "role": "reader" }))
        .send()
        .await;
    assert_eq!(changed.status.as_u16(), 204);
    post(&clerk).await.problem(403, "not_allowed");
    post(&theirs).await.problem(403, "not_allowed");
    site.get(VERIFY).bearer(&clerk).send().await.json(200);
    let removed = site
        .delete(&format!("/api/v1/members/{id}"))
        .operator()
        .send()
        .await;
    assert_eq!(removed.status.as_u16(), 204);
    for token in [&clerk, &theirs] {
        post(token).await.problem(401, "sign_in_needed");
    }
    let asked = json!({ "email": "c@us-mobile.example", "password": PASSWORD });
    let sign_in = site.post("/api/v1/sessions").json(&asked).send().await;
    sign_in.problem(401, "sign_in_failed");
}

#[tokio::test]
async fn a_party_keeps_an_owner_unless_the_operator_takes_the_last_one_away() {
    let (site, _) = Site::of_the_story().await;
    let own = whose(&site, &site.operator).await.id;
    let demote = |id: String, token: String| {
        let ask = site
            .put(&format!("/api/v1/members/{id}/role"))
            .bearer(&token);
        ask.json(&json!({ "role": "clerk" })).send()
    };
    let remove = |id: String, token: String| {
        site.delete(&format!("/api/v1/members/{id}"))
            .bearer(&token)
            .send()
    };
    demote(own.clone(), site.operator.clone())
        .await
        .problem(409, "last_owner");
    remove(own.clone(), site.operator.clone())
        .await
        .problem(409, "last_owner");
    let brand = site.session_of("xiaomi", "owner@xiaomi.example").await;
    let theirs = whose(&site, &brand).await.id;
    demote(theirs.clone(), brand.clone())
        .await
        .problem(409, "last_owner");
    remove(theirs.clone(), brand.clone())
        .await
        .problem(409, "last_owner");
    assert_eq!(
        remove(theirs, site.operator.clone()).await.status.as_u16(),
        204
    );
    site.get("/api/v1/sessions")
        .bearer(&brand)
        .send()
        .await
        .problem(401, "sign_in_needed");
    let second = site.session_of(OPERATOR, "second@us-mobile.example").await;
    assert_eq!(demote(own, second).await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once_and_ends_what_was_open() {
    let site = Site::bare().await;
    let house = &site.house;
    let before = links(&site, "password-resets");
    house
        .ask_password_reset("nobody@example.com", "http://localhost:8080")
        .await
        .unwrap();
    assert_eq!(links(&site, "password-resets"), before);
    house
        .ask_password_reset(DESK, "http://localhost:8080")
        .await
        .unwrap();
    let first = new_link(&site, "password-resets", &before);
    let one = links(&site, "password-resets");
    house
        .ask_password_reset(DESK, "http://localhost:8080")
        .await
        .unwrap();
    let second = new_link(&site, "password-resets", &one);

    let short = form(&site, &first, &[("password", "short")]).send().await;
    assert_eq!(short.status.as_u16(), 422);
    site.get(VERIFY).operator().send().await.json(200);
    let used = form(&site, &first, &[("password", NEW_PASSWORD)])
        .send()
        .await;
    assert_eq!(used.header("location"), "/sign-in");
    site.get(VERIFY)
        .operator()
        .send()
        .await
        .problem(401, "sign_in_needed");
    for link in [&first, &second] {
        assert_eq!(site.get(link).send().await.status.as_u16(), 404);
        let again = form(&site, link, &[("password", "a third password")])
            .send()
            .await;
        assert_eq!(again.status.as_u16(), 404);
    }
    assert!(house.sign_in(DESK, PASSWORD.to_owned()).await.is_err());
    assert!(house.sign_in(DESK, NEW_PASSWORD.to_owned()).await.is_ok());

    let known = links(&site, "password-resets");
    house
        .ask_password_reset(DESK, "http://localhost:8080")
        .await
        .unwrap();
    let old = new_link(&site, "password-resets", &known);
    site.set_clock("2016-03-09T13:00:00Z");
    assert_eq!(site.get(&old).send().await.status.as_u16(), 404);
}

#[tokio::test]
async fn whether_an_address_is_known_shows_in_no_answer() {
    let site = Site::bare().await;
    let mut answers = Vec::new();
    for email in [DESK, "nobody@example.com", "no address at all"] {
        let answer = form(&site, "/forgotten", &[("email", email)]).send().await;
        assert_eq!(answer.status.as_u16(), 200);
        answers.push(answer.text());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn whoever_tries_too_often_waits_and_a_known_account_waits_like_an_unknown_one() {
    let site = Site::bare().await;
    for email in [DESK, "nobody@example.com"] {
        let asked = json!({ "email": email, "password": "wrong wrong" });
        for _ in 0..10 {
            let answer = site.post("/api/v1/sessions").json(&asked).send().await;
            answer.problem(401, "sign_in_failed");
        }
        let answer = site.post("/api/v1/sessions").json(&asked).send().await;
        answer.problem(429, "too_many_requests");
        assert_eq!(answer.header("retry-after"), "30");
        let fields = [("email", email), ("password", PASSWORD)];
        let page = form(&site, "/sign-in", &fields).send().await;
        assert_eq!(page.status.as_u16(), 429);
        assert_eq!(page.header("retry-after"), "30");
        assert!(
            page.text()
                .contains("Too many tries; the next one in 30 seconds")
        );
    }
    site.set_clock("2016-03-09T12:00:30Z");
    let good = json!({ "email": DESK, "password": PASSWORD });
    for _ in 0..20 {
        // A try that succeeds is given back.
        site.post("/api/v1/sessions")
            .json(&good)
            .send()
            .await
            .json(201);
    }
    for _ in 0..2 {
        form(&site, "/forgotten", &[("email", DESK)]).send().await;
    }
    let third = form(&site, "/forgotten", &[("email", DESK)]).send().await;
    assert_eq!(third.status.as_u16(), 200);
    let fourth = form(&site, "/forgotten", &[("email", DESK)]).send().await;
    assert_eq!(fourth.status.as_u16(), 429);
    assert_eq!(fourth.header("retry-after"), "1200");
}

#[tokio::test]
async fn one_s_own_sessions_are_listed_and_ended_one_or_all() {
    let site = Site::bare().await;
    let other = site.house.sign_in(DESK, PASSWORD.to_owned()).await.unwrap();
    let list = |token: &str| site.get("/api/v1/sessions").bearer(token).send();
    let all = list(&other).await.json(200);
    let all = all.as_array().unwrap().clone();
    assert_eq!(all.len(), 2);
    let current = |one: &&Value| one["is_current"] == true;
    assert_eq!(all.iter().filter(current).count(), 1);
    let first = all.iter().find(|one| one["is_current"] == false).unwrap();
    let path = format!("/api/v1/sessions/{}", first["id"].as_str().unwrap());
    let ended = site.delete(&path).bearer(&other).send().await;
    assert_eq!(ended.status.as_u16(), 204);
    site.get(VERIFY)
        .operator()
        .send()
        .await
        .problem(401, "sign_in_needed");
    site.delete(&path)
        .bearer(&other)
        .send()
        .await
        .problem(404, "not_found");
    let ended = site.delete("/api/v1/sessions").bearer(&other).send().await;
    assert_eq!(ended.status.as_u16(), 204);
    list(&other).await.problem(401, "sign_in_needed");
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let site = Site::bare().await;
    let other = site.house.sign_in(DESK, PASSWORD.to_owned()).await.unwrap();
    let change = |before: &str, after: &str| {
        let fields = [("before", before), ("password", after)];
        form(&site, "/account/password", &fields)
            .bearer(&other)
            .send()
    };
    assert_eq!(
        change("wrong wrong", NEW_PASSWORD).await.status.as_u16(),
        401
    );
    assert_eq!(change(PASSWORD, "short").await.status.as_u16(), 422);
    site.get(VERIFY).operator().send().await.json(200);
    assert_eq!(change(PASSWORD, NEW_PASSWORD).await.status.as_u16(), 200);
    site.get(VERIFY)
        .operator()
        .send()
        .await
        .problem(401, "sign_in_needed");
    site.get(VERIFY).bearer(&other).send().await.json(200);
    assert!(site.house.sign_in(DESK, PASSWORD.to_owned()).await.is_err());
}

#[tokio::test]
async fn a_token_is_shown_once_opens_its_scopes_and_is_gone_when_it_is_revoked() {
    let site = Site::bare().await;
    let asked = json!({ "name": "Feed", "scopes": ["read"], "days": 2 });
    let made = site
        .post("/api/v1/tokens")
        .operator()
        .json(&asked)
        .send()
        .await
        .json(201);
    let token = made["token"].as_str().unwrap().to_owned();
    assert_eq!(made["about"]["expires_at"], "2016-03-11T12:00:00Z");
    assert_eq!(made["about"]["used_at"], Value::Null);
    let kept = site.everything_kept();
    let is_kept = kept
        .windows(token.len())
        .any(|some| some == token.as_bytes());
    assert!(!is_kept, "the token itself is in the data folder");
    site.get(VERIFY).bearer(&token).send().await.json(200);
    let post = site
        .post(EVIDENCE)
        .bearer(&token)
        .json(&statement(OPERATOR, "market:us"));
    let refused = post.send().await;
    let problem = refused.problem(403, "not_allowed");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("evidence:write")
    );
    let in_a_cookie = format!("passband_session={token}");
    let answer = site.get(VERIFY).header("cookie", &in_a_cookie).send().await;
    answer.problem(401, "sign_in_needed");
    let listed = site.get("/api/v1/tokens").operator().send().await;
    assert!(!listed.text().contains(&token));
    let listed = listed.json(200);
    assert_eq!(listed[0]["used_at"], "2016-03-09T00:00:00Z");
    let path = format!("/api/v1/tokens/{}", listed[0]["id"].as_str().unwrap());
    assert_eq!(
        site.delete(&path).operator().send().await.status.as_u16(),
        204
    );
    site.get(VERIFY)
        .bearer(&token)
        .send()
        .await
        .problem(401, "sign_in_needed");
    let bad = json!({ "name": "", "scopes": ["everything"], "days": 0 });
    let answer = site
        .post("/api/v1/tokens")
        .operator()
        .json(&bad)
        .send()
        .await;
    let mut places = answer.places(422, "invalid_input");
    places.sort_unstable();
    assert_eq!(places, ["/days", "/name", "/scopes"]);
}

#[tokio::test]
async fn a_brand_that_signs_in_says_and_ends_what_is_its_own() {
    let (site, cast) = Site::of_the_story().await;
    rivals(&site).await;
    let brand = site
        .session_as("xiaomi", "clerk@xiaomi.example", MemberRole::Clerk)
        .await;
    let listing = format!("/api/v1/listings/{}", cast.race_listing);
    let is_buyable = async || {
        site.house.follow().await.unwrap();
        site.get(&listing).send().await.json(200)["is_buyable"].clone()
    };
    assert_eq!(is_buyable().await, true);
    let desk = site.get("/desk").bearer(&brand).send().await.text();
    assert!(desk.contains("Desk of Xiaomi"), "{desk}");
    assert!(
        !desk.contains("Device certification"),
        "the host network's: {desk}"
    );

    let shown = site
        .get("/desk/evidence/stop_sale")
        .bearer(&brand)
        .send()
        .await
        .text();
    assert!(shown.contains("value=\"brand:xiaomi\""), "{shown}");
    for of_another in [
        "brand:acme",
        "host:tmobile-us",
        "market:us",
        "omni-electronics",
    ] {
        assert!(
            !shown.contains(&format!("value=\"{of_another}\"")),
            "{of_another}"
        );
    }
    let stop = [
        ("id", "ev-brands-own-stop"),
        ("issuer", "tmobile-us"),
        ("scope", "brand:xiaomi"),
        ("cause", "recall"),
        ("title", "Recall notice"),
    ];
    let said = form(&site, "/desk/evidence/stop_sale", &stop)
        .bearer(&brand)
        .send()
        .await;
    assert_eq!(said.header("location"), "/desk/said/ev-brands-own-stop");
    assert_eq!(is_buyable().await, false);
    let entry = site
        .get("/api/v1/evidence/ev-brands-own-stop")
        .send()
        .await
        .json(200);
    assert_eq!(
        (&entry["issuer"], &entry["vouching"]),
        (&json!("xiaomi"), &json!("issuer"))
    );

    let page = site
        .get("/desk/said/ev-brands-own-stop")
        .bearer(&brand)
        .send()
        .await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(
        !page.text().contains(&cast.race_listing.to_string()),
        "counts alone"
    );
    let end = [
        ("id", "ev-brands-own-end"),
        ("manner", "revoke"),
        ("title", "All is well"),
        ("confirmed", "yes"),
    ];
    let path = "/desk/said/ev-brands-own-stop/withdrawal";
    let ended = form(&site, path, &end).bearer(&brand).send().await;
    assert_eq!(ended.header("location"), "/desk/said/ev-brands-own-end");
    assert_eq!(is_buyable().await, true);

    let of_the_host = format!("/desk/said/{}/withdrawal", cast.race_certification);
    let tried = form(&site, &of_the_host, &end).bearer(&brand).send().await;
    assert_eq!(tried.status.as_u16(), 404);
    let elsewhere = [stop[0], stop[1], ("scope", "brand:acme"), stop[3], stop[4]];
    let tried = form(&site, "/desk/evidence/stop_sale", &elsewhere)
        .bearer(&brand)
        .send()
        .await;
    assert_eq!(tried.status.as_u16(), 422);
    let form_of_a_host = site
        .get("/desk/evidence/device_certification")
        .bearer(&brand);
    assert_eq!(form_of_a_host.send().await.status.as_u16(), 404);
    assert_eq!(is_buyable().await, true);
}

#[tokio::test]
async fn a_host_network_that_signs_in_certifies_on_its_own_network_alone() {
    let (site, _) = Site::of_the_story().await;
    rivals(&site).await;
    let host = site.session_of("othernet", "owner@othernet.example").await;
    let certify = |network: &str, issuer: &str| {
        let body = json!({
            "scope": "variant:xiaomi.2014817", "issuer": issuer, "title": "Certificate",
            "claim": {
                "kind": "device_certification", "variant": "xiaomi.2014817", "network": network,
                "result": "certified",
            },
        });
        site.post(EVIDENCE).bearer(&host).json(&body).send()
    };
    certify("tmobile-us", "othernet")
        .await
        .problem(404, "not_found");
    certify("tmobile-us", "tmobile-us")
        .await
        .problem(404, "not_found");
    let said = certify("othernet-us", "othernet").await;
    assert_eq!(said.status.as_u16(), 201, "{}", said.text());
    for (kind, claim) in [
        ("policy", json!({ "kind": "policy" })),
        (
            "issuer_key",
            json!({ "kind": "issuer_key", "party": "othernet", "key": "k" }),
        ),
    ] {
        let body = json!({
            "scope": "market:us", "issuer": "othernet", "title": "A letter", "claim": claim,
        });
        let tried = site.post(EVIDENCE).bearer(&host).json(&body).send().await;
        assert!(tried.status.is_client_error(), "{kind}: {}", tried.text());
    }
}

#[tokio::test]
async fn the_people_page_invites_changes_and_removes_and_says_what_cannot_be() {
    let (site, _) = Site::of_the_story().await;
    let as_owner = |path: &str, fields: &[(&str, &str)]| {
        form(&site, path, fields).bearer(&site.operator).send()
    };
    let shown = site
        .get("/people?party=xiaomi")
        .operator()
        .send()
        .await
        .text();
    assert!(shown.contains("Nobody acts for Xiaomi yet"), "{shown}");
    let fields = [
        ("party", "xiaomi"),
        ("email", "a@xiaomi.example"),
        ("role", "owner"),
    ];
    let invited = as_owner("/people/invitations", &fields).await;
    assert_eq!(invited.header("location"), "/people?party=xiaomi");
    let shown = site
        .get("/people?party=xiaomi")
        .operator()
        .send()
        .await
        .text();
    assert!(shown.contains("a@xiaomi.example"), "{shown}");
    let id = whose(&site, &site.operator).await.id;
    let kept = as_owner(&format!("/people/{id}/removal"), &[("party", OPERATOR)]).await;
    assert_eq!(kept.status.as_u16(), 409);
    assert!(
        kept.text().contains("is the last owner of"),
        "{}",
        kept.text()
    );
    let bad = [
        ("party", OPERATOR),
        ("email", "<b>@</b>"),
        ("role", "clerk"),
    ];
    let told = as_owner("/people/invitations", &bad).await;
    assert_eq!(told.status.as_u16(), 422);
    assert!(!told.text().contains("<b>@"), "{}", told.text());
    let clerk = site
        .session_as(OPERATOR, "c@us-mobile.example", MemberRole::Clerk)
        .await;
    let id = whose(&site, &clerk).await.id;
    let fields = [("party", OPERATOR), ("role", "owner")];
    let changed = as_owner(&format!("/people/{id}/role"), &fields).await;
    assert_eq!(changed.header("location"), "/people?party=us-mobile");
    assert_eq!(whose(&site, &clerk).await.role, MemberRole::Owner);
}
