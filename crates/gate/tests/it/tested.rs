//! Certifications for some builds or carriers, and those that rest on tests.

use domain::certification::{
    Builds, CertificationResult, DeviceCertification, RequirementSet, TestReport, Tests,
};
use domain::evidence::{Claim, WithdrawalManner};
use domain::policy::{Level, Policy, Requirement, Service};
use domain::scope::Scope;
use gate::sentence::{self, Ids};
use gate::snapshot::Moment;
use gate::{Outcome, Question, ReasonCode};

use crate::reasons::Case;
use crate::stand::*;

use CertificationResult::{Certified, Conditional, NotCertified};
use Outcome::{Refused, Sellable, Unknown};
use ReasonCode as Code;
use WithdrawalManner::{Revoke, Suspend};

const NETWORK: &str = "tmobile-us";

fn must() -> Policy {
    crate::stand::must(Requirement::DeviceCertification)
}

fn must_be_tested() -> Policy {
    let mut policy = must();
    policy.categories[0].tested = true;
    policy
}

/// What the network asks.
pub fn set() -> Fact {
    set_of(NETWORK)
}

fn set_of(network: &str) -> Fact {
    let set = RequirementSet {
        network: id(network),
        bands: vec!["LTE B2".parse().expect("a band")],
        services: vec![
            (Service::Data, Level::Partial),
            (Service::EmergencyCall, Level::Full),
        ],
        minima: vec![
            "Download rate >= 10 Mbit/s".parse().expect("a threshold"),
            "Registration <= 30 s".parse().expect("a threshold"),
        ],
    };
    Says(Scope::HostNetwork(id(network)), Claim::RequirementSet(set))
}

/// What was found, exactly what is asked; `change` says where not.
pub fn report(set: usize, change: impl FnOnce(&mut TestReport)) -> Fact {
    let mut report = TestReport {
        variant: id("xiaomi.2015015"),
        requirement_set: id(&format!("ev-{set}")),
        laboratory: id("lab"),
        build: "V8.2.1".parse().expect("a build"),
        bands: vec!["LTE B2".parse().expect("a band")],
        services: vec![
            (Service::Data, Level::Partial),
            (Service::EmergencyCall, Level::Full),
        ],
        figures: vec![
            "Download rate = 10 Mbit/s".parse().expect("a figure"),
            "Registration = 30 s".parse().expect("a figure"),
        ],
    };
    change(&mut report);
    says(Claim::TestReport(report))
}

fn says(claim: Claim) -> Fact {
    Says(Scope::Variant(id("xiaomi.2015015")), claim)
}

pub fn certifies_so(change: impl FnOnce(&mut DeviceCertification)) -> Fact {
    let mut says_so = certification(NETWORK, Certified);
    change(&mut says_so);
    says(Claim::DeviceCertification(says_so))
}

/// Certified, by these tests.
pub fn rests_on(set: usize, reports: &[usize]) -> Fact {
    certifies_so(|says| says.tests = Some(tests(set, reports)))
}

fn tests(set: usize, reports: &[usize]) -> Tests {
    let named = reports.iter().map(|report| id(&format!("ev-{report}")));
    Tests {
        requirement_set: id(&format!("ev-{set}")),
        reports: named.collect(),
    }
}

fn builds(first: &str, last: &str) -> Builds {
    let build = |text: &str| (!text.is_empty()).then(|| text.parse().expect("a build"));
    Builds::new(build(first), build(last)).expect("in order")
}

pub fn for_builds(result: CertificationResult) -> Fact {
    certifies_so(|says| {
        says.builds = builds("V8.2", "V8.10");
        says.result = result;
    })
}

fn on_file(facts: Vec<Fact>) -> Case {
    (must(), facts, Sellable, vec![Code::CertificationOnFile])
}

fn refused(facts: Vec<Fact>, code: Code) -> Case {
    (must(), facts, Refused, vec![code])
}

pub fn as_asked(_: &mut TestReport) {}

/// A report that is not enough, and by which change.
fn below(change: impl FnOnce(&mut TestReport)) -> Case {
    let facts = vec![set(), report(0, change), rests_on(0, &[1])];
    refused(facts, Code::CertificationBelowMinimum)
}

