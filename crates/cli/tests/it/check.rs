//! "Will this device work on that network, then or now?", asked at a terminal and by a script.

use serde_json::Value;

use crate::program::Program;

fn check(at: Option<&str>, more: &[&str]) -> crate::program::Said {
    let program = Program::new();
    let mut args = vec![
        "check",
        "--device",
        "Mi 4i",
        "--network",
        "T-Mobile",
        "--country",
        "US",
    ];
    args.extend(at.iter().flat_map(|at| ["--at", at]));
    args.extend(more);
    program.call(&args)
}

fn service<'a>(answer: &'a Value, name: &str) -> &'a str {
    let services = answer["checked"]["fit"]["services"]
        .as_array()
        .expect("a list");
    let found = services.iter().find(|one| one["service"] == name);
    found.and_then(|one| one["grade"].as_str()).expect("graded")
}

#[test]
fn the_phone_of_2016_falls_back_and_the_bands_say_why() {
    let out = check(Some("2016-02-01"), &[]).ends(1);
    for line in [
        "Xiaomi Mi 4i (2015015) on T-Mobile (US), as of 2016-02-01: fallback only.",
        "  Voice           fallback only",
        "  Data            fallback only",
        "  GSM             1900 in common",
        "  UMTS            B2 in common; the device lacks B4",
        "  LTE             none in common; the device lacks B2, B4, B12",
        "This holds until 2018-01-01",
    ] {
        assert!(out.contains(line), "no {line:?} in\n{out}");
    }
}

#[test]
fn a_dispute_names_both_sources() {
    let out = check(Some("2026-11-24"), &[]).ends(2);
    for words in [
        "as of 2026-11-24: disputed.",
        "Data is partial or fallback only, depending on whom one believes.",
        "Going by Wikipedia, mobile network codes, row 310-260 (United States) (2024-12): LTE B41 in common",
        "Going by IRLbox, carrier bands, United States, T-Mobile (2026-04): LTE none in common",
    ] {
        assert!(out.contains(words), "no {words:?} in\n{out}");
    }
}

#[test]
fn what_is_not_known_says_what_would_settle_it() {
    let out = check(Some("2022-07-01"), &[]).ends(2);
    let words = "Nobody says which GSM bands the network has on that date.";
    assert!(out.contains(words), "{out}");
}

#[test]
fn a_program_gets_the_shapes_of_the_api() {
    let said = check(Some("2016-02-01"), &["--json"]);
    let answer = said.json();
    assert_eq!(answer["checked"]["fit"]["grade"], "fallback only");
    assert_eq!(service(&answer, "voice"), "fallback only");
    assert_eq!(service(&answer, "five_g"), "none");
    assert_eq!(answer["checked"]["codes"][0], "2015015");
    assert_eq!(answer["verdict"], Value::Null);
    said.ends(1);
}

#[test]
fn quiet_leaves_the_exit_status() {
    let said = check(Some("2016-02-01"), &["--quiet"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    said.ends(1);
    let program = Program::new();
    let args = [
        "check",
        "-q",
        "-d",
        "SM-S938U1",
        "-n",
        "T-Mobile",
        "-c",
        "US",
        "--at",
        "2026-11-24",
    ];
    program.call(&args).ends(0);
}

#[test]
fn a_name_that_nothing_goes_by_is_told_with_what_is_close() {
    let program = Program::new();
    let said = program.call(&["check", "-d", "Xiaomi Mi 4j", "-n", "T-Mobile", "-c", "US"]);
    said.fails(66, &["no device goes by \"Xiaomi Mi 4j\"", "Xiaomi Mi 4i"]);
    let said = program.call(&["check", "-d", "Mi 4j", "-n", "T-Mobile", "-c", "US"]);
    said.fails(66, &["Xiaomi Mi 4i"]);
    let said = program.call(&["check", "-d", "Mi 4i", "-n", "T-Mobil", "-c", "US"]);
    said.fails(66, &["no network goes by \"T-Mobil\" in US", "t mobile"]);
    let said = program.call(&["check", "-d", "Galaxy S24 Ultra", "-n", "EE", "-c", "GB"]);
    said.fails(65, &["may be", "SM-S928B"]);
}

#[test]
fn a_code_that_is_only_a_name_means_the_name() {
    let program = Program::new();
    // Google's list has the marketing name in the place of the model code.
    let list = program.file(
        "supported_devices.csv",
        "Retail Branding,Marketing Name,Device,Model\nXiaomi,Mi 4i,ferrari,Mi 4i\n",
    );
    program.call(&["import", &list]).ends(0);
    let args = [
        "check",
        "-n",
        "T-Mobile",
        "-c",
        "US",
        "--at",
        "2016-02-01",
        "--device",
    ];
    for device in ["Mi 4i", "Xiaomi Mi 4i", "ferrari", "2015015", "86763402"] {
        let out = program.call(&[&args[..], &[device]].concat()).ends(1);
        assert!(out.contains("Xiaomi Mi 4i (2015015)"), "{device}: {out}");
        assert!(
            out.contains("certified for Google's services"),
            "{device}: {out}"
        );
    }
}

#[test]
fn a_network_answers_the_same_by_each_of_its_names() {
    let program = Program::new();
    let answer = |network: &str| {
        let args = [
            "check",
            "--json",
            "-d",
            "2015015",
            "-c",
            "US",
            "--at",
            "2016-02-01",
            "-n",
        ];
        program.call(&[&args[..], &[network]].concat()).json()
    };
    assert_eq!(answer("T-Mobile"), answer("T-Mobile US"));
}
