//! A house set up from files alone: directory, policy, feed; then what people decide, and what the gate says.

use serde_json::Value;

use crate::program::Program;

const DIRECTORY: &str = r#"
[[party]]
id = "carrier"
role = "operator"
name = "Carrier"

[[party]]
id = "xiaomi"
role = "brand"
name = "Xiaomi"

[[party]]
id = "shop"
role = "seller"
name = "Shop"

[[party]]
id = "tmobile-us"
role = "host"
name = "T-Mobile US"

[[brand]]
id = "xiaomi"
party = "xiaomi"
name = "Xiaomi"

[[seller]]
id = "shop"
party = "shop"
name = "Shop"

[[network]]
id = "tmobile-us"
party = "tmobile-us"
name = "T-Mobile"
country = "US"
plmns = ["310-260"]

[[market]]
id = "us"
name = "United States"

[[model]]
id = "xiaomi.mi-4i"
brand = "xiaomi"
name = "Mi 4i"
category = "smartphone"

[[variant]]
id = "xiaomi.2015015"
model = "xiaomi.mi-4i"
code = "2015015"
description = "global"
"#;

pub const POLICY: &str = r#"
market = "us"
carrier = "carrier"
country = "US"
currency = "USD"
hosts = ["tmobile-us"]

[[category]]
name = "smartphone"
requirements = { sales_authorization = "must", radio_fit = "disclose" }
service_min = { data = "partial" }
"#;

const FEED: &str = "id\ttitle\tbrand\tmpn\tprice\tcondition\tavailability\tquantity\n\
    A\tMi 4i 16GB\tXiaomi\t2015015\t229.00 USD\tnew\tin_stock\t5\n\
    B\tMystery\tXiaomi\t999\t1.00 USD\tnew\tin_stock\t5\n";

pub fn set_up() -> Program {
    let program = Program::new();
    let directory = program.file("directory.toml", DIRECTORY);
    let policy = program.file("us.toml", POLICY);
    let loaded = program.call(&["directory", "load", &directory]).ends(0);
    assert!(
        loaded.contains("4 parties, 1 brands, 1 sellers, 1 networks"),
        "{loaded}"
    );
    program.call(&["policy", "set", &policy]).ends(0);
    program
}

pub fn first_listing(program: &Program) -> String {
    let feed = program.file("feed.tsv", FEED);
    let args = [
        "import", "--json", "--seller", "shop", "--market", "us", &feed,
    ];
    let answer = program.call(&args).json();
    let offers = &answer["files"][0]["offers"];
    assert_eq!(offers["offers"], 2);
    assert_eq!(offers["with_faults"], 1);
    let drafted = offers["drafted"].as_array().expect("a list");
    drafted[0].as_str().expect("an id").to_owned()
}

#[test]
fn a_feed_becomes_listings_and_what_does_not_is_told() {
    let program = set_up();
    let listing = first_listing(&program);
    let feed = program.file("feed.tsv", FEED);
    let out = program
        .call(&["import", &feed, "--seller", "shop", "--market", "us"])
        .ends(0);
    assert!(
        out.contains("2 offers = 0 drafted + 0 changed + 1 unchanged + 1 with faults"),
        "{out}"
    );
    assert!(
        out.contains("feed.tsv:3:mpn: offer.variant_unknown"),
        "{out}"
    );
    let out = program.call(&["listing", "list", "us"]).ends(0);
    assert!(out.contains(&listing) && out.contains("draft"), "{out}");
    let said = program.call(&["listing", "list", "us", "--limit", "1"]);
    assert!(
        said.err.contains(&format!("--after {listing}")),
        "{}",
        said.err
    );
    let rest = program.call(&["listing", "list", "us", "--after", &listing, "--json"]);
    assert_eq!(rest.json()["listings"], serde_json::json!([]));
    program
        .call(&["listing", "list", "us", "--limit", "0"])
        .fails(64, &["--limit"]);
}

#[test]
fn a_listing_is_offered_taken_down_and_ended_and_the_record_has_it() {
    let program = set_up();
    let listing = first_listing(&program);
    let out = program.call(&["listing", "offer", &listing]).ends(0);
    assert!(out.contains("It is not on sale: refused."), "{out}");
    assert!(out.contains("No authorisation by the brand"), "{out}");
    program
        .call(&["listing", "take-down", &listing, "--title", "Not yet"])
        .ends(0);
    program.call(&["listing", "end", &listing]).ends(0);
    program
        .call(&["listing", "offer", &listing])
        .fails(65, &["is ended and cannot become offered"]);
    program
        .call(&["listing", "offer", "li-none"])
        .fails(66, &["there is no listing li-none"]);
    let out = program.call(&["record", "show"]).ends(0);
    assert!(out.contains("Not yet") && out.contains("policy"), "{out}");
    assert!(
        program
            .call(&["record", "verify"])
            .ends(0)
            .contains("The record holds.")
    );
}

