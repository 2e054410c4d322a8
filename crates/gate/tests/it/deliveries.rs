//! Data sets in a market: which delivery of a source speaks, whose licence is refused, and until when an
//! answer holds.

use std::sync::Arc;

use domain::evidence::{
    Authority, Claim, Evidence, FactRef, Recorded, Source, Sourced, WithdrawalManner,
};
use domain::licence::{CommercialUse, Licence};
use domain::policy::{Policy, Requirement};
use domain::radio::Radio;
use domain::scope::Scope;
use domain::trust::Rank;
use domain::{Instant, Period};
use gate::reason::Detail;
use gate::sentence::{self, Ids};
use gate::snapshot::{DataSetFacts, Delivery, Moment, PlatformListing};
use gate::{Outcome, Question, ReasonCode, Snapshot, Verdict};

use crate::stand::{id, must, offer, radio, sourced};

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

fn radio_of(name: &str, valid: Period) -> Sourced<Radio> {
    Sourced {
        valid,
        fact: FactRef::Row {
            data_set: id(name),
            row: 1,
        },
        ..sourced(name, Authority::PublicList, radio(&["LTE B2"], true))
    }
}

fn with_device(name: &str, valid: Period, licence: CommercialUse) -> DataSetFacts {
    let mut facts = delivery(name, name, "2022-01-18", false, licence);
    let row = radio_of(name, valid);
    facts.devices.insert(id("xiaomi.2015015"), vec![row]);
    facts
}

fn with_network(name: &str, valid: Period, licence: CommercialUse) -> DataSetFacts {
    let mut facts = delivery(name, name, "2022-01-18", false, licence);
    let row = radio_of(name, valid);
    facts.networks.insert(id("tmobile-us"), vec![row]);
    facts
}

#[test]
fn lists_of_radios_that_the_market_does_not_use_are_named_if_they_say_something() {
    let ever = Period::ALWAYS;
    for (sets, is_refused, expected) in [
        (
            [
                with_device("d", ever, Forbidden),
                with_network("n", ever, Forbidden),
            ],
            true,
            vec!["d", "n"],
        ),
        (
            [
                with_device("d", ever, Allowed),
                with_network("n", ever, Forbidden),
            ],
            true,
            vec!["n"],
        ),
        (
            [
                with_device("d", ever, Forbidden),
                delivery("n", "n", "2022-01-18", true, Forbidden),
            ],
            true,
            vec!["d"],
        ),
        (
            [
                with_device("d", ever, Forbidden),
                with_network("n", ever, Forbidden),
            ],
            false,
            vec![],
        ),
    ] {
        let mut policy = must(Requirement::RadioFit);
        if is_refused {
            policy.refused_licences = vec![Forbidden];
        }
        let [device, network] = sets;
        let mut stand = Stand::new(&policy, [("d", device), ("n", network)]);
        stand.activates("d");
        stand.activates("n");
        let verdict = stand.verdict("2026-01-01");
        let reason = verdict.reasons.last().expect("asked");
        let aside: Vec<&str> = reason.set_aside.iter().map(|s| s.title.as_ref()).collect();
        let code = match expected.is_empty() {
            true => ReasonCode::RadioFits,
            false => ReasonCode::RadioUnknown,
        };
        assert_eq!((reason.code, aside), (code, expected));
    }
}

#[test]
fn a_row_that_no_rank_names_is_told_while_it_speaks_and_expected_to_begin_and_end() {
    let mut policy = must(Requirement::RadioFit);
    policy.trust = vec![(Requirement::RadioFit, Vec::new())];
    let valid = Period::between(day("2024-01-01"), day("2025-01-01"));
    let sets = [
        ("d", with_device("d", valid, Allowed)),
        ("n", with_network("n", Period::ALWAYS, Allowed)),
    ];
    let mut stand = Stand::new(&policy, sets);
    stand.activates("d");
    stand.activates("n");
    for (at, expected, until) in [
        ("2023-12-31", vec!["n"], Some("2024-01-01")),
        ("2024-01-01", vec!["d", "n"], Some("2025-01-01")),
        ("2025-01-01", vec!["n"], None),
    ] {
        let verdict = stand.verdict(at);
        let reason = verdict.reasons.last().expect("asked");
        let aside = reason.not_named.iter().map(|one| one.source.title.as_ref());
        assert_eq!(aside.collect::<Vec<&str>>(), expected, "{at}");
        assert_eq!(reason.holds_until, until.map(day), "{at}");
        assert_eq!(verdict.outcome, Unknown, "{at}");
    }
}

#[test]
fn a_list_with_two_rows_of_a_phone_is_one_source_and_its_builds_are_told_in_order() {
    let mut list = delivery("list", SERIES, "2022-01-18", true, Allowed);
    let rows = list.platform.values_mut().next().expect("it is listed");
    let mut other = rows[0].clone();
    other.value.builds = vec!["cancro".to_owned(), "ferrari".to_owned()];
    other.fact = FactRef::Row {
        data_set: id("list"),
        row: 2,
    };
    rows.push(other);
    let silent = delivery("other", "another", "2022-01-18", false, Allowed);
    let sets = [("list", list), ("other", silent)];
    let mut stand = Stand::new(&must(Requirement::PlatformFit), sets);
    stand.activates("list");
    let verdict = stand.verdict("2026-01-01");
    let reason = verdict.reasons.last().expect("asked");
    assert_eq!((reason.facts.len(), reason.sources.len()), (2, 1));
    assert_eq!(reason.detail, Detail::Word("cancro, ferrari".to_owned()));
}
