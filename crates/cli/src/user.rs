//! `passband user`: who signs in, for which party and as what.

use clap::{Args, Subcommand};
use domain::id::PartyId;
use domain::member::MemberRole;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::directory::Party;
use trade::people::{self, By, Member};
use trade::{House, Registration};

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
  passband user add desk@brand.example --party xiaomi   its first member becomes an owner
  passband user add sam@example.com --role reader

Adding somebody who is there gives them a new password and ends their sessions.";

/// The commands on people.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserCommand {
    /// Add somebody, or give them a new password
    Add(AddArgs),
    /// List who signs in for a party
    List {
        /// Whose people [default: the operator's]
        #[arg(long, value_name = "ID")]
        party: Option<String>,
    },
    /// Change what somebody may do: owner, clerk or reader
    Role {
        /// Whoever signs in with it
        #[arg(value_name = "EMAIL")]
        email: String,
        /// owner, clerk or reader
        #[arg(value_name = "ROLE")]
        role: String,
    },
    /// Remove somebody: their sessions and tokens end at once
    Remove {
        /// Whoever signs in with it
        #[arg(value_name = "EMAIL")]
        email: String,
    },
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
    /// owner, clerk or reader [default: owner for the first of a party, else clerk; as they are if they are there]
    #[arg(long, value_name = "ROLE")]
    #[serde(default)]
    pub role: Option<String>,
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
        if let Self::Add(args) = self
            && args.password_stdin
        {
            args.password = Some(read_secret("Password")?);
        }
        Ok(())
    }
}

/// Does it.
///
/// # Errors
/// The address, the password, the party or the role is not one, the last owner would go, or the database.
pub async fn run(house: &House, command: &UserCommand, out: &Output) -> Answer {
    match command {
        UserCommand::Add(args) => add(house, args, out).await,
        UserCommand::List { party } => list(house, party.as_deref(), out).await,
        UserCommand::Role { email, role } => {
            let role: MemberRole = word("ROLE", role)?;
            let member = house.member_of(email).await?;
            house.change_role(By::Machine, &member.id, role).await?;
            let text = format!("{} is {role} of {} now", bold(&member.email), member.party);
            said(&Member { role, ..member }, text, out).await
        }
        UserCommand::Remove { email } => {
            let member = house.member_of(email).await?;
            house.remove_member(By::Machine, &member.id).await?;
            let text = format!("{} acts for {} no more", bold(&member.email), member.party);
            said(&member, text, out).await
        }
    }
}

fn member_json(member: &Member) -> serde_json::Value {
    json!({
        "id": member.id,
        "email": member.email,
        "party": member.party.as_str(),
        "role": member.role.as_str(),
        "since": member.since.to_string(),
    })
}

async fn said(member: &Member, text: String, out: &Output) -> Answer {
    if out.is_json() {
        out.json(&member_json(member)).await;
    } else {
        out.text(text).await;
    }
    Ok(Exit::YES)
}

async fn add(house: &House, args: &AddArgs, out: &Output) -> Answer {
    let role = args.role.as_deref().map(|text| word("--role", text));
    let role: Option<MemberRole> = role.transpose()?;
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
    let registered = house
        .register_user(party.clone(), &args.email, password, role)
        .await?;
    let role = registered.role;
    if out.is_json() {
        let answer = json!({
            "email": args.email,
            "party": party.as_str(),
            "role": role.as_str(),
            "was_there": registered.was_there,
            "password": made,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let email = bold(&args.email);
    out.text(format!("{email} signs in for {party}, as {role}"))
        .await;
    if let Some(password) = made {
        out.note("with this password, which is shown once and kept nowhere:")
            .await;
        out.data(password).await;
    }
    Ok(Exit::YES)
}

async fn list(house: &House, party: Option<&str>, out: &Output) -> Answer {
    let party = match party {
        Some(text) => known_party(house, "--party", text)?,
        None => operator(house)?,
    };
    let members = house.members(&party).await?;
    if out.is_json() {
        let members: Vec<_> = members.iter().map(member_json).collect();
        out.json(&json!({ "party": party.as_str(), "members": members }))
            .await;
        return Ok(Exit::YES);
    }
    if members.is_empty() {
        out.note(format!("nobody signs in for {party} yet")).await;
    }
    for member in &members {
        out.text(format!("{}  {}", bold(&member.email), member.role))
            .await;
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
