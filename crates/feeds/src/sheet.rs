//! The part of GSMArena's specification sheets that two collections share: the rows on the network, and
//! the date of release.
//!
//! The site lists bands per regional variant, on rows of their own of which only the first has a name.
//! What a collection kept of the others comes in as `others`; whether it has lost some, as [`Lost`].

use std::collections::HashSet;

use domain::radio::{AccessTechnology, BandList, Radio};
use domain::time::MONTHS;
use serde_json::{Map, Value};

use crate::bands::{self, Said};
use crate::json;
use crate::out::Draft;

use AccessTechnology::{Gsm, Lte, Nr, TdScdma, Umts};

/// Whether rows of a sheet may be missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// All that can bear on its lists is at hand.
    Nothing,
    /// Others stood there.
    Rows,
}

/// `Available. Released 2015, April` to `2015-04`.
pub(crate) fn released(text: &str) -> Option<String> {
    let (_, after) = text.split_once("Released ")?;
    let (year, rest) = after.split_once(',').unwrap_or((after, ""));
    let year: u16 = year
        .trim()
        .parse()
        .ok()
        .filter(|y| (1990..2100).contains(y))?;
    let word = rest.split_whitespace().next().unwrap_or_default();
    match MONTHS.iter().position(|month| *month == word) {
        Some(month) => Some(format!("{year}-{:02}", month + 1)),
        None => Some(year.to_string()),
    }
}

/// `SM-G981F, SM-G981B/DS`: each code once.
pub(crate) fn codes(text: &str) -> Vec<String> {
    // U+200E, a direction mark, stands before some codes.
    let codes = text
        .split(',')
        .map(|code| code.replace('\u{200E}', "").trim().to_owned());
    let mut seen = HashSet::new();
    codes
        .filter(|code| !code.is_empty() && seen.insert(code.clone()))
        .collect()
}

/// What the line `Technology` says.
enum Technologies {
    /// "No cellular connectivity".
    NoneAtAll,
    /// These, and whether every word was understood.
    Named(Vec<AccessTechnology>, bool),
    NotSaid,
}

