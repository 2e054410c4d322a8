//! `passband match`: which phone does a shop's title mean? One title, several, or a table of them.
//!
//! How a row is written is `web`'s, so that a file and the API say the same.

use clap::Args;
use serde::{Deserialize, Serialize};
use trade::House;
use trade::bulk::Subject;
use trade::data_sets::Input;
use trade::titles::{TitleAnswer, TitleMatch};
use web::answers::Form;
use web::answers::titles::{self, TitleAnswerJson};

use crate::check::bulk::{Answers, rank, to_file};
use crate::command::Answer;
use crate::exit::Exit;
use crate::output::{Event, Output};
use crate::style::{bold, counted, dim};
use crate::typed::NamedPath;

const EXAMPLES: &str = "\
Examples:
  passband match 'SAMSUNG Galaxy S7 (SM-G930F) 32 GB black'
  passband match 'Xiaomi Mi 4i 16GB' 'Silicone case for Mi 4i'     several, each read alone
  passband match --file offers.csv --out matched.csv
  passband match --file offers.csv --json | jq -r 'select(.answer.outcome == \"match\") .answer.phone.ask'
  passband match 'Galaxy S7 32GB' --quiet && echo it is one phone

Titles are matched to the devices of every list that was imported and not retired, and of the directory. An answer
names the phone, how sure that is in points, the words that decided, and what `passband check` understands.
No match is better than a wrong one: a bundle or an accessory is not the phone, and a model that no list has is
given as it is written.
Exit status: 0 a phone, 1 not the phone or none that is listed, 2 one of several. Of several titles and of a file the
worst counts; what a row lacks outweighs a no, and a no outweighs what is ambiguous.
A file has a header with `title`; every row gets an answer of its own, in order. With --json that is a JSON document
a line.";

/// The flags of `match`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct MatchArgs {
    /// Titles, each as one word: put quotes around it
    #[arg(value_name = "TITLE", required_unless_present = "file")]
    pub titles: Vec<String>,
    /// Match every title of a table (CSV)
    #[arg(long, short, value_name = "FILE", conflicts_with = "titles")]
    pub file: Option<NamedPath>,
    /// Where the answers to a table go; - is standard output [default: -]
    #[arg(long, short, value_name = "FILE", requires = "file")]
    pub out: Option<NamedPath>,
}

impl MatchArgs {
    /// Makes its paths mean the same in another process.
    pub fn settle(&mut self) {
        let paths = [&mut self.file, &mut self.out];
        paths.into_iter().flatten().for_each(NamedPath::settle);
    }
}

/// Answers.
///
/// # Errors
/// A title holds the number of a unit, the table cannot be read, or the database.
pub async fn run(house: &House, args: &MatchArgs, out: &Output) -> Answer {
    if let Some(table) = &args.file {
        return of_table(house, args, table, out).await;
    }
    let answers = house.match_titles(&args.titles).await?;
    let answered = args.titles.iter().zip(&answers);
    if out.is_json() {
        let json = |(title, answer): (&String, &TitleAnswer)| TitleAnswerJson::new(title, answer);
        let answers: Vec<TitleAnswerJson> = answered.map(json).collect();
        out.json(&answers).await;
    } else {
        let lines: Vec<String> = answered
            .map(|(title, answer)| in_words(title, answer))
            .collect();
        out.text(lines.join("\n")).await;
    }
    Ok(worst(answers.iter().map(exit_of)))
}

async fn of_table(house: &House, args: &MatchArgs, table: &NamedPath, out: &Output) -> Answer {
    let form = if out.is_json() {
        Form::JsonLines
    } else {
        Form::Csv
    };
    let mut answers = Answers::open(args.out.as_ref(), table, out)?;
    let input = Input::Path(table.path.clone());
    let mut chunks = trade::bulk::questions(input, Subject::Title);
    let (mut rows, mut matched, mut without) = (0_u64, 0_u64, 0_u64);
    let mut exit = Exit::YES;
    let mut text = titles::head(form);
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk?;
        for answered in house.answer_titles(chunk.questions).await {
            let of_row = match &answered.outcome {
                Ok(answer) => exit_of(answer),
                Err(error) => Exit::of(error.code),
            };
            rows += 1;
            matched += u64::from(of_row == Exit::YES);
            without += u64::from(answered.outcome.is_err());
            exit = worst([exit, of_row].into_iter());
            text.push_str(&titles::line(form, &answered));
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
    let words = format!(
        "{} = {matched} matched + {} not + {without} without an answer",
        counted(rows, "row"),
        rows - matched - without,
    );
    match to_file(args.out.as_ref()) {
        None => out.note(words).await,
        Some(file) if out.is_json() => {
            let counts = serde_json::json!({
                "rows": rows,
                "matched": matched,
                "without_answer": without,
                "out": file.named,
            });
            out.json(&counts).await;
        }
        Some(file) => out.text(format!("{}: {words}", file.named)).await,
    }
    Ok(exit)
}

fn worst(exits: impl Iterator<Item = Exit>) -> Exit {
    exits.max_by_key(|exit| rank(*exit)).unwrap_or(Exit::YES)
}

const fn exit_of(answer: &TitleAnswer) -> Exit {
    match answer {
        TitleAnswer::Match(_) => Exit::YES,
        TitleAnswer::Ambiguous(_) => Exit::UNKNOWN,
        _ => Exit::NO,
    }
}

fn in_words(title: &str, answer: &TitleAnswer) -> String {
    let mut lines = vec![
        bold(title),
        format!("  {}: {}", answer.name(), answer.sentence()),
    ];
    lines.extend(answer.phone().map(about));
    if let TitleAnswer::Ambiguous(several) = answer {
        lines.extend(several.iter().map(about));
    }
    lines.join("\n")
}

/// What else is known of the phone, and how to go on.
fn about(phone: &TitleMatch) -> String {
    let mut words = Vec::new();
    words.extend(phone.storage_gb.map(|gb| format!("{gb} GB")));
    words.extend(phone.sims.map(|sims| counted(u64::from(sims), "SIM card")));
    words.push(format!("{} points", phone.score));
    words.push(match &phone.ask {
        Some(ask) => format!("`passband check --device '{ask}' …` asks for it"),
        None => "no list that was imported has it".to_owned(),
    });
    format!("  {}", dim(&words.join("; ")))
}
