//! Whose words count where a policy ranks them.

use domain::certification::CertificationResult;
use domain::evidence::{Reach, SalesAuthorization, Standing, WithdrawalManner};
use domain::policy::{Policy, Requirement};
use domain::trust::{Rank, Role};
use gate::sentence::{self, Ids};
use gate::snapshot::Moment;
use gate::{Outcome, Question, ReasonCode, Verdict};

use crate::stand::*;

use Outcome::{Disputed, Refused, Sellable, Unknown};
use ReasonCode as Code;
use Requirement as R;
use Standing::{No, Yes};

/// One requirement, with ranks of issuers: `brand, acme; operator`.
pub fn trusting(requirement: R, ranks: &str) -> Policy {
    let mut policy = must(requirement);
    let rank = |words: &str| Rank {
        issuers: words
            .split(", ")
            .map(|word| word.parse().expect("a role or a party"))
            .collect(),
        sources: Vec::new(),
    };
    let ranks = ranks.split("; ").filter(|rank| !rank.is_empty());
    policy.trust = vec![(requirement, ranks.map(rank).collect())];
    policy
}

/// Holds the last reason's code, and who was set aside, against what is expected.
#[track_caller]
fn check(policy: &Policy, facts: &[Fact], expected: (Outcome, Code), aside: &[&str]) -> Verdict {
    let verdict = verdict(Some(policy), facts);
    let reason = verdict.reasons.last().expect("asked");
    assert_eq!((verdict.outcome, reason.code), expected, "{facts:#?}");
    let issuers = reason
        .not_named
        .iter()
        .filter_map(|one| one.issuer.as_ref());
    let named: Vec<&str> = issuers.map(|issuer| issuer.as_str()).collect();
    assert_eq!(named, aside, "{facts:#?}");
    let said = sentence::sentence(reason, &Ids);
    for who in aside {
        let words =
            format!("{who} says something of it, but this market's policy does not name it");
        assert!(said.contains(&words), "{said}");
    }
    verdict
}

fn brand_says(standing: Standing) -> Fact {
    by("acme", &[Role::Brand], authorizes(standing))
}

fn staff_say(standing: Standing) -> Fact {
    by("staff", &[Role::Operator], authorizes(standing))
}

fn stranger_says(standing: Standing) -> Fact {
    by("stranger", &[], authorizes(standing))
}

#[test]
fn only_those_count_whom_a_rank_names() {
    let on_file = (Sellable, Code::AuthorizationOnFile);
    let missing = (Refused, Code::AuthorizationMissing);
    let denied = (Refused, Code::AuthorizationDenied);
    let brand = trusting(R::SalesAuthorization, "brand");
    check(&brand, &[brand_says(Yes)], on_file, &[]);
    check(&brand, &[stranger_says(Yes)], missing, &["stranger"]);
    // A role is one's own towards this brand, and not a name.
    let namesake = by("brand", &[], authorizes(Yes));
    check(&brand, &[namesake], missing, &["brand"]);
    let both = [brand_says(Yes), stranger_says(No)];
    check(&brand, &both, on_file, &["stranger"]);
    // Where nobody ranks, everybody counts.
    check(&must(R::SalesAuthorization), &both, denied, &[]);
    let by_name = trusting(R::SalesAuthorization, "stranger");
    check(
        &by_name,
        &[brand_says(No), stranger_says(Yes)],
        on_file,
        &["acme"],
    );
    let nobody = trusting(R::SalesAuthorization, "");
    check(&nobody, &[brand_says(Yes)], missing, &["acme"]);
    // Another requirement's ranks say nothing of this one.
    let mut other = must(R::SalesAuthorization);
    other.trust = trusting(R::Authenticity, "brand").trust;
    check(&other, &[stranger_says(Yes)], on_file, &[]);
}

#[test]
fn the_highest_rank_that_speaks_decides_and_within_it_a_no_outweighs() {
    let on_file = (Sellable, Code::AuthorizationOnFile);
    let denied = (Refused, Code::AuthorizationDenied);
    let ranked = trusting(R::SalesAuthorization, "brand; operator");
    check(&ranked, &[staff_say(No), brand_says(Yes)], on_file, &[]);
    check(&ranked, &[brand_says(Yes), staff_say(No)], on_file, &[]);
    check(&ranked, &[staff_say(Yes), brand_says(No)], denied, &[]);
    check(&ranked, &[staff_say(Yes)], on_file, &[]);
    let alike = trusting(R::SalesAuthorization, "brand, operator");
    check(&alike, &[staff_say(No), brand_says(Yes)], denied, &[]);
    // A word that was withdrawn does not speak, and the next rank does.
    let ended = [
        staff_say(Yes),
        brand_says(No),
        Ends(1, WithdrawalManner::Revoke),
    ];
    check(&ranked, &ended, on_file, &[]);
    // A withdrawn word of somebody who is not named is no withdrawal that counts.
    let withdrawn = [stranger_says(Yes), Ends(0, WithdrawalManner::Revoke)];
    check(
        &ranked,
        &withdrawn,
        (Refused, Code::AuthorizationMissing),
        &[],
    );
    let withdrawn = [brand_says(Yes), Ends(0, WithdrawalManner::Revoke)];
    check(
        &ranked,
        &withdrawn,
        (Refused, Code::AuthorizationWithdrawn),
        &[],
    );
}

