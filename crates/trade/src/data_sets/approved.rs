//! A host network's own list of approved devices: taking a delivery of it in.
//!
//! Which columns say what is remembered with each delivery, and holds for the next one of the same list. A device that
//! goes by its type allocation code alone is looked up in the lists of such codes once, here, and what they say then is
//! stored with the row: a list that comes later changes no certification. Whether a row counts is the gate's to say.

use std::collections::{BTreeSet, HashMap};

use catalogue::identity::Answer;
use domain::Instant;
use domain::evidence::Authority;
use domain::fault::Fault;
use domain::id::{HostNetworkId, PartyId};
use domain::number::Tac;
use feeds::{ApprovedMapping, Kind};
use store::data_sets::StoredFact;
use store::db::{Job, Tx};

use super::meant::Meant;
use super::read::{Keep, ReadApproval, ReadFile, read};
use super::resolve::{origin_of, series, series_of};
use super::{Imported, Input, Progress};
use crate::codec::approval::{self, ApprovalJson, ByTacJson};
use crate::codec::authority_name;
use crate::codec::fact::{ListJson, OriginJson};
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

/// Characters of a list's name.
pub const LIST_NAME_CHARS_MAX: usize = 60;

/// Whose list it is, and how it is read.
#[derive(Clone, Debug)]
pub struct ListOf {
    /// The host network whose word it is.
    pub network: HostNetworkId,
    /// The virtual carrier on whose service it holds; none: on anybody's.
    pub carrier: Option<PartyId>,
    /// Which of the network's lists, where there are several.
    pub name: Option<String>,
    /// The day that the network states for this delivery, `2016-05-03`: from then on it speaks. None: as the file's name
    /// has it, else from its activation on.
    pub dated: Option<String>,
    /// Which columns say what, as far as somebody says so; empty: as in the delivery before, else by their heads.
    pub mapping: ApprovedMapping,
}

impl ListOf {
    /// The source in words. All deliveries of one list share it, so it names ids, which do not change.
    fn title(&self) -> String {
        let mut title = format!("Approved devices of {}", self.network);
        if let Some(carrier) = &self.carrier {
            title.push_str(&format!(" for {carrier}"));
        }
        if let Some(name) = &self.name {
            title.push_str(&format!(", {name}"));
        }
        title
    }

    fn series(&self) -> String {
        let authority = authority_name(Authority::Own);
        series_of(Kind::ApprovedDevices.name(), &self.title(), authority)
    }

    /// What is wrong with it, each with its place.
    fn check(&self, house: &House) -> Result<(), Error> {
        let directory = house.directory();
        let mut faults = Vec::new();
        let mut fault = |column: &str, rule: &'static str, found: &str, help: String| {
            faults.push(Fault {
                file: String::new(),
                line: 0,
                column: column.to_owned(),
                rule,
                found: found.to_owned(),
                help,
            });
        };
        if !directory.networks.iter().any(|one| one.id == self.network) {
            let known: Vec<&str> = directory
                .networks
                .iter()
                .map(|one| one.id.as_str())
                .collect();
            let help = format!("the networks are {}", known.join(", "));
            fault("network", "list.network", self.network.as_str(), help);
        }
        if let Some(carrier) = &self.carrier
            && !directory.parties.iter().any(|one| one.id == *carrier)
        {
            let help =
                "it is no party in the directory; name the virtual carrier's party".to_owned();
            fault("carrier", "list.carrier", carrier.as_str(), help);
        }
        if let Some(dated) = &self.dated
            && (dated.len() != 10 || dated.parse::<Instant>().is_err())
        {
            let help = "write the day as 2016-05-03".to_owned();
            fault("dated", "list.dated", dated, help);
        }
        if let Some(name) = &self.name
            && (name.trim().is_empty() || name.chars().nth(LIST_NAME_CHARS_MAX).is_some())
        {
            let help = format!("write 1 to {LIST_NAME_CHARS_MAX} characters");
            fault("name", "list.name", name, help);
        }
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::faults(Code::InvalidInput, faults))
    }
}

