//! What the gate remembers never shows: with questions in between, from copies, however the evidence came in, each
//! answer is the one that is worked out anew.

use acceptance::dice::{each_seed, repeat};
use acceptance::setting;
use acceptance::world::{HOUR_MS, World};
use domain::Instant;
use domain::listing::Offer;
use gate::snapshot::Moment;
use gate::{Question, Requirements, Seat, Snapshot};

/// Worlds a run, unless said otherwise.
const WORLDS: u64 = 4_000;
/// Facts of the one that grows; the night run has 100,000.
const FACTS: u64 = 5_000;
const COMPARED_EVERY: u64 = 1_000;
/// Offers looked at in each comparison.
const OFFERS: u64 = 100;
const WIDTH: u64 = 30;

/// Asks in every way there is, of the present and of other times, and finds one answer.
#[track_caller]
fn check(snapshot: &Snapshot, offer: &Offer, seat: &Seat, moment: Moment, context: &str) {
    let question = Question { offer, moment };
    let anew = snapshot.verdict_anew(&question);
    let context = || format!("{moment:?}, {offer:?}; {context}");
    assert_eq!(snapshot.verdict(&question), anew, "{}", context());
    let judgement = snapshot.judge(seat, moment);
    let because = judgement.because();
    let mut reasons: Vec<_> = because.reasons().cloned().collect();
    reasons.sort_by_key(|reason| (reason.requirement, format!("{reason:?}")));
    let mut expected = anew.reasons.clone();
    expected.sort_by_key(|reason| (reason.requirement, format!("{reason:?}")));
    let blocking: Requirements = anew.blocking().map(|one| one.requirement).collect();
    assert_eq!(
        (
            judgement.outcome,
            judgement.blocking,
            judgement.holds_until(),
            because.networks(),
            reasons
        ),
        (
            anew.outcome,
            blocking,
            anew.holds_until,
            &anew.networks[..],
            expected
        ),
        "{}",
        context()
    );
    if moment.known_at == Instant::MAX {
        let is_sellable = snapshot.is_sellable(seat, moment.at);
        assert_eq!(is_sellable, anew.is_sellable(), "{}", context());
    }
}

#[test]
fn each_answer_is_the_one_that_is_worked_out_anew() {
    let test = "remembered::each_answer_is_the_one_that_is_worked_out_anew";
    each_seed(test, WORLDS, |seed| {
        let mut world = World::with_radios(seed);
        world.fill();
        let context = repeat(test, seed);
        let offers: Vec<Offer> = (0..4).map(|_| world.offer()).collect();
        // The rows of a data set may come long after the evidence that it speaks.
        let mut snapshot = Snapshot::new();
        let rows_come_at = world.dice.index(world.recorded.len() + 1);
        let seats: Vec<Seat> = offers.iter().map(|offer| snapshot.seat(offer)).collect();
        let mut earlier: Vec<Snapshot> = Vec::new();
        for (at, one) in world.recorded.clone().into_iter().enumerate() {
            if at == rows_come_at {
                world.tell_rows(&mut snapshot);
            }
            if world.dice.chance(1, 2) {
                earlier.push(snapshot.clone());
            }
            snapshot.apply(one).expect("they come in order");
            for asked in [&snapshot].into_iter().chain(earlier.last()) {
                let at = world.dice.index(offers.len());
                let moment = moment(&mut world, asked);
                check(asked, &offers[at], &seats[at], moment, &context);
            }
        }
        world.tell_rows(&mut snapshot);
        // The whole, grown with questions in between, and as read at once.
        let whole = world.snapshot(world.recorded.len());
        for (offer, seat) in offers.iter().zip(&seats) {
            let moment = moment(&mut world, &snapshot);
            check(&snapshot, offer, seat, moment, &context);
            let question = Question { offer, moment };
            assert_eq!(
                snapshot.verdict(&question),
                whole.verdict(&question),
                "{context}"
            );
            // A seat of another record's says nothing here.
            assert!(!whole.is_sellable(seat, moment.at), "{context}");
        }
        for asked in &earlier {
            let moment = moment(&mut world, asked);
            let at = world.dice.index(offers.len());
            check(asked, &offers[at], &seats[at], moment, &context);
        }
    });
}

/// One snapshot that grows with questions in between, and another that is made of all of it at once.
#[test]
fn growing_comes_to_the_same_as_beginning_again() {
    let test = "remembered::growing_comes_to_the_same_as_beginning_again";
    let facts = setting::number("PASSBAND_TEST_FACTS").unwrap_or(FACTS);
    each_seed(test, 1, |seed| {
        let mut world = World::wide(seed, WIDTH);
        world.fill();
        let mut grown = world.snapshot(0);
        let mut taken = 0;
        let context = repeat(test, seed);
        let mut sellable = 0;
        for fact in 0..facts {
            world.throw();
            for one in &world.recorded[taken..] {
                grown.apply(one.clone()).expect("they come in order");
            }
            taken = world.recorded.len();
            let offer = world.offer();
            let seat = grown.seat(&offer);
            sellable += usize::from(grown.is_sellable(&seat, grown.last_at()));
            if (fact + 1) % COMPARED_EVERY == 0 {
                let whole = world.snapshot(taken);
                for _ in 0..OFFERS {
                    let offer = world.offer();
                    let seat = grown.seat(&offer);
                    let moment = moment(&mut world, &grown);
                    check(&grown, &offer, &seat, moment, &context);
                    let question = Question {
                        offer: &offer,
                        moment,
                    };
                    let (one, other) = (grown.verdict(&question), whole.verdict(&question));
                    assert_eq!(one, other, "{context}");
                }
            }
        }
        println!("{facts} facts, {sellable} of as many offers sellable between them");
    });
}

/// Mostly the present or the future, with all that is known.
fn moment(world: &mut World, snapshot: &Snapshot) -> Moment {
    let ahead = world.dice.below(4);
    let at = match ahead {
        0 => world.instant(),
        1 => snapshot.last_at(),
        _ => world.instant().max(snapshot.last_at()),
    };
    let at = match world.dice.below(8) {
        0 => at.plus_ms(1),
        1 => at.plus_ms(10 * HOUR_MS),
        _ => at,
    };
    let known_at = match world.dice.below(6) {
        0 => world.instant(),
        1 => snapshot.last_at(),
        _ => Instant::MAX,
    };
    Moment { at, known_at }
}
