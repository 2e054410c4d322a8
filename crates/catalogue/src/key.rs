//! Keys: one spelling for all spellings of a name.
//!
//! A key is a kind, a colon, and the name in lower case with everything but letters and digits folded to
//! single blanks. `+` is kept as a word, since it tells models apart.

use domain::number::Tac;
use domain::place::Country;
use domain::radio::Plmn;

/// Lower case, letters and digits only, single blanks: `Mi 4i™` → `mi 4i`, `Galaxy S20+` → `galaxy s20 plus`.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c == '+' {
            folded.push_str(" plus");
            gap = true;
        } else if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    folded.trim().to_owned()
}

/// A device by brand and marketing name. A brand that the name repeats is not said twice:
/// `Xiaomi` + `Xiaomi Mi 4i` is `device:xiaomi mi 4i`.
#[must_use]
pub fn device(brand: &str, model: &str) -> String {
    let (brand, model) = (fold(brand), fold(model));
    if brand.is_empty() || model == brand || model.starts_with(&format!("{brand} ")) {
        format!("device:{model}")
    } else {
        format!("device:{brand} {model}")
    }
}

/// A device by its marketing name alone, without the brand.
#[must_use]
pub fn model(brand: &str, model: &str) -> String {
    let (brand, model) = (fold(brand), fold(model));
    let bare = model.strip_prefix(&format!("{brand} ")).unwrap_or(&model);
    format!("model:{bare}")
}

/// A device by a model code: `2015015`, `SM-G981B`.
#[must_use]
pub fn code(code: &str) -> String {
    format!("code:{}", fold(code))
}

/// A device by its code name: `ferrari`.
#[must_use]
pub fn codename(codename: &str) -> String {
    format!("codename:{}", fold(codename))
}

/// A device by a type allocation code.
#[must_use]
pub fn tac(tac: Tac) -> String {
    format!("tac:{tac}")
}

/// The keys under which a device that somebody typed may be found, the most exact first.
#[must_use]
pub fn of_query(text: &str) -> Vec<String> {
    let folded = fold(text);
    if folded.is_empty() {
        return Vec::new();
    }
    let mut keys = vec![
        format!("code:{folded}"),
        format!("device:{folded}"),
        format!("model:{folded}"),
        format!("codename:{folded}"),
    ];
    if let Ok(tac) = text.trim().parse::<Tac>() {
        keys.insert(0, self::tac(tac));
    }
    keys
}

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
            ("Xiaomi", "Mi 4i", "device:xiaomi mi 4i"),
            ("Xiaomi", "Xiaomi Mi-4i", "device:xiaomi mi 4i"),
            ("XIAOMI", "MI  4I™", "device:xiaomi mi 4i"),
            ("", "Mi 4i", "device:mi 4i"),
            ("Samsung", "Galaxy S20+", "device:samsung galaxy s20 plus"),
            (
                "Samsung",
                "Galaxy S20 Plus",
                "device:samsung galaxy s20 plus",
            ),
        ] {
            assert_eq!(device(brand, name), key);
        }
        assert_ne!(
            device("Samsung", "Galaxy S20"),
            device("Samsung", "Galaxy S20+")
        );
        assert_eq!(model("Xiaomi", "Xiaomi Mi 4i"), "model:mi 4i");
    }

    #[test]
    fn what_was_typed_is_looked_up_most_exactly_first() {
        assert_eq!(of_query("86763402")[0], "tac:86763402");
        assert_eq!(of_query("2015015")[0], "code:2015015");
        assert!(of_query("Mi 4i").contains(&"model:mi 4i".to_owned()));
        assert!(of_query(" - ").is_empty());
    }
}
