//! Tests of the executable, as a person would call it.

mod program;

mod approved;
mod asking;
mod asks;
mod audit;
mod bulk;
mod check;
mod config;
mod demo;
mod folder;
mod house;
mod import;
mod postgres;
mod real;
mod record;
mod server;
mod signing;
mod tested;
mod titles;
mod units;
mod usage;
