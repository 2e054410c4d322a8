//! Osmocom's list of type allocation codes: code, brand, model; nothing of radio.
//!
//! A sentence on the licence comes before the header. The header names two pairs of columns alike: brand
//! and model are both `name`, and the first `gsmarena` is the address of the model's specification sheet. Other
//! names (`aka`) are of the model at large, of whichever variant and spelling, so they are no codes of this
//! device.

use std::io::{self, BufRead};

use crate::out::Out;
use crate::table::Table;
use crate::tac::Tacs;
use crate::{DeviceFact, Fact};

/// Lines that may stand before the header.
const PREFACE_LINES: usize = 1;

/// Whether these are its columns.
pub(crate) fn is_header(columns: &[String]) -> bool {
    let names = columns.iter().filter(|column| *column == "name").count();
    columns.first().is_some_and(|first| first == "tac") && names == 2
}

/// Whether the file begins with the header, or with the licence and then the header.
pub(crate) fn is_head(head: &str) -> bool {
    let lines = head.lines().take(1 + PREFACE_LINES);
    lines
        .map(crate::table::header_names)
        .any(|columns| is_header(&columns))
}

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open_after(text, PREFACE_LINES, is_header)?;
    let tac = table.column("tac");
    let brand = table.column("name");
    let model = brand.map(|at| at + 1);
    let sheet = table.column("gsmarena");
    let aka = table.column("aka");
    let mut tacs = Tacs::default();
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            let code = tacs.read(record.get(tac), &mut draft);
            if record.get(model).is_empty() {
                let help = "a code without the name of a device says nothing";
                draft.fault("name", "name.missing", "", help);
            } else if let Some(code) = code {
                if record.get(brand).is_empty() {
                    let help = "the list gives no brand; the device is known by its model only";
                    draft.note("name", "brand.missing", "", help);
                }
                draft.fact(Fact::Device(DeviceFact {
                    brand: record.get(brand).to_owned(),
                    model: record.get(model).to_owned(),
                    tacs: vec![code],
                    sheet: sheet_of(record.get(sheet)),
                    aliases: names(record.get(aka)),
                    ..DeviceFact::default()
                }));
            }
        }
        out.push(draft);
    }
    Ok(())
}

/// `http://www.gsmarena.com/samsung_m610-2052.php` points to the sheet `samsung m610`.
fn sheet_of(address: &str) -> Option<String> {
    let file = address.rsplit_once("gsmarena.com/")?.1;
    let (name, number) = file.strip_suffix(".php")?.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && name.contains('_')).then(|| name.replace('_', " "))
}

/// `1610+,1611,NHE-5NX`: each name once.
fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(',').map(str::trim) {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
