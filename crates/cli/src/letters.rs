//! `passband letters`: what the house wrote to people, and whether it left.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::House;
use trade::letters::Kept;

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bad, dim, good, warn};

const EXAMPLES: &str = "\
Examples:
  passband letters                  the latest, the latest first
  passband letters --again le-…     try one again that was given up

Shows no letter's words: they may hold a link. Exit status: 0 none was given up, 1 one was.";

/// The flags of `letters`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct LettersArgs {
    /// Try this one again, which was given up
    #[arg(long, value_name = "ID")]
    pub again: Option<String>,
}

fn letter_json(kept: &Kept) -> Value {
    let at = |instant: Option<domain::Instant>| instant.map(|at| at.to_string());
    json!({
        "id": kept.letter.id, "recipient": kept.letter.recipient, "subject": kept.letter.subject,
        "state": kept.state(), "queued_at": kept.queued_at.to_string(), "attempts": kept.attempts,
        "next_attempt_at": at(kept.next_attempt_at), "sent_at": at(kept.sent_at), "failure": kept.failure,
    })
}

/// Lists.
///
/// # Errors
/// The letter was not given up, or the database.
pub async fn run(house: &House, args: &LettersArgs, out: &Output) -> Answer {
    if let Some(id) = &args.again {
        house.try_letter_again(id).await?;
    }
    let letters = house.letters().await?;
    let has_given_up = letters.iter().any(|kept| kept.state() == "given_up");
    let exit = if has_given_up { Exit::NO } else { Exit::YES };
    if out.is_json() {
        let letters: Vec<Value> = letters.iter().map(letter_json).collect();
        out.json(&letters).await;
        return Ok(exit);
    }
    if letters.is_empty() {
        out.text("No letter was written yet.").await;
    }
    for kept in &letters {
        let state = match kept.state() {
            "sent" => good("sent    "),
            "waiting" => warn("waiting "),
            _ => bad("given up"),
        };
        let letter = &kept.letter;
        let line = format!(
            "{}  {state}  {}  {}",
            letter.id, letter.recipient, letter.subject
        );
        out.text(line).await;
        if let Some(failure) = &kept.failure {
            out.text(dim(&format!("  {failure}"))).await;
        }
    }
    Ok(exit)
}
