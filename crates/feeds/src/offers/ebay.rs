//! eBay: listings as its pages show them, with condition and delivery, in US dollars.
//!
//! One listing may be for many storage sizes and then has a range of prices.

use std::io::{self, BufRead};

use domain::listing::Condition;
use domain::money::Money;

use super::{amount, seen, title};
use crate::Fact;
use crate::out::{Draft, Out};
use crate::table::Table;

const CURRENCY: &str = "USD";
const SELLER: &str = "eBay";
/// What the page shows before a new listing's title, without a blank between.
const BADGE: &str = "New Listing";

/// The site's words. Opened goods and those without their packing are neither new nor used by schema.org's
/// words, so of them the label alone is kept.
const CONDITIONS: [(&str, Option<Condition>); 8] = [
    ("Brand New", Some(Condition::New)),
    ("New (Other)", None),
    ("Open Box", None),
    ("Pre-Owned", Some(Condition::Used)),
    ("Certified - Refurbished", Some(Condition::Refurbished)),
    ("Excellent - Refurbished", Some(Condition::Refurbished)),
    ("Very Good - Refurbished", Some(Condition::Refurbished)),
    ("Good - Refurbished", Some(Condition::Refurbished)),
];

pub(crate) fn read(text: &mut dyn BufRead, observed: &str, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let sku = table.column("id");
    let name = table.column("product_name");
    let condition = table.column("conditions");
    let price = table.column("price");
    let delivery = table.column("delivery_charges");
    let location = table.column("location_of_origin");
    table.each_row(out, |record, draft| {
        let Some(shown) = title(record, name, "product_name", draft) else {
            return;
        };
        let mut offer = seen(SELLER, observed);
        offer.sku = record.get(sku).to_owned();
        offer.title = without_badge(&shown, draft).to_owned();
        offer.location = record.get(location).to_owned();
        offer.condition_label = record.get(condition).to_owned();
        offer.condition = condition_of(&offer.condition_label, draft);
        (offer.price, offer.high_price) = prices(record.get(price), draft);
        offer.shipping = shipping(record.get(delivery), draft);
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}

fn without_badge<'a>(shown: &'a str, draft: &mut Draft) -> &'a str {
    let title = shown.strip_prefix(BADGE).map(str::trim);
    match title.filter(|title| !title.is_empty()) {
        None => shown,
        Some(title) => {
            let help = "the page's mark for new listings is glued to the title; taken off";
            draft.note("product_name", "title.badge", shown, help);
            title
        }
    }
}

fn condition_of(label: &str, draft: &mut Draft) -> Option<Condition> {
    let known = CONDITIONS.iter().find(|(word, _)| *word == label);
    if known.is_none() && !label.is_empty() {
        let help = "not one of the site's words; only the word is kept";
        draft.note("conditions", "condition.unknown", label, help);
    }
    known.and_then(|(_, means)| *means)
}

/// `$590.00`, or `$578.95 to $679.95`: the lowest and the highest.
fn prices(text: &str, draft: &mut Draft) -> (Option<Money>, Option<Money>) {
    let dollars = |text: &str| amount(text.trim().strip_prefix('$')?, CURRENCY);
    let read = match text.split_once(" to ") {
        None => dollars(text).map(|price| (price, None)),
        Some((low, high)) => dollars(low).zip(dollars(high)).and_then(|(low, high)| {
            let in_order = low.minor() <= high.minor();
            in_order.then_some((low, Some(high)))
        }),
    };
    match read {
        Some((low, high)) => (Some(low), high),
        None => {
            let help = "set aside; write $590.00 or $578.95 to $679.95";
            draft.note("price", "price.not_money", text, help);
            (None, None)
        }
    }
}

/// `+$129.80 delivery`, `Free International Shipping`, `Shipping not specified`.
fn shipping(text: &str, draft: &mut Draft) -> Option<Money> {
    if text.is_empty() || text == "Shipping not specified" {
        return None;
    }
    let price = if text.starts_with("Free ") {
        Some("0")
    } else {
        let price = text
            .strip_prefix("+$")
            .and_then(|rest| rest.split_once(' '));
        price.map(|(price, _)| price)
    };
    let read = price.and_then(|price| amount(price, CURRENCY));
    if read.is_none() {
        let help = "set aside; write +$129.80 delivery";
        draft.note("delivery_charges", "shipping.unread", text, help);
    }
    read
}
