//! Whoever guesses learns nothing: neither the answer nor how long it takes tells a known account from an unknown one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::setting;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::member::MemberRole;
use tempfile::TempDir;
use tower::ServiceExt as _;
use trade::clock::HandClock;
use trade::desk::SecondPerson;
use trade::directory::Party;
use trade::{House, HouseOptions, Registration};

/// Tries in each run, half of them at an account that is there.
const TRIES: u64 = 120;
const KNOWN: &str = "known@example.com";
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Turns that are given to whatever else there is to do.
const YIELDS: usize = 20;
/// So long that no limit is reached.
const BETWEEN_MS: i64 = 25 * 60 * 1000;

/// What was sent, and how it is told apart from what came back.
struct Attempt {
    path: &'static str,
    kind: &'static str,
    body: fn(&str) -> String,
}

const ATTEMPTS: [Attempt; 3] = [
    Attempt {
        path: "/api/v1/sessions",
        kind: "application/json",
        body: |email| format!("{{\"email\":\"{email}\",\"password\":\"wrong horse battery\"}}"),
    },
    Attempt {
        path: "/sign-in",
        kind: "application/x-www-form-urlencoded",
        body: |email| {
            format!(
                "email={}&password=wrong+horse+battery",
                email.replace('@', "%40")
            )
        },
    },
    Attempt {
        path: "/forgotten",
        kind: "application/x-www-form-urlencoded",
        body: |email| format!("email={}", email.replace('@', "%40")),
    },
];

/// The answer without what is only this request's, and how long it took.
async fn tried(router: &Router, attempt: &Attempt, email: &str) -> (u16, String, Duration) {
    let request = Request::post(attempt.path)
        .header("host", "shop.example")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", attempt.kind)
        .body(Body::from((attempt.body)(email)))
        .expect("a request");
    let began = Instant::now();
    let answer = router.clone().oneshot(request).await.expect("answers");
    let took = began.elapsed();
    let id = answer.headers()["x-request-id"]
        .to_str()
        .expect("text")
        .to_owned();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await;
    let text = String::from_utf8(body.expect("a body").to_vec()).expect("UTF-8");
    (
        status,
        text.replace(&id, "REQUEST").replace(email, "ADDRESS"),
        took,
    )
}

async fn house(folder: &TempDir, clock: &Arc<HandClock>) -> House {
    let options = HouseOptions::new(folder.path(), clock.clone());
    let house = House::open(options).await.expect("opens");
    let mut news = Registration::default();
    let operator = || "operator".parse().expect("an id");
    news.parties.push(Party {
        id: operator(),
        role: "operator".to_owned(),
        name: "Operator".to_owned(),
    });
    house.register(news).await.expect("registers");
    let password = "correct horse battery".to_owned();
    let added = house.register_user(operator(), KNOWN, password, Some(MemberRole::Owner));
    added.await.expect("is added");
    house
}

/// Of pairs of a known and an unknown account: how often the known one took longer, if nothing tells them apart, is
/// within this of half of them: four and a half standard deviations of a coin.
fn chance(pairs: u32) -> f64 {
    4.5 * f64::from(pairs).sqrt() / 2.0
}

#[tokio::test]
async fn neither_the_answer_nor_its_time_tells_whether_an_account_is_there() {
    let folder = TempDir::new().expect("a folder");
    let clock = Arc::new(HandClock::at("2026-01-01".parse().expect("an instant")));
    let house = house(&folder, &clock).await;
    let router = web::router(web::App::new(house.clone()));
    let tries = setting::number("PASSBAND_TEST_CASES").unwrap_or(TRIES);
    let pairs = u32::try_from(tries / 2).expect("it is small");
    for attempt in &ATTEMPTS {
        let (mut longer, mut sums) = (0_u32, [Duration::ZERO; 2]);
        for number in 0..pairs {
            // Another address each time that nobody has, and the order turned round.
            let unknown = format!("unknown{number}@example.com");
            let (mut took, mut told) = ([Duration::ZERO; 2], [const { None }; 2]);
            for step in 0..2 {
                let which = (step + number as usize) % 2;
                clock.set(house.now().plus_ms(BETWEEN_MS));
                let email = [KNOWN, unknown.as_str()][which];
                let (status, text, time) = tried(&router, attempt, email).await;
                // What an answer left behind is done before the next is measured.
                for _ in 0..YIELDS {
                    tokio::task::yield_now().await;
                }
                let decided = house.decide_second_person(SecondPerson::Off).await;
                decided.expect("is decided");
                took[which] = time;
                told[which] = Some((status, text));
            }
            assert_eq!(told[0], told[1], "{}", attempt.path);
            longer += u32::from(took[0] > took[1]);
            sums = [sums[0] + took[0], sums[1] + took[1]];
        }
        println!(
            "{}: {pairs} pairs; a known account {:?} and an unknown one {:?} on average, the known one longer {longer} times",
            attempt.path,
            sums[0] / pairs,
            sums[1] / pairs,
        );
        let from_half = (f64::from(longer) - f64::from(pairs) / 2.0).abs();
        assert!(
            from_half <= chance(pairs),
            "{}: {longer} of {pairs}",
            attempt.path
        );
    }
    house.close().await;
}
