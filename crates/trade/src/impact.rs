//! What a change would do, before it is made: the listings that would stop or start being sellable, and who holds them.
//!
//! The change is supposed on a copy of what this node knows, and every listing that is offered is judged before and
//! after by the gate. Records nothing, and knows of no rule which change bears on which listing.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::Arc;

use domain::evidence::{Claim, WithdrawalManner};
use domain::id::{DataSetId, EvidenceId, ListingId, MarketId, SellerId};
use domain::listing::Listing;
use domain::policy::{Demand, Policy};
use domain::scope::Scope;
use domain::{Instant, ParseError, Period};
use gate::snapshot::Moment;
use gate::{Judgement, Outcome, Snapshot};
use store::db::{Job, Tx};
use store::directory::Directory;
use store::orders;

use crate::change::{self, Draft};
use crate::error::{Code, Error};
use crate::house::House;
use crate::node;
use crate::offers::judging;
use crate::roles::roles;

/// Listings read and judged at a time.
const AT_ONCE: u32 = 2_000;
/// Threads that judge them.
const THREADS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
/// Most instants at which one listing is looked at while time passes.
const INSTANTS_MAX: usize = 64;

/// What is planned.
#[derive(Clone, Debug)]
pub enum Planned {
    /// Something is recorded: evidence, a withdrawal, a policy, an activation.
    Change(Box<Draft>),
    /// Nothing is recorded and time passes until this instant.
    Time(Instant),
}

/// Which way a listing would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Sellable before, not after.
    Stops,
    /// Not sellable before, sellable after.
    Starts,
}

impl Way {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::Starts => "starts",
        }
    }
}

/// Who holds something: how many, and how many units together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Carts or orders.
    pub count: u64,
    /// Units in them.
    pub units: u64,
}

impl Held {
    const fn add(&mut self, (count, units): (u64, u64)) {
        self.count += count;
        self.units += units;
    }
}

/// A listing that would stop or start being sellable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Which one.
    pub listing: ListingId,
    /// In which market.
    pub market: MarketId,
    /// Whose.
    pub seller: SellerId,
    /// As the seller titles it.
    pub title: String,
    /// Which way.
    pub way: Way,
    /// When.
    pub at: Instant,
    /// Which of its turns, from 0; while time passes it may have several.
    pub turn: usize,
    /// What it was.
    pub before: Outcome,
    /// What it would be.
    pub after: Outcome,
    /// Codes of what would keep it off sale, or of what does now.
    pub codes: Vec<&'static str>,
    /// Carts that hold it.
    pub carts: Held,
    /// Accepted orders that hold it.
    pub orders: Held,
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// For when the change was judged; while time passes, from when on.
    pub at: Instant,
    /// Listings that are offered, all of which were judged.
    pub judged: u64,
    /// Times that one would stop being sellable.
    pub stops: u64,
    /// Times that one would start.
    pub starts: u64,
    /// Carts that hold what would stop, listing by listing.
    pub carts: Held,
    /// Accepted orders that hold what would stop, listing by listing.
    pub orders: Held,
    /// A page of those listings, by market and id.
    pub affected: Vec<Affected>,
}

/// Which part of the list is wanted.
#[derive(Clone, Debug, Default)]
pub struct ImpactPage {
    /// Only what comes after this place; none: from the first.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: usize,
}

/// A place in the list: its market, its listing, and which of the listing's turns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(MarketId, ListingId, usize);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.0, self.1, self.2)
    }
}

impl FromStr for Place {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault = || ParseError::new(text, "a place in a list of listings", "send it as it came");
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(market), Some(listing), Some(turn), None) => {
                let turn = turn.parse().map_err(|_| fault())?;
                Ok(Self(market.parse()?, listing.parse()?, turn))
            }
            _ => Err(fault()),
        }
    }
}

impl Affected {
    /// Its place in the list.
    #[must_use]
    pub fn place(&self) -> Place {
        Place(self.market.clone(), self.listing.clone(), self.turn)
    }
}

/// The change of a policy.
#[must_use]
pub fn policy(policy: Policy) -> Planned {
    Planned::Change(Box::new(Draft::policy(policy, "")))
}

impl House {
    /// The withdrawal of a piece of evidence. `from` none: from now on.
    ///
    /// # Errors
    /// The evidence is not there, or the database.
    pub async fn planned_withdrawal(
        &self,
        ends: &EvidenceId,
        from: Option<Instant>,
    ) -> Result<Planned, Error> {
        let found = self.evidence(ends).await?;
        let target = found.ok_or_else(|| Error::not_found("evidence", ends))?;
        let evidence = target.recorded.evidence;
        let claim = Claim::Withdrawal {
            ends: ends.clone(),
            manner: WithdrawalManner::Suspend,
        };
        let draft = Draft::own(evidence.scope, evidence.issuer, claim, "", "");
        Ok(Planned::Change(Box::new(
            draft.valid(Period { from, until: None }),
        )))
    }

