//! A right that is taken away is gone from the answer on: sessions, members, roles and tokens, under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use acceptance::on_both;
use acceptance::place::Place;
use acceptance::setting;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::member::{MemberRole, TokenScope};
use tower::ServiceExt;
use trade::directory::Party;
use trade::people::{By, NewToken, SignedIn};
use trade::{Backend, House, Registration};

/// Requests in all, on SQLite and on PostgreSQL.
const REQUESTS: u64 = 10_000;
const REQUESTS_POSTGRES: u64 = 2_000;
/// Clients at once.
const CLIENTS: usize = 16;
const PASSWORD: &str = "correct horse battery";
const OPERATOR: &str = "operator";

/// What is taken away.
#[derive(Clone, Copy, Debug)]
enum Right {
    Session,
    Sessions,
    Member,
    Role,
    Token,
    MemberOfAToken,
    Password,
}

const RIGHTS: [Right; 7] = [
    Right::Session,
    Right::Sessions,
    Right::Member,
    Right::Role,
    Right::Token,
    Right::MemberOfAToken,
    Right::Password,
];

async fn signed_in(house: &House, email: &str, role: MemberRole) -> (String, SignedIn) {
    let party = OPERATOR.parse().expect("an id");
    let password = PASSWORD.to_owned();
    let registered = house.register_user(party, email, password.clone(), Some(role));
    registered.await.expect("registers");
    let token = house.sign_in(email, password).await.expect("signs in");
    let person = house.session(&token).await.expect("reads");
    (token, person.expect("is signed in"))
}

/// Takes a right away; the answer is the end of it.
async fn take_away(house: &House, right: Right, person: &SignedIn, session: &str, token: &str) {
    let done = match right {
        Right::Session => house.sign_out(session).await,
        Right::Sessions => house.end_own_sessions(person).await,
        Right::Member | Right::MemberOfAToken => house.remove_member(By::Machine, &person.id).await,
        Right::Role => {
            let reader = MemberRole::Reader;
            house.change_role(By::Machine, &person.id, reader).await
        }
        Right::Token => house.revoke_token(person, token).await,
        Right::Password => {
            let before = PASSWORD.to_owned();
            let by = "0".repeat(64);
            house
                .change_password(person, &by, before, "another one".to_owned())
                .await
        }
    };
    done.expect("is taken away");
}

/// A request that needs a clerk's rights and changes nothing: no such listing.
async fn ask(router: Router, bearer: &str) -> StatusCode {
    let request = Request::put("/api/v1/listings/absent/state")
        .header("authorization", format!("Bearer {bearer}"))
        .header("content-type", "application/json")
        .body(Body::from("{\"state\":\"offered\",\"title\":\"x\"}"))
        .expect("a request");
    router
        .oneshot(request)
        .await
        .expect("always answers")
        .status()
}

/// How many were let in before the answer, how many were asked after it, and how many of those were let in.
#[derive(Default)]
struct Counts {
    before: AtomicUsize,
    after: AtomicUsize,
    late: AtomicUsize,
}

async fn race(house: &House, right: Right, requests: usize) -> Arc<Counts> {
    let email = format!("{right:?}@example.com").to_lowercase();
    let (session, person) = signed_in(house, &email, MemberRole::Clerk).await;
    let asked = NewToken {
        name: "A program".to_owned(),
        scopes: vec![TokenScope::ListingsWrite],
        days: 1,
    };
    let (made, token) = house.new_token(&person, asked).await.expect("makes");
    let bearer = match right {
        Right::Token | Right::MemberOfAToken => token,
        _ => session.clone(),
    };
    let router = web::router(web::App::new(house.clone()));
    let (is_over, counts) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Counts::default()),
    );
    let left = Arc::new(AtomicUsize::new(requests));
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let (router, bearer) = (router.clone(), bearer.clone());
        let (is_over, counts, left) = (is_over.clone(), counts.clone(), left.clone());
        clients.push(tokio::spawn(async move {
            let one_less = |left: usize| left.checked_sub(1);
            let (now, then) = (Ordering::SeqCst, Ordering::SeqCst);
            loop {
                let is_last = left.fetch_update(now, then, one_less).is_err();
                let was_over = is_over.load(Ordering::SeqCst);
                let status = ask(router.clone(), &bearer).await;
                let is_let_in = status == StatusCode::NOT_FOUND;
                let is_refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
                let is_busy = status == StatusCode::SERVICE_UNAVAILABLE;
                assert!(
                    is_let_in || is_busy || is_refused.contains(&status),
                    "{status}"
                );
                match (was_over, is_let_in) {
                    (true, true) => counts.late.fetch_add(1, Ordering::SeqCst),
                    (true, false) => counts.after.fetch_add(1, Ordering::SeqCst),
                    (false, true) => counts.before.fetch_add(1, Ordering::SeqCst),
                    (false, false) => 0,
                };
                // Each asks once more after the right is gone, however long that took.
                if is_last && was_over {
                    break;
                }
            }
        }));
    }
    // In the middle of it: once a quarter of the requests is through.
    while left.load(Ordering::SeqCst) > requests * 3 / 4 {
        tokio::task::yield_now().await;
    }
    take_away(house, right, &person, &session, &made.id).await;
    is_over.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.expect("ends");
    }
    counts
}

