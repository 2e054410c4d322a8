//! Does the story hold: what is refused, why, what returns, and does playing it twice change nothing?

use std::path::Path;
use std::sync::Arc;

use domain::Instant;
use story::{Cast, Detail, Step};
use tempfile::TempDir;
use trade::clock::HandClock;
use trade::door::Refusal;
use trade::offers::Judged;
use trade::{House, HouseOptions};

async fn open(folder: &Path) -> (House, Arc<HandClock>) {
    let clock = Arc::new(HandClock::at(Instant::from_epoch_ms(1_453_000_000_000)));
    let options = HouseOptions::new(folder, clock.clone());
    (House::open(options).await.expect("opens"), clock)
}

async fn play(house: &House, clock: &HandClock) -> (Cast, Vec<Step>) {
    let mut steps = Vec::new();
    let cast = story::play(house, clock, &mut |step| steps.push(step)).await;
    (cast.expect("plays"), steps)
}

fn step<'a>(steps: &'a [Step], code: &str) -> &'a Step {
    let found = steps.iter().find(|step| step.code == code);
    found.unwrap_or_else(|| panic!("no step {code}"))
}

fn verdicts(step: &Step) -> Vec<&Judged> {
    let details = step.details.iter();
    details
        .filter_map(|detail| match detail {
            Detail::Verdict(judged) => Some(judged.as_ref()),
            _ => None,
        })
        .collect()
}

/// Codes of what blocks, sorted.
fn blocking(judged: &Judged) -> Vec<&'static str> {
    let mut codes: Vec<_> = judged.verdict.blocking().map(|r| r.code.name()).collect();
    codes.sort_unstable();
    codes
}

/// One line a detail: what an observer of the time line could compare.
fn told(steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        lines.push(format!("{} {} {}", step.at, step.code, step.title));
        for detail in &step.details {
            lines.push(match detail {
                Detail::Verdict(judged) => format!(
                    "{} {:?} {:?}",
                    judged.listing.sku,
                    judged.verdict.outcome,
                    blocking(judged)
                ),
                Detail::Evidence(entry) => {
                    format!("{} {}", entry.recorded.position, entry.recorded.evidence.id)
                }
                Detail::Order(order) => format!("{} {}", order.id, order.accepted_at),
                Detail::Refused(refusal) => match refusal.as_ref() {
                    Refusal::NotSellable { lines } => format!("refused {}", lines.len()),
                    other => format!("{other:?}"),
                },
                Detail::Verified(verified) => format!("{:?}", verified.report),
                other => format!("{other:?}"),
            });
        }
    }
    lines
}

#[tokio::test]
async fn the_phones_are_refused_for_every_reason_of_that_week() {
    let folder = TempDir::new().expect("folder");
    let (house, clock) = open(folder.path()).await;
    let (_, steps) = play(&house, &clock).await;
    let monday = verdicts(step(&steps, "distributor_offers"));
    assert_eq!(
        blocking(monday[0]),
        [
            "approval_unknown",
            "authenticity_not_vouched",
            "authorization_missing",
            "certification_missing",
            "radio_no_lte_band"
        ],
        "the Mi 4i on Monday"
    );
    assert_eq!(blocking(monday[3]), ["authorization_missing"], "headphones");
    let tuesday = verdicts(step(&steps, "week_answers"));
    assert!(blocking(tuesday[0]).contains(&"authorization_denied"));
    let own = verdicts(step(&steps, "brand_offers_headphones"));
    assert!(own[0].verdict.is_sellable());
    house.close().await;
}

#[tokio::test]
async fn headphones_are_refused_under_must_and_sold_with_the_notice_under_disclose() {
    let folder = TempDir::new().expect("folder");
    let (house, clock) = open(folder.path()).await;
    let (_, steps) = play(&house, &clock).await;
    let told = verdicts(step(&steps, "headphones_disclosed"));
    assert_eq!(
        blocking(told[0]),
        ["authorization_denied", "authorization_missing"]
    );
    assert!(told[1].verdict.is_sellable());
    let notices: Vec<_> = told[1].verdict.notices().map(|r| r.code.name()).collect();
    assert_eq!(notices, ["authorization_missing", "authorization_denied"]);
    assert!(!told[2].verdict.is_sellable(), "phones are not disclosed");
    house.close().await;
}

