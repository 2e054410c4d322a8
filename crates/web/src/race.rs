//! The race of the demonstration: a crowd buys one listing while a certification is withdrawn and returns.
//!
//! The buyers come through the one door like anybody else. Whether an order was accepted after the
//! withdrawal is read from the stored orders, by the version of the scope that each rested on; the clock
//! and this file's own counters decide nothing. Knows no page.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::Instant;
use domain::evidence::{Claim, Recorded, WithdrawalManner};
use domain::id::EvidenceId;
use domain::scope::Scope;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use trade::change::Withdrawal;
use trade::door::{Basis, OrderRequest, Placed, Refusal};
use trade::orders::Order;
use trade::{Code, Error, House};

use crate::state::Demo;

/// Buyers in the crowd.
pub const BUYERS: u32 = 16;
/// How often each of them orders, in milliseconds: 16 buyers, at most 160 orders a second.
pub const ORDER_EVERY_MS: u64 = 100;
/// How long the page's crowd buys before it goes home by itself, in seconds.
pub const CROWD_SECONDS_MAX: u64 = 60;
/// Most stored orders that are read to count those after a withdrawal.
const ORDERS_READ_MAX: u32 = 10_000;

/// What a crowd has seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether it is still buying.
    pub is_running: bool,
    /// Orders asked for.
    pub asked: u64,
    /// Orders accepted.
    pub accepted: u64,
    /// Orders refused.
    pub refused: u64,
    /// Orders that failed for another reason: the house was busy.
    pub failed: u64,
    /// The last order that was accepted.
    pub last_accepted: Option<Order>,
    /// The last refusal.
    pub last_refusal: Option<Refusal>,
}

/// The crowd of one server. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Crowd {
    seen: watch::Sender<Seen>,
    /// Stops the buyers that are at it; dropped, they stop too.
    stop: Arc<Mutex<Option<watch::Sender<bool>>>>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self {
            seen: watch::Sender::new(Seen::default()),
            stop: Arc::new(Mutex::new(None)),
        }
    }
}

impl Crowd {
    /// What it has seen so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// To wait until it has seen enough.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.seen.subscribe()
    }

    /// Sends the crowd in, unless one is at it. It goes home after `length`.
    pub fn start(&self, house: &House, demo: &Demo, length: Duration) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if self.seen.borrow().is_running {
            return;
        }
        let (sender, receiver) = watch::channel(false);
        *stop = Some(sender);
        self.seen.send_replace(Seen {
            is_running: true,
            ..Seen::default()
        });
        let (crowd, house, demo) = (self.clone(), house.clone(), demo.clone());
        tokio::spawn(async move {
            let buyers: Vec<_> = (0..BUYERS)
                .map(|_| {
                    let buyer =
                        crowd
                            .clone()
                            .buy(house.clone(), demo.clone(), length, receiver.clone());
                    tokio::spawn(buyer)
                })
                .collect();
            for buyer in buyers {
                // A buyer that panicked ends itself alone.
                let _ended = buyer.await;
            }
            crowd.seen.send_modify(|seen| seen.is_running = false);
        });
    }

    /// Sends it home.
    pub fn stop(&self) {
        let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stop) = stop.as_ref() {
            stop.send_replace(true);
        }
    }

    async fn buy(
        self,
        house: House,
        demo: Demo,
        length: Duration,
        mut stop: watch::Receiver<bool>,
    ) {
        let shopping = async {
            let mut pace = interval(Duration::from_millis(ORDER_EVERY_MS));
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                pace.tick().await;
                let answer = order_one(&house, &demo).await;
                self.seen.send_modify(|seen| seen.take_in(answer));
            }
        };
        let until_stopped = stop.wait_for(|stopped| *stopped);
        tokio::select! {
            _ = timeout(length, shopping) => {}
            _ = until_stopped => {}
        }
    }
}

impl Seen {
    fn take_in(&mut self, answer: Result<Placed, Error>) {
        self.asked += 1;
        match answer {
            Ok(Placed::Accepted(order)) => {
                self.accepted += 1;
                // Buyers' answers overtake each other on the way here.
                let is_later = self
                    .last_accepted
                    .as_ref()
                    .is_none_or(|last| last.accepted_at <= order.accepted_at);
                if is_later {
                    self.last_accepted = Some(*order);
                }
            }
            Ok(Placed::Refused(refusal)) => {
                self.refused += 1;
                self.last_refusal = Some(*refusal);
            }
            Err(_) => self.failed += 1,
        }
    }
}

/// Each order runs in a task of its own: a buyer that is sent home leaves none half done.
async fn order_one(house: &House, demo: &Demo) -> Result<Placed, Error> {
    let request = OrderRequest {
        key: house.fresh_key()?,
        lines: vec![(demo.race_listing.clone(), 1)],
    };
    let house = house.clone();
    tokio::spawn(async move { house.place_order(&request).await })
        .await
        .unwrap_or_else(|_| Err(Error::new(Code::Broken, "an order did not end")))
}

