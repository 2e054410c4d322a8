//! What host networks' lists of approved devices say of devices that the directory does not have.
//!
//! The lists are those whose deliveries are known to this house; which of them speak in the market is the gate's to say. A
//! row means a device by the same rules as one of the directory ([`Meant`]); and what opens a sale by a name alone must name
//! one device of all that are known.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use catalogue::key;
use domain::device::{DeviceModel, DeviceVariant};
use domain::evidence::FactRef;
use domain::id::{DataSetId, ModelId, VariantId};
use gate::Snapshot;
use store::db::{Job, Tx};
use store::directory::{Brand, Directory};

use super::matching::{Variant, names_only};
use crate::codec::approval::ApprovalJson;
use crate::data_sets::meant::Meant;
use crate::data_sets::resolve::{ListFacts, approval_rows, origin_of, set_source};
use crate::error::Error;
use crate::titles::Titles;

/// A delivery of a list.
pub struct List {
    id: DataSetId,
    facts: ListFacts,
    rows: Vec<(FactRef, ApprovalJson)>,
    /// The rows by what they may be found by.
    by_key: HashMap<String, Vec<u32>>,
}

/// Reads the deliveries of lists among these data sets.
pub struct ReadLists(pub Vec<DataSetId>);

impl Job for ReadLists {
    type Out = Vec<List>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<List>, Error> {
        let mut lists = Vec::new();
        for id in &self.0 {
            let Some(set) = store::data_sets::find(tx, id).await? else {
                continue;
            };
            let Some(list) = origin_of(&set)?.list else {
                continue;
            };
            let facts = ListFacts::new(&list, set_source(&set)?.source)?;
            lists.push(List::new(id.clone(), facts, approval_rows(tx, id).await?));
        }
        Ok(lists)
    }
}

impl List {
    fn new(id: DataSetId, facts: ListFacts, rows: Vec<(FactRef, ApprovalJson)>) -> Self {
        let mut by_key: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, (_, said)) in (0..).zip(&rows) {
            let mut put = |key: String| by_key.entry(key).or_default().push(at);
            put(key::device(&said.brand, &said.model));
            said.codes.iter().for_each(|code| put(key::code(code)));
            if let Some(by_tac) = &said.by_tac {
                put(key::device(&by_tac.brand, &by_tac.model));
                by_tac.codes.iter().for_each(|code| put(key::code(code)));
            }
        }
        Self {
            id,
            facts,
            rows,
            by_key,
        }
    }

    /// The rows that may mean one of these.
    fn rows_on(&self, devices: &[Variant]) -> impl Iterator<Item = &(FactRef, ApprovalJson)> {
        let keys = devices.iter().flat_map(|one| {
            let name = one.listed.iter();
            let name = name.map(|listed| key::device(&listed.brand, &listed.name));
            name.chain([key::code(&one.code)])
        });
        let places = keys.filter_map(|key| self.by_key.get(&key)).flatten();
        let places: BTreeSet<u32> = places.copied().collect();
        places
            .into_iter()
            .filter_map(|place| self.rows.get(place as usize))
    }
}

/// Puts what the lists say of devices that are new where the gate sees it. Each device comes with all variants that it
/// has.
///
/// # Errors
/// What is stored does not read.
pub fn put(
    lists: &[List],
    devices: &[Variant],
    titles: &Titles,
    snapshot: &mut Snapshot,
) -> Result<(), Error> {
    let known = directory(devices)?;
    let meant = Meant::new(&known);
    let names_only = |said: &ApprovalJson, variant: &VariantId| {
        let own = devices.iter().find(|one| one.variant == *variant);
        let listed = own.and_then(|one| one.listed.as_ref());
        let (brand, model) = said.name_parts();
        listed.is_some_and(|listed| names_only(titles, brand, model, listed))
    };
    for list in lists {
        let mut rows = Vec::new();
        for (fact, said) in list.rows_on(devices) {
            let is_exact = said.is_refusal() || said.names_codes();
            for variant in meant.variants(said) {
                if is_exact || names_only(said, variant) {
                    let row = list.facts.certification(variant, said, fact)?;
                    rows.push((variant.clone(), row));
                }
            }
        }
        let facts = snapshot.data_set(&list.id).filter(|_| !rows.is_empty());
        let Some(mut facts) = facts.map(|facts| (**facts).clone()) else {
            continue;
        };
        if let Some(approvals) = &mut facts.approvals {
            for (variant, row) in rows {
                approvals.rows.entry(variant).or_default().push(row);
            }
        }
        snapshot.put_data_set(list.id.clone(), Arc::new(facts));
    }
    Ok(())
}

/// A directory of nothing but these, each variant a model of its own.
fn directory(devices: &[Variant]) -> Result<Directory, Error> {
    let mut known = Directory::default();
    for one in devices {
        let Some(listed) = &one.listed else {
            continue;
        };
        known.brands.push(Brand {
            id: one.brand.clone(),
            party: one.brand.as_str().parse()?,
            name: listed.brand.clone(),
        });
        let model: ModelId = one.variant.as_str().parse()?;
        known.models.push(DeviceModel {
            id: model.clone(),
            brand: one.brand.clone(),
            name: listed.name.clone(),
            category: one.category.clone(),
        });
        known.variants.push(DeviceVariant {
            id: one.variant.clone(),
            model,
            code: one.code.clone(),
            description: String::new(),
        });
    }
    Ok(known)
}
