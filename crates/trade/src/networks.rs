//! Networks as the data sets have them: by name and by codes, and what each source says of their radio.
//!
//! Knows no device and works out no fit.

use std::collections::HashSet;

use catalogue::{key, near};
use domain::evidence::Sourced;
use domain::id::{DataSetId, HostNetworkId};
use domain::licence::Licence;
use domain::place::Country;
use domain::radio::{Plmn, Radio};
use store::data_sets::{self as sets, StoredFact};
use store::db::{Job, Tx};
use store::directory::HostNetwork;

use crate::codec::RadioJson;
use crate::codec::fact::NetworkJson;
use crate::data_sets::{SetSource, place, sourced};
use crate::error::{Code, Error};
use crate::house::House;

pub mod overview;

/// Most facts that one name may bring.
const FACTS_MAX: u32 = 500;
/// Most names that near misses are looked for in.
const NAMES_MAX: u32 = 200_000;

/// A network as the sources have it.
#[derive(Clone)]
pub(crate) struct Network {
    pub name: String,
    pub facts: Vec<Sourced<Radio>>,
    pub licences: Vec<Licence>,
}

/// What each data set says of the network.
///
/// A network that is written down goes by its codes in each data set, and by its name where a data set has
/// none of them: just as the gate finds it, and whichever of its names was asked for. Another goes by the
/// name that was asked for.
pub(crate) async fn find_network(
    tx: &mut Tx<'_>,
    country: Country,
    name: &str,
    sets: &[(DataSetId, SetSource)],
) -> Result<Network, Error> {
    let by_name = key::network(Some(country), name);
    let mut found = sets::facts_by_key(tx, &by_name, FACTS_MAX).await?;
    let mut rows: Vec<NetworkJson> = Vec::new();
    for fact in &found {
        rows.push(network_of(fact)?);
    }
    if rows.is_empty() {
        return Err(unknown_network(tx, country, name).await?);
    }
    let mut network = Network {
        name: name.to_owned(),
        facts: Vec::new(),
        licences: Vec::new(),
    };
    let written_down = rows.iter().find(|row| network_facts_id(row).is_some());
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
        let radios = join_radios(facts.iter(), source, |row| {
            row.country.as_ref().is_none_or(|country| *country == named)
        })?;
        if !radios.is_empty() {
            network.licences.push(source.licence.clone());
            network.facts.extend(radios);
        }
    }
    Ok(network)
}

/// Whose code it is, as seen from a country.
pub(crate) enum CodeOwner {
    /// A network there, by its name.
    Here(String),
    /// A network of another country.
    Elsewhere,
    /// No source knows.
    Unknown,
}

/// Whose code it is; a network that is written down first.
pub(crate) async fn name_of_code(
    tx: &mut Tx<'_>,
    country: Country,
    plmn: Plmn,
) -> Result<CodeOwner, Error> {
    let named = country.to_string();
    let mut rows = Vec::new();
    for fact in sets::facts_by_key(tx, &key::plmn(plmn), FACTS_MAX).await? {
        if fact.kind == "network" {
            rows.push(network_of(&fact)?);
        }
    }
    // A row that names no country means any, unless others say which.
    let has_country = rows.iter().any(|row| row.country.is_some());
    let is_here = |row: &&NetworkJson| match &row.country {
        Some(of) => *of == named,
        None => !has_country,
    };
    let mut here: Vec<&NetworkJson> = rows.iter().filter(is_here).collect();
    here.retain(|row| !row.name.is_empty());
    here.sort_by_key(|row| row.id.is_none());
    Ok(match here.first() {
        Some(row) => CodeOwner::Here(row.name.clone()),
        None if rows.is_empty() => CodeOwner::Unknown,
        None => CodeOwner::Elsewhere,
    })
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

pub(crate) fn network_of(fact: &StoredFact) -> Result<NetworkJson, Error> {
    serde_json::from_str(&fact.body)
        .map_err(|error| Error::broken(format!("{} does not read: {error}", place(fact))))
}

pub(crate) fn network_keys(network: &HostNetwork) -> Vec<String> {
    let mut keys = vec![key::network_id(network.id.as_str())];
    keys.extend(network.plmns.iter().map(|plmn| key::plmn(*plmn)));
    keys.push(key::network(Some(network.country), &network.name));
    keys
}

pub(crate) fn network_radios(
    network: &HostNetwork,
    found: &[Vec<StoredFact>],
    set: &SetSource,
) -> Result<Vec<Sourced<Radio>>, Error> {
    let (by_name, by_code) = match found.split_last() {
        Some((by_name, by_code)) => (by_name.as_slice(), by_code.concat()),
        None => (&[][..], Vec::new()),
    };
    let facts = if by_code.is_empty() {
        by_name
    } else {
        &by_code
    };
    let country = network.country.to_string();
    join_radios(
        facts.iter().filter(|fact| fact.kind == "network"),
        set,
        |row: &NetworkJson| row.country.as_ref().is_none_or(|named| *named == country),
    )
}

/// The radios of several rows; rows of one source for one period are one statement.
fn join_radios<'a>(
    facts: impl Iterator<Item = &'a StoredFact>,
    set: &SetSource,
    is_meant: impl Fn(&NetworkJson) -> bool,
) -> Result<Vec<Sourced<Radio>>, Error> {
    let mut joined: Vec<Sourced<Radio>> = Vec::new();
    let mut seen = HashSet::new();
    for fact in facts {
        if !seen.insert(fact.fact_no) {
            continue;
        }
        let row = network_of(fact)?;
        if !is_meant(&row) {
            continue;
        }
        let radio = RadioJson::read(&row.radio).map_err(|e| Error::broken(e.to_string()))?;
        // A list of codes and names says nothing of the radio.
        if radio.lists.is_empty() && radio.volte.is_none() {
            continue;
        }
        let one = sourced(radio, &row.own, set, fact)?;
        let same = joined
            .iter_mut()
            .find(|known| known.source == one.source && known.valid == one.valid);
        match same {
            Some(known) => {
                let lists = known.value.lists.iter().chain(&*one.value.lists);
                let volte = known.value.volte.or(one.value.volte);
                known.value = Radio::new(lists.cloned(), volte);
            }
            None => joined.push(one),
        }
    }
    Ok(joined)
}

/// The id of a host network, for callers that have only its facts.
fn network_facts_id(row: &NetworkJson) -> Option<HostNetworkId> {
    row.id.as_deref().and_then(|id| id.parse().ok())
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

struct ListNetworks(DataSetId);

impl Job for ListNetworks {
    type Out = Vec<KnownNetwork>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<KnownNetwork>, Error> {
        let mut networks = Vec::new();
        for stored in sets::facts_of_kind(tx, &self.0, "network").await? {
            let network = network_of(&stored)?;
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

impl House {
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
}
