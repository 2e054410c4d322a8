//! A whole house as a list knows it: what was recorded, what each listing has, which orders there are, what time it is.
//!
//! Plain and slow, and shares nothing with the house: what may be sold is [`crate::oracle`]'s answer. A step that is
//! taken says what the house has to answer to it.

use std::collections::BTreeMap;

use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{
    Claim, Evidence, Reach, Recorded, SalesAuthorization, Standing, WithdrawalManner,
};
use domain::id::{EvidenceId, ListingId};
use domain::listing::{ListingState, Offer};
use domain::place::Country;
use domain::policy::{Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use domain::{Instant, Period};

use crate::dice::Dice;
use crate::oracle::{self, Known, Told};
use crate::shop::{self, id};
use crate::world::HOUR_MS;

/// Keys that orders are asked with: few, so that they come again.
const KEYS: u64 = 40;
const UNITS_END: u64 = 4;

/// What happens next. Plain data, so that a run can be made shorter and tried again.
#[derive(Clone, Debug)]
pub enum Step {
    /// Evidence is recorded, from so many hours after the present on and until so many, if that is said.
    Record(Box<(Scope, Claim)>, Option<i64>, Option<i64>),
    /// A piece of evidence ends: the one so many places before the last.
    End(usize, WithdrawalManner, Option<i64>),
    /// An order: its key, and listings with units.
    Order(u64, Vec<(usize, u32)>),
    /// A decision on a listing.
    Decide(usize, ListingState),
    /// A feed says how many units of a listing there are.
    Feed(usize, u32),
    /// The clock moves, forward or back.
    Tick(i64),
    /// Somebody asks how it was: so long ago, as known so long ago.
    Look(usize, i64, Option<i64>),
}

/// One listing.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// What it offers.
    pub offer: Offer,
    /// Its brand and number in the shop.
    pub number: (usize, usize),
    /// What people decided.
    pub state: ListingState,
    /// Units left.
    pub units: u32,
    /// Units sold.
    pub sold: u32,
}

/// The house.
#[derive(Clone, Debug)]
pub struct Model {
    /// The record.
    pub recorded: Vec<Recorded>,
    /// The listings.
    pub shelves: Vec<Shelf>,
    /// Orders by key: their lines, and when they were accepted.
    pub orders: BTreeMap<u64, (Vec<(ListingId, u32)>, Instant)>,
    /// What the clock says.
    pub now: Instant,
    versions: BTreeMap<Scope, u64>,
}

/// What the house has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// It stands there, since then, as that version of its scope.
    Recorded(u64, Instant, u64),
    /// It was ended for good.
    AlreadyWithdrawn,
    /// The listing cannot become that.
    StateConflict,
    /// The order is accepted at this instant, or was.
    Accepted(Instant),
    /// These lines may not be sold.
    NotSellable(Vec<ListingId>),
    /// People do not offer it.
    NotOffered(ListingId),
    /// There are only so many.
    SoldOut(ListingId, u32),
    /// The key is another order's.
    KeyReused,
    /// Nothing to be said.
    Nothing,
}

