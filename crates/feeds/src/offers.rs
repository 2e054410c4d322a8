//! Offers seen elsewhere, a publisher a file: what their prices, words and titles have in common.
//!
//! Every publisher's words are known one by one; a word that is not known here is noted and says nothing.

pub(crate) mod azerbaijan;
pub(crate) mod ebay;
pub(crate) mod flipkart;
pub(crate) mod ldlc;
pub(crate) mod pricerunner;
pub(crate) mod resale;
pub(crate) mod stores;

use domain::money::Money;

use crate::out::Draft;
use crate::table::Record;
use crate::{Availability, OfferFact};

/// What the publishers' words for stock mean; none: the publisher does not know.
type Words = [(&'static str, Option<Availability>)];

/// A title, or the fault that there is none.
fn title(record: &Record, column: Option<usize>, name: &str, draft: &mut Draft) -> Option<String> {
    let title = record.get(column);
    if title.is_empty() {
        draft.fault(name, "title.missing", "", "every offer has a title");
        return None;
    }
    Some(title.to_owned())
}

/// `1,579.0` in a currency: a comma is a thousands mark where groups of three digits follow it, and a decimal
/// comma where two do and no point (`1869,99`). Anything else could mean two things and is not read.
/// A sign of the currency before it is the caller's business.
fn amount(text: &str, currency: &str) -> Option<Money> {
    let cents = text.split_once(',').filter(|(_, part)| part.len() == 2);
    let (whole, part) = text.split_once('.').or(cents).unwrap_or((text, "0"));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = whole.contains(',');
    let rest: Vec<&str> = groups.collect();
    let well_formed = !first.is_empty()
        && (!is_grouped || first.len() <= 3)
        && rest.iter().all(|group| group.len() == 3)
        && !part.is_empty();
    let digits = format!("{first}{}.{part} {currency}", rest.concat());
    well_formed
        .then(|| digits.parse::<Money>().ok())
        .flatten()
        .filter(|money| money.minor() >= 0)
}

/// A price of a column. Empty: none, with a note; one that cannot be read is set aside with a note.
fn price(text: &str, currency: &str, column: &str, draft: &mut Draft) -> Option<Money> {
    if text.is_empty() {
        draft.note(column, "price.missing", "", "the offer is kept without one");
        return None;
    }
    let read = amount(text, currency);
    if read.is_none() {
        let help = "set aside; write digits and a point: 1579.00";
        draft.note(column, "price.not_money", text, help);
    }
    read
}

/// As [`price`], for a price that may be left out.
fn optional_price(text: &str, currency: &str, column: &str, draft: &mut Draft) -> Option<Money> {
    if text.is_empty() {
        None
    } else {
        price(text, currency, column, draft)
    }
}

/// What a publisher's word for stock means; an unknown one is noted.
fn availability(
    text: &str,
    column: &str,
    words: &Words,
    draft: &mut Draft,
) -> Option<Availability> {
    if text.is_empty() {
        return None;
    }
    let known = words.iter().find(|(word, _)| *word == text);
    if known.is_none() {
        let help = "not a word of this publisher that is known; the offer says nothing of stock";
        draft.note(column, "availability.unknown", text, help);
    }
    known.and_then(|(_, means)| *means)
}

/// Whether a title names something that comes with the phone: ` + 20w charger`, not `Pro+` and not `12(+12)`.
fn is_bundle(title: &str) -> bool {
    title.contains(" + ")
}

/// An offer of a shop, seen in a list that is dated as a whole.
fn seen(seller: &str, observed: &str) -> OfferFact {
    OfferFact {
        seller: seller.to_owned(),
        observed: observed.to_owned(),
        ..OfferFact::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, minor: Option<i64>) {
        assert_eq!(amount(text, "AZN").map(|m| m.minor()), minor, "{text:?}");
    }

    #[test]
    fn a_comma_is_read_where_it_can_mean_one_thing() {
        check("1,579.0", Some(157_900));
        check("1,579", Some(157_900));
        check("12,345,678.90", Some(1_234_567_890));
        check("1869,99", Some(186_999));
        check("6,50", Some(650));
        check("219.99", Some(21_999));
        check("219", Some(21_900));
        check("0", Some(0));
        for bad in [
            "", "1,5", "1,579,99", ",99", "1,5790", "1234,567", ",579", "1.5.7", "1.", "12.345",
            "-5", "1,579 0", "+5", "1,-79",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn a_plus_in_a_name_is_no_bundle() {
        assert!(is_bundle("Apple iPhone 13 + 20w charger"));
        for single in ["Hot 60 Pro+ 8GB", "Max 5 12(+12)GB/256GB", "Galaxy S20+"] {
            assert!(!is_bundle(single), "{single}");
        }
    }
}
