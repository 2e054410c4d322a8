//! Checks in bulk: a table of questions in, an answer a row out, in order and in bounded memory.
//!
//! A row that cannot be answered says why and stops no other. How answers are written is the edges' own.

use domain::Instant;
use domain::fault::Fault;
use domain::number::holds_imei;
use domain::place::Country;
use feeds::Questions;
use tokio::sync::mpsc;

pub use feeds::{Question, Subject};

use crate::carriers::AnyChecked;
use crate::check::CheckRequest;
use crate::data_sets::{Input, Progress};
use crate::error::{Code, Error};
use crate::house::House;
use crate::titles::{TITLE_CHARS_MAX, TitleAnswer};

/// Rows that one read of the database answers.
pub const CHUNK_ROWS: usize = 64;
/// Chunks that may wait to be answered.
const CHUNKS_WAITING_MAX: usize = 2;
/// Most characters of a device's or a network's name.
const NAME_CHARS_MAX: usize = 200;

/// What holds where a row does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsaid {
    /// On this network.
    pub network: Option<String>,
    /// In this country.
    pub country: Option<Country>,
    /// As of this instant; none: now.
    pub at: Option<Instant>,
}

/// Rows of a table, at most [`CHUNK_ROWS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The rows.
    pub questions: Vec<Question>,
    /// How far the reading is.
    pub progress: Progress,
}

/// A row with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The row, as it was written.
    pub question: Question,
    /// The answer, or why there is none.
    pub outcome: Result<AnyChecked, Error>,
}

/// Reads a table of questions apart from the caller, who takes it chunk by chunk; reading goes no further than
/// a few chunks ahead, and ends when nobody takes them any more. What is wrong with the file comes last.
#[must_use]
pub fn questions(input: Input, subject: Subject) -> mpsc::Receiver<Result<Chunk, Error>> {
    let (chunks, taken) = mpsc::channel(CHUNKS_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let mut reader = Reader {
            subject,
            chunk: Vec::new(),
            progress: Progress { read: 0, total: 0 },
            chunks,
        };
        let read = match &input {
            Input::Path(path) => feeds::read_questions_file(path, subject, &mut reader),
            Input::Bytes(name, bytes) => feeds::read_questions(name, bytes, subject, &mut reader),
        };
        reader.send();
        if let Err(error) = read {
            let error = Error::new(Code::FileNotUnderstood, error.to_string());
            // Whoever went away does not ask any more.
            let _ = reader.chunks.blocking_send(Err(error));
        }
    });
    taken
}

struct Reader {
    subject: Subject,
    chunk: Vec<Question>,
    progress: Progress,
    chunks: mpsc::Sender<Result<Chunk, Error>>,
}

impl Reader {
    /// Whether there is anybody to send it to.
    fn send(&mut self) -> bool {
        let questions = std::mem::take(&mut self.chunk);
        let progress = self.progress;
        let chunk = Chunk {
            questions,
            progress,
        };
        self.chunks.blocking_send(Ok(chunk)).is_ok()
    }
}

impl Questions for Reader {
    fn row(&mut self, question: Question) -> bool {
        self.chunk.push(within_limits(question, self.subject));
        self.chunk.len() < CHUNK_ROWS || self.send()
    }

    fn progress(&mut self, read: u64, total: u64) {
        self.progress = Progress { read, total };
    }
}

/// A name that is too long for one is a fault, and is not kept: rows wait in memory. So is the number of a
/// unit: answers repeat what was asked, and they are kept and passed on.
fn within_limits(mut question: Question, subject: Subject) -> Question {
    let line = question.line;
    let chars_max = match subject {
        Subject::Device => NAME_CHARS_MAX,
        Subject::Title => TITLE_CHARS_MAX,
    };
    let columns = [
        (subject.column(), chars_max, &mut question.device),
        ("network", NAME_CHARS_MAX, &mut question.network),
        ("country", NAME_CHARS_MAX, &mut question.country),
        ("at", NAME_CHARS_MAX, &mut question.at),
    ];
    for (column, chars_max, text) in columns {
        if text.chars().nth(chars_max).is_some() {
            text.clear();
            let help = format!("write at most {chars_max} characters");
            let fault = fault(line, column, "field.too_long", "", help);
            question.faults.push(fault);
        } else if holds_imei(text) {
            text.clear();
            let help = Code::ImeiNotHere.help().to_owned();
            let fault = fault(line, column, "imei.not_here", "", help);
            question.faults.push(fault);
        }
    }
    question
}

