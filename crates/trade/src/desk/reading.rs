//! What a document's text may mean for a form: names of the directory, words of standing, places and dates, each with
//! where in the text it stands.
//!
//! Suggestions for a person who reads the document beside them. Nothing here is ever applied by itself, and a text that
//! says the contrary of what it seems to is for that person to see.

use std::collections::{BTreeSet, HashMap};

use domain::time::MONTHS;
use store::directory::Directory;

use super::DocumentShown;
use crate::house::House;

/// Most words of a text that are read.
const WORDS_MAX: usize = 20_000;
/// Most suggestions for one field.
const PER_FIELD_MAX: usize = 5;
/// Characters of a line that are shown.
const LINE_CHARS_MAX: usize = 160;

/// Where something stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1; 0: what the document claims of its sender.
    pub line: usize,
    /// What stands there, shortened.
    pub words: String,
}

/// Something that the text may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The form's field; `kind` for which form.
    pub field: &'static str,
    /// What would stand in it.
    pub value: String,
    /// That in words.
    pub shown: String,
    /// From where.
    pub place: Place,
}

/// Words that speak for a kind of evidence, and what they say of it: kind, field, value, words. Those that deny stand
/// before those that they contain.
const SPEAKING: &[(&str, &str, &str, &[&str])] = &[
    ("sales_authorization", "standing", "no", &["not authorised"]),
    ("sales_authorization", "standing", "no", &["not authorized"]),
    (
        "sales_authorization",
        "standing",
        "no",
        &["not been authorised"],
    ),
    (
        "sales_authorization",
        "standing",
        "no",
        &["not been authorized"],
    ),
    (
        "sales_authorization",
        "standing",
        "no",
        &["no longer authorised"],
    ),
    (
        "sales_authorization",
        "standing",
        "no",
        &["no longer authorized"],
    ),
    (
        "sales_authorization",
        "standing",
        "no",
        &["do not authorise", "do not authorize"],
    ),
    (
        "sales_authorization",
        "standing",
        "no",
        &["unauthorised", "unauthorized"],
    ),
    (
        "device_certification",
        "result",
        "not_certified",
        &["not certified", "not been certified"],
    ),
    (
        "device_certification",
        "result",
        "not_certified",
        &["failed certification", "refuse to certify"],
    ),
    (
        "withdrawal",
        "",
        "",
        &[
            "hereby withdraw",
            "is withdrawn",
            "are withdrawn",
            "withdraw",
        ],
    ),
    (
        "withdrawal",
        "",
        "",
        &[
            "revoke",
            "revoked",
            "hereby suspend",
            "suspended",
            "terminate",
        ],
    ),
    ("stop_sale", "cause", "recall", &["recall", "recalled"]),
    (
        "stop_sale",
        "cause",
        "complaint",
        &["stop selling", "cease and desist"],
    ),
    ("test_report", "", "", &["test report"]),
    (
        "requirement_set",
        "",
        "",
        &["requirement set", "device requirements"],
    ),
    (
        "device_certification",
        "result",
        "certified",
        &["is certified", "are certified", "has certified"],
    ),
    (
        "device_certification",
        "result",
        "certified",
        &["certified", "certification", "certify"],
    ),
    (
        "sales_authorization",
        "standing",
        "yes",
        &["authorise", "authorize", "authorises", "authorizes"],
    ),
    (
        "sales_authorization",
        "standing",
        "yes",
        &["authorised", "authorized", "authorisation", "authorization"],
    ),
    (
        "custody_event",
        "",
        "",
        &["supplied by us", "genuine units", "invoice"],
    ),
];

/// Names of places, as letters write them.
const PLACES: &[(&str, &str)] = &[
    ("united states", "US"),
    ("usa", "US"),
    ("u s", "US"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("european union", "EU"),
    ("european economic area", "EEA"),
    ("eea", "EEA"),
    ("hong kong", "HK"),
    ("china", "CN"),
    ("germany", "DE"),
    ("france", "FR"),
    ("india", "IN"),
];

/// A word of the text, in lower case.
struct Word {
    text: String,
    line: usize,
}

struct Text<'a> {
    lines: Vec<&'a str>,
    words: Vec<Word>,
    places: HashMap<String, Vec<usize>>,
}

impl<'a> Text<'a> {
    fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let mut words = Vec::new();
        'all: for (line, content) in lines.iter().enumerate() {
            for word in content.split(|c: char| !c.is_alphanumeric()) {
                if words.len() == WORDS_MAX {
                    break 'all;
                }
                if !word.is_empty() {
                    let text = word.to_lowercase();
                    words.push(Word { text, line });
                }
            }
        }
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            places.entry(word.text.clone()).or_default().push(at);
        }
        Self {
            lines,
            words,
            places,
        }
    }

    /// The index of the word where these words stand in a row.
    fn find(&self, name: &str) -> Option<usize> {
        let name: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let (first, rest) = name.split_first()?;
        let follows = |at: &usize| {
            let here = self.words.get(at + 1..at + 1 + rest.len());
            here.is_some_and(|here| here.iter().map(|word| &word.text).eq(rest))
        };
        self.places.get(first)?.iter().copied().find(follows)
    }

    fn place(&self, at: usize) -> Place {
        let line = self.words.get(at).map_or(0, |word| word.line);
        let words = self.lines.get(line).copied().unwrap_or_default();
        Place {
            line: line + 1,
            words: words.trim().chars().take(LINE_CHARS_MAX).collect(),
        }
    }
}

