//! The gate from outside: what follows from which facts.

mod stand;

mod closing;
mod corners;
mod deliveries;
mod fits;
mod granted;
mod lists;
mod reasons;
mod remedies;
mod remembered;
mod signed;
mod tested;
mod trust;
