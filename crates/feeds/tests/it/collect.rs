//! One way to read a file in a test, and to look at what came of it.

use std::collections::BTreeMap;

use domain::fault::Fault;
use feeds::{Fact, FileError, Kind, Origin, Row, Sink, Summary};

/// Keeps every row.
#[derive(Default)]
pub struct Rows {
    pub rows: Vec<Row>,
    pub last_progress: (u64, u64),
}

impl Sink for Rows {
    fn row(&mut self, row: Row) {
        self.rows.push(row);
    }

    fn progress(&mut self, bytes_read: u64, bytes_total: u64) {
        assert!(bytes_read >= self.last_progress.0, "progress goes on");
        self.last_progress = (bytes_read, bytes_total);
    }
}

/// What came of a file.
pub struct Read {
    pub origin: Origin,
    pub summary: Summary,
    pub rows: Vec<Row>,
}

/// Reads, and checks what holds of every file: the counts are those of the rows.
pub fn read(name: &str, bytes: &[u8], kind: Option<Kind>) -> Result<Read, FileError> {
    let mut sink = Rows::default();
    let result = feeds::read_bytes(name, bytes, kind, &mut sink);
    check_rows(&sink.rows);
    let (origin, summary) = result?;
    assert_eq!(sink.last_progress, (summary.bytes, bytes.len() as u64));
    check_counts(&sink.rows, &summary);
    Ok(Read {
        origin,
        summary,
        rows: sink.rows,
    })
}

fn check_rows(rows: &[Row]) {
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row.number, index as u64 + 1);
        assert!(row.line > 0);
        if let Err(faults) = &row.outcome {
            assert!(!faults.is_empty(), "a faulty row says why");
        }
        for fault in faults(row).iter().chain(&row.notes) {
            assert!(fault.line >= row.line, "{fault}");
            assert!(!fault.rule.is_empty() && !fault.help.is_empty(), "{fault}");
        }
    }
}

fn check_counts(rows: &[Row], summary: &Summary) {
    let count = |of: fn(&Row) -> usize| rows.iter().map(|row| of(row) as u64).sum::<u64>();
    assert_eq!(summary.rows, rows.len() as u64);
    assert_eq!(
        summary.rows,
        summary.rows_with_facts + summary.rows_with_faults
    );
    assert_eq!(
        summary.rows_with_faults,
        count(|row| usize::from(row.outcome.is_err()))
    );
    assert_eq!(
        summary.facts,
        count(|row| row.outcome.as_ref().map_or(0, Vec::len))
    );
    assert_eq!(summary.faults, count(|row| faults(row).len()));
    assert_eq!(summary.notes, count(|row| row.notes.len()));
}

pub fn faults(row: &Row) -> &[Fault] {
    row.outcome.as_ref().err().map_or(&[], Vec::as_slice)
}

/// Reads a file that is good as a whole.
pub fn good(name: &str, text: &str) -> Read {
    read(name, text.as_bytes(), None).expect("the file as a whole is readable")
}

impl Read {
    pub fn facts(&self) -> Vec<&Fact> {
        let outcomes = self.rows.iter().filter_map(|row| row.outcome.as_ref().ok());
        outcomes.flatten().collect()
    }

    /// `line:column:rule` of every fault and note, faults first, row by row.
    pub fn remarks(&self) -> Vec<String> {
        let all = self
            .rows
            .iter()
            .flat_map(|row| faults(row).iter().chain(&row.notes));
        all.map(|fault| format!("{}:{}:{}", fault.line, fault.column, fault.rule))
            .collect()
    }

    /// How often each rule was broken.
    pub fn rules(&self) -> BTreeMap<&'static str, u64> {
        let mut rules = BTreeMap::new();
        for row in &self.rows {
            for fault in faults(row).iter().chain(&row.notes) {
                *rules.entry(fault.rule).or_default() += 1;
            }
        }
        rules
    }
}

/// A member of an archive as ustar has it, with its header's kind and size as they are given.
pub fn tar_member(name: &str, kind: u8, size: u64, content: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(124, format!("{size:011o}").as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block.extend_from_slice(content);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

/// An archive of files.
pub fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let files = files.iter();
    let members =
        files.map(|(name, text)| tar_member(name, b'0', text.len() as u64, text.as_bytes()));
    let mut archive = members.collect::<Vec<_>>().concat();
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// The lists of a radio, one line each: `LTE [B2, B4] whole`.
pub fn lists(radio: &domain::radio::Radio) -> Vec<String> {
    let lists = radio.lists.iter().map(|list| {
        let claims: Vec<String> = list.claims.iter().map(|claim| claim.short()).collect();
        let whole = if list.exhaustive { "whole" } else { "partial" };
        format!("{} [{}] {whole}", list.technology, claims.join(", "))
    });
    lists.collect()
}
