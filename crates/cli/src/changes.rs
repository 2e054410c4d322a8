//! `passband changes`: what became of each listing's verdict, entry by entry and as time passed.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::gate::Outcome;
use trade::verdict_changes::{Cause, From, Place, Said, VerdictChange};
use web::wire::verdict_changes::VerdictChangeJson;

use crate::check::words;
use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::dim;
use crate::typed::word;

/// Changes shown unless said otherwise.
const SHOWN: usize = 1_000;
/// Most changes shown at once.
const SHOWN_MAX: u32 = 100_000;

const EXAMPLES: &str = "\
Examples:
  passband changes                       from the beginning
  passband changes --after 120           what came after entry 120 of the record
  passband changes --from 120/1456790400000/    from where the last page ended

Replayed from the record, up to ten seconds ago; the same on every node. What expires by itself stands between
the entries, at its instant.";

/// The flags of `changes`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct ChangesArgs {
    /// Only what came after this entry of the record, its own changes not included
    #[arg(long, value_name = "POSITION", conflicts_with = "from")]
    pub after: Option<u64>,
    /// Only what came after this place, as the list before ended
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = SHOWN as u32,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(SHOWN_MAX)))]
    pub limit: u32,
}

/// Replays.
///
/// # Errors
/// There is no such entry, or the database.
pub async fn run(house: &House, args: &ChangesArgs, out: &Output) -> Answer {
    let mut from = match (&args.from, args.after) {
        (Some(place), _) => From::Place(word::<Place>("--from", place)?),
        (None, Some(position)) => From::Entry(position),
        (None, None) => From::Beginning,
    };
    let limit = usize::try_from(args.limit.min(SHOWN_MAX)).unwrap_or(SHOWN);
    let mut all: Vec<VerdictChange> = Vec::new();
    let mut next = None;
    let mut is_end = false;
    while !is_end && all.len() < limit {
        let page = house.verdict_changes(&from, limit - all.len()).await?;
        all.extend(page.items);
        is_end = page.is_end;
        next = page.next;
        match &next {
            Some(place) => from = From::Place(place.clone()),
            None => break,
        }
    }
    let next = next.map(|place| place.to_string());
    if out.is_json() {
        let items: Vec<VerdictChangeJson> = all.iter().map(VerdictChangeJson::from).collect();
        out.json(&json!({ "items": items, "next": next, "is_end": is_end }))
            .await;
        return Ok(Exit::YES);
    }
    let lines: Vec<String> = all.iter().map(line).collect();
    if lines.is_empty() {
        out.note("nothing changed").await;
    } else {
        out.text(lines.join("\n")).await;
    }
    if let Some(next) = next {
        let what = if is_end {
            "what comes later"
        } else {
            "there is more"
        };
        out.note(dim(&format!("{what}: --from {next}"))).await;
    }
    Ok(Exit::YES)
}

fn line(change: &VerdictChange) -> String {
    let cause = match &change.cause {
        Cause::Entry(id) => id.to_string(),
        Cause::Time => "by itself".to_owned(),
    };
    format!(
        "{:>6}  {}  {}  {} -> {}  {}",
        change.position,
        change.at,
        change.listing,
        outcome(change.before.as_ref(), "not there"),
        outcome(change.after.as_ref(), "over"),
        dim(&cause)
    )
}

fn outcome(said: Option<&Said>, none: &str) -> String {
    let Some(said) = said else {
        return none.to_owned();
    };
    let word = words::outcome(said.outcome);
    if said.outcome == Outcome::Sellable {
        return word;
    }
    format!("{word} ({})", said.codes.join(", "))
}
