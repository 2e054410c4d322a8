//! What a data set's rows say of the variants and networks that this house knows, with the source of each.

use std::collections::{HashMap, HashSet};

use catalogue::key;
use domain::Period;
use domain::certification::DeviceCertification;
use domain::evidence::{FactRef, Source, Sourced};
use domain::id::{DataSetId, HostNetworkId, PartyId, VariantId};
use domain::licence::Licence;
use gate::snapshot::{Approvals, DataSetFacts, Delivery, ListedCertification, PlatformListing};
use store::data_sets::{DataSet, StoredFact};
use store::db::Tx;
use store::directory::Directory;

use super::meant::Meant;
use crate::codec::CodecError;
use crate::codec::approval::{self, ApprovalJson, FoundJson};
use crate::codec::fact::{self, DeviceJson, ListJson, OriginJson, OwnJson};
use crate::error::Error;
use crate::networks;

/// A data set's source, and the period for which it is read.
pub(crate) struct SetSource {
    pub source: Source,
    pub valid: Period,
    pub licence: Licence,
}

pub(crate) fn set_source(set: &DataSet) -> Result<SetSource, Error> {
    let broken = |error: String| Error::broken(format!("data set {}: {error}", set.id));
    let origin = origin_of(set)?;
    let licence = origin.licence().map_err(|e| broken(e.to_string()))?;
    Ok(SetSource {
        source: Source {
            title: origin.title.as_str().into(),
            dated: origin.dated.as_str().into(),
            authority: crate::codec::authority(&origin.authority)
                .map_err(|e| broken(e.to_string()))?,
            licence: Some(licence.clone()),
        },
        valid: origin.valid().map_err(|e| broken(e.to_string()))?,
        licence,
    })
}

/// The source of which a data set is a delivery: its kind and its title, and whose word it is. A policy's `[trust]`
/// names sources so.
///
/// # Errors
/// What is stored of its origin does not read.
pub fn series(set: &DataSet) -> Result<String, Error> {
    let origin = origin_of(set)?;
    Ok(series_of(&set.kind, &origin.title, &origin.authority))
}

/// The series of what has such an origin.
pub(crate) fn series_of(kind: &str, title: &str, authority: &str) -> String {
    format!("{kind}: {title}, {authority}")
}

/// Where a data set comes from, as it is stored with it.
///
/// # Errors
/// What is stored does not read.
pub fn origin_of(set: &DataSet) -> Result<OriginJson, Error> {
    serde_json::from_str(&set.origin)
        .map_err(|error| Error::broken(format!("data set {}: {error}", set.id)))
}

/// A value of a row with the source and period of the row, or else of its data set.
pub(crate) fn sourced<T>(
    value: T,
    own: &OwnJson,
    set: &SetSource,
    fact: &StoredFact,
) -> Result<Sourced<T>, Error> {
    let valid = fact::valid(own, set.valid).map_err(|error| Error::broken(error.to_string()))?;
    let source = match &own.source_title {
        Some(title) => Source {
            title: title.as_str().into(),
            dated: own.source_dated.as_deref().unwrap_or_default().into(),
            authority: set.source.authority,
            licence: set.source.licence.clone(),
        },
        None => set.source.clone(),
    };
    Ok(Sourced {
        value,
        source,
        valid,
        fact: FactRef::Row {
            data_set: fact.data_set.clone(),
            row: fact.row_no,
        },
    })
}

pub(crate) fn device_of(fact: &StoredFact) -> Result<DeviceJson, Error> {
    serde_json::from_str(&fact.body)
        .map_err(|error| Error::broken(format!("{} does not read: {error}", place(fact))))
}

pub(crate) fn place(fact: &StoredFact) -> String {
    format!("fact {} of data set {}", fact.fact_no, fact.data_set)
}

/// What a data set's rows say of the variants and networks in the directory.
///
/// A variant goes by its code; a row found by the model's name alone counts for its radio only if the row
/// names no code, since another code is another variant. A network goes by its codes, else by its name.
pub(crate) async fn resolve(
    tx: &mut Tx<'_>,
    id: &DataSetId,
    directory: &Directory,
) -> Result<DataSetFacts, Error> {
    let Some(set) = store::data_sets::find(tx, id).await? else {
        return Err(Error::not_found("data set", id));
    };
    let series = series(&set)?;
    let origin = origin_of(&set)?;
    let set = set_source(&set)?;
    let mut facts = DataSetFacts {
        delivery: Some(Delivery {
            series: series.into(),
            valid: set.valid,
            source: set.source.clone(),
        }),
        ..DataSetFacts::default()
    };
    for (variant, by_code, by_name) in variant_keys(directory) {
        let found = store::data_sets::facts_by_keys_in(tx, id, &[by_code, by_name]).await?;
        put_variant(&mut facts, &variant, &found, &set)?;
    }
    for network in &directory.networks {
        let found =
            store::data_sets::facts_by_keys_in(tx, id, &networks::network_keys(network)).await?;
        let radios = networks::network_radios(network, &found, &set)?;
        if !radios.is_empty() {
            facts.networks.insert(network.id.clone(), radios);
        }
    }
    facts.approvals = approvals(tx, id, directory, &origin, &set).await?;
    Ok(facts)
}

