//! Resale offers that a program made up, for load alone: every fact is marked as such.
//!
//! The rows give no currency, so their prices are no money and are left out. Many contradict themselves.

use std::io::{self, BufRead};

use super::{seen, title};
use crate::Fact;
use crate::out::Out;
use crate::table::Table;

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let name = table.column("model");
    let brand = table.column("brand");
    let storage = table.column("storage_gb");
    let color = table.column("color");
    let condition = table.column("condition");
    let os = table.column("os");
    table.each_row(out, |record, draft| {
        let Some(title) = title(record, name, "model", draft) else {
            return;
        };
        let mut offer = seen("", "");
        offer.is_synthetic = true;
        let system = record.get(os);
        if system.starts_with("iOS") != title.contains("iPhone") && !system.is_empty() {
            let help = "iPhones run iOS and no other phone does; the system is left out";
            draft.note("os", "os.contradicted", system, help);
        }
        offer.title = title;
        offer.brand = record.get(brand).to_owned();
        offer.variant = format!("{} GB, {}", record.get(storage), record.get(color));
        // `Like New` to `Fair`: how worn it is, not which of schema.org's words it is.
        offer.condition_label = record.get(condition).to_owned();
        draft.fact(Fact::Offer(Box::new(offer)));
    })
}