/// What the record says of the certification that the race withdraws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The scope that it stands under.
    pub scope: Scope,
    /// Its last withdrawal; none: it was never withdrawn.
    pub withdrawal: Option<Recorded>,
    /// What lifted that withdrawal; none: it stands.
    pub lifted: Option<Recorded>,
}

impl Standing {
    /// Whether the certification is withdrawn now.
    #[must_use]
    pub const fn is_withdrawn(&self) -> bool {
        self.withdrawal.is_some() && self.lifted.is_none()
    }
}

/// What the record says now.
///
/// # Errors
/// The certification is not on the record, or the database.
pub async fn standing(house: &House, demo: &Demo) -> Result<Standing, Error> {
    let found = house.evidence(&demo.race_certification).await?;
    let scope = match found {
        Some(entry) => entry.recorded.evidence.scope,
        None => {
            let detail = format!("there is no evidence {}", demo.race_certification);
            return Err(Error::new(Code::NotFound, detail));
        }
    };
    let snapshot = house.snapshot();
    let ends = |id: &EvidenceId| {
        snapshot
            .under(&scope)
            .filter(
                |one| matches!(&one.evidence.claim, Claim::Withdrawal { ends, .. } if ends == id),
            )
            .last()
            .cloned()
    };
    let withdrawal = ends(&demo.race_certification);
    let lifted = withdrawal.as_ref().and_then(|one| ends(&one.evidence.id));
    Ok(Standing {
        scope,
        withdrawal,
        lifted,
    })
}

/// Suspends the certification, unless it is suspended.
///
/// # Errors
/// As [`House::withdraw`].
pub async fn withdraw(house: &House, demo: &Demo) -> Result<(), Error> {
    if standing(house, demo).await?.is_withdrawn() {
        return Ok(());
    }
    end(
        house,
        demo,
        &demo.race_certification,
        WithdrawalManner::Suspend,
        "The race: withdrawal",
    )
    .await
}

/// Lifts the suspension, if there is one.
///
/// # Errors
/// As [`House::withdraw`].
pub async fn give_back(house: &House, demo: &Demo) -> Result<(), Error> {
    let standing = standing(house, demo).await?;
    match (&standing.withdrawal, &standing.lifted) {
        (Some(withdrawal), None) => {
            let ends = &withdrawal.evidence.id;
            end(
                house,
                demo,
                ends,
                WithdrawalManner::Revoke,
                "The race: return",
            )
            .await
        }
        _ => Ok(()),
    }
}

async fn end(
    house: &House,
    demo: &Demo,
    ends: &EvidenceId,
    manner: WithdrawalManner,
    title: &str,
) -> Result<(), Error> {
    let withdrawal = Withdrawal {
        id: None,
        ends: ends.clone(),
        manner,
        issuer: demo.race_issuer.clone(),
        from: None,
        title: title.to_owned(),
        dated: String::new(),
        words: None,
        document: None,
    };
    house.withdraw(withdrawal).await.map(|_| ())
}

/// Stored orders that rested on the certification as it was at and after its withdrawal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// Accepted while it was withdrawn. Anything but 0 breaks the promise.
    pub while_withdrawn: u64,
    /// Accepted since it returned.
    pub since_return: u64,
    /// Whether more orders were stored than were read.
    pub is_cut: bool,
}

/// Counts the stored orders of the race listing by the version of the scope that each rested on.
///
/// # Errors
/// The database.
pub async fn after(house: &House, demo: &Demo, standing: &Standing) -> Result<After, Error> {
    let Some(withdrawal) = &standing.withdrawal else {
        return Ok(After::default());
    };
    let orders = orders_since(house, demo, withdrawal.at).await?;
    let lifted = standing.lifted.as_ref().map(|one| one.scope_version);
    let mut after = After {
        is_cut: orders.len() >= ORDERS_READ_MAX as usize,
        ..After::default()
    };
    let scope = standing.scope.to_string();
    for order in &orders {
        match rested_on(order, &scope) {
            Some(version) if lifted.is_some_and(|lifted| version >= lifted) => {
                after.since_return += 1;
            }
            // An order that does not say what it rested on counts against us.
            Some(version) if version < withdrawal.scope_version => {}
            _ => after.while_withdrawn += 1,
        }
    }
    Ok(after)
}

async fn orders_since(house: &House, demo: &Demo, since: Instant) -> Result<Vec<Order>, Error> {
    house
        .orders_since(&demo.race_listing, since, ORDERS_READ_MAX)
        .await
}

/// The version of a scope that an order rested on.
#[must_use]
pub fn rested_on(order: &Order, scope: &str) -> Option<u64> {
    let basis: Basis = serde_json::from_str(&order.basis).ok()?;
    let mut scopes = basis.scopes.into_iter();
    scopes.find_map(|(named, version)| (named == scope).then_some(version))
}
