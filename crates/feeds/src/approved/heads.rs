//! Which column of a list of approved devices is which: by its head, or as a mapping says.
//!
//! A mapping that was used once holds for the next delivery: every head that it names must be there, and no other
//! column may look like one that could close a sale.

use std::fmt;
use std::str::FromStr;

use catalogue::key::fold;
use domain::ParseError;

use crate::FileError;
use crate::out::{Draft, shortened};

/// Rows that are looked at for heads: titles and dates stand above them.
pub(super) const HEAD_ROWS_MAX: usize = 30;
/// Characters of a head; what is longer is none.
const HEAD_CHARS_MAX: usize = 60;
/// Stands for a head: there is no such column.
const NO_COLUMN: &str = "-";

/// What a column of a list of approved devices is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovedColumn {
    /// Type allocation codes (3GPP TS 23.003).
    Tac,
    /// The model code printed on the device.
    Code,
    /// Whose product it is.
    Brand,
    /// The marketing name.
    Model,
    /// What the network found.
    Result,
    /// On which condition.
    Condition,
    /// From when on.
    Approved,
    /// From when on no longer.
    Expires,
    /// Software builds for which it holds.
    Software,
}

impl ApprovedColumn {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Tac,
        Self::Code,
        Self::Brand,
        Self::Model,
        Self::Result,
        Self::Condition,
        Self::Approved,
        Self::Expires,
        Self::Software,
    ];

    /// The word in mappings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tac => "tac",
            Self::Code => "code",
            Self::Brand => "brand",
            Self::Model => "model",
            Self::Result => "result",
            Self::Condition => "condition",
            Self::Approved => "approved",
            Self::Expires => "expires",
            Self::Software => "software",
        }
    }

    /// Whether what stands in it could keep a device from being approved.
    const fn may_close(self) -> bool {
        matches!(
            self,
            Self::Result | Self::Condition | Self::Expires | Self::Software
        )
    }
}

/// What people write over each column, folded, the likeliest first.
const WORDS: [(ApprovedColumn, &str); 9] = [
    (
        ApprovedColumn::Tac,
        "tac, tac code, tacs, tac codes, type allocation code, type allocation codes, imei tac, tac number, imei prefix",
    ),
    (
        ApprovedColumn::Code,
        "model code, model number, model no, model id, mpn, manufacturer model, oem model, device model number, \
         hardware model, variant, variant code, sku model, modellnummer, modellcode, modelnummer, \
         numéro de modèle, número de modelo, numero di modello, code",
    ),
    (
        ApprovedColumn::Brand,
        "brand, manufacturer, make, oem, vendor, maker, brand name, marke, hersteller, marque, fabricant, marca, \
         fabricante, produttore, merk, fabrikant",
    ),
    (
        ApprovedColumn::Model,
        "marketing name, commercial name, device name, model name, model, device, product name, name, handset, phone, \
         gerät, modell, modellname, modèle, nom commercial, modelo, nombre comercial, modello, toestel",
    ),
    (
        ApprovedColumn::Result,
        "result, status, state, approval status, certification status, approval, approval state, certification, outcome, \
         approved y n, approved yes no, ergebnis, freigabe, freigabestatus, résultat, statut, resultado, estado, \
         esito, stato",
    ),
    (
        ApprovedColumn::Condition,
        "condition, conditions, restriction, restrictions, limitation, limitations, bedingung, bedingungen, \
         einschränkung, réserve, réserves, restricción, restrizioni",
    ),
    (
        ApprovedColumn::Approved,
        "approval date, approved on, approved, date approved, certification date, certified on, date of approval, \
         ta date, valid from, from, start date, freigabedatum, freigegeben am, date d approbation, fecha de aprobación, \
         data di approvazione, date",
    ),
    (
        ApprovedColumn::Expires,
        "expiry date, expiry, expires, expires on, expiration, expiration date, valid until, valid to, valid through, \
         until, end date, end of approval, withdrawn on, withdrawal date, ablaufdatum, gültig bis, date d expiration, \
         fecha de caducidad, data di scadenza",
    ),
    (
        ApprovedColumn::Software,
        "software, software version, software versions, sw version, sw versions, sw, software build, build, builds, \
         firmware, firmware version, approved software, softwareversion, softwarestand, version logicielle, \
         versión de software, versione software",
    ),
];

/// The column that a head is of, and how likely.
fn column_of(head: &str) -> Option<(ApprovedColumn, usize)> {
    if head.chars().nth(HEAD_CHARS_MAX).is_some() {
        return None;
    }
    let whole = fold(head);
    let bare = head.split(['(', '[']).next().map(fold).unwrap_or_default();
    let place = |text: &str| {
        WORDS.iter().find_map(|(column, words)| {
            let mut words = words.split(", ");
            words
                .position(|word| word == text)
                .map(|place| (*column, place))
        })
    };
    place(&whole).or_else(|| place(&bare))
}

