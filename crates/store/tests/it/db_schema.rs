//! The shipped migrations make the same tables on both backends, of portable columns only.

use store::db::{Backend, OpenOptions, Target};

use crate::db_harness::{Place, Run, plain};

fn shipped() -> OpenOptions {
    OpenOptions {
        migrations: store::MIGRATIONS,
        ..Place::options()
    }
}

/// `table.column type nullable`, sorted; what belongs to the engine is left out.
async fn sqlite_columns() -> Vec<String> {
    let place = Place::new(Backend::Sqlite).await.expect("place");
    let db = place.open_with(shipped()).await;
    // A column of the primary key may be declared without NOT NULL: PostgreSQL forbids NULL there anyway.
    let query = "SELECT t.name || '.' || c.name || ' ' || lower(c.type) || ' '
                   || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'NO' ELSE 'YES' END
                 FROM sqlite_master t JOIN pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1";
    let rows = db.read(Run::one(query, [])).await.expect("read");
    db.close().await;
    rows.iter()
        .map(|row| row.text(0).expect("text").to_owned())
        .collect()
}

/// The same of PostgreSQL.
async fn postgres_columns(place: &Place) -> Vec<String> {
    place.open_with(shipped()).await.close().await;
    let Target::Postgres(url) = &place.target else {
        panic!("not a server");
    };
    let query = "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
                 FROM information_schema.columns WHERE table_schema = 'public'";
    let rows = plain(url).await.query(query, &[]).await.expect("read");
    let mut columns: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    columns.sort();
    columns
}

#[tokio::test]
async fn columns_are_portable() {
    let columns = sqlite_columns().await;
    assert!(columns.len() > 20, "{columns:?}");
    for column in &columns {
        let kind = column.split(' ').nth(1);
        assert!(
            matches!(kind, Some("text" | "bigint" | "boolean")),
            "{column}: only TEXT, BIGINT and BOOLEAN mean the same on both"
        );
    }
}

#[tokio::test]
async fn tables_are_the_same_on_both() {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    assert_eq!(postgres_columns(&place).await, sqlite_columns().await);
    place.remove().await;
}
