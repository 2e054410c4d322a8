//! Authorisations that are limited, passed on or for so many units, and where units were first sold.

use domain::evidence::{Reach, SalesAuthorization, Standing, WithdrawalManner};
use domain::listing::Condition;
use domain::policy::{Policy, Requirement as R};
use gate::reason::{Detail, LinkFault, Supplier};
use gate::{Outcome, Question, ReasonCode as Code};

use crate::stand::*;

use Outcome::{Refused, Sellable, Unknown};
use Standing::{No, Yes};
use WithdrawalManner::{Revoke, Suspend};

type Case = (Policy, Vec<Fact>, Outcome, Vec<Code>);

/// The brand's word on some sellers, which they may pass on.
fn passable(sellers: &[&str]) -> SalesAuthorization {
    SalesAuthorization {
        sellers: Reach::Only(sellers.iter().map(|one| id(one)).collect()),
        may_be_passed_on: true,
        ..SalesAuthorization::of_everything(Yes, id("xiaomi"))
    }
}

/// Passed on from the fact before by the seller of its number, to the next one, and on from there.
fn chain_of(links: usize) -> Vec<Fact> {
    let name = |number: usize| {
        if number + 1 == links {
            "omni".to_owned()
        } else {
            format!("s{number}")
        }
    };
    let mut facts = vec![authorizes_as(passable(&[&name(0)]))];
    for number in 1..links {
        let says = SalesAuthorization {
            may_be_passed_on: true,
            ..passes_on(number - 1, &name(number - 1), &[&name(number)])
        };
        facts.push(authorizes_as(says));
    }
    facts
}

/// Cases of chains, each with the fault of the link that is said to be broken.
fn broken() -> Vec<(Vec<Fact>, Code, LinkFault, Supplier)> {
    let ours = |from, by| authorizes_as(passes_on(from, by, &["omni"]));
    let big = || authorizes_as(passable(&["big"]));
    let by_brand = || Supplier::Brand(id("xiaomi"));
    let mut not_passable = passable(&["big"]);
    not_passable.may_be_passed_on = false;
    let only = |change: &dyn Fn(&mut SalesAuthorization)| {
        let mut says = passable(&["big"]);
        change(&mut says);
        authorizes_as(says)
    };
    let denied = authorizes_only(No, Reach::Only(vec![id("big")]), Reach::All);
    let (broken, not) = (
        Code::AuthorizationChainBroken,
        Code::AuthorizationNotPassedOn,
    );
    let mut cut = chain_of(3);
    cut.push(Ends(1, Revoke));
    vec![
        (
            vec![big(), ours(0, "big"), Ends(0, Revoke)],
            broken,
            LinkFault::NotInForce,
            by_brand(),
        ),
        (
            vec![big(), ours(0, "big"), Ends(0, Suspend)],
            broken,
            LinkFault::NotInForce,
            by_brand(),
        ),
        (
            vec![big(), ours(0, "small")],
            broken,
            LinkFault::NotCovering,
            by_brand(),
        ),
        (
            vec![
                only(&|says| says.territory = territory(&["GB"])),
                ours(0, "big"),
            ],
            broken,
            LinkFault::NotCovering,
            by_brand(),
        ),
        (
            vec![
                only(&|says| says.conditions = Reach::Only(vec![Condition::Used])),
                ours(0, "big"),
            ],
            broken,
            LinkFault::NotCovering,
            by_brand(),
        ),
        (
            vec![only(&|says| says.standing = No), ours(0, "big")],
            broken,
            LinkFault::NotCovering,
            by_brand(),
        ),
        (
            vec![big(), ours(0, "big"), denied],
            broken,
            LinkFault::HolderDenied,
            by_brand(),
        ),
        (
            vec![authorizes_as(not_passable), ours(0, "big")],
            not,
            LinkFault::NotPassedOn,
            by_brand(),
        ),
        (
            vec![ours(7, "big")],
            not,
            LinkFault::NotPassedOn,
            by_brand(),
        ),
        // It rests on what came after it: no chain comes back to itself.
        (
            vec![ours(1, "big"), big()],
            not,
            LinkFault::NotPassedOn,
            by_brand(),
        ),
        // A link in the middle: who passed it on can do so again.
        (
            cut,
            broken,
            LinkFault::NotInForce,
            Supplier::Seller(id("s0")),
        ),
        (chain_of(9), broken, LinkFault::TooLong, by_brand()),
    ]
}

