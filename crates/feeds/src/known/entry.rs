//! A table of a TOML file with its place: typed looks at its keys, faults at the right line.

use std::ops::Range;

use domain::{Instant, Period};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::SourceNote;
use crate::bandtable::khz_of_mhz;
use crate::out::Draft;

/// Where things stand in a text.
struct Places<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        let bytes = text.bytes().enumerate();
        let after_ends = bytes
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        let starts = [0].into_iter().chain(after_ends).collect();
        Self { text, starts }
    }

    fn line(&self, at: usize) -> u64 {
        self.starts.partition_point(|start| *start <= at) as u64
    }
}

/// The rows of a file.
pub(super) struct Rows<'t> {
    places: Places<'t>,
    name: &'t str,
    root: Spanned<DeTable<'t>>,
    errors: Vec<(usize, String)>,
}

impl<'t> Rows<'t> {
    pub(super) fn parse(text: &'t str, name: &'t str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let errors = errors.iter().map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (at, error.message().to_owned())
        });
        let mut errors: Vec<(usize, String)> = errors.collect();
        errors.sort_by_key(|(at, _)| *at);
        Self {
            places: Places::new(text),
            name,
            root,
            errors,
        }
    }

    pub(super) fn entries(&self) -> Vec<Entry<'_>> {
        let found = self.root.get_ref().get(self.name);
        let Some(DeValue::Array(rows)) = found.map(Spanned::get_ref) else {
            return Vec::new();
        };
        let tables = rows.iter().filter_map(|row| match row.get_ref() {
            DeValue::Table(table) => Some((row.span().start, table)),
            _ => None,
        });
        let tables: Vec<_> = tables.collect();
        let ends = tables.iter().skip(1).map(|(start, _)| *start);
        let ends = ends.chain([self.places.text.len() + 1]);
        tables
            .iter()
            .zip(ends)
            .map(|((start, table), end)| Entry {
                places: &self.places,
                table,
                extent: *start..end,
            })
            .collect()
    }

    /// Keys of the file that are no rows.
    pub(super) fn strangers(&self) -> Vec<(u64, String)> {
        let keys = self.root.get_ref().iter();
        keys.filter(|(key, value)| {
            let rows = matches!(value.get_ref(), DeValue::Array(_));
            key.get_ref() != self.name || !rows
        })
        .map(|(key, _)| {
            (
                self.places.line(key.span().start),
                key.get_ref().to_string(),
            )
        })
        .collect()
    }

    pub(super) fn errors_in(&self, row: &Entry<'_>) -> Vec<(u64, String)> {
        let from = self
            .errors
            .partition_point(|(at, _)| *at < row.extent.start);
        let until = self.errors.partition_point(|(at, _)| *at < row.extent.end);
        self.told(self.errors.get(from..until).unwrap_or_default())
    }

    /// Those before the first row: rows reach to the next one, and the last to the end.
    pub(super) fn errors_elsewhere(&self, first: Option<&Entry<'_>>) -> Vec<(u64, String)> {
        let until = first.map_or(usize::MAX, |row| row.extent.start);
        let until = self.errors.partition_point(|(at, _)| *at < until);
        self.told(self.errors.get(..until).unwrap_or_default())
    }

    fn told(&self, errors: &[(usize, String)]) -> Vec<(u64, String)> {
        let told = errors.iter();
        told.map(|(at, message)| (self.places.line(*at), message.clone()))
            .collect()
    }
}

/// One table.
pub(super) struct Entry<'t> {
    places: &'t Places<'t>,
    table: &'t DeTable<'t>,
    /// From its header to the next row's.
    extent: Range<usize>,
}

impl<'t> Entry<'t> {
    pub(super) fn line(&self) -> u64 {
        self.places.line(self.extent.start)
    }

    /// The line of a place in the row. Values that the parser made up for broken text stand nowhere.
    fn line_at(&self, at: usize) -> u64 {
        self.places.line(at.max(self.extent.start))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// The line of a key's value, or of the table when it has none.
    pub(super) fn line_of(&self, key: &str) -> u64 {
        let at = self
            .table
            .get(key)
            .map_or(self.extent.start, |value| value.span().start);
        self.line_at(at)
    }

    /// Every other key is a fault.
    pub(super) fn only(&self, keys: &[&str], draft: &mut Draft) {
        for key in self.table.keys() {
            if !keys.contains(&key.get_ref().as_ref()) {
                let line = self.line_at(key.span().start);
                let help = format!("the keys here are {}", keys.join(", "));
                draft.fault_at(line, key.get_ref(), "key.unknown", key.get_ref(), &help);
            }
        }
    }

    /// A text that must be there; empty after a fault.
    pub(super) fn needed(&self, key: &str, draft: &mut Draft) -> String {
        let text = self.text(key, draft).unwrap_or_default();
        if text.is_empty() && !self.has_other_than_text(key) {
            draft.fault_at(
                self.line_of(key),
                key,
                "key.missing",
                "",
                "every row needs it",
            );
        }
        text
    }

    fn has_other_than_text(&self, key: &str) -> bool {
        let value = self.table.get(key).map(Spanned::get_ref);
        value.is_some_and(|value| !matches!(value, DeValue::String(_)))
    }

    pub(super) fn text(&self, key: &str, draft: &mut Draft) -> Option<String> {
        match self.table.get(key)?.get_ref() {
            DeValue::String(text) => Some(text.trim().to_owned()),
            other => {
                self.wrong(key, other, "write a text in quotes", draft);
                None
            }
        }
    }

    pub(super) fn flag(&self, key: &str, draft: &mut Draft) -> Option<bool> {
        match self.table.get(key)?.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => {
                self.wrong(key, other, "write true or false", draft);
                None
            }
        }
    }

