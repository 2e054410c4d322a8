//! The command line as it is typed: every command, its flags, and help that teaches.
//!
//! What a command does is in the file of its name. Words are checked there too, so that a command that
//! came through the socket is checked like one that was typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use serde::{Deserialize, Serialize};

use crate::ask::AskCommand;
use crate::audit::AuditArgs;
use crate::changes::ChangesArgs;
use crate::check::CheckArgs;
use crate::data_set::DataSetCommand;
use crate::demo::DemoArgs;
use crate::desk::DeskCommand;
use crate::directory::DirectoryCommand;
use crate::evidence::EvidenceCommand;
use crate::explain::ExplainArgs;
use crate::failure::Failure;
use crate::impact::ImpactCommand;
use crate::import::ImportArgs;
use crate::letters::LettersArgs;
use crate::listing::ListingCommand;
use crate::networks::NetworksArgs;
use crate::policy::PolicyCommand;
use crate::record::RecordCommand;
use crate::serve::ServeArgs;
use crate::sign::SignCommand;
use crate::titles::MatchArgs;
use crate::unit::BlockedCommand;
use crate::user::UserCommand;
use crate::withdraw::WithdrawArgs;

const ABOUT: &str = "The marketplace a virtual carrier runs to sell phones. \
It refuses to sell what lacks evidence, and says why.";

const EXAMPLES: &str = "\
Try it:
  passband demo                 play the story of 2016, then look at it in a browser
  passband check --device 'Mi 4i' --network T-Mobile --country US --at 2016-02-01
                                will this device work on that network, then or now?

Run it:
  passband user add you@example.com
  passband serve
  passband doctor               what is set, and whether all is well

A command given while the server runs on the same data folder goes through the server.
Exit status: 0 yes or done, 1 no, 2 not known or disputed, 64 and above something was in the way.
docs/guide/command-line.md has everything.";

/// `passband …`
#[derive(Debug, Parser)]
#[command(name = "passband", version, about = ABOUT, after_help = EXAMPLES, max_term_width = 100)]
pub struct Line {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// Which command.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "For every command")]
pub struct Global {
    /// Where the house's data is [default: ~/.local/share/passband]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The configuration file [default: ~/.config/passband/config.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep the data in PostgreSQL: postgres://user@host/database?sslmode=disable
    #[arg(long, global = true, value_name = "URL")]
    pub postgres: Option<String>,
    /// Answer with one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but errors; the exit status has the answer
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play the story of 2016 and look at it in a browser
    Demo(DemoArgs),
    /// Serve the marketplace
    Serve(ServeArgs),
    /// Say what is set, and whether all is well
    #[command(after_help = crate::doctor::EXAMPLES)]
    Doctor,
    /// Make a key of your own and sign what you say with it, where you are
    #[command(subcommand)]
    Sign(SignCommand),
    /// Those that ask something of a house.
    #[command(flatten)]
    Asked(Asked),
}

/// A command that asks something of a house, here or in the server that has it open.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Will this device work on that network, then or now? May that seller sell it?
    Check(Box<CheckArgs>),
    /// Which phone does a shop's title mean?
    Match(MatchArgs),
    /// What of a list may be sold, what not, why, and whom to ask?
    Audit(Box<AuditArgs>),
    /// Take in files: device lists, network lists, band tables, sellers' feeds
    Import(ImportArgs),
    /// What was imported: compare a delivery with the one before, let it speak in a market, take it back
    #[command(subcommand)]
    DataSet(DataSetCommand),
    /// What is known of networks over time: bands, shutdowns, what calls need, who rides there
    Networks(NetworksArgs),
    /// The operator's lists of blocked units
    #[command(subcommand)]
    Blocked(BlockedCommand),
    /// Look at sellers' listings, offer them, take them down
    #[command(subcommand)]
    Listing(ListingCommand),
    /// Why may a listing be sold, or not? What would make it sellable?
    Explain(ExplainArgs),
    /// What became of each listing's verdict, entry by entry and as time passed
    Changes(ChangesArgs),
    /// What would a change stop or start? Asked before it is made
    #[command(subcommand)]
    Impact(ImpactCommand),
    /// Record what a brand, a host network or anybody else says
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// End a piece of evidence: nothing that rests on it is sold from then on
    Withdraw(WithdrawArgs),
    /// Ask brands, host networks and others for what is missing
    #[command(subcommand)]
    Ask(AskCommand),
    /// What the house wrote to people, and whether it left
    Letters(LettersArgs),
    /// What a market demands of what is sold there
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// The record: who allowed what, and when
    #[command(subcommand)]
    Record(RecordCommand),
    /// Who and what there is: parties, brands, sellers, networks, markets, devices
    #[command(subcommand)]
    Directory(DirectoryCommand),
    /// The evidence desk: whether a second person approves what could open a sale
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Who signs in
    #[command(subcommand)]
    User(UserCommand),
    /// The part of `doctor` that needs the house.
    #[command(skip)]
    Examine,
}

