//! PriceRunner: titles of many shops, each with the product that it was matched to; no prices.
//!
//! The product is what people decided that the title means, so it can check any matching of titles.

use std::io::{self, BufRead};

use super::{seen, title};
use crate::Fact;
use crate::out::Out;
use crate::table::Table;

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let sku = table.column("product_id");
    let name = table.column("product_title");
    let vendor = table.column("vendor_id");
    let product = table.column("cluster_label");
    let category = table.column("category_label");
    table.each_row(out, |record, draft| {
        let Some(title) = title(record, name, "product_title", draft) else {
            return;
        };
        let mut offer = seen(record.get(vendor), "");
        offer.sku = record.get(sku).to_owned();
        offer.title = title;
        offer.product = record.get(product).to_owned();
        offer.category = record.get(category).to_owned();
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}
