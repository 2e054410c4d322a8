//! Whole-system tests: attacks on the promises, on SQLite and, where there is one, on PostgreSQL.

mod apart;
mod browser;
mod browser_check;
mod busy;
mod clocks;
mod crowd;
mod crowd_http;
mod facts;
mod killed;
mod model;
mod nodes;
mod phantoms;
mod quotas;
mod radios;
mod remembered;
mod retries;
mod same_key;
mod schedules;
mod second_reader;
mod sequences;
mod signing;
mod sizes;
mod storms;
mod tampering;
mod versions;
mod whole_story;
