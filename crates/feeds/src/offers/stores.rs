//! Phones with their price per shop, in US dollars: one row for each shop, storage and memory.

use std::io::{self, BufRead};

use super::{price, seen, title};
use crate::Fact;
use crate::out::Out;
use crate::table::Table;

const CURRENCY: &str = "USD";

pub(crate) fn read(text: &mut dyn BufRead, observed: &str, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    // The first column has no name.
    let sku = table.column("");
    let name = table.column("phone_model");
    let brand = table.column("phone_brand");
    let store = table.column("store");
    let now = table.column("price_usd");
    let storage = table.column("storage");
    let memory = table.column("ram");
    table.each_row(out, |record, draft| {
        let Some(title) = title(record, name, "phone_model", draft) else {
            return;
        };
        let mut offer = seen(record.get(store), observed);
        offer.sku = record.get(sku).to_owned();
        offer.title = title;
        offer.brand = record.get(brand).to_owned();
        offer.price = price(record.get(now), CURRENCY, "price_usd", draft);
        let sizes = [(storage, "GB"), (memory, "GB RAM")];
        let sizes = sizes.map(|(column, unit)| (record.get(column), unit));
        let sizes = sizes.iter().filter(|(size, _)| !size.is_empty());
        let sizes: Vec<String> = sizes.map(|(size, unit)| format!("{size} {unit}")).collect();
        offer.variant = sizes.join(", ");
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}
