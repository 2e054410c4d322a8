//! What a row of an outside file can say, in the domain's words.
//!
//! A fact here is a proposal: whose brand or variant it is, and whether the source is trusted, is not
//! known. Text fields are as the source prints them, trimmed.

use domain::certification::{Builds, CertificationResult};
use domain::listing::Condition;
use domain::money::Money;
use domain::number::{Tac, UnitNumber};
use domain::place::Country;
use domain::radio::{Band, Plmn, Radio};
use domain::software::SoftwareBuild;
use domain::{Instant, Period};

use crate::OfferFact;

/// One fact of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Of a device.
    Device(DeviceFact),
    /// Of a network.
    Network(NetworkFact),
    /// Of an operating band.
    Band(BandFact),
    /// An offer in a seller's feed.
    Item(Box<ItemFact>),
    /// Of a virtual carrier and its host.
    RidesOn(RidesOnFact),
    /// What a carrier's configuration says that it offers.
    CarrierFeature(CarrierFeatureFact),
    /// Of an offer seen elsewhere.
    Offer(Box<OfferFact>),
    /// Of records in a register of stolen phones.
    Reported(ReportedFact),
    /// Of the updates that a device gets.
    Updates(UpdatesFact),
    /// Of a maker's code for where its phones are sold.
    SalesCode(SalesCodeFact),
    /// Of a product category.
    Category(CategoryFact),
    /// Of a unit that an operator's list names.
    Blocked(BlockedFact),
    /// Of a device on a host network's list.
    Approval(Box<ApprovalFact>),
}

/// A source of its own, narrower than the file's: title and date in the source's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceNote {
    /// In words, never empty.
    pub title: String,
    /// As exact as it is known: `2015`, `2024-10`; empty when the table gives none.
    pub dated: String,
}

/// What a row says of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFact {
    /// As the source spells it. Empty: the source gives none (three rows of Google's list).
    pub brand: String,
    /// The marketing name. Empty: the source gives none; then `codes` is not empty.
    pub model: String,
    /// Model codes: `2015015`, `SM-G981B`.
    pub codes: Vec<String>,
    /// Internal names: `ferrari`.
    pub codenames: Vec<String>,
    /// Other names that the source gives to the model at large: `One Touch 304`.
    pub aliases: Vec<String>,
    /// The name, with its brand, of the specification sheet that the row points to: `samsung m610`; none: it
    /// points to none.
    pub sheet: Option<String>,
    /// Type allocation codes, only those that the source gives.
    pub tacs: Vec<Tac>,
    /// Its bands; none: the source does not speak of them. Lists as in [`NetworkFact::radio`].
    pub radio: Option<Radio>,
    /// The platform that certified it: `Google Mobile Services`; none: the source does not speak.
    pub platform: Option<String>,
    /// Which variant the lists are of, in the source's words, where it says so: `SM-G981B (global)`.
    pub variant: Option<String>,
    /// When it came out, `2015-04` or `2015`; none: not said.
    pub released: Option<String>,
    /// The row's own source where it has one.
    pub source: Option<SourceNote>,
    /// Where it is not the file's.
    pub valid: Option<Period>,
}

/// What a row says of a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkFact {
    /// The brand name: `T-Mobile`.
    pub name: String,
    /// Who runs it; empty: not said.
    pub operator: String,
    /// None: not said, or not one country.
    pub country: Option<Country>,
    /// Its codes; may be empty (the carriers' list gives none).
    pub plmns: Vec<Plmn>,
    /// Its bands. No list for a technology: the source does not speak of it. A list without claims that is
    /// not exhaustive: the technology is named without a band.
    pub radio: Radio,
    /// Where it is not the file's: a shutdown holds from its own date on.
    pub valid: Option<Period>,
    /// The row's own source where it has one.
    pub source: Option<SourceNote>,
    /// Its key in the written-down table: `tmobile-us`.
    pub id: Option<String>,
}

/// A virtual carrier that rides on a host network, as a row names them: the host by its code or its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RidesOnFact {
    /// The virtual carrier's name, never empty. Several may share it.
    pub carrier: String,
    /// The source's key for it; empty: not said.
    pub id: String,
    /// None: not said, or not one country.
    pub country: Option<Country>,
    /// The host's code; none: the source gives only its name.
    pub plmn: Option<Plmn>,
    /// The host's name; empty: the source gives only its code.
    pub host: String,
    /// By which SIM cards the carrier is told from its host, as printed: `gid1=756D`; empty: not said.
    pub rule: String,
    /// For which time the row is read, where it is not the file's. Since when it rides there it does not say.
    pub valid: Option<Period>,
    /// The row's own source where it has one.
    pub source: Option<SourceNote>,
}

/// What people wrote into a register of stolen phones. It names no device: most texts are of a brand alone,
/// and some are wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportedFact {
    /// The code that the records share; none: it is not said, or there is none.
    pub tac: Option<Tac>,
    /// As it was typed, in whatever mixture of scripts; never empty.
    pub text: String,
    /// Records with this text, of the code where one is given.
    pub records: u64,
    /// Records of the code in all.
    pub of_code: Option<u64>,
    /// Records of the code whose check digit is right.
    pub luhn_ok: Option<u64>,
    /// How many different texts the code has.
    pub distinct_texts: Option<u64>,
    /// The day of the record, `2026-07-08`, where the row is one record.
    pub reported: Option<String>,
}

/// Until when a device gets security updates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdatesFact {
    /// As the source spells it.
    pub brand: String,
    /// The marketing name, never empty.
    pub model: String,
    /// Internal names: `moonstone_tr_global`.
    pub codenames: Vec<String>,
    /// The month in which they end, `2032-04`; none: not said.
    pub until: Option<String>,
    /// Whether the source says that they have ended.
    pub have_ended: bool,
}

