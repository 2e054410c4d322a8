//! `passband doctor`: what is set, and whether all is well. Mends nothing.
//!
//! The settings are those of where the command is given; what needs the house is asked where the house is,
//! in the server that has it open or here.

use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::clock::SystemClock;
use trade::{Backend, House};

use crate::args::Asked;
use crate::command::Answer;
use crate::config::Settings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::house;
use crate::local::{Request, SOCKET_FILE, Server, VERSION};
use crate::output::{Event, Form, Output};
use crate::print::Printer;
use crate::style::{bad, bold, dim, good, padded, warn};

/// For `--help`.
pub const EXAMPLES: &str = "\
Examples:
  passband doctor
  passband doctor --json

Shows every setting with where it came from, passwords masked, then checks the database, the clock, the
key, the whole record, and every listing's verdict against one worked out anew. Exit status: 0 all is well or worth a look, 1 something has failed.";

/// A clock that stands before this is wrong.
const CLOCK_AFTER: &str = "2026-01-01";
/// File handles that a server needs besides its connections.
const HANDLES_BESIDES: u64 = 100;
/// Width of the column of names.
const NAME_WIDTH: usize = 26;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Fail,
}

/// One line.
#[derive(Debug, Serialize, Deserialize)]
struct Finding {
    state: State,
    what: String,
    found: String,
    hint: Option<String>,
}

impl Finding {
    fn ok(what: &str, found: impl Into<String>) -> Self {
        Self {
            state: State::Ok,
            what: what.to_owned(),
            found: found.into(),
            hint: None,
        }
    }

    fn warn(what: &str, found: impl Into<String>, hint: &str) -> Self {
        Self {
            state: State::Warn,
            what: what.to_owned(),
            found: found.into(),
            hint: Some(hint.to_owned()),
        }
    }

    fn fail(what: &str, found: impl Into<String>, hint: &str) -> Self {
        Self {
            state: State::Fail,
            ..Self::warn(what, found, hint)
        }
    }

    fn line(&self) -> String {
        let state = match self.state {
            State::Ok => good("ok  "),
            State::Warn => warn("warn"),
            State::Fail => bad("fail"),
        };
        let mut line = format!("{state}  {}{}", padded(&self.what, NAME_WIDTH), self.found);
        if let Some(hint) = &self.hint {
            line = format!("{line}\n      {} {hint}", bold("hint:"));
        }
        line
    }
}

/// Shows the settings, has the house examined, and says what was found.
pub async fn run(settings: &Settings, form: Form, printer: &mut Printer) -> Exit {
    let mut findings = around(settings).await;
    match of_the_house(settings).await {
        Ok(found) => findings.extend(found),
        Err(failure) => findings.push(Finding::fail("database", failure.detail, &failure.help)),
    }
    match form {
        Form::Json => {
            let written: Vec<_> = settings
                .written
                .iter()
                .map(|one| {
                    json!({ "name": one.name, "value": one.text, "from": one.from.to_string() })
                })
                .collect();
            let answer = json!({ "version": VERSION, "settings": written, "findings": findings });
            let text = serde_json::to_string_pretty(&answer).unwrap_or_default();
            printer.show(&Event::Data(text));
        }
        Form::Text => {
            printer.show(&Event::Text(settings_text(settings)));
            for finding in &findings {
                printer.show(&Event::Text(finding.line()));
            }
        }
    }
    let has_failed = findings.iter().any(|finding| finding.state == State::Fail);
    if has_failed { Exit::NO } else { Exit::YES }
}

fn settings_text(settings: &Settings) -> String {
    let file = match &settings.file {
        Some(file) => file.display().to_string(),
        None => "none".to_owned(),
    };
    let mut lines = vec![
        format!("{}{}", padded(&bold("Passband"), NAME_WIDTH + 6), VERSION),
        format!("{}{file}", padded("configuration file", NAME_WIDTH + 6)),
    ];
    lines.extend(settings.written.iter().map(|one| {
        let value = if one.text.is_empty() {
            "none"
        } else {
            &one.text
        };
        let name = padded(one.name, NAME_WIDTH + 6);
        format!(
            "{name}{}  {}",
            padded(value, 24),
            dim(&one.from.to_string())
        )
    }));
    lines.push(String::new());
    lines.join("\n")
}

