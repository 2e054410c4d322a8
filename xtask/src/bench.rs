//! How fast is it, on which machine, on which day?
//!
//! Runs one measuring program, built for release, and keeps what it said: its Markdown as it is, and the
//! same tables as JSON, so that the two can never differ. Judges no figure.

use std::fs;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::{postgres, shell};

/// A measuring program: an example of a crate, that prints Markdown with at least one table.
struct Bench {
    name: &'static str,
    package: &'static str,
    example: &'static str,
    about: &'static str,
    /// Whether it also measures on a PostgreSQL, given as `--postgres ADDRESS`.
    wants_postgres: bool,
    /// A second program of its own package, which measures on source data that is not part of this tree: the
    /// folder is its second argument.
    on_data: Option<(&'static str, &'static str)>,
    /// The manifest of a program that measures the same beside what others built, and prints more tables. It is no
    /// member of the workspace, so that only who measures builds what the others bring.
    peers: Option<&'static str>,
}

/// Where a bench puts its files, afresh for each run; its first argument.
const FOLDER: &str = "target/bench";

const BENCHES: &[Bench] = &[
    Bench {
        name: "catalogue",
        package: "passband-catalogue",
        example: "bench_catalogue",
        about: "titles and suggestions on generated names; with source data the atlas, and what it resolves",
        wants_postgres: false,
        on_data: Some(("passband-trade", "bench_atlas")),
        peers: None,
    },
    Bench {
        name: "door",
        package: "acceptance",
        example: "bench_door",
        about: "orders through the door beside bare ones, withdrawals beside bare commits, on both databases",
        wants_postgres: true,
        on_data: None,
        peers: None,
    },
    Bench {
        name: "gate",
        package: "passband-gate",
        example: "bench_gate",
        about: "verdicts over a hundred thousand facts, a million listings, and other engines",
        wants_postgres: false,
        on_data: None,
        peers: Some("peers/gate/Cargo.toml"),
    },
    Bench {
        name: "store",
        package: "passband-store",
        example: "bench_store",
        about: "orders, reads and bulk rows on SQLite and PostgreSQL",
        wants_postgres: true,
        on_data: None,
        peers: None,
    },
];

/// The benches there are, one a line, for the help.
pub fn known() -> String {
    let lines: Vec<String> = BENCHES
        .iter()
        .map(|bench| format!("  bench {:10} {}\n", bench.name, bench.about))
        .collect();
    format!("benches:\n{}", lines.concat())
}

/// Measures and writes `docs/bench/NAME.md` and `NAME.json`.
///
/// Errors: the name is not known, the date is not one, the program failed or printed no table.
pub fn run(name: &str, date: Option<&str>) -> Result<ExitCode> {
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        bail!("`{name}` is not a bench\n{}", known());
    };
    let date = match date {
        Some(date) => date.to_owned(),
        None => shell::output(shell::command("date").arg("+%F"))?
            .trim()
            .to_owned(),
    };
    if !is_date(&date) {
        bail!("`{date}` is not a date\nhelp: as 2026-01-31");
    }
    let _ = fs::remove_dir_all(shell::root().join(FOLDER));
    fs::create_dir_all(shell::root().join(FOLDER)).context("cannot make the bench's folder")?;
    let mut cargo = program(bench.package, bench.example);
    let server = if bench.wants_postgres { server() } else { None };
    if let Some(server) = &server {
        // The server was started for this, so its first database is empty.
        cargo.args(["--postgres", &format!("{}/postgres", server.url())]);
    }
    println!("$ {}", shell::shown(&cargo));
    let mut said = shell::output(&mut cargo)?;
    drop(server);
    if let Some((package, example)) = bench.on_data {
        said = format!("{}\n\n{}", said.trim(), on_data(package, example)?);
    }
    let mut command = shell::shown(&cargo);
    if let Some(manifest) = bench.peers {
        let mut cargo =
            shell::cargo(&["run", "--release", "--locked", "--manifest-path", manifest]);
        cargo.stderr(Stdio::inherit());
        // Their own folder: the same crates with other features would be built over ours.
        cargo.env("CARGO_TARGET_DIR", shell::root().join("target/peers"));
        command = format!("{command}`, then `{}", shell::shown(&cargo));
        said = format!("{}\n\n{}", said.trim(), shell::output(&mut cargo)?);
    }
    print!("{said}");
    let about = About {
        name,
        date: &date,
        command: &command,
        machine: &Machine::this(),
        commit: &commit(),
    };
    let tables = tables(&said);
    if tables.is_empty() {
        bail!("`{}` printed no table", about.command);
    }
    let folder = shell::root().join("docs/bench");
    fs::create_dir_all(&folder).context("cannot make docs/bench")?;
    let (page, data) = (
        folder.join(format!("{name}.md")),
        folder.join(format!("{name}.json")),
    );
    fs::write(&page, about.page(&said)).context("cannot write the page")?;
    let json = serde_json::to_string_pretty(&about.json(&tables))?;
    fs::write(&data, json + "\n").context("cannot write the data")?;
    println!("wrote {} and {}", page.display(), data.display());
    Ok(ExitCode::SUCCESS)
}

fn program(package: &str, example: &str) -> Command {
    let arguments = ["run", "--release", "-p", package, "--example", example];
    let mut cargo = shell::cargo(&arguments);
    cargo.args(["--", FOLDER]).stderr(Stdio::inherit());
    cargo
}

