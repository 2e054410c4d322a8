//! The server: commands that go through it, ports and folders that are taken, and how it stops.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};

use crate::program::Program;

const BANDS: &str = "country,carrier,lte_bands,nr_bands\nUnited States,Deep Mobile,B3|B7,n78\n";

#[test]
fn a_command_goes_through_the_server_that_has_the_folder_open() {
    let program = Program::new();
    let server = program.serve(&["serve"]);
    // A relative path means the same to the server.
    program.file("carrier_bands.csv", BANDS);
    let out = program.call(&["import", "carrier_bands.csv"]).ends(0);
    assert!(
        out.contains("1 row = 1 with facts + 0 with faults"),
        "{out}"
    );
    let out = program.call(&["import", "carrier_bands.csv"]).ends(0);
    assert!(out.contains("already imported, nothing changed"), "{out}");
    let said = program.call(&[
        "check",
        "-d",
        "2015015",
        "-n",
        "Deep Mobile",
        "-c",
        "US",
        "--json",
    ]);
    assert_eq!(said.json()["checked"]["network"], "Deep Mobile");
    program
        .call(&["import", "none.csv"])
        .fails(65, &["none.csv"]);
    program
        .call_on(
            &["user", "add", "a@b.c", "--password-stdin"],
            "long enough\n",
        )
        .ends(0);
    let doctor = program.call(&["doctor"]).ends(0);
    assert!(
        doctor.contains("ok    server                    runs"),
        "{doctor}"
    );
    assert_eq!(server.stop("TERM"), 0);
    // It was the same house.
    let out = program.call(&["import", "--list"]).ends(0);
    assert!(out.contains("carrier_bands.csv"), "{out}");
}

#[test]
fn the_socket_is_its_owners_alone_and_goes_with_the_server() {
    let program = Program::new();
    let server = program.serve(&["serve"]);
    let socket = program.data().join("passband.sock");
    let mode = |path: &std::path::Path| {
        let file = std::fs::metadata(path).expect("there");
        file.permissions().mode() & 0o777
    };
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(&program.data()), 0o700);
    assert_eq!(server.stop("INT"), 0);
    assert!(!socket.exists());
}

#[test]
fn a_socket_that_a_dead_server_left_is_replaced() {
    let program = Program::new();
    program.call(&["user", "add", "you@example.com"]).ends(0);
    let socket = program.data().join("passband.sock");
    drop(UnixListener::bind(&socket).expect("binds"));
    assert!(socket.exists());
    // Nobody listens, so the command opens the folder itself.
    program.call(&["import", "--list"]).ends(0);
    let server = program.serve(&["serve"]);
    let doctor = program.call(&["doctor"]).ends(0);
    assert!(doctor.contains("reached through passband.sock"), "{doctor}");
    assert_eq!(server.stop("TERM"), 0);
}

#[test]
fn a_folder_with_a_long_path_is_served_too() {
    let program = Program::new();
    let data = program
        .home()
        .join("deep/".repeat(30))
        .display()
        .to_string();
    let server = program.serve(&["serve", "--data", &data]);
    let out = program.call(&["import", "--list", "--data", &data]).ends(0);
    assert!(out.contains("known-devices"), "{out}");
    assert_eq!(server.stop("TERM"), 0);
}

#[test]
fn what_is_no_command_is_answered_or_dropped_and_the_server_goes_on() {
    let program = Program::new();
    let server = program.serve(&["serve"]);
    let answer = |sent: &[u8]| {
        let mut stream =
            UnixStream::connect(program.data().join("passband.sock")).expect("connects");
        // The server may hang up before it has read all.
        let _ = stream.write_all(sent);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    assert!(answer(b"GET / HTTP/1.1\r\n\r\n").contains("server_of_another_version"));
    assert!(answer(br#"{"version":"99.0.0","command":"dance"}"#).contains("99.0.0"));
    assert_eq!(answer(b""), "");
    answer(&vec![b'x'; 1024 * 1024]);
    program.call(&["import", "--list"]).ends(0);
    assert_eq!(server.stop("TERM"), 0);
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let program = Program::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = taken.local_addr().expect("bound").port().to_string();
    for command in ["serve", "demo"] {
        let said = program.call(&[command, "--port", &port]);
        said.fails(
            69,
            &[&format!("port {port} of 127.0.0.1 is taken"), "--port"],
        );
    }
    // Nothing was begun for a server that could not start.
    assert!(!program.data().exists());
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let program = Program::new();
    let _server = program.serve(&["serve"]);
    program
        .call(&["serve", "--port", "0"])
        .fails(69, &["another Passband has it open"]);
}

#[test]
fn a_command_for_another_database_is_not_given_to_the_server() {
    let program = Program::new();
    let _server = program.serve(&["serve"]);
    let url = "postgres://user@db.example/passband";
    let said = program.call(&["import", "--list", "--postgres", url]);
    said.fails(78, &["another database", "--postgres"]);
}
