//! A delivery held against the one before: which facts came, went and changed, and which verdicts would.
//!
//! Decides nothing. The delivery before is the one of the same source that speaks in the market now.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::evidence::{Claim, Evidence, Source};
use domain::id::{DataSetId, ListingId, MarketId};
use domain::scope::Scope;
use gate::snapshot::{DataSetFacts, Moment};
use gate::{Outcome, Question, Snapshot};
use store::data_sets::{DataSet, StoredFact};
use store::db::{Job, Tx};

use super::activate::activated;
use super::resolve::{resolve, series};
use crate::codec::fact;
use crate::error::Error;
use crate::house::House;

/// Most differences that are listed of each manner; all are counted.
pub const DIFFERENCES_SHOWN_MAX: usize = 100;
/// Most offered listings whose verdicts are compared.
pub const LISTINGS_COMPARED_MAX: u64 = 20_000;
/// Most verdicts that are listed; all that differ are counted.
pub const VERDICTS_SHOWN_MAX: usize = 100;
/// How many listings are read at once.
const LISTINGS_AT_ONCE: u32 = 1_000;
/// A fall of more than one in so many facts is confirmed first.
const FALL_ONE_IN: u64 = 5;

/// How a fact differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// Only the delivery before has it.
    Gone,
    /// Both have it and say something else.
    Changed,
    /// Only the new delivery has it.
    Added,
}

impl Manner {
    /// The word in answers: `gone`, `changed`, `added`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::Added => "added",
        }
    }
}

/// One fact that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How.
    pub manner: Manner,
    /// What it is of: `Xiaomi Mi 4i (2015015)`.
    pub name: String,
    /// Its row in the delivery before.
    pub row_before: Option<u64>,
    /// Its row in this one.
    pub row: Option<u64>,
}

/// The facts of two deliveries. `before_in_all == same + changed + gone`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsCompared {
    /// The delivery before; none: none of the source is active in the market.
    pub before: Option<DataSetId>,
    /// Facts of the delivery before.
    pub before_in_all: u64,
    /// Facts that both have.
    pub same: u64,
    /// Facts that only this one has.
    pub added: u64,
    /// Facts that only the one before has.
    pub gone: u64,
    /// Facts of the same thing that say something else.
    pub changed: u64,
    /// Of each manner at most [`DIFFERENCES_SHOWN_MAX`].
    pub differences: Vec<Difference>,
}

impl RowsCompared {
    /// Whether so much is gone that somebody has to look first: more than a fifth.
    #[must_use]
    pub const fn is_fall(&self) -> bool {
        self.gone.saturating_mul(FALL_ONE_IN) > self.before_in_all
    }

    fn put(&mut self, manner: Manner, before: Option<&StoredFact>, now: Option<&StoredFact>) {
        let count = match manner {
            Manner::Gone => &mut self.gone,
            Manner::Changed => &mut self.changed,
            Manner::Added => &mut self.added,
        };
        *count += 1;
        if *count <= u64::try_from(DIFFERENCES_SHOWN_MAX).unwrap_or(u64::MAX)
            && let Some(named) = now.or(before)
        {
            self.differences.push(Difference {
                manner,
                name: fact::Named::of(&named.kind, &named.body).name,
                row_before: before.map(|fact| fact.row_no),
                row: now.map(|fact| fact.row_no),
            });
        }
    }
}

/// A verdict that would be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictChange {
    /// Of which listing.
    pub listing: ListingId,
    /// As it is called.
    pub title: String,
    /// What is so now.
    pub now: Outcome,
    /// What would be so.
    pub then: Outcome,
}

/// What activating a data set would change in a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The facts.
    pub rows: RowsCompared,
    /// Offered listings whose verdicts were worked out both ways.
    pub listings_compared: u64,
    /// Whether there are more, which were not looked at.
    pub has_more_listings: bool,
    /// How many verdicts would differ.
    pub verdicts_changed: u64,
    /// At most [`VERDICTS_SHOWN_MAX`] of them.
    pub verdicts: Vec<VerdictChange>,
}

/// Facts of one thing on both sides, by what they say.
#[derive(Default)]
struct Sides<'a> {
    before: Vec<&'a StoredFact>,
    now: Vec<&'a StoredFact>,
}

