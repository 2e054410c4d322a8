//! `passband withdraw`: ends a piece of evidence. Once this has answered, nothing that rests on it is sold.

use clap::{Args, ValueEnum};
use domain::evidence::WithdrawalManner;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::change::{Change, Withdrawal};
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::bold;
use crate::typed::{known_party, word};

const EXAMPLES: &str = "\
Examples:
  passband withdraw ev-3f0c… --manner suspend --issuer tmobile-us --title 'Mail of 4 March'
  passband withdraw ev-9a11… --manner revoke  --issuer xiaomi --title 'Letter' --words 'No longer ours.'

`passband record show` has the ids. Withdrawing a suspension brings back what it suspended.
With --id the same withdrawal given twice is recorded once.";

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// For now: withdrawing the suspension brings the evidence back
    Suspend,
    /// For good
    Revoke,
    /// It was wrong; other evidence says how it is
    Correct,
}

/// The flags of `withdraw`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct WithdrawArgs {
    /// The id of the evidence that ends
    #[arg(value_name = "EVIDENCE")]
    pub evidence: String,
    /// How it ends
    #[arg(long)]
    pub manner: Manner,
    /// The party that says so
    #[arg(long, value_name = "PARTY")]
    pub issuer: String,
    /// The document that it came in
    #[arg(long)]
    pub title: String,
    /// The document's own date
    #[arg(long, value_name = "DATE", default_value = "")]
    pub dated: String,
    /// Its words; kept outside the record's public part
    #[arg(long)]
    pub words: Option<String>,
    /// From when [default: from the moment it is recorded]
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// An id of your own for the withdrawal
    #[arg(long)]
    pub id: Option<String>,
}

/// Withdraws.
///
/// # Errors
/// There is no such evidence or party, it was withdrawn for good, or the database.
pub async fn run(house: &House, args: &WithdrawArgs, out: &Output) -> Answer {
    let withdrawal = Withdrawal {
        id: args.id.as_deref().map(|id| word("--id", id)).transpose()?,
        ends: word("EVIDENCE", &args.evidence)?,
        manner: match args.manner {
            Manner::Suspend => WithdrawalManner::Suspend,
            Manner::Revoke => WithdrawalManner::Revoke,
            Manner::Correct => WithdrawalManner::Correct,
        },
        issuer: known_party(house, "--issuer", &args.issuer)?,
        from: args
            .from
            .as_deref()
            .map(|from| word("--from", from))
            .transpose()?,
        title: args.title.clone(),
        dated: args.dated.clone(),
        words: args.words.clone(),
        document: None,
    };
    let ends = withdrawal.ends.clone();
    let change = house.withdraw(withdrawal).await?;
    let recorded = change.recorded();
    let was_known = matches!(change, Change::Known(_));
    if out.is_json() {
        let answer = json!({
            "evidence": recorded.evidence.id.as_str(),
            "ends": ends.as_str(),
            "scope": recorded.evidence.scope.to_string(),
            "position": recorded.position,
            "recorded_at": recorded.at.to_string(),
            "was_known": was_known,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let directory = house.directory();
    let issuer = DirectoryNames(&directory).party(&recorded.evidence.issuer);
    let before = if was_known { " (as before)" } else { "" };
    out.text(format!(
        "{} is withdrawn by {issuer}{before}: entry {} of the record, under {}",
        bold(ends.as_str()),
        recorded.position,
        recorded.evidence.scope
    ))
    .await;
    Ok(Exit::YES)
}
