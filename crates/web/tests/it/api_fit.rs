//! Will this device work on that network, and what is known of both?

use serde_json::json;

use crate::harness::Site;

const CHECK: &str = "/api/v1/check";

#[tokio::test]
async fn a_fit_is_answered_for_its_date_with_its_working() {
    let site = Site::bare().await;
    let ask = |at: &str| {
        let path = format!("{CHECK}?device=Xiaomi%20Mi%204i&network=T-Mobile&country=us&at={at}");
        let site = &site;
        async move { site.get(&path).send().await.json(200) }
    };
    let then = ask("2016-02-01").await;
    assert_eq!(then["fit"]["at"], "2016-02-01T00:00:00Z");
    assert_eq!(then["fit"]["grade"], "fallback only");
    assert_eq!(
        (&then["country"], &then["network"]),
        (&json!("US"), &json!("T-Mobile"))
    );
    let technologies = then["fit"]["technologies"].as_array().unwrap();
    let lte = technologies
        .iter()
        .find(|one| one["technology"] == "LTE")
        .unwrap();
    assert_eq!(lte["answers"][0]["common"], json!([]));
    assert!(lte["answers"][0]["device_source"]["title"].is_string());
    let after_the_shutdown = ask("2022-08-01").await;
    assert_ne!(
        after_the_shutdown["fit"]["services"],
        then["fit"]["services"]
    );
}

#[tokio::test]
async fn what_is_not_known_is_said_with_what_is_close() {
    let site = Site::bare().await;
    let ask = |device: &str, network: &str| {
        let path = format!("{CHECK}?device={device}&network={network}&country=US");
        let site = &site;
        async move { site.get(&path).send().await }
    };
    let device = ask("Xiaomi%20Mi%204j", "T-Mobile").await;
    let problem = device.problem(404, "device_unknown");
    let candidates = problem["candidates"].as_array().expect("a list");
    assert!(
        candidates.iter().any(|one| one["ask"] == "Xiaomi Mi 4i"),
        "{problem}"
    );
    let several = ask("Galaxy%20S24%20Ultra", "T-Mobile").await;
    let problem = several.problem(409, "device_ambiguous");
    let candidates = problem["candidates"].as_array().expect("a list").clone();
    assert!(candidates.len() > 1, "{problem}");
    for candidate in candidates {
        let word = candidate["ask"].as_str().unwrap();
        let codes = ask(word, "T-Mobile").await.json(200)["codes"].to_string();
        assert!(codes.contains(word), "{word}: {codes}");
    }
    let mistyped = ask("xaiomi%20mi%204i", "T-Mobile").await.json(200);
    assert_eq!(mistyped["understood"], "Xiaomi Mi 4i");
    let network = ask("2015015", "Nobody").await;
    network.problem(404, "network_unknown");
}

#[tokio::test]
async fn every_fault_of_a_question_is_named_at_once() {
    let site = Site::bare().await;
    let path = format!("{CHECK}?device=&country=USA&at=yesterday");
    let places = site.get(&path).send().await.places(422, "invalid_input");
    assert_eq!(places, ["?device", "?network", "?country", "?at"]);
    let twice = format!("{CHECK}?device=2015015&network=T-Mobile&country=US&country=GB");
    let places = site.get(&twice).send().await.places(422, "invalid_input");
    assert_eq!(places, ["?country"]);
}

#[tokio::test]
async fn what_comes_with_the_program_is_listed_and_kept_by_its_tag() {
    let site = Site::bare().await;
    for (path, field, expected) in [
        ("/api/v1/devices", "ask", "2015015"),
        ("/api/v1/networks", "id", "tmobile-us"),
        ("/api/v1/bands", "band", "LTE B12"),
    ] {
        let answer = site.get(path).send().await;
        let list = answer.json(200);
        let found = list
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one[field] == expected);
        assert!(found, "{path} has no {expected}");
        let tag = answer.header("etag").to_owned();
        let again = site
            .get(path)
            .header("if-none-match", &format!("\"x\", W/{tag}"));
        let again = again.send().await;
        assert_eq!(
            (again.status.as_u16(), again.header("etag")),
            (304, tag.as_str())
        );
    }
    let asked = site.get("/api/v1/devices").send().await.json(200);
    let device = &asked.as_array().unwrap()[0];
    let word = device["ask"].as_str().unwrap().replace(' ', "%20");
    let path = format!("{CHECK}?device={word}&network=T-Mobile&country=US");
    site.get(&path).send().await.json(200);
}

