//! Which long runs are there, and what does each try?
//!
//! A run is a test of the daily ones with its full count, on both backends; or the planted bugs.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::report::{Outcome, Report};
use crate::{coverage, planted, postgres, run, shell, tools};

/// A long run: its name, what it shows, and what it does.
struct Night {
    name: &'static str,
    about: &'static str,
    work: Work,
}

enum Work {
    /// Tests of the acceptance crate by their names' beginning, with settings.
    Tests(&'static str, &'static [(&'static str, &'static str)]),
    /// Tests of the readers of outside files by their names' beginning, with settings. They need no server.
    FeedTests(&'static str, &'static [(&'static str, &'static str)]),
    /// Tests of the API and the pages by their names' beginning, with settings. They need no server.
    WebTests(&'static str, &'static [(&'static str, &'static str)]),
    /// Which branches of the gate its tests go.
    Coverage,
    /// Every planted bug in turn.
    PlantedBugs,
}

/// The tests that look at pages with what npm brings.
const PAGES: &str = "every_page::";

/// The long runs there are; each comes with the part that it tries.
const NIGHTS: &[Night] = &[
    Night {
        name: "facts",
        about: "1,000,000 random fact sets against the oracle",
        work: Work::Tests("facts::", &[("PASSBAND_TEST_CASES", "1000000")]),
    },
    Night {
        name: "remembered",
        about: "100,000 worlds asked in between, and one that grows to 100,000 facts",
        work: Work::Tests(
            "remembered::",
            &[
                ("PASSBAND_TEST_CASES", "100000"),
                ("PASSBAND_TEST_FACTS", "100000"),
            ],
        ),
    },
    Night {
        name: "radios",
        about: "100,000 pairs of radios against every possible world",
        work: Work::Tests("radios::", &[("PASSBAND_TEST_CASES", "100000")]),
    },
    Night {
        name: "sequences",
        about: "500,000 sequences of authorise, withdraw, return and deny",
        work: Work::Tests(
            "sequences::the_return",
            &[("PASSBAND_TEST_CASES", "500000")],
        ),
    },
    Night {
        name: "phantoms",
        about: "5,000 listings and activations racing 5,000 revocations",
        work: Work::Tests("phantoms::", &[("PASSBAND_TEST_CASES", "5000")]),
    },
    Night {
        name: "crowd",
        about: "20 rounds of 10,000 buyers for 100 units, in process and over HTTP",
        work: Work::Tests("crowd", &[("PASSBAND_TEST_CASES", "20")]),
    },
    Night {
        name: "same-key",
        about: "10,000 keys, five twins each",
        work: Work::Tests("same_key::", &[("PASSBAND_TEST_CASES", "10000")]),
    },
    Night {
        name: "tampering",
        about: "10,000 attacks on the record in each database",
        work: Work::Tests("tampering::", &[("PASSBAND_TEST_CASES", "10000")]),
    },
    Night {
        name: "storms",
        about: "five storms of 100,000 orders, authorisations, withdrawals and feeds by 64 clients",
        work: Work::Tests(
            "storms::",
            &[
                ("PASSBAND_TEST_OPERATIONS", "100000"),
                ("PASSBAND_TEST_CASES", "5"),
            ],
        ),
    },
    Night {
        name: "retries",
        about: "20,000 operations on a server that says again, hides its COMMITs and hangs up",
        work: Work::Tests("retries::", &[("PASSBAND_TEST_OPERATIONS", "20000")]),
    },
    Night {
        name: "withdrawal-size",
        about: "a withdrawal under 10, 10,000 and 1,000,000 listings, and 24 deaths in it",
        work: Work::Tests(
            "sizes::",
            &[
                ("PASSBAND_TEST_LISTINGS", "1000000"),
                ("PASSBAND_TEST_CASES", "4"),
            ],
        ),
    },
    Night {
        name: "apart",
        about: "50,000 operations on three nodes that are parted from the database again and again",
        work: Work::Tests("apart::", &[("PASSBAND_TEST_OPERATIONS", "50000")]),
    },
    Night {
        name: "model",
        about: "2,000 lives of a house, step by step beside a model",
        work: Work::Tests("model::a_house", &[("PASSBAND_TEST_CASES", "2000")]),
    },
    Night {
        name: "model-gate",
        about: "100,000 lives of the gate alone beside the same model",
        work: Work::Tests("model::a_gate", &[("PASSBAND_TEST_CASES", "100000")]),
    },
    Night {
        name: "busy",
        about: "five minutes of orders with withdrawals between them",
        work: Work::Tests("busy::", &[("PASSBAND_TEST_SECONDS", "300")]),
    },
    Night {
        name: "mutated",
        about: "1,000,000 spoilt rows among good ones, in files of every kind",
        work: Work::FeedTests("mutated::", &[("PASSBAND_TEST_CASES", "1000000")]),
    },
    Night {
        name: "fuzz",
        about: "50,000 files spoilt anywhere for each family of readers, by chance alone",
        work: Work::FeedTests("fuzzed::", &[("PASSBAND_TEST_CASES", "50000")]),
    },
    Night {
        name: "rights",
        about: "everybody on every route and method, and what is another party's",
        work: Work::WebTests("matrix::", &[]),
    },
    Night {
        name: "fields",
        about: "the fields of every answer by who asks are the committed ones",
        work: Work::WebTests("fields::", &[]),
    },
    Night {
        name: "revoked",
        about: "10,000 requests on each database while sessions, roles, members and tokens end",
        work: Work::Tests("rights::", &[("PASSBAND_TEST_CASES", "10000")]),
    },
    Night {
        name: "injection",
        about: "every payload through every string of every route",
        work: Work::WebTests("injection::", &[("PASSBAND_TEST_CASES", "101")]),
    },
    Night {
        name: "hostile-requests",
        about: "200,000 requests made from the API's document, with harm in them",
        work: Work::WebTests("robust::", &[("PASSBAND_TEST_CASES", "200000")]),
    },
    Night {
        name: "hostile-documents",
        about: "each document and list made to use up a machine, the whole way, with its time and memory",
        work: Work::WebTests("hostile_files::", &[("PASSBAND_TEST_CASES", "100")]),
    },
    Night {
        name: "guesses",
        about: "10,000 tries at accounts that are there and are not: the same answer in the same time",
        work: Work::Tests("guesses::", &[("PASSBAND_TEST_CASES", "10000")]),
    },
    Night {
        name: "pages",
        about: "axe-core and the HTML checker on every page, as everybody",
        work: Work::Tests(PAGES, &[("PASSBAND_TEST_CASES", "1")]),
    },
    Night {
        name: "coverage",
        about: "which branches of the gate its own tests do not go",
        work: Work::Coverage,
    },
    Night {
        name: "planted-bugs",
        about: "every bug of acceptance/planted is caught by its test; half an hour",
        work: Work::PlantedBugs,
    },
];

