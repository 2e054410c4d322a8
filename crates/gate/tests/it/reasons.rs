//! Every reason code: from which facts it follows, what it comes to, and what it says of whom.

use std::collections::BTreeSet;

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Reach, Standing, WithdrawalManner};
use domain::policy::{Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use gate::reason::Detail;
use gate::sentence::{self, Ids};
use gate::{Outcome, Reason, ReasonCode};

use crate::stand::*;

use CertificationResult::{Certified, Conditional, NotCertified};
use Outcome::{Disputed, Refused, Sellable, Unknown};
use ReasonCode as Code;
use Requirement as R;
use Standing::{No, Yes};
use WithdrawalManner::{Correct, Revoke, Suspend};

/// A policy, facts, and what follows.
pub type Case = (Policy, Vec<Fact>, Outcome, Vec<Code>);

fn brand_scope() -> Scope {
    Scope::Brand(id("xiaomi"))
}

fn lte(device: &[&str], device_whole: bool, network: &[&str], network_whole: bool) -> Vec<Fact> {
    vec![
        has_radio(radio(device, device_whole)),
        network_has("tmobile-us", radio(network, network_whole)),
    ]
}

fn stop_sales() -> Vec<Case> {
    let scopes = [
        Scope::Market(id("us")),
        brand_scope(),
        Scope::Seller(id("omni")),
        Scope::HostNetwork(id("tmobile-us")),
        Scope::Model(id("xiaomi.mi-4i")),
        Scope::Variant(id("xiaomi.2015015")),
        Scope::Listing(id("li-1")),
    ];
    let mut cases: Vec<Case> = scopes
        .into_iter()
        .map(|scope| {
            (
                demands(&[]),
                vec![stops(scope)],
                Refused,
                vec![Code::StopSaleStands],
            )
        })
        .collect();
    cases.push((
        demands(&[]),
        vec![stops(brand_scope()), Ends(0, Revoke)],
        Sellable,
        vec![],
    ));
    cases.push((
        demands(&[]),
        vec![stops(Scope::Brand(id("other")))],
        Sellable,
        vec![],
    ));
    cases
}

fn authorizations() -> Vec<Case> {
    let must = || must(R::SalesAuthorization);
    let only = |sellers: &[&str], countries: &[&str]| {
        let sellers = Reach::Only(sellers.iter().map(|seller| id(seller)).collect());
        let countries = countries
            .iter()
            .map(|code| code.parse().expect("a country"))
            .collect();
        authorizes_only(Yes, sellers, Reach::Only(countries))
    };
    vec![
        (must(), vec![], Refused, vec![Code::AuthorizationMissing]),
        (
            must(),
            vec![authorizes(Yes)],
            Sellable,
            vec![Code::AuthorizationOnFile],
        ),
        (
            must(),
            vec![only(&[], &["US"])],
            Refused,
            vec![Code::AuthorizationMissing],
        ),
        (
            must(),
            vec![only(&["omni"], &[])],
            Refused,
            vec![Code::AuthorizationMissing],
        ),
        (
            must(),
            vec![only(&["omni"], &["GB"])],
            Refused,
            vec![Code::AuthorizationMissing],
        ),
        (
            must(),
            vec![only(&["other"], &["US"])],
            Refused,
            vec![Code::AuthorizationMissing],
        ),
        (
            must(),
            vec![only(&["omni", "other"], &["US"])],
            Sellable,
            vec![Code::AuthorizationOnFile],
        ),
        (
            must(),
            vec![authorizes(Yes), Ends(0, Revoke)],
            Refused,
            vec![Code::AuthorizationWithdrawn],
        ),
        (
            must(),
            vec![authorizes(Yes), Ends(0, Correct)],
            Refused,
            vec![Code::AuthorizationWithdrawn],
        ),
        (
            must(),
            vec![authorizes(Yes), Ends(0, Suspend)],
            Refused,
            vec![Code::AuthorizationWithdrawn],
        ),
        (
            must(),
            vec![authorizes(Yes), Ends(0, Suspend), Ends(1, Revoke)],
            Sellable,
            vec![Code::AuthorizationOnFile],
        ),
        (
            must(),
            vec![authorizes(Yes), Ends(0, Revoke), authorizes(Yes)],
            Sellable,
            vec![Code::AuthorizationOnFile],
        ),
        (
            must(),
            vec![authorizes(Yes), authorizes(No)],
            Refused,
            vec![Code::AuthorizationDenied],
        ),
        (
            must(),
            vec![authorizes(No)],
            Refused,
            vec![Code::AuthorizationMissing, Code::AuthorizationDenied],
        ),
        (
            must(),
            vec![authorizes(Yes), authorizes(No), Ends(1, Revoke)],
            Sellable,
            vec![Code::AuthorizationOnFile],
        ),
    ]
}

fn certifications() -> Vec<Case> {
    let must = || must(R::DeviceCertification);
    let by = |result| certifies("tmobile-us", result);
    let on = |condition: &str| by(Conditional(condition.to_owned()));
    vec![
        (must(), vec![], Refused, vec![Code::CertificationMissing]),
        (
            must(),
            vec![by(Certified)],
            Sellable,
            vec![Code::CertificationOnFile],
        ),
        (
            must(),
            vec![certifies("other", Certified)],
            Refused,
            vec![Code::CertificationMissing],
        ),
        (
            must(),
            vec![by(NotCertified)],
            Refused,
            vec![Code::CertificationRefused],
        ),
        (
            must(),
            vec![by(Certified), by(NotCertified)],
            Refused,
            vec![Code::CertificationRefused],
        ),
        (
            must(),
            vec![on("volte")],
            Sellable,
            vec![Code::CertificationOnFile],
        ),
        (
            must(),
            vec![on("roaming")],
            Refused,
            vec![Code::CertificationConditional],
        ),
        (
            must(),
            vec![by(Certified), Ends(0, Suspend)],
            Refused,
            vec![Code::CertificationWithdrawn],
        ),
        (
            must(),
            vec![by(Certified), Ends(0, Suspend), Ends(1, Revoke)],
            Sellable,
            vec![Code::CertificationOnFile],
        ),
    ]
}

fn radios() -> Vec<Case> {
    let must = || must(R::RadioFit);
    vec![
        (must(), vec![], Unknown, vec![Code::RadioUnknown]),
        (
            must(),
            lte(&["LTE B2", "LTE B4"], true, &["LTE B2"], true),
            Sellable,
            vec![Code::RadioFits],
        ),
        (
            must(),
            lte(&["LTE B3"], true, &["LTE B2"], true),
            Refused,
            vec![Code::RadioNoLteBand],
        ),
        (
            must(),
            lte(&["GSM 900"], true, &["GSM 1900"], true),
            Refused,
            vec![Code::RadioBelowMinimum],
        ),
        // What a partial list does not print, the device may have.
        (
            must(),
            lte(&["LTE B3"], false, &["LTE B2"], true),
            Unknown,
            vec![Code::RadioUnknown],
        ),
        (
            must(),
            lte(&["LTE B2"], true, &["LTE 1900 MHz"], true),
            Unknown,
            vec![Code::RadioUnknown],
        ),
        (
            must(),
            vec![has_radio(radio(&["LTE B2"], true))],
            Unknown,
            vec![Code::RadioUnknown],
        ),
        (
            must(),
            [
                lte(&["LTE B2"], true, &["LTE B2"], true),
                vec![network_has("tmobile-us", radio(&["LTE B41"], true))],
            ]
            .concat(),
            Disputed,
            vec![Code::RadioDisputed],
        ),
    ]
}

fn the_rest() -> Vec<Case> {
    let (platform_must, approval) = (|| must(R::PlatformFit), || must(R::RegulatoryApproval));
    let authenticity = || must(R::Authenticity);
    let mut closed = demands(&[]);
    closed.categories.clear();
    let mut no_scheme = approval();
    no_scheme.categories[0].schemes.clear();
    let shown = |mut policy: Policy| {
        policy.categories[0].disclosed_schemes = vec!["SAR".to_owned()];
        policy
    };
    let only_shown = shown(no_scheme.clone());
    vec![
        (closed, vec![], Refused, vec![Code::PolicyMissing]),
        (
            platform_must(),
            vec![],
            Unknown,
            vec![Code::PlatformUnknown],
        ),
        (
            platform_must(),
            vec![platform(Yes)],
            Sellable,
            vec![Code::PlatformCertified],
        ),
        (
            platform_must(),
            vec![activates_list()],
            Sellable,
            vec![Code::PlatformCertified],
        ),
        (
            platform_must(),
            vec![activates_list(), Ends(0, Revoke)],
            Unknown,
            vec![Code::PlatformUnknown],
        ),
        (
            platform_must(),
            vec![activates_list(), platform(No)],
            Refused,
            vec![Code::PlatformRefused],
        ),
        (approval(), vec![], Unknown, vec![Code::ApprovalUnknown]),
        (
            shown(approval()),
            vec![approves("FCC", "US", Yes), approves("SAR", "US", No)],
            Sellable,
            vec![Code::ApprovalOnFile, Code::ApprovalRefused],
        ),
        (
            only_shown,
            vec![approves("SAR", "US", Yes)],
            Unknown,
            vec![Code::ApprovalOnFile, Code::ApprovalUnknown],
        ),
        (
            approval(),
            vec![approves("FCC", "US", Yes)],
            Sellable,
            vec![Code::ApprovalOnFile],
        ),
        (
            approval(),
            vec![approves("FCC", "GB", Yes)],
            Unknown,
            vec![Code::ApprovalUnknown],
        ),
        (
            approval(),
            vec![approves("CE", "US", Yes)],
            Unknown,
            vec![Code::ApprovalUnknown],
        ),
        (
            approval(),
            vec![approves("FCC", "US", Yes), approves("FCC", "US", No)],
            Refused,
            vec![Code::ApprovalRefused],
        ),
        (
            no_scheme,
            vec![approves("FCC", "US", Yes)],
            Unknown,
            vec![Code::ApprovalUnknown],
        ),
        (
            authenticity(),
            vec![],
            Unknown,
            vec![Code::AuthenticityNotVouched],
        ),
        (
            authenticity(),
            vec![vouches(Yes)],
            Sellable,
            vec![Code::AuthenticityVouched],
        ),
        (
            authenticity(),
            vec![vouches(Yes), vouches(No)],
            Refused,
            vec![Code::AuthenticityRefused],
        ),
    ]
}

fn cases() -> Vec<Case> {
    [
        stop_sales(),
        authorizations(),
        certifications(),
        crate::tested::cases(),
        radios(),
        the_rest(),
        crate::granted::cases(),
    ]
    .concat()
}

#[test]
fn each_reason_follows_from_its_facts() {
    for (policy, facts, outcome, codes) in cases() {
        check(&policy, &facts, outcome, &codes);
    }
}

#[test]
fn every_code_is_reached_and_carries_its_outcome() {
    let mut reached: BTreeSet<Code> = BTreeSet::new();
    for (policy, facts, outcome, codes) in cases() {
        let reasons = verdict(Some(&policy), &facts).reasons;
        for reason in &reasons {
            reached.insert(reason.code);
            assert_eq!(reason.requirement, reason.code.requirement());
            assert_eq!(reason.outcome(), reason.code.outcome());
        }
        // Where one requirement is asked, the worst of its reasons that can block is the verdict.
        let must = reasons.iter().filter(|one| one.demand == Demand::Must);
        let worst = must.map(|one| one.outcome()).max();
        assert_eq!(worst.unwrap_or(Sellable), outcome, "{codes:?}");
    }
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(reached, all);
}

#[test]
fn what_blocks_says_what_is_missing_and_from_whom() {
    for (policy, facts, outcome, _) in cases() {
        let verdict = verdict(Some(&policy), &facts);
        assert_eq!(
            verdict.blocking().next().is_some(),
            outcome != Sellable,
            "{facts:?}"
        );
        for reason in verdict.blocking() {
            assert!(sentence::missing(reason, &Ids).is_some(), "{reason:?}");
        }
    }
}

/// A sentence says no more of a party than the evidence does.
#[test]
fn no_sentence_says_more_than_its_evidence() {
    let never = [
        "unauthor",
        "illegal",
        "counterfeit",
        "fake",
        "grey market",
        "not genuine",
        "not authorised",
    ];
    let may_say = [Code::AuthorizationDenied, Code::AuthenticityRefused];
    for (policy, facts, ..) in cases() {
        for reason in &verdict(Some(&policy), &facts).reasons {
            let said = sentence::sentence(reason, &Ids);
            let is_sentence =
                said.ends_with('.') && said.chars().next().is_some_and(char::is_uppercase);
            assert!(
                is_sentence || said.starts_with("issuer") || said.starts_with("tmobile"),
                "{said:?}"
            );
            if !may_say.contains(&reason.code) {
                let lower = said.to_lowercase();
                assert!(!never.iter().any(|word| lower.contains(word)), "{said:?}");
            }
        }
    }
}

#[test]
fn what_is_disclosed_is_shown_and_never_blocks() {
    for (policy, facts, _, codes) in cases() {
        let mut disclosed = policy.clone();
        for category in &mut disclosed.categories {
            for (_, demand) in &mut category.demands {
                *demand = Demand::Disclose;
            }
        }
        let is_asked = disclosed
            .categories
            .iter()
            .any(|one| !one.demands.is_empty());
        if is_asked {
            let verdict = check(&disclosed, &facts, Sellable, &codes);
            let not_so = verdict
                .reasons
                .iter()
                .filter(|one| one.outcome() != Sellable);
            assert_eq!(verdict.notices().count(), not_so.count());
        }
    }
}

#[test]
fn the_worst_of_what_must_be_wins() {
    let all = demands(&R::ALL.map(|requirement| (requirement, Demand::Must)));
    let mut facts = vec![
        authorizes(Yes),
        certifies("tmobile-us", Certified),
        platform(Yes),
        approves("FCC", "US", Yes),
        first_sold(Yes, &["US"]),
    ];
    facts.extend(lte(&["LTE B2"], true, &["LTE B2"], true));
    assert!(verdict(Some(&all), &facts).is_sellable());
    let other_list = network_has("tmobile-us", radio(&["LTE B41"], true));
    // Each adds something worse: unknown, then disputed, then refused.
    facts.push(Ends(4, Revoke));
    assert_eq!(verdict(Some(&all), &facts).outcome, Unknown);
    facts.push(other_list);
    assert_eq!(verdict(Some(&all), &facts).outcome, Disputed);
    facts.push(Ends(0, Revoke));
    assert_eq!(verdict(Some(&all), &facts).outcome, Refused);
}

#[test]
fn one_certified_network_is_enough_or_all_are_needed() {
    let mut policy = must(R::DeviceCertification);
    policy.hosts = vec![id("one"), id("other")];
    let facts = [certifies("one", Certified)];
    let codes = [Code::CertificationOnFile, Code::CertificationMissing];
    let any = check(&policy, &facts, Sellable, &codes);
    assert_eq!(
        any.networks,
        [(id("one"), Sellable), (id("other"), Refused)]
    );
    policy.host_rule = HostRule::All;
    check(&policy, &facts, Refused, &codes);
    let both = [certifies("one", Certified), certifies("other", Certified)];
    check(&policy, &both, Sellable, &[Code::CertificationOnFile; 2]);
    // A market that rides on no network cannot fulfil what depends on one.
    policy.hosts.clear();
    check(&policy, &both, Unknown, &[]);
}

#[test]
fn nothing_known_is_nothing_sold() {
    let verdict = verdict(None, &[authorizes(Yes), certifies("tmobile-us", Certified)]);
    assert_eq!(verdict.outcome, Refused);
    assert_eq!(verdict.reasons[0].code, Code::PolicyMissing);
    assert_eq!(
        sentence::missing(&verdict.reasons[0], &Ids).as_deref(),
        Some("a policy for this kind of product, from the operator")
    );
}

/// February 2016: the phone is refused for the reasons of the reports, and what is not known is said to be so.
#[test]
fn the_phone_of_the_story_is_refused_for_its_reasons() {
    let mut policy = demands(&[
        (R::SalesAuthorization, Demand::Must),
        (R::DeviceCertification, Demand::Must),
        (R::RadioFit, Demand::Must),
        (R::RegulatoryApproval, Demand::Must),
        (R::Authenticity, Demand::Must),
        (R::PlatformFit, Demand::Disclose),
    ]);
    policy.categories[0].service_min = vec![
        (
            domain::policy::Service::Data,
            domain::policy::Level::Partial,
        ),
        (
            domain::policy::Service::Voice,
            domain::policy::Level::FallbackOnly,
        ),
    ];
    let facts = vec![
        has_radio(crate::fits::mi_4i()),
        network_has("tmobile-us", crate::fits::tmobile_2015()),
        authorizes_only(No, Reach::All, Reach::All),
        certifies("tmobile-us", NotCertified),
        activates_list(),
    ];
    let verdict = check(
        &policy,
        &facts,
        Refused,
        &[
            Code::AuthorizationMissing,
            Code::AuthorizationDenied,
            Code::CertificationRefused,
            Code::RadioNoLteBand,
            Code::PlatformCertified,
            Code::ApprovalUnknown,
            Code::AuthenticityNotVouched,
        ],
    );
    let blocking: Vec<Code> = verdict.blocking().map(|reason| reason.code).collect();
    assert!(
        !blocking.contains(&Code::PlatformCertified) && blocking.len() == 6,
        "{blocking:?}"
    );
    assert_eq!(verdict.notices().count(), 0);
    let statement = Says(
        brand_scope(),
        Claim::Statement {
            role: "brand".to_owned(),
        },
    );
    let with_words = [facts, vec![statement]].concat();
    assert_eq!(
        crate::stand::verdict(Some(&policy), &with_words).outcome,
        Refused,
        "words have no force"
    );
}

#[test]
fn more_reasons_than_are_kept_at_hand_are_all_told() {
    let mut policy = must(R::DeviceCertification);
    policy.hosts = (0..10).map(|number| id(&format!("net-{number}"))).collect();
    let facts = [certifies("net-9", Certified)];
    let mut codes = vec![Code::CertificationMissing; 9];
    codes.push(Code::CertificationOnFile);
    check(&policy, &facts, Sellable, &codes);
}

#[test]
fn a_network_that_a_policy_names_twice_stops_the_sale_once() {
    let mut policy = demands(&[]);
    policy.hosts = vec![id("tmobile-us"), id("tmobile-us")];
    let stopped = [stops(Scope::HostNetwork(id("tmobile-us")))];
    check(&policy, &stopped, Refused, &[Code::StopSaleStands]);
}

#[test]
fn only_data_that_lacks_lte_is_told_as_lacking_its_bands() {
    use domain::policy::{Level, Service};
    let facts = lte(&["GSM 900"], true, &["GSM 1900", "LTE B2"], true);
    for (service, code) in [
        (Service::Data, Code::RadioNoLteBand),
        (Service::Voice, Code::RadioBelowMinimum),
    ] {
        let mut policy = must(R::RadioFit);
        policy.categories[0].service_min = vec![(service, Level::Partial)];
        check(&policy, &facts, Refused, &[code]);
    }
    // A policy that names no service asks nothing that could be met.
    let mut policy = must(R::RadioFit);
    policy.categories[0].service_min.clear();
    let verdict = check(&policy, &facts, Unknown, &[Code::RadioUnknown]);
    let reason = verdict.reasons.last().expect("asked");
    assert_eq!(reason.detail, Detail::None);
    assert_eq!(
        sentence::sentence(reason, &Ids),
        "The policy asks for radio fit and names no service."
    );
}

/// Others make reasons too, and may know less of them.
#[test]
fn a_reason_without_its_detail_still_is_a_sentence() {
    for (policy, facts, ..) in cases() {
        for reason in verdict(Some(&policy), &facts).reasons {
            let bare = Reason {
                detail: Detail::None,
                ..reason
            };
            for said in [
                sentence::sentence(&bare, &Ids),
                sentence::to_shopper(&bare, &Ids),
                sentence::to_seller(&bare, &Ids),
            ] {
                assert!(said.ends_with('.') && said.len() > 10, "{said:?}");
            }
        }
    }
}

#[test]
fn stop_sales_are_told_in_the_order_of_their_scopes() {
    let facts = [stops(Scope::Seller(id("omni"))), stops(brand_scope())];
    let verdict = check(&demands(&[]), &facts, Refused, &[Code::StopSaleStands; 2]);
    let facts = verdict.blocking().flat_map(|reason| &reason.facts);
    let facts: Vec<String> = facts.map(ToString::to_string).collect();
    assert_eq!(facts, ["evidence:ev-1", "evidence:ev-0"]);
}
