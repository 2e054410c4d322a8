//! What is open to everybody: the markets with their policies, and the record.

use serde_json::{Value, json};
use trade::change::sha256;

use crate::api_rows::POLICY;
use crate::harness::{Answer, Site};

const POLICY_PATH: &str = "/api/v1/markets/us/policy";

async fn set_policy(site: &Site, text: &str) -> Answer {
    let ask = site.put(POLICY_PATH).operator();
    ask.bytes("application/toml", text.into()).send().await
}

#[tokio::test]
async fn a_policy_is_put_in_force_once_and_found_as_of_any_moment() {
    let (site, _) = Site::of_the_story().await;
    let markets = site.get("/api/v1/markets").send().await.json(200);
    assert_eq!(
        markets,
        json!([{ "id": "us", "name": "US Mobile, United States" }])
    );
    let before = site.get(POLICY_PATH).send().await.json(200);
    assert_eq!(before["evidence"], "story-policy-disclose");
    let set = set_policy(&site, POLICY).await.json(201);
    assert_eq!(set["policy"]["host_rule"], "any");
    assert_eq!(set_policy(&site, POLICY).await.json(200), set);
    assert_eq!(site.get(POLICY_PATH).send().await.json(200), set);
    let known_then = format!("{POLICY_PATH}?known_at=2016-02-01");
    let then = site.get(&known_then).send().await.json(200);
    assert_eq!(then["evidence"], "story-policy-must");
}

#[tokio::test]
async fn every_fault_of_a_policy_is_named_and_the_one_in_force_stays() {
    let (site, _) = Site::of_the_story().await;
    let before = site.get(POLICY_PATH).send().await;
    let bad = POLICY
        .replace("country = \"US\"", "country = \"USA\"")
        .replace("\"disclose\"", "\"maybe\"");
    let places = set_policy(&site, &bad).await.places(422, "policy_invalid");
    assert_eq!(places, ["policy.toml:4", "policy.toml:12"]);
    let strange = POLICY
        .replace("market = \"us\"", "market = \"uk\"")
        .replace("\"us-mobile\"", "\"nobody\"")
        .replace("[\"tmobile-us\"]", "[\"tmobile-us\", \"tmobil-us\"]");
    let places = set_policy(&site, &strange)
        .await
        .places(422, "policy_invalid");
    assert_eq!(places, ["policy.toml:2", "policy.toml:3", "policy.toml:7"]);
    let broken = set_policy(&site, "market = ")
        .await
        .places(422, "policy_invalid");
    assert_eq!(broken, ["policy.toml:1"]);
    let json = site.put(POLICY_PATH).operator().json(&json!({}));
    json.send().await.problem(415, "unsupported_media_type");
    let latin = site
        .put(POLICY_PATH)
        .operator()
        .bytes("application/toml", vec![0xFF]);
    latin.send().await.problem(400, "malformed_request");
    assert_eq!(site.get(POLICY_PATH).send().await.text(), before.text());
}

#[tokio::test]
async fn a_market_without_a_policy_has_none_and_takes_no_feed() {
    let site = Site::bare().await;
    site.get(POLICY_PATH).send().await.problem(404, "not_found");
    site.get("/api/v1/markets/mars/policy")
        .send()
        .await
        .problem(404, "not_found");
    site.get("/api/v1/markets/mars/listings")
        .send()
        .await
        .problem(404, "not_found");
    let empty = site
        .get("/api/v1/markets/us/listings")
        .send()
        .await
        .json(200);
    assert_eq!(empty, json!({ "items": [], "next": null }));
}

#[tokio::test]
async fn the_record_is_walked_page_by_page_without_a_gap() {
    let (site, _) = Site::of_the_story().await;
    let size = site.house.snapshot().next_position();
    let mut positions = Vec::new();
    let mut path = "/api/v1/record?limit=7".to_owned();
    loop {
        let page = site.get(&path).send().await.json(200);
        let items = page["items"].as_array().unwrap();
        assert!((1..=7).contains(&items.len()));
        positions.extend(items.iter().map(|one| one["position"].as_u64().unwrap()));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/record?limit=7&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(positions, (0..size).collect::<Vec<_>>());
    let all = site.get("/api/v1/record?limit=200").send().await.json(200);
    assert_eq!(
        (all["items"].as_array().unwrap().len() as u64, &all["next"]),
        (size, &Value::Null)
    );
}

#[tokio::test]
async fn an_entry_can_be_hashed_again_by_anybody() {
    let (site, _) = Site::of_the_story().await;
    let entry = site.get("/api/v1/record/3").send().await;
    let tag = entry.header("etag").to_owned();
    let entry = entry.json(200);
    let leaf = format!("\0{}", entry["body"].as_str().unwrap());
    assert_eq!(entry["leaf_hash"], sha256(leaf.as_bytes()));
    let by_id = format!("/api/v1/evidence/{}", entry["id"].as_str().unwrap());
    assert_eq!(site.get(&by_id).send().await.json(200), entry);
    let again = site
        .get("/api/v1/record/3")
        .header("if-none-match", &tag)
        .send()
        .await;
    assert_eq!(again.status.as_u16(), 304);
    let end = site.house.snapshot().next_position();
    site.get(&format!("/api/v1/record/{end}"))
        .send()
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn the_newest_checkpoint_is_given_as_it_was_signed() {
    let (site, _) = Site::of_the_story().await;
    let signed = site.house.sign_record().await.unwrap().unwrap();
    let checkpoint = site.get("/api/v1/record/checkpoint").send().await;
    assert_eq!(
        checkpoint.header("content-type"),
        "text/plain; charset=utf-8"
    );
    assert_eq!(checkpoint.text(), signed.note);
    let key = site.get("/api/v1/record/key").send().await.text();
    assert_eq!(key, format!("{}\n", site.house.record_key()));
    let verified = site
        .get("/api/v1/record/verify")
        .operator()
        .send()
        .await
        .json(200);
    assert_eq!(
        (
            &verified["is_clean"],
            &verified["size"],
            &verified["signed_size"]
        ),
        (&json!(true), &json!(signed.size), &json!(signed.size))
    );
    assert_eq!(
        (&verified["root"], &verified["key"]),
        (&json!(signed.root), &json!(site.house.record_key()))
    );
    assert_eq!(
        (&verified["faults"], &verified["disagreements"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn a_record_that_was_never_signed_has_no_checkpoint() {
    let site = Site::bare().await;
    site.get("/api/v1/record/checkpoint")
        .send()
        .await
        .problem(404, "not_found");
    let verified = site
        .get("/api/v1/record/verify")
        .operator()
        .send()
        .await
        .json(200);
    assert_eq!(
        (&verified["is_clean"], &verified["size"]),
        (&json!(true), &json!(0))
    );
}
