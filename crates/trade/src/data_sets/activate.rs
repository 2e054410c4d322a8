//! Activation and what ends it: from when on a data set's rows speak in a market, and until when.
//!
//! Of several deliveries of one source the one that was activated last speaks. To take an activation back is
//! to withdraw it, and then the delivery before speaks again. A data set can also be retired: it is then no
//! longer asked where no market is named. That is no evidence, since nothing is sold by it.

use domain::evidence::{Claim, Evidence, Recorded, WithdrawalManner};
use domain::id::{DataSetId, EvidenceId, MarketId, PartyId};
use domain::scope::Scope;
use gate::snapshot::Moment;
use store::data_sets::DataSet;
use store::db::{Job, Tx};

use super::resolve::series;
use crate::change::{Change, Draft, Withdrawal, sha256};
use crate::error::{Code, Error};
use crate::house::House;

/// What to do about a delivery that lacks more than a fifth of what the one before says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fall {
    /// Refuse it; somebody has to look first.
    Refused,
    /// Somebody has looked, and it is meant.
    Confirmed,
}

/// What activating a data set comes to.
pub enum Activation {
    /// It is active already.
    Active(Box<Recorded>),
    /// This would have to be recorded.
    Planned(Box<Draft>),
}

/// The data set that a piece of evidence activates.
#[must_use]
pub fn activated(evidence: &Evidence) -> Option<&DataSetId> {
    match &evidence.claim {
        Claim::DataSetActivation { data_set, .. } => Some(data_set),
        _ => None,
    }
}

