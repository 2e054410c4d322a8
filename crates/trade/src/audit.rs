//! "What of this list may be sold?": every row of somebody's list matched to a device, judged and answered.
//!
//! Nothing of it is kept, and nothing must be imported first: where the house has no such market, the policy to begin with
//! of that name judges ([`crate::starter`]), on the networks that come with the program. How answers are written is the
//! edges' own.
//!
//! Cost expected before it was written, for 100,000 rows: reading 1 s, matching at 20 µs 2 s, judging each device once
//! (some thousands) at 100 µs under 1 s, writing 2 s.

mod judging;
mod lists;
mod matching;
mod requests;
mod setting;

use std::collections::HashMap;
use std::sync::Arc;

use domain::Instant;
use domain::id::{Category, HostNetworkId, MarketId, SellerId};
use domain::listing::Condition;
use gate::{Outcome, Snapshot};
use store::directory::Directory;
use tokio::sync::mpsc;

pub use feeds::goods::{Column, Goods, Head, Mapping};
pub use requests::{Request, Requests};
pub use setting::Setting;

use crate::data_sets::{Input, Progress};
use crate::error::{Code, Error};
use crate::house::House;
use crate::titles::Titles;
use judging::Judged;
use matching::{Matched, Variant};

/// Rows that are answered at once.
pub const CHUNK_ROWS: usize = 2_000;
/// Chunks that may wait to be answered.
const CHUNKS_WAITING_MAX: usize = 2;
/// Threads that match the rows of a chunk.
const THREADS: usize = 2;
/// Answers that are remembered, for devices that come again.
const REMEMBERED_MAX: usize = 200_000;

/// What is asked of a list.
#[derive(Clone, Debug)]
pub struct AuditFor {
    /// The market; where the house has none of that name, that of a policy to begin with.
    pub market: MarketId,
    /// The policy to begin with, whatever the house has.
    pub starter: Option<crate::starter::Starter>,
    /// With a policy to begin with: on these networks, by name; none: on all of the country that come with the program.
    pub networks: Vec<String>,
    /// Who sells, where a row does not say: an id or a name.
    pub seller: Option<String>,
    /// The kind of product of a device that is not in the directory.
    pub category: Category,
    /// As of this instant; none: now.
    pub at: Option<Instant>,
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Came {
    /// It may be sold.
    Sellable,
    /// It may not.
    Refused,
    /// Sources contradict each other.
    Disputed,
    /// Not known: something is missing.
    Unknown,
    /// It is not known which device is meant.
    Unmatched,
    /// It is no device that is judged: something for a phone, or a phone with something else.
    Aside,
    /// The row could not be read.
    Unread,
}

impl Came {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Sellable,
        Self::Refused,
        Self::Disputed,
        Self::Unknown,
        Self::Unmatched,
        Self::Aside,
        Self::Unread,
    ];

    /// The word in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sellable => "sellable",
            Self::Refused => "refused",
            Self::Disputed => "disputed",
            Self::Unknown => "unknown",
            Self::Unmatched => "unmatched",
            Self::Aside => "aside",
            Self::Unread => "unread",
        }
    }

    /// The words on pages.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sellable => "May be sold",
            Self::Refused => "May not be sold",
            Self::Disputed => "Disputed",
            Self::Unknown => "Not known",
            Self::Unmatched => "Which device is not known",
            Self::Aside => "No device by itself",
            Self::Unread => "Row not read",
        }
    }

    const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Sellable => Self::Sellable,
            Outcome::Refused => Self::Refused,
            Outcome::Disputed => Self::Disputed,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

/// A row with its answer.
#[derive(Clone, Debug)]
pub struct Audited {
    /// The row. The number of a unit is taken out of it.
    pub goods: Goods,
    /// What came of it.
    pub came: Came,
    /// The device, as lists or the directory call it; empty: none.
    pub device: String,
    /// What finds it: a model code or a name; empty: none.
    pub ask: String,
    /// By what it was matched.
    pub because: String,
    answer: Arc<Judged>,
}

impl Audited {
    /// Per host network, by name; empty: nothing depends on one.
    #[must_use]
    pub fn networks(&self) -> &[(String, Outcome)] {
        &self.answer.networks
    }

    /// Why, a sentence each.
    #[must_use]
    pub fn why(&self) -> &[String] {
        &self.answer.why
    }

    /// Who can supply what is missing, each once.
    pub fn whom(&self) -> impl Iterator<Item = &str> {
        let asks = self.answer.asks.iter().enumerate();
        let first = asks.filter(|(at, ask)| {
            let before = self.answer.asks.iter().take(*at);
            before.clone().all(|known| known.who != ask.who)
        });
        first.map(|(_, ask)| ask.who.as_str())
    }
}

/// Rows of a list, at most [`CHUNK_ROWS`].
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Columns that were told before these rows.
    pub heads: Vec<Head>,
    /// The rows.
    pub goods: Vec<Goods>,
    /// How far the reading is.
    pub progress: Option<Progress>,
}

