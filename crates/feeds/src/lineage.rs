//! LineageOS's wiki: vendor, name, code name, model codes; nothing of radio.
//!
//! The wiki names the generations of a modem (`4G LTE`) without a band. That settles nothing on any network
//! and would make the answers of lists that do name bands vaguer, so it is not kept.

use std::collections::HashSet;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::json;
use crate::out::{Draft, Out};
use crate::{DeviceFact, Fact};

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_line(text, out, device)
}

fn device(object: &Map<String, Value>, draft: &mut Draft) {
    let text = |key: &str, draft: &mut Draft| {
        let text = json::text(object, key, draft);
        text.unwrap_or_default().to_owned()
    };
    let model = text("name", draft);
    if model.is_empty() {
        draft.fault("name", "name.missing", "", "every entry names its device");
        return;
    }
    let fact = DeviceFact {
        brand: text("vendor", draft),
        model,
        codes: texts(object, "models", draft),
        codenames: Some(text("codename", draft))
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect(),
        released: released(&text("release", draft)),
        ..DeviceFact::default()
    };
    draft.fact(Fact::Device(fact));
}

/// A list of texts, each once; null is none.
fn texts(object: &Map<String, Value>, key: &str, draft: &mut Draft) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    match object.get(key) {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) => {
            for item in list {
                match item.as_str().map(str::trim) {
                    Some("") => {}
                    Some(text) if !seen.insert(text) => {}
                    Some(text) => texts.push(text.to_owned()),
                    None => draft.note(key, "field.not_text", &item.to_string(), "set aside"),
                }
            }
        }
        Some(other) => {
            draft.note(
                key,
                "field.not_a_list",
                &other.to_string(),
                "write a list of texts",
            );
        }
    }
    texts
}

/// `2016-04` or `2018-04-30`, to the month; `2015`.
fn released(text: &str) -> Option<String> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.split('-');
    let year = parts
        .next()
        .filter(|year| year.len() == 4 && is_digits(year))?;
    match parts.next() {
        Some(month) if month.len() == 2 && is_digits(month) => Some(format!("{year}-{month}")),
        Some(_) => None,
        None => Some(year.to_owned()),
    }
}
