//! What would make it sellable, and what a change would do, over the API: who may ask, and do the answers hold?

use serde_json::{Value, json};

use crate::harness::Site;

const IMPACTS: &str = "/api/v1/impacts";

async fn why_not(site: &Site, listing: &str, query: &str) -> Value {
    let path = format!("/api/v1/listings/{listing}/why-not{query}");
    site.get(&path).operator().send().await.json(200)
}

/// Codes, and for each way who does what.
fn ways(why_not: &Value) -> Vec<(String, Vec<String>)> {
    let list = |value: &Value| value.as_array().expect("a list").clone();
    list(&why_not["remedies"])
        .iter()
        .map(|remedy| {
            let codes = list(&remedy["codes"]);
            let codes: Vec<&str> = codes
                .iter()
                .map(|code| code.as_str().expect("text"))
                .collect();
            let ways = list(&remedy["ways"]);
            let ways = ways.iter().map(|way| {
                let steps = list(way);
                let steps = steps.iter().map(|step| {
                    let text = |name: &str| step[name].as_str().expect("text").to_owned();
                    format!("{} {} {}", text("issuer"), text("action"), text("kind"))
                });
                steps.collect::<Vec<_>>().join(" + ")
            });
            (codes.join(" "), ways.collect())
        })
        .collect()
}

#[tokio::test]
async fn the_phone_of_the_story_is_told_what_would_mend_what_and_what_nothing_mends() {
    let (site, cast) = Site::of_the_story().await;
    let listings = site
        .get("/api/v1/markets/us/listings")
        .operator()
        .send()
        .await
        .json(200);
    let items = listings["items"].as_array().expect("a list");
    let found = items
        .iter()
        .find(|one| one["sku"] == "OE-MI4I")
        .expect("listed");
    let id = found["id"].as_str().expect("text");
    let answer = why_not(
        &site,
        id,
        "?at=2016-02-08T15:00:00Z&known_at=2016-02-08T15:00:00Z",
    )
    .await;
    let expected: Vec<(String, Vec<String>)> = vec![
        (
            "authorization_missing authorization_denied".to_owned(),
            vec![
                "xiaomi withdraw sales_authorization + xiaomi record sales_authorization"
                    .to_owned(),
            ],
        ),
        (
            "certification_missing".to_owned(),
            vec!["tmobile-us record device_certification".to_owned()],
        ),
        ("radio_no_lte_band".to_owned(), vec![]),
        (
            "approval_unknown".to_owned(),
            vec!["fcc record regulatory_approval".to_owned()],
        ),
        (
            "authenticity_not_vouched".to_owned(),
            vec!["xiaomi record custody_event".to_owned()],
        ),
    ];
    assert_eq!(ways(&answer), expected);
    assert_eq!(answer["together"], Value::Null, "no paper gives it a band");
    let race = cast.race_listing.as_str();
    let now = why_not(&site, race, "").await;
    assert_eq!(now["verdict"]["outcome"], "sellable");
    assert_eq!(
        (&now["remedies"], &now["together"]),
        (&json!([]), &Value::Null)
    );
    // On the day of its suspension.
    let then = why_not(
        &site,
        race,
        "?at=2016-03-06T15:00:00Z&known_at=2016-03-06T15:00:00Z",
    )
    .await;
    let together = then["together"].as_array().expect("it could be mended");
    assert_eq!(together.len(), 1);
    assert_eq!(
        ways(&then)[0].1.len(),
        2,
        "certified anew, or the suspension lifted"
    );
    let sentence = ways(&then)[0].1.join(" | ");
    assert!(
        sentence.contains("tmobile-us withdraw withdrawal"),
        "{sentence}"
    );
}

