//! Where a file comes from and what it claims: title, date, licence, time, whole sets.
//!
//! Dates are those that a publisher states; a day in the file's name (`…_2025-01-20.csv`) counts as stated.

use domain::licence::{CommercialUse, Licence};
use domain::{Instant, Period};

use crate::Kind;

/// Where a file comes from and what it claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which kind it was read as.
    pub kind: Kind,
    /// The source in words.
    pub title: String,
    /// The source's own date, as exact as it is known; empty: the file has none.
    pub dated: String,
    /// What the source states, or "none stated", and what that means for trade.
    pub licence: Licence,
    /// For which time its rows speak, unless a fact says otherwise.
    pub valid: Period,
    /// In words: which fields claim to be the whole set.
    pub exhaustive: &'static str,
    /// Which of its columns are which, for a list of approved devices; empty: the kind's columns have fixed names.
    pub columns: String,
}

/// The package mcc-mnc-list 1.1.11 as the npm registry dates it. The newest shutdown that the list itself
/// states as done is of March 2023.
pub(crate) const WIKIPEDIA_DATED: &str = "2024-12-13";
/// The package python-stdnum 2.2 as its own files date it.
pub(crate) const STDNUM_DATED: &str = "2026-01-04";
/// The rule for a dated list of a network's bands: it is read for three years unless a newer one stands.
const TMOBILE_READ: (&str, &str) = ("2015-01-01", "2018-01-01");

/// Said of a source without a licence.
const NONE_STATED: &str = "none stated";

impl Origin {
    pub(crate) fn of(kind: Kind, file_name: &str) -> Self {
        let stated = date_in(file_name);
        let since = |date: &str| first_day(date).map_or(Period::ALWAYS, Period::since);
        let (dated, valid, licence, exhaustive) = match kind {
            Kind::GoogleDevices => {
                let dated = stated.unwrap_or_default();
                let valid = since(&dated);
                let none = "nothing: a device that is not listed may be certified all the same";
                (dated, valid, "none stated (Google's page)", none)
            }
            Kind::XiaomiSpecs => (
                stated.unwrap_or_else(|| "2024-10".to_owned()),
                // A phone's radio does not change with time.
                Period::ALWAYS,
                "GPL-3.0 (collection); the text is GSMArena's",
                "each technology's bands, except where rows of variants were lost; TD-SCDMA never",
            ),
            Kind::CarrierBands => {
                let dated = stated.unwrap_or_else(|| "2026-04".to_owned());
                let valid = since(&dated);
                (dated, valid, "none stated", "LTE, NR")
            }
            Kind::TmobileBands => (
                "2015".to_owned(),
                Period {
                    from: TMOBILE_READ.0.parse().ok(),
                    until: TMOBILE_READ.1.parse().ok(),
                },
                "none stated (copy of Wikipedia text, CC BY-SA)",
                "GSM, UMTS, LTE",
            ),
            Kind::WikipediaNetworks => (
                WIKIPEDIA_DATED.to_owned(),
                since(WIKIPEDIA_DATED),
                "MIT (package); text from Wikipedia, CC BY-SA",
                "nothing, except that a technology is gone where a shutdown is stated",
            ),
            Kind::BandTable => {
                let (dated, licence) = band_table(file_name);
                (dated.to_owned(), Period::ALWAYS, licence, "nothing")
            }
            Kind::MerchantFeed => (
                stated.unwrap_or_default(),
                Period::ALWAYS,
                "none stated",
                "items: what the seller no longer lists is no longer offered",
            ),
            Kind::MusalbasNetworks | Kind::JbjuliaNetworks => {
                let dated = stated.unwrap_or_default();
                let valid = since(&dated);
                (dated, valid, "MIT", "nothing: it gives names, no bands")
            }
            Kind::StdnumNetworks => (
                STDNUM_DATED.to_owned(),
                since(STDNUM_DATED),
                "LGPL-2.1+ (package); text from Wikipedia, CC BY-SA",
                "nothing",
            ),
            Kind::AospCarriers
            | Kind::AospCarrierList
            | Kind::AospHosts
            | Kind::AospCarrierConfig
            | Kind::AospCarrierFlags
            | Kind::LineageApns
            | Kind::LineageApnFiles => {
                let dated = stated.unwrap_or_default();
                let valid = since(&dated);
                let whole = match kind {
                    Kind::AospHosts => "nothing: hosts were inferred from codes that are shared",
                    Kind::AospCarrierConfig | Kind::AospCarrierFlags => {
                        "nothing: a flag that is not stated takes the phone's default"
                    }
                    _ => "nothing: a carrier that is not listed may ride there all the same",
                };
                (dated, valid, "Apache-2.0", whole)
            }
            Kind::MobileProviders => {
                let dated = stated.unwrap_or_default();
                let valid = since(&dated);
                let none = "nothing: a provider that is not listed may be there all the same";
                (dated, valid, "public domain", none)
            }
            Kind::KnownDevices | Kind::KnownNetworks | Kind::KnownBands => (
                String::new(),
                Period::ALWAYS,
                "single facts, each with its source",
                "per row",
            ),
            Kind::OsmocomTacs
            | Kind::SamsungTacs
            | Kind::XiaomiCertified
            | Kind::GsmarenaSheets
            | Kind::LineageDevices
            | Kind::MobileModels
            | Kind::GsmarenaCodes => device_list(kind, stated, file_name),
            _ => other(kind, stated),
        };
        let title = match kind {
            Kind::BandTable | Kind::MerchantFeed => {
                format!("{}, {}", kind.title(), base_name(file_name))
            }
            _ => kind.title().to_owned(),
        };
        Self {
            kind,
            title,
            dated,
            licence: Licence {
                text: licence.into(),
                commercial_use: commercial_use(kind, file_name),
            },
            valid,
            exhaustive,
            columns: String::new(),
        }
    }
}

