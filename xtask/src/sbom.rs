//! What is inside the shipped executable? A CycloneDX 1.5 document from Cargo's own answer.
//!
//! Only what is built into `passband` or builds it, for this machine's platform. The document carries no
//! time and no random number: the same tree gives the same bytes.
//! Source: CycloneDX 1.5 JSON schema; package URLs of type `cargo`; SPDX licence expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::shell;
use crate::workspace::{checksums, list};

/// The package whose parts are listed.
const SHIPPED: &str = "passband";

/// Writes the document to `file`, or to standard output.
///
/// Errors: Cargo did not answer, or the file cannot be written.
pub fn write(file: Option<&str>) -> Result<ExitCode> {
    let platform = platform(&shell::output(shell::command("rustc").arg("-vV"))?)?;
    let mut cargo = shell::cargo(&[
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
    ]);
    let metadata = shell::output(cargo.arg(platform))?;
    let metadata = serde_json::from_str(&metadata).context("cargo metadata: no JSON")?;
    let lock =
        fs::read_to_string(shell::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let text = serde_json::to_string_pretty(&document(&metadata, &checksums(&lock))?)?;
    match file {
        Some(file) => {
            fs::write(file, text + "\n").with_context(|| format!("cannot write {file}"))?;
        }
        None => writeln!(std::io::stdout(), "{text}").context("cannot write the document")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn platform(rustc: &str) -> Result<String> {
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

fn document(metadata: &Value, sums: &BTreeMap<(String, String), String>) -> Result<Value> {
    let packages: BTreeMap<&str, &Value> = list(&metadata["packages"])
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let graph: BTreeMap<&str, Vec<&str>> = list(&metadata["resolve"]["nodes"])
        .filter_map(|node| Some((node["id"].as_str()?, shipped(node))))
        .collect();
    let root = packages
        .iter()
        .find(|(_, package)| package["name"] == SHIPPED);
    let (root, package) = root.with_context(|| format!("cargo metadata: no package {SHIPPED}"))?;
    let parts = reachable(root, &graph);
    let mut dependencies = Vec::new();
    let mut components = Vec::new();
    for id in &parts {
        let Some(package) = packages.get(id) else {
            continue;
        };
        let mut on: Vec<String> = graph
            .get(id)
            .into_iter()
            .flatten()
            .filter_map(|id| Some(purl(packages.get(id)?)))
            .collect();
        on.sort();
        dependencies.push(json!({ "ref": purl(package), "dependsOn": on }));
        if id != root {
            components.push(component("library", package, sums));
        }
    }
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component("application", package, sums) },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// The packages that a node needs to be built; what only its tests need is left out.
fn shipped(node: &Value) -> Vec<&str> {
    list(&node["deps"])
        .filter(|dependency| list(&dependency["dep_kinds"]).any(|kind| kind["kind"] != "dev"))
        .filter_map(|dependency| dependency["pkg"].as_str())
        .collect()
}

fn reachable<'a>(root: &'a str, graph: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(graph.get(id).into_iter().flatten());
        }
    }
    seen
}

fn text<'a>(package: &'a Value, field: &str) -> &'a str {
    package[field].as_str().unwrap_or_default()
}

/// Shape: `pkg:cargo/NAME@VERSION`.
fn purl(package: &Value) -> String {
    format!(
        "pkg:cargo/{}@{}",
        text(package, "name"),
        text(package, "version")
    )
}

fn component(kind: &str, package: &Value, sums: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let mut component = Map::new();
    let mut set = |key: &str, value: Value| component.insert(key.to_owned(), value);
    set("type", json!(kind));
    set("bom-ref", json!(purl(package)));
    set("name", json!(name));
    set("version", json!(version));
    if let Some(description) = package["description"].as_str() {
        set(
            "description",
            json!(description.split_whitespace().collect::<Vec<_>>().join(" ")),
        );
    }
    if let Some(licence) = package["license"].as_str() {
        // Cargo once allowed a slash where SPDX says OR.
        set(
            "licenses",
            json!([{ "expression": licence.replace('/', " OR ") }]),
        );
    }
    if let Some(sum) = sums.get(&(name.to_owned(), version.to_owned())) {
        set("hashes", json!([{ "alg": "SHA-256", "content": sum }]));
    }
    set("purl", json!(purl(package)));
    if let Some(repository) = package["repository"].as_str() {
        set(
            "externalReferences",
            json!([{ "type": "vcs", "url": repository }]),
        );
    }
    Value::Object(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, licence: &str| json!({ "id": name, "name": name, "version": "1.0.0", "license": licence });
        let needs =
            |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        json!({
            "packages": [
                package("passband", "Apache-2.0"), package("used", "MIT/Apache-2.0"), package("builds", "MIT"),
                package("tests", "MIT"), package("deep", "MIT"), package("elsewhere", "MIT"),
            ],
            "resolve": { "nodes": [
                { "id": "passband", "deps": [
                    needs("used", Value::Null), needs("builds", json!("build")), needs("tests", json!("dev")),
                ]},
                { "id": "used", "deps": [needs("deep", Value::Null), needs("passband", json!("dev"))] },
                { "id": "builds", "deps": [] }, { "id": "deep", "deps": [] },
                { "id": "tests", "deps": [needs("elsewhere", Value::Null)] },
            ]},
        })
    }

    #[test]
    fn what_is_shipped_is_listed_and_what_only_tests_need_is_not() {
        let document = document(&metadata(), &BTreeMap::new()).unwrap();
        let names: Vec<&str> = list(&document["components"])
            .map(|part| text(part, "name"))
            .collect();
        assert_eq!(names, ["builds", "deep", "used"]);
        let passband =
            list(&document["dependencies"]).find(|row| row["ref"] == "pkg:cargo/passband@1.0.0");
        let expected = json!(["pkg:cargo/builds@1.0.0", "pkg:cargo/used@1.0.0"]);
        assert_eq!(passband.unwrap()["dependsOn"], expected);
    }

    #[test]
    fn a_part_carries_its_licence_and_its_checksum() {
        let sums = BTreeMap::from([(("used".to_owned(), "1.0.0".to_owned()), "ff00".to_owned())]);
        let document = document(&metadata(), &sums).unwrap();
        let used = list(&document["components"])
            .find(|part| part["name"] == "used")
            .unwrap();
        assert_eq!(
            used["licenses"],
            json!([{ "expression": "MIT OR Apache-2.0" }])
        );
        assert_eq!(
            used["hashes"],
            json!([{ "alg": "SHA-256", "content": "ff00" }])
        );
        let deep = list(&document["components"])
            .find(|part| part["name"] == "deep")
            .unwrap();
        assert!(
            deep.get("hashes").is_none(),
            "no checksum is better than a made-up one"
        );
    }

    #[test]
    fn a_tree_without_the_executable_has_no_document() {
        assert!(document(&json!({ "packages": [] }), &BTreeMap::new()).is_err());
    }
}
