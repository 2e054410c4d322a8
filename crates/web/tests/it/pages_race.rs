//! The race: a crowd, a withdrawal in the middle of it, and what the stored orders say.

use std::time::Duration;

use web::race::{self, After};

use crate::pages_site::Stage;

/// Longer than any of these tests: they send the crowd home themselves.
const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn no_order_is_accepted_between_the_withdrawal_and_the_return() {
    let stage = Stage::demo().await;
    let (house, demo, crowd) = (&stage.house, &stage.demo, &stage.app.crowd);
    let mut seen = crowd.watch();
    crowd.start(house, demo, LONG);
    seen.wait_for(|seen| seen.accepted >= 20).await.unwrap();

    race::withdraw(house, demo).await.unwrap();
    let refused = seen.borrow_and_update().refused;
    seen.wait_for(|seen| seen.refused >= refused + 20)
        .await
        .unwrap();
    let standing = race::standing(house, demo).await.unwrap();
    assert!(standing.is_withdrawn());
    let none = After::default();
    assert_eq!(race::after(house, demo, &standing).await.unwrap(), none);
    let last = crowd.seen().last_accepted.expect("twenty were accepted");
    let version = race::rested_on(&last, &standing.scope.to_string());
    let withdrawal = standing.withdrawal.expect("withdrawn");
    assert!(version.is_some_and(|version| version < withdrawal.scope_version));

    race::give_back(house, demo).await.unwrap();
    let accepted = seen.borrow_and_update().accepted;
    seen.wait_for(|seen| seen.accepted >= accepted + 20)
        .await
        .unwrap();
    crowd.stop();
    seen.wait_for(|seen| !seen.is_running).await.unwrap();
    let standing = race::standing(house, demo).await.unwrap();
    assert!(!standing.is_withdrawn());
    let after = race::after(house, demo, &standing).await.unwrap();
    assert_eq!(after.while_withdrawn, 0);
    assert!(after.since_return >= 20, "{after:?}");
    assert_eq!(crowd.seen().failed, 0);
}

#[tokio::test]
async fn an_order_that_passed_a_withdrawal_would_be_counted() {
    let stage = Stage::demo().await;
    let (house, demo) = (&stage.house, &stage.demo);
    race::withdraw(house, demo).await.unwrap();
    let mut standing = race::standing(house, demo).await.unwrap();
    race::give_back(house, demo).await.unwrap();
    let request = trade::door::OrderRequest {
        key: house.fresh_key().unwrap(),
        lines: vec![(demo.race_listing.clone(), 1)],
    };
    let placed = house.place_order(&request).await.unwrap();
    assert!(matches!(placed, trade::door::Placed::Accepted(_)));
    // As if it had never returned: the count goes by versions and must see this order.
    standing.lifted = None;
    let after = race::after(house, demo, &standing).await.unwrap();
    assert_eq!(after.while_withdrawn, 1);
}

#[tokio::test]
async fn a_crowd_goes_home_by_itself() {
    let stage = Stage::demo().await;
    let crowd = &stage.app.crowd;
    let mut seen = crowd.watch();
    race::withdraw(&stage.house, &stage.demo).await.unwrap();
    crowd.start(&stage.house, &stage.demo, Duration::from_millis(50));
    seen.wait_for(|seen| !seen.is_running).await.unwrap();
    assert!(crowd.seen().refused > 0);
    assert_eq!(crowd.seen().accepted, 0);
}

#[tokio::test]
async fn the_race_is_run_from_its_page() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let idle = visitor.get("/race").await;
    idle.page(200);
    idle.shows(&["Nobody is buying."]);
    idle.lacks(&["http-equiv=\"refresh\""]);
    assert_eq!(visitor.post("/race/start", &[]).await.place(), "/race");
    let mut seen = stage.app.crowd.watch();
    seen.wait_for(|seen| seen.accepted > 0).await.unwrap();
    let running = visitor.get("/race").await;
    running.page(200);
    running.shows(&[
        "The crowd is buying",
        "<noscript><meta http-equiv=\"refresh\"",
    ]);
    assert_eq!(visitor.post("/race/withdraw", &[]).await.place(), "/race");
    let withdrawn = visitor.get("/race").await;
    withdrawn.shows(&[
        "The last withdrawal",
        "<p class=\"huge\">0</p>",
        "Not sold here",
    ]);
    assert_eq!(visitor.post("/race/return", &[]).await.place(), "/race");
    visitor.get("/race").await.shows(&["The return", "On sale"]);
    visitor.post("/race/stop", &[]).await.place();
    seen.wait_for(|seen| !seen.is_running).await.unwrap();
}

#[tokio::test]
async fn outside_a_demonstration_there_is_no_race() {
    let stage = Stage::plain().await;
    let mut visitor = stage.visitor();
    visitor.get("/race").await.page(404);
    visitor.post("/race/start", &[]).await.page(404);
    visitor.get("/").await.lacks(&["/race"]);
}
