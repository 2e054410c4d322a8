//! Keys: one spelling for all spellings of a name.
//!
//! A key is a kind, a colon, and the name in lower case. In the names of networks and carriers everything but
//! letters and digits is folded to single blanks; names and codes of devices have no blanks at all, since lists
//! write `Galaxy Note10` and `Galaxy Note 10`, `SM-G930F` and `SMG930F`. `+` is kept as a word, since it tells
//! models apart. Among Latin letters, those that only look Latin are Latin.

use domain::number::Tac;
use domain::place::Country;
use domain::radio::Plmn;

use crate::words::latin;

/// Lower case, letters and digits only, single blanks: `Mi 4i™` → `mi 4i`, `Galaxy S20+` → `galaxy s20 plus`.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut gap = false;
    // A text without any Latin letter is of its own script and stays in it.
    let is_mixed = name.contains(|c: char| c.is_ascii_alphabetic());
    let drawn_like = |c: char| if is_mixed { latin(c) } else { c };
    for c in name.chars() {
        if c == '+' {
            folded.push_str(" plus");
            gap = true;
        } else if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.extend(c.to_lowercase().map(drawn_like));
        } else {
            gap = true;
        }
    }
    folded.trim().to_owned()
}

/// As [`fold`], without blanks: `Galaxy Note 10` → `galaxynote10`.
#[must_use]
pub fn join(name: &str) -> String {
    let mut joined = fold(name);
    joined.retain(|c| c != ' ');
    joined
}

/// Brands that lists write in more than one way, joined: the spelling, and the one that stands for both.
const SPELLINGS: [(&str, &str); 12] = [
    ("amoisonic", "amoi"),
    ("hewlettpackard", "hp"),
    ("letv", "leeco"),
    ("lge", "lg"),
    ("lgelectronics", "lg"),
    ("mi", "xiaomi"),
    ("researchinmotion", "blackberry"),
    ("rim", "blackberry"),
    ("samsungkorea", "samsung"),
    ("sonimtech", "sonim"),
    ("tct", "alcatel"),
    ("tctalcatel", "alcatel"),
];
/// Brands whose phones lists also put under another brand: `Redmi` + `Note 8` is `Xiaomi` + `Redmi Note 8`.
const UNDER: [(&str, &str); 5] = [
    ("honor", "huawei"),
    ("iqoo", "vivo"),
    ("poco", "xiaomi"),
    ("realme", "oppo"),
    ("redmi", "xiaomi"),
];

fn replaced(table: &[(&'static str, &'static str)], brand: &str) -> Option<&'static str> {
    let at = table.binary_search_by_key(&brand, |(spelling, _)| spelling);
    at.ok().map(|at| table[at].1)
}

/// A brand as it stands in keys: joined, in one spelling, `xiaomi` for `Redmi`.
#[must_use]
pub fn brand(brand: &str) -> String {
    let joined = join(brand);
    let known = replaced(&SPELLINGS, &joined).or_else(|| replaced(&UNDER, &joined));
    known.map_or(joined, str::to_owned)
}

/// A brand as it stands in keys, and the name without it: `SonyEricsson` + `Sony Ericsson K330` is `k330`.
/// A name that is nothing but the brand stays.
fn split(brand_text: &str, model: &str) -> (String, String) {
    let (written, brand) = (join(brand_text), brand(brand_text));
    let words = fold(model);
    let mut rest = without(&brand, &words);
    if rest.len() == words.len() {
        rest = without(&written, &words);
    }
    if replaced(&UNDER, &written).is_some() {
        rest = without(&written, rest);
        return (brand, join(&format!("{written} {rest}")));
    }
    (brand, join(rest))
}

/// What follows a brand that whole words repeat; all of it, if they do not or nothing follows.
fn without<'a>(brand: &str, words: &'a str) -> &'a str {
    let mut rest = words;
    let mut said = 0;
    while said < brand.len() {
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        if word.is_empty() || !brand[said..].starts_with(word) {
            return words;
        }
        said += word.len();
        rest = after;
    }
    if rest.is_empty() { words } else { rest }
}

/// A device by brand and marketing name. A brand that the name repeats is not said twice:
/// `Xiaomi` + `Xiaomi Mi 4i` is `device:xiaomimi4i`.
#[must_use]
pub fn device(brand: &str, model: &str) -> String {
    let (brand, bare) = split(brand, model);
    if bare == brand {
        return format!("device:{brand}");
    }
    format!("device:{brand}{bare}")
}

/// A device by its marketing name alone, without the brand.
#[must_use]
pub fn model(brand: &str, model: &str) -> String {
    format!("model:{}", split(brand, model).1)
}

/// A device by a model code: `2015015`, `SM-G981B`.
#[must_use]
pub fn code(code: &str) -> String {
    format!("code:{}", join(code))
}

/// A device by its code name: `ferrari`.
#[must_use]
pub fn codename(codename: &str) -> String {
    format!("codename:{}", join(codename))
}