async fn house(place: &Place) -> House {
    let house = place.open().await;
    let mut news = Registration::default();
    news.parties.push(Party {
        id: OPERATOR.parse().expect("an id"),
        role: OPERATOR.to_owned(),
        name: "Operator".to_owned(),
    });
    house.register(news).await.expect("registers");
    signed_in(&house, "owner@example.com", MemberRole::Owner).await;
    house
}

on_both! {
    async fn no_request_is_accepted_after_the_right_to_it_was_taken_away(place: &Place) {
        let house = house(place).await;
        let usual = match house.backend() {
            Backend::Sqlite => REQUESTS,
            Backend::Postgres => REQUESTS_POSTGRES,
        };
        let requests = setting::number("PASSBAND_TEST_CASES").unwrap_or(usual);
        let each = usize::try_from(requests).expect("it is small") / RIGHTS.len();
        for right in RIGHTS {
            let counts = race(&house, right, each).await;
            let of = |count: &AtomicUsize| count.load(Ordering::SeqCst);
            assert_eq!(of(&counts.late), 0, "{right:?}");
            assert!(of(&counts.before) > 0, "{right:?}: nothing was let in before");
            assert!(of(&counts.after) > 0, "{right:?}: nothing was asked after");
        }
        house.close().await;
    }

    /// Two owners who demote or remove each other at the same moment leave one of them.
    async fn a_party_keeps_an_owner_whoever_takes_whom_away_at_once(place: &Place) {
        let house = house(place).await;
        for round in 0..20 {
            let one = signed_in(&house, "owner@example.com", MemberRole::Owner).await.1;
            let two = signed_in(&house, "second@example.com", MemberRole::Owner).await.1;
            let demotes = async |by: &SignedIn, whom: &SignedIn| {
                if round % 2 == 0 {
                    let clerk = MemberRole::Clerk;
                    house.change_role(By::Member(by), &whom.id, clerk).await
                } else {
                    house.remove_member(By::Member(by), &whom.id).await
                }
            };
            let (first, second) = tokio::join!(demotes(&one, &two), demotes(&two, &one));
            assert!(first.is_ok() != second.is_ok(), "{round}: {first:?} {second:?}");
            let members = house.members(&one.party).await.expect("reads");
            let owners = members.iter().filter(|member| member.role == MemberRole::Owner);
            assert_eq!(owners.count(), 1, "{round}");
        }
        house.close().await;
    }

    /// Whoever comes at once with the same link: one of them gets in.
    async fn a_link_is_used_once_however_many_use_it_at_once(place: &Place) {
        let house = house(place).await;
        let invite = trade::people::Invite {
            party: OPERATOR.parse().expect("an id"),
            email: "sam@example.com".to_owned(),
            role: MemberRole::Clerk,
        };
        house.invite(By::Machine, invite, "https://here.example").await.expect("invites");
        house.ask_password_reset("owner@example.com", "https://here.example").await.expect("asks");
        let hand = place.hand().await;
        let letters = hand.texts("SELECT text_body FROM letters ORDER BY subject DESC").await;
        let letters: Vec<String> = letters.concat();
        let link = |letter: &String| {
            let start = letter.find("https://here.example/").expect("a link");
            let link = letter[start..].lines().next().expect("a line");
            link.rsplit('/').next().expect("a token").to_owned()
        };
        let links: Vec<String> = letters.iter().map(link).collect();
        let [invitation, reset] = links.as_slice() else {
            panic!("{letters:?}");
        };
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (house, invitation) = (house.clone(), invitation.clone());
            tries.spawn(async move {
                let password = format!("password number {n}");
                house.accept_invitation(&invitation, password).await.is_ok()
            });
        }
        let accepted = tries.join_all().await;
        assert_eq!(accepted.iter().filter(|is_in| **is_in).count(), 1);
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (house, reset) = (house.clone(), reset.clone());
            tries.spawn(async move {
                let password = format!("password number {n}");
                house.reset_password(&reset, password).await.is_ok()
            });
        }
        let changed = tries.join_all().await;
        assert_eq!(changed.iter().filter(|is_in| **is_in).count(), 1);
        house.close().await;
    }
}
