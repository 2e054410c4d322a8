//! Where rules end: what is not in order, not known yet, not this one's, or over again; and answers that rest on it.

use domain::certification::CertificationResult;
use domain::evidence::{
    Authority, Claim, Evidence, Reach, Recorded, SalesAuthorization, Standing, WithdrawalManner,
};
use domain::listing::Offer;
use domain::policy::{Level, Requirement, Service};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::fit::{Grade, fit};
use gate::snapshot::{Moment, find};
use gate::{Outcome, Question, ReasonCode, Snapshot};

use crate::stand::{
    Ends, Says, authorizes, certifies, id, letter, must, now, offer, radio, sourced, verdict,
};

pub const MINUTE_MS: i64 = 60_000;

/// A piece of evidence at a position, recorded that many minutes after the first, for a period.
pub fn piece(position: u64, scope: Scope, claim: Claim, valid: Period) -> Recorded {
    let minutes = i64::try_from(position).expect("small");
    Recorded {
        position,
        at: now().plus_ms(minutes * MINUTE_MS),
        scope_version: position + 1,
        evidence: Evidence {
            valid,
            ..letter(&format!("ev-{position}"), scope, claim)
        },
    }
}

pub fn brand() -> Scope {
    Scope::Brand(id("xiaomi"))
}

pub fn policy() -> Recorded {
    let policy = Claim::Policy(must(Requirement::SalesAuthorization));
    piece(0, Scope::Market(id("us")), policy, Period::ALWAYS)
}

pub fn authorization(change: impl FnOnce(&mut SalesAuthorization)) -> Claim {
    let mut says = SalesAuthorization::of_everything(Standing::Yes, id("xiaomi"));
    change(&mut says);
    Claim::SalesAuthorization(says)
}

pub fn ends(position: u64) -> Claim {
    Claim::Withdrawal {
        ends: id(&format!("ev-{position}")),
        manner: WithdrawalManner::Suspend,
    }
}

pub fn snapshot(pieces: &[Recorded]) -> Snapshot {
    let mut snapshot = Snapshot::new();
    for one in pieces {
        snapshot.apply(one.clone()).expect("in order");
    }
    snapshot
}

/// Whether the offer may be sold at some minute, as known at some minute, asked in each way there is.
pub fn is_sold(snapshot: &Snapshot, offer: &Offer, at: i64, known_at: Option<i64>) -> bool {
    let minute = |minutes: i64| now().plus_ms(minutes * MINUTE_MS);
    let moment = Moment {
        at: minute(at),
        known_at: known_at.map_or(Instant::MAX, minute),
    };
    let question = Question { offer, moment };
    let verdict = snapshot.verdict(&question);
    assert_eq!(verdict, snapshot.verdict_anew(&question));
    let seat = snapshot.seat(offer);
    let judgement = snapshot.judge(&seat, moment);
    assert_eq!(
        (judgement.outcome, judgement.holds_until()),
        (verdict.outcome, verdict.holds_until)
    );
    verdict.is_sellable()
}

#[test]
fn a_piece_that_does_not_come_next_is_refused_and_changes_nothing() {
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let mut known = snapshot(&[policy(), yes.clone()]);
    for position in [0, 1, 3] {
        let gap = known
            .apply(Recorded {
                position,
                ..piece(2, brand(), ends(1), Period::ALWAYS)
            })
            .expect_err("out of order");
        assert!(gap.to_string().contains('2'), "{gap}");
        assert_eq!((known.next_position(), known.version(&brand())), (2, 2));
    }
    assert!(is_sold(&known, &offer(), 5, None));
    assert!(find(&known, &brand(), &id("ev-1")).is_some());
    assert!(find(&known, &brand(), &id("ev-2")).is_none());
    // What was taken in before is not taken in again; what came since is.
    let later = piece(2, brand(), ends(1), Period::ALWAYS);
    let next = known.with_later([yes, later]);
    assert!(!is_sold(&next, &offer(), 5, None));
    assert!(is_sold(&known, &offer(), 5, None));
}

