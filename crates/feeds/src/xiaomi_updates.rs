//! Until when Xiaomi's devices get security updates: its list of those that get none any more, and its
//! devices on Android's list for enterprises with the month in which updates end.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::json::{self, Elements};
use crate::out::{Draft, Out};
use crate::{Fact, UpdatesFact};

/// Brands within one group of the list; each costs a pass over the group.
const BRANDS_PER_GROUP: usize = 16;

/// `{"phone": [{"Redmi": [{"brand": …, "deviceName": …, "sku": …}]}]}`: groups of devices, each a row.
pub(crate) fn read_ended(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut groups = Elements::under(text, "phone")?;
    while let Some(group) = groups.next()? {
        let mut draft = out.draft(group.line);
        let bytes = match group.content {
            Ok(bytes) => bytes,
            Err(broken) => {
                broken.report(&mut draft);
                out.push(draft);
                continue;
            }
        };
        let Some(names) = json::object(&bytes, &mut draft) else {
            out.push(draft);
            continue;
        };
        if names.len() > BRANDS_PER_GROUP {
            let help = format!("a group has at most {BRANDS_PER_GROUP} brands");
            draft.fault("phone", "json.too_many_keys", "", &help);
            out.push(draft);
            continue;
        }
        for name in names.keys() {
            let mut part = bytes.as_slice();
            let devices = Elements::under(&mut part, name)?.starting_at(group.line);
            json::each_object(devices, out, ended)?;
        }
    }
    Ok(())
}

fn ended(object: &Map<String, Value>, draft: &mut Draft) {
    let brand = json::text(object, "brand", draft).unwrap_or_default();
    let Some(model) = name(object, draft) else {
        return;
    };
    let codename = json::text(object, "sku", draft).unwrap_or_default();
    let codename = (!codename.is_empty()).then(|| codename.to_owned());
    draft.fact(Fact::Updates(UpdatesFact {
        brand: brand.to_owned(),
        model,
        codenames: codename.into_iter().collect(),
        until: None,
        have_ended: true,
    }));
}

/// `{"items": [{"deviceName": "REDMI A7 Pro", "securityUpdateEol": "2032-04"}]}`.
pub(crate) fn read_enterprise(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_object(Elements::under(text, "items")?, out, enterprise)
}

fn enterprise(object: &Map<String, Value>, draft: &mut Draft) {
    let Some(model) = name(object, draft) else {
        return;
    };
    let ends = json::text(object, "securityUpdateEol", draft).unwrap_or_default();
    let Some(until) = month(ends) else {
        let help = "write year and month: 2032-04";
        draft.fault("securityUpdateEol", "date.not_a_month", ends, help);
        return;
    };
    draft.fact(Fact::Updates(UpdatesFact {
        brand: "Xiaomi".to_owned(),
        model,
        codenames: Vec::new(),
        until: Some(until),
        have_ended: false,
    }));
}

fn name(object: &Map<String, Value>, draft: &mut Draft) -> Option<String> {
    let name = json::text(object, "deviceName", draft).unwrap_or_default();
    if name.is_empty() {
        draft.fault("deviceName", "name.missing", "", "every device has a name");
        return None;
    }
    Some(name.to_owned())
}

/// `2025-1` is January, `2025-10` October: `2025-01` and `2025-10`.
fn month(text: &str) -> Option<String> {
    let (year, month) = text.split_once('-')?;
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let month: u8 = month.parse().ok()?;
    (is_year && (1..=12).contains(&month)).then(|| format!("{year}-{month:02}"))
}
