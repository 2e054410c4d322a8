//! `passband listing`: sellers' listings, as people decide on them and as the gate sees them.

use clap::{Args, Subcommand};
use domain::Instant;
use domain::id::{ListingId, MarketId, PartyId};
use domain::listing::ListingState;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::gate::sentence;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;
use trade::offers::Judged;
use web::wire::ListingJson;

use crate::check::words;
use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::{bold, dim, padded};
use crate::typed::{known_market, operator, word};

/// Listings read at a time.
const PAGE: u32 = 500;
/// Listings shown unless said otherwise.
const SHOWN: u32 = 1_000;
/// Most listings shown at once.
const SHOWN_MAX: u32 = 100_000;

const EXAMPLES: &str = "\
Examples:
  passband listing list us
  passband listing show li-6c2f…
  passband listing take-down li-6c2f… --title 'Host network has not certified it'
  passband listing offer li-6c2f…

Offering a listing does not put it on sale: the gate does, while the evidence says so.";

/// The commands on listings.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
#[serde(rename_all = "snake_case")]
pub enum ListingCommand {
    /// The listings of a market, with what the gate says of each
    List {
        /// Of which market
        #[arg(value_name = "MARKET")]
        market: String,
        /// As of this date or instant [default: now]
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
        /// Those after this one, in order of ids
        #[arg(long, value_name = "ID", default_value = "")]
        after: String,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = SHOWN,
            value_parser = clap::value_parser!(u32).range(1..=i64::from(SHOWN_MAX)))]
        limit: u32,
    },
    /// One listing, with the reasons
    Show {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,
        /// As of this date or instant [default: now]
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
    /// Offer it: it is on sale when the gate says so
    Offer(DecideArgs),
    /// Take it down; it can be offered again
    TakeDown(DecideArgs),
    /// End it for good
    End(DecideArgs),
}

/// The flags of a decision.
#[derive(Args, Debug, Serialize, Deserialize)]
pub struct DecideArgs {
    /// Which one
    #[arg(value_name = "ID")]
    pub id: String,
    /// Who decides [default: the operator]
    #[arg(long, value_name = "PARTY")]
    pub by: Option<String>,
    /// Why, in a line for the record
    #[arg(long, default_value = "Decision of the operator")]
    pub title: String,
}

/// Shows or decides.
///
/// # Errors
/// There is no such listing or market, or it cannot become that.
pub async fn run(house: &House, command: &ListingCommand, out: &Output) -> Answer {
    match command {
        ListingCommand::List {
            market,
            at,
            after,
            limit,
        } => {
            let market = known_market(house, "MARKET", market)?;
            let at = instant(house, at.as_deref())?;
            let limit = (*limit).min(SHOWN_MAX);
            let listings = page(house, &market, after, limit, at).await?;
            list(house, &listings, limit, out).await
        }
        ListingCommand::Show { id, at } => show(house, id, at.as_deref(), out).await,
        ListingCommand::Offer(args) => decide(house, args, ListingState::Offered, out).await,
        ListingCommand::TakeDown(args) => decide(house, args, ListingState::TakenDown, out).await,
        ListingCommand::End(args) => decide(house, args, ListingState::Ended, out).await,
    }
}

fn instant(house: &House, at: Option<&str>) -> Result<Instant, Failure> {
    at.map_or(Ok(house.now()), |text| word("--at", text))
}

async fn page(
    house: &House,
    market: &MarketId,
    after: &str,
    limit: u32,
    at: Instant,
) -> Result<Vec<Judged>, Failure> {
    let mut all: Vec<Judged> = Vec::new();
    loop {
        let after = all.last().map_or(after, |last| last.listing.id.as_str());
        let left = limit - u32::try_from(all.len()).unwrap_or(limit);
        let some = house.listings(market, after, left.min(PAGE), at).await?;
        let is_last = some.len() < PAGE as usize;
        all.extend(some);
        if is_last || all.len() >= limit as usize {
            return Ok(all);
        }
    }
}