/// A device by another name that a list gives it.
#[must_use]
pub fn alias(brand: &str, name: &str) -> String {
    let (brand, bare) = split(brand, name);
    format!("alias:{brand}{bare}")
}

/// A device by its brand and a word of its name that looks like a code.
#[must_use]
pub fn part(brand: &str, word: &str) -> String {
    format!("part:{} {}", self::brand(brand), join(word))
}

/// A device by a type allocation code.
#[must_use]
pub fn tac(tac: Tac) -> String {
    format!("tac:{tac}")
}

/// The keys under which a device that somebody typed may be found, the most exact first; no type allocation
/// code's. A brand that lists write in more than one way is looked for in the one that keys have.
#[must_use]
pub fn of_query(text: &str) -> Vec<String> {
    let joined = join(text);
    if joined.is_empty() {
        return Vec::new();
    }
    let kinds = ["code", "device", "model", "codename", "alias"];
    let mut keys = kinds.map(|kind| format!("{kind}:{joined}")).to_vec();
    let words = fold(text);
    let ends = words.char_indices().filter(|(_, c)| *c == ' ');
    for (end, _) in ends.take(BRAND_WORDS_MAX) {
        let (first, rest) = words.split_at(end);
        if brand(first) != join(first) {
            keys.push(device(first, rest));
            keys.push(alias(first, rest));
        }
    }
    keys.dedup();
    keys
}

/// No brand has more words.
const BRAND_WORDS_MAX: usize = 4;

/// A network by its name in a country.
#[must_use]
pub fn network(country: Option<Country>, name: &str) -> String {
    let country = country.map_or_else(|| "-".to_owned(), |c| c.code().to_lowercase());
    format!("network:{country}/{}", fold(name))
}

/// A network by its code.
#[must_use]
pub fn plmn(plmn: Plmn) -> String {
    format!("plmn:{plmn}")
}

/// A network by the key that the written-down table gives it.
#[must_use]
pub fn network_id(id: &str) -> String {
    format!("network-id:{id}")
}

/// A virtual carrier by its name.
#[must_use]
pub fn carrier(name: &str) -> String {
    format!("carrier:{}", fold(name))
}

/// What rides on a network, by the network's code.
#[must_use]
pub fn riders_on(plmn: Plmn) -> String {
    format!("riders:{plmn}")
}

/// What rides on a network, by the network's name where a list gives no code.
#[must_use]
pub fn riders_on_name(host: &str) -> String {
    format!("riders:{}", fold(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for (brand, name, key) in [
            ("Xiaomi", "Mi 4i", "device:xiaomimi4i"),
            ("Xiaomi", "Xiaomi Mi-4i", "device:xiaomimi4i"),
            ("XIAOMI", "MI  4I™", "device:xiaomimi4i"),
            ("XIAOMІ", "МI 4і", "device:xiaomimi4i"),
            ("", "Сони К700", "device:соник700"),
            ("", "Mi 4i", "device:mi4i"),
            ("Samsung", "Galaxy S20+", "device:samsunggalaxys20plus"),
            ("Samsung", "Galaxy S20 Plus", "device:samsunggalaxys20plus"),
            ("Samsung", "Galaxy Note10", "device:samsunggalaxynote10"),
            ("Samsung", "Galaxy Note 10", "device:samsunggalaxynote10"),
            (
                "SonyEricsson",
                "Sony Ericsson K330",
                "device:sonyericssonk330",
            ),
            (
                "Sony Ericsson",
                "SonyEricsson K330",
                "device:sonyericssonk330",
            ),
            ("Nokia", "Nokia", "device:nokia"),
            ("LGE", "Nexus 5", "device:lgnexus5"),
            ("Redmi", "Note 8", "device:xiaomiredminote8"),
            ("Redmi", "Redmi Note 8", "device:xiaomiredminote8"),
            ("Xiaomi", "Redmi Note 8", "device:xiaomiredminote8"),
            ("Xiaomi", "Xiaomi Redmi Note 8", "device:xiaomiredminote8"),
            ("realme", "3 Pro", "device:opporealme3pro"),
            ("LG", "LGM-V300K", "device:lglgmv300k"),
        ] {
            assert_eq!(device(brand, name), key);
        }
        assert!(SPELLINGS.is_sorted() && UNDER.is_sorted());
        assert_ne!(
            device("Samsung", "Galaxy S20"),
            device("Samsung", "Galaxy S20+")
        );
        assert_eq!(model("Xiaomi", "Xiaomi Mi 4i"), "model:mi4i");
    }

    #[test]
    fn what_was_typed_is_looked_up_most_exactly_first() {
        assert_eq!(of_query("2015015")[0], "code:2015015");
        assert!(of_query("Mi 4i").contains(&"model:mi4i".to_owned()));
        assert!(of_query(" - ").is_empty());
    }
}
