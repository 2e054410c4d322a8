//! What does Cargo know of this workspace?
//!
//! Reads `cargo metadata` and `Cargo.lock`; judges nothing.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// One crate of the workspace, as its `Cargo.toml` declares it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    pub description: String,
    pub licence: String,
    pub edition: String,
    pub rust_version: String,
    /// Whether a registry may take it. None of ours is published.
    pub is_published: bool,
    /// Names of the workspace's own crates that it depends on, in any way: normal, build or dev.
    pub ours: Vec<String>,
}

/// The workspace's crates, in the order of their names.
///
/// Errors: `cargo metadata` failed or answered in a shape that is not its own.
pub fn members() -> Result<Vec<Member>> {
    let text = shell::output(&mut shell::cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    members_of(&serde_json::from_str(&text).context("cargo metadata: no JSON")?)
}

fn members_of(metadata: &Value) -> Result<Vec<Member>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata: no packages")?;
    let mut members: Vec<Member> = packages.iter().map(member).collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

fn member(package: &Value) -> Member {
    let field = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
    let mut ours: Vec<String> = list(&package["dependencies"])
        .filter(|dependency| dependency["path"].is_string())
        .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
        .collect();
    ours.sort();
    ours.dedup();
    Member {
        name: field("name"),
        description: field("description"),
        licence: field("license"),
        edition: field("edition"),
        rust_version: field("rust_version"),
        // `publish = false` arrives as an empty list of registries.
        is_published: package["publish"]
            .as_array()
            .is_none_or(|registries| !registries.is_empty()),
        ours,
    }
}

/// The elements of a JSON array; of anything else, none.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// SHA-256 of each crate's archive, by name and version, from the text of a `Cargo.lock`.
pub fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            package.lines().find_map(|line| {
                let value = line
                    .strip_prefix(name)?
                    .strip_prefix(" = \"")?
                    .strip_suffix('"')?;
                Some(value.to_owned())
            })
        };
        if let (Some(name), Some(version), Some(sum)) =
            (field("name"), field("version"), field("checksum"))
        {
            found.insert((name, version), sum);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_crates_are_the_dependencies_with_a_path() {
        let metadata = serde_json::json!({ "packages": [{
            "name": "passband-trade", "license": "Apache-2.0", "publish": [],
            "dependencies": [
                { "name": "passband-gate", "path": "crates/gate", "kind": null },
                { "name": "passband-gate", "path": "crates/gate", "kind": "dev" },
                { "name": "serde", "kind": null },
            ],
        }, { "name": "other", "publish": null }]});
        let members = members_of(&metadata).unwrap();
        assert_eq!(members[1].ours, ["passband-gate"]);
        assert!(!members[1].is_published);
        assert!(
            members[0].is_published,
            "no word on publishing means anybody may"
        );
    }

    #[test]
    fn a_lock_file_gives_the_checksums_of_what_came_from_a_registry() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"ff\"\n\n\
                    [[package]]\nname = \"ours\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n";
        let sums = checksums(lock);
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[&("a".to_owned(), "1.0.0".to_owned())], "ff");
    }
}
