//! GSMArena's specification sheets of 2021 as their collector ships them: a table for each brand, with a
//! header of its own and texts as Python byte literals, `b'GSM / HSPA'`.
//!
//! Decoded they are the sheets of `gsmarena.rs`, which reads them; only the column without a name is called
//! `info` there.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::gsmarena;
use crate::out::Out;
use crate::table::Table;

/// What is read of a sheet: the column as a table's reader names it, the key of the decoded sheet.
const READ: [(&str, &str); 13] = [
    ("brand", "Brand"),
    ("model_name", "Model Name"),
    ("models", "Models"),
    ("status", "Status"),
    ("announced", "Announced"),
    ("technology", "Technology"),
    ("2g_bands", "2G bands"),
    ("3g_bands", "3G bands"),
    ("4g_bands", "4G bands"),
    ("5g_bands", "5G bands"),
    ("", "info"),
    ("_1", "_1"),
    ("_1_1", "_1_1"),
];

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?;
    let columns = READ.map(|(column, key)| (table.column(column), key));
    table.each_row(out, |record, draft| {
        let mut sheet = Map::new();
        for (column, key) in columns {
            let cell = record.get(column);
            if cell.is_empty() {
                continue;
            }
            let text = match decoded(cell) {
                Some(text) => text,
                None => {
                    let help = "not a byte literal, b'…' in UTF-8; read as it stands";
                    draft.note(key, "text.not_a_literal", cell, help);
                    cell.to_owned()
                }
            };
            sheet.insert(key.to_owned(), Value::String(text));
        }
        gsmarena::device(&sheet, draft);
    })
}

/// The text of a byte literal: `b'1.12\xc2\xb5m'` to `1.12µm`. None: it is none, or not UTF-8.
/// Source: The Python Language Reference, 2.4.1, string and bytes literals.
fn decoded(cell: &str) -> Option<String> {
    let quoted = cell.strip_prefix('b')?;
    let quote = quoted.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inside = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            same @ (b'\\' | b'\'' | b'"') => same,
            _ => return None,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, text: Option<&str>) {
        assert_eq!(decoded(cell).as_deref(), text, "{cell}");
    }

    #[test]
    fn byte_literals_are_decoded_or_told() {
        check(r"b'GSM / HSPA'", Some("GSM / HSPA"));
        check(r#"b'1/3.1", 1.12\xc2\xb5m'"#, Some("1/3.1\", 1.12µm"));
        check(r#"b"Men's \\ \'a\'\n""#, Some("Men's \\ 'a'\n"));
        check("b''", Some(""));
        for broken in [
            "GSM", "b'GSM", "bGSM'", r"b'\xc2'", r"b'\xg1'", r"b'\x1", r"b'a\'", r"b'\q'", "b'",
            "b",
        ] {
            check(broken, None);
        }
    }
}