#[test]
fn what_a_seller_could_sell_is_answered_before_anybody_lists_it() {
    let program = set_up();
    let args = [
        "check", "--device", "Mi 4i", "--seller", "shop", "--market", "us",
    ];
    let out = program.call(&args).ends(1);
    assert!(out.contains("Xiaomi Mi 4i by Shop in market us"), "{out}");
    assert!(
        out.contains("needed: an authorisation for this seller"),
        "{out}"
    );
    let said = program.call(&[&args[..], &["--json"]].concat());
    let answer = said.json();
    assert_eq!(answer["checked"], Value::Null);
    assert_eq!(answer["verdict"]["outcome"], "refused");
    program
        .call(&[
            "check", "--device", "Mi 4j", "--seller", "shop", "--market", "us",
        ])
        .fails(66, &["directory", "mi 4i"]);
    program
        .call(&[
            "check", "--device", "Mi 4i", "--seller", "shopp", "--market", "us",
        ])
        .fails(66, &["there is no seller shopp"]);
}

#[test]
fn a_policy_that_is_shown_can_be_set_again_and_changes_nothing() {
    let program = set_up();
    let shown = program.call(&["policy", "show", "us"]).ends(0);
    let again = program.file("again.toml", &shown);
    let out = program.call(&["policy", "set", &again]).ends(0);
    assert!(out.contains("already in force, nothing changed"), "{out}");
    let bad = POLICY
        .replace("\"must\"", "\"perhaps\"")
        .replace("= \"US\"", "= \"USA\"");
    program.file("bad.toml", &bad);
    program.call(&["policy", "set", "bad.toml"]).fails(
        65,
        &[
            "2 faults",
            "\n  bad.toml:4: policy.value",
            "bad.toml:10: policy.value",
        ],
    );
    let strange = program.file("strange.toml", &POLICY.replace("tmobile-us", "tmobile-usa"));
    for command in ["set", "check"] {
        program.call(&["policy", command, &strange]).fails(
            65,
            &[
                "strange.toml:6: directory.unknown",
                "there is no such host network; close to it: tmobile-us",
            ],
        );
    }
    let good = program.file("good.toml", &POLICY.replace("\"any\"", "\"all\""));
    let out = program.call(&["policy", "check", &good]).ends(0);
    assert!(out.contains("reads as a policy of market us"), "{out}");
    let same = program.call(&["policy", "show", "us"]).ends(0);
    assert_eq!(same, shown, "nothing was put in force");
    program
        .call(&["policy", "show", "uk"])
        .fails(66, &["there is no market uk"]);
}

const LETTER: &str = r#"
id = "letter"
issuer = "xiaomi"
scope = "brand:xiaomi"
title = "Letter to the shop"
dated = 2026-03-02
valid = { from = 2026-03-02 }

[claim]
kind = "sales_authorization"
standing = "yes"
brand = "xiaomi"
sellers = ["shop"]
categories = ["smartphone"]
models = "all"
territory = ["US"]
channels = "all"
"#;

#[test]
fn a_letter_that_is_entered_sells_and_its_withdrawal_stops_the_sale() {
    let program = set_up();
    let listing = first_listing(&program);
    program.call(&["listing", "offer", &listing]).ends(0);
    let check = [
        "check", "-q", "-d", "Mi 4i", "--seller", "shop", "--market", "us",
    ];
    program.call(&check).ends(1);
    let letter = program.file("letter.toml", LETTER);
    let out = program.call(&["evidence", "add", &letter]).ends(0);
    assert!(
        out.contains("letter, sales authorization by Xiaomi: entry 2"),
        "{out}"
    );
    program.call(&check).ends(0);
    // The letter is of a later day.
    program
        .call(&[&check[..], &["--at", "2026-03-01"]].concat())
        .ends(1);
    let out = program.call(&["evidence", "add", &letter]).ends(0);
    assert!(out.contains("(as before)"), "{out}");
    let end = [
        "withdraw", "letter", "--manner", "revoke", "--issuer", "xiaomi", "--title", "Call",
    ];
    program.call(&end).ends(0);
    program.call(&check).ends(1);
}

#[test]
fn evidence_that_is_not_understood_is_refused_with_its_place() {
    let program = set_up();
    let refused = |from: &str, to: &str, code: i32, words: &[&str]| {
        let file = program.file("bad.toml", &LETTER.replace(from, to));
        program.call(&["evidence", "add", &file]).fails(code, words);
    };
    refused("sellers =", "sellrs =", 65, &["bad.toml", "`sellers`"]);
    refused(
        "models =",
        "until = \"2027-01-01\"\nmodels =",
        65,
        &["claim/until"],
    );
    refused("issuer =", "isuer =", 65, &["bad.toml:3", "isuer"]);
    refused("brand:xiaomi", "brand:xiaomy", 66, &["brand:xiaomy"]);
    refused(
        "issuer = \"xiaomi\"",
        "issuer = \"xiomi\"",
        66,
        &["xiomi", "xiaomi"],
    );
    refused("brand:xiaomi", "market:us", 65, &["not written under"]);
}

