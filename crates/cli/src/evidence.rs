//! `passband evidence`: records what an issuer says, as somebody enters it from a document, and shows it.

use clap::Subcommand;
use domain::evidence::{Authority, Claim};
use domain::{Instant, Period};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::change::{Change, Draft};
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::{House, posted_claim};

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::resting;
use crate::style::bold;
use crate::typed::{NamedPath, known_party, read_text, word};
use web::wire::FaultJson;

const ADD_EXAMPLES: &str = "\
Examples:
  passband evidence add letter.toml

A brand's letter, for instance:
  id = \"letter-2016-03-02\"          optional; given twice, it is recorded once
  issuer = \"xiaomi\"                 who says so
  scope = \"brand:xiaomi\"            what it is written under
  title = \"Letter to the distributor\"
  dated = \"2016-03-02\"
  valid = { from = 2016-03-02, until = 2017-03-02 }
  [claim]
  kind = \"sales_authorization\"
  standing = \"yes\"
  brand = \"xiaomi\"
  sellers = [\"omni-electronics\"]
  categories = [\"smartphone\"]
  models = \"all\"
  territory = [\"US\"]
  channels = \"all\"
The other kinds are in docs/guide/command-line.md. `passband withdraw` ends it.";

/// The commands on evidence.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceCommand {
    /// Record what an issuer says
    #[command(after_help = ADD_EXAMPLES)]
    Add {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
    },
    /// Show a piece of evidence and all that rests on it
    #[command(after_help = resting::EXAMPLES)]
    Show {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,
        /// How many listings and how many orders at most
        #[arg(long, value_name = "N", default_value_t = resting::SHOWN)]
        limit: usize,
    },
}

/// What is written in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Option<String>,
    issuer: String,
    scope: String,
    title: String,
    #[serde(default)]
    dated: Option<Date>,
    words: Option<String>,
    #[serde(default)]
    valid: WrittenPeriod,
    claim: Value,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPeriod {
    from: Option<Date>,
    until: Option<Date>,
}

/// A date as text, or as TOML has dates: without quotes.
struct Date(String);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(from)? {
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Datetime(date) => Ok(Self(date.to_string())),
            _ => Err(serde::de::Error::custom("expected a date")),
        }
    }
}

/// Records, or shows.
///
/// # Errors
/// The file has faults, what it names is not in the directory, or the database.
pub async fn run(house: &House, command: &EvidenceCommand, out: &Output) -> Answer {
    let file = match command {
        EvidenceCommand::Show { id, limit } => return resting::show(house, id, *limit, out).await,
        EvidenceCommand::Add { file } => file,
    };
    let draft = read(file)?;
    known(house, &draft).await?;
    let directory = house.directory();
    let change = house.record(draft).await?;
    let recorded = change.recorded();
    let evidence = &recorded.evidence;
    let was_known = matches!(change, Change::Known(_));
    if out.is_json() {
        let answer = json!({
            "evidence": evidence.id.as_str(),
            "kind": evidence.claim.kind(),
            "scope": evidence.scope.to_string(),
            "position": recorded.position,
            "recorded_at": recorded.at.to_string(),
            "was_known": was_known,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let before = if was_known { " (as before)" } else { "" };
    out.text(format!(
        "{}, {} by {}{before}: entry {} of the record, under {}",
        bold(evidence.id.as_str()),
        evidence.claim.kind().replace('_', " "),
        DirectoryNames(&directory).party(&evidence.issuer),
        recorded.position,
        evidence.scope
    ))
    .await;
    Ok(Exit::YES)
}

/// Whether what a draft names is in the directory.
///
/// # Errors
/// It is not, or the database.
pub async fn known(house: &House, draft: &Draft) -> Result<(), Failure> {
    known_party(house, "issuer", draft.issuer.as_str())?;
    // A recall under a misspelt brand would stop nothing.
    if !house.knows(&draft.scope).await? {
        return Err(Failure::new(
            Exit::NO_INPUT,
            "not_found",
            format!("there is no {} in this house", draft.scope),
            "`passband directory show` shows what there is",
        ));
    }
    Ok(())
}

/// Reads a piece of evidence from its file.
///
/// # Errors
/// Every place that is wrong.
pub fn read(file: &NamedPath) -> Result<Draft, Failure> {
    let text = read_text(file)?;
    let name = file.named.clone();
    let invalid = |faults: Vec<FaultJson>| {
        let help = "mend the places that are named; `passband evidence add --help` has the form";
        let detail = format!("{name} does not read as evidence");
        let mut failure = Failure::new(Exit::DATA, "invalid_input", detail, help);
        failure.faults = faults;
        failure
    };
    let written: Written = toml::from_str(&text).map_err(|error| {
        let before = text.get(..error.span().map_or(0, |span| span.start));
        let lines = before.unwrap_or_default().matches('\n').count();
        invalid(vec![FaultJson {
            file: name.clone(),
            line: u64::try_from(lines).unwrap_or(0) + 1,
            column: String::new(),
            rule: "evidence.form".to_owned(),
            found: error
                .message()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            help: "see the example".to_owned(),
        }])
    })?;
    let claim = posted_claim("claim", &written.claim).map_err(|faults| {
        let places = faults.iter().map(|fault| FaultJson {
            file: name.clone(),
            ..FaultJson::from(fault)
        });
        invalid(places.collect())
    })?;
    own_command(&claim)?;
    let instant = |name: &str, date: &Option<Date>| -> Result<Option<Instant>, Failure> {
        date.as_ref().map(|Date(text)| word(name, text)).transpose()
    };
    Ok(Draft {
        id: written.id.as_deref().map(|id| word("id", id)).transpose()?,
        scope: word("scope", &written.scope)?,
        issuer: word("issuer", &written.issuer)?,
        claim,
        valid: Period {
            from: instant("valid.from", &written.valid.from)?,
            until: instant("valid.until", &written.valid.until)?,
        },
        title: written.title,
        dated: written.dated.map(|Date(text)| text).unwrap_or_default(),
        authority: Authority::Own,
        words: written.words,
        document: None,
    })
}

/// What has a command of its own is checked there in its own way.
fn own_command(claim: &Claim) -> Result<(), Failure> {
    let command = match claim {
        Claim::Policy(_) => "passband policy set",
        Claim::DataSetActivation { .. } => "passband import --activate",
        Claim::Withdrawal { .. } => "passband withdraw",
        Claim::ListingDecision { .. } => "passband listing",
        _ => return Ok(()),
    };
    Err(Failure::new(
        Exit::DATA,
        "invalid_input",
        format!(
            "a {} is not entered as evidence",
            claim.kind().replace('_', " ")
        ),
        format!("use `{command}`"),
    ))
}
