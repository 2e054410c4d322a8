//! What the front door promises, seen from outside.

mod blocked;
mod codes;
mod collect;
mod devices;
mod hostile;
mod known;
mod lists;
mod merchant;
mod names;
mod networks;
mod offers;
mod phones;
mod property;
mod real;
mod real_devices;
mod real_offers;
mod riders;
