//! What is refused at opening, with words that help; and what opening leaves behind.

use std::sync::Arc;

use store::db::{Backend, Db, Migration, OpenError, OpenOptions, Target, UnsafeSettings};

use crate::db_harness::{Add, Place, Run, SCHEMA, Still, admin, counters, plain, postgres_address};
use crate::on_both;

async fn refused(target: &Target, options: OpenOptions) -> OpenError {
    match Db::open(target, options).await {
        Ok(_) => panic!("{target:?} was opened"),
        Err(error) => error,
    }
}

fn with_migrations(migrations: &'static [Migration]) -> OpenOptions {
    OpenOptions {
        migrations,
        ..Place::options()
    }
}

const CHANGED: &[Migration] = &[
    Migration {
        sql: "CREATE TABLE shelves (id TEXT);",
        ..SCHEMA[0]
    },
    SCHEMA[1],
];

const FAILING: &[Migration] = &[
    SCHEMA[0],
    SCHEMA[1],
    Migration {
        version: 3,
        name: "half",
        sql: "CREATE TABLE half (id TEXT); INSERT INTO nowhere VALUES (1);",
    },
];

const DEFERRED: &[Migration] = &[Migration {
    version: 1,
    name: "deferred",
    sql: "CREATE TABLE a (id TEXT PRIMARY KEY, b TEXT REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)",
}];

on_both! {
    async fn migrations_run_once_and_are_remembered(place: &Place) {
        let db = place.open_with(with_migrations(&SCHEMA[..1])).await;
        db.write(Add::new("kept")).await.expect("stored");
        db.close().await;
        for _ in 0..2 {
            let db = place.open().await;
            let query = "SELECT version, name, hash FROM migrations ORDER BY version";
            let rows = db.read(Run::one(query, [])).await.expect("read");
            let found: Vec<_> = rows
                .iter()
                .map(|row| (row.int(0).expect("int"), row.text(2).expect("text").to_owned()))
                .collect();
            assert_eq!(found, [(1, SCHEMA[0].hash()), (2, SCHEMA[1].hash())]);
            assert_eq!(counters(&db).await, ["a", "b", "kept"]);
            db.close().await;
        }
    }

    async fn a_newer_database_is_refused(place: &Place) {
        place.open().await.close().await;
        let error = refused(&place.target, with_migrations(&SCHEMA[..1])).await;
        assert_eq!(error, OpenError::Newer { found: 2, known: 1 });
        assert!(error.to_string().contains("written by a newer Passband"), "{error}");
        // Refusing changed nothing.
        place.open().await.close().await;
    }

    async fn a_changed_migration_is_refused(place: &Place) {
        place.open().await.close().await;
        let error = refused(&place.target, with_migrations(CHANGED)).await;
        assert!(matches!(error, OpenError::ChangedMigration { version: 1, .. }), "{error}");
    }

    async fn a_failing_migration_leaves_nothing(place: &Place) {
        let error = refused(&place.target, with_migrations(FAILING)).await;
        assert!(matches!(error, OpenError::Migration { version: 3, .. }), "{error}");
        // Those before it were applied, of itself nothing.
        let db = place.open().await;
        assert!(db.read(Run::one("SELECT id FROM half", [])).await.is_err());
        assert_eq!(counters(&db).await, ["a", "b"]);
        db.close().await;
    }

    async fn a_deferred_rule_is_refused(place: &Place) {
        let error = refused(&place.target, with_migrations(DEFERRED)).await;
        assert!(error.to_string().contains("DEFERRABLE"), "{error}");
    }

    async fn a_missing_database_is_not_made_when_it_must_exist(place: &Place) {
        let must_exist = || OpenOptions { must_exist: true, ..Place::options() };
        let error = refused(&place.target, must_exist()).await;
        assert!(matches!(error, OpenError::Missing { .. }), "{error}");
        place.open().await.close().await;
        place.open_with(must_exist()).await.close().await;
    }
}

async fn folder() -> Place {
    Place::new(Backend::Sqlite).await.expect("place")
}

#[tokio::test]
async fn a_second_opener_is_refused_until_the_first_is_gone() {
    let place = folder().await;
    let db = place.open().await;
    let error = refused(&place.target, Place::options()).await;
    assert_eq!(error, OpenError::InUse(place.path()));
    db.close().await;
    place.open().await.close().await;
}

