//! What would make an offer sellable: does each way work, is it as short as it can be, and is there none where nothing
//! helps?

use std::cell::Cell;

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Evidence, Reach, SalesAuthorization, Standing, WithdrawalManner};
use domain::id::PartyId;
use domain::policy::{Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use domain::trust::Role;
use gate::reason::Supplier;
use gate::remedy::{Issuers, Step, WhyNot};
use gate::snapshot::Moment;
use gate::{Question, Snapshot};

use crate::stand::*;

use CertificationResult::{Certified, Conditional, NotCertified};
use Requirement as R;
use Standing::{No, Yes};
use WithdrawalManner::{Revoke, Suspend};

/// Everybody goes by the name of their part.
struct Parts;

impl Issuers for Parts {
    fn of(&self, supplier: &Supplier) -> Vec<PartyId> {
        vec![match supplier {
            Supplier::Brand(id) => id.as_str().parse().expect("an id"),
            Supplier::HostNetwork(id) => id.as_str().parse().expect("an id"),
            Supplier::Seller(id) => id.as_str().parse().expect("an id"),
            Supplier::ThisSeller => id("omni"),
            Supplier::PlatformOwner => id("platform"),
            Supplier::Regulator => id("regulator"),
            Supplier::Operator => id("carrier"),
        }]
    }

    fn roles(&self, _: &PartyId, _: &Scope, _: &Claim) -> Vec<Role> {
        Vec::new()
    }
}

fn why_not(policy: Option<&Policy>, facts: &[Fact]) -> (Snapshot, WhyNot) {
    let (snapshot, offer) = (snapshot(policy, facts), offer());
    let question = Question {
        offer: &offer,
        moment: Moment::at(now()),
    };
    let why_not = snapshot.why_not(&question, &Parts);
    (snapshot, why_not)
}

/// A step in a word or two: who, and what kind of evidence is recorded or which piece is withdrawn.
fn short(step: &Step) -> String {
    match step {
        Step::Record { issuer, claim, .. } => format!("{issuer}:{}", claim.kind()),
        Step::Withdraw { issuer, ends, .. } => format!("{issuer}-{ends}"),
    }
}

/// Holds the ways of the first requirement that blocks against what is expected; takes each way and sees that the
/// requirement no longer blocks, and that with any step left out it still does.
#[track_caller]
fn check(policy: &Policy, facts: &[Fact], expected: &[&[&str]]) {
    let (snapshot, why_not) = why_not(Some(policy), facts);
    let remedy = why_not.remedies.first().expect("something blocks");
    let ways: Vec<Vec<String>> = remedy
        .ways
        .iter()
        .map(|way| way.iter().map(short).collect())
        .collect();
    assert_eq!(ways, expected, "{facts:#?}");
    for way in &remedy.ways {
        assert!(!blocks(&snapshot, remedy.requirement, way), "{way:#?}");
        for left_out in 0..way.len() {
            let mut fewer = way.clone();
            fewer.remove(left_out);
            assert!(blocks(&snapshot, remedy.requirement, &fewer), "{fewer:#?}");
        }
    }
}

/// Whether a requirement blocks once these steps were recorded one after the other.
fn blocks(snapshot: &Snapshot, requirement: Requirement, steps: &[Step]) -> bool {
    let mut snapshot = snapshot.clone();
    for (at, step) in steps.iter().enumerate() {
        let (scope, issuer, claim) = match step.clone() {
            Step::Record {
                scope,
                issuer,
                claim,
            } => (scope, issuer, claim),
            Step::Withdraw {
                scope,
                issuer,
                ends,
                ..
            } => {
                let claim = Claim::Withdrawal {
                    ends,
                    manner: Revoke,
                };
                (scope, issuer, claim)
            }
        };
        let recorded = recorded(&snapshot, &format!("step-{at}"), scope, claim);
        let evidence = Evidence {
            issuer,
            ..recorded.evidence
        };
        let recorded = domain::evidence::Recorded {
            evidence,
            ..recorded
        };
        snapshot.apply(recorded).expect("in order");
    }
    let offer = offer();
    let verdict = snapshot.verdict_anew(&Question {
        offer: &offer,
        moment: Moment::at(now()),
    });
    verdict
        .blocking()
        .any(|reason| reason.requirement == requirement)
}

#[test]
fn what_is_missing_is_said_by_whoever_can() {
    check(
        &must(R::SalesAuthorization),
        &[],
        &[&["xiaomi:sales_authorization"]],
    );
    check(
        &must(R::DeviceCertification),
        &[],
        &[&["tmobile-us:device_certification"]],
    );
    check(
        &must(R::PlatformFit),
        &[],
        &[&["platform:platform_certification"]],
    );
    check(
        &must(R::RegulatoryApproval),
        &[],
        &[&["regulator:regulatory_approval"]],
    );
    check(&must(R::Authenticity), &[], &[&["xiaomi:custody_event"]]);
}

#[test]
fn what_says_no_is_withdrawn_by_whoever_said_it_and_the_yes_is_still_needed() {
    let no_and_missing: &[&[&str]] = &[&["issuer-ev-0", "xiaomi:sales_authorization"]];
    check(
        &must(R::SalesAuthorization),
        &[authorizes(No)],
        no_and_missing,
    );
    let denied_alone = [authorizes(Yes), authorizes(No)];
    check(
        &must(R::SalesAuthorization),
        &denied_alone,
        &[&["issuer-ev-1"]],
    );
    let stopped = [
        stops(Scope::Brand(id("xiaomi"))),
        stops(Scope::Seller(id("omni"))),
    ];
    check(&demands(&[]), &stopped, &[&["issuer-ev-0", "issuer-ev-1"]]);
    let refused = [
        certifies("tmobile-us", NotCertified),
        certifies("tmobile-us", Certified),
    ];
    check(&must(R::DeviceCertification), &refused, &[&["issuer-ev-0"]]);
}

#[test]
fn a_suspension_is_lifted_or_something_new_is_said_and_a_revocation_is_for_good() {
    let suspended = [certifies("tmobile-us", Certified), Ends(0, Suspend)];
    let two: &[&[&str]] = &[&["issuer-ev-1"], &["tmobile-us:device_certification"]];
    check(&must(R::DeviceCertification), &suspended, two);
    let revoked = [certifies("tmobile-us", Certified), Ends(0, Revoke)];
    let one: &[&[&str]] = &[&["tmobile-us:device_certification"]];
    check(&must(R::DeviceCertification), &revoked, one);
    let other_condition = [certifies("tmobile-us", Conditional("none".to_owned()))];
    check(&must(R::DeviceCertification), &other_condition, one);
}

#[test]
fn a_band_that_is_not_there_is_not_declared_and_a_dispute_is_settled_by_who_may() {
    let lacks = [
        has_radio(radio(&["LTE B3"], true)),
        network_has("tmobile-us", radio(&["LTE B4"], true)),
    ];
    check(&must(R::RadioFit), &lacks, &[]);
    let silent = [network_has("tmobile-us", radio(&["LTE B4"], true))];
    check(
        &must(R::RadioFit),
        &silent,
        &[&["xiaomi:radio_declaration"]],
    );
    let nothing: &[&[&str]] = &[];
    check(&must(R::RadioFit), &[], nothing);
    let contradict = [
        has_radio(radio(&["LTE B41"], true)),
        network_has("tmobile-us", radio(&["LTE B4", "LTE B41"], true)),
        network_has("tmobile-us", radio(&["LTE B4"], true)),
    ];
    check(&must(R::RadioFit), &contradict, &[&["issuer-ev-2"]]);
}

#[test]
fn a_market_that_has_not_this_kind_of_product_may_take_it_up() {
    let mut policy = demands(&[]);
    policy.categories[0].category = id("headphones");
    check(&policy, &[], &[&["carrier:policy"]]);
    let (_, why_not) = why_not(None, &[]);
    assert_eq!(why_not.remedies.len(), 1);
    assert!(why_not.remedies[0].ways.is_empty() && why_not.together.is_none());
}

#[test]
fn all_that_blocks_is_mended_together_for_the_network_that_needs_least() {
    let mut policy = demands(&[
        (R::SalesAuthorization, Demand::Must),
        (R::DeviceCertification, Demand::Must),
    ]);
    policy.hosts.push(id("att"));
    let facts = [certifies("tmobile-us", NotCertified)];
    let (_, why) = why_not(Some(&policy), &facts);
    let together: Vec<String> = why.together.expect("it can").iter().map(short).collect();
    assert_eq!(
        together,
        ["xiaomi:sales_authorization", "att:device_certification"]
    );
    policy.host_rule = HostRule::All;
    let (_, why) = why_not(Some(&policy), &facts);
    assert_eq!(why.together.expect("it can").len(), 4);
    let (_, why) = why_not(Some(&policy), &[stops(Scope::Market(id("us")))]);
    assert_eq!(why.verdict.outcome, gate::Outcome::Refused);
}

#[test]
fn asking_leaves_no_trace() {
    let policy = must(R::SalesAuthorization);
    let (snapshot, first) = why_not(Some(&policy), &[authorizes(No)]);
    let offer = offer();
    let question = Question {
        offer: &offer,
        moment: Moment::at(now()),
    };
    assert_eq!(snapshot.verdict(&question), first.verdict);
    assert_eq!(snapshot.verdict_anew(&question), first.verdict);
    assert_eq!(snapshot.why_not(&question, &Parts), first);
}

#[test]
fn what_was_missing_then_is_told_as_it_was_known_then() {
    let policy = must(R::SalesAuthorization);
    let snapshot = snapshot(Some(&policy), &[authorizes(Yes)]);
    let offer = offer();
    // The policy came after the authorisation, and before that there was none.
    let question = Question {
        offer: &offer,
        moment: Moment {
            at: now(),
            known_at: now().plus_ms(-1_000_000),
        },
    };
    let why = snapshot.why_not(&question, &Parts);
    assert_eq!(
        why.remedies[0].reasons[0].code,
        gate::ReasonCode::PolicyMissing
    );
    let question = Question {
        moment: Moment::at(now()),
        ..question
    };
    assert!(snapshot.why_not(&question, &Parts).remedies.is_empty());
}

#[test]
fn units_that_were_first_sold_elsewhere_are_told_anew_and_the_word_before_is_withdrawn() {
    let policy = must(R::LawfulResale);
    check(&policy, &[], &[&["omni:custody_event"]]);
    let elsewhere = [first_sold(Yes, &["CN"])];
    check(
        &policy,
        &elsewhere,
        &[&["issuer-ev-0", "omni:custody_event"]],
    );
}

/// Of two denials one stands in the way of a chain alone, and a word of the brand's own needs no chain.
#[test]
fn what_turns_out_not_to_be_needed_is_left_out_of_a_way() {
    let only = |seller: &str| Reach::Only(vec![id(seller)]);
    let passable = |says: SalesAuthorization| {
        authorizes_as(SalesAuthorization {
            may_be_passed_on: true,
            ..says
        })
    };
    let first = SalesAuthorization {
        sellers: only("s0"),
        ..SalesAuthorization::of_everything(Yes, id("xiaomi"))
    };
    let facts = [
        passable(first),
        passable(passes_on(0, "s0", &["s1"])),
        authorizes_as(passes_on(1, "s1", &["omni"])),
        authorizes_only(No, only("s1"), Reach::All),
        authorizes_only(No, only("omni"), Reach::All),
        Ends(0, Revoke),
    ];
    check(
        &must(R::SalesAuthorization),
        &facts,
        &[&["issuer-ev-4", "xiaomi:sales_authorization"]],
    );
}

/// So many speak for everybody; how often one was asked in which roles.
struct Many {
    parties: usize,
    asked: Cell<usize>,
}

impl Issuers for Many {
    fn of(&self, _: &Supplier) -> Vec<PartyId> {
        let names = (0..self.parties).map(|number| format!("party-{number}"));
        names.map(|name| id(&name)).collect()
    }

    fn roles(&self, _: &PartyId, _: &Scope, _: &Claim) -> Vec<Role> {
        self.asked.set(self.asked.get() + 1);
        Vec::new()
    }
}

#[test]
fn of_many_ways_few_are_told_and_where_none_helps_no_more_are_tried_than_that() {
    let offer = offer();
    let question = Question {
        offer: &offer,
        moment: Moment::at(now()),
    };
    for (ranks, parties, ways, asked) in [
        (None, 2, 2, None),
        (None, 60, 3, None),
        // Nobody's word counts.
        (Some(""), 60, 0, Some(48)),
    ] {
        let mut policy = must(R::SalesAuthorization);
        if let Some(ranks) = ranks {
            policy.trust = crate::trust::trusting(R::SalesAuthorization, ranks).trust;
        }
        let many = Many {
            parties,
            asked: Cell::new(0),
        };
        let why = snapshot(Some(&policy), &[]).why_not(&question, &many);
        assert_eq!(why.remedies[0].ways.len(), ways, "{ranks:?} {parties}");
        if let Some(asked) = asked {
            assert_eq!(many.asked.get(), asked);
        }
    }
}

#[test]
fn a_step_that_mends_two_networks_is_told_once() {
    let mut policy = must(R::RadioFit);
    policy.hosts = vec![id("tmobile-us"), id("att")];
    policy.host_rule = HostRule::All;
    let network = |name: &str| {
        let claim = Claim::NetworkDeclaration {
            network: id(name),
            radio: radio(&["LTE B4"], true),
        };
        Says(Scope::HostNetwork(id(name)), claim)
    };
    let facts = [
        has_radio(radio(&["LTE B41"], true)),
        has_radio(radio(&["LTE B4"], true)),
        network("tmobile-us"),
        network("att"),
    ];
    let (_, why) = why_not(Some(&policy), &facts);
    assert_eq!(why.remedies.len(), 2);
    let together: Vec<String> = why.together.expect("it can").iter().map(short).collect();
    assert_eq!(together, ["issuer-ev-0"]);
}

/// The network's own word outranks what others say of it, and may be what one of them says.
#[test]
fn of_many_sources_that_differ_the_first_few_are_tried_as_the_partys_own_word() {
    let mut policy = must(R::RadioFit);
    policy.trust = crate::trust::trusting(R::RadioFit, "tmobile-us; issuer").trust;
    let facts = |bands: &[&str]| -> Vec<Fact> {
        let device = has_radio(radio(&["LTE B41"], true));
        let networks = bands
            .iter()
            .map(|band| network_has("tmobile-us", radio(&[band], true)));
        std::iter::once(device).chain(networks).collect()
    };
    let others = [
        "LTE B2", "LTE B3", "LTE B4", "LTE B5", "LTE B7", "LTE B8", "LTE B12", "LTE B13",
    ];
    let with_it = |others: &[&'static str]| facts(&[others, &["LTE B41"]].concat());
    let by_its_word: &[&[&str]] = &[&["tmobile-us:network_declaration"]];
    check(&policy, &with_it(&others[..7]), by_its_word);
    check(&policy, &with_it(&others), &[]);
    // What is said twice is tried once.
    let twice = [&others[..7], &others[..1]].concat();
    check(&policy, &with_it(&twice), by_its_word);
}