/// Facts go by what they are of. Those that say the same are the same, wherever they stand in the file; of
/// the rest, as many as stand on both sides are changed, and what is left over came or went.
fn compare(before: &[StoredFact], now: &[StoredFact]) -> RowsCompared {
    let mut compared = RowsCompared {
        before_in_all: u64::try_from(before.len()).unwrap_or(u64::MAX),
        ..RowsCompared::default()
    };
    let mut left: HashMap<(&str, &str), Vec<&StoredFact>> = HashMap::new();
    for fact in before {
        let said = left.entry((&fact.kind, &fact.body)).or_default();
        said.push(fact);
    }
    let mut sides: BTreeMap<String, Sides<'_>> = BTreeMap::new();
    let identity = |fact: &StoredFact| fact::Named::of(&fact.kind, &fact.body).identity;
    for fact in now {
        match left
            .get_mut(&(fact.kind.as_str(), fact.body.as_str()))
            .and_then(Vec::pop)
        {
            Some(_) => compared.same += 1,
            None => sides.entry(identity(fact)).or_default().now.push(fact),
        }
    }
    for fact in left.into_values().flatten() {
        sides.entry(identity(fact)).or_default().before.push(fact);
    }
    for side in sides.values_mut() {
        side.before.sort_unstable_by_key(|fact| fact.fact_no);
        let both = side.before.len().min(side.now.len());
        for (before, now) in side.before.iter().zip(&side.now) {
            compared.put(Manner::Changed, Some(before), Some(now));
        }
        for gone in &side.before[both..] {
            compared.put(Manner::Gone, Some(gone), None);
        }
        for added in &side.now[both..] {
            compared.put(Manner::Added, None, Some(added));
        }
    }
    compared.differences.sort_by_key(|one| one.manner);
    compared
}

struct CompareRows {
    set: DataSet,
    /// What is active in the market, the last first. If the set itself speaks, the one before is held against it; if
    /// another speaks in its place, that one.
    active: Vec<DataSetId>,
}

impl Job for CompareRows {
    type Out = RowsCompared;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<RowsCompared, Error> {
        let own = series(&self.set)?;
        for id in &self.active {
            if *id == self.set.id {
                continue;
            }
            let Some(before) = store::data_sets::find(tx, id).await? else {
                continue;
            };
            if series(&before)? == own {
                let facts = store::data_sets::facts_of(tx, id).await?;
                let now = store::data_sets::facts_of(tx, &self.set.id).await?;
                let compared = compare(&facts, &now);
                return Ok(RowsCompared {
                    before: Some(before.id),
                    ..compared
                });
            }
        }
        Ok(RowsCompared {
            added: self.set.facts,
            ..RowsCompared::default()
        })
    }
}

struct Resolve(DataSetId);

impl Job for Resolve {
    type Out = DataSetFacts;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<DataSetFacts, Error> {
        let directory = store::directory::read(tx).await?;
        resolve(tx, &self.0, &directory).await
    }
}

impl House {
    /// A data set's facts held against those of the delivery before.
    ///
    /// # Errors
    /// The database.
    pub async fn compare_rows(
        &self,
        market: &MarketId,
        set: &DataSet,
    ) -> Result<RowsCompared, Error> {
        let active = self.activations(market);
        let active: Vec<DataSetId> = active
            .iter()
            .rev()
            .filter_map(|one| activated(&one.evidence).cloned())
            .collect();
        let set = set.clone();
        self.db.read(CompareRows { set, active }).await
    }

    /// What activating a data set would change in a market. Nothing is changed.
    ///
    /// # Errors
    /// There is no such data set, or the database.
    pub async fn compare(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
    ) -> Result<Comparison, Error> {
        let Some(set) = self.data_set(data_set).await? else {
            return Err(Error::not_found("data set", data_set));
        };
        let rows = self.compare_rows(market, &set).await?;
        let mut comparison = Comparison {
            rows,
            listings_compared: 0,
            has_more_listings: false,
            verdicts_changed: 0,
            verdicts: Vec::new(),
        };
        let now = self.snapshot();
        let then = self.with_activation(&now, market, &set).await?;
        self.compare_verdicts(market, (&now, &then), &mut comparison)
            .await?;
        Ok(comparison)
    }