#[test]
fn evidence_that_is_withdrawn_ends() {
    let program = set_up();
    let shown = program.call(&["record", "show", "--json"]).json();
    let policy = shown["entries"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let args = [
        "withdraw", &policy, "--manner", "revoke", "--title", "Letter", "--issuer",
    ];
    program
        .call(&[&args[..], &["carier"]].concat())
        .fails(66, &["there is no party carier", "carrier"]);
    program
        .call(&[&args[..], &["carrier", "--id", "w-1"]].concat())
        .ends(0);
    program
        .call(&[&args[..], &["carrier", "--id", "w-1"]].concat())
        .ends(0);
    program
        .call(&["policy", "show", "us"])
        .fails(66, &["no policy in force"]);
    assert_eq!(
        program.call(&["record", "verify", "--json"]).json()["entries"],
        2
    );
}

#[test]
fn a_data_set_is_activated_in_a_market_once() {
    let program = set_up();
    let file = program.file(
        "carrier_bands.csv",
        "country,carrier,lte_bands,nr_bands\nUnited States,T-Mobile,B3|B7,n78\n",
    );
    let out = program.call(&["import", &file, "--activate", "us"]).ends(0);
    assert!(out.contains("activated in market:us"), "{out}");
    let out = program.call(&["import", &file, "--activate", "us"]).ends(0);
    assert!(out.contains("already active in market:us"), "{out}");
    program
        .call(&["import", &file, "--activate", "uk"])
        .fails(66, &["there is no market uk"]);
}

#[test]
fn a_user_gets_a_password_that_is_shown_once_or_brings_one() {
    let program = Program::new();
    let said = program.call(&["user", "add", "you@example.com", "--quiet"]);
    assert_eq!(said.out.trim().len(), 23, "{}", said.out);
    said.ends(0);
    program
        .call_on(
            &["user", "add", "you@example.com", "--password-stdin"],
            "long enough\n",
        )
        .ends(0);
    program
        .call_on(
            &["user", "add", "you@example.com", "--password-stdin"],
            "short\n",
        )
        .fails(65, &["8 to 256"]);
    program
        .call(&["user", "add", "nobody"])
        .fails(65, &["name@example.com"]);
    program
        .call(&["user", "add", "a@b.c", "--party", "oparator"])
        .fails(66, &["there is no party oparator", "operator"]);
}

#[test]
fn people_are_listed_given_roles_and_removed_and_the_last_owner_stays() {
    let program = Program::new();
    let added = program
        .call(&["user", "add", "you@example.com", "--json"])
        .json();
    assert_eq!(
        (&added["role"], &added["was_there"]),
        (&"owner".into(), &false.into())
    );
    let sam = program
        .call(&["user", "add", "Sam@example.com", "--json"])
        .json();
    assert_eq!(sam["role"], "clerk");
    let again = program.call(&[
        "user",
        "add",
        "sam@example.com",
        "--role",
        "reader",
        "--json",
    ]);
    let again = again.json();
    assert_eq!(
        (&again["role"], &again["was_there"]),
        (&"reader".into(), &true.into())
    );
    let listed = program.call(&["user", "list"]).ends(0);
    assert_eq!(listed, "sam@example.com  reader\nyou@example.com  owner\n");
    program
        .call(&["user", "role", "you@example.com", "clerk"])
        .fails(
            65,
            &[
                "is the last owner of operator",
                "make somebody else an owner",
            ],
        );
    program
        .call(&["user", "remove", "you@example.com"])
        .fails(65, &["is the last owner of operator"]);
    program
        .call(&["user", "role", "sam@example.com", "boss"])
        .fails(64, &["owner, clerk or reader"]);
    program
        .call(&["user", "remove", "nobody@example.com"])
        .fails(66, &["there is no member nobody@example.com"]);
    program
        .call(&["user", "role", "sam@example.com", "owner"])
        .ends(0);
    program.call(&["user", "remove", "you@example.com"]).ends(0);
    let listed = program.call(&["user", "list"]).ends(0);
    assert_eq!(listed, "sam@example.com  owner\n");
}

#[test]
fn a_wrong_path_does_not_look_like_an_empty_house() {
    let program = Program::new();
    for args in [
        &["record", "show"][..],
        &["record", "verify"],
        &["listing", "list", "us"],
        &["policy", "show", "us"],
        &["directory", "show"],
    ] {
        program
            .call(args)
            .fails(69, &["there is no Passband database", "check the path"]);
    }
    assert!(!program.data().exists());
}
