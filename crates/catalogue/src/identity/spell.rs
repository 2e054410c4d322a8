//! What a list's text says of identity: is it a name at all, and which words of it look like codes?
//!
//! Knows no list and no device.

use crate::key;

/// Texts that stand where a name or a code should and name nothing; folded.
const PLACEHOLDERS: [&str; 24] = [
    "2k smart tv",
    "4k smart tv",
    "android",
    "android tv",
    "default",
    "device",
    "feature phone",
    "generic",
    "mobile",
    "mobile phone",
    "model",
    "n a",
    "na",
    "nil",
    "no name",
    "none",
    "null",
    "phone",
    "smart tv",
    "smartphone",
    "tablet",
    "tbd",
    "test",
    "unknown",
];
/// A word needs so many digits to look like a code: `Note10` and `S20` are words of names.
const CODE_DIGITS_MIN: usize = 3;
/// `512GB` and `5000mAh` are no codes.
const SIZES: [&str; 4] = ["gb", "mb", "tb", "mah"];
/// A code of so many letters and digits is not some other maker's by chance: `SM-G930F`, not `M10`.
const PECULIAR_CHARS_MIN: usize = 6;
/// Before a dash, makers put so many letters of their own: `SGH-`, `GT-`.
const PREFIX_CHARS_MAX: usize = 4;

/// Whether a text names nothing.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let folded = key::fold(text);
    folded.is_empty() || PLACEHOLDERS.binary_search(&folded.as_str()).is_ok()
}

/// The words of a name that look like codes: `Galaxy S7 SM-G930F` has `SM-G930F`.
pub fn codes_inside(name: &str) -> impl Iterator<Item = &str> {
    name.split([' ', '(', ')', ',', ';', '[', ']', '\u{a0}'])
        .filter(|word| is_code_like(word))
}

fn is_code_like(word: &str) -> bool {
    let is_code_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_');
    let digits = word.chars().filter(char::is_ascii_digit).count();
    digits >= CODE_DIGITS_MIN
        && word.chars().any(|c| c.is_ascii_alphabetic())
        && word.chars().all(is_code_char)
        && !SIZES
            .iter()
            .any(|size| word.to_ascii_lowercase().ends_with(size))
}

/// What is left of a code without its maker's prefix: `SGH-C170` has `C170`, and some lists write just that.
#[must_use]
pub fn without_prefix(code: &str) -> Option<&str> {
    let (prefix, rest) = code.split_once('-')?;
    let is_prefix = prefix.len() <= PREFIX_CHARS_MAX
        && prefix.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !prefix.is_empty();
    (is_prefix && is_code_like(rest)).then_some(rest)
}

/// Whether a code is too peculiar to be another maker's too. Lists spell makers in many ways (`LG`, `LGE`), so
/// such a code is believed across brands.
#[must_use]
pub fn is_peculiar(code: &str) -> bool {
    is_code_like(code) && key::join(code).chars().count() >= PECULIAR_CHARS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_nothing_is_no_name() {
        assert!(PLACEHOLDERS.is_sorted());
        for text in ["Android", "N/A", "unknown", " TBD ", "test", "-", ""] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["Mi 4i", "Android One", "Tablet 8", "3310"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn codes_are_told_from_the_words_of_a_name() {
        for (name, codes) in [
            ("Galaxy S7 SM-G930F", &["SM-G930F"][..]),
            ("iPhone 5s (A1533)", &["A1533"]),
            ("SGH-C170", &["SGH-C170"]),
            ("S5230 Star", &["S5230"]),
            ("Galaxy Note10 Lite", &[]),
            ("Mi 4i 512GB", &[]),
            ("3310", &[]),
        ] {
            let found: Vec<&str> = codes_inside(name).collect();
            assert_eq!(found, codes, "{name}");
        }
        assert_eq!(without_prefix("SGH-C170"), Some("C170"));
        assert_eq!(without_prefix("RM-1018"), None);
        assert!(is_peculiar("LG-F520K") && !is_peculiar("M10") && !is_peculiar("C170"));
    }
}
