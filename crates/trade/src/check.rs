//! "Will this device work on that network, then or now?", from what was imported.
//!
//! Answers a fit for anything that a data set names, whether or not this house sells it.

use std::collections::HashMap;

use catalogue::{key, near};
use domain::Instant;
use domain::evidence::Sourced;
use domain::id::DataSetId;
use domain::place::Country;
use domain::radio::{Band, Radio};
use gate::Fit;
use store::data_sets::{self as sets, StoredFact};
use store::db::{Job, Tx};

use crate::codec::fact::{self, DeviceJson, NetworkJson};
use crate::data_sets::{self, SetSource};
use crate::error::{Code, Error, Kind};
use crate::house::House;

/// Most facts that one name may bring.
const FACTS_MAX: u32 = 500;
/// Most names that near misses are looked for in.
const NAMES_MAX: u32 = 200_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRequest {
    /// A name, model code, code name or type allocation code.
    pub device: String,
    /// A network's name.
    pub network: String,
    /// In this country.
    pub country: Country,
    /// As of this instant.
    pub at: Instant,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Brand and marketing name.
    pub device: String,
    /// Its model codes, as far as its sources name them.
    pub codes: Vec<String>,
    /// Which variant the bands are of, where the source says so.
    pub variant: Option<String>,
    /// The network's name.
    pub network: String,
    /// Its country.
    pub country: Country,
    /// The answer.
    pub fit: Fit,
    /// What each source says of the device.
    pub device_facts: Vec<Sourced<Radio>>,
    /// What each source says of the network; those that do not speak of the date too.
    pub network_facts: Vec<Sourced<Radio>>,
    /// Which platform certified it, with the lists that say so.
    pub platform: Vec<Sourced<String>>,
    /// How the lists that know its codes and nothing else call it, each name of a list once.
    pub names: Vec<Sourced<String>>,
    /// Licences of the data sets used, each once.
    pub licences: Vec<String>,
}

/// A device that something is known of, for lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownDevice {
    /// The brand.
    pub brand: String,
    /// The marketing name.
    pub model: String,
    /// A word that finds exactly it: a code where there is one, else the name.
    pub ask: String,
    /// Which variant, where it is said.
    pub variant: String,
}

struct Check(CheckRequest);

struct Row {
    stored: StoredFact,
    device: DeviceJson,
}

impl Job for Check {
    type Out = Checked;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Checked, Error> {
        Known::read(tx).await?.answer(tx, &self.0).await
    }
}

/// Many questions in one read; what is wrong with one is its own answer.
struct CheckMany(Vec<CheckRequest>);

impl Job for CheckMany {
    type Out = Vec<Result<Checked, Error>>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let mut known = Known::read(tx).await?;
        let mut answers = Vec::with_capacity(self.0.len());
        for request in &self.0 {
            match known.answer(tx, request).await {
                Err(error) if error.code.kind() == Kind::Unavailable => return Err(error),
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    }
}

/// What questions have in common, read once.
struct Known {
    sets: Vec<(DataSetId, SetSource)>,
    networks: HashMap<(Country, String), Result<Network, Error>>,
    /// Names of devices by their prefix; read when one is not known.
    names: Vec<(&'static str, Vec<String>)>,
}

/// A network as the sources have it.
#[derive(Clone)]
struct Network {
    name: String,
    facts: Vec<Sourced<Radio>>,
    licences: Vec<String>,
}

impl Known {
    async fn read(tx: &mut Tx<'_>) -> Result<Self, Error> {
        let sets = sets::list(tx).await?;
        let sets = sets
            .into_iter()
            .map(|set| Ok((set.id.clone(), data_sets::set_source(&set)?)));
        Ok(Self {
            sets: sets.collect::<Result<_, Error>>()?,
            networks: HashMap::new(),
            names: Vec::new(),
        })
    }

