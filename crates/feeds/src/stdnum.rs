//! The tree of number prefixes that python-stdnum ships: a line per country code, below it one per network.
//!
//! `202` begins a country and is no row; ` 01 bands="…" brand="…"` is a network of it. ` 00-99` says how long
//! the other codes are and names no network. Bands are read as those from Wikipedia, where they come from.

use std::io::{self, BufRead};

use domain::Instant;

use crate::lines::{Line, Lines};
use crate::out::{Draft, Out};
use crate::wikipedia::{self, Listed};

pub(crate) fn read(text: &mut dyn BufRead, dated: Instant, out: &mut Out<'_>) -> io::Result<()> {
    let mut lines = Lines::new(text);
    // None: the last line that should begin a country does not.
    let mut mcc: Option<String> = None;
    while let Some(line) = lines.next()? {
        if out.full(line.number) {
            return Ok(());
        }
        let mut draft = out.draft(line.number);
        let Some(text) = text_of(&line, &mut draft) else {
            out.push(draft);
            continue;
        };
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(network) = text.strip_prefix(' ') {
            row(mcc.as_deref(), network, dated, &mut draft);
        } else {
            let code = text.split(' ').next().unwrap_or_default();
            mcc = is_country(code).then(|| code.to_owned());
            if mcc.is_some() {
                continue;
            }
            let help = "a country code is three digits; the networks below it are not read";
            draft.fault("mcc", "mcc.not_a_code", code, help);
        }
        out.push(draft);
    }
    Ok(())
}

/// Whether a line begins a country.
pub(crate) fn is_country(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn text_of<'a>(line: &'a Line, draft: &mut Draft) -> Option<&'a str> {
    if line.cut {
        draft.fault("", "row.too_long", "", "a line has at most 1 MiB");
        return None;
    }
    let text = std::str::from_utf8(&line.bytes).ok();
    if text.is_none() {
        draft.fault("", "text.not_utf8", "", "save the file as UTF-8");
    }
    text
}

fn row(mcc: Option<&str>, text: &str, dated: Instant, draft: &mut Draft) {
    let Some(mcc) = mcc else {
        let help = "the line above that begins its country was not read";
        draft.fault("mcc", "mcc.missing", text, help);
        return;
    };
    let (mnc, rest) = text.split_once(' ').unwrap_or((text, ""));
    if mnc.contains('-') && rest.trim().is_empty() {
        let help = "how long the other codes of the country are; it names no network";
        draft.note("mnc", "plmn.range", mnc, help);
        return;
    }
    let Some(properties) = properties(rest) else {
        let help = "after the code: key=\"value\", each after a blank";
        draft.fault("", "row.malformed", rest, help);
        return;
    };
    let get = |key: &str| {
        let found = properties.iter().find(|(name, _)| *name == key);
        found.map_or("", |(_, value)| value.trim())
    };
    let listed = Listed {
        mcc,
        mnc,
        brand: get("brand"),
        operator: get("operator"),
        country: get("cc"),
        status: get("status"),
        bands: get("bands"),
        notes: "",
    };
    wikipedia::listed(&listed, dated, draft);
}

/// `bands="GSM 900" cc="gr"`. Quotes inside a value stand bare, so it ends at the quote after which nothing
/// or another key begins.
fn properties(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut properties = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let key = key_of(rest)?;
        let value = rest.get(key.len() + 2..)?;
        let mut quotes = value.match_indices('"').map(|(at, _)| at);
        let end = quotes.find(|at| {
            let after = value.get(at + 1..).unwrap_or_default();
            after.is_empty()
                || after
                    .strip_prefix(' ')
                    .is_some_and(|next| key_of(next).is_some())
        })?;
        properties.push((key, value.get(..end)?));
        rest = value.get(end + 1..)?.trim_start();
    }
    Some(properties)
}

/// The key at the beginning of `bands="…`.
fn key_of(text: &str) -> Option<&str> {
    let end = text.bytes().position(|byte| !byte.is_ascii_lowercase())?;
    let (key, after) = text.split_at_checked(end)?;
    (!key.is_empty() && after.starts_with("=\"")).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_a_value_belong_to_it() {
        assert_eq!(
            properties("cc=\"ua\" operator=\"DPR \"R\"; OOO \"M\"\" status=\"x\""),
            Some(vec![
                ("cc", "ua"),
                ("operator", "DPR \"R\"; OOO \"M\""),
                ("status", "x")
            ])
        );
        assert_eq!(properties("cc=\"\""), Some(vec![("cc", "")]));
        for bad in ["cc=ua", "cc=\"ua", "=\"ua\"", "cc=\"ua\"x", "CC=\"ua\""] {
            assert_eq!(properties(bad), None, "{bad}");
        }
    }
}
