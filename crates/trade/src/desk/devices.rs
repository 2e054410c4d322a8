//! Which devices a document's text names, by the rules for shops' titles, and which of them the directory has.
//!
//! Decides nothing itself: what a text means is [`Titles`]' to say, and what the directory has [`supposed::meant`]'s. What is
//! made of it is `reading.rs`' business.

use catalogue::key;
use catalogue::words::Words;
use domain::device::DeviceVariant;
use store::directory::Directory;

use crate::supposed;
use crate::titles::{TitleAnswer, TitleMatch, Titles, runs};

/// Most pieces of a text that are read.
const PIECES_MAX: usize = 5_000;
/// Codes of one family begin with so many signs that are the same, at least.
const FAMILY_CHARS_MIN: usize = 4;
/// In so many signs at their end they differ, at most.
const ENDING_CHARS_MAX: usize = 2;

/// A piece of a line, and what it means.
pub(super) struct Heard<'a> {
    /// The line, counted from 0.
    pub line: usize,
    pub words: &'a str,
    pub answer: TitleAnswer,
}

/// What each line names: a whole line where a code in it tells, else its pieces.
pub(super) fn heard<'a>(text: &'a str, titles: &Titles) -> Vec<Heard<'a>> {
    let mut all = Vec::new();
    for (line, words) in text.lines().enumerate() {
        let hear = |words: &'a str| {
            let answer = titles.answer(words);
            let is_by_code = answer.phone().is_some_and(|phone| phone.by_code);
            let heard = Heard {
                line,
                words,
                answer,
            };
            (is_by_code, heard)
        };
        let (is_by_code, whole) = hear(words);
        if is_by_code {
            all.push(whole);
        } else {
            let pieces = words.split([',', ';', '\t', '|', '•']);
            let pieces = pieces.flat_map(|piece| piece.split(". "));
            let pieces = pieces.filter(|piece| !piece.trim().is_empty());
            all.extend(pieces.map(|piece| hear(piece).1));
        }
        if all.len() >= PIECES_MAX {
            break;
        }
    }
    all
}

impl Heard<'_> {
    /// Whether it names a device, be it one that no list has.
    pub fn names_one(&self) -> bool {
        !matches!(self.answer, TitleAnswer::Nothing)
    }

    /// The phones that it may mean, each with those variants of the directory that are one.
    pub fn phones<'d>(
        &self,
        directory: &'d Directory,
    ) -> Vec<(&TitleMatch, Vec<&'d DeviceVariant>)> {
        let phones = match &self.answer {
            TitleAnswer::Ambiguous(several) => several.as_slice(),
            other => other.phone().map_or(&[][..], std::slice::from_ref),
        };
        let words = Words::new(self.words);
        let phones = phones.iter().map(|phone| {
            let mut variants = in_directory(directory, phone);
            variants.retain(|variant| !has_another_code(&words, &variant.code));
            (phone, variants)
        });
        phones.collect()
    }
}

/// The variants of the directory that a phone is. A code that the directory does not have means none of its variants, whatever
/// they are called.
fn in_directory<'a>(directory: &'a Directory, phone: &TitleMatch) -> Vec<&'a DeviceVariant> {
    if !phone.by_code {
        let asks = phone.ask.iter().chain([&phone.name]);
        let mut found = asks.map(|ask| supposed::meant(directory, ask));
        return found.find(|found| !found.is_empty()).unwrap_or_default();
    }
    let words = Words::new(&phone.words.join(" "));
    let is_it = |variant: &&DeviceVariant| {
        let code = key::join(&variant.code);
        let is_asked = |ask: &String| key::join(ask) == code;
        runs(&words).any(|run| run == code) || phone.ask.as_ref().is_some_and(is_asked)
    };
    directory.variants.iter().filter(is_it).collect()
}

/// Whether words hold a code that differs from a variant's in its last signs alone, as those of one family do: `SM-G930A` is
/// not `SM-G930F`, be it in no list. And not that code itself.
fn has_another_code(words: &Words, code: &str) -> bool {
    let code = key::join(code);
    let is_mixed = |text: &str| {
        let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
        has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    if code.len() < FAMILY_CHARS_MIN + ENDING_CHARS_MAX || !is_mixed(&code) {
        return false;
    }
    let alike = |run: &str| {
        let same = run.bytes().zip(code.bytes()).take_while(|(a, b)| a == b);
        let longest = run.len().max(code.len());
        run != code && longest - same.count() <= ENDING_CHARS_MAX
    };
    runs(words).any(alike) && !runs(words).any(|run| run == code)
}
