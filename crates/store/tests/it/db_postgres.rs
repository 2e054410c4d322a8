//! Locks, retries and lost connections: what only a server has.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use store::db::{Backend, Db, DbError, Job, Sql, Target, Tx, Val};
use tokio_postgres::Client;

use crate::db_harness::{Add, Gates, Place, Run, counters, plain};

async fn server() -> Option<(Place, Client)> {
    let place = Place::new(Backend::Postgres).await?;
    let Target::Postgres(url) = &place.target else {
        return None;
    };
    let outside = plain(url).await;
    Some((place, outside))
}

#[derive(Clone, Copy)]
enum Kind {
    Shared,
    Exclusive,
}

/// Takes a lock, says so, and stays at the step `holds`.
struct Locks {
    name: String,
    kind: Kind,
    order: Arc<Mutex<Vec<String>>>,
}

impl Job for Locks {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        match self.kind {
            Kind::Shared => tx.lock_shared(&[42]).await?,
            Kind::Exclusive => tx.lock_exclusive(&[42]).await?,
        }
        self.order.lock().expect("lock").push(self.name.clone());
        if self.name == "first" {
            tx.step("holds").await;
        }
        Ok(())
    }
}

/// Asks the server until `count` sessions wait for an advisory lock.
async fn until_waiting(outside: &Client, count: i64) {
    let query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    for _ in 0..10_000 {
        let row = outside.query_one(query, &[]).await.expect("asked");
        if row.get::<_, i64>(0) == count {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("never {count} waiting");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_waits_for_orders_in_flight_and_is_overtaken_by_none() {
    let Some((place, outside)) = server().await else {
        return;
    };
    let gates = Arc::new(Gates::default());
    gates.hold("holds");
    let mut options = Place::options();
    options.probe = Some(Arc::clone(&gates) as Arc<dyn store::db::Probe>);
    options.pool_size = 32;
    let db = place.open_with(options).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let start = |name: &str, kind: Kind| {
        let db = db.clone();
        let job = Locks {
            name: name.to_owned(),
            kind,
            order: Arc::clone(&order),
        };
        tokio::spawn(async move { db.write(job).await })
    };
    let first = start("first", Kind::Shared);
    gates.arrived("holds").await;
    // A second order passes beside the first: the lock is shared.
    start("second", Kind::Shared)
        .await
        .expect("ends")
        .expect("passes");
    let withdrawal = start("withdrawal", Kind::Exclusive);
    until_waiting(&outside, 1).await;
    let later: Vec<_> = (0..20).map(|_| start("later", Kind::Shared)).collect();
    until_waiting(&outside, 21).await;
    gates.open("holds");
    first.await.expect("ends").expect("stored");
    withdrawal.await.expect("ends").expect("stored");
    for order in later {
        order.await.expect("ends").expect("stored");
    }
    let order = order.lock().expect("lock").clone();
    assert_eq!(
        order[..3],
        ["first", "second", "withdrawal"],
        "overtaken by none"
    );
    assert_eq!(order.len(), 23);
    db.close().await;
    place.remove().await;
}

/// Adds one to two counters, in the order given, and counts how often it is run.
struct Both {
    first: &'static str,
    second: &'static str,
    runs: Arc<AtomicU32>,
}

const STEP: Sql = Sql::new("UPDATE counters SET value = value + 1 WHERE id = $1");

impl Job for Both {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        tx.execute(&STEP, &[Val::from(self.first)]).await?;
        tx.step("between").await;
        tx.execute(&STEP, &[Val::from(self.second)]).await?;
        Ok(())
    }
}

async fn value(db: &Db, id: &str) -> i64 {
    let query = "SELECT value FROM counters WHERE id = $1";
    let rows = db.read(Run::one(query, [id.into()])).await.expect("read");
    rows[0].int(0).expect("int")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_run_again_and_both_are_stored_once() {
    let Some((place, _outside)) = server().await else {
        return;
    };
    let gates = Arc::new(Gates::default());
    gates.hold("between");
    let db = place.open_probed(&gates).await;
    let runs = Arc::new(AtomicU32::new(0));
    let start = |first, second| {
        let db = db.clone();
        let runs = Arc::clone(&runs);
        tokio::spawn(async move {
            db.write(Both {
                first,
                second,
                runs,
            })
            .await
        })
    };
    let (one, other) = (start("a", "b"), start("b", "a"));
    gates.arrived("between").await;
    gates.arrived("between").await;
    gates.open("between");
    assert_eq!(one.await.expect("ends"), Ok(()));
    assert_eq!(other.await.expect("ends"), Ok(()));
    assert_eq!((value(&db, "a").await, value(&db, "b").await), (2, 2));
    assert_eq!(
        runs.load(Ordering::Relaxed),
        3,
        "one of the two was run twice"
    );
    db.close().await;
    place.remove().await;
}

/// Inserts one row, counting its runs.
struct Counted {
    id: String,
    runs: Arc<AtomicU32>,
}

impl Counted {
    fn new(id: impl Into<String>) -> (Self, Arc<AtomicU32>) {
        let runs = Arc::new(AtomicU32::new(0));
        let job = Self {
            id: id.into(),
            runs: Arc::clone(&runs),
        };
        (job, runs)
    }
}

impl Job for Counted {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let insert = Sql::new("INSERT INTO counters (id, value) VALUES ($1, 1)");
        tx.execute(&insert, &[Val::from(&self.id)]).await?;
        tx.step("in the job").await;
        Ok(())
    }
}

/// Lets every insert for which `when` holds fail with `code`, at once or at COMMIT. A sequence counts the
/// tries: it is not rolled back.
async fn faults(outside: &Client, when: &str, code: &str, deferred: bool) {
    let trigger = if deferred {
        "CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON counters DEFERRABLE INITIALLY DEFERRED"
    } else {
        "CREATE TRIGGER fault BEFORE INSERT ON counters"
    };
    outside
        .batch_execute(&format!(
            "CREATE SEQUENCE IF NOT EXISTS tries;
             CREATE OR REPLACE FUNCTION fault() RETURNS TRIGGER LANGUAGE plpgsql AS $$
             DECLARE try BIGINT := nextval('tries');
             BEGIN
               IF {when} THEN RAISE EXCEPTION 'a fault made for a test' USING ERRCODE = '{code}'; END IF;
               RETURN NEW;
             END $$;
             {trigger} FOR EACH ROW EXECUTE FUNCTION fault();"
        ))
        .await
        .expect("trigger");
}

async fn no_faults(outside: &Client) {
    outside
        .batch_execute("DROP TRIGGER fault ON counters; DROP SEQUENCE tries")
        .await
        .expect("dropped");
}

#[tokio::test]
async fn a_conflict_is_run_again_until_it_passes_or_ten_times() {
    let Some((place, outside)) = server().await else {
        return;
    };
    let db = place.open().await;
    for (code, deferred) in [("40001", false), ("40P01", false), ("40001", true)] {
        faults(&outside, "try < 4", code, deferred).await;
        let id = format!("{code}{deferred}");
        let (job, runs) = Counted::new(&id);
        assert_eq!(db.write(job).await, Ok(()), "{id}");
        assert_eq!(runs.load(Ordering::Relaxed), 4, "{id}");
        assert_eq!(value(&db, &id).await, 1);
        no_faults(&outside).await;
    }
    faults(&outside, "true", "40001", false).await;
    let (job, runs) = Counted::new("never");
    let gave_up = db.write(job).await;
    assert!(
        matches!(gave_up, Err(DbError::Unavailable { .. })),
        "{gave_up:?}"
    );
    assert_eq!(runs.load(Ordering::Relaxed), 10);
    db.close().await;
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_third_of_statements_failing_each_is_stored_once() {
    let Some((place, outside)) = server().await else {
        return;
    };
    let db = place.open().await;
    faults(&outside, "try % 10 IN (0, 3, 6)", "40001", false).await;
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut runs = 0;
                for number in 0..50 {
                    let (job, ran) = Counted::new(format!("{task}-{number}"));
                    db.write(job).await.expect("stored");
                    runs += ran.load(Ordering::Relaxed);
                }
                runs
            })
        })
        .collect();
    let mut runs = 0;
    for task in tasks {
        runs += task.await.expect("ends");
    }
    assert_eq!(counters(&db).await.len(), 16 * 50 + 2);
    assert!(
        runs > 16 * 50 * 5 / 4,
        "{runs} runs: too few faults to prove anything"
    );
    db.close().await;
    place.remove().await;
}