/// Reads a list apart from the caller, who takes it chunk by chunk; reading goes no further than a few chunks ahead, and
/// ends when nobody takes them any more. What is wrong with the file comes last.
#[must_use]
pub fn rows(input: Input, mapping: Option<Mapping>) -> mpsc::Receiver<Result<Chunk, Error>> {
    let (chunks, taken) = mpsc::channel(CHUNKS_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let mut reader = Reader {
            chunk: Chunk::default(),
            chunks,
        };
        let mapping = mapping.as_ref();
        let read = match &input {
            Input::Path(path) => feeds::goods::read_goods_file(path, mapping, &mut reader),
            Input::Bytes(name, bytes) => {
                feeds::goods::read_goods(name, bytes, mapping, &mut reader)
            }
        };
        reader.send();
        if let Err(error) = read {
            let error = match error {
                feeds::FileError::Workbook(fault) => {
                    Error::faults(Code::FileNotUnderstood, vec![fault])
                }
                error => Error::new(Code::FileNotUnderstood, error.to_string()),
            };
            // Whoever went away does not ask any more.
            let _ = reader.chunks.blocking_send(Err(error));
        }
    });
    taken
}

struct Reader {
    chunk: Chunk,
    chunks: mpsc::Sender<Result<Chunk, Error>>,
}

impl Reader {
    /// Whether there is anybody to send it to.
    fn send(&mut self) -> bool {
        let progress = self.chunk.progress;
        let chunk = std::mem::take(&mut self.chunk);
        self.chunk.progress = progress;
        self.chunks.blocking_send(Ok(chunk)).is_ok()
    }
}

impl feeds::goods::GoodsSink for Reader {
    fn head(&mut self, head: Head) {
        self.chunk.heads.push(head);
    }

    fn row(&mut self, goods: Goods) -> bool {
        self.chunk.goods.push(goods);
        self.chunk.goods.len() < CHUNK_ROWS || self.send()
    }

    fn progress(&mut self, read: u64, total: u64) {
        self.chunk.progress = Some(Progress { read, total });
    }
}

/// Answers rows. Remembers what it said of a device, and nothing of the rows.
pub struct Auditor {
    setting: Setting,
    titles: Arc<Titles>,
    /// With brands and sellers that the list brought.
    directory: Directory,
    snapshot: Snapshot,
    /// What the sources say of the host networks, where the market does not know it.
    hosts: setting::HostFacts,
    /// The host networks' lists of approved devices.
    lists: Vec<lists::List>,
    market: MarketId,
    category: Category,
    seller: SellerId,
    at: Instant,
    devices: HashMap<String, Arc<[Variant]>>,
    /// How many devices were met so far, forgotten ones included.
    met: usize,
    answers: HashMap<(String, SellerId, Condition), Arc<Judged>>,
    requests: Requests,
}

impl Auditor {
    /// By what it judges.
    #[must_use]
    pub const fn setting(&self) -> &Setting {
        &self.setting
    }

    /// What to ask of whom, of all rows so far.
    #[must_use]
    pub const fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Answers rows in their order, apart from whoever waits for it; gives itself back for the next.
    ///
    /// # Errors
    /// The work did not end, or what is stored does not read.
    pub async fn answer(mut self, rows: Vec<Goods>) -> Result<(Self, Vec<Audited>), Error> {
        let work = tokio::task::spawn_blocking(move || {
            let answered = self.answer_now(rows);
            (self, answered)
        });
        let broken = |_| Error::broken("answering the rows of a list did not end");
        let (auditor, answered) = work.await.map_err(broken)?;
        Ok((auditor, answered?))
    }

    fn answer_now(&mut self, rows: Vec<Goods>) -> Result<Vec<Audited>, Error> {
        if self.answers.len() > REMEMBERED_MAX {
            self.answers.clear();
            self.devices.clear();
        }
        let matched = self.match_all(rows);
        let snapshot = self.learn(&matched)?;
        let answered = matched.into_iter().map(|row| self.judge(&snapshot, row));
        Ok(answered.collect())
    }

    /// Matches rows, several at a time; each alone.
    fn match_all(&self, mut rows: Vec<Goods>) -> Vec<Matched> {
        let titles = &self.titles;
        let each = rows.len().div_ceil(THREADS).max(1);
        let one = |rows: Vec<Goods>| -> Vec<Matched> {
            rows.into_iter()
                .map(|goods| matching::matched(titles, &self.directory, goods))
                .collect()
        };
        let rest = rows.split_off(each.min(rows.len()));
        std::thread::scope(|scope| {
            let other = scope.spawn(|| one(rest.clone()));
            let mut all = one(rows);
            // A panic in there is met again, where it shows.
            all.extend(other.join().unwrap_or_else(|_| one(rest.clone())));
            all
        })
    }
}

impl House {
    /// Gets ready to answer the rows of lists.
    ///
    /// # Errors
    /// There is no such market and no policy to begin with of that name; a network or a seller is not known; the
    /// database.
    pub async fn auditor(&self, asked: &AuditFor) -> Result<Auditor, Error> {
        setting::auditor(self, asked).await
    }
}

/// An id of something that the list brought, which no directory has.
fn made_up<T: std::str::FromStr<Err = domain::ParseError>>(
    what: &str,
    number: usize,
) -> Result<T, Error> {
    Ok(format!("audit-{what}{number}").parse()?)
}

type Hosts = Vec<(HostNetworkId, String)>;

#[cfg(test)]
mod tests;
