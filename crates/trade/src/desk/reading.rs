//! What a document may mean for a form: names of the directory, devices that its text names, words of standing, places and
//! dates, and who is known to write from its sender's address; each with where it was read, and why it is suggested.
//!
//! Suggestions for a person who reads the document beside them. Nothing here is ever applied by itself, and a text that
//! says the contrary of what it seems to is for that person to see.

use std::collections::{BTreeSet, HashMap};

use domain::device::DeviceVariant;
use domain::time::MONTHS;
use store::directory::Directory;

use super::DocumentShown;
use super::devices::{self, Heard};
use super::sender::{self, Sender};
use crate::error::Error;
use crate::house::House;
use crate::supposed;
use crate::titles::{TitleMatch, Titles};

/// Most words of a text that are read.
const WORDS_MAX: usize = 20_000;
/// Most suggestions for one field.
const PER_FIELD_MAX: usize = 5;
/// Most devices that are told of those that the directory does not have.
const ELSEWHERE_MAX: usize = 20;
/// Lines of a mail's head that say from whom it claims to be, and to whom.
const CLAIMS: [&str; 5] = ["From:", "To:", "Cc:", "Sender:", "Reply-To:"];
/// Characters of a line that are shown.
const LINE_CHARS_MAX: usize = 160;

/// Something that a document may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The form's field; `kind` for which form.
    pub field: &'static str,
    /// What would stand in it.
    pub value: String,
    /// That in words.
    pub shown: String,
    /// Where it was read: `line 4`, `the sender`.
    pub at: String,
    /// What stands there, shortened.
    pub words: String,
    /// Why it is suggested.
    pub why: String,
}

/// A device that a document names and the directory does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Brand and name, as a list has them.
    pub name: String,
    /// What a check understands; none: no list that was imported has it.
    pub ask: Option<String>,
    /// Where it was read first.
    pub at: String,
}

/// All that a document suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// For forms; of each field what is the likeliest comes first.
    pub fields: Vec<Suggestion>,
    /// What there is to know of the sender, in sentences.
    pub sender: Vec<String>,
    /// Devices for which no form has a choice yet.
    pub elsewhere: Vec<Elsewhere>,
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

    /// The index of the word where these words stand in a row first.
    fn find(&self, name: &str) -> Option<usize> {
        self.all(name).into_iter().next()
    }

    /// Everywhere these words stand in a row.
    fn all(&self, name: &str) -> Vec<usize> {
        let name: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let Some((first, rest)) = name.split_first() else {
            return Vec::new();
        };
        let follows = |at: &usize| {
            let here = self.words.get(at + 1..at + 1 + rest.len());
            here.is_some_and(|here| here.iter().map(|word| &word.text).eq(rest))
        };
        let places = self.places.get(first).map_or(&[][..], Vec::as_slice);
        places.iter().copied().filter(follows).collect()
    }

    fn line(&self, at: usize) -> usize {
        self.words.get(at).map_or(0, |word| word.line)
    }

    /// What stands in a line, shortened.
    fn shown(&self, line: usize) -> String {
        let words = self.lines.get(line).copied().unwrap_or_default();
        words.trim().chars().take(LINE_CHARS_MAX).collect()
    }
}

/// Collects suggestions, each value of a field once, by the line where it stands.
struct Found<'a> {
    text: &'a Text<'a>,
    place_of: &'a dyn Fn(usize) -> String,
    all: Vec<(usize, Suggestion)>,
    known: BTreeSet<(&'static str, String)>,
}

impl Found<'_> {
    fn put(&mut self, field: &'static str, value: &str, shown: &str, at: usize, why: &str) {
        self.put_line(field, value, shown, self.text.line(at), why);
    }

    fn put_line(&mut self, field: &'static str, value: &str, shown: &str, line: usize, why: &str) {
        if self.known.insert((field, value.to_owned())) {
            let suggestion = Suggestion {
                field,
                value: value.to_owned(),
                shown: shown.to_owned(),
                at: (self.place_of)(line),
                words: self.text.shown(line),
                why: why.to_owned(),
            };
            self.all.push((line, suggestion));
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
                self.put(field, id, name, at, "a name of the directory");
            }
        }
    }
}

impl House {
    /// What a document may mean for a form. Nothing of it is entered by itself.
    ///
    /// # Errors
    /// The database.
    pub async fn suggestions(&self, document: &DocumentShown) -> Result<Suggestions, Error> {
        let (directory, titles) = (self.directory(), self.titles().await?);
        let sender = sender::read(&document.sender, &self.contacts().await?, &directory);
        let document = document.clone();
        let read = move || suggestions(&document, sender, &directory, &titles);
        super::intake::apart(read).await
    }
}

/// A text line by line as it is, but for whom its head claims to be from and to, and for addresses of mail and of pages:
/// whoever sends a mail or registers a domain writes any name into it.
fn without_addresses(text: &str) -> String {
    let is_label = |label: &str| {
        let is_sign = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        !label.is_empty() && label.chars().all(is_sign)
    };
    let is_domain = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let bare = bare.split(['/', '?', ':']).next().unwrap_or_default();
        let last = bare.rsplit('.').next().unwrap_or_default();
        bare.contains('.')
            && bare.split('.').all(is_label)
            && last.chars().count() > 1
            && last.chars().all(char::is_alphabetic)
    };
    let is_address = |word: &str| word.contains('@') || word.contains("://") || is_domain(word);
    let mut kept = String::with_capacity(text.len());
    let mut is_head = true;
    for line in text.lines() {
        is_head &= !line.trim().is_empty();
        if is_head && CLAIMS.iter().any(|name| line.starts_with(name)) {
            kept.push('\n');
            continue;
        }
        for word in line.split_inclusive(char::is_whitespace) {
            if is_address(word) {
                // What stands around it is not joined.
                kept.push_str(" | ");
            } else {
                kept.push_str(word);
            }
        }
        kept.push('\n');
    }
    kept
}

