//! Three nodes in processes of their own on one database, with clocks that are ten minutes off, each parted from the
//! database again and again: no order passes a withdrawal that was answered by another node, and none of them shows
//! what was withdrawn a second ago.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acceptance::deaths;
use acceptance::dice::{Dice, repeat};
use acceptance::far::{self, FarNode};
use acceptance::place::Place;
use acceptance::proxy::{Parting, Proxy};
use acceptance::setting;
use acceptance::shop::{Shop, Size, id};
use acceptance::storm::{Answer, Ask, Storm, Subject, Teller};
use acceptance::trial;
use trade::Backend;
use trade::node::FRESH_FOR;

const TEST: &str = "apart::three_nodes_that_are_parted_again_and_again_hold_the_promises";
const FOLDER: &str = "PASSBAND_TEST_CHILD_FOLDER";
const SERVER: &str = "PASSBAND_TEST_CHILD_SERVER";
const OFF_MS: &str = "PASSBAND_TEST_CHILD_OFF_MS";
/// Operations unless said otherwise; the night run has 50,000.
const OPERATIONS: u64 = 1_500;
const CLIENTS: usize = 48;
/// How wrong the nodes' clocks are.
const OFFS_MS: [i64; 3] = [-10 * 60 * 1000, 0, 10 * 60 * 1000];
const SIZE: Size = Size {
    brands: 20,
    listings: 5,
    units: 1_000_000,
};
/// The brand that no storm comes over.
const CALM: usize = SIZE.brands - 1;
/// A parting lasts between these.
const PARTED_MS: (u64, u64) = (50, 1_500);
const WITHDRAWALS: u64 = 4;

/// The nodes. A client that is put off by one asks the next.
struct Nodes {
    nodes: Vec<FarNode>,
    asks: Vec<AtomicUsize>,
}

impl Teller for Nodes {
    async fn tell(&self, client: usize, ask: &Ask) -> Result<Answer, String> {
        let node = self.asks[client].load(Ordering::Relaxed) % self.nodes.len();
        let answer = self.nodes[node].ask(ask).await;
        if answer.is_err() {
            self.asks[client].fetch_add(1, Ordering::Relaxed);
        }
        answer
    }
}

/// Parts one node after the other from the database until it is over; says how often.
async fn part_again_and_again(proxies: &[Proxy], is_over: &AtomicBool, seed: u64) -> u64 {
    let mut dice = Dice::of(seed);
    let mut times = 0;
    let (least, most) = PARTED_MS;
    while !is_over.load(Ordering::SeqCst) {
        let proxy = dice.one(proxies);
        let parting = *dice.one(&[Parting::Cut, Parting::Silent]);
        proxy.part(Some(parting));
        // Time is what is tried here, not what is waited for.
        tokio::time::sleep(Duration::from_millis(least + dice.below(most - least))).await;
        proxy.part(None);
        times += 1;
    }
    times
}

/// A withdrawal on one node while another is parted: a second after its answer none of them shows the listing.
async fn nothing_is_shown_a_second_later(nodes: &Nodes, proxies: &[Proxy], shop: &Shop) {
    let shelf = &shop.shelves[CALM];
    let (listing, mut word) = (&shelf.listings[0].0, shelf.authorization.clone());
    let of = Subject::Brand(CALM);
    let mut seen_before = 0;
    for round in 0..WITHDRAWALS {
        let parted = 1 + usize::from(round % 2 == 0);
        let deadline = Instant::now() + FRESH_FOR * 20;
        let mut shows = false;
        while !shows && Instant::now() < deadline {
            shows = nodes.nodes[parted].shows(listing).await;
            tokio::task::yield_now().await;
        }
        seen_before += u64::from(shows);
        let kind = [Parting::Cut, Parting::Silent][usize::from(round < WITHDRAWALS / 2)];
        proxies[parted].part(Some(kind));
        let end = Ask::End {
            id: id(&format!("hidden-{round}")),
            ends: word.clone(),
            of,
            is_for_good: true,
        };
        nodes.nodes[0].ask(&end).await.expect("ended");
        let answered = Instant::now();
        // The answering node shows it no more, at once; the others within a second.
        assert!(!nodes.nodes[0].shows(listing).await, "round {round}");
        loop {
            let asked = answered.elapsed();
            for (at, node) in nodes.nodes.iter().enumerate() {
                let shows = node.shows(listing).await;
                assert!(
                    !shows || asked < FRESH_FOR,
                    "round {round}: node {at} shows it {asked:?} after the withdrawal's answer"
                );
            }
            if asked >= FRESH_FOR {
                break;
            }
            tokio::task::yield_now().await;
        }
        proxies[parted].part(None);
        word = id(&format!("shown-{round}"));
        let say = Ask::Say {
            id: word.clone(),
            of,
            is_yes: true,
        };
        nodes.nodes[0].ask(&say).await.expect("said");
    }
    assert_eq!(seen_before, WITHDRAWALS, "it was shown before, each time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_that_are_parted_again_and_again_hold_the_promises() {
    if let (Some(folder), Some(url), Some(off)) = (
        setting::text(FOLDER),
        setting::text(SERVER),
        setting::text(OFF_MS),
    ) {
        let off = off.parse().expect("milliseconds");
        return far::serve(&PathBuf::from(folder), url, off).await;
    }
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let seed = setting::number("PASSBAND_TEST_SEED").unwrap_or(0);
    let operations = setting::number("PASSBAND_TEST_OPERATIONS").unwrap_or(OPERATIONS);
    let url = place.url().expect("a server");
    let shop = Shop::open(&place.open().await, SIZE).await;
    let (mut nodes, mut proxies, mut folders) = (Vec::new(), Vec::new(), Vec::new());
    for off in OFFS_MS {
        let folder = tempfile::tempdir().expect("room for a folder");
        // All nodes sign with one key.
        let key = place.folder().join("record.key");
        std::fs::copy(key, folder.path().join("record.key")).expect("copies");
        let proxy = Proxy::before(&url, seed).await;
        let settings = [
            (FOLDER, folder.path().display().to_string()),
            (SERVER, proxy.url(&url)),
            (OFF_MS, off.to_string()),
        ];
        let command = deaths::command(TEST, &settings);
        let start = tokio::task::spawn_blocking(|| FarNode::start(command));
        nodes.push(start.await.expect("starts"));
        proxies.push(proxy);
        folders.push(folder);
    }
    let asks = (0..CLIENTS).map(AtomicUsize::new).collect();
    let nodes = Arc::new(Nodes { nodes, asks });
    let storm = Storm {
        clients: CLIENTS,
        operations,
        has_feeds: false,
        seed,
    };
    let stormy = Shop {
        house: shop.house.clone(),
        shelves: shop.shelves[..CALM].to_vec(),
    };
    let is_over = AtomicBool::new(false);
    let raging = async {
        let done = storm.rage(&nodes, &stormy).await;
        is_over.store(true, Ordering::SeqCst);
        done
    };
    let (done, partings) = tokio::join!(raging, part_again_and_again(&proxies, &is_over, seed));
    shop.house.follow().await.expect("follows");
    let context = repeat(TEST, seed);
    let told = trial::hold(&place, &stormy, (SIZE.units, false), &done, &context).await;
    println!("{partings} partings, {told}");
    assert!(partings > 0);
    nothing_is_shown_a_second_later(&nodes, &proxies, &shop).await;
    drop(nodes);
    shop.house.close().await;
    place.remove().await;
}
