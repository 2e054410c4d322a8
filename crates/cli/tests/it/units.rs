//! One unit by its IMEI, the lists of blocked ones, and that no command repeats or keeps a number.

use serde_json::Value;

use crate::program::{Program, Said};

/// Numbers that nobody has: the code of a real model and serials made up here, with their check digits.
const LISTED: &str = "867634029012349";
const OTHER: &str = "86-763402-912345-0";

/// The check digit of 3GPP TS 23.003, annex B.
fn with_check_digit(fourteen: &str) -> String {
    let doubled = fourteen.bytes().enumerate().map(|(index, byte)| {
        let digit = u32::from(byte - b'0') * (1 + u32::try_from(index % 2).expect("0 or 1"));
        digit / 10 + digit % 10
    });
    let sum: u32 = doubled.sum();
    format!("{fourteen}{}", (10 - sum % 10) % 10)
}

fn silent(said: &Said, secrets: &[String], about: &str) {
    for secret in secrets {
        let text = format!("{}{}", said.out, said.err);
        assert!(!text.contains(secret), "{about}: {text}");
    }
}

#[test]
fn the_numbers_of_these_tests_hold() {
    assert_eq!(with_check_digit(&LISTED[..14]), LISTED);
    assert_eq!(
        with_check_digit(&OTHER.replace('-', "")[..14]),
        OTHER.replace('-', "")
    );
}

#[test]
fn a_list_is_delivered_asked_replaced_and_taken_away() {
    let program = Program::new();
    let unit = |number: &str| program.call_on(&["check", "--imei", "-"], &format!("{number}\n"));
    assert!(unit(LISTED).ends(2).contains("not checked"));
    let file = program.file(
        "police.csv",
        &format!("imei;reason;since;reported_by\n{LISTED};theft;2016-02-11;Station 4\n123;x;;\n"),
    );
    let import = ["import", &file, "--kind", "blocked-devices"];
    let said = program.call(&import).ends(0);
    assert!(
        said.contains("police has 1 unit: 1 added, 0 kept, 0 gone"),
        "{said}"
    );
    assert!(
        said.contains("imei.length") && said.contains("123 (3 digits)"),
        "{said}"
    );
    let said = unit(LISTED).ends(1);
    for words in [
        "blocked",
        "police",
        "theft",
        "since 2016-02-11",
        "Station 4",
        "TAF",
    ] {
        assert!(said.contains(words), "no {words:?} in\n{said}");
    }
    assert!(unit(OTHER).ends(0).contains("not listed"));
    let typed = program.call(&["check", "--imei", LISTED, "--json"]);
    let answer: Value = typed.json();
    assert_eq!(answer["blocked"]["state"], "blocked");
    let fit = [
        "check",
        "--imei",
        "-",
        "--network",
        "T-Mobile",
        "--country",
        "US",
    ];
    let said = program.call_on(&fit, OTHER);
    assert!(
        said.out.contains("on T-Mobile (US)"),
        "{}{}",
        said.out,
        said.err
    );

    program.file("police.csv", "imei\n");
    program.call(&import).fails(65, &["would have 0", "--yes"]);
    unit(LISTED).ends(1);
    program.call(&[&import[..], &["--yes"]].concat()).ends(0);
    unit(LISTED).ends(0);
    let lists: Value = program.call(&["blocked", "list", "--json"]).json();
    assert_eq!(
        (&lists["lists"][0]["name"], &lists["lists"][0]["units"]),
        (&"police".into(), &0.into())
    );
    program.call(&["blocked", "remove", "police"]).ends(0);
    program
        .call(&["blocked", "remove", "police"])
        .fails(66, &["police"]);
    assert!(unit(LISTED).ends(2).contains("not checked"));
}

#[test]
fn what_is_no_imei_is_told_and_not_repeated() {
    let program = Program::new();
    for (typed, words) in [
        ("867634029012346", "check digit is wrong"),
        ("86763402901234", "check digit is missing"),
        ("+1 202 555 0123", "phone number"),
        ("", "15 digits"),
    ] {
        let said = program.call_on(&["check", "--imei", "-"], typed);
        silent(&said, &["901234".to_owned()], typed);
        said.fails(65, &[words, "*#06#"]);
    }
    program
        .call(&["check", "--imei", LISTED, "--network", "EE"])
        .fails(64, &["--country"]);
}

