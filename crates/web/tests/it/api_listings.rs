//! Listings and their verdicts: what is seen by whom, of which moment, and what deciding does.

use serde_json::{Value, json};

use crate::harness::{MARKET, RIVAL, SELLER, Site};

const LISTINGS: &str = "/api/v1/markets/us/listings";
/// On sale at the end of the story.
const ON_SALE: &str = "OE-REDMI2BR";
/// Taken down in the story's first week.
const TAKEN_DOWN: &str = "OE-MI4I";

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("a list");
    items
        .iter()
        .map(|one| one["id"].as_str().expect("text").to_owned())
        .collect()
}

async fn listing(site: &Site, id: &str, query: &str) -> Value {
    site.house.follow().await.expect("follows");
    let path = format!("/api/v1/listings/{id}{query}");
    site.get(&path).send().await.json(200)
}

/// The codes of what keeps a listing off sale, sorted.
fn blocking(verdict: &Value) -> Vec<String> {
    let reasons = verdict["reasons"].as_array().expect("a list").iter();
    let mut codes: Vec<String> = reasons
        .filter(|reason| reason["blocks"] == true)
        .map(|reason| reason["code"].as_str().expect("text").to_owned())
        .collect();
    codes.sort_unstable();
    codes
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_without_a_gap_or_a_double() {
    let (site, _) = Site::of_the_story().await;
    let whole = ids(&site.get(LISTINGS).operator().send().await.json(200));
    assert_eq!(whole.len(), 5);
    let mut walked = Vec::new();
    let mut path = format!("{LISTINGS}?limit=2");
    for _ in 0..3 {
        let page = site.get(&path).operator().send().await.json(200);
        walked.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => path = format!("{LISTINGS}?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(walked, whole);
}

#[tokio::test]
async fn the_public_sees_what_is_offered_and_the_operator_everything() {
    let (site, _) = Site::of_the_story().await;
    let rival = site.session_of(SELLER, RIVAL).await;
    let public = site.get(LISTINGS).send().await.json(200);
    let states: Vec<&Value> = public["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["state"])
        .collect();
    assert_eq!(states, [&json!("offered"); 3]);
    let of_rival = site.get(LISTINGS).bearer(&rival).send().await.json(200);
    assert_eq!(ids(&of_rival), ids(&public));
    let taken_down = site.listing(TAKEN_DOWN).await;
    assert!(!ids(&public).contains(&taken_down));
    assert_eq!(listing(&site, &taken_down, "").await["state"], "taken_down");
}

#[tokio::test]
async fn a_draft_is_as_good_as_absent_to_everybody_but_the_operator() {
    let (site, _) = Site::of_the_story().await;
    let draft = draft(&site).await;
    let rival = site.session_of(SELLER, RIVAL).await;
    for part in ["", "/verdict", "/time-line", "/offered"] {
        let path = format!("/api/v1/listings/{draft}{part}");
        let absent = format!("/api/v1/listings/absent{part}");
        let problem = site.get(&path).send().await.problem(404, "not_found");
        let other = site.get(&absent).send().await.problem(404, "not_found");
        let worded =
            |problem: &Value, id: &str| problem["detail"].as_str().unwrap().replace(id, "*");
        assert_eq!(worded(&problem, &draft), worded(&other, "absent"));
        site.get(&path)
            .bearer(&rival)
            .send()
            .await
            .problem(404, "not_found");
        site.get(&path).operator().send().await.json(200);
    }
    let line = json!({ "lines": [{ "listing": draft, "quantity": 1 }] });
    let order = site
        .post("/api/v1/orders")
        .header("idempotency-key", "d")
        .json(&line);
    order.send().await.problem(404, "not_found");
    let cart = site.post("/api/v1/carts").send().await.json(201);
    let path = format!(
        "/api/v1/carts/{}/lines/{draft}",
        cart["id"].as_str().unwrap()
    );
    let put = site.put(&path).json(&json!({ "quantity": 1 }));
    put.send().await.problem(404, "not_found");
}

/// A draft of the seller, of a phone that the gate would refuse.
async fn draft(site: &Site) -> String {
    let feed = "id\ttitle\tbrand\tmpn\tprice\tavailability\nNEW\tMi 4i\tXiaomi\t2015015\t9.00 USD\tin_stock\n";
    let path = format!("/api/v1/markets/{MARKET}/feeds?seller={SELLER}&name=new.tsv");
    let ask = site
        .post(&path)
        .bytes("application/octet-stream", feed.into());
    let taken = ask.operator().send().await.json(200);
    taken["listed"][0].as_str().expect("a draft").to_owned()
}

#[tokio::test]
async fn whether_it_can_be_bought_speaks_of_now_whatever_moment_is_asked() {
    let (site, _) = Site::of_the_story().await;
    let id = site.listing(ON_SALE).await;
    let before = listing(&site, &id, "?at=2016-02-01").await;
    assert_eq!(
        (&before["verdict"]["outcome"], &before["is_buyable"]),
        (&json!("refused"), &json!(true))
    );
    let suspend = json!({ "manner": "suspend", "title": "A test" });
    let path = "/api/v1/evidence/story-certification/withdrawals";
    site.post(path)
        .operator()
        .json(&suspend)
        .send()
        .await
        .json(201);
    for query in ["?at=2016-03-05", "?known_at=2016-03-08"] {
        let after = listing(&site, &id, query).await;
        assert_eq!(after["verdict"]["outcome"], "sellable", "{query}");
        assert_eq!(after["is_buyable"], false, "{query}");
    }
    let list = site
        .get(&format!("{LISTINGS}?at=2016-03-05"))
        .send()
        .await
        .json(200);
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["id"] == id).unwrap();
    assert_eq!(
        (&item["verdict"]["outcome"], &item["is_buyable"]),
        (&json!("sellable"), &json!(false))
    );
}

#[tokio::test]
async fn a_past_verdict_is_had_again_with_its_reasons() {
    let (site, _) = Site::of_the_story().await;
    let path = format!("/api/v1/listings/{}/verdict", site.listing(ON_SALE).await);
    let verdict = |query: &str| {
        let ask = site.get(&format!("{path}{query}"));
        async move { ask.send().await.json(200) }
    };
    assert_eq!(verdict("").await["outcome"], "sellable");
    let suspended = verdict("?at=2016-03-06T15:00:00Z").await;
    assert_eq!(blocking(&suspended), ["certification_withdrawn"]);
    let reasons = suspended["reasons"].as_array().unwrap();
    let reason = reasons
        .iter()
        .find(|reason| reason["blocks"] == true)
        .unwrap();
    assert!(reason["sentence"].as_str().unwrap().contains("T-Mobile"));
    assert_eq!(
        reason["missing"],
        "a certification of this variant, from T-Mobile"
    );
    // Before the denial was recorded it was not known, and its period has no beginning.
    let as_known = verdict("?at=2016-02-01T15:00:00Z&known_at=2016-02-01T15:00:00Z").await;
    assert!(!blocking(&as_known).contains(&"authorization_denied".to_owned()));
    let faults = site
        .get(&format!("{path}?at=2016-02-30&known_at=now"))
        .send()
        .await;
    assert_eq!(faults.places(422, "invalid_input"), ["?at", "?known_at"]);
}

#[tokio::test]
async fn the_time_line_and_the_open_question_are_answered_from_the_record() {
    let (site, _) = Site::of_the_story().await;
    let id = site.listing(TAKEN_DOWN).await;
    let entries = site
        .get(&format!("/api/v1/listings/{id}/time-line"))
        .send()
        .await
        .json(200);
    let entries = entries.as_array().unwrap();
    let positions: Vec<u64> = entries
        .iter()
        .map(|one| one["position"].as_u64().unwrap())
        .collect();
    assert!(positions.is_sorted());
    for kind in [
        "policy",
        "sales_authorization",
        "listing_decision",
        "statement",
    ] {
        assert!(entries.iter().any(|one| one["kind"] == kind), "no {kind}");
    }
    let offered = site
        .get(&format!("/api/v1/listings/{id}/offered"))
        .send()
        .await
        .json(200);
    let expected = json!({
        "offered": [{ "from": "2016-02-01T14:00:00Z", "until": "2016-02-02T18:00:00Z" }],
        "orders": 0, "units": 0,
    });
    assert_eq!(offered, expected);
}

#[tokio::test]
async fn a_decision_is_taken_once_and_only_where_it_can_be() {
    let (site, _) = Site::of_the_story().await;
    let path = format!("/api/v1/listings/{}/state", site.listing(ON_SALE).await);
    let decide = |state: &str| {
        let ask = site
            .put(&path)
            .operator()
            .json(&json!({ "state": state, "title": "A test" }));
        async move { ask.send().await }
    };
    let before = site.house.snapshot().next_position();
    for _ in 0..2 {
        let listing = decide("taken_down").await.json(200);
        assert_eq!(
            (&listing["state"], &listing["is_buyable"]),
            (&json!("taken_down"), &json!(false))
        );
    }
    assert_eq!(site.house.snapshot().next_position(), before + 1);
    let offered = decide("offered").await.json(200);
    assert_eq!(
        (&offered["state"], &offered["is_buyable"]),
        (&json!("offered"), &json!(true))
    );
    decide("draft").await.problem(409, "state_conflict");
    decide("ended").await.json(200);
    decide("offered").await.problem(409, "state_conflict");
    assert_eq!(
        decide("sold").await.places(422, "invalid_input"),
        ["/state"]
    );
}

#[tokio::test]
async fn a_supposed_offer_is_judged_as_a_listing_of_it_would_be() {
    let (site, _) = Site::of_the_story().await;
    let asked = json!({ "market": MARKET, "seller": SELLER, "variant": "xiaomi.2014819" });
    let supposed = site
        .post("/api/v1/verdicts")
        .json(&asked)
        .send()
        .await
        .json(200);
    let path = format!("/api/v1/listings/{}/verdict", site.listing(ON_SALE).await);
    let real = site.get(&path).send().await.json(200);
    assert_eq!(supposed["reasons"], real["reasons"]);
    let mut other = asked.clone();
    other["seller"] = json!("xiaomi-store");
    let other = site
        .post("/api/v1/verdicts")
        .json(&other)
        .send()
        .await
        .json(200);
    assert_eq!(other["outcome"], "refused");
    let mut then = asked.clone();
    then["at"] = json!("2016-02-01");
    let then = site
        .post("/api/v1/verdicts")
        .json(&then)
        .send()
        .await
        .json(200);
    assert_eq!(
        (&then["outcome"], &then["at"]),
        (&json!("refused"), &json!("2016-02-01T00:00:00Z"))
    );
    let unknown = json!({ "market": "mars", "seller": "nobody", "variant": "x" });
    let answer = site.post("/api/v1/verdicts").json(&unknown).send().await;
    assert_eq!(answer.places(422, "invalid_input"), ["/market", "/seller"]);
    let mut unknown = asked;
    unknown["variant"] = json!("Redmi 3");
    let answer = site.post("/api/v1/verdicts").json(&unknown).send().await;
    answer.problem(404, "device_unknown");
}
