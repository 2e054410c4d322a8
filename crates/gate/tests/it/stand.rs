//! Facts in a line each, a policy, and one `check` for all cases.

use std::sync::Arc;

use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{
    Authority, Claim, Evidence, FactRef, PassedOn, Reach, Recorded, SalesAuthorization, Source,
    Sourced, Standing, WithdrawalManner,
};
use domain::listing::{Condition, Offer};
use domain::money::Currency;
use domain::place::Country;
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};
use domain::scope::Scope;
use domain::territory::Territory;
use domain::trust::Role;
use domain::{Instant, Period};
use gate::snapshot::{DataSetFacts, Moment, PlatformListing};
use gate::{Brief, Outcome, Question, ReasonCode, Snapshot, Verdict};

/// An id that is written in a test.
pub fn id<K>(text: &str) -> domain::id::Id<K> {
    text.parse().expect("a well-formed id")
}

/// The instant at which everything is asked.
pub fn now() -> Instant {
    "2016-02-08".parse().expect("a date")
}

/// A piece of evidence to be recorded.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A claim under a scope.
    Says(Scope, Claim),
    /// A claim under a scope by a party that speaks in these roles.
    By(&'static str, &'static [Role], Box<Fact>),
    /// The n-th fact, from 0, is ended.
    Ends(usize, WithdrawalManner),
}

pub use Fact::{By, Ends, Says};

/// A fact by a party that speaks in these roles.
pub fn by(issuer: &'static str, roles: &'static [Role], fact: Fact) -> Fact {
    By(issuer, roles, Box::new(fact))
}

fn brand() -> Scope {
    Scope::Brand(id("xiaomi"))
}

fn variant() -> Scope {
    Scope::Variant(id("xiaomi.2015015"))
}

/// A brand's word on the seller, everywhere and of everything.
pub fn authorizes(standing: Standing) -> Fact {
    authorizes_only(standing, Reach::Only(vec![id("omni")]), Reach::All)
}

/// A brand's word on some sellers in some countries.
pub fn authorizes_only(
    standing: Standing,
    sellers: Reach<domain::id::SellerId>,
    territory: Territory,
) -> Fact {
    authorizes_as(SalesAuthorization {
        sellers,
        territory,
        ..SalesAuthorization::of_everything(standing, id("xiaomi"))
    })
}

/// A brand's word, or one that was passed on.
pub fn authorizes_as(says: SalesAuthorization) -> Fact {
    Says(brand(), Claim::SalesAuthorization(says))
}

/// The n-th fact, from 0, passed on by a seller to some others.
pub fn passes_on(from: usize, by: &str, to: &[&str]) -> SalesAuthorization {
    SalesAuthorization {
        sellers: Reach::Only(to.iter().map(|one| id(one)).collect()),
        rests_on: Some(PassedOn {
            from: id(&format!("ev-{from}")),
            by: id(by),
        }),
        ..SalesAuthorization::of_everything(Standing::Yes, id("xiaomi"))
    }
}

/// What a network found of the variant.
pub fn certifies(network: &str, result: CertificationResult) -> Fact {
    Says(
        variant(),
        Claim::DeviceCertification(certification(network, result)),
    )
}

/// A network's word on the variant, for any build and carrier, without tests.
pub fn certification(network: &str, result: CertificationResult) -> DeviceCertification {
    DeviceCertification::of(id("xiaomi.2015015"), id(network), result)
}

/// What the platform's owner says.
pub fn platform(standing: Standing) -> Fact {
    let claim = Claim::PlatformCertification {
        variant: id("xiaomi.2015015"),
        platform: "Google".to_owned(),
        standing,
    };
    Says(variant(), claim)
}

/// A regulator's word.
pub fn approves(scheme: &str, country: &str, standing: Standing) -> Fact {
    let claim = Claim::RegulatoryApproval {
        variant: id("xiaomi.2015015"),
        scheme: scheme.to_owned(),
        identifier: "2AFZZ".to_owned(),
        country: country.parse().expect("a country"),
        standing,
    };
    Says(variant(), claim)
}

