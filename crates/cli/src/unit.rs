//! `passband check --imei`: what is this unit? `passband blocked`: the operator's lists of blocked units.
//!
//! A number that was typed goes into the question and nowhere else: it is in no answer and no error, and
//! where a command line does not ask for one it is refused before anything is read of it.

use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;

use clap::Subcommand;
use domain::number::holds_imei;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::atlas::TacClaim;
use trade::unit::{Standing, UnitChecked, UnitRequest};
use trade::unit_list::Delivered;
use web::wire::unit::UnitJson;

use crate::check::{CheckArgs, of_fit, words};
use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::{bad, bold, counted, dim, good, grouped, warn};
use crate::typed::{read_secret, word};

/// The flag that a number is asked for with.
const FLAG: &str = "--imei";

/// A number as it was typed. Never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypedImei(String);

impl TypedImei {
    /// Reads it from standard input where that was asked for. Done where it is typed.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn settle(&mut self) -> Result<(), Failure> {
        if self.0 == "-" {
            self.0 = read_secret("IMEI")?;
        }
        Ok(())
    }
}

impl FromStr for TypedImei {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for TypedImei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedImei(…)")
    }
}

/// Refuses a command line that holds the number of a unit anywhere but after `--imei`.
///
/// # Errors
/// It does.
pub fn refuse_elsewhere(words: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    let mut is_asked_for = false;
    for word in words {
        let text = word.to_string_lossy();
        let is_flag = text == FLAG;
        let is_apart = is_asked_for || text.starts_with("--imei=");
        if !is_apart && holds_imei(&text) {
            let detail = "a word of the command line reads as an IMEI, and is not repeated here";
            let help = "`passband check --imei -` asks about a unit and reads its number from standard \
                        input; a device goes by the first eight digits, a file with such a name by another";
            return Err(Failure::new(Exit::USAGE, "imei_not_here", detail, help));
        }
        is_asked_for = is_flag;
    }
    Ok(())
}

/// Answers `check --imei`.
///
/// # Errors
/// It is no IMEI, a flag is wrong, or the database.
pub async fn check(house: &House, args: &CheckArgs, imei: &TypedImei, out: &Output) -> Answer {
    let network = match (&args.network, &args.country) {
        (Some(network), Some(country)) => Some((network.clone(), word("--country", country)?)),
        (None, None) => None,
        _ => {
            return Err(Failure::usage(
                "a network is asked for by its name and its country",
                "give both --network and --country",
            ));
        }
    };
    let at = match &args.at {
        Some(text) => word("--at", text)?,
        None => house.now(),
    };
    let request = UnitRequest {
        imei: imei.0.clone(),
        network,
        at,
    };
    let unit = house.check_unit(request).await?;
    if out.is_json() {
        out.json(&UnitJson::from(&unit)).await;
    } else {
        out.text(in_words(&unit)).await;
    }
    Ok(exit(&unit))
}

/// A list that names it is a no; else the fit decides, if one was asked for; no list leaves it open.
fn exit(unit: &UnitChecked) -> Exit {
    match (unit.standing(), &unit.fit) {
        (Standing::Blocked, _) => Exit::NO,
        (_, Some(Err(_))) | (Standing::NotChecked, None) => Exit::UNKNOWN,
        (_, Some(Ok(checked))) => of_fit(&checked.fit),
        (Standing::NotListed, None) => Exit::YES,
    }
}

fn in_words(unit: &UnitChecked) -> String {
    let standing = match unit.standing() {
        Standing::Blocked => bad("blocked"),
        Standing::NotListed => good("not listed"),
        Standing::NotChecked => warn("not checked"),
    };
    let mut lines = vec![
        format!("A unit of {}: {standing}.", bold(&unit.tac.to_string())),
        unit.sentence(),
        unit.body_sentence(),
    ];
    for blocked in &unit.blocked {
        if let Some(who) = &blocked.reported_by {
            lines.push(format!("  {} has it from {who}", blocked.list.name));
        }
    }
    lines.push(String::new());
    if unit.models.is_empty() {
        lines.push("No list that was imported names its model.".to_owned());
    } else {
        lines.push(bold("What lists say of its model"));
        lines.extend(unit.models.iter().map(claim));
    }
    match &unit.fit {
        None => {}
        Some(Ok(checked)) => lines.push(format!("\n{}", words::fit(checked))),
        Some(Err(error)) => {
            lines.push(format!(
                "\nWhether it works there is not known: {}",
                error.detail
            ));
        }
    }
    lines.join("\n")
}

