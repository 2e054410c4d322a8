//! A table of devices, checked in one go: every row answered, in order, whatever is wrong with another.

use serde_json::Value;

use crate::program::{Program, Said};

const TABLE: &str = "\
Device,Carrier,Country,Date
Mi 4i,T-Mobile,US,2016-02-01
SM-S938U1,,,2026-11-24
Mi 4j,,,
Mi 4i,,USA,
,,,
\"=HYPERLINK(\"\"http://x\"\")\",,,
Mi 4i,Nobody,US,
Mi 4i,one,too,many,cells
2015015,T-Mobile US,US,2016-02-01
";

fn check(program: &Program, table: &str, more: &[&str]) -> Said {
    let file = program.file("devices.csv", table);
    let args = ["check", "--file", &file, "-n", "T-Mobile", "-c", "US"];
    program.call(&[&args[..], more].concat())
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn every_row_has_one_answer_in_its_place() {
    let program = Program::new();
    let said = check(&program, TABLE, &["--json"]);
    let answers = lines(&said.out);
    let told: Vec<(u64, &str)> = answers
        .iter()
        .map(|one| {
            let grade = one["checked"]["fit"]["grade"].as_str();
            let word = grade.or(one["error"]["code"].as_str());
            (one["line"].as_u64().expect("a line"), word.expect("either"))
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, "fallback only"),
            (3, "fallback only"),
            (4, "device_unknown"),
            (5, "invalid_input"),
            (6, "invalid_input"),
            (7, "device_unknown"),
            (8, "network_unknown"),
            (9, "invalid_input"),
            (10, "fallback only"),
        ]
    );
    assert_eq!(answers[0]["checked"], answers[8]["checked"]);
    assert!(said.err.contains("9 rows = 1 yes + 2 no"), "{}", said.err);
    // The worst of the rows: something that was named is not there.
    said.ends(66);
}

#[test]
fn a_row_answers_as_the_command_alone_does() {
    let program = Program::new();
    for (device, at, exit) in [
        ("Mi 4i", "2016-02-01", 1),
        ("SM-S938U1", "2026-11-24", 0),
        ("Mi 4i", "2022-07-01", 2),
        ("Mi 4j", "2016-02-01", 66),
    ] {
        let args = ["check", "--json", "-n", "T-Mobile", "-c", "US", "--at", at];
        let alone = program.call(&[&args[..], &["-d", device]].concat());
        let row = check(
            &program,
            &format!("device\n{device}\n"),
            &["--json", "--at", at],
        );
        assert_eq!((alone.code, row.code), (exit, exit), "{device} {at}");
        if exit < 64 {
            assert_eq!(lines(&row.out)[0]["checked"], alone.json()["checked"]);
        }
    }
}

#[test]
fn the_answers_are_a_table_that_a_spreadsheet_may_open() {
    let program = Program::new();
    let out = program.home().join("answers.csv").display().to_string();
    let said = check(&program, TABLE, &["--out", &out]);
    assert!(said.out.contains("9 rows = 1 yes + 2 no"), "{}", said.out);
    said.ends(66);
    let table = std::fs::read_to_string(&out).expect("written");
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 10, "{table}");
    let columns = rows[0].split(',').count();
    for row in &rows[1..] {
        assert_eq!(row.matches("\",\"").count() + 1, columns, "{row}");
    }
    assert!(rows[0].starts_with("line,device,network,country,at,"));
    assert!(rows[1].contains("\"fallback only\""), "{}", rows[1]);
    assert!(rows[1].contains("\"B2 B4 B12\""), "{}", rows[1]);
    assert!(rows[3].contains("\"device_unknown\""), "{}", rows[3]);
    assert!(rows[6].contains(",\"'=HYPERLINK("), "{}", rows[6]);
    // The same on standard output.
    let said = check(&program, TABLE, &["--out", "-"]);
    assert_eq!(said.out, table);
}

#[test]
fn a_table_goes_through_the_server_that_has_the_folder_open() {
    let program = Program::new();
    let alone = check(&program, TABLE, &[]).ends(66);
    let server = program.serve(&["serve"]);
    let args = [
        "check",
        "--file",
        "devices.csv",
        "-n",
        "T-Mobile",
        "-c",
        "US",
    ];
    assert_eq!(program.call(&args).ends(66), alone);
    let args = [&args[..], &["--out", "there.csv"]].concat();
    program.call(&args).ends(66);
    assert_eq!(server.stop("TERM"), 0);
    let written = std::fs::read_to_string(program.home().join("there.csv"));
    assert_eq!(written.expect("written where the command was typed"), alone);
}

#[test]
fn more_rows_than_a_chunk_holds_come_out_in_order() {
    let program = Program::new();
    let rows: Vec<String> = (0..300).map(|n| format!("phone {n},\n")).collect();
    let table = format!("device,network\n{}", rows.concat());
    let said = check(&program, &table, &["--json"]);
    let devices: Vec<String> = lines(&said.out)
        .iter()
        .map(|one| format!("{},\n", one["device"].as_str().expect("text")))
        .collect();
    assert_eq!(devices, rows);
}

#[test]
fn what_is_no_table_of_devices_is_refused_and_the_table_is_not_written_over() {
    let program = Program::new();
    check(&program, "colour,size\nred,1\n", &[]).fails(65, &["devices.csv", "colour,size"]);
    let file = program.home().join("devices.csv").display().to_string();
    check(&program, TABLE, &["--out", &file]).fails(64, &["--out", "another file"]);
    assert_eq!(std::fs::read_to_string(&file).expect("there"), TABLE);
    let args = ["check", "--file", "none.csv", "-n", "T-Mobile", "-c", "US"];
    program.call(&args).fails(65, &["none.csv"]);
    let args = ["check", "--file", &file, "-d", "Mi 4i"];
    program.call(&args).fails(64, &["--device", "--file"]);
    let args = [
        "check", "-d", "Mi 4i", "--seller", "a", "--market", "us", "-n", "EE",
    ];
    program.call(&args).fails(64, &["--network", "--country"]);
}

#[test]
fn quiet_leaves_the_exit_status_of_the_worst_row() {
    let program = Program::new();
    let said = check(
        &program,
        "device\nMi 4i\nSM-S938U1\n",
        &["-q", "--at", "2016-02-01"],
    );
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    said.ends(1);
}
