//! Does each file keep its size, its opening and its words?
//!
//! Rust is read line by line, as `cargo fmt` leaves it; a parser would say little more.

use super::{Fault, SourceFile};

/// Lines of a Rust file. Most stay under 300; this is the fence, not the aim.
const FILE_LINES_MAX: usize = 800;

/// Lines of a function, its braces included. A screen holds about 70; this is the fence, not the aim.
const FUNCTION_LINES_MAX: usize = 120;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &[
    "common", "helpers", "manager", "misc", "prelude", "service", "utils",
];

/// Crates that think: facts in, answers out. They read no file, no clock, no network.
const PURE: &[&str] = &[
    "crates/domain/src/",
    "crates/gate/src/",
    "crates/catalogue/src/",
    "crates/rating/src/",
    "crates/record/src/",
];

/// What a pure crate may not reach for.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time::SystemTime",
    "tokio::",
];

/// Folders of the machines that this was built on. Written in two parts, so that this file keeps its own rule.
const MACHINE_FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
    concat!("/ro", "ot/"),
];

pub fn faults(file: &SourceFile) -> Vec<Fault> {
    let mut faults = machine_folders(file);
    let is_generated = file.path.split('/').any(|part| part == "generated");
    if file.path.ends_with(".rs") && !is_generated {
        faults.extend(file_length(file));
        faults.extend(function_length(file));
        faults.extend(opening(file));
        faults.extend(name(file));
        faults.extend(test_binary(file));
        faults.extend(purity(file));
    }
    faults
}

fn fault(place: String, rule: String, help: &str) -> Fault {
    Fault {
        place,
        rule,
        help: help.to_owned(),
    }
}

fn machine_folders(file: &SourceFile) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, line) in numbered(&file.text) {
        for folder in MACHINE_FOLDERS
            .iter()
            .filter(|folder| starts_a_path(line, folder))
        {
            faults.push(fault(
                format!("{}:{at}", file.path),
                format!("names a folder of one machine, {folder}"),
                "write a path from the workspace's root, or take it as an argument",
            ));
        }
    }
    faults
}

/// Whether `folder` stands in the line as the beginning of a path, and not inside a longer one or a URL.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~}/*".contains(c))
    })
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}

fn file_length(file: &SourceFile) -> Option<Fault> {
    let lines = file.text.lines().count();
    (lines > FILE_LINES_MAX).then(|| {
        fault(
            file.path.clone(),
            format!("{lines} lines; at most {FILE_LINES_MAX}"),
            "a file is one idea: split it by idea, tests to <name>/tests.rs",
        )
    })
}

fn function_length(file: &SourceFile) -> Vec<Fault> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut faults = Vec::new();
    for at in (0..lines.len()).filter(|&at| opens_a_function(lines[at])) {
        let Some(length) = function_lines(&lines[at..]) else {
            continue;
        };
        if length > FUNCTION_LINES_MAX {
            faults.push(fault(
                format!("{}:{}", file.path, at + 1),
                format!("a function of {length} lines; at most {FUNCTION_LINES_MAX}"),
                "a function fits a screen: keep the branching, move loops and arithmetic to leaves",
            ));
        }
    }
    faults
}

/// How many lines a function has whose first line is the first of `lines`; `None` if it has no body.
///
/// Relies on rustfmt: the closing brace stands alone at the indent of the first line.
fn function_lines(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?;
    let indent = &first[..first.len() - first.trim_start().len()];
    let close = format!("{indent}}}");
    let no_body = format!("{indent})");
    for (at, line) in lines.iter().enumerate().skip(1) {
        if *line == close {
            return Some(at + 1);
        }
        if line.starts_with(&no_body) && line.ends_with(';') {
            return None;
        }
    }
    None
}

fn opens_a_function(line: &str) -> bool {
    // A signature that ends on its own line has no body (a trait's), or a body of one line.
    if line.trim_end().ends_with([';', '}']) {
        return false;
    }
    let mut words = line.split_whitespace();
    loop {
        match words.next() {
            Some("fn") => return true,
            Some("async" | "const" | "pub" | "extern") => {}
            Some(word) if word.starts_with("pub(") => {}
            _ => return false,
        }
    }
}

fn opening(file: &SourceFile) -> Option<Fault> {
    let is_source = file.path.split('/').any(|part| part == "src");
    (is_source && !file.text.trim_start().starts_with("//!")).then(|| {
        fault(
            file.path.clone(),
            "does not begin with //!".to_owned(),
            "say what question this file answers, and what it refuses to know",
        )
    })
}

fn name(file: &SourceFile) -> Option<Fault> {
    let stem = file.path.rsplit('/').next()?.strip_suffix(".rs")?;
    EMPTY_NAMES.contains(&stem).then(|| {
        fault(
            file.path.clone(),
            format!("`{stem}` says nothing of what is inside"),
            "name it after its idea",
        )
    })
}

