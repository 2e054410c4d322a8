//! Letters leave once while their nodes live, at least once whatever happens, and are given up in the end.

use std::sync::Arc;

use acceptance::on_both;
use acceptance::place::Place;
use domain::Instant;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify, Semaphore};
use trade::House;
use trade::letters::outside::{Mail, Smtp};
use trade::letters::{Delivered, GIVEN_UP_AFTER_MS, Post};

const LETTERS: usize = 30;
const MINUTE_MS: i64 = 60_000;

/// A mail server that keeps what it was given: message ids in order.
struct Server {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

/// What it does with a message that it was given.
#[derive(Clone)]
enum Manner {
    Takes,
    /// Keeps it, and hangs up before it says so.
    HangsUp,
    /// Says that there is no such recipient.
    KnowsNobody,
    /// Keeps it and says so once it is told to; tells when it has one.
    Holds(Arc<Notify>, Arc<Semaphore>),
}

impl Server {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&kept), manner.clone()));
            }
        });
        Self { port, taken }
    }

    async fn taken(&self) -> Vec<String> {
        let mut taken = self.taken.lock().await.clone();
        taken.sort_unstable();
        taken
    }
}

/// Ends with its connection, whatever goes wrong on it.
async fn talk(stream: TcpStream, taken: Arc<Mutex<Vec<String>>>, manner: Manner) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 here\r\n").await.ok()?;
    let mut id = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if let Some(rest) = line.strip_prefix("Message-ID: ") {
            id = Some(rest.trim().to_owned());
        }
        let is_known = !matches!(manner, Manner::KnowsNobody);
        let answer: &[u8] = match line.split([' ', ':', '\r']).next()? {
            "EHLO" | "MAIL" => b"250 fine\r\n",
            "RCPT" if is_known => b"250 fine\r\n",
            "RCPT" => b"550 nobody\r\n",
            "DATA" => b"354 go on\r\n",
            "." => {
                taken.lock().await.push(id.take()?);
                match &manner {
                    Manner::HangsUp => return None,
                    Manner::Holds(has_one, go_on) => {
                        has_one.notify_one();
                        go_on.acquire().await.ok()?.forget();
                    }
                    _ => {}
                }
                b"250 taken\r\n"
            }
            _ => continue,
        };
        stream.write_all(answer).await.ok()?;
    }
}

async fn house(place: &Place, port: u16) -> House {
    let house = place.open().await;
    set_post(&house, port);
    house
}

fn set_post(house: &House, port: u16) {
    let smtp: Smtp = format!("smtp://127.0.0.1:{port}?tls=none")
        .parse()
        .expect("an address");
    house.set_post(Post {
        mail: Mail::Smtp(smtp),
        from: "desk@shop.example".parse().expect("an address"),
        url: "https://shop.example".parse().expect("an address"),
    });
}

/// Puts letters into the queue, due at an instant.
async fn queue(place: &Place, count: usize, at: Instant) {
    let hand = place.hand().await;
    let at = at.epoch_ms();
    for number in 0..count {
        let insert = format!(
            "INSERT INTO letters (id, recipient, subject, text_body, queued_at, attempts, next_attempt_at)
             VALUES ('le-{number:03}', 'desk@brand.example', 'Hello', 'A secret link', {at}, 0, {at})"
        );
        hand.run(&insert).await;
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("<le-{number:03}@shop.example>"))
        .collect()
}

