//! `passband check --file`: a table of devices in, an answer a row out.
//!
//! How a row is written is `web`'s, so that a file and the API say the same.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use serde_json::json;
use trade::House;
use trade::bulk::{Answered, Subject, Unsaid};
use trade::data_sets::Input;
use web::answers::Form;

use super::{CheckArgs, of_any};
use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Event, Output};
use crate::style::counted;
use crate::typed::{NamedPath, word};

/// Rows by how they ended.
#[derive(Default)]
struct Counts {
    rows: u64,
    yes: u64,
    no: u64,
    unknown: u64,
    unanswered: u64,
}

/// Answers a table.
///
/// # Errors
/// The table cannot be read, or the answers cannot be written.
pub async fn run(house: &House, args: &CheckArgs, table: &NamedPath, out: &Output) -> Answer {
    let unsaid = Unsaid {
        network: args.network.clone(),
        country: said("--country", args.country.as_deref())?,
        at: said("--at", args.at.as_deref())?,
    };
    let form = if out.is_json() {
        Form::JsonLines
    } else {
        Form::Csv
    };
    let mut answers = Answers::open(args.out.as_ref(), table, out)?;
    let mut chunks = trade::bulk::questions(Input::Path(table.path.clone()), Subject::Device);
    let (mut counts, mut worst) = (Counts::default(), Exit::YES);
    let mut text = form.head();
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk?;
        for answered in house.answer(chunk.questions, &unsaid).await {
            let exit = counts.count(&answered);
            if rank(exit) > rank(worst) {
                worst = exit;
            }
            text.push_str(&form.line(&answered));
        }
        answers.put(&text).await?;
        text.clear();
        out.say(Event::Progress {
            what: table.named.clone(),
            done: chunk.progress.read,
            total: chunk.progress.total,
        })
        .await;
    }
    answers.close()?;
    counts.tell(args, out).await;
    Ok(worst)
}

fn said<T: std::str::FromStr<Err = domain::ParseError>>(
    flag: &str,
    text: Option<&str>,
) -> Result<Option<T>, Failure> {
    text.map(|text| word(flag, text)).transpose()
}

/// What is worse is higher: not known, no, then what was in the way by its number.
pub const fn rank(exit: Exit) -> u8 {
    match exit {
        Exit::YES => 0,
        Exit::UNKNOWN => 1,
        Exit::NO => 2,
        Exit(code) => code,
    }
}

impl Counts {
    /// Counts a row; gives how it would have ended alone.
    fn count(&mut self, answered: &Answered) -> Exit {
        self.rows += 1;
        let exit = match &answered.outcome {
            Ok(checked) => of_any(checked),
            Err(error) => Exit::of(error.code),
        };
        let count = match exit {
            Exit::YES => &mut self.yes,
            Exit::NO => &mut self.no,
            Exit::UNKNOWN => &mut self.unknown,
            _ => &mut self.unanswered,
        };
        *count += 1;
        exit
    }

    /// Where the answers go to a file, the counts are what is left to say.
    async fn tell(&self, args: &CheckArgs, out: &Output) {
        let Some(file) = to_file(args.out.as_ref()) else {
            out.note(self.words()).await;
            return;
        };
        if out.is_json() {
            let counts = json!({
                "rows": self.rows,
                "yes": self.yes,
                "no": self.no,
                "not_known_or_disputed": self.unknown,
                "without_answer": self.unanswered,
                "out": file.named,
            });
            out.json(&counts).await;
        } else {
            out.text(format!("{}: {}", file.named, self.words())).await;
        }
    }

    fn words(&self) -> String {
        format!(
            "{} = {} yes + {} no + {} not known or disputed + {} without an answer",
            counted(self.rows, "row"),
            self.yes,
            self.no,
            self.unknown,
            self.unanswered
        )
    }
}

/// `-` is standard output, as is nothing.
pub fn to_file(out: Option<&NamedPath>) -> Option<&NamedPath> {
    out.filter(|file| file.named != "-")
}

/// Where answers go.
pub enum Answers<'a> {
    /// To whoever typed the command.
    Said(&'a Output),
    /// To a file.
    Written(&'a NamedPath, BufWriter<File>),
}

impl<'a> Answers<'a> {
    /// Where they are to go.
    ///
    /// # Errors
    /// It is the table itself, or cannot be written.
    pub fn open(
        file: Option<&'a NamedPath>,
        table: &NamedPath,
        out: &'a Output,
    ) -> Result<Self, Failure> {
        let Some(file) = to_file(file) else {
            return Ok(Self::Said(out));
        };
        let whole = |file: &NamedPath| std::fs::canonicalize(&file.path).ok();
        if whole(file).is_some_and(|path| whole(table) == Some(path)) {
            return Err(Failure::usage(
                format!("--out {} is the table itself", file.named),
                "write the answers to another file",
            ));
        }
        let opened = File::create(&file.path).map_err(|error| cannot_write(file, &error))?;
        Ok(Self::Written(file, BufWriter::new(opened)))
    }

    /// Puts whole lines.
    ///
    /// # Errors
    /// They cannot be written.
    pub async fn put(&mut self, lines: &str) -> Result<(), Failure> {
        match self {
            Self::Said(out) if out.is_json() => {
                if let Some(lines) = lines.strip_suffix('\n') {
                    out.data(lines).await;
                }
            }
            Self::Said(out) => {
                if let Some(lines) = lines.strip_suffix('\n') {
                    out.text(lines).await;
                }
            }
            Self::Written(file, writer) => writer
                .write_all(lines.as_bytes())
                .map_err(|error| cannot_write(file, &error))?,
        }
        Ok(())
    }

    /// Nothing more comes.
    ///
    /// # Errors
    /// What was put cannot be written.
    pub fn close(self) -> Result<(), Failure> {
        match self {
            Self::Said(_) => Ok(()),
            Self::Written(file, mut writer) => {
                writer.flush().map_err(|error| cannot_write(file, &error))
            }
        }
    }
}

fn cannot_write(file: &NamedPath, error: &std::io::Error) -> Failure {
    Failure::file(Exit::CANNOT_CREATE, &file.named, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_outweighs_what_is_not_known_and_an_error_outweighs_both() {
        let order = [
            Exit::YES,
            Exit::UNKNOWN,
            Exit::NO,
            Exit::DATA,
            Exit::NO_INPUT,
        ];
        assert!(order.is_sorted_by_key(|exit| rank(*exit)));
    }
}