/// One test binary per crate: each further one is linked anew on every build.
fn test_binary(file: &SourceFile) -> Option<Fault> {
    let (krate, inside) = file.path.rsplit_once("/tests/")?;
    let is_binary = !inside.contains('/') && !krate.contains("/src");
    is_binary.then(|| {
        fault(
            file.path.clone(),
            "a second test binary".to_owned(),
            "make it a module of tests/it/main.rs",
        )
    })
}

fn purity(file: &SourceFile) -> Vec<Fault> {
    let is_test = file.path.ends_with("/tests.rs");
    if is_test || !PURE.iter().any(|folder| file.path.starts_with(folder)) {
        return Vec::new();
    }
    numbered(&file.text)
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(at, line)| {
            let reach = IMPURE.iter().find(|reach| line.contains(**reach))?;
            Some(fault(
                format!("{}:{at}", file.path),
                format!("a pure crate reaches for {reach}"),
                "take what it needs as an argument; I/O belongs to floor 2",
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[(&str, &str)]) {
        let file = SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let faults = faults(&file);
        let found: Vec<(&str, &str)> = faults
            .iter()
            .map(|fault| (fault.place.as_str(), fault.rule.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_long_file_is_refused_unless_it_is_generated() {
        let text = format!("//! Long.\n{}", "// a line\n".repeat(FILE_LINES_MAX));
        check(
            "crates/web/src/a.rs",
            &text,
            &[("crates/web/src/a.rs", "801 lines; at most 800")],
        );
        check("crates/web/src/generated/a.rs", &text, &[]);
        check(
            "crates/web/src/a.rs",
            &text.replacen("// a line\n", "", 1),
            &[],
        );
    }

    #[test]
    fn a_long_function_is_refused_where_it_begins() {
        let body = |lines: usize| "        work();\n".repeat(lines);
        let text = |lines| {
            format!(
                "//! A.\nimpl A {{\n    pub(crate) async fn long(&self) {{\n{}    }}\n}}\n",
                body(lines)
            )
        };
        check(
            "xtask/src/a.rs",
            &text(FUNCTION_LINES_MAX - 1),
            &[("xtask/src/a.rs:3", "a function of 121 lines; at most 120")],
        );
        check("xtask/src/a.rs", &text(FUNCTION_LINES_MAX - 2), &[]);
    }

    #[test]
    fn what_has_no_body_of_its_own_is_not_measured() {
        for line in [
            "    fn read(&self) -> u8;",
            "fn main() {}",
            "let f = fn_name(",
            "// fn old() {",
        ] {
            assert!(!opens_a_function(line), "{line}");
        }
        assert!(opens_a_function("    pub const fn of("));
        let declared = [
            "    fn a(",
            "        b: u8,",
            "    ) -> u8;",
            "    fn c() {",
            "    }",
        ];
        assert_eq!(function_lines(&declared), None);
        assert_eq!(function_lines(&declared[3..]), Some(2));
    }

    #[test]
    fn a_source_file_begins_by_saying_what_it_is_for() {
        check(
            "crates/web/src/a.rs",
            "",
            &[("crates/web/src/a.rs", "does not begin with //!")],
        );
        check(
            "crates/web/src/a.rs",
            "use a;\n//! Late.\n",
            &[("crates/web/src/a.rs", "does not begin with //!")],
        );
        check("crates/web/tests/it/a.rs", "use a;\n", &[]);
    }

    #[test]
    fn a_folder_of_one_machine_is_named_nowhere() {
        for folder in MACHINE_FOLDERS {
            let rule = format!("names a folder of one machine, {folder}");
            let text = format!("First.\nSee `{folder}main`.\n");
            check("docs/a.md", &text, &[("docs/a.md:2", &rule)]);
            // The same letters inside an address or a longer path name no machine.
            check(
                "docs/a.md",
                &format!("https://example.org{folder}1 and docs{folder}a\n"),
                &[],
            );
        }
    }

    #[test]
    fn an_empty_name_is_refused() {
        let rule = "`utils` says nothing of what is inside";
        check(
            "crates/web/src/utils.rs",
            "//! Things.\n",
            &[("crates/web/src/utils.rs", rule)],
        );
    }

    #[test]
    fn a_crate_has_one_test_binary() {
        let path = "crates/web/tests/cart.rs";
        check(path, "//! Carts.\n", &[(path, "a second test binary")]);
        check("crates/web/tests/it/cart.rs", "//! Carts.\n", &[]);
        check("crates/web/src/page/tests.rs", "//! Tests.\n", &[]);
    }

    #[test]
    fn a_pure_crate_reaches_for_nothing_outside_its_tests() {
        let text =
            "//! A. Not std::fs.\nuse std::fs;\n#[cfg(test)]\nmod tests {\n    use std::net;\n}\n";
        check(
            "crates/gate/src/a.rs",
            text,
            &[("crates/gate/src/a.rs:2", "a pure crate reaches for std::fs")],
        );
        check("crates/store/src/a.rs", text, &[]);
    }
}
