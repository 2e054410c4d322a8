//! Files from outside: data sets and feeds.

use serde_json::{Value, json};

use crate::api_rows::{DEVICES, FEED};
use crate::harness::{Answer, SELLER, Site};

const DATA_SETS: &str = "/api/v1/data-sets";

async fn import(site: &Site, query: &str, text: &str) -> Answer {
    let ask = site.post(&format!("{DATA_SETS}{query}"));
    let ask = ask.bytes("application/octet-stream", text.into());
    ask.operator().send().await
}

async fn feed(site: &Site, query: &str, text: &str) -> Answer {
    let ask = site.post(&format!("/api/v1/markets/us/feeds{query}"));
    let ask = ask.bytes("application/octet-stream", text.into());
    ask.operator().send().await
}

#[tokio::test]
async fn a_file_is_imported_once_with_its_counts_and_its_faults() {
    let site = Site::bare().await;
    let text = format!("{DEVICES}Acme,,,\n,Two,two,A2\n");
    let import = || import(&site, "?name=supported_devices.csv", &text);
    let first = import().await.json(201);
    let set = &first["data_set"];
    assert_eq!(
        (
            &set["kind"],
            &set["authority"],
            &set["rows"],
            &set["rows_with_faults"]
        ),
        (
            &json!("google-devices"),
            &json!("public_list"),
            &json!(3),
            &json!(1)
        )
    );
    assert_eq!(
        (&first["fault_count"], &first["faults"][0]["line"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(first["notes"][0]["rule"], "brand.missing");
    let again = import().await.json(200);
    assert_eq!(&again["data_set"], set);
    let path = format!("{DATA_SETS}/{}", set["id"].as_str().unwrap());
    let shown = site.get(&path).send().await.json(200);
    assert_eq!(
        (&shown["data_set"], &shown["faults"], &shown["notes"]),
        (set, &first["faults"], &first["notes"])
    );
    let list = site.get(DATA_SETS).send().await.json(200);
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| *one == set)
        .count();
    assert_eq!((found, list.as_array().unwrap().len()), (1, 4));
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_is_refused() {
    let site = Site::bare().await;
    import(&site, "?name=x.bin", "nothing known")
        .await
        .problem(422, "file_not_understood");
    import(&site, "?name=x.csv&kind=known-bands", DEVICES)
        .await
        .problem(422, "file_not_understood");
    let answer = import(&site, "?kind=rumours&authority=built_in", DEVICES).await;
    assert_eq!(
        answer.places(422, "invalid_input"),
        ["?name", "?kind", "?authority"]
    );
    for query in ["?name=offers.tsv", "?name=offers.tsv&kind=merchant-feed"] {
        let answer = import(&site, query, FEED).await;
        assert_eq!(answer.places(422, "invalid_input"), ["?kind"], "{query}");
    }
    let list = site.get(DATA_SETS).send().await.json(200);
    assert_eq!(
        list.as_array().unwrap().len(),
        3,
        "only what comes with the program"
    );
}

#[tokio::test]
async fn a_data_set_speaks_where_it_is_active_until_its_activation_is_withdrawn() {
    let (site, _) = Site::of_the_story().await;
    let set = import(&site, "?name=supported_devices.csv&authority=own", DEVICES)
        .await
        .json(201);
    let id = set["data_set"]["id"].as_str().unwrap().to_owned();
    assert_eq!(set["data_set"]["authority"], "own");
    let activate = || async {
        site.put(&format!("/api/v1/markets/us/data-sets/{id}"))
            .operator()
            .send()
            .await
    };
    let active_in = || async {
        let shown = site
            .get(&format!("{DATA_SETS}/{id}"))
            .send()
            .await
            .json(200);
        shown["data_set"]["active_in"].clone()
    };
    assert_eq!(active_in().await, json!([]));
    let entry = activate().await.json(201);
    assert_eq!(entry["claim"]["data_set"], json!(id));
    assert_eq!(activate().await.json(200), entry);
    assert_eq!(active_in().await, json!(["us"]));
    let path = format!(
        "/api/v1/evidence/{}/withdrawals",
        entry["id"].as_str().unwrap()
    );
    let suspend = json!({ "manner": "suspend", "title": "A test" });
    let withdrawn = site.post(&path).operator().json(&suspend).send().await;
    withdrawn.json(201);
    assert_eq!(active_in().await, json!([]));
    let anew = activate().await.json(201);
    assert_ne!(anew["id"], entry["id"]);
    assert_eq!(active_in().await, json!(["us"]));
}

#[tokio::test]
async fn a_feed_drafts_changes_and_leaves_alone_and_puts_nothing_on_sale() {
    let (site, _) = Site::of_the_story().await;
    let query = format!("?seller={SELLER}&name=offers.tsv");
    let lengths = |outcome: &Value| {
        let count = |name: &str| outcome[name].as_array().unwrap().len();
        (
            count("listed"),
            count("changed"),
            count("unchanged"),
            count("faults"),
        )
    };
    // Three units of the phone were sold in the story, so its stock is what the feed says again.
    let first = feed(&site, &query, FEED).await.json(200);
    assert_eq!((&first["rows"], lengths(&first)), (&json!(5), (0, 1, 3, 1)));
    assert_eq!(
        (&first["faults"][0]["line"], &first["faults"][0]["rule"]),
        (&json!(6), &json!("offer.not_the_phone"))
    );
    let cheaper = FEED.replace("229.00 USD", "199.00 USD");
    let second = feed(&site, &query, &cheaper).await.json(200);
    assert_eq!(lengths(&second), (0, 1, 3, 1));
    let other = FEED.replace("OE-MI4I", "OE-MI4I-2");
    let third = feed(&site, &query, &other).await.json(200);
    assert_eq!(lengths(&third), (1, 0, 3, 1));
    let draft = format!("/api/v1/listings/{}", third["listed"][0].as_str().unwrap());
    let draft = site.get(&draft).operator().send().await.json(200);
    assert_eq!(
        (&draft["state"], &draft["is_buyable"]),
        (&json!("draft"), &json!(false))
    );
}

#[tokio::test]
async fn an_item_without_a_code_is_drafted_by_its_title_and_a_decided_one_keeps_it() {
    let (site, _) = Site::of_the_story().await;
    let query = format!("?seller={SELLER}&name=offers.tsv");
    let head = "id\ttitle\tbrand\tmpn\tprice\tcondition\tavailability\tquantity\tlink\n";
    let item = |title: &str, mpn: &str, stock: u32| {
        let rest = format!("199.00 USD\tnew\tin_stock\t{stock}\thttps://omni.example/t");
        format!("{head}OE-T\t{title}\tXiaomi\t{mpn}\t{rest}\n")
    };
    let title = "Xiaomi Mi 4i 16GB dark grey";
    let first = feed(&site, &query, &item(title, "", 5)).await.json(200);
    let note = &first["notes"][0];
    assert_eq!(note["rule"], "offer.by_title", "{first}");
    let help = note["help"].as_str().unwrap();
    assert!(help.contains("Xiaomi Mi 4i, 2015015, because of"), "{help}");
    let id = first["listed"][0].as_str().unwrap();
    let path = format!("/api/v1/listings/{id}");
    let draft = site.get(&path).operator().send().await.json(200);
    assert_eq!(draft["state"], "draft");
    assert_eq!(draft["is_buyable"], false);
    // A draft follows its feed; once somebody decided on it, its title is what was decided on.
    let white = item("Xiaomi Mi 4i 16GB white", "", 5);
    let changed = feed(&site, &query, &white).await.json(200);
    assert_eq!(changed["changed"], json!([id]));
    let decide = json!({ "state": "offered", "title": "A test" });
    let offered = site.put(&format!("{path}/state")).operator().json(&decide);
    offered.send().await.json(200);
    let refused = feed(&site, &query, &item(title, "", 5)).await.json(200);
    assert_eq!(refused["faults"][0]["rule"], "offer.title_changed");
    let same = item("Xiaomi Mi 4i 16GB white", "", 7);
    let taken = feed(&site, &query, &same).await.json(200);
    assert_eq!(taken["changed"], json!([id]));
    let coded = feed(&site, &query, &item(title, "2015015", 7)).await;
    assert_eq!(coded.json(200)["changed"], json!([id]));
}

#[tokio::test]
async fn a_feed_of_nobody_or_of_no_form_is_refused() {
    let (site, _) = Site::of_the_story().await;
    let answer = feed(&site, "?seller=nobody&name=offers.tsv", FEED).await;
    assert_eq!(answer.places(422, "invalid_input"), ["?seller"]);
    let answer = feed(&site, "?seller=No%20Body", FEED).await;
    assert_eq!(answer.places(422, "invalid_input"), ["?seller", "?name"]);
    let query = format!("?seller={SELLER}&name=offers.tsv");
    feed(&site, &query, "")
        .await
        .problem(422, "file_not_understood");
}

/// A delivery of Google's list with these marketing names.
fn delivery(names: &[&str]) -> String {
    let rows = names
        .iter()
        .map(|name| format!("Acme,{name},{name},{name}\n"));
    format!(
        "Retail Branding,Marketing Name,Device,Model\n{}",
        rows.collect::<String>()
    )
}

#[tokio::test]
async fn a_delivery_is_compared_a_fall_is_confirmed_and_taking_back_lets_the_one_before_speak() {
    let (site, _) = Site::of_the_story().await;
    let take_in = |name: &'static str, names: &'static [&'static str]| {
        let site = &site;
        async move {
            let query = format!("?name=supported_devices_{name}.csv");
            let set = import(site, &query, &delivery(names)).await.json(201);
            set["data_set"]["id"].as_str().unwrap().to_owned()
        }
    };
    let old = take_in("2022-01-18", &["one", "two", "three", "four", "five"]).await;
    let new = take_in("2025-01-20", &["one", "two", "three", "six"]).await;
    let path = |id: &str| format!("/api/v1/markets/us/data-sets/{id}");
    let put = |path: String| {
        let site = &site;
        async move { site.put(&path).operator().send().await }
    };
    put(path(&old)).await.json(201);
    let compare = format!("{}/comparison", path(&new));
    let compared = site.get(&compare).operator().send().await.json(200);
    let counts = ["facts_before", "same", "changed", "gone", "added"].map(|key| &compared[key]);
    assert_eq!(counts.map(|count| count.as_u64().unwrap()), [5, 3, 0, 2, 1]);
    assert_eq!(
        (&compared["before"], &compared["is_fall"]),
        (&json!(old), &json!(true))
    );
    let gone: Vec<&str> = compared["differences"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["manner"] == "gone")
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(gone, ["Acme five (five)", "Acme four (four)"]);
    put(path(&new)).await.problem(409, "data_set_fall");
    let wrong = put(format!("{}?confirm_fall=perhaps", path(&new))).await;
    assert_eq!(wrong.places(422, "invalid_input"), ["?confirm_fall"]);
    put(format!("{}?confirm_fall=yes", path(&new)))
        .await
        .json(201);
    // What is active anywhere cannot be retired.
    let retirement = format!("{DATA_SETS}/{new}/retirement");
    put(retirement.clone()).await.problem(409, "state_conflict");
    let back = site.delete(&path(&new)).operator().send().await.json(201);
    assert_eq!(back["claim"]["kind"], "withdrawal");
    site.delete(&path(&new))
        .operator()
        .send()
        .await
        .problem(409, "state_conflict");
    let asks = || async {
        let path = "/api/v1/check?device=six&network=T-Mobile&country=US";
        site.get(path).send().await
    };
    assert_eq!(asks().await.json(200)["device"], "Acme six");
    put(retirement.clone()).await.json(200);
    asks().await.problem(404, "device_unknown");
    put(path(&new)).await.problem(409, "state_conflict");
    site.delete(&retirement).operator().send().await.json(200);
    asks().await.json(200);
}
