//! The checker on histories that hold and on histories with a planted violation.

use super::*;

const BRAND: &str = "brand:b";

fn at(name: &str, times: (Micros, Micros), came: Came) -> Operation {
    Operation {
        name: name.to_owned(),
        invoked: times.0,
        returned: times.1,
        came,
    }
}

fn accepted(name: &str, times: (Micros, Micros), version: u64) -> Operation {
    let scopes = vec![("market:m".to_owned(), 1), (BRAND.to_owned(), version)];
    at(name, times, Came::Accepted { scopes })
}

fn refused(name: &str, times: (Micros, Micros)) -> Operation {
    let scopes = vec!["market:m".to_owned(), BRAND.to_owned()];
    at(name, times, Came::Refused { scopes })
}

fn changed(name: &str, times: (Micros, Micros), version: u64, effect: Effect) -> Operation {
    let scope = BRAND.to_owned();
    at(
        name,
        times,
        Came::Changed {
            scope,
            version,
            effect,
        },
    )
}

#[track_caller]
fn check(history: &[Operation], expected: &[&str]) {
    let mut backwards = history.to_vec();
    backwards.reverse();
    for history in [history.to_vec(), backwards] {
        let mut found: Vec<String> = violations(&history)
            .iter()
            .map(Violation::to_string)
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_history_that_holds_has_no_violation() {
    check(
        &[
            accepted("before", (0, 5), 1),
            // Asked before the withdrawal was answered: it may have come first.
            accepted("beside", (8, 30), 1),
            changed("withdrawal", (10, 20), 2, Effect::Closes),
            refused("after", (21, 25)),
            refused("overlaps the return", (31, 50)),
            changed("return", (40, 45), 3, Effect::Opens),
            accepted("again", (46, 60), 3),
            // Asked before the return was answered, accepted on what the return made.
            accepted("early", (41, 44), 3),
        ],
        &[],
    );
}

#[test]
fn an_order_on_a_version_that_had_ended_is_found() {
    check(
        &[
            changed("withdrawal", (10, 20), 2, Effect::Closes),
            accepted("late", (21, 30), 1),
        ],
        &[
            "order late rests on brand:b at version 1, but withdrawal had been answered before it was asked",
        ],
    );
    // The later of two changes was answered first; it counts all the same.
    check(
        &[
            changed("slow", (10, 90), 2, Effect::Closes),
            changed("fast", (11, 30), 3, Effect::Opens),
            accepted("late", (40, 50), 1),
        ],
        &[
            "order late rests on brand:b at version 1, but fast had been answered before it was asked",
        ],
    );
}

#[test]
fn an_order_on_a_closed_version_is_found() {
    check(
        &[
            changed("withdrawal", (10, 20), 2, Effect::Closes),
            accepted("blind", (15, 30), 2),
        ],
        &["order blind rests on brand:b at version 2, which is closed"],
    );
}

#[test]
fn a_refusal_without_a_ground_is_found() {
    check(
        &[
            refused("before", (0, 5)),
            changed("withdrawal", (10, 20), 2, Effect::Closes),
            changed("return", (30, 40), 3, Effect::Opens),
            refused("after", (41, 50)),
        ],
        &[
            "order after was refused while everything was open",
            "order before was refused while everything was open",
        ],
    );
}

#[test]
fn versions_that_repeat_skip_or_go_back_are_found() {
    let closes = Effect::Closes;
    check(
        &[
            changed("one", (0, 5), 2, closes),
            changed("twin", (6, 9), 2, closes),
        ],
        &["twin does not follow in the versions of brand:b"],
    );
    check(
        &[
            changed("one", (0, 5), 2, closes),
            changed("far", (6, 9), 4, closes),
        ],
        &["far does not follow in the versions of brand:b"],
    );
    check(
        &[
            changed("later", (50, 60), 2, closes),
            changed("earlier", (0, 5), 3, closes),
        ],
        &["earlier does not follow in the versions of brand:b"],
    );
}

/// A model that follows the rules at random gives no violation; one that reads versions before it is asked does.
#[test]
fn random_histories_are_told_apart() {
    for seed in 0..200 {
        let (sound, broken) = random(seed);
        assert_eq!(violations(&sound), [], "seed {seed}");
        assert!(!violations(&broken).is_empty(), "seed {seed}");
    }
}

fn random(seed: u64) -> (Vec<Operation>, Vec<Operation>) {
    let mut dice = crate::dice::Dice::of(seed);
    let (mut version, mut effect, mut now) = (1, Effect::Opens, 10);
    let mut history = vec![changed("first", (0, 9), 1, Effect::Opens)];
    for number in 0..100 {
        let asked = now;
        now += 1 + dice.below(5);
        let name = format!("{number}");
        if dice.chance(1, 5) {
            version += 1;
            effect = if effect == Effect::Opens {
                Effect::Closes
            } else {
                Effect::Opens
            };
            history.push(changed(&name, (asked, now), version, effect));
        } else if effect == Effect::Opens {
            history.push(accepted(&name, (asked, now), version));
        } else {
            history.push(refused(&name, (asked, now)));
        }
        now += 1;
    }
    let mut broken = history.clone();
    broken.push(changed("end", (now, now + 1), version + 1, Effect::Closes));
    broken.push(accepted("stale", (now + 2, now + 3), version));
    (history, broken)
}
