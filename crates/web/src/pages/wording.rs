//! Dates, periods and outcomes in words.

use domain::listing::{Condition, ListingState};
use domain::time::MONTHS;
use domain::{Instant, Period};
use trade::gate::Outcome;

/// `1 February 2016`.
pub fn day(at: Instant) -> String {
    let date = at.date();
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            format!("{} {month} {year}", day.trim_start_matches('0'))
        }
        _ => date,
    }
}

/// `1 February 2016, 09:30:00 UTC`; to the millisecond where that matters.
pub fn moment(at: Instant) -> String {
    let text = at.to_string();
    let clock = text.split_once('T').map_or("", |(_, clock)| clock);
    format!("{}, {} UTC", day(at), clock.trim_end_matches('Z'))
}

/// A moment, to the second.
pub fn second(at: Instant) -> String {
    const SECOND_MS: i64 = 1_000;
    let whole = at.epoch_ms().div_euclid(SECOND_MS) * SECOND_MS;
    moment(Instant::from_epoch_ms(whole))
}

/// A moment, or only its day where it is the day's first.
pub fn moment_or_day(at: Instant) -> String {
    if at.to_string().ends_with("T00:00:00Z") {
        day(at)
    } else {
        moment(at)
    }
}

/// `from 1 July 2022`, `until 1 January 2018`, `at all times`.
pub fn period(valid: &Period) -> String {
    match (valid.from, valid.until) {
        (None, None) => "at all times".to_owned(),
        (Some(from), None) => format!("from {}", moment_or_day(from)),
        (None, Some(until)) => format!("until {}", moment_or_day(until)),
        (Some(from), Some(until)) => {
            format!(
                "from {} until {}",
                moment_or_day(from),
                moment_or_day(until)
            )
        }
    }
}

/// The stylesheet's word for an outcome.
pub const fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Sellable => "good",
        Outcome::Unknown | Outcome::Disputed => "open",
        Outcome::Refused => "bad",
    }
}

/// A sign for an outcome, for whoever sees no colour.
pub const fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Sellable => "✓",
        Outcome::Unknown => "?",
        Outcome::Disputed => "≠",
        Outcome::Refused => "✕",
    }
}

/// An outcome in words.
pub const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Sellable => "May be sold",
        Outcome::Unknown => "Not known",
        Outcome::Disputed => "Disputed",
        Outcome::Refused => "May not be sold",
    }
}

/// A condition in words.
pub const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::New => "New",
        Condition::Refurbished => "Refurbished",
        Condition::Used => "Used",
    }
}

/// A listing's state in words.
pub const fn state(state: ListingState) -> &'static str {
    match state {
        ListingState::Draft => "draft",
        ListingState::Offered => "offered",
        ListingState::TakenDown => "taken down",
        ListingState::Ended => "ended",
    }
}

/// A kind of evidence in words.
pub fn kind(kind: &str) -> String {
    let words = kind.replace('_', " ");
    capital(&words.replace("authorization", "authorisation"))
}

/// With a capital at the beginning: an error's sentence begins small, a page's does not.
pub fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// `1 order`, `2 orders`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `12,345`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn instants_are_told_as_people_tell_them() {
        assert_eq!(day(at("2016-02-01")), "1 February 2016");
        assert_eq!(
            moment(at("2016-02-01T09:30:00.25Z")),
            "1 February 2016, 09:30:00.25 UTC"
        );
        let period_of = |from: &str, until: &str| period(&Period::between(at(from), at(until)));
        assert_eq!(
            period_of("2015-01-01", "2018-01-01T12:00:00Z"),
            "from 1 January 2015 until 1 January 2018, 12:00:00 UTC"
        );
        assert_eq!(period(&Period::ALWAYS), "at all times");
    }

    #[test]
    fn counts_are_grouped() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(count), text);
        }
        assert_eq!(counted(1, "order", "orders"), "1 order");
        assert_eq!(kind("sales_authorization"), "Sales authorisation");
    }
}