    /// The activation of a data set in a market.
    ///
    /// # Errors
    /// There is no such data set, the market has no policy and so nobody to activate it, or the database.
    pub async fn planned_activation(
        &self,
        market: &MarketId,
        data_set: &DataSetId,
    ) -> Result<Planned, Error> {
        if self.data_set(data_set).await?.is_none() {
            return Err(Error::not_found("data set", data_set));
        }
        let snapshot = self.snapshot();
        let policy = snapshot.policy(market, Moment::at(self.present()));
        let carrier = policy.map(|(policy, _)| policy.carrier.clone());
        let issuer = carrier.ok_or_else(|| Error::not_found("policy of market", market))?;
        let claim = Claim::DataSetActivation {
            data_set: data_set.clone(),
            sha256: String::new(),
        };
        let scope = Scope::Market(market.clone());
        let draft = Draft::own(scope, issuer, claim, "", "");
        Ok(Planned::Change(Box::new(draft)))
    }

    /// What a change would do to the listings that are offered.
    ///
    /// Reads and judges every one of them twice, some at a time; the list is then a page of those that change.
    ///
    /// # Errors
    /// The change does not belong under its scope, what it withdraws is not there, or the database.
    pub async fn impact(&self, planned: &Planned, page: &ImpactPage) -> Result<Impact, Error> {
        let now = self.present();
        let before = self.snapshot();
        let (after, at) = match planned {
            Planned::Time(_) => (Arc::clone(&before), now),
            Planned::Change(draft) => {
                let suppose = Suppose {
                    snapshot: Arc::clone(&before),
                    directory: self.directory(),
                    draft: draft.as_ref().clone(),
                    at: now,
                };
                let at = draft.valid.from.map_or(now, |from| from.max(now));
                (Arc::new(self.db.read(suppose).await?), at)
            }
        };
        let until = match planned {
            Planned::Time(until) => Some(*until),
            Planned::Change(_) => None,
        };
        let mut impact = Impact {
            at,
            judged: 0,
            stops: 0,
            starts: 0,
            carts: Held::default(),
            orders: Held::default(),
            affected: Vec::new(),
        };
        let mut in_carts = None;
        for market in self.markets_in_order() {
            let mut last = String::new();
            loop {
                let some = self.unjudged(&market, &last, AT_ONCE, true).await?;
                let Some(next) = some.last() else { break };
                last = next.id.to_string();
                impact.judged += u64::try_from(some.len()).unwrap_or(0);
                let (before, after) = (Arc::clone(&before), Arc::clone(&after));
                let found = judging(move || compare(&some, &before, &after, at, until)).await?;
                self.take_in(&mut impact, found, &mut in_carts, page)
                    .await?;
            }
        }
        Ok(impact)
    }

    /// Counts who holds what was found, and keeps what is on the page.
    async fn take_in(
        &self,
        impact: &mut Impact,
        mut found: Vec<Affected>,
        in_carts: &mut Option<HashMap<ListingId, (u64, u64)>>,
        page: &ImpactPage,
    ) -> Result<(), Error> {
        if found.is_empty() {
            return Ok(());
        }
        let carts = match in_carts {
            Some(known) => known,
            None => in_carts.insert(self.db.read(InCarts).await?),
        };
        let ids = found.iter().map(|one| one.listing.clone()).collect();
        let orders = self.db.read(InOrders(ids)).await?;
        for (one, orders) in found.iter_mut().zip(orders) {
            let carts = carts.get(&one.listing).copied().unwrap_or_default();
            one.carts.add(carts);
            one.orders.add(orders);
            match one.way {
                Way::Stops => {
                    impact.stops += 1;
                    impact.carts.add(carts);
                    impact.orders.add(orders);
                }
                Way::Starts => impact.starts += 1,
            }
        }
        let room = page.limit.saturating_sub(impact.affected.len());
        let is_wanted =
            |one: &Affected| page.after.as_ref().is_none_or(|after| one.place() > *after);
        let wanted = found.into_iter().filter(is_wanted);
        impact.affected.extend(wanted.take(room));
        Ok(())
    }
}

