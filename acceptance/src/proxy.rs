//! A PostgreSQL that fails: a proxy before a real one, which knows enough of the protocol to make statements fail,
//! to hide what became of a COMMIT, and to cut the line.
//!
//! A statement that is to fail is replaced by one that raises the very error, so that the server's transaction is in
//! the state that the client is told of. Source: PostgreSQL's documentation, "Frontend/Backend Protocol".

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::dice::Dice;

/// The longest message that is passed on.
const MESSAGE_BYTES_MAX: usize = 1 << 24;
/// The first word of a connection that only cancels another.
const CANCEL: i32 = 80_877_102;
/// Chances are out of so many.
pub const OUT_OF: u64 = 1_000;

/// How often what fails, out of [`OUT_OF`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Statements that end with 40001 or 40P01, each as often.
    pub retry: u64,
    /// COMMITs that end with 40003: half of them were kept, half were not.
    pub unknown: u64,
    /// COMMITs whose line is cut: half of them before they arrive, half behind them.
    pub cut: u64,
    /// Statements in whose place the server ends the connection, with 57P01.
    pub ended: u64,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// Statements that came: what ends with one answer of its own.
    pub statements: AtomicU64,
    /// COMMITs among them.
    pub commits: AtomicU64,
    /// Those that were made to end with 40001 or 40P01.
    pub retries: AtomicU64,
    /// COMMITs that ended with 40003.
    pub unknown: AtomicU64,
    /// COMMITs whose line was cut.
    pub cuts: AtomicU64,
    /// Connections that the server ended.
    pub ended: AtomicU64,
}

/// How a node and its database are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Every line is cut, and none comes about.
    Cut,
    /// The lines stand, and nothing comes through.
    Silent,
}

/// A proxy at work.
pub struct Proxy {
    /// Where it is: a port of this machine.
    pub port: u16,
    weather: Arc<Weather>,
}

/// What all its connections share.
struct Weather {
    faults: Mutex<Faults>,
    dice: Mutex<Dice>,
    tally: Tally,
    is_apart: watch::Sender<Option<Parting>>,
}

/// What becomes of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Pass,
    /// The client hears of this error instead.
    Instead(&'static str),
    /// The line is cut before the client hears of it.
    Cut,
}

/// A message: its kind and its body.
struct Message {
    kind: u8,
    body: Vec<u8>,
}

impl Message {
    async fn read(from: &mut BufReader<OwnedReadHalf>) -> std::io::Result<Self> {
        let kind = from.read_u8().await?;
        let body = read_body(from).await?;
        Ok(Self { kind, body })
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.push(self.kind);
        let length = u32::try_from(self.body.len() + 4).expect("a message is not that long");
        to.extend(length.to_be_bytes());
        to.extend(&self.body);
    }

    /// A query that raises an error.
    fn raises(code: &str) -> Self {
        Self::query(&format!("DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$"))
    }

    fn query(text: &str) -> Self {
        Self {
            kind: b'Q',
            body: [text.as_bytes(), b"\0"].concat(),
        }
    }

    /// The server's word that something failed.
    fn failed(code: &str) -> Self {
        let body = format!("SERROR\0VERROR\0C{code}\0Mthe proxy says so\0\0");
        Self {
            kind: b'E',
            body: body.into_bytes(),
        }
    }

    fn is_commit(&self) -> bool {
        self.kind == b'Q' && self.body == b"COMMIT\0"
    }

    fn is_rollback(&self) -> bool {
        self.kind == b'Q' && self.body == b"ROLLBACK\0"
    }
}

async fn read_body(from: &mut BufReader<OwnedReadHalf>) -> std::io::Result<Vec<u8>> {
    let length = usize::try_from(from.read_u32().await?).unwrap_or(usize::MAX);
    if !(4..MESSAGE_BYTES_MAX).contains(&length) {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length - 4];
    from.read_exact(&mut body).await?;
    Ok(body)
}