#[tokio::test]
async fn what_is_not_a_database_is_refused_and_left_alone() {
    let place = folder().await;
    let text = "id,title\n1,not a database at all, but long enough to have a header\n".repeat(20);
    std::fs::write(place.path(), &text).expect("written");
    let error = refused(&place.target, Place::options()).await;
    assert_eq!(error, OpenError::NotADatabase(place.path()));
    assert_eq!(std::fs::read_to_string(place.path()).expect("read"), text);
}

#[tokio::test]
async fn another_programs_database_is_refused() {
    let place = folder().await;
    let theirs = rusqlite::Connection::open(place.path()).expect("opens");
    theirs
        .execute_batch("CREATE TABLE songs (id)")
        .expect("made");
    drop(theirs);
    let error = refused(&place.target, Place::options()).await;
    assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let place = folder().await;
    let file = place.path();
    std::fs::write(&file, "").expect("written");
    let below = file.join("data").join("passband.db");
    let error = refused(&Target::Sqlite(below), Place::options()).await;
    assert!(matches!(error, OpenError::Folder { .. }), "{error}");
}

#[tokio::test]
async fn the_log_does_not_grow_without_end() {
    let place = folder().await;
    let db = place.open().await;
    let text = "x".repeat(1_000);
    let mut longest = 0;
    let mut log = place.path().into_os_string();
    log.push("-wal");
    for round in 0..60 {
        let statement =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
             INSERT INTO counters (id, value) SELECT $1 || '-' || i || $2, i FROM n";
        let params = [round.to_string().into(), text.as_str().into()];
        db.write(Run::one(statement, params)).await.expect("stored");
        counters_count(&db).await;
        longest = longest.max(std::fs::metadata(&log).expect("log").len());
    }
    let written = std::fs::metadata(place.path()).expect("file").len();
    assert!(
        written > 80 << 20,
        "the test has to write enough: {written}"
    );
    assert!(longest < 24 << 20, "the log grew to {longest} bytes");
    db.close().await;
}

async fn counters_count(db: &Db) -> i64 {
    let rows = db.read(Run::one("SELECT count(*) FROM counters", [])).await;
    rows.expect("read")[0].int(0).expect("int")
}

/// A PostgreSQL place, unless skipped.
async fn server() -> Option<Place> {
    Place::new(Backend::Postgres).await
}

fn address_with(place: &Place, options: &str) -> Target {
    match &place.target {
        Target::Postgres(url) => Target::Postgres(format!("{url}?options={options}")),
        Target::Sqlite(_) => panic!("not a server"),
    }
}

/// Opens with refusal of unsafe settings, with `lies` standing in front of the server's own functions.
async fn open_with_lies(lies: &str) -> Option<OpenError> {
    let place = server().await?;
    let Target::Postgres(url) = &place.target else {
        return None;
    };
    plain(url)
        .await
        .batch_execute(&format!("CREATE SCHEMA lies; {lies}"))
        .await
        .expect("lies");
    let target = address_with(&place, "-c%20search_path%3Dlies,pg_catalog,public");
    let options = OpenOptions::new(Arc::new(Still), SCHEMA);
    let error = Db::open(&target, options).await.err();
    place.remove().await;
    Some(error.unwrap_or_else(|| panic!("opened in spite of {lies}")))
}

fn lie_about_setting(setting: &str, value: &str) -> String {
    format!(
        "CREATE FUNCTION lies.current_setting(name TEXT) RETURNS TEXT LANGUAGE sql AS $$
           SELECT CASE WHEN name = '{setting}' THEN '{value}' ELSE pg_catalog.current_setting(name) END $$"
    )
}