impl Asked {
    /// Makes the command stand for itself: paths absolute, what comes from standard input read. Done where it is typed.
    ///
    /// # Errors
    /// A password or a number cannot be read.
    pub fn settle(&mut self) -> Result<(), Failure> {
        match self {
            Self::Check(args) => args.settle()?,
            Self::Match(args) => args.settle(),
            Self::Audit(args) => args.settle(),
            Self::Import(args) => args.settle(),
            Self::Impact(command) => command.settle(),
            Self::Policy(PolicyCommand::Set { file, .. } | PolicyCommand::Preview { file, .. }) => {
                file.settle();
            }
            Self::Policy(PolicyCommand::Init {
                out: Some(file), ..
            }) => file.settle(),
            Self::Directory(DirectoryCommand::Load { file }) => file.settle(),
            Self::Evidence(command) => command.settle(),
            Self::Record(RecordCommand::Export { folder }) => folder.settle(),
            Self::User(command) => command.settle()?,
            _ => {}
        }
        Ok(())
    }

    /// Whether it makes sense in a house that is not there yet.
    pub const fn may_begin_a_house(&self) -> bool {
        matches!(
            self,
            Self::Check(_)
                | Self::Match(_)
                | Self::Audit(_)
                | Self::Networks(_)
                | Self::Import(_)
                | Self::Policy(PolicyCommand::Init { .. })
                | Self::Directory(DirectoryCommand::Load { .. })
                | Self::User(UserCommand::Add(_))
        )
    }
}

/// What a wrong command line is told, as everything else is.
pub fn failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let mut parts = text.split("\n\n");
    let first = parts.next().unwrap_or_default();
    let words: Vec<&str> = first.split_whitespace().collect();
    let detail = words.join(" ");
    let mut hints = Vec::new();
    for part in parts {
        for line in part.lines().map(str::trim) {
            if let Some(tip) = line.strip_prefix("tip: ") {
                hints.push(tip.to_owned());
            } else if let Some(usage) = line.strip_prefix("Usage: ") {
                hints.push(format!("usage: {usage}"));
            }
        }
    }
    hints.push("`--help` has examples".to_owned());
    Failure::usage(detail.trim_start_matches("error: "), hints.join("; "))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Line::command().debug_assert();
    }

    #[test]
    fn a_wrong_flag_is_told_with_what_was_meant() {
        let error =
            Line::try_parse_from(["passband", "check", "--devise", "x"]).expect_err("wrong");
        let failure = failure(&error);
        assert_eq!(failure.exit, crate::exit::Exit::USAGE);
        assert!(failure.detail.contains("--devise"), "{}", failure.detail);
        assert!(failure.help.contains("--device"), "{}", failure.help);
        let error = Line::try_parse_from(["passband", "chekc"]).expect_err("wrong");
        assert!(super::failure(&error).help.contains("check"));
    }
}
