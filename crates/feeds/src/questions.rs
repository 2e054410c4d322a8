//! Tables of questions, as they were written: a device a row and where it is to work, or a shop's title a row.
//!
//! Finds the columns and the rows; what the words mean, and what the answer is, it does not know.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use domain::fault::Fault;

use crate::limits::ROWS;
use crate::out::{Draft, shortened};
use crate::source::Source;
use crate::table::Table;
use crate::{FileError, unreadable};

/// Rows between two words on progress.
const PROGRESS_ROWS: u64 = 256;

/// The names that a column goes by, the likeliest first.
const DEVICE: &[&str] = &[
    "device",
    "phone",
    "handset",
    "model",
    "model_code",
    "device_name",
    "name",
    "tac",
];
const TITLE: &[&str] = &[
    "title",
    "product_title",
    "product_name",
    "product",
    "name",
    "offer",
];
const NETWORK: &[&str] = &["network", "carrier", "operator", "network_name"];
const COUNTRY: &[&str] = &["country", "country_code", "cc"];
const AT: &[&str] = &["at", "date", "as_of"];

/// What a table asks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A device, by a name or a code.
    Device,
    /// What a shop's title means.
    Title,
}

impl Subject {
    /// The column, as faults name it.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Title => "title",
        }
    }

    /// The names that its column goes by, the likeliest first.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Device => DEVICE,
            Self::Title => TITLE,
        }
    }
}

/// One row of questions, as it was written; a column that is not there is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// Which device, or the title.
    pub device: String,
    /// On which network.
    pub network: String,
    /// In which country.
    pub country: String,
    /// As of when.
    pub at: String,
    /// Why it cannot be read as a row; it then says nothing else.
    pub faults: Vec<Fault>,
}

/// Takes questions as they are read.
pub trait Questions {
    /// One row, in the file's order; `false`: no more are wanted.
    fn row(&mut self, question: Question) -> bool;

    /// How far the reader is, in bytes of the file as given; called now and then, and at the end.
    fn progress(&mut self, bytes_read: u64, bytes_total: u64);
}

/// Reads a table of questions, packed (`.zst`) or plain, row by row.
///
/// # Errors
/// Only when the file as a whole cannot be read, or has no column of its subject; what is wrong in a row comes
/// with the row.
pub fn read_questions_file(
    path: &Path,
    subject: Subject,
    sink: &mut dyn Questions,
) -> Result<(), FileError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let total = file.metadata().map_err(|error| unreadable(path, &error))?;
    let name = path.display().to_string();
    read(&name, file, total.len(), subject, sink)
}

/// Reads a table that is already in memory; see [`read_questions_file`].
///
/// # Errors
/// As [`read_questions_file`].
pub fn read_questions(
    file_name: &str,
    bytes: &[u8],
    subject: Subject,
    sink: &mut dyn Questions,
) -> Result<(), FileError> {
    read(file_name, bytes, bytes.len() as u64, subject, sink)
}

fn read(
    file: &str,
    raw: impl Read,
    total: u64,
    subject: Subject,
    sink: &mut dyn Questions,
) -> Result<(), FileError> {
    let mut source = Source::open(file, raw)?;
    let tally = Rc::clone(&source.tally);
    let has_subject = rows(file, subject, &mut source, &mut |rows, question| {
        if rows.is_multiple_of(PROGRESS_ROWS) {
            sink.progress(tally.bytes(), total);
        }
        sink.row(question)
    });
    if !has_subject.map_err(|error| source.error(&error))? {
        return Err(FileError::NoColumn {
            file: file.to_owned(),
            names: subject.names().join(", "),
            seen: shortened(source.head.lines().next().unwrap_or_default()),
        });
    }
    sink.progress(tally.bytes(), total);
    Ok(())
}

/// Whether there is a column of the subject; then each row goes to `take` with its number, until it has enough.
fn rows(
    file: &str,
    subject: Subject,
    source: &mut Source<'_>,
    take: &mut dyn FnMut(u64, Question) -> bool,
) -> std::io::Result<bool> {
    let mut table = Table::open(&mut *source.text)?;
    let column = |names: &[&str]| names.iter().find_map(|name| table.column(name));
    let [device, network, country, at] = [subject.names(), NETWORK, COUNTRY, AT].map(column);
    if device.is_none() {
        return Ok(false);
    }
    let file: Rc<str> = file.into();
    let mut number = 0;
    while let Some(record) = table.next()? {
        number += 1;
        let mut draft = Draft::new(Rc::clone(&file), record.line);
        let mut question = Question {
            line: record.line,
            ..Question::default()
        };
        if number > ROWS {
            let help = "split the file";
            draft.fault("", "file.too_many_rows", &ROWS.to_string(), help);
        } else if table.whole(&record, &mut draft) {
            let field = |column| record.get(column).to_owned();
            question.device = field(device);
            question.network = field(network);
            question.country = field(country);
            question.at = field(at);
        }
        question.faults = draft.into_faults();
        if !take(number, question) || number > ROWS {
            break;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Kept(Vec<Question>);

    impl Questions for Kept {
        fn row(&mut self, question: Question) -> bool {
            self.0.push(question);
            self.0.len() < 4
        }

        fn progress(&mut self, _: u64, _: u64) {}
    }

    fn kept(text: &str) -> Result<Vec<Question>, FileError> {
        let mut kept = Kept::default();
        read_questions("devices.csv", text.as_bytes(), Subject::Device, &mut kept)?;
        Ok(kept.0)
    }

    #[test]
    fn columns_are_found_by_the_names_that_people_give_them() {
        for header in [
            "device,network,country,at",
            " Device ; Carrier;Country Code;Date",
            "Model\tOPERATOR\tCC\tAs Of",
        ] {
            let delimiter = [',', ';', '\t']
                .into_iter()
                .find(|one| header.contains(*one));
            let row = ["Mi 4i", "EE", "GB", "2016"].join(&delimiter.expect("one").to_string());
            let kept = kept(&format!("{header}\n{row}\n")).expect("reads");
            let [one] = kept.as_slice() else {
                panic!("{kept:?}");
            };
            let words = [&one.device, &one.network, &one.country, &one.at];
            assert_eq!(words, ["Mi 4i", "EE", "GB", "2016"], "{header}");
        }
    }

    #[test]
    fn a_table_of_titles_has_its_own_column() {
        let mut kept = Kept::default();
        let text = b"sku,Product Title,name\n1,Mi 4i 16GB,x\n";
        read_questions("offers.csv", text, Subject::Title, &mut kept).expect("reads");
        assert_eq!(kept.0[0].device, "Mi 4i 16GB");
        let none = read_questions("offers.csv", b"device\nMi 4i\n", Subject::Title, &mut kept);
        let error = none.expect_err("no titles").to_string();
        assert!(error.contains("title"), "{error}");
    }

    #[test]
    fn a_row_that_cannot_be_read_is_a_row_and_the_next_is_read() {
        let kept = kept("device,at\nA,2016,more\n\"B\n\nC,2017\n").expect("reads");
        let rows: Vec<_> = kept
            .iter()
            .map(|one| (one.line, one.device.as_str(), one.faults.len()))
            .collect();
        assert_eq!(rows, [(2, "", 1), (3, "", 1), (5, "C", 0)]);
    }

    #[test]
    fn a_table_without_devices_is_refused_and_one_that_is_left_is_read_no_further() {
        let error = kept("colour,size\nred,1\n")
            .expect_err("no devices")
            .to_string();
        for words in ["devices.csv", "colour,size", "device"] {
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(kept("device\n1\n2\n3\n4\n5\n").expect("reads").len(), 4);
    }
}