impl Step {
    /// Throws a step for a shop of so many brands with so many listings each.
    #[must_use]
    pub fn throw(dice: &mut Dice, brands: usize, listings: &[ListingId]) -> Self {
        let hours = |dice: &mut Dice| {
            dice.chance(1, 4)
                .then(|| i64::try_from(dice.below(5)).expect("a few") - 2)
        };
        let listing = dice.index(listings.len());
        let units = |dice: &mut Dice| u32::try_from(dice.below(UNITS_END)).expect("a few");
        match dice.below(16) {
            0..=4 => {
                let claim = claim(dice, brands, listings);
                let (from, until) = (hours(dice), hours(dice).map(|hours| hours + 2));
                Self::Record(Box::new(claim), from, until)
            }
            5 | 6 => {
                let manners = [
                    WithdrawalManner::Suspend,
                    WithdrawalManner::Revoke,
                    WithdrawalManner::Correct,
                ];
                Self::End(dice.index(12), *dice.one(&manners), hours(dice))
            }
            7..=10 => {
                let lines = (0..=dice.below(2))
                    .map(|_| (dice.index(listings.len()), units(dice).max(1)))
                    .collect();
                Self::Order(dice.below(KEYS), lines)
            }
            11 => Self::Decide(
                listing,
                *dice.one(&[
                    ListingState::Offered,
                    ListingState::Offered,
                    ListingState::TakenDown,
                    ListingState::Draft,
                    ListingState::Ended,
                ]),
            ),
            12 => Self::Feed(listing, units(dice)),
            13 | 14 => {
                let steps = [1, HOUR_MS - 1, HOUR_MS, 2 * HOUR_MS, -1, -HOUR_MS];
                Self::Tick(*dice.one(&steps))
            }
            _ => {
                let ago = *dice.one(&[0, 1, HOUR_MS, 3 * HOUR_MS, -HOUR_MS]);
                let known = dice
                    .chance(1, 2)
                    .then(|| *dice.one(&[0, 1, HOUR_MS, 2 * HOUR_MS]));
                Self::Look(listing, ago, known)
            }
        }
    }
}

fn standing(dice: &mut Dice) -> Standing {
    if dice.chance(4, 5) {
        Standing::Yes
    } else {
        Standing::No
    }
}

/// Mostly what lets the listings be sold.
fn claim(dice: &mut Dice, brands: usize, listings: &[ListingId]) -> (Scope, Claim) {
    let number = dice.index(brands);
    let (brand, at) = (shop::brand(number), dice.index(listings.len() / brands));
    let variant = shop::variant(number, at);
    match dice.below(10) {
        0..=3 => {
            let sellers = match dice.below(4) {
                0 => Reach::All,
                1 => Reach::Only(Vec::new()),
                _ => Reach::Only(vec![shop::seller()]),
            };
            let territory = if dice.chance(3, 4) {
                Reach::All
            } else {
                let country = dice.one(&["US", "GB"]).parse().expect("a country");
                Reach::Only(vec![country])
            };
            let says = SalesAuthorization {
                sellers,
                territory,
                ..SalesAuthorization::of_everything(standing(dice), brand.clone())
            };
            (Scope::Brand(brand), Claim::SalesAuthorization(says))
        }
        4 | 5 => {
            let networks = ["tower", "tower", "relay"];
            let results = [
                CertificationResult::Certified,
                CertificationResult::Certified,
                CertificationResult::Conditional("volte".to_owned()),
                CertificationResult::NotCertified,
            ];
            let network = id(networks[dice.index(networks.len())]);
            let result = dice.one(&results).clone();
            let says = DeviceCertification::of(variant.clone(), network, result);
            let claim = Claim::DeviceCertification(says);
            (Scope::Variant(variant), claim)
        }
        6 => {
            let claim = Claim::RegulatoryApproval {
                variant: variant.clone(),
                scheme: "FCC".to_owned(),
                identifier: "ID".to_owned(),
                country: Country::US,
                standing: standing(dice),
            };
            (Scope::Variant(variant), claim)
        }
        7 => {
            let claim = Claim::CustodyEvent {
                seller: shop::seller(),
                variant,
                standing: standing(dice),
                first_sale: None,
            };
            (Scope::Seller(shop::seller()), claim)
        }
        8 if dice.chance(1, 2) => {
            let scopes = [
                Scope::Brand(brand.clone()),
                Scope::Variant(variant),
                Scope::Model(id(&format!("{brand}.one"))),
                Scope::Listing(dice.one(listings).clone()),
                Scope::HostNetwork(shop::host()),
                Scope::Seller(shop::seller()),
            ];
            let cause = "recall".to_owned();
            (dice.one(&scopes).clone(), Claim::StopSale { cause })
        }
        _ => (Scope::Market(shop::market()), Claim::Policy(policy(dice))),
    }
}

