//! Outside files to checked facts and located faults.
//!
//! The front door is [`read_file`] (or [`read_bytes`]): a file as its publisher ships it goes in, rows
//! come out one by one, each with its facts or its faults. A faulty row never stops the good ones, and
//! `rows == rows_with_facts + rows_with_faults` always. Nothing here connects out, stores anything or
//! knows whether a source is trusted.
//!
//! One file per format; [`limits`] has how much of each is read.

pub mod limits;

mod detect;
mod fact;
mod kind;
mod origin;
mod row;

mod out;
mod source;

mod json;
mod lines;
mod table;
mod xml;

mod bands;
mod sheet;
mod shutdown;

mod bandtable;
mod carriers;
mod certified;
mod google;
mod gsmarena;
mod gsmarena_codes;
mod known;
mod lineage;
mod merchant;
mod mobilemodels;
mod osmocom;
mod samsung;
mod tac;
mod tmobile;
mod wikipedia;
mod xiaomi;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use domain::Instant;

pub use fact::{Availability, BandFact, DeviceFact, Fact, ItemFact, NetworkFact, SourceNote};
pub use kind::Kind;
pub use origin::Origin;
pub use row::{FileError, Row, Sink, Summary};

use out::Out;
use source::Source;

/// Which kind a file is: by its name first, else by its head (the first 64 KiB, unpacked, any encoding).
#[must_use]
pub fn detect(file_name: &str, head: &[u8]) -> Option<Kind> {
    detect::by_name(file_name).or_else(|| detect::by_head(&source::decode_head(head)))
}

/// Reads a file, packed (`.zst`) or plain, row by row. Without a `kind`, it is told by [`detect`].
///
/// # Errors
/// Only when the file as a whole cannot be read; what is wrong in its rows reaches the sink. A stream that
/// breaks half-way is such an error too: the rows that the sink has had by then are those before the break.
pub fn read_file(
    path: &Path,
    kind: Option<Kind>,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let unreadable = |error: std::io::Error| FileError::Unreadable {
        path: path.to_path_buf(),
        reason: error.to_string(),
    };
    let file = File::open(path).map_err(unreadable)?;
    let total = file.metadata().map_err(unreadable)?.len();
    read(&path.display().to_string(), file, total, kind, sink)
}

/// Reads a file that is already in memory; see [`read_file`].
///
/// # Errors
/// As [`read_file`].
pub fn read_bytes(
    file_name: &str,
    bytes: &[u8],
    kind: Option<Kind>,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    read(file_name, bytes, bytes.len() as u64, kind, sink)
}

fn read<'a>(
    file: &str,
    raw: impl Read + 'a,
    total: u64,
    kind: Option<Kind>,
    sink: &'a mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let mut source = Source::open(file, raw)?;
    let kind = kind
        .or_else(|| detect::by_name(file))
        .or_else(|| detect::by_head(&source.head))
        .ok_or_else(|| FileError::Unknown {
            file: file.to_owned(),
            seen: out::shortened(&source.head),
        })?;
    if !detect::is(kind, &source.head) {
        return Err(FileError::NotThatKind {
            file: file.to_owned(),
            kind,
            expected: detect::expected(kind).to_owned(),
            seen: out::shortened(&source.head),
        });
    }
    let mut out = Out::new(sink, file, Rc::clone(&source.tally), total);
    let is_xml = detect::is_xml(&source.head);
    let text = &mut *source.text;
    let read = match kind {
        Kind::GoogleDevices => google::read(text, &mut out),
        Kind::XiaomiSpecs => xiaomi::read(text, &mut out),
        Kind::CarrierBands => carriers::read(text, &mut out),
        Kind::TmobileBands => tmobile::read(text, &mut out),
        Kind::WikipediaNetworks => {
            // The date is a constant of ours; were it none, nothing would count as having happened.
            let dated = origin::WIKIPEDIA_DATED.parse().unwrap_or(Instant::MIN);
            wikipedia::read(text, dated, &mut out)
        }
        Kind::BandTable => bandtable::read(text, &mut out),
        Kind::MerchantFeed => merchant::read(text, is_xml, &mut out),
        Kind::KnownDevices => known::read_devices(text, &mut out),
        Kind::KnownNetworks => known::read_networks(text, &mut out),
        Kind::KnownBands => known::read_bands(text, &mut out),
        Kind::OsmocomTacs => osmocom::read(text, &mut out),
        Kind::SamsungTacs => samsung::read(text, &mut out),
        Kind::XiaomiCertified => certified::read(text, &mut out),
        Kind::GsmarenaSheets => gsmarena::read(text, &mut out),
        Kind::LineageDevices => lineage::read(text, &mut out),
        Kind::MobileModels => mobilemodels::read(text, &mut out),
        Kind::GsmarenaCodes => gsmarena_codes::read(text, &mut out),
    };
    let read = read.and_then(|()| source.drain());
    read.map_err(|error| source.error(&error))?;
    Ok((Origin::of(kind, file), out.finish()))
}