#[tokio::test]
async fn what_is_told_to_mend_it_does_when_it_is_done() {
    let (site, cast) = Site::of_the_story().await;
    let evidence = cast.race_certification.as_str();
    let path = format!("/api/v1/evidence/{evidence}/withdrawals");
    let body = json!({ "manner": "revoke", "title": "Notice", "issuer": "tmobile-us" });
    site.post(&path)
        .operator()
        .json(&body)
        .send()
        .await
        .json(201);
    let race = cast.race_listing.as_str();
    let answer = why_not(&site, race, "").await;
    let steps = answer["together"]
        .as_array()
        .expect("it can be mended")
        .clone();
    for step in &steps {
        assert_eq!(step["action"], "record", "{step}");
        let body = json!({
            "scope": step["scope"], "issuer": step["issuer"], "claim": step["claim"], "title": "As was asked for",
        });
        site.post("/api/v1/evidence")
            .operator()
            .json(&body)
            .send()
            .await
            .json(201);
    }
    let path = format!("/api/v1/listings/{race}/verdict");
    let after = site.get(&path).send().await.json(200);
    assert_eq!(after["outcome"], "sellable", "{steps:#?}");
}

async fn impact(site: &Site, body: &Value) -> Value {
    site.post(IMPACTS)
        .operator()
        .json(body)
        .send()
        .await
        .json(200)
}

