//! What is known of the networks that are written down, over time: what each source says of each
//! technology, since when and until when, what calls need, and who rides there.
//!
//! Dates are those for which a source speaks. None says when a technology was launched, only from when on a
//! source may be read as saying that it is there; a shutdown's date is the first day without.

use std::collections::BTreeSet;

use catalogue::key;
use domain::Instant;
use domain::evidence::Sourced;
use domain::id::DataSetId;
use domain::place::Country;
use domain::radio::{AccessTechnology, BandList, Plmn, Radio};
use gate::fit::{VoiceFeature, fit};
use store::data_sets as sets;
use store::db::{Job, Tx};

use super::{FACTS_MAX, find_network, network_of};
use crate::carriers::{Ride, ride, ride_of};
use crate::data_sets::{SetSource, set_source};
use crate::error::Error;
use crate::house::House;

/// Most dates that are looked at for when calls begin to need a feature.
const EDGES_MAX: usize = 200;

/// One technology of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechnologyOverview {
    /// Which one.
    pub technology: AccessTechnology,
    /// Whether it is there at the date asked; none: nobody says, or the sources do not agree.
    pub offered: Option<bool>,
    /// The earliest date from which a source says that it is there.
    pub said_from: Option<Instant>,
    /// The first day without it, as a source says.
    pub gone_from: Option<Sourced<Instant>>,
    /// What each source says of its bands, whatever the date; in order of time.
    pub lists: Vec<Sourced<BandList>>,
}

/// A network over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkOverview {
    /// Its key.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who runs it; empty: not said.
    pub operator: String,
    /// Its country.
    pub country: Country,
    /// Its codes.
    pub plmns: Vec<Plmn>,
    /// As of when.
    pub at: Instant,
    /// Per technology of which somebody speaks.
    pub technologies: Vec<TechnologyOverview>,
    /// Who says whether it offers voice over LTE, whatever the date.
    pub volte: Vec<Sourced<bool>>,
    /// What calls need at that date, if the sources settle it.
    pub voice_needs: Option<VoiceFeature>,
    /// Since when calls have needed that, without a break.
    pub voice_needs_from: Option<Instant>,
    /// Virtual carriers that ride there, by name and time; those of which no source speaks at that date too.
    pub riders: Vec<Sourced<Ride>>,
}

/// What is asked for.
struct Overviews {
    set: DataSetId,
    country: Option<Country>,
    id: Option<String>,
    at: Instant,
}

impl Job for Overviews {
    type Out = Vec<NetworkOverview>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<NetworkOverview>, Error> {
        let all = sets::list(tx).await?.into_iter();
        let all: Vec<(DataSetId, SetSource)> = all
            .map(|set| Ok((set.id.clone(), set_source(&set)?)))
            .collect::<Result<_, Error>>()?;
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for stored in sets::facts_of_kind(tx, &self.set, "network").await? {
            let row = network_of(&stored)?;
            let (Some(id), Some(country)) = (row.id.clone(), row.country.as_deref()) else {
                continue;
            };
            let country: Country = country.parse()?;
            let is_asked = self.country.is_none_or(|asked| asked == country)
                && self.id.as_ref().is_none_or(|asked| *asked == id);
            if !is_asked || !seen.insert(id.clone()) {
                continue;
            }
            let plmns = row.plmns.iter().map(|plmn| plmn.parse());
            let plmns: Vec<Plmn> = plmns.collect::<Result<_, _>>()?;
            let network = find_network(tx, country, &row.name, &all).await?;
            let voice_needs = fit(&[], &network.facts, self.at).voice_needs;
            found.push(NetworkOverview {
                id,
                operator: row.operator,
                country,
                at: self.at,
                technologies: technologies(&network.facts, self.at),
                volte: volte(&network.facts),
                voice_needs,
                voice_needs_from: voice_needs
                    .and_then(|need| needed_from(&network.facts, need, self.at)),
                riders: riders(tx, country, &plmns, &row.name, &all).await?,
                name: row.name,
                plmns,
            });
        }
        found.sort_by(|a, b| (a.country, &a.name).cmp(&(b.country, &b.name)));
        Ok(found)
    }
}

