//! "Will this device work on that network, then or now?", from what was imported.
//!
//! Answers a fit for anything that a data set names, whether or not this house sells it.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{key, near};
use domain::Instant;
use domain::evidence::Sourced;
use domain::id::DataSetId;
use domain::place::Country;
use domain::radio::{Band, Radio};
use gate::Fit;
use store::data_sets::{self as sets, StoredFact};
use store::db::{Job, Tx};

use crate::atlas::{self, AtlasKeeper, Sets};
use crate::codec::fact::{self, NetworkJson};
use crate::data_sets::{self, SetSource};
use crate::error::{Code, Error, Kind};
use crate::house::House;

/// Most facts that one name may bring.
const FACTS_MAX: u32 = 500;
/// So many questions at once, and the whole atlas is read for them.
const WHOLE_FROM_ROWS: usize = crate::bulk::CHUNK_ROWS;
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
    /// Where what was asked for is no name and no code: the name that was understood.
    pub understood: Option<String>,
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

/// Many questions in one read; what is wrong with one is its own answer.
struct CheckMany {
    requests: Vec<CheckRequest>,
    keeper: Arc<AtlasKeeper>,
}

impl Job for CheckMany {
    type Out = Vec<Result<Checked, Error>>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let mut known = Known {
            sets: atlas::sets(tx).await?,
            networks: HashMap::new(),
        };
        if self.requests.len() >= WHOLE_FROM_ROWS {
            self.keeper.whole(tx, &known.sets).await?;
        }
        let mut answers = Vec::with_capacity(self.requests.len());
        for request in &self.requests {
            match known.answer(tx, &self.keeper, request).await {
                Err(error) if error.code.kind() == Kind::Unavailable => return Err(error),
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    }
}

/// What questions have in common, read once.
struct Known {
    sets: Sets,
    networks: HashMap<(Country, String), Result<Network, Error>>,
}

/// A network as the sources have it.
#[derive(Clone)]
struct Network {
    name: String,
    facts: Vec<Sourced<Radio>>,
    licences: Vec<String>,
}

impl Known {
    async fn answer(
        &mut self,
        tx: &mut Tx<'_>,
        keeper: &AtlasKeeper,
        request: &CheckRequest,
    ) -> Result<Checked, Error> {
        let found = keeper.find(tx, &self.sets, &request.device).await?;
        let mut checked = Checked {
            device: String::new(),
            understood: found.understood,
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
        found.atlas.put(&found.device, &mut checked);
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
        let mut answers = self.check_many(vec![request]).await?;
        let nothing = || Err(Error::broken("a question was left without an answer"));
        answers.pop().unwrap_or_else(nothing)
    }

    /// Answers many fits in one read, in their order.
    ///
    /// # Errors
    /// The database; what is wrong with one question is in its place.
    pub(crate) async fn check_many(
        &self,
        requests: Vec<CheckRequest>,
    ) -> Result<Vec<Result<Checked, Error>>, Error> {
        let keeper = Arc::clone(&self.atlas);
        let answers = self.db.read(CheckMany { requests, keeper }).await?;
        self.renew_atlas();
        Ok(answers)
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
