//! The crowd again, over HTTP through the router: nobody sees an error, and as many orders as there are units.

use std::collections::BTreeMap;
use std::sync::Arc;

use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{self, Shop, Size};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use domain::evidence::WithdrawalManner;
use domain::id::ListingId;
use serde_json::Value;
use tokio::sync::Semaphore;
use tower::ServiceExt;

const BUYERS: usize = 10_000;
const AT_ONCE: usize = 256;
const UNITS: u32 = 100;
const ROUNDS: u64 = 2;
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

async fn send(router: Router, request: Request<Body>) -> (StatusCode, Value) {
    let answer = router
        .oneshot(request)
        .await
        .expect("a router always answers");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX)
        .await
        .expect("a short answer");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn order(router: Router, key: &str, listing: &ListingId) -> (StatusCode, Value) {
    let lines = serde_json::json!({ "lines": [{ "listing": listing.to_string(), "quantity": 1 }] });
    let request = Request::post("/api/v1/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(Body::from(lines.to_string()))
        .expect("a request");
    send(router, request).await
}

on_both! {
    async fn a_crowd_over_http_gets_exactly_what_there_is(place: &Place) {
        let rounds = setting::number("PASSBAND_TEST_CASES").unwrap_or(ROUNDS);
        let house = place.open().await;
        let listings = usize::try_from(rounds).expect("it is small");
        let shop = Shop::open(&house, Size { brands: 1, listings, units: UNITS }).await;
        let router = web::router(web::App::new(house.clone()));
        let doorman = Arc::new(Semaphore::new(AT_ONCE));
        for (round, (listing, _)) in shop.shelves[0].listings.iter().enumerate() {
            let buyers: Vec<_> = (0..BUYERS)
                .map(|buyer| {
                    let (router, listing) = (router.clone(), listing.clone());
                    let doorman = Arc::clone(&doorman);
                    tokio::spawn(async move {
                        let _inside = doorman.acquire().await.expect("it never closes");
                        order(router, &format!("{round}-{buyer}"), &listing).await
                    })
                })
                .collect();
            let mut answers: BTreeMap<String, usize> = BTreeMap::new();
            for buyer in buyers {
                let (status, body) = buyer.await.expect("ends");
                let code = body["refusals"][0]["code"].as_str().or(body["code"].as_str());
                let told = format!("{} {}", status.as_u16(), code.unwrap_or_default());
                *answers.entry(told).or_default() += 1;
            }
            let units = usize::try_from(UNITS).expect("it is small");
            let expected = BTreeMap::from([
                ("201 ".to_owned(), units),
                ("409 sold_out".to_owned(), BUYERS - units),
            ]);
            assert_eq!(answers, expected, "round {round}");
        }
        house.close().await;
    }

    /// After the revocation's answer neither the door nor any reading route says that it can be bought.
    async fn no_answer_says_buyable_after_a_revocation(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 3, units: 10 }).await;
        let router = web::router(web::App::new(house.clone()));
        let listing = &shop.shelves[0].listings[0].0;
        let pages = [
            format!("/api/v1/markets/{}/listings", shop::market()),
            format!("/api/v1/listings/{listing}"),
        ];
        let read = |path: &str| {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            send(router.clone(), request)
        };
        for round in 0..20 {
            for path in &pages {
                let (status, body) = read(path).await;
                assert_eq!(status, StatusCode::OK, "{path}: {body}");
                assert!(body.to_string().contains("\"is_buyable\":true"), "{path}: {body}");
            }
            let authorization = &shop.shelves[0].authorization;
            let suspended = shop.withdraw(authorization, WithdrawalManner::Suspend).await.expect("suspends");
            for path in &pages {
                let (status, body) = read(path).await;
                assert_eq!(status, StatusCode::OK, "{path}: {body}");
                assert!(!body.to_string().contains("\"is_buyable\":true"), "{path}: {body}");
            }
            let (status, body) = order(router.clone(), &format!("late-{round}"), listing).await;
            assert_eq!(status, StatusCode::CONFLICT, "{body}");
            let suspension = &suspended.recorded().evidence.id;
            shop.withdraw(suspension, WithdrawalManner::Revoke).await.expect("lifts");
        }
        house.close().await;
    }
}