#[tokio::test]
async fn evidence_sells_one_variant_its_withdrawal_stops_it_and_its_return_brings_it_back() {
    let folder = TempDir::new().expect("folder");
    let (house, clock) = open(folder.path()).await;
    let (_, steps) = play(&house, &clock).await;
    let left: Vec<usize> = ["offered_again", "brand_authorises", "approval_and_custody"]
        .iter()
        .map(|code| blocking(verdicts(step(&steps, code))[0]).len())
        .collect();
    assert_eq!(left, [5, 3, 1], "reasons left as evidence arrives");
    assert!(verdicts(step(&steps, "certified"))[0].verdict.is_sellable());
    let is_order = |detail: &Detail| matches!(detail, Detail::Order(_));
    assert!(step(&steps, "order_accepted").details.iter().any(is_order));
    let withdrawn = step(&steps, "certification_withdrawn");
    let refused = withdrawn.details.iter().find_map(|detail| match detail {
        Detail::Refused(refusal) => Some(refusal),
        _ => None,
    });
    let Some(Refusal::NotSellable { lines }) = refused.map(Box::as_ref) else {
        panic!("the cart is refused by the gate: {refused:?}");
    };
    let codes: Vec<_> = lines[0].1.blocking().map(|r| r.code.name()).collect();
    assert_eq!(codes, ["certification_withdrawn"]);
    let returned = step(&steps, "certification_returned");
    assert!(verdicts(returned)[0].verdict.is_sellable());
    assert!(returned.details.iter().any(is_order));
    let last = steps.last().and_then(|step| step.details.last());
    let Some(Detail::Verified(verified)) = last else {
        panic!("the record is verified last");
    };
    assert!(verified.is_clean(), "{verified:?}");
    house.close().await;
}

#[tokio::test]
async fn playing_again_tells_the_same_and_doubles_nothing() {
    let folder = TempDir::new().expect("folder");
    let (house, clock) = open(folder.path()).await;
    let (cast, first) = play(&house, &clock).await;
    let size = house.snapshot().next_position();
    let orders = house.order_count(&cast.race_listing).await.expect("counts");
    let stock = |listing: Option<domain::listing::Listing>| listing.expect("there").stock;
    let left = stock(house.listing(&cast.race_listing).await.expect("reads"));
    house.close().await;

    let (house, clock) = open(folder.path()).await;
    let (again, second) = play(&house, &clock).await;
    assert_eq!(again, cast);
    for (again, before) in told(&second).iter().zip(told(&first)) {
        assert_eq!(*again, before);
    }
    assert_eq!(second.len(), first.len());
    assert_eq!(house.snapshot().next_position(), size);
    assert_eq!(
        house.order_count(&cast.race_listing).await.expect("counts"),
        orders
    );
    assert_eq!(orders, (2, 2));
    assert_eq!(
        stock(house.listing(&cast.race_listing).await.expect("reads")),
        left
    );
    house.close().await;
}

#[tokio::test]
async fn the_race_can_be_run_today_and_the_slider_has_three_answers() {
    let folder = TempDir::new().expect("folder");
    let (house, clock) = open(folder.path()).await;
    let (cast, steps) = play(&house, &clock).await;
    let today: Instant = "2026-11-24".parse().expect("date");
    let moment = trade::gate::snapshot::Moment::at(today);
    let race = house.listing(&cast.race_listing).await.expect("reads");
    let race = house
        .judge(race.expect("there"), moment)
        .await
        .expect("judged");
    assert!(race.verdict.is_sellable(), "{:?}", blocking(&race));
    let grades: Vec<_> = step(&steps, "other_dates")
        .details
        .iter()
        .filter_map(|detail| match detail {
            Detail::Fit(checked) => Some(checked.fit.grade().name()),
            _ => None,
        })
        .collect();
    assert_eq!(grades, ["fallback only", "unknown", "disputed"]);
    house.close().await;
}
