//! Model codes per device as collected from GSMArena: name and codes, the brand in the key; nothing of
//! radio.
//!
//! The devices stand in the array `data` of one object. The key begins with the brand: `nokia_g42-12381`.

use std::collections::HashSet;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::json::{self, Elements};
use crate::out::{Draft, Out};
use crate::{DeviceFact, Fact};

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_object(Elements::under(text, "data")?, out, device)
}

fn device(object: &Map<String, Value>, draft: &mut Draft) {
    let name = json::text(object, "device_name", draft).unwrap_or_default();
    if name.is_empty() {
        draft.fault("device_name", "name.missing", "", "every device has a name");
        return;
    }
    let key = json::text(object, "key", draft).unwrap_or_default();
    let brand = key.split_once('_').map_or("", |(brand, _)| brand);
    if brand.is_empty() {
        let help = "the key begins without a brand; the device is known by its name only";
        draft.note("key", "brand.missing", key, help);
    }
    let mut seen = HashSet::new();
    let mut codes = Vec::new();
    let models = object.get("models").and_then(Value::as_array);
    for model in models.into_iter().flatten() {
        match model.as_str().map(str::trim) {
            Some(code) if code.is_empty() || !seen.insert(code) => {}
            Some(code) => codes.push(code.to_owned()),
            None => draft.note("models", "field.not_text", &model.to_string(), "set aside"),
        }
    }
    draft.fact(Fact::Device(DeviceFact {
        brand: brand.to_owned(),
        model: name.to_owned(),
        codes,
        ..DeviceFact::default()
    }));
}