/// Collects suggestions, each value of a field once.
struct Found<'a> {
    text: &'a Text<'a>,
    all: Vec<(usize, Suggestion)>,
    known: BTreeSet<(&'static str, String)>,
}

impl Found<'_> {
    fn put(&mut self, field: &'static str, value: &str, shown: &str, at: usize) {
        if self.known.insert((field, value.to_owned())) {
            let suggestion = Suggestion {
                field,
                value: value.to_owned(),
                shown: shown.to_owned(),
                place: self.text.place(at),
            };
            self.all.push((at, suggestion));
        }
    }

    fn name(&mut self, fields: &[&'static str], id: &str, name: &str) {
        // A name of one or two letters is in every text.
        let names = [name, id]
            .into_iter()
            .filter(|name| name.chars().count() > 2);
        let first = names.filter_map(|name| self.text.find(name)).min();
        if let Some(at) = first {
            for field in fields {
                self.put(field, id, name, at);
            }
        }
    }
}

impl House {
    /// What a document may mean for a form; of each field what stands first comes first.
    #[must_use]
    pub fn suggestions(&self, document: &DocumentShown) -> Vec<Suggestion> {
        suggestions(&document.text, &document.sender, &self.directory())
    }
}

fn suggestions(text: &str, sender: &str, directory: &Directory) -> Vec<Suggestion> {
    let text = Text::of(text);
    let mut found = Found {
        text: &text,
        all: Vec::new(),
        known: BTreeSet::new(),
    };
    for brand in &directory.brands {
        found.name(&["brand"], brand.id.as_str(), &brand.name);
    }
    for seller in &directory.sellers {
        found.name(&["seller", "sellers"], seller.id.as_str(), &seller.name);
    }
    for network in &directory.networks {
        found.name(&["network"], network.id.as_str(), &network.name);
    }
    for variant in &directory.variants {
        found.name(&["variant"], variant.id.as_str(), &variant.code);
    }
    models(&mut found, directory);
    for (name, country) in PLACES {
        if let Some(at) = text.find(name) {
            found.put("territory", country, country, at);
        }
    }
    speaking(&mut found);
    dates(&mut found);
    let mut all = found.all;
    all.sort_by_key(|(at, _)| *at);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let few = all.into_iter().filter(|(_, one)| {
        let count = counts.entry(one.field).or_default();
        *count += 1;
        *count <= PER_FIELD_MAX
    });
    let from = Text::of(sender);
    let issuers = directory.parties.iter().filter_map(|party| {
        let names = [party.name.as_str(), party.id.as_str()];
        let is_named = names.into_iter().any(|name| from.find(name).is_some());
        is_named.then(|| Suggestion {
            field: "issuer",
            value: party.id.to_string(),
            shown: party.name.clone(),
            place: Place {
                line: 0,
                words: sender.chars().take(LINE_CHARS_MAX).collect(),
            },
        })
    });
    // Many are named in a letter; who says so is who sent it.
    let issuers = issuers.take(PER_FIELD_MAX);
    issuers.chain(few.map(|(_, one)| one)).collect()
}

/// A model's name means each of its variants.
fn models(found: &mut Found<'_>, directory: &Directory) {
    let mut named: HashMap<&str, usize> = HashMap::new();
    for model in &directory.models {
        if let Some(at) = found
            .text
            .find(&model.name)
            .filter(|_| model.name.len() > 2)
        {
            named.insert(model.id.as_str(), at);
        }
    }
    for variant in &directory.variants {
        if let Some(at) = named.get(variant.model.as_str()) {
            found.put("variant", variant.id.as_str(), &variant.code, *at);
        }
    }
}

/// The first words that speak for a kind, and what they say of it. A word that a denial holds says nothing more.
fn speaking(found: &mut Found<'_>) {
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for (kind, field, value, words) in SPEAKING {
        let first = words
            .iter()
            .filter_map(|words| found.text.find(words))
            .min();
        let Some(at) = first else { continue };
        let is_first = kinds.insert(*kind);
        if is_first {
            found.put("kind", kind, kind, at);
            if !field.is_empty() {
                found.put(field, value, value, at);
            }
        }
    }
}

