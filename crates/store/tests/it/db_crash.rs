//! What was acknowledged is there after the process was killed, and after its disk failed.
//!
//! The child is this test binary again, started with a setting that makes the test write instead of
//! watch.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use store::db::{Backend, Db, DbError, Job, Sql, Target, Tx, Val};

use crate::db_harness::{INSERT_COUNTER, Place, Run};

const CHILD_PATH: &str = "PASSBAND_TEST_CHILD_PATH";
const CHILD_RUN: &str = "PASSBAND_TEST_CHILD_RUN";
const KILLS: usize = 20;

/// Writes two rows that belong together.
struct Order {
    id: String,
}

const INSERT_NOTE: Sql = Sql::new("INSERT INTO notes (id, amount) VALUES ($1, $2)");

impl Job for Order {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let params = [Val::from(&self.id), Val::from(1_i64)];
        tx.execute(&INSERT_COUNTER, &params).await?;
        tx.execute(&INSERT_NOTE, &params).await?;
        Ok(())
    }
}

fn setting(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test tells its child what to do"
    )]
    std::env::var(name).ok()
}

/// The child: orders without end from 16 tasks, each told on standard output once it was acknowledged.
fn order_until_killed(path: &str, run: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    println!();
    runtime.block_on(async {
        let options = Place::options();
        let db = Db::open(&Target::Sqlite(PathBuf::from(path)), options).await;
        let db = db.expect("opens");
        let mut tasks = Vec::new();
        for task in 0..16 {
            let (db, run) = (db.clone(), run.to_owned());
            tasks.push(tokio::spawn(async move {
                for number in 0_u64.. {
                    let id = format!("{run}-{task}-{number}");
                    match db.write(Order { id: id.clone() }).await {
                        Ok(()) => say(&format!("ack {id}")),
                        Err(error) => return say(&format!("end {error:?}")),
                    }
                }
            }));
        }
        for task in tasks {
            task.await.expect("ends");
        }
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone hears nothing.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn child(test: &str, path: &Path, run: &str, before: &str) -> Child {
    let exe = std::env::current_exe().expect("path");
    // The shell sets what `before` says and becomes the child, so that a kill meets the child itself.
    Command::new("sh")
        .args(["-c", &format!("{before} exec \"$0\" \"$@\"")])
        .arg(exe)
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD_PATH, path)
        .env(CHILD_RUN, run)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// Every acknowledged order is there whole, and the file is sound. Returns how many orders there are.
async fn check(place: &Place, acknowledged: &[String]) -> usize {
    let db = place.open().await;
    let integrity = db.write(Run::one("PRAGMA integrity_check", [])).await;
    assert_eq!(integrity.expect("checks")[0].text(0), Ok("ok"));
    let ids = |query| {
        let db = db.clone();
        async move {
            let rows = db.read(Run::one(query, [])).await.expect("read");
            rows.iter()
                .map(|row| row.text(0).expect("text").to_owned())
                .collect::<std::collections::BTreeSet<_>>()
        }
    };
    let counters = ids("SELECT id FROM counters WHERE id NOT IN ('a', 'b')").await;
    let notes = ids("SELECT id FROM notes").await;
    assert_eq!(counters, notes, "no order is half there");
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !notes.contains(*id))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    db.close().await;
    notes.len()
}

#[test]
fn twenty_kills_lose_nothing_acknowledged() {
    if let (Some(path), Some(run)) = (setting(CHILD_PATH), setting(CHILD_RUN)) {
        return order_until_killed(&path, &run);
    }
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let place = runtime
        .block_on(Place::new(Backend::Sqlite))
        .expect("place");
    let mut acknowledged: Vec<String> = Vec::new();
    for kill in 0..KILLS {
        let name = "db_crash::twenty_kills_lose_nothing_acknowledged";
        let mut child = child(name, &place.path(), &kill.to_string(), "");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // Killed at another count each time, from the very first acknowledgement on.
        let enough = acknowledged.len() + 1 + (kill * 37) % 400;
        let mut is_killed = false;
        // After the kill the rest of the pipe is read: all of it was acknowledged too.
        for line in lines.by_ref().map_while(Result::ok) {
            if let Some(id) = line.strip_prefix("ack ") {
                acknowledged.push(id.to_owned());
            }
            if acknowledged.len() >= enough && !is_killed {
                child.kill().expect("killed");
                is_killed = true;
            }
        }
        let status = child.wait().expect("ended");
        assert!(
            is_killed && !status.success(),
            "the child ended by itself: {status}"
        );
        runtime.block_on(check(&place, &acknowledged));
    }
    assert!(acknowledged.len() > KILLS * 100, "{}", acknowledged.len());
    println!(
        "{} acknowledged over {KILLS} kills, none lost",
        acknowledged.len()
    );
}

#[test]
fn a_failing_disk_stops_the_writer_and_loses_nothing_acknowledged() {
    if let (Some(path), Some(run)) = (setting(CHILD_PATH), setting(CHILD_RUN)) {
        return order_until_killed(&path, &run);
    }
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let place = runtime
        .block_on(Place::new(Backend::Sqlite))
        .expect("place");
    // No file may grow beyond 2 MiB: a write to the log fails in the middle of some COMMIT.
    let name = "db_crash::a_failing_disk_stops_the_writer_and_loses_nothing_acknowledged";
    let limit = "trap '' XFSZ; ulimit -f 4096;";
    let mut child = child(name, &place.path(), "0", limit);
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let (mut acknowledged, mut ends) = (Vec::new(), Vec::new());
    for line in lines.map_while(Result::ok) {
        if let Some(id) = line.strip_prefix("ack ") {
            acknowledged.push(id.to_owned());
        } else if let Some(end) = line.strip_prefix("end ") {
            ends.push(end.to_owned());
        }
    }
    child.wait().expect("ended");
    assert!(!acknowledged.is_empty());
    assert_eq!(ends.len(), 16, "every task is told: {ends:?}");
    let is_expected = |end: &String| end == "Closed" || end == "OutcomeUnknown";
    assert!(ends.iter().all(is_expected), "{ends:?}");
    assert!(ends.iter().any(|end| end == "OutcomeUnknown"), "{ends:?}");
    runtime.block_on(check(&place, &acknowledged));
}
