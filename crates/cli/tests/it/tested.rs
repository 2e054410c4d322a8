//! A certification that rests on tests, entered from files, under a policy that names whose word counts.

use crate::house::set_up;
use crate::program::Program;

const POLICY: &str = r#"
market = "us"
carrier = "carrier"
country = "US"
currency = "USD"
hosts = ["tmobile-us"]

[trust]
device_certification = [{ issuers = ["host"] }]

[[category]]
name = "smartphone"
requirements = { device_certification = "must" }
tested = true
"#;

const SET: &str = r#"
id = "set-2026"
issuer = "tmobile-us"
scope = "host:tmobile-us"
title = "Device requirements"

[claim]
kind = "requirement_set"
network = "tmobile-us"
bands = ["LTE B2", "LTE B12"]
services = [{ service = "data", level = "partial" }]
minima = [{ figure = "Download rate", at_least = "10", unit = "Mbit/s" }]
"#;

const REPORT: &str = r#"
id = "report-1"
issuer = "tmobile-us"
scope = "variant:xiaomi.2015015"
title = "Test report"

[claim]
kind = "test_report"
variant = "xiaomi.2015015"
requirement_set = "set-2026"
laboratory = "tmobile-us"
build = "V8.2.1"
bands = ["LTE B2", "LTE B12"]
services = [{ service = "data", level = "full" }]
figures = [{ figure = "Download rate", value = "9.5", unit = "Mbit/s" }]
"#;

const CERTIFICATION: &str = r#"
id = "certified"
issuer = "tmobile-us"
scope = "variant:xiaomi.2015015"
title = "Certification"

[claim]
kind = "device_certification"
variant = "xiaomi.2015015"
network = "tmobile-us"
result = "certified"
carrier = "carrier"
requirement_set = "set-2026"
reports = ["report-1"]
"#;

fn add(program: &Program, text: &str) {
    let file = program.file("letter.toml", text);
    program.call(&["evidence", "add", &file]).ends(0);
}

/// The code of the certification's reason.
fn code(program: &Program) -> String {
    let check = [
        "check", "--json", "-d", "2015015", "--seller", "shop", "--market", "us",
    ];
    let answer = program.call(&check).json();
    let reasons = answer["verdict"]["reasons"].as_array().expect("reasons");
    let of_network = reasons
        .iter()
        .find(|one| one["requirement"] == "device_certification");
    of_network.expect("asked")["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[test]
fn a_certification_counts_while_its_tests_stand_and_reach_what_is_asked() {
    let program = set_up();
    let policy = program.file("tested.toml", POLICY);
    program.call(&["policy", "set", &policy]).ends(0);
    assert_eq!(code(&program), "certification_missing");
    add(&program, CERTIFICATION);
    assert_eq!(code(&program), "certification_set_missing");
    add(&program, SET);
    assert_eq!(code(&program), "certification_report_missing");
    add(&program, REPORT);
    assert_eq!(code(&program), "certification_below_minimum");
    let better = REPORT.replace("9.5", "10").replace("report-1", "report-2");
    add(&program, &better);
    let again = CERTIFICATION
        .replace("id = \"certified\"", "id = \"certified-2\"")
        .replace("report-1", "report-2");
    add(&program, &again);
    assert_eq!(code(&program), "certification_on_file");
    let end = [
        "withdraw",
        "report-2",
        "--manner",
        "revoke",
        "--issuer",
        "tmobile-us",
        "--title",
        "Call",
    ];
    program.call(&end).ends(0);
    assert_ne!(code(&program), "certification_on_file");
    // A shop's own word is set aside, and that is said.
    let own = CERTIFICATION
        .replace("id = \"certified\"", "id = \"certified-3\"")
        .replace("issuer = \"tmobile-us\"", "issuer = \"shop\"");
    add(&program, &own);
    let check = [
        "check", "-d", "2015015", "--seller", "shop", "--market", "us",
    ];
    let out = program.call(&check).ends(1);
    assert!(out.contains("Shop says something of it"), "{out}");
}

#[test]
fn what_a_claim_holds_is_named_where_it_is_wrong() {
    let program = set_up();
    let bad = SET
        .replace("LTE B12", "LTE 1900")
        .replace("\"partial\"", "\"good\"")
        .replace("\"10\"", "\"1e3\"")
        .replace("Mbit/s", "");
    let file = program.file("bad.toml", &bad);
    program.call(&["evidence", "add", &file]).fails(
        65,
        &[
            "claim/bands/1",
            "claim/services/0/level",
            "claim/minima/0/at_least",
            "claim/minima/0/unit",
        ],
    );
    let bad = CERTIFICATION.replace("requirement_set = \"set-2026\"", "");
    let file = program.file("bad.toml", &bad);
    let words = "test reports need the requirement_set that they are on";
    program
        .call(&["evidence", "add", &file])
        .fails(65, &[words]);
}