async fn list(house: &House, all: &[Judged], limit: u32, out: &Output) -> Answer {
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    if out.is_json() {
        let listings: Vec<ListingJson> = all
            .iter()
            .map(|one| ListingJson::new(one, &names))
            .collect();
        out.json(&json!({ "listings": listings })).await;
        return Ok(Exit::YES);
    }
    if all.is_empty() {
        out.note("no listings yet; `passband import FEED --seller ID --market ID` drafts them")
            .await;
    }
    let lines: Vec<String> = all.iter().map(line).collect();
    if !lines.is_empty() {
        out.text(lines.join("\n")).await;
    }
    if let Some(last) = all.last().filter(|_| all.len() >= limit as usize) {
        let more = format!("there may be more: --after {}", last.listing.id);
        out.note(dim(&more)).await;
    }
    Ok(Exit::YES)
}

fn line(one: &Judged) -> String {
    let listing = &one.listing;
    format!(
        "{}  {}  {}  {:>12}  {:>7}  {}",
        listing.id,
        padded(listing.state.name(), 10),
        padded(&words::outcome(one.verdict.outcome), 11),
        listing.price.to_string(),
        listing.stock,
        listing.title
    )
}

async fn show(house: &House, id: &str, at: Option<&str>, out: &Output) -> Answer {
    let at = instant(house, at)?;
    let id: ListingId = word("ID", id)?;
    let listing = house.listing(&id).await?.ok_or_else(|| unknown(&id))?;
    let judged = house.judge(listing, Moment::at(at)).await?;
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    if out.is_json() {
        out.json(&ListingJson::new(&judged, &names)).await;
        return Ok(Exit::YES);
    }
    let listing = &judged.listing;
    let is_buyable = if judged.is_buyable {
        "can be bought"
    } else {
        "cannot be bought"
    };
    let offer = &listing.offer;
    let build = offer.build.as_ref();
    let build = build.map_or_else(String::new, |build| format!(", software {build}"));
    out.text(format!(
        "{}, {}, {}{build}\n{} at {}, {} in stock; {is_buyable}\n",
        bold(&listing.title),
        listing.id,
        offer.condition,
        listing.state.name().replace('_', " "),
        listing.price,
        listing.stock
    ))
    .await;
    out.text(words::verdict(&judged.verdict, &listing.offer, &directory))
        .await;
    Ok(Exit::YES)
}

/// There is no such listing.
pub fn unknown(id: &ListingId) -> Failure {
    Failure::new(
        Exit::NO_INPUT,
        "not_found",
        format!("there is no listing {id}"),
        "`passband listing list MARKET` shows them",
    )
}

async fn decide(house: &House, args: &DecideArgs, state: ListingState, out: &Output) -> Answer {
    let id: ListingId = word("ID", &args.id)?;
    let by: PartyId = match &args.by {
        Some(party) => word("--by", party)?,
        None => operator(house)?,
    };
    let change = house.decide(&id, state, &by, &args.title).await?;
    let recorded = change.recorded();
    let listing = house.listing(&id).await?.ok_or_else(|| unknown(&id))?;
    let judged = house.judge(listing, Moment::at(house.now())).await?;
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    if out.is_json() {
        let answer = json!({
            "position": recorded.position,
            "listing": ListingJson::new(&judged, &names),
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    out.text(format!(
        "{} is {}: entry {} of the record",
        bold(&judged.listing.title),
        state.name().replace('_', " "),
        recorded.position
    ))
    .await;
    if state == ListingState::Offered && !judged.verdict.is_sellable() {
        let mut lines = vec![format!(
            "It is not on sale: {}.",
            words::outcome(judged.verdict.outcome)
        )];
        let reasons = judged.verdict.blocking();
        lines.extend(reasons.map(|reason| format!("  {}", sentence::sentence(reason, &names))));
        out.text(lines.join("\n")).await;
        out.note(dim("`passband listing show` says what is needed"))
            .await;
    }
    Ok(Exit::YES)
}