    /// A snapshot as it would be.
    async fn with_activation(
        &self,
        now: &Snapshot,
        market: &MarketId,
        set: &DataSet,
    ) -> Result<Snapshot, Error> {
        let mut then = now.clone();
        if then.data_set(&set.id).is_none() {
            let facts = self.db.read(Resolve(set.id.clone())).await?;
            then.put_data_set(set.id.clone(), Arc::new(facts));
        }
        let supposed = Evidence::entered(
            "supposed".parse()?,
            Scope::Market(market.clone()),
            "supposed".parse()?,
            Claim::DataSetActivation {
                data_set: set.id.clone(),
                sha256: set.sha256.clone(),
            },
            Source::own("supposed", ""),
        );
        Ok(then.supposing(self.present(), [supposed]))
    }

    async fn compare_verdicts(
        &self,
        market: &MarketId,
        (now, then): (&Snapshot, &Snapshot),
        comparison: &mut Comparison,
    ) -> Result<(), Error> {
        let moment = Moment::at(self.present());
        let mut after = String::new();
        loop {
            let page = self
                .unjudged(market, &after, LISTINGS_AT_ONCE, true)
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.id.to_string();
            for listing in page {
                if comparison.listings_compared == LISTINGS_COMPARED_MAX {
                    comparison.has_more_listings = true;
                    return Ok(());
                }
                comparison.listings_compared += 1;
                let question = Question {
                    offer: &listing.offer,
                    moment,
                };
                let outcomes = [now, then].map(|known| known.verdict(&question).outcome);
                if outcomes[0] != outcomes[1] {
                    comparison.verdicts_changed += 1;
                    if comparison.verdicts.len() < VERDICTS_SHOWN_MAX {
                        comparison.verdicts.push(VerdictChange {
                            listing: listing.id,
                            title: listing.title,
                            now: outcomes[0],
                            then: outcomes[1],
                        });
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(bodies: &[&str]) -> Vec<StoredFact> {
        let bodies = (0_u64..).zip(bodies);
        bodies
            .map(|(at, said)| {
                let (code, name) = said.split_once('=').expect("code=name");
                StoredFact {
                    data_set: "d".parse().expect("id"),
                    fact_no: at,
                    row_no: at + 1,
                    kind: "device".to_owned(),
                    body: format!(r#"{{"brand":"Acme","model":"{name}","codes":["{code}"]}}"#),
                }
            })
            .collect()
    }

    #[track_caller]
    fn check(before: &[&str], now: &[&str], same: u64, counts: [u64; 3], is_fall: bool) {
        let compared = compare(&facts(before), &facts(now));
        let found = [compared.gone, compared.changed, compared.added];
        assert_eq!((compared.same, found), (same, counts));
        assert_eq!(compared.is_fall(), is_fall);
        assert_eq!(
            compared.before_in_all,
            compared.same + compared.changed + compared.gone
        );
    }

    #[test]
    fn facts_are_compared_by_what_they_are_of_and_not_by_where_they_stand() {
        let before = ["a=One", "b=Two", "c=Three", "d=Four", "e=Five"];
        check(&before, &before, 5, [0, 0, 0], false);
        check(
            &before,
            &["e=Five", "a=One", "c=Three", "b=Two", "d=Four"],
            5,
            [0, 0, 0],
            false,
        );
        // One in five is no fall yet.
        check(
            &before,
            &["a=One", "b=Two", "c=Drei", "d=Four", "f=Six"],
            3,
            [1, 1, 1],
            false,
        );
        check(&before, &["a=One", "b=Two", "c=Three"], 3, [2, 0, 0], true);
        check(&[], &["a=One"], 0, [0, 0, 1], false);
        // The same row twice is two facts.
        check(&["a=One", "a=One"], &["a=One"], 1, [1, 0, 0], true);
        check(
            &["a=One", "a=Uno"],
            &["a=One", "a=Eins"],
            1,
            [0, 1, 0],
            false,
        );
    }

    #[test]
    fn a_difference_says_what_it_is_of_and_where() {
        let compared = compare(&facts(&["a=One", "b=Two"]), &facts(&["b=Zwei", "c=Three"]));
        let told: Vec<(&str, &str, Option<u64>, Option<u64>)> = compared
            .differences
            .iter()
            .map(|one| {
                (
                    one.manner.name(),
                    one.name.as_str(),
                    one.row_before,
                    one.row,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("gone", "Acme One (a)", Some(1), None),
                ("changed", "Acme Zwei (b)", Some(2), Some(1)),
                ("added", "Acme Three (c)", None, Some(2)),
            ]
        );
    }
}
