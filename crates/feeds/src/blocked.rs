//! An operator's list of blocked units: CSV with a column `imei`, and perhaps `reason`, `since`, `reported_by`.
//!
//! Units are personal data. A row that does not read is shown with its type allocation code and how many digits
//! it has; no fault, note or fact of this file repeats a number. What a list means is not known here.

use std::collections::HashMap;
use std::io::{self, BufRead};

use domain::Instant;
use domain::number::{ImeiError, UnitNumber, holds_imei};

use crate::limits::BLOCKED_TEXT_CHARS;
use crate::out::{Draft, Out};
use crate::table::Table;
use crate::{BlockedFact, Fact};

/// Digits of a number that may be shown: its type allocation code.
const SHOWN_DIGITS: usize = 8;

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?.with_short_rows();
    let [imei, reason, since, reported_by] =
        ["imei", "reason", "since", "reported_by"].map(|name| table.column(name));
    // The line that named a unit first.
    let mut seen: HashMap<UnitNumber, u64> = HashMap::new();
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft)
            && let Some(unit) = unit(record.get(imei), &mut draft)
        {
            let line = draft.line();
            let first = *seen.entry(unit).or_insert(line);
            if first == line {
                let blocked = BlockedFact {
                    unit,
                    reason: words("reason", record.get(reason), &mut draft),
                    since: instant(record.get(since), &mut draft),
                    reported_by: words("reported_by", record.get(reported_by), &mut draft),
                };
                draft.fact(Fact::Blocked(blocked));
            } else {
                let help = format!("line {first} names the unit first, and counts");
                draft.note("imei", "imei.repeated", &shown(record.get(imei)), &help);
            }
        }
        out.push(draft);
    }
    Ok(())
}

fn unit(text: &str, draft: &mut Draft) -> Option<UnitNumber> {
    let error = match UnitNumber::of_list(text) {
        Ok(unit) => return Some(unit),
        Err(error) => error,
    };
    let (rule, help) = if text.is_empty() {
        ("imei.missing", "a row is about one unit")
    } else if is_in_short_form(text) {
        let help =
            "a spreadsheet cut its last digits; format the column as text and export it again";
        ("imei.digits_lost", help)
    } else {
        rule_of(error)
    };
    draft.fault("imei", rule, &shown(text), help);
    None
}

fn rule_of(error: ImeiError) -> (&'static str, &'static str) {
    match error {
        ImeiError::AllEqual => ("imei.made_up", "all its digits are the same"),
        ImeiError::CheckDigit => (
            "imei.check_digit",
            "its last digit does not follow from the others; a digit was mistyped",
        ),
        ImeiError::Length { found: 14 } => (
            "imei.digits_lost",
            "no body allocates its first two digits; if a spreadsheet dropped a zero in front, put it back",
        ),
        ImeiError::PhoneNumber => ("imei.phone_number", "a + begins a phone number"),
        ImeiError::Character { .. } => (
            "imei.characters",
            "write digits; blanks, -, . and / between them are passed over",
        ),
        ImeiError::OtherScript { .. } => ("imei.script", "write the digits 0 to 9"),
        ImeiError::Length { .. }
        | ImeiError::CheckDigitMissing
        | ImeiError::SoftwareVersion
        | ImeiError::SoftwareVersionAfterCheckDigit => (
            "imei.length",
            "a unit has 14 digits; 15 with a check digit, 16 with a software version, 17 with both",
        ),
    }
}

/// `3.56471E+14`, as spreadsheets write long numbers.
fn is_in_short_form(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some((digits, power)) = lower.split_once("e+") else {
        return false;
    };
    let is_number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    };
    !digits.is_empty() && is_number(digits) && is_number(power)
}

/// `86763402… (13 digits)`: nothing more of a number.
fn shown(text: &str) -> String {
    let digits = || text.chars().filter(|c| c.is_numeric());
    let count = digits().count();
    if count == 0 {
        return String::new();
    }
    let code: String = digits().take(SHOWN_DIGITS).collect();
    let rest = if count > SHOWN_DIGITS { "…" } else { "" };
    format!("{code}{rest} ({count} digits)")
}

fn instant(text: &str, draft: &mut Draft) -> Option<Instant> {
    if text.is_empty() {
        return None;
    }
    let since = text.parse().ok();
    if since.is_none() {
        let help = "write a date as 2026-01-31; the unit is listed without one";
        draft.note("since", "since.not_a_date", text, help);
    }
    since
}

/// What stands in a column, unless somebody wrote a unit's number into it.
fn words(column: &str, text: &str, draft: &mut Draft) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if holds_imei(text) {
        let help = "it holds the number of a unit, so it is left out; the row stands";
        draft.note(column, "imei.not_here", "", help);
        return None;
    }
    if text.chars().nth(BLOCKED_TEXT_CHARS).is_some() {
        let help = format!("only its first {BLOCKED_TEXT_CHARS} characters are kept");
        draft.note(column, "text.too_long", text, &help);
    }
    Some(text.chars().take(BLOCKED_TEXT_CHARS).collect())
}