fn technologies(facts: &[Sourced<Radio>], at: Instant) -> Vec<TechnologyOverview> {
    let fit = fit(&[], facts, at);
    let mut found = Vec::new();
    for technology in AccessTechnology::ALL {
        let lists = facts.iter().filter_map(|fact| {
            let list = fact.value.list(technology)?;
            Some(also_says(fact, list.clone()))
        });
        let mut lists: Vec<Sourced<BandList>> = lists.collect();
        if lists.is_empty() {
            continue;
        }
        lists.sort_by_key(|list| list.valid.from);
        let is_gone = |list: &BandList| list.exhaustive && list.claims.is_empty();
        let gone_from = lists
            .iter()
            .filter(|list| is_gone(&list.value))
            .find_map(|list| Some(also_says(list, list.valid.from?)));
        let mut there = lists.iter().filter(|list| !list.value.claims.is_empty());
        let answers = fit.technology(technology).map(|fit| &fit.answers);
        let said: BTreeSet<Option<bool>> = answers
            .into_iter()
            .flatten()
            .map(|answer| answer.offered)
            .collect();
        let agreed = (said.len() == 1).then(|| said.first().copied().flatten());
        found.push(TechnologyOverview {
            technology,
            offered: agreed.flatten(),
            said_from: there.next().and_then(|list| list.valid.from),
            gone_from,
            lists,
        });
    }
    found
}

/// Another value that the same row says.
fn also_says<T, U>(fact: &Sourced<T>, value: U) -> Sourced<U> {
    Sourced {
        value,
        source: fact.source.clone(),
        valid: fact.valid,
        fact: fact.fact.clone(),
    }
}

fn volte(facts: &[Sourced<Radio>]) -> Vec<Sourced<bool>> {
    let said = facts.iter();
    said.filter_map(|fact| Some(also_says(fact, fact.value.volte?)))
        .collect()
}

/// Back from the date asked, over the dates on which a source begins or ends, as long as the need is the same.
fn needed_from(facts: &[Sourced<Radio>], need: VoiceFeature, at: Instant) -> Option<Instant> {
    let edges = facts
        .iter()
        .flat_map(|fact| [fact.valid.from, fact.valid.until]);
    let edges: BTreeSet<Instant> = edges.flatten().filter(|edge| *edge <= at).collect();
    let latest = edges.iter().rev().take(EDGES_MAX);
    latest
        .take_while(|edge| fit(&[], facts, **edge).voice_needs == Some(need))
        .last()
        .copied()
}

/// Who rides on a network, by its codes and by its name, in its country.
pub(crate) async fn riders(
    tx: &mut Tx<'_>,
    country: Country,
    plmns: &[Plmn],
    name: &str,
    all: &[(DataSetId, SetSource)],
) -> Result<Vec<Sourced<Ride>>, Error> {
    let named = country.to_string();
    let codes = plmns.iter().map(|plmn| (key::riders_on(*plmn), true));
    let mut riders: Vec<Sourced<Ride>> = Vec::new();
    for (key, is_code) in codes.chain([(key::riders_on_name(name), false)]) {
        for fact in sets::facts_by_key(tx, &key, FACTS_MAX).await? {
            if fact.kind != "rides_on" {
                continue;
            }
            let row = ride_of(&fact)?;
            // A host's name alone may be another country's; its code is not.
            let is_here = row.country.as_ref().map_or(is_code, |of| *of == named);
            if let Some(ride) = ride(&row, all, &fact)?
                && is_here
                && !riders.contains(&ride)
            {
                riders.push(ride);
            }
        }
    }
    riders.sort_by(|a, b| (&a.value.carrier, a.valid.from).cmp(&(&b.value.carrier, b.valid.from)));
    Ok(riders)
}

impl House {
    /// The networks that are written down, over time: of a country, or all; by country and name.
    ///
    /// # Errors
    /// The database.
    pub async fn networks(
        &self,
        country: Option<Country>,
        at: Instant,
    ) -> Result<Vec<NetworkOverview>, Error> {
        self.overviews(country, None, at).await
    }

    /// One network that is written down, over time, by its key.
    ///
    /// # Errors
    /// There is no such network, or the database.
    pub async fn network_over_time(&self, id: &str, at: Instant) -> Result<NetworkOverview, Error> {
        let found = self.overviews(None, Some(id.to_owned()), at).await?;
        let found = found.into_iter().next();
        found.ok_or_else(|| Error::not_found("network", id))
    }

    async fn overviews(
        &self,
        country: Option<Country>,
        id: Option<String>,
        at: Instant,
    ) -> Result<Vec<NetworkOverview>, Error> {
        let Some(set) = self.built_in(feeds::Kind::KnownNetworks).await? else {
            return Ok(Vec::new());
        };
        let asked = Overviews {
            set: set.id,
            country,
            id,
            at,
        };
        self.db.read(asked).await
    }
}
