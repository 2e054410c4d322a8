//! A small world of random evidence around one day, and offers to ask about.
//!
//! Few ids, so that evidence meets; few instants, so that it begins, ends and is asked about at the same ones.
//! Knows no answers.

use std::collections::HashMap;
use std::sync::Arc;

use domain::evidence::{
    Authority, Claim, Evidence, FactRef, PassedOn, Reach, Recorded, SalesAuthorization, Source,
    Sourced, Standing, Vouching, WithdrawalManner,
};
use domain::id::{BrandId, DataSetId, HostNetworkId, ListingId, SellerId, VariantId};
use domain::listing::{Condition, ListingState, Offer};
use domain::money::Currency;
use domain::place::Country;
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};
use domain::scope::Scope;
use domain::territory::Territory;
use domain::trust::Role;
use domain::{Instant, Period};
use gate::Snapshot;
use gate::snapshot::{DataSetFacts, Delivery, PlatformListing};

use crate::dice::Dice;
use crate::oracle::{self, ANSWERED, Delivered, Known, Listed};
use crate::shop::id;

mod tested;

/// Who says something, in some of these roles.
const ISSUERS: [&str; 3] = ["somebody", "acme", "net"];
/// Keys that somebody signs with.
const KEYS: [&str; 2] = ["k1", "k2"];
const ROLES: [Role; 2] = [Role::Brand, Role::Host];

const PIECES_MAX: u64 = 14;
/// An hour.
pub const HOUR_MS: i64 = 60 * 60 * 1000;

/// Days on which clocks somewhere are put forward or back, leap days and turns of years: all the same to instants.
/// And one on which a country leaves a group of countries.
const DAYS: [&str; 7] = [
    "2016-03-13T10:00:00Z",
    "2016-11-06T09:00:00Z",
    "2016-03-27T01:00:00Z",
    "2016-02-29T00:00:00Z",
    "2016-12-31T23:59:59.999Z",
    "2038-01-19T03:14:07Z",
    // The United Kingdom leaves.
    "2020-01-31T23:00:00Z",
];
/// Distances at which something may begin, end, be recorded or be asked.
const DISTANCES_MS: [i64; 9] = [
    -2 * HOUR_MS,
    -HOUR_MS,
    -1,
    0,
    1,
    2,
    HOUR_MS,
    HOUR_MS + 1,
    2 * HOUR_MS,
];

/// A world of facts being thrown.
#[derive(Clone, Debug)]
pub struct World {
    /// The chance that it comes from.
    pub dice: Dice,
    /// Around which everything happens.
    pub day: Instant,
    /// The record.
    pub recorded: Vec<Recorded>,
    /// Rows of a platform owner's lists.
    pub listed: Vec<Listed>,
    /// Deliveries of a host network's list of approved devices.
    pub delivered: Vec<Delivered>,
    /// How many there are of each brand, seller, model, variant and listing that a throw names.
    width: u64,
    versions: HashMap<Scope, u64>,
    /// Whether mostly brands and who passes on what they said have a word, so that chains come about.
    is_of_brands: bool,
    /// Rows that say something of radios; none: the policies ask no radio fit either.
    pub radios: Option<Vec<RadioRow>>,
}

/// A row of a list of radios: in which data set, of which variant or network, for which time.
#[derive(Clone, Debug)]
pub struct RadioRow {
    data_set: DataSetId,
    of: RadioOf,
    valid: Period,
    radio: Radio,
}

#[derive(Clone, Debug)]
enum RadioOf {
    Variant(VariantId),
    Network(HostNetworkId),
}

