//! Whole-system tests: attacks on the promises, on SQLite and, where there is one, on PostgreSQL.

mod busy;
mod same_key;
mod schedules;
mod signing;
