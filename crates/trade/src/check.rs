//! "Will this device work on that network, then or now?", from what was imported.
//!
//! Answers a fit for anything that a data set names, whether or not this house sells it.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Instant;
use domain::evidence::Sourced;
use domain::id::DataSetId;
use domain::licence::Licence;
use domain::place::Country;
use domain::radio::{Band, Radio};
use gate::Fit;
use store::data_sets as sets;
use store::db::{Job, Tx};

use crate::atlas::{AtlasKeeper, Sets};
use crate::carriers::{self, AnyChecked, Host};
use crate::codec::fact;
use crate::data_sets;
use crate::error::{Error, Kind};
use crate::house::House;
use crate::networks::{self, Network};

/// So many questions at once, and the whole atlas is read for them.
const WHOLE_FROM_ROWS: usize = crate::bulk::CHUNK_ROWS;

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
    /// Other devices to which fewer lists give the code that was asked for.
    pub others: Vec<String>,
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
    pub platform: Vec<Sourced<Certified>>,
    /// How the lists that know its codes and nothing else call it, each name of a list once.
    pub names: Vec<Sourced<String>>,
    /// Licences of the data sets used, each once.
    pub licences: Vec<Licence>,
}

/// That a platform's list names a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Which platform: `Google Mobile Services`.
    pub platform: String,
    /// The software builds that the row names; empty: none.
    pub builds: String,
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

impl Checked {
    /// The device on this network.
    pub(crate) fn on(mut self, network: Network) -> Self {
        self.fit = gate::fit::fit(&self.device_facts, &network.facts, self.fit.at);
        self.network = network.name;
        self.network_facts = network.facts;
        self.licences.extend(network.licences);
        self.licences.sort_unstable();
        self.licences.dedup();
        self
    }
}

/// Many questions in one read; what is wrong with one is its own answer.
struct CheckMany {
    requests: Vec<CheckRequest>,
    keeper: Arc<AtlasKeeper>,
}

impl Job for CheckMany {
    type Out = Vec<Result<AnyChecked, Error>>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let mut known = Known::read(tx, Arc::clone(&self.keeper)).await?;
        if self.requests.len() >= WHOLE_FROM_ROWS {
            self.keeper.whole(tx, &known.sets).await?;
        }
        let mut answers = Vec::with_capacity(self.requests.len());
        for request in &self.requests {
            match known.answer_any(tx, request).await {
                Err(error) if error.code.kind() == Kind::Unavailable => return Err(error),
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    }
}

/// A question about a network, whatever rides on it.
struct CheckNetwork {
    request: CheckRequest,
    keeper: Arc<AtlasKeeper>,
}

impl Job for CheckNetwork {
    type Out = Checked;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Checked, Error> {
        let mut known = Known::read(tx, Arc::clone(&self.keeper)).await?;
        known.answer(tx, &self.request).await
    }
}

/// What questions have in common, read once.
pub(crate) struct Known {
    sets: Sets,
    keeper: Arc<AtlasKeeper>,
    networks: HashMap<(Country, String), Result<Network, Error>>,
    hosts: HashMap<(Country, String), Arc<[Host]>>,
}

impl Known {
    pub(crate) async fn read(tx: &mut Tx<'_>, keeper: Arc<AtlasKeeper>) -> Result<Self, Error> {
        Ok(Self {
            sets: keeper.sets(tx).await?,
            keeper,
            networks: HashMap::new(),
            hosts: HashMap::new(),
        })
    }

    /// An answer for a network, whatever rides on it.
    pub(crate) async fn answer(
        &mut self,
        tx: &mut Tx<'_>,
        request: &CheckRequest,
    ) -> Result<Checked, Error> {
        let device = self.device(tx, request).await?;
        let network = self.network(tx, request.country, &request.network).await?;
        Ok(device.on(network))
    }

    /// What is known of the device, on no network yet.
    pub(crate) async fn device(
        &self,
        tx: &mut Tx<'_>,
        request: &CheckRequest,
    ) -> Result<Checked, Error> {
        let found = self.keeper.find(tx, &self.sets, &request.device).await?;
        let mut checked = Checked {
            device: String::new(),
            understood: found.understood,
            others: Vec::new(),
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
        Ok(checked)
    }

    /// The hosts of a virtual carrier; empty: no source knows such a carrier there.
    pub(crate) async fn hosts(
        &mut self,
        tx: &mut Tx<'_>,
        country: Country,
        name: &str,
    ) -> Result<Arc<[Host]>, Error> {
        let key = (country, name.to_owned());
        if let Some(found) = self.hosts.get(&key) {
            return Ok(Arc::clone(found));
        }
        let found: Arc<[Host]> = carriers::hosts(tx, country, name, &self.sets).await?.into();
        self.hosts.insert(key, Arc::clone(&found));
        Ok(found)
    }

    pub(crate) async fn network(
        &mut self,
        tx: &mut Tx<'_>,
        country: Country,
        name: &str,
    ) -> Result<Network, Error> {
        let key = (country, name.to_owned());
        if let Some(found) = self.networks.get(&key) {
            return found.clone();
        }
        let found = networks::find_network(tx, country, name, &self.sets).await;
        self.networks.insert(key, found.clone());
        found
    }
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
    /// Answers a fit for a network from everything that was imported.
    ///
    /// # Errors
    /// Nothing, or several things, go by that name (close ones are named), or the database.
    pub async fn check(&self, request: CheckRequest) -> Result<Checked, Error> {
        Error::unless_imei(&request.device)?;
        Error::unless_imei(&request.network)?;
        let keeper = Arc::clone(&self.atlas);
        let answer = self.db.read(CheckNetwork { request, keeper }).await?;
        self.renew_atlas();
        Ok(answer)
    }

    /// Answers a fit for a network, or for each host of a virtual carrier.
    ///
    /// # Errors
    /// Nothing, or several things, go by that name (close ones are named), or the database.
    pub async fn check_any(&self, request: CheckRequest) -> Result<AnyChecked, Error> {
        Error::unless_imei(&request.device)?;
        Error::unless_imei(&request.network)?;
        let mut answers = self.check_many(vec![request]).await?;
        let nothing = || Err(Error::broken("a question was left without an answer"));
        answers.pop().unwrap_or_else(nothing)
    }

    /// Answers many fits in one read, in their order; each as [`House::check_any`] does.
    ///
    /// # Errors
    /// The database; what is wrong with one question is in its place.
    pub(crate) async fn check_many(
        &self,
        requests: Vec<CheckRequest>,
    ) -> Result<Vec<Result<AnyChecked, Error>>, Error> {
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
