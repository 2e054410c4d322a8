//! What the front door promises, seen from outside.

mod codes;
mod collect;
mod hostile;
mod known;
mod merchant;
mod names;
mod networks;
mod phones;
mod property;
mod real;
mod riders;
