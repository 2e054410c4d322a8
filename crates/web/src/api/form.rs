//! Reading what is asked: the fields of a JSON body or of a query, each checked once, all faults collected.
//!
//! A request type says in [`FromForm`] how it is read. A field that nobody asked for is a fault too: a misspelt
//! restriction must not pass for none. Places in a body are JSON pointers, those in a query are `?name`. Knows
//! nothing of HTTP: `asked.rs` brings what was sent.

use std::ops::RangeInclusive;
use std::str::FromStr;

use domain::ParseError;
use domain::fault::Fault;
use serde_json::Value;
use trade::Code;

use crate::no_imei;
use crate::problem::{Problem, ProblemPlace};

/// Characters of a value that a fault repeats.
const FOUND_CHARS_MAX: usize = 60;
/// Most faults that one answer names.
const FAULTS_MAX: usize = 100;

/// A request that is read from a form.
pub trait FromForm: Sized {
    /// Takes every field that it knows. `None` only where the form has a fault.
    fn from_form(form: &mut Form) -> Option<Self>;
}

/// Fields that are taken one by one.
pub struct Form {
    at: String,
    fields: Vec<(String, Value)>,
    /// In a query every value is text, so a number is read from text.
    is_query: bool,
    faults: Vec<ProblemPlace>,
}

impl Form {
    /// An identifier, an instant: whatever reads itself from text.
    pub fn need<T: FromStr<Err = ParseError>>(&mut self, name: &str) -> Option<T> {
        let value = self.take_needed(name)?;
        self.parsed(name, &value)
    }