/// What the licence of a kind of file means for trade. A licence of the collection settles nothing where the
/// text in it belongs to somebody else.
fn commercial_use(kind: Kind, file_name: &str) -> CommercialUse {
    match kind {
        Kind::MobileModels | Kind::MobileModelsPages | Kind::XiaomiModels => {
            CommercialUse::Forbidden
        }
        // The text is a web site's, and no grant was seen.
        Kind::GoogleDevices
        | Kind::XiaomiSpecs
        | Kind::XiaomiCertified
        | Kind::GsmarenaSheets
        | Kind::GsmarenaCodes
        | Kind::LineageDevices
        | Kind::CarrierBands
        | Kind::TmobileBands
        | Kind::MerchantFeed
        | Kind::GsmarenaRaw
        | Kind::XiaomiNames
        | Kind::XiaomiCodenames
        | Kind::XiaomiBuilds
        | Kind::XiaomiEnded
        | Kind::XiaomiEnterprise
        | Kind::PricerunnerOffers
        | Kind::EbayOffers
        | Kind::AzerbaijanOffers
        | Kind::FlipkartOffers
        | Kind::StoreOffers
        | Kind::SyntheticResale
        | Kind::GoogleTaxonomy => CommercialUse::NotStated,
        Kind::BandTable if band_table(file_name).1 == NONE_STATED => CommercialUse::NotStated,
        Kind::BandTable
        | Kind::WikipediaNetworks
        | Kind::MusalbasNetworks
        | Kind::JbjuliaNetworks
        | Kind::StdnumNetworks
        | Kind::AospCarriers
        | Kind::AospCarrierList
        | Kind::AospHosts
        | Kind::AospCarrierConfig
        | Kind::AospCarrierFlags
        | Kind::LineageApns
        | Kind::LineageApnFiles
        | Kind::MobileProviders
        | Kind::OsmocomTacs
        | Kind::SamsungTacs
        | Kind::KnownDevices
        | Kind::KnownNetworks
        | Kind::KnownBands
        | Kind::BlockedDevices
        | Kind::ApprovedDevices
        | Kind::SamsungSalesCodes
        | Kind::StolenCodes
        | Kind::StolenTexts
        | Kind::StolenDay
        | Kind::LdlcPrices
        | Kind::LdlcProducts
        | Kind::SchemaOrgExamples => CommercialUse::Allowed,
    }
}

