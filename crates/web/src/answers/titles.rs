//! What a shop's title means, for programs and for spreadsheets.
//!
//! Matches nothing itself.

use serde::Serialize;
use trade::bulk::TitleAnswered;
use trade::titles::{TitleAnswer, TitleMatch};
use utoipa::ToSchema;

use super::{Form, RowErrorJson, csv_line, json_line};
use crate::problem::Problem;

const COLUMNS: [&str; 12] = [
    "line",
    "title",
    "outcome",
    "device",
    "ask",
    "storage_gb",
    "sims",
    "score",
    "words",
    "candidates",
    "error",
    "detail",
];

/// A phone that a title speaks of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TitleMatch)]
pub struct TitleMatchJson {
    /// Brand and marketing name.
    pub device: String,
    /// What to ask `/check` for, to get it; `null`: no list that was imported has it.
    pub ask: Option<String>,
    /// How sure, in points; 60 at least.
    pub score: i32,
    /// Whether a model code decided.
    pub by_code: bool,
    /// Storage in GB, where the title says it or the device is made with one size only.
    pub storage_gb: Option<u32>,
    /// SIM cards, where the title says it or the device is made for one number only.
    pub sims: Option<u8>,
    /// The words that decided, in the title's order.
    pub words: Vec<String>,
}

/// What a title means.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TitleAnswer)]
pub struct TitleAnswerJson {
    /// As it was asked.
    pub title: String,
    /// `match`; `bundle`: a phone with something else; `accessory`: something for a phone; `ambiguous`; `unlisted`:
    /// a model that no list has; `nothing`: no phone.
    pub outcome: &'static str,
    /// In words.
    pub sentence: String,
    /// The phone that is meant, that is in the bundle, or that the accessory is for.
    pub phone: Option<TitleMatchJson>,
    /// The phones that may be meant, if it is ambiguous; the best first.
    pub candidates: Vec<TitleMatchJson>,
    /// Brand and model as written, if no list has them.
    pub unlisted: Option<String>,
}

impl From<&TitleMatch> for TitleMatchJson {
    fn from(phone: &TitleMatch) -> Self {
        Self {
            device: phone.name.clone(),
            ask: phone.ask.clone(),
            score: phone.score,
            by_code: phone.by_code,
            storage_gb: phone.storage_gb,
            sims: phone.sims,
            words: phone.words.clone(),
        }
    }
}

impl TitleAnswerJson {
    /// The answer to a title.
    #[must_use]
    pub fn new(title: &str, answer: &TitleAnswer) -> Self {
        Self {
            title: title.to_owned(),
            outcome: answer.name(),
            sentence: answer.sentence(),
            phone: answer.phone().map(TitleMatchJson::from),
            candidates: match answer {
                TitleAnswer::Ambiguous(several) => {
                    several.iter().map(TitleMatchJson::from).collect()
                }
                _ => Vec::new(),
            },
            unlisted: match answer {
                TitleAnswer::Unlisted(model) => Some(model.clone()),
                _ => None,
            },
        }
    }
}

/// A row of a table with its answer: either `answer` or `error` is there.
#[derive(Clone, Debug, Serialize)]
struct TitleAnsweredJson {
    line: u64,
    title: String,
    answer: Option<TitleAnswerJson>,
    error: Option<RowErrorJson>,
}

/// What comes before the first row of a table, with its line end.
#[must_use]
pub fn head(form: Form) -> String {
    match form {
        Form::Csv => format!("{}\n", COLUMNS.join(",")),
        Form::JsonLines => String::new(),
    }
}

/// A row of a table, with its line end.
#[must_use]
pub fn line(form: Form, answered: &TitleAnswered) -> String {
    let TitleAnswered { question, outcome } = answered;
    let title = &question.device;
    match form {
        Form::Csv => csv_line(&cells(answered)),
        Form::JsonLines => json_line(&TitleAnsweredJson {
            line: question.line,
            title: title.clone(),
            answer: outcome
                .as_ref()
                .ok()
                .map(|answer| TitleAnswerJson::new(title, answer)),
            error: outcome.as_ref().err().map(RowErrorJson::from),
        }),
    }
}

/// The cells of a row, in the order of [`COLUMNS`].
fn cells(answered: &TitleAnswered) -> Vec<String> {
    let question = &answered.question;
    let mut cells = vec![question.line.to_string(), question.device.clone()];
    match &answered.outcome {
        Ok(answer) => {
            let json = TitleAnswerJson::new(&question.device, answer);
            cells.push(json.outcome.to_owned());
            if let Some(phone) = json.phone {
                let number =
                    |number: Option<u32>| number.map_or_else(String::new, |n| n.to_string());
                cells.extend([
                    phone.device,
                    phone.ask.unwrap_or_default(),
                    number(phone.storage_gb),
                    number(phone.sims.map(u32::from)),
                    phone.score.to_string(),
                    phone.words.join(" "),
                ]);
            } else {
                cells.push(json.unlisted.unwrap_or_default());
                cells.resize(COLUMNS.len() - 3, String::new());
            }
            let names: Vec<String> = json.candidates.into_iter().map(|one| one.device).collect();
            cells.push(names.join("; "));
            cells.resize(COLUMNS.len(), String::new());
        }
        Err(error) => {
            let problem = Problem::from(error.clone());
            cells.resize(COLUMNS.len() - 2, String::new());
            cells.extend([problem.code.to_owned(), problem.detail.clone()]);
        }
    }
    cells
}
