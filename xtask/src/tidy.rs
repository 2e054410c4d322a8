//! Does the tree keep the house rules?
//!
//! A rule is a function from data to faults, so that each can be shown to fail on planted data.
//! This file gathers the data, once: what Cargo declares, and the text of every file that is or would be
//! committed. The rules are in the files below; what clippy or cargo-deny can say is left to them.

mod crates;
mod links;
mod sources;

use std::fmt;
use std::path::Path;

use anyhow::Result;

use crate::{shell, workspace};

/// One broken rule: where, which rule, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A path from the workspace's root, with the line after a colon where there is one, or a crate's name.
    pub place: String,
    pub rule: String,
    pub help: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    help: {}", self.place, self.rule, self.help)
    }
}

/// A text file of the tree.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// From the workspace's root, with `/`.
    pub path: String,
    pub text: String,
}

/// Every fault in this tree.
///
/// Errors: Cargo or git did not answer. A tree without git cannot say which files belong to it.
pub fn faults() -> Result<Vec<Fault>> {
    let files = files()?;
    let mut faults = crates::faults(&workspace::members()?);
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.map_or("", |file| file.text.as_str())
    };
    faults.extend(crates::undecided(
        text("Cargo.toml"),
        text(crates::DEPENDENCIES_PAGE),
    ));
    for file in &files {
        faults.extend(sources::faults(file));
        faults.extend(links::faults(file, |path| {
            shell::root().join(path).exists()
        }));
    }
    Ok(faults)
}

/// Every text file that is committed or would be.
fn files() -> Result<Vec<SourceFile>> {
    let mut git = shell::command("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let listed = shell::output(&mut git)?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // Deleted but still in the index, or a picture: neither has text to judge.
        if let Ok(text) = std::fs::read_to_string(shell::root().join(Path::new(path))) {
            files.push(SourceFile {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_keeps_the_house_rules() {
        let faults = faults().unwrap();
        let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(
            faults.is_empty(),
            "{} faults\n{}",
            faults.len(),
            shown.join("\n")
        );
    }

    #[test]
    fn the_files_judged_are_those_of_the_tree() {
        let files = files().unwrap();
        assert!(files.iter().any(|file| file.path == "xtask/src/tidy.rs"));
        assert!(!files.iter().any(|file| file.path.starts_with("target/")));
    }
}