#[test]
fn a_withdrawal_counts_from_its_date_until_its_end_and_once_it_is_known() {
    let minute = |minutes: i64| now().plus_ms(minutes * MINUTE_MS);
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let for_a_while = Period::between(minute(10), minute(20));
    let ended = snapshot(&[
        policy(),
        yes,
        piece(2, brand(), ends(1), for_a_while),
        piece(3, brand(), ends(2), Period::since(minute(15))),
    ]);
    for (at, known_at, is_expected) in [
        (9, None, true),
        (10, None, false),
        (14, None, false),
        (15, None, true),
        (20, None, true),
        (14, Some(1), true),
        (14, Some(0), false),
        (16, Some(2), false),
        (25, Some(2), true),
    ] {
        assert_eq!(
            is_sold(&ended, &offer(), at, known_at),
            is_expected,
            "at {at}, known at {known_at:?}"
        );
    }
}

#[test]
fn a_withdrawal_ends_only_what_stands_before_it() {
    let early = piece(1, brand(), ends(2), Period::ALWAYS);
    let yes = piece(2, brand(), authorization(|_| {}), Period::ALWAYS);
    assert!(is_sold(
        &snapshot(&[policy(), early, yes]),
        &offer(),
        5,
        None
    ));
}

#[test]
fn an_authorisation_of_something_else_is_none() {
    type Change = fn(&mut SalesAuthorization);
    let changes: [(&str, Change); 6] = [
        ("another brand", |says| says.brand = id("oppo")),
        ("other sellers", |says| {
            says.sellers = Reach::Only(vec![id("other")]);
        }),
        ("other categories", |says| {
            says.categories = Reach::Only(vec![id("headphones")]);
        }),
        ("other models", |says| {
            says.models = Reach::Only(vec![id("xiaomi.mi-5")]);
        }),
        ("other countries", |says| {
            says.territory = Reach::Only(vec!["GB".parse().expect("a country")]);
        }),
        ("other channels", |says| {
            says.channels = Reach::Only(vec![id("gb")]);
        }),
    ];
    for (what, change) in changes {
        let said = piece(1, brand(), authorization(change), Period::ALWAYS);
        let known = snapshot(&[policy(), said]);
        assert!(!is_sold(&known, &offer(), 5, None), "{what}");
    }
    let named = authorization(|says| {
        // Named twice it is named once.
        says.sellers = Reach::Only(vec![id("omni"), id("omni")]);
        says.models = Reach::Only(vec![id("xiaomi.mi-4i")]);
    });
    let known = snapshot(&[policy(), piece(1, brand(), named, Period::ALWAYS)]);
    assert!(is_sold(&known, &offer(), 5, None));
}

#[test]
fn a_seat_of_another_record_sells_nothing() {
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let (one, other) = (
        snapshot(&[policy(), yes.clone()]),
        snapshot(&[policy(), yes]),
    );
    let seat = one.seat(&offer());
    assert!(one.is_sellable(&seat, now().plus_ms(5 * MINUTE_MS)));
    assert!(!other.is_sellable(&seat, now().plus_ms(5 * MINUTE_MS)));
    let judgement = other.judge(&seat, Moment::at(now()));
    assert_eq!(judgement.outcome, Outcome::Refused);
    assert!(!judgement.is_sellable());
}

#[test]
fn a_data_set_whose_rows_are_not_known_says_nothing() {
    let mut policy = must(Requirement::PlatformFit);
    policy.categories[0].schemes.clear();
    let activates = Claim::DataSetActivation {
        data_set: id("not-here"),
        sha256: String::new(),
    };
    let told = verdict(Some(&policy), &[Says(Scope::Market(id("us")), activates)]);
    assert_eq!(told.outcome, Outcome::Unknown);
}

