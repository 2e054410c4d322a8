//! `passband explain`: why a listing may be sold or not, then and now, and what would make it sellable.
//!
//! Says what the gate found; each way to a sale was tried there.

use clap::{Args, ValueEnum};
use domain::Instant;
use domain::id::ListingId;
use domain::listing::Offer;
use serde::{Deserialize, Serialize};
use trade::House;
use trade::gate::remedy::{Remedy, Step, WhyNot};
use trade::gate::sentence;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;
use web::wire::why_not::WhyNotJson;

use crate::check::{of_outcome, words};
use crate::command::Answer;
use crate::failure::Failure;
use crate::listing;
use crate::output::Output;
use crate::style::{bold, dim};
use crate::typed::{known_market, word};

const EXAMPLES: &str = "\
Examples:
  passband explain li-6c2f…                                  now, with all that is known
  passband explain li-6c2f… --at 2016-02-01                  as of that day
  passband explain li-6c2f… --at 2016-02-01 --known-at 2016-02-01    as it was known that day
  passband explain li-6c2f… --for shopper                    in a shopper's words
  passband explain --seller omni-electronics --device 2015015 --market us    an offer that nobody made

Below \"What would make it sellable\" stands what was tried on a copy of what is known, and worked.
Exit status: 0 may be sold, 1 refused, 2 not known or disputed.";

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Who sells, and the operator: what is missing, and who can supply it
    Seller,
    /// Who buys: without the trade's words
    Shopper,
}

/// The flags of `explain`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct ExplainArgs {
    /// Which listing
    #[arg(value_name = "LISTING", required_unless_present = "device", conflicts_with_all = ["device", "seller", "market"])]
    pub listing: Option<String>,
    /// Of an offer that nobody made: the device …
    #[arg(long, short, value_name = "NAME", requires_all = ["seller", "market"])]
    pub device: Option<String>,
    /// … sold by this seller …
    #[arg(long, value_name = "ID", requires = "device")]
    pub seller: Option<String>,
    /// … in this market
    #[arg(long, value_name = "ID", requires = "device")]
    pub market: Option<String>,
    /// As of this date or instant [default: now]
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
    /// As known at this date or instant [default: with all that is known]
    #[arg(long, value_name = "DATE")]
    pub known_at: Option<String>,
    /// In whose words
    #[arg(long = "for", value_name = "WHO", default_value = "seller")]
    pub audience: Audience,
}

/// Explains.
///
/// # Errors
/// There is no such listing, market or seller, no device or several go by the name, or the database.
pub async fn run(house: &House, args: &ExplainArgs, out: &Output) -> Answer {
    let instant = |flag: &str, text: &Option<String>| -> Result<Option<Instant>, Failure> {
        text.as_deref().map(|text| word(flag, text)).transpose()
    };
    let moment = Moment {
        at: instant("--at", &args.at)?.unwrap_or_else(|| house.present()),
        known_at: instant("--known-at", &args.known_at)?.unwrap_or(Instant::MAX),
    };
    let offer = offer(house, args).await?;
    let why_not = house.why_not(&offer, moment);
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    if out.is_json() {
        out.json(&WhyNotJson::new(&why_not, &names)).await;
    } else if args.audience == Audience::Shopper {
        out.text(to_shopper(&why_not, &names)).await;
    } else {
        out.text(words::verdict(&why_not.verdict, &offer, &directory))
            .await;
        let lines = remedies(&why_not, &names);
        if !lines.is_empty() {
            out.text(lines.join("\n")).await;
        }
    }
    Ok(of_outcome(why_not.verdict.outcome))
}

async fn offer(house: &House, args: &ExplainArgs) -> Result<Offer, Failure> {
    match (&args.listing, &args.device, &args.seller, &args.market) {
        (Some(id), ..) => {
            let id: ListingId = word("LISTING", id)?;
            let found = house.listing(&id).await?;
            Ok(found.ok_or_else(|| listing::unknown(&id))?.offer)
        }
        (None, Some(device), Some(seller), Some(market)) => {
            let market = known_market(house, "--market", market)?;
            let seller = word("--seller", seller)?;
            Ok(house.suppose(&market, &seller, std::slice::from_ref(device))?)
        }
        _ => Err(Failure::usage(
            "nothing is named that could be explained",
            "name a listing, or give --device, --seller and --market",
        )),
    }
}

fn to_shopper(why_not: &WhyNot, names: &DirectoryNames<'_>) -> String {
    let verdict = &why_not.verdict;
    let mut lines = vec![format!(
        "As of {}: {}.",
        verdict.at.date(),
        words::outcome(verdict.outcome)
    )];
    let shown: Vec<_> = if verdict.is_sellable() {
        verdict.reasons.iter().collect()
    } else {
        verdict.blocking().chain(verdict.notices()).collect()
    };
    lines.extend(
        shown
            .into_iter()
            .map(|reason| format!("  {}", sentence::to_shopper(reason, names))),
    );
    lines.join("\n")
}

fn remedies(why_not: &WhyNot, names: &DirectoryNames<'_>) -> Vec<String> {
    if why_not.remedies.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), bold("What would make it sellable")];
    for remedy in &why_not.remedies {
        lines.extend(of_one(remedy, names));
    }
    let verdict = &why_not.verdict;
    match &why_not.together {
        Some(steps) => {
            lines.push(String::new());
            lines.push(bold("The fewest steps that do, tried together"));
            lines.extend(numbered(steps, names));
        }
        None if verdict.is_sellable() => {}
        None => lines.push(dim(
            "  No steps were found that make it sellable: what has no way above would have to be another device \
             or another network, or not be asked for.",
        )),
    }
    lines
}

fn of_one(remedy: &Remedy, names: &DirectoryNames<'_>) -> Vec<String> {
    let codes: Vec<&str> = remedy.reasons.iter().map(|one| one.code.name()).collect();
    let what = codes.join(", ");
    let on = remedy.network.as_ref();
    let on = on.map_or_else(String::new, |network| {
        use trade::gate::sentence::Names as _;
        format!(" on {}", names.network(network))
    });
    let mut lines = vec![format!("  {what}{on}")];
    match remedy.ways.as_slice() {
        [] => {
            lines.push("    Nothing that could be recorded or withdrawn mends this.".to_owned());
            let said = remedy.reasons.iter();
            lines.extend(said.map(|reason| format!("    {}", sentence::to_seller(reason, names))));
        }
        ways => {
            for (index, way) in ways.iter().enumerate() {
                let before = if index == 0 { "" } else { "or " };
                let steps: Vec<String> =
                    way.iter().map(|step| sentence::step(step, names)).collect();
                lines.push(format!("    {before}{}", steps.join(" And: ")));
            }
        }
    }
    lines
}

fn numbered(steps: &[Step], names: &DirectoryNames<'_>) -> Vec<String> {
    let steps = steps.iter().enumerate();
    steps
        .map(|(at, step)| format!("  {}. {}", at + 1, sentence::step(step, names)))
        .collect()
}