fn policy(dice: &mut Dice) -> Policy {
    let mut policy = shop::policy();
    let asked = [
        (Requirement::SalesAuthorization, 4),
        (Requirement::DeviceCertification, 3),
        (Requirement::RegulatoryApproval, 1),
        (Requirement::Authenticity, 1),
    ];
    policy.categories[0].demands = asked
        .into_iter()
        .map(|(requirement, often)| {
            let is_must = dice.chance(often, 5);
            let other = *dice.one(&[Demand::Off, Demand::Disclose]);
            (requirement, if is_must { Demand::Must } else { other })
        })
        .collect();
    policy.categories[0].schemes = vec!["FCC".to_owned()];
    if dice.chance(1, 2) {
        policy.categories[0].conditions = vec!["volte".to_owned()];
    }
    if dice.chance(1, 3) {
        policy.hosts.push(id("relay"));
    }
    if dice.chance(1, 3) {
        policy.host_rule = HostRule::All;
    }
    if dice.chance(1, 20) {
        policy.categories.clear();
    }
    policy
}

impl Model {
    /// The house of a shop whose record and listings are these.
    #[must_use]
    pub fn of(recorded: Vec<Recorded>, shelves: Vec<Shelf>, now: Instant) -> Self {
        let mut versions = BTreeMap::new();
        for one in &recorded {
            versions.insert(one.evidence.scope.clone(), one.scope_version);
        }
        Self {
            recorded,
            shelves,
            orders: BTreeMap::new(),
            now,
            versions,
        }
    }

    /// The present as orders take it: never before the last recorded instant.
    #[must_use]
    pub fn present(&self) -> Instant {
        let last = self.recorded.last().map_or(self.now, |one| one.at);
        self.now.max(last)
    }

    /// May this be sold, at an instant, as known then?
    #[must_use]
    pub fn told(&self, offer: &Offer, at: Instant, known_at: Instant) -> Told {
        let known = Known {
            recorded: &self.recorded,
            listed: &[],
            delivered: &[],
        };
        oracle::told(&known, offer, at, known_at)
    }

    fn is_sellable(&self, offer: &Offer) -> bool {
        let told = self.told(offer, self.present(), Instant::MAX);
        told.answer == oracle::Answer::Sellable
    }

    /// Whether a listing can be bought now.
    #[must_use]
    pub fn is_buyable(&self, at: usize) -> bool {
        let shelf = &self.shelves[at];
        shelf.state == ListingState::Offered && shelf.units > 0 && self.is_sellable(&shelf.offer)
    }

    /// When something is valid that begins and ends so many hours after the present.
    #[must_use]
    pub fn period(&self, from: Option<i64>, until: Option<i64>) -> Period {
        let after = |hours: i64| self.present().plus_ms(hours * HOUR_MS);
        Period {
            from: from.map(after),
            until: until.map(after),
        }
    }

    /// The evidence that stands so many places before the last.
    #[must_use]
    pub fn before_last(&self, places: usize) -> Evidence {
        let at = self.recorded.len() - 1 - places % self.recorded.len();
        self.recorded[at].evidence.clone()
    }

    /// Records evidence; what the house answers.
    ///
    /// # Panics
    /// Never: the kinds of steps are all here.
    pub fn record(&mut self, evidence: Evidence) -> Due {
        match &evidence.claim {
            Claim::Withdrawal { ends, .. } if !self.can_end(ends) => return Due::AlreadyWithdrawn,
            Claim::ListingDecision { listing, state } => {
                let mut shelves = self.shelves.iter_mut();
                let shelf = shelves.find(|shelf| shelf.offer.listing.as_ref() == Some(listing));
                let shelf = shelf.expect("a listing of the shop");
                if !may_become(shelf.state, *state) {
                    return Due::StateConflict;
                }
                shelf.state = *state;
            }
            _ => {}
        }
        let at = self.present();
        let version = self.versions.entry(evidence.scope.clone()).or_default();
        *version += 1;
        let due = Due::Recorded(self.recorded.len() as u64, at, *version);
        self.recorded.push(Recorded {
            position: self.recorded.len() as u64,
            at,
            scope_version: *version,
            evidence,
        });
        due
    }