impl Proxy {
    /// Before the server of an address `postgres://…@host:port…`, without faults yet.
    ///
    /// # Panics
    /// The address names no host and port, or there is no free port.
    pub async fn before(url: &str, seed: u64) -> Self {
        let server = host_and_port(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let weather = Arc::new(Weather {
            faults: Mutex::default(),
            dice: Mutex::new(Dice::of(seed)),
            tally: Tally::default(),
            is_apart: watch::Sender::new(None),
        });
        let of_line = Arc::clone(&weather);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(line(Arc::clone(&of_line), client, server.clone()));
            }
        });
        Self { port, weather }
    }

    /// The address of a database behind this proxy.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        url.replacen(host_and_port(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// What fails from now on.
    pub fn set(&self, faults: Faults) {
        *self.weather.faults() = faults;
    }

    /// Parts the clients and the server, or joins them again.
    pub fn part(&self, parting: Option<Parting>) {
        self.weather.is_apart.send_replace(parting);
    }

    /// What has happened so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.weather.tally
    }
}

fn host_and_port(url: &str) -> &str {
    let behind = url.split_once('@').map_or(url, |(_, behind)| behind);
    let end = behind.find(['/', '?']).unwrap_or(behind.len());
    let found = &behind[..end];
    assert!(found.contains(':'), "an address with host and port");
    found
}

impl Weather {
    fn faults(&self) -> std::sync::MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while nothing comes through.
    async fn comes_through(&self) {
        let mut apart = self.is_apart.subscribe();
        // The sender is there as long as the lines are.
        let _ = apart
            .wait_for(|apart| *apart != Some(Parting::Silent))
            .await;
    }

    fn throws(&self, times: u64) -> bool {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        dice.chance(times, OUT_OF)
    }

    /// Whether the next of `all` fails, and counts it: by chance, and in any case where less than half of what is
    /// planned has failed so far, so that a short storm has its faults too.
    fn fails(&self, times: u64, failed: &AtomicU64, all: &AtomicU64) -> bool {
        let planned = times * all.load(Ordering::Relaxed);
        let is_behind = failed.load(Ordering::Relaxed) * 2 * OUT_OF < planned;
        let fails = self.throws(times) || is_behind;
        failed.fetch_add(u64::from(fails), Ordering::Relaxed);
        fails
    }
}

/// One line between a client and the server, until either ends or it is cut.
async fn line(weather: Arc<Weather>, client: TcpStream, server: String) {
    let mut parted = weather.is_apart.subscribe();
    let parted = parted.wait_for(|apart| *apart == Some(Parting::Cut));
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    // Small messages to and fro: waiting to fill a packet would cost forty milliseconds each.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let fates = Arc::new(Mutex::new(VecDeque::new()));
    let (is_cut, mut cut) = watch::channel(false);
    let asking = ask(
        &weather,
        BufReader::new(from_client),
        to_server,
        Arc::clone(&fates),
        &is_cut,
    );
    let answering = answer(
        &weather,
        BufReader::new(from_server),
        to_client,
        fates,
        &is_cut,
    );
    tokio::select! {
        biased;
        _ = parted => {}
        _ = cut.wait_for(|is_cut| *is_cut) => {}
        _ = asking => {}
        _ = answering => {}
    }
}

type Fates = Arc<Mutex<VecDeque<Fate>>>;

/// Passes on what the client says, or something else in its place.
async fn ask(
    weather: &Weather,
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    fates: Fates,
    is_cut: &watch::Sender<bool>,
) -> std::io::Result<()> {
    let first = read_body(&mut from).await?;
    weather.comes_through().await;
    let mut hello = Vec::new();
    let length = u32::try_from(first.len() + 4).expect("it was read as one");
    hello.extend(length.to_be_bytes());
    hello.extend(&first);
    to.write_all(&hello).await?;
    if first.starts_with(&CANCEL.to_be_bytes()) {
        // Nothing follows; the server closes the line when it has heard it.
        std::future::pending::<()>().await;
    }
    // All messages up to the one that asks for an answer.
    let mut statement: Vec<u8> = Vec::new();
    loop {
        let message = Message::read(&mut from).await?;
        message.write(&mut statement);
        if !matches!(message.kind, b'Q' | b'S') {
            if !matches!(message.kind, b'P' | b'B' | b'D' | b'E' | b'C' | b'H') {
                // A password, rows of a COPY, a farewell: no statement's.
                to.write_all(&std::mem::take(&mut statement)).await?;
            }
            continue;
        }
        weather.comes_through().await;
        let (said, fate) = weather.judge(&message);
        if said.is_none() && fate == Fate::Cut {
            is_cut.send_replace(true);
            return Ok(());
        }
        fates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(fate);
        match said {
            Some(Said::Itself) | None => to.write_all(&statement).await?,
            Some(Said::Other(other)) => {
                let mut bytes = Vec::new();
                other.write(&mut bytes);
                to.write_all(&bytes).await?;
            }
        }
        statement.clear();
    }
}