/// The section `Network` of a sheet.
pub(crate) struct Sheet {
    technologies: Technologies,
    cells: [(AccessTechnology, &'static str, Said); 4],
    /// Rows without a name: other systems, or the bands of other variants.
    others: Vec<Said>,
    lost: Lost,
}

impl Sheet {
    pub(crate) fn read(
        network: &Map<String, Value>,
        others: &[&str],
        lost: Lost,
        draft: &mut Draft,
    ) -> Self {
        let mut cell = |key: &str| {
            json::text(network, key, draft)
                .unwrap_or_default()
                .to_owned()
        };
        let cells = [
            (
                Gsm,
                "2G bands",
                bands::phone_frequencies(&cell("2G bands"), Gsm),
            ),
            (
                Umts,
                "3G bands",
                bands::phone_frequencies(&cell("3G bands"), Umts),
            ),
            (
                Lte,
                "4G bands",
                bands::phone_numbers(&cell("4G bands"), Lte),
            ),
            (Nr, "5G bands", bands::phone_numbers(&cell("5G bands"), Nr)),
        ];
        let technology = cell("Technology");
        Self {
            technologies: technologies(&technology, draft),
            cells,
            others: others.iter().map(|text| other(text)).collect(),
            lost,
        }
    }

    /// The words by which the lists' variants are told apart, each once.
    pub(crate) fn variant(&self) -> Option<String> {
        let mut words: Vec<&str> = Vec::new();
        for (_, _, said) in &self.cells {
            if let Some(word) = said.variant.as_deref()
                && !words.contains(&word)
            {
                words.push(word);
            }
        }
        (!words.is_empty()).then(|| words.join("; "))
    }

    pub(crate) fn radio(&self, draft: &mut Draft) -> Option<Radio> {
        self.note_words(draft);
        let (named, complete) = match &self.technologies {
            Technologies::NoneAtAll => {
                let none = AccessTechnology::ALL.map(|t| BandList::new(t, Vec::new(), true));
                return Some(Radio::new(none, None));
            }
            Technologies::Named(named, complete) => (named.as_slice(), *complete),
            Technologies::NotSaid => (&[][..], false),
        };
        let mut lists = Vec::new();
        for (technology, key, said) in &self.cells {
            let list = self.list(
                *technology,
                key,
                said,
                named.contains(technology),
                complete,
                draft,
            );
            lists.extend(list);
        }
        // The sheets name TD-SCDMA without bands, and never under `Technology`: it is there, or nothing is said.
        let cells = self.cells.iter().map(|(_, _, said)| said);
        if cells
            .chain(&self.others)
            .any(|said| said.speaks_of(TdScdma))
        {
            lists.push(BandList::new(TdScdma, Vec::new(), false));
        }
        if self.lost == Lost::Rows && lists.iter().any(|list| !list.claims.is_empty()) {
            let help = "rows of other variants are lost; absence from these lists says nothing";
            draft.note("info", "bands.rows_lost", "", help);
        }
        Some(Radio::new(lists, None))
    }

    fn list(
        &self,
        technology: AccessTechnology,
        key: &str,
        said: &Said,
        named: bool,
        complete: bool,
        draft: &mut Draft,
    ) -> Option<BandList> {
        let claims = said.of(technology);
        if claims.is_empty() {
            if named || said.speaks_of(technology) {
                let help = "the sheet names the technology without bands, so they are not known";
                draft.note(key, "bands.missing", technology.name(), help);
                return Some(BandList::new(technology, claims, false));
            }
            // Left out of a line that names the others: not there.
            return complete.then(|| BandList::new(technology, claims, true));
        }
        let mut exhaustive = self.lost == Lost::Nothing;
        if !named {
            let help =
                "the line Technology does not name it; its list is not taken as the whole set";
            draft.note(
                key,
                "bands.technology_contradicted",
                technology.name(),
                help,
            );
            exhaustive = false;
        }
        let elsewhere = self.other_words(technology);
        if !elsewhere.is_empty() {
            let help =
                "another variant's bands stand under info; absence from this list says nothing";
            draft.note(key, "bands.other_variant", &elsewhere, help);
            exhaustive = false;
        } else if let Some(variant) = &said.variant {
            let help = "the list is of one variant; absence from it says nothing of the others";
            draft.note(key, "bands.one_variant", variant, help);
            exhaustive = false;
        }
        if said
            .remarks
            .iter()
            .any(|remark| remark.rule == "bands.unread")
        {
            exhaustive = false;
        }
        Some(BandList::new(technology, claims, exhaustive))
    }

    /// What the rows without a name say of a technology; empty: nothing.
    fn other_words(&self, technology: AccessTechnology) -> String {
        let mut words: Vec<String> = Vec::new();
        for said in &self.others {
            let bands: Vec<String> = said.of(technology).iter().map(|c| c.short()).collect();
            if !bands.is_empty() {
                let variant = said.variant.as_deref().unwrap_or_default();
                words.push(format!("{} {variant}", bands.join(", ")));
            }
        }
        words.join("; ")
    }

    /// What could not be read as a band; other technologies once for the whole row.
    fn note_words(&self, draft: &mut Draft) {
        let mut others: Vec<&str> = Vec::new();
        for said in self
            .cells
            .iter()
            .map(|(_, _, said)| said)
            .chain(&self.others)
        {
            for remark in &said.remarks {
                if remark.rule == "bands.technology_not_modelled" {
                    others.push(&remark.word);
                }
            }
        }
        if !others.is_empty() {
            let help = "set aside: only GSM, UMTS, TD-SCDMA, LTE and NR bands are kept";
            draft.note(
                "info",
                "bands.technology_not_modelled",
                &others.join(", "),
                help,
            );
        }
        let cells = self.cells.iter().map(|(_, key, said)| (*key, said));
        let others = self.others.iter().map(|said| ("info", said));
        for (key, said) in cells.chain(others) {
            let remarks = said.remarks.iter();
            for remark in remarks.filter(|remark| remark.rule == "bands.unread") {
                let help = "set aside: it could not be read as a band";
                draft.note(key, "bands.unread", &remark.word, help);
            }
        }
    }
}

fn technologies(text: &str, draft: &mut Draft) -> Technologies {
    if text.is_empty() {
        return Technologies::NotSaid;
    }
    if text.eq_ignore_ascii_case("no cellular connectivity") {
        return Technologies::NoneAtAll;
    }
    let mut named = Vec::new();
    let mut complete = true;
    for word in text.split('/').map(str::trim) {
        match word.to_ascii_uppercase().as_str() {
            "GSM" => named.push(Gsm),
            "HSPA" | "UMTS" => named.push(Umts),
            "LTE" => named.push(Lte),
            "5G" => named.push(Nr),
            // Not modelled; the line names them, so it is still a whole list.
            "CDMA" | "EVDO" | "CDMA2000" => {}
            _ => {
                complete = false;
                let help =
                    "with a word that is not known here, what the line leaves out is not known";
                draft.note("Technology", "technology.unknown", word, help);
            }
        }
    }
    Technologies::Named(named, complete)
}

/// A band list without a name is told by its form: a word (`HSDPA`, `CDMA`), modes (`SA/NSA`: NR), else LTE.
fn other(text: &str) -> Said {
    let upper = text.to_ascii_uppercase();
    let words = ["GSM", "HSDPA", "HSPA", "UMTS", "CDMA", "TD-SCDMA", "EVDO"];
    if words.iter().any(|word| upper.starts_with(word)) {
        bands::phone_frequencies(text, Umts)
    } else if upper.contains("NSA") || upper.contains("SUB6") || upper.contains(" SA") {
        bands::phone_numbers(text, Nr)
    } else {
        bands::phone_numbers(text, Lte)
    }
}
