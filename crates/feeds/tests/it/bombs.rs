//! Files made to use up a machine: each is answered within limits of memory, in a process of its own, and what an
//! archive names is written nowhere.
//!
//! Time is that of the processor, so that other work on the machine does not count.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use feeds::workbook::{Limits, Sheet};
use feeds::{Kind, Row, Sink};

use crate::bomb_books::{BOOK, books};
use crate::bomb_files::{Bomb, bombs};
use crate::usage::{peak_kib, ticks};

/// Which bomb this process is to read: it is the child of a test.
const BOMB: &str = "PASSBAND_TEST_BOMB";
/// More than the process has before it reads.
const EXTRA_KIB_MAX: u64 = 64 * 1024;

/// Hundredths of a second of the processor. The program as it is shipped takes a second at most; as tests are built,
/// with their checks, and beside other work, three.
const TICKS_MAX: u64 = 300;

/// Counts, and keeps which rules were broken.
#[derive(Default)]
struct Counts {
    rows: u64,
    rules: Vec<&'static str>,
}

impl Sink for Counts {
    fn row(&mut self, row: Row) {
        self.rows += 1;
        for fault in row.outcome.err().iter().flatten().chain(&row.notes) {
            if !self.rules.contains(&fault.rule) {
                self.rules.push(fault.rule);
            }
        }
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

/// Some of them as a host network's list of approved devices.
fn lists() -> Vec<Bomb> {
    let named = [
        "800,000 attributes of a cell",
        "1,000,000 columns",
        "30 MiB of texts",
    ];
    let mut lists = books();
    lists.retain(|one| named.contains(&one.name));
    assert_eq!(lists.len(), named.len());
    for one in &mut lists {
        one.kind = Kind::ApprovedDevices.name();
    }
    lists
}

/// What came of a bomb, as the child tells it.
struct Told {
    outcome: String,
    rows: u64,
    extra_kib: u64,
    ticks: u64,
}

fn child(bomb: &str) {
    let (kind, path) = bomb.split_once(' ').expect("a kind and a path");
    if kind == BOOK {
        return child_of_book(path);
    }
    let kind: Kind = kind.parse().expect("a kind");
    // One that comes from a stranger is in memory before it is read.
    let bytes = (kind == Kind::ApprovedDevices).then(|| fs::read(path).expect("reads"));
    let (before, from) = (peak_kib(), ticks());
    let mut counts = Counts::default();
    let read = match &bytes {
        Some(bytes) => feeds::read_bytes("bomb", bytes, Some(kind), &mut counts),
        None => feeds::read_file(Path::new(path), Some(kind), &mut counts),
    };
    let outcome = match read {
        Ok((_, summary)) => {
            assert_eq!(
                summary.rows,
                summary.rows_with_facts + summary.rows_with_faults
            );
            assert_eq!(summary.rows, counts.rows);
            counts.rules.join(" ")
        }
        Err(error) => error.to_string().replace(['\n', '\t'], " "),
    };
    let extra = peak_kib() - before;
    println!(
        "\ntold\t{outcome}\t{}\t{extra}\t{}",
        counts.rows,
        ticks() - from
    );
}

/// A spreadsheet is in memory before it is read.
fn child_of_book(path: &str) {
    let bytes = fs::read(path).expect("reads");
    let (before, from) = (peak_kib(), ticks());
    let read = feeds::workbook::read("bomb", &bytes, &Limits::STRANGER);
    // Every cell is looked at, as whoever audits it does.
    let texts = |sheet: &Sheet| {
        sheet
            .rows()
            .map(|row| row.texts().filter(|t| !t.is_empty()).count())
            .sum::<usize>()
    };
    let (outcome, rows) = match &read {
        Ok(sheets) => ("read".to_owned(), sheets.iter().map(texts).sum()),
        Err(fault) => (fault.to_string().replace(['\n', '\t'], " "), 0),
    };
    let (extra, ticks) = (peak_kib() - before, ticks() - from);
    println!("\ntold\t{outcome}\t{rows}\t{extra}\t{ticks}");
}

fn set_off(bomb: &Bomb, folder: &Path) -> Told {
    let path = folder.join("bomb");
    fs::write(&path, (bomb.bytes)()).expect("writes");
    let inside = folder.join("inside");
    fs::create_dir(&inside).expect("a folder");
    let output = Command::new(std::env::current_exe().expect("itself"))
        .args([
            "--exact",
            "bombs::each_bomb_is_answered_within_its_limits",
            "--nocapture",
        ])
        .env(BOMB, format!("{} {}", bomb.kind, path.display()))
        .current_dir(&inside)
        .output()
        .expect("runs itself");
    let said = String::from_utf8_lossy(&output.stdout);
    let told = said.lines().find_map(|line| line.strip_prefix("told\t"));
    let told = told.unwrap_or_else(|| {
        panic!(
            "{}: {said}\n{}",
            bomb.name,
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let parts: Vec<&str> = told.split('\t').collect();
    let number = |at: usize| parts[at].parse().expect("a number");
    let left: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect()
        })
        .expect("lists");
    assert_eq!(left.len(), 2, "{}: {left:?}", bomb.name);
    assert_eq!(
        fs::read_dir(&inside).expect("lists").count(),
        0,
        "{}",
        bomb.name
    );
    fs::remove_dir(&inside)
        .and_then(|()| fs::remove_file(&path))
        .expect("removes");
    Told {
        outcome: parts[0].to_owned(),
        rows: number(1),
        extra_kib: number(2),
        ticks: number(3),
    }
}

#[test]
fn each_bomb_is_answered_within_its_limits() {
    #[expect(clippy::disallowed_methods, reason = "how the child is told its bomb")]
    if let Ok(bomb) = std::env::var(BOMB) {
        child(&bomb);
        return;
    }
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bombs-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let mut bombs = bombs();
    bombs.extend(books());
    bombs.extend(lists());
    assert!(bombs.len() >= 60, "{}", bombs.len());
    let mut faults = Vec::new();
    for bomb in &bombs {
        let told = set_off(bomb, &folder);
        println!(
            "{:28} {:>7} KiB {:>5} ms {:>8} rows: {:.100}",
            bomb.name,
            told.extra_kib,
            told.ticks * 10,
            told.rows,
            told.outcome
        );
        if !told.outcome.contains(bomb.expected) {
            faults.push(format!(
                "{}: {:?} is not in {:?}",
                bomb.name, bomb.expected, told.outcome
            ));
        }
        if told.extra_kib > EXTRA_KIB_MAX {
            faults.push(format!("{}: {} KiB", bomb.name, told.extra_kib));
        }
        if told.ticks > TICKS_MAX {
            faults.push(format!("{}: {} ms", bomb.name, told.ticks * 10));
        }
    }
    fs::remove_dir(&folder).expect("it is empty");
    assert!(faults.is_empty(), "{faults:#?}");
}