fn claim(claim: &TacClaim) -> String {
    let TacClaim { brand, model, .. } = claim;
    let codes = match claim.codes.as_slice() {
        [] => String::new(),
        codes => format!(" ({})", codes.join(", ")),
    };
    let name = format!("{brand} {model}{codes}");
    format!("  {}  {}", name.trim(), dim(&claim.source.title))
}

/// The commands on lists of blocked units.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedCommand {
    /// The lists that `check --imei` looks into
    List,
    /// Take a list away, with all that is on it
    Remove {
        /// As `list` shows it
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Runs one.
///
/// # Errors
/// There is no such list, or the database.
pub async fn run(house: &House, command: &BlockedCommand, out: &Output) -> Answer {
    match command {
        BlockedCommand::List => list(house, out).await,
        BlockedCommand::Remove { name } => {
            house.remove_blocked_list(name).await?;
            if out.is_json() {
                out.json(&json!({ "removed": name.trim() })).await;
            } else {
                out.text(format!("The list {} is gone.", bold(name.trim())))
                    .await;
            }
            Ok(Exit::YES)
        }
    }
}

async fn list(house: &House, out: &Output) -> Answer {
    let lists = house.blocked_lists().await?;
    if out.is_json() {
        let lists = lists.iter().map(|list| {
            json!({
                "name": list.name,
                "units": list.units,
                "delivered_at": list.imported_at.to_string(),
            })
        });
        let lists: Vec<_> = lists.collect();
        out.json(&json!({ "lists": lists })).await;
    } else if lists.is_empty() {
        let help = "`passband import FILE --kind blocked-devices` brings one";
        out.text(format!("There is no list of blocked units; {help}"))
            .await;
    } else {
        let lines = lists.iter().map(|list| {
            let delivered = dim(&format!("delivered {}", list.imported_at.date()));
            format!(
                "{}  {}  {delivered}",
                bold(&list.name),
                counted(list.units, "unit")
            )
        });
        out.text(lines.collect::<Vec<_>>().join("\n")).await;
    }
    Ok(Exit::YES)
}

/// What a delivery changed, in a line.
pub fn delivered_in_words(delivered: &Delivered) -> String {
    let Delivered {
        list,
        added,
        gone,
        kept,
    } = delivered;
    format!(
        "  the list {} has {}: {} added, {} kept, {} gone",
        list.name,
        counted(list.units, "unit"),
        grouped(*added),
        grouped(*kept),
        grouped(*gone),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(words: &[&str]) -> bool {
        let words = words.iter().map(OsString::from);
        refuse_elsewhere(words).is_err()
    }

    #[test]
    fn a_number_is_taken_after_its_flag_and_nowhere_else() {
        let number = "490154203237518";
        assert!(!is_refused(&["passband", "check", "--imei", number]));
        assert!(!is_refused(&[
            "passband",
            "check",
            "--imei=490154203237518"
        ]));
        assert!(!is_refused(&["passband", "check", "--imei", "-"]));
        for words in [
            &["passband", number][..],
            &["passband", "check", "--imei", number, number],
            &["passband", "check", "--device", "49-015420-323751-8"],
            &["passband", "check", "--device=490154203237518"],
            &["passband", "import", "/tmp/490154203237518.csv"],
        ] {
            assert!(is_refused(words), "{words:?}");
        }
    }

    #[test]
    fn a_typed_number_is_not_shown() {
        let typed: TypedImei = "490154203237518".parse().expect("any text");
        assert!(!format!("{typed:?}").contains("490154"), "{typed:?}");
    }
}
