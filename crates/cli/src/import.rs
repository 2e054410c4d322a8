//! `passband import`: files of others, read row by row; what was read, and what was not and where.

use clap::{Args, ValueEnum};
use domain::evidence::Authority;
use domain::fault::Fault;
use domain::id::{MarketId, PartyId, SellerId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;
use trade::change::Change;
use trade::data_sets::{Imported, Input, Progress};
use trade::gate::snapshot::Moment;
use trade::offers::{FeedFor, FeedOutcome};
use trade::{DataSet, FileKind, House, OriginJson};
use web::wire::FaultJson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Event, Output};
use crate::print::in_a_line;
use crate::style::{bold, counted, dim, good, grouped, padded};
use crate::typed::{NamedPath, known_market, not_there, operator, word};

/// Faults shown of each file unless all are asked for.
const FAULTS_SHOWN: usize = 10;

const EXAMPLES: &str = "\
Examples:
  passband import supported_devices.csv carrier_bands.csv
  passband import bands.csv --kind band-table
  passband import approved.csv --as own --activate us
  passband import offers.xml --seller omni-electronics --market us
  passband import --list

What is imported answers `passband check` at once. It bears on what is sold in a market only once it is
activated there. The same file twice changes nothing. Files may be packed (.zst).

Kinds, told by a file's name or head: google-devices, xiaomi-specs, carrier-bands, tmobile-bands,
wikipedia-networks, band-table, merchant-feed, known-devices, known-networks, known-bands,
osmocom-tacs, samsung-tacs, xiaomi-certified, gsmarena-sheets, lineage-devices, mobile-models,
gsmarena-codes.

Exit status: 0 read (rows with faults are named), 65 a file is not what it says, or no row of it reads.";

/// How much a file's word weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// A party's own declaration: it outranks public lists
    Own,
    /// A public list
    List,
}

/// The flags of `import`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// What to read
    #[arg(value_name = "FILE", required_unless_present = "list")]
    pub files: Vec<NamedPath>,
    /// What kind of files these are, if their names and heads do not tell
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// How much their word weighs
    #[arg(long = "as", value_name = "WEIGHT", default_value = "list")]
    pub weight: Weight,
    /// Let what is read bear on what is sold in this market
    #[arg(long, value_name = "MARKET")]
    pub activate: Option<String>,
    /// Whose feed of offers it is …
    #[arg(long, value_name = "ID", requires = "market")]
    pub seller: Option<String>,
    /// … and for which market
    #[arg(long, value_name = "ID", requires = "seller")]
    pub market: Option<String>,
    /// Show every fault, not the first ten of a file
    #[arg(long)]
    pub all_faults: bool,
    /// Show what was set aside in rows that were read, too
    #[arg(long)]
    pub remarks: bool,
    /// Show what was imported so far
    #[arg(long, conflicts_with_all = ["files", "kind", "activate", "seller", "market"])]
    pub list: bool,
}

/// The flags, checked.
struct Wanted {
    kind: Option<FileKind>,
    authority: Authority,
    activate: Option<(MarketId, PartyId)>,
    feed: Option<(MarketId, SellerId)>,
    shown: Shown,
}

/// How much is shown of what is wrong in a file.
#[derive(Clone, Copy)]
struct Shown {
    /// Most faults, and most remarks.
    at_most: usize,
    /// Whether remarks are shown.
    remarks: bool,
}

/// What came of one file.
struct Done {
    file: String,
    imported: Imported,
    feed: Option<FeedOutcome>,
    activation: Option<Change>,
}

/// Imports.
///
/// # Errors
/// A flag is wrong. A file that cannot be read is told, and the next one is read.
pub async fn run(house: &House, args: &ImportArgs, out: &Output) -> Answer {
    if args.list {
        return list(house, out).await;
    }
    let wanted = wanted(house, args)?;
    let mut exit = Exit::YES;
    let mut answers = Vec::new();
    for file in &args.files {
        match one(house, file, &wanted, out).await {
            Ok(done) => {
                if !has_good_rows(&done) && exit == Exit::YES {
                    exit = Exit::DATA;
                }
                if out.is_json() {
                    answers.push(as_json(&done, wanted.shown));
                } else {
                    out.text(as_text(&done, wanted.shown)).await;
                }
            }
            Err(failure) => {
                if exit == Exit::YES {
                    exit = failure.exit;
                }
                out.say(Event::Failed(Box::new(failure))).await;
            }
        }
    }
    if out.is_json() {
        out.json(&json!({ "files": answers })).await;
    }
    Ok(exit)
}

fn has_good_rows(done: &Done) -> bool {
    let summary = &done.imported.summary;
    summary.rows == 0 || summary.rows_with_facts > 0
}