impl House {
    /// Takes in a delivery of a host network's list as a data set. Its rows say nothing until it is activated.
    ///
    /// The very same file, read in the same way, changes nothing.
    ///
    /// # Errors
    /// There is no such network or party, the file cannot be read, it has not the columns of the delivery before or of the
    /// mapping, or the database.
    pub async fn deliver_list(
        &self,
        input: Input,
        list: ListOf,
        mut progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Imported, Error> {
        list.check(self)?;
        let mapping = match self.remembered_columns(&list).await? {
            Some(before) => before.with(&list.mapping),
            None => list.mapping.clone(),
        };
        let reading = move || {
            read(
                &input,
                Some(Kind::ApprovedDevices),
                Some(&mapping),
                &mut progress,
            )
        };
        let mut read = tokio::task::spawn_blocking(reading)
            .await
            .map_err(|_| Error::broken("reading the file did not end"))??;
        let origin = origin(&read, &list);
        self.put_facts(&mut read).await?;
        let keep = Keep::new(&mut read, &origin, fresh::id("ds")?)?;
        let (set, was_known) = self.db.write(keep).await?;
        Ok(Imported {
            data_set: Some(set),
            was_known,
            was_read: true,
            kind: Kind::ApprovedDevices,
            origin,
            summary: read.summary,
            faults: read.faults,
            notes: read.notes,
            items: Vec::new(),
            blocked: Vec::new(),
        })
    }

    /// The columns of the delivery before, if there was one that is not retired.
    ///
    /// # Errors
    /// The database.
    pub async fn remembered_columns(
        &self,
        list: &ListOf,
    ) -> Result<Option<ApprovedMapping>, Error> {
        let own = list.series();
        let sets = self.data_sets().await?;
        for set in sets.iter().rev() {
            if set.kind == Kind::ApprovedDevices.name()
                && set.retired_at.is_none()
                && series(set)? == own
            {
                let list = origin_of(set)?.list;
                let columns = list.map(|list| list.columns).unwrap_or_default();
                let mapping: ApprovedMapping = columns.parse()?;
                return Ok(Some(mapping.used_before()));
            }
        }
        Ok(None)
    }

    /// The rows as facts to be stored, with a note on each that speaks of nothing here.
    async fn put_facts(&self, read: &mut ReadFile) -> Result<(), Error> {
        let approvals = std::mem::take(&mut read.approvals);
        let is_by_tac = |one: &&ReadApproval| one.fact.codes.is_empty();
        let by_tac = approvals.iter().filter(is_by_tac);
        let tacs: BTreeSet<Tac> = by_tac
            .flat_map(|one| one.fact.tacs.iter().copied())
            .collect();
        let named = self.devices_of(tacs).await?;
        let directory = self.directory();
        let meant = Meant::new(&directory);
        let mut last_noted = 0;
        for ReadApproval { row_no, line, fact } in approvals {
            let tacs = fact.tacs.iter().filter(|_| fact.codes.is_empty());
            let by_tac = joined(tacs.filter_map(|tac| named.get(tac)));
            let json = ApprovalJson::write(&fact, by_tac);
            if let Some((rule, found, help)) = meant.note(&json)
                && last_noted != row_no
            {
                last_noted = row_no;
                read.summary.notes += 1;
                read.notes.push(Fault {
                    file: read.file_name.clone(),
                    line,
                    column: String::new(),
                    rule,
                    found,
                    help,
                });
            }
            let body = serde_json::to_string(&json);
            let body = body.map_err(|error| Error::broken(error.to_string()))?;
            let fact = StoredFact {
                data_set: "unset".parse()?,
                fact_no: u64::try_from(read.facts.len()).unwrap_or(u64::MAX),
                row_no,
                kind: approval::KIND.to_owned(),
                body,
            };
            read.facts.push((fact, Vec::new()));
        }
        Ok(())
    }

    /// Which device each code is, as far as the lists agree on one.
    async fn devices_of(&self, tacs: BTreeSet<Tac>) -> Result<HashMap<Tac, ByTacJson>, Error> {
        if tacs.is_empty() {
            return Ok(HashMap::new());
        }
        let keeper = std::sync::Arc::clone(&self.atlas);
        self.db.read(DevicesOf { keeper, tacs }).await
    }
}

struct DevicesOf {
    keeper: std::sync::Arc<crate::atlas::AtlasKeeper>,
    tacs: BTreeSet<Tac>,
}

impl Job for DevicesOf {
    type Out = HashMap<Tac, ByTacJson>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let sets = self.keeper.sets(tx).await?;
        let atlas = self.keeper.whole(tx, &sets).await?;
        let mut named = HashMap::new();
        for tac in &self.tacs {
            if let Answer::Device(device) = atlas.find_tac(*tac) {
                let (brand, model) = atlas.names_of(&device);
                let codes = atlas.codes_of_tac(*tac);
                named.insert(
                    *tac,
                    ByTacJson {
                        codes,
                        brand,
                        model,
                    },
                );
            }
        }
        Ok(named)
    }
}

/// What several codes of one row mean together; none: nothing, or not the same.
fn joined<'a>(mut named: impl Iterator<Item = &'a ByTacJson>) -> Option<ByTacJson> {
    let mut first = named.next()?.clone();
    for other in named {
        if (&other.brand, &other.model) != (&first.brand, &first.model) {
            return None;
        }
        first.codes.extend(other.codes.iter().cloned());
    }
    first.codes.sort_unstable();
    first.codes.dedup();
    Some(first)
}

fn origin(read: &ReadFile, list: &ListOf) -> OriginJson {
    let mut origin = OriginJson::new(&read.origin, Authority::Own);
    origin.title = list.title();
    if let Some(dated) = &list.dated {
        origin.dated.clone_from(dated);
    }
    // A month alone says of no day that it speaks on it.
    let from = (origin.dated.len() == 10).then(|| origin.dated.parse::<Instant>());
    origin.valid_from = from.and_then(Result::ok).map(|from| from.to_string());
    origin.list = Some(ListJson {
        network: list.network.to_string(),
        carrier: list.carrier.as_ref().map(ToString::to_string),
        name: list.name.clone(),
        columns: read.origin.columns.clone(),
    });
    origin
}
