//! One set of queries over SQLite and PostgreSQL.
//!
//! [`db`] is the engine; the other modules own the tables, one noun each. Nothing here decides: whether
//! an order may pass is `trade`'s to ask and the gate's to answer.

pub mod db;

pub mod api_tokens;
pub mod blocked;
pub mod data_sets;
pub mod directory;
pub mod documents;
pub mod invitations;
pub mod letters;
pub mod listings;
pub mod orders;
pub mod password_resets;
pub mod people;
pub mod quotas;
pub mod record_log;
pub mod requests;

use std::str::FromStr;

use db::{DbError, Migration};

/// The schema, in rising order.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "house",
        sql: include_str!("../migrations/0001_house.sql"),
    },
    Migration {
        version: 2,
        name: "blocked units",
        sql: include_str!("../migrations/0002_blocked_units.sql"),
    },
    Migration {
        version: 3,
        name: "retired data sets",
        sql: include_str!("../migrations/0003_retired_data_sets.sql"),
    },
    Migration {
        version: 4,
        name: "offers",
        sql: include_str!("../migrations/0004_offers.sql"),
    },
    Migration {
        version: 5,
        name: "quotas",
        sql: include_str!("../migrations/0005_quotas.sql"),
    },
    Migration {
        version: 6,
        name: "members and letters",
        sql: include_str!("../migrations/0006_members_and_letters.sql"),
    },
    Migration {
        version: 7,
        name: "people",
        sql: include_str!("../migrations/0007_people.sql"),
    },
    Migration {
        version: 8,
        name: "requests",
        sql: include_str!("../migrations/0008_requests.sql"),
    },
];

/// A value that was checked before it was stored; that it does not parse means that the row is damaged.
fn parsed<T: FromStr>(text: &str) -> Result<T, DbError> {
    text.parse()
        .map_err(|_| DbError::broken("a stored value is not what it should be"))
}

/// A count that is never negative.
fn count(value: i64) -> Result<u64, DbError> {
    u64::try_from(value).map_err(|_| DbError::broken("a stored count is negative"))
}
