//! Keeping the record: signing checkpoints, and checking it all.
//!
//! The last signed checkpoint is also written beside the database (`checkpoint`), as a witness that the
//! database cannot rewrite. A record that does not extend it is not signed: a backup that was restored, or
//! an entry that was changed, must never lead to two roots for one size.

use std::path::{Path, PathBuf};

use domain::Instant;
use record::checkpoint::{self, Checkpoint};
use record::note::{KeyError, Name, SigningKey, VerifyingKey};
use record::report::Report;
use record::tiles::{self, TileFile};
use record::tree::{Frontier, leaf_hash};
use record::verify::{StoredEntry, verify_log};
use store::db::{Db, Job, Tx};
use store::record_log::{self, Entry, RawEntry, SignedCheckpoint};

use crate::codec::entry;
use crate::error::{Code, Error};
use crate::fresh;
use crate::unit_hash::UnitKey;

/// The record's name in checkpoints and keys.
pub const ORIGIN: &str = "passband/record";
const KEY_FILE: &str = "record.key";
const CHECKPOINT_FILE: &str = "checkpoint";
const READ_AT_ONCE: u32 = 5_000;

/// Signs checkpoints for one house.
pub(crate) struct Keeper {
    folder: PathBuf,
    key: SigningKey,
    frontier: tokio::sync::Mutex<Frontier>,
}

/// What a check of the record found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries, roots, checkpoints, faults of the log.
    pub report: Report,
    /// Entries whose columns or opening are not what the body says, and checkpoints whose columns are not
    /// what was signed: position or size, and what is wrong.
    pub disagreements: Vec<(u64, String)>,
    /// The key that the checkpoints were checked with, C2SP vkey.
    pub key: String,
}

impl Verified {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.report.is_clean() && self.disagreements.is_empty()
    }
}

