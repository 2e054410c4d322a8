//! Who may use each route of the API: every route of the table, as everybody.

use web::Access;

use crate::api_rows::{Named, Row, rows};
use crate::harness::{OPERATOR, RIVAL, SELLER, Site};

const AFTER_A_SESSION: &str = "2016-03-10T00:00:01Z";

/// Sends every row as somebody, and checks that they get what is meant for them.
async fn check(site: &Site, named: &Named, token: Option<&str>, expected: impl Fn(&Row) -> u16) {
    for row in rows() {
        site.house.follow().await.expect("follows");
        let mut ask = row.ask(site, named);
        if let Some(token) = token {
            ask = ask.bearer(token);
        }
        let answer = ask.send().await;
        match expected(&row) {
            401 if row.status != 401 => drop(answer.problem(401, "sign_in_needed")),
            403 => drop(answer.problem(403, "not_allowed")),
            404 => drop(answer.problem(404, "not_found")),
            status => {
                let got = answer.status.as_u16();
                assert_eq!(got, status, "{}: {}", row.name(), answer.text());
            }
        }
    }
}

/// What is public; the rest as to somebody who is not known.
fn of_a_stranger(row: &Row) -> u16 {
    match row.access {
        Access::Public => row.status,
        _ => 401,
    }
}

async fn site() -> (Site, Named) {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    (site, named)
}

#[tokio::test]
async fn an_owner_of_the_operator_may_use_every_route() {
    let (site, named) = site().await;
    let token = site.operator.clone();
    check(&site, &named, Some(&token), |row| row.status).await;
}

#[tokio::test]
async fn nobody_in_particular_may_use_what_is_public_and_nothing_else() {
    let (site, named) = site().await;
    check(&site, &named, None, |row| {
        let is_sign_out = row.path == "/api/v1/sessions/current";
        if is_sign_out { 401 } else { of_a_stranger(row) }
    })
    .await;
}

#[tokio::test]
async fn to_an_owner_of_a_seller_the_operators_things_are_closed_or_absent() {
    let (site, named) = site().await;
    let token = site.session_of(SELLER, RIVAL).await;
    check(&site, &named, Some(&token), |row| row.of_a_partner).await;
}

#[tokio::test]
async fn an_ended_session_is_worth_no_more_than_none() {
    let (site, named) = site().await;
    let token = site.session_of(OPERATOR, "gone@us-mobile.example").await;
    site.house.sign_out(&token).await.unwrap();
    check(&site, &named, Some(&token), of_a_stranger).await;
}

#[tokio::test]
async fn an_expired_session_is_worth_no_more_than_none() {
    let (site, named) = site().await;
    let token = site.operator.clone();
    site.set_clock(AFTER_A_SESSION);
    check(&site, &named, Some(&token), of_a_stranger).await;
}

#[tokio::test]
async fn a_made_up_token_is_worth_no_more_than_none() {
    let (site, named) = site().await;
    for token in ["0".repeat(64), format!("pb_{}", "a".repeat(64))] {
        check(&site, &named, Some(&token), of_a_stranger).await;
    }
}
