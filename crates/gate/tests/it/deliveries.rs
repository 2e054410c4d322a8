//! Data sets in a market: which delivery of a source speaks, whose licence is refused, and until when an
//! answer holds.

use std::sync::Arc;

use domain::evidence::{
    Authority, Claim, Evidence, FactRef, Recorded, Source, Sourced, WithdrawalManner,
};
use domain::licence::{CommercialUse, Licence};
use domain::policy::{Policy, Requirement};
use domain::scope::Scope;
use domain::trust::Rank;
use domain::{Instant, Period};
use gate::sentence::{self, Ids};
use gate::snapshot::{DataSetFacts, Delivery, Moment, PlatformListing};
use gate::{Outcome, Question, ReasonCode, Snapshot, Verdict};

use crate::stand::{id, must, offer};

fn day(text: &str) -> Instant {
    text.parse().expect("a date")
}

/// A delivery: its id, its series, since when it is read, whether it lists the phone, its licence.
fn delivery(
    name: &str,
    series: &str,
    since: &str,
    is_listed: bool,
    commercial_use: CommercialUse,
) -> DataSetFacts {
    let source = Source {
        title: name.into(),
        dated: since.into(),
        authority: Authority::PublicList,
        licence: Some(Licence {
            text: "a licence".into(),
            commercial_use,
        }),
    };
    let valid = Period::since(day(since));
    let mut facts = DataSetFacts {
        delivery: Some(Delivery {
            series: series.into(),
            valid,
            source: source.clone(),
        }),
        ..DataSetFacts::default()
    };
    if is_listed {
        let row = Sourced {
            value: PlatformListing {
                platform: "Google".to_owned(),
                builds: vec!["ferrari".to_owned()],
            },
            source,
            valid,
            fact: FactRef::Row {
                data_set: id(name),
                row: 1,
            },
        };
        facts.platform.insert(id("xiaomi.2015015"), vec![row]);
    }
    facts
}

struct Stand(Snapshot);

impl Stand {
    fn new(policy: &Policy, sets: [(&str, DataSetFacts); 2]) -> Self {
        let mut stand = Self(Snapshot::new());
        for (name, facts) in sets {
            stand.0.put_data_set(id(name), Arc::new(facts));
        }
        stand.says("policy", Claim::Policy(policy.clone()));
        stand
    }

    fn says(&mut self, name: &str, claim: Claim) {
        let position = self.0.next_position();
        let recorded = Recorded {
            position,
            at: day("2025-06-01").plus_ms(i64::try_from(position).expect("small")),
            scope_version: position + 1,
            evidence: Evidence::entered(
                id(name),
                Scope::Market(id("us")),
                id("issuer"),
                claim,
                Source::own(name, ""),
            ),
        };
        self.0.apply(recorded).expect("in order");
    }

    fn activates(&mut self, name: &str) {
        let claim = Claim::DataSetActivation {
            data_set: id(name),
            sha256: String::new(),
        };
        self.says(&format!("act-{name}"), claim);
    }

    fn takes_back(&mut self, name: &str) {
        let claim = Claim::Withdrawal {
            ends: id(&format!("act-{name}")),
            manner: WithdrawalManner::Revoke,
        };
        self.says(&format!("back-{name}"), claim);
    }

    fn verdict(&self, at: &str) -> Verdict {
        let offer = offer();
        self.0.verdict(&Question {
            offer: &offer,
            moment: Moment::at(day(at)),
        })
    }

    #[track_caller]
    fn check(&self, at: &str, outcome: Outcome, source: Option<&str>) {
        let verdict = self.verdict(at);
        assert_eq!(verdict.outcome, outcome, "{at}");
        let reason = verdict.reasons.last().expect("asked");
        let told: Vec<&str> = reason.sources.iter().map(|s| s.title.as_ref()).collect();
        assert_eq!(told, source.into_iter().collect::<Vec<_>>(), "{at}");
    }
}

use CommercialUse::{Allowed, Forbidden, NotStated};
use Outcome::{Sellable, Unknown};

const SERIES: &str = "a list of phones";

#[test]
fn the_delivery_that_was_activated_last_speaks_and_the_one_before_again_when_it_is_taken_back() {
    let old = delivery("old", SERIES, "2022-01-18", true, Allowed);
    let new = delivery("new", SERIES, "2025-01-20", false, Allowed);
    let mut stand = Stand::new(
        &must(Requirement::PlatformFit),
        [("old", old), ("new", new)],
    );
    stand.check("2026-01-01", Unknown, None);
    stand.activates("old");
    stand.check("2026-01-01", Sellable, Some("old"));
    stand.activates("new");
    // The row has vanished, and so has its word.
    stand.check("2026-01-01", Unknown, None);
    stand.takes_back("new");
    stand.check("2026-01-01", Sellable, Some("old"));
    stand.takes_back("old");
    stand.check("2026-01-01", Unknown, None);
}