/// Of a list that says what devices are called: its date, when it speaks, its licence, what it claims to hold whole.
fn device_list(
    kind: Kind,
    stated: Option<String>,
    file_name: &str,
) -> (String, Period, &'static str, &'static str) {
    let since = |date: &str| first_day(date).map_or(Period::ALWAYS, Period::since);
    match kind {
        Kind::OsmocomTacs => (
            copied_in(file_name).unwrap_or_default(),
            // An allocation is not taken back.
            Period::ALWAYS,
            "CC BY-SA 3.0, (c) Harald Welte 2016",
            "nothing",
        ),
        Kind::SamsungTacs => (
            stated.unwrap_or_default(),
            Period::ALWAYS,
            "MIT (SamloaderKotlin)",
            "nothing",
        ),
        Kind::XiaomiCertified => {
            let dated = stated.unwrap_or_default();
            let valid = since(&dated);
            let none = "nothing: a device that is not listed may be certified all the same";
            (dated, valid, "GPL-3.0 (collection); Google's list", none)
        }
        Kind::GsmarenaSheets => (
            stated.unwrap_or_else(|| "2021-02".to_owned()),
            // A phone's radio does not change with time.
            Period::ALWAYS,
            "none stated; the text is GSMArena's",
            "each technology's bands, except where rows of variants were lost; TD-SCDMA never",
        ),
        Kind::LineageDevices => (
            stated.unwrap_or_default(),
            Period::ALWAYS,
            "none stated (LineageOS's wiki)",
            "nothing",
        ),
        Kind::MobileModels => (
            stated.unwrap_or_else(|| "2026-08-21".to_owned()),
            Period::ALWAYS,
            "CC BY-NC-SA 4.0 (MobileModels): not for commercial use",
            "nothing",
        ),
        // GSMArena's codes.
        _ => (
            stated.unwrap_or_else(|| "2024-09".to_owned()),
            Period::ALWAYS,
            "ISC (collection); the text is GSMArena's",
            "nothing",
        ),
    }
}

/// Of lists that say nothing of radio, but for the sheets of one brand: the same.
fn other(kind: Kind, stated: Option<String>) -> (String, Period, &'static str, &'static str) {
    let (unless_stated, licence, exhaustive) = match kind {
        Kind::GsmarenaRaw => (
            "2021-02",
            "none stated; the text is GSMArena's",
            "each technology's bands, except where rows of variants were lost; TD-SCDMA never",
        ),
        Kind::MobileModelsPages => (
            "2026-08-21",
            "CC BY-NC-SA 4.0 (MobileModels): not for commercial use",
            "nothing",
        ),
        Kind::XiaomiModels => (
            "2026",
            "CC BY-NC-SA 4.0 (from MobileModels): not for commercial use",
            "nothing",
        ),
        Kind::XiaomiNames
        | Kind::XiaomiCodenames
        | Kind::XiaomiBuilds
        | Kind::XiaomiEnded
        | Kind::XiaomiEnterprise => ("2026", "GPL-3.0 (collection); Xiaomi's lists", "nothing"),
        Kind::SamsungSalesCodes => ("", "MIT (SamloaderKotlin)", "nothing"),
        Kind::StolenCodes | Kind::StolenTexts | Kind::StolenDay => (
            "2026-08-08",
            "CC BY 4.0, National Police of Ukraine and M. Klimnyk",
            "nothing: a part of the register, typed by hand",
        ),
        Kind::LdlcPrices | Kind::LdlcProducts => ("2026-05-19", "MIT", "nothing"),
        Kind::FlipkartOffers | Kind::StoreOffers => ("2024", "none stated", "nothing"),
        Kind::PricerunnerOffers => ("", "none stated; data by L. Akritidis", "nothing"),
        Kind::SyntheticResale => (
            "",
            "none stated",
            "nothing: SYNTHETIC, no such offer was ever made; prices without a currency are left out",
        ),
        Kind::GoogleTaxonomy => (
            "2021-09-21",
            "none stated (Google's page)",
            "the categories",
        ),
        Kind::SchemaOrgExamples => ("", "Apache-2.0 (repository)", "nothing"),
        Kind::BlockedDevices => (
            "",
            "the operator's own",
            "nothing: a unit that is not listed may be blocked all the same",
        ),
        Kind::ApprovedDevices => (
            "",
            "the network's own",
            "the devices that the network approves: what a later delivery no longer has is withdrawn",
        ),
        _ => ("", "none stated", "nothing"),
    };
    let dated = stated.unwrap_or_else(|| unless_stated.to_owned());
    (dated, Period::ALWAYS, licence, exhaustive)
}

