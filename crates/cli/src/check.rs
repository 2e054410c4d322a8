//! `passband check`: will this device work on that network, then or now; and may that seller sell it?
//!
//! The words are in `check/words.rs`, a whole table of devices in `check/bulk.rs`.

pub mod bulk;
pub mod words;

use clap::Args;
use domain::Instant;
use domain::id::{MarketId, SellerId};
use domain::policy::{Level, Service};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::carriers::AnyChecked;
use trade::check::{CheckRequest, Checked};
use trade::gate::fit::{Fit, Grade};
use trade::gate::snapshot::Moment;
use trade::gate::{Outcome, Verdict};
use trade::node::DirectoryNames;
use web::wire::VerdictJson;
use web::wire::networks::AnyCheckedJson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::typed::{NamedPath, word};
use crate::unit::{self, TypedImei};

const EXAMPLES: &str = "\
Examples:
  passband check --device 'Mi 4i' --network T-Mobile --country US --at 2016-02-01
  passband check --device 'Mi 4i' --network 'US Mobile' --country US     on each host of a virtual carrier
  passband check --device SM-G930F --network EE --country GB
  passband check --device 2015015 --seller omni-electronics --market us
  passband check --device 'Mi 4i' --network T-Mobile --country US --quiet && echo it works
  passband check --imei - < one-number.txt
  passband check --file devices.csv --network T-Mobile --country US --out answers.csv

Without a market, every data set that was imported and not retired is asked, whether or not it is active
anywhere.
--imei asks about one unit: its model, and whether a list of blocked units names it. `--imei -` reads the
number from standard input, so that it is seen in no list of processes and kept in no history of the shell.

A device goes by brand and model, model code, code name, or the first eight digits of its IMEI.
Exit status, without a seller: 0 it works (data at least partial; calls and emergency calls at least over an
older technology), 1 it does not, 2 not known or disputed; of a virtual carrier its best host counts, of those
that a source names at that date. With --imei: 1 a list names the unit, 2 there is no list; else as for its
device if a network is named. With a seller: 0 may be sold, 1 refused, 2 not known
or disputed. With a file: of its worst row; what a row lacks outweighs a no, a no outweighs what is not known.
A file has a header with `device`, and may have `network`, `country` and `at`; every row gets an answer of its
own, in order. With --json that is a JSON document a line.";

/// The flags of `check`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// A name, model code, code name or type allocation code
    #[arg(
        long,
        short,
        value_name = "NAME",
        required_unless_present_any = ["file", "imei"]
    )]
    pub device: Option<String>,
    /// One unit, by the 15 digits of its IMEI; - reads them from standard input, where nobody sees them
    #[arg(long, value_name = "IMEI|-", conflicts_with_all = ["device", "file", "seller"])]
    pub imei: Option<TypedImei>,
    /// A network's name, as its customers know it
    #[arg(
        long,
        short,
        value_name = "NAME",
        required_unless_present_any = ["seller", "file", "imei"]
    )]
    pub network: Option<String>,
    /// The network's country: two letters
    #[arg(
        long,
        short,
        value_name = "CC",
        required_unless_present_any = ["seller", "file", "imei"]
    )]
    pub country: Option<String>,
    /// As of this date or instant [default: now]
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
    /// May this seller sell it …
    #[arg(long, value_name = "ID", requires = "market")]
    pub seller: Option<String>,
    /// … in this market?
    #[arg(long, value_name = "ID", requires = "seller")]
    pub market: Option<String>,
    /// In this condition: new, refurbished or used [default: new]
    #[arg(long, value_name = "WORD", requires = "seller")]
    pub condition: Option<String>,
    /// With this software build on the units [default: not said]
    #[arg(long, value_name = "BUILD", requires = "seller")]
    pub build: Option<String>,
    /// Check every device of a table (CSV); the other flags hold where a row does not say
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["device", "seller"])]
    pub file: Option<NamedPath>,
    /// Where the answers to a table go; - is standard output [default: -]
    #[arg(long, short, value_name = "FILE", requires = "file")]
    pub out: Option<NamedPath>,
}

impl CheckArgs {
    /// Makes its paths mean the same in another process, and reads what comes from standard input.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn settle(&mut self) -> Result<(), Failure> {
        [&mut self.file, &mut self.out]
            .into_iter()
            .flatten()
            .for_each(NamedPath::settle);
        self.imei.as_mut().map_or(Ok(()), TypedImei::settle)
    }
}

/// Answers.
///
/// # Errors
/// Nothing goes by one of the names, or the database.
pub async fn run(house: &House, args: &CheckArgs, out: &Output) -> Answer {
    if let Some(table) = &args.file {
        return bulk::run(house, args, table, out).await;
    }
    if let Some(imei) = &args.imei {
        return unit::check(house, args, imei, out).await;
    }
    let device = device(args)?;
    let at = match &args.at {
        Some(text) => word("--at", text)?,
        None => house.now(),
    };
    let checked = fit(house, args, device, at).await?;
    let verdict = verdict(house, args, device, at, checked.as_ref())?;
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    if out.is_json() {
        let answer = json!({
            "checked": checked.as_ref().map(AnyCheckedJson::from),
            "verdict": verdict.as_ref().map(|(verdict, _)| VerdictJson::new(verdict, &names)),
        });
        out.json(&answer).await;
    } else {
        if let Some(checked) = &checked {
            out.text(words::any(checked)).await;
        }
        if let Some((verdict, offer)) = &verdict {
            let gap = if checked.is_some() { "\n" } else { "" };
            out.text(format!(
                "{gap}{}",
                words::verdict(verdict, offer, &directory)
            ))
            .await;
        }
    }
    Ok(match (&verdict, &checked) {
        (Some((verdict, _)), _) => of_outcome(verdict.outcome),
        (None, Some(checked)) => of_any(checked),
        (None, None) => Exit::UNKNOWN,
    })
}

