//! Type allocation codes as lists print them: eight digits, and what is no such code.
//!
//! A code that lost its leading zero is refused and never padded: most of those in one published list do
//! not match any code of the same list's other copy once a zero is put before them.

use std::collections::HashMap;

use domain::number::Tac;

use crate::out::Draft;

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
        if catalogue::tac::is_made_up(tac) {
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