/// The release that a known table states, and its licence.
fn band_table(file_name: &str) -> (&'static str, &'static str) {
    let name = base_name(file_name);
    let has = |part: &str| name.contains(part);
    if has("ts36104") {
        ("TS 36.104 V19.2.0", "MIT (nrarfcn 2.6.0)")
    } else if has("ts38104") {
        ("TS 38.104 V19.4.0", "MIT (nrarfcn 2.6.0)")
    } else if has("_aosp") {
        ("", "Apache-2.0 (AOSP)")
    } else if has("srsran") {
        ("", "AGPL-3.0 (srsRAN; numbers only)")
    } else if has("netmonster") {
        ("", "Apache-2.0 (netmonster-core)")
    } else {
        ("", NONE_STATED)
    }
}

/// The file's own name, without folders.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// `2025-01-20`, `20250120` or `2026-04` in a file's name.
fn date_in(file_name: &str) -> Option<String> {
    let name = base_name(file_name);
    let candidates = name.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    candidates
        .map(|word| with_dashes(word.trim_matches('-')))
        .find(|word| word.starts_with("20") && first_day(word).is_some())
}

/// `20230416` as `2023-04-16`; anything else as it is.
fn with_dashes(word: &str) -> String {
    match (word.get(..4), word.get(4..6), word.get(6..)) {
        (Some(year), Some(month), Some(day)) if word.len() == 8 => format!("{year}-{month}-{day}"),
        _ => word.to_owned(),
    }
}

/// `copy2018` in a file's name: the list has no date of its own, only its copy has.
fn copied_in(file_name: &str) -> Option<String> {
    let (_, after) = base_name(file_name).split_once("copy")?;
    let year = after.get(..4)?;
    let is_year = year.starts_with("20") && year.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| year.to_owned())
}

/// The first day of a day or a month.
fn first_day(date: &str) -> Option<Instant> {
    match date.len() {
        7 => format!("{date}-01").parse().ok(),
        10 => date.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_in_the_name_is_the_files_date() {
        for (name, dated) in [
            (
                "/x/supported_devices_2025-01-20.csv.zst",
                Some("2025-01-20"),
            ),
            ("carrier_bands_irlbox_2026-04.csv", Some("2026-04")),
            ("info_20230416.xml", Some("2023-04-16")),
            ("info_20231316.xml", None),
            ("info_2023-416.xml", None),
            ("2020-01/devices.csv", None),
            ("list_2025-13.csv", None),
            ("list_1.1.11.json", None),
        ] {
            assert_eq!(date_in(name).as_deref(), dated, "{name}");
        }
    }

    #[test]
    fn only_a_grant_that_covers_the_text_allows_trade() {
        use CommercialUse::{Allowed, Forbidden, NotStated};
        for (kind, name, expected) in [
            (Kind::MobileModels, "xiaomi_en.md", Forbidden),
            (Kind::SamsungTacs, "samsung_tacs_2026-05.csv", Allowed),
            (Kind::WikipediaNetworks, "mcc_mnc.json", Allowed),
            // GPL-3.0 is the collection's; the text is not.
            (
                Kind::XiaomiSpecs,
                "xiaomi_gsmarena_2024-10.jsonl",
                NotStated,
            ),
            (
                Kind::GoogleDevices,
                "supported_devices_2025-01-20.csv",
                NotStated,
            ),
            (Kind::BandTable, "lte_second_source_aosp.csv", Allowed),
            (
                Kind::BandTable,
                "lte_second_source_earfcn_pkg.csv",
                NotStated,
            ),
        ] {
            let licence = Origin::of(kind, name).licence;
            assert_eq!(licence.commercial_use, expected, "{name}: {licence}");
        }
    }

    #[test]
    fn the_list_of_2015_is_read_for_three_years() {
        let origin = Origin::of(Kind::TmobileBands, "tmobile_us_bands_2015.csv");
        let at = |date: &str| origin.valid.contains(date.parse().expect("a date"));
        assert!(at("2016-02-01") && at("2015-01-01"));
        assert!(!at("2014-12-31") && !at("2018-01-01"));
    }
}
