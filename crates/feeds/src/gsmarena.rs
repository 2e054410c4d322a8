//! GSMArena's specification sheets as collected in 2021: one JSON object per line, all sections of a sheet
//! in one.
//!
//! Rows without a name are kept under three keys, in the order of the sheet: the first as `info`, the
//! second as `_1`, the last as `_1_1`; those between are lost. The network comes first on a sheet, so the
//! rows before the first that is no band list are the network's, and if that is among the first two, none
//! of the network's rows is lost.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::bands;
use crate::json;
use crate::out::{Draft, Out};
use crate::sheet::{self, Lost, Sheet};
use crate::{DeviceFact, Fact};

const UNNAMED: [&str; 3] = ["info", "_1", "_1_1"];

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_line(text, out, device)
}

pub(crate) fn device(object: &Map<String, Value>, draft: &mut Draft) {
    let brand = json::text(object, "Brand", draft).unwrap_or_default();
    let name = json::text(object, "Model Name", draft).unwrap_or_default();
    let (brand, model) = brand_and_model(brand, name);
    if model.is_empty() {
        draft.fault(
            "Model Name",
            "name.missing",
            name,
            "every sheet names its device",
        );
        return;
    }
    let mut fact = DeviceFact {
        brand: brand.to_owned(),
        model: model.to_owned(),
        codes: sheet::codes(json::text(object, "Models", draft).unwrap_or_default()),
        ..DeviceFact::default()
    };
    fact.released = ["Status", "Announced"]
        .into_iter()
        .find_map(|key| sheet::released(json::text(object, key, draft).unwrap_or_default()));
    let unnamed = UNNAMED.map(|key| json::text(object, key, draft).unwrap_or_default());
    let (others, lost) = network_rows(&unnamed);
    let sheet = Sheet::read(object, others, lost, draft);
    fact.variant = sheet.variant();
    fact.radio = sheet.radio(draft);
    let others = codes_of_others(&mut fact);
    draft.fact(Fact::Device(fact));
    if let Some(others) = others {
        draft.fact(Fact::Device(others));
    }
}

/// Where the variant of the lists is told by codes of the sheet (`SM-G981B`, `A2221`), the bands are those
/// codes' alone: takes the other codes away, to a fact of their own that says nothing of radio.
fn codes_of_others(fact: &mut DeviceFact) -> Option<DeviceFact> {
    let variant = fact.variant.as_deref()?;
    let words = || variant.split([',', ';', '/', ' ']).map(str::trim);
    let is_named = |code: &String| {
        let is_it = |word: &str| code.eq_ignore_ascii_case(word);
        is_it(variant) || words().any(is_it)
    };
    let (named, others): (Vec<_>, Vec<_>) = fact.codes.drain(..).partition(is_named);
    if named.is_empty() {
        fact.codes = others;
        return None;
    }
    fact.codes = named;
    (!others.is_empty()).then(|| DeviceFact {
        brand: fact.brand.clone(),
        model: fact.model.clone(),
        codes: others,
        released: fact.released.clone(),
        ..DeviceFact::default()
    })
}

/// The collection writes brands in its own way (`benq_siemens`); a name that begins with its brand
/// (`BenQ-Siemens E71`) has the maker's spelling.
fn brand_and_model<'a>(brand: &'a str, name: &'a str) -> (&'a str, &'a str) {
    let same = |(a, b): (u8, u8)| {
        a.eq_ignore_ascii_case(&b) || !(a.is_ascii_alphanumeric() || b.is_ascii_alphanumeric())
    };
    let spelt = name.get(..brand.len()).unwrap_or_default();
    let rest = name.get(brand.len()..).unwrap_or_default();
    let is_same = spelt.len() == brand.len() && spelt.bytes().zip(brand.bytes()).all(same);
    if is_same && (rest.is_empty() || rest.starts_with(' ')) {
        (spelt, rest.trim())
    } else {
        (brand, name)
    }
}

/// The rows of the network among those without a name, and whether others are lost.
fn network_rows<'a>(unnamed: &'a [&'a str; 3]) -> (&'a [&'a str], Lost) {
    let ours = unnamed.iter().take_while(|row| bands::may_be_list(row));
    let count = ours.count();
    let lost = match unnamed {
        [_, second, last] if bands::may_be_list(second) && !last.is_empty() => Lost::Rows,
        _ => Lost::Nothing,
    };
    (unnamed.get(..count).unwrap_or_default(), lost)
}