fn fault(line: u64, column: &str, rule: &'static str, found: &str, help: String) -> Fault {
    Fault {
        file: String::new(),
        line,
        column: column.to_owned(),
        rule,
        found: found.to_owned(),
        help,
    }
}

/// A row of a table of titles with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct TitleAnswered {
    /// The row, as it was written.
    pub question: Question,
    /// The answer, or why there is none.
    pub outcome: Result<TitleAnswer, Error>,
}

/// The title of a row, or all that is wrong with it.
fn title(question: &Question) -> Result<&str, Error> {
    let mut faults = question.faults.clone();
    if faults.is_empty() && question.device.is_empty() {
        let help = "write a title in the row".to_owned();
        faults.push(fault(question.line, "title", "field.missing", "", help));
    }
    if faults.is_empty() {
        return Ok(&question.device);
    }
    Err(Error::faults(Code::InvalidInput, faults))
}

/// What a row asks, or all that is wrong with it.
fn request(question: &Question, unsaid: &Unsaid, now: Instant) -> Result<CheckRequest, Error> {
    let mut faults = question.faults.clone();
    if !faults.is_empty() {
        return Err(Error::faults(Code::InvalidInput, faults));
    }
    let mut missing = |column: &str| {
        let help = "write it in the row, or say once what holds for all".to_owned();
        faults.push(fault(question.line, column, "field.missing", "", help));
    };
    let network = match (question.network.as_str(), &unsaid.network) {
        ("", Some(network)) => network.clone(),
        (network, _) => network.to_owned(),
    };
    let mut country = unsaid.country;
    let mut at = unsaid.at.unwrap_or(now);
    if question.device.is_empty() {
        missing("device");
    }
    if network.is_empty() {
        missing("network");
    }
    if question.country.is_empty() && country.is_none() {
        missing("country");
    }
    let mut wrong = |column: &str, error: &domain::ParseError| {
        let help = format!("it is not {}; {}", error.rule, error.help);
        let fault = fault(question.line, column, "field.value", &error.value, help);
        faults.push(fault);
    };
    if !question.country.is_empty() {
        match question.country.parse() {
            Ok(read) => country = Some(read),
            Err(error) => wrong("country", &error),
        }
    }
    if !question.at.is_empty() {
        match question.at.parse() {
            Ok(read) => at = read,
            Err(error) => wrong("at", &error),
        }
    }
    match country {
        Some(country) if faults.is_empty() => Ok(CheckRequest {
            device: question.device.clone(),
            network,
            country,
            at,
        }),
        _ => Err(Error::faults(Code::InvalidInput, faults)),
    }
}

impl House {
    /// Matches the titles of rows, each in its place and read alone. If the names cannot be had, each row that
    /// could be read says so.
    pub async fn answer_titles(&self, questions: Vec<Question>) -> Vec<TitleAnswered> {
        let ready = self.titles().await;
        let answered = questions.into_iter().map(|question| {
            let outcome = match (title(&question), &ready) {
                (Ok(title), Ok(ready)) => Ok(ready.answer(title)),
                (Err(error), _) => Err(error),
                (Ok(_), Err(error)) => Err(error.clone()),
            };
            TitleAnswered { question, outcome }
        });
        answered.collect()
    }

    /// Answers rows, each in its place, in one read of the database. If that cannot be had, each row that
    /// could be read says so.
    pub async fn answer(&self, questions: Vec<Question>, unsaid: &Unsaid) -> Vec<Answered> {
        let now = self.now();
        let asked: Vec<_> = questions
            .iter()
            .map(|question| request(question, unsaid, now))
            .collect();
        let requests = asked.iter().flatten().cloned().collect();
        let (mut answers, otherwise) = match self.check_many(requests).await {
            Ok(answers) => (answers, Error::broken("a row was left without an answer")),
            Err(error) => (Vec::new(), error),
        };
        let mut answers = answers.drain(..);
        let outcomes = asked.into_iter().map(|asked| match asked {
            Ok(_) => answers.next().unwrap_or_else(|| Err(otherwise.clone())),
            Err(error) => Err(error),
        });
        questions
            .into_iter()
            .zip(outcomes)
            .map(|(question, outcome)| Answered { question, outcome })
            .collect()
    }
}
