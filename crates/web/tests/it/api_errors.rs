//! Is each error code explained, with the status, title and help that answers carry?

use std::collections::BTreeMap;

use trade::Code;
use web::{Problem, WebCode};

const PAGE: &str = include_str!("../../../../docs/errors/README.md");
/// What each section says, in this order.
const PARTS: [&str; 4] = [
    "- **Means:** ",
    "- **Client:** ",
    "- **Operator:** ",
    "- **Support:** ",
];

/// Headings of the page with the lines below them.
fn sections(page: &str) -> BTreeMap<&str, Vec<&str>> {
    let sections = page.split("\n## ").skip(1);
    sections
        .map(|section| {
            let mut lines = section.lines();
            let heading = lines.next().unwrap_or_default();
            (heading, lines.filter(|line| !line.is_empty()).collect())
        })
        .collect()
}

/// Every code with the line that its section begins with.
fn codes() -> BTreeMap<&'static str, String> {
    let of_trade = Code::ALL.iter().map(|code| Problem::of(*code, "x"));
    let of_web = WebCode::ALL.iter().map(|code| Problem::web(*code, "x"));
    of_trade
        .chain(of_web)
        .map(|problem| {
            let line = format!(
                "{} · {} · {}",
                problem.status.as_u16(),
                problem.title,
                problem.help
            );
            (problem.code, line)
        })
        .collect()
}

/// What is wrong between a page and the codes.
fn faults(page: &str) -> Vec<String> {
    let (sections, codes) = (sections(page), codes());
    let mut faults = Vec::new();
    for (code, line) in &codes {
        match sections.get(code) {
            None => faults.push(format!("{code} has no section")),
            Some(lines) if lines.first() != Some(&line.as_str()) => {
                faults.push(format!("{code} does not begin with {line:?}"));
            }
            Some(lines) => {
                let says = |(part, line): (&&str, &&str)| {
                    line.starts_with(*part) && line.len() > part.len() + 5
                };
                let is_whole =
                    lines.len() == 1 + PARTS.len() && PARTS.iter().zip(&lines[1..]).all(says);
                if !is_whole {
                    faults.push(format!("{code} does not say what each does"));
                }
            }
        }
    }
    for heading in sections.keys() {
        if !codes.contains_key(heading) {
            faults.push(format!("section {heading} is of no code"));
        }
    }
    faults
}

#[test]
fn each_code_has_its_section_and_no_section_is_orphaned() {
    let faults = faults(PAGE);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(codes().len(), Code::ALL.len() + WebCode::ALL.len());
}

#[test]
fn a_page_that_differs_is_found_out() {
    let cases = [
        ("## busy\n", "## buzzy\n", 2),
        ("503 · Too much at once", "500 · Too much at once", 1),
        ("· try again in a moment", "· try again", 1),
        ("- **Support:** nothing was lost", "- nothing was lost", 1),
    ];
    for (from, to, expected) in cases {
        assert!(PAGE.contains(from), "{from:?} is not on the page");
        let faults = faults(&PAGE.replacen(from, to, 1));
        assert_eq!(faults.len(), expected, "{from:?}: {faults:?}");
    }
}
