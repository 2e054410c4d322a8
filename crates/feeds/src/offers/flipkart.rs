//! Flipkart: listings of phones in rupees. One listing may stand there several times, since the pages show
//! it again as an advertisement.

use std::collections::HashMap;
use std::io::{self, BufRead};

use super::{availability, optional_price, price, seen, title};
use crate::out::Out;
use crate::table::Table;
use crate::{Availability, Fact};

const SELLER: &str = "Flipkart";
const CURRENCY: &str = "INR";

const STOCK: [(&str, Option<Availability>); 5] = [
    ("IN_STOCK", Some(Availability::InStock)),
    ("OUT_OF_STOCK", Some(Availability::OutOfStock)),
    ("NO_AVAILABLE_LISTING", Some(Availability::OutOfStock)),
    ("PRE_ORDER", Some(Availability::Preorder)),
    // Announced: not out of stock, and no orders are taken.
    ("COMING_SOON", None),
];

pub(crate) fn read(text: &mut dyn BufRead, observed: &str, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let sku = table.column("listingid");
    let name = table.column("title");
    let variant = table.column("subtitle");
    let brand = table.column("brand");
    let stock = table.column("stock");
    let now = table.column("price");
    let list = table.column("mrp");
    let link = table.column("url");
    let mut lines: HashMap<String, u64> = HashMap::new();
    table.each_row(out, |record, draft| {
        let Some(title) = title(record, name, "title", draft) else {
            return;
        };
        let mut offer = seen(SELLER, observed);
        offer.sku = record.get(sku).to_owned();
        offer.title = title;
        offer.variant = record.get(variant).to_owned();
        offer.brand = record.get(brand).to_owned();
        offer.price = price(record.get(now), CURRENCY, "price", draft);
        offer.list_price = optional_price(record.get(list), CURRENCY, "mrp", draft);
        offer.availability_label = record.get(stock).to_owned();
        offer.availability = availability(&offer.availability_label, "stock", &STOCK, draft);
        offer.link = record.get(link).to_owned();
        let first = *lines.entry(offer.sku.clone()).or_insert(record.line);
        if first != record.line && !offer.sku.is_empty() {
            let help = format!("line {first} has it too; both are kept side by side");
            draft.note("listingId", "sku.repeated", &offer.sku, &help);
        }
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}