fn wanted(house: &House, args: &ImportArgs) -> Result<Wanted, Failure> {
    let kind = args
        .kind
        .as_deref()
        .map(|kind| word("--kind", kind))
        .transpose()?;
    let activate = match &args.activate {
        Some(market) => {
            let market = known_market(house, "--activate", market)?;
            let moment = Moment::at(house.now());
            // The virtual carrier of the market decides; where no policy names it yet, the operator does.
            let carrier = house
                .snapshot()
                .policy(&market, moment)
                .map(|(p, _)| p.carrier.clone());
            let issuer = match carrier {
                Some(carrier) => carrier,
                None => operator(house)?,
            };
            Some((market, issuer))
        }
        None => None,
    };
    let feed = match (&args.market, &args.seller) {
        (Some(market), Some(seller)) => {
            let market = known_market(house, "--market", market)?;
            let seller: SellerId = word("--seller", seller)?;
            let directory = house.directory();
            if !directory.sellers.iter().any(|one| one.id == seller) {
                let names = directory.sellers.iter().map(|one| one.id.as_str());
                return Err(not_there("seller", seller.as_str(), names));
            }
            Some((market, seller))
        }
        _ => None,
    };
    Ok(Wanted {
        kind,
        authority: match args.weight {
            Weight::Own => Authority::Own,
            Weight::List => Authority::PublicList,
        },
        activate,
        feed,
        shown: Shown {
            at_most: if args.all_faults {
                usize::MAX
            } else {
                FAULTS_SHOWN
            },
            remarks: args.remarks,
        },
    })
}

async fn one(
    house: &House,
    file: &NamedPath,
    wanted: &Wanted,
    out: &Output,
) -> Result<Done, Failure> {
    let imported = read(house, file, wanted, out).await?;
    let file = file.named.clone();
    if imported.kind == FileKind::MerchantFeed {
        let Some((market, seller)) = &wanted.feed else {
            return Err(Failure::usage(
                format!(
                    "{file} is a feed of {}",
                    counted(imported.summary.rows, "offer")
                ),
                "say whose it is and where, with --seller and --market",
            ));
        };
        let feed = FeedFor {
            market: market.clone(),
            currency: currency(house, market)?,
            seller: seller.clone(),
            file: file.clone(),
        };
        let outcome = house.take_feed(feed, &imported.items).await?;
        return Ok(Done {
            file,
            imported,
            feed: Some(outcome),
            activation: None,
        });
    }
    let activation = match (&wanted.activate, &imported.data_set) {
        (Some((market, issuer)), Some(set)) => Some(house.activate(market, &set.id, issuer).await?),
        _ => None,
    };
    Ok(Done {
        file,
        imported,
        feed: None,
        activation,
    })
}

fn currency(house: &House, market: &MarketId) -> Result<domain::money::Currency, Failure> {
    let snapshot = house.snapshot();
    let policy = snapshot.policy(market, Moment::at(house.now()));
    policy.map(|(policy, _)| policy.currency).ok_or_else(|| {
        Failure::new(
            Exit::DATA,
            "no_policy",
            format!("market {market} has no policy in force, so its currency is not known"),
            "`passband policy set FILE` puts one in force",
        )
    })
}

/// Reads and stores a file, and tells how far it is.
async fn read(
    house: &House,
    file: &NamedPath,
    wanted: &Wanted,
    out: &Output,
) -> Result<Imported, Failure> {
    let (tell, mut told) = watch::channel(Progress { read: 0, total: 0 });
    let input = Input::Path(file.path.clone());
    let progress = move |progress| {
        // Nobody listens once the reading is over.
        let _ = tell.send(progress);
    };
    let import = house.import(input, wanted.kind, wanted.authority, progress);
    let mut import = std::pin::pin!(import);
    let name = file.path.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    loop {
        tokio::select! {
            imported = &mut import => return Ok(imported?),
            Ok(()) = told.changed() => {
                let Progress { read: done, total } = *told.borrow_and_update();
                out.say(Event::Progress { what: name.to_string(), done, total }).await;
            }
        }
    }
}

fn as_text(done: &Done, shown: Shown) -> String {
    let Imported {
        origin, summary, ..
    } = &done.imported;
    let dated = if origin.dated.is_empty() {
        String::new()
    } else {
        format!(", {}", origin.dated)
    };
    let mut lines = vec![
        format!("{}: {}{dated}", bold(&done.file), origin.title),
        format!(
            "  {} = {} with facts + {} with faults; {}",
            counted(summary.rows, "row"),
            grouped(summary.rows_with_facts),
            grouped(summary.rows_with_faults),
            counted(summary.facts, "fact"),
        ),
    ];
    if let Some(set) = &done.imported.data_set {
        lines.push(format!(
            "  data set {}, licence: {}",
            set.id, origin.licence
        ));
        if done.imported.was_known {
            lines.push(format!("  {}", good("already imported, nothing changed")));
        }
    }
    if let Some(feed) = &done.feed {
        lines.push(format!(
            "  {} = {} drafted + {} changed + {} unchanged + {} with faults",
            counted(offers_in(done), "offer"),
            feed.listed.len(),
            feed.changed.len(),
            feed.unchanged.len(),
            feed.faults.len(),
        ));
    }
    if let Some(change) = &done.activation {
        let scope = &change.recorded().evidence.scope;
        lines.push(match change {
            Change::Recorded(_) => format!("  activated in {scope}"),
            Change::Known(_) => format!("  already active in {scope}"),
        });
    }
    lines.extend(places(&faults(done), shown));
    if shown.remarks {
        lines.extend(places(&remarks(done), shown));
    } else if summary.notes > 0 {
        let notes = counted(summary.notes, "remark");
        lines.push(dim(&format!(
            "  {notes} on rows that were read; --remarks shows them"
        )));
    }
    lines.join("\n")
}

