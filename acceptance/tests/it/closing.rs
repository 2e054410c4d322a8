//! What is said to only close a sale opens none: of no offer, at no instant, whatever else is on the record.

use std::cell::Cell;

use acceptance::dice::{each_seed, repeat};
use acceptance::world::World;
use domain::evidence::Recorded;
use domain::listing::Offer;
use gate::snapshot::Moment;
use gate::{Question, Snapshot};

/// Worlds a run, unless said otherwise.
const WORLDS: u64 = 10_000;
/// Offers asked about in each, each at so many instants.
const QUESTIONS: u64 = 12;

fn is_sellable(snapshot: &Snapshot, offer: &Offer, moment: Moment) -> bool {
    snapshot.verdict(&Question { offer, moment }).is_sellable()
}

/// What a piece that came last did to the offers asked about: how many were, or could not be, said to only close.
#[derive(Clone, Copy, Default)]
struct Counted {
    closing: u64,
    closed: u64,
    opened_by_others: u64,
}

#[test]
fn what_can_only_close_makes_nothing_sellable_at_any_instant() {
    let test = "closing::what_can_only_close_makes_nothing_sellable_at_any_instant";
    let counted = Cell::new(Counted::default());
    each_seed(test, WORLDS, |seed| {
        let mut world = World::of(seed);
        world.fill();
        let length = world.recorded.len();
        world.throw();
        let Some(last) = world.recorded.last().cloned() else {
            return;
        };
        if world.recorded.len() == length {
            return;
        }
        let before = world.snapshot(length);
        let after = world.snapshot(length + 1);
        let Recorded { evidence, .. } = &last;
        let only_closes = before.can_only_close(&evidence.scope, &evidence.claim);
        let mut sum = counted.get();
        sum.closing += u64::from(only_closes);
        for _ in 0..QUESTIONS {
            let (offer, moment) = (world.offer(), Moment::at(world.instant()));
            let was = is_sellable(&before, &offer, moment);
            let is = is_sellable(&after, &offer, moment);
            assert!(
                !only_closes || was || !is,
                "{last:#?}\nopens {offer:?} at {}\n{:#?}\n{}",
                moment.at,
                world.recorded,
                repeat(test, seed)
            );
            sum.closed += u64::from(only_closes && was && !is);
            sum.opened_by_others += u64::from(!only_closes && !was && is);
        }
        counted.set(sum);
    });
    let Counted {
        closing,
        closed,
        opened_by_others,
    } = counted.get();
    println!(
        "{closing} only close and closed {closed} times; others opened {opened_by_others} times"
    );
    assert!(
        closed > 0 && opened_by_others > 0,
        "the worlds are too dull"
    );
}
