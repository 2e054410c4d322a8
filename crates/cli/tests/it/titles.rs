//! Shops' titles, one by one and as a table.

use serde_json::Value;

use crate::program::Program;

const TABLE: &str = "\
sku,Title
1,\"SAMSUNG Galaxy S7 (SM-G930F) 32 GB, black\"
2,Silicone case for Xiaomi Mi 4i
3,Xiaomi Mi 99x
4,
5,\"=HYPERLINK(\"\"http://x\"\")\"
6,a,b
";

#[test]
fn a_title_is_answered_with_its_phone_and_the_status_says_how_sure() {
    let program = Program::new();
    let said = program.call(&["match", "SAMSUNG Galaxy S7 (SM-G930F) 32 GB, black"]);
    let out = said.ends(0);
    for words in ["match: Samsung Galaxy S7", "32 GB", "--device 'SM-G930F'"] {
        assert!(out.contains(words), "{out}");
    }
    for (title, code, outcome) in [
        ("Xiaomi Mi 4i 16GB", 0, "match"),
        ("Silicone case for Xiaomi Mi 4i", 1, "accessory"),
        ("Xiaomi Mi 99x", 1, "unlisted"),
        ("Xiaomi Mi 4i or Samsung Galaxy S7", 2, "ambiguous"),
    ] {
        let said = program.call(&["match", "--json", title]);
        let answer = said.json();
        assert_eq!(
            (said.code, &answer[0]["outcome"]),
            (code, &Value::from(outcome)),
            "{title}"
        );
    }
    // Of several the worst counts.
    program
        .call(&["match", "-q", "Xiaomi Mi 4i", "Xiaomi Mi 99x"])
        .ends(1);
    program.call(&["match"]).fails(64, &["TITLE"]);
}

#[test]
fn every_title_of_a_table_has_one_answer_in_its_place_that_a_spreadsheet_may_open() {
    let program = Program::new();
    let file = program.file("offers.csv", TABLE);
    let said = program.call(&["match", "--file", &file]);
    assert!(
        said.err.contains("6 rows = 1 matched + 3 not + 2 without"),
        "{}",
        said.err
    );
    let out = said.ends(65);
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows.len(), 7, "{out}");
    assert!(rows[0].starts_with("line,title,outcome,device,ask,"));
    assert!(
        rows[1].contains("\"match\",\"Samsung Galaxy S7\",\"SM-G930F\",\"32\""),
        "{}",
        rows[1]
    );
    assert!(
        rows[2].contains("\"accessory\",\"Xiaomi Mi 4i\""),
        "{}",
        rows[2]
    );
    assert!(rows[4].contains("\"invalid_input\""), "{}", rows[4]);
    assert!(rows[5].contains(",\"'=HYPERLINK("), "{}", rows[5]);
    for row in &rows[1..] {
        assert_eq!(
            row.matches("\",\"").count() + 1,
            rows[0].split(',').count(),
            "{row}"
        );
    }
    let to = program.home().join("matched.csv").display().to_string();
    let said = program
        .call(&["match", "--file", &file, "--out", &to])
        .ends(65);
    assert!(said.contains("6 rows = 1 matched"), "{said}");
    assert_eq!(std::fs::read_to_string(&to).expect("written"), out);
    let lines = program.call(&["match", "--file", &file, "--json"]).ends(65);
    let first: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["answer"]["phone"]["ask"], "SM-G930F");
    let none = program.file("devices.csv", "device\nMi 4i\n");
    program
        .call(&["match", "--file", &none])
        .fails(65, &["title"]);
}
