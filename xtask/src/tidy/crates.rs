//! Which crate may import which, and what must each say of itself?
//!
//! The table is the decision of docs/adr/0002-floors.md; dev-dependencies count like any other.

use super::Fault;
use crate::workspace::Member;

/// Which of the workspace's crates each may depend on. An edge that is not here is a fault.
const EDGES: &[(&str, &[&str])] = &[
    // Floor 0
    ("passband-domain", &[]),
    // Floor 1: pure, no siblings.
    ("passband-gate", &["passband-domain"]),
    ("passband-catalogue", &["passband-domain"]),
    ("passband-rating", &["passband-domain"]),
    ("passband-record", &[]),
    // Floor 2: the outside world, no siblings.
    ("passband-store", &["passband-domain"]),
    ("passband-feeds", &["passband-catalogue", "passband-domain"]),
    ("passband-outside", &["passband-domain"]),
    // Floor 3: the only place where floors meet.
    (
        "passband-trade",
        &[
            "passband-catalogue",
            "passband-domain",
            "passband-feeds",
            "passband-gate",
            "passband-outside",
            "passband-rating",
            "passband-record",
            "passband-store",
        ],
    ),
    // Floor 4; what the story plays is what the tests of the pages look at.
    ("passband-story", &["passband-domain", "passband-trade"]),
    (
        "passband-web",
        &["passband-domain", "passband-story", "passband-trade"],
    ),
    // Floor 5; the store only to open and migrate it.
    (
        "passband",
        &[
            "passband-domain",
            "passband-store",
            "passband-story",
            "passband-trade",
            "passband-web",
        ],
    ),
];

/// Crates that stand outside the floors, and whether they may depend on the others.
const OUTSIDE_THE_FLOORS: &[(&str, bool)] = &[("acceptance", true), ("xtask", false)];

/// Says why each crate of others is here.
pub const DEPENDENCIES_PAGE: &str = "docs/adr/0003-dependencies.md";

const LICENCE: &str = "Apache-2.0";
const EDITION: &str = "2024";

pub fn faults(members: &[Member]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for member in members {
        edges(member, &mut faults);
        metadata(member, &mut faults);
    }
    faults
}

fn edges(member: &Member, faults: &mut Vec<Fault>) {
    let place = &member.name;
    let row = EDGES.iter().find(|(name, _)| name == place);
    let stands_outside = OUTSIDE_THE_FLOORS.iter().find(|(name, _)| name == place);
    let allowed: &[&str] = match (row, stands_outside) {
        (Some((_, allowed)), _) => allowed,
        (None, Some((_, true))) => return,
        (None, Some((_, false))) => &[],
        (None, None) => {
            faults.push(Fault {
                place: place.clone(),
                rule: "a crate that stands on no floor".to_owned(),
                help: "give it a row in xtask/src/tidy/crates.rs and in docs/adr/0002-floors.md"
                    .to_owned(),
            });
            return;
        }
    };
    for import in member
        .ours
        .iter()
        .filter(|import| !allowed.contains(&import.as_str()))
    {
        let may = if allowed.is_empty() {
            "none of our crates".to_owned()
        } else {
            allowed.join(", ")
        };
        faults.push(Fault {
            place: place.clone(),
            rule: format!("imports {import}, which its floor does not allow"),
            help: format!("it may import {may}; let passband-trade bring the two together"),
        });
    }
}

fn metadata(member: &Member, faults: &mut Vec<Fault>) {
    let inherit = |key: &str| format!("write `{key}.workspace = true` in its Cargo.toml");
    let mut demand = |holds: bool, rule: &str, help: String| {
        if !holds {
            faults.push(Fault {
                place: member.name.clone(),
                rule: rule.to_owned(),
                help,
            });
        }
    };
    demand(
        member.licence == LICENCE,
        "its licence is not Apache-2.0",
        inherit("license"),
    );
    demand(
        !member.is_published,
        "it could be published",
        inherit("publish"),
    );
    demand(
        member.edition == EDITION,
        "its edition is not 2024",
        inherit("edition"),
    );
    demand(
        !member.rust_version.is_empty(),
        "it names no Rust version",
        inherit("rust-version"),
    );
    demand(
        !member.description.trim().is_empty(),
        "it has no description",
        "say in one line what it answers".to_owned(),
    );
}