on_both! {
    async fn two_nodes_send_each_letter_once(place: &Place) {
        let server = Server::start(Manner::Takes).await;
        let one = house(place, server.port).await;
        // A folder has one process on SQLite; two of its tasks are as far apart as two nodes.
        let other = match place.backend() {
            trade::Backend::Sqlite => one.clone(),
            trade::Backend::Postgres => house(place, server.port).await,
        };
        let now = one.now();
        queue(place, LETTERS, now).await;
        let nodes = [one.clone(), other.clone(), one.clone(), other.clone()];
        let work = nodes.map(|node| tokio::spawn(async move { node.deliver_due(now).await }));
        let mut sent = 0;
        for done in work {
            sent += done.await.expect("ends").expect("delivers").sent;
        }
        assert_eq!(sent, LETTERS as u64);
        assert_eq!(server.taken().await, ids(LETTERS));
        let later = now.plus_ms(10 * MINUTE_MS);
        assert_eq!(other.deliver_due(later).await.expect("delivers"), Delivered::default());
        for kept in one.letters().await.expect("reads") {
            assert!(kept.sent_at.is_some() && kept.letter.text.is_empty(), "{kept:?}");
        }
        one.close().await;
        other.close().await;
    }

    async fn a_letter_that_is_being_sent_is_left_alone_until_its_node_must_be_dead(place: &Place) {
        let (has_one, go_on) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
        let manner = Manner::Holds(Arc::clone(&has_one), Arc::clone(&go_on));
        let server = Server::start(manner).await;
        let house = house(place, server.port).await;
        let now = house.now();
        queue(place, 1, now).await;
        let node = house.clone();
        let first = tokio::spawn(async move { node.deliver_due(now).await });
        has_one.notified().await;
        let soon = now.plus_ms(4 * MINUTE_MS);
        assert_eq!(house.deliver_due(soon).await.expect("delivers"), Delivered::default());
        let node = house.clone();
        let late = now.plus_ms(6 * MINUTE_MS);
        let second = tokio::spawn(async move { node.deliver_due(late).await });
        has_one.notified().await;
        // A permit each, which the server finds however late it looks.
        go_on.add_permits(2);
        for done in [first, second] {
            assert_eq!(done.await.expect("ends").expect("delivers").sent, 1);
        }
        assert_eq!(server.taken().await.len(), 2, "at least once, and here twice");
        house.close().await;
    }

    async fn what_is_not_answered_for_is_sent_again(place: &Place) {
        let server = Server::start(Manner::HangsUp).await;
        let house = house(place, server.port).await;
        let mut now = house.now();
        queue(place, 1, now).await;
        for wait in [1, 2, 4] {
            let done = house.deliver_due(now).await.expect("delivers");
            assert_eq!((done.sent, done.failed), (0, 1));
            let kept = &house.letters().await.expect("reads")[0];
            assert_eq!(kept.next_attempt_at, Some(now.plus_ms(wait * MINUTE_MS)));
            assert!(kept.failure.as_ref().is_some_and(|why| why.contains("went away")), "{kept:?}");
            let early = now.plus_ms(wait * MINUTE_MS - 1);
            assert_eq!(house.deliver_due(early).await.expect("delivers"), Delivered::default());
            now = now.plus_ms(wait * MINUTE_MS);
        }
        assert_eq!(server.taken().await.len(), 3);
        house.close().await;
    }

    async fn a_letter_is_given_up_after_three_days_and_tried_again_when_asked(place: &Place) {
        let server = Server::start(Manner::KnowsNobody).await;
        // Nobody listens on this port: the server that had it is gone.
        let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = gone.local_addr().expect("an address").port();
        drop(gone);
        let first = house(place, port).await;
        let start = first.now();
        queue(place, 1, start).await;
        let mut now = start;
        let mut attempts = 0;
        loop {
            let done = first.deliver_due(now).await.expect("delivers");
            attempts += 1;
            assert!(attempts < 100, "it is tried for ever");
            let kept = &first.letters().await.expect("reads")[0];
            match kept.next_attempt_at {
                Some(next) => now = next,
                None => {
                    assert_eq!(done.given_up, 1);
                    break;
                }
            }
        }
        assert!(now < start.plus_ms(GIVEN_UP_AFTER_MS));
        let tally = first.letter_tally().await.expect("reads");
        assert_eq!((tally.waiting, tally.given_up), (0, 1));
        assert!(first.try_letter_again("le-999").await.is_err());
        first.try_letter_again("le-000").await.expect("is tried again");
        assert!(first.try_letter_again("le-000").await.is_err(), "it waits already");
        first.close().await;

        // A recipient that the server does not know is given up at once.
        let second = house(place, server.port).await;
        let done = second.deliver_due(second.now().plus_ms(MINUTE_MS)).await.expect("delivers");
        assert_eq!((done.failed, done.given_up), (0, 1));
        second.close().await;
    }
}
