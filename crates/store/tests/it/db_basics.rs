//! Values, rows, rules and transactions: the same on both backends.

use store::db::{Backend, DbError, FOREIGN_KEY, Job, Sql, Tx, Val};

use crate::db_harness::{Add, INSERT_COUNTER, Place, Run, START_MS, counters};
use crate::on_both;

const INSERT_NOTE: &str =
    "INSERT INTO notes (id, number, is_public, shelf_id, amount) VALUES ($1, $2, $3, $4, $5)";

fn note(
    id: &str,
    number: Option<i64>,
    is_public: Option<bool>,
    shelf: Option<&str>,
    amount: Option<i64>,
) -> Run {
    Run::one(
        INSERT_NOTE,
        [
            id.into(),
            number.into(),
            is_public.into(),
            shelf.into(),
            amount.into(),
        ],
    )
}

/// Takes parameters out of order, and one twice.
const SELECT_NOTE: Sql = Sql::new(
    "SELECT id, number, is_public, shelf_id FROM notes
     WHERE number = $2 AND id = $1 AND amount >= $3 AND number = $2",
);

struct Everything;

impl Job for Everything {
    type Out = (u64, i64, Vec<usize>);
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, DbError> {
        tx.lock_shared(&[7, 3, 7]).await?;
        let changed = tx
            .execute(
                &Sql::new("UPDATE counters SET value = value + $1"),
                &[Val::from(2_i64)],
            )
            .await?;
        let now = tx.now().await?;
        let add = Sql::new("INSERT INTO counters (id, value) VALUES ($1, $2) RETURNING id, value");
        let list = Sql::with_pg_tail("SELECT id FROM counters ORDER BY id", " FOR UPDATE");
        let results = tx
            .batch(&[
                (&add, vec!["c".into(), 5_i64.into()]),
                (&INSERT_COUNTER, vec!["d".into(), 6_i64.into()]),
                (&list, vec![]),
            ])
            .await?;
        Ok((changed, now, results.iter().map(Vec::len).collect()))
    }
}

struct Load;

impl Job for Load {
    type Out = (u64, u64);
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, DbError> {
        let sql = Sql::new(
            "INSERT INTO counters (value, id) VALUES ($2, $1) ON CONFLICT (id) DO NOTHING",
        );
        // "1" to "1500", the last twice.
        let mut rows = (1..=1501_i64).map(|n| vec![n.min(1500).to_string().into(), n.into()]);
        let inserted = tx.bulk_insert(&sql, &mut rows).await?;
        let mut rows = (0..1500_i64).map(|n| {
            let is_public = if n == 7 { None } else { Some(n % 2 == 0) };
            vec![format!("n{n}").into(), n.into(), is_public.into()]
        });
        let loaded = tx
            .bulk_load("notes", &["id", "number", "is_public"], &mut rows)
            .await?;
        Ok((inserted, loaded))
    }
}

/// Breaks off a bulk load at its second row: a value too few, or a rule broken.
struct BreaksOff {
    second: Vec<Val>,
}

impl Job for BreaksOff {
    type Out = u64;
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, DbError> {
        let first: Vec<Val> = vec!["first".into(), 1_i64.into()];
        let mut rows = [first, self.second.clone()].into_iter();
        tx.bulk_load("counters", &["id", "value"], &mut rows).await
    }
}

/// Goes on after a statement failed, as if nothing had happened.
struct Stubborn;

impl Job for Stubborn {
    type Out = Result<u64, DbError>;
    type Err = DbError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, DbError> {
        let again = [Val::from("a"), Val::from(1_i64)];
        let failed = tx.execute(&INSERT_COUNTER, &again).await;
        assert!(failed.is_err());
        let next = [Val::from("after"), Val::from(1_i64)];
        Ok(tx.execute(&INSERT_COUNTER, &next).await)
    }
}