/// Somebody's word on the units.
pub fn vouches(standing: Standing) -> Fact {
    let claim = Claim::CustodyEvent {
        seller: id("omni"),
        variant: id("xiaomi.2015015"),
        standing,
        first_sale: None,
    };
    Says(Scope::Seller(id("omni")), claim)
}

/// Somebody's word on the units, with where they were first sold.
pub fn first_sold(standing: Standing, places: &[&str]) -> Fact {
    let claim = Claim::CustodyEvent {
        seller: id("omni"),
        variant: id("xiaomi.2015015"),
        standing,
        first_sale: Some(territory(places)),
    };
    Says(Scope::Seller(id("omni")), claim)
}

/// Countries and groups of countries.
pub fn territory(places: &[&str]) -> Territory {
    let places = places.iter().map(|one| one.parse().expect("a region"));
    Reach::Only(places.collect())
}

/// A stop-sale under a scope.
pub fn stops(scope: Scope) -> Fact {
    let cause = "recall".to_owned();
    Says(scope, Claim::StopSale { cause })
}

/// A radio from words: `GSM 1900`, `UMTS B2`, `LTE B41`, `LTE 1900 MHz`; whole lists, or parts of lists.
pub fn radio(claims: &[&str], exhaustive: bool) -> Radio {
    let claims: Vec<BandClaim> = claims
        .iter()
        .map(|text| text.parse().expect("a band"))
        .collect();
    let lists = AccessTechnology::ALL.into_iter().filter_map(|technology| {
        let of: Vec<BandClaim> = claims
            .iter()
            .filter(|claim| claim.technology() == technology)
            .copied()
            .collect();
        // A list that is the whole set may be empty; a partial one that names nothing says nothing.
        (exhaustive || !of.is_empty()).then(|| BandList::new(technology, of, exhaustive))
    });
    Radio::new(lists, None)
}

/// The device's own radio, declared.
pub fn has_radio(radio: Radio) -> Fact {
    let variant_id = id("xiaomi.2015015");
    Says(
        variant(),
        Claim::RadioDeclaration {
            variant: variant_id,
            radio,
        },
    )
}

/// A network's own radio, declared.
pub fn network_has(network: &str, radio: Radio) -> Fact {
    let network = id(network);
    Says(
        Scope::HostNetwork(id("tmobile-us")),
        Claim::NetworkDeclaration { network, radio },
    )
}

/// What somebody says of a radio, for a fit.
pub fn sourced(title: &str, authority: Authority, radio: Radio) -> Sourced<Radio> {
    Sourced {
        value: radio,
        source: Source {
            title: title.into(),
            dated: "2016".into(),
            authority,
            licence: None,
        },
        valid: Period::ALWAYS,
        fact: FactRef::Evidence(id("ev")),
    }
}

/// A policy that demands one requirement, with FCC approval, data at least partial, and one accepted condition.
pub fn demands(demands: &[(Requirement, Demand)]) -> Policy {
    Policy {
        market: id("us"),
        carrier: id("carrier"),
        country: Country::US,
        currency: Currency::USD,
        hosts: vec![id("tmobile-us")],
        host_rule: HostRule::Any,
        refused_licences: Vec::new(),
        trust: Vec::new(),
        categories: vec![CategoryPolicy {
            category: id("smartphone"),
            demands: demands.to_vec(),
            service_min: vec![(Service::Data, Level::Partial)],
            schemes: vec!["FCC".to_owned()],
            disclosed_schemes: Vec::new(),
            conditions: vec!["volte".to_owned()],
            tested: false,
            first_sale: territory(&["US"]),
        }],
    }
}

pub fn must(requirement: Requirement) -> Policy {
    demands(&[(requirement, Demand::Must)])
}

