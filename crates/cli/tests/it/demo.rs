//! The demonstration: is the story told, once and again, and never in a real house?

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::program::Program;

#[test]
fn the_story_is_told_and_playing_it_again_changes_nothing() {
    let program = Program::new();
    let first = program.call(&["demo", "--once"]).ends(0);
    for words in [
        "2016-02-01",
        "It has no LTE band in common with T-Mobile.",
        "nothing is wrong",
    ] {
        assert!(first.contains(words), "no {words:?} in\n{first}");
    }
    assert_eq!(program.call(&["demo", "--once"]).ends(0), first);
    let folder = program.home().join(".local/share/passband-demo");
    let data = folder.display().to_string();
    let verified = program.call(&["record", "verify", "--json", "--data", &data]);
    assert_eq!(verified.json()["entries"], 30);
    assert!(!program.data().exists(), "a real house was begun");
}

#[test]
fn a_program_gets_one_document_a_step() {
    let program = Program::new();
    let out = program.call(&["demo", "--once", "--json"]).ends(0);
    let steps: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let codes: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["code"].as_str())
        .collect();
    assert_eq!(codes.len(), steps.len());
    assert!(codes.contains(&"distributor_offers") && codes.contains(&"record_verified"));
}

#[test]
fn the_story_is_not_played_in_a_real_house() {
    let program = Program::new();
    program.call(&["user", "add", "you@example.com"]).ends(0);
    let data = program.data().display().to_string();
    let said = program.call(&["demo", "--once", "--data", &data]);
    said.fails(65, &["real house", "--data"]);
    let said = program.call(&[
        "demo",
        "--once",
        "--postgres",
        "postgres://user@host/database",
    ]);
    said.fails(64, &["SQLite"]);
}

#[test]
fn the_demonstration_is_served_with_a_sign_in_of_its_own() {
    let program = Program::new();
    let mut server = program.serve(&["demo"]);
    assert!(server.said.contains("2016-03-08"), "{}", server.said);
    assert!(server.line().contains("operator@example.com"));
    let password = server.line();
    assert!(password.contains("with the password"), "{password}");
    let mut stream = TcpStream::connect(&server.address).expect("connects");
    let request = "GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("writes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("reads");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert_eq!(server.stop("INT"), 0);
}
