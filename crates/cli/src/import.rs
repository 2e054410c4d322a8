//! `passband import`: files of others, read row by row; what was read, and what was not and where.
//!
//! `folder.rs` says which files of a folder are read, `show.rs` says what came of them, and `report.rs`
//! writes what was wrong as a table.

mod folder;
mod report;
mod show;

use clap::{Args, ValueEnum};
use domain::evidence::Authority;
use domain::fault::Fault;
use domain::id::{HostNetworkId, MarketId, PartyId, SellerId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;
use trade::change::Change;
use trade::data_sets::activate::Fall;
use trade::data_sets::approved::ListOf;
use trade::data_sets::{Imported, Input, Progress};
use trade::gate::snapshot::Moment;
use trade::offers::{FeedFor, FeedOutcome};
use trade::unit_list::Delivered;
use trade::{FileKind, House};

use self::folder::NotRead;
pub use self::show::list;
use crate::command::Answer;
use crate::data_set::issuer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Event, Output};
use crate::style::counted;
use crate::typed::{NamedPath, known_market, not_there, word};

/// Faults shown of each file unless all are asked for.
const FAULTS_SHOWN: usize = 10;

const EXAMPLES: &str = "\
Examples:
  passband import supported_devices.csv carrier_bands.csv
  passband import bands.csv --kind band-table
  passband import approved.csv --as own --activate us
  passband import offers.xml --seller omni-electronics --market us
  passband import downloads/ --faults faults.csv
  passband import stolen.csv --kind blocked-devices --name police
  passband import approved.xlsx --network tmobile-us --dated 2016-05-03
  passband import approved.xlsx --network tmobile-us --map tac=\"TAC Code\" --map result=Status
  passband import --list

Of a folder, every file of a known kind is read, in the order of names; the others are named, with why.
A feed of offers in it is read and counted, and listed only with --seller and --market.
--faults writes every fault and remark as a table for a spreadsheet; programs take --json.

What is imported answers `passband check` at once. It bears on what is sold in a market only once it is
activated there. The same file twice changes nothing: it is known by its hash and not read again, unless
--all-faults, --remarks or --faults ask what was wrong in it. Files may be packed (.zst).

Kinds, told by a file's name or head: google-devices, xiaomi-specs, carrier-bands, tmobile-bands,
wikipedia-networks, band-table, merchant-feed, known-devices, known-networks, known-bands,
musalbas-networks, jbjulia-networks, stdnum-networks, osmocom-tacs, samsung-tacs, xiaomi-certified,
gsmarena-sheets, aosp-carriers, aosp-carrier-list, aosp-hosts, aosp-carrier-config,
aosp-carrier-flags, lineage-apns, lineage-apn-files, mobile-providers, lineage-devices,
mobile-models, gsmarena-codes, gsmarena-raw, mobile-models-pages, xiaomi-models, xiaomi-names,
xiaomi-codenames, xiaomi-builds, xiaomi-ended, xiaomi-enterprise, samsung-sales-codes,
stolen-codes, stolen-texts, stolen-day, pricerunner-offers, ldlc-prices, ldlc-products,
ebay-offers, azerbaijan-offers, flipkart-offers, store-offers, synthetic-resale,
google-taxonomy, schema-org-examples.
Only by --kind: blocked-devices, a list of blocked units (imei, reason, since, reported_by),
which replaces what was last delivered under its name.
Only by --network (or --kind): approved-devices, a host network's own list of approved devices as CSV, TSV,
XLSX, ODS or JSON. A device goes by its type allocation code, its model code, or brand and name; result,
condition, approval and expiry dates and software are read where there are such columns. Columns are told by
their heads or by --map, and the same ones are expected in the next delivery. What a later delivery no longer
has is withdrawn by it from its activation on.

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
    #[arg(value_name = "FILE|FOLDER", required_unless_present = "list")]
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
    /// Under which name a list of blocked units goes [default: the file's, without its ending], or which of a network's
    /// lists it is
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Yes, the list is meant to lose more than a fifth of what the one before has
    #[arg(long)]
    pub yes: bool,
    /// It is the list of approved devices of this host network …
    #[arg(long, value_name = "ID")]
    pub network: Option<String>,
    /// … for this virtual carrier's service only, a party
    #[arg(long, value_name = "ID", requires = "network")]
    pub carrier: Option<String>,
    /// … of this day, from which on it speaks [default: as the file's name says, else from its activation on]
    #[arg(long, value_name = "DATE", requires = "network")]
    pub dated: Option<String>,
    /// … in which this column stands under this head; - for a head: there is none
    #[arg(long = "map", value_name = "COLUMN=HEAD", requires = "network")]
    pub maps: Vec<String>,
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
    /// Write every fault and remark into this file, as a table for a spreadsheet
    #[arg(long, value_name = "FILE")]
    pub faults: Option<NamedPath>,
    /// Show what was imported so far
    #[arg(long, conflicts_with_all = ["files", "kind", "activate", "name", "yes", "network", "seller", "market", "faults"])]
    pub list: bool,
}