pub fn cases() -> Vec<Case> {
    let must = || must(R::SalesAuthorization);
    let ours = |from, by| authorizes_as(passes_on(from, by, &["omni"]));
    let limited = |conditions: &[Condition], places: &[&str]| {
        let mut says = passable(&["omni"]);
        says.conditions = Reach::Only(conditions.to_vec());
        says.territory = territory(places);
        authorizes_as(says)
    };
    let on_file = || vec![Code::AuthorizationOnFile];
    let missing = || vec![Code::AuthorizationMissing];
    let mut british = must();
    british.country = "GB".parse().expect("a country");
    let mut cases: Vec<Case> = vec![
        (
            must(),
            vec![limited(&[Condition::New], &["US"])],
            Sellable,
            on_file(),
        ),
        (
            must(),
            vec![limited(&[Condition::Used], &["US"])],
            Refused,
            missing(),
        ),
        (must(), vec![limited(&[], &["US"])], Refused, missing()),
        (
            must(),
            vec![limited(&[Condition::New], &["EEA"])],
            Refused,
            missing(),
        ),
        // All is asked in 2016, when the United Kingdom was a member.
        (
            british,
            vec![limited(&[Condition::New], &["EU"])],
            Sellable,
            on_file(),
        ),
        (must(), chain_of(2), Sellable, on_file()),
        (must(), chain_of(8), Sellable, on_file()),
        (
            must(),
            vec![
                authorizes_as(passable(&["big"])),
                ours(0, "big"),
                Ends(0, Suspend),
                Ends(2, Revoke),
            ],
            Sellable,
            on_file(),
        ),
        // A broken chain beside another that holds.
        (
            must(),
            [vec![ours(7, "big")], vec![authorizes(Yes)]].concat(),
            Sellable,
            on_file(),
        ),
    ];
    cases.extend(
        broken()
            .into_iter()
            .map(|(facts, code, ..)| (must(), facts, Refused, vec![code])),
    );
    cases.extend(first_sales());
    cases
}

fn first_sales() -> Vec<Case> {
    let accepting = |places: &[&str]| {
        let mut policy = must(R::LawfulResale);
        policy.categories[0].first_sale = territory(places);
        policy
    };
    let mut anywhere = must(R::LawfulResale);
    anywhere.categories[0].first_sale = Reach::All;
    let sold = |places: &[&str]| first_sold(Yes, places);
    let (accepted, unknown, elsewhere) = (
        || vec![Code::FirstSaleAccepted],
        || vec![Code::FirstSaleUnknown],
        || vec![Code::FirstSaleElsewhere],
    );
    vec![
        (accepting(&["US"]), vec![], Unknown, unknown()),
        (
            accepting(&["US"]),
            vec![sold(&["US"])],
            Sellable,
            accepted(),
        ),
        (
            accepting(&["US"]),
            vec![sold(&["CN"])],
            Refused,
            elsewhere(),
        ),
        (
            accepting(&["US"]),
            vec![sold(&["US", "CN"])],
            Unknown,
            unknown(),
        ),
        (
            accepting(&["US"]),
            vec![sold(&["US"]), sold(&["CN"])],
            Refused,
            elsewhere(),
        ),
        (
            accepting(&["US"]),
            vec![sold(&["US"]), sold(&["CN"]), Ends(1, Revoke)],
            Sellable,
            accepted(),
        ),
        (
            accepting(&["EEA"]),
            vec![sold(&["DE"])],
            Sellable,
            accepted(),
        ),
        (
            accepting(&["EEA"]),
            vec![sold(&["EU"])],
            Sellable,
            accepted(),
        ),
        // In 2016 it was one of them.
        (
            accepting(&["EEA"]),
            vec![sold(&["GB"])],
            Sellable,
            accepted(),
        ),
        (
            accepting(&["EEA"]),
            vec![sold(&["US"])],
            Refused,
            elsewhere(),
        ),
        (anywhere.clone(), vec![sold(&["CN"])], Sellable, accepted()),
        (anywhere.clone(), vec![], Unknown, unknown()),
        (accepting(&[]), vec![sold(&["US"])], Refused, elsewhere()),
        // Neither the brand's leave nor its word on the units is a first sale.
        (
            anywhere.clone(),
            vec![authorizes(Yes), vouches(Yes)],
            Unknown,
            unknown(),
        ),
        (anywhere, vec![first_sold(No, &["CN"])], Unknown, unknown()),
    ]
}