/// The offer of the story: the phone, from the distributor, in the United States.
pub fn offer() -> Offer {
    Offer {
        market: id("us"),
        seller: id("omni"),
        brand: id("xiaomi"),
        model: id("xiaomi.mi-4i"),
        variant: id("xiaomi.2015015"),
        category: id("smartphone"),
        condition: Condition::New,
        build: None,
        listing: Some(id("li-1")),
    }
}

/// A claim as the next entry of a snapshot's record.
pub fn recorded(snapshot: &Snapshot, name: &str, scope: Scope, claim: Claim) -> Recorded {
    let position = snapshot.next_position();
    Recorded {
        position,
        at: now().plus_ms(-1_000_000 + i64::try_from(position).expect("small")),
        scope_version: snapshot.version(&scope) + 1,
        evidence: letter(name, scope, claim),
    }
}

/// What somebody says in a letter.
pub fn letter(name: &str, scope: Scope, claim: Claim) -> Evidence {
    let source = Source::own("A letter", "2016");
    Evidence::entered(id(name), scope, id("issuer"), claim, source)
}

/// The verdict on the story's offer under a policy, from these facts.
pub fn verdict(policy: Option<&Policy>, facts: &[Fact]) -> Verdict {
    verdict_on(&offer(), policy, facts)
}

/// The verdict on an offer under a policy, from these facts; the n-th of them is `ev-n`.
pub fn verdict_on(offer: &Offer, policy: Option<&Policy>, facts: &[Fact]) -> Verdict {
    let snapshot = snapshot(policy, facts);
    let question = Question {
        offer,
        moment: Moment::at(now()),
    };
    let verdict = snapshot.verdict_anew(&question);
    asked_otherwise(&snapshot, &question, &verdict);
    let hosts = policy.map_or(&[][..], |policy| &policy.hosts);
    let versions = Scope::of(offer, hosts).into_iter().map(|scope| {
        let version = snapshot.under(&scope).count() as u64;
        (scope, version)
    });
    assert_eq!(verdict.scopes, versions.collect::<Vec<_>>());
    let requirements = verdict.reasons.iter().map(|reason| reason.requirement);
    assert!(requirements.is_sorted(), "{:#?}", verdict.reasons);
    verdict
}

/// What is known of a policy and these facts.
pub fn snapshot(policy: Option<&Policy>, facts: &[Fact]) -> Snapshot {
    snapshot_of(policy, facts, |_| Period::ALWAYS)
}

/// That, where facts are valid for a period, by their number.
pub fn snapshot_of(
    policy: Option<&Policy>,
    facts: &[Fact],
    valid: impl Fn(usize) -> Period,
) -> Snapshot {
    let set = policy.map(|policy| Says(Scope::Market(id("us")), Claim::Policy(policy.clone())));
    let mut snapshot = Snapshot::new();
    snapshot.put_data_set(id("list"), Arc::new(listed()));
    let mut scopes: Vec<Scope> = Vec::new();
    for (at, fact) in facts.iter().cloned().chain(set).enumerate() {
        let (issuer, roles, fact) = match fact {
            By(issuer, roles, fact) => (issuer, roles, *fact),
            fact => ("issuer", &[][..], fact),
        };
        let (scope, claim) = match fact {
            Says(scope, claim) => (scope, claim),
            By(..) => panic!("one issuer says a fact"),
            Ends(ended, manner) => {
                let ends = id(&format!("ev-{ended}"));
                (scopes[ended].clone(), Claim::Withdrawal { ends, manner })
            }
        };
        scopes.push(scope.clone());
        let version = scopes.iter().filter(|known| **known == scope).count();
        let evidence = Evidence {
            issuer: id(issuer),
            roles: roles.to_vec(),
            valid: valid(at),
            ..letter(&format!("ev-{at}"), scope, claim)
        };
        let recorded = Recorded {
            position: at as u64,
            at: now().plus_ms(-1_000_000 + i64::try_from(at).expect("small")),
            scope_version: version as u64,
            evidence,
        };
        snapshot.apply(recorded).expect("in order");
    }
    snapshot
}