impl Keeper {
    /// Reads the house's key, or makes one.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        Ok(Self {
            folder: folder.to_owned(),
            key: key(&folder.join(KEY_FILE))?,
            frontier: tokio::sync::Mutex::new(Frontier::new()),
        })
    }

    /// Signs the record as it stands, if it grew; gives the newest checkpoint.
    pub(crate) async fn sign(&self, db: &Db) -> Result<Option<SignedCheckpoint>, Error> {
        let mut known = self.frontier.lock().await;
        // Read before the entries: they reach at least as far as what was signed of them.
        let last = db.read(LastCheckpoint).await?;
        if let Some(last) = &last
            && checkpoint::open(&last.note, &self.key.verifier()).is_err()
        {
            return Err(forked(&format!(
                "its newest checkpoint was signed with another key; put the {KEY_FILE} of the node that signed \
                 it into this data folder"
            )));
        }
        let witness = self.witness()?;
        let signed = Signed::of(witness.as_ref(), last.as_ref());
        // A copy: of a record that is refused nothing is kept, so that it is refused the next time too.
        let mut frontier = known.clone();
        signed.hold(&frontier)?;
        loop {
            let more = db.read(ReadFrom(frontier.size())).await?;
            for one in &more {
                let leaf = leaf_hash(one.body.as_bytes());
                if leaf.to_string() != one.leaf_hash {
                    return Err(forked(&format!("entry {} was changed", one.position)));
                }
                frontier.push(leaf);
                signed.hold(&frontier)?;
            }
            if more.len() < READ_AT_ONCE as usize {
                break;
            }
        }
        let (size, root) = (frontier.size(), frontier.root());
        signed.reaches(size)?;
        *known = frontier;
        if let Some(last) = last
            && last.size == size
        {
            return Ok(Some(last));
        }
        if size == 0 {
            return Ok(None);
        }
        let note = checkpoint::sign(
            &self.key,
            &Checkpoint {
                origin: origin()?,
                size,
                root,
            },
        );
        let signed = db
            .write(PutCheckpoint {
                size,
                root: root.to_string(),
                note,
            })
            .await?;
        if signed.root != root.to_string() {
            return Err(forked(&format!("another root was signed for size {size}")));
        }
        write_whole(&self.folder.join(CHECKPOINT_FILE), &signed.note)?;
        Ok(Some(signed))
    }

    /// The newest checkpoint that was signed.
    pub(crate) async fn last(&self, db: &Db) -> Result<Option<SignedCheckpoint>, Error> {
        db.read(LastCheckpoint).await
    }

    /// The checkpoint beside the database.
    fn witness(&self) -> Result<Option<Checkpoint>, Error> {
        let Some(note) = read_if_there(&self.folder.join(CHECKPOINT_FILE))? else {
            return Ok(None);
        };
        checkpoint::open(&note, &self.key.verifier())
            .map(Some)
            .map_err(|error| {
                forked(&format!(
                    "the file {CHECKPOINT_FILE} does not hold: {error}"
                ))
            })
    }

    /// Checks every entry, every checkpoint, and the columns and openings against the bodies.
    pub(crate) async fn verify(&self, db: &Db) -> Result<Verified, Error> {
        // Read before the entries: they reach at least as far as what was signed of them.
        let witness = read_if_there(&self.folder.join(CHECKPOINT_FILE))?;
        let (entries, checkpoints) = db.read(ReadAll).await?;
        let key = self.key.verifier();
        let of_entries = entries
            .iter()
            .filter_map(|one| Some((one.position, entry::disagreement(one)?)));
        let of_checkpoints = checkpoints
            .iter()
            .filter_map(|one| Some((one.size, misfiled(one, &key)?)));
        let disagreements = of_entries.chain(of_checkpoints).collect();
        let notes: Vec<String> = checkpoints.into_iter().map(|one| one.note).collect();
        let stored = entries.into_iter().map(|one| StoredEntry {
            position: one.position,
            body: one.body.into_bytes(),
            leaf_hash: one.leaf_hash,
        });
        Ok(Verified {
            report: verify_log(stored, &notes, witness.as_deref(), &key, &origin()?),
            disagreements,
            key: key.to_string(),
        })
    }

    /// The whole record as files: tiles, entries, the newest checkpoint. Signs first what is not signed yet.
    pub(crate) async fn export(&self, db: &Db) -> Result<Vec<TileFile>, Error> {
        let Some(signed) = self.sign(db).await? else {
            return Ok(Vec::new());
        };
        let (mut entries, _) = db.read(ReadAll).await?;
        // What was recorded since belongs to the next checkpoint.
        entries.retain(|one| one.position < signed.size);
        let leaves: Vec<_> = entries
            .iter()
            .map(|one| leaf_hash(one.body.as_bytes()))
            .collect();
        let mut files = tiles::tile_files(&leaves);
        for file in tiles::bundle_files(entries.iter().map(|one| one.body.as_bytes())) {
            files.push(file.map_err(|error| Error::broken(error.to_string()))?);
        }
        // Last: whoever finds the checkpoint finds all that it signs.
        files.push(TileFile {
            path: tiles::CHECKPOINT_PATH.to_owned(),
            bytes: signed.note.into_bytes(),
        });
        Ok(files)
    }

    /// The key for hashes of units, which follows from the record's.
    pub(crate) fn unit_key(&self) -> UnitKey {
        UnitKey::of_secret(self.key.to_text().as_bytes())
    }

    pub(crate) fn verifier(&self) -> String {
        self.key.verifier().to_string()
    }
}