#[test]
fn each_requirement_heeds_its_ranks() {
    let certified = |result| certifies("tmobile-us", result);
    let yes_and_no: [(R, Fact, Fact, Code); 4] = [
        (
            R::DeviceCertification,
            certified(CertificationResult::Certified),
            certified(CertificationResult::NotCertified),
            Code::CertificationOnFile,
        ),
        (
            R::PlatformFit,
            platform(Yes),
            platform(No),
            Code::PlatformCertified,
        ),
        (
            R::RegulatoryApproval,
            approves("FCC", "US", Yes),
            approves("FCC", "US", No),
            Code::ApprovalOnFile,
        ),
        (
            R::Authenticity,
            vouches(Yes),
            vouches(No),
            Code::AuthenticityVouched,
        ),
    ];
    for (requirement, yes, no, code) in yes_and_no {
        let facts = [by("good", &[Role::Host], yes), by("stranger", &[], no)];
        let named = trusting(requirement, "regulator; host, acme");
        check(&named, &facts, (Sellable, code), &["stranger"]);
        let everybody = verdict(Some(&must(requirement)), &facts);
        assert_eq!(everybody.outcome, Refused, "{requirement}");
        let nobody = verdict(Some(&trusting(requirement, "")), &facts);
        assert!(!nobody.is_sellable(), "{requirement}");
        let reason = nobody.reasons.last().expect("asked");
        assert_eq!(reason.not_named.len(), 2, "{requirement}");
    }
}

#[test]
fn a_list_counts_where_a_rank_names_its_source() {
    // The stand's list is a delivery of no source, and so has no name.
    let mut policy = must(R::PlatformFit);
    let facts = [activates_list()];
    check(&policy, &facts, (Sellable, Code::PlatformCertified), &[]);
    let rank = Rank {
        issuers: Vec::new(),
        sources: vec!["a list".to_owned()],
    };
    policy.trust = vec![(R::PlatformFit, vec![rank])];
    check(&policy, &facts, (Unknown, Code::PlatformUnknown), &[]);
}

#[test]
fn radio_facts_of_one_rank_are_disputed_and_of_two_the_higher_is_heard() {
    let network = network_has("tmobile-us", radio(&["LTE B2"], true));
    let facts = |fits: &'static str, fails: &'static str| {
        vec![
            network.clone(),
            by(fits, &[], has_radio(radio(&["LTE B2"], true))),
            by(fails, &[], has_radio(radio(&["LTE B3"], true))),
        ]
    };
    let check = |ranks: Option<&str>, facts: &[Fact], expected, aside: &[&str]| {
        let policy = match ranks {
            Some(ranks) => trusting(R::RadioFit, ranks),
            None => must(R::RadioFit),
        };
        check(&policy, facts, expected, aside);
    };
    let facts = facts("maker", "tester");
    let fits = (Sellable, Code::RadioFits);
    let lacks = (Refused, Code::RadioNoLteBand);
    let disputed = (Disputed, Code::RadioDisputed);
    check(None, &facts, disputed, &[]);
    check(Some("maker, tester, issuer"), &facts, disputed, &[]);
    check(Some("maker; tester, issuer"), &facts, fits, &[]);
    check(Some("tester; maker; issuer"), &facts, lacks, &[]);
    check(Some("maker, issuer"), &facts, fits, &["tester"]);
    let unknown = (Unknown, Code::RadioUnknown);
    check(Some("maker, tester"), &facts, unknown, &["issuer"]);
}

/// The brand's word to a big seller, which passes it on to the offer's.
fn passed_on(root: &'static str, roles: &'static [Role]) -> [Fact; 2] {
    let big = SalesAuthorization {
        sellers: Reach::Only(vec![id("big")]),
        may_be_passed_on: true,
        quantity: Some(5),
        ..SalesAuthorization::of_everything(Yes, id("xiaomi"))
    };
    [
        by(root, roles, authorizes_as(big)),
        by("big", &[], authorizes_as(passes_on(0, "big", &["omni"]))),
    ]
}

#[test]
fn what_was_passed_on_weighs_what_the_word_weighs_that_it_rests_on() {
    let on_file = (Sellable, Code::AuthorizationOnFile);
    let missing = (Refused, Code::AuthorizationMissing);
    let broken = (Refused, Code::AuthorizationChainBroken);
    let denies_big = || {
        let big = Reach::Only(vec![id("big")]);
        by(
            "staff",
            &[Role::Operator],
            authorizes_only(No, big, Reach::All),
        )
    };
    let brand = trusting(R::SalesAuthorization, "brand");
    let by_brand = passed_on("acme", &[Role::Brand]);
    check(&brand, &by_brand, on_file, &[]);
    let by_stranger = passed_on("stranger", &[]);
    check(&brand, &by_stranger, missing, &["stranger"]);
    // Who passed it on is denied it by somebody whose word weighs less, as much, more, or nothing.
    let with_denial = [by_brand.to_vec(), vec![denies_big()]].concat();
    for (ranks, expected) in [
        ("brand", on_file),
        ("brand; operator", on_file),
        ("brand, operator", broken),
        ("operator; brand", broken),
    ] {
        let policy = trusting(R::SalesAuthorization, ranks);
        check(&policy, &with_denial, expected, &[]);
    }
}

#[test]
fn an_authorisation_that_does_not_count_is_no_quota_and_frees_none() {
    let quotas = |ranks: &str, facts: &[Fact]| {
        let policy = trusting(R::SalesAuthorization, ranks);
        let snapshot = snapshot(Some(&policy), facts);
        let question = Question {
            offer: &offer(),
            moment: Moment::at(now()),
        };
        snapshot.quotas(&question).len()
    };
    let by_brand = passed_on("acme", &[Role::Brand]);
    let facts = [by_brand.to_vec(), vec![stranger_says(Yes)]].concat();
    assert_eq!(quotas("brand", &facts), 1);
    assert_eq!(quotas("brand, stranger", &facts), 0);
    assert_eq!(quotas("stranger", &facts), 0);
    assert_eq!(quotas("stranger", &by_brand), 0, "nothing allows it");
}