    /// A list of texts, each with its line.
    pub(super) fn texts(&self, key: &str, draft: &mut Draft) -> Vec<(String, u64)> {
        let mut texts = Vec::new();
        for (text, is_number, line) in self.numbers_or_texts(key, draft) {
            if is_number {
                draft.fault_at(
                    line,
                    key,
                    "value.wrong_form",
                    &text,
                    "write a text in quotes",
                );
            } else {
                texts.push((text, line));
            }
        }
        texts
    }

    /// A list of texts and whole numbers: what stands there, whether it is a number, its line.
    pub(super) fn numbers_or_texts(
        &self,
        key: &str,
        draft: &mut Draft,
    ) -> Vec<(String, bool, u64)> {
        const HELP: &str = "write a list: [\"B2\"] or [2, 4]";
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, value.get_ref(), HELP, draft);
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items.iter() {
            let line = self.line_at(item.span().start);
            match item.get_ref() {
                DeValue::String(text) => found.push((text.trim().to_owned(), false, line)),
                DeValue::Integer(number) if number.radix() == 10 => {
                    found.push((number.as_str().to_owned(), true, line));
                }
                other => self.wrong(key, other, HELP, draft),
            }
        }
        found
    }

    /// `[[network.declaration]]` and the like.
    pub(super) fn tables(&self, key: &str, draft: &mut Draft) -> Vec<Entry<'t>> {
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, value.get_ref(), "write it as [[…]]", draft);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Entry {
                    places: self.places,
                    table,
                    extent: item.span(),
                }),
                other => self.wrong(key, other, "write it as [[…]]", draft),
            }
        }
        tables
    }

    /// A date or an instant, with or without quotes.
    pub(super) fn instant(&self, key: &str, draft: &mut Draft) -> Option<Instant> {
        let value = self.table.get(key)?.get_ref();
        let text = match value {
            DeValue::Datetime(at) => at.to_string(),
            DeValue::String(text) => text.to_string(),
            other => {
                self.wrong(key, other, "write a date: 2015-07-01", draft);
                return None;
            }
        };
        let read = text.parse();
        if let Err(domain::ParseError { help, .. }) = &read {
            draft.fault_at(self.line_of(key), key, "date.invalid", &text, help);
        }
        read.ok()
    }

    /// `valid_from` and `valid_until`; none when there is neither.
    pub(super) fn period(&self, draft: &mut Draft) -> Option<Period> {
        let from = self.instant("valid_from", draft);
        let until = self.instant("valid_until", draft);
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            let help = "it ends before it begins; valid_until is the first day after";
            let line = self.line_of("valid_until");
            draft.fault_at(line, "valid_until", "period.reversed", &until.date(), help);
        }
        (from.is_some() || until.is_some()).then_some(Period { from, until })
    }

    /// `source = { title, dated, note }`, which every fact needs.
    pub(super) fn source(&self, draft: &mut Draft) -> Option<SourceNote> {
        const HELP: &str = "name it: source = { title = \"…\", dated = \"2024-10\" }";
        let Some(DeValue::Table(table)) = self.table.get("source").map(Spanned::get_ref) else {
            draft.fault_at(self.line_of("source"), "source", "source.missing", "", HELP);
            return None;
        };
        let at = self
            .table
            .get("source")
            .map_or(self.extent.clone(), Spanned::span);
        let source = Entry {
            places: self.places,
            table,
            extent: at,
        };
        source.only(&["title", "dated", "note"], draft);
        Some(SourceNote {
            title: source.needed("title", draft),
            dated: source.text("dated", draft).unwrap_or_default(),
        })
    }

    /// `[1850, 1910.5]` in MHz, as kHz.
    pub(super) fn range_khz(&self, key: &str, draft: &mut Draft) -> Option<(u32, u32)> {
        let value = self.table.get(key)?;
        let number = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => khz_of_mhz(number.as_str()),
            DeValue::Float(number) => khz_of_mhz(number.as_str()),
            _ => None,
        };
        let range = match value.get_ref() {
            DeValue::Array(items) => match (items.first(), items.get(1), items.len()) {
                (Some(low), Some(high), 2) => number(low).zip(number(high)),
                _ => None,
            },
            _ => None,
        };
        let range = range.filter(|(low, high)| low < high);
        if range.is_none() {
            let help = "write lowest and highest MHz: [1850, 1910]";
            let found = self.places.text.get(value.span()).unwrap_or_default();
            draft.fault_at(self.line_of(key), key, "band.not_a_range", found, help);
        }
        range
    }

    fn wrong(&self, key: &str, value: &DeValue<'_>, help: &str, draft: &mut Draft) {
        draft.fault_at(
            self.line_of(key),
            key,
            "value.wrong_form",
            value.type_str(),
            help,
        );
    }
}