/// In so many forms each canary is written.
const FORMS: usize = 4;

/// Twenty canaries, each with the digits that must be seen nowhere.
fn canaries() -> Vec<(String, Vec<String>)> {
    let of = |serial: u32| {
        let most = format!("86763402{serial:06}");
        let whole = with_check_digit(&most);
        let spaced = format!("{} {} {}", &whole[..8], &whole[8..14], &whole[14..]);
        [whole, spaced, format!("{most}07"), most].map(|text| (text, vec![format!("{serial:06}")]))
    };
    [901_234, 912_345, 923_456, 934_567, 945_678]
        .into_iter()
        .flat_map(of)
        .collect()
}

#[test]
fn no_command_repeats_or_keeps_a_number_that_was_put_into_it() {
    let program = Program::new();
    let listed: String = canaries()
        .iter()
        .map(|(text, _)| format!("{text}\n"))
        .collect();
    let list = program.file("ours.csv", &format!("imei\n{listed}"));
    let import = [
        "import",
        &list,
        "--kind",
        "blocked-devices",
        "--remarks",
        "--json",
    ];
    let said = program.call(&import);
    let secrets: Vec<String> = canaries()
        .into_iter()
        .flat_map(|(_, secrets)| secrets)
        .collect();
    silent(&said, &secrets, "the import");
    assert_eq!(said.json()["files"][0]["blocked_list"]["units"], 5);
    let verbs: [&[&str]; 14] = [
        &["check", "--network", "EE", "--country", "GB", "--device"],
        &["check", "--device", "Mi 4i", "--country", "GB", "--network"],
        &["check", "--device", "Mi 4i", "--network", "EE", "--country"],
        &[
            "check",
            "--json",
            "--imei",
            "-",
            "--network",
            "EE",
            "--country",
            "GB",
            "--at",
        ],
        &["check"],
        &["import"],
        &["import", "--kind"],
        &["blocked", "remove"],
        &["listing", "list", "--market"],
        &["withdraw"],
        &["policy", "set"],
        &["record", "show"],
        &["user", "add"],
        &["serve", "--json", "--data"],
    ];
    for (index, (canary, secrets)) in canaries().into_iter().enumerate() {
        for verb in verbs {
            let said = program.call(&[verb, &[&canary]].concat());
            silent(&said, &secrets, &verb.join(" "));
            assert_eq!(said.code, 64, "{verb:?}: {}", said.err);
            assert!(said.err.contains("imei"), "{verb:?}: {}", said.err);
        }
        if index >= FORMS {
            continue;
        }
        let asked = program.call_on(&["check", "--imei", "-"], &canary);
        silent(&asked, &secrets, "a question");
        // The same within files.
        let toml = program.file(
            "a.toml",
            &format!("id = \"{canary}\"\nissuer = \"{canary}\"\n"),
        );
        let table = program.file(
            "t.csv",
            &format!("device,network,country\n{canary},{canary},US\n"),
        );
        let names = program.file(
            "supported_devices.csv",
            &format!("Retail Branding,Marketing Name,Device,Model\nAcme,{canary},x,{canary}\n"),
        );
        for args in [
            &["policy", "set", &toml][..],
            &["directory", "load", &toml],
            &["evidence", "add", &toml],
            &["check", "--file", &table],
            &["check", "--file", &table, "--json"],
            &["import", &names, "--json", "--remarks"],
            &["import", &list],
        ] {
            let said = program.call(args);
            silent(&said, &secrets, &args.join(" "));
            assert_ne!(said.code, 0, "{args:?}: {}", said.out);
        }
    }
    for file in std::fs::read_dir(program.data()).expect("a house") {
        let kept = std::fs::read(file.expect("a file").path()).unwrap_or_default();
        for (canary, _) in canaries() {
            for written in [canary.replace(' ', ""), canary] {
                let hit = kept
                    .windows(written.len())
                    .any(|part| part == written.as_bytes());
                assert!(!hit, "the data folder keeps a number");
            }
        }
    }
}
