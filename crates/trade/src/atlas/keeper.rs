//! Where the atlas of a process is, and what a question is answered from.
//!
//! A server keeps the whole in memory. Each question first reads which data sets there are: if they are those
//! that the atlas was read from it answers, else the question reads the part that it needs from the store, by
//! keys, and the same code answers. So nobody has to say that an import was made or a data set taken back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwapOption;
use catalogue::identity::{self, KEY_ROWS_MAX, Missing};
use domain::number::Tac;
use store::db::{Job, Tx};
use store::directory::Directory;

use super::build::{self, Sets};
use super::{Atlas, Device, TacAnswer};
use crate::data_sets;
use crate::error::Error;
use crate::house::House;
use crate::titles::Titles;

/// A part is read in at most so many rounds, each of the keys that the last one asked for.
const ROUNDS_MAX: usize = 16;
/// A question that needs more keys than this is answered from the whole.
const KEYS_MAX: usize = 1_000;

/// The atlas of a process, if it was read.
#[derive(Default)]
pub(crate) struct AtlasKeeper {
    atlas: ArcSwapOption<Atlas>,
    /// One at a time reads it apart from the questions.
    reading: tokio::sync::Mutex<()>,
    /// Whether a question found it to be of other data sets.
    is_old: AtomicBool,
    /// What titles are matched with, of the atlas above.
    titles: ArcSwapOption<Titles>,
    /// One maker of them at a time; no question within a job waits for it.
    making_titles: tokio::sync::Mutex<()>,
}

impl AtlasKeeper {
    /// The data sets there are, but for those that are retired. What is said of each is read only if they are others
    /// than those of the atlas at hand.
    pub async fn sets(&self, tx: &mut Tx<'_>) -> Result<Sets, Error> {
        if let Some(atlas) = self.atlas.load_full() {
            let asked = store::data_sets::asked(tx).await?;
            if asked.iter().eq(atlas.sets.iter().map(|(id, _)| id)) {
                return Ok(Arc::clone(&atlas.sets));
            }
        }
        sets(tx).await
    }

    /// The whole, if it is of these data sets.
    fn of(&self, sets: &Sets) -> Option<Arc<Atlas>> {
        let atlas = self.atlas.load_full()?;
        let is_same = atlas.sets.len() == sets.len()
            && atlas.sets.iter().zip(sets.iter()).all(|(a, b)| a.0 == b.0);
        if !is_same {
            self.is_old.store(true, Ordering::Relaxed);
        }
        is_same.then_some(atlas)
    }

    /// The whole, read if it is not at hand. Within a database's job nothing else may be waited for, so several
    /// questions that need it at once each read it, as many as the database has readers.
    pub async fn whole(&self, tx: &mut Tx<'_>, sets: &Sets) -> Result<Arc<Atlas>, Error> {
        if let Some(atlas) = self.of(sets) {
            return Ok(atlas);
        }
        let atlas = Arc::new(build::read(tx, Arc::clone(sets)).await?);
        self.atlas.store(Some(Arc::clone(&atlas)));
        // They would keep the one before in memory.
        self.titles.store(None);
        Ok(atlas)
    }

    /// What titles are matched with, made if it is not at hand for this atlas and this directory.
    async fn titles(
        &self,
        atlas: Arc<Atlas>,
        directory: Arc<Directory>,
    ) -> Result<Arc<Titles>, Error> {
        let of = |titles: &Arc<Titles>| titles.is_of(&atlas, &directory);
        if let Some(titles) = self.titles.load_full().filter(of) {
            return Ok(titles);
        }
        let _one_at_a_time = self.making_titles.lock().await;
        if let Some(titles) = self.titles.load_full().filter(of) {
            return Ok(titles);
        }
        let make = tokio::task::spawn_blocking(move || Arc::new(Titles::new(atlas, directory)));
        let titles = make
            .await
            .map_err(|_| Error::broken("reading the names for titles did not end"))?;
        self.titles.store(Some(Arc::clone(&titles)));
        Ok(titles)
    }

