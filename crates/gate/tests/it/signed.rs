//! Whose signature counts: the key's that the market knew when the statement was recorded. What it closes stays closed.

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Evidence, Recorded, Standing, Vouching, WithdrawalManner};
use domain::policy::Requirement;
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::sentence::{self, Ids};
use gate::snapshot::Moment;
use gate::{Question, ReasonCode, Snapshot, Verdict};

use crate::stand::{Says, authorizes, certifies, id, letter, must, offer};
use crate::tested;

const KEY: &str = "xiaomi.example/sales+33d7b496+AeHZ";

fn at(hour: i64) -> Instant {
    let start: Instant = "2016-02-01".parse().expect("reads");
    start.plus_ms(hour * 3_600_000)
}

/// One piece after another, an hour apart.
struct Record {
    snapshot: Snapshot,
    next: i64,
}

impl Record {
    fn new() -> Self {
        Self::asking(Requirement::SalesAuthorization)
    }

    fn asking(requirement: Requirement) -> Self {
        let mut record = Self {
            snapshot: Snapshot::new(),
            next: 0,
        };
        let policy = must(requirement);
        record.put(
            "us-mobile",
            market("us"),
            Claim::Policy(policy),
            None,
            Period::ALWAYS,
        );
        record
    }

    fn put(
        &mut self,
        issuer: &str,
        scope: Scope,
        claim: Claim,
        key: Option<&str>,
        valid: Period,
    ) -> i64 {
        let place = self.next;
        self.next += 1;
        let recorded = Recorded {
            position: place.unsigned_abs(),
            at: at(place),
            scope_version: place.unsigned_abs() + 1,
            evidence: Evidence {
                issuer: id(issuer),
                vouching: key.map_or(Vouching::Operator, |key| Vouching::Signed {
                    key: key.to_owned(),
                }),
                valid,
                ..letter(&format!("ev-{place}"), scope, claim)
            },
        };
        self.snapshot.apply(recorded).expect("in order");
        place
    }

    fn introduces(&mut self, market_id: &str, party: &str, key: &str) -> i64 {
        let claim = Claim::IssuerKey {
            party: id(party),
            key: key.to_owned(),
        };
        self.put("us-mobile", market(market_id), claim, None, Period::ALWAYS)
    }

    fn signs(&mut self, standing: Standing) -> i64 {
        self.says_of_the_seller(standing, Some(KEY))
    }

    fn says_of_the_seller(&mut self, standing: Standing, key: Option<&str>) -> i64 {
        let Says(scope, claim) = authorizes(standing) else {
            panic!("it says something");
        };
        self.put("xiaomi", scope, claim, key, Period::ALWAYS)
    }

    fn loses(&mut self, introduction: i64, from: Option<i64>) {
        let claim = Claim::Withdrawal {
            ends: id(&format!("ev-{introduction}")),
            manner: WithdrawalManner::Revoke,
        };
        let valid = Period {
            from: from.map(at),
            until: None,
        };
        self.put("us-mobile", market("us"), claim, None, valid);
    }

    fn verdict(&self) -> Verdict {
        let offer = offer();
        let question = Question {
            offer: &offer,
            moment: Moment::at(at(self.next)),
        };
        let verdict = self.snapshot.verdict(&question);
        assert_eq!(verdict, self.snapshot.verdict_anew(&question));
        verdict
    }

    fn says(&self) -> ReasonCode {
        let verdict = self.verdict();
        let mut reasons = verdict.reasons.iter();
        let found = reasons.find(|one| one.requirement == Requirement::SalesAuthorization);
        found.expect("it is asked").code
    }
}

fn market(name: &str) -> Scope {
    Scope::Market(id(name))
}

#[test]
fn a_signature_counts_with_a_key_that_the_market_knew_and_the_reason_says_so() {
    let mut record = Record::new();
    record.introduces("us", "xiaomi", KEY);
    let signed = record.signs(Standing::Yes);
    let verdict = record.verdict();
    assert!(verdict.is_sellable());
    let signed = format!("evidence:ev-{signed}");
    let named = verdict.reasons.iter().flat_map(|reason| &reason.signed);
    assert_eq!(named.map(ToString::to_string).collect::<Vec<_>>(), [signed]);
}