fn suggestions(
    document: &DocumentShown,
    sender: Sender,
    directory: &Directory,
    titles: &Titles,
) -> Suggestions {
    let named_in = without_addresses(&document.text);
    let text = Text {
        lines: document.text.lines().collect(),
        ..Text::of(&named_in)
    };
    let mut found = Found {
        text: &text,
        place_of: &|line| document.place_of(line),
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
    let heard = devices::heard(&named_in, titles);
    let heard: Vec<Meant<'_>> = heard
        .iter()
        .map(|one| (one, one.phones(directory)))
        .collect();
    models(&mut found, directory, &heard);
    let elsewhere = named(&mut found, directory, &heard);
    for (name, country) in PLACES {
        if let Some(at) = text.find(name) {
            found.put("territory", country, country, at, "the name of a place");
        }
    }
    speaking(&mut found);
    dates(&mut found);
    let mut all = found.all;
    all.sort_by_key(|(line, _)| *line);
    let of_text = all.into_iter().map(|(_, one)| one);
    // Many are named in a letter; who says so is who sent it.
    let (issuer, holdings) = from_sender(document, &sender, directory);
    let all = issuer.into_iter().chain(of_text).chain(holdings);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut known = BTreeSet::new();
    let few = all.filter(|one| {
        let is_new = known.insert((one.field, one.value.clone()));
        let count = counts.entry(one.field).or_default();
        *count += usize::from(is_new);
        is_new && *count <= PER_FIELD_MAX
    });
    Suggestions {
        fields: few.collect(),
        sender: sender.remarks,
        elsewhere,
    }
}

/// The party that is known to write from there, and what is its own.
fn from_sender(
    document: &DocumentShown,
    sender: &Sender,
    directory: &Directory,
) -> (Option<Suggestion>, Vec<Suggestion>) {
    let Some((party, why)) = &sender.party else {
        return (None, Vec::new());
    };
    let suggestion = |field: &'static str, value: &str, shown: &str| Suggestion {
        field,
        value: value.to_owned(),
        shown: shown.to_owned(),
        at: "the sender".to_owned(),
        words: document.sender.chars().take(LINE_CHARS_MAX).collect(),
        why: why.clone(),
    };
    let mut parties = directory.parties.iter();
    let issuer = parties.find(|one| one.id == *party);
    let issuer = issuer.map(|one| suggestion("issuer", one.id.as_str(), &one.name));
    let brands = directory.brands.iter().filter(|one| one.party == *party);
    let brands = brands.map(|one| suggestion("brand", one.id.as_str(), &one.name));
    let networks = directory.networks.iter().filter(|one| one.party == *party);
    let networks = networks.map(|one| suggestion("network", one.id.as_str(), &one.name));
    (issuer, brands.chain(networks).collect())
}

/// A piece of text, and the phones that it may mean, each with the variants of the directory that are one.
type Meant<'a> = (&'a Heard<'a>, Vec<(&'a TitleMatch, Vec<&'a DeviceVariant>)>);

/// A model's name means each of its variants, but where what stands there is another device's name.
fn models(found: &mut Found<'_>, directory: &Directory, heard: &[Meant<'_>]) {
    let mut named: HashMap<&str, usize> = HashMap::new();
    for model in &directory.models {
        let is_this =
            |variants: &[&DeviceVariant]| variants.iter().any(|one| one.model == model.id);
        let is_another = |(heard, phones): &Meant<'_>| {
            heard.names_one()
                && Text::of(heard.words).find(&model.name).is_some()
                && !phones.iter().any(|(_, variants)| is_this(variants))
        };
        let at = found.text.all(&model.name).into_iter().find(|at| {
            let line = found.text.line(*at);
            let mut there = heard.iter().filter(|(heard, _)| heard.line == line);
            !there.any(is_another)
        });
        if let Some(at) = at.filter(|_| model.name.len() > 2) {
            named.insert(model.id.as_str(), at);
        }
    }
    for variant in &directory.variants {
        if let Some(at) = named.get(variant.model.as_str()) {
            let shown = supposed::described(directory, variant);
            let why = "its model’s name in the directory";
            found.put("variant", variant.id.as_str(), &shown, *at, why);
        }
    }
}

/// What the titles' rules find: variants of the directory, and devices that it does not have.
fn named(found: &mut Found<'_>, directory: &Directory, heard: &[Meant<'_>]) -> Vec<Elsewhere> {
    let mut elsewhere: Vec<Elsewhere> = Vec::new();
    for (one, phones) in heard {
        for (phone, variants) in phones {
            let why = format!("read as {}, by “{}”", phone.name, phone.words.join(" "));
            for variant in variants.iter().take(PER_FIELD_MAX) {
                let shown = supposed::described(directory, variant);
                found.put_line("variant", variant.id.as_str(), &shown, one.line, &why);
            }
            let is_new = || elsewhere.iter().all(|known| known.name != phone.name);
            if variants.is_empty() && elsewhere.len() < ELSEWHERE_MAX && is_new() {
                elsewhere.push(Elsewhere {
                    name: phone.name.clone(),
                    ask: phone.ask.clone(),
                    at: (found.place_of)(one.line),
                });
            }
        }
    }
    elsewhere
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
            let why = "words that speak for it";
            found.put("kind", kind, kind, at, why);
            if !field.is_empty() {
                found.put(field, value, value, at, why);
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
        let why = match field {
            "dated" => "a date",
            _ => "a date, by the word before it",
        };
        found.put(field, &date, &date, at, why);
    }
}

#[cfg(test)]
mod tests;