/// What the server hears.
enum Said {
    Itself,
    Other(Message),
}

impl Weather {
    /// What is said in a statement's place, none: nothing; and what becomes of its answer.
    fn judge(&self, last: &Message) -> (Option<Said>, Fate) {
        let tally = &self.tally;
        tally.statements.fetch_add(1, Ordering::Relaxed);
        let faults = *self.faults();
        if last.is_rollback() {
            return (Some(Said::Itself), Fate::Pass);
        }
        if last.is_commit() {
            tally.commits.fetch_add(1, Ordering::Relaxed);
            let is_kept = self.throws(OUT_OF / 2);
            if self.fails(faults.unknown, &tally.unknown, &tally.commits) {
                let said = if is_kept {
                    Said::Itself
                } else {
                    Said::Other(Message::query("ROLLBACK"))
                };
                return (Some(said), Fate::Instead("40003"));
            }
            if self.fails(faults.cut, &tally.cuts, &tally.commits) {
                return (is_kept.then_some(Said::Itself), Fate::Cut);
            }
        }
        if self.fails(faults.ended, &tally.ended, &tally.statements) {
            let end = Message::query("SELECT pg_terminate_backend(pg_backend_pid())");
            return (Some(Said::Other(end)), Fate::Pass);
        }
        if self.fails(faults.retry, &tally.retries, &tally.statements) {
            let code = if self.throws(OUT_OF / 2) {
                "40001"
            } else {
                "40P01"
            };
            if last.is_commit() {
                // A COMMIT that fails ends its transaction.
                let said = Said::Other(Message::query("ROLLBACK"));
                return (Some(said), Fate::Instead(code));
            }
            return (Some(Said::Other(Message::raises(code))), Fate::Pass);
        }
        (Some(Said::Itself), Fate::Pass)
    }
}

/// Passes on what the server says, up to each word that it is ready for more.
async fn answer(
    weather: &Weather,
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    fates: Fates,
    is_cut: &watch::Sender<bool>,
) -> std::io::Result<()> {
    let next = || {
        fates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .front()
            .copied()
    };
    let mut bytes = Vec::new();
    loop {
        let message = Message::read(&mut from).await?;
        // Nothing is asked yet while the server greets.
        let fate = next().unwrap_or(Fate::Pass);
        let is_ready = message.kind == b'Z';
        if fate == Fate::Cut && is_ready {
            is_cut.send_replace(true);
            return Ok(());
        }
        if let Fate::Instead(code) = fate
            && is_ready
        {
            Message::failed(code).write(&mut bytes);
        }
        if fate == Fate::Pass || is_ready {
            message.write(&mut bytes);
        }
        // What asks for an answer while rows are copied is not heard.
        if is_ready || message.kind == b'G' {
            let mut fates = fates.lock().unwrap_or_else(PoisonError::into_inner);
            fates.pop_front();
        }
        if is_ready || from.buffer().is_empty() {
            weather.comes_through().await;
            to.write_all(&bytes).await?;
            bytes.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_and_replaced() {
        let url = "postgres://postgres@127.0.0.1:5432/shop?sslmode=disable";
        assert_eq!(host_and_port(url), "127.0.0.1:5432");
        let bare = "postgres://postgres@localhost:1";
        assert_eq!(host_and_port(bare), "localhost:1");
    }
}