/// The flags, checked.
struct Wanted {
    kind: Option<FileKind>,
    authority: Authority,
    activate: Option<(MarketId, PartyId)>,
    feed: Option<(MarketId, SellerId)>,
    blocked: BlockedList,
    list: Option<ListOf>,
    shown: Shown,
}

/// How a list of blocked units is taken.
struct BlockedList {
    name: Option<String>,
    may_shrink: bool,
}

/// How much is shown of what is wrong in a file.
#[derive(Clone, Copy)]
struct Shown {
    /// Most faults, and most remarks.
    at_most: usize,
    /// Whether remarks are shown.
    remarks: bool,
    /// Whether all of it is written into a file.
    is_written: bool,
}

impl Shown {
    /// Whether more is asked for than the first faults of new files.
    const fn is_every_fault(self) -> bool {
        self.at_most == usize::MAX || self.remarks || self.is_written
    }
}

/// What came of one file.
struct Done {
    file: String,
    imported: Imported,
    feed: Option<FeedOutcome>,
    delivered: Option<Delivered>,
    activation: Option<Change>,
}

impl Done {
    /// Whether it is a feed that stands in a folder, of which nobody said whose it is.
    fn is_not_listed(&self) -> bool {
        self.imported.kind == FileKind::MerchantFeed && self.feed.is_none()
    }
}

impl ImportArgs {
    /// Makes its paths mean the same in another process.
    pub fn settle(&mut self) {
        self.files.iter_mut().for_each(NamedPath::settle);
        self.faults.iter_mut().for_each(NamedPath::settle);
    }
}

/// What is to be read, and how far the reading of all of it is.
struct Work {
    files: Vec<NamedPath>,
    not_read: Vec<NotRead>,
    /// Whether a folder was named, so that its files are shown together.
    is_folder: bool,
    bytes_done: u64,
    bytes_in_all: u64,
}

/// Imports.
///
/// # Errors
/// A flag is wrong. A file that cannot be read is told, and the next one is read.
pub async fn run(house: &House, args: &ImportArgs, out: &Output) -> Answer {
    if args.list {
        return show::list(house, out).await;
    }
    let wanted = wanted(house, args)?;
    let mut work = found(args.files.clone(), wanted.kind).await?;
    let mut exit = Exit::YES;
    let mut all = Vec::new();
    for file in std::mem::take(&mut work.files) {
        match one(house, &file, &wanted, &work, out).await {
            Ok(done) => {
                if !has_good_rows(&done) && exit == Exit::YES {
                    exit = Exit::DATA;
                }
                if !out.is_json() && !work.is_folder {
                    out.text(show::as_text(&done, wanted.shown)).await;
                }
                all.push(done);
            }
            Err(failure) => {
                if exit == Exit::YES {
                    exit = failure.exit;
                }
                work.not_read.push(NotRead {
                    file: file.named.clone(),
                    why: failure.detail.clone(),
                });
                out.say(Event::Failed(Box::new(failure))).await;
            }
        }
        work.bytes_done += bytes_of(&file);
    }
    if let Some(file) = &args.faults {
        write_faults(file, &all)?;
    }
    if out.is_json() {
        let files: Vec<Value> = all
            .iter()
            .map(|done| show::as_json(done, wanted.shown))
            .collect();
        out.json(&json!({
            "files": files,
            "together": show::Total::of(&all).as_json(),
            "not_read": show::not_read_json(&work.not_read),
        }))
        .await;
    } else if work.is_folder {
        out.text(show::summary(&all, &work.not_read, wanted.shown))
            .await;
    }
    Ok(exit)
}

