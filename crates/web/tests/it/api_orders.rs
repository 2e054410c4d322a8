//! Orders and carts: through the one door, once, and never against a withdrawal.

use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const ORDERS: &str = "/api/v1/orders";
const ON_SALE: &str = "OE-REDMI2BR";
const REFUSED: &str = "OE-MI4I";
/// 200 of them are in stock, and they are sold with a notice.
const HEADPHONES: &str = "OE-PISTON";
const CERTIFICATION: &str = "/api/v1/evidence/story-certification/withdrawals";

fn lines(lines: &[(&str, u64)]) -> Value {
    let lines = lines.iter();
    let lines: Vec<Value> = lines
        .map(|(listing, quantity)| json!({ "listing": listing, "quantity": quantity }))
        .collect();
    json!({ "lines": lines })
}

async fn order(site: &Site, key: &str, body: &Value) -> Answer {
    let ask = site.post(ORDERS).header("idempotency-key", key).json(body);
    ask.send().await
}

/// A new cart with lines; gives its address.
async fn cart(site: &Site, lines: &[(&str, u64)]) -> String {
    let cart = site.post("/api/v1/carts").send().await;
    let place = cart.header("location").to_owned();
    assert_eq!(
        place,
        format!(
            "/api/v1/carts/{}",
            cart.json(201)["id"].as_str().expect("text")
        )
    );
    for (listing, quantity) in lines {
        let path = format!("{place}/lines/{listing}");
        let put = site.put(&path).json(&json!({ "quantity": quantity }));
        put.send().await.json(200);
    }
    place
}

async fn check_out(site: &Site, cart: &str, key: &str) -> Answer {
    let ask = site.post(&format!("{cart}/check-out"));
    ask.header("idempotency-key", key).send().await
}

