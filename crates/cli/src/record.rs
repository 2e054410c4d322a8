//! `passband record`: shows the public record, checks it, and takes it out of the house.

pub mod export;

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::record_book::RecordEntry;
use trade::{House, Verified};
use web::wire::RecordEntryJson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bad, dim, good, grouped, padded};
use crate::typed::NamedPath;

/// Entries read at a time.
const PAGE: u32 = 500;
/// Entries shown unless said otherwise.
const SHOWN: u64 = 50;
/// Most entries shown at once.
const SHOWN_MAX: u64 = 100_000;
/// Width of the column of kinds.
const KIND_WIDTH: usize = 22;

const VERIFY_EXAMPLES: &str = "\
Checks every entry against its hash, the tree against every signed checkpoint, the checkpoint that is
kept beside the database, and what the columns say against what was signed.
Exit status: 0 nothing is wrong, 1 something is. A record that is too damaged to be read is checked too.

Examples:
  passband record verify
  passband record verify --json
  passband record verify --export DIR --key 'passband/record+…'    a copy, without the house";

const EXPORT_EXAMPLES: &str = "\
Examples:
  passband record export /srv/www/record

The form is that of C2SP tlog-tiles (tiles, entries, a signed checkpoint), so that public tools can read it;
the file `key` holds the key that it is checked with. What is kept outside the record's public part, such as
the words of statements, is not in it.";

const SHOW_EXAMPLES: &str = "\
Examples:
  passband record show                      the newest entries
  passband record show --from 0 --limit 10  the first ten
  passband record show --json               with bodies and hashes";

/// The commands on the record.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordCommand {
    /// Check that nothing on the record was changed, removed or added
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify {
        /// Check an exported record instead, which needs no house …
        #[arg(long, value_name = "DIR", requires = "key")]
        export: Option<NamedPath>,
        /// … with the key that you were given for it
        #[arg(long, value_name = "KEY", requires = "export")]
        key: Option<String>,
    },
    /// Write the whole record as files that anyone can check and keep
    #[command(after_help = EXPORT_EXAMPLES)]
    Export {
        /// A folder; files of an earlier export in it are brought up to date
        #[arg(value_name = "DIR")]
        folder: NamedPath,
    },
    /// Show entries
    #[command(after_help = SHOW_EXAMPLES)]
    Show {
        /// First entry, counted from 0 [default: so that the newest are shown]
        #[arg(long, value_name = "N")]
        from: Option<u64>,
        /// How many
        #[arg(long, value_name = "N", default_value_t = SHOWN,
            value_parser = clap::value_parser!(u64).range(1..=SHOWN_MAX))]
        limit: u64,
    },
}

/// Shows or checks.
///
/// # Errors
/// The database, or an entry that cannot be read.
pub async fn run(house: &House, command: &RecordCommand, out: &Output) -> Answer {
    match command {
        RecordCommand::Verify { .. } => verify(house, out).await,
        RecordCommand::Export { folder } => export::write(house, folder, out).await,
        RecordCommand::Show { from, limit } => {
            let end = house.snapshot().next_position();
            let from = from.unwrap_or_else(|| end.saturating_sub(*limit));
            show(house, from, (*limit).min(SHOWN_MAX), out).await
        }
    }
}

async fn verify(house: &House, out: &Output) -> Answer {
    let verified = house.verify_record().await?;
    if out.is_json() {
        out.json(&verified_json(&verified)).await;
    } else {
        out.text(verified_text(&verified)).await;
    }
    Ok(if verified.is_clean() {
        Exit::YES
    } else {
        Exit::NO
    })
}

/// The first entry that something is wrong with, if it is known.
fn first_bad(verified: &Verified) -> Option<u64> {
    let disagreeing = verified.disagreements.iter().map(|(position, _)| *position);
    disagreeing.chain(verified.report.first_bad_index).min()
}

/// The check of a record, for programs.
pub fn verified_json(verified: &Verified) -> Value {
    let report = &verified.report;
    let disagreements: Vec<Value> = verified
        .disagreements
        .iter()
        .map(|(position, what)| json!({ "position": position, "what": what }))
        .collect();
    json!({
        "is_clean": verified.is_clean(),
        "entries": report.size,
        "signed_entries": report.signed_size,
        "root": report.root.to_string(),
        "checkpoints": report.checkpoints_checked,
        "first_bad_entry": first_bad(verified),
        "faults": report.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "disagreements": disagreements,
        "key": verified.key,
    })
}

fn verified_text(verified: &Verified) -> String {
    let report = &verified.report;
    let state = if verified.is_clean() {
        good("The record holds.")
    } else {
        bad("The record does not hold.")
    };
    let first = match first_bad(verified) {
        Some(position) => format!(" The first bad entry is {position}."),
        None => String::new(),
    };
    let mut lines = vec![
        format!("{state}{first}"),
        String::new(),
        format!(
            "  entries      {}, {} of them signed",
            report.size, report.signed_size
        ),
        format!("  checkpoints  {} checked", report.checkpoints_checked),
        format!("  root         {}", report.root),
        format!("  key          {}", verified.key),
    ];
    let faults = report.faults.iter().map(ToString::to_string);
    let disagreements = verified
        .disagreements
        .iter()
        .map(|(position, what)| format!("entry {position}: {what}"));
    let all: Vec<String> = faults.chain(disagreements).collect();
    if !all.is_empty() {
        lines.push(String::new());
        lines.extend(all.into_iter().map(|fault| format!("  - {fault}")));
        lines.push(String::new());
        lines.push(
            "Keep the data folder as it is, and restore a backup beside it to compare.".to_owned(),
        );
    }
    lines.join("\n")
}

async fn show(house: &House, from: u64, limit: u64, out: &Output) -> Answer {
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    let mut next = from;
    let end = from.saturating_add(limit);
    let mut all = Vec::new();
    while next < end {
        let page = u32::try_from(end - next).unwrap_or(PAGE).min(PAGE);
        let entries = house.record_page(next, page).await?;
        let Some(last) = entries.last() else {
            break;
        };
        next = last.entry.position + 1;
        if out.is_json() {
            all.extend(entries.iter().map(RecordEntryJson::from));
        } else {
            let lines: Vec<String> = entries.iter().map(|one| line(one, &names)).collect();
            out.text(lines.join("\n")).await;
        }
    }
    if out.is_json() {
        out.json(&json!({ "entries": all })).await;
    } else {
        let size = house.snapshot().next_position();
        out.note(dim(&format!("entries on the record: {}", grouped(size))))
            .await;
    }
    Ok(Exit::YES)
}

fn line(one: &RecordEntry, names: &DirectoryNames<'_>) -> String {
    let evidence = &one.recorded.evidence;
    let at = &one.recorded.at.to_string()[..16].replace('T', " ");
    format!(
        "{:>6}  {}  {}  {} on {}: {}",
        one.recorded.position,
        dim(at),
        padded(&one.entry.kind, KIND_WIDTH),
        names.party(&evidence.issuer),
        evidence.scope,
        evidence.source.title
    )
}