#[tokio::test]
async fn a_virtual_carrier_is_answered_for_each_host_and_since_when_is_not_made_up() {
    let site = Site::bare().await;
    let ask = |at: &str| {
        let path =
            format!("{CHECK}?device=Xiaomi%20Mi%204i&network=us%20mobile&country=US&at={at}");
        let site = &site;
        async move { site.get(&path).send().await.json(200) }
    };
    let told = |answer: &serde_json::Value| -> Vec<(String, bool, String)> {
        let hosts = answer["hosts"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        hosts
            .map(|host| {
                let fit = &host["checked"]["fit"];
                let said = host["is_said_then"].as_bool().unwrap();
                (text(&host["checked"]["network"]), said, text(&fit["grade"]))
            })
            .collect()
    };
    let then = ask("2016-02-01").await;
    assert_eq!(then["carrier"], "US Mobile");
    let hosts = told(&then);
    assert_eq!(
        hosts[0],
        ("T-Mobile".to_owned(), true, "fallback only".to_owned())
    );
    let others: Vec<(&str, bool)> = hosts[1..].iter().map(|h| (h.0.as_str(), h.1)).collect();
    assert_eq!(others, [("AT&T", false), ("Verizon", false)]);
    let now = ask("2026-11-27").await;
    let hosts = told(&now);
    let names: Vec<(&str, bool)> = hosts.iter().map(|h| (h.0.as_str(), h.1)).collect();
    assert_eq!(
        names,
        [("AT&T", true), ("T-Mobile", true), ("Verizon", true)]
    );
    for host in now["hosts"].as_array().unwrap() {
        assert!(!host["rides"].as_array().unwrap().is_empty());
    }
    // GSM and UMTS are gone there, and nobody says whether the phone calls over LTE: not known is not no.
    let att = &now["hosts"][0]["checked"]["fit"];
    assert_eq!(att["voice_needs"], "volte");
    let voice = &att["services"][0];
    assert_eq!(
        (&voice["service"], &voice["grade"]),
        (&json!("voice"), &json!("unknown"))
    );
}

#[tokio::test]
async fn a_network_is_shown_over_time_with_who_rides_there() {
    let site = Site::bare().await;
    let path = "/api/v1/networks/att-us?at=2026-11-27";
    let shown = site.get(path).send().await.json(200);
    assert_eq!(shown["voice_needs"], "volte");
    assert_eq!(shown["voice_needs_from"], "2022-02-22T00:00:00Z");
    let technologies = shown["technologies"].as_array().unwrap();
    let umts = technologies
        .iter()
        .find(|one| one["technology"] == "UMTS")
        .unwrap();
    assert_eq!(
        (&umts["offered"], &umts["said_from"], &umts["gone_from"]),
        (
            &json!(false),
            &json!("2012-01-01T00:00:00Z"),
            &json!("2022-02-22T00:00:00Z")
        )
    );
    let riders = shown["riders"].as_array().unwrap();
    assert!(
        riders
            .iter()
            .any(|ride| ride["carrier"] == "US Mobile" && ride["plmn"] == "310-410")
    );
    let before = site
        .get("/api/v1/networks/att-us?at=2016-06-01")
        .send()
        .await;
    assert_eq!(before.json(200)["voice_needs"], json!(null));
    site.get("/api/v1/networks/nobody")
        .send()
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_type_allocation_code_shows_what_lists_say_of_it() {
    let site = Site::bare().await;
    let ask = |tac: &str| {
        let path = format!("/api/v1/tacs/{tac}");
        let site = &site;
        async move { site.get(&path).send().await }
    };
    let known = ask("86763402").await.json(200);
    assert_eq!(
        (&known["outcome"], &known["device"], &known["has_bands"]),
        (&json!("device"), &json!("Xiaomi Mi 4i"), &json!(true))
    );
    assert_eq!(known["claims"][0]["codes"], json!(["2015015"]));
    assert!(known["claims"][0]["source"]["title"].is_string());
    assert_eq!(ask("22222222").await.json(200)["outcome"], "made_up");
    assert_eq!(ask("35647100").await.json(200)["outcome"], "unknown");
    ask("2222222").await.problem(404, "not_found");
}

#[tokio::test]
async fn names_are_suggested_for_what_was_typed_with_an_error() {
    let site = Site::bare().await;
    let path = "/api/v1/devices/suggestions?typed=xaiomi%20mi%204i";
    let suggested = site.get(path).send().await.json(200);
    assert_eq!(
        suggested[0],
        json!({ "name": "Xiaomi Mi 4i", "ask": "Xiaomi Mi 4i", "has_bands": true })
    );
}

#[tokio::test]
async fn titles_are_matched_in_their_order_and_the_answer_can_be_asked_for() {
    let site = Site::bare().await;
    let titles = |titles: &[&str]| {
        let titles: Vec<_> = titles
            .iter()
            .map(|title| json!({ "title": title }))
            .collect();
        let ask = site.post("/api/v1/title-matches");
        ask.json(&json!({ "titles": titles })).send()
    };
    let answer = titles(&[
        "Galaxy S7 SM-G930F 32GB Samsung",
        "case for Xiaomi Mi 4i",
        "Xiaomi Mi 99x",
    ]);
    let answer = answer.await.json(200);
    let outcomes = [0, 1, 2].map(|at| answer[at]["outcome"].as_str().unwrap());
    assert_eq!(outcomes, ["match", "accessory", "unlisted"]);
    let phone = &answer[0]["phone"];
    assert_eq!(
        (&phone["ask"], &phone["storage_gb"]),
        (&json!("SM-G930F"), &json!(32))
    );
    let path = format!("{CHECK}?device=SM-G930F&network=T-Mobile&country=US&at=2016-06-01");
    let checked = site.get(&path).send().await.json(200);
    assert_eq!(checked["device"], phone["device"]);
    let many = vec!["x"; 101];
    for (sent, place) in [
        (&many[..], "/titles"),
        (&[][..], "/titles"),
        (&[""], "/titles/0/title"),
    ] {
        let answer = titles(sent).await;
        assert_eq!(answer.places(422, "invalid_input"), [place]);
    }
    let answer = titles(&["Mi 4i 490154203237518"]).await;
    answer.problem(422, "imei_not_here");
}