#[test]
fn a_broken_chain_says_which_link_broke_how_and_who_can_mend_it() {
    for (facts, code, fault, supplier) in broken() {
        let verdict = check(&must(R::SalesAuthorization), &facts, Refused, &[code]);
        let reason = verdict.blocking().next().expect("it blocks");
        let Detail::Link { fault: said, .. } = &reason.detail else {
            panic!("no link: {reason:?}");
        };
        assert_eq!((*said, reason.supplier.as_ref()), (fault, Some(&supplier)));
    }
}

#[test]
fn what_rests_on_others_names_every_link() {
    let verdict = check(
        &must(R::SalesAuthorization),
        &chain_of(3),
        Sellable,
        &[Code::AuthorizationOnFile],
    );
    let facts: Vec<String> = verdict.reasons[1]
        .facts
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(facts, ["evidence:ev-2", "evidence:ev-1", "evidence:ev-0"]);
}

/// Asked one after the other, so that what was worked out before is at hand: sellable until an instant alone.
#[track_caller]
fn sellable_until(snapshot: &gate::Snapshot, end: domain::Instant) {
    let offer = offer();
    let seat = snapshot.seat(&offer);
    for (at, expected) in [(-2, true), (-1, true), (0, false), (1, false)] {
        let moment = gate::snapshot::Moment::at(end.plus_ms(at));
        let verdict = snapshot.verdict(&Question {
            offer: &offer,
            moment,
        });
        assert_eq!(verdict.is_sellable(), expected, "{at} ms: {verdict:#?}");
        let is_sellable = snapshot.is_sellable(&seat, moment.at);
        assert_eq!(is_sellable, expected, "{at} ms, remembered");
        let before = snapshot.judge(&seat, gate::snapshot::Moment::at(end.plus_ms(-5)));
        assert!(before.is_sellable());
        assert_eq!(
            before.at(moment.at).is_sellable(),
            expected,
            "{at} ms, after"
        );
        if expected {
            assert_eq!(verdict.holds_until, Some(end), "{at} ms");
            let reason = verdict.reasons.last().expect("it is asked");
            let said = gate::sentence::to_seller(reason, &gate::sentence::Ids);
            let until = format!(" This holds until {end}.");
            assert_eq!(said.ends_with(&until), reason.holds_until == Some(end));
        }
    }
}

#[test]
fn an_answer_ends_with_any_link_and_with_any_membership() {
    let end = now().plus_ms(10_000);
    let until = domain::Period {
        from: None,
        until: Some(end),
    };
    let policy = must(R::SalesAuthorization);
    for ending in 0..3 {
        let valid = |number| {
            if number == ending {
                until
            } else {
                domain::Period::ALWAYS
            }
        };
        sellable_until(&snapshot_of(Some(&policy), &chain_of(3), valid), end);
    }
    // Who holds a link is denied from then on.
    let mut denied = chain_of(3);
    denied.push(authorizes_only(No, Reach::Only(vec![id("s1")]), Reach::All));
    let valid = |number| match number {
        3 => domain::Period::since(end),
        _ => domain::Period::ALWAYS,
    };
    sellable_until(&snapshot_of(Some(&policy), &denied, valid), end);
    let brexit = "2020-01-31T23:00:00Z".parse().expect("an instant");
    let mut british = policy;
    british.country = "GB".parse().expect("a country");
    let mut of_link = passable(&["big"]);
    of_link.territory = territory(&["EU"]);
    let chain = [
        authorizes_as(of_link),
        authorizes_as(passes_on(0, "big", &["omni"])),
    ];
    sellable_until(&snapshot(Some(&british), &chain), brexit);
    let mut reselling = must(R::LawfulResale);
    reselling.categories[0].first_sale = territory(&["EEA"]);
    let sold = [first_sold(Yes, &["GB"])];
    sellable_until(&snapshot(Some(&reselling), &sold), brexit);
}

