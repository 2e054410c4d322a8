//! `passband evidence`: records what an issuer says, as somebody enters it from a document, and shows it.

mod keys;

use clap::Subcommand;
use domain::evidence::{Authority, Claim, Vouching};
use domain::{Instant, Period};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::change::{Change, Draft};
use trade::documents::{DOCUMENT_BYTES_MAX, MEDIA_TYPE_UNKNOWN};
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
With --document the letter itself is kept beside it, byte for byte, at most 10 MiB.
The other kinds are in docs/guide/command-line.md. `passband withdraw` ends it.";

const KEY_EXAMPLES: &str = "\
Examples:
  passband evidence introduce-key 'xiaomi.example/sales+33d7b496+AeHZ…' --market us --party xiaomi \\
      --title 'Read out by their counsel on the telephone, 3 March'

From then on the market hears what the party signs with it. A new key is introduced beside the old one; the old one is
withdrawn when the change is over. A key that was lost is withdrawn from the day on which it was lost:
  passband withdraw EVIDENCE --manner revoke --issuer us-mobile --title 'Key lost' --from 2016-03-02";

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
        /// The document that it came in; kept as it is
        #[arg(long, value_name = "FILE")]
        document: Option<NamedPath>,
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
    /// Record what an issuer signed with a key of its own
    AddSigned {
        /// The note, as `passband sign evidence` wrote it
        #[arg(value_name = "NOTE")]
        file: NamedPath,
    },
    /// Make an issuer's key known in a market
    #[command(after_help = KEY_EXAMPLES)]
    IntroduceKey {
        /// The public key: name+key ID+base64
        #[arg(value_name = "KEY")]
        key: String,
        /// Where what it signs is heard
        #[arg(long)]
        market: String,
        /// Whose key it is
        #[arg(long)]
        party: String,
        /// How you know that it is theirs
        #[arg(long, default_value = "Key introduced")]
        title: String,
    },
    /// List the keys of issuers
    Keys,
}

impl EvidenceCommand {
    /// Makes paths mean the same in another process.
    pub fn settle(&mut self) {
        match self {
            Self::Add { file, document } => {
                file.settle();
                document.iter_mut().for_each(NamedPath::settle);
            }
            Self::AddSigned { file } => file.settle(),
            Self::IntroduceKey { .. } | Self::Keys | Self::Show { .. } => {}
        }
    }
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
    let (file, document) = match command {
        EvidenceCommand::Show { id, limit } => return resting::show(house, id, *limit, out).await,
        EvidenceCommand::Add { file, document } => (file, document),
        EvidenceCommand::AddSigned { file } => return keys::add_signed(house, file, out).await,
        EvidenceCommand::IntroduceKey {
            key,
            market,
            party,
            title,
        } => return keys::introduce(house, market, party, key, title, out).await,
        EvidenceCommand::Keys => return keys::list(house, out).await,
    };
    let mut draft = read(file)?;
    known(house, &draft).await?;
    if let Some(document) = document {
        draft.document = Some(keep(house, document).await?);
    }
    let change = house.record(draft).await?;
    say(house, &change, out).await
}

/// Keeps a document; gives its SHA-256.
async fn keep(house: &House, file: &NamedPath) -> Result<String, Failure> {
    let cannot = |error: std::io::Error| Failure::file(Exit::NO_INPUT, &file.named, &error);
    let size = std::fs::metadata(&file.path).map_err(cannot)?.len();
    if size > DOCUMENT_BYTES_MAX as u64 {
        let error = format!("it has {size} bytes; at most {DOCUMENT_BYTES_MAX} are kept");
        return Err(cannot(std::io::Error::other(error)));
    }
    let bytes = std::fs::read(&file.path).map_err(cannot)?;
    let name = file.path.file_name().unwrap_or_default();
    let kind = media_type(&file.path);
    let (sha256, _) = house
        .keep_document(&name.to_string_lossy(), kind, &bytes)
        .await?;
    Ok(sha256)
}

/// What kind of file it is, by the end of its name (IANA media types).
fn media_type(path: &std::path::Path) -> &'static str {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    match end.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "eml" => "message/rfc822",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => MEDIA_TYPE_UNKNOWN,
    }
}

/// Says what was recorded.
async fn say(house: &House, change: &Change, out: &Output) -> Answer {
    let directory = house.directory();
    let recorded = change.recorded();
    let evidence = &recorded.evidence;
    let was_known = matches!(change, Change::Known(_));
    if out.is_json() {
        let answer = json!({
            "evidence": evidence.id.as_str(),
            "kind": evidence.claim.kind(),
            "scope": evidence.scope.to_string(),
            "vouching": evidence.vouching.name(),
            "position": recorded.position,
            "recorded_at": recorded.at.to_string(),
            "was_known": was_known,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let before = if was_known { " (as before)" } else { "" };
    let signed = match evidence.vouching {
        Vouching::Operator | Vouching::Issuer => "",
        Vouching::Signed { .. } => ", signed",
    };
    out.text(format!(
        "{}, {} by {}{signed}{before}: entry {} of the record, under {}",
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