/// Places, one a line, as many as are shown.
fn places(all: &[Fault], shown: Shown) -> Vec<String> {
    let some = all.iter().take(shown.at_most);
    let mut lines: Vec<String> = some
        .map(|fault| format!("  {}", in_a_line(&FaultJson::from(fault))))
        .collect();
    if let Some(more) = all
        .len()
        .checked_sub(shown.at_most)
        .filter(|more| *more > 0)
    {
        let more = grouped(u64::try_from(more).unwrap_or(u64::MAX));
        lines.push(dim(&format!(
            "  … and {more} more; --all-faults shows them"
        )));
    }
    lines
}

/// What is wrong in the rows, then in the offers made of them.
fn faults(done: &Done) -> Vec<Fault> {
    let of_feed = done.feed.iter().flat_map(|feed| &feed.faults);
    in_the_file_as_named(done, done.imported.faults.iter().chain(of_feed))
}

/// What was set aside in rows that were read.
fn remarks(done: &Done) -> Vec<Fault> {
    in_the_file_as_named(done, done.imported.notes.iter())
}

fn in_the_file_as_named<'a>(done: &Done, all: impl Iterator<Item = &'a Fault>) -> Vec<Fault> {
    all.map(|fault| Fault {
        file: done.file.clone(),
        ..fault.clone()
    })
    .collect()
}

fn offers_in(done: &Done) -> u64 {
    u64::try_from(done.imported.items.len()).unwrap_or(u64::MAX)
}

fn as_json(done: &Done, shown: Shown) -> Value {
    let Imported {
        kind,
        origin,
        summary,
        was_known,
        data_set,
        ..
    } = &done.imported;
    let all = faults(done);
    let json = |all: &[Fault]| -> Vec<FaultJson> {
        let some = all.iter().take(shown.at_most);
        some.map(FaultJson::from).collect()
    };
    let notes = if shown.remarks {
        remarks(done)
    } else {
        Vec::new()
    };
    let ids = |ids: &[domain::id::ListingId]| -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    };
    json!({
        "file": done.file,
        "kind": kind.name(),
        "origin": origin,
        "sha256": summary.sha256,
        "was_known": was_known,
        "data_set": data_set.as_ref().map(|set| set.id.to_string()),
        "rows": summary.rows,
        "rows_with_facts": summary.rows_with_facts,
        "rows_with_faults": summary.rows_with_faults,
        "facts": summary.facts,
        "remarks_in_all": summary.notes,
        "remarks": json(&notes),
        "offers": done.feed.as_ref().map(|feed| json!({
            "offers": offers_in(done),
            "drafted": ids(&feed.listed),
            "changed": ids(&feed.changed),
            "unchanged": ids(&feed.unchanged),
            "with_faults": feed.faults.len(),
        })),
        "activated": done.activation.as_ref().map(|change| json!({
            "scope": change.recorded().evidence.scope.to_string(),
            "evidence": change.recorded().evidence.id.to_string(),
            "was_known": matches!(change, Change::Known(_)),
        })),
        "faults_in_all": all.len(),
        "faults": json(&all),
    })
}

async fn list(house: &House, out: &Output) -> Answer {
    let sets = house.data_sets().await?;
    if out.is_json() {
        let sets: Vec<Value> = sets.iter().map(set_json).collect();
        out.json(&json!({ "data_sets": sets })).await;
        return Ok(Exit::YES);
    }
    let kind_width = sets.iter().map(|set| set.kind.len()).max().unwrap_or(0);
    let lines: Vec<String> = sets
        .iter()
        .map(|set| {
            let rows = format!(
                "{} of {} rows",
                grouped(set.rows_with_facts),
                grouped(set.rows)
            );
            format!(
                "{}  {}  {}  {}  {}",
                set.id,
                padded(&set.kind, kind_width),
                dim(&set.imported_at.date()),
                padded(&rows, 24),
                set.file_name
            )
        })
        .collect();
    out.text(lines.join("\n")).await;
    Ok(Exit::YES)
}

fn set_json(set: &DataSet) -> Value {
    let origin: Option<OriginJson> = serde_json::from_str(&set.origin).ok();
    json!({
        "id": set.id.to_string(),
        "kind": set.kind,
        "file": set.file_name,
        "sha256": set.sha256,
        "origin": origin,
        "rows": set.rows,
        "rows_with_facts": set.rows_with_facts,
        "rows_with_faults": set.rows_with_faults,
        "facts": set.facts,
        "imported_at": set.imported_at.to_string(),
    })
}