/// What can be seen without opening the house.
async fn around(settings: &Settings) -> Vec<Finding> {
    let mut findings: Vec<Finding> = settings
        .strange_variables
        .iter()
        .map(|(name, close)| {
            let hint = match close.as_slice() {
                [] => "it is not a setting; docs/guide/configuration.md lists them".to_owned(),
                close => format!("did you mean {}?", close.join(" or ")),
            };
            Finding::warn(
                "environment",
                format!("{name} is set and does nothing"),
                &hint,
            )
        })
        .collect();
    findings.push(handles(settings));
    findings.push(folder(settings));
    findings.push(match Server::of(&settings.data).await {
        Some(_) => Finding::ok("server", format!("runs, reached through {SOCKET_FILE}")),
        None => Finding::ok("server", "none runs in this folder"),
    });
    findings
}

/// Whether the process may open as many files as the server may have connections.
fn handles(settings: &Settings) -> Finding {
    let what = "file handles";
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft: Option<u64> = line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    let wanted = u64::try_from(settings.connections_max).unwrap_or(u64::MAX);
    let wanted = wanted.saturating_add(HANDLES_BESIDES);
    match soft {
        None => Finding::ok(what, "not limited, or not known"),
        Some(soft) if soft >= wanted => Finding::ok(what, format!("{soft}")),
        Some(soft) => Finding::warn(
            what,
            format!("{soft}, fewer than connections_max needs ({wanted})"),
            "raise the limit (`ulimit -n`, LimitNOFILE) or lower connections_max",
        ),
    }
}

fn folder(settings: &Settings) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    let what = "data folder";
    match std::fs::metadata(&settings.data) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Finding::warn(
            what,
            "not there yet",
            "`passband serve` makes it, or check --data",
        ),
        Err(error) => Finding::fail(
            what,
            error.to_string(),
            "check the path and its permissions",
        ),
        Ok(folder) if !folder.is_dir() => {
            Finding::fail(what, "it is a file", "name a folder with --data")
        }
        Ok(folder) if folder.permissions().mode() & 0o077 != 0 => Finding::warn(
            what,
            format!(
                "others may look into it (mode {:o})",
                folder.permissions().mode() & 0o777
            ),
            "`chmod 700` keeps the key and the data to their owner",
        ),
        Ok(_) => Finding::ok(what, settings.data.display().to_string()),
    }
}

/// Has the house examined by the server that has it open, or opens it.
async fn of_the_house(settings: &Settings) -> Result<Vec<Finding>, Failure> {
    let postgres = settings.postgres.clone();
    let mut said = Vec::new();
    if let Some(server) = Server::of(&settings.data).await {
        let request = Request {
            version: VERSION.to_owned(),
            database: house::database(postgres.as_deref()),
            form: Form::Json,
            command: Asked::Examine,
        };
        let hear = |event: &Event| hear(event, &mut said);
        server.ask(&request, hear).await?;
    } else {
        if !settings.data.exists() && postgres.is_none() {
            return Ok(Vec::new());
        }
        let clock = std::sync::Arc::new(SystemClock);
        let house =
            match house::open_existing(&settings.data, postgres.clone(), clock.clone()).await {
                // A record that is too damaged to be read can still be looked at.
                Err(failure) if failure.exit == Exit::SOFTWARE => {
                    house::open_unread(&settings.data, postgres, clock).await?
                }
                opened => opened?,
            };
        let found = examined(&house).await;
        house.close().await;
        return found;
    }
    Ok(said)
}

/// Takes the findings out of what the server says.
fn hear(event: &Event, said: &mut Vec<Finding>) -> Option<Exit> {
    match event {
        Event::Data(text) => {
            said.extend(serde_json::from_str::<Vec<Finding>>(text).unwrap_or_default());
        }
        Event::Failed(failure) => {
            said.push(Finding::fail(
                "database",
                failure.detail.clone(),
                &failure.help,
            ));
        }
        Event::End(exit) => return Some(*exit),
        _ => {}
    }
    None
}

