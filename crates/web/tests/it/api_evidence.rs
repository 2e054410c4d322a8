//! Evidence: recorded once, strictly read, withdrawn, and lifted again.

use serde_json::{Value, json};

use crate::harness::{Answer, OPERATOR, Site};

const EVIDENCE: &str = "/api/v1/evidence";

fn authorisation() -> Value {
    json!({
        "id": "auth-store",
        "scope": "brand:xiaomi",
        "issuer": "xiaomi",
        "claim": {
            "kind": "sales_authorization", "standing": "yes", "brand": "xiaomi", "sellers": ["xiaomi-store"],
            "categories": ["smartphone"], "models": "all", "territory": ["US"], "channels": "all",
            "conditions": "all", "may_be_passed_on": false,
        },
        "valid": { "from": "2016-03-01", "until": "2017-03-01" },
        "title": "Letter of authorisation",
        "dated": "2016-02",
        "words": "Until further notice.",
    })
}

async fn record(site: &Site, body: &Value) -> Answer {
    site.post(EVIDENCE).operator().json(body).send().await
}

#[tokio::test]
async fn evidence_is_recorded_once_and_shown_as_it_was_entered() {
    let (site, _) = Site::of_the_story().await;
    let body = authorisation();
    let before = site.house.snapshot().next_position();
    let entry = record(&site, &body).await.json(201);
    assert_eq!(entry["id"], "auth-store");
    for field in ["scope", "issuer", "claim", "words"] {
        assert_eq!(entry[field], body[field], "{field}");
    }
    assert_eq!(
        entry["source"],
        json!({ "title": "Letter of authorisation", "dated": "2016-02", "authority": "own", "licence": null })
    );
    assert_eq!(
        entry["valid"],
        json!({ "from": "2016-03-01T00:00:00Z", "until": "2017-03-01T00:00:00Z" })
    );
    let known = record(&site, &body).await.json(200);
    assert_eq!(known, entry);
    assert_eq!(site.house.snapshot().next_position(), before + 1);
    let shown = site.get(&format!("{EVIDENCE}/auth-store")).send().await;
    assert_eq!(shown.json(200), entry);
    let tag = shown.header("etag");
    let again = site
        .get(&format!("{EVIDENCE}/auth-store"))
        .header("if-none-match", tag);
    assert_eq!(again.send().await.status.as_u16(), 304);
}

#[tokio::test]
async fn an_id_that_stands_for_something_else_is_refused_and_nothing_recorded() {
    let (site, _) = Site::of_the_story().await;
    record(&site, &authorisation()).await.json(201);
    let before = site.house.snapshot().next_position();
    let mut others = [
        authorisation(),
        authorisation(),
        authorisation(),
        authorisation(),
    ];
    others[0]["claim"]["standing"] = json!("no");
    others[1]["issuer"] = json!("abi-research");
    others[2]["valid"]["until"] = json!(null);
    others[3]["claim"] = json!({ "kind": "stop_sale", "cause": "A complaint" });
    for other in &others {
        record(&site, other).await.problem(409, "id_taken");
    }
    // The same holds of a withdrawal: a used id must not look as if something had been withdrawn.
    let body = json!({ "id": "story-authorisation", "manner": "suspend", "title": "A test" });
    let path = format!("{EVIDENCE}/auth-store/withdrawals");
    site.post(&path)
        .operator()
        .json(&body)
        .send()
        .await
        .problem(409, "id_taken");
    assert_eq!(site.house.snapshot().next_position(), before);
}

#[tokio::test]
async fn what_is_recorded_decides_from_then_on() {
    let (site, _) = Site::of_the_story().await;
    let asked = json!({ "market": "us", "seller": "xiaomi-store", "variant": "xiaomi.2014819" });
    let codes = || async {
        let verdict = site
            .post("/api/v1/verdicts")
            .json(&asked)
            .send()
            .await
            .json(200);
        let reasons = verdict["reasons"].as_array().unwrap().clone();
        let codes = reasons
            .iter()
            .map(|reason| reason["code"].as_str().unwrap().to_owned());
        codes.collect::<Vec<_>>()
    };
    assert!(codes().await.contains(&"authorization_missing".to_owned()));
    record(&site, &authorisation()).await.json(201);
    assert!(codes().await.contains(&"authorization_on_file".to_owned()));
    let stop = json!({
        "scope": "variant:xiaomi.2014819", "issuer": OPERATOR, "title": "Recall",
        "claim": { "kind": "stop_sale", "cause": "Batteries" },
    });
    record(&site, &stop).await.json(201);
    assert!(codes().await.contains(&"stop_sale_stands".to_owned()));
}

#[tokio::test]
async fn every_fault_of_evidence_is_named_at_once() {
    let (site, _) = Site::of_the_story().await;
    let body = json!({
        "id": "An Id", "scope": "xiaomi", "issuer": 7, "title": "", "dated": "d".repeat(41),
        "claim": { "kind": "statement", "role": "brand", "rôle": "press", "words": "no" },
        "valid": { "from": "2017", "since": "2016" },
    });
    let places = record(&site, &body).await.places(422, "invalid_input");
    let expected = [
        "/id",
        "/scope",
        "/issuer",
        "/claim/rôle",
        "/claim/words",
        "/valid/from",
        "/valid/since",
        "/title",
        "/dated",
    ];
    assert_eq!(places, expected);
    let mut backwards = authorisation();
    backwards["valid"] = json!({ "from": "2017-01-01", "until": "2017-01-01" });
    assert_eq!(
        record(&site, &backwards).await.places(422, "invalid_input"),
        ["/valid/until"]
    );
}

