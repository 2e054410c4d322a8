//! Many clients at once who order, authorise, certify, withdraw and feed: what each asked when, and what it was told.
//!
//! Whom they ask is a [`Teller`]: a house here, a node in another process. What can be said is a line of text, too,
//! so that it can be sent there. Knows no answers; [`crate::trial`] judges them.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{Claim, Standing, WithdrawalManner};
use domain::id::{EvidenceId, ListingId};
use domain::scope::Scope;
use trade::change::Draft;
use trade::door::{Basis, Placed, Refusal};
use trade::{Code, Error};

use crate::dice::Dice;
use crate::history::{Micros, Stopwatch};
use crate::shop::{self, Shop, id};

/// Of so many operations so many are changes.
const CHANGES_IN_TEN: u64 = 2;
/// Units that a feed puts on a shelf, below.
const FED_UNITS_END: u64 = 12;
/// How often a client asks again when it was told to try later.
const ASKED_AGAIN_MAX: u32 = 2_000;

/// What a word is of: a brand's of its seller, or a network's of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The brand of a number.
    Brand(usize),
    /// A brand's variant.
    Variant(usize, usize),
}

impl Subject {
    /// Where its words stand.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Brand(brand) => Scope::Brand(shop::brand(brand)),
            Self::Variant(brand, listing) => Scope::Variant(shop::variant(brand, listing)),
        }
    }

    fn claim(self, standing: Standing) -> Claim {
        match self {
            Self::Brand(brand) => shop::authorization(&shop::brand(brand), standing),
            Self::Variant(brand, listing) => {
                let result = match standing {
                    Standing::Yes => CertificationResult::Certified,
                    Standing::No => CertificationResult::NotCertified,
                };
                let variant = shop::variant(brand, listing);
                Claim::DeviceCertification(DeviceCertification::of(variant, shop::host(), result))
            }
        }
    }
}

/// Something that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One unit.
    Order {
        /// The client's key.
        key: String,
        /// Of which listing.
        listing: ListingId,
    },
    /// A word, yes or no.
    Say {
        /// Its id.
        id: EvidenceId,
        /// Of what.
        of: Subject,
        /// Which.
        is_yes: bool,
    },
    /// The end of a word, or of a suspension.
    End {
        /// Its id.
        id: EvidenceId,
        /// What ends.
        ends: EvidenceId,
        /// Of what.
        of: Subject,
        /// For good, or until it is ended itself.
        is_for_good: bool,
    },
    /// A feed with one row.
    Feed {
        /// Whose variant.
        of: (usize, usize),
        /// Units on hand.
        units: u32,
    },
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accepted at this millisecond of the house's clock, on these scopes and versions.
    Accepted(i64, Vec<(String, u64)>),
    /// Not to be sold, judged on these.
    Refused(Vec<(String, u64)>),
    /// It may be sold, and there is none left.
    SoldOut,
    /// It stands at this position of the record.
    Recorded(u64),
    /// The feed was read.
    Fed,
}

/// Whoever answers.
pub trait Teller: Send + Sync + 'static {
    /// Answers a client, or tells it to try again.
    fn tell(&self, client: usize, ask: &Ask)
    -> impl Future<Output = Result<Answer, String>> + Send;
}

/// One operation: what was asked, when, and what came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was asked.
    pub ask: Ask,
    /// What was told.
    pub answer: Answer,
    /// When it was asked first.
    pub invoked: Micros,
    /// When it was answered.
    pub returned: Micros,
    /// How often it was asked.
    pub times: u32,
}

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Clients at once.
    pub clients: usize,
    /// Operations of all of them.
    pub operations: u64,
    /// Whether shelves are filled, too; else they have to hold enough.
    pub has_feeds: bool,
    /// Which storm.
    pub seed: u64,
}

/// What stands of a subject, as far as the clients know.
#[derive(Default)]
struct Board {
    /// Yes, each.
    words: Vec<EvidenceId>,
    /// What keeps the subject closed: each no, and each suspension.
    against: Vec<EvidenceId>,
}

