//! What the process says of itself.

use web::Serving;

use crate::harness::{RIVAL, SELLER, Site};

#[tokio::test]
async fn a_node_is_ready_while_it_keeps_up_with_the_record() {
    let site = Site::bare().await;
    assert_eq!(site.get("/healthz").send().await.json(200)["status"], "ok");
    site.house.follow().await.unwrap();
    let ready = site.get("/readyz").send().await.json(200);
    assert_eq!(ready["is_ready"], true);
    assert_eq!(ready["next_position"], 0);
    assert!(ready["snapshot_age_ms"].as_u64().unwrap() <= 1_000);
}

#[tokio::test]
async fn what_the_api_says_is_kept_by_nobody_unless_it_says_so() {
    let (site, cast) = Site::of_the_story().await;
    let of = |path: String| {
        let site = &site;
        async move {
            site.get(&path)
                .send()
                .await
                .header("cache-control")
                .to_owned()
        }
    };
    let listing = format!("/api/v1/listings/{}", cast.race_listing);
    assert_eq!(of(listing).await, "no-store");
    assert_eq!(of("/api/v1/listings/none".to_owned()).await, "no-store");
    assert_eq!(of("/api/v1/nothing".to_owned()).await, "no-store");
    assert_eq!(of("/api/v1/devices".to_owned()).await, "no-cache");
}

#[tokio::test]
async fn a_full_house_asks_the_public_to_come_again_and_still_hears_the_operator() {
    let site = Site::bare().await;
    let serving = Serving {
        public_requests_max: 0,
        ..Serving::default()
    };
    let site = site.served(serving);
    let busy = site.get("/api/v1/markets").send().await;
    busy.problem(503, "busy");
    assert_eq!(busy.header("retry-after"), "1");
    let verified = site.get("/api/v1/record/verify").operator().send().await;
    verified.json(200);
    // A node that is busy is not dead.
    site.get("/healthz").send().await.json(200);
    site.house.follow().await.unwrap();
    site.get("/readyz").send().await.json(200);
}

#[tokio::test]
async fn a_crowd_that_only_claims_to_be_signed_in_takes_none_of_the_operators_seats() {
    let (site, _) = Site::of_the_story().await;
    let rival = site.session_of(SELLER, RIVAL).await;
    let serving = Serving {
        signed_in_requests_max: 0,
        ..Serving::default()
    };
    let site = site.served(serving);
    let ask = || site.get("/api/v1/record/verify");
    ask().send().await.problem(401, "sign_in_needed");
    let made_up = ask().bearer(&"0".repeat(64)).send().await;
    made_up.problem(401, "sign_in_needed");
    let of_a_rival = ask().bearer(&rival).send().await;
    of_a_rival.problem(403, "not_allowed");
    ask().operator().send().await.problem(503, "busy");
}
