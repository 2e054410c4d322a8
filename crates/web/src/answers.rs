//! What a check in bulk says of a row: a line of CSV for spreadsheets, a line of JSON for programs.
//!
//! No cell is taken for a formula, whatever a device list or whoever asks has written into it. Reads no questions.

pub mod titles;

use domain::policy::Service;
use domain::radio::{AccessTechnology, BandClaim};
use serde::Serialize;
use trade::bulk::Answered;
use trade::check::Checked;
use trade::gate::fit::{Answer, Grade, TechnologyFit};
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemPlace};
use crate::wire::{CandidateJson, CheckedJson};

/// Columns before those of the services.
const ASKED: [&str; 9] = [
    "line",
    "device",
    "network",
    "country",
    "at",
    "found_device",
    "found_codes",
    "found_network",
    "grade",
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
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\n", cells.join(","))
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
    pub checked: Option<CheckedJson>,
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
            checked: answered.outcome.as_ref().ok().map(CheckedJson::from),
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
        Ok(checked) => {
            put_checked(&mut cells, checked);
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

fn put_checked(cells: &mut Vec<String>, checked: &Checked) {
    let fit = &checked.fit;
    cells.extend([
        checked.device.clone(),
        checked.codes.join(" "),
        format!("{} ({})", checked.network, checked.country),
        grade(fit.grade()),
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

/// A cell that every spreadsheet takes for text.
///
/// A formula begins with one of these signs, and a program that splits at another separator, or drops quotes, sees
/// beginnings inside a cell too: before each of them goes an apostrophe. What would end a line becomes a blank.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 2);
    cell.push('"');
    let mut is_beginning = true;
    for c in text.chars() {
        let c = if c.is_control() { ' ' } else { c };
        if is_beginning && is_live(c) {
            cell.push('\'');
        }
        is_beginning = matches!(c, ',' | ';' | '|' | '"' | '\'') || (is_beginning && is_blank(c));
        if c == '"' {
            cell.push('"');
        }
        cell.push(c);
    }
    cell.push('"');
    cell
}

/// With which a formula may begin; the second four are the full-width forms.
const fn is_live(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
    )
}

/// What a spreadsheet passes over before a formula: blanks, and characters that are not seen.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a program that splits at any separator and drops quotes sees a formula.
    fn is_taken_for_a_formula(cell: &str) -> bool {
        cell.split([',', ';', '|', '"', '\t', '\r', '\n', '\0'])
            .map(|part| part.trim_start_matches(is_blank))
            .any(|part| part.starts_with(is_live))
    }

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
        let before = [
            "", "\t", "\r", "\n", "\0", " ", "\u{feff}", "\"", "a,", "a;", "a|", "a\t", "\"\"",
            "x\",",
        ];
        for sign in signs {
            for before in before {
                let text = format!("{before}{sign}HYPERLINK(\"http://x\")");
                assert!(is_taken_for_a_formula(&text), "{text:?} is no test");
                let cell = cell(&text);
                assert!(!is_taken_for_a_formula(&cell), "{text:?} became {cell:?}");
                assert!(!cell.contains(char::is_control), "{cell:?}");
            }
        }
    }

    #[test]
    fn an_ordinary_cell_is_what_it_was() {
        for text in [
            "Mi 4i",
            "SM-G930F",
            "2016-02-01",
            "Galaxy S20+",
            "Saïd 飛馬",
        ] {
            assert_eq!(cell(text), format!("\"{text}\""));
        }
        assert_eq!(cell("10\" tablet"), "\"10\"\" tablet\"");
    }
}
