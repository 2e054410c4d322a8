//! What is said when a command cannot do what it was asked: `error:`, the places, `hint:`.
//!
//! Knows no terminal: `print.rs` writes it, as text or as JSON.

use std::path::Path;

use serde::{Deserialize, Serialize};
use trade::{Code, Error};
use web::wire::FaultJson;

use crate::exit::Exit;

/// Why a command ended without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A stable code, for programs.
    pub code: String,
    /// What happened, in a sentence.
    pub detail: String,
    /// What to do next.
    pub help: String,
    /// Where the input is wrong, if it is.
    pub faults: Vec<FaultJson>,
    /// How the command ends.
    pub exit: Exit,
}

impl Failure {
    /// A failure of the command line's own.
    pub fn new(exit: Exit, code: &str, detail: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            detail: detail.into(),
            help: help.into(),
            faults: Vec::new(),
            exit,
        }
    }

    /// The command line is wrong.
    pub fn usage(detail: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::USAGE, "usage", detail, help)
    }

    /// A file or folder cannot be used.
    pub fn file(exit: Exit, path: impl AsRef<Path>, error: &std::io::Error) -> Self {
        Self::new(
            exit,
            "file_cannot_be_used",
            format!("{}: {error}", path.as_ref().display()),
            "check the path and its permissions",
        )
    }

    /// Whether a word of the command line reads as what it should be.
    pub fn of_word(flag: &str, error: &domain::ParseError) -> Self {
        Self::usage(
            format!("{flag}: {:?} is not {}", error.value, error.rule),
            error.help,
        )
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let faults: Vec<FaultJson> = error.faults.iter().map(FaultJson::from).collect();
        let detail = match faults.len() {
            0 => error.detail,
            // The places are listed below it, so the sentence does not repeat the first.
            1 => format!("{}: 1 fault", error.code.title()),
            many => format!("{}: {many} faults", error.code.title()),
        };
        let (detail, help) = match (error.code, detail.split_once("; ")) {
            // A database that cannot be opened says itself what helps.
            (Code::DatabaseOpen, Some((detail, help))) => (detail.to_owned(), help.to_owned()),
            _ => (detail, help(error.code).to_owned()),
        };
        Self {
            code: error.code.name().to_owned(),
            detail,
            help,
            faults,
            exit: Exit::of(error.code),
        }
    }
}

/// The table's help, said for somebody at a terminal.
fn help(code: Code) -> &'static str {
    match code {
        Code::DeviceUnknown => {
            "try the brand and the model, or the model code printed on the device; \
             `passband import FILE` makes more devices known"
        }
        Code::NetworkUnknown => {
            "check --network and --country; `passband import FILE` makes more networks known"
        }
        Code::Broken => "run `passband doctor`; if it finds nothing, report what you did",
        _ => code.help(),
    }
}
