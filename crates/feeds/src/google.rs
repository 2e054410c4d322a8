//! Google Play's supported devices: brand, marketing name, code name, model code; nothing of radio.

use std::io::{self, BufRead};

use crate::out::Out;
use crate::table::Table;
use crate::{DeviceFact, Fact};

/// The platform that a listed device is certified for.
pub(crate) const PLATFORM: &str = "Google Mobile Services";

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let brand = table.column("retail_branding");
    let name = table.column("marketing_name");
    let codename = table.column("device");
    let code = table.column("model");
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            let fact = DeviceFact {
                brand: record.get(brand).to_owned(),
                model: record.get(name).to_owned(),
                codes: one(record.get(code)),
                codenames: one(record.get(codename)),
                platform: Some(PLATFORM.to_owned()),
                ..DeviceFact::default()
            };
            if fact.model.is_empty() && fact.codes.is_empty() && fact.codenames.is_empty() {
                let help = "a device needs a marketing name, a code name or a model code";
                draft.fault("", "device.nameless", "", help);
            } else {
                if fact.brand.is_empty() {
                    let help = "the list gives no brand; the device is known by its codes only";
                    draft.note("retail_branding", "brand.missing", "", help);
                }
                if fact.model.is_empty() {
                    let help = "the list gives no marketing name; its codes are kept";
                    draft.note("marketing_name", "name.missing", "", help);
                }
                draft.fact(Fact::Device(fact));
            }
        }
        out.push(draft);
    }
    Ok(())
}

fn one(text: &str) -> Vec<String> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![text.to_owned()]
    }
}