/// Checks an export with the key that its checkpoints are signed with, C2SP vkey. Needs no house.
///
/// `read` gives the file at a path, or none if there is none.
///
/// # Errors
/// The key is not one; what is wrong with the export is in the answer.
pub fn verify_export(key: &str, read: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Report, Error> {
    let key: VerifyingKey = key.trim().parse().map_err(|error: KeyError| {
        let detail = format!("the record's key does not read: {error}");
        Error::new(Code::InvalidInput, detail)
    })?;
    Ok(tiles::verify_tiles(read, &key, &origin()?))
}

/// What is wrong between a checkpoint's columns and its note; a note that is not ours is the report's to tell.
fn misfiled(stored: &SignedCheckpoint, key: &VerifyingKey) -> Option<String> {
    let signed = checkpoint::open(&stored.note, key).ok()?;
    let agrees = signed.size == stored.size && signed.root.to_string() == stored.root;
    (!agrees).then(|| {
        format!(
            "the checkpoint of {} entries is kept as one of {} with root {:?}",
            signed.size, stored.size, stored.root
        )
    })
}

/// What was signed of the record before, each size with its root.
struct Signed(Vec<(u64, String)>);

impl Signed {
    fn of(witness: Option<&Checkpoint>, last: Option<&SignedCheckpoint>) -> Self {
        let witness = witness.map(|witness| (witness.size, witness.root.to_string()));
        let last = last.map(|last| (last.size, last.root.clone()));
        Self(witness.into_iter().chain(last).collect())
    }

    /// At a size that was signed the root is the one that was signed.
    fn hold(&self, frontier: &Frontier) -> Result<(), Error> {
        let mut of_size = self.0.iter().filter(|(size, _)| *size == frontier.size());
        match of_size.find(|(_, root)| *root != frontier.root().to_string()) {
            Some((size, _)) => Err(forked(&format!(
                "at {size} entries its root is another than was signed"
            ))),
            None => Ok(()),
        }
    }

    /// A record is never shorter than what was signed of it.
    fn reaches(&self, size: u64) -> Result<(), Error> {
        if self.0.iter().any(|(signed, _)| *signed > size) {
            return Err(forked(&format!(
                "it has {size} entries, fewer than were signed"
            )));
        }
        Ok(())
    }
}

fn origin() -> Result<Name, Error> {
    ORIGIN
        .parse()
        .map_err(|_| Error::broken("the record's name is not a key name"))
}

fn forked(detail: &str) -> Error {
    Error::new(
        Code::RecordForked,
        format!("the record is not the one that was signed: {detail}"),
    )
}

fn key(path: &Path) -> Result<SigningKey, Error> {
    if let Some(text) = read_if_there(path)? {
        return SigningKey::from_text(text.trim())
            .map_err(|error| Error::broken(format!("{}: {error}", path.display())));
    }
    let key = SigningKey::from_seed(origin()?, fresh::bytes()?);
    write_secret(path, &key.to_text())?;
    Ok(key)
}

fn read_if_there(path: &Path) -> Result<Option<String>, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(file_error(path, &error)),
    }
}

fn file_error(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::DatabaseOpen, format!("{}: {error}", path.display()))
}

/// Written beside, synced, then put in place: never half a file.
fn write_whole(path: &Path, text: &str) -> Result<(), Error> {
    use std::io::Write as _;
    let beside = path.with_extension("new");
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|error| file_error(path, &error))
}

/// As [`write_whole`], readable by its owner alone.
fn write_secret(path: &Path, text: &str) -> Result<(), Error> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .map_err(|error| file_error(path, &error))
}

struct ReadFrom(u64);

impl Job for ReadFrom {
    type Out = Vec<Entry>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, Error> {
        Ok(record_log::entries_from(tx, self.0, READ_AT_ONCE).await?)
    }
}

struct ReadAll;

impl Job for ReadAll {
    type Out = (Vec<RawEntry>, Vec<SignedCheckpoint>);
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let entries = record_log::raw_entries(tx).await?;
        let checkpoints = record_log::checkpoints(tx).await?;
        tx.step("record.read").await;
        Ok((entries, checkpoints))
    }
}

struct LastCheckpoint;

impl Job for LastCheckpoint {
    type Out = Option<SignedCheckpoint>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        Ok(record_log::last_checkpoint(tx).await?)
    }
}

struct PutCheckpoint {
    size: u64,
    root: String,
    note: String,
}

impl Job for PutCheckpoint {
    type Out = SignedCheckpoint;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<SignedCheckpoint, Error> {
        let signed = SignedCheckpoint {
            size: self.size,
            root: self.root.clone(),
            note: self.note.clone(),
            signed_at: Instant::from_epoch_ms(tx.now().await?),
        };
        record_log::put_checkpoint(tx, &signed).await?;
        // Another node may have signed this size first; what stands is what counts.
        let last = record_log::last_checkpoint(tx).await?;
        Ok(last.filter(|last| last.size == self.size).unwrap_or(signed))
    }
}