#[tokio::test]
async fn a_server_that_could_lose_or_pass_orders_is_refused() {
    let cases = [
        (lie_about_setting("fsync", "off"), "fsync"),
        (lie_about_setting("full_page_writes", "off"), "full_page_writes"),
        (lie_about_setting("synchronous_commit", "off"), "synchronous_commit"),
        (lie_about_setting("transaction_isolation", "repeatable read"), "transaction_isolation"),
        (lie_about_setting("server_encoding", "SQL_ASCII"), "server_encoding"),
        (
            "CREATE FUNCTION lies.pg_is_in_recovery() RETURNS BOOLEAN LANGUAGE sql AS 'SELECT true'".to_owned(),
            "this is a replica",
        ),
        (
            "CREATE FUNCTION lies.version() RETURNS TEXT LANGUAGE sql
             AS $$ SELECT 'PostgreSQL 15.2-YB-2.25.0.0-b0' $$".to_owned(),
            "YugabyteDB",
        ),
        (
            "CREATE FUNCTION lies.pg_advisory_xact_lock(BIGINT) RETURNS VOID LANGUAGE sql AS 'SELECT'".to_owned(),
            "pg_advisory_xact_lock",
        ),
    ];
    for (lie, word) in cases {
        let Some(error) = open_with_lies(&lie).await else {
            return;
        };
        assert!(matches!(error, OpenError::Unsafe(_)), "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
    let old = lie_about_setting("server_version_num", "130021");
    let error = open_with_lies(&old).await.expect("not skipped");
    assert!(matches!(error, OpenError::EngineTooOld { .. }), "{error}");
}

#[tokio::test]
async fn all_unsafe_settings_are_named_at_once() {
    let lie = lie_about_setting("fsync", "off")
        + ";CREATE FUNCTION lies.pg_is_in_recovery() RETURNS BOOLEAN LANGUAGE sql AS 'SELECT true'";
    let Some(error) = open_with_lies(&lie).await else {
        return;
    };
    let OpenError::Unsafe(settings) = &error else {
        panic!("{error}");
    };
    let names: Vec<_> = settings.iter().map(|setting| setting.setting).collect();
    assert_eq!(names, ["pg_is_in_recovery()", "fsync"]);
}

#[tokio::test]
async fn a_test_may_allow_fsync_off_but_not_locks_that_do_not_lock() {
    let Some(place) = server().await else {
        return;
    };
    let Target::Postgres(url) = &place.target else {
        return;
    };
    let outside = plain(url).await;
    let lies = format!("CREATE SCHEMA lies; {}", lie_about_setting("fsync", "off"));
    outside.batch_execute(&lies).await.expect("lies");
    let target = address_with(&place, "-c%20search_path%3Dlies,pg_catalog,public");
    let allowed = || OpenOptions {
        unsafe_settings: UnsafeSettings::AllowForTests,
        ..OpenOptions::new(Arc::new(Still), &[])
    };
    Db::open(&target, allowed())
        .await
        .expect("allowed")
        .close()
        .await;
    outside
        .batch_execute(
            "CREATE FUNCTION lies.pg_advisory_xact_lock(BIGINT) RETURNS VOID LANGUAGE sql AS 'SELECT'",
        )
        .await
        .expect("lies");
    let error = refused(&target, allowed()).await;
    assert!(matches!(error, OpenError::Unsafe(_)), "{error}");
    place.remove().await;
}

#[tokio::test]
async fn a_database_that_orders_text_by_language_is_refused() {
    let Some(address) = postgres_address() else {
        println!("skipped: PASSBAND_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("passband_test_{}_by_language", std::process::id());
    admin(
        &address,
        &format!(
            "CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        ),
    )
    .await;
    let error = refused(
        &Target::Postgres(format!("{address}/{name}")),
        Place::options(),
    )
    .await;
    assert!(error.to_string().contains("LC_COLLATE 'C'"), "{error}");
    admin(&address, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

#[tokio::test]
async fn two_nodes_that_start_at_once_migrate_once() {
    let Some(place) = server().await else {
        return;
    };
    let (one, other) = tokio::join!(
        Db::open(&place.target, Place::options()),
        Db::open(&place.target, Place::options())
    );
    let (one, other) = (one.expect("opens"), other.expect("opens"));
    assert_eq!(counters(&one).await, ["a", "b"]);
    assert_eq!(counters(&other).await, ["a", "b"]);
    one.close().await;
    other.close().await;
    place.remove().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let folder = tempfile::tempdir().expect("folder");
    // No server listens on a socket in an empty folder.
    let target = Target::Postgres(format!("host={} dbname=none", folder.path().display()));
    let error = refused(&target, Place::options()).await;
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
}