#[tokio::test]
async fn an_order_is_accepted_with_its_basis_and_found_again() {
    let (site, _) = Site::of_the_story().await;
    let (phone, headphones) = (site.listing(ON_SALE).await, site.listing(HEADPHONES).await);
    let body = lines(&[(&phone, 1), (&headphones, 2), (&phone, 2)]);
    let answer = order(&site, "first", &body).await;
    let accepted = answer.json(201);
    assert_eq!(
        accepted["total"],
        json!({ "minor": 49_698, "currency": "USD", "text": "496.98 USD" })
    );
    let quantities: u64 = accepted["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["quantity"].as_u64().unwrap())
        .sum();
    assert_eq!(
        (accepted["lines"].as_array().unwrap().len(), quantities),
        (2, 5)
    );
    let basis = &accepted["basis"];
    assert_eq!(basis["at"], accepted["accepted_at"]);
    assert!(
        basis["lines"]
            .as_array()
            .unwrap()
            .iter()
            .all(|line| line["outcome"] == "sellable")
    );
    let scopes = basis["scopes"].as_array().unwrap();
    assert!(
        scopes.iter().any(
            |one| one["scope"] == "variant:xiaomi.2014819" && one["version"].as_u64() > Some(0)
        )
    );
    let found = site.get(answer.header("location")).operator().send().await;
    assert_eq!(found.text(), answer.text());
    let offered = site
        .get(&format!("/api/v1/listings/{headphones}/offered"))
        .send()
        .await
        .json(200);
    assert_eq!(
        (&offered["orders"], &offered["units"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn the_same_key_with_the_same_lines_gives_the_same_bytes() {
    let (site, _) = Site::of_the_story().await;
    let phone = site.listing(ON_SALE).await;
    let (one, two) = (lines(&[(&phone, 1)]), lines(&[(&phone, 2)]));
    let first = order(&site, "same", &one).await;
    first.json(201);
    // What is on sale then does not matter to an order that was accepted.
    let suspend = json!({ "manner": "suspend", "title": "A test" });
    site.post(CERTIFICATION)
        .operator()
        .json(&suspend)
        .send()
        .await
        .json(201);
    site.set_clock("2016-03-09T13:00:00Z");
    let again = order(&site, "same", &one).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("location"), first.header("location"));
    order(&site, "same", &two).await.problem(422, "key_reused");
    order(&site, "another", &one)
        .await
        .problem(409, "order_refused");
    let (_, units) = site
        .house
        .order_count(&phone.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(units, 3, "two of the story and one of here");
}

#[tokio::test]
async fn an_order_needs_one_key_of_its_own() {
    let (site, _) = Site::of_the_story().await;
    let body = lines(&[(&site.listing(ON_SALE).await, 1)]);
    let without = site.post(ORDERS).json(&body).send().await;
    assert_eq!(
        without.places(400, "malformed_request"),
        ["Idempotency-Key"]
    );
    let long = "k".repeat(129);
    for key in ["", " ", "two words", &long] {
        let answer = order(&site, key, &body).await;
        assert_eq!(
            answer.places(400, "malformed_request"),
            ["Idempotency-Key"],
            "{key:?}"
        );
    }
    order(&site, &"k".repeat(128), &body).await.json(201);
}

#[tokio::test]
async fn a_refused_order_says_why_for_each_line_and_stores_nothing() {
    let (site, _) = Site::of_the_story().await;
    let (phone, good) = (site.listing(REFUSED).await, site.listing(HEADPHONES).await);
    let stock = |id: String| {
        let house = site.house.clone();
        async move {
            house
                .listing(&id.parse().unwrap())
                .await
                .unwrap()
                .unwrap()
                .stock
        }
    };
    let problem = order(&site, "k", &lines(&[(&good, 1), (&phone, 1)]))
        .await
        .problem(409, "order_refused");
    let refusals = problem["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 1);
    let refusal = &refusals[0];
    assert_eq!(
        (&refusal["listing"], &refusal["code"], &refusal["outcome"]),
        (&json!(phone), &json!("not_sellable"), &json!("refused"))
    );
    let codes: Vec<&str> = refusal["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    for code in [
        "authorization_denied",
        "certification_missing",
        "radio_no_lte_band",
    ] {
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    let sentence = refusal["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("It has no LTE band in common with T-Mobile."),
        "{sentence}"
    );
    assert_eq!(stock(good).await, 200);
}

#[tokio::test]
async fn what_people_took_down_and_what_is_sold_out_is_refused_as_such() {
    let (site, _) = Site::of_the_story().await;
    let id = site.listing(HEADPHONES).await;
    let problem = order(&site, "k1", &lines(&[(&id, 201)]))
        .await
        .problem(409, "order_refused");
    assert_eq!(problem["refusals"][0]["code"], "sold_out");
    assert_eq!(problem["refusals"][0]["available"], 200);
    order(&site, "k2", &lines(&[(&id, 150), (&id, 50)]))
        .await
        .json(201);
    let problem = order(&site, "k3", &lines(&[(&id, 1)]))
        .await
        .problem(409, "order_refused");
    assert_eq!(problem["refusals"][0]["sentence"], "It is sold out.");
    let down = json!({ "state": "taken_down", "title": "A test" });
    site.put(&format!("/api/v1/listings/{id}/state"))
        .operator()
        .json(&down)
        .send()
        .await
        .json(200);
    let problem = order(&site, "k4", &lines(&[(&id, 1)]))
        .await
        .problem(409, "order_refused");
    assert_eq!(
        (
            &problem["refusals"][0]["code"],
            &problem["refusals"][0]["state"]
        ),
        (&json!("not_offered"), &json!("taken_down"))
    );
}

/// The seller may sell this phone without limit; a quantity counts when that is withdrawn.
#[tokio::test]
async fn what_was_authorised_is_refused_when_it_is_used_up_and_shown_as_sold_out() {
    let (site, _) = Site::of_the_story().await;
    let id = site.listing(ON_SALE).await;
    let address = format!("/api/v1/listings/{id}");
    let before = site.get(&address).send().await.json(200);
    let seller = &before["seller"];
    let reasons = before["verdict"]["reasons"].as_array().expect("reasons");
    let facts = reasons
        .iter()
        .find(|reason| reason["code"] == "authorization_on_file")
        .expect("it is authorised")["facts"]
        .as_array()
        .expect("facts");
    for fact in facts {
        let ends = fact
            .as_str()
            .expect("a text")
            .trim_start_matches("evidence:");
        let end = json!({ "manner": "revoke", "issuer": "xiaomi", "title": "Letter" });
        site.post(&format!("/api/v1/evidence/{ends}/withdrawals"))
            .operator()
            .json(&end)
            .send()
            .await
            .json(201);
    }
    let limited = json!({
        "scope": "brand:xiaomi", "issuer": "xiaomi", "title": "Letter",
        "claim": {
            "kind": "sales_authorization", "standing": "yes", "brand": "xiaomi", "sellers": [seller],
            "categories": "all", "models": "all", "territory": ["US"], "channels": "all", "quantity": 3,
        },
    });
    site.post("/api/v1/evidence")
        .operator()
        .json(&limited)
        .send()
        .await
        .json(201);
    let found = site.get(&address).send().await.json(200);
    assert_eq!(
        (&found["stock"], &found["available"]),
        (&before["stock"], &json!(3))
    );
    let placed = order(&site, "k1", &lines(&[(&id, 2)])).await.json(201);
    let quotas = &placed["basis"]["lines"][0]["quotas"];
    assert_eq!(quotas.as_array().map(Vec::len), Some(1), "{placed}");
    let problem = order(&site, "k2", &lines(&[(&id, 2)]))
        .await
        .problem(409, "order_refused");
    let refusal = &problem["refusals"][0];
    assert_eq!(
        (
            &refusal["code"],
            &refusal["available"],
            &refusal["suppliers"]
        ),
        (&json!("quota_used_up"), &json!(1), &json!(["xiaomi"]))
    );
    assert_eq!(
        refusal["sentence"],
        "The authorisations on file are for only 1 unit more; more can come from Xiaomi."
    );
    order(&site, "k3", &lines(&[(&id, 1)])).await.json(201);
    let found = site.get(&address).send().await.json(200);
    assert_eq!(found["verdict"]["outcome"], "sellable");
    assert_eq!(
        (&found["available"], &found["is_buyable"]),
        (&json!(0), &json!(false))
    );
    let page = site.get(&format!("/listings/{id}")).send().await;
    assert!(page.text().contains("Sold out"));
}

#[tokio::test]
async fn every_fault_of_an_order_is_named_at_once() {
    let (site, _) = Site::of_the_story().await;
    let phone = site.listing(ON_SALE).await;
    let body = json!({ "lines": [
        { "listing": phone, "quantity": 0 },
        { "listing": "Not An Id", "quantity": 1_001 },
        { "listing": phone, "quantity": 1.5, "note": "please" },
        { "quantity": -1 },
        "a line",
    ] });
    let places = order(&site, "k", &body).await.places(422, "invalid_input");
    let expected = [
        "/lines/0/quantity",
        "/lines/1/listing",
        "/lines/1/quantity",
        "/lines/2/quantity",
        "/lines/2/note",
        "/lines/3/listing",
        "/lines/3/quantity",
        "/lines/4",
    ];
    assert_eq!(places, expected);
    for count in [0, 51] {
        let body = lines(&vec![(phone.as_str(), 1); count]);
        assert_eq!(
            order(&site, "k", &body).await.places(422, "invalid_input"),
            ["/lines"]
        );
    }
    let many = lines(&[(&phone, 1_000), (&phone, 1)]);
    order(&site, "k", &many).await.problem(422, "invalid_input");
    order(&site, "k", &lines(&[("absent", 1)]))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_cart_is_filled_judged_and_checked_out_once() {
    let (site, _) = Site::of_the_story().await;
    let (phone, headphones) = (site.listing(ON_SALE).await, site.listing(HEADPHONES).await);
    let cart = cart(&site, &[(&phone, 1), (&headphones, 3), (&headphones, 0)]).await;
    site.house.follow().await.unwrap();
    let shown = site.get(&cart).send().await.json(200);
    assert_eq!(shown["lines"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&shown["is_buyable"], &shown["total"]["text"]),
        (&json!(true), &json!("149.00 USD"))
    );
    let first = check_out(&site, &cart, "key").await;
    let accepted = first.json(201);
    assert_eq!(accepted["total"]["text"], "149.00 USD");
    let emptied = site.get(&cart).send().await.json(200);
    assert_eq!(
        (&emptied["lines"], &emptied["is_buyable"], &emptied["total"]),
        (&json!([]), &json!(false), &json!(null))
    );
    let again = check_out(&site, &cart, "key").await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    check_out(&site, &cart, "new")
        .await
        .problem(422, "invalid_input");
    site.put(&format!("{cart}/lines/{phone}"))
        .json(&json!({ "quantity": 2 }))
        .send()
        .await
        .json(200);
    check_out(&site, &cart, "key")
        .await
        .problem(422, "key_reused");
    check_out(&site, &cart, "new").await.json(201);
}

#[tokio::test]
async fn a_key_is_of_its_cart_alone() {
    let (site, _) = Site::of_the_story().await;
    let phone = site.listing(ON_SALE).await;
    let (mine, yours) = (
        cart(&site, &[(&phone, 1)]).await,
        cart(&site, &[(&phone, 1)]).await,
    );
    let first = check_out(&site, &mine, "1").await.json(201);
    let second = check_out(&site, &yours, "1").await.json(201);
    let third = order(&site, "1", &lines(&[(&phone, 1)])).await.json(201);
    assert!(first["id"] != second["id"] && second["id"] != third["id"]);
}

#[tokio::test]
async fn two_check_outs_of_one_cart_at_once_are_one_order() {
    let (site, _) = Site::of_the_story().await;
    let phone = site.listing(ON_SALE).await;
    let cart = cart(&site, &[(&phone, 1)]).await;
    let before = site
        .house
        .order_count(&phone.parse().unwrap())
        .await
        .unwrap();
    let asks = ["a", "b", "c", "d"].map(|key| check_out(&site, &cart, key));
    let [a, b, c, d] = asks;
    let answers = tokio::join!(a, b, c, d);
    let accepted = [answers.0, answers.1, answers.2, answers.3]
        .iter()
        .filter(|answer| answer.status.as_u16() == 201)
        .count();
    let after = site
        .house
        .order_count(&phone.parse().unwrap())
        .await
        .unwrap();
    assert_eq!((accepted, after), (1, (before.0 + 1, before.1 + 1)));
}

#[tokio::test]
async fn a_line_beyond_the_stock_is_shown_as_not_buyable() {
    let (site, _) = Site::of_the_story().await;
    let headphones = site.listing(HEADPHONES).await;
    let cart = cart(&site, &[(&headphones, 201)]).await;
    site.house.follow().await.unwrap();
    let shown = site.get(&cart).send().await.json(200);
    let line = &shown["lines"][0];
    assert_eq!(
        (
            &line["listing"]["is_buyable"],
            &line["is_buyable"],
            &shown["is_buyable"]
        ),
        (&json!(true), &json!(false), &json!(false))
    );
    let put = site
        .put(&format!("{cart}/lines/{headphones}"))
        .json(&json!({ "quantity": 1_001 }));
    assert_eq!(put.send().await.places(422, "invalid_input"), ["/quantity"]);
}

/// What list, detail, verdict and cart say of a listing: whether it is buyable, four times.
async fn probes(site: &Site, listing: &str, cart: &str) -> [bool; 4] {
    let list = site
        .get("/api/v1/markets/us/listings")
        .send()
        .await
        .json(200);
    let items = list["items"].as_array().expect("a list");
    let item = items
        .iter()
        .find(|item| item["id"] == listing)
        .expect("offered");
    let detail = site
        .get(&format!("/api/v1/listings/{listing}"))
        .send()
        .await
        .json(200);
    let verdict = site
        .get(&format!("/api/v1/listings/{listing}/verdict"))
        .send()
        .await
        .json(200);
    let cart = site.get(cart).send().await.json(200);
    assert_eq!(item["verdict"]["outcome"], verdict["outcome"]);
    assert_eq!(cart["is_buyable"], cart["lines"][0]["is_buyable"]);
    [
        item["is_buyable"] == true,
        detail["is_buyable"] == true,
        verdict["outcome"] == "sellable",
        cart["is_buyable"] == true,
    ]
}

#[tokio::test]
async fn after_a_withdrawals_answer_nothing_says_buyable_and_after_its_end_all_do() {
    let (site, _) = Site::of_the_story().await;
    let phone = site.listing(ON_SALE).await;
    let cart = cart(&site, &[(&phone, 1)]).await;
    let suspend = json!({ "manner": "suspend", "title": "A test", "issuer": "tmobile-us" });
    let lift = json!({ "manner": "revoke", "title": "A test", "issuer": "tmobile-us" });
    for round in 0..20 {
        site.house.follow().await.unwrap();
        assert_eq!(probes(&site, &phone, &cart).await, [true; 4], "{round}");
        // No round of following comes in between: the answer itself must be enough.
        let withdrawn = site
            .post(CERTIFICATION)
            .operator()
            .json(&suspend)
            .send()
            .await
            .json(201);
        let suspension = withdrawn["id"].as_str().unwrap().to_owned();
        assert_eq!(probes(&site, &phone, &cart).await, [false; 4], "{round}");
        order(&site, &format!("key-{round}"), &lines(&[(&phone, 1)]))
            .await
            .problem(409, "order_refused");
        let refused = check_out(&site, &cart, "cart")
            .await
            .problem(409, "order_refused");
        assert_eq!(
            refused["refusals"][0]["reasons"][0]["code"],
            "certification_withdrawn"
        );
        let path = format!("/api/v1/evidence/{suspension}/withdrawals");
        site.post(&path)
            .operator()
            .json(&lift)
            .send()
            .await
            .json(201);
    }
    check_out(&site, &cart, "cart").await.json(201);
}

#[tokio::test]
async fn a_withdrawal_is_seen_even_when_the_clock_goes_back() {
    let (site, _) = Site::of_the_story().await;
    let phone = site.listing(ON_SALE).await;
    let cart = cart(&site, &[(&phone, 1)]).await;
    site.house.follow().await.unwrap();
    assert_eq!(probes(&site, &phone, &cart).await, [true; 4]);
    let suspend = json!({ "manner": "suspend", "title": "A test" });
    site.post(CERTIFICATION)
        .operator()
        .json(&suspend)
        .send()
        .await
        .json(201);
    site.set_clock("2016-03-09T11:00:00Z");
    assert_eq!(probes(&site, &phone, &cart).await, [false; 4]);
    order(&site, "k", &lines(&[(&phone, 1)]))
        .await
        .problem(409, "order_refused");
}
