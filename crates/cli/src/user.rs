//! `passband user`: who signs in.

use clap::{Args, Subcommand};
use domain::id::PartyId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::directory::Party;
use trade::{House, Registration, people};

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::bold;
use crate::typed::{known_party, operator, read_secret, word};

/// The operator's party in a house that has none yet.
const OPERATOR: &str = "operator";

const EXAMPLES: &str = "\
Examples:
  passband user add you@example.com                     a new password is made and shown once
  passband user add you@example.com --password-stdin    typed without being shown, or from a pipe
  passband user add desk@brand.example --party xiaomi

Adding somebody who is there gives them a new password.";

/// The commands on people.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserCommand {
    /// Add somebody, or give them a new password
    Add(AddArgs),
}

/// The flags of `user add`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct AddArgs {
    /// Whoever signs in with it
    #[arg(value_name = "EMAIL")]
    pub email: String,
    /// For which party they act [default: the operator]
    #[arg(long, value_name = "ID")]
    pub party: Option<String>,
    /// Read the password from standard input, one line
    #[arg(long)]
    pub password_stdin: bool,
    /// What was read; never typed on a command line, where others could see it.
    #[arg(skip)]
    pub password: Option<String>,
}

impl UserCommand {
    /// Reads the password where the command is typed.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn settle(&mut self) -> Result<(), Failure> {
        let Self::Add(args) = self;
        if args.password_stdin {
            args.password = Some(read_secret("Password")?);
        }
        Ok(())
    }
}

/// Adds.
///
/// # Errors
/// The address, the password or the party is not one, or the database.
pub async fn run(house: &House, command: &UserCommand, out: &Output) -> Answer {
    let UserCommand::Add(args) = command;
    let party = party(house, args).await?;
    let made = match &args.password {
        Some(_) => None,
        None => Some(people::fresh_password()?),
    };
    let password = args
        .password
        .clone()
        .or_else(|| made.clone())
        .unwrap_or_default();
    house.put_user(party.clone(), &args.email, password).await?;
    if out.is_json() {
        let answer = json!({ "email": args.email, "party": party.as_str(), "password": made });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    out.text(format!("{} signs in for {party}", bold(&args.email)))
        .await;
    if let Some(password) = made {
        out.note("with this password, which is shown once and kept nowhere:")
            .await;
        out.data(password).await;
    }
    Ok(Exit::YES)
}

async fn party(house: &House, args: &AddArgs) -> Result<PartyId, Failure> {
    if let Some(text) = &args.party {
        return known_party(house, "--party", text);
    }
    let directory = house.directory();
    if directory.parties.iter().any(|one| one.role == OPERATOR) {
        return operator(house);
    }
    // The first user of a new house: there has to be an operator to act for.
    let id: PartyId = word("--party", OPERATOR)?;
    let news = Registration {
        parties: vec![Party {
            id: id.clone(),
            role: OPERATOR.to_owned(),
            name: "Operator".to_owned(),
        }],
        ..Registration::default()
    };
    house.register(news).await?;
    Ok(id)
}
