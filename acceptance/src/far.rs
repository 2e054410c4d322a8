//! A node in a process of its own: it is asked by lines, and answers by lines, many at once.
//!
//! The process is the test binary again ([`crate::deaths::command`]). Its clock may be wrong, and it reaches the
//! database by an address of its own, so that it can be parted from it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::ListingId;
use domain::{Clock, Instant};
use gate::snapshot::Moment;
use tokio::sync::{mpsc, oneshot};
use trade::clock::SystemClock;
use trade::{Code, House};

use crate::deaths::say;
use crate::place::Place;
use crate::shop::{Shop, id};
use crate::storm::{Answer, Ask, Subject};

/// Says that the node is up.
const UP: &str = "up";
/// Says that the client should try again.
const AGAIN: &str = "again";

/// The machine's clock, and so many milliseconds.
struct WrongBy(i64);

impl Clock for WrongBy {
    fn now(&self) -> Instant {
        SystemClock.now().plus_ms(self.0)
    }
}

/// An ask as a line.
fn written(ask: &Ask) -> String {
    let of = |of: &Subject| match of {
        Subject::Brand(brand) => format!("brand {brand} 0"),
        Subject::Variant(brand, at) => format!("variant {brand} {at}"),
    };
    match ask {
        Ask::Order { key, listing } => format!("order {key} {listing}"),
        Ask::Say { id, of: on, is_yes } => format!("say {id} {} {is_yes}", of(on)),
        Ask::End {
            id,
            ends,
            of: on,
            is_for_good,
        } => format!("end {id} {} {is_for_good} {ends}", of(on)),
        Ask::Feed { of, units } => format!("feed {} {} {units}", of.0, of.1),
    }
}

/// The ask of a line.
fn read(line: &str) -> Option<Ask> {
    let words: Vec<&str> = line.split(' ').collect();
    let of = |kind: &str, brand: &str, at: &str| {
        let (brand, at) = (brand.parse().ok()?, at.parse().ok()?);
        Some(if kind == "brand" {
            Subject::Brand(brand)
        } else {
            Subject::Variant(brand, at)
        })
    };
    Some(match words.as_slice() {
        ["order", key, listing] => Ask::Order {
            key: (*key).to_owned(),
            listing: id(listing),
        },
        ["say", word, kind, brand, at, is_yes] => Ask::Say {
            id: id(word),
            of: of(kind, brand, at)?,
            is_yes: is_yes.parse().ok()?,
        },
        ["end", word, kind, brand, at, is_for_good, ends] => Ask::End {
            id: id(word),
            ends: id(ends),
            of: of(kind, brand, at)?,
            is_for_good: is_for_good.parse().ok()?,
        },
        ["feed", brand, at, units] => Ask::Feed {
            of: (brand.parse().ok()?, at.parse().ok()?),
            units: units.parse().ok()?,
        },
        _ => return None,
    })
}

fn told(answer: &Answer) -> String {
    let listed = |scopes: &[(String, u64)]| {
        let each = scopes
            .iter()
            .map(|(scope, version)| format!(" {scope} {version}"));
        each.collect::<String>()
    };
    match answer {
        Answer::Accepted(ms, scopes) => format!("accepted {ms}{}", listed(scopes)),
        Answer::Refused(scopes) => format!("refused{}", listed(scopes)),
        Answer::SoldOut => "sold-out".to_owned(),
        Answer::Recorded(position) => format!("recorded {position}"),
        Answer::Fed => "fed".to_owned(),
    }
}

fn heard(line: &str) -> Option<Answer> {
    let words: Vec<&str> = line.split(' ').collect();
    let scopes = |words: &[&str]| {
        let pairs = words.chunks_exact(2);
        pairs
            .map(|pair| Some((pair[0].to_owned(), pair[1].parse().ok()?)))
            .collect::<Option<Vec<(String, u64)>>>()
    };
    Some(match words.as_slice() {
        ["accepted", ms, listed @ ..] => Answer::Accepted(ms.parse().ok()?, scopes(listed)?),
        ["refused", listed @ ..] => Answer::Refused(scopes(listed)?),
        ["sold-out"] => Answer::SoldOut,
        ["recorded", position] => Answer::Recorded(position.parse().ok()?),
        ["fed"] => Answer::Fed,
        _ => return None,
    })
}

