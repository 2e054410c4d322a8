//! The gate from outside: what follows from which facts.

mod stand;

mod fits;
mod reasons;