/// A maker's code for the countries and carriers that a phone is made for: Samsung's `ACG`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesCodeFact {
    /// The maker.
    pub brand: String,
    /// The code.
    pub code: String,
    /// Never empty.
    pub countries: Vec<Country>,
    /// Their names; empty: none in particular.
    pub carriers: Vec<String>,
}

/// A product category. Source: Google's product taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryFact {
    /// `267`.
    pub id: u32,
    /// From the widest to the narrowest, never empty: `Electronics`, …, `Mobile Phones`.
    pub path: Vec<String>,
}

/// What a carrier's configuration on phones says that it offers, as far as it says so. A flag that is not
/// stated is none: the phone then takes its default, and that says nothing of the network.
///
/// Source: Android's `CarrierConfigManager`; the flag's name stands with each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierFeatureFact {
    /// As the source names the carrier; empty: it gives only the code.
    pub carrier: String,
    /// The source's key for it; empty: it gives only the code.
    pub id: String,
    /// The carrier's code; none: the source gives only its key.
    pub plmn: Option<Plmn>,
    /// Which SIM cards it is said of, as printed: `gid1=BA01450000000000`; empty: all of the carrier's.
    pub rule: String,
    /// Voice over LTE is offered (`carrier_volte_available_bool`).
    pub volte: Option<bool>,
    /// Voice over LTE needs to be provisioned first (`carrier_volte_provisioning_required_bool`).
    pub volte_provisioning: Option<bool>,
    /// Video calls over LTE are offered (`carrier_vt_available_bool`).
    pub video_calls: Option<bool>,
    /// Calls over Wi-Fi are offered (`carrier_wfc_ims_available_bool`).
    pub wifi_calling: Option<bool>,
    /// Call settings go over IP, 3GPP TS 24.623 (`carrier_supports_ss_over_ut_bool`).
    pub settings_over_ip: Option<bool>,
}

/// What a row says of an operating band. A table gives some of these; none: it does not say, or there
/// is no such side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandFact {
    /// Which band.
    pub band: Band,
    /// As the table calls it: `PCS1900`, `B2`, `n41`; two rows of one band differ here.
    pub label: String,
    /// Lowest and highest frequency of the uplink, in kHz, as the table gives them: the edges of the band,
    /// in the GSM table the centres of the first and last channel.
    pub uplink_khz: Option<(u32, u32)>,
    /// The same for the downlink.
    pub downlink_khz: Option<(u32, u32)>,
    /// `FDD`, `TDD`, `SDL`, `SUL` as the table prints it; empty: not said.
    pub duplex: String,
    /// First and last uplink channel number (ARFCN, UARFCN, EARFCN).
    pub uplink_channels: Option<(u32, u32)>,
    /// First and last downlink channel number.
    pub downlink_channels: Option<(u32, u32)>,
    /// The source's region code: `NAR`; none: not said.
    pub region: Option<String>,
}

/// Whether an item can be had. Source: Google product data, `availability`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Availability {
    /// Can be delivered now.
    InStock,
    /// Cannot be had.
    OutOfStock,
    /// Not out yet, orders are taken.
    Preorder,
    /// Out of stock, orders are taken.
    Backorder,
}

impl Availability {
    /// The word that Google's specification prints.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::OutOfStock => "out_of_stock",
            Self::Preorder => "preorder",
            Self::Backorder => "backorder",
        }
    }
}

/// One offer of a product feed. Texts come from strangers and may hold HTML; nothing is cleaned here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// The seller's key (`id`), never empty.
    pub sku: String,
    /// Never empty.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// `http` or `https`, or empty.
    pub link: String,
    /// `http` or `https`, or empty.
    pub image_link: String,
    /// None: the feed gives none.
    pub brand: Option<String>,
    /// Digits only, its check digit right; none: not given, or set aside with a note.
    pub gtin: Option<String>,
    /// The maker's part number.
    pub mpn: Option<String>,
    /// Never negative.
    pub price: Money,
    /// Below or at the price, in the same currency.
    pub sale_price: Option<Money>,
    /// As given; an item without one is new (Google's rule).
    pub condition: Condition,
    /// As given (`software_build`, an attribute of our own); none: not given, or set aside with a note.
    pub build: Option<SoftwareBuild>,
    /// As given.
    pub availability: Availability,
    /// Units on hand; none: the feed does not say how many.
    pub quantity: Option<u32>,
    /// Google product category: an id (`267`) or a path.
    pub category: Option<String>,
    /// The seller's own category.
    pub product_type: Option<String>,
    /// What the variants of one product share (`item_group_id`).
    pub item_group: Option<String>,
}

/// What a row says of a unit. Whose word it is, and what follows from it, is not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedFact {
    /// Which unit.
    pub unit: UnitNumber,
    /// Why, in the list's words.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<Instant>,
    /// Who reported it, in the list's words.
    pub reported_by: Option<String>,
}

/// What a host network's own list says of a device. Which network that is the file does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalFact {
    /// As the list spells it; may be empty where there are codes.
    pub brand: String,
    /// The marketing name; may be empty where there are codes.
    pub model: String,
    /// Model codes.
    pub codes: Vec<String>,
    /// Type allocation codes, rising.
    pub tacs: Vec<Tac>,
    /// What the network found.
    pub result: CertificationResult,
    /// It says that the approval was withdrawn; the result is then a no.
    pub is_withdrawn: bool,
    /// The software for which it holds.
    pub builds: Builds,
    /// From the day of the approval to its last; open where the list does not say.
    pub valid: Period,
}