on_both! {
    async fn values_come_back_as_they_went_in(place: &Place) {
        let db = place.open().await;
        let text = "ä\u{1F4F1} 'q' \"d\" $1 ?1 \\ \n";
        db.write(note(text, Some(i64::MIN), Some(true), None, Some(i64::MAX))).await.expect("stored");
        db.write(note("", Some(i64::MAX), Some(false), None, Some(0))).await.expect("stored");
        let select = |id: &str, number: i64| {
            Run(vec![(SELECT_NOTE, vec![id.into(), number.into(), 0_i64.into()])])
        };
        let row = db.read(select(text, i64::MIN)).await.expect("read").remove(0);
        assert_eq!(row.text(0), Ok(text));
        assert_eq!(row.int(1), Ok(i64::MIN));
        assert_eq!(row.bool(2), Ok(true));
        assert_eq!(row.opt_text(3), Ok(None));
        let row = db.read(select("", i64::MAX)).await.expect("read").remove(0);
        assert_eq!((row.text(0), row.int(1), row.bool(2)), (Ok(""), Ok(i64::MAX), Ok(false)));
        assert!(matches!(row.int(0), Err(DbError::Column { index: 0, .. })));
        let unknown = db.read(select("", 5)).await.expect("read");
        assert!(unknown.is_empty());
        db.close().await;
    }

    async fn a_job_uses_every_way_to_speak(place: &Place) {
        let db = place.open().await;
        let (changed, now, lens) = db.write(Everything).await.expect("stored");
        assert_eq!(changed, 2);
        assert_eq!(lens, [1, 0, 4]);
        match db.backend() {
            Backend::Sqlite => assert_eq!(now, START_MS),
            // The server's own clock, which is past the day this was written.
            Backend::Postgres => assert!(now > 1_760_000_000_000, "{now}"),
        }
        assert_eq!(counters(&db).await, ["a", "b", "c", "d"]);
        db.close().await;
    }

    async fn bulk_rows_are_all_there(place: &Place) {
        let db = place.open().await;
        assert_eq!(db.write(Load).await, Ok((1500, 1500)));
        let query = "SELECT count(*), CAST(sum(number) AS BIGINT), count(is_public) FROM notes";
        let row = db.read(Run::one(query, [])).await.expect("read").remove(0);
        assert_eq!((row.int(0), row.int(1), row.int(2)), (Ok(1500), Ok(1500 * 1499 / 2), Ok(1499)));
        db.close().await;
    }

    async fn a_bulk_load_that_breaks_off_leaves_nothing_and_harms_nobody(place: &Place) {
        let mut options = Place::options();
        // One connection, so that the next job meets the one that broke off.
        options.pool_size = 1;
        let db = place.open_with(options).await;
        let short = BreaksOff { second: vec!["second".into()] };
        assert!(matches!(db.write(short).await, Err(DbError::Broken { .. })));
        let again = BreaksOff { second: vec!["a".into(), 1_i64.into()] };
        let want = DbError::Constraint { name: "counters_pkey".to_owned() };
        assert_eq!(db.write(again).await, Err(want));
        assert_eq!(db.write(Add::new("after")).await, Ok("after".to_owned()));
        assert_eq!(counters(&db).await, ["a", "after", "b"]);
        db.close().await;
    }

    async fn rules_are_named_alike(place: &Place) {
        let db = place.open().await;
        db.write(note("1", Some(1), Some(true), None, Some(0))).await.expect("stored");
        let pair = |id: &str| Run::one(
            "INSERT INTO notes (id, pair_a, pair_b) VALUES ($1, $2, $3)",
            [id.into(), "x".into(), "y".into()],
        );
        db.write(pair("2")).await.expect("stored");
        let cases = [
            (note("1", Some(2), None, None, Some(0)), "notes_pkey"),
            (note("3", Some(1), None, None, Some(0)), "one_number"),
            (note("3", None, None, None, Some(-1)), "amount_not_negative"),
            (note("3", None, None, None, None), "notes_amount_not_null"),
            (note("3", None, None, Some("none"), Some(0)), FOREIGN_KEY),
            (pair("3"), "one_pair"),
        ];
        for (job, name) in cases {
            let want = DbError::Constraint { name: name.to_owned() };
            assert_eq!(db.write(job).await, Err(want));
        }
        db.close().await;
    }

    async fn a_failed_statement_dooms_its_transaction(place: &Place) {
        let db = place.open().await;
        let want = DbError::Constraint { name: "counters_pkey".to_owned() };
        assert_eq!(db.write(Stubborn).await, Err(want));
        assert_eq!(counters(&db).await, ["a", "b"]);
        db.close().await;
    }

    async fn a_job_that_fails_leaves_nothing(place: &Place) {
        let db = place.open().await;
        let failing = Add { fails: true, ..Add::new("failed") };
        assert!(matches!(db.write(failing).await, Err(DbError::Column { .. })));
        assert_eq!(db.write(Add::new("kept")).await, Ok("kept".to_owned()));
        assert_eq!(counters(&db).await, ["a", "b", "kept"]);
        db.close().await;
    }

    async fn a_read_cannot_write(place: &Place) {
        let db = place.open().await;
        let result = db.read(Add::new("x")).await;
        assert!(matches!(result, Err(DbError::Broken { .. })), "{result:?}");
        assert_eq!(counters(&db).await, ["a", "b"]);
        db.close().await;
    }

    async fn a_closed_database_says_so(place: &Place) {
        let db = place.open().await;
        let other = db.clone();
        db.close().await;
        assert_eq!(other.write(Add::new("x")).await, Err(DbError::Closed));
        assert_eq!(other.read(Add::new("x")).await, Err(DbError::Closed));
    }

    async fn wrong_values_are_refused_before_they_are_sent(place: &Place) {
        let db = place.open().await;
        let few = Run::one("SELECT id FROM counters WHERE id = $1 AND value = $2", ["a".into()]);
        assert!(matches!(db.read(few).await, Err(DbError::Broken { .. })));
        db.close().await;
    }
}