#[tokio::test]
async fn a_change_is_foretold_in_each_form_and_nothing_is_recorded() {
    let (site, cast) = Site::of_the_story().await;
    let size = site.house.snapshot().next_position();
    let certification = cast.race_certification.as_str();
    let withdrawn = impact(
        &site,
        &json!({ "change": "withdraw", "withdraw": certification }),
    )
    .await;
    assert_eq!(
        (&withdrawn["stops"], &withdrawn["starts"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(withdrawn["items"][0]["listing"], cast.race_listing.as_str());
    assert_eq!(
        withdrawn["items"][0]["codes"],
        json!(["certification_withdrawn"])
    );
    assert_eq!(withdrawn["orders"], json!({ "count": 2, "units": 2 }));
    let recall = json!({ "change": "evidence", "evidence": {
        "scope": "brand:xiaomi", "issuer": "xiaomi", "title": "Recall", "claim": { "kind": "stop_sale", "cause": "recall" },
    }});
    let stopped = impact(&site, &recall).await;
    assert_eq!(
        stopped["stops"],
        json!(3),
        "the phone and both headphones: {stopped:#}"
    );
    let policy = impact(
        &site,
        &json!({ "change": "policy", "policy": crate::api_rows::POLICY }),
    )
    .await;
    assert_eq!(
        (&policy["stops"], &policy["starts"]),
        (&json!(1), &json!(0)),
        "headphones with a notice"
    );
    // The list of the network's bands of 2015 speaks until then; the one of today brings the phone back.
    let time = impact(&site, &json!({ "change": "time", "until": "2018-01-01" })).await;
    assert_eq!((&time["stops"], &time["starts"]), (&json!(1), &json!(0)));
    assert_eq!(time["items"][0]["at"], "2018-01-01T00:00:00Z");
    assert_eq!(time["items"][0]["codes"], json!(["radio_unknown"]));
    let later = impact(&site, &json!({ "change": "time", "until": "2026-11-24" })).await;
    assert_eq!(later["stops"], later["starts"], "{later:#}");
    assert_eq!(site.house.snapshot().next_position(), size);
}

#[tokio::test]
async fn what_a_data_set_carries_is_foretold_both_ways() {
    let (site, cast) = Site::of_the_story().await;
    let record = site.get("/api/v1/record?limit=200").send().await.json(200);
    let entries = record["items"].as_array().expect("a list");
    let activations = entries
        .iter()
        .filter(|one| one["kind"] == "data_set_activation");
    let mut carrying = Vec::new();
    for entry in activations {
        let impact = impact(
            &site,
            &json!({ "change": "withdraw", "withdraw": entry["id"] }),
        )
        .await;
        if impact["stops"] == 1 {
            assert_eq!(impact["items"][0]["listing"], cast.race_listing.as_str());
            assert_eq!(impact["items"][0]["codes"], json!(["radio_unknown"]));
            carrying.push(
                entry["claim"]["data_set"]
                    .as_str()
                    .expect("text")
                    .to_owned(),
            );
        }
    }
    assert_eq!(carrying.len(), 2, "the phones' bands and the network's");
    let path = format!("/api/v1/markets/us/data-sets/{}", carrying[0]);
    site.delete(&path).operator().send().await.json(201);
    let again = json!({ "change": "activation", "activation": { "market": "us", "data_set": carrying[0] } });
    let starts = impact(&site, &again).await;
    assert_eq!(
        (&starts["stops"], &starts["starts"]),
        (&json!(0), &json!(1)),
        "{starts:#}"
    );
}

#[tokio::test]
async fn two_changes_at_once_or_none_and_what_is_not_there_are_faults() {
    let (site, cast) = Site::of_the_story().await;
    let certification = cast.race_certification.as_str();
    for (body, status) in [
        (json!({}), 422),
        (
            json!({ "change": "withdraw", "withdraw": certification, "until": "2026-01-01" }),
            422,
        ),
        (
            json!({ "change": "withdraw", "withdraw": "ev-nothing" }),
            404,
        ),
        (json!({ "change": "policy", "policy": "market = 1" }), 422),
        (
            json!({ "change": "activation", "activation": { "market": "us", "data_set": "ds-nothing" } }),
            404,
        ),
    ] {
        let answer = site.post(IMPACTS).operator().json(&body).send().await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text());
    }
    let stranger = site
        .post(IMPACTS)
        .json(&json!({ "change": "withdraw", "withdraw": certification }));
    assert_eq!(stranger.send().await.status.as_u16(), 401);
}

#[tokio::test]
async fn what_was_passed_on_is_shown_with_what_it_rests_on() {
    let (site, _) = Site::of_the_story().await;
    let record = async |id: &str, issuer: &str, seller: &str, rests_on: Value| {
        let mut claim = json!({
            "kind": "sales_authorization", "standing": "yes", "brand": "xiaomi", "sellers": [seller],
            "categories": "all", "models": "all", "territory": "all", "channels": "all",
        });
        match rests_on.is_null() {
            true => claim["may_be_passed_on"] = json!(true),
            false => claim["rests_on"] = rests_on,
        }
        let body = json!({
            "id": id, "scope": "brand:xiaomi", "issuer": issuer, "title": "A letter", "claim": claim,
        });
        let sent = site.post("/api/v1/evidence").operator().json(&body);
        sent.send().await.json(201)
    };
    record("above", "xiaomi", "omni-electronics", Value::Null).await;
    let from_above = json!({ "from": "above", "by": "omni-electronics" });
    record("below", "omni-electronics", "xiaomi-store", from_above).await;
    for (id, way, expected) in [("above", "named_by", "below"), ("below", "names", "above")] {
        let path = format!("/api/v1/evidence/{id}/around");
        let around = site.get(&path).operator().send().await.json(200);
        assert_eq!(around[way][0]["id"], expected, "{around}");
    }
}

#[tokio::test]
async fn what_rests_on_a_certification_is_shown_with_its_orders_and_its_withdrawals() {
    let (site, cast) = Site::of_the_story().await;
    let id = cast.race_certification.as_str();
    let get = async |path: &str| {
        let path = format!("/api/v1/evidence/{path}");
        site.get(&path).operator().send().await.json(200)
    };
    let around = get(&format!("{id}/around")).await;
    assert_eq!(around["is_in_force"], true);
    let named_by = around["named_by"].as_array().expect("a list");
    let named_by: Vec<&str> = named_by
        .iter()
        .map(|one| one["id"].as_str().expect("text"))
        .collect();
    assert_eq!(named_by, ["story-suspension", "story-return"]);
    let listings = get(&format!("{id}/listings")).await;
    assert_eq!(listings["items"][0]["listing"], cast.race_listing.as_str());
    assert_eq!(
        listings["items"][0]["codes"],
        json!(["certification_on_file"])
    );
    let mut orders = Vec::new();
    let mut path = format!("{id}/orders?limit=1");
    for _ in 0..3 {
        let page = get(&path).await;
        orders.extend(page["items"].as_array().expect("a list").clone());
        match page["next"].as_str() {
            Some(next) => path = format!("{id}/orders?limit=1&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(orders.len(), 2, "{orders:#?}");
    let line = &orders[0]["lines"][0];
    assert_eq!(line["codes"], json!(["certification_on_file"]));
    // The second policy made the verdicts of both orders; the first made none.
    let by = async |policy: &str| {
        get(&format!("{policy}/orders")).await["items"]
            .as_array()
            .expect("a list")
            .len()
    };
    assert_eq!(by("story-policy-disclose").await, 2);
    assert_eq!(by("story-policy-must").await, 0);
    // The suspension was in force for neither order.
    assert_eq!(by("story-suspension").await, 0);
    let suspended = get("story-suspension/around").await;
    assert_eq!(suspended["is_in_force"], false);
    assert_eq!(suspended["names"][0]["id"], id);
    let letter = get("story-denial-rest/around").await;
    let same = letter["same_document"].as_array().expect("a list");
    let same: Vec<&str> = same
        .iter()
        .map(|one| one["id"].as_str().expect("text"))
        .collect();
    assert_eq!(same, ["story-denial-corrected"]);
    // Once it is withdrawn no listing stands on it, and the orders of the past still do.
    let path = format!("/api/v1/evidence/{id}/withdrawals");
    let body = json!({ "id": "withdrawn-now", "manner": "revoke", "title": "Notice", "issuer": "tmobile-us" });
    site.post(&path)
        .operator()
        .json(&body)
        .send()
        .await
        .json(201);
    let orders = get(&format!("{id}/orders")).await;
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        orders["items"][0]["lines"][0]["codes"],
        json!(["certification_on_file"])
    );
    assert_eq!(by("withdrawn-now").await, 0);
    let listings = get(&format!("{id}/listings")).await;
    assert_eq!(
        listings["items"][0]["codes"],
        json!(["certification_withdrawn"])
    );
}

#[tokio::test]
async fn the_changes_of_the_story_are_told_once_each_and_end_where_it_ends() {
    let (site, cast) = Site::of_the_story().await;
    let mut told = Vec::new();
    let mut path = "/api/v1/verdict-changes?limit=4".to_owned();
    loop {
        let page = site.get(&path).operator().send().await.json(200);
        told.extend(page["items"].as_array().expect("a list").clone());
        let next = page["next"]
            .as_str()
            .expect("something is recorded")
            .to_owned();
        path = format!("/api/v1/verdict-changes?limit=4&cursor={next}");
        if page["is_end"] == true {
            break;
        }
    }
    let race: Vec<(String, String)> = told
        .iter()
        .filter(|one| one["listing"] == cast.race_listing.as_str())
        .map(|one| {
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            (
                text(&one["at"])[..10].to_owned(),
                text(&one["after"]["outcome"]),
            )
        })
        .collect();
    let expected = [
        ("2016-02-01", "refused"),
        ("2016-02-02", "refused"),
        ("2016-03-02", "refused"),
        ("2016-03-03", "refused"),
        ("2016-03-04", "sellable"),
        ("2016-03-06", "refused"),
        ("2016-03-07", "sellable"),
    ];
    let mut days = race.clone();
    // Several entries of one day change its reasons; what the day ends with is compared.
    days.reverse();
    days.dedup_by(|later, day| later.0 == day.0);
    days.reverse();
    let days: Vec<(&str, &str)> = days
        .iter()
        .map(|(at, outcome)| (at.as_str(), outcome.as_str()))
        .collect();
    assert_eq!(days, expected);
    let last = told.last().expect("something changed")["position"]
        .as_u64()
        .expect("a number");
    let after = format!("/api/v1/verdict-changes?after={last}");
    let rest = site.get(&after).operator().send().await.json(200);
    assert_eq!(rest["items"], json!([]));
    site.get("/api/v1/verdict-changes?after=100000")
        .operator()
        .send()
        .await
        .problem(404, "not_found");
    site.get("/api/v1/verdict-changes")
        .send()
        .await
        .problem(401, "sign_in_needed");
}
