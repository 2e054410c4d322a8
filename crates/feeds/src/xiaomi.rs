//! Xiaomi phones' specification sheets as collected from GSMArena: one JSON object per line.
//!
//! A sheet's band list claims to be the whole set of each technology it speaks of; a technology that its
//! line `Technology` leaves out is not there at all. Not so where the collection has lost rows: the site
//! lists bands per regional variant, the collection kept one row and at times another one in `info`.

use std::collections::HashSet;
use std::io::{self, BufRead};

use domain::radio::{AccessTechnology, BandList, Radio};
use serde_json::{Map, Value};

use crate::bands::{self, Said};
use crate::json;
use crate::lines::Lines;
use crate::out::{Draft, Out};
use crate::{DeviceFact, Fact};

const BRAND: &str = "Xiaomi";
use AccessTechnology::{Gsm, Lte, Nr, TdScdma, Umts};

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next()? {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if out.full(line.number) {
            return Ok(());
        }
        let mut draft = out.draft(line.number);
        if line.cut {
            json::Broken::TooLong.report(&mut draft);
        } else if let Some(object) = json::object(&line.bytes, &mut draft) {
            device(&object, &mut draft);
        }
        out.push(draft);
    }
    Ok(())
}

fn device(object: &Map<String, Value>, draft: &mut Draft) {
    let name = json::text(object, "name", draft).unwrap_or_default();
    let model = name.strip_prefix(BRAND).map_or(name, str::trim);
    if model.is_empty() {
        draft.fault("name", "name.missing", name, "every sheet names its device");
        return;
    }
    let specs = object.get("specs").and_then(Value::as_object);
    let section = |name: &str| {
        specs
            .and_then(|specs| specs.get(name))
            .and_then(Value::as_object)
    };
    let mut fact = DeviceFact {
        brand: BRAND.to_owned(),
        model: model.to_owned(),
        codenames: codenames(object, draft),
        ..DeviceFact::default()
    };
    if let Some(misc) = section("Misc") {
        let models = json::text(misc, "Models", draft).unwrap_or_default();
        // U+200E, a direction mark, stands before some codes.
        let codes = models
            .split(',')
            .map(|code| code.replace('\u{200E}', "").trim().to_owned());
        let mut seen = HashSet::new();
        fact.codes = codes
            .filter(|code| !code.is_empty() && seen.insert(code.clone()))
            .collect();
    }
    if let Some(launch) = section("Launch") {
        fact.released = ["Status", "Announced"]
            .into_iter()
            .find_map(|key| released(json::text(launch, key, draft).unwrap_or_default()));
    }
    match section("Network") {
        Some(network) => {
            let sheet = Sheet::read(network, draft);
            fact.variant = sheet.variant();
            fact.radio = sheet.radio(draft);
        }
        None => draft.note(
            "Network",
            "network.missing",
            "",
            "the sheet says nothing of bands",
        ),
    }
    draft.fact(Fact::Device(fact));
}

fn codenames(object: &Map<String, Value>, draft: &mut Draft) -> Vec<String> {
    let list = object.get("codenames").and_then(Value::as_array);
    let mut names = Vec::new();
    for name in list.into_iter().flatten() {
        match name.as_str().map(str::trim) {
            Some(name) if !name.is_empty() => names.push(name.to_owned()),
            _ => draft.note(
                "codenames",
                "field.not_text",
                &name.to_string(),
                "set aside",
            ),
        }
    }
    names
}

/// `Available. Released 2015, April` to `2015-04`.
fn released(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
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

/// What the line `Technology` says.
enum Technologies {
    /// "No cellular connectivity".
    NoneAtAll,
    /// These, and whether every word was understood.
    Named(Vec<AccessTechnology>, bool),
    NotSaid,
}

/// The section `Network` of a sheet.
struct Sheet {
    technologies: Technologies,
    cells: [(AccessTechnology, &'static str, Said); 4],
    /// A second band list that the collection kept under `info`.
    info: Said,
}

impl Sheet {
    fn read(network: &Map<String, Value>, draft: &mut Draft) -> Self {
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
        let info = info(&cell("info"));
        Self {
            technologies: technologies(&technology, draft),
            cells,
            info,
        }
    }

    /// The words by which the lists' variants are told apart, each once.
    fn variant(&self) -> Option<String> {
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

    fn radio(&self, draft: &mut Draft) -> Option<Radio> {
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
        let speaks = self
            .cells
            .iter()
            .any(|(_, _, said)| said.speaks_of(TdScdma));
        if speaks || self.info.speaks_of(TdScdma) {
            lists.push(BandList::new(TdScdma, Vec::new(), false));
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
        let mut exhaustive = true;
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
        if !self.info.of(technology).is_empty() {
            let help =
                "another variant's bands stand under info; absence from this list says nothing";
            draft.note(
                key,
                "bands.other_variant",
                &self.info_words(technology),
                help,
            );
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

    fn info_words(&self, technology: AccessTechnology) -> String {
        let claims = self.info.of(technology);
        let bands: Vec<String> = claims.iter().map(|claim| claim.short()).collect();
        let variant = self.info.variant.as_deref().unwrap_or_default();
        format!("{} {variant}", bands.join(", "))
    }

    /// What could not be read as a band; other technologies once for the whole row.
    fn note_words(&self, draft: &mut Draft) {
        let mut others: Vec<&str> = Vec::new();
        for said in self
            .cells
            .iter()
            .map(|(_, _, said)| said)
            .chain([&self.info])
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
        for (key, said) in cells.chain([("info", &self.info)]) {
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

/// A band list under `info` is told by its form: a word (`HSDPA`, `CDMA`), modes (`SA/NSA`: NR), else LTE.
fn info(text: &str) -> Said {
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
