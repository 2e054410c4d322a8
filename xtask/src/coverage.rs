//! Which branches of the gate does no test of its own go?
//!
//! Built apart under target/coverage, with the compiler's own instrumentation. Branches are counted by an option that
//! the stable compiler keeps for itself so far, and so is told to take. Knows no test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::report::Outcome;
use crate::shell;

const PACKAGE: &str = "passband-gate";
const SOURCES: &str = "crates/gate/src";

/// Tries the gate's tests and says which branches none of them goes.
///
/// Errors: a test fails, or the compiler's tools are not there.
pub fn run() -> Result<Outcome> {
    let folder = shell::root().join("target/coverage");
    let raw = folder.join("raw");
    if raw.exists() {
        fs::remove_dir_all(&raw).context("cannot empty target/coverage/raw")?;
    }
    let built = shell::output(told(
        &mut shell::cargo(&["test", "-p", PACKAGE, "--no-run", "--message-format=json"]),
        &folder,
    ))?;
    let tests = executables(&built);
    if tests.is_empty() {
        bail!("no test of {PACKAGE} was built");
    }
    for test in &tests {
        shell::must(told(&mut shell::command(test), &folder))?;
    }
    let profile = folder.join("gate.profdata");
    let mut merge = shell::command(tool("llvm-profdata")?);
    merge.args(["merge", "-sparse", "-o"]).arg(&profile);
    for entry in fs::read_dir(&raw).context("the tests left no counts")? {
        merge.arg(entry?.path());
    }
    shell::output(&mut merge)?;
    let mut export = shell::command(tool("llvm-cov")?);
    export.args(["export", "--format=lcov"]);
    for test in &tests {
        export.arg("--object").arg(test);
    }
    export.arg("--instr-profile").arg(&profile);
    export.args(["--sources", SOURCES]);
    let gone = branches(&shell::output(&mut export)?);
    let (mut all, mut missed) = (0, 0);
    for ((file, line), sides) in &gone {
        let not_gone = sides.iter().filter(|times| **times == 0).count();
        (all, missed) = (all + sides.len(), missed + not_gone);
        if not_gone > 0 {
            println!(
                "{file}:{line}: {not_gone} of {} not gone: {}",
                sides.len(),
                text_of(file, *line)
            );
        }
    }
    println!("reached {} of {all} branches", all - missed);
    if missed == 0 {
        Ok(Outcome::Passed)
    } else {
        Ok(Outcome::Failed(format!(
            "{missed} of {all} branches are gone by no test of {PACKAGE}"
        )))
    }
}

fn told<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    command
        .env("CARGO_TARGET_DIR", folder)
        .env("LLVM_PROFILE_FILE", folder.join("raw/%p-%m.profraw"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "RUSTFLAGS",
            "-C instrument-coverage -Z coverage-options=branch",
        )
}

/// The test programs that Cargo says it built.
fn executables(messages: &str) -> Vec<PathBuf> {
    let messages = messages.lines();
    messages
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["profile"]["test"] == true)
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .collect()
}

/// One of the compiler's tools.
fn tool(name: &str) -> Result<PathBuf> {
    let mut rustc = shell::command("rustc");
    let version = shell::output(rustc.arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let mut rustc = shell::command("rustc");
    let root = shell::output(rustc.args(["--print", "sysroot"]))?;
    let folder = Path::new(root.trim()).join("lib/rustlib");
    let tool = folder
        .join(host.context("rustc names no host")?)
        .join("bin")
        .join(name);
    if !tool.is_file() {
        bail!("no {name} here\nhelp: rustup component add llvm-tools");
    }
    Ok(tool)
}

/// Per file and line, how often each side of each branch was gone; of generic code the most of any instance.
fn branches(lcov: &str) -> BTreeMap<(String, u32), Vec<u64>> {
    let mut file = "";
    let mut sides: BTreeMap<(String, u32, &str, &str), u64> = BTreeMap::new();
    for line in lcov.lines() {
        if let Some(name) = line.strip_prefix("SF:") {
            file = name.find(SOURCES).map_or(name, |at| &name[at..]);
        } else if let Some(branch) = line.strip_prefix("BRDA:") {
            let fields: Vec<&str> = branch.split(',').collect();
            if let [number, block, side, times] = fields.as_slice()
                && let Ok(number) = number.parse()
            {
                let key = (file.to_owned(), number, *block, *side);
                let known = sides.entry(key).or_default();
                *known = (*known).max(times.parse().unwrap_or(0));
            }
        }
    }
    let mut lines: BTreeMap<(String, u32), Vec<u64>> = BTreeMap::new();
    for ((file, line, _, _), times) in sides {
        lines.entry((file, line)).or_default().push(times);
    }
    lines
}

fn text_of(file: &str, line: u32) -> String {
    let text = fs::read_to_string(shell::root().join(file)).unwrap_or_default();
    let at = usize::try_from(line).unwrap_or(usize::MAX);
    let found = text.lines().nth(at.saturating_sub(1));
    found.unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_that_any_instance_goes_is_gone() {
        let lcov = "SF:/somewhere/crates/gate/src/fit.rs\nBRDA:7,0,0,3\nBRDA:7,0,1,-\nBRDA:7,0,1,2\nBRDA:9,0,0,0\n\
                    BRDA:9,0,1,4\nend_of_record\n";
        let found = branches(lcov);
        let expected = [
            (("crates/gate/src/fit.rs".to_owned(), 7), vec![3, 2]),
            (("crates/gate/src/fit.rs".to_owned(), 9), vec![0, 4]),
        ];
        assert_eq!(found, expected.into());
    }

    #[test]
    fn only_test_programs_are_run() {
        let messages = r#"{"executable":"/a/it-1","profile":{"test":true}}
{"executable":"/a/other","profile":{"test":false}}
{"executable":null,"profile":{"test":true}}
no json"#;
        assert_eq!(executables(messages), [PathBuf::from("/a/it-1")]);
    }
}
