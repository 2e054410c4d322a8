//! The house: one Passband, open.
//!
//! Each use case is a method, written in the file that owns it (`change.rs`, `door.rs`, `offers.rs` …); this one
//! opens the house, keeps this node in step, and answers what needs no file of its own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::device::{DeviceModel, DeviceVariant};
use domain::evidence::Authority;
use domain::scope::Scope;
use domain::{Clock, Instant};
use gate::Snapshot;
use store::db::{Backend, Db, Job, OpenOptions, Probe, Target, Tx, UnsafeSettings};
use store::directory::{self, Brand, Directory, HostNetwork, Market, Party, Seller};
use store::people;

use crate::atlas::AtlasKeeper;
use crate::data_sets::Input;
use crate::error::{Code, Error};
use crate::fresh;
use crate::keeper::Keeper;
use crate::letters::Post;
use crate::node::{DIRECTORY_MARK, Node};
use crate::verdict_changes::LastReplay;

/// How often a node looks whether the record went on, and signs it if it did.
pub const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// The database's file in the data folder.
pub const DATABASE_FILE: &str = "passband.db";

/// The built-in tables: what is known of well-known phones and networks before anything is imported.
const BUILT_IN: [(&str, feeds::Kind, &str); 3] = [
    (
        "devices.toml",
        feeds::Kind::KnownDevices,
        include_str!("../../../data/known/devices.toml"),
    ),
    (
        "networks.toml",
        feeds::Kind::KnownNetworks,
        include_str!("../../../data/known/networks.toml"),
    ),
    (
        "bands.toml",
        feeds::Kind::KnownBands,
        include_str!("../../../data/known/bands.toml"),
    ),
];

/// How to open a house.
pub struct HouseOptions {
    /// Where the database, the record's key and the last checkpoint are.
    pub folder: PathBuf,
    /// PostgreSQL's address; none: SQLite in the folder.
    pub postgres: Option<String>,
    /// Refuse to make a new one.
    pub must_exist: bool,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Stops work at named steps; for tests.
    pub probe: Option<Arc<dyn Probe>>,
    /// What to do about unsafe database settings; tests may allow them.
    pub unsafe_settings: UnsafeSettings,
}

impl HouseOptions {
    /// SQLite in `folder`, made if it is not there.
    #[must_use]
    pub fn new(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: folder.to_owned(),
            postgres: None,
            must_exist: false,
            clock,
            probe: None,
            unsafe_settings: UnsafeSettings::Refuse,
        }
    }
}

/// One Passband. Clones are the same one.
#[derive(Clone)]
pub struct House {
    pub(crate) db: Db,
    pub(crate) node: Arc<Node>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) atlas: Arc<AtlasKeeper>,
    pub(crate) last_replay: Arc<LastReplay>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) post: Arc<OnceLock<Post>>,
}

impl House {
    /// Opens a house: brings the database up to date, loads the built-in tables if it is new, and reads the
    /// whole record into this node's snapshot.
    ///
    /// # Errors
    /// The folder or the database cannot be opened (each with what helps), or the record is damaged.
    pub async fn open(options: HouseOptions) -> Result<Self, Error> {
        let house = Self::open_unread(options).await?;
        match house.read_all().await {
            Ok(()) => Ok(house),
            Err(error) => {
                // Whoever looks into it next finds the folder free.
                house.close().await;
                Err(error)
            }
        }
    }

    async fn read_all(&self) -> Result<(), Error> {
        self.load_built_in().await?;
        self.node.reload(&self.db).await?;
        self.node.follow(&self.db).await
    }

    /// Opens a house without reading its record: it knows nothing and sells nothing. For checking a record
    /// that is too damaged to be read ([`House::verify_record`]).
    ///
    /// # Errors
    /// The folder or the database cannot be opened; each with what helps.
    pub async fn open_unread(options: HouseOptions) -> Result<Self, Error> {
        let HouseOptions { folder, .. } = &options;
        if !options.must_exist {
            std::fs::create_dir_all(folder).map_err(|error| {
                let detail = format!(
                    "{}: {error}; check the path and its permissions",
                    folder.display()
                );
                Error::new(Code::DatabaseOpen, detail)
            })?;
        }
        let target = match &options.postgres {
            Some(url) => Target::Postgres(url.clone()),
            None => Target::Sqlite(folder.join(DATABASE_FILE)),
        };
        let mut open = OpenOptions::new(Arc::clone(&options.clock), store::MIGRATIONS);
        open.must_exist = options.must_exist;
        open.probe = options.probe.clone();
        open.unsafe_settings = options.unsafe_settings;
        let db = Db::open(&target, open)
            .await
            .map_err(|error| Error::new(Code::DatabaseOpen, error.to_string()))?;
        Ok(Self {
            keeper: Arc::new(Keeper::open(folder)?),
            db,
            node: Arc::new(Node::new()),
            atlas: Arc::default(),
            last_replay: Arc::default(),
            clock: options.clock,
            post: Arc::default(),
        })
    }