#[test]
fn a_delivery_that_is_read_from_later_on_leaves_the_time_before_to_the_one_before() {
    let old = delivery("old", SERIES, "2022-01-18", true, Allowed);
    let new = delivery("new", SERIES, "2025-01-20", false, Allowed);
    let mut stand = Stand::new(
        &must(Requirement::PlatformFit),
        [("old", old), ("new", new)],
    );
    stand.activates("old");
    stand.activates("new");
    stand.check("2023-01-01", Sellable, Some("old"));
    let until = stand.verdict("2023-01-01").holds_until;
    assert_eq!(until, Some(day("2025-01-20")), "the other one takes over");
    stand.check("2025-01-20", Unknown, None);
    // Before either is read, none of them says anything.
    stand.check("2020-01-01", Unknown, None);
    assert_eq!(
        stand.verdict("2020-01-01").holds_until,
        Some(day("2022-01-18"))
    );
}

#[test]
fn deliveries_of_different_sources_speak_side_by_side() {
    let one = delivery("one", "a list", "2022-01-18", false, Allowed);
    let other = delivery("other", "another list", "2022-01-18", true, Allowed);
    let mut stand = Stand::new(
        &must(Requirement::PlatformFit),
        [("one", one), ("other", other)],
    );
    stand.activates("other");
    stand.activates("one");
    stand.check("2026-01-01", Sellable, Some("other"));
}

#[test]
fn a_licence_that_the_market_refuses_silences_the_list_and_the_reason_says_so() {
    for (refused, of_list, is_heard) in [
        (vec![], Forbidden, true),
        (vec![Forbidden], Forbidden, false),
        (vec![Forbidden], NotStated, true),
        (vec![Forbidden], Allowed, true),
        (vec![NotStated], NotStated, false),
        (vec![NotStated, Forbidden], Forbidden, false),
    ] {
        let mut policy = must(Requirement::PlatformFit);
        policy.refused_licences.clone_from(&refused);
        let list = delivery("list", SERIES, "2022-01-18", true, of_list);
        let other = delivery("other", "no phones", "2022-01-18", false, of_list);
        let mut stand = Stand::new(&policy, [("list", list), ("other", other)]);
        stand.activates("list");
        stand.activates("other");
        let verdict = stand.verdict("2026-01-01");
        let reason = verdict.reasons.last().expect("asked");
        let aside: Vec<&str> = reason.set_aside.iter().map(|s| s.title.as_ref()).collect();
        let said = sentence::sentence(reason, &Ids);
        if is_heard {
            assert_eq!((verdict.outcome, aside), (Sellable, vec![]), "{refused:?}");
            assert!(said.contains("software build ferrari"), "{said}");
        } else {
            // Only the list that would have said something is named.
            assert_eq!(
                (verdict.outcome, aside),
                (Unknown, vec!["list"]),
                "{refused:?}"
            );
            assert_eq!(reason.code, ReasonCode::PlatformUnknown);
            let words = format!(
                "list says something of it, but this market does not use it: its licence {}.",
                of_list.words()
            );
            assert!(said.ends_with(&words), "{said}");
        }
    }
}

#[test]
fn a_list_counts_where_a_rank_names_its_source_and_elsewhere_the_reason_says_so() {
    for (ranks, is_heard) in [
        (vec![vec![SERIES]], true),
        (vec![vec!["another list"], vec![SERIES]], true),
        (vec![vec!["another list"]], false),
        (vec![], false),
    ] {
        let mut policy = must(Requirement::PlatformFit);
        let named = ranks.iter().map(|sources| Rank {
            issuers: Vec::new(),
            sources: sources.iter().map(ToString::to_string).collect(),
        });
        policy.trust = vec![(Requirement::PlatformFit, named.collect())];
        let list = delivery("list", SERIES, "2022-01-18", true, Allowed);
        let other = delivery("other", "another list", "2022-01-18", false, Allowed);
        let mut stand = Stand::new(&policy, [("list", list), ("other", other)]);
        stand.activates("list");
        stand.activates("other");
        let verdict = stand.verdict("2026-01-01");
        let reason = verdict.reasons.last().expect("asked");
        let aside: Vec<&str> = reason
            .not_named
            .iter()
            .map(|one| one.source.title.as_ref())
            .collect();
        let expected = match is_heard {
            true => (Sellable, vec![]),
            false => (Unknown, vec!["list"]),
        };
        assert_eq!((verdict.outcome, aside), expected, "{ranks:?}");
    }
}
