//! Outside files to checked facts and located faults.
//!
//! The front door is [`read_file`] (or [`read_bytes`]): a file as its publisher ships it goes in, rows
//! come out one by one, each with its facts or its faults. A faulty row never stops the good ones, and
//! `rows == rows_with_facts + rows_with_faults` always. Nothing here connects out, stores anything or
//! knows whether a source is trusted.
//!
//! One file per format; [`limits`] has how much of each is read.

pub mod goods;
pub mod limits;
pub mod workbook;

pub mod documents;

mod detect;
mod fact;
mod kind;
mod origin;
mod row;

mod out;
mod source;

mod archive;
mod json;
mod lines;
mod table;
mod tar;
mod textpb;
mod xml;

mod bands;
mod sheet;
mod shutdown;
mod standard;

mod approved;
mod bandtable;
mod blocked;
mod carrier_config;
mod carriers;
mod certified;
mod codes;
mod google;
mod gsmarena;
mod gsmarena_codes;
mod known;
mod lineage;
mod merchant;
mod mobilemodels;
mod osmocom;
mod providers;
mod riders;
mod samsung;
mod stdnum;
mod tac;
mod tmobile;
mod wikipedia;
mod xiaomi;

mod gsmarena_raw;
mod mobilemodels_pages;
mod offer;
mod offers;
mod register;
mod samsung_regions;
mod schema_org;
mod taxonomy;
mod xiaomi_names;
mod xiaomi_updates;

mod questions;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use domain::Instant;

pub use approved::{ApprovedColumn, ApprovedMapping};
pub use fact::{
    ApprovalFact, Availability, BandFact, BlockedFact, CarrierFeatureFact, CategoryFact,
    DeviceFact, Fact, ItemFact, NetworkFact, ReportedFact, RidesOnFact, SalesCodeFact, SourceNote,
    UpdatesFact,
};
pub use kind::Kind;
pub use offer::OfferFact;
pub use origin::Origin;
pub use questions::{Question, Questions, Subject, read_questions, read_questions_file};
pub use row::{FileError, Row, Sink, Summary};

use approved::{How, Stopped};
use out::Out;
use source::Source;
use workbook::Limits;

/// Which kind a file is: by its name first, else by its head (the first 64 KiB, unpacked, any encoding).
#[must_use]
pub fn detect(file_name: &str, head: &[u8]) -> Option<Kind> {
    detect::by_name(file_name).or_else(|| detect::by_head(&source::decode_head(head)))
}

/// Which kind a file on disk is, as [`read_file`] would tell; none: neither by its name nor by its head.
///
/// # Errors
/// The file cannot be opened or unpacked.
pub fn detect_file(path: &Path) -> Result<Option<Kind>, FileError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let name = path.display().to_string();
    let source = Source::open(&name, file)?;
    Ok(detect::by_name(&name).or_else(|| detect::by_head(&source.head)))
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
    read_own(path, kind, &ApprovedMapping::default(), sink)
}

/// Reads a host network's own list of approved devices. The mapping that it was read with comes back in
/// [`Origin::columns`]; what `mapping` does not name is told by its head, unless it was used before.
///
/// # Errors
/// As [`read_file`]; or it has not the columns of the mapping, or none that names devices.
pub fn read_approved_file(
    path: &Path,
    mapping: &ApprovedMapping,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    read_own(path, Some(Kind::ApprovedDevices), mapping, sink)
}

/// Reads such a list that came from a stranger and is in memory; see [`read_approved_file`].
///
/// # Errors
/// As there.
pub fn read_approved(
    file_name: &str,
    bytes: &[u8],
    mapping: &ApprovedMapping,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let kind = Some(Kind::ApprovedDevices);
    read_strangers(file_name, bytes, kind, mapping, sink)
}

fn unreadable(path: &Path, error: &std::io::Error) -> FileError {
    FileError::Unreadable {
        path: path.to_path_buf(),
        reason: error.to_string(),
    }
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
    read_strangers(file_name, bytes, kind, &ApprovedMapping::default(), sink)
}

/// A file that the user of this machine names.
fn read_own(
    path: &Path,
    kind: Option<Kind>,
    mapping: &ApprovedMapping,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let total = file.metadata().map_err(|error| unreadable(path, &error))?;
    let how = How {
        mapping,
        limits: Limits::OWN,
        rows: limits::APPROVED_ROWS,
    };
    let name = path.display().to_string();
    read(&name, file, total.len(), kind, &how, sink)
}

/// A stranger's file.
fn read_strangers(
    file_name: &str,
    bytes: &[u8],
    kind: Option<Kind>,
    mapping: &ApprovedMapping,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let how = How {
        mapping,
        limits: Limits::STRANGER,
        rows: limits::APPROVED_ROWS_OF_STRANGERS,
    };
    read(file_name, bytes, bytes.len() as u64, kind, &how, sink)
}

