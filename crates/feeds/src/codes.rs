//! Mobile network codes with names and no bands: one table (musalbas) and one JSON object (jbjulia).
//!
//! Codes are texts: `02` and `002` are two networks. The table also has them as numbers, which read the
//! digits as hexadecimal and are never used.

use std::io::{self, BufRead};

use crate::json::{self, Elements};
use crate::out::{Draft, Out};
use crate::table::Table;
use crate::wikipedia::{country, plmn};
use crate::{Fact, NetworkFact};

/// `MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network`.
pub(crate) fn read_table(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let columns = ["mcc", "mnc", "iso", "network"].map(|name| table.column(name));
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            network(
                columns.map(|column| record.get(column)),
                ["ISO", "Network"],
                &mut draft,
            );
        }
        out.push(draft);
    }
    Ok(())
}

/// `{"20201": {"MCC": "202", "MNC": "01", "ISO": "gr", "NETWORK": "Cosmote", …}, …}`.
pub(crate) fn read_object(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    json::each_object(Elements::of_object(text), out, |object, draft| {
        let keys = ["MCC", "MNC", "ISO", "NETWORK"];
        let texts = keys.map(|key| json::text(object, key, draft));
        let texts = texts.map(Option::unwrap_or_default);
        network(texts, ["ISO", "NETWORK"], draft);
    })
}

fn network([mcc, mnc, iso, name]: [&str; 4], columns: [&str; 2], draft: &mut Draft) {
    let Some(plmn) = plmn(mcc, mnc, draft) else {
        return;
    };
    if name.is_empty() {
        let help = "the row names no network; it is kept by its code";
        draft.note(columns[1], "name.missing", "", help);
    }
    let country = country(columns[0], iso, draft);
    draft.fact(Fact::Network(NetworkFact {
        name: name.to_owned(),
        country,
        plmns: vec![plmn],
        ..NetworkFact::default()
    }));
}
