//! Why, what would mend it, what would a change do, what rests on it, what changed: asked on the command line.

use serde_json::{Value, json};

use crate::house::{first_listing, set_up};
use crate::program::Program;

const LETTER: &str = r#"
id = "letter"
issuer = "xiaomi"
scope = "brand:xiaomi"
title = "Letter"
valid = { until = 2099-01-01 }
[claim]
kind = "sales_authorization"
standing = "yes"
brand = "xiaomi"
sellers = ["shop"]
categories = "all"
models = "all"
territory = ["US"]
channels = "all"
"#;

const RECALL: &str = r#"
issuer = "xiaomi"
scope = "model:xiaomi.mi-4i"
title = "Recall"
[claim]
kind = "stop_sale"
cause = "recall"
"#;

/// A house whose only listing is offered, and refused for want of the brand's word.
fn offered() -> (Program, String) {
    let program = set_up();
    let listing = first_listing(&program);
    program.call(&["listing", "offer", &listing]).ends(0);
    (program, listing)
}

#[test]
fn a_refusal_is_explained_with_what_would_mend_it_to_each_reader() {
    let (program, listing) = offered();
    let seller = program.call(&["explain", &listing]).ends(1);
    assert!(seller.contains("No authorisation by the brand"), "{seller}");
    assert!(seller.contains("What would make it sellable"), "{seller}");
    let step = "Xiaomi authorises this seller to sell this model in this market.";
    assert!(seller.contains(step), "{seller}");
    let shopper = program
        .call(&["explain", &listing, "--for", "shopper"])
        .ends(1);
    assert!(
        shopper.contains("Nothing from Xiaomi that lets this seller"),
        "{shopper}"
    );
    let args = [
        "explain", "--json", "--seller", "shop", "--device", "Mi 4i", "--market", "us",
    ];
    let supposed = program.call(&args).json();
    assert_eq!(supposed["together"][0]["kind"], "sales_authorization");
    let letter = program.file("letter.toml", LETTER);
    program.call(&["evidence", "add", &letter]).ends(0);
    let now = program.call(&["explain", &listing]).ends(0);
    assert!(!now.contains("What would make it sellable"), "{now}");
    let before = program
        .call(&["explain", &listing, "--known-at", "2020-01-01"])
        .ends(1);
    assert!(
        before.contains("no policy"),
        "nothing was known then: {before}"
    );
    program
        .call(&["explain", "li-nothing"])
        .fails(66, &["there is no listing"]);
    program.call(&["explain"]).fails(64, &["LISTING"]);
    program
        .call(&["explain", "--device", "Mi 4i"])
        .fails(64, &["--seller"]);
}

#[test]
fn a_change_is_foretold_made_and_told() {
    let (program, listing) = offered();
    let letter = program.file("letter.toml", LETTER);
    let starts = program.call(&["impact", "evidence", &letter, "--json"]);
    assert_eq!(starts.code, 0, "nothing would stop");
    assert_eq!(
        (&starts.json()["stops"], &starts.json()["starts"]),
        (&json!(0), &json!(1))
    );
    program.call(&["evidence", "add", &letter]).ends(0);
    let withdrawn = program.call(&["impact", "withdraw", "letter"]).ends(1);
    assert!(withdrawn.contains("authorization_withdrawn"), "{withdrawn}");
    let recall = program.file("recall.toml", RECALL);
    let stopped = program.call(&["impact", "evidence", &recall, "--json"]);
    assert_eq!(stopped.json()["items"][0]["listing"], listing.as_str());
    let strict = program.file(
        "strict.toml",
        &crate::house::POLICY.replace("radio_fit = \"disclose\"", "radio_fit = \"must\""),
    );
    let preview = program.call(&["policy", "preview", &strict]).ends(1);
    assert!(
        preview.contains("stops") && preview.contains("radio_"),
        "{preview}"
    );
    let policy = program.call(&["impact", "policy", &strict]).ends(1);
    assert!(policy.contains(&listing), "{policy}");
    program.call(&["impact", "expiry", "--days", "30"]).ends(0);
    program
        .call(&["impact", "withdraw", "nothing"])
        .fails(66, &["nothing"]);
    program
        .call(&[
            "withdraw", "letter", "--manner", "suspend", "--issuer", "xiaomi", "--title", "Mail",
            "--id", "mail",
        ])
        .ends(0);

    let shown = program.call(&["evidence", "show", "letter"]).ends(0);
    for word in [
        "not in force",
        "What names it",
        "mail",
        "authorization_withdrawn",
    ] {
        assert!(shown.contains(word), "no {word} in {shown}");
    }
    program
        .call(&["evidence", "show", "nothing"])
        .fails(66, &["nothing"]);

    // All of it happened within the last ten seconds, and none of it by itself.
    let changes = program.call(&["changes", "--json"]).json();
    let told: Vec<(&str, &Value)> = changes["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (
                one["cause"].as_str().expect("text"),
                &one["after"]["outcome"],
            )
        })
        .collect();
    let (refused, sellable) = (json!("refused"), json!("sellable"));
    assert_eq!(
        told,
        [
            ("entry", &refused),
            ("entry", &sellable),
            ("entry", &refused)
        ]
    );
    let next = changes["next"].as_str().expect("a place");
    let rest = program.call(&["changes", "--from", next, "--json"]).json();
    assert_eq!(rest["items"], json!([]));
    let doctor = program.call(&["doctor"]).ends(0);
    assert!(doctor.contains("the same when worked out anew"), "{doctor}");
}
