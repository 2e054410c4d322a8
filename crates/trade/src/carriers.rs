//! Virtual carriers: on which networks one rides, and a device checked on each of them.
//!
//! A list says that a carrier rides on a network; none says since when. So a host of which a source speaks at
//! another date only is answered too, and marked.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::key;
use domain::Instant;
use domain::evidence::Sourced;
use domain::id::DataSetId;
use domain::place::Country;
use domain::policy::Level;
use domain::radio::Plmn;
use gate::fit::{Fit, Grade};
use store::data_sets::{self as sets, StoredFact};
use store::db::{Job, Tx};

use crate::atlas;
use crate::check::{CheckRequest, Checked, Known};
use crate::codec::fact::RidesOnJson;
use crate::data_sets::{SetSource, place, sourced};
use crate::error::{Code, Error};
use crate::house::House;
use crate::networks::{self, Network};

/// Most facts that one carrier's name, or one network, may bring.
const RIDES_MAX: u32 = 500;

/// That a virtual carrier rides on a network, as one row says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ride {
    /// The carrier's name.
    pub carrier: String,
    /// The host's code; none: the source gives only its name.
    pub plmn: Option<Plmn>,
    /// By which SIM cards the carrier is told from its host, as printed; empty: not said.
    pub rule: String,
}

/// One host of a virtual carrier, and what a device can do there.
#[derive(Clone, Debug, PartialEq)]
pub struct HostChecked {
    /// The rows that say that the carrier rides there, those that do not speak of the date too.
    pub rides: Vec<Sourced<Ride>>,
    /// Whether any of them speaks of the date asked.
    pub is_said_then: bool,
    /// The answer for the host.
    pub checked: Checked,
}

/// A device on a virtual carrier: one answer for each host, never one for all.
#[derive(Clone, Debug, PartialEq)]
pub struct CarrierChecked {
    /// The virtual carrier, as its first source spells it.
    pub carrier: String,
    /// In this country.
    pub country: Country,
    /// As of when.
    pub at: Instant,
    /// The hosts of which a source speaks at that date first; each once, by name.
    pub hosts: Vec<HostChecked>,
}

/// An answer for a network, or for each host of a virtual carrier.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyChecked {
    /// The name is a network's.
    Network(Box<Checked>),
    /// The name is a virtual carrier's.
    Carrier(CarrierChecked),
}

/// A host as the sources have it.
pub(crate) struct Host {
    network: Network,
    rides: Vec<Sourced<Ride>>,
}

pub(crate) fn ride_of(fact: &StoredFact) -> Result<RidesOnJson, Error> {
    serde_json::from_str(&fact.body)
        .map_err(|error| Error::broken(format!("{} does not read: {error}", place(fact))))
}

/// What a row says, with its source.
pub(crate) fn ride(
    row: &RidesOnJson,
    sets: &[(DataSetId, SetSource)],
    fact: &StoredFact,
) -> Result<Option<Sourced<Ride>>, Error> {
    let Some((_, set)) = sets.iter().find(|(id, _)| *id == fact.data_set) else {
        return Ok(None);
    };
    let ride = Ride {
        carrier: row.carrier.clone(),
        plmn: row.plmn.as_deref().map(str::parse).transpose()?,
        rule: row.rule.clone(),
    };
    sourced(ride, &row.own, set, fact).map(Some)
}

/// The hosts of a virtual carrier in a country; none: no source knows such a carrier there.
pub(crate) async fn hosts(
    tx: &mut Tx<'_>,
    country: Country,
    name: &str,
    sets: &[(DataSetId, SetSource)],
) -> Result<Vec<Host>, Error> {
    let named = country.to_string();
    let mut hosts: Vec<Host> = Vec::new();
    for fact in sets::facts_by_key(tx, &key::carrier(name), RIDES_MAX).await? {
        if fact.kind != "rides_on" {
            continue;
        }
        let row = ride_of(&fact)?;
        if row.country.as_ref().is_some_and(|of| *of != named) {
            continue;
        }
        let Some(ride) = ride(&row, sets, &fact)? else {
            continue;
        };
        let Some(network) = host(tx, country, &row, sets).await? else {
            continue;
        };
        match hosts
            .iter_mut()
            .find(|host| host.network.name == network.name)
        {
            Some(host) => host.rides.push(ride),
            None => hosts.push(Host {
                network,
                rides: vec![ride],
            }),
        }
    }
    hosts.sort_by(|a, b| a.network.name.cmp(&b.network.name));
    Ok(hosts)
}

/// The network that a row means by its code or its name. A code that no source knows stays a code, of which
/// nothing is known; a row that may mean another country is passed over.
async fn host(
    tx: &mut Tx<'_>,
    country: Country,
    row: &RidesOnJson,
    sets: &[(DataSetId, SetSource)],
) -> Result<Option<Network>, Error> {
    let unknown = |name: &str| Network {
        name: name.to_owned(),
        facts: Vec::new(),
        licences: Vec::new(),
    };
    let is_said_here = row.country.is_some();
    let mut name = row.host.clone();
    if let Some(code) = &row.plmn {
        match networks::name_of_code(tx, country, code.parse()?).await? {
            networks::CodeOwner::Here(found) => name = found,
            networks::CodeOwner::Elsewhere if !is_said_here => return Ok(None),
            _ if name.is_empty() => return Ok(Some(unknown(code))),
            _ => {}
        }
    }
    match networks::find_network(tx, country, &name, sets).await {
        Ok(network) => Ok(Some(network)),
        Err(error) if error.code == Code::NetworkUnknown => {
            Ok((is_said_here || row.plmn.is_some()).then(|| unknown(&name)))
        }
        Err(error) => Err(error),
    }
}

