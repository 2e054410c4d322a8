//! Xiaomi's phones on Google's list of certified devices: a list of one-key objects,
//! `{"ferrari": {"name": "Mi 4i", "model": "Mi 4i"}}`; nothing of radio.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::google::PLATFORM;
use crate::json::{self, Elements};
use crate::out::{Draft, Out};
use crate::{DeviceFact, Fact};

const BRAND: &str = "Xiaomi";

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_object(Elements::new(text), out, device)
}

fn device(object: &Map<String, Value>, draft: &mut Draft) {
    let mut entries = object.iter();
    let (Some((codename, Value::Object(said))), None) = (entries.next(), entries.next()) else {
        let help = "each element has one key, the code name, and under it name and model";
        let found = Value::Object(object.clone()).to_string();
        draft.fault("", "json.not_one_key", &found, help);
        return;
    };
    let name = json::text(said, "name", draft).unwrap_or_default();
    let code = json::text(said, "model", draft).unwrap_or_default();
    let listed = |text: &str| -> Vec<String> {
        let kept = (!text.trim().is_empty()).then(|| text.trim().to_owned());
        kept.into_iter().collect()
    };
    let fact = DeviceFact {
        brand: BRAND.to_owned(),
        model: name.to_owned(),
        codes: listed(code),
        codenames: listed(codename),
        platform: Some(PLATFORM.to_owned()),
        ..DeviceFact::default()
    };
    if fact.model.is_empty() && fact.codes.is_empty() && fact.codenames.is_empty() {
        let help = "a device needs a marketing name, a code name or a model code";
        draft.fault("", "device.nameless", "", help);
        return;
    }
    if fact.model.is_empty() {
        let help = "the list gives no marketing name; its codes are kept";
        draft.note("name", "name.missing", "", help);
    }
    draft.fact(Fact::Device(fact));
}
