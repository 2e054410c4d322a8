//! Files of others: do the counts add up, are faults located, does the same file twice change nothing?

use serde_json::Value;

use crate::program::Program;

const BANDS: &str = "country,carrier,lte_bands,nr_bands\n\
    United States,Deep Mobile,B1|B3|B7,n78\n\
    United States,Shallow,not bands,n78\n";

fn only_file(answer: &Value) -> &Value {
    let files = answer["files"].as_array().expect("a list");
    assert_eq!(files.len(), 1);
    &files[0]
}

#[test]
fn rows_add_up_and_faults_are_located() {
    let program = Program::new();
    let rows: String = (0..30).map(|n| format!("Brand,Name {n},\n")).collect();
    let list = program.file(
        "supported_devices.csv",
        &format!(
            "Retail Branding,Marketing Name,Device,Model\nXiaomi,Mi 4i,ferrari,2015015\n{rows}"
        ),
    );
    let said = program.call(&["import", "--json", &list]);
    let answer = said.json();
    let file = only_file(&answer);
    let count = |key: &str| file[key].as_u64().expect("a number");
    assert_eq!(count("rows"), 31);
    assert_eq!(
        count("rows"),
        count("rows_with_facts") + count("rows_with_faults")
    );
    assert_eq!(count("faults_in_all"), 30);
    assert_eq!(file["faults"].as_array().expect("a list").len(), 10);
    assert_eq!(file["faults"][0]["line"], 3);

    let out = program.call(&["import", &list]).ends(0);
    assert!(
        out.contains("31 rows = 1 with facts + 30 with faults"),
        "{out}"
    );
    assert!(out.contains("already imported, nothing changed"), "{out}");
    // It is not read again: what was wrong is counted, and shown to whoever asks.
    assert!(
        out.contains("30 faults then; --all-faults shows them again"),
        "{out}"
    );
    assert_eq!(out.matches("supported_devices.csv:").count(), 1, "{out}");
    let again = program.call(&["import", "--json", &list]).json();
    let again = only_file(&again);
    for counted in [
        "rows",
        "rows_with_facts",
        "rows_with_faults",
        "facts",
        "faults_in_all",
    ] {
        assert_eq!(again[counted], file[counted], "{counted}");
    }
    assert_eq!(again["faults"], serde_json::json!([]));
    let out = program.call(&["import", "--all-faults", &list]).ends(0);
    assert_eq!(out.matches("supported_devices.csv:").count(), 31, "{out}");
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let program = Program::new();
    let file = program.file("carrier_bands.csv", BANDS);
    let first = program.call(&["import", "--json", &file]).json();
    assert_eq!(only_file(&first)["was_known"], false);
    let listed = program.call(&["import", "--list", "--json"]).ends(0);
    let second = program.call(&["import", "--json", &file]).json();
    assert_eq!(only_file(&second)["was_known"], true);
    assert_eq!(
        only_file(&second)["data_set"],
        only_file(&first)["data_set"]
    );
    assert_eq!(
        program.call(&["import", "--list", "--json"]).ends(0),
        listed
    );
    assert!(listed.contains("carrier_bands.csv"), "{listed}");
}

#[test]
fn a_file_that_is_not_what_it_says_is_refused_and_the_next_is_read() {
    let program = Program::new();
    let not = program.file("carrier_bands.csv", "name,price\nx,1\n");
    let strange = program.file("notes.txt", "hello\n");
    let good = program.file("other.csv", BANDS);
    program
        .call(&["import", &not])
        .fails(65, &["carrier_bands.csv", "not a carrier-bands file"]);
    program
        .call(&["import", &strange])
        .fails(65, &["notes.txt", "--kind"]);
    program
        .call(&["import", "missing.csv"])
        .fails(65, &["missing.csv"]);
    let kind = program.call(&["import", &strange, "--kind", "carrier-band"]);
    kind.fails(64, &["--kind", "carrier-bands"]);
    let said = program.call(&["import", &not, &good]);
    assert!(said.out.contains("other.csv"), "{}", said.out);
    said.fails(65, &["carrier_bands.csv"]);
}

#[test]
fn a_file_without_one_good_row_is_not_a_success() {
    let program = Program::new();
    let file = program.file(
        "supported_devices.csv",
        "Retail Branding,Marketing Name,Device,Model\nx,\n",
    );
    let out = program.call(&["import", &file]).ends(65);
    assert!(
        out.contains("1 row = 0 with facts + 1 with faults"),
        "{out}"
    );
}

#[test]
fn what_was_imported_is_answered_at_once() {
    let program = Program::new();
    let file = program.file(
        "carrier_bands.csv",
        "country,carrier,lte_bands,nr_bands\nUnited States,Deep Mobile,B3|B7,n78\n",
    );
    let args = ["check", "-d", "2015015", "-n", "Deep Mobile", "-c", "US"];
    program.call(&args).fails(66, &["Deep Mobile"]);
    program.call(&["import", &file]).ends(0);
    let out = program.call(&args);
    assert!(
        out.out.contains("LTE             B3, B7 in common"),
        "{}{}",
        out.out,
        out.err
    );
}

#[test]
fn a_feed_needs_its_seller_and_its_market() {
    let program = Program::new();
    let feed = program.file("feed.tsv", "id\ttitle\tprice\n1\tPhone\t1.00 USD\n");
    program
        .call(&["import", &feed])
        .fails(64, &["feed of 1 offer", "--seller", "--market"]);
    program
        .call(&["import", &feed, "--seller", "x"])
        .fails(64, &["--market"]);
    program
        .call(&["import", &feed, "--seller", "x", "--market", "us"])
        .fails(66, &["there is no market us"]);
}