/// What a program measures on source data, or a word on why it does not.
fn on_data(package: &str, example: &str) -> Result<String> {
    let Some(shared) = shell::shared() else {
        return Ok(
            "skipped: PASSBAND_SHARED names no folder of source data, and ../shared is none"
                .to_owned(),
        );
    };
    let mut cargo = program(package, example);
    println!("$ {}", shell::shown(&cargo));
    shell::output(cargo.arg(shared.join("data")))
}

/// A server to measure on; without one the rest is still worth measuring, and the page shows what is absent.
fn server() -> Option<postgres::Server> {
    match postgres::Server::start() {
        Ok(server) => Some(server),
        Err(error) => {
            println!("without PostgreSQL: {error:#}");
            None
        }
    }
}

/// Shape: `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, c)| {
            if matches!(at, 4 | 7) {
                c == '-'
            } else {
                c.is_ascii_digit()
            }
        })
}

fn commit() -> String {
    let head = shell::output(shell::command("git").args(["rev-parse", "--short", "HEAD"]));
    head.map_or_else(|_| "unknown".to_owned(), |head| head.trim().to_owned())
}

struct Machine {
    processor: String,
    cores: usize,
    kernel: String,
}

impl Machine {
    fn this() -> Self {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            processor: processor(&processors).unwrap_or("unknown").to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: kernel.trim().to_owned(),
        }
    }
}

fn processor(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

struct About<'a> {
    name: &'a str,
    date: &'a str,
    command: &'a str,
    machine: &'a Machine,
    commit: &'a str,
}

impl About<'_> {
    fn page(&self, said: &str) -> String {
        let Self {
            name,
            date,
            command,
            machine,
            commit,
        } = self;
        let Machine {
            processor,
            cores,
            kernel,
        } = machine;
        format!(
            "# Bench: {name}\n\nMeasured on {date} at commit `{commit}` by `cargo xtask bench {name}`.\n\
             Machine: {processor}, {cores} cores, Linux {kernel}.\nProgram: `{command}`.\n\
             The same figures as data: [{name}.json]({name}.json).\n\n{}\n",
            said.trim()
        )
    }

    fn json(&self, tables: &[Table]) -> Value {
        let Machine {
            processor,
            cores,
            kernel,
        } = self.machine;
        json!({
            "name": self.name,
            "date": self.date,
            "commit": self.commit,
            "command": self.command,
            "machine": { "processor": processor, "cores": cores, "kernel": kernel },
            "tables": tables.iter().map(Table::json).collect::<Vec<_>>(),
        })
    }
}

/// A Markdown table.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let cells = self.columns.iter().zip(row);
            Value::Object(
                cells
                    .map(|(column, cell)| (column.clone(), json!(cell)))
                    .collect::<Map<_, _>>(),
            )
        });
        json!({ "columns": self.columns, "rows": rows.collect::<Vec<_>>() })
    }
}

/// Every table of a Markdown text: a head, a rule, rows.
fn tables(markdown: &str) -> Vec<Table> {
    let lines: Vec<&str> = markdown.lines().map(str::trim).collect();
    let mut tables = Vec::new();
    for at in 1..lines.len() {
        if is_rule(lines[at]) && lines[at - 1].starts_with('|') {
            let rows = lines[at + 1..]
                .iter()
                .take_while(|line| line.starts_with('|'))
                .map(|row| cells(row));
            tables.push(Table {
                columns: cells(lines[at - 1]),
                rows: rows.collect(),
            });
        }
    }
    tables
}

fn is_rule(line: &str) -> bool {
    line.starts_with('|') && line.contains('-') && line.chars().all(|c| "|-: ".contains(c))
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Five runs each.\n\n| what | median |\n|---|--:|\n| order | 4.1k/s |\n| read | 50k/s |\n\nend\n";

    #[test]
    fn the_data_are_the_tables_of_the_page() {
        let tables = tables(SAID);
        assert_eq!(tables.len(), 1);
        let rows =
            json!([{ "what": "order", "median": "4.1k/s" }, { "what": "read", "median": "50k/s" }]);
        assert_eq!(tables[0].json()["rows"], rows);
    }

    #[test]
    fn a_text_without_a_rule_is_no_table() {
        assert_eq!(super::tables("| a | b |\n| 1 | 2 |\n"), []);
        assert_eq!(super::tables("|---|\n"), []);
        assert_eq!(super::tables(""), []);
    }

    #[test]
    fn the_page_names_machine_day_and_commit() {
        let machine = Machine {
            processor: "A".to_owned(),
            cores: 2,
            kernel: "6.1".to_owned(),
        };
        let about = About {
            name: "store",
            date: "2026-01-31",
            command: "cargo run",
            machine: &machine,
            commit: "abc",
        };
        let page = about.page(SAID);
        for part in [
            "2026-01-31",
            "`abc`",
            "A, 2 cores, Linux 6.1",
            "| order | 4.1k/s |",
        ] {
            assert!(page.contains(part), "{part} is not in\n{page}");
        }
    }

    #[test]
    fn only_a_date_is_a_date() {
        assert!(is_date("2026-01-31"));
        for wrong in [
            "",
            "2026-1-31",
            "31-01-2026",
            "2026-01-31T00:00",
            "yesterday!",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_bench_names_the_known() {
        let error = run("nothing", None).unwrap_err().to_string();
        assert!(error.contains("bench store"), "{error}");
    }

    #[test]
    fn the_processor_is_read_from_the_kernel() {
        assert_eq!(
            processor("processor\t: 0\nmodel name\t: Fast 3000\n"),
            Some("Fast 3000")
        );
        assert_eq!(processor(""), None);
    }
}
