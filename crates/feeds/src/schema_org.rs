//! Examples of schema.org's `Product` and `Offer` as its site prints them: JSON-LD within a line of JSON.
//!
//! Some examples are not valid JSON, since the site cuts them; that is their row's fault. Of the others the
//! offers are read that stand under a thing with a name.

use std::io::{self, BufRead};

use domain::money::Money;
use serde_json::{Map, Value};

use crate::json;
use crate::out::{Draft, Out};
use crate::{Availability, Fact, OfferFact};

/// Nodes of one example.
const NODES: usize = 1_000;

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_line(text, out, example)
}

fn example(object: &Map<String, Value>, draft: &mut Draft) {
    let said = json::text(object, "json_text", draft).unwrap_or_default();
    let value: Value = match serde_json::from_str(said) {
        Ok(value) => value,
        Err(error) => {
            let help = "the example is no JSON; correct it there";
            draft.fault("json_text", "json.malformed", &error.to_string(), help);
            return;
        }
    };
    let mut nodes = vec![&value];
    let mut seen = 0;
    while let Some(node) = nodes.pop() {
        seen += 1;
        if seen > NODES {
            let help = "only the first thousand values of an example are looked at";
            draft.note("json_text", "json.too_many_values", "", help);
            break;
        }
        match node {
            Value::Array(list) => nodes.extend(list.iter().rev()),
            Value::Object(thing) => {
                offers_of(thing, draft);
                nodes.extend(thing.values().rev());
            }
            _ => {}
        }
    }
    if !draft.has_facts() {
        let help = "the example has no offer of a thing with a name";
        draft.note("json_text", "offer.none", said, help);
    }
}

/// The offers of a thing by its name: `{"name": …, "offers": {"price": …, "priceCurrency": …}}`.
fn offers_of(thing: &Map<String, Value>, draft: &mut Draft) {
    let name = text(thing, "name");
    if name.is_empty() {
        return;
    }
    let offers = match thing.get("offers") {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for offer in offers.into_iter().filter_map(Value::as_object) {
        let currency = text(offer, "priceCurrency");
        let mut money = |key: &str| money(offer, key, &currency, draft);
        let (price, low, high) = (money("price"), money("lowPrice"), money("highPrice"));
        let availability = text(offer, "availability");
        let brand = match thing.get("brand") {
            Some(Value::Object(brand)) => text(brand, "name"),
            _ => text(thing, "brand"),
        };
        draft.fact(Fact::Offer(Box::new(OfferFact {
            sku: Some(text(offer, "sku"))
                .filter(|sku| !sku.is_empty())
                .unwrap_or_else(|| text(thing, "sku")),
            title: name.clone(),
            brand,
            price: price.or(low),
            high_price: high,
            condition: condition(&text(offer, "itemCondition")),
            condition_label: text(offer, "itemCondition"),
            availability: available(&availability),
            availability_label: availability,
            link: text(offer, "url"),
            ..OfferFact::default()
        })));
    }
}

fn text(object: &Map<String, Value>, key: &str) -> String {
    let text = object.get(key).and_then(Value::as_str);
    text.map(str::trim).unwrap_or_default().to_owned()
}

/// A price may be a text or a number.
fn money(
    offer: &Map<String, Value>,
    key: &str,
    currency: &str,
    draft: &mut Draft,
) -> Option<Money> {
    let printed = match offer.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let read = format!("{printed} {currency}").parse::<Money>().ok();
    if read.is_none() {
        let help = "set aside; write digits and a point, and the currency in priceCurrency";
        draft.note(key, "price.not_money", &printed, help);
    }
    read.filter(|money| money.minor() >= 0)
}

/// The last word of `https://schema.org/InStock`.
fn word(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

fn available(address: &str) -> Option<Availability> {
    match word(address) {
        "InStock" | "LimitedAvailability" | "OnlineOnly" => Some(Availability::InStock),
        "OutOfStock" | "SoldOut" | "Discontinued" => Some(Availability::OutOfStock),
        "PreOrder" | "PreSale" => Some(Availability::Preorder),
        "BackOrder" => Some(Availability::Backorder),
        _ => None,
    }
}

fn condition(address: &str) -> Option<domain::listing::Condition> {
    use domain::listing::Condition;
    match word(address) {
        "NewCondition" => Some(Condition::New),
        "UsedCondition" => Some(Condition::Used),
        "RefurbishedCondition" => Some(Condition::Refurbished),
        _ => None,
    }
}
