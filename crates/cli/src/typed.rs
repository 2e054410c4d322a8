//! What was typed, as what it means: words, ids of the directory, files.
//!
//! What means nothing is told with what was probably meant. Knows no command.

use std::convert::Infallible;
use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use domain::id::{MarketId, PartyId};
use serde::{Deserialize, Serialize};
use trade::House;

use crate::exit::Exit;
use crate::failure::Failure;

/// A path with the name that it was given by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPath {
    /// As typed.
    pub named: String,
    /// Where it is; absolute once [`NamedPath::settle`] was called.
    pub path: PathBuf,
}

impl NamedPath {
    /// Makes the path mean the same in another process.
    pub fn settle(&mut self) {
        if let Ok(absolute) = std::path::absolute(&self.path) {
            self.path = absolute;
        }
    }
}

impl FromStr for NamedPath {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self {
            named: text.to_owned(),
            path: PathBuf::from(text),
        })
    }
}

/// Most bytes of a file that is read whole: a policy, a directory, a letter.
const TEXT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A file of text.
///
/// # Errors
/// It is not there, too large, or not text.
pub fn read_text(file: &NamedPath) -> Result<String, Failure> {
    read_at_most(TEXT_BYTES_MAX, &file.path)
        .map_err(|error| Failure::file(Exit::NO_INPUT, &file.named, &error))
}

/// A file of text, if it has at most so many bytes. What has no end, such as a device, is not read for ever.
pub fn read_at_most(bytes_max: u64, path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?
        .take(bytes_max + 1)
        .read_to_string(&mut text)?;
    if read as u64 > bytes_max {
        let error = format!("it has more than {bytes_max} bytes");
        return Err(std::io::Error::other(error));
    }
    Ok(text)
}

/// Most bytes of a line that is a secret.
const SECRET_BYTES_MAX: u64 = 4 * 1024;

/// A line of standard input that nobody should see; a terminal does not show it.
///
/// # Errors
/// It cannot be read.
pub fn read_secret(what: &str) -> Result<String, Failure> {
    let cannot = |error: std::io::Error| {
        let detail = format!("no {} can be read: {error}", what.to_lowercase());
        let help = "give one line on standard input";
        Failure::new(Exit::NO_INPUT, "no_line", detail, help)
    };
    if std::io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        terminal.write_str(&format!("{what}: ")).map_err(cannot)?;
        return terminal.read_secure_line().map_err(cannot);
    }
    let mut line = String::new();
    let stdin = std::io::stdin().lock();
    let mut bounded = std::io::BufReader::new(stdin.take(SECRET_BYTES_MAX));
    bounded.read_line(&mut line).map_err(cannot)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A word of the command line as what it should be.
///
/// # Errors
/// It is not; says what is allowed.
pub fn word<T: std::str::FromStr<Err = domain::ParseError>>(
    flag: &str,
    text: &str,
) -> Result<T, Failure> {
    text.parse().map_err(|error| Failure::of_word(flag, &error))
}

/// A market of the directory.
///
/// # Errors
/// The word is no id, or there is no such market.
pub fn known_market(house: &House, flag: &str, text: &str) -> Result<MarketId, Failure> {
    let market: MarketId = word(flag, text)?;
    let directory = house.directory();
    if directory.markets.iter().any(|one| one.id == market) {
        return Ok(market);
    }
    let names = directory.markets.iter().map(|one| one.id.as_str());
    Err(not_there("market", market.as_str(), names))
}

/// A party of the directory.
///
/// # Errors
/// The word is no id, or there is no such party.
pub fn known_party(house: &House, flag: &str, text: &str) -> Result<PartyId, Failure> {
    let party: PartyId = word(flag, text)?;
    let directory = house.directory();
    if directory.parties.iter().any(|one| one.id == party) {
        return Ok(party);
    }
    let names = directory.parties.iter().map(|one| one.id.as_str());
    Err(not_there("party", party.as_str(), names))
}

/// The party that speaks for the operator, in whose name commands act.
///
/// # Errors
/// There is none in the directory, or several.
pub fn operator(house: &House) -> Result<PartyId, Failure> {
    let directory = house.directory();
    let mut operators = directory.parties.iter().filter(|p| p.role == "operator");
    match (operators.next(), operators.next()) {
        (Some(only), None) => Ok(only.id.clone()),
        (None, _) => Err(Failure::new(
            Exit::NO_INPUT,
            "no_operator",
            "no party in this house's directory is the operator",
            "`passband user add EMAIL` makes one, or load a directory with `passband directory load FILE`",
        )),
        (Some(_), Some(_)) => Err(Failure::usage(
            "several parties in this house's directory are the operator",
            "name the one that acts, with --party or --by",
        )),
    }
}

/// Nothing in the directory goes by an id; says what is close to it, or what there is.
pub fn not_there<'a>(what: &str, id: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    let names: Vec<&str> = names.collect();
    let close = trade::near::near(id, names.iter().copied());
    let help = match (close.as_slice(), names.as_slice()) {
        (close @ [_, ..], _) => format!("did you mean {}?", close.join(" or ")),
        ([], []) => {
            format!("this house has no {what}s yet; `passband directory load FILE` adds them")
        }
        ([], names) => {
            let some: Vec<&str> = names.iter().take(8).copied().collect();
            format!("this house has {}", some.join(", "))
        }
    };
    Failure::new(
        Exit::NO_INPUT,
        "not_found",
        format!("there is no {what} {id}"),
        help,
    )
}
