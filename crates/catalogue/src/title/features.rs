//! What does a title say about the thing besides its name: storage, SIM cards, phone or accessory?
//!
//! Knows no device. A figure with a unit is a feature and never part of a name.

use crate::words::Words;

/// What is for sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// The phone alone.
    Phone,
    /// The phone and something with it.
    Bundle,
    /// Something for the phone, without it.
    Accessory,
}

/// Storage sizes are powers of two up to this.
const STORAGE_GB_MAX: u32 = 4_096;

/// From this size on a second one is a choice, and not memory beside storage.
const CHOICE_GB_MIN: u32 = 32;

const UNITS: &[&str] = &[
    "cm",
    "fps",
    "gb",
    "ghz",
    "go",
    "hz",
    "in",
    "inch",
    "inches",
    "mah",
    "mb",
    "megapixel",
    "mhz",
    "mm",
    "mp",
    "mpix",
    "pix",
    "pixel",
    "pixels",
    "px",
    "tb",
    "zoll",
];

/// What is sold for a phone; a name beside it is the phone that it fits.
const ACCESSORIES: &[&str] = &[
    "adapter",
    "airpods",
    "armband",
    "backpack",
    "buds",
    "bumper",
    "cable",
    "case",
    "cases",
    "charger",
    "cover",
    "covers",
    "cradle",
    "dock",
    "earphones",
    "film",
    "folio",
    "glass",
    "headphones",
    "headphone",
    "headset",
    "holder",
    "holster",
    "kabel",
    "kit",
    "mount",
    "powerbank",
    "pouch",
    "protector",
    "protectors",
    "qulaqlıq",
    "qulaqlıqlar",
    "skin",
    "speaker",
    "sleeve",
    "stand",
    "sticker",
    "strap",
    "stylus",
    "wallet",
    "watch",
];

/// Parts that a phone also boasts of: they count only where the title says what they are for.
const PARTS: &[&str] = &[
    "assembly",
    "back",
    "battery",
    "button",
    "camera",
    "digitizer",
    "display",
    "flex",
    "housing",
    "lcd",
    "lens",
    "replacement",
    "screen",
    "spare",
    "tray",
];

const JOINERS: &[&str] = &[
    "+",
    "and",
    "bundle",
    "free",
    "gift",
    "hədiyyə",
    "inc",
    "incl",
    "includes",
    "including",
    "plus",
    "with",
];

const FOR: &[&str] = &["compatible", "fit", "fits", "for", "fur", "für", "pour"];

/// In English, German, French, Azerbaijani and Russian; letters drawn like Latin ones are Latin.
const RED: &[&str] = &["red", "rot", "rouge", "qırmızı", "qirmizi", "kpachый"];

/// Words that only a phone's own title has.
const PHONES: &[&str] = &[
    "handset",
    "phone",
    "simfree",
    "smartfon",
    "smartphone",
    "smartphones",
    "unlocked",
];

const NOT_SIMS: &[&str] = &[
    "band", "camera", "cameras", "core", "curved", "display", "edge", "flash", "lens", "led",
    "mode", "os", "rear", "screen", "speaker", "speakers", "wifi",
];

/// Whether a word is a figure with its unit, or a decimal, or the unit after a figure.
#[must_use]
pub fn is_measure(words: &Words, n: usize) -> bool {
    let word = words.at(n);
    let (figure, unit) = figure(word);
    if figure.is_empty() {
        return n > 0 && UNITS.contains(&word) && is_figure(words.at(n - 1));
    }
    if unit.is_empty() {
        UNITS.contains(&words.at(n + 1)) || word.contains('.')
    } else {
        UNITS.contains(&unit)
    }
}

/// Whether a word is a decimal without a unit: `6.1` may be a screen, or the name of a phone after its brand.
#[must_use]
pub fn is_bare_decimal(words: &Words, n: usize) -> bool {
    words.at(n).contains('.') && is_figure(words.at(n)) && !UNITS.contains(&words.at(n + 1))
}

