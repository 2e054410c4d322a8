//! Xiaomi's devices by code name: their names, their model codes, the codes of their system's builds; nothing
//! of radio.
//!
//! A code name may end in a region's (`agate_eea_global`); both are kept as one name, as they are printed.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::json::{self, Element, Elements};
use crate::mobilemodels::without_market;
use crate::out::{Draft, Out};
use crate::{DeviceFact, Fact};

const BRAND: &str = "Xiaomi";
/// The words for regions that names end in: `MI 4i Global` is a variant of `MI 4i`.
const REGIONS: [&str; 11] = [
    "China",
    "EEA",
    "Europe",
    "Global",
    "India",
    "Indonesia",
    "Japan",
    "Korea",
    "Russia",
    "Taiwan",
    "Turkey",
];

/// `"ferrari": {"internal_name": "X9", "name": "Mi 4i", "models": {"`2015015`": "Mi 4i Global"}}`.
pub(crate) fn read_models(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    each(Elements::of_object(text), out, |key, value, draft| {
        let Value::Object(device) = value else {
            let help = "under each code name stands an object with name and models";
            draft.fault(key, "json.not_an_object", &value.to_string(), help);
            return;
        };
        models(key, &device, draft);
    })
}

fn models(codename: &str, device: &Map<String, Value>, draft: &mut Draft) {
    let family = device.get("name").and_then(Value::as_str);
    let models = device.get("models").and_then(Value::as_object);
    for (codes, name) in models.into_iter().flatten() {
        let Some(name) = name.as_str().filter(|name| !name.trim().is_empty()) else {
            draft.note(codes, "name.missing", &name.to_string(), "set aside");
            continue;
        };
        // Several codes may share a name: `` `M2001J2E` `M2001J2C` ``.
        let codes = codes.split('`').map(str::trim);
        let codes: Vec<String> = codes
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect();
        let (model, variant) = without_market(name.trim(), family.unwrap_or_default().trim());
        let mut device = named(model, codes, &[codename]);
        device.variant = variant.map(str::to_owned);
        draft.fact(Fact::Device(device));
    }
    if let Some(name) = json::text(device, "name", draft).filter(|name| !name.is_empty()) {
        draft.fact(Fact::Device(named(name, Vec::new(), &[codename])));
    }
    if !draft.has_facts() {
        let help = "a code name with neither a name nor a model code says nothing";
        draft.fault(codename, "device.nameless", "", help);
    }
}

/// `"ferrari_global": "MI 4i Global"`. The names are Markdown: a code name may stand in back ticks.
pub(crate) fn read_names(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    each_text(Elements::of_object(text), out, |key, name, draft| {
        let bare = match name.rsplit_once("(`") {
            Some((before, inside)) if inside.ends_with("`)") => before.trim(),
            _ => name,
        };
        let bare = bare.replace('`', "");
        if bare.is_empty() {
            draft.fault(key, "name.missing", name, "every code name has a name");
            return;
        }
        let (model, region) = match bare.rsplit_once(' ') {
            Some((model, word)) if REGIONS.contains(&word) => (model, Some(word)),
            _ => (bare.as_str(), None),
        };
        let mut device = named(model, Vec::new(), &[key]);
        device.variant = region.map(str::to_owned);
        draft.fact(Fact::Device(device));
    })
}

/// `"agate_global": "KWMI"`, the code that a build's version ends in.
pub(crate) fn read_builds(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    each_text(Elements::of_object(text), out, |key, code, draft| {
        if code.is_empty() {
            let help = "the list gives no code; the code name is kept";
            draft.note(key, "code.missing", "", help);
        }
        draft.fact(Fact::Device(named("", Vec::new(), &[key, code])));
    })
}

/// `["ferrari", "ferrari_global"]`.
pub(crate) fn read_codenames(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    each_text(Elements::new(text), out, |_, codename, draft| {
        if codename.is_empty() {
            draft.fault("", "device.nameless", "", "a code name is not empty");
            return;
        }
        draft.fact(Fact::Device(named("", Vec::new(), &[codename])));
    })
}

fn named(model: &str, codes: Vec<String>, codenames: &[&str]) -> DeviceFact {
    let codenames = codenames.iter().filter(|name| !name.is_empty());
    DeviceFact {
        brand: BRAND.to_owned(),
        model: model.to_owned(),
        codes,
        codenames: codenames.map(|name| (*name).to_owned()).collect(),
        ..DeviceFact::default()
    }
}

fn each_text(
    elements: Elements<'_>,
    out: &mut Out<'_>,
    each_one: impl Fn(&str, &str, &mut Draft),
) -> io::Result<()> {
    each(elements.of_texts(), out, |key, value, draft| match value {
        Value::String(text) => each_one(key, text.trim(), draft),
        other => draft.fault(
            key,
            "field.not_text",
            &other.to_string(),
            "write it in quotes",
        ),
    })
}

/// Each element with its key; one without a key where there must be one has been told already.
fn each(
    mut elements: Elements<'_>,
    out: &mut Out<'_>,
    each_one: impl Fn(&str, Value, &mut Draft),
) -> io::Result<()> {
    while let Some(Element { line, key, content }) = elements.next()? {
        if out.full(line) {
            return Ok(());
        }
        let mut draft = out.draft(line);
        match content {
            Err(broken) => broken.report(&mut draft),
            Ok(bytes) => {
                if let Some(value) = json::value(&bytes, &mut draft) {
                    each_one(key.trim(), value, &mut draft);
                }
            }
        }
        out.push(draft);
    }
    Ok(())
}
