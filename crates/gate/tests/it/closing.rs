//! Of which claims it is promised that recording them can only close sales, and of which it is not.

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Standing, WithdrawalManner};
use domain::policy::{Policy, Requirement};
use domain::scope::Scope;
use domain::trust::Rank;

use crate::stand::*;
use crate::tested;

use CertificationResult::{Certified, Conditional, NotCertified};
use Standing::{No, Yes};
use WithdrawalManner::Suspend;

/// A claim, and whether it only closes when it is said and when it is taken back.
type Case = (&'static str, Fact, bool, bool);

fn claim_of(fact: &Fact) -> (Scope, Claim) {
    match fact {
        Says(scope, claim) => (scope.clone(), claim.clone()),
        other => panic!("it says nothing: {other:?}"),
    }
}

fn ends(number: usize) -> Claim {
    Claim::Withdrawal {
        ends: id(&format!("ev-{number}")),
        manner: Suspend,
    }
}

#[track_caller]
fn check(policy: &Policy, cases: &[Case]) {
    for (what, fact, by_entering, by_leaving) in cases {
        let (scope, claim) = claim_of(fact);
        let before = snapshot(Some(policy), &[]);
        let told = before.can_only_close(&scope, &claim);
        assert_eq!(told, *by_entering, "{what} is said");
        let with_it = snapshot(Some(policy), std::slice::from_ref(fact));
        let told = with_it.can_only_close(&scope, &ends(0));
        assert_eq!(told, *by_leaving, "{what} is taken back");
        // What ends its withdrawal says it again.
        let ended = snapshot(Some(policy), &[fact.clone(), Ends(0, Suspend)]);
        let told = ended.can_only_close(&scope, &ends(1));
        assert_eq!(told, *by_entering, "{what} is said again");
    }
}

fn certified(result: CertificationResult) -> Fact {
    certifies("tmobile-us", result)
}

#[test]
fn what_only_counts_against_a_sale_closes_and_what_only_counts_for_one_closes_when_it_goes() {
    let market = || Scope::Market(id("us"));
    let statement = Claim::Statement {
        role: "brand".to_owned(),
    };
    let key = Claim::IssuerKey {
        party: id("xiaomi"),
        key: "a key".to_owned(),
    };
    let cases: [Case; 21] = [
        ("a stop-sale", stops(market()), true, false),
        ("a statement", Says(market(), statement), true, true),
        ("a key", Says(market(), key), false, false),
        ("a denial", authorizes(No), true, false),
        ("an authorisation", authorizes(Yes), false, true),
        ("a refusal", certified(NotCertified), true, false),
        ("a certification", certified(Certified), false, true),
        (
            "one on a condition",
            certified(Conditional("volte".to_owned())),
            false,
            true,
        ),
        ("one for builds", tested::for_builds(Certified), false, true),
        ("one by tests", tested::rests_on(0, &[1]), false, true),
        ("a requirement set", tested::set(), false, true),
        (
            "a test report",
            tested::report(0, tested::as_asked),
            false,
            true,
        ),
        ("a platform's yes", platform(Yes), false, true),
        ("a platform's no", platform(No), true, false),
        ("an approval", approves("FCC", "US", Yes), false, true),
        ("a ban", approves("FCC", "US", No), true, false),
        ("units vouched for", vouches(Yes), false, true),
        ("units denied", vouches(No), true, false),
        // Where the units were first sold may be the wrong place.
        ("a first sale", first_sold(Yes, &["US"]), false, false),
        ("a radio", has_radio(radio(&["LTE B2"], true)), false, false),
        ("a list", activates_list(), false, false),
    ];
    check(&must(Requirement::DeviceCertification), &cases);
}

/// One certification that lacks something keeps those of lower ranks from being heard.
#[test]
fn where_certifications_are_ranked_only_a_plain_one_closes_when_it_goes() {
    let ranked = |tested: bool| {
        let mut policy = must(Requirement::DeviceCertification);
        policy.categories[0].tested = tested;
        let rank = Rank {
            issuers: vec!["host".parse().expect("a role")],
            sources: Vec::new(),
        };
        policy.trust = vec![(Requirement::DeviceCertification, vec![rank])];
        policy
    };
    let cases = |is_plain_enough: bool| -> [Case; 8] {
        [
            ("plain", certified(Certified), false, is_plain_enough),
            (
                "on a condition",
                certified(Conditional("volte".to_owned())),
                false,
                false,
            ),
            ("for builds", tested::for_builds(Certified), false, false),
            ("by tests", tested::rests_on(0, &[1]), false, false),
            ("a refusal", certified(NotCertified), true, false),
            ("a set", tested::set(), false, false),
            (
                "a report",
                tested::report(0, tested::as_asked),
                false,
                false,
            ),
            ("an authorisation", authorizes(Yes), false, true),
        ]
    };
    check(&ranked(false), &cases(true));
    check(&ranked(true), &cases(false));
    // Another requirement's ranks make no difference.
    let mut other = must(Requirement::DeviceCertification);
    other.trust = vec![(Requirement::Authenticity, Vec::new())];
    let by_tests: Case = ("by tests", tested::rests_on(0, &[1]), false, true);
    check(&other, &[by_tests]);
}

#[test]
fn what_ends_nothing_that_is_there_or_stands_too_deep_is_not_promised() {
    let scope = Scope::Brand(id("xiaomi"));
    let statement = Claim::Statement {
        role: "brand".to_owned(),
    };
    // Each ends the one before it.
    let ended = |times: usize| {
        let said = Says(scope.clone(), statement.clone());
        let withdrawals = (0..times).map(|number| Ends(number, Suspend));
        let facts: Vec<Fact> = std::iter::once(said).chain(withdrawals).collect();
        snapshot(None, &facts)
    };
    let known = ended(0);
    assert!(known.can_only_close(&scope, &ends(0)));
    assert!(!known.can_only_close(&scope, &ends(7)));
    let elsewhere = Scope::Brand(id("oppo"));
    assert!(!known.can_only_close(&elsewhere, &ends(0)));
    for times in 0..10 {
        let told = ended(times).can_only_close(&scope, &ends(times));
        assert_eq!(told, times < 7, "{times} withdrawals before it");
    }
}
