//! Does a wrong command line teach, and does help?

use crate::program::Program;

#[test]
fn a_wrong_flag_is_refused_with_what_was_meant() {
    let program = Program::new();
    let said = program.call(&["check", "--devise", "Mi 4i"]);
    said.fails(64, &["--devise", "--device", "--help"]);
}

#[test]
fn a_wrong_command_is_refused_with_what_was_meant() {
    Program::new()
        .call(&["chekc"])
        .fails(64, &["chekc", "check"]);
}

#[test]
fn a_missing_flag_is_named() {
    let program = Program::new();
    let said = program.call(&["check", "--network", "T-Mobile", "--country", "US"]);
    said.fails(64, &["--device"]);
    let said = program.call(&["check", "--device", "Mi 4i"]);
    said.fails(64, &["--network"]);
}

#[test]
fn a_word_that_is_no_date_is_refused_with_the_form() {
    let program = Program::new();
    let args = [
        "check",
        "--device",
        "Mi 4i",
        "--network",
        "T-Mobile",
        "--country",
        "US",
    ];
    let said = program.call(&[&args[..], &["--at", "Monday"]].concat());
    said.fails(64, &["--at", "Monday", "2016-02-01"]);
    let said = program.call(&["check", "-d", "Mi 4i", "-n", "T-Mobile", "-c", "USA"]);
    said.fails(64, &["--country", "USA", "two letters"]);
}

#[test]
fn errors_are_json_where_json_is_wanted() {
    let program = Program::new();
    for (args, code, exit) in [
        (&["check", "--json", "--devise", "x"][..], "usage", 64),
        (
            &["check", "--json", "-d", "No such", "-n", "EE", "-c", "GB"],
            "device_unknown",
            66,
        ),
    ] {
        let said = program.call(args);
        assert_eq!(said.code, exit, "{}", said.err);
        let error: serde_json::Value = serde_json::from_str(&said.err).expect("JSON");
        assert_eq!(error["error"]["code"], code);
        assert!(error["error"]["help"].is_string());
        assert_eq!(said.out, "");
    }
}

#[test]
fn every_command_has_help_with_examples() {
    let program = Program::new();
    let help = program.call(&["--help"]).ends(0);
    for command in [
        &["demo"][..],
        &["serve"],
        &["doctor"],
        &["check"],
        &["import"],
        &["listing"],
        &["withdraw"],
        &["policy", "set"],
        &["policy", "show"],
        &["record", "verify"],
        &["record", "show"],
        &["record", "export"],
        &["evidence", "add"],
        &["directory", "load"],
        &["user", "add"],
    ] {
        assert!(help.contains(&format!("\n  {}", command[0])), "{command:?}");
        let help = program.call(&[command, &["--help"]].concat()).ends(0);
        let call = format!("  passband {}", command.join(" "));
        assert!(help.contains(&call), "no example of {command:?} in\n{help}");
    }
    assert!(
        program
            .call(&["--version"])
            .ends(0)
            .starts_with("passband ")
    );
    program.call(&[]).ends(64);
}

#[test]
fn nothing_is_coloured_where_no_terminal_reads() {
    let program = Program::new();
    let args = ["check", "-d", "Mi 4i", "-n", "T-Mobile", "-c", "US"];
    let said = program.call_with(&args, &[("TERM", "xterm-256color")]);
    assert!(!said.out.contains('\u{1b}'), "{}", said.out);
    assert!(!said.out.contains('\u{1}'), "{}", said.out);
}
