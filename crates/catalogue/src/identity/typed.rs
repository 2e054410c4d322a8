//! Which one name is meant by what was typed with errors, if it can be told?
//!
//! Only words of letters alone may be mistyped. A digit, or a letter beside one, tells one phone from another
//! (`Mi 4i`, `Mi 4c`), and so do short words (`Pro`, `Lite`, `Max`).

use super::resolve::full_name;
use crate::near;
use crate::words::Words;

/// What is shorter tells models apart.
const WORD_CHARS_MIN: usize = 5;
/// A word of so many letters may have two errors.
const CHARS_FOR_TWO_ERRORS: usize = 9;

/// The one of the names that was meant: each as brand and name, where the brand may have been left out. None:
/// no name is near enough, or more than one is.
#[must_use]
pub fn understood<'a>(
    typed: &str,
    names: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<(&'a str, &'a str)> {
    let typed = Words::new(typed);
    let mut best: Option<(usize, (&str, &str))> = None;
    let mut is_alone = true;
    for (brand, model) in names {
        let full = full_name(brand, model);
        let ways = [Words::new(&full), Words::new(model)];
        let Some(errors) = ways.iter().filter_map(|way| errors(&typed, way)).min() else {
            continue;
        };
        let is_same = |(_, (b, m)): &(usize, (&str, &str))| {
            crate::key::device(b, m) == crate::key::device(brand, model)
        };
        match &best {
            Some(known) if is_same(known) => {}
            Some((least, _)) if *least < errors => {}
            Some((least, _)) if *least == errors => is_alone = false,
            _ => {
                best = Some((errors, (brand, model)));
                is_alone = true;
            }
        }
    }
    best.filter(|_| is_alone).map(|(_, name)| name)
}

/// Letters mistyped, if the two are the same words but for that.
fn errors(typed: &Words, name: &Words) -> Option<usize> {
    if typed.len() != name.len() {
        return None;
    }
    let pairs = typed.iter().zip(name.iter());
    pairs.map(|(typed, name)| word_errors(typed, name)).sum()
}

fn word_errors(typed: &str, name: &str) -> Option<usize> {
    if typed == name {
        return Some(0);
    }
    let is_letters = |word: &str| word.chars().all(char::is_alphabetic);
    let length = name.chars().count();
    if !is_letters(typed) || !is_letters(name) || length < WORD_CHARS_MIN {
        return None;
    }
    let most = if length < CHARS_FOR_TWO_ERRORS { 1 } else { 2 };
    let letters: Vec<char> = typed.chars().collect();
    Some(near::distance(&letters, name)).filter(|errors| *errors <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, &str); 9] = [
        ("Samsung", "Galaxy S20 Ultra"),
        ("Samsung", "Galaxy S20"),
        ("Samsung", "Galaxy S21 Ultra"),
        ("Xiaomi", "Mi 4i"),
        ("Xiaomi", "Mi 4c"),
        ("Xiaomi", "Redmi Note 8"),
        ("Xiaomi", "Redmi Note 8 Pro"),
        ("Nokia", "Asha"),
        ("Blu", "Vivo"),
    ];

    fn check(typed: &str, meant: Option<&str>) {
        let found = understood(typed, NAMES).map(|(brand, model)| full_name(brand, model));
        assert_eq!(found.as_deref(), meant, "{typed}");
    }

    #[test]
    fn letters_of_long_words_may_be_mistyped() {
        check("galxy s20 ultra", Some("Samsung Galaxy S20 Ultra"));
        check("samsng galaxy s20", Some("Samsung Galaxy S20"));
        check("xaiomi redmi note 8", Some("Xiaomi Redmi Note 8"));
    }

    #[test]
    fn what_tells_phones_apart_is_never_mended() {
        check("galaxy s22 ultra", None);
        check("xiaomi mi 4j", None);
        check("redmi note 8 prp", None);
        check("blu vivi", None);
        check("nokia ashe", None);
    }

    #[test]
    fn two_that_are_as_near_are_none() {
        let names = [("A", "Galaxy One"), ("B", "Galaxi One")];
        assert_eq!(understood("galaxe one", names), None);
        assert_eq!(understood("galaxy one", names), Some(("A", "Galaxy One")));
    }
}