/// The long runs there are, one a line, for the help.
pub fn known() -> String {
    let lines: Vec<String> = NIGHTS
        .iter()
        .map(|night| format!("  night {:15} {}\n", night.name, night.about))
        .collect();
    format!("night runs:\n{}", lines.concat())
}

/// One long run, or those parts of it that are named.
///
/// Errors: the name is not known, or it has no parts.
pub fn run(name: &str, parts: &[&str]) -> Result<ExitCode> {
    let Some(night) = NIGHTS.iter().find(|night| night.name == name) else {
        bail!("`{name}` is not a night run\n{}", known());
    };
    if !parts.is_empty() && !matches!(night.work, Work::PlantedBugs) {
        bail!("`{name}` is run as a whole");
    }
    let mut report = Report::default();
    report.step(night.name, || match night.work {
        Work::Tests(tests, settings) => try_tests(tests, settings),
        Work::FeedTests(tests, settings) => try_alone("passband-feeds", tests, settings),
        Work::WebTests(tests, settings) => try_alone("passband-web", tests, settings),
        Work::Coverage => coverage::run(),
        Work::PlantedBugs => planted::run(parts),
    });
    Ok(report.close())
}

fn try_tests(tests: &str, settings: &[(&str, &str)]) -> Result<Outcome> {
    let server = postgres::Server::start()?;
    // As it is shipped: the daily runs have the debug build, and here it is the counts that matter.
    let mut cargo = shell::cargo(&[
        "test",
        "--release",
        "--locked",
        "-p",
        "acceptance",
        "--test",
        "it",
        "--",
        "--nocapture",
        tests,
    ]);
    cargo.env("PASSBAND_TEST_POSTGRES", server.url());
    if let Some(chromium) = tools::chromium() {
        cargo.env("PASSBAND_CHROMIUM", chromium);
    }
    if tests == PAGES {
        run::tell_checkers(&mut cargo);
    }
    cargo.envs(settings.iter().copied());
    shell::must(&mut cargo)?;
    Ok(Outcome::Passed)
}

/// Tests that need no server.
fn try_alone(package: &str, tests: &str, settings: &[(&str, &str)]) -> Result<Outcome> {
    let mut cargo = shell::cargo(&[
        "test",
        "--locked",
        "-p",
        package,
        "--test",
        "it",
        "--",
        "--nocapture",
        tests,
    ]);
    cargo.envs(settings.iter().copied());
    shell::must(&mut cargo)?;
    Ok(Outcome::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_night_run_names_the_known() {
        let error = run("nothing", &[]).unwrap_err().to_string();
        assert!(error.contains("night planted-bugs"), "{error}");
    }

    #[test]
    fn every_night_run_names_tests_that_are_there() {
        for night in NIGHTS {
            let (folder, tests) = match night.work {
                Work::Tests(tests, _) => ("acceptance/tests/it", tests),
                Work::FeedTests(tests, _) => ("crates/feeds/tests/it", tests),
                Work::WebTests(tests, _) => ("crates/web/tests/it", tests),
                Work::Coverage | Work::PlantedBugs => continue,
            };
            let module = tests.split("::").next().unwrap_or(tests);
            let file = shell::root().join(folder).join(format!("{module}.rs"));
            assert!(file.is_file(), "{}", night.name);
        }
    }
}