/// Dates as letters write them. What comes after `from` or `until` is that; the first of all is the document's own.
fn dates(found: &mut Found<'_>) {
    let words = &found.text.words;
    let number = |at: usize| -> Option<u32> { words.get(at)?.text.parse().ok() };
    let month = |at: usize| -> Option<u32> {
        let text = &words.get(at)?.text;
        let is_it = |name: &&str| {
            let short = name.get(..3).filter(|_| text.len() == 3);
            name.eq_ignore_ascii_case(text)
                || short.is_some_and(|short| short.eq_ignore_ascii_case(text))
        };
        let at = MONTHS.iter().position(is_it)?;
        u32::try_from(at + 1).ok()
    };
    let mut seen = Vec::new();
    for at in 0..words.len() {
        let read = [
            (number(at), number(at + 1), number(at + 2)),
            (number(at + 2), month(at + 1), number(at)),
            (number(at + 2), month(at), number(at + 1)),
        ];
        let date = read.into_iter().find_map(|(year, month, day)| {
            let (year, month, day) = (year?, month?, day?);
            let is_date = (1990..2100).contains(&year)
                && (1..=12).contains(&month)
                && (1..=31).contains(&day);
            is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
        });
        let date = date.filter(|date| date.parse::<domain::Instant>().is_ok());
        if let Some(date) = date {
            seen.push((at, date));
        }
    }
    for (at, date) in seen {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let field = match before.map(|word| word.text.as_str()) {
            Some("from" | "effective" | "of" | "since" | "on") => "valid_from",
            Some("until" | "to" | "through" | "expires" | "till") => "valid_until",
            _ => "dated",
        };
        found.put(field, &date, &date, at);
    }
}

#[cfg(test)]
mod tests {
    use domain::device::{DeviceModel, DeviceVariant};
    use store::directory::{Brand, Party, Seller};

    use super::*;

    fn directory() -> Directory {
        let id = |text: &str| text.parse().expect("an id");
        let party = |name: &str, role: &str| Party {
            id: id(&name.to_lowercase()),
            name: name.to_owned(),
            role: role.to_owned(),
        };
        Directory {
            parties: vec![party("Xiaomi", "brand"), party("Omni", "seller")],
            brands: vec![Brand {
                id: "xiaomi".parse().expect("an id"),
                party: id("xiaomi"),
                name: "Xiaomi".to_owned(),
            }],
            sellers: vec![Seller {
                id: "omni".parse().expect("an id"),
                party: id("omni"),
                name: "Omni Distribution".to_owned(),
            }],
            models: vec![DeviceModel {
                id: "mi-4i".parse().expect("an id"),
                brand: "xiaomi".parse().expect("an id"),
                name: "Mi 4i".to_owned(),
                category: "smartphone".parse().expect("a category"),
            }],
            variants: vec![DeviceVariant {
                id: "mi-4i-2015015".parse().expect("an id"),
                model: "mi-4i".parse().expect("an id"),
                code: "2015015".to_owned(),
                description: String::new(),
            }],
            ..Directory::default()
        }
    }

    fn check(text: &str, expected: &[(&str, &str, usize)]) {
        let found = suggestions(text, "Sales <sales@xiaomi.example>", &directory());
        for (field, value, line) in expected {
            let one = found.iter().find(|one| one.field == *field);
            let one = one.unwrap_or_else(|| panic!("no {field} in {text:?}: {found:#?}"));
            assert_eq!(
                (one.value.as_str(), one.place.line),
                (*value, *line),
                "{field} in {text:?}"
            );
        }
    }

    #[test]
    fn a_letter_of_authorisation_gives_its_fields_with_their_places() {
        let letter = "From: sales@xiaomi.example\nDate: Tue, 2 Feb 2016 09:00:00 +0800\n\n\
            We hereby authorise Omni Distribution to sell the Mi 4i\nin the United States from 2016-02-10 until March 1, 2017.";
        check(
            letter,
            &[
                ("kind", "sales_authorization", 4),
                ("standing", "yes", 4),
                ("brand", "xiaomi", 1),
                ("issuer", "xiaomi", 0),
                ("sellers", "omni", 4),
                ("variant", "mi-4i-2015015", 4),
                ("territory", "US", 5),
                ("dated", "2016-02-02", 2),
                ("valid_from", "2016-02-10", 5),
                ("valid_until", "2017-03-01", 5),
            ],
        );
    }

    #[test]
    fn a_denial_is_not_taken_for_what_it_denies() {
        let denial = "The carrier is not authorized to sell any Xiaomi product.\nAuthorized sellers are listed.";
        check(
            denial,
            &[("kind", "sales_authorization", 1), ("standing", "no", 1)],
        );
        let found = suggestions(denial, "", &directory());
        assert!(!found.iter().any(|one| one.value == "yes"), "{found:#?}");
        check(
            "Model 2015015 has not been certified.",
            &[
                ("result", "not_certified", 1),
                ("variant", "mi-4i-2015015", 1),
            ],
        );
    }

    #[test]
    fn what_is_no_date_and_no_whole_word_is_nothing() {
        let found = suggestions(
            "2016-13-01 31 Feb 2016 xiaomix omnibus 12015015",
            "",
            &directory(),
        );
        assert!(found.is_empty(), "{found:#?}");
    }
}
