//! What can the house do by itself? `cargo xtask` lists it, `cargo xtask NAME` does it.
//!
//! This file only reads the command line and orders the steps.
//! It knows no rule, no tool and no database: those are in the modules below, each of which may use
//! only the ones above it.

mod bench;
mod coverage;
mod deny;
mod night;
mod npm;
mod planted;
mod postgres;
mod report;
mod run;
mod sbom;
mod shell;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Passband's automation.

usage: cargo xtask COMMAND

  test               everything that CI runs: tools, fmt, clippy, house rules and tests with a
                     PostgreSQL of its own, docs, dependencies. About 20 minutes on a cold machine
  check              the fast part of it: fmt, clippy, house rules
  tidy               the house rules alone, in a second
  deny               licences, bans, sources and, where its database can be had, advisories
  pg                 start a PostgreSQL for hand work, print its URL, stop it on Ctrl-C
  bench NAME [DATE]  measure, and write docs/bench/NAME.md and NAME.json
                     DATE as 2026-01-31; today's when left out
  night NAME         long runs that no change waits for
  sbom [FILE]        CycloneDX 1.5 of the shipped executable, to FILE or to standard output

A single crate while you work: cargo test -p passband-gate
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match command(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(words: &[&str]) -> Result<ExitCode> {
    match words {
        [] | ["help" | "-h" | "--help"] => {
            print!("{HELP}\n{}", bench::known());
            print!("{}", night::known());
            Ok(ExitCode::SUCCESS)
        }
        ["test"] => run::test(),
        ["check"] => run::check(),
        ["tidy"] => run::tidy(),
        ["deny"] => run::deny(),
        ["pg"] => run::pg(),
        ["bench", name] => bench::run(name, None),
        ["bench", name, date] => bench::run(name, Some(date)),
        ["bench"] => bail!("bench: which one?\n{}", bench::known()),
        ["night", name, parts @ ..] => night::run(name, parts),
        ["night"] => bail!("night: which one?\n{}", night::known()),
        ["sbom"] => sbom::write(None),
        ["sbom", file] => sbom::write(Some(file)),
        [postgres::GUARD] => postgres::guard(),
        _ => bail!(
            "`cargo xtask {}` is not a command\nhelp: `cargo xtask` lists them",
            words.join(" ")
        ),
    }
}
