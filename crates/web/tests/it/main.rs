//! Tests of the API and the pages, through the whole router.

// The spreadsheets are those that the reader of spreadsheets is tried with by itself.
#[path = "../../../feeds/tests/it/bomb_books.rs"]
mod bomb_books;
mod bomb_files;
mod cast;
mod harness;
#[path = "../../../feeds/tests/it/usage.rs"]
mod usage;

mod api_access;
mod api_asks;
mod api_books;
mod api_checks;
mod api_errors;
mod api_evidence;
mod api_files;
mod api_fit;
mod api_hang_up;
mod api_health;
mod api_hostile;
mod api_listings;
mod api_openapi;
mod api_orders;
mod api_people;
mod api_rows;
mod api_sessions;
mod api_signed;
mod api_story;
mod api_units;
mod approved_lists;
mod fields;
mod hostile_files;
mod injection;
mod matrix;
mod over_posting;
mod pages_books;
mod pages_check;
mod pages_console;
mod pages_desk;
mod pages_keys;
mod pages_open;
mod pages_race;
mod pages_requests;
mod pages_shop;
mod pages_site;
mod robust;
mod schema;
mod too_often;
