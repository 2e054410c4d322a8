//! Does the program keep its word from outside: what it teaches, and what it leaves behind?

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

fn xtask(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .output()
        .expect("cargo built it for this test")
}

#[test]
fn help_names_every_command() {
    for args in [&[][..], &["--help"]] {
        let help = xtask(args);
        assert!(help.status.success());
        let help = String::from_utf8(help.stdout).unwrap();
        for command in [
            "test",
            "check",
            "deny",
            "pg",
            "bench NAME",
            "night NAME",
            "sbom",
            "bench store",
        ] {
            assert!(
                help.contains(&format!("\n  {command}")),
                "{command} is not in\n{help}"
            );
        }
    }
}

#[test]
fn an_unknown_word_is_refused_with_a_hint() {
    for (args, hint) in [
        (&["tset"][..], "`cargo xtask` lists them"),
        (&["bench", "nothing"], "bench store"),
        (&["night", "nothing"], "night runs:"),
    ] {
        let refused = xtask(args);
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(hint), "{said}");
    }
}

#[test]
fn the_parts_of_the_executable_are_listed() {
    let listed = xtask(&["sbom"]);
    assert!(
        listed.status.success(),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let document: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(document["specVersion"], "1.5");
    let parts = document["components"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["name"] == "passband-domain"));
    assert!(!parts.iter().any(|part| part["name"] == "acceptance"));
}

#[test]
fn a_killed_run_leaves_no_database_behind() {
    let mut run = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("pg")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = run.stderr.take().unwrap();
    let mut url = String::new();
    BufReader::new(run.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    if url.is_empty() {
        let mut why = String::new();
        said.read_to_string(&mut why).unwrap();
        run.wait().unwrap();
        assert!(why.contains("no PostgreSQL here"), "{why}");
        eprintln!("skipped: no PostgreSQL here");
        return;
    }
    let address = url.trim().strip_prefix("postgres://postgres@").unwrap();
    TcpStream::connect(address).unwrap();

    // SIGKILL: nothing of this process can tidy up any more.
    run.kill().unwrap();
    run.wait().unwrap();
    // The guard holds the other end of standard error; it closes when the guard has finished.
    let mut complaints = String::new();
    said.read_to_string(&mut complaints).unwrap();

    assert_eq!(complaints, "");
    assert!(
        TcpStream::connect(address).is_err(),
        "a server still answers on {address}"
    );
}
