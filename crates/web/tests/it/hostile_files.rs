//! Each document and list that is made to use up a machine goes the whole way, through the desk or an audit, in a
//! process of its own: within limits of memory and of the processor's time, and what was kept is what was sent.

use std::fs;
use std::path::Path;
use std::process::Command;

use web::Serving;

use crate::bomb_files::{AUDIT, Bomb, bombs};
use crate::harness::{Answer, Site};
use crate::pages_desk::bring_to;
use crate::usage::{peak_kib, ticks};

/// Which file this process is to take: it is the child of a test.
const BOMB: &str = "PASSBAND_TEST_BOMB";
const TEST: &str = "hostile_files::each_hostile_file_is_answered_within_its_limits";
/// More than the process has before it is sent.
const EXTRA_KIB_MAX: u64 = 64 * 1024;
/// And as many copies of the file: the request and what is read are in memory beside each other.
const COPIES_MAX: u64 = 2;
/// What is expected of a spreadsheet that its reader bears.
const READ: &str = "read";
/// One of so many files is tried, unless `PASSBAND_TEST_CASES` asks for more.
const ONE_OF: usize = 6;

/// Hundredths of a second of the processor, as tests are built; the program as it is shipped takes a second at most.
const TICKS_MAX: u64 = if cfg!(debug_assertions) { 300 } else { 100 };

/// Sends a file the whole way; gives what was said of it last.
async fn send(site: &Site, place: &str, name: &str, bytes: Vec<u8>) -> Answer {
    if place == AUDIT {
        let ask = site.post("/api/v1/audits?market=us&policy=us").operator();
        return ask.bytes("application/octet-stream", bytes).send().await;
    }
    let brought = bring_to(site, name, &bytes).await;
    assert_eq!(brought.status.as_u16(), 303, "{}", brought.text());
    let page = brought.header("location").to_owned();
    let shown = site.get(&page).operator().send().await;
    // Whether a picture is shown or not, it is looked at.
    let picture = site.get(&format!("{page}/picture")).operator().send().await;
    assert!(picture.status.as_u16() < 500, "{}", picture.text());
    shown
}

#[tokio::main(flavor = "current_thread")]
async fn child(bomb: &str) {
    let (place, path) = bomb.split_once(' ').expect("a place and a path");
    let site = Site::bare().await.served(Serving::default());
    // What a server has read long before is not counted.
    send(&site, place, "first.txt", b"title\nXiaomi Mi 4i\n".to_vec()).await;
    let bytes = fs::read(path).expect("reads");
    let own_kib = bytes.len() as u64 / 1024;
    let sent = bytes.clone();
    fs::write("/proc/self/clear_refs", "5").expect("begins anew");
    let (before, from) = (peak_kib(), ticks());
    let answer = send(&site, place, "bomb", bytes).await;
    let (extra, ticks) = (peak_kib() - before, ticks() - from);
    assert!(answer.status.as_u16() < 500, "{}", answer.text());
    if place != AUDIT {
        let sha256 = answer.path().rsplit('/').next().expect("a name").to_owned();
        let kept = site.get(&format!("/api/v1/documents/{sha256}"));
        assert!(
            kept.operator().send().await.body == sent,
            "it is kept as it came"
        );
    }
    let text = String::from_utf8_lossy(&answer.body).replace(['\n', '\t'], " ");
    let status = answer.status.as_u16();
    let start = text.find("<main").unwrap_or(0);
    let said: String = text[start..].chars().take(20_000).collect();
    println!("\ntold\t{status}\t{extra}\t{ticks}\t{own_kib}\t{said}");
}

/// What came of a file, as the child tells it.
struct Told {
    status: u16,
    extra_kib: u64,
    ticks: u64,
    own_kib: u64,
    said: String,
}

fn set_off(bomb: &Bomb, folder: &Path) -> Told {
    let path = folder.join("bomb");
    fs::write(&path, (bomb.bytes)()).expect("writes");
    let output = Command::new(std::env::current_exe().expect("itself"))
        .args(["--exact", TEST, "--nocapture"])
        // What was freed is given back, so that it is not counted as used.
        .env("MALLOC_MMAP_THRESHOLD_", "131072")
        .env(BOMB, format!("{} {}", bomb.kind, path.display()))
        .output()
        .expect("runs itself");
    let said = String::from_utf8_lossy(&output.stdout);
    let told = said.lines().find_map(|line| line.strip_prefix("told\t"));
    let told = told.unwrap_or_else(|| {
        let error = String::from_utf8_lossy(&output.stderr);
        panic!("{}: {said}\n{error}", bomb.name)
    });
    let parts: Vec<&str> = told.splitn(5, '\t').collect();
    let number = |at: usize| parts[at].parse().expect("a number");
    Told {
        status: parts[0].parse().expect("a status"),
        extra_kib: number(1),
        ticks: number(2),
        own_kib: number(3),
        said: parts[4].to_owned(),
    }
}

#[test]
fn each_hostile_file_is_answered_within_its_limits() {
    if let Some(bomb) = std::env::var_os(BOMB) {
        child(bomb.to_str().expect("UTF-8"));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut faults = Vec::new();
    let all = bombs();
    let step = match std::env::var_os("PASSBAND_TEST_CASES") {
        Some(_) => 1,
        None => ONE_OF,
    };
    for bomb in all.into_iter().step_by(step) {
        let told = set_off(&bomb, folder.path());
        println!(
            "{:6} {:40} {} {:>6} KiB file {:>7} KiB extra {:>5} ms",
            bomb.kind,
            bomb.name,
            told.status,
            told.own_kib,
            told.extra_kib,
            told.ticks * 10,
        );
        // What its reader bears may still be too much for a page, or not.
        if bomb.expected != READ && !told.said.contains(bomb.expected) {
            faults.push(format!(
                "{}: {:?} is not in {:?}",
                bomb.name, bomb.expected, told.said
            ));
        }
        if told.extra_kib > EXTRA_KIB_MAX + COPIES_MAX * told.own_kib {
            faults.push(format!("{}: {} KiB", bomb.name, told.extra_kib));
        }
        if told.ticks > TICKS_MAX {
            faults.push(format!("{}: {} ms", bomb.name, told.ticks * 10));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
