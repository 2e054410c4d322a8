//! Xiaomi phones' specification sheets as collected from GSMArena: one JSON object per line.
//!
//! A sheet's band list claims to be the whole set of each technology it speaks of; a technology that its
//! line `Technology` leaves out is not there at all. Not so where the collection has lost rows: the site
//! lists bands per regional variant, the collection kept one row and at times another one in `info`.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::json;
use crate::out::{Draft, Out};
use crate::sheet::{self, Lost, Sheet};
use crate::{DeviceFact, Fact};

const BRAND: &str = "Xiaomi";

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_line(text, out, device)
}

fn device(object: &Map<String, Value>, draft: &mut Draft) {
    let name = json::text(object, "name", draft).unwrap_or_default();
    let model = name.strip_prefix(BRAND).map_or(name, str::trim);
    if model.is_empty() {
        draft.fault("name", "name.missing", name, "every sheet names its device");
        return;
    }
    let specs = object.get("specs").and_then(Value::as_object);
    let section = |name: &str| {
        specs
            .and_then(|specs| specs.get(name))
            .and_then(Value::as_object)
    };
    let mut fact = DeviceFact {
        brand: BRAND.to_owned(),
        model: model.to_owned(),
        codenames: codenames(object, draft),
        ..DeviceFact::default()
    };
    if let Some(misc) = section("Misc") {
        fact.codes = sheet::codes(json::text(misc, "Models", draft).unwrap_or_default());
    }
    if let Some(launch) = section("Launch") {
        fact.released = ["Status", "Announced"]
            .into_iter()
            .find_map(|key| sheet::released(json::text(launch, key, draft).unwrap_or_default()));
    }
    match section("Network") {
        Some(network) => {
            let info = json::text(network, "info", draft).unwrap_or_default();
            let sheet = Sheet::read(network, &[info], Lost::Nothing, draft);
            fact.variant = sheet.variant();
            fact.radio = sheet.radio(draft);
        }
        None => draft.note(
            "Network",
            "network.missing",
            "",
            "the sheet says nothing of bands",
        ),
    }
    draft.fact(Fact::Device(fact));
}

fn codenames(object: &Map<String, Value>, draft: &mut Draft) -> Vec<String> {
    let list = object.get("codenames").and_then(Value::as_array);
    let mut names = Vec::new();
    for name in list.into_iter().flatten() {
        match name.as_str().map(str::trim) {
            Some(name) if !name.is_empty() => names.push(name.to_owned()),
            _ => draft.note(
                "codenames",
                "field.not_text",
                &name.to_string(),
                "set aside",
            ),
        }
    }
    names
}