/// The process's own part: a node that answers what it reads until there is no more to read.
///
/// # Panics
/// It does not open, or is asked what it does not understand.
pub async fn serve(folder: &Path, url: String, clock_off_ms: i64) {
    let mut options = Place::options_in(folder, Arc::new(WrongBy(clock_off_ms)));
    options.postgres = Some(url);
    let house = House::open(options).await.expect("opens");
    let shop = Shop {
        house: house.clone(),
        shelves: Vec::new(),
    };
    let following = house.clone();
    tokio::spawn(async move { following.keep_up(std::future::pending()).await });
    let (send, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    say(UP);
    let mut listings = HashMap::new();
    while let Some(line) = lines.recv().await {
        let (number, asked) = line.split_once(' ').expect("a number and an ask");
        let number = number.to_owned();
        if let Some(listing) = asked.strip_prefix("look ") {
            let listing: ListingId = id(listing);
            if !listings.contains_key(&listing) {
                let found = house.listing(&listing).await.expect("reads");
                listings.insert(listing.clone(), found.expect("it is there"));
            }
            let moment = Moment::at(house.present());
            let judged = house.judge(listings[&listing].clone(), moment).await;
            let judged = judged.expect("judges");
            say(&format!("{number} {}", judged.is_buyable));
            continue;
        }
        let ask = read(asked).expect("an ask");
        let shop = shop.clone();
        tokio::spawn(async move {
            let answer = match shop.answer(&ask).await {
                Ok(answer) => told(&answer),
                Err(error) if matches!(error.code, Code::Busy | Code::OutcomeUnknown) => {
                    AGAIN.to_owned()
                }
                Err(error) => format!("failed: {error}"),
            };
            say(&format!("{number} {answer}"));
        });
    }
}

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<String>>>>;

/// A node in another process, from here. It ends with this.
pub struct FarNode {
    child: Child,
    input: Mutex<ChildStdin>,
    waiting: Waiting,
    next: AtomicU64,
}

impl FarNode {
    /// Starts one and waits until it is up.
    ///
    /// # Panics
    /// It does not come up.
    #[must_use]
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let input = Mutex::new(child.stdin.take().expect("piped"));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let is_up = lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.ends_with(UP));
        assert!(is_up, "the node did not come up");
        let waiting = Waiting::default();
        let answered = Arc::clone(&waiting);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let Some((number, answer)) = line.split_once(' ') else {
                    continue;
                };
                let mut waiting = answered.lock().unwrap_or_else(PoisonError::into_inner);
                if let Ok(number) = number.parse()
                    && let Some(client) = waiting.remove(&number)
                {
                    // A client that is gone hears nothing.
                    let _ = client.send(answer.to_owned());
                }
            }
        });
        Self {
            child,
            input,
            waiting,
            next: AtomicU64::new(0),
        }
    }

    async fn ask_line(&self, line: &str) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (send, answer) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(number, send);
        {
            let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
            writeln!(input, "{number} {line}")
                .and_then(|()| input.flush())
                .expect("the node listens");
        }
        answer.await.expect("the node answers")
    }

    /// Asks what a client asks.
    ///
    /// # Errors
    /// It is to be tried again.
    ///
    /// # Panics
    /// The node is gone, or could not do it at all.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, String> {
        let line = self.ask_line(&written(ask)).await;
        if line == AGAIN {
            return Err(line);
        }
        Ok(heard(&line).unwrap_or_else(|| panic!("{ask:?}: {line}")))
    }

    /// Whether the node shows a listing as buyable.
    pub async fn shows(&self, listing: &ListingId) -> bool {
        self.ask_line(&format!("look {listing}")).await == "true"
    }
}

impl Drop for FarNode {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let asks = [
            Ask::Order {
                key: "1-2".to_owned(),
                listing: id("li-1"),
            },
            Ask::Say {
                id: id("w"),
                of: Subject::Variant(3, 4),
                is_yes: false,
            },
            Ask::End {
                id: id("e"),
                ends: id("w"),
                of: Subject::Brand(5),
                is_for_good: true,
            },
            Ask::Feed {
                of: (1, 2),
                units: 3,
            },
        ];
        for ask in asks {
            assert_eq!(read(&written(&ask)), Some(ask));
        }
        let scopes = vec![("brand:b".to_owned(), 2), ("market:us".to_owned(), 1)];
        let answers = [
            Answer::Accepted(8, scopes.clone()),
            Answer::Refused(scopes),
            Answer::SoldOut,
            Answer::Recorded(7),
            Answer::Fed,
        ];
        for answer in answers {
            assert_eq!(heard(&told(&answer)), Some(answer));
        }
        assert_eq!((read("order"), heard("nonsense")), (None, None));
    }
}
