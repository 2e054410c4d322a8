//! Reads a TOML file that somebody wrote by hand: every fault with its line, none hides another.
//!
//! Knows TOML and places. What the file is about is its own reader's to say.

use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use domain::ParseError;
use domain::fault::Fault;
use domain::number::holds_imei;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::error::Code;

/// Most characters of what was found that a fault repeats.
const FOUND_CHARS_MAX: usize = 80;

/// One file, with the faults found so far.
pub(crate) struct TomlReader<'a> {
    file: &'a str,
    text: &'a str,
    /// The rule that a value breaks which does not parse: `policy.value`.
    value_rule: &'static str,
    pub faults: Vec<Fault>,
}

impl<'a> TomlReader<'a> {
    /// `file` is how the user named it.
    pub fn new(file: &'a str, text: &'a str, value_rule: &'static str) -> Self {
        Self {
            file,
            text,
            value_rule,
            faults: Vec::new(),
        }
    }

    /// The file as a whole; none, and one fault, if it has another form.
    pub fn form<T: DeserializeOwned>(&mut self, rule: &'static str, help: &str) -> Option<T> {
        let mut lines = self.text.split_inclusive('\n');
        if let Some(line) = lines.position(holds_imei) {
            let before = self.text.split_inclusive('\n').take(line);
            let at = before.map(str::len).sum();
            self.fault(at..at, "imei.not_here", "", Code::ImeiNotHere.help());
            return None;
        }
        match toml::from_str(self.text) {
            Ok(written) => Some(written),
            Err(error) => {
                let message = error.message().lines().next().unwrap_or_default();
                self.fault(error.span().unwrap_or(0..0), rule, message, help);
                None
            }
        }
    }

    pub fn fault(&mut self, at: Range<usize>, rule: &'static str, found: &str, help: impl Display) {
        let before = self.text.get(..at.start).unwrap_or_default();
        let lines = before.matches('\n').count();
        self.faults.push(Fault {
            file: self.file.to_owned(),
            line: u64::try_from(lines).unwrap_or(0) + 1,
            column: String::new(),
            rule,
            found: found.chars().take(FOUND_CHARS_MAX).collect(),
            help: help.to_string(),
        });
    }

    pub fn parsed<T: FromStr<Err = ParseError>>(&mut self, written: &Spanned<String>) -> Option<T> {
        let parsed = written.get_ref().parse();
        parsed
            .map_err(|error: ParseError| {
                let rule = self.value_rule;
                self.fault(written.span(), rule, written.get_ref(), error.help);
            })
            .ok()
    }
}
