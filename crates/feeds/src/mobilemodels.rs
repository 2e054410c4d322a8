//! MobileModels: tables of model codes with the names that they are sold under, as one file of tab-separated
//! rows; nothing of radio.
//!
//! A row's group is a model with its internal name and code name, `[X9] Mi 4i (ferrari)`; the market name
//! is that of the variant: what it adds to the group's name is of the variant alone if it says only where or
//! by whom that is sold (`US Unlocked`, `Global`), and of the model otherwise (`5G`). Rows of one code in
//! several tables, Chinese and English, stay side by side.

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

/// Words that say where or by whom a variant is sold, or for how many SIM cards it is made; lower case.
const MARKET_WORDS: [&str; 66] = [
    "&",
    "/",
    "america",
    "asia",
    "at&t",
    "au",
    "australia",
    "brazil",
    "canada",
    "carrier",
    "china",
    "docomo",
    "dual",
    "eu",
    "europe",
    "free",
    "global",
    "hk",
    "hong",
    "india",
    "indonesia",
    "japan",
    "kddi",
    "kong",
    "korea",
    "latin",
    "macao",
    "mainland",
    "mexico",
    "mobile",
    "new",
    "nfc",
    "north",
    "ntt",
    "of",
    "pacific",
    "rakuten",
    "rest",
    "saudi",
    "sim",
    "single",
    "softbank",
    "south",
    "southeast",
    "sprint",
    "states",
    "t-mobile",
    "taiwan",
    "telecom",
    "thailand",
    "the",
    "tracfone",
    "tw",
    "unicom",
    "united",
    "unlocked",
    "us",
    "verizon",
    "world",
    "zealand",
    // For all networks, international, for China, for one of its three carriers, for India.
    "全网通版",
    "印度版",
    "国行版",
    "国际版",
    "电信版",
    "移动版",
];

/// A device of a table by its name, its code and the group that it stands in.
pub(crate) fn device(brand: Option<&str>, name: &str, code: &str, group: &str) -> Fact {
    let (model, variant) = without_market(name, group);
    Fact::Device(DeviceFact {
        brand: brand.unwrap_or_default().to_owned(),
        model: model.to_owned(),
        variant: variant.map(str::to_owned),
        codes: vec![code.to_owned()],
        codenames: codenames(group),
        ..DeviceFact::default()
    })
}

/// No name says in more words where it is sold.
const MARKET_WORDS_MAX: usize = 12;
/// What stands around the name in a group.
const AROUND_NAME: [char; 6] = [' ', '(', ']', ':', '：', '\u{200B}'];

/// A market name without its last words, if the group's name does not have them and all say where or by whom
/// it is sold: `Galaxy S22 Ultra`, `US Unlocked`.
pub(crate) fn without_market<'a>(name: &'a str, group: &str) -> (&'a str, Option<&'a str>) {
    let named = group.split(['`', '[']);
    let named: Vec<&str> = named
        .map(|part| part.trim_matches(AROUND_NAME))
        .filter(|part| !part.is_empty())
        .collect();
    let begins_with_named = |model: &str| {
        named.iter().any(|part| {
            let rest = model.strip_prefix(part);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    let is_market = |word: &str| {
        let words = word.split(['(', ')', ',', '，']);
        let mut words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
        words.all(|word| MARKET_WORDS.binary_search(&word.as_str()).is_ok())
    };
    // From the back, so that the longest tail of such words is what is left.
    let mut model = name;
    for _ in 0..MARKET_WORDS_MAX {
        let Some((before, word)) = model.rsplit_once(' ') else {
            break;
        };
        if !is_market(word) || !begins_with_named(before.trim_end()) {
            break;
        }
        model = before.trim_end();
    }
    let rest = name[model.len()..].trim();
    (model, (!rest.is_empty()).then_some(rest))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_variant_is_sold_is_no_part_of_its_models_name() {
        assert!(MARKET_WORDS.is_sorted());
        for (name, group, model, variant) in [
            (
                "Galaxy S22 Ultra US Unlocked",
                "Galaxy S22 Ultra (`b0q`)",
                "Galaxy S22 Ultra",
                Some("US Unlocked"),
            ),
            (
                "Mi 4i Global",
                "[`X9`] Mi 4i (`ferrari`)",
                "Mi 4i",
                Some("Global"),
            ),
            (
                "Xiaomi 11T 国际版",
                "[`K11R`] Xiaomi 11T (`agate`) (`amber`)",
                "Xiaomi 11T",
                Some("国际版"),
            ),
            (
                "Galaxy Z Flip4 Japan (NTT Docomo)",
                "Galaxy Z Flip4",
                "Galaxy Z Flip4",
                Some("Japan (NTT Docomo)"),
            ),
            // More than a market stays with the model.
            (
                "Galaxy A54 5G China",
                "Galaxy A54",
                "Galaxy A54 5G",
                Some("China"),
            ),
            ("Galaxy A54 5G", "Galaxy A54", "Galaxy A54 5G", None),
            ("Mi 8 Pro", "Mi 8", "Mi 8 Pro", None),
            // A name of which the group says nothing is left alone.
            ("OnePlus World", "OnePlus X", "OnePlus World", None),
            ("Mi 8 Global", "", "Mi 8 Global", None),
            ("Global", "Global", "Global", None),
        ] {
            assert_eq!(without_market(name, group), (model, variant), "{name}");
        }
    }
}