/// The activation of the delivery of a data set's source that speaks: the last of those in force, of which these are
/// all, in the record's order. `all` are the data sets there are.
fn speaking(
    active: Vec<Recorded>,
    set: &DataSet,
    all: &[DataSet],
) -> Result<Option<Recorded>, Error> {
    let own = series(set)?;
    for one in active.into_iter().rev() {
        let is_it = |other: &&DataSet| activated(&one.evidence) == Some(&other.id);
        if let Some(other) = all.iter().find(is_it)
            && series(other)? == own
        {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

impl House {
    /// The activations that are in force in a market, in the record's order.
    pub(crate) fn activations(&self, market: &MarketId) -> Vec<Recorded> {
        let snapshot = self.snapshot();
        let moment = Moment::at(self.present());
        let in_force = snapshot.in_force(&Scope::Market(market.clone()), moment);
        let found = in_force.filter(|one| activated(&one.evidence).is_some());
        found.cloned().collect()
    }

    /// Whether a data set speaks in a market, or a later delivery of its source does in its place; none: it is not
    /// active there. `all` are the data sets there are.
    ///
    /// # Errors
    /// What is stored of an origin does not read.
    pub fn standing_of(
        &self,
        market: &MarketId,
        set: &DataSet,
        all: &[DataSet],
    ) -> Result<Option<bool>, Error> {
        let active = self.activations(market);
        let is_it = |one: &Recorded| activated(&one.evidence) == Some(&set.id);
        let is_active = active.iter().any(is_it);
        let speaks = speaking(active, set, all)?.is_some_and(|one| is_it(&one));
        Ok(is_active.then_some(speaks))
    }

    /// Activates a data set in a market, as [`House::activate_after`] does without a confirmation.
    ///
    /// # Errors
    /// As there.
    pub async fn activate(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
        issuer: &PartyId,
    ) -> Result<Change, Error> {
        self.activate_after(market, data_set, issuer, Fall::Refused)
            .await
    }

    /// Activates a data set in a market. One that speaks there already is left as it is; one in whose place a later
    /// delivery speaks is activated anew.
    ///
    /// # Errors
    /// There is no such data set, it is retired, more than a fifth of what the delivery before says is gone
    /// from it and that is not confirmed, or the database.
    pub async fn activate_after(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
        issuer: &PartyId,
        fall: Fall,
    ) -> Result<Change, Error> {
        match self.activation(market, data_set, issuer, fall).await? {
            Activation::Active(active) => Ok(Change::Known(active)),
            Activation::Planned(draft) => self.record(*draft).await,
        }
    }

    /// The activation of a data set in a market, as the draft of what is recorded.
    ///
    /// # Errors
    /// As [`House::activate_after`].
    pub async fn activation(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
        issuer: &PartyId,
        fall: Fall,
    ) -> Result<Activation, Error> {
        // What another node has recorded a moment ago decides too which delivery speaks.
        self.follow().await?;
        let all = self.data_sets().await?;
        let Some(set) = all.iter().find(|set| set.id == *data_set) else {
            return Err(Error::not_found("data set", data_set));
        };
        if set.retired_at.is_some() {
            let detail =
                format!("data set {data_set} is retired; restore it before it speaks anywhere");
            return Err(Error::new(Code::StateConflict, detail));
        }
        let claim = Claim::DataSetActivation {
            data_set: data_set.clone(),
            sha256: set.sha256.clone(),
        };
        let scope = Scope::Market(market.clone());
        let activates = |one: &&Recorded| activated(&one.evidence) == Some(data_set);
        if let Some(active) = speaking(self.activations(market), set, &all)?
            && activates(&&active)
        {
            return Ok(Activation::Active(Box::new(active)));
        }
        if fall == Fall::Refused {
            let rows = self.compare_rows(market, set).await?;
            if rows.is_fall() {
                let detail = format!(
                    "{} of {} facts of the delivery before are gone from data set {data_set}",
                    rows.gone, rows.before_in_all
                );
                return Err(Error::new(Code::DataSetFall, detail));
            }
        }
        // It follows from the market, the data set and how often it was activated, so that two who activate it
        // at once make one entry.
        let times = self.snapshot().under(&scope).filter(activates).count();
        let digest = sha256(format!("{market}/{data_set}/{times}").as_bytes());
        let id: EvidenceId = format!("act-{}", &digest[..24]).parse()?;
        let title = format!("Activation of {}", set.file_name);
        let draft = Draft::own(scope, issuer.clone(), claim, &title, "");
        Ok(Activation::Planned(Box::new(draft.with_id(id))))
    }

    /// Takes the activation of a data set in a market back: one change. If another delivery of the same source
    /// is active there, the last of them speaks again.
    ///
    /// # Errors
    /// There is no such data set, it is not active there, or the database.
    pub async fn take_back(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
        issuer: &PartyId,
    ) -> Result<Change, Error> {
        let withdrawal = self.taking_back(market, data_set, issuer).await?;
        self.withdraw(withdrawal).await
    }

    /// The end of a data set's activation in a market, as the withdrawal that it is.
    ///
    /// # Errors
    /// As [`House::take_back`].
    pub async fn taking_back(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
        issuer: &PartyId,
    ) -> Result<Withdrawal, Error> {
        let Some(set) = self.data_set(data_set).await? else {
            return Err(Error::not_found("data set", data_set));
        };
        self.follow().await?;
        let active = self.activations(market);
        let mut active = active.iter().rev();
        let Some(active) = active.find(|one| activated(&one.evidence) == Some(data_set)) else {
            let detail = format!("data set {data_set} is not active in market {market}");
            return Err(Error::new(Code::StateConflict, detail));
        };
        Ok(Withdrawal {
            id: None,
            ends: active.evidence.id.clone(),
            manner: WithdrawalManner::Revoke,
            issuer: issuer.clone(),
            from: None,
            title: format!("Taking back of {}", set.file_name),
            dated: String::new(),
            words: None,
            document: None,
        })
    }

    /// Whether a data set is asked where no market is named. Nothing of it is deleted.
    ///
    /// # Errors
    /// There is no such data set, it is active in a market (take it back first), or the database.
    pub async fn retire(&self, data_set: &DataSetId, is_retired: bool) -> Result<DataSet, Error> {
        if is_retired {
            let directory = self.directory();
            let mut markets = directory.markets.iter();
            let is_active = |market: &MarketId| {
                let active = self.activations(market);
                active
                    .iter()
                    .any(|one| activated(&one.evidence) == Some(data_set))
            };
            if let Some(market) = markets.find(|market| is_active(&market.id)) {
                let detail = format!(
                    "data set {data_set} is active in market {}; take it back there first",
                    market.id
                );
                return Err(Error::new(Code::StateConflict, detail));
            }
        }
        self.db.write(Retire(data_set.clone(), is_retired)).await
    }
}

struct Retire(DataSetId, bool);

impl Job for Retire {
    type Out = DataSet;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<DataSet, Error> {
        let Self(id, is_retired) = self;
        let at = is_retired.then_some(tx.now().await?);
        store::data_sets::set_retired(tx, id, at).await?;
        let set = store::data_sets::find(tx, id).await?;
        set.ok_or_else(|| Error::not_found("data set", id))
    }
}