/// The device that is asked of; the command line is refused without one.
fn device(args: &CheckArgs) -> Result<&str, Failure> {
    let missing = || Failure::usage("no device is named", "name one with --device");
    args.device.as_deref().ok_or_else(missing)
}

async fn fit(
    house: &House,
    args: &CheckArgs,
    device: &str,
    at: Instant,
) -> Result<Option<AnyChecked>, Failure> {
    let (network, country) = match (&args.network, &args.country) {
        (Some(network), Some(country)) => (network, country),
        (None, None) => return Ok(None),
        _ => {
            return Err(Failure::usage(
                "a network is asked for by its name and its country",
                "give both --network and --country",
            ));
        }
    };
    let request = CheckRequest {
        device: device.to_owned(),
        network: network.clone(),
        country: word("--country", country)?,
        at,
    };
    Ok(Some(house.check_any(request).await?))
}

/// What the sources say of the device is the same on every host.
fn first(checked: &AnyChecked) -> Option<&Checked> {
    match checked {
        AnyChecked::Network(checked) => Some(checked),
        AnyChecked::Carrier(carrier) => carrier.hosts.first().map(|host| &host.checked),
    }
}

/// Of a virtual carrier its best host counts, of those that a source names at that date: whoever buys chooses.
fn of_any(checked: &AnyChecked) -> Exit {
    match checked {
        AnyChecked::Network(checked) => of_fit(&checked.fit),
        AnyChecked::Carrier(carrier) => {
            let said = carrier.hosts.iter().filter(|host| host.is_said_then);
            let exits: Vec<Exit> = said.map(|host| of_fit(&host.checked.fit)).collect();
            [Exit::YES, Exit::UNKNOWN, Exit::NO]
                .into_iter()
                .find(|exit| exits.contains(exit))
                .unwrap_or(Exit::UNKNOWN)
        }
    }
}

type Judged = (Verdict, domain::listing::Offer);

fn verdict(
    house: &House,
    args: &CheckArgs,
    device: &str,
    at: Instant,
    checked: Option<&AnyChecked>,
) -> Result<Option<Judged>, Failure> {
    let (Some(seller), Some(market)) = (&args.seller, &args.market) else {
        return Ok(None);
    };
    let seller: SellerId = word("--seller", seller)?;
    let market: MarketId = word("--market", market)?;
    // What was asked for counts first; else any code that the sources name for it.
    let mut names = vec![device.to_owned()];
    names.extend(
        checked
            .and_then(first)
            .into_iter()
            .flat_map(|checked| checked.codes.clone()),
    );
    let mut offer = house.suppose(&market, &seller, &names)?;
    if let Some(condition) = &args.condition {
        offer.condition = word("--condition", condition)?;
    }
    offer.build = args
        .build
        .as_deref()
        .map(|build| word("--build", build))
        .transpose()?;
    Ok(Some((house.verdict(&offer, Moment::at(at)), offer)))
}

pub const fn of_outcome(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Sellable => Exit::YES,
        Outcome::Refused => Exit::NO,
        Outcome::Unknown | Outcome::Disputed => Exit::UNKNOWN,
    }
}

/// The least that a phone is for: data over a band of the network's main technology, and calls at least
/// over an older one.
const LEAST: [(Service, Level); 3] = [
    (Service::Voice, Level::FallbackOnly),
    (Service::Data, Level::Partial),
    (Service::EmergencyCall, Level::FallbackOnly),
];

/// One service that falls short is a no; one that is not settled leaves it open.
pub fn of_fit(fit: &Fit) -> Exit {
    let answers = LEAST.map(|(service, least)| {
        let grade = fit.service(service).map_or(Grade::Unknown, |fit| fit.grade);
        of_grade(grade, least)
    });
    [Exit::NO, Exit::UNKNOWN]
        .into_iter()
        .find(|exit| answers.contains(exit))
        .unwrap_or(Exit::YES)
}

/// What reaches at least a lesser level may still reach this one, so it is neither yes nor no.
fn of_grade(grade: Grade, least: Level) -> Exit {
    match grade {
        Grade::Known(level) | Grade::AtLeast(level) if level >= least => Exit::YES,
        Grade::Known(_) => Exit::NO,
        Grade::AtLeast(_) | Grade::Unknown | Grade::Disputed => Exit::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_status_is_yes_no_or_neither() {
        for (grade, exit) in [
            (Grade::Known(Level::Full), Exit::YES),
            (Grade::AtLeast(Level::Partial), Exit::YES),
            (Grade::Known(Level::FallbackOnly), Exit::NO),
            (Grade::Known(Level::None), Exit::NO),
            (Grade::AtLeast(Level::FallbackOnly), Exit::UNKNOWN),
            (Grade::Unknown, Exit::UNKNOWN),
            (Grade::Disputed, Exit::UNKNOWN),
        ] {
            assert_eq!(of_grade(grade, Level::Partial), exit, "{grade:?}");
        }
        assert_eq!(
            of_grade(Grade::AtLeast(Level::FallbackOnly), Level::FallbackOnly),
            Exit::YES
        );
    }

    #[test]
    fn a_fit_of_which_nothing_is_known_is_neither() {
        let fit = trade::gate::fit::fit(&[], &[], Instant::from_epoch_ms(0));
        assert_eq!(of_fit(&fit), Exit::UNKNOWN);
    }
}