#[test]
fn a_signature_by_a_key_that_the_market_does_not_know_counts_for_nothing_and_the_reason_says_so() {
    let strangers: [fn(&mut Record); 3] = [
        |_| {},
        |record| {
            record.introduces("mx", "xiaomi", KEY);
        },
        |record| {
            record.introduces("us", "oppo", KEY);
        },
    ];
    for before in strangers {
        let mut record = Record::new();
        before(&mut record);
        record.signs(Standing::Yes);
        let verdict = record.verdict();
        assert!(!verdict.is_sellable());
        assert_eq!(record.says(), ReasonCode::AuthorizationMissing);
        let mut aside = verdict.reasons.iter().flat_map(|reason| &reason.not_named);
        assert!(aside.any(|aside| aside.is_for_its_key));
    }
}

#[test]
fn a_key_that_is_replaced_leaves_what_it_signed_and_one_that_was_lost_takes_it_away() {
    let mut record = Record::new();
    let introduction = record.introduces("us", "xiaomi", KEY);
    let signed = record.signs(Standing::Yes);
    assert!(record.verdict().is_sellable());
    let mut replaced = Record {
        snapshot: record.snapshot.clone(),
        next: record.next,
    };
    replaced.loses(introduction, None);
    assert!(replaced.verdict().is_sellable());
    replaced.signs(Standing::Yes);
    assert!(
        replaced.verdict().is_sellable(),
        "the one before still stands"
    );
    record.loses(introduction, Some(signed));
    assert_eq!(record.says(), ReasonCode::AuthorizationMissing);
    // Known anew: the market hears it again, from then on and for what was said before.
    record.introduces("us", "xiaomi", KEY);
    assert!(record.verdict().is_sellable());
}

#[test]
fn what_was_signed_with_a_key_that_was_lost_stays_closed_where_it_closed() {
    let mut record = Record::new();
    let introduction = record.introduces("us", "xiaomi", KEY);
    record.says_of_the_seller(Standing::Yes, None);
    let signed = record.signs(Standing::No);
    assert_eq!(record.says(), ReasonCode::AuthorizationDenied);
    record.loses(introduction, Some(signed));
    assert_eq!(record.says(), ReasonCode::AuthorizationDenied);
}

#[test]
fn a_certification_too_counts_with_a_key_that_the_market_knows_and_with_no_other() {
    for (key, expected) in [
        (Some(KEY), true),
        (Some("tower.example+1+AA"), false),
        (None, true),
    ] {
        let mut record = Record::asking(Requirement::DeviceCertification);
        record.introduces("us", "tmobile", KEY);
        let Says(scope, claim) = certifies("tmobile-us", CertificationResult::Certified) else {
            panic!("it says something");
        };
        record.put("tmobile", scope, claim, key, Period::ALWAYS);
        assert_eq!(record.verdict().is_sellable(), expected, "{key:?}");
    }
}

#[test]
fn a_set_or_a_report_that_nobody_vouches_for_is_as_good_as_none() {
    let stranger = Some("tower.example+1+AA");
    for (of_set, of_report, expected) in [
        (None, None, ReasonCode::CertificationOnFile),
        (stranger, None, ReasonCode::CertificationSetMissing),
        (None, stranger, ReasonCode::CertificationReportMissing),
    ] {
        let mut record = Record::asking(Requirement::DeviceCertification);
        for (fact, key) in [
            (tested::set(), of_set),
            (tested::report(1, tested::as_asked), of_report),
            (tested::rests_on(1, &[2]), None),
        ] {
            let Says(scope, claim) = fact else {
                panic!("it says something");
            };
            record.put("tmobile", scope, claim, key, Period::ALWAYS);
        }
        let verdict = record.verdict();
        let reason = verdict.reasons.last().expect("it is asked");
        assert_eq!(reason.code, expected);
    }
}

#[test]
fn who_is_not_heard_is_named_once_with_the_cause() {
    let mut record = Record::new();
    record.signs(Standing::Yes);
    record.signs(Standing::Yes);
    let verdict = record.verdict();
    let reason = verdict.reasons.last().expect("it is asked");
    assert_eq!(reason.not_named.len(), 2);
    let said = sentence::sentence(reason, &Ids);
    let words = "xiaomi says something of it, signed with a key that this market does not know or no longer trusts.";
    assert_eq!(said.matches(words).count(), 1, "{said}");
    assert!(!said.contains("does not name it"), "{said}");
}
