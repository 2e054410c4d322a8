//! Do settings come from where they should, and are wrong ones told with their place?

use crate::program::Program;

fn setting(
    program: &Program,
    args: &[&str],
    variables: &[(&str, &str)],
    name: &str,
) -> (String, String) {
    let said = program.call_with(&[&["doctor", "--json"], args].concat(), variables);
    let answer = said.json();
    let settings = answer["settings"].as_array().expect("a list");
    let found = settings
        .iter()
        .find(|one| one["name"] == name)
        .expect("named");
    let text = |key: &str| found[key].as_str().expect("a text").to_owned();
    (text("value"), text("from"))
}

#[test]
fn flags_go_before_the_environment_and_that_before_the_file() {
    let program = Program::new();
    let file = program.file(
        "own.toml",
        "# mine\nlisten = \"127.0.0.1:1\"\ndata = \"house\"\n",
    );
    let found =
        |args: &[&str], variables: &[(&str, &str)]| setting(&program, args, variables, "data");
    let home = program.home().display().to_string();
    assert_eq!(
        found(&[], &[]),
        (
            format!("{home}/.local/share/passband"),
            "default".to_owned()
        )
    );
    // A relative path in the file is from the file's folder.
    assert_eq!(
        found(&["--config", &file], &[]),
        (format!("{home}/house"), format!("{file}:3"))
    );
    let variables = [
        ("PASSBAND_DATA", "elsewhere"),
        ("PASSBAND_CONFIG", file.as_str()),
    ];
    assert_eq!(
        found(&[], &variables),
        (format!("{home}/elsewhere"), "PASSBAND_DATA".to_owned())
    );
    assert_eq!(
        found(&["--data", "there"], &variables),
        (format!("{home}/there"), "--data".to_owned())
    );
    assert_eq!(
        setting(&program, &[], &variables, "listen").1,
        format!("{file}:2")
    );
}

#[test]
fn the_file_of_the_home_is_read_if_it_is_there() {
    let program = Program::new();
    let file = program.file(".config/passband/config.toml", "https = true\n");
    assert_eq!(
        setting(&program, &[], &[], "https"),
        ("true".to_owned(), format!("{file}:1"))
    );
}

#[test]
fn every_fault_is_told_with_its_line_and_what_was_meant() {
    let program = Program::new();
    let text = "liste = \"127.0.0.1:1\"\nlisten = \"here\"\n\nconnections_max = 0\nhttps = [1]\n";
    let file = program.file("bad.toml", text);
    let said = program.call(&["--config", &file, "policy", "show", "us"]);
    said.fails(
        78,
        &[
            &format!("{file}:1: config.unknown (\"liste\"); did you mean listen?"),
            &format!("{file}:2: config.value"),
            &format!("{file}:4: config.value"),
            &format!("{file}:5: config.value"),
            "docs/guide/configuration.md",
        ],
    );
    let file = program.file("worse.toml", "listen = \n");
    let said = program.call(&["--config", &file, "serve"]);
    said.fails(78, &[&format!("{file}:1: config.form")]);
    let said = program.call_with(&["serve"], &[("PASSBAND_HTTPS", "perhaps")]);
    said.fails(78, &["PASSBAND_HTTPS: config.value", "true or false"]);
    let proxies = [
        ("PASSBAND_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PASSBAND_PROXY_HEADER", "x-real-ip"),
    ];
    let said = program.call_with(&["serve"], &proxies);
    said.fails(
        78,
        &[
            "PASSBAND_TRUSTED_PROXIES: config.value",
            "in zeros",
            "PASSBAND_PROXY_HEADER: config.value",
            "x-forwarded-for or forwarded",
        ],
    );
    program
        .call(&["--config", "none.toml", "serve"])
        .fails(78, &["none.toml"]);
}

#[test]
fn a_password_is_never_shown() {
    let program = Program::new();
    let url = "postgres://user:s3cret@db.example/passband?sslmode=disable";
    let said = program.call(&["doctor", "--postgres", url]);
    assert!(
        !said.out.contains("s3cret") && !said.err.contains("s3cret"),
        "{}{}",
        said.out,
        said.err
    );
    assert!(
        said.out.contains("postgres://***@db.example/passband"),
        "{}",
        said.out
    );
    let said = program.call(&[
        "listing",
        "list",
        "us",
        "--postgres",
        "mysql://user:s3cret@db",
    ]);
    assert!(!said.err.contains("s3cret"), "{}", said.err);
    said.fails(78, &["--postgres: config.value"]);
}

#[test]
fn a_variable_that_does_nothing_is_noticed() {
    let program = Program::new();
    let said = program.call_with(&["doctor"], &[("PASSBAND_LISTN", "127.0.0.1:1")]);
    assert!(
        said.out.contains("PASSBAND_LISTN is set and does nothing"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("did you mean PASSBAND_LISTEN"),
        "{}",
        said.out
    );
    said.ends(0);
}

#[test]
fn a_process_without_a_home_is_told_to_name_the_folder() {
    let program = Program::new();
    for command in ["serve", "demo"] {
        let said = program.call_with(&[command, "--port", "0"], &[("HOME", "")]);
        said.fails(78, &["HOME is not set", "--data"]);
    }
    let data = program.data().display().to_string();
    let args = ["user", "add", "you@example.com", "--data", &data];
    program.call_with(&args, &[("HOME", "")]).ends(0);
}

#[test]
fn a_mail_server_needs_a_sender_and_an_address_and_its_password_is_never_shown() {
    let program = Program::new();
    assert_eq!(
        setting(&program, &[], &[], "mail"),
        ("folder".to_owned(), "default".to_owned())
    );
    let server = ("PASSBAND_MAIL", "smtps://user:s3cret@mail.example");
    let whole = [
        server,
        ("PASSBAND_MAIL_FROM", "desk@shop.example"),
        ("PASSBAND_PUBLIC_URL", "https://shop.example"),
    ];
    let shown = setting(&program, &[], &whole, "mail");
    assert_eq!(shown.0, "smtps://***@mail.example");
    let said = program.call_with(&["doctor"], &[server]);
    assert!(!said.err.contains("s3cret"), "{}", said.err);
    said.fails(78, &["mail_from = ", "public_url = "]);
    let wrong = [
        ("PASSBAND_MAIL", "smtp://user:s3cret@mail.example?tls=none"),
        ("PASSBAND_MAIL_FROM", "A <a@b.example>"),
        ("PASSBAND_PUBLIC_URL", "shop.example"),
    ];
    let said = program.call_with(&["doctor"], &wrong);
    assert!(!said.err.contains("s3cret"), "{}", said.err);
    said.fails(
        78,
        &[
            "PASSBAND_MAIL: ",
            "PASSBAND_MAIL_FROM: ",
            "PASSBAND_PUBLIC_URL: ",
        ],
    );
}
