//! `passband data-set`: what was imported, what of it speaks in a market, and what taking in another delivery
//! of a list would change.

use clap::{Args, Subcommand};
use domain::id::{DataSetId, MarketId, PartyId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::change::Change;
use trade::data_sets::activate::Fall;
use trade::data_sets::compare::Comparison;
use trade::gate::snapshot::Moment;
use web::wire::deliveries::ComparisonJson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::import;
use crate::output::Output;
use crate::style::{bold, counted, dim, good, grouped, padded, warn};
use crate::typed::{known_market, operator, word};

const EXAMPLES: &str = "\
Examples:
  passband data-set list
  passband data-set compare ds-0198 --market us      what activating it would change
  passband data-set activate ds-0198 --market us     from now on it bears on what is sold there
  passband data-set take-back ds-0198 --market us    and no longer
  passband data-set retire ds-0198                   no longer asked by `passband check` either

Of several deliveries of one source that are active in a market, the one that was activated last speaks, for the
time for which it is read. Taking it back is one change, and then the one before speaks again.
A delivery that lacks more than a fifth of what the one before says is activated with --confirm-fall only.
`passband check` without a market asks everything that was imported and is not retired.

Exit status of compare: 0 no more than a fifth is gone, 1 more is.";

/// The commands on data sets.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[command(after_help = EXAMPLES)]
pub enum DataSetCommand {
    /// Show what was imported
    List,
    /// Show what activating it would change: facts and verdicts
    #[command(after_help = EXAMPLES)]
    Compare(In),
    /// Let it bear on what is sold in a market
    #[command(after_help = EXAMPLES)]
    Activate {
        /// Which one, and where
        #[command(flatten)]
        of: In,
        /// More than a fifth of the delivery before is gone, and that is meant
        #[arg(long)]
        confirm_fall: bool,
    },
    /// End that; the delivery before speaks again, if one is active
    #[command(after_help = EXAMPLES)]
    TakeBack(In),
    /// No longer ask it where no market is named; nothing of it is deleted
    #[command(after_help = EXAMPLES)]
    Retire {
        /// Its id
        #[arg(value_name = "SET")]
        set: String,
    },
    /// Ask it again
    Restore {
        /// Its id
        #[arg(value_name = "SET")]
        set: String,
    },
}

/// A data set in a market.
#[derive(Args, Debug, Serialize, Deserialize)]
pub struct In {
    /// Its id, as `data-set list` shows it
    #[arg(value_name = "SET")]
    set: String,
    /// In which market
    #[arg(long, value_name = "MARKET")]
    market: String,
}

impl In {
    fn read(&self, house: &House) -> Result<(MarketId, DataSetId), Failure> {
        let market = known_market(house, "--market", &self.market)?;
        Ok((market, word("SET", &self.set)?))
    }
}

/// Who activates in a market: the virtual carrier that runs it; where no policy names one yet, the operator.
pub fn issuer(house: &House, market: &MarketId) -> Result<PartyId, Failure> {
    let snapshot = house.snapshot();
    let policy = snapshot.policy(market, Moment::at(house.now()));
    match policy {
        Some((policy, _)) => Ok(policy.carrier.clone()),
        None => operator(house),
    }
}

/// Runs one.
///
/// # Errors
/// There is no such data set or market, or it is in another state.
pub async fn run(house: &House, command: &DataSetCommand, out: &Output) -> Answer {
    match command {
        DataSetCommand::List => import::list(house, out).await,
        DataSetCommand::Compare(of) => {
            let (market, set) = of.read(house)?;
            let found = house.compare(&market, &set).await?;
            if out.is_json() {
                out.json(&json!(ComparisonJson::from(&found))).await;
            } else {
                out.text(words(&found)).await;
            }
            Ok(if found.rows.is_fall() {
                Exit::NO
            } else {
                Exit::YES
            })
        }
        DataSetCommand::Activate { of, confirm_fall } => {
            let (market, set) = of.read(house)?;
            let issuer = issuer(house, &market)?;
            let fall = if *confirm_fall {
                Fall::Confirmed
            } else {
                Fall::Refused
            };
            let change = house.activate_after(&market, &set, &issuer, fall).await?;
            told(&change, &market, "speaks", out).await
        }
        DataSetCommand::TakeBack(of) => {
            let (market, set) = of.read(house)?;
            let issuer = issuer(house, &market)?;
            let change = house.take_back(&market, &set, &issuer).await?;
            told(&change, &market, "is taken back", out).await
        }
        DataSetCommand::Retire { set } => retire(house, set, true, out).await,
        DataSetCommand::Restore { set } => retire(house, set, false, out).await,
    }
}

async fn told(change: &Change, market: &MarketId, became: &str, out: &Output) -> Answer {
    let was_known = matches!(change, Change::Known(_));
    let recorded = change.recorded();
    if out.is_json() {
        out.json(&json!({
            "market": market.as_str(),
            "evidence": recorded.evidence.id.as_str(),
            "position": recorded.position,
            "was_known": was_known,
        }))
        .await;
    } else if was_known {
        let words = good("it was so already, nothing changed");
        out.text(format!("Market {market}: {words}")).await;
    } else {
        let position = recorded.position;
        let market = bold(market.as_str());
        out.text(format!(
            "Market {market}: it {became}, entry {position} of the record"
        ))
        .await;
    }
    Ok(Exit::YES)
}

async fn retire(house: &House, set: &str, is_retired: bool, out: &Output) -> Answer {
    let set = house.retire(&word("SET", set)?, is_retired).await?;
    let at = set.retired_at.map(|at| at.to_string());
    if out.is_json() {
        let answer = json!({ "data_set": set.id.as_str(), "retired_at": at });
        out.json(&answer).await;
    } else {
        let what = match at {
            Some(_) => "is retired: it is asked no longer, and nothing of it is deleted",
            None => "is asked",
        };
        out.text(format!("Data set {} {what}", bold(set.id.as_str())))
            .await;
    }
    Ok(Exit::YES)
}

fn words(found: &Comparison) -> String {
    let rows = &found.rows;
    let mut lines = vec![match &rows.before {
        Some(before) => format!(
            "Against {}: {} = {} the same + {} changed + {} gone; {} added",
            bold(before.as_str()),
            counted(rows.before_in_all, "fact"),
            grouped(rows.same),
            grouped(rows.changed),
            grouped(rows.gone),
            grouped(rows.added),
        ),
        None => format!(
            "No delivery of this source is active there: {} added",
            counted(rows.added, "fact")
        ),
    }];
    if rows.is_fall() {
        lines.push(warn(
            "More than a fifth is gone: activating it takes --confirm-fall",
        ));
    }
    let place = |row: Option<u64>| row.map_or_else(|| "–".to_owned(), |row| row.to_string());
    lines.extend(rows.differences.iter().map(|one| {
        format!(
            "  {} {} {}",
            padded(one.manner.name(), 8),
            one.name,
            dim(&format!(
                "row {} → {}",
                place(one.row_before),
                place(one.row)
            ))
        )
    }));
    let more = (rows.gone + rows.changed + rows.added)
        .saturating_sub(u64::try_from(rows.differences.len()).unwrap_or(u64::MAX));
    if more > 0 && rows.before.is_some() {
        lines.push(dim(&format!("  … and {} more", grouped(more))));
    }
    let more = if found.has_more_listings {
        "; there are more, which were not looked at"
    } else {
        ""
    };
    lines.push(format!(
        "{} of {} would have another verdict{more}",
        grouped(found.verdicts_changed),
        counted(found.listings_compared, "offered listing"),
    ));
    lines.extend(found.verdicts.iter().map(|one| {
        format!(
            "  {} {}: {} → {}",
            one.listing,
            one.title,
            one.now.name(),
            one.then.name()
        )
    }));
    lines.join("\n")
}