/// What a host network's list says of the variants in the directory; none: the data set is no such list.
async fn approvals(
    tx: &mut Tx<'_>,
    id: &DataSetId,
    directory: &Directory,
    origin: &OriginJson,
    set: &SetSource,
) -> Result<Option<Approvals>, Error> {
    let Some(list) = &origin.list else {
        return Ok(None);
    };
    let list = ListFacts::new(list, set.source.clone())?;
    let Some(known) = directory.networks.iter().find(|one| one.id == list.network) else {
        return Err(Error::broken(format!(
            "the list {id} is of no network in the directory"
        )));
    };
    let meant = Meant::new(directory);
    let mut rows: HashMap<VariantId, Vec<Sourced<ListedCertification>>> = HashMap::new();
    for (fact, said) in approval_rows(tx, id).await? {
        for variant in meant.variants(&said) {
            let row = list.certification(variant, &said, &fact)?;
            rows.entry(variant.clone()).or_default().push(row);
        }
    }
    let issuer = known.party.clone();
    Ok(Some(Approvals { issuer, rows }))
}

/// The rows of a host network's list, each with its place.
pub(crate) async fn approval_rows(
    tx: &mut Tx<'_>,
    id: &DataSetId,
) -> Result<Vec<(FactRef, ApprovalJson)>, Error> {
    let stored = store::data_sets::facts_of_kind(tx, id, approval::KIND).await?;
    let read = stored.iter().map(|stored| {
        let said = serde_json::from_str(&stored.body)
            .map_err(|error| Error::broken(format!("{} does not read: {error}", place(stored))))?;
        let fact = FactRef::Row {
            data_set: stored.data_set.clone(),
            row: stored.row_no,
        };
        Ok((fact, said))
    });
    read.collect()
}

/// Whose word the rows of a list are, and on what.
pub(crate) struct ListFacts {
    pub network: HostNetworkId,
    carrier: Option<PartyId>,
    source: Source,
}

impl ListFacts {
    pub fn new(list: &ListJson, source: Source) -> Result<Self, Error> {
        Ok(Self {
            network: list.network.parse()?,
            carrier: list.carrier.as_deref().map(str::parse).transpose()?,
            source,
        })
    }

    /// What a row says of one of the variants that it means.
    pub fn certification(
        &self,
        variant: &VariantId,
        said: &ApprovalJson,
        fact: &FactRef,
    ) -> Result<Sourced<ListedCertification>, Error> {
        let broken = |error: CodecError| Error::broken(format!("{fact} does not read: {error}"));
        let says = DeviceCertification {
            carrier: self.carrier.clone(),
            builds: said.builds().map_err(broken)?,
            ..DeviceCertification::of(variant.clone(), self.network.clone(), said.result())
        };
        Ok(Sourced {
            value: ListedCertification {
                says,
                is_withdrawn: said.result == FoundJson::Withdrawn,
            },
            source: self.source.clone(),
            valid: said.valid().map_err(broken)?,
            fact: fact.clone(),
        })
    }
}

fn variant_keys(directory: &Directory) -> Vec<(VariantId, String, String)> {
    let models: HashMap<_, _> = directory.models.iter().map(|m| (&m.id, m)).collect();
    let brands: HashMap<_, _> = directory.brands.iter().map(|b| (&b.id, b)).collect();
    directory
        .variants
        .iter()
        .filter_map(|variant| {
            let model = models.get(&variant.model)?;
            let brand = brands.get(&model.brand)?;
            Some((
                variant.id.clone(),
                key::code(&variant.code),
                key::device(&brand.name, &model.name),
            ))
        })
        .collect()
}

fn put_variant(
    facts: &mut DataSetFacts,
    variant: &VariantId,
    found: &[Vec<StoredFact>],
    set: &SetSource,
) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for (by_name, fact) in found
        .iter()
        .enumerate()
        .flat_map(|(index, found)| found.iter().map(move |fact| (index == 1, fact)))
    {
        if fact.kind != "device" || !seen.insert(fact.fact_no) {
            continue;
        }
        let device = device_of(fact)?;
        if let Some(platform) = &device.platform {
            let listing = PlatformListing {
                platform: platform.clone(),
                builds: device.codenames.clone(),
            };
            let row = sourced(listing, &device.own, set, fact)?;
            facts.platform.entry(variant.clone()).or_default().push(row);
        }
        let radio = fact::device_radio(&device).map_err(|e| Error::broken(e.to_string()))?;
        if let Some(radio) = radio
            && (!by_name || device.codes.is_empty())
        {
            let row = sourced(radio, &device.own, set, fact)?;
            facts.devices.entry(variant.clone()).or_default().push(row);
        }
    }
    Ok(())
}
