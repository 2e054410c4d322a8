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
    assert!(
        problem["detail"].as_str().unwrap().contains("mi 4i"),
        "{problem}"
    );
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
