//! The same commands on PostgreSQL: through the server, beside it, and a folder that is one server's.

use tokio_postgres::NoTls;

use crate::program::{Program, postgres};

const BANDS: &str = "country,carrier,lte_bands,nr_bands\nUnited States,Deep Mobile,B3|B7,n78\n";

/// A database of its own.
struct Database {
    address: String,
    name: String,
}

impl Database {
    async fn new(name: &str) -> Option<Self> {
        let address = postgres()?;
        let name = format!("passband_cli_{name}_{}", std::process::id());
        let database = Self { address, name };
        database.drop().await;
        let Self { name, .. } = &database;
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        database.run(&create).await;
        Some(database)
    }

    async fn drop(&self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        self.run(&drop).await;
    }

    async fn run(&self, statement: &str) {
        let url = format!("{}/postgres", self.address);
        let (client, connection) = tokio_postgres::connect(&url, NoTls)
            .await
            .expect("PASSBAND_TEST_POSTGRES can be reached");
        let connection = tokio::spawn(connection);
        client.batch_execute(statement).await.expect(statement);
        drop(client);
        let _ = connection.await;
    }

    fn url(&self) -> String {
        format!("{}/{}?sslmode=disable", self.address, self.name)
    }
}

#[tokio::test]
async fn commands_go_through_a_server_on_postgres_and_work_without_one() {
    let Some(database) = Database::new("through").await else {
        return;
    };
    let program = Program::new();
    let url = database.url();
    let file = program.file("carrier_bands.csv", BANDS);
    let on = |args: &[&str]| program.call(&[args, &["--postgres", &url]].concat());
    on(&["listing", "list", "us"]).fails(69, &["there is no Passband database"]);
    on(&["user", "add", "you@example.com"]).ends(0);
    let server = program.serve(&["serve", "--postgres", &url]);
    on(&["import", &file]).ends(0);
    let doctor = on(&["doctor"]).ends(0);
    assert!(
        doctor.contains("PostgreSQL, open and up to date"),
        "{doctor}"
    );
    assert!(doctor.contains("reached through passband.sock"), "{doctor}");
    // Without --postgres it is another house, and the server says so.
    program
        .call(&["import", &file])
        .fails(78, &["another database"]);
    on(&["serve", "--port", "0"]).fails(69, &["another server is running in it"]);
    assert_eq!(server.stop("TERM"), 0);
    let out = on(&["import", &file]).ends(0);
    assert!(out.contains("already imported, nothing changed"), "{out}");
    on(&["record", "verify"]).ends(0);
    database.drop().await;
}
