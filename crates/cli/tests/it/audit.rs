//! Somebody's list, audited on the command line: every row answered, in a house that knows nothing yet.

use std::fs;

use serde_json::Value;

use crate::program::Program;

const LIST: &str = "\
Unser Katalog 2026;;;
;;;
Artikelnr;Bezeichnung;Marke;Preis
1;Xiaomi Mi 4i 16GB schwarz;Xiaomi;199,00
2;=HYPERLINK(\"x\");Xiaomi;1,00
3;Silicone case for Xiaomi Mi 4i;Xiaomi;9,00
4;\"Galaxy S7;Samsung;1,00
5;SAMSUNG Galaxy S7 (SM-G930F) 32 GB;Samsung;299,00
;;;508,00
";

fn rows(program: &Program, args: &[&str]) -> Vec<Value> {
    let said = program.call(args).ends(1);
    let rows = said.lines().map(serde_json::from_str);
    rows.map(|row| row.expect("JSON")).collect()
}

#[test]
fn every_row_of_a_list_is_answered_in_order_with_nothing_imported() {
    let program = Program::new();
    fs::write(program.home().join("list.csv"), LIST).expect("writes");
    let answered = rows(&program, &["--json", "audit", "list.csv", "--market", "us"]);
    let told: Vec<(u64, &str, &str)> = answered
        .iter()
        .map(|row| {
            (
                row["line"].as_u64().expect("a line"),
                row["outcome"].as_str().expect("a word"),
                row["device"].as_str().expect("a name"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (4, "refused", "Xiaomi Mi 4i"),
            (5, "unmatched", ""),
            (6, "aside", ""),
            (7, "unread", ""),
            (8, "refused", "Samsung Galaxy S7"),
            (9, "unread", ""),
        ]
    );
    let whom: Vec<&str> = answered[0]["whom"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        whom.contains(&"Xiaomi") && whom.contains(&"T-Mobile"),
        "{whom:?}"
    );
    let why = answered[0]["why"].to_string();
    assert!(why.contains("No authorisation by the brand"), "{why}");
    assert!(why.contains("FCC") && why.contains("HAC"), "{why}");
}

#[test]
fn a_report_is_a_spreadsheet_that_can_be_audited_again_and_a_page_of_its_own() {
    let program = Program::new();
    fs::write(program.home().join("list.csv"), LIST).expect("writes");
    let args = [
        "audit", "list.csv", "--market", "us", "--out", "r.xlsx", "--html", "r.html",
    ];
    let said = program.call(&args).ends(1);
    assert!(said.contains("6 rows") && said.contains("To ask"), "{said}");
    let page = fs::read_to_string(program.home().join("r.html")).expect("reads");
    assert!(
        !page.contains("<script") && !page.contains("http"),
        "needs nothing from elsewhere"
    );
    assert!(
        page.contains("To T-Mobile") && page.contains("=HYPERLINK"),
        "{page}"
    );
    let again = [
        "--json",
        "audit",
        "r.xlsx",
        "--market",
        "us",
        "--network",
        "T-Mobile",
    ];
    let answered = rows(&program, &again);
    let first: Vec<&Value> = answered
        .iter()
        .filter(|row| row["sheet"] == "Rows")
        .collect();
    assert_eq!(first.len(), 6);
    assert_eq!(first[0]["device"], "Xiaomi Mi 4i");
    assert_eq!(first[0]["networks"].as_array().map(Vec::len), Some(1));
    assert_eq!(first[1]["said"]["title"], "=HYPERLINK(\"x\")");
}

#[test]
fn what_cannot_be_audited_says_what_to_do() {
    let program = Program::new();
    fs::write(program.home().join("list.csv"), LIST).expect("writes");
    fs::write(program.home().join("old.xls"), [0xD0, 0xCF, 0x11, 0xE0, 0]).expect("writes");
    for (args, words) in [
        (
            &["audit", "list.csv", "--market", "fr"][..],
            &["fr", "--policy"][..],
        ),
        (
            &["audit", "list.csv", "--market", "us", "--network", "Nobody"],
            &["Nobody"],
        ),
        (
            &["audit", "old.xls", "--market", "us"],
            &["workbook.old", ".xlsx"],
        ),
        (
            &[
                "audit",
                "list.csv",
                "--market",
                "us",
                "--mapping",
                "title=Nix",
            ],
            &["Nix", "bezeichnung"],
        ),
        (
            &["audit", "list.csv", "--market", "us", "--out", "list.csv"],
            &["the list itself"],
        ),
    ] {
        let said = program.call(args);
        assert_ne!(said.code, 0, "{args:?}");
        let mut lines = said.err.lines();
        let is_told = lines.any(|line| line.starts_with("error: "));
        assert!(is_told, "{}", said.err);
        for word in words {
            assert!(said.err.contains(word), "no {word:?} in\n{}", said.err);
        }
    }
    let text = fs::read_to_string(program.home().join("list.csv")).expect("reads");
    assert_eq!(text, LIST);
}

#[test]
fn a_policy_to_begin_with_is_given_and_never_written_over() {
    let program = Program::new();
    let shown = program.call(&["policy", "init", "us"]).ends(0);
    assert!(shown.contains("47 CFR 2.803") && shown.contains("schemes = [\"FCC\", \"HAC\"]"));
    program
        .call(&["policy", "init", "eu", "--out", "eu.toml"])
        .ends(0);
    let again = program.call(&["policy", "init", "uk", "--out", "eu.toml"]);
    assert_ne!(again.code, 0);
    let text = fs::read_to_string(program.home().join("eu.toml")).expect("reads");
    assert!(text.contains("2014/53/EU"), "{text}");
    program
        .call(&["policy", "init", "fr"])
        .fails(64, &["us, eu or uk"]);
}