/// Those that a change makes stop or start, in the order of the listings.
fn compare(
    listings: &[Listing],
    before: &Snapshot,
    after: &Snapshot,
    at: Instant,
    until: Option<Instant>,
) -> Vec<Affected> {
    let seats: Vec<_> = listings.iter().map(|one| before.seat(&one.offer)).collect();
    let moment = Moment::at(at);
    if let Some(until) = until {
        let passing = before.judge_all(&seats, moment, THREADS, |now| {
            let mut turns = Vec::new();
            let mut last = None;
            for _ in 0..INSTANTS_MAX {
                let known: &Judgement<'_> = last.as_ref().unwrap_or(now);
                let Some(next) = known.holds_until().filter(|next| *next <= until) else {
                    break;
                };
                let then = known.at(next);
                turns.extend(turn(known, &then));
                last = Some(then);
            }
            turns
        });
        let all = listings.iter().zip(passing);
        return all
            .flat_map(|(one, turns)| {
                let turns = turns.into_iter().enumerate();
                turns.map(|(at, turn)| affected(one, at, turn))
            })
            .collect();
    }
    let was = before.judge_all(&seats, moment, THREADS, Said::of);
    let will = after.judge_all(&seats, moment, THREADS, Said::of);
    let all = listings.iter().zip(was.into_iter().zip(will));
    all.filter_map(|(one, (was, will))| Some(affected(one, 0, turned(was, will)?)))
        .collect()
}

/// What a judgement comes to, kept beyond it.
struct Said {
    at: Instant,
    outcome: Outcome,
    codes: Vec<&'static str>,
}

impl Said {
    fn of(judgement: &Judgement<'_>) -> Self {
        let blocking = judgement.briefs().filter(|brief| {
            brief.demand == Demand::Must && brief.code.outcome() != Outcome::Sellable
        });
        let mut codes: Vec<&'static str> = blocking.map(|brief| brief.code.name()).collect();
        codes.sort_unstable();
        codes.dedup();
        Self {
            at: judgement.at,
            outcome: judgement.outcome,
            codes,
        }
    }
}

/// Before, after, and which way.
struct Turn(Said, Said, Way);

fn turned(was: Said, will: Said) -> Option<Turn> {
    let way = match (was.outcome, will.outcome) {
        (Outcome::Sellable, Outcome::Sellable) => return None,
        (Outcome::Sellable, _) => Way::Stops,
        (_, Outcome::Sellable) => Way::Starts,
        _ => return None,
    };
    Some(Turn(was, will, way))
}

fn turn(was: &Judgement<'_>, will: &Judgement<'_>) -> Option<Turn> {
    // Nothing is copied of the many that stay as they are.
    if was.is_sellable() == will.is_sellable() {
        return None;
    }
    turned(Said::of(was), Said::of(will))
}

fn affected(listing: &Listing, turn: usize, Turn(was, will, way): Turn) -> Affected {
    Affected {
        listing: listing.id.clone(),
        market: listing.offer.market.clone(),
        seller: listing.offer.seller.clone(),
        title: listing.title.clone(),
        way,
        at: will.at,
        turn,
        before: was.outcome,
        after: will.outcome,
        codes: match way {
            Way::Stops => will.codes,
            Way::Starts => was.codes,
        },
        carts: Held::default(),
        orders: Held::default(),
    }
}

/// A snapshot as if a draft had been recorded.
struct Suppose {
    snapshot: Arc<Snapshot>,
    directory: Arc<Directory>,
    draft: Draft,
    at: Instant,
}

impl Job for Suppose {
    type Out = Snapshot;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Snapshot, Error> {
        let draft = &self.draft;
        if !draft.claim.belongs_under(&draft.scope) {
            let detail = format!(
                "a {} is not written under {}",
                draft.claim.kind(),
                draft.scope
            );
            return Err(Error::new(Code::WrongScope, detail));
        }
        if let Claim::Withdrawal { ends, .. } = &draft.claim {
            change::check_withdrawal(tx, &draft.scope, ends).await?;
        }
        let mut next = Snapshot::clone(&self.snapshot);
        node::know_data_set(tx, &mut next, &draft.claim).await?;
        let roles = roles(&self.directory, &draft.issuer, &draft.scope, &draft.claim);
        let evidence = draft.evidence("supposed".parse()?, roles);
        Ok(next.supposing(self.at, [evidence]))
    }
}

struct InCarts;

impl Job for InCarts {
    type Out = HashMap<ListingId, (u64, u64)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        Ok(orders::carts_by_listing(tx).await?)
    }
}

struct InOrders(Vec<ListingId>);

impl Job for InOrders {
    type Out = Vec<(u64, u64)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        Ok(orders::counts_of_listings(tx, &self.0).await?)
    }
}
