//! What the front door promises, seen from outside.

mod codes;
mod collect;
mod devices;
mod hostile;
mod known;
mod merchant;
mod names;
mod networks;
mod phones;
mod property;
mod real;
mod real_bands;
mod real_devices;
mod real_networks;
mod riders;
mod shipped;