/// The quotas of which an offer needs one, as texts: the authorisation and what is counted with it.
fn quotas(policy: &Policy, facts: &[Fact]) -> Vec<String> {
    let snapshot = snapshot(Some(policy), facts);
    let offer = offer();
    let question = Question {
        offer: &offer,
        moment: gate::snapshot::Moment::at(now()),
    };
    let of_one = |quota: &gate::Quota| {
        let counted = quota.counted.iter().map(|(id, _)| id.as_str());
        let counted: Vec<&str> = counted.collect();
        format!("{} of {}", quota.authorization, counted.join(" and "))
    };
    snapshot.quotas(&question).iter().map(of_one).collect()
}

#[test]
fn an_offer_needs_a_quota_unless_an_authorisation_without_one_covers_it() {
    let limited = |mut says: SalesAuthorization| {
        says.quantity = Some(1);
        authorizes_as(says)
    };
    let ours = || passable(&["omni"]);
    let passed = |from| passes_on(from, "big", &["omni"]);
    let must = must(R::SalesAuthorization);
    let two = [limited(ours()), limited(ours())];
    let cases: [(&[Fact], &[&str]); 6] = [
        (&[], &[]),
        (&[authorizes(Yes)], &[]),
        (&two, &["ev-0 of ev-0", "ev-1 of ev-1"]),
        (&[limited(ours()), authorizes(Yes)], &[]),
        (
            &[limited(passable(&["big"])), limited(passed(0))],
            &["ev-1 of ev-1 and ev-0"],
        ),
        (
            &[limited(passable(&["big"])), authorizes_as(passed(0))],
            &["ev-1 of ev-0"],
        ),
    ];
    for (facts, expected) in cases {
        assert_eq!(quotas(&must, facts), expected, "{facts:#?}");
    }
    let disclosed = demands(&[(R::SalesAuthorization, domain::policy::Demand::Disclose)]);
    assert_eq!(quotas(&disclosed, &two), [""; 0], "nothing is demanded");
}

/// The facts of the last reason, and the link at fault if it names one.
fn told(facts: &[Fact]) -> (Vec<String>, Option<String>) {
    let verdict = verdict(Some(&must(R::SalesAuthorization)), facts);
    let reason = verdict.reasons.last().expect("it is asked");
    let link = match &reason.detail {
        Detail::Link { link, .. } => Some(link.to_string()),
        _ => None,
    };
    (reason.facts.iter().map(ToString::to_string).collect(), link)
}

#[test]
fn a_link_on_which_two_rest_is_named_once() {
    let ours = || authorizes_as(passes_on(0, "big", &["omni"]));
    let (facts, _) = told(&[authorizes_as(passable(&["big"])), ours(), ours()]);
    assert_eq!(facts, ["evidence:ev-1", "evidence:ev-0", "evidence:ev-2"]);
}

#[test]
fn of_broken_chains_the_one_that_was_recorded_last_is_told() {
    let ours = |from| authorizes_as(passes_on(from, "big", &["omni"]));
    let of_all = |from| {
        let mut says = passes_on(from, "big", &[]);
        says.sellers = Reach::All;
        authorizes_as(says)
    };
    for facts in [[ours(7), of_all(8)], [of_all(7), ours(8)]] {
        let (_, link) = told(&facts);
        assert_eq!(link.as_deref(), Some("ev-8"), "{facts:#?}");
    }
}
