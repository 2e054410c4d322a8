//! Which steps make up `test`, `check`, `deny` and `pg`, and in which order?
//!
//! Every Cargo step uses the dev profile, the default features and the whole workspace, so that nothing
//! is built twice for want of one flag. What a step does is in the modules above.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::report::{Outcome, Report};
use crate::{deny, npm, postgres, shell, tidy, tools};

/// Everything that CI runs.
pub fn test() -> Result<ExitCode> {
    let mut report = Report::default();
    report.step("tools", tools::provide);
    report.step("fmt", fmt);
    report.step("clippy", clippy);
    report.step("house rules", house_rules);
    let mut server = None;
    report.step("postgres", || {
        let started = postgres::Server::start()?;
        println!("{}", started.url());
        server = Some(started);
        Ok(Outcome::Passed)
    });
    report.step("tests", || cargo_test(server.as_ref()));
    drop(server);
    report.step("docs", docs);
    report.step("deny", deny::check);
    report.step("advisories", deny::advisories);
    Ok(report.close())
}

/// The fast part of it.
pub fn check() -> Result<ExitCode> {
    let mut report = Report::default();
    report.step("fmt", fmt);
    report.step("clippy", clippy);
    report.step("house rules", house_rules);
    Ok(report.close())
}

/// The house rules alone.
pub fn tidy() -> Result<ExitCode> {
    let mut report = Report::default();
    report.step("house rules", house_rules);
    Ok(report.close())
}

/// What cargo-deny says.
pub fn deny() -> Result<ExitCode> {
    let mut report = Report::default();
    report.step("tools", || deny::provide().map(|_| Outcome::Passed));
    report.step("deny", deny::check);
    report.step("advisories", deny::advisories);
    Ok(report.close())
}

/// A PostgreSQL for hand work, until this process ends.
pub fn pg() -> Result<ExitCode> {
    let mut server = postgres::Server::start()?;
    println!("{}", server.url());
    println!(
        "for the tests: export PASSBAND_TEST_POSTGRES={}",
        server.url()
    );
    println!("Ctrl-C stops it and throws its data away");
    server.wait()?;
    Ok(ExitCode::SUCCESS)
}

fn passed(command: &mut Command) -> Result<Outcome> {
    shell::must(command)?;
    Ok(Outcome::Passed)
}

fn fmt() -> Result<Outcome> {
    passed(&mut shell::cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Outcome> {
    passed(&mut shell::cargo(&[
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn house_rules() -> Result<Outcome> {
    let faults = tidy::faults()?;
    for fault in &faults {
        println!("{fault}");
    }
    if faults.is_empty() {
        Ok(Outcome::Passed)
    } else {
        Ok(Outcome::Failed(format!("{} faults", faults.len())))
    }
}

/// Plain `cargo test`, told where the things outside are that some tests need.
fn cargo_test(server: Option<&postgres::Server>) -> Result<Outcome> {
    let mut cargo = shell::cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]);
    match server {
        Some(server) => {
            cargo.env("PASSBAND_TEST_POSTGRES", server.url());
        }
        None => println!("no PostgreSQL: the tests that need it will say that they were skipped"),
    }
    match tools::chromium() {
        Some(chromium) => {
            cargo.env("PASSBAND_CHROMIUM", chromium);
        }
        None => println!("no Chromium: the tests that need it will say that they were skipped"),
    }
    tell_checkers(&mut cargo);
    match shell::shared() {
        Some(shared) => {
            cargo.env("PASSBAND_SHARED", shared);
        }
        None => println!("no ../shared: the tests on its files will say that they were skipped"),
    }
    passed(&mut cargo)
}

/// Tells the tests where the checkers of pages are.
pub fn tell_checkers(cargo: &mut Command) {
    for checker in &npm::CHECKERS {
        let name = checker.name;
        match checker.provide() {
            Ok(Some(file)) => {
                cargo.env(checker.variable, file);
            }
            Ok(None) => println!("no npm: what is checked by {name} will say that it was skipped"),
            Err(error) => println!("no {name}: {error:#}; its part of the tests will be skipped"),
        }
    }
}

fn docs() -> Result<Outcome> {
    let mut cargo = shell::cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
    passed(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}