/// What the clients share.
struct Sky<T> {
    storm: Storm,
    teller: Arc<T>,
    listings: Vec<Vec<ListingId>>,
    boards: Mutex<HashMap<Subject, Board>>,
    next: AtomicU64,
    watch: Stopwatch,
}

impl Storm {
    /// Lets it rage over a shop that nobody else uses.
    ///
    /// # Panics
    /// A client is put off again and again.
    pub async fn rage<T: Teller>(self, teller: &Arc<T>, shop: &Shop) -> Vec<Done> {
        let mut boards = HashMap::new();
        let mut listings = Vec::new();
        for (brand, shelf) in shop.shelves.iter().enumerate() {
            let board = |word: &EvidenceId| Board {
                words: vec![word.clone()],
                against: Vec::new(),
            };
            boards.insert(Subject::Brand(brand), board(&shelf.authorization));
            for (at, (_, certification)) in shelf.listings.iter().enumerate() {
                boards.insert(Subject::Variant(brand, at), board(certification));
            }
            let of_shelf = shelf.listings.iter().map(|(listing, _)| listing.clone());
            listings.push(of_shelf.collect());
        }
        let sky = Arc::new(Sky {
            storm: self,
            teller: Arc::clone(teller),
            listings,
            boards: Mutex::new(boards),
            next: AtomicU64::new(0),
            watch: Stopwatch::default(),
        });
        let clients: Vec<_> = (0..self.clients)
            .map(|client| tokio::spawn(client_of(Arc::clone(&sky), client)))
            .collect();
        let mut done = Vec::new();
        for client in clients {
            done.extend(client.await.expect("a client ends"));
        }
        done
    }
}

async fn client_of<T: Teller>(sky: Arc<Sky<T>>, client: usize) -> Vec<Done> {
    let mut dice = Dice::of(sky.storm.seed << 16 | client as u64);
    let mut done = Vec::new();
    loop {
        let number = sky.next.fetch_add(1, Ordering::Relaxed);
        if number >= sky.storm.operations {
            return done;
        }
        let ask = sky.throw(&mut dice, number);
        let invoked = sky.watch.now();
        let (answer, times) = sky.ask(client, &ask).await;
        let returned = sky.watch.now();
        sky.remember(&ask);
        done.push(Done {
            ask,
            answer,
            invoked,
            returned,
            times,
        });
    }
}

impl<T: Teller> Sky<T> {
    async fn ask(&self, client: usize, ask: &Ask) -> (Answer, u32) {
        let mut last = String::new();
        for times in 1..=ASKED_AGAIN_MAX {
            match self.teller.tell(client, ask).await {
                Ok(answer) => return (answer, times),
                Err(again) => last = again,
            }
        }
        panic!("{ask:?} was put off {ASKED_AGAIN_MAX} times; at last: {last}");
    }

    fn boards(&self) -> std::sync::MutexGuard<'_, HashMap<Subject, Board>> {
        self.boards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn throw(&self, dice: &mut Dice, number: u64) -> Ask {
        let brand = dice.index(self.listings.len());
        let at = dice.index(self.listings[brand].len());
        let seed = self.storm.seed;
        if !dice.chance(CHANGES_IN_TEN, 10) {
            return Ask::Order {
                key: format!("{seed}-{number}"),
                listing: self.listings[brand][at].clone(),
            };
        }
        let of = match dice.below(4) {
            0 if self.storm.has_feeds => {
                let units = u32::try_from(dice.below(FED_UNITS_END)).expect("a few");
                return Ask::Feed {
                    of: (brand, at),
                    units,
                };
            }
            1 => Subject::Variant(brand, at),
            _ => Subject::Brand(brand),
        };
        let id = id(&format!("s{seed}-{number}"));
        let mut boards = self.boards();
        let board = boards.entry(of).or_default();
        // Taken from the board, so that nobody else ends the same.
        if !board.against.is_empty() && dice.chance(3, 4) {
            let at = dice.index(board.against.len());
            return Ask::End {
                id,
                ends: board.against.swap_remove(at),
                of,
                is_for_good: true,
            };
        }
        if !board.words.is_empty() && dice.chance(2, 3) {
            let at = dice.index(board.words.len());
            let is_for_good = dice.chance(1, 2);
            let ends = if is_for_good {
                board.words.swap_remove(at)
            } else {
                board.words[at].clone()
            };
            return Ask::End {
                id,
                ends,
                of,
                is_for_good,
            };
        }
        let is_yes = dice.chance(5, 6);
        Ask::Say { id, of, is_yes }
    }

