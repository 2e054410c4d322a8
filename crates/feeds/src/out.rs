//! How a row is put together and handed on: facts, faults and notes with their places, and the counts.

use std::rc::Rc;

use domain::fault::Fault;
use domain::number::{holds_imei, without_imeis};

use crate::limits::{FAULTS_PER_ROW, FOUND_CHARS, ROWS};
use crate::source::Tally;
use crate::{Fact, Row, Sink, Summary};

/// Rows between two words on progress.
const PROGRESS_ROWS: u64 = 512;

/// Where rows go.
pub(crate) struct Out<'a> {
    sink: &'a mut dyn Sink,
    file: Rc<str>,
    tally: Rc<Tally>,
    total: u64,
    summary: Summary,
}

impl<'a> Out<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink, file: &str, tally: Rc<Tally>, total: u64) -> Self {
        Self {
            sink,
            file: file.into(),
            tally,
            total,
            summary: Summary::default(),
        }
    }

    /// A row that begins on `line`.
    pub(crate) fn draft(&self, line: u64) -> Draft {
        Draft::new(Rc::clone(&self.file), line)
    }

    /// A row of a file inside the archive: places name the member before the column, and lines are the member's.
    pub(crate) fn draft_in(&self, member: &str, line: u64) -> Draft {
        let mut draft = self.draft(line);
        draft.member = Some(member.into());
        draft
    }

    /// Whether no more rows are taken; says so once, as a faulty row of its own.
    pub(crate) fn full(&mut self, line: u64) -> bool {
        if self.summary.rows < ROWS {
            return false;
        }
        if self.summary.rows == ROWS {
            let mut draft = self.draft(line);
            draft.fault(
                "",
                "file.too_many_rows",
                &ROWS.to_string(),
                "split the file",
            );
            self.push(draft);
        }
        true
    }

    pub(crate) fn push(&mut self, mut draft: Draft) {
        if draft.facts.iter().any(holds_unit) {
            let help = "a name holds the number of a unit, which is personal data; take it out";
            draft.fault("", "imei.not_here", "", help);
        }
        let summary = &mut self.summary;
        summary.rows += 1;
        summary.notes += draft.notes.len() as u64;
        summary.faults += draft.faults.len() as u64;
        let outcome = if draft.faults.is_empty() {
            summary.rows_with_facts += 1;
            summary.repeats += u64::from(draft.repeats);
            summary.facts += draft.facts.len() as u64;
            Ok(draft.facts)
        } else {
            summary.rows_with_faults += 1;
            Err(draft.faults)
        };
        self.sink.row(Row {
            number: summary.rows,
            line: draft.line,
            outcome,
            notes: draft.notes,
        });
        if summary.rows.is_multiple_of(PROGRESS_ROWS) {
            self.sink.progress(self.tally.bytes(), self.total);
        }
    }

    /// The counts, once the whole file has been read.
    pub(crate) fn finish(self) -> Summary {
        self.sink.progress(self.tally.bytes(), self.total);
        Summary {
            sha256: self.tally.sha256(),
            bytes: self.tally.bytes(),
            ..self.summary
        }
    }
}

/// A row while it is read.
pub(crate) struct Draft {
    file: Rc<str>,
    member: Option<Rc<str>>,
    line: u64,
    facts: Vec<Fact>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
    repeats: bool,
}

impl Draft {
    /// A row of `file` that begins on `line`.
    pub(crate) fn new(file: Rc<str>, line: u64) -> Self {
        Self {
            file,
            member: None,
            line,
            facts: Vec::new(),
            faults: Vec::new(),
            notes: Vec::new(),
            repeats: false,
        }
    }

    /// Why it cannot stand.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// The row says again what an earlier one said; it is counted, and no fact is made of it.
    pub(crate) fn repeat(&mut self) {
        self.repeats = true;
    }

    /// The row cannot stand.
    pub(crate) fn fault(&mut self, column: &str, rule: &'static str, found: &str, help: &str) {
        self.fault_at(self.line, column, rule, found, help);
    }

    /// [`Draft::fault`] on a line of its own.
    pub(crate) fn fault_at(
        &mut self,
        line: u64,
        column: &str,
        rule: &'static str,
        found: &str,
        help: &str,
    ) {
        let fault = self.made(line, column, rule, found, help);
        keep(&mut self.faults, fault);
    }

    /// The row stands; something in it was set aside or read with a remark.
    pub(crate) fn note(&mut self, column: &str, rule: &'static str, found: &str, help: &str) {
        self.note_at(self.line, column, rule, found, help);
    }