/// Dependencies of the workspace's manifest that have no line in the page of dependencies, and the reverse.
pub fn undecided(manifest: &str, page: &str) -> Vec<Fault> {
    let named = |line: &str, open: &str, close: &str| {
        Some(line.strip_prefix(open)?.split_once(close)?.0.to_owned())
    };
    let taken: Vec<String> = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#') && !line.contains("path = "))
        .filter_map(|line| named(line, "", " ="))
        .collect();
    let decided: Vec<String> = page
        .lines()
        .filter_map(|line| named(line, "| `", "` |"))
        .collect();
    let missing = taken
        .iter()
        .filter(|name| !decided.contains(name))
        .map(|name| Fault {
            place: "Cargo.toml".to_owned(),
            rule: format!("{name} is taken without a line that says why"),
            help: format!("add it to {DEPENDENCIES_PAGE}, with what it stands instead of"),
        });
    let stale = decided
        .iter()
        .filter(|name| !taken.contains(name))
        .map(|name| Fault {
            place: DEPENDENCIES_PAGE.to_owned(),
            rule: format!("{name} has a line, but is not taken"),
            help: "take the line away".to_owned(),
        });
    missing.chain(stale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(name: &str, ours: &[&str]) -> Member {
        Member {
            name: name.to_owned(),
            description: "what it answers".to_owned(),
            licence: LICENCE.to_owned(),
            edition: EDITION.to_owned(),
            rust_version: "1.95".to_owned(),
            is_published: false,
            ours: ours.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[track_caller]
    fn check(member: &Member, expected: &[&str]) {
        let faults = faults(std::slice::from_ref(member));
        let rules: Vec<&str> = faults.iter().map(|fault| fault.rule.as_str()).collect();
        assert_eq!(rules, expected, "{member:?}");
    }

    #[test]
    fn imports_go_down_only_and_never_to_a_sibling() {
        check(
            &sound("passband-trade", &["passband-gate", "passband-store"]),
            &[],
        );
        check(&sound("passband", &["passband-store", "passband-web"]), &[]);
        check(
            &sound("acceptance", &["passband-store", "passband-web"]),
            &[],
        );
        let refused = [
            ("passband-domain", "passband-gate"),
            ("passband-gate", "passband-catalogue"),
            ("passband-record", "passband-domain"),
            ("passband-store", "passband-gate"),
            ("passband-feeds", "passband-store"),
            ("passband-trade", "passband-web"),
            ("passband-web", "passband-store"),
            ("passband-web", "passband"),
            ("xtask", "passband-domain"),
        ];
        for (from, to) in refused {
            check(
                &sound(from, &[to]),
                &[&format!("imports {to}, which its floor does not allow")],
            );
        }
    }

    #[test]
    fn a_crate_without_a_floor_is_refused() {
        check(
            &sound("passband-extra", &[]),
            &["a crate that stands on no floor"],
        );
    }

    #[test]
    fn every_crate_says_what_it_is() {
        let silent = Member {
            name: "passband-gate".to_owned(),
            is_published: true,
            ..Member::default()
        };
        check(
            &silent,
            &[
                "its licence is not Apache-2.0",
                "it could be published",
                "its edition is not 2024",
                "it names no Rust version",
                "it has no description",
            ],
        );
    }

    #[test]
    fn no_row_of_the_table_allows_a_way_up_or_round() {
        for (at, (name, allowed)) in EDGES.iter().enumerate() {
            for import in *allowed {
                let below = EDGES.iter().position(|(other, _)| other == import);
                assert!(below.is_some_and(|below| below < at), "{name} -> {import}");
            }
        }
    }

    #[test]
    fn a_dependency_and_its_reason_come_and_go_together() {
        let manifest = "[workspace.dependencies]\n# Our own.\ngate = { path = \"crates/gate\" }\n\
                        kept = \"1\"\nnew = { version = \"1\" }\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";
        let page = "| crate | why |\n|---|---|\n| `kept` | needed |\n| `gone` | was needed |\n";
        let faults = undecided(manifest, page);
        let rules: Vec<&str> = faults.iter().map(|fault| fault.rule.as_str()).collect();
        assert_eq!(
            rules,
            [
                "new is taken without a line that says why",
                "gone has a line, but is not taken"
            ]
        );
    }
}