fn that_rest_on_tests() -> Vec<Case> {
    let whole = || vec![set(), report(0, as_asked), rests_on(0, &[1])];
    let with = |more: Vec<Fact>| [whole(), more].concat();
    vec![
        on_file(whole()),
        refused(vec![rests_on(9, &[])], Code::CertificationSetMissing),
        // Another network's set is not this one's.
        refused(
            vec![set_of("other"), report(0, as_asked), rests_on(0, &[1])],
            Code::CertificationSetMissing,
        ),
        refused(
            with(vec![Ends(0, Suspend)]),
            Code::CertificationSetWithdrawn,
        ),
        on_file(with(vec![Ends(0, Suspend), Ends(3, Revoke)])),
        refused(
            vec![set(), rests_on(0, &[7])],
            Code::CertificationReportMissing,
        ),
        refused(
            vec![set(), set(), report(1, as_asked), rests_on(0, &[2])],
            Code::CertificationReportMissing,
        ),
        refused(
            with(vec![Ends(1, Revoke)]),
            Code::CertificationReportWithdrawn,
        ),
        // A requirement set without a report is not reached.
        refused(
            vec![set(), rests_on(0, &[])],
            Code::CertificationBelowMinimum,
        ),
        // Each report that is named must stand, though one would reach everything.
        refused(
            vec![
                set(),
                report(0, as_asked),
                report(0, as_asked),
                rests_on(0, &[1, 2]),
                Ends(2, Revoke),
            ],
            Code::CertificationReportWithdrawn,
        ),
        // One certification that counts is enough, whatever another lacks.
        on_file(with(vec![Ends(0, Suspend), certifies(NETWORK, Certified)])),
        // Of several that lack something, the one that lacks least is told.
        refused(
            with(vec![rests_on(9, &[]), Ends(1, Revoke)]),
            Code::CertificationReportWithdrawn,
        ),
        refused(
            with(vec![certifies(NETWORK, NotCertified)]),
            Code::CertificationRefused,
        ),
        (
            must_be_tested(),
            vec![certifies(NETWORK, Certified)],
            Refused,
            vec![Code::CertificationUntested],
        ),
        (
            must_be_tested(),
            whole(),
            Sellable,
            vec![Code::CertificationOnFile],
        ),
        refused(
            vec![
                set(),
                report(0, as_asked),
                certifies_so(|says| {
                    says.tests = Some(tests(0, &[1]));
                    says.result = Conditional("roaming".to_owned());
                }),
            ],
            Code::CertificationConditional,
        ),
    ]
}

fn below_the_minimum() -> Vec<Case> {
    let figure = |at: usize, text: &'static str| {
        move |report: &mut TestReport| report.figures[at] = text.parse().expect("a figure")
    };
    vec![
        below(|report| report.bands = vec!["LTE B4".parse().expect("a band")]),
        below(|report| report.services[0].1 = Level::FallbackOnly),
        below(|report| report.services.truncate(1)),
        below(figure(0, "Download rate = 9.999999 Mbit/s")),
        below(figure(1, "Registration = 30.000001 s")),
        below(figure(1, "Registration = 5 ms")),
        below(|report| report.figures.truncate(1)),
        // What one report reaches, another may deny.
        refused(
            vec![
                set(),
                report(0, as_asked),
                report(0, figure(0, "Download rate = 2 Mbit/s")),
                rests_on(0, &[1, 2]),
            ],
            Code::CertificationBelowMinimum,
        ),
        // Several reports may share the work.
        on_file(vec![
            set(),
            report(0, |report| report.figures.truncate(1)),
            report(0, |report| {
                report.bands.clear();
                report.services.clear();
                report.figures.remove(0);
            }),
            rests_on(0, &[1, 2]),
        ]),
    ]
}