    /// [`Draft::note`] on a line of its own.
    pub(crate) fn note_at(
        &mut self,
        line: u64,
        column: &str,
        rule: &'static str,
        found: &str,
        help: &str,
    ) {
        let note = self.made(line, column, rule, found, help);
        keep(&mut self.notes, note);
    }

    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    pub(crate) fn has_facts(&self) -> bool {
        !self.facts.is_empty()
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    fn made(&self, line: u64, column: &str, rule: &'static str, found: &str, help: &str) -> Fault {
        Fault {
            file: self.file.to_string(),
            line,
            column: match &self.member {
                None => column.to_owned(),
                Some(member) if column.is_empty() => member.to_string(),
                Some(member) => format!("{member} {column}"),
            },
            rule,
            found: shortened(found),
            help: help.to_owned(),
        }
    }
}

/// Whether a name or a description that would be kept and shown holds the number of a unit.
fn holds_unit(fact: &Fact) -> bool {
    let holds = |texts: &[&str]| texts.iter().any(|text| holds_imei(text));
    match fact {
        Fact::Device(device) => {
            let codes = device.codes.iter().chain(&device.codenames);
            holds(&[&device.brand, &device.model]) || codes.into_iter().any(|code| holds_imei(code))
        }
        Fact::Network(network) => holds(&[&network.name, &network.operator]),
        Fact::RidesOn(rider) => holds(&[&rider.carrier, &rider.host]),
        Fact::CarrierFeature(feature) => holds(&[&feature.carrier]),
        Fact::Item(item) => holds(&[
            &item.title,
            &item.description,
            item.brand.as_deref().unwrap_or_default(),
        ]),
        Fact::Offer(offer) => {
            let product = [
                &*offer.brand,
                &offer.seller,
                &offer.product,
                &offer.location,
            ];
            holds(&[&offer.title, &offer.variant]) || holds(&product)
        }
        Fact::Reported(reported) => holds(&[&reported.text]),
        Fact::Updates(updates) => holds(&[&updates.brand, &updates.model]),
        Fact::Approval(approval) => {
            holds(&[&approval.brand, &approval.model])
                || approval.codes.iter().any(|code| holds_imei(code))
        }
        Fact::Band(_) | Fact::Blocked(_) | Fact::SalesCode(_) | Fact::Category(_) => false,
    }
}

fn keep(list: &mut Vec<Fault>, fault: Fault) {
    if list.len() < FAULTS_PER_ROW {
        list.push(fault);
    } else if let Some(last) = list.last_mut() {
        last.rule = "row.more_faults";
        last.help = format!("only the first {FAULTS_PER_ROW} are shown");
    }
}

/// No unit's number takes more characters, however it is grouped.
const NUMBER_CHARS_MAX: usize = 32;

/// At most [`FOUND_CHARS`] characters, and no unit's number whole.
pub(crate) fn shortened(text: &str) -> String {
    let text = text.trim();
    // Only the beginning is looked at: a line of a megabyte may have a fault in every other character. A number
    // that the beginning ends in is not seen whole, so what it ends in is not shown.
    let text = match text.char_indices().nth(2 * FOUND_CHARS) {
        None => without_imeis(text),
        Some((end, _)) => {
            let seen = without_imeis(text.get(..end).unwrap_or_default());
            let chars = seen.chars().count().saturating_sub(NUMBER_CHARS_MAX);
            seen.chars().take(chars).collect::<String>() + "…"
        }
    };
    match text.char_indices().nth(FOUND_CHARS) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Last(Option<Row>);

    impl Sink for Last {
        fn row(&mut self, row: Row) {
            self.0 = Some(row);
        }

        fn progress(&mut self, _: u64, _: u64) {}
    }

    #[test]
    fn past_the_last_row_one_fault_says_so_and_nothing_more_is_taken() {
        let mut last = Last::default();
        let mut out = Out::new(&mut last, "f", Rc::default(), 0);
        out.summary.rows = ROWS - 1;
        assert!(!out.full(9));
        let draft = out.draft(9);
        out.push(draft);
        assert!(out.full(10));
        assert!(out.full(11), "and it stays so");
        assert_eq!(out.finish().rows, ROWS + 1);
        let faults = last.0.and_then(|row| row.outcome.err()).expect("a fault");
        assert_eq!((faults[0].rule, faults[0].line), ("file.too_many_rows", 10));
    }

    #[test]
    fn faults_are_shortened_and_no_more_than_can_be_looked_at() {
        let mut last = Last::default();
        let mut out = Out::new(&mut last, "f", Rc::default(), 0);
        let mut draft = out.draft(1);
        for _ in 0..100 {
            draft.fault("c", "a.rule", &"é".repeat(1_000), "help");
        }
        out.push(draft);
        let faults = last.0.and_then(|row| row.outcome.err()).expect("faults");
        assert_eq!(faults.len(), FAULTS_PER_ROW);
        assert_eq!(faults[0].found.chars().count(), FOUND_CHARS + 1);
        assert_eq!(faults[FAULTS_PER_ROW - 1].rule, "row.more_faults");
    }
}