#[tokio::test]
async fn a_commit_of_unknown_outcome_is_said_and_not_repeated() {
    let Some((place, outside)) = server().await else {
        return;
    };
    let db = place.open().await;
    faults(&outside, "true", "40003", true).await;
    let (job, runs) = Counted::new("unknown");
    assert_eq!(db.write(job).await, Err(DbError::OutcomeUnknown));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    no_faults(&outside).await;
    assert_eq!(db.write(Add::new("after")).await, Ok("after".to_owned()));
    db.close().await;
    place.remove().await;
}

/// Ends all connections of the store from outside.
async fn cut(outside: &Client) {
    let query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'passband'";
    let row = outside.query_one(query, &[]).await.expect("cut");
    assert!(row.get::<_, i64>(0) > 0, "there was something to cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_before_commit_is_replaced_and_one_lost_in_it_is_unknown() {
    let Some((place, outside)) = server().await else {
        return;
    };
    let gates = Arc::new(Gates::default());
    let db = place.open_probed(&gates).await;
    let start = |job: Counted| {
        let db = db.clone();
        tokio::spawn(async move { db.write(job).await })
    };
    // Idle connections were cut: nobody notices.
    cut(&outside).await;
    assert_eq!(db.write(Add::new("idle")).await, Ok("idle".to_owned()));

    let job = Both {
        first: "a",
        second: "b",
        runs: Arc::new(AtomicU32::new(0)),
    };
    gates.hold("between");
    let write = tokio::spawn({
        let db = db.clone();
        async move { db.write(job).await }
    });
    gates.arrived("between").await;
    cut(&outside).await;
    gates.open("between");
    assert_eq!(write.await.expect("ends"), Ok(()));
    assert_eq!((value(&db, "a").await, value(&db, "b").await), (1, 1));

    gates.hold("db.commit");
    let (job, runs) = Counted::new("in commit");
    let write = start(job);
    gates.arrived("db.commit").await;
    cut(&outside).await;
    gates.open("db.commit");
    assert_eq!(write.await.expect("ends"), Err(DbError::OutcomeUnknown));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(counters(&db).await, ["a", "b", "idle"]);
    db.close().await;
    place.remove().await;
}

#[tokio::test]
async fn every_session_has_its_limits_and_its_isolation() {
    let Some((place, _outside)) = server().await else {
        return;
    };
    let db = place.open().await;
    let query = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
                        current_setting('idle_in_transaction_session_timeout'),
                        current_setting('transaction_isolation'), current_setting('transaction_read_only')";
    let texts = |rows: Vec<store::db::Row>| -> Vec<String> {
        (0..5)
            .map(|index| rows[0].text(index).expect("text").to_owned())
            .collect()
    };
    let written = texts(db.write(Run::one(query, [])).await.expect("asked"));
    assert_eq!(written, ["30s", "10s", "5s", "read committed", "off"]);
    let read = texts(db.read(Run::one(query, [])).await.expect("asked"));
    assert_eq!(read, ["30s", "10s", "5s", "repeatable read", "on"]);
    db.close().await;
    place.remove().await;
}

/// A withdrawal: urgent, needs a connection at once.
struct Urgent;

impl Job for Urgent {
    type Out = ();
    type Err = DbError;
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        tx.execute(&STEP, &[Val::from("a")]).await.map(|_| ())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn urgent_work_finds_a_connection_when_all_are_busy() {
    let Some((place, _outside)) = server().await else {
        return;
    };
    let gates = Arc::new(Gates::default());
    gates.hold("in the job");
    let mut options = Place::options();
    options.probe = Some(Arc::clone(&gates) as Arc<dyn store::db::Probe>);
    options.pool_size = 1;
    let db = place.open_with(options).await;
    let (held, _) = Counted::new("held");
    let (waits, _) = Counted::new("waits");
    let writes: Vec<_> = [held, waits]
        .into_iter()
        .map(|job| {
            let db = db.clone();
            tokio::spawn(async move { db.write(job).await })
        })
        .collect();
    gates.arrived("in the job").await;
    assert_eq!(db.write(Urgent).await, Ok(()));
    gates.open("in the job");
    for write in writes {
        assert_eq!(write.await.expect("ends"), Ok(()));
    }
    db.close().await;
    place.remove().await;
}
