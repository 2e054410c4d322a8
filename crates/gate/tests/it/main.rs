//! The gate from outside: what follows from which facts.

mod stand;

mod corners;
mod deliveries;
mod fits;
mod reasons;
