//! LDLC, a French shop: its phones with their stock, and their prices hour by hour.
//!
//! Of the hourly prices only the first of each phone and every change are facts; a row that says again what
//! the last one said of its phone is counted as a repeat.

use std::collections::HashMap;
use std::io::{self, BufRead};

use domain::money::Money;

use super::{is_bundle, seen, title};
use crate::out::Out;
use crate::table::Table;
use crate::{Availability, Fact};

const SELLER: &str = "LDLC";
const CURRENCY: &str = "EUR";

/// The shop's words, each as a label begins: what it orders in first can be ordered, and is not there.
const STOCK: [(&str, Availability); 5] = [
    ("En stock fournisseur", Availability::Backorder),
    ("En stock sous ", Availability::Backorder),
    ("En stock dans ", Availability::Backorder),
    ("En stock", Availability::InStock),
    ("Rupture", Availability::OutOfStock),
];

pub(crate) fn read_products(
    text: &mut dyn BufRead,
    observed: &str,
    out: &mut Out<'_>,
) -> io::Result<()> {
    let table = Table::open(text)?;
    let sku = table.column("reference");
    let name = table.column("nom");
    let brand = table.column("brand");
    let stock = table.column("availability_label");
    let link = table.column("url_produit");
    table.each_row(out, |record, draft| {
        let Some(title) = title(record, name, "nom", draft) else {
            return;
        };
        let mut offer = seen(SELLER, observed);
        offer.sku = record.get(sku).to_owned();
        offer.is_bundle = is_bundle(&title);
        offer.title = title;
        offer.brand = record.get(brand).to_owned();
        offer.link = record.get(link).to_owned();
        let label = record.get(stock);
        let known = STOCK.iter().find(|(start, _)| label.starts_with(start));
        offer.availability = known.map(|(_, means)| *means);
        if known.is_none() && !label.is_empty() {
            let help = "not a word of this shop that is known; the offer says nothing of stock";
            draft.note("availability_label", "availability.unknown", label, help);
        }
        offer.availability_label = label.to_owned();
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}

pub(crate) fn read_prices(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let sku = table.column("reference");
    let observed = table.column("observed_at");
    let price = table.column("price");
    let mut last: HashMap<String, Money> = HashMap::new();
    table.each_row(out, |record, draft| {
        let key = record.get(sku);
        if key.is_empty() {
            draft.fault(
                "reference",
                "sku.missing",
                "",
                "every price is of a product",
            );
        }
        let Some(money) = super::amount(record.get(price), CURRENCY) else {
            let help = "write digits and a point: 299.95";
            draft.fault("price", "price.not_money", record.get(price), help);
            return;
        };
        if draft.has_faults() {
            return;
        }
        match last.get_mut(key) {
            Some(known) if *known == money => return draft.repeat(),
            Some(known) => *known = money,
            None => {
                last.insert(key.to_owned(), money);
            }
        }
        let mut offer = seen(SELLER, record.get(observed));
        offer.sku = key.to_owned();
        // The file has no titles; its products stand in another.
        offer.title = key.to_owned();
        offer.price = Some(money);
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}
