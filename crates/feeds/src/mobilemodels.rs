//! MobileModels: tables of model codes with the names that they are sold under, as one file of tab-separated
//! rows; nothing of radio.
//!
//! A row's group is a model with its internal name and code name, `[X9] Mi 4i (ferrari)`; the market name
//! is that of the variant. Rows of one code in several tables, Chinese and English, stay side by side.

use std::io::{self, BufRead};

use crate::out::Out;
use crate::table::Table;
use crate::{DeviceFact, Fact};

/// The brands of the tables, by the beginning of a table's name. A table that holds several brands, or one
/// that is not known here, gives none.
const BRANDS: [(&str, &str); 25] = [
    ("360shouji", "360"),
    ("apple", "Apple"),
    ("asus", "Asus"),
    ("blackshark", "Black Shark"),
    ("coolpad", "Coolpad"),
    ("google", "Google"),
    ("honor", "Honor"),
    ("huawei", "Huawei"),
    ("lenovo", "Lenovo"),
    ("letv", "LeTV"),
    ("meizu", "Meizu"),
    ("mitv", "Xiaomi"),
    ("motorola", "Motorola"),
    ("nokia", "Nokia"),
    ("nothing", "Nothing"),
    ("nubia", "nubia"),
    ("oneplus", "OnePlus"),
    ("oppo", "OPPO"),
    ("realme", "realme"),
    ("samsung", "Samsung"),
    ("smartisan", "Smartisan"),
    ("sony", "Sony"),
    ("vivo", "vivo"),
    ("xiaomi", "Xiaomi"),
    ("zte", "ZTE"),
];

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let file = table.column("brand_file");
    let group = table.column("group");
    let code = table.column("model_code");
    let name = table.column("market_name");
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            let (code, name) = (record.get(code), record.get(name));
            if code.is_empty() {
                draft.fault(
                    "model_code",
                    "code.missing",
                    "",
                    "every row has a model code",
                );
            }
            if name.is_empty() {
                draft.fault("market_name", "name.missing", "", "every row has a name");
            }
            let brand = brand_of(record.get(file));
            if brand.is_none() {
                let help = "the table is of several brands or not known here; no brand is assumed";
                draft.note("brand_file", "brand.missing", record.get(file), help);
            }
            if !draft.has_faults() {
                draft.fact(device(brand, name, code, record.get(group)));
            }
        }
        out.push(draft);
    }
    Ok(())
}

/// A device of a table by its name, its code and the group that it stands in.
pub(crate) fn device(brand: Option<&str>, name: &str, code: &str, group: &str) -> Fact {
    Fact::Device(DeviceFact {
        brand: brand.unwrap_or_default().to_owned(),
        model: name.to_owned(),
        codes: vec![code.to_owned()],
        codenames: codenames(group),
        ..DeviceFact::default()
    })
}

/// The brand of a table, by its file's name.
pub(crate) fn brand_of(file: &str) -> Option<&'static str> {
    let start = file.split(['_', '-']).next().unwrap_or_default();
    let known = BRANDS.iter().find(|(name, _)| *name == start);
    known.map(|(_, brand)| *brand)
}

/// The code names in the last parentheses of a group: `` [`X9`] Mi 4i (`ferrari`) ``.
fn codenames(group: &str) -> Vec<String> {
    let inside = group
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .map_or("", |(_, inside)| inside);
    let quoted = inside.split('`').skip(1).step_by(2);
    let names = quoted.map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
