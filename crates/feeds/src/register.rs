//! Ukraine's register of stolen phones, in three digests that hold no whole IMEI: texts per type allocation
//! code, texts with counts, the rows of one day.
//!
//! What stands there was typed by hand: most texts name a brand alone, some mix Latin and Cyrillic letters
//! (`HUAWEІ`), some are wrong. They are kept as they are, as weak claims, never as names of devices.

use std::io::{self, BufRead};

use catalogue::tac::is_made_up;
use domain::number::Tac;

use crate::out::{Draft, Out};
use crate::table::{Record, Table};
use crate::tac::Tacs;
use crate::{Fact, ReportedFact};

/// Per code: how many records, and the text that most of them have.
pub(crate) fn read_codes(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let tac = table.column("tac");
    let records = table.column("records");
    let luhn_ok = table.column("luhn_ok");
    let texts = table.column("distinct_texts");
    let top = table.column("top_text");
    let of_top = table.column("top_text_records");
    let mut tacs = Tacs::default();
    table.each_row(out, |record, draft| {
        let code = tacs.read(record.get(tac), draft);
        let said = text_of(record, top, "top_text", draft);
        let records = count(record.get(records), "records", draft);
        let luhn_ok = count(record.get(luhn_ok), "luhn_ok", draft);
        let texts = count(record.get(texts), "distinct_texts", draft);
        let of_top = count(record.get(of_top), "top_text_records", draft);
        let (Some(tac), Some(text), Some(of_code), Some(luhn_ok), Some(texts), Some(records)) =
            (code, said, records, luhn_ok, texts, of_top)
        else {
            return;
        };
        if records > of_code || luhn_ok > of_code {
            let help = "a part has at most as many records as the code";
            draft.fault("records", "count.too_small", &of_code.to_string(), help);
            return;
        }
        draft.fact(Fact::Reported(ReportedFact {
            tac: Some(tac),
            text,
            records,
            of_code: Some(of_code),
            luhn_ok: Some(luhn_ok),
            distinct_texts: Some(texts),
            reported: None,
        }));
    })
}

/// Texts, each with the number of records that have it.
pub(crate) fn read_texts(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let said = table.column("brand_model_text");
    let records = table.column("records");
    table.each_row(out, |record, draft| {
        let said = text_of(record, said, "brand_model_text", draft);
        let records = count(record.get(records), "records", draft);
        if let (Some(text), Some(records)) = (said, records) {
            draft.fact(Fact::Reported(ReportedFact {
                text,
                records,
                ..ReportedFact::default()
            }));
        }
    })
}

/// Single records without their serial numbers.
pub(crate) fn read_day(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let date = table.column("insert_date");
    let said = table.column("brand_model_text");
    let tac = table.column("tac");
    let luhn_ok = table.column("luhn_ok");
    table.each_row(out, |record, draft| {
        let Some(text) = text_of(record, said, "brand_model_text", draft) else {
            return;
        };
        let date = record.get(date);
        let day = date.split_once(' ').map_or(date, |(day, _)| day);
        let day = Some(day).filter(|day| day.parse::<domain::Instant>().is_ok());
        if day.is_none() {
            let help = "set aside; write the day as 2026-07-08";
            draft.note("insert_date", "date.malformed", date, help);
        }
        let digits = record.get(tac);
        let code: Option<Tac> = digits.parse().ok().filter(|tac| !is_made_up(*tac));
        if code.is_none() {
            let help = "no code of a real device; the text is kept";
            draft.note("tac", "tac.missing", digits, help);
        }
        draft.fact(Fact::Reported(ReportedFact {
            tac: code,
            text,
            records: 1,
            luhn_ok: match record.get(luhn_ok) {
                "yes" => Some(1),
                "no" => Some(0),
                _ => None,
            },
            reported: day.map(str::to_owned),
            ..ReportedFact::default()
        }));
    })
}

fn text_of(
    record: &Record,
    column: Option<usize>,
    name: &str,
    draft: &mut Draft,
) -> Option<String> {
    let text = record.get(column);
    if text.is_empty() {
        draft.fault(
            name,
            "text.missing",
            "",
            "a record without a text says nothing",
        );
        return None;
    }
    Some(text.to_owned())
}

fn count(text: &str, column: &str, draft: &mut Draft) -> Option<u64> {
    let count = text.parse().ok();
    if count.is_none() {
        draft.fault(column, "count.malformed", text, "write a number in digits");
    }
    count
}
