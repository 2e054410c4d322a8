//! The band chart: the spectrum as a strip, one lane per access technology, the network's bands as blocks.
//!
//! A block is lit where the device has the band too, outlined where it lacks it, hatched where the sources
//! do not settle it. [`marks()`] says which is which; [`Chart::new`] says where it stands, for a given width.
//! The same marks fill the table beside it. Knows no page and no listing.

mod drawing;
mod marks;

pub use drawing::Chart;
pub use marks::{Lane, Mark, marks};

#[cfg(test)]
mod tests;
