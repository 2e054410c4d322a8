//! The store's tests: one text, run on SQLite and, where `PASSBAND_TEST_POSTGRES` says an address, on
//! PostgreSQL.
//!
//! The address is that of a superuser without a database, `postgres://postgres@127.0.0.1:5432`; each test
//! makes a database of its own.

mod db_harness;

mod db_basics;
mod db_crash;
mod db_open;
mod db_order;
mod db_postgres;
mod db_schema;
