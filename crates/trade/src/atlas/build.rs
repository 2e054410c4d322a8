//! Reading the atlas from the store: the whole, or the rows that go by some keys.
//!
//! Decides nothing about devices.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use catalogue::identity::{ClaimsBuilder, Row, Texts, full_name};
use catalogue::suggest::Suggest;
use domain::number::Tac;
use store::data_sets::{self as store_sets, StoredFact};
use store::db::Tx;

use super::{Atlas, NONE, Place};
use crate::codec::fact::{self, DeviceJson};
use crate::data_sets::{self, SetSource};
use crate::error::Error;
use domain::id::DataSetId;

/// Data sets with their sources, in the order of their import.
pub(crate) type Sets = Arc<Vec<(DataSetId, SetSource)>>;

/// Takes rows in, data set by data set and in the order of each.
pub(super) struct Builder {
    claims: ClaimsBuilder,
    atlas: Atlas,
    /// Places of radios, by their JSON.
    radios: HashMap<String, u32>,
    /// Places of origins: of a data set, and where the row names its own, that.
    origins: HashMap<(usize, String), u32>,
}

impl Builder {
    pub fn new(sets: Sets) -> Self {
        Self {
            claims: ClaimsBuilder::default(),
            atlas: Atlas {
                sets,
                claims: ClaimsBuilder::default().finish(),
                places: Vec::new(),
                texts: Texts::default(),
                origins: Vec::new(),
                radios: Vec::new(),
                named: Vec::new(),
                suggest: Suggest::default(),
            },
            radios: HashMap::new(),
            origins: HashMap::new(),
        }
    }

    /// Takes a row in of the data set at a place of the list.
    pub fn push(
        &mut self,
        set: usize,
        stored: &StoredFact,
        device: &DeviceJson,
    ) -> Result<(), Error> {
        let broken = |error: String| Error::broken(error);
        let tacs: Result<Vec<Tac>, _> = device.tacs.iter().map(|tac| tac.parse()).collect();
        let radio = match &device.radio {
            Some(json) => {
                let written = serde_json::to_string(json).map_err(|e| broken(e.to_string()))?;
                match self.radios.get(&written) {
                    Some(place) => *place,
                    None => {
                        let radio =
                            fact::device_radio(device).map_err(|e| broken(e.to_string()))?;
                        let place = place(self.atlas.radios.len());
                        self.atlas.radios.extend(radio);
                        self.radios.insert(written, place);
                        place
                    }
                }
            }
            None => NONE,
        };
        self.claims.push(&Row {
            brand: &device.brand,
            model: &device.model,
            codes: &device.codes,
            codenames: &device.codenames,
            aliases: &device.aliases,
            sheet: &device.sheet,
            tacs: &tacs?,
            has_bands: radio != NONE,
            is_free_text: stored.kind == REPORTED,
            list: u16::try_from(set).unwrap_or(u16::MAX),
        });
        let origin = self.origin(set, stored, device)?;
        let text = |texts: &mut Texts, text: &Option<String>| {
            text.as_deref().map_or(0, |text| texts.number(text))
        };
        self.atlas.places.push(Place {
            row_no: u32::try_from(stored.row_no).unwrap_or(u32::MAX),
            origin,
            radio,
            platform: text(&mut self.atlas.texts, &device.platform),
            variant: text(&mut self.atlas.texts, &device.variant),
            builds: text(&mut self.atlas.texts, &builds(device)),
            set: u16::try_from(set).unwrap_or(u16::MAX),
            year: year(device.released.as_deref()),
        });
        Ok(())
    }

    fn origin(
        &mut self,
        set: usize,
        stored: &StoredFact,
        device: &DeviceJson,
    ) -> Result<u32, Error> {
        let own = &device.own;
        let is_sets = own.source_title.is_none() && own.valid.is_none();
        let written = if is_sets {
            String::new()
        } else {
            format!("{own:?}")
        };
        if let Some(known) = self.origins.get(&(set, written.clone())) {
            return Ok(*known);
        }
        let sourced = data_sets::sourced((), own, &self.atlas.sets[set].1, stored)?;
        let place = place(self.atlas.origins.len());
        self.atlas.origins.push((sourced.source, sourced.valid));
        self.origins.insert((set, written), place);
        Ok(place)
    }

    /// All rows are in.
    pub fn whole(self) -> Atlas {
        let mut atlas = self.atlas;
        atlas.claims = self.claims.finish();
        atlas.places.shrink_to_fit();
        atlas.name_rows();
        atlas
    }

    /// All rows are in that go by any of these keys.
    pub fn part<'a>(self, keys: impl IntoIterator<Item = &'a String>) -> Atlas {
        let mut atlas = self.atlas;
        atlas.claims = self.claims.finish_part(keys);
        atlas
    }
}