/// Which columns say what, by their heads: `tac=TAC Code; result=Status`. `-` for a head: there is no such column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovedMapping {
    said: Vec<(ApprovedColumn, String)>,
    /// It was used before: what it does not name is not told by its head.
    is_whole: bool,
}

impl ApprovedMapping {
    /// Whether it names no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// This one, as it was used for the delivery before.
    #[must_use]
    pub fn used_before(self) -> Self {
        Self {
            is_whole: true,
            ..self
        }
    }

    /// The head of a column, or `-`; none: nothing is said of it.
    #[must_use]
    pub fn head(&self, column: ApprovedColumn) -> Option<&str> {
        let found = self.said.iter().find(|(known, _)| *known == column);
        found.map(|(_, head)| head.as_str())
    }

    /// This one with what another says instead, column by column.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut mixed = Self {
            is_whole: self.is_whole,
            ..Self::default()
        };
        for column in ApprovedColumn::ALL {
            if let Some(head) = other.head(column).or_else(|| self.head(column)) {
                mixed.said.push((column, head.to_owned()));
            }
        }
        mixed
    }

    fn named(&self) -> impl Iterator<Item = (ApprovedColumn, &str)> {
        let all = self.said.iter();
        all.filter(|(_, head)| head != NO_COLUMN)
            .map(|(column, head)| (*column, head.as_str()))
    }
}

impl fmt::Display for ApprovedMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (column, head)) in self.said.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(f, "{gap}{}={head}", column.name())?;
        }
        Ok(())
    }
}

impl FromStr for ApprovedMapping {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault = |text: &str| {
            let help = "write tac=HEAD; result=HEAD; … with tac, code, brand, model, result, condition, approved, \
                        expires or software; - for a head: there is no such column";
            ParseError::new(text, "a mapping of columns", help)
        };
        let mut mapping = Self::default();
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (name, head) = part.split_once('=').ok_or_else(|| fault(part))?;
            let mut all = ApprovedColumn::ALL.into_iter();
            let column = all.find(|column| column.name() == name.trim());
            let (Some(column), false) = (column, head.trim().is_empty()) else {
                return Err(fault(part));
            };
            if mapping.head(column).is_some() {
                return Err(fault(part));
            }
            mapping.said.push((column, head.trim().to_owned()));
        }
        Ok(mapping)
    }
}

/// A table's columns by what they say: place in a row, and head.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    named: Vec<(ApprovedColumn, usize, String)>,
    /// The columns that are not read, where it was not said that the list has none of results.
    unheard: Vec<(usize, String)>,
}

impl Places {
    fn of(
        named: Vec<(ApprovedColumn, usize, String)>,
        heads: &[String],
        mapping: &ApprovedMapping,
    ) -> Self {
        let mut places = Self {
            named,
            unheard: Vec::new(),
        };
        let has_result = places.place(ApprovedColumn::Result).is_some();
        if !has_result && mapping.head(ApprovedColumn::Result) != Some(NO_COLUMN) {
            let is_read = |at: usize| places.named.iter().any(|(_, place, _)| *place == at);
            let all = heads.iter().enumerate().filter(|(at, _)| !is_read(*at));
            places.unheard = all.map(|(at, head)| (at, head.trim().to_owned())).collect();
        }
        places
    }

    /// The columns that are not read and may say no all the same.
    pub fn unheard(&self) -> impl Iterator<Item = (usize, &str)> {
        self.unheard.iter().map(|(at, head)| (*at, head.as_str()))
    }

    /// Where a column stands; none: the list has none.
    pub fn place(&self, column: ApprovedColumn) -> Option<usize> {
        let found = self.named.iter().find(|(known, ..)| *known == column);
        found.map(|(_, place, _)| *place)
    }

    /// A column's head, or its word.
    pub fn head(&self, column: ApprovedColumn) -> &str {
        let found = self.named.iter().find(|(known, ..)| *known == column);
        found.map_or(column.name(), |(_, _, head)| head)
    }

    fn name_devices(&self) -> bool {
        use ApprovedColumn::{Brand, Code, Model, Tac};
        let has = |column| self.place(column).is_some();
        has(Tac) || has(Code) || has(Brand) && has(Model)
    }
}

fn find(heads: &[String], head: &str) -> Option<usize> {
    let exact = heads.iter().position(|known| known.trim() == head);
    exact.or_else(|| {
        let folded = fold(head);
        heads.iter().position(|known| fold(known) == folded)
    })
}