/// A virtual carrier that a list has on a network that is written down, for pages to choose from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownCarrier {
    /// The country of its host.
    pub country: Country,
    /// Its name, as the first source spells it.
    pub name: String,
}

struct ListCarriers(DataSetId);

impl Job for ListCarriers {
    type Out = Vec<KnownCarrier>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<KnownCarrier>, Error> {
        let sets = atlas::sets(tx).await?;
        let mut hosts: BTreeMap<(Country, String), BTreeSet<Plmn>> = BTreeMap::new();
        for stored in sets::facts_of_kind(tx, &self.0, "network").await? {
            let row = networks::network_of(&stored)?;
            let (Some(_), Some(country)) = (row.id, row.country) else {
                continue;
            };
            let codes = hosts.entry((country.parse()?, row.name)).or_default();
            for plmn in &row.plmns {
                codes.insert(plmn.parse()?);
            }
        }
        let mut found: BTreeMap<(Country, String), String> = BTreeMap::new();
        for ((country, host), plmns) in &hosts {
            let plmns: Vec<Plmn> = plmns.iter().copied().collect();
            for ride in networks::overview::riders(tx, *country, &plmns, host, &sets).await? {
                let name = ride.value.carrier;
                found.entry((*country, key::carrier(&name))).or_insert(name);
            }
        }
        // Lists name a network's own brand among those that ride on it.
        for (country, host) in hosts.keys() {
            found.remove(&(*country, key::carrier(host)));
        }
        let found = found.into_iter();
        let mut carriers: Vec<KnownCarrier> = found
            .map(|((country, _), name)| KnownCarrier { country, name })
            .collect();
        carriers.sort_by_cached_key(|one| (one.country, one.name.to_lowercase()));
        Ok(carriers)
    }
}

impl Known {
    /// An answer for a network, or for each host of a virtual carrier.
    pub(crate) async fn answer_any(
        &mut self,
        tx: &mut Tx<'_>,
        request: &CheckRequest,
    ) -> Result<AnyChecked, Error> {
        let network = self.network(tx, request.country, &request.network).await;
        // Lists name virtual carriers as if they were networks; what says nothing of a radio is none.
        if network.is_ok_and(|network| !network.facts.is_empty()) {
            let checked = self.answer(tx, request).await?;
            return Ok(AnyChecked::Network(Box::new(checked)));
        }
        let found = self.hosts(tx, request.country, &request.network).await?;
        let ride = found.first().and_then(|host| host.rides.first());
        let Some(ride) = ride else {
            let checked = self.answer(tx, request).await?;
            return Ok(AnyChecked::Network(Box::new(checked)));
        };
        let device = self.device(tx, request).await?;
        let checked = found.iter().map(|host| HostChecked {
            is_said_then: host
                .rides
                .iter()
                .any(|ride| ride.valid.contains(request.at)),
            rides: host.rides.clone(),
            checked: device.clone().on(host.network.clone()),
        });
        let mut hosts: Vec<HostChecked> = checked.collect();
        hosts.sort_by_key(|host| !host.is_said_then);
        Ok(AnyChecked::Carrier(CarrierChecked {
            carrier: ride.value.carrier.clone(),
            country: request.country,
            at: request.at,
            hosts,
        }))
    }
}

/// How much is certain: all in one word first, then service by service; none: nothing at all. Compares only what is
/// certain, and what the sources do not settle counts for nothing.
#[must_use]
pub fn certain(fit: &Fit) -> Option<(u8, u8)> {
    let points = |grade: Grade| match grade {
        Grade::Known(level) | Grade::AtLeast(level) => points(level),
        Grade::Unknown | Grade::Disputed => 0,
    };
    let services: u8 = fit.services.iter().map(|one| points(one.grade)).sum();
    (services > 0).then(|| (points(fit.grade()), services))
}

const fn points(level: Level) -> u8 {
    match level {
        Level::None => 0,
        Level::FallbackOnly => 1,
        Level::Partial => 2,
        Level::Full => 3,
    }
}

impl CarrierChecked {
    /// The host on which most is [`certain`], of those of which a source speaks at that date if there are any; of
    /// several that come out alike the first.
    #[must_use]
    pub fn best(&self) -> Option<&HostChecked> {
        let rank = |host: &&HostChecked| (host.is_said_then, certain(&host.checked.fit));
        // Of equals the last is the greatest.
        self.hosts.iter().rev().max_by_key(rank)
    }
}

impl AnyChecked {
    /// The answer that stands for all where there is room for one: the network's, or the best host's.
    #[must_use]
    pub fn best(&self) -> Option<&Checked> {
        match self {
            Self::Network(checked) => Some(checked),
            Self::Carrier(carrier) => carrier.best().map(|host| &host.checked),
        }
    }
}

impl House {
    /// The virtual carriers of the networks that come with the program, by country and name.
    ///
    /// # Errors
    /// The database.
    pub async fn known_carriers(&self) -> Result<Vec<KnownCarrier>, Error> {
        match self.built_in(feeds::Kind::KnownNetworks).await? {
            Some(set) => self.db.read(ListCarriers(set.id)).await,
            None => Ok(Vec::new()),
        }
    }
}
