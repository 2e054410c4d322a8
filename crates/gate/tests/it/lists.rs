//! Host networks' lists of approved devices: a row certifies, a later delivery without it withdraws, and a row that comes
//! back returns it.

use std::sync::Arc;

use domain::certification::{Builds, CertificationResult, DeviceCertification};
use domain::evidence::{
    Authority, Claim, Evidence, FactRef, Recorded, Source, Sourced, WithdrawalManner,
};
use domain::policy::{Policy, Requirement};
use domain::scope::Scope;
use domain::trust::{Rank, Role, Trusted};
use domain::{Instant, Period};
use gate::sentence::{self, Ids};
use gate::snapshot::{Approvals, DataSetFacts, Delivery, ListedCertification, Moment};
use gate::{Outcome, Question, Reason, ReasonCode, Snapshot};

use crate::stand::{id, must, offer};
use CertificationResult::{Certified, NotCertified};

const NETWORK: &str = "tmobile-us";
const VARIANT: &str = "xiaomi.2015015";

fn day(text: &str) -> Instant {
    text.parse().expect("a date")
}

/// A row on the phone: what it says, since when, until when; empty: it does not say.
#[derive(Clone)]
struct Row(CertificationResult, bool, &'static str, &'static str);

fn yes() -> Row {
    Row(Certified, false, "", "")
}

fn certification(result: CertificationResult) -> DeviceCertification {
    DeviceCertification::of(id(VARIANT), id(NETWORK), result)
}

/// A delivery of the network's list with these rows on the phone, of this day.
fn delivery(name: &str, dated: &str, rows: &[Row]) -> DataSetFacts {
    let source = Source {
        title: "Approved devices".into(),
        dated: dated.into(),
        authority: Authority::Own,
        licence: None,
    };
    let at = |text: &str| (!text.is_empty()).then(|| day(text));
    let rows = rows
        .iter()
        .zip(1..)
        .map(|(Row(result, is_withdrawn, from, until), row)| Sourced {
            value: ListedCertification {
                says: certification(result.clone()),
                is_withdrawn: *is_withdrawn,
            },
            source: source.clone(),
            valid: Period {
                from: at(from),
                until: at(until),
            },
            fact: FactRef::Row {
                data_set: id(name),
                row,
            },
        });
    let rows: Vec<_> = rows.collect();
    let valid = Period {
        from: at(dated),
        until: None,
    };
    DataSetFacts {
        delivery: Some(Delivery {
            series: "the list".into(),
            valid,
            source,
        }),
        approvals: Some(Approvals {
            issuer: id("net"),
            rows: [(id(VARIANT), rows)]
                .into_iter()
                .filter(|(_, rows)| !rows.is_empty())
                .collect(),
        }),
        ..DataSetFacts::default()
    }
}

/// Evidence is recorded a second after the other, on the first of May.
struct Stand(Snapshot);

impl Stand {
    fn new(policy: &Policy, deliveries: &[(&str, &str, &[Row])]) -> Self {
        let mut stand = Self(Snapshot::new());
        for (name, dated, rows) in deliveries {
            let facts = delivery(name, dated, rows);
            stand.0.put_data_set(id(name), Arc::new(facts));
        }
        stand.says(
            "policy",
            Scope::Market(id("us")),
            Claim::Policy(policy.clone()),
        );
        stand
    }

    fn says(&mut self, name: &str, scope: Scope, claim: Claim) {
        let position = self.0.next_position();
        let version = self.0.version(&scope) + 1;
        let recorded = Recorded {
            position,
            at: day("2016-05-01").plus_ms(1_000 * i64::try_from(position).expect("small")),
            scope_version: version,
            evidence: Evidence::entered(id(name), scope, id("net"), claim, Source::own(name, "")),
        };
        self.0.apply(recorded).expect("in order");
    }

    fn activates(&mut self, name: &str) {
        let position = self.0.next_position();
        let claim = Claim::DataSetActivation {
            data_set: id(name),
            sha256: String::new(),
        };
        self.says(
            &format!("act-{name}-{position}"),
            Scope::Market(id("us")),
            claim,
        );
    }

    fn reason(&self, at: &str) -> Reason {
        let offer = offer();
        let verdict = self.0.verdict(&Question {
            offer: &offer,
            moment: Moment::at(day(at)),
        });
        let mut reasons = verdict.reasons.into_iter();
        let reason = reasons.find(|one| one.requirement == Requirement::DeviceCertification);
        reason.expect("it is asked")
    }

