//! Signing in and out.

use serde_json::json;

use crate::harness::{DESK, PASSWORD, RIVAL, SELLER, Site};

const SESSIONS: &str = "/api/v1/sessions";
/// For the operator alone.
const VERIFY: &str = "/api/v1/record/verify";

#[tokio::test]
async fn a_token_opens_what_needs_a_session_until_it_is_ended() {
    let site = Site::bare().await;
    let asked = json!({ "email": DESK, "password": PASSWORD });
    let session = site.post(SESSIONS).json(&asked).send().await.json(201);
    assert_eq!(session["token_type"], "Bearer");
    assert_eq!(session["expires_in_seconds"], 43_200);
    let token = session["token"].as_str().unwrap();
    site.get(VERIFY).bearer(token).send().await.json(200);
    let current = format!("{SESSIONS}/current");
    for _ in 0..2 {
        let ended = site.delete(&current).bearer(token).send().await;
        assert_eq!((ended.status.as_u16(), ended.body.len()), (204, 0));
    }
    let after = site.get(VERIFY).bearer(token).send().await;
    after.problem(401, "sign_in_needed");
    assert_eq!(
        after.header("www-authenticate"),
        "Bearer realm=\"passband\""
    );
}

#[tokio::test]
async fn somebody_of_a_seller_ends_their_own_session_and_no_other() {
    let (site, _) = Site::of_the_story().await;
    let token = site.session_of(SELLER, RIVAL).await;
    let current = format!("{SESSIONS}/current");
    let ended = site.delete(&current).bearer(&token).send().await;
    assert_eq!(ended.status.as_u16(), 204);
    assert!(site.house.session(&token).await.unwrap().is_none());
    assert!(site.house.session(&site.operator).await.unwrap().is_some());
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_password_are_answered_alike() {
    let site = Site::bare().await;
    let mut answers = Vec::new();
    for (email, password) in [
        (DESK, "wrong password"),
        ("nobody@example.com", PASSWORD),
        (DESK, ""),
    ] {
        let asked = json!({ "email": email, "password": password });
        let answer = site.post(SESSIONS).json(&asked).send().await;
        if password.is_empty() {
            assert_eq!(answer.places(422, "invalid_input"), ["/password"]);
            continue;
        }
        let mut problem = answer.problem(401, "sign_in_failed");
        problem["request_id"] = json!(null);
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_password_that_is_too_long_is_not_repeated() {
    let site = Site::bare().await;
    let password = "p".repeat(257);
    let asked = json!({ "email": DESK, "password": password });
    let answer = site.post(SESSIONS).json(&asked).send().await;
    assert_eq!(answer.places(422, "invalid_input"), ["/password"]);
    assert!(!answer.text().contains("ppp"), "{}", answer.text());
}
