//! What a check in bulk says of a row: a line of CSV for spreadsheets, a line of JSON for programs.
//!
//! Reads no questions. That no cell is taken for a formula is `spreadsheet`'s business.

pub mod audit;
pub mod titles;

use domain::policy::Service;
use domain::radio::{AccessTechnology, BandClaim};
use serde::Serialize;
use trade::bulk::Answered;
use trade::carriers::AnyChecked;
use trade::check::Checked;
use trade::gate::fit::{Answer, Grade, TechnologyFit};
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemPlace};
use crate::spreadsheet;
use crate::wire::CandidateJson;
use crate::wire::networks::AnyCheckedJson;

/// Columns before those of the services.
const ASKED: [&str; 10] = [
    "line",
    "device",
    "network",
    "country",
    "at",
    "found_device",
    "found_codes",
    "found_network",
    "grade",
    "hosts",
];
/// Columns after those of the technologies.
const REST: [&str; 5] = ["not_said", "holds_until", "sources", "error", "detail"];

/// In which form rows are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For spreadsheets, with a header.
    Csv,
    /// For programs: one [`AnsweredJson`] a line.
    JsonLines,
}

impl Form {
    /// What comes before the first row, with its line end.
    #[must_use]
    pub fn head(self) -> String {
        match self {
            Self::Csv => format!("{}\n", columns().join(",")),
            Self::JsonLines => String::new(),
        }
    }

    /// A row, with its line end.
    #[must_use]
    pub fn line(self, answered: &Answered) -> String {
        match self {
            Self::Csv => csv_line(&cells(answered)),
            Self::JsonLines => json_line(&AnsweredJson::from(answered)),
        }
    }
}

fn csv_line(cells: &[String]) -> String {
    format!("{}\n", spreadsheet::row(cells))
}

fn json_line(answer: &impl Serialize) -> String {
    // Every shape given here has text keys, so it can be written.
    let text = serde_json::to_string(answer).unwrap_or_default();
    format!("{text}\n")
}

/// A row with its answer: either `checked` or `error` is there.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Answered)]
pub struct AnsweredJson {
    /// On which the row begins, counted from 1.
    pub line: u64,
    /// As it was asked.
    pub device: String,
    /// As it was asked; empty: what holds for all.
    pub network: String,
    /// As it was asked; empty: what holds for all.
    pub country: String,
    /// As it was asked; empty: what holds for all.
    pub at: String,
    /// The answer.
    pub checked: Option<AnyCheckedJson>,
    /// Why there is none.
    pub error: Option<RowErrorJson>,
}

/// Why a row has no answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RowError)]
pub struct RowErrorJson {
    /// Stable, for programs to act on.
    pub code: &'static str,
    /// What happened, in a sentence.
    pub detail: String,
    /// What to do next.
    pub help: &'static str,
    /// The places in the row that are wrong.
    pub errors: Vec<ProblemPlace>,
    /// The devices that may be meant, the best first.
    pub candidates: Vec<CandidateJson>,
}

impl From<&Answered> for AnsweredJson {
    fn from(answered: &Answered) -> Self {
        let question = &answered.question;
        Self {
            line: question.line,
            device: question.device.clone(),
            network: question.network.clone(),
            country: question.country.clone(),
            at: question.at.clone(),
            checked: answered.outcome.as_ref().ok().map(AnyCheckedJson::from),
            error: answered.outcome.as_ref().err().map(RowErrorJson::from),
        }
    }
}

impl From<&trade::Error> for RowErrorJson {
    fn from(error: &trade::Error) -> Self {
        let problem = Problem::from(error.clone());
        Self {
            code: problem.code,
            detail: problem.detail.clone(),
            help: problem.help,
            errors: problem.errors.clone(),
            candidates: problem.candidates.clone(),
        }
    }
}

fn columns() -> Vec<String> {
    let mut columns: Vec<String> = ASKED.map(str::to_owned).to_vec();
    columns.extend(Service::ALL.map(|service| service.name().to_owned()));
    for technology in AccessTechnology::ALL {
        let name = technology.name().to_lowercase().replace('-', "_");
        columns.extend(["common", "perhaps", "missing"].map(|what| format!("{name}_{what}")));
    }
    columns.extend(REST.map(str::to_owned));
    columns
}