    #[track_caller]
    fn check(&self, at: &str, code: ReasonCode) -> Reason {
        let reason = self.reason(at);
        assert_eq!(reason.code, code, "{at}: {reason:?}");
        reason
    }
}

fn asked() -> Policy {
    must(Requirement::DeviceCertification)
}

use ReasonCode::{
    CertificationMissing as Missing, CertificationOnFile as OnFile,
    CertificationRefused as Refused, CertificationWithdrawn as Withdrawn,
};

#[test]
fn a_row_certifies_a_delivery_without_it_withdraws_and_one_with_it_returns_it() {
    let sets: [(&str, &str, &[Row]); 3] =
        [("d1", "", &[yes()]), ("d2", "", &[]), ("d3", "", &[yes()])];
    let mut stand = Stand::new(&asked(), &sets);
    stand.check("2016-06-01", Missing);
    stand.activates("d1");
    let reason = stand.check("2016-06-01", OnFile);
    assert_eq!(
        reason.facts,
        [FactRef::Row {
            data_set: id("d1"),
            row: 1
        }]
    );
    assert_eq!(reason.issuers, [id("net")]);

    stand.activates("d2");
    let reason = stand.check("2016-06-01", Withdrawn);
    let said = sentence::sentence(&reason, &Ids);
    assert!(
        said.contains("its later list no longer has it (Approved devices, 2016-05-01)"),
        "{said}"
    );
    assert_eq!(
        reason.facts[1],
        FactRef::Row {
            data_set: id("d1"),
            row: 1
        }
    );
    // As of a moment before, the delivery of then speaks.
    stand.check("2016-05-01T00:00:01Z", OnFile);

    stand.activates("d3");
    stand.check("2016-06-01", OnFile);
    stand.activates("d2");
    stand.check("2016-06-01", Withdrawn);
    // The very first once more.
    stand.activates("d1");
    stand.check("2016-06-01", OnFile);
}

#[test]
fn a_delivery_speaks_from_its_own_day_on_and_its_answer_ends_with_the_next() {
    let sets: [(&str, &str, &[Row]); 2] =
        [("d1", "2016-04-01", &[yes()]), ("d2", "2016-07-01", &[])];
    let mut stand = Stand::new(&asked(), &sets);
    stand.activates("d1");
    stand.activates("d2");
    stand.check("2016-03-31", Missing);
    let reason = stand.check("2016-06-01", OnFile);
    assert_eq!(reason.holds_until, None);
    let offer = offer();
    let moment = Moment::at(day("2016-06-01"));
    let verdict = stand.0.verdict(&Question {
        offer: &offer,
        moment,
    });
    assert_eq!(verdict.holds_until, Some(day("2016-07-01")));
    stand.check("2016-07-01", Withdrawn);
}

#[test]
fn a_rows_own_dates_count_and_what_has_expired_is_not_said_to_be_withdrawn() {
    let dated = Row(Certified, false, "2016-02-01", "2016-09-01");
    let sets: [(&str, &str, &[Row]); 2] = [("d1", "", &[dated]), ("d2", "", &[])];
    let mut stand = Stand::new(&asked(), &sets);
    stand.activates("d1");
    stand.check("2016-01-31", Missing);
    let reason = stand.check("2016-02-01", OnFile);
    assert_eq!(reason.holds_until, Some(day("2016-09-01")));
    stand.check("2016-09-01", Missing);
    stand.activates("d2");
    stand.check("2016-08-01", Withdrawn);
    stand.check("2016-09-01", Missing);
}

#[test]
fn a_row_that_says_no_outweighs_a_yes_and_one_that_says_withdrawn_says_so() {
    for (row, code) in [
        (Row(NotCertified, false, "", ""), Refused),
        (Row(NotCertified, true, "", ""), Withdrawn),
    ] {
        let sets: [(&str, &str, &[Row]); 2] = [("d1", "", &[yes()]), ("d2", "", &[row])];
        let mut stand = Stand::new(&asked(), &sets);
        stand.activates("d1");
        stand.activates("d2");
        let reason = stand.check("2016-06-01", code);
        assert_eq!(
            reason.facts,
            [FactRef::Row {
                data_set: id("d2"),
                row: 1
            }]
        );
        // A letter beside it does not help.
        let claim = Claim::DeviceCertification(certification(Certified));
        stand.says("letter", Scope::Variant(id(VARIANT)), claim);
        stand.check("2016-06-01", code);
    }
}

