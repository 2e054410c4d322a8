//! What the front door promises, seen from outside.

mod blocked;
mod bomb_files;
mod bombs;
mod chance;
mod codes;
mod collect;
mod devices;
mod fuzzed;
mod hostile;
mod known;
mod merchant;
mod mutated;
mod names;
mod networks;
mod phones;
mod property;
mod real;
mod real_bands;
mod real_devices;
mod real_networks;
mod riders;
mod samples;
mod shipped;