    /// What was recorded can be ended from now on.
    fn remember(&self, ask: &Ask) {
        let mut boards = self.boards();
        match ask {
            Ask::Say { id, of, is_yes } => {
                let board = boards.entry(*of).or_default();
                let words = if *is_yes {
                    &mut board.words
                } else {
                    &mut board.against
                };
                words.push(id.clone());
            }
            Ask::End {
                id,
                of,
                is_for_good: false,
                ..
            } => boards.entry(*of).or_default().against.push(id.clone()),
            Ask::Order { .. } | Ask::Feed { .. } | Ask::End { .. } => {}
        }
    }
}

impl Shop {
    /// Answers what a client of a storm asks.
    ///
    /// # Errors
    /// As the use cases.
    pub async fn answer(&self, ask: &Ask) -> Result<Answer, Error> {
        let draft = |of: Subject, claim, id: &EvidenceId| {
            Draft::own(of.scope(), shop::operator(), claim, "Said", "2016").with_id(id.clone())
        };
        let draft = match ask {
            Ask::Order { key, listing } => {
                return Ok(match self.order(key, listing).await? {
                    Placed::Accepted(order) => {
                        let basis: Basis = serde_json::from_str(&order.basis)
                            .map_err(|error| Error::new(Code::Broken, error.to_string()))?;
                        Answer::Accepted(order.accepted_at.epoch_ms(), basis.scopes)
                    }
                    Placed::Refused(refusal) => refused(*refusal),
                });
            }
            Ask::Feed { of, units } => {
                self.feed(std::iter::once((of.0, of.1, *units))).await?;
                return Ok(Answer::Fed);
            }
            Ask::Say { id, of, is_yes } => {
                let standing = if *is_yes { Standing::Yes } else { Standing::No };
                draft(*of, of.claim(standing), id)
            }
            Ask::End {
                id,
                ends,
                of,
                is_for_good,
            } => {
                let manner = if *is_for_good {
                    WithdrawalManner::Revoke
                } else {
                    WithdrawalManner::Suspend
                };
                shop::ends(ends, of.scope(), manner).with_id(id.clone())
            }
        };
        let change = self.house.record(draft).await?;
        Ok(Answer::Recorded(change.recorded().position))
    }
}

fn refused(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::NotSellable { lines } => {
            let scopes = lines.into_iter().flat_map(|(_, verdict)| verdict.scopes);
            let told = scopes.map(|(scope, version)| (scope.to_string(), version));
            Answer::Refused(told.collect())
        }
        Refusal::SoldOut { .. } => Answer::SoldOut,
        Refusal::NotOffered { listing, state } => {
            panic!("{listing} is {state}: nobody asked for that")
        }
        Refusal::QuotaUsedUp { .. } => panic!("no authorisation of the storm is for so many units"),
    }
}

impl Teller for Shop {
    async fn tell(&self, _: usize, ask: &Ask) -> Result<Answer, String> {
        match self.answer(ask).await {
            Ok(answer) => Ok(answer),
            Err(error) if matches!(error.code, Code::Busy | Code::OutcomeUnknown) => {
                Err(error.to_string())
            }
            Err(error) => panic!("{ask:?}: {error}"),
        }
    }
}
