//! One command, run on one house: the same function here and in the server.

use trade::House;

use crate::args::Asked;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::{
    ask, audit, changes, check, data_set, desk, directory, doctor, evidence, explain, impact,
    import, letters, listing, networks, policy, record, titles, unit, user, withdraw,
};

/// What an answer that was reached says to a script; a failure says the rest.
pub type Answer = Result<Exit, Failure>;

/// Runs a command.
///
/// # Errors
/// Why there is no answer.
pub async fn run(house: &House, command: &Asked, out: &Output) -> Answer {
    match command {
        Asked::Check(args) => check::run(house, args, out).await,
        Asked::Audit(args) => audit::run(house, args, out).await,
        Asked::Match(args) => titles::run(house, args, out).await,
        Asked::Import(args) => import::run(house, args, out).await,
        Asked::DataSet(command) => data_set::run(house, command, out).await,
        Asked::Networks(args) => networks::run(house, args, out).await,
        Asked::Blocked(command) => unit::run(house, command, out).await,
        Asked::Listing(command) => listing::run(house, command, out).await,
        Asked::Explain(args) => explain::run(house, args, out).await,
        Asked::Changes(args) => changes::run(house, args, out).await,
        Asked::Impact(command) => impact::run(house, command, out).await,
        Asked::Evidence(command) => evidence::run(house, command, out).await,
        Asked::Withdraw(args) => withdraw::run(house, args, out).await,
        Asked::Ask(command) => ask::run(house, command, out).await,
        Asked::Letters(args) => letters::run(house, args, out).await,
        Asked::Policy(command) => policy::run(house, command, out).await,
        Asked::Record(command) => record::run(house, command, out).await,
        Asked::Directory(command) => directory::run(house, command, out).await,
        Asked::Desk(command) => desk::run(house, command, out).await,
        Asked::User(command) => user::run(house, command, out).await,
        Asked::Examine => doctor::examine(house, out).await,
    }
}
