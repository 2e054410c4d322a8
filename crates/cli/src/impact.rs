//! `passband impact`: what a change would do, before it is made. Records nothing.

use clap::{Args, Subcommand};
use domain::Instant;
use domain::id::{DataSetId, EvidenceId};
use serde::{Deserialize, Serialize};
use trade::House;
use trade::gate::sentence::Names as _;
use trade::impact::{self, Affected, Held, Impact, ImpactPage, Place, Planned, Way};
use trade::node::DirectoryNames;
use web::wire::impact::ImpactJson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bad, bold, dim, good, padded};
use crate::typed::{NamedPath, known_market, word};
use crate::{evidence, policy};

/// Listings shown unless said otherwise.
const SHOWN: usize = 50;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// Most days that are looked ahead.
const DAYS_MAX: i64 = 3_660;

const EXAMPLES: &str = "\
Examples:
  passband impact withdraw ev-3f0c…            what would stop if this were withdrawn now
  passband impact evidence recall.toml         what a stop-sale, a denial, an authorisation would do
  passband impact policy us.toml               the same as `passband policy preview us.toml`
  passband impact activate ds-12… --market us  what a data set would change once it speaks
  passband impact expiry --days 30             what ends or begins by itself

Every listing that is offered is judged before and after, on a copy of what is known. Nothing is recorded.
Exit status: 0 nothing would stop, 1 something would.";

/// What is planned.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
#[serde(rename_all = "snake_case")]
pub enum ImpactCommand {
    /// To withdraw a piece of evidence
    Withdraw {
        /// The id of the evidence that would end
        #[arg(value_name = "EVIDENCE")]
        evidence: String,
        /// From when [default: now]
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// How much is shown
        #[command(flatten)]
        shown: Shown,
    },
    /// To record evidence: the file of `passband evidence add`
    Evidence {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
        /// How much is shown
        #[command(flatten)]
        shown: Shown,
    },
    /// To put a policy in force: the file of `passband policy set`
    Policy {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
        /// How much is shown
        #[command(flatten)]
        shown: Shown,
    },
    /// To let a data set speak in a market
    Activate {
        /// Which data set
        #[arg(value_name = "DATA-SET")]
        data_set: String,
        /// In which market
        #[arg(long, value_name = "ID")]
        market: String,
        /// How much is shown
        #[command(flatten)]
        shown: Shown,
    },
    /// To do nothing: what ends or begins by itself
    Expiry {
        /// Within so many days from now
        #[arg(long, value_name = "N", default_value_t = 30,
            value_parser = clap::value_parser!(i64).range(1..=DAYS_MAX))]
        days: i64,
        /// How much is shown
        #[command(flatten)]
        shown: Shown,
    },
}

impl ImpactCommand {
    /// Makes its paths mean the same in another process.
    pub fn settle(&mut self) {
        if let Self::Evidence { file, .. } | Self::Policy { file, .. } = self {
            file.settle();
        }
    }
}

/// Which part of the list is shown.
#[derive(Args, Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// How many listings at most
    #[arg(long, value_name = "N", default_value_t = SHOWN)]
    pub limit: usize,
    /// Those after this place, as the list before ended
    #[arg(long, value_name = "PLACE")]
    pub after: Option<String>,
}

/// Looks ahead.
///
/// # Errors
/// What is named is not there, the file has faults, or the database.
pub async fn run(house: &House, command: &ImpactCommand, out: &Output) -> Answer {
    let (planned, shown) = match command {
        ImpactCommand::Withdraw {
            evidence,
            from,
            shown,
        } => {
            let ends: EvidenceId = word("EVIDENCE", evidence)?;
            let from = from
                .as_deref()
                .map(|text| word("--from", text))
                .transpose()?;
            (house.planned_withdrawal(&ends, from).await?, shown)
        }
        ImpactCommand::Evidence { file, shown } => {
            let draft = evidence::read(file)?;
            evidence::known(house, &draft).await?;
            (Planned::Change(Box::new(draft)), shown)
        }
        ImpactCommand::Policy { file, shown } => {
            return of_policy(house, file, shown, out).await;
        }
        ImpactCommand::Activate {
            data_set,
            market,
            shown,
        } => {
            let data_set: DataSetId = word("DATA-SET", data_set)?;
            let market = known_market(house, "--market", market)?;
            (house.planned_activation(&market, &data_set).await?, shown)
        }
        ImpactCommand::Expiry { days, shown } => {
            let until: Instant = house.present().plus_ms((*days).min(DAYS_MAX) * DAY_MS);
            (Planned::Time(until), shown)
        }
    };
    tell(house, &planned, shown, out).await
}

/// What a policy would do.
///
/// # Errors
/// The file has faults, or what it names is not in the directory.
pub async fn of_policy(house: &House, file: &NamedPath, shown: &Shown, out: &Output) -> Answer {
    let read = policy::read(house, file)?;
    tell(house, &impact::policy(read), shown, out).await
}

async fn tell(house: &House, planned: &Planned, shown: &Shown, out: &Output) -> Answer {
    let after = shown
        .after
        .as_deref()
        .map(|text| word::<Place>("--after", text));
    let page = ImpactPage {
        after: after.transpose()?,
        limit: shown.limit.saturating_add(1),
    };
    let mut impact = house.impact(planned, &page).await?;
    let has_more = impact.affected.len() > shown.limit;
    impact.affected.truncate(shown.limit);
    let next = impact.affected.last().filter(|_| has_more);
    let next = next.map(|last| last.place().to_string());
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    if out.is_json() {
        out.json(&ImpactJson::new(&impact, &impact.affected, next, &names))
            .await;
    } else {
        out.text(lines(&impact, planned, &names).join("\n")).await;
        if let Some(next) = next {
            out.note(dim(&format!("there is more: --after {next}")))
                .await;
        }
    }
    Ok(if impact.stops > 0 {
        Exit::NO
    } else {
        Exit::YES
    })
}

fn lines(impact: &Impact, planned: &Planned, names: &DirectoryNames<'_>) -> Vec<String> {
    let when = match planned {
        Planned::Change(_) => format!("as of {}", impact.at),
        Planned::Time(until) => format!("from {} until {until}", impact.at),
    };
    let mut lines = vec![
        format!("{} offered listings judged, {when}.", impact.judged),
        format!(
            "{} would stop being sellable, {}; {} would start.",
            bold(&impact.stops.to_string()),
            held(impact.carts, impact.orders),
            bold(&impact.starts.to_string()),
        ),
    ];
    lines.extend(impact.affected.iter().map(|one| line(one, names)));
    lines
}

fn line(one: &Affected, names: &DirectoryNames<'_>) -> String {
    let way = match one.way {
        Way::Stops => bad(&padded(one.way.name(), 6)),
        Way::Starts => good(&padded(one.way.name(), 6)),
    };
    format!(
        "  {way}  {}  {}, {} ({}); {}; {}",
        one.listing,
        one.title,
        names.seller(&one.seller),
        one.at,
        held(one.carts, one.orders),
        one.codes.join(", ")
    )
}

fn held(carts: Held, orders: Held) -> String {
    format!(
        "held by {} carts ({} units) and {} orders ({} units)",
        carts.count, carts.units, orders.count, orders.units
    )
}