impl World {
    /// Nothing yet.
    ///
    /// # Panics
    /// Never: the days are written here.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let day = dice.one(&DAYS).parse().expect("a day");
        let is_of_brands = dice.chance(1, 4);
        Self {
            dice,
            day,
            recorded: Vec::new(),
            listed: Vec::new(),
            delivered: Vec::new(),
            width: 1,
            versions: HashMap::new(),
            is_of_brands,
            radios: None,
        }
    }

    /// Nothing yet; there will be radios, and policies that ask for fit.
    #[must_use]
    pub fn with_radios(seed: u64) -> Self {
        Self {
            radios: Some(Vec::new()),
            ..Self::of(seed)
        }
    }

    /// Nothing yet; there will be radios, and so many times the brands, sellers, models, variants and listings.
    #[must_use]
    pub fn wide(seed: u64, width: u64) -> Self {
        Self {
            width,
            ..Self::with_radios(seed)
        }
    }

    fn one_id<K>(&mut self, names: &[&str]) -> domain::id::Id<K> {
        id(names[self.dice.index(names.len())])
    }

    /// One of the wide kinds.
    fn one_of<K>(&mut self, names: &[&str]) -> domain::id::Id<K> {
        let name = names[self.dice.index(names.len())];
        if self.width == 1 {
            return id(name);
        }
        id(&format!("{name}.{}", self.dice.below(self.width)))
    }

    /// An instant at which something may begin, end or be asked.
    pub fn instant(&mut self) -> Instant {
        let distance = *self.dice.one(&DISTANCES_MS);
        self.day.plus_ms(distance)
    }

    /// A stretch of time, often without a beginning or an end, sometimes with nothing in it.
    pub fn period(&mut self) -> Period {
        let from = self.dice.chance(1, 2).then(|| self.instant());
        let until = self.dice.chance(1, 2).then(|| self.instant());
        Period { from, until }
    }

    fn standing(&mut self) -> Standing {
        if self.dice.chance(3, 4) {
            Standing::Yes
        } else {
            Standing::No
        }
    }

    fn reach<K>(&mut self, names: &[&str]) -> Reach<domain::id::Id<K>> {
        if self.dice.chance(1, 2) {
            return Reach::All;
        }
        // An empty list names nobody.
        let named: Vec<&&str> = names.iter().filter(|_| self.dice.chance(1, 2)).collect();
        Reach::Only(named.into_iter().map(|name| id(name)).collect())
    }

    fn reach_of<K>(&mut self, names: &[&str]) -> Reach<domain::id::Id<K>> {
        match self.reach::<K>(names) {
            Reach::Only(named) if self.width > 1 => {
                let named = named.iter();
                Reach::Only(named.map(|one| self.one_of(&[one.as_str()])).collect())
            }
            reach => reach,
        }
    }

    fn country(&mut self) -> Country {
        self.dice.one(&["US", "GB"]).parse().expect("a country")
    }

    fn policy(&mut self) -> Policy {
        let radio_fit = self.radios.as_ref().map(|_| Requirement::RadioFit);
        let demands = ANSWERED.into_iter().chain(radio_fit).map(|requirement| {
            let demand = *self
                .dice
                .one(&[Demand::Off, Demand::Disclose, Demand::Must]);
            (requirement, demand)
        });
        let demands = demands.collect();
        let some = |dice: &mut Dice, all: &[&str]| -> Vec<String> {
            let chosen = dice.some(all).into_iter();
            chosen.map(str::to_owned).collect()
        };
        let hosts = some(&mut self.dice, &["h1", "h2"]);
        let is_any = self.dice.chance(1, 2);
        Policy {
            market: id("us"),
            carrier: id("carrier"),
            country: self.country(),
            currency: Currency::USD,
            hosts: hosts.iter().map(|host| id(host)).collect(),
            host_rule: if is_any { HostRule::Any } else { HostRule::All },
            refused_licences: Vec::new(),
            trust: self.trust(),
            categories: vec![CategoryPolicy {
                category: self.one_id(&["smartphone", "smartphone", "headphones"]),
                demands,
                service_min: match self.dice.below(3) {
                    _ if self.radios.is_none() => Vec::new(),
                    0 => vec![(Service::Data, Level::Partial)],
                    1 => vec![(Service::Voice, Level::FallbackOnly)],
                    _ => vec![(Service::Data, Level::Full), (Service::Voice, Level::Full)],
                },
                schemes: some(&mut self.dice, &["FCC", "CE"]),
                disclosed_schemes: some(&mut self.dice, &["SAR", "CE"]),
                conditions: some(&mut self.dice, &["volte"]),
                tested: self.dice.chance(1, 4),
                first_sale: self.territory(),
            }],
        }
    }

    fn territory(&mut self) -> Territory {
        if self.dice.chance(1, 3) {
            return Reach::All;
        }
        let named = (0..self.dice.below(3)).map(|_| {
            let words = ["US", "US", "GB", "GB", "EU", "EEA", "DE"];
            self.dice.one(&words).parse().expect("a region")
        });
        Reach::Only(named.collect())
    }

    fn condition(&mut self) -> Condition {
        *self
            .dice
            .one(&[Condition::New, Condition::New, Condition::Used])
    }

    /// What an authorisation of a brand may rest on: most often one that is there and may be passed on, as one of
    /// the sellers that it names, but anything may be written.
    fn passed_on(&mut self, brand: &BrandId) -> Option<PassedOn> {
        if self.recorded.is_empty() || self.dice.chance(1, 2) {
            return None;
        }
        let is_passable = |one: &&Recorded| match &one.evidence.claim {
            Claim::SalesAuthorization(says) => says.may_be_passed_on && says.brand == *brand,
            _ => false,
        };
        let passable: Vec<Recorded> = self.recorded.iter().filter(is_passable).cloned().collect();
        let above = if passable.is_empty() || self.dice.chance(1, 8) {
            self.dice.one(&self.recorded).evidence.clone()
        } else {
            self.dice.one(&passable).evidence.clone()
        };
        let by = match above.claim {
            Claim::SalesAuthorization(SalesAuthorization {
                sellers: Reach::Only(named),
                ..
            }) if !named.is_empty() && self.dice.chance(7, 8) => self.dice.one(&named).clone(),
            _ => self.one_of(&["s1", "s2"]),
        };
        Some(PassedOn { from: above.id, by })
    }

    fn authorization(&mut self) -> (Scope, Claim) {
        let brand: BrandId = self.one_of(&["b1", "b1", "b2"]);
        let standing = self.standing();
        let says = SalesAuthorization {
            standing,
            sellers: self.reach_of(&["s1", "s2"]),
            categories: self.reach(&["smartphone", "headphones"]),
            models: self.reach_of(&["m1", "m2"]),
            territory: self.territory(),
            channels: self.reach(&["us", "gb"]),
            conditions: if self.dice.chance(2, 3) {
                Reach::All
            } else {
                Reach::Only(vec![self.condition()])
            },
            // No verdict rests on it.
            quantity: self.dice.chance(1, 4).then_some(1),
            may_be_passed_on: self.dice.chance(1, 2),
            rests_on: match standing {
                Standing::Yes => self.passed_on(&brand),
                Standing::No => None,
            },
            ..SalesAuthorization::of_everything(standing, brand)
        };
        (
            Scope::Brand(says.brand.clone()),
            Claim::SalesAuthorization(says),
        )
    }

    fn on_variant(&mut self) -> (Scope, Claim) {
        let variant: domain::id::VariantId = self.one_of(&["v1", "v1", "v2"]);
        let scope = Scope::Variant(variant.clone());
        let kinds = if self.radios.is_some() { 4 } else { 3 };
        let claim = match self.dice.below(kinds) {
            3 => Claim::RadioDeclaration {
                variant,
                radio: self.radio(),
            },
            0 => match self.dice.below(4) {
                0 => Claim::TestReport(self.test_report(variant)),
                _ => Claim::DeviceCertification(self.certification(variant)),
            },
            1 => Claim::PlatformCertification {
                variant,
                platform: "Google".to_owned(),
                standing: self.standing(),
            },
            _ => Claim::RegulatoryApproval {
                variant,
                scheme: (*self.dice.one(&["FCC", "CE"])).to_owned(),
                identifier: "ID".to_owned(),
                country: self.country(),
                standing: self.standing(),
            },
        };
        (scope, claim)
    }

    fn stop_sale(&mut self) -> (Scope, Claim) {
        let scope = match self.dice.below(8) {
            0 => Scope::Market(id("us")),
            1 => Scope::Brand(self.one_of(&["b1"])),
            2 => Scope::Seller(self.one_of(&["s1"])),
            3 => Scope::Model(self.one_of(&["m1"])),
            4 => Scope::Variant(self.one_of(&["v1"])),
            5 => Scope::Listing(self.one_of(&["l1"])),
            6 => Scope::HostNetwork(id("h1")),
            _ => Scope::Brand(self.one_of(&["b2"])),
        };
        let cause = "recall".to_owned();
        (scope, Claim::StopSale { cause })
    }

    fn withdrawal(&mut self) -> Option<(Scope, Claim)> {
        if self.recorded.is_empty() {
            return None;
        }
        let ended = self.dice.one(&self.recorded).evidence.clone();
        let manners = [
            WithdrawalManner::Suspend,
            WithdrawalManner::Revoke,
            WithdrawalManner::Correct,
        ];
        let manner = *self.dice.one(&manners);
        Some((
            ended.scope,
            Claim::Withdrawal {
                ends: ended.id,
                manner,
            },
        ))
    }

    fn claim(&mut self) -> (Scope, Claim) {
        let market = || Scope::Market(id("us"));
        if self.radios.is_some() && self.dice.chance(1, 8) {
            let network: HostNetworkId = self.one_id(&["h1", "h2"]);
            let claim = Claim::NetworkDeclaration {
                network: network.clone(),
                radio: self.radio(),
            };
            return (Scope::HostNetwork(network), claim);
        }
        if self.dice.chance(1, 14) {
            let set = self.requirement_set();
            return (
                Scope::HostNetwork(set.network.clone()),
                Claim::RequirementSet(set),
            );
        }
        if self.dice.chance(1, 8) {
            return self.issuer_key();
        }
        if self.is_of_brands && self.dice.chance(2, 3) {
            return self.authorization();
        }
        match self.dice.below(12) {
            0 => (market(), Claim::Policy(self.policy())),
            1 | 2 => self.authorization(),
            3 | 4 => self.on_variant(),
            5 => self.stop_sale(),
            6 => {
                let seller: SellerId = self.one_of(&["s1"]);
                let claim = Claim::CustodyEvent {
                    seller: seller.clone(),
                    variant: self.one_of(&["v1", "v2"]),
                    standing: self.standing(),
                    first_sale: self.dice.chance(2, 3).then(|| self.territory()),
                };
                (Scope::Seller(seller), claim)
            }
            7 => {
                let data_set = self.one_id(&["d1", "d2", "a1", "a2", "a3"]);
                let sha256 = String::new();
                (market(), Claim::DataSetActivation { data_set, sha256 })
            }
            8 => {
                let listing: ListingId = self.one_of(&["l1"]);
                let claim = Claim::ListingDecision {
                    listing: listing.clone(),
                    state: ListingState::Offered,
                };
                (Scope::Listing(listing), claim)
            }
            _ => self
                .withdrawal()
                .unwrap_or_else(|| (market(), Claim::Policy(self.policy()))),
        }
    }

    /// Now and then it is signed, with a key that may be known or not. What is said of radios the operator enters,
    /// and what is the operator's own.
    fn vouching(&mut self, claim: &Claim) -> Vouching {
        let is_never_signed = matches!(
            claim,
            Claim::Policy(_)
                | Claim::DataSetActivation { .. }
                | Claim::ListingDecision { .. }
                | Claim::IssuerKey { .. }
                | Claim::RadioDeclaration { .. }
                | Claim::NetworkDeclaration { .. }
        );
        if is_never_signed || self.dice.chance(4, 5) {
            let is_issuers = self.dice.chance(1, 4);
            return if is_issuers {
                Vouching::Issuer
            } else {
                Vouching::Operator
            };
        }
        let key = (*self.dice.one(&KEYS)).to_owned();
        Vouching::Signed { key }
    }

    fn issuer_key(&mut self) -> (Scope, Claim) {
        let market = self.one_id(&["us", "us", "us", "gb"]);
        let claim = Claim::IssuerKey {
            party: self.one_id(&ISSUERS),
            key: (*self.dice.one(&KEYS)).to_owned(),
        };
        (Scope::Market(market), claim)
    }

    /// Records a piece of evidence, some time after the last.
    pub fn record(&mut self, scope: Scope, claim: Claim, valid: Period) {
        self.record_vouched(scope, claim, valid, Vouching::Operator);
    }

    fn record_vouched(&mut self, scope: Scope, claim: Claim, valid: Period, vouching: Vouching) {
        let last = self
            .recorded
            .last()
            .map_or(self.day.plus_ms(-2 * HOUR_MS), |one| one.at);
        let pause = *self.dice.one(&[0, 1, HOUR_MS / 2, HOUR_MS]);
        let position = self.recorded.len();
        let version = self.versions.entry(scope.clone()).or_default();
        *version += 1;
        let version = *version;
        let issuer = self.one_id(&ISSUERS);
        let roles = self.dice.some(&ROLES);
        self.recorded.push(Recorded {
            position: position as u64,
            at: last.plus_ms(pause),
            scope_version: version,
            evidence: Evidence {
                id: id(&format!("e{position}")),
                scope,
                issuer,
                roles,
                vouching,
                claim,
                valid,
                source: source("A document"),
            },
        });
    }

    /// Throws a policy, mostly, and some pieces of evidence.
    pub fn fill(&mut self) {
        if self.dice.chance(9, 10) {
            let policy = Claim::Policy(self.policy());
            self.record(Scope::Market(id("us")), policy, Period::ALWAYS);
        }
        if self.dice.chance(1, 3) {
            self.tests();
        }
        if self.dice.chance(1, 2) {
            self.deliver();
        }
        for _ in 0..self.dice.below(PIECES_MAX) {
            self.throw();
        }
        for _ in 0..self.dice.below(3) {
            let row = (
                self.one_id(&["d1", "d2"]),
                self.one_of(&["v1", "v2"]),
                self.period(),
            );
            self.listed.push(row);
        }
        if self.radios.is_some() {
            for _ in 0..self.dice.below(4) {
                let row = self.radio_row();
                self.radios.get_or_insert_default().push(row);
            }
        }
    }

    /// Records one more piece of evidence.
    pub fn throw(&mut self) {
        let (scope, claim) = self.claim();
        let valid = self.period();
        let vouching = self.vouching(&claim);
        self.record_vouched(scope, claim, valid, vouching);
    }

    fn radio_row(&mut self) -> RadioRow {
        let of = if self.dice.chance(1, 2) {
            RadioOf::Variant(self.one_of(&["v1", "v2"]))
        } else {
            RadioOf::Network(self.one_id(&["h1", "h2"]))
        };
        RadioRow {
            data_set: self.one_id(&["d1", "d2"]),
            of,
            valid: self.period(),
            radio: self.radio(),
        }
    }

    fn radio(&mut self) -> Radio {
        let mut list = |technology, numbers: &[u16]| {
            let named = numbers.iter().filter(|_| self.dice.chance(1, 2));
            let claims = named.map(|number| BandClaim::Exact(Band::new(technology, *number)));
            BandList::new(technology, claims.collect(), self.dice.chance(2, 3))
        };
        let lists = [
            list(AccessTechnology::Umts, &[2, 4]),
            list(AccessTechnology::Lte, &[2, 4, 12]),
        ];
        let volte = *self.dice.one(&[None, Some(false), Some(true)]);
        Radio::new(lists, volte)
    }

    /// An offer, most often the one that most evidence is about.
    pub fn offer(&mut self) -> Offer {
        let has_listing = self.dice.chance(3, 4);
        Offer {
            market: self.one_id(&["us", "us", "us", "gb"]),
            seller: self.one_of(&["s1", "s1", "s2"]),
            brand: self.one_of(&["b1", "b1", "b2"]),
            model: self.one_of(&["m1", "m1", "m2"]),
            variant: self.one_of(&["v1", "v1", "v2"]),
            category: self.one_id(&["smartphone", "smartphone", "headphones"]),
            condition: self.condition(),
            build: self.build(),
            listing: has_listing.then(|| self.one_of(&["l1"])),
        }
    }

    /// What the oracle is told.
    #[must_use]
    pub fn known(&self) -> Known<'_> {
        Known {
            recorded: &self.recorded,
            listed: &self.listed,
            delivered: &self.delivered,
        }
    }

    /// The gate's snapshot of the first `length` pieces.
    ///
    /// # Panics
    /// The gate refuses the order of the record.
    #[must_use]
    pub fn snapshot(&self, length: usize) -> Snapshot {
        let mut snapshot = Snapshot::new();
        self.tell_rows(&mut snapshot);
        for one in &self.recorded[..length] {
            snapshot.apply(one.clone()).expect("they come in order");
        }
        snapshot
    }

    /// Makes the rows of the data sets known.
    pub fn tell_rows(&self, snapshot: &mut Snapshot) {
        for set in ["d1", "d2"] {
            snapshot.put_data_set(id(set), Arc::new(self.facts_of(set)));
        }
        for delivered in &self.delivered {
            let facts = tested::facts_of_delivery(delivered);
            snapshot.put_data_set(delivered.data_set.clone(), Arc::new(facts));
        }
    }

    /// The rows of a data set, by what they name.
    fn facts_of(&self, set: &str) -> DataSetFacts {
        let set: DataSetId = id(set);
        let mut facts = DataSetFacts {
            delivery: Some(Delivery {
                series: oracle::list_name(&set).into(),
                valid: Period::ALWAYS,
                source: source("A delivery"),
            }),
            ..DataSetFacts::default()
        };
        for (at, (of, variant, valid)) in self.listed.iter().enumerate() {
            if *of == set {
                let row = Sourced {
                    value: PlatformListing {
                        platform: "Google".to_owned(),
                        builds: Vec::new(),
                    },
                    source: source("A list"),
                    valid: *valid,
                    fact: FactRef::Row {
                        data_set: set.clone(),
                        row: at as u64,
                    },
                };
                facts.platform.entry(variant.clone()).or_default().push(row);
            }
        }
        for (at, row) in self.radios.iter().flatten().enumerate() {
            if row.data_set == set {
                let sourced = Sourced {
                    value: row.radio.clone(),
                    source: source("Another list"),
                    valid: row.valid,
                    fact: FactRef::Row {
                        data_set: set.clone(),
                        row: at as u64,
                    },
                };
                match &row.of {
                    RadioOf::Variant(id) => {
                        facts.devices.entry(id.clone()).or_default().push(sourced);
                    }
                    RadioOf::Network(id) => {
                        facts.networks.entry(id.clone()).or_default().push(sourced);
                    }
                }
            }
        }
        facts
    }
}

fn source(title: &str) -> Source {
    Source {
        title: title.into(),
        dated: "2016".into(),
        authority: Authority::Own,
        licence: None,
    }
}
