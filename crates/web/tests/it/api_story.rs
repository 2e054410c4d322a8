//! The story of 2016 over the API: each listing's verdict at each step, as of each date and as known at each date.
//!
//! The whole matrix is in `story_matrix.txt`: for each listing and each date asked of, what was answered as known at
//! the first step, and each step from which on it was answered otherwise. `PASSBAND_UPDATE=1` writes it.

use std::path::Path;

use serde_json::Value;

use crate::harness::{NOW, Site};

const LISTINGS: &str = "/api/v1/markets/us/listings";

/// The outcome, the networks where they say otherwise, what blocks and what is told all the same.
fn answer(verdict: &Value) -> String {
    let reasons = verdict["reasons"].as_array().expect("a list");
    let codes = |wanted: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let found = reasons.iter().filter(|reason| wanted(reason));
        found
            .map(|reason| reason["code"].as_str().expect("text").to_owned())
            .collect()
    };
    let blocking = codes(&|reason| reason["blocks"] == true);
    let told = codes(&|reason| reason["blocks"] == false && reason["outcome"] != "sellable");
    let mut text = verdict["outcome"].as_str().expect("text").to_owned();
    if !blocking.is_empty() {
        text.push_str(&format!(": {}", blocking.join(", ")));
    }
    if !told.is_empty() {
        text.push_str(&format!(" (told: {})", told.join(", ")));
    }
    text
}

async fn asked(site: &Site, id: &str, at: &str, known_at: &str) -> Value {
    let path = format!("/api/v1/listings/{id}/verdict?at={at}&known_at={known_at}");
    site.get(&path).operator().send().await.json(200)
}

#[tokio::test]
async fn each_verdict_of_the_story_is_had_again_as_of_each_date_and_as_known_at_each() {
    let (site, _) = Site::of_the_story().await;
    let mut steps = Vec::new();
    story::play(&site.house, &site.clock, &mut |step| {
        steps.push((step.at.to_string(), step.code));
    })
    .await
    .expect("plays again, and does nothing again");
    site.clock.set(NOW.parse().expect("an instant"));
    let page = site.get(LISTINGS).operator().send().await.json(200);
    let mut listings: Vec<(String, String)> = page["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().expect("text").to_owned();
            (text("sku"), text("id"))
        })
        .collect();
    listings.sort_unstable();
    let mut lines =
        vec!["# at: the date asked of; known: the step from which on it is answered so".to_owned()];
    for (sku, id) in &listings {
        for (at, code) in &steps {
            lines.push(format!("{sku} at {at} {code}"));
            let mut before = String::new();
            for (known_at, step) in &steps {
                let verdict = asked(&site, id, at, known_at).await;
                assert_eq!(verdict["at"], **at);
                let answer = answer(&verdict);
                if answer != before {
                    lines.push(format!("  known {} {step}: {answer}", &known_at[..10]));
                    before = answer;
                }
            }
            let with_all = site.get(&format!("/api/v1/listings/{id}/verdict?at={at}"));
            let with_all = with_all.operator().send().await.json(200);
            assert_eq!(
                answer(&with_all),
                before,
                "{sku} at {at}: nothing was recorded since"
            );
        }
    }
    let found = lines.join("\n") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/story_matrix.txt");
    if std::env::var_os("PASSBAND_UPDATE").is_some() {
        std::fs::write(&path, &found).expect("writes");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {}", number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}