    /// The one device that a text means.
    ///
    /// # Errors
    /// No device or several go by it; the error has candidates. Or the database.
    pub async fn find(&self, tx: &mut Tx<'_>, sets: &Sets, text: &str) -> Result<Found, Error> {
        let whole = match self.of(sets) {
            Some(whole) => whole,
            None => {
                if let Some((part, answer)) = part(tx, sets, text).await?
                    && let Some(device) = part.one(answer, text)?
                {
                    return Ok(Found {
                        atlas: Arc::new(part),
                        device,
                        understood: None,
                    });
                }
                // Names that are close are looked for among all.
                self.whole(tx, sets).await?
            }
        };
        let (device, understood) = whole.find(text)?;
        Ok(Found {
            atlas: whole,
            device,
            understood,
        })
    }

    /// All that is known of a type allocation code.
    ///
    /// # Errors
    /// The database.
    pub async fn tac(&self, tx: &mut Tx<'_>, sets: &Sets, tac: Tac) -> Result<TacAnswer, Error> {
        if let Some(whole) = self.of(sets) {
            return Ok(whole.tac(tac));
        }
        match part(tx, sets, &tac.to_string()).await? {
            Some((part, _)) => Ok(part.tac(tac)),
            None => Ok(self.whole(tx, sets).await?.tac(tac)),
        }
    }
}

/// A device that was found.
pub(crate) struct Found {
    /// Whose rows it is of.
    pub atlas: Arc<Atlas>,
    pub device: Device,
    /// The name that was understood, where the text is none.
    pub understood: Option<String>,
}

/// The data sets there are, but for those that are retired.
pub(crate) async fn sets(tx: &mut Tx<'_>) -> Result<Sets, Error> {
    let sets = store::data_sets::list(tx).await?;
    let sets = sets.into_iter().filter(|set| set.retired_at.is_none());
    let sets = sets.map(|set| Ok((set.id.clone(), data_sets::set_source(&set)?)));
    Ok(Arc::new(sets.collect::<Result<_, Error>>()?))
}

/// The part that a question needs; none: it needs too much.
pub(super) async fn part(
    tx: &mut Tx<'_>,
    sets: &Sets,
    text: &str,
) -> Result<Option<(Atlas, identity::Answer)>, Error> {
    let rows_max = u32::try_from(KEY_ROWS_MAX + 1).unwrap_or(u32::MAX);
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut rows = build::Rows::new();
    for _ in 0..ROUNDS_MAX {
        let atlas = build::part(sets, &rows, &keys)?;
        let mut missing = Missing::new();
        let answer = identity::find(&atlas.claims, text, &mut missing);
        if missing.is_empty() {
            return Ok(Some((atlas, answer)));
        }
        if keys.len() + missing.len() > KEYS_MAX {
            return Ok(None);
        }
        for key in &missing {
            build::read_key(tx, sets, key, rows_max, &mut rows).await?;
        }
        keys.extend(missing);
    }
    Ok(None)
}

/// The whole, if it is at hand.
struct AtHand(Arc<AtlasKeeper>);

impl Job for AtHand {
    type Out = Option<Arc<Atlas>>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Arc<Atlas>>, Error> {
        Ok(self.0.of(&self.0.sets(tx).await?))
    }
}

struct ReadWhole(Arc<AtlasKeeper>);

impl Job for ReadWhole {
    type Out = Arc<Atlas>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Arc<Atlas>, Error> {
        let sets = sets(tx).await?;
        self.0.whole(tx, &sets).await
    }
}

impl House {
    /// The atlas of all data sets there are now, read if it is not at hand; from then on this process keeps one.
    ///
    /// # Errors
    /// The database.
    pub async fn atlas(&self) -> Result<Arc<Atlas>, Error> {
        if let Some(atlas) = self.db.read(AtHand(Arc::clone(&self.atlas))).await? {
            return Ok(atlas);
        }
        let _one_at_a_time = self.atlas.reading.lock().await;
        self.db.read(ReadWhole(Arc::clone(&self.atlas))).await
    }

    /// What titles are matched with: the devices of the atlas and of the directory there are now.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn titles(&self) -> Result<Arc<Titles>, Error> {
        let atlas = self.atlas().await?;
        self.atlas.titles(atlas, self.directory()).await
    }

    /// Reads the atlas anew apart from the questions, if the last one found it to be of other data sets.
    pub(crate) fn renew_atlas(&self) {
        if self.atlas.is_old.swap(false, Ordering::Relaxed) {
            let house = self.clone();
            // Whoever asks next finds it old again if this fails.
            tokio::spawn(async move { house.atlas().await.map(drop) });
        }
    }
}