#[test]
fn another_networks_certification_that_was_withdrawn_is_not_this_ones() {
    let suspended = |network| {
        let facts = [
            certifies(network, CertificationResult::Certified),
            Ends(0, WithdrawalManner::Suspend),
        ];
        let told = verdict(Some(&must(Requirement::DeviceCertification)), &facts);
        let mut blocking = told.blocking();
        blocking.next().expect("it is refused").code
    };
    assert_eq!(suspended("tmobile-us"), ReasonCode::CertificationWithdrawn);
    assert_eq!(suspended("att-us"), ReasonCode::CertificationMissing);
    // A no that is taken back leaves no certification behind.
    let taken_back = [
        certifies("tmobile-us", CertificationResult::NotCertified),
        Ends(0, WithdrawalManner::Revoke),
        authorizes(Standing::Yes),
    ];
    let told = verdict(Some(&must(Requirement::DeviceCertification)), &taken_back);
    let code = told.blocking().next().expect("it is refused").code;
    assert_eq!(code, ReasonCode::CertificationMissing);
}

#[test]
fn what_a_frequency_settles_and_what_it_does_not() {
    let grade = |device: &[&str], network: &[&str]| {
        let own = |claims: &[&str]| vec![sourced("its own", Authority::Own, radio(claims, true))];
        let found = fit(&own(device), &own(network), now());
        found.service(Service::Data).expect("answered").grade
    };
    // The same words on both sides may mean two bands.
    let perhaps = grade(&["LTE 1900 MHz"], &["LTE 1900 MHz"]);
    assert!(
        !matches!(perhaps, Grade::Known(Level::Full | Level::None)),
        "{perhaps:?}"
    );
    assert_eq!(grade(&["LTE B3"], &["LTE B12"]), Grade::Known(Level::None));
    assert_eq!(
        grade(&["LTE 700 MHz"], &["LTE B3"]),
        Grade::Known(Level::None)
    );
}

#[test]
fn a_policy_that_is_over_lets_nothing_through() {
    let minute = |minutes: i64| now().plus_ms(minutes * MINUTE_MS);
    let mut for_a_while = policy();
    for_a_while.evidence.valid = Period::between(minute(0), minute(10));
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let known = snapshot(&[for_a_while, yes]);
    assert!(is_sold(&known, &offer(), 9, None));
    assert!(!is_sold(&known, &offer(), 10, None));
}

#[test]
fn an_offer_that_differs_in_one_thing_has_an_answer_of_its_own() {
    let yes = authorization(|says| says.models = Reach::Only(vec![id("xiaomi.mi-4i")]));
    let known = snapshot(&[policy(), piece(1, brand(), yes, Period::ALWAYS)]);
    assert!(is_sold(&known, &offer(), 5, None));
    type Change = fn(&mut Offer);
    let changes: [(&str, Change, bool); 5] = [
        ("category", |offer| offer.category = id("headphones"), false),
        ("market", |offer| offer.market = id("gb"), false),
        ("model", |offer| offer.model = id("xiaomi.mi-5"), false),
        (
            "variant",
            |offer| offer.variant = id("xiaomi.2015016"),
            true,
        ),
        ("listing", |offer| offer.listing = None, true),
    ];
    for (what, change, is_expected) in changes {
        let mut other = offer();
        change(&mut other);
        assert_eq!(is_sold(&known, &other, 5, None), is_expected, "{what}");
    }
}

#[test]
fn of_two_lists_on_which_it_works_the_lesser_is_promised() {
    let network = [sourced(
        "its own",
        Authority::Own,
        radio(&["LTE B2", "LTE B4"], true),
    )];
    let list = |title: &str, claims| sourced(title, Authority::PublicList, radio(claims, true));
    let device = [
        list("one", &["LTE B2", "LTE B4"][..]),
        list("other", &["LTE B2"][..]),
    ];
    let found = fit(&device, &network, now());
    let data = found.service(Service::Data).expect("answered").grade;
    assert_eq!(data, Grade::Known(Level::Partial));
    let device = [
        list("one", &["LTE B2", "LTE B4"][..]),
        list("other", &["LTE B3"][..]),
    ];
    let found = fit(&device, &network, now());
    let data = found.service(Service::Data).expect("answered").grade;
    assert_eq!(data, Grade::Disputed);
}
