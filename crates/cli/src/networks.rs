//! `passband networks`: what is known of the networks that come with the program, over time.

use clap::Args;
use domain::evidence::Sourced;
use domain::radio::{BandClaim, BandList};
use domain::{Instant, Period};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::House;
use trade::carriers::Ride;
use trade::networks::overview::{NetworkOverview, TechnologyOverview};
use web::wire::networks::NetworkOverTimeJson;

use crate::check::words::short;
use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bold, dim, padded};
use crate::typed::word;

const EXAMPLES: &str = "\
Examples:
  passband networks
  passband networks --country US --at 2016-02-01
  passband networks verizon-us

Of each technology: whether it is there on that date, from when on a source says so, since when it is gone, and
which bands each source names. No source says when a technology was launched, nor since when a virtual carrier
rides on a host; the dates are those from which a source is read.";

/// The flags of `networks`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct NetworksArgs {
    /// One of them, by its key [default: all]
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Of one country: two letters
    #[arg(long, short, value_name = "CC", conflicts_with = "id")]
    country: Option<String>,
    /// As of this date or instant [default: now]
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
}

/// Shows them.
///
/// # Errors
/// There is no such network, or the database.
pub async fn run(house: &House, args: &NetworksArgs, out: &Output) -> Answer {
    let at = match &args.at {
        Some(text) => word("--at", text)?,
        None => house.now(),
    };
    let found = match &args.id {
        Some(id) => vec![house.network_over_time(id, at).await?],
        None => {
            let country = args.country.as_deref();
            let country = country.map(|code| word("--country", code)).transpose()?;
            house.networks(country, at).await?
        }
    };
    let exit = if found.is_empty() {
        Exit::NO
    } else {
        Exit::YES
    };
    if out.is_json() {
        let networks: Vec<Value> = found
            .iter()
            .map(|one| json!(NetworkOverTimeJson::from(one)))
            .collect();
        out.json(&json!({ "networks": networks })).await;
    } else if found.is_empty() {
        out.note("no network of that country comes with the program")
            .await;
    } else {
        let texts: Vec<String> = found.iter().map(words).collect();
        out.text(texts.join("\n\n")).await;
    }
    Ok(exit)
}

fn words(one: &NetworkOverview) -> String {
    let codes: Vec<String> = one.plmns.iter().map(ToString::to_string).collect();
    let mut lines = vec![format!(
        "{} ({}) {} {}, as of {}",
        bold(&one.name),
        one.country,
        codes.join(", "),
        dim(&one.id),
        one.at.date()
    )];
    for technology in &one.technologies {
        lines.push(format!("  {}", headline(technology)));
        lines.extend(technology.lists.iter().map(|list| of_list(list, one.at)));
    }
    if let Some(need) = one.voice_needs {
        let from = one.voice_needs_from.map_or_else(String::new, |from| {
            format!(", since {} as far as the sources go back", from.date())
        });
        lines.push(format!(
            "  Calls and emergency calls need {}{from}",
            need.words()
        ));
    }
    lines.extend(one.volte.iter().map(|fact| {
        let does = if fact.value {
            "offers"
        } else {
            "does not offer"
        };
        let line = format!(
            "    {does} voice over LTE: {}, {}",
            short(&fact.source),
            period(fact.valid)
        );
        when(fact.valid.contains(one.at), line)
    }));
    lines.extend(
        one.riders
            .iter()
            .map(|ride| when(ride.valid.contains(one.at), rider(ride))),
    );
    lines.join("\n")
}

/// Dim what does not speak of the date.
fn when(speaks: bool, line: String) -> String {
    if speaks { line } else { dim(&line) }
}

fn headline(one: &TechnologyOverview) -> String {
    let state = match one.offered {
        Some(true) => "is there",
        Some(false) => "is not there",
        None => "not settled",
    };
    let mut parts = vec![state.to_owned()];
    if let Some(from) = one.said_from {
        parts.push(format!("said to be there from {} on", from.date()));
    }
    if let Some(gone) = &one.gone_from {
        parts.push(format!(
            "gone from {} on ({})",
            gone.value.date(),
            short(&gone.source)
        ));
    }
    format!("{}{}", padded(one.technology.name(), 9), parts.join("; "))
}

fn of_list(list: &Sourced<BandList>, at: Instant) -> String {
    let bands: Vec<String> = list.value.claims.iter().map(BandClaim::short).collect();
    let whole = if list.value.exhaustive {
        " and no other"
    } else {
        ""
    };
    let bands = match bands.as_slice() {
        [] if list.value.exhaustive => "none".to_owned(),
        [] => "bands not named".to_owned(),
        _ => format!("{}{whole}", bands.join(", ")),
    };
    let line = format!(
        "    {bands}: {}, {}",
        short(&list.source),
        period(list.valid)
    );
    when(list.valid.contains(at), line)
}

/// `US Mobile rides here (310-240 gid=6901)`.
pub fn rider(ride: &Sourced<Ride>) -> String {
    let code = ride.value.plmn.map(|plmn| plmn.to_string());
    let code = code.unwrap_or_else(|| "no code named".to_owned());
    let rule = match ride.value.rule.as_str() {
        "" => String::new(),
        rule => format!(" {rule}"),
    };
    format!(
        "    {} rides here ({code}{rule}): {}, {}; since when is not known",
        ride.value.carrier,
        short(&ride.source),
        period(ride.valid)
    )
}

fn period(valid: Period) -> String {
    let date = |at: Instant| at.date();
    match (valid.from.map(date), valid.until.map(date)) {
        (Some(from), Some(until)) => format!("read from {from} until {until}"),
        (Some(from), None) => format!("read from {from} on"),
        (None, Some(until)) => format!("read until {until}"),
        (None, None) => "read for all time".to_owned(),
    }
}