#[test]
fn a_letter_stands_beside_a_list_that_does_not_have_the_device() {
    let sets: [(&str, &str, &[Row]); 2] = [("d1", "", &[yes()]), ("d2", "", &[])];
    let mut stand = Stand::new(&asked(), &sets);
    stand.activates("d1");
    stand.activates("d2");
    let claim = Claim::DeviceCertification(certification(Certified));
    stand.says("letter", Scope::Variant(id(VARIANT)), claim);
    let reason = stand.check("2016-06-01", OnFile);
    assert_eq!(reason.facts, [FactRef::Evidence(id("letter"))]);
    // What was withdrawn last is told: first the letter, then the list.
    let ends = Claim::Withdrawal {
        ends: id("letter"),
        manner: WithdrawalManner::Revoke,
    };
    stand.says("ends", Scope::Variant(id(VARIANT)), ends);
    let reason = stand.check("2016-06-01", Withdrawn);
    assert_eq!(
        reason.facts,
        [
            FactRef::Evidence(id("ends")),
            FactRef::Evidence(id("letter"))
        ]
    );
}

#[test]
fn a_list_is_heard_by_its_name_or_as_its_networks_word() {
    let rank = |issuers: Vec<Trusted>, sources: &[&str]| Rank {
        issuers,
        sources: sources.iter().map(|one| (*one).to_owned()).collect(),
    };
    for (rank, code) in [
        (rank(vec![], &["the list"]), OnFile),
        (rank(vec![Trusted::Role(Role::Host)], &[]), OnFile),
        (rank(vec![Trusted::Party(id("net"))], &[]), OnFile),
        (
            rank(vec![Trusted::Role(Role::Brand)], &["another list"]),
            Missing,
        ),
    ] {
        let policy = Policy {
            trust: vec![(Requirement::DeviceCertification, vec![rank.clone()])],
            ..asked()
        };
        let mut stand = Stand::new(&policy, &[("d1", "", &[yes()])]);
        stand.activates("d1");
        let reason = stand.check("2016-06-01", code);
        assert_eq!(
            reason.not_named.len(),
            usize::from(code == Missing),
            "{rank:?}"
        );
    }
}

#[test]
fn a_row_for_some_builds_answers_no_offer_that_states_another() {
    let mut facts = delivery("d1", "", &[yes()]);
    let builds = Builds::new("V8.2".parse().ok(), None).expect("in order");
    for rows in facts
        .approvals
        .iter_mut()
        .flat_map(|list| list.rows.values_mut())
    {
        rows[0].value.says.builds = builds.clone();
    }
    let mut stand = Stand::new(&asked(), &[]);
    stand.0.put_data_set(id("d1"), Arc::new(facts));
    stand.activates("d1");
    for stated in ["", "V8.3", "V8.1", "V8.2", ""] {
        let mut offer = offer();
        offer.build = stated.parse().ok();
        let moment = Moment::at(day("2016-06-01"));
        let question = Question {
            offer: &offer,
            moment,
        };
        // First as a stranger, whose build was never met; then as one that is known.
        for _ in 0..2 {
            let expected = match stated {
                "" => Outcome::Unknown,
                "V8.1" => Outcome::Refused,
                _ => Outcome::Sellable,
            };
            assert_eq!(stand.0.verdict(&question).outcome, expected, "{stated:?}");
            let seat = stand.0.seat(&offer);
            let is_sellable = stand.0.is_sellable(&seat, day("2016-06-01"));
            assert_eq!(is_sellable, expected == Outcome::Sellable, "{stated:?}");
        }
    }
}

#[test]
fn two_rows_of_one_list_name_its_issuer_and_its_source_once() {
    let mut stand = Stand::new(&asked(), &[("d1", "", &[yes(), yes()])]);
    stand.activates("d1");
    let reason = stand.check("2016-06-01", OnFile);
    let row = |row| FactRef::Row {
        data_set: id("d1"),
        row,
    };
    assert_eq!(reason.facts, [row(1), row(2)]);
    assert_eq!(reason.issuers, [id("net")]);
    assert_eq!(reason.sources.len(), 1, "{:?}", reason.sources);
}