    /// What was ended for good stays ended: of withdrawals, only a suspension can be lifted.
    fn can_end(&self, ends: &EvidenceId) -> bool {
        let ended = self.recorded.iter().find(|one| one.evidence.id == *ends);
        let ended = ended.expect("it is on the record");
        !matches!(
            ended.evidence.claim,
            Claim::Withdrawal { manner, .. } if manner != WithdrawalManner::Suspend
        )
    }

    /// Takes an order; what the house answers. Lines of one listing are one.
    pub fn order(&mut self, key: u64, asked: &[(usize, u32)]) -> Due {
        let mut lines: BTreeMap<ListingId, (usize, u32)> = BTreeMap::new();
        for (at, units) in asked {
            let listing = self.listing(*at);
            lines.entry(listing).or_insert((*at, 0)).1 += units;
        }
        let wanted: Vec<(ListingId, u32)> = lines
            .iter()
            .map(|(listing, (_, units))| (listing.clone(), *units))
            .collect();
        if let Some((known, at)) = self.orders.get(&key) {
            return if *known == wanted {
                Due::Accepted(*at)
            } else {
                Due::KeyReused
            };
        }
        let unsellable: Vec<ListingId> = lines
            .iter()
            .filter(|(_, (at, _))| !self.is_sellable(&self.shelves[*at].offer))
            .map(|(listing, _)| listing.clone())
            .collect();
        if !unsellable.is_empty() {
            return Due::NotSellable(unsellable);
        }
        for (listing, (at, units)) in &lines {
            let shelf = &self.shelves[*at];
            if shelf.state != ListingState::Offered {
                return Due::NotOffered(listing.clone());
            }
            if shelf.units < *units {
                return Due::SoldOut(listing.clone(), shelf.units);
            }
        }
        for (at, units) in lines.into_values() {
            self.shelves[at].units -= units;
            self.shelves[at].sold += units;
        }
        let at = self.present();
        self.orders.insert(key, (wanted, at));
        Due::Accepted(at)
    }

    /// The id of a listing.
    ///
    /// # Panics
    /// Never: each offer of the shop has one.
    #[must_use]
    pub fn listing(&self, at: usize) -> ListingId {
        let listing = self.shelves[at].offer.listing.clone();
        listing.expect("a listing's offer names it")
    }
}

/// The steps that people can take with a listing.
fn may_become(from: ListingState, to: ListingState) -> bool {
    match from {
        ListingState::Draft => to == ListingState::Offered || to == ListingState::Ended,
        ListingState::Offered => to == ListingState::TakenDown || to == ListingState::Ended,
        ListingState::TakenDown => to == ListingState::Offered || to == ListingState::Ended,
        ListingState::Ended => false,
    }
}

/// The fewest of these steps that still fail, as far as leaving out goes; tries so many times at most.
pub fn shortest(
    mut steps: Vec<Step>,
    tries_max: usize,
    mut fails: impl FnMut(&[Step]) -> bool,
) -> Vec<Step> {
    let mut length = steps.len() / 2;
    let mut tries = 0;
    while length > 0 && tries < tries_max {
        let mut from = 0;
        let mut is_shorter = false;
        while from < steps.len() && tries < tries_max {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + length).min(steps.len()));
            tries += 1;
            if fails(&fewer) {
                steps = fewer;
                is_shorter = true;
            } else {
                from += length;
            }
        }
        if !is_shorter || length > steps.len() {
            length /= 2;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_did_not_matter() {
        let ticks = |all: &[i64]| all.iter().map(|ms| Step::Tick(*ms)).collect::<Vec<_>>();
        let has = |steps: &[Step], wanted: i64| {
            let mut steps = steps.iter();
            steps.any(|step| matches!(step, Step::Tick(ms) if *ms == wanted))
        };
        let all: Vec<i64> = (0..100).collect();
        let found = shortest(ticks(&all), 1_000, |steps| has(steps, 17) && has(steps, 80));
        let left: Vec<i64> = found
            .iter()
            .filter_map(|step| match step {
                Step::Tick(ms) => Some(*ms),
                _ => None,
            })
            .collect();
        assert_eq!(left, [17, 80]);
    }
}