    async fn answer(&mut self, tx: &mut Tx<'_>, request: &CheckRequest) -> Result<Checked, Error> {
        let rows = find_device(tx, &request.device, &mut self.names).await?;
        let mut checked = Checked {
            device: String::new(),
            codes: Vec::new(),
            variant: None,
            network: String::new(),
            country: request.country,
            fit: gate::fit::fit(&[], &[], request.at),
            device_facts: Vec::new(),
            network_facts: Vec::new(),
            platform: Vec::new(),
            names: Vec::new(),
            licences: Vec::new(),
        };
        put_device(&mut checked, &rows, &self.sets)?;
        let network = self.network(tx, request.country, &request.network).await?;
        checked.network = network.name;
        checked.network_facts = network.facts;
        checked.licences.extend(network.licences);
        checked.fit = gate::fit::fit(&checked.device_facts, &checked.network_facts, request.at);
        checked.licences.sort_unstable();
        checked.licences.dedup();
        Ok(checked)
    }

    async fn network(
        &mut self,
        tx: &mut Tx<'_>,
        country: Country,
        name: &str,
    ) -> Result<Network, Error> {
        let key = (country, name.to_owned());
        if let Some(found) = self.networks.get(&key) {
            return found.clone();
        }
        let found = find_network(tx, country, name, &self.sets).await;
        self.networks.insert(key, found.clone());
        found
    }
}

/// The rows of the one device that a text means.
async fn find_device(
    tx: &mut Tx<'_>,
    text: &str,
    names: &mut Vec<(&'static str, Vec<String>)>,
) -> Result<Vec<Row>, Error> {
    for key in key::of_query(text) {
        let mut rows = rows_by_key(tx, &key).await?;
        if rows.is_empty() {
            continue;
        }
        if key.starts_with("tac:") {
            let others = rows_of_codes(tx, &rows).await?;
            one_claim(&rows, &others, text)?;
            rows.extend(others);
        }
        let (brand, model) = one_name(&rows, text)?;
        let meant = codes_meant(&key, &rows, &brand, &model);
        // The rest of what is known goes by the name that was found.
        let mut all = rows;
        for row in rows_by_key(tx, &key::device(&brand, &model)).await? {
            let is_new = !all
                .iter()
                .any(|known| same_fact(&known.stored, &row.stored));
            if is_new && same_name(&row.device, &brand, &model) {
                all.push(row);
            }
        }
        return one_variant(all, meant, text);
    }
    if names.is_empty() {
        // With the brand and without: people type either.
        for prefix in ["device:", "model:"] {
            let keys = sets::keys_with_prefix(tx, prefix, NAMES_MAX).await?;
            names.push((prefix, keys));
        }
    }
    let mut close = Vec::new();
    for (prefix, keys) in names {
        let names = keys.iter().map(|name| name.trim_start_matches(*prefix));
        let found = near::near(&key::fold(text), names);
        close.extend(found.into_iter().map(str::to_owned));
    }
    close.dedup();
    close.truncate(near::NEAR_MAX);
    let mut detail = format!("no device goes by {text:?}");
    if !close.is_empty() {
        detail = format!("{detail}; close to it: {}", close.join(", "));
    }
    Err(Error::new(Code::DeviceUnknown, detail))
}

/// A list of type allocation codes may know model codes only: what others say of those.
async fn rows_of_codes(tx: &mut Tx<'_>, rows: &[Row]) -> Result<Vec<Row>, Error> {
    let nameless = rows.iter().filter(|row| row.device.model.is_empty());
    let codes = nameless.flat_map(|row| &row.device.codes);
    let mut keys: Vec<String> = codes.map(|code| key::code(code)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut found: Vec<Row> = Vec::new();
    for key in keys {
        for row in rows_by_key(tx, &key).await? {
            let is_new = |known: &Row| !same_fact(&known.stored, &row.stored);
            if rows.iter().chain(&found).all(is_new) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

/// Lists that give a type allocation code to different devices contradict each other; bands settle nothing
/// there, so the question is handed back.
fn one_claim(rows: &[Row], of_codes: &[Row], text: &str) -> Result<(), Error> {
    let named = rows.iter().filter(|row| !row.device.model.is_empty());
    let mut names: Vec<(String, String)> = named
        .map(|row| (row.device.brand.clone(), row.device.model.clone()))
        .collect();
    let by_codes = one_name(of_codes, text)?;
    if of_codes.iter().any(|row| !row.device.model.is_empty()) {
        names.push(by_codes);
    }
    names.sort_by_cached_key(|(brand, model)| key::device(brand, model));
    names.dedup_by_key(|(brand, model)| key::device(brand, model));
    if names.len() > 1 {
        let names = names
            .iter()
            .map(|(brand, model)| format!("{brand} {model}"));
        return Err(ambiguous(text, names));
    }
    Ok(())
}

/// The codes of the variant that a key means, folded; none: it means a name, and so any variant.
///
/// A list may give the marketing name where others give the code. That is no code: the name means every
/// variant of it, those whose codes other lists name too.
fn codes_meant(key: &str, rows: &[Row], brand: &str, model: &str) -> Option<Vec<String>> {
    if let Some(code) = key.strip_prefix("code:") {
        let is_name = key::device(brand, model) == format!("device:{code}")
            || key::model(brand, model) == format!("model:{code}");
        return (!is_name).then(|| vec![code.to_owned()]);
    }
    // A type allocation code is one variant's; the rows that know it know the variant's codes.
    let codes = rows.iter().flat_map(folded_codes);
    let codes: Vec<String> = key.starts_with("tac:").then(|| codes.collect())?;
    (!codes.is_empty()).then_some(codes)
}

fn folded_codes(row: &Row) -> Vec<String> {
    let codes = row.device.codes.iter();
    codes.map(|code| key::fold(code)).collect()
}

fn same_fact(a: &StoredFact, b: &StoredFact) -> bool {
    a.data_set == b.data_set && a.fact_no == b.fact_no
}

fn same_name(device: &DeviceJson, brand: &str, model: &str) -> bool {
    key::device(&device.brand, &device.model) == key::device(brand, model)
}

async fn rows_by_key(tx: &mut Tx<'_>, key: &str) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for stored in sets::facts_by_key(tx, key, FACTS_MAX).await? {
        if stored.kind == "device" {
            let device = data_sets::device_of(&stored)?;
            rows.push(Row { stored, device });
        }
    }
    Ok(rows)
}

/// The one name that rows share. Rows with bands decide; a list of names alone only if there are none.
fn one_name(rows: &[Row], text: &str) -> Result<(String, String), Error> {
    let with_bands = rows.iter().any(|row| row.device.radio.is_some());
    let mut names: Vec<(String, &Row)> = rows
        .iter()
        .filter(|row| row.device.radio.is_some() || !with_bands)
        .filter(|row| !row.device.model.is_empty())
        .map(|row| (key::device(&row.device.brand, &row.device.model), row))
        .collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names.dedup_by(|a, b| a.0 == b.0);
    match names.as_slice() {
        [(_, row)] => Ok((row.device.brand.clone(), row.device.model.clone())),
        [] => Ok((String::new(), text.to_owned())),
        several => Err(ambiguous(
            text,
            several
                .iter()
                .map(|(_, row)| format!("{} {}", row.device.brand, row.device.model)),
        )),
    }
}

fn ambiguous(text: &str, candidates: impl Iterator<Item = String>) -> Error {
    let mut candidates: Vec<String> = candidates.map(|c| c.trim().to_owned()).collect();
    candidates.sort_unstable();
    candidates.dedup();
    candidates.truncate(12);
    Error::new(
        Code::DeviceAmbiguous,
        format!("{text:?} may be {}", candidates.join(", or ")),
    )
}

/// Of rows with one name, those of one variant: of the codes that are meant, or of the only one there is.
/// Rows that name no code belong to any.
fn one_variant(rows: Vec<Row>, meant: Option<Vec<String>>, text: &str) -> Result<Vec<Row>, Error> {
    let with_bands = || {
        rows.iter()
            .filter(|row| row.device.radio.is_some() && !row.device.codes.is_empty())
    };
    let meant: Vec<String> = match meant {
        Some(codes) => codes,
        None => {
            let mut groups: Vec<Vec<String>> = Vec::new();
            for row in with_bands() {
                let codes = folded_codes(row);
                match groups
                    .iter_mut()
                    .find(|group| group.iter().any(|code| codes.contains(code)))
                {
                    Some(group) => group.extend(codes),
                    None => groups.push(codes),
                }
            }
            if groups.len() > 1 {
                return Err(ambiguous(text, with_bands().map(describe)));
            }
            groups.pop().unwrap_or_default()
        }
    };
    let is_meant = |row: &Row| {
        let codes = folded_codes(row);
        row.device.radio.is_none()
            || codes.is_empty()
            || meant.is_empty()
            || codes.iter().any(|code| meant.contains(code))
    };
    Ok(rows.into_iter().filter(is_meant).collect())
}

fn describe(row: &Row) -> String {
    let code = row.device.codes.first().map_or("", String::as_str);
    match &row.device.variant {
        Some(variant) => format!("{code} ({})", variant.trim()),
        None => code.to_owned(),
    }
}

fn put_device(
    checked: &mut Checked,
    rows: &[Row],
    sets: &[(DataSetId, SetSource)],
) -> Result<(), Error> {
    for row in rows {
        let device = &row.device;
        if checked.device.is_empty() || (device.radio.is_some() && checked.device_facts.is_empty())
        {
            let bare = device
                .model
                .strip_prefix(&device.brand)
                .map_or(device.model.as_str(), str::trim_start);
            checked.device = format!("{} {bare}", device.brand).trim().to_owned();
        }
        let set = source_of(sets, &row.stored)?;
        if device.platform.is_none() && device.radio.is_none() {
            put_name(checked, row, set)?;
        }
        if let Some(platform) = &device.platform {
            let sourced = data_sets::sourced(platform.clone(), &device.own, set, &row.stored)?;
            checked.platform.push(sourced);
            checked.licences.push(set.licence.clone());
        }
        let radio = fact::device_radio(device).map_err(|e| Error::broken(e.to_string()))?;
        if let Some(radio) = radio {
            for code in &device.codes {
                if !checked.codes.contains(code) {
                    checked.codes.push(code.clone());
                }
            }
            checked.variant = checked.variant.take().or_else(|| device.variant.clone());
            let sourced = data_sets::sourced(radio, &device.own, set, &row.stored)?;
            checked.device_facts.push(sourced);
            checked.licences.push(set.licence.clone());
        }
    }
    Ok(())
}

/// The name by which a row without bands knows the device: its own, else its codes.
fn put_name(checked: &mut Checked, row: &Row, set: &SetSource) -> Result<(), Error> {
    let device = &row.device;
    let name = if device.model.is_empty() {
        format!("{} {}", device.brand, device.codes.join(", "))
    } else {
        format!("{} {}", device.brand, device.model)
    };
    let name = name.trim().to_owned();
    let sourced = data_sets::sourced(name, &device.own, set, &row.stored)?;
    let is_known =
        |known: &Sourced<String>| known.value == sourced.value && known.source == sourced.source;
    if !checked.names.iter().any(is_known) {
        checked.names.push(sourced);
        checked.licences.push(set.licence.clone());
    }
    Ok(())
}

fn source_of<'a>(
    sets: &'a [(DataSetId, SetSource)],
    fact: &StoredFact,
) -> Result<&'a SetSource, Error> {
    let set = sets.iter().find(|(id, _)| *id == fact.data_set);
    let (_, source) = set.ok_or_else(|| Error::not_found("data set", &fact.data_set))?;
    Ok(source)
}

/// What each data set says of the network.
///
/// A network that is written down goes by its codes in each data set, and by its name where a data set has
/// none of them: just as the gate finds it, and whichever of its names was asked for. Another goes by the
/// name that was asked for.
async fn find_network(
    tx: &mut Tx<'_>,
    country: Country,
    name: &str,
    sets: &[(DataSetId, SetSource)],
) -> Result<Network, Error> {
    let by_name = key::network(Some(country), name);
    let mut found = sets::facts_by_key(tx, &by_name, FACTS_MAX).await?;
    let mut rows: Vec<NetworkJson> = Vec::new();
    for fact in &found {
        rows.push(data_sets::network_of(fact)?);
    }
    if rows.is_empty() {
        return Err(unknown_network(tx, country, name).await?);
    }
    let mut network = Network {
        name: name.to_owned(),
        facts: Vec::new(),
        licences: Vec::new(),
    };
    let written_down = rows
        .iter()
        .find(|row| data_sets::network_facts_id(row).is_some());
    let mut by_code = Vec::new();
    if let Some(row) = written_down {
        network.name.clone_from(&row.name);
        let by_name = key::network(Some(country), &row.name);
        found = sets::facts_by_key(tx, &by_name, FACTS_MAX).await?;
        let id = row.id.as_deref().map(key::network_id);
        for key in id.into_iter().chain(plmn_keys(row)?) {
            by_code.extend(sets::facts_by_key(tx, &key, FACTS_MAX).await?);
        }
    }
    let named = country.to_string();
    for (id, source) in sets {
        let of_set = |facts: &[StoredFact]| -> Vec<StoredFact> {
            let facts = facts.iter();
            let wanted = facts.filter(|fact| fact.data_set == *id && fact.kind == "network");
            wanted.cloned().collect()
        };
        let mut facts = of_set(&by_code);
        if facts.is_empty() {
            facts = of_set(&found);
        }
        let radios = data_sets::join_radios(facts.iter(), source, |row| {
            row.country.as_ref().is_none_or(|country| *country == named)
        })?;
        if !radios.is_empty() {
            network.licences.push(source.licence.clone());
            network.facts.extend(radios);
        }
    }
    Ok(network)
}

fn plmn_keys(row: &NetworkJson) -> Result<Vec<String>, Error> {
    let plmns = row.plmns.iter();
    plmns.map(|plmn| Ok(key::plmn(plmn.parse()?))).collect()
}

async fn unknown_network(tx: &mut Tx<'_>, country: Country, name: &str) -> Result<Error, Error> {
    let prefix = format!("network:{}/", country.code().to_lowercase());
    let names = sets::keys_with_prefix(tx, &prefix, NAMES_MAX).await?;
    let known = || names.iter().map(|name| name.trim_start_matches(&prefix));
    let close = near::near(&key::fold(name), known());
    let mut detail = format!("no network goes by {name:?} in {country}");
    if !close.is_empty() {
        detail = format!("{detail}; close to it: {}", close.join(", "));
    } else if !names.is_empty() {
        let some: Vec<&str> = known().take(8).collect();
        detail = format!("{detail}; known there: {}", some.join(", "));
    }
    Ok(Error::new(Code::NetworkUnknown, detail))
}

/// Devices with bands in a data set, by brand and name, for a page to choose from.
struct ListDevices(DataSetId);

impl Job for ListDevices {
    type Out = Vec<KnownDevice>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<KnownDevice>, Error> {
        let mut devices = Vec::new();
        for stored in sets::facts_of_kind(tx, &self.0, "device").await? {
            let device = data_sets::device_of(&stored)?;
            if device.radio.is_some() {
                devices.push(KnownDevice {
                    ask: device
                        .codes
                        .first()
                        .cloned()
                        .unwrap_or_else(|| format!("{} {}", device.brand, device.model)),
                    brand: device.brand,
                    model: device.model,
                    variant: device.variant.unwrap_or_default(),
                });
            }
        }
        devices.sort_unstable();
        devices.dedup();
        Ok(devices)
    }
}

impl House {
    /// Answers a fit from everything that was imported.
    ///
    /// # Errors
    /// Nothing, or several things, go by that name (close ones are named), or the database.
    pub async fn check(&self, request: CheckRequest) -> Result<Checked, Error> {
        Error::unless_imei(&request.device)?;
        Error::unless_imei(&request.network)?;
        self.db.read(Check(request)).await
    }

    /// Answers many fits in one read, in their order.
    ///
    /// # Errors
    /// The database; what is wrong with one question is in its place.
    pub(crate) async fn check_many(
        &self,
        requests: Vec<CheckRequest>,
    ) -> Result<Vec<Result<Checked, Error>>, Error> {
        self.db.read(CheckMany(requests)).await
    }

    /// The devices with bands that come with the program, for a page to choose from.
    ///
    /// # Errors
    /// The database.
    pub async fn known_devices(&self) -> Result<Vec<KnownDevice>, Error> {
        match self.built_in(feeds::Kind::KnownDevices).await? {
            Some(set) => self.db.read(ListDevices(set.id)).await,
            None => Ok(Vec::new()),
        }
    }

    /// The networks that come with the program, by country and name.
    ///
    /// # Errors
    /// The database.
    pub async fn known_networks(&self) -> Result<Vec<KnownNetwork>, Error> {
        match self.built_in(feeds::Kind::KnownNetworks).await? {
            Some(set) => self.db.read(ListNetworks(set.id)).await,
            None => Ok(Vec::new()),
        }
    }

    /// The bands that come with the program, with their spectrum, for the chart.
    ///
    /// # Errors
    /// The database.
    pub async fn known_bands(&self) -> Result<Vec<KnownBand>, Error> {
        match self.built_in(feeds::Kind::KnownBands).await? {
            Some(set) => self.db.read(ListBands(set.id)).await,
            None => Ok(Vec::new()),
        }
    }
}

/// A network that something is known of, for lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownNetwork {
    /// Its country.
    pub country: Country,
    /// Its name.
    pub name: String,
    /// Its key.
    pub id: String,
}

/// A band with its spectrum, for the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBand {
    /// Which one.
    pub band: Band,
    /// Lowest and highest frequency, in kHz; none: it has no such side.
    pub uplink_khz: Option<(u32, u32)>,
    /// Lowest and highest frequency, in kHz; none: it has no such side.
    pub downlink_khz: Option<(u32, u32)>,
    /// `FDD`, `TDD`, `SDL`, `SUL`.
    pub duplex: String,
}

struct ListNetworks(DataSetId);

impl Job for ListNetworks {
    type Out = Vec<KnownNetwork>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<KnownNetwork>, Error> {
        let mut networks = Vec::new();
        for stored in sets::facts_of_kind(tx, &self.0, "network").await? {
            let network = data_sets::network_of(&stored)?;
            if let (Some(id), Some(country)) = (network.id, network.country) {
                networks.push(KnownNetwork {
                    country: country.parse()?,
                    name: network.name,
                    id,
                });
            }
        }
        networks.sort_unstable();
        networks.dedup();
        Ok(networks)
    }
}

struct ListBands(DataSetId);

impl Job for ListBands {
    type Out = Vec<KnownBand>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<KnownBand>, Error> {
        let mut bands = Vec::new();
        for stored in sets::facts_of_kind(tx, &self.0, "band").await? {
            let band: fact::BandJson = serde_json::from_str(&stored.body)
                .map_err(|error| Error::broken(format!("a band does not read: {error}")))?;
            bands.push(KnownBand {
                band: band.band.parse()?,
                uplink_khz: band.uplink_khz,
                downlink_khz: band.downlink_khz,
                duplex: band.duplex,
            });
        }
        Ok(bands)
    }
}
