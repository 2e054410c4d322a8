//! By what a list is judged: the policy in force in a market of this house, or one to begin with.

use std::collections::HashMap;
use std::sync::Arc;

use domain::evidence::{Authority, Claim, Evidence, Source, Sourced};
use domain::id::{DataSetId, HostNetworkId};
use domain::place::Country;
use domain::policy::Policy;
use domain::radio::Radio;
use domain::scope::Scope;
use gate::Snapshot;
use gate::snapshot::Moment;
use store::db::{Job, Tx};
use store::directory::{Directory, HostNetwork, Party, Seller};

use super::lists::ReadLists;
use super::requests::Requests;
use super::{AuditFor, Auditor, Hosts, made_up};
use crate::atlas::AtlasKeeper;
use crate::check::Known;
use crate::error::{Code, Error};
use crate::house::House;
use crate::networks::Network;
use crate::starter::Starter;

/// The data set that the rows of lists stand in, as if it were active.
pub const LISTS: &str = "audit-lists";

/// What a list is judged by, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The policy to begin with; none: the one in force in this house.
    pub starter: Option<Starter>,
    /// The market's country.
    pub country: Country,
    /// The host networks, by name.
    pub networks: Vec<String>,
    /// Who sells, where a row does not say.
    pub seller: String,
}

/// What sources say of host networks that the market's own data sets do not know.
pub type HostFacts = HashMap<HostNetworkId, Vec<Sourced<Radio>>>;

struct ReadHosts {
    country: Country,
    names: Vec<String>,
    keeper: Arc<AtlasKeeper>,
}

impl Job for ReadHosts {
    type Out = Vec<Network>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Network>, Error> {
        let mut known = Known::read(tx, Arc::clone(&self.keeper)).await?;
        let mut found = Vec::new();
        for name in &self.names {
            found.push(known.network(tx, self.country, name).await?);
        }
        Ok(found)
    }
}

/// Evidence that nobody gave: it is supposed, and never recorded.
fn supposed(id: &str, policy: &Policy, claim: Claim) -> Result<Evidence, Error> {
    let source = Source {
        title: "Supposed for an audit".into(),
        dated: "".into(),
        authority: Authority::Own,
        licence: None,
    };
    let scope = Scope::Market(policy.market.clone());
    let (id, issuer) = (id.parse()?, policy.carrier.clone());
    Ok(Evidence::entered(id, scope, issuer, claim, source))
}

pub(super) async fn auditor(house: &House, asked: &AuditFor) -> Result<Auditor, Error> {
    let at = asked.at.unwrap_or_else(|| house.present());
    let titles = house.titles().await?;
    let mut directory = (*house.directory()).clone();
    let known = house.snapshot();
    let in_force = known.policy(&asked.market, Moment::at(at));
    let mut lists = Vec::new();
    let (policy, starter, hosts, host_facts, snapshot) = match (in_force, asked.starter) {
        (Some((policy, _)), None) => {
            if !asked.networks.is_empty() {
                let detail = "a market has its host networks by its policy; name networks only with a policy to begin with";
                return Err(Error::new(Code::InvalidInput, detail));
            }
            let hosts = named_hosts(&directory, policy);
            let is_list = |id: &&DataSetId| {
                let facts = known.data_set(id);
                facts.is_some_and(|facts| facts.approvals.is_some())
            };
            let sets = known.data_sets().filter(is_list).cloned().collect();
            lists = house.db.read(ReadLists(sets)).await?;
            (
                policy.clone(),
                None,
                hosts,
                HostFacts::new(),
                (*known).clone(),
            )
        }
        (_, starter) => {
            let starter = starter_for(asked, starter)?;
            let (hosts, facts) = hosts(house, &mut directory, starter, &asked.networks).await?;
            let ids = hosts.iter().map(|(id, _)| id.clone()).collect();
            let policy = starter.policy(ids);
            let policy = policy.map_err(|faults| Error::faults(Code::Broken, faults))?;
            let claim = Claim::Policy(policy.clone());
            let evidence = supposed("audit-policy", &policy, claim)?;
            // Nothing that this house has on record bears on a market that it does not have.
            let snapshot = Snapshot::new().supposing(at, [evidence]);
            (policy, Some(starter), hosts, facts, snapshot)
        }
    };
    let activation = Claim::DataSetActivation {
        data_set: LISTS.parse()?,
        sha256: String::new(),
    };
    let snapshot = snapshot.supposing(at, [supposed("audit-activation", &policy, activation)?]);
    let seller = seller(&mut directory, asked.seller.as_deref())?;
    let setting = Setting {
        starter,
        country: policy.country,
        networks: hosts.into_iter().map(|(_, name)| name).collect(),
        seller: seller.name.clone(),
    };
    Ok(Auditor {
        requests: Requests::new(&policy.market, policy.country),
        setting,
        titles,
        directory,
        snapshot,
        hosts: host_facts,
        lists,
        market: policy.market,
        category: asked.category.clone(),
        seller: seller.id,
        at,
        devices: HashMap::new(),
        met: 0,
        answers: HashMap::new(),
    })
}

