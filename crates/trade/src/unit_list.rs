//! Lists of blocked units that the operator brings: taken whole, replaced by their next delivery, taken away.
//!
//! They are no evidence and bear on no listing: they answer what is asked about one unit (`unit.rs`).

use domain::Instant;
use domain::number::holds_imei;
use feeds::BlockedFact;
use store::blocked::{self, BlockedList, BlockedUnit};
use store::db::{Job, Tx};

use crate::error::{Code, Error};
use crate::house::House;

/// Most characters of a list's name.
pub const LIST_NAME_CHARS_MAX: usize = 80;
/// A delivery with fewer than so many fifths of the units before asks first.
const KEPT_FIFTHS: u64 = 4;

/// What a delivery changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The list as it now is.
    pub list: BlockedList,
    /// Units that were not on it before.
    pub added: u64,
    /// Units that were on it before and are not any more.
    pub gone: u64,
    /// Units that were on it before and are still.
    pub kept: u64,
}

/// A delivery of a list.
struct Deliver {
    name: String,
    key_mark: String,
    units: Vec<BlockedUnit>,
    may_shrink: bool,
}

impl Job for Deliver {
    type Out = Delivered;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Delivered, Error> {
        let count = |units: usize| u64::try_from(units).unwrap_or(u64::MAX);
        let before = blocked::hashes(tx, &self.name).await?;
        let (old, new) = (count(before.len()), count(self.units.len()));
        let falls = new == 0 || new.saturating_mul(5) < old.saturating_mul(KEPT_FIFTHS);
        if falls && !self.may_shrink {
            let name = &self.name;
            let detail = format!(
                "the list {name} had {old} units and would have {new}, and it stays as it was"
            );
            return Err(Error::new(Code::ListShrinks, detail));
        }
        let list = BlockedList {
            name: self.name.clone(),
            key_mark: self.key_mark.clone(),
            units: new,
            imported_at: Instant::from_epoch_ms(tx.now().await?),
        };
        blocked::replace(tx, &list, &self.units).await?;
        let still = |unit: &&BlockedUnit| before.contains(&unit.unit_hash);
        let kept = count(self.units.iter().filter(still).count());
        Ok(Delivered {
            list,
            added: new - kept,
            gone: old - kept,
            kept,
        })
    }
}

struct Remove(String);

impl Job for Remove {
    type Out = bool;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        Ok(blocked::remove(tx, &self.0).await?)
    }
}

struct Lists;

impl Job for Lists {
    type Out = Vec<BlockedList>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<BlockedList>, Error> {
        Ok(blocked::lists(tx).await?)
    }
}

impl House {
    /// Puts a delivery in the place of the list of that name. `units` are those of [`House::import`], each once.
    ///
    /// # Errors
    /// The name is none; the list would be empty or lose more than a fifth of its units and `may_shrink` does
    /// not say that this is meant; the database.
    pub async fn deliver_blocked_list(
        &self,
        name: &str,
        units: &[BlockedFact],
        may_shrink: bool,
    ) -> Result<Delivered, Error> {
        let key = self.keeper.unit_key();
        let units = units.iter().map(|fact| BlockedUnit {
            unit_hash: key.hash(fact.unit),
            reason: fact.reason.clone(),
            since: fact.since,
            reported_by: fact.reported_by.clone(),
        });
        let deliver = Deliver {
            name: list_name(name)?,
            key_mark: key.mark(),
            units: units.collect(),
            may_shrink,
        };
        self.db.write(deliver).await
    }

    /// Takes a list away with all that is on it.
    ///
    /// # Errors
    /// There is no such list, or the database.
    pub async fn remove_blocked_list(&self, name: &str) -> Result<(), Error> {
        let name = list_name(name)?;
        if self.db.write(Remove(name.clone())).await? {
            return Ok(());
        }
        Err(Error::not_found("list", name))
    }

    /// The lists, by name.
    ///
    /// # Errors
    /// The database.
    pub async fn blocked_lists(&self) -> Result<Vec<BlockedList>, Error> {
        self.db.read(Lists).await
    }
}

fn list_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let is_short = name.chars().nth(LIST_NAME_CHARS_MAX).is_none();
    if name.is_empty() || !is_short || name.chars().any(char::is_control) || holds_imei(name) {
        let detail = format!(
            "a list's name has 1 to {LIST_NAME_CHARS_MAX} characters and holds no number of a unit"
        );
        return Err(Error::new(Code::InvalidInput, detail));
    }
    Ok(name.to_owned())
}
