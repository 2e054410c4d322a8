//! MobileModels' pages of model codes, in Markdown, as their publisher ships them: a page for each brand.
//!
//! A line in bold is a group, a line that begins with codes is a row: `` `A1453` `A1533`: iPhone 5s ``.
//! Headings, lists and quotes are for people. What a row says is that of the table in `mobilemodels.rs`.

use std::io::{self, BufRead};

use crate::lines::Lines;
use crate::mobilemodels::{brand_of, device};
use crate::origin::base_name;
use crate::out::{Draft, Out};

pub(crate) fn read(text: &mut dyn BufRead, file: &str, out: &mut Out<'_>) -> io::Result<()> {
    let page = base_name(file);
    let page = page.split_once('.').map_or(page, |(page, _)| page);
    let brand = brand_of(page);
    let mut lines = Lines::new(text);
    let mut group = String::new();
    while let Some(line) = lines.next()? {
        let Ok(said) = std::str::from_utf8(&line.bytes) else {
            let mut draft = out.draft(line.number);
            draft.fault("", "text.not_utf8", "", "save the file as UTF-8");
            out.push(draft);
            continue;
        };
        let said = said.trim();
        if let Some(bold) = said.strip_prefix("**") {
            group = group_of(bold).to_owned();
            continue;
        }
        let struck = said.strip_prefix('~').map(str::trim_start);
        if !struck.unwrap_or(said).starts_with('`') {
            continue;
        }
        if out.full(line.number) {
            return Ok(());
        }
        let mut draft = out.draft(line.number);
        if line.cut {
            draft.fault("", "row.too_long", "", "write one row on a line");
        } else if struck.is_some() {
            let help = "struck out on the page; nothing is taken from it";
            draft.note("", "row.struck_out", said, help);
        } else {
            row(said, brand, &group, &mut draft);
            if brand.is_none() {
                let help = "the page is of several brands or not known here; no brand is assumed";
                draft.note("", "brand.missing", page, help);
            }
        }
        out.push(draft);
    }
    Ok(())
}

/// `` [`X9`] Mi 4i (`ferrari`):** `` without its end. U+200B stands before some ends.
fn group_of(bold: &str) -> &str {
    bold.trim_end_matches(|c: char| matches!(c, '*' | ':' | '：' | '\u{200B}') || c.is_whitespace())
}

/// Codes in back ticks, a colon, the name that all of them go by.
fn row(said: &str, brand: Option<&str>, group: &str, draft: &mut Draft) {
    let mut codes = Vec::new();
    let mut rest = said;
    while let Some((code, after)) = rest
        .strip_prefix('`')
        .and_then(|inside| inside.split_once('`'))
    {
        codes.push(code.trim());
        rest = after.trim_start_matches(|c: char| c == '/' || c.is_whitespace());
    }
    let name = rest.strip_prefix([':', '：']).map_or("", str::trim);
    if name.is_empty() {
        let help = "write codes in back ticks, a colon and the name: `2015015`: Mi 4i";
        draft.fault("", "name.missing", said, help);
        return;
    }
    for code in codes {
        if code.is_empty() {
            draft.fault(
                "",
                "code.missing",
                said,
                "write a code between the back ticks",
            );
        } else {
            draft.fact(device(brand, name, code, group));
        }
    }
}
