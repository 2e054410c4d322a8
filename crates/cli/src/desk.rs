//! `passband desk`: the rule of the second person. Only here: on a page one person alone could take it away.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::desk::SecondPerson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::typed::word;

const EXAMPLES: &str = "\
Examples:
  passband desk second-person               what holds now
  passband desk second-person required      also while only one person can sign in
  passband desk second-person by-number     as soon as two of the operator's people may write (the default)
  passband desk second-person off";

/// The commands on the desk.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskCommand {
    /// Show or decide whether a second person approves what could open a sale
    #[command(after_help = EXAMPLES)]
    SecondPerson {
        /// required, off or by-number; left out: it is only shown
        #[arg(value_name = "RULE")]
        rule: Option<String>,
    },
}

/// Decides, if it is asked to, and shows.
///
/// # Errors
/// The rule is none, or the database.
pub async fn run(house: &House, command: &DeskCommand, out: &Output) -> Answer {
    let DeskCommand::SecondPerson { rule } = command;
    if let Some(text) = rule {
        let decided: SecondPerson = word("RULE", text)?;
        house.decide_second_person(decided).await?;
    }
    let rule = house.second_person().await?;
    if out.is_json() {
        let answer = json!({
            "decided": rule.decided.as_str(),
            "writers": rule.writers,
            "is_needed": rule.is_needed(),
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let holds = if rule.is_needed() {
        "a second person approves what could open a sale"
    } else {
        "nobody else approves what is entered"
    };
    out.text(format!("{holds} ({})", rule.decided)).await;
    let writers = match rule.writers {
        1 => "one of the operator's people may write".to_owned(),
        many => format!("{many} of the operator's people may write"),
    };
    out.note(&writers).await;
    if rule.is_needed() && rule.is_alone() {
        out.note("so nothing that could open a sale gets on the record; `passband user add` adds a second person")
            .await;
    }
    Ok(Exit::YES)
}