#[tokio::test]
async fn a_misspelt_restriction_is_refused() {
    let (site, _) = Site::of_the_story().await;
    let mut body = authorisation();
    body["claim"]["territorry"] = json!(["US"]);
    body["claim"]["condition"] = json!("only with a plan");
    let places = record(&site, &body).await.places(422, "invalid_input");
    assert_eq!(places, ["/claim/territorry", "/claim/condition"]);
    let mut without = authorisation();
    without["claim"].as_object_mut().unwrap().remove("sellers");
    assert_eq!(
        record(&site, &without).await.places(422, "invalid_input"),
        ["/claim"]
    );
}

#[tokio::test]
async fn evidence_on_what_is_not_there_or_by_nobody_is_refused() {
    let (site, _) = Site::of_the_story().await;
    let stop = |scope: &str, issuer: &str| {
        json!({
            "scope": scope, "issuer": issuer, "title": "Recall", "claim": { "kind": "stop_sale", "cause": "c" },
        })
    };
    for scope in [
        "brand:xiaomy",
        "market:uk",
        "seller:s",
        "host:h",
        "model:m",
        "variant:v",
        "listing:l",
    ] {
        let answer = record(&site, &stop(scope, "nobody")).await;
        assert_eq!(
            answer.places(422, "invalid_input"),
            ["/scope", "/issuer"],
            "{scope}"
        );
    }
    record(&site, &stop("brand:xiaomi", "xiaomi"))
        .await
        .json(201);
    let mut elsewhere = authorisation();
    elsewhere["scope"] = json!("seller:xiaomi-store");
    record(&site, &elsewhere).await.problem(422, "wrong_scope");
}

#[tokio::test]
async fn what_has_a_route_of_its_own_is_not_recorded_here() {
    let (site, cast) = Site::of_the_story().await;
    let before = site.house.snapshot().next_position();
    let listing = cast.race_listing.to_string();
    let policy = site.get("/api/v1/markets/us/policy").send().await.json(200);
    let claims = [
        (
            "market:us".to_owned(),
            json!({ "kind": "policy", "policy": policy["policy"] }),
        ),
        (
            "market:us".to_owned(),
            json!({ "kind": "data_set_activation", "data_set": "ds-none", "sha256": "00" }),
        ),
        (
            "variant:xiaomi.2014819".to_owned(),
            json!({ "kind": "withdrawal", "ends": "story-certification", "manner": "revoke" }),
        ),
        (
            format!("listing:{listing}"),
            json!({ "kind": "listing_decision", "listing": listing, "state": "ended" }),
        ),
    ];
    for (scope, claim) in claims {
        let body = json!({ "scope": scope, "issuer": OPERATOR, "title": "A test", "claim": claim });
        let answer = record(&site, &body).await;
        assert_eq!(
            answer.places(422, "invalid_input"),
            ["/claim/kind"],
            "{body}"
        );
    }
    assert_eq!(site.house.snapshot().next_position(), before);
}

#[tokio::test]
async fn a_suspension_is_lifted_and_what_was_revoked_stays_so() {
    let (site, _) = Site::of_the_story().await;
    let withdraw = |ends: &str, body: Value| {
        let ask = site
            .post(&format!("{EVIDENCE}/{ends}/withdrawals"))
            .operator()
            .json(&body);
        async move { ask.send().await }
    };
    let suspend =
        json!({ "id": "w-1", "manner": "suspend", "title": "A test", "words": "For now." });
    let entry = withdraw("story-certification", suspend.clone())
        .await
        .json(201);
    assert_eq!(
        entry["claim"],
        json!({ "kind": "withdrawal", "ends": "story-certification", "manner": "suspend" })
    );
    assert_eq!(
        (&entry["issuer"], &entry["scope"], &entry["words"]),
        (
            &json!(OPERATOR),
            &json!("variant:xiaomi.2014819"),
            &json!("For now.")
        )
    );
    let known = withdraw("story-certification", suspend).await.json(200);
    assert_eq!(known["position"], entry["position"]);
    let lift = json!({ "id": "w-2", "manner": "revoke", "title": "A test" });
    withdraw("w-1", lift.clone()).await.json(201);
    let again = json!({ "manner": "revoke", "title": "A test" });
    withdraw("w-2", again.clone())
        .await
        .problem(409, "already_withdrawn");
    withdraw("absent", again).await.problem(404, "not_found");
    let bad = json!({ "manner": "forget", "from": "soon", "title": "t" });
    let places = withdraw("story-certification", bad)
        .await
        .places(422, "invalid_input");
    assert_eq!(places, ["/manner", "/from"]);
    let nobody = json!({ "manner": "suspend", "issuer": "nobody", "title": "t" });
    let places = withdraw("story-certification", nobody)
        .await
        .places(422, "invalid_input");
    assert_eq!(places, ["/issuer"]);
}

#[tokio::test]
async fn a_withdrawal_may_begin_later() {
    let (site, cast) = Site::of_the_story().await;
    let body = json!({ "manner": "suspend", "from": "2016-04-01", "title": "A test" });
    let path = format!("{EVIDENCE}/story-certification/withdrawals");
    site.post(&path)
        .operator()
        .json(&body)
        .send()
        .await
        .json(201);
    let listing = format!("/api/v1/listings/{}/verdict", cast.race_listing);
    let now = site.get(&listing).send().await.json(200);
    assert_eq!(
        (&now["outcome"], &now["holds_until"]),
        (&json!("sellable"), &json!("2016-04-01T00:00:00Z"))
    );
    site.set_clock("2016-04-01T00:00:00Z");
    assert_eq!(
        site.get(&listing).send().await.json(200)["outcome"],
        "refused"
    );
}
