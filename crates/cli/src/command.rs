//! One command, run on one house: the same function here and in the server.

use trade::House;

use crate::args::Asked;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::named::NamedPath;
use crate::output::Output;
use crate::{check, directory, doctor, evidence, import, listing, policy, record, user, withdraw};

/// What an answer that was reached says to a script; a failure says the rest.
pub type Answer = Result<Exit, Failure>;

/// Runs a command.
///
/// # Errors
/// Why there is no answer.
pub async fn run(house: &House, command: &Asked, out: &Output) -> Answer {
    match command {
        Asked::Check(args) => check::run(house, args, out).await,
        Asked::Import(args) => import::run(house, args, out).await,
        Asked::Listing(command) => listing::run(house, command, out).await,
        Asked::Evidence(command) => evidence::run(house, command, out).await,
        Asked::Withdraw(args) => withdraw::run(house, args, out).await,
        Asked::Policy(command) => policy::run(house, command, out).await,
        Asked::Record(command) => record::run(house, command, out).await,
        Asked::Directory(command) => directory::run(house, command, out).await,
        Asked::User(command) => user::run(house, command, out).await,
        Asked::Examine => doctor::examine(house, out).await,
    }
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

/// The party that speaks for the operator, in whose name commands act.
///
/// # Errors
/// There is none in the directory, or several.
pub fn operator(house: &House) -> Result<domain::id::PartyId, Failure> {
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

/// Most bytes of a file that is read whole: a policy, a directory, a letter.
const TEXT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A file of text.
///
/// # Errors
/// It is not there, too large, or not text.
pub fn read_text(file: &NamedPath) -> Result<String, Failure> {
    let cannot = |error: &std::io::Error| Failure::file(Exit::NO_INPUT, &file.named, error);
    let size = std::fs::metadata(&file.path)
        .map_err(|error| cannot(&error))?
        .len();
    if size > TEXT_BYTES_MAX {
        let error = std::io::Error::other(format!("more than {TEXT_BYTES_MAX} bytes"));
        return Err(cannot(&error));
    }
    std::fs::read_to_string(&file.path).map_err(|error| cannot(&error))
}

/// `45832` as `45,832`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `2 rows`.
pub fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (45_832, "45,832")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(1_234_567, "row"), "1,234,567 rows");
    }
}