/// The cells of a row, in the order of [`columns`].
fn cells(answered: &Answered) -> Vec<String> {
    let question = &answered.question;
    let mut cells = vec![
        question.line.to_string(),
        question.device.clone(),
        question.network.clone(),
        question.country.clone(),
        question.at.clone(),
    ];
    match &answered.outcome {
        Ok(any) => {
            if let Some(best) = any.best() {
                put_checked(&mut cells, best, &hosts(any));
            }
            cells.resize(columns().len(), String::new());
        }
        Err(error) => {
            let problem = Problem::from(error.clone());
            cells.resize(columns().len() - 2, String::new());
            cells.extend([problem.code.to_owned(), problem.detail.clone()]);
        }
    }
    cells
}

/// The hosts of a virtual carrier, each with its grade; the row is of the best. Empty: a network was asked of.
fn hosts(any: &AnyChecked) -> String {
    let AnyChecked::Carrier(carrier) = any else {
        return String::new();
    };
    let hosts = carrier.hosts.iter().map(|host| {
        let then = if host.is_said_then {
            ""
        } else {
            " (not said of this date)"
        };
        let checked = &host.checked;
        format!("{}: {}{then}", checked.network, grade(checked.fit.grade()))
    });
    hosts.collect::<Vec<_>>().join("; ")
}

fn put_checked(cells: &mut Vec<String>, checked: &Checked, hosts: &str) {
    let fit = &checked.fit;
    cells.extend([
        checked.device.clone(),
        checked.codes.join(" "),
        format!("{} ({})", checked.network, checked.country),
        grade(fit.grade()),
        hosts.to_owned(),
    ]);
    cells.extend(fit.services.iter().map(|service| grade(service.grade)));
    for technology in &fit.technologies {
        let bands: [fn(&Answer) -> &[BandClaim]; 3] = [
            |answer| &answer.common,
            |answer| &answer.uncertain,
            |answer| &answer.missing,
        ];
        cells.extend(bands.map(|bands| each_way(technology, bands)));
    }
    cells.extend([
        not_said(checked).join("; "),
        fit.holds_until
            .map_or_else(String::new, |at| at.to_string()),
        sources(checked).join("; "),
    ]);
}

fn grade(grade: Grade) -> String {
    match grade {
        Grade::AtLeast(level) => format!("{} or more", level.name()),
        grade => grade.name().to_owned(),
    }
}

/// The bands; where sources say different things, each with ` | ` between.
fn each_way(technology: &TechnologyFit, bands: fn(&Answer) -> &[BandClaim]) -> String {
    let mut ways: Vec<String> = Vec::new();
    for answer in &technology.answers {
        let names: Vec<String> = bands(answer).iter().map(BandClaim::short).collect();
        let way = if names.is_empty() && technology.answers.len() > 1 {
            "none".to_owned()
        } else {
            names.join(" ")
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    match ways.as_slice() {
        [only] if only == "none" => String::new(),
        ways => ways.join(" | "),
    }
}

/// What would have to be said for a whole answer; what no source on the network ever speaks of is not missing.
fn not_said(checked: &Checked) -> Vec<String> {
    let mut missing = Vec::new();
    for fit in &checked.fit.technologies {
        let name = fit.technology.name();
        let no_device = fit.answers.iter().all(|answer| answer.device.is_none());
        let no_network = fit.answers.iter().all(|answer| answer.network.is_none());
        match (no_device, no_network) {
            (true, false) => missing.push(format!("{name} bands of the device")),
            (false, true) if is_spoken_of(checked, fit.technology) => {
                missing.push(format!("{name} bands of the network"));
            }
            _ => {}
        }
    }
    let facts = &checked.device_facts;
    if facts.iter().all(|fact| fact.value.volte.is_none()) {
        missing.push("voice over LTE of the device".to_owned());
    }
    missing
}

fn is_spoken_of(checked: &Checked, technology: AccessTechnology) -> bool {
    let mut facts = checked.network_facts.iter();
    facts.any(|fact| fact.value.list(technology).is_some())
}

/// The sources that the answer rests on, each once.
fn sources(checked: &Checked) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let answers = checked.fit.technologies.iter().flat_map(|fit| &fit.answers);
    let speakers = answers.flat_map(|answer| [&answer.device, &answer.network]);
    for (source, _) in speakers.flatten() {
        let name = if source.title.contains(source.dated.as_ref()) {
            source.title.to_string()
        } else {
            format!("{} ({})", source.title, source.dated)
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
