//! Type allocation codes as lists print them: eight digits, and what is no such code.
//!
//! A code that lost its leading zero is refused and never padded: most of those in one published list do
//! not match any code of the same list's other copy once a zero is put before them.

use std::collections::HashMap;

use domain::number::Tac;

use crate::out::Draft;

/// Codes that somebody made up repeat up to so many digits: `22222222`, `12121212`, `12312312`.
const REPEATED_DIGITS: usize = 3;

/// The codes of one list, each with the line that named it first.
#[derive(Default)]
pub(crate) struct Tacs {
    seen: HashMap<Tac, u64>,
}

impl Tacs {
    /// The code of a row, if it is one; what is wrong is put into `draft`. A code that an earlier row has
    /// is noted: both rows stand, since a list may know two models by one code.
    pub(crate) fn read(&mut self, text: &str, draft: &mut Draft) -> Option<Tac> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Ok(tac) = text.parse::<Tac>() else {
            let (rule, help) = if is_number && text.len() < 8 {
                let help = "write all eight digits; a leading zero may be lost, and none is added";
                ("tac.digits_lost", help)
            } else {
                ("tac.malformed", "a type allocation code has eight digits")
            };
            draft.fault("tac", rule, text, help);
            return None;
        };
        if is_made_up(text) {
            let help = "no real device has it; rows with made-up codes are left out";
            draft.fault("tac", "tac.made_up", text, help);
            return None;
        }
        let line = draft.line();
        let first = *self.seen.entry(tac).or_insert(line);
        if first != line {
            let help = format!("line {first} names it too; both rows are kept side by side");
            draft.note("tac", "tac.repeated", text, &help);
        }
        Some(tac)
    }
}

/// Whether digits that have the form of a code are a pattern and no code.
pub(crate) fn is_made_up(digits: &str) -> bool {
    let repeats = |length: usize| {
        let ahead = digits.bytes().skip(length);
        ahead.eq(digits.bytes().take(digits.len().saturating_sub(length)))
    };
    (1..=REPEATED_DIGITS).any(repeats) || matches!(digits, "01234567" | "12345678" | "87654321")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_codes_are_told_from_real_ones() {
        for digits in [
            "00000000", "22222222", "12121212", "12312312", "12345678", "87654321",
        ] {
            assert!(is_made_up(digits), "{digits}");
        }
        for digits in ["86763402", "35647100", "01234500", "35353536"] {
            assert!(!is_made_up(digits), "{digits}");
        }
    }
}