    async fn load_built_in(&self) -> Result<(), Error> {
        for (name, kind, text) in BUILT_IN {
            let input = Input::Bytes(name.to_owned(), text.as_bytes().to_vec());
            self.import(input, Some(kind), Authority::BuiltIn, |_| {})
                .await?;
        }
        Ok(())
    }

    /// Follows the record, signs it, now and then holds the snapshot against it, sends letters that are due and reminds,
    /// until `stop` resolves. Run it as a task of the server.
    pub async fn keep_up(&self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = self.follow_until(stop) => {}
            () = self.recompute_for_ever() => {}
            () = self.deliver_for_ever() => {}
        }
    }

    async fn follow_until(&self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(FOLLOW_EVERY) => {}
            }
            // A node that cannot follow is not fresh and shows nothing as buyable; it keeps trying.
            if self.node.follow(&self.db).await.is_ok() {
                let _signed_or_refused = self.keeper.sign(&self.db).await;
            }
        }
    }

    /// Follows the record once, to its end.
    ///
    /// # Errors
    /// The database, or a damaged entry.
    pub async fn follow(&self) -> Result<(), Error> {
        self.node.follow(&self.db).await
    }

    /// Ends the work in progress and gives the database free.
    pub async fn close(self) {
        self.db.close().await;
    }

    /// The present, by the house's clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The present as the one door takes it: never before the last recorded instant, so that what is recorded
    /// is in effect even if the clock went back.
    #[must_use]
    pub fn present(&self) -> Instant {
        self.now().max(self.snapshot().last_at())
    }

    /// Whether a scope is of something in the directory, or of a listing that is there.
    ///
    /// # Errors
    /// The database.
    pub async fn knows(&self, scope: &Scope) -> Result<bool, Error> {
        let directory = self.directory();
        Ok(match scope {
            Scope::Market(id) => directory.markets.iter().any(|one| one.id == *id),
            Scope::Brand(id) => directory.brands.iter().any(|one| one.id == *id),
            Scope::Seller(id) => directory.sellers.iter().any(|one| one.id == *id),
            Scope::HostNetwork(id) => directory.networks.iter().any(|one| one.id == *id),
            Scope::Model(id) => directory.models.iter().any(|one| one.id == *id),
            Scope::Variant(id) => directory.variants.iter().any(|one| one.id == *id),
            Scope::Listing(id) => self.listing(id).await?.is_some(),
        })
    }

    /// Which database it is on.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.db.backend()
    }

    /// What the gate knows, as far as this node has followed.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.node.snapshot()
    }

    /// Names of everybody and everything.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.node.directory()
    }

    /// How long ago this node last knew that it had the whole record.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.node.age()
    }

    /// Whether this node may show things as buyable.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.node.is_fresh()
    }

    /// Whether a recompute found this node's snapshot to be wrong: an alarm.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.node.is_in_doubt()
    }

    /// Adds to the directory; what is there is brought up to date.
    ///
    /// # Errors
    /// The database.
    pub async fn register(&self, news: Registration) -> Result<(), Error> {
        self.db.write(Register(news, fresh::token()?)).await?;
        self.node.reload(&self.db).await
    }

    /// A setting of this house.
    ///
    /// # Errors
    /// The database.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        self.db.read(ReadSetting(name.to_owned())).await
    }

    /// Sets a setting of this house.
    ///
    /// # Errors
    /// The database.
    pub async fn set_setting(&self, name: &str, value: &str) -> Result<(), Error> {
        self.db
            .write(WriteSetting(name.to_owned(), value.to_owned()))
            .await
    }
}

/// What is added to the directory in one go.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    /// Parties; before what refers to them.
    pub parties: Vec<Party>,
    /// Brands.
    pub brands: Vec<Brand>,
    /// Sellers.
    pub sellers: Vec<Seller>,
    /// Host networks.
    pub networks: Vec<HostNetwork>,
    /// Markets.
    pub markets: Vec<Market>,
    /// Device models.
    pub models: Vec<DeviceModel>,
    /// Device variants.
    pub variants: Vec<DeviceVariant>,
}

/// With the mark by which other nodes see that there is something to read.
struct Register(Registration, String);

impl Job for Register {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for party in &self.0.parties {
            directory::put_party(tx, party).await?;
        }
        for brand in &self.0.brands {
            directory::put_brand(tx, brand).await?;
        }
        for seller in &self.0.sellers {
            directory::put_seller(tx, seller).await?;
        }
        for network in &self.0.networks {
            directory::put_network(tx, network).await?;
        }
        for market in &self.0.markets {
            directory::put_market(tx, market).await?;
        }
        for model in &self.0.models {
            directory::put_model(tx, model).await?;
        }
        for variant in &self.0.variants {
            directory::put_variant(tx, variant).await?;
        }
        Ok(people::put_setting(tx, DIRECTORY_MARK, &self.1).await?)
    }
}

struct ReadSetting(String);

impl Job for ReadSetting {
    type Out = Option<String>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        Ok(people::setting(tx, &self.0).await?)
    }
}

struct WriteSetting(String, String);

impl Job for WriteSetting {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(people::put_setting(tx, &self.0, &self.1).await?)
    }
}