/// `2015-04`: 2015; 0: not said.
fn year(released: Option<&str>) -> u16 {
    let digits = released.and_then(|released| released.get(..4));
    digits.map_or(0, |digits| digits.parse().unwrap_or(0))
}

fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(NONE)
}

impl Atlas {
    /// A row for each name that lists give, one with bands where there is one.
    fn name_rows(&mut self) {
        let claims = &self.claims;
        let mut best: HashMap<u32, u32> = HashMap::new();
        for row in 0..place(claims.count()) {
            let Some(name) = claims.name(row) else {
                continue;
            };
            let known = best.entry(name).or_insert(row);
            if claims.has_bands(row) && !claims.has_bands(*known) {
                *known = row;
            }
        }
        // As suggestions have them, whose places lead back to the rows.
        let shown = |row: u32| {
            let name = full_name(claims.brand(row), claims.model(row));
            name.trim().to_owned()
        };
        let mut named: Vec<(String, u32)> =
            best.into_values().map(|row| (shown(row), row)).collect();
        named.sort_unstable();
        named.dedup_by(|a, b| a.0 == b.0);
        self.suggest = Suggest::new(named.iter().map(|(name, _)| name.as_str()));
        self.named = named.into_iter().map(|(_, row)| row).collect();
    }
}

/// The whole atlas.
pub(super) async fn read(tx: &mut Tx<'_>, sets: Sets) -> Result<Atlas, Error> {
    let ids: Vec<DataSetId> = sets.iter().map(|(id, _)| id.clone()).collect();
    let mut builder = Builder::new(sets);
    for (at, id) in ids.iter().enumerate() {
        for kind in [DEVICE, REPORTED] {
            for stored in store_sets::facts_of_kind(tx, id, kind).await? {
                if let Some(device) = said(&stored)? {
                    builder.push(at, &stored, &device)?;
                }
            }
        }
    }
    Ok(builder.whole())
}

/// A list's row on a device.
const DEVICE: &str = "device";
/// What people wrote of a device that they reported, with its type allocation code.
const REPORTED: &str = "reported";
/// Their rows are found by this and the key of the code.
const REPORTED_KEY: &str = "reported:";

/// A free text on a type allocation code.
#[derive(serde::Deserialize)]
struct Reported {
    text: String,
    #[serde(default)]
    tac: Option<String>,
}

/// What a row says of a device; none: it is of something else, or of no type allocation code.
fn said(stored: &StoredFact) -> Result<Option<DeviceJson>, Error> {
    match stored.kind.as_str() {
        DEVICE => data_sets::device_of(stored).map(Some),
        REPORTED => {
            let read: Reported = serde_json::from_str(&stored.body).map_err(|error| {
                Error::broken(format!(
                    "a row of {} does not read: {error}",
                    stored.data_set
                ))
            })?;
            Ok(read.tac.map(|tac| DeviceJson {
                model: read.text,
                tacs: vec![tac],
                ..DeviceJson::default()
            }))
        }
        _ => Ok(None),
    }
}

/// Rows that were read for a part, in the order in which the whole has them.
pub(super) type Rows = BTreeMap<(usize, u64), (StoredFact, DeviceJson)>;

/// Reads the rows that go by a key, at most `rows_max`.
pub(super) async fn read_key(
    tx: &mut Tx<'_>,
    sets: &Sets,
    key: &str,
    rows_max: u32,
    rows: &mut Rows,
) -> Result<(), Error> {
    let mut found = store_sets::facts_by_key(tx, key, rows_max).await?;
    if key.starts_with("tac:") {
        let key = format!("{REPORTED_KEY}{key}");
        found.extend(store_sets::facts_by_key(tx, &key, rows_max).await?);
    }
    for stored in found {
        let set = sets.iter().position(|(id, _)| *id == stored.data_set);
        let Some(set) = set else { continue };
        let place = (set, stored.fact_no);
        if !rows.contains_key(&place)
            && let Some(device) = said(&stored)?
        {
            rows.insert(place, (stored, device));
        }
    }
    Ok(())
}

/// A part, of the rows that go by some keys.
pub(super) fn part(sets: &Sets, rows: &Rows, keys: &BTreeSet<String>) -> Result<Atlas, Error> {
    let mut builder = Builder::new(Arc::clone(sets));
    for ((set, _), (stored, device)) in rows {
        builder.push(*set, stored, device)?;
    }
    Ok(builder.part(keys))
}

/// The software builds of a row that a platform certified, as its list writes them.
fn builds(device: &DeviceJson) -> Option<String> {
    let is_named = device.platform.is_some() && !device.codenames.is_empty();
    is_named.then(|| device.codenames.join(", "))
}