/// Asked by its seat, in brief or for yes or no, twice, an offer gets the same answer.
fn asked_otherwise(snapshot: &Snapshot, question: &Question<'_>, verdict: &Verdict) {
    let seat = snapshot.seat(question.offer);
    for _ in 0..2 {
        assert_eq!(snapshot.verdict(question), *verdict);
        let is_sellable = snapshot.is_sellable(&seat, question.moment.at);
        assert_eq!(is_sellable, verdict.is_sellable());
        let judgement = snapshot.judge(&seat, question.moment);
        assert_eq!(judgement.outcome, verdict.outcome);
        assert_eq!(judgement.is_sellable(), verdict.is_sellable());
        assert_eq!(judgement.holds_until(), verdict.holds_until);
        let blocking = verdict.blocking().map(|reason| reason.requirement);
        assert_eq!(judgement.blocking, blocking.collect());
        let because = judgement.because();
        assert_eq!(because.networks(), verdict.networks);
        assert_eq!(because.reasons().count(), verdict.reasons.len());
        for reason in because.reasons() {
            assert!(verdict.reasons.contains(reason), "{reason:#?}");
        }
        let place = |network| verdict.networks.iter().position(|(one, _)| one == network);
        let mut expected: Vec<Brief> = verdict
            .reasons
            .iter()
            .map(|reason| Brief {
                code: reason.code,
                demand: reason.demand,
                network: reason
                    .network
                    .as_ref()
                    .map_or(Brief::NO_NETWORK, |network| {
                        u8::try_from(place(network).expect("it is one of them")).expect("few")
                    }),
                facts: u8::try_from(reason.facts.len()).expect("few"),
            })
            .collect();
        let mut briefs: Vec<Brief> = judgement.briefs().copied().collect();
        for all in [&mut expected, &mut briefs] {
            all.sort_by_key(|brief| (brief.code, brief.network, brief.facts));
        }
        assert_eq!(briefs, expected);
    }
}

/// A platform owner's list with the variant on it.
fn listed() -> DataSetFacts {
    let row = Sourced {
        value: PlatformListing {
            platform: "Google".to_owned(),
            builds: Vec::new(),
        },
        source: Source {
            title: "A list".into(),
            dated: "2016".into(),
            authority: Authority::PublicList,
            licence: None,
        },
        valid: Period::ALWAYS,
        fact: FactRef::Row {
            data_set: id("list"),
            row: 1,
        },
    };
    let mut facts = DataSetFacts::default();
    facts.platform.insert(id("xiaomi.2015015"), vec![row]);
    facts
}

/// The list speaks from now on.
pub fn activates_list() -> Fact {
    let claim = Claim::DataSetActivation {
        data_set: id("list"),
        sha256: String::new(),
    };
    Says(Scope::Market(id("us")), claim)
}

/// Holds the reasons and the outcome that follow from facts against what is expected.
#[track_caller]
pub fn check(
    policy: &Policy,
    facts: &[Fact],
    outcome: Outcome,
    expected: &[ReasonCode],
) -> Verdict {
    let verdict = verdict(Some(policy), facts);
    let codes: Vec<ReasonCode> = verdict.reasons.iter().map(|reason| reason.code).collect();
    // That no stop-sale stands goes with every answer.
    let without: Vec<ReasonCode> = codes
        .iter()
        .copied()
        .filter(|code| *code != ReasonCode::StopSaleNone)
        .collect();
    assert_eq!(without, expected, "{facts:#?}");
    assert_eq!(verdict.outcome, outcome, "{facts:#?}");
    assert_eq!(verdict.is_sellable(), outcome == Outcome::Sellable);
    verdict
}
