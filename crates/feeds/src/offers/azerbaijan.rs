//! Eleven shops in Azerbaijan, with prices and their own words for stock.

use std::io::{self, BufRead};

use super::{availability, is_bundle, optional_price, price, seen, title};
use crate::out::Out;
use crate::table::Table;
use crate::{Availability, Fact};

/// The shops' words; `Mövcuddur` is Azerbaijani for available.
const STOCK: [(&str, Option<Availability>); 4] = [
    ("Yes", Some(Availability::InStock)),
    ("Mövcuddur", Some(Availability::InStock)),
    ("No", Some(Availability::OutOfStock)),
    ("Unknown", None),
];

pub(crate) fn read(text: &mut dyn BufRead, observed: &str, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let shop = table.column("source");
    let sku = table.column("product_id");
    let name = table.column("name");
    let brand = table.column("brand");
    let current = table.column("price_current");
    let original = table.column("price_original");
    let currency = table.column("currency");
    let stock = table.column("in_stock");
    let link = table.column("url");
    table.each_row(out, |record, draft| {
        let Some(title) = title(record, name, "name", draft) else {
            return;
        };
        let currency = record.get(currency);
        let mut offer = seen(record.get(shop), observed);
        offer.sku = record.get(sku).to_owned();
        offer.is_bundle = is_bundle(&title);
        offer.title = title;
        offer.brand = record.get(brand).to_owned();
        offer.price = price(record.get(current), currency, "price_current", draft);
        let list = record.get(original);
        offer.list_price = optional_price(list, currency, "price_original", draft);
        offer.availability_label = record.get(stock).to_owned();
        offer.availability = availability(&offer.availability_label, "in_stock", &STOCK, draft);
        offer.link = record.get(link).to_owned();
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}