/// The part that needs the house, for whoever asks through the socket.
///
/// # Errors
/// The database.
pub async fn examine(house: &House, out: &Output) -> Answer {
    let findings = examined(house).await?;
    out.json(&findings).await;
    Ok(Exit::YES)
}

async fn examined(house: &House) -> Result<Vec<Finding>, Failure> {
    let mut findings = vec![
        match house.backend() {
            Backend::Sqlite => Finding::ok("database", "SQLite, open and up to date"),
            Backend::Postgres => Finding::ok("database", "PostgreSQL, open and up to date"),
        },
        clock(house)?,
    ];
    let verified = house.verify_record().await?;
    findings.push(Finding::ok("key", verified.key.clone()));
    let report = &verified.report;
    let record = format!(
        "{} entries, {} of them signed",
        report.size, report.signed_size
    );
    findings.push(if verified.is_clean() {
        Finding::ok("record", record)
    } else {
        Finding::fail(
            "record",
            "it does not hold",
            "`passband record verify` says where",
        )
    });
    findings.push(snapshot(house).await);
    findings.push(people(house).await?);
    findings.push(letters(house).await?);
    Ok(findings)
}

/// Whether what is remembered comes to what the record says from its beginning.
async fn snapshot(house: &House) -> Finding {
    let found = match house.recompute().await {
        Ok(found) => found,
        Err(error) => {
            let failure = Failure::from(error);
            return Finding::fail("snapshot", failure.detail, &failure.help);
        }
    };
    if !found.is_right() {
        let told = format!(
            "{} of {} answers differ from the record: {}",
            found.differences,
            found.listings,
            found.told.join("; ")
        );
        let hint = "start the server again, and report it: nothing is shown as buyable until then";
        Finding::fail("snapshot", told, hint)
    } else if house.is_in_doubt() {
        let told = "it was found to differ from the record before";
        Finding::fail("snapshot", told, "start the server again, and report it")
    } else {
        let told = format!(
            "{} entries and {} listings, the same when worked out anew",
            found.next_position, found.listings
        );
        Finding::ok("snapshot", told)
    }
}

fn clock(house: &House) -> Result<Finding, Failure> {
    let now = house.now();
    let least = CLOCK_AFTER.parse().map_err(trade::Error::from)?;
    let last = house.snapshot().last_at();
    Ok(if now < least {
        Finding::fail(
            "clock",
            now.to_string(),
            "it stands in the past; set it, evidence is judged by it",
        )
    } else if now < last {
        let found = format!("{now}, before the last entry of the record ({last})");
        Finding::fail(
            "clock",
            found,
            "set it; until then entries are dated like the last",
        )
    } else {
        Finding::ok("clock", now.to_string())
    })
}

/// Whether what was written to people leaves.
async fn letters(house: &House) -> Result<Finding, Failure> {
    let what = "letters";
    let tally = house.letter_tally().await?;
    Ok(match (tally.given_up, tally.failing, tally.waiting) {
        (0, 0, 0) => Finding::ok(what, "none waits"),
        (0, 0, waiting) => Finding::ok(what, format!("{waiting} wait to be sent")),
        (0, failing, _) => {
            let hint = "`passband letters` says why; they are tried again for three days";
            Finding::warn(what, format!("{failing} did not leave yet"), hint)
        }
        (given_up, ..) => {
            let hint = "`passband letters` says why; then `passband letters --again ID`";
            Finding::warn(what, format!("{given_up} were given up"), hint)
        }
    })
}

async fn people(house: &House) -> Result<Finding, Failure> {
    let operators = house
        .directory()
        .parties
        .iter()
        .filter(|p| p.role == "operator")
        .count();
    Ok(match operators {
        0 => Finding::warn("operator", "none yet", "`passband user add EMAIL`"),
        1 => Finding::ok("operator", "in the directory"),
        count => Finding::ok("operator", format!("{count} parties in the directory")),
    })
}