fn for_some() -> Vec<Case> {
    let not_stated = || vec![Code::CertificationBuildNotStated];
    let for_carrier = |carrier: &str| certifies_so(|says| says.carrier = Some(id(carrier)));
    let refused_for = |carrier: &str| {
        certifies_so(|says| {
            says.carrier = Some(id(carrier));
            says.result = NotCertified;
        })
    };
    vec![
        (must(), vec![for_builds(Certified)], Unknown, not_stated()),
        (
            must(),
            vec![for_builds(NotCertified)],
            Unknown,
            not_stated(),
        ),
        (
            must(),
            vec![certifies(NETWORK, Certified), for_builds(NotCertified)],
            Unknown,
            not_stated(),
        ),
        on_file(vec![certifies(NETWORK, Certified), for_builds(Certified)]),
        refused(
            vec![certifies(NETWORK, NotCertified), for_builds(Certified)],
            Code::CertificationRefused,
        ),
        // Stating the build would not help.
        refused(
            vec![certifies_so(|says| {
                says.builds = builds("V8.2", "V8.10");
                says.tests = Some(tests(9, &[]));
            })],
            Code::CertificationSetMissing,
        ),
        on_file(vec![for_carrier("carrier")]),
        refused(vec![for_carrier("other")], Code::CertificationMissing),
        on_file(vec![certifies(NETWORK, Certified), refused_for("other")]),
        refused(
            vec![certifies(NETWORK, Certified), refused_for("carrier")],
            Code::CertificationRefused,
        ),
        refused(
            vec![for_carrier("other"), Ends(0, Revoke)],
            Code::CertificationMissing,
        ),
    ]
}

pub fn cases() -> Vec<Case> {
    [that_rest_on_tests(), below_the_minimum(), for_some()].concat()
}

#[test]
fn a_certification_for_some_builds_is_for_these_and_no_others() {
    let missing = (Refused, Code::CertificationMissing);
    let on_file = (Sellable, Code::CertificationOnFile);
    for (stated, expected) in [
        ("V8.1", missing),
        ("V8.2", on_file),
        ("V8.9", on_file),
        ("V8.10", on_file),
        ("V8.10.1", missing),
        ("V9", missing),
    ] {
        let mut offer = offer();
        offer.build = Some(stated.parse().expect("a build"));
        let facts = [for_builds(Certified)];
        let verdict = verdict_on(&offer, Some(&must()), &facts);
        let code = verdict.reasons.last().expect("asked").code;
        assert_eq!((verdict.outcome, code), expected, "{stated}");
    }
}

#[test]
fn what_is_remembered_for_one_build_answers_no_other() {
    let snapshot = snapshot(Some(&must()), &[for_builds(Certified)]);
    for stated in ["", "V8.1", "V8.2", "V9", "V8.9", ""] {
        let mut offer = offer();
        offer.build = (!stated.is_empty()).then(|| stated.parse().expect("a build"));
        let question = Question {
            offer: &offer,
            moment: Moment::at(now()),
        };
        // First as a stranger, whose build was never met; then as one that is known.
        for _ in 0..2 {
            let anew = snapshot.verdict_anew(&question);
            assert_eq!(snapshot.verdict(&question), anew, "{stated:?}");
            let seat = snapshot.seat(&offer);
            let is_sellable = snapshot.is_sellable(&seat, now());
            assert_eq!(is_sellable, anew.is_sellable(), "{stated:?}");
        }
    }
}

#[test]
fn what_falls_short_is_said_with_figure_and_threshold() {
    let said = |facts: &[Fact]| {
        let verdict = verdict(Some(&must()), facts);
        let reason = verdict.reasons.last().expect("asked");
        let missing = sentence::missing(reason, &Ids).expect("it blocks");
        (
            sentence::sentence(reason, &Ids),
            missing,
            reason.facts.len(),
        )
    };
    let slow = |text: &'static str| {
        let slow = report(0, |report| {
            report.figures[0] = text.parse().expect("a figure");
        });
        vec![set(), slow, rests_on(0, &[1])]
    };
    let (sentence, missing, facts) = said(&slow("Download rate = 8.5 Mbit/s"));
    assert_eq!(
        sentence,
        "tmobile-us asks for Download rate of at least 10 Mbit/s, and the test reports have 8.5 Mbit/s."
    );
    assert_eq!(
        missing,
        "a test report that reaches what is asked, from tmobile-us"
    );
    assert_eq!(facts, 3, "the certification, the set and the report");
    let (sentence, ..) = said(&slow("Download rate = 850 kbit/s"));
    assert!(
        sentence.ends_with("and the test reports have no such figure in Mbit/s."),
        "{sentence}"
    );
    let (sentence, missing, _) = said(&[for_builds(Certified)]);
    assert!(sentence.ends_with("is not stated."), "{sentence}");
    assert_eq!(
        missing,
        "the software build that the units carry, from the seller"
    );
}