/// The files that were named, and those in the folders that were named.
async fn found(named: Vec<NamedPath>, kind: Option<FileKind>) -> Result<Work, Failure> {
    let look = move || {
        let mut work = Work {
            files: Vec::new(),
            not_read: Vec::new(),
            is_folder: false,
            bytes_done: 0,
            bytes_in_all: 0,
        };
        for one in named {
            if one.path.is_dir() {
                let found = folder::walk(&one, kind)?;
                work.files.extend(found.files);
                work.not_read.extend(found.not_read);
                work.is_folder = true;
            } else {
                work.files.push(one);
            }
        }
        work.bytes_in_all = work.files.iter().map(bytes_of).sum();
        Ok(work)
    };
    tokio::task::spawn_blocking(look).await.map_err(|_| {
        let detail = "looking through the folder did not end";
        Failure::new(
            Exit::SOFTWARE,
            "broken",
            detail,
            "import its files one by one",
        )
    })?
}

/// Its size, for the progress bar; one that cannot be told counts nothing.
fn bytes_of(file: &NamedPath) -> u64 {
    std::fs::metadata(&file.path).map_or(0, |about| about.len())
}

fn write_faults(file: &NamedPath, all: &[Done]) -> Result<(), Failure> {
    let faults: Vec<(&str, Fault)> = all
        .iter()
        .flat_map(|done| {
            let faults = show::faults(done).into_iter().map(|fault| ("fault", fault));
            let remarks = show::remarks(done).into_iter();
            faults.chain(remarks.map(|remark| ("remark", remark)))
        })
        .collect();
    let rows = faults.iter().map(|(what, fault)| (*what, fault));
    std::fs::write(&file.path, report::table(rows))
        .map_err(|error| Failure::file(Exit::CANNOT_CREATE, &file.named, &error))
}

fn has_good_rows(done: &Done) -> bool {
    let summary = &done.imported.summary;
    summary.rows == 0 || summary.rows_with_facts > 0 || done.is_not_listed()
}

fn wanted(house: &House, args: &ImportArgs) -> Result<Wanted, Failure> {
    let kind = args
        .kind
        .as_deref()
        .map(|kind| word("--kind", kind))
        .transpose()?;
    let list = list_of(house, args, kind)?;
    let kind = if list.is_some() {
        Some(FileKind::ApprovedDevices)
    } else {
        kind
    };
    let activate = match &args.activate {
        Some(market) => {
            let market = known_market(house, "--activate", market)?;
            let issuer = issuer(house, &market)?;
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
        blocked: BlockedList {
            name: args.name.clone(),
            may_shrink: args.yes,
        },
        list,
        shown: Shown {
            at_most: if args.all_faults {
                usize::MAX
            } else {
                FAULTS_SHOWN
            },
            remarks: args.remarks,
            is_written: args.faults.is_some(),
        },
    })
}

