//! Does every link from one of our pages to another lead somewhere?
//!
//! Only files and folders of the tree are looked for. What is elsewhere is not fetched, and headings are
//! not matched.

use super::{Fault, SourceFile};

/// Faults of one Markdown file; `exists` answers for a path from the workspace's root.
pub fn faults(file: &SourceFile, exists: impl Fn(&str) -> bool) -> Vec<Fault> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut faults = Vec::new();
    for (at, target) in targets(&file.text) {
        let Some(path) = local(target) else { continue };
        let leads = resolve(folder, path).is_some_and(|path| path.is_empty() || exists(&path));
        if !leads {
            faults.push(Fault {
                place: format!("{}:{at}", file.path),
                rule: format!("a link that leads nowhere: {target}"),
                help: "write the path from this page to a file in the tree".to_owned(),
            });
        }
    }
    faults
}

/// Every link's target with its line, code left out: `](target)` and `[name]: target`.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        found.extend(inline(line).map(|target| (at + 1, target)));
        if let Some(target) = definition(line) {
            found.push((at + 1, target));
        }
    }
    found
}

fn inline(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(move |(at, open)| {
        // An odd number of backticks before it: inside a span of code.
        if line[..at].matches('`').count() % 2 == 1 {
            return None;
        }
        let target = line[at + open.len()..].split(')').next()?;
        target.split_whitespace().next()
    })
}

fn definition(line: &str) -> Option<&str> {
    let (name, target) = line.strip_prefix('[')?.split_once("]: ")?;
    if name.contains(']') || name.starts_with('^') {
        return None;
    }
    target.split_whitespace().next()
}

/// The path in a target that stays in the tree; `None` for an address, a mail or a place on the same page.
fn local(target: &str) -> Option<&str> {
    let target = target.trim_start_matches('<').trim_end_matches('>');
    let path = target.split('#').next()?;
    let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
    (!path.is_empty() && !is_elsewhere).then_some(path)
}

/// `path` as seen from `folder`, from the root; `None` if it leaves the tree.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let file = SourceFile {
            path: "docs/adr/README.md".to_owned(),
            text: text.to_owned(),
        };
        let tree = ["docs/adr/0001-a.md", "docs/adr", "README.md"];
        let faults = faults(&file, |path| tree.contains(&path));
        let found: Vec<&str> = faults.iter().map(|fault| fault.rule.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_link_to_a_file_of_the_tree_leads_there() {
        check(
            "[a](0001-a.md), [b](../../README.md#part), [c](./) and [d](#here)",
            &[],
        );
        check(
            "[mail](mailto:a@example.org) [far](https://example.org/x.md)",
            &[],
        );
        check("[name]: 0001-a.md\n", &[]);
        check("[titled](0001-a.md \"a title\") [angled](<0001-a.md>)", &[]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_a_fault() {
        check(
            "[a](0009-gone.md)",
            &["a link that leads nowhere: 0009-gone.md"],
        );
        check(
            "good [a](0001-a.md) bad [b](gone/)",
            &["a link that leads nowhere: gone/"],
        );
        check("[name]: gone.md\n", &["a link that leads nowhere: gone.md"]);
        check(
            "[out](../../../secret.md)",
            &["a link that leads nowhere: ../../../secret.md"],
        );
    }

    #[test]
    fn code_has_no_links() {
        check("```\n[a](gone.md)\n```\nand `[a](gone.md)`\n", &[]);
        check(
            "```\ncode\n```\n[a](gone.md)\n",
            &["a link that leads nowhere: gone.md"],
        );
    }
}
