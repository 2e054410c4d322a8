//! SQLite in memory: one prepared statement a question, each requirement an EXISTS over a primary key.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

use super::{Asked, Engine, NETWORK, Words};
use crate::world::Outcome;

const SCHEMA: &str = "
    CREATE TABLE authorised (brand TEXT, seller TEXT, PRIMARY KEY (brand, seller)) WITHOUT ROWID;
    CREATE TABLE certified (variant TEXT, network TEXT, PRIMARY KEY (variant, network)) WITHOUT ROWID;
    CREATE TABLE device_band (variant TEXT, band INTEGER, PRIMARY KEY (variant, band)) WITHOUT ROWID;
    CREATE TABLE network_band (network TEXT, band INTEGER, PRIMARY KEY (network, band)) WITHOUT ROWID;
";

const FAILED: &str = "
    SELECT (NOT EXISTS (SELECT 1 FROM authorised WHERE brand = ?1 AND seller = ?2))
         | ((NOT EXISTS (SELECT 1 FROM certified WHERE variant = ?3 AND network = ?4)) << 1)
         | ((NOT EXISTS (SELECT 1 FROM device_band AS device
                JOIN network_band AS host ON host.band = device.band
                WHERE device.variant = ?3 AND host.network = ?4)) << 2)
";

pub struct Sqlite<'a> {
    connection: Connection,
    offers: &'a [Asked],
}

impl<'a> Sqlite<'a> {
    pub fn of(words: &'a Words) -> Outcome<Self> {
        let mut connection = Connection::open_in_memory()?;
        // Or else a plan that may depend on bound values is made again for each question.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(SCHEMA)?;
        let all = connection.transaction()?;
        for (brand, seller) in &words.authorised {
            all.prepare_cached("INSERT INTO authorised VALUES (?1, ?2)")?
                .execute(params![brand, seller])?;
        }
        for (variant, network) in &words.certified {
            all.prepare_cached("INSERT INTO certified VALUES (?1, ?2)")?
                .execute(params![variant, network])?;
        }
        for (table, lists) in [
            ("INSERT INTO device_band VALUES (?1, ?2)", &words.devices),
            ("INSERT INTO network_band VALUES (?1, ?2)", &words.networks),
        ] {
            for (name, bands) in lists {
                for band in *bands {
                    all.prepare_cached(table)?.execute(params![name, band])?;
                }
            }
        }
        all.commit()?;
        Ok(Self {
            connection,
            offers: &words.offers,
        })
    }
}

impl Engine for Sqlite<'_> {
    fn name(&self) -> String {
        "SQLite in memory, prepared statement".to_owned()
    }

    fn failed(&mut self, offer: usize) -> Outcome<u8> {
        let one = &self.offers[offer];
        let mut query = self.connection.prepare_cached(FAILED)?;
        let asked = params![one.brand, one.seller, one.variant, NETWORK];
        Ok(query.query_row(asked, |row| row.get(0))?)
    }
}