/// Whose list of approved devices it is, if it is one.
fn list_of(
    house: &House,
    args: &ImportArgs,
    kind: Option<FileKind>,
) -> Result<Option<ListOf>, Failure> {
    let Some(network) = &args.network else {
        if kind == Some(FileKind::ApprovedDevices) {
            let detail = "a list of approved devices is some host network's word";
            return Err(Failure::usage(detail, "say whose, with --network"));
        }
        let is_blocked = kind == Some(FileKind::BlockedDevices);
        if args.name.is_some() && !is_blocked {
            let detail = "--name is of a list of blocked units or of approved devices";
            let help = "say which, with --kind blocked-devices or --network";
            return Err(Failure::usage(detail, help));
        }
        return Ok(None);
    };
    if let Some(kind) = kind.filter(|kind| *kind != FileKind::ApprovedDevices) {
        let detail = format!("--network is of a list of approved devices, and --kind says {kind}");
        return Err(Failure::usage(detail, "leave one of them out"));
    }
    let network: HostNetworkId = word("--network", network)?;
    let directory = house.directory();
    if !directory.networks.iter().any(|one| one.id == network) {
        let names = directory.networks.iter().map(|one| one.id.as_str());
        return Err(not_there("host network", network.as_str(), names));
    }
    let carrier = args.carrier.as_deref();
    Ok(Some(ListOf {
        network,
        carrier: carrier.map(|id| word("--carrier", id)).transpose()?,
        name: args.name.clone(),
        dated: args.dated.clone(),
        mapping: word("--map", &args.maps.join("; "))?,
    }))
}

async fn one(
    house: &House,
    file: &NamedPath,
    wanted: &Wanted,
    work: &Work,
    out: &Output,
) -> Result<Done, Failure> {
    let imported = read(house, file, wanted, work, out).await?;
    let file = file.named.clone();
    if imported.kind == FileKind::MerchantFeed {
        let Some((market, seller)) = &wanted.feed else {
            if work.is_folder {
                return Ok(Done {
                    file,
                    imported,
                    feed: None,
                    delivered: None,
                    activation: None,
                });
            }
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
            delivered: None,
            activation: None,
        });
    }
    if imported.kind == FileKind::BlockedDevices {
        if wanted.activate.is_some() {
            let detail = format!("{file} is a list of blocked units, which bears on no market");
            return Err(Failure::usage(detail, "leave --activate out"));
        }
        let BlockedList { name, may_shrink } = &wanted.blocked;
        let name = name.clone().unwrap_or_else(|| list_name(&file));
        let units = &imported.blocked;
        let delivered = house
            .deliver_blocked_list(&name, units, *may_shrink)
            .await?;
        return Ok(Done {
            file,
            imported,
            feed: None,
            delivered: Some(delivered),
            activation: None,
        });
    }
    let activation = match (&wanted.activate, &imported.data_set) {
        (Some((market, issuer)), Some(set)) => {
            let fall = match wanted.blocked.may_shrink {
                true => Fall::Confirmed,
                false => Fall::Refused,
            };
            let done = house.activate_after(market, &set.id, issuer, fall).await;
            Some(done?)
        }
        _ => None,
    };
    Ok(Done {
        file,
        imported,
        feed: None,
        delivered: None,
        activation,
    })
}

/// `lists/police.csv.zst`: `police`.
fn list_name(file: &str) -> String {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    base.split('.').next().unwrap_or(base).to_owned()
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

/// Reads and stores a file, and tells how far it is. One that was imported before is not read again, unless its faults
/// are asked for.
async fn read(
    house: &House,
    file: &NamedPath,
    wanted: &Wanted,
    work: &Work,
    out: &Output,
) -> Result<Imported, Failure> {
    if !wanted.shown.is_every_fault()
        && let Some(known) = house.known_file(file.path.clone(), wanted.kind).await?
    {
        return Ok(known);
    }
    let (tell, mut told) = watch::channel(Progress { read: 0, total: 0 });
    let input = Input::Path(file.path.clone());
    let progress = move |progress| {
        // Nobody listens once the reading is over.
        let _ = tell.send(progress);
    };
    let list = wanted.list.clone();
    let import = async move {
        match list {
            Some(list) => house.deliver_list(input, list, progress).await,
            None => {
                house
                    .import(input, wanted.kind, wanted.authority, progress)
                    .await
            }
        }
    };
    let mut import = std::pin::pin!(import);
    let name = file.path.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    loop {
        tokio::select! {
            imported = &mut import => return Ok(imported?),
            Ok(()) = told.changed() => {
                let read = told.borrow_and_update().read;
                let (done, total) = (work.bytes_done + read, work.bytes_in_all);
                out.say(Event::Progress { what: name.to_string(), done, total }).await;
            }
        }
    }
}