fn starter_for(asked: &AuditFor, starter: Option<Starter>) -> Result<Starter, Error> {
    let named = || asked.market.as_str().parse().ok();
    starter.or_else(named).ok_or_else(|| {
        let detail = format!(
            "market {} has no policy in force here, and no policy to begin with has that name; name one of us, eu, uk with --policy",
            asked.market
        );
        Error::new(Code::NotFound, detail)
    })
}

fn named_hosts(directory: &Directory, policy: &Policy) -> Hosts {
    let name = |id: &HostNetworkId| {
        let found = directory.networks.iter().find(|one| one.id == *id);
        found.map_or_else(|| id.to_string(), |one| one.name.clone())
    };
    policy
        .hosts
        .iter()
        .map(|id| (id.clone(), name(id)))
        .collect()
}

/// The networks of a policy to begin with, and what the imported lists say of them.
async fn hosts(
    house: &House,
    directory: &mut Directory,
    starter: Starter,
    names: &[String],
) -> Result<(Hosts, HostFacts), Error> {
    let policy = starter.policy(Vec::new());
    let country = policy
        .map_err(|faults| Error::faults(Code::Broken, faults))?
        .country;
    let known = house.known_networks().await?;
    let known = known.iter().filter(|one| one.country == country);
    let names: Vec<String> = if names.is_empty() {
        known.clone().map(|one| one.name.clone()).collect()
    } else {
        names.to_vec()
    };
    let read = ReadHosts {
        country,
        names,
        keeper: Arc::clone(&house.atlas),
    };
    let (mut hosts, mut facts) = (Hosts::new(), HostFacts::new());
    for (number, network) in house.db.read(read).await?.into_iter().enumerate() {
        let written_down = known.clone().find(|one| one.name == network.name);
        let id: HostNetworkId = match written_down {
            Some(one) => one.id.parse()?,
            None => made_up("network", number)?,
        };
        if facts.contains_key(&id) {
            continue;
        }
        if !directory.networks.iter().any(|one| one.id == id) {
            directory.networks.push(HostNetwork {
                id: id.clone(),
                party: made_up("host", number)?,
                name: network.name.clone(),
                country,
                plmns: Vec::new(),
            });
        }
        facts.insert(id.clone(), network.facts);
        hosts.push((id, network.name));
    }
    Ok((hosts, facts))
}

/// Who sells where a row does not say: somebody of the directory, or a seller that nobody has said anything of.
fn seller(directory: &mut Directory, named: Option<&str>) -> Result<Seller, Error> {
    let Some(named) = named else {
        return put_seller(directory, "the seller");
    };
    match find_seller(directory, named) {
        Some(seller) => Ok(seller.clone()),
        None => put_seller(directory, named),
    }
}

pub(super) fn find_seller<'a>(directory: &'a Directory, named: &str) -> Option<&'a Seller> {
    let mut all = directory.sellers.iter();
    all.find(|one| one.id.as_str() == named || one.name.to_lowercase() == named.to_lowercase())
}

/// A seller that the list names and the directory does not.
pub(super) fn put_seller(directory: &mut Directory, name: &str) -> Result<Seller, Error> {
    let number = directory.sellers.len();
    let seller = Seller {
        id: made_up("seller", number)?,
        party: made_up("seller", number)?,
        name: name.to_owned(),
    };
    directory.parties.push(Party {
        id: seller.party.clone(),
        role: "seller".to_owned(),
        name: name.to_owned(),
    });
    directory.sellers.push(seller.clone());
    Ok(seller)
}
