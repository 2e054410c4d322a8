//! Who may use each route: every route of the table, as everybody.

use axum::http::StatusCode;
use web::Access;

use crate::api_rows::{Named, Row, rows};
use crate::harness::{OPERATOR, RIVAL, SELLER, Site};

const AFTER_A_SESSION: &str = "2016-03-10T00:00:01Z";

/// Sends every row as somebody, and checks that they get what is meant for them.
async fn check(site: &Site, named: &Named, token: Option<&str>, refused: Option<(u16, &str)>) {
    for row in rows() {
        site.house.follow().await.expect("follows");
        let mut ask = row.ask(site, named);
        if let Some(token) = token {
            ask = ask.bearer(token);
        }
        let answer = ask.send().await;
        match refused.filter(|_| row.access == Access::SignedIn) {
            Some((status, code)) => {
                answer.problem(status, code);
            }
            None => {
                let expected = expected(&row, token);
                assert_eq!(answer.status, expected, "{}: {}", row.name(), answer.text());
            }
        }
    }
}

fn expected(row: &Row, token: Option<&str>) -> StatusCode {
    let is_sign_out = row.path == "/api/v1/sessions/current";
    let status = if is_sign_out && token.is_none() {
        401
    } else {
        row.status
    };
    StatusCode::from_u16(status).expect("a status")
}

async fn site() -> (Site, Named) {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    (site, named)
}

#[tokio::test]
async fn the_operator_may_use_every_route() {
    let (site, named) = site().await;
    let token = site.operator.clone();
    check(&site, &named, Some(&token), None).await;
}

#[tokio::test]
async fn nobody_in_particular_may_use_what_is_public_and_nothing_else() {
    let (site, named) = site().await;
    check(&site, &named, None, Some((401, "sign_in_needed"))).await;
}

#[tokio::test]
async fn somebody_of_another_party_may_use_what_is_public_and_nothing_else() {
    let (site, named) = site().await;
    let token = site.session_of(SELLER, RIVAL).await;
    check(&site, &named, Some(&token), Some((403, "not_allowed"))).await;
}

#[tokio::test]
async fn an_ended_session_is_worth_no_more_than_none() {
    let (site, named) = site().await;
    let token = site.session_of(OPERATOR, "gone@us-mobile.example").await;
    site.house.sign_out(&token).await.unwrap();
    check(&site, &named, Some(&token), Some((401, "sign_in_needed"))).await;
}

#[tokio::test]
async fn an_expired_session_is_worth_no_more_than_none() {
    let (site, named) = site().await;
    let token = site.operator.clone();
    site.set_clock(AFTER_A_SESSION);
    check(&site, &named, Some(&token), Some((401, "sign_in_needed"))).await;
}

#[tokio::test]
async fn a_made_up_token_is_worth_no_more_than_none() {
    let (site, named) = site().await;
    let token = "0".repeat(64);
    check(&site, &named, Some(&token), Some((401, "sign_in_needed"))).await;
}
