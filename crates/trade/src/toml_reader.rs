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
use toml::de::{DeTable, DeValue, Deserializer};

use crate::error::Code;

/// Most characters of what was found that a fault repeats.
const FOUND_CHARS_MAX: usize = 80;
/// Most faults in the form of one file that are told at once.
const FORM_FAULTS_MAX: usize = 50;

/// One file, with the faults found so far.
pub(crate) struct TomlReader<'a> {
    file: &'a str,
    text: &'a str,
    /// The rule that a value breaks which does not parse: `policy.value`.
    value_rule: &'static str,
    pub faults: Vec<Fault>,
}

/// Takes away the entry whose key or value stands exactly there; its key, or the key of the list it was in.
fn take_from_table(table: &mut DeTable<'_>, at: &Range<usize>) -> Option<String> {
    let is_meant =
        |(key, value): (&Spanned<_>, &Spanned<_>)| key.span() == *at || value.span() == *at;
    let meant = table.iter().find(|entry| is_meant(*entry));
    if let Some(key) = meant.map(|(key, _)| key.clone()) {
        table.remove(&key);
        return Some(key.into_inner().into_owned());
    }
    table
        .iter_mut()
        .find_map(|(key, value)| match value.get_mut() {
            DeValue::Array(_) | DeValue::Table(_) => {
                take_from_value(value.get_mut(), at, key.get_ref())
            }
            _ => None,
        })
}

fn take_from_value(value: &mut DeValue<'_>, at: &Range<usize>, key: &str) -> Option<String> {
    match value {
        DeValue::Table(table) => take_from_table(table, at),
        DeValue::Array(values) => {
            let place = values.iter().position(|one| one.span() == *at);
            if let Some(place) = place {
                let all = values.iter().enumerate();
                let rest = all.filter(|(at, _)| *at != place);
                *values = rest.map(|(_, one)| one.clone()).collect();
                return Some(key.to_owned());
            }
            let mut values = values.iter_mut();
            values.find_map(|one| take_from_value(one.get_mut(), at, key))
        }
        _ => None,
    }
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
        let (mut document, errors) = DeTable::parse_recoverable(self.text);
        for error in errors.iter().take(FORM_FAULTS_MAX) {
            self.form_fault(error, rule, help);
        }
        if !errors.is_empty() {
            return None;
        }
        // What does not belong is taken away, so that it does not hide what comes after it.
        let mut taken: Vec<String> = Vec::new();
        for _ in 0..FORM_FAULTS_MAX {
            let error = match T::deserialize(Deserializer::from(document.clone())) {
                Ok(written) => return Some(written),
                Err(error) => error,
            };
            let missed = error.message().strip_prefix("missing field `");
            let missed = missed.and_then(|rest| rest.split('`').next());
            if missed.is_some_and(|name| taken.iter().any(|one| one == name)) {
                return None;
            }
            self.form_fault(&error, rule, help);
            let at = error.span()?;
            taken.push(take_from_table(document.get_mut(), &at)?);
        }
        None
    }

    fn form_fault(&mut self, error: &toml::de::Error, rule: &'static str, help: &str) {
        let message = error.message().lines().next().unwrap_or_default();
        self.fault(error.span().unwrap_or(0..0), rule, message, help);
    }

    /// The faults in the order of their lines.
    pub fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
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
