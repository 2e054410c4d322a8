//! Who goes first, who is answered when, and what becomes of the others: batches, urgent work, panics,
//! callers that go away.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use store::db::{Backend, Db, DbError, Job, Sql, Tx, Val};

use crate::db_harness::{Add, Gates, INSERT_COUNTER, Place, Run, counters};
use crate::on_both;

type Answer = Result<String, DbError>;
type Write<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Starts a write; on SQLite it is queued when this returns.
async fn started<'a, J>(db: &'a Db, job: J) -> Write<'a>
where
    J: Job<Out = String, Err = DbError>,
{
    let mut write: Write<'a> = Box::pin(db.write(job));
    poll_fn(|context| {
        assert!(write.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    write
}

/// Writes its name into a list when it is run.
struct Listed<const URGENT: bool> {
    name: String,
    list: Arc<Mutex<Vec<String>>>,
}

impl<const URGENT: bool> Job for Listed<URGENT> {
    type Out = String;
    type Err = DbError;
    const URGENT: bool = URGENT;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<String, DbError> {
        self.list.lock().expect("lock").push(self.name.clone());
        let params = [Val::from(&self.name), Val::from(1_i64)];
        tx.execute(&INSERT_COUNTER, &params).await?;
        if self.name == "blocker" {
            tx.step("blocker").await;
        }
        Ok(self.name.clone())
    }
}

fn listed<const URGENT: bool>(name: &str, list: &Arc<Mutex<Vec<String>>>) -> Listed<URGENT> {
    Listed {
        name: name.to_owned(),
        list: Arc::clone(list),
    }
}

struct Panics;

impl Job for Panics {
    type Out = String;
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<String, DbError> {
        let params = [Val::from("before the panic"), Val::from(1_i64)];
        tx.execute(&INSERT_COUNTER, &params).await?;
        panic!("this panic is part of a test");
    }
}

/// Waits for something that is not its transaction.
struct WaitsElsewhere;

impl Job for WaitsElsewhere {
    type Out = ();
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let params = [Val::from("waits"), Val::from(1_i64)];
        tx.execute(&INSERT_COUNTER, &params).await?;
        std::future::pending().await
    }
}

/// Counts, lets others write, and counts again.
struct CountsTwice;

impl Job for CountsTwice {
    type Out = (i64, i64);
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(i64, i64), DbError> {
        let count = Sql::new("SELECT count(*) FROM counters");
        let first = tx.query(&count, &[]).await?[0].int(0)?;
        tx.step("between").await;
        let second = tx.query(&count, &[]).await?[0].int(0)?;
        Ok((first, second))
    }
}

#[tokio::test]
async fn one_failing_job_undoes_only_itself_in_its_batch() {
    let place = Place::new(Backend::Sqlite).await.expect("place");
    let gates = Arc::new(Gates::default());
    gates.hold("in the job");
    gates.hold("db.commit");
    gates.hold("db.committed");
    let db = place.open_probed(&gates).await;
    let first = started(&db, Add::new("1")).await;
    gates.arrived("in the job").await;
    let second = started(&db, Add::new("2")).await;
    let failing = Add {
        fails: true,
        ..Add::new("3")
    };
    let third = started(&db, failing).await;
    let mut fourth = started(&db, Add::new("4")).await;
    gates.open("in the job");
    // All four are run in one transaction: COMMIT is reached once, and nobody was answered before it.
    gates.arrived("db.commit").await;
    poll_fn(|context| {
        assert!(fourth.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    gates.pass("db.commit");
    gates.arrived("db.committed").await;
    gates.pass("db.committed");
    assert_eq!(first.await, Ok("1".to_owned()));
    assert_eq!(second.await, Ok("2".to_owned()));
    assert!(matches!(third.await, Err(DbError::Column { .. })));
    assert_eq!(fourth.await, Ok("4".to_owned()));
    assert_eq!(counters(&db).await, ["1", "2", "4", "a", "b"]);
    db.close().await;
}

#[tokio::test]
async fn urgent_work_overtakes_all_that_waits() {
    let place = Place::new(Backend::Sqlite).await.expect("place");
    let gates = Arc::new(Gates::default());
    gates.hold("blocker");
    let db = place.open_probed(&gates).await;
    let list = Arc::new(Mutex::new(Vec::new()));
    let blocker = started(&db, listed::<false>("blocker", &list)).await;
    gates.arrived("blocker").await;
    let mut waiting = Vec::new();
    for number in 0..500 {
        waiting.push(started(&db, listed::<false>(&format!("n{number:03}"), &list)).await);
    }
    let urgent = started(&db, listed::<true>("urgent", &list)).await;
    gates.hold("db.committed");
    gates.open("blocker");
    // The batch that was running takes the urgent job next, and ends with it.
    gates.arrived("db.committed").await;
    assert_eq!(*list.lock().expect("lock"), ["blocker", "urgent"]);
    gates.open("db.committed");
    assert_eq!(urgent.await, Ok("urgent".to_owned()));
    assert_eq!(blocker.await, Ok("blocker".to_owned()));
    for (number, write) in waiting.into_iter().enumerate() {
        assert_eq!(write.await, Ok(format!("n{number:03}")));
    }
    let order = list.lock().expect("lock").split_off(2);
    assert!(order.is_sorted(), "the rest is run in order of arrival");
    assert_eq!(order.len(), 500);
    db.close().await;
}

#[tokio::test]
async fn a_job_that_waits_elsewhere_is_refused_by_the_writer() {
    let place = Place::new(Backend::Sqlite).await.expect("place");
    let db = place.open().await;
    let refused = db.write(WaitsElsewhere).await;
    assert!(
        matches!(refused, Err(DbError::Broken { .. })),
        "{refused:?}"
    );
    assert_eq!(counters(&db).await, ["a", "b"]);
    db.close().await;
}

#[tokio::test]
async fn a_full_disk_loses_only_what_was_not_acknowledged() {
    let place = Place::new(Backend::Sqlite).await.expect("place");
    let gates = Arc::new(Gates::default());
    let db = place.open_probed(&gates).await;
    let pages = db.read(Run::one("PRAGMA page_count", [])).await;
    let pages = pages.expect("read")[0].int(0).expect("count");
    // The limit is the writer connection's; a text cannot be a parameter of a PRAGMA.
    let limit: &'static str = format!("PRAGMA max_page_count = {}", pages + 20).leak();
    db.write(Run::one(limit, [])).await.expect("limit");
    gates.hold("in the job");
    let small = started(&db, Add::new("small")).await;
    gates.arrived("in the job").await;
    let big = started(&db, Add::new("x".repeat(200_000))).await;
    let after = started(&db, Add::new("after")).await;
    gates.open("in the job");
    let mut stored = vec!["a".to_owned(), "b".to_owned()];
    for answer in [small.await, big.await, after.await] {
        match answer {
            Ok(name) => stored.push(name),
            Err(error) => assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}"),
        }
    }
    stored.sort();
    assert_eq!(counters(&db).await, stored);
    assert!(
        stored.iter().all(|id| id.len() < 10),
        "the big one cannot fit"
    );
    // The writer goes on when there is room again.
    let limit: &'static str = format!("PRAGMA max_page_count = {}", pages + 2_000).leak();
    db.write(Run::one(limit, [])).await.expect("limit");
    let big = "x".repeat(200_000);
    assert_eq!(db.write(Add::new(big.clone())).await, Ok(big));
    db.close().await;
}

on_both! {
    async fn a_panicking_job_ends_alone(place: &Place) {
        let db = place.open().await;
        let panicked = db.write(Panics).await;
        assert!(matches!(panicked, Err(DbError::Broken { .. })), "{panicked:?}");
        assert_eq!(db.write(Add::new("after")).await, Ok("after".to_owned()));
        let panicked = db.read(Panics).await;
        assert!(matches!(panicked, Err(DbError::Broken { .. })), "{panicked:?}");
        assert_eq!(counters(&db).await, ["a", "after", "b"]);
        db.close().await;
    }

    async fn a_caller_that_goes_away_undoes_nothing(place: &Place) {
        let gates = Arc::new(Gates::default());
        gates.hold("in the job");
        let db = place.open_probed(&gates).await;
        {
            let mut write = pin!(db.write(Add::new("left alone")));
            tokio::select! {
                _ = &mut write => panic!("the job is held"),
                () = gates.arrived("in the job") => {}
            }
            // Dropped here, between its statement and COMMIT.
        }
        gates.open("in the job");
        db.close().await;
        let db = place.open().await;
        assert_eq!(counters(&db).await, ["a", "b", "left alone"]);
        db.close().await;
    }

    async fn a_read_sees_one_state(place: &Place) {
        let gates = Arc::new(Gates::default());
        gates.hold("between");
        let db = place.open_probed(&gates).await;
        let reader = tokio::spawn({
            let db = db.clone();
            async move { db.read(CountsTwice).await }
        });
        gates.arrived("between").await;
        db.write(Add::new("meanwhile")).await.expect("stored");
        gates.open("between");
        assert_eq!(reader.await.expect("ends"), Ok((2, 2)));
        assert_eq!(counters(&db).await.len(), 3);
        db.close().await;
    }

    async fn many_writers_lose_nothing(place: &Place) {
        let db = place.open().await;
        let step = || Run::one("UPDATE counters SET value = value + 1 WHERE id = 'a'", []);
        let writers: Vec<_> = (0..32)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    for _ in 0..20 {
                        db.write(step()).await.expect("stored");
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.expect("ends");
        }
        let row = db.read(Run::one("SELECT value FROM counters WHERE id = 'a'", [])).await;
        assert_eq!(row.expect("read")[0].int(0), Ok(640));
        db.close().await;
    }
}