    /// As [`Form::need`], and absent or `null` is none.
    pub fn may<T: FromStr<Err = ParseError>>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        self.parsed(name, &value)
    }

    /// Text of 1 to `chars_max` characters.
    pub fn need_text(&mut self, name: &str, chars_max: usize) -> Option<String> {
        let value = self.take_needed(name)?;
        let text = self.text(name, &value, chars_max)?;
        if text.trim().is_empty() {
            self.fault(name, "field.empty", "", "it must not be empty");
            return None;
        }
        Some(text)
    }

    /// As [`Form::need_text`], of something that no fault may repeat, whatever form it came in.
    pub fn need_secret(&mut self, name: &str, chars_max: usize) -> Option<String> {
        let value = self.take_needed(name)?;
        if !value.is_string() {
            self.fault(name, "field.not_text", "", "send it as text");
            return None;
        }
        self.text(name, &value, chars_max)
    }

    /// Text of at most `chars_max` characters; absent or `null` is none.
    pub fn may_text(&mut self, name: &str, chars_max: usize) -> Option<String> {
        let value = self.take(name)?;
        self.text(name, &value, chars_max)
    }

    /// A whole number within `range`.
    pub fn need_number(&mut self, name: &str, range: &RangeInclusive<u32>) -> Option<u32> {
        let value = self.take_needed(name)?;
        self.number(name, &value, range)
    }

    /// As [`Form::need_number`], and absent or `null` is none.
    pub fn may_number(&mut self, name: &str, range: &RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(name)?;
        self.number(name, &value, range)
    }

    /// A value of any shape, for a reader of its own.
    pub fn need_any(&mut self, name: &str) -> Option<Value> {
        self.take_needed(name)
    }

    /// An object; absent or `null` is none.
    pub fn may_form<T: FromForm>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        let place = self.place(name);
        self.inner(place, value)
    }

    /// A list of objects, within `range` of them.
    pub fn need_each<T: FromForm>(
        &mut self,
        name: &str,
        range: &RangeInclusive<usize>,
    ) -> Option<Vec<T>> {
        let Value::Array(values) = self.take_needed(name)? else {
            self.fault(name, "field.not_a_list", "", "send a JSON array");
            return None;
        };
        if !range.contains(&values.len()) {
            let help = format!("send {} to {} of them", range.start(), range.end());
            self.fault(name, "field.count", &values.len().to_string(), &help);
            return None;
        }
        let place = self.place(name);
        let read: Vec<Option<T>> = values
            .into_iter()
            .enumerate()
            .map(|(index, value)| self.inner(format!("{place}/{index}"), value))
            .collect();
        read.into_iter().collect()
    }

    /// Notes what is wrong with a field.
    pub fn fault(&mut self, name: &str, rule: &str, found: &str, help: &str) {
        let place = self.place(name);
        self.put_fault(place, rule, found, help);
    }

    /// Notes what another reader found wrong; its columns are places.
    pub fn faults(&mut self, faults: &[Fault]) {
        self.faults.extend(faults.iter().map(ProblemPlace::from));
    }

    /// Reads a JSON body.
    pub fn read_body<T: FromForm>(value: Value) -> Result<T, Problem> {
        no_imei::out_of_json(&value)?;
        match Self::of_object(String::new(), value, Vec::new()) {
            Ok(form) => form.read(),
            Err(form) => Err(invalid(form.faults)),
        }
    }

    /// Reads a query.
    pub fn read_query<T: FromForm>(pairs: Vec<(String, String)>) -> Result<T, Problem> {
        let pairs = pairs.into_iter();
        let form = Self {
            at: String::new(),
            fields: pairs
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
            is_query: true,
            faults: Vec::new(),
        };
        form.read()
    }

    fn of_object(at: String, value: Value, faults: Vec<ProblemPlace>) -> Result<Self, Self> {
        let mut form = Self {
            at,
            fields: Vec::new(),
            is_query: false,
            faults,
        };
        match value {
            Value::Object(fields) => {
                form.fields = fields.into_iter().collect();
                Ok(form)
            }
            other => {
                let place = form.at.clone();
                let found = other.to_string();
                form.put_fault(place, "field.not_an_object", &found, "send a JSON object");
                Err(form)
            }
        }
    }

    fn inner<T: FromForm>(&mut self, at: String, value: Value) -> Option<T> {
        let faults = std::mem::take(&mut self.faults);
        match Self::of_object(at, value, faults) {
            Ok(mut form) => {
                let read = T::from_form(&mut form);
                form.refuse_the_rest();
                self.faults = form.faults;
                read
            }
            Err(form) => {
                self.faults = form.faults;
                None
            }
        }
    }

    fn read<T: FromForm>(mut self) -> Result<T, Problem> {
        let read = T::from_form(&mut self);
        self.refuse_the_rest();
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(invalid(self.faults)),
        }
    }

    fn refuse_the_rest(&mut self) {
        for (name, _) in std::mem::take(&mut self.fields) {
            self.fault(
                &name,
                "field.unknown",
                &name,
                "it means nothing here; take it away",
            );
        }
    }

    fn place(&self, name: &str) -> String {
        if self.is_query {
            return format!("?{}", shortened(name));
        }
        let name = name.replace('~', "~0").replace('/', "~1");
        format!("{}/{}", self.at, shortened(&name))
    }

    fn put_fault(&mut self, place: String, rule: &str, found: &str, help: &str) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(ProblemPlace {
                place,
                rule: rule.to_owned(),
                found: shortened(found),
                help: help.to_owned(),
            });
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let index = self.fields.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.fields.swap_remove(index);
        if self.fields.iter().any(|(known, _)| known == name) {
            self.fields.retain(|(known, _)| known != name);
            self.fault(name, "field.twice", name, "say it once");
        }
        (!value.is_null()).then_some(value)
    }

    fn take_needed(&mut self, name: &str) -> Option<Value> {
        let value = self.take(name);
        if value.is_none() {
            self.fault(name, "field.missing", "", "it is needed");
        }
        value
    }

    fn parsed<T: FromStr<Err = ParseError>>(&mut self, name: &str, value: &Value) -> Option<T> {
        let Some(text) = value.as_str() else {
            self.fault(
                name,
                "field.not_text",
                &value.to_string(),
                "send it as text",
            );
            return None;
        };
        match text.parse() {
            Ok(read) => Some(read),
            Err(error) => {
                let error: ParseError = error;
                let help = format!("it is not {}; {}", error.rule, error.help);
                self.fault(name, "field.value", &error.value, &help);
                None
            }
        }
    }

    fn text(&mut self, name: &str, value: &Value, chars_max: usize) -> Option<String> {
        let Some(text) = value.as_str() else {
            self.fault(
                name,
                "field.not_text",
                &value.to_string(),
                "send it as text",
            );
            return None;
        };
        if text.chars().count() > chars_max {
            let help = format!("send at most {chars_max} characters");
            // Not repeated: it may be a password.
            self.fault(name, "field.too_long", "", &help);
            return None;
        }
        if text.contains('\0') {
            self.fault(name, "field.not_text", "", "send text without NUL");
            return None;
        }
        Some(text.to_owned())
    }

    fn number(&mut self, name: &str, value: &Value, range: &RangeInclusive<u32>) -> Option<u32> {
        let number = match value {
            Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
            Value::String(text) if self.is_query => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let found = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let help = format!(
                "send a whole number from {} to {}",
                range.start(),
                range.end()
            );
            self.fault(name, "field.number", &found, &help);
        }
        number
    }
}

/// Bad input, with every place.
pub fn invalid(faults: Vec<ProblemPlace>) -> Problem {
    let detail = match faults.as_slice() {
        [only] => format!("{}: {}", only.place, only.help),
        many => format!("{} places are wrong", many.len()),
    };
    let mut problem = Problem::of(Code::InvalidInput, detail);
    problem.errors = faults;
    problem
}

/// Bad input in one place.
pub fn invalid_at(place: &str, rule: &str, found: &str, help: &str) -> Problem {
    invalid(vec![ProblemPlace {
        place: place.to_owned(),
        rule: rule.to_owned(),
        found: shortened(found),
        help: help.to_owned(),
    }])
}

fn shortened(text: &str) -> String {
    text.chars().take(FOUND_CHARS_MAX).collect()
}