/// What the heads mean by themselves, where the mapping says nothing.
fn guessed(heads: &[String], mapping: &ApprovedMapping) -> Vec<(ApprovedColumn, usize, String)> {
    let taken: Vec<usize> = mapping
        .named()
        .filter_map(|(_, head)| find(heads, head))
        .collect();
    let mut found: Vec<(ApprovedColumn, usize, usize)> = Vec::new();
    for (at, head) in heads.iter().enumerate() {
        if taken.contains(&at) {
            continue;
        }
        let Some((column, place)) = column_of(head) else {
            continue;
        };
        if mapping.head(column).is_some() {
            continue;
        }
        match found.iter_mut().find(|(known, ..)| *known == column) {
            Some(known) if known.2 > place => *known = (column, at, place),
            Some(_) => {}
            None => found.push((column, at, place)),
        }
    }
    let named = found.into_iter();
    named
        .map(|(column, at, _)| (column, at, heads.get(at).cloned().unwrap_or_default()))
        .collect()
}

/// Which of a table's first rows has its heads: of those that name devices the one with the most that are known, of
/// several the first; none: none names any.
pub(super) fn row_of_heads(rows: &[Vec<String>], mapping: &ApprovedMapping) -> Option<usize> {
    let score = |row: &Vec<String>| {
        let bare = ApprovedMapping::default();
        let named = mapping
            .named()
            .filter_map(|(column, head)| find(row, head).map(|at| (column, at, head.to_owned())));
        let named: Vec<_> = named.collect();
        // Heads that a mapping misses are told beside those that there are.
        let known = if named.is_empty() { &bare } else { mapping };
        let all = named.into_iter().chain(guessed(row, known)).collect();
        let all = Places::of(all, &[], known);
        all.name_devices().then_some(all.named.len())
    };
    let scores = rows.iter().enumerate();
    let scores = scores.filter_map(|(at, row)| Some((score(row)?, usize::MAX - at)));
    scores.max().map(|(_, back)| usize::MAX - back)
}

/// What the heads mean.
///
/// # Errors
/// The mapping names a head that there is not, a column that could close a sale is not mapped, or no column is of
/// devices.
pub(super) fn read(
    file: &str,
    mapping: &ApprovedMapping,
    heads: &[String],
) -> Result<(Places, ApprovedMapping), FileError> {
    let seen = || shortened_heads(heads);
    let mut places: Vec<(ApprovedColumn, usize, String)> = Vec::new();
    for (column, head) in mapping.named() {
        let Some(at) = find(heads, head) else {
            return Err(FileError::NoSuchColumn {
                file: file.to_owned(),
                named: head.to_owned(),
                seen: seen(),
            });
        };
        places.push((column, at, heads.get(at).cloned().unwrap_or_default()));
    }
    let guessed = guessed(heads, mapping);
    if mapping.is_whole {
        if let Some((column, _, head)) = guessed.iter().find(|(column, ..)| column.may_close()) {
            return Err(FileError::ColumnNotMapped {
                file: file.to_owned(),
                head: shortened(head),
                column: column.name(),
            });
        }
    } else {
        places.extend(guessed);
    }
    places.sort_by_key(|(column, ..)| *column);
    let places = Places::of(places, heads, mapping);
    if !places.name_devices() {
        return Err(FileError::NoColumn {
            file: file.to_owned(),
            names: "tac, model code, or brand and marketing name, or map it: tac=HEAD".to_owned(),
            seen: seen(),
        });
    }
    let none = mapping.said.iter().filter(|(_, head)| head == NO_COLUMN);
    let named = places.named.iter();
    // Heads are compared without punctuation, and a mapping as text is cut at it.
    let mut said: Vec<(ApprovedColumn, String)> = named
        .map(|(column, _, head)| (*column, head.replace(';', " ").trim().to_owned()))
        .chain(none.cloned())
        .collect();
    said.sort_by_key(|(column, _)| *column);
    let mapping = ApprovedMapping {
        said,
        is_whole: true,
    };
    Ok((places, mapping))
}

/// As [`read`] for one object more, of a list whose columns are known: what it has not says nothing.
pub(super) fn of_object(mapping: &ApprovedMapping, heads: &[String], draft: &mut Draft) -> Places {
    let guessed = guessed(heads, mapping);
    if let Some((column, _, head)) = guessed.iter().find(|(column, ..)| column.may_close()) {
        let help = format!(
            "it looks like {name}, which the first row has not; map it: {name}={head}, or {name}=- to leave it out",
            name = column.name()
        );
        draft.fault(head, "column.not_mapped", head, &help);
    }
    let named = mapping.named();
    let places = named
        .filter_map(|(column, head)| find(heads, head).map(|at| (column, at, head.to_owned())));
    Places::of(places.collect(), heads, mapping)
}

/// The heads that there are, for an error.
fn shortened_heads(heads: &[String]) -> String {
    const HEADS_SHOWN: usize = 24;
    let heads = heads.iter().map(|head| head.trim());
    let heads = heads.filter(|head| !head.is_empty()).take(HEADS_SHOWN);
    let shown: Vec<String> = heads.map(shortened).collect();
    shown.join(", ")
}
