//! A host network's list of approved devices, over the API and on the console: a row makes a listing sellable, a delivery
//! without it refuses the order, one with it returns it.

use serde_json::{Value, json};

use crate::harness::{Answer, Site};
use crate::pages_site::Stage;

const PHONE: &str = "OE-REDMI2BR";
const HEAD: &str = "Model Number,Marketing Name,Status\n";
const ROW: &str = "2014819,Redmi 2 Pro,Approved\n";
/// Others of the list, so that one fewer is no fall.
const OTHERS: &str = "A1,Other,Approved\nA2,Other,Approved\nA3,Other,Approved\nA4,Other,Approved\n\
    A5,Other,Approved\nA6,Other,Approved\n";

async fn deliver(site: &Site, query: &str, text: &str) -> Answer {
    let path = format!(
        "/api/v1/data-sets?name=approved.csv&kind=approved-devices&network=tmobile-us{query}"
    );
    let ask = site.post(&path).operator();
    ask.bytes("application/octet-stream", text.as_bytes().to_vec())
        .send()
        .await
}

fn id(delivered: &Value) -> String {
    delivered["data_set"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

async fn activate(site: &Site, set: &str, query: &str) -> Answer {
    let path = format!("/api/v1/markets/us/data-sets/{set}{query}");
    site.put(&path).operator().send().await
}

async fn order(site: &Site, key: &str) -> Answer {
    let listing = site.listing(PHONE).await;
    let body = json!({ "lines": [{ "listing": listing, "quantity": 1 }] });
    let ask = site.post("/api/v1/orders").header("idempotency-key", key);
    ask.json(&body).send().await
}

/// The certification's reason on the phone.
async fn reason(site: &Site) -> Value {
    let listing = site.listing(PHONE).await;
    let path = format!("/api/v1/listings/{listing}/verdict");
    let verdict = site.get(&path).operator().send().await.json(200);
    let mut reasons = verdict["reasons"].as_array().expect("reasons").iter();
    let of_network = reasons.find(|one| one["requirement"] == "device_certification");
    of_network.expect("it is asked").clone()
}

/// The story's house, in which the network's letter on the phone was withdrawn.
async fn without_a_letter() -> Site {
    let (site, _) = Site::of_the_story().await;
    let body = json!({ "manner": "revoke", "issuer": "tmobile-us", "title": "Letter" });
    let path = "/api/v1/evidence/story-certification/withdrawals";
    site.post(path)
        .operator()
        .json(&body)
        .send()
        .await
        .json(201);
    assert_eq!(reason(&site).await["code"], "certification_withdrawn");
    site
}

#[tokio::test]
async fn a_row_sells_a_delivery_without_it_refuses_and_one_with_it_returns() {
    let site = without_a_letter().await;
    let with_it = format!("{HEAD}{ROW}{OTHERS}");
    let first = deliver(&site, "", &with_it).await.json(201);
    assert_eq!(
        first["data_set"]["list"]["columns"],
        "code=model_number; model=marketing_name; result=status"
    );
    assert_eq!(first["data_set"]["rows_with_facts"], 7);
    order(&site, "inert").await.problem(409, "order_refused");
    activate(&site, &id(&first), "").await.json(201);
    let on_file = reason(&site).await;
    assert_eq!(on_file["code"], "certification_on_file", "{on_file}");
    order(&site, "first").await.json(201);

    let second = deliver(&site, "", &format!("{HEAD}{OTHERS}"))
        .await
        .json(201);
    let path = format!("/api/v1/markets/us/data-sets/{}/comparison", id(&second));
    let compared = site.get(&path).operator().send().await.json(200);
    assert_eq!(
        (&compared["gone"], &compared["is_fall"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(compared["differences"][0]["name"], "Redmi 2 Pro (2014819)");
    assert_eq!(compared["verdicts"][0]["then"], "refused");
    activate(&site, &id(&second), "").await.json(201);
    order(&site, "second").await.problem(409, "order_refused");
    let gone = reason(&site).await;
    assert_eq!(gone["code"], "certification_withdrawn");
    let text = gone["sentence"].as_str().expect("a sentence");
    assert!(text.contains("its later list no longer has it"), "{text}");

    // The very first file once more.
    let third = deliver(&site, "", &with_it).await.json(200);
    assert_eq!(id(&third), id(&first));
    activate(&site, &id(&third), "").await.json(201);
    activate(&site, &id(&third), "").await.json(200);
    order(&site, "third").await.json(201);
}

#[tokio::test]
async fn a_fall_is_held_and_heads_that_changed_are_refused_with_those_there_are() {
    let site = without_a_letter().await;
    let first = deliver(&site, "", &format!("{HEAD}{ROW}{OTHERS}"))
        .await
        .json(201);
    activate(&site, &id(&first), "").await.json(201);
    let fallen = deliver(&site, "", &format!("{HEAD}A1,Other,Approved\n"))
        .await
        .json(201);
    let held = activate(&site, &id(&fallen), "")
        .await
        .problem(409, "data_set_fall");
    let detail = held["detail"].as_str().expect("a detail");
    assert!(detail.contains("6 of 7 facts"), "{detail}");
    order(&site, "held").await.json(201);
    activate(&site, &id(&fallen), "?confirm_fall=yes")
        .await
        .json(201);
    order(&site, "confirmed")
        .await
        .problem(409, "order_refused");

    let renamed = format!("Model,Name,Outcome\n{ROW}");
    let refused = deliver(&site, "", &renamed)
        .await
        .problem(422, "file_not_understood");
    let detail = refused["detail"].as_str().expect("a detail");
    assert!(
        detail.contains("model_number") && detail.contains("model, name, outcome"),
        "{detail}"
    );
    let map = "&map=code%3DModel%3B%20model%3DName%3B%20result%3DOutcome";
    site.set_clock("2016-03-09T13:00:00Z");
    let mapped = deliver(&site, map, &renamed).await.json(201);
    assert_eq!(
        mapped["data_set"]["list"]["columns"],
        "code=model; model=name; result=outcome"
    );
    // And so is the next.
    deliver(&site, "", &format!("{renamed}A1,Other,no\n"))
        .await
        .json(201);
    // Another list of the network is told by its own heads.
    deliver(&site, "&list=portal", &format!("{HEAD}{ROW}"))
        .await
        .json(201);
}

#[tokio::test]
async fn what_is_not_whole_is_told_with_its_place() {
    let site = without_a_letter().await;
    for (query, place) in [
        ("?name=a.csv&kind=approved-devices", "?network"),
        ("?name=a.csv&network=tmobile-us", "?network"),
        ("?name=a.csv&kind=google-devices&dated=2016-05-03", "?kind"),
        (
            "?name=a.csv&kind=approved-devices&network=tmobile-us&map=colour%3DA",
            "?map",
        ),
    ] {
        let ask = site.post(&format!("/api/v1/data-sets{query}")).operator();
        let ask = ask.bytes("application/octet-stream", HEAD.into());
        assert_eq!(
            ask.send().await.places(422, "invalid_input"),
            [place],
            "{query}"
        );
    }
    let ask = deliver(&site, "&dated=May&carrier=nobody", HEAD).await;
    assert_eq!(ask.places(422, "invalid_input").len(), 2);
    let text = format!("{HEAD}2014819,Redmi 2 Pro,maybe\nZZ9,Unknown,yes\n");
    let told = deliver(&site, "", &text).await.json(201);
    assert_eq!(told["faults"][0]["line"], 2);
    assert_eq!(told["faults"][0]["rule"], "result.unknown");
    assert_eq!(
        (&told["notes"][0]["line"], &told["notes"][0]["rule"]),
        (&json!(3), &json!("device.not_here"))
    );
}

/// A form with a file, as a browser sends it.
fn form(text: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--xyzzy\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let network = field("network", "tmobile-us");
    format!(
        "{network}--xyzzy\r\nContent-Disposition: form-data; name=\"file\"; filename=\"approved.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{text}\r\n--xyzzy--\r\n"
    )
}

#[tokio::test]
async fn on_the_console_a_delivery_is_dropped_looked_at_and_activated() {
    let stage = Stage::plain().await;
    let mut operator = stage.operator().await;
    let kind = "multipart/form-data; boundary=xyzzy";
    let empty = operator
        .post_as("/console/data-sets", kind, &form(""))
        .await;
    empty.page(422);
    empty.shows(&["Choose a file, or paste its text."]);
    let with_it = format!("{HEAD}{ROW}A1,Other,maybe\nA2,Other,yes\n");
    let first = operator
        .post_as("/console/data-sets", kind, &form(&with_it))
        .await;
    let first = first.place().to_owned();
    let page = operator.get(&first).await;
    page.page(200);
    page.shows(&[
        "Approved devices of tmobile-us",
        "code=model_number; model=marketing_name; result=status",
        "No other delivery of this source is active here; 2 facts came.",
        "result.unknown",
        "line 3, status",
        "Activate it in",
    ]);
    let done = operator
        .post(&first, &[("market", "us"), ("what", "activate")])
        .await;
    assert!(done.place().starts_with("/record/"), "{}", done.place());
    let page = operator.get(&first).await;
    page.shows(&["It speaks here."]);
    page.lacks(&["Activate it in"]);

    let less = operator
        .post_as(
            "/console/data-sets",
            kind,
            &form(&format!("{HEAD}A2,Other,yes\n")),
        )
        .await;
    let less = less.place().to_owned();
    let page = operator.get(&less).await;
    page.page(200);
    page.shows(&[
        "0 changed and 1 gone",
        "Redmi 2 Pro (2014819)",
        "Yes, 1 of 2 are meant to be gone",
    ]);
    for gone in ["", "2"] {
        let form = [("market", "us"), ("what", "activate"), ("gone", gone)];
        let held = operator.post(&less, &form).await;
        held.page(409);
        held.shows(&["More than a fifth of what the delivery before says is gone"]);
    }
    let form = [("market", "us"), ("what", "activate"), ("gone", "1")];
    let done = operator.post(&less, &form).await;
    assert!(done.place().starts_with("/record/"), "{}", done.place());
    operator
        .get(&first)
        .await
        .shows(&["a later delivery speaks in its place"]);
    let list = operator.get("/console/data-sets").await;
    list.page(200);
    list.shows(&[
        "speaks in US Mobile",
        "replaced by a later delivery in US Mobile",
    ]);

    operator
        .post(&less, &[("market", "us"), ("what", "take-back")])
        .await;
    operator.get(&first).await.shows(&["It speaks here."]);
    let retired = operator.post(&less, &[("what", "retire")]).await;
    assert_eq!(retired.place(), less);
    operator
        .get(&less)
        .await
        .shows(&["it is asked nowhere", "Ask it again"]);
    operator.post(&first, &[("what", "retire")]).await.page(409);
    operator
        .get("/console/data-sets/ds-nowhere")
        .await
        .page(404);
}
