//! `passband policy`: what a market demands, put in force from a file and shown as one.

use std::io::Write as _;

use clap::Subcommand;
use domain::policy::Policy;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::gate::snapshot::Moment;
use trade::starter::Starter;
use trade::{Code, Error, House, policy_toml};

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::impact::{self, Shown};
use crate::output::Output;
use crate::style::{bold, dim, good};
use crate::typed::{NamedPath, known_market, read_text, word};

const SET_EXAMPLES: &str = "\
Examples:
  passband policy set us.toml
  passband policy show us > us.toml     then edit it and set it again

docs/guide/policy.md explains the form. It takes effect at once, for every listing of the market.";

const INIT_EXAMPLES: &str = "\
Examples:
  passband policy init us --out us.toml     then name your host networks in it, check it, and set it
  passband policy init eu

A start and no advice: where a rule is not sure, the line says so. Nothing is put in force.";

const PREVIEW_EXAMPLES: &str = "\
Examples:
  passband policy preview us.toml

Judges every listing that is offered before and after. Exit status: 0 nothing would stop, 1 something would.";

const CHECK_EXAMPLES: &str = "\
Examples:
  passband policy check us.toml     all faults at once, each with its line

What the file names must be in the directory. `passband policy set` puts it in force.";

const SHOW_EXAMPLES: &str = "\
Examples:
  passband policy show us
  passband policy show us --at 2016-02-05    as it was then";

/// The commands on policies.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyCommand {
    /// Put a policy in force
    #[command(after_help = SET_EXAMPLES)]
    Set {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
        /// What it is called on the record [default: the file's name]
        #[arg(long)]
        title: Option<String>,
        /// Only check the file
        #[arg(long)]
        check: bool,
    },
    /// Give a policy to begin with: us, eu or uk, each line explained with its source
    #[command(after_help = INIT_EXAMPLES)]
    Init {
        /// us, eu or uk
        #[arg(value_name = "NAME")]
        name: String,
        /// Where it goes; a file that is there is not written over [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        out: Option<NamedPath>,
    },
    /// Say what a policy would stop and start, without putting it in force
    #[command(after_help = PREVIEW_EXAMPLES)]
    Preview {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
        /// How much is shown
        #[command(flatten)]
        shown: Shown,
    },
    /// Check a file, and put nothing in force
    #[command(after_help = CHECK_EXAMPLES)]
    Check {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
    },
    /// Show the policy in force
    #[command(after_help = SHOW_EXAMPLES)]
    Show {
        /// Of which market
        #[arg(value_name = "MARKET")]
        market: String,
        /// As of this date or instant [default: now]
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
}

/// Sets or shows.
///
/// # Errors
/// The file has faults, or what it names is not in the directory.
pub async fn run(house: &House, command: &PolicyCommand, out: &Output) -> Answer {
    match command {
        PolicyCommand::Set { file, title, check } => {
            if *check {
                return self::check(house, file, out).await;
            }
            set(house, read(house, file)?, title.as_deref(), file, out).await
        }
        PolicyCommand::Init { name, out: file } => init(name, file.as_ref(), out).await,
        PolicyCommand::Preview { file, shown } => impact::of_policy(house, file, shown, out).await,
        PolicyCommand::Check { file } => self::check(house, file, out).await,
        PolicyCommand::Show { market, at } => show(house, market, at.as_deref(), out).await,
    }
}

async fn init(name: &str, file: Option<&NamedPath>, out: &Output) -> Answer {
    let starter: Starter = word("NAME", name)?;
    let Some(file) = file else {
        out.data(starter.text().trim_end()).await;
        return Ok(Exit::YES);
    };
    let cannot = |error| Failure::file(Exit::CANNOT_CREATE, &file.named, &error);
    let mut opened = std::fs::File::create_new(&file.path).map_err(cannot)?;
    opened
        .write_all(starter.text().as_bytes())
        .map_err(cannot)?;
    out.text(format!(
        "{}: the policy to begin with for {starter}; name your host networks in it, then `passband policy check {}`",
        file.named, file.named
    ))
    .await;
    Ok(Exit::YES)
}

/// Reads a policy from its file, and holds what it names against the directory.
///
/// # Errors
/// Every line that is wrong.
pub fn read(house: &House, file: &NamedPath) -> Result<Policy, Failure> {
    let text = read_text(file)?;
    policy_toml::parse_here(&file.named, &text, &house.directory())
        .map_err(|faults| Error::faults(Code::PolicyInvalid, faults).into())
}

async fn check(house: &House, file: &NamedPath, out: &Output) -> Answer {
    let policy = read(house, file)?;
    if out.is_json() {
        let market = policy.market.as_str();
        out.json(&json!({ "market": market, "toml": policy_toml::write(&policy) }))
            .await;
        return Ok(Exit::YES);
    }
    out.text(format!(
        "{} reads as a policy of market {}",
        file.named, policy.market
    ))
    .await;
    Ok(Exit::YES)
}

async fn set(
    house: &House,
    policy: Policy,
    title: Option<&str>,
    file: &NamedPath,
    out: &Output,
) -> Answer {
    let market = policy.market.clone();
    let snapshot = house.snapshot();
    let in_force = snapshot.policy(&market, Moment::at(house.now()));
    if in_force.is_some_and(|(known, _)| *known == policy) {
        if out.is_json() {
            out.json(&json!({ "market": market.as_str(), "was_known": true, "position": null }))
                .await;
        } else {
            out.text(format!(
                "Market {market}: {}",
                good("already in force, nothing changed")
            ))
            .await;
        }
        return Ok(Exit::YES);
    }
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let name = name.to_string_lossy();
    let change = house.set_policy(policy, title.unwrap_or(&name)).await?;
    let position = change.recorded().position;
    if out.is_json() {
        out.json(&json!({ "market": market.as_str(), "was_known": false, "position": position }))
            .await;
    } else {
        out.text(format!(
            "Market {}: in force, entry {position} of the record",
            bold(market.as_str())
        ))
        .await;
    }
    Ok(Exit::YES)
}

async fn show(house: &House, market: &str, at: Option<&str>, out: &Output) -> Answer {
    let market = known_market(house, "MARKET", market)?;
    let at = match at {
        Some(text) => word("--at", text)?,
        None => house.now(),
    };
    let snapshot = house.snapshot();
    let Some((policy, recorded)) = snapshot.policy(&market, Moment::at(at)) else {
        return Err(Failure::new(
            Exit::NO_INPUT,
            "no_policy",
            format!("market {market} has no policy in force, so nothing is sold in it"),
            "`passband policy set FILE` puts one in force",
        ));
    };
    let text = policy_toml::write(policy);
    if out.is_json() {
        let answer = json!({
            "market": market.as_str(),
            "evidence": recorded.evidence.id.as_str(),
            "recorded_at": recorded.at.to_string(),
            "title": recorded.evidence.source.title.as_ref(),
            "toml": text,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let title = &recorded.evidence.source.title;
    out.note(dim(&format!(
        "entry {} of the record, {}: {title}",
        recorded.position, recorded.at
    )))
    .await;
    out.data(text.trim_end()).await;
    Ok(Exit::YES)
}