fn read<'a>(
    file: &str,
    raw: impl Read + 'a,
    total: u64,
    kind: Option<Kind>,
    how: &How<'_>,
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
    let mut origin = Origin::of(kind, file);
    let observed = origin.dated.clone();
    let read = match kind {
        Kind::GoogleDevices => google::read(text, &mut out),
        Kind::XiaomiSpecs => xiaomi::read(text, &mut out),
        Kind::CarrierBands => carriers::read(text, &mut out),
        Kind::TmobileBands => tmobile::read(text, &mut out),
        Kind::WikipediaNetworks => wikipedia::read(text, dated(origin::WIKIPEDIA_DATED), &mut out),
        Kind::BandTable => bandtable::read(text, &mut out),
        Kind::MerchantFeed => merchant::read(text, is_xml, &mut out),
        Kind::KnownDevices => known::read_devices(text, &mut out),
        Kind::KnownNetworks => known::read_networks(text, &mut out),
        Kind::KnownBands => known::read_bands(text, &mut out),
        Kind::MusalbasNetworks => codes::read_table(text, &mut out),
        Kind::JbjuliaNetworks => codes::read_object(text, &mut out),
        Kind::StdnumNetworks => stdnum::read(text, dated(origin::STDNUM_DATED), &mut out),
        Kind::OsmocomTacs => osmocom::read(text, &mut out),
        Kind::SamsungTacs => samsung::read(text, &mut out),
        Kind::XiaomiCertified => certified::read(text, &mut out),
        Kind::GsmarenaSheets => gsmarena::read(text, &mut out),
        Kind::AospCarriers => riders::read_carriers(text, &mut out),
        Kind::AospCarrierList => riders::read_carrier_messages(text, &mut out),
        Kind::AospHosts => riders::read_hosts(text, &mut out),
        Kind::AospCarrierConfig => carrier_config::read_archive(text, &mut out),
        Kind::AospCarrierFlags => carrier_config::read_flags(text, &mut out),
        Kind::LineageApns => riders::read_apns(text, &mut out),
        Kind::LineageApnFiles => riders::read_apn_archive(text, &mut out),
        Kind::MobileProviders => providers::read(text, &mut out),
        Kind::LineageDevices => lineage::read(text, &mut out),
        Kind::MobileModels => mobilemodels::read(text, &mut out),
        Kind::GsmarenaCodes => gsmarena_codes::read(text, &mut out),
        Kind::GsmarenaRaw => gsmarena_raw::read(text, &mut out),
        Kind::MobileModelsPages => mobilemodels_pages::read(text, file, &mut out),
        Kind::XiaomiModels => xiaomi_names::read_models(text, &mut out),
        Kind::XiaomiNames => xiaomi_names::read_names(text, &mut out),
        Kind::XiaomiCodenames => xiaomi_names::read_codenames(text, &mut out),
        Kind::XiaomiBuilds => xiaomi_names::read_builds(text, &mut out),
        Kind::XiaomiEnded => xiaomi_updates::read_ended(text, &mut out),
        Kind::XiaomiEnterprise => xiaomi_updates::read_enterprise(text, &mut out),
        Kind::SamsungSalesCodes => samsung_regions::read(text, &mut out),
        Kind::StolenCodes => register::read_codes(text, &mut out),
        Kind::StolenTexts => register::read_texts(text, &mut out),
        Kind::StolenDay => register::read_day(text, &mut out),
        Kind::PricerunnerOffers => offers::pricerunner::read(text, &mut out),
        Kind::LdlcPrices => offers::ldlc::read_prices(text, &mut out),
        Kind::LdlcProducts => offers::ldlc::read_products(text, &observed, &mut out),
        Kind::EbayOffers => offers::ebay::read(text, &observed, &mut out),
        Kind::AzerbaijanOffers => offers::azerbaijan::read(text, &observed, &mut out),
        Kind::FlipkartOffers => offers::flipkart::read(text, &observed, &mut out),
        Kind::StoreOffers => offers::stores::read(text, &observed, &mut out),
        Kind::SyntheticResale => offers::resale::read(text, &mut out),
        Kind::GoogleTaxonomy => taxonomy::read(text, &mut out),
        Kind::SchemaOrgExamples => schema_org::read(text, &mut out),
        Kind::BlockedDevices => blocked::read(text, &mut out),
        Kind::ApprovedDevices => match approved::read(text, &source.head, file, how, &mut out) {
            Ok(mapping) => {
                origin.columns = mapping.to_string();
                Ok(())
            }
            Err(Stopped::Io(error)) => Err(error),
            Err(Stopped::File(error)) => return Err(*error),
        },
    };
    let read = read.and_then(|()| source.drain());
    read.map_err(|error| source.error(&error))?;
    Ok((origin, out.finish()))
}

/// A date of ours. Were it none, nothing would count as having happened.
fn dated(date: &str) -> Instant {
    date.parse().unwrap_or(Instant::MIN)
}