fn is_figure(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn figure(word: &str) -> (&str, &str) {
    let end = word
        .bytes()
        .take_while(|b| b.is_ascii_digit() || *b == b'.')
        .count();
    word.split_at(end)
}

/// The storage size: the largest figure in GB or TB that is a power of two, and is neither memory (`4gb ram`,
/// `ram 4 gb`) nor what could be added (`up to 256gb`). A title that offers several (`128GB 256GB`,
/// `64/128GB`) says none.
#[must_use]
pub fn storage_gb(words: &Words) -> Option<u32> {
    let mut largest = None;
    for n in 0..words.len() {
        let Some((amount, after)) = size_gb(words, n) else {
            continue;
        };
        let before = if n > 0 { words.at(n - 1) } else { "" };
        let is_memory = words.at(after) == "ram"
            || (before == "ram" && words.at(after) != "rom" && !is_size_end(words, n - 1));
        if !amount.is_power_of_two() || is_memory || matches!(before, "to" | "upto") {
            continue;
        }
        let is_choice = |other: u32| other >= CHOICE_GB_MIN && other != amount;
        let in_figures = before.parse().is_ok_and(|other: u32| {
            other.is_power_of_two() && is_choice(other) && amount >= CHOICE_GB_MIN
        });
        if in_figures || (amount >= CHOICE_GB_MIN && largest.is_some_and(is_choice)) {
            return None;
        }
        largest = largest.max(Some(amount));
    }
    largest
}

/// Whether the word before `n` ends a size, so that a `ram` at `n` belongs to that one.
fn is_size_end(words: &Words, n: usize) -> bool {
    n > 0 && (size_gb(words, n - 1).is_some() || (n > 1 && size_gb(words, n - 2).is_some()))
}

/// The size that begins at a word, and the word after it.
fn size_gb(words: &Words, n: usize) -> Option<(u32, usize)> {
    let (digits, unit) = figure(words.at(n));
    let (unit, after) = if unit.is_empty() {
        (words.at(n + 1), n + 2)
    } else {
        (unit, n + 1)
    };
    let times = match unit {
        "gb" | "go" | "гб" => 1,
        "tb" | "тб" => 1_024,
        // A blank was lost (`32gbandroid`), or the title cut off; `4g` is the radio.
        _ if unit.starts_with("gb") && unit.len() > 4 => 1,
        "g" if digits.len() > 1 => 1,
        _ => return None,
    };
    let amount = digits.parse::<u32>().ok()?.checked_mul(times)?;
    (amount <= STORAGE_GB_MAX).then_some((amount, after))
}

/// How many SIM cards the title speaks of; `None` if it does not.
#[must_use]
pub fn sims(words: &Words) -> Option<u8> {
    (0..words.len()).find_map(|n| {
        let (word, next) = (words.at(n), words.at(n + 1));
        match (word, next) {
            ("single", "sim") | ("singlesim" | "ss", _) => Some(1),
            ("duos" | "dualsim" | "ds", _) | ("2" | "duo", "sim") => Some(2),
            ("dual", next) if !NOT_SIMS.contains(&next) => Some(2),
            ("triple" | "3", "sim") => Some(3),
            _ => None,
        }
    })
}

/// Whether the title speaks of the (PRODUCT)RED edition, which is numbered, priced and sold apart. Apple makes
/// its phones in no other red.
#[must_use]
pub fn is_product_red(words: &Words) -> bool {
    let is_apple = words.iter().any(|word| matches!(word, "apple" | "iphone"));
    (0..words.len()).any(|n| match words.at(n) {
        "productred" => true,
        word => RED.contains(&word) && (is_apple || n > 0 && words.at(n - 1) == "product"),
    })
}

/// Where a numbered name ends whose last words are a number of SIM cards: `Lumia 535 Dual SIM`.
#[must_use]
pub fn without_sims(name: &Words) -> Option<usize> {
    let at = name
        .len()
        .checked_sub(if name.at(name.len().saturating_sub(1)) == "sim" {
            2
        } else {
            1
        })?;
    let is_numbered = name.joined(0, at).bytes().any(|b| b.is_ascii_digit());
    (is_numbered && sims(&name.after(at)).is_some()).then_some(at)
}

/// Phone, bundle or accessory, given where the name stands.
#[must_use]
pub fn thing(words: &Words, name_at: usize) -> Thing {
    let mut thing = Thing::Phone;
    let is_for = (name_at.saturating_sub(3)..name_at).any(|n| FOR.contains(&words.at(n)));
    let is_phone = (0..words.len()).any(|n| {
        (PHONES.contains(&words.at(n)) && !ACCESSORIES.contains(&words.at(n + 1)))
            || size_gb(words, n).is_some()
            || (words.at(n) == "sim" && words.at(n + 1) == "free")
    });
    for n in 0..words.len() {
        let word = words.at(n);
        if is_for && n < name_at && (ACCESSORIES.contains(&word) || PARTS.contains(&word)) {
            return Thing::Accessory;
        }
        let joined = (n.saturating_sub(4)..n).any(|before| JOINERS.contains(&words.at(before)));
        if ACCESSORIES.contains(&word) {
            if joined && n > name_at || is_phone {
                thing = Thing::Bundle;
            } else {
                return Thing::Accessory;
            }
        } else if word == "bundle" {
            thing = Thing::Bundle;
        } else if matches!(word, "replacement" | "spare") && !is_phone {
            return Thing::Accessory;
        }
    }
    thing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_is_told_from_memory() {
        for (title, gb) in [
            ("iphone 8 plus 64gb", Some(64)),
            ("mi a1 4gb ram 64 gb", Some(64)),
            ("ram 4 gb 64 gb", Some(64)),
            ("galaxy j3 1.5gb ram", None),
            ("moto g5 16gb with 2 gb ram", Some(16)),
            ("16gb rom 2gb", Some(16)),
            ("32gb up to 256gb", Some(32)),
            ("itel s23 expandable upto 1 tb 128 gb", Some(128)),
            ("iphone 13 pro 128gb 256gb 512gb 1tb", None),
            ("galaxy s9 64/128/256 gb", None),
            ("redmi 9t 4/64gb", Some(64)),
            ("galaxy a26 6/128 gb", Some(128)),
            ("poco x7 12gb/512gb", Some(512)),
            ("moto e4 plus 3gb ram 16gb", Some(16)),
            ("galaxy a8 32gbandroid7.0", Some(32)),
            ("octa core 2gb 16g", Some(16)),
            ("galaxy s8 64gb 4g", Some(64)),
            ("galaxy s23 1tb", Some(1_024)),
            ("1355gb 12gb", None),
            ("99999999999999999999gb", None),
            ("4294967295tb", None),
        ] {
            assert_eq!(storage_gb(&Words::new(title)), gb, "{title}");
        }
    }

    #[test]
    fn a_red_phone_of_apple_is_an_edition() {
        for (title, want) in [
            ("apple iphone 8 64gb (product)red", true),
            ("iphone 7 128gb red", true),
            ("mophie case productred", true),
            ("htc u11 solar red", false),
            ("apple iphone 8 gold", false),
        ] {
            assert_eq!(is_product_red(&Words::new(title)), want, "{title}");
        }
    }

    #[test]
    fn sims_are_told_from_cores() {
        for (title, count) in [
            ("cubot x18 dual sim", Some(2)),
            ("n950f/ds galaxy note 8", Some(2)),
            ("dual core 1.3ghz", None),
            ("cat b25 single sim", Some(1)),
            ("sim free", None),
        ] {
            assert_eq!(sims(&Words::new(title)), count, "{title}");
        }
    }

    #[test]
    fn an_accessory_for_a_phone_is_not_the_phone() {
        for (title, name_at, want) in [
            ("case for iphone 8", 2, Thing::Accessory),
            (
                "tempered glass screen protector iphone 8",
                3,
                Thing::Accessory,
            ),
            ("lcd screen for apple iphone 8", 4, Thing::Accessory),
            ("case for iphone 8 64gb unlocked", 2, Thing::Accessory),
            ("iphone 8 leather case", 0, Thing::Accessory),
            ("iphone 8 phone case", 0, Thing::Accessory),
            ("iphone 8 64gb with case", 0, Thing::Bundle),
            ("iphone 8 + charger", 0, Thing::Bundle),
            ("iphone 8 sim free smartphone uk charger", 0, Thing::Bundle),
            ("iphone 8 64gb 4.7 inch screen", 0, Thing::Phone),
        ] {
            assert_eq!(thing(&Words::new(title), name_at), want, "{title}");
        }
    }
}
