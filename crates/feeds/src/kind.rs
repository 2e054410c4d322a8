//! The kinds of files that are understood, by their stable words.

use std::fmt;
use std::str::FromStr;

use domain::ParseError;

/// The files that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Google Play's supported devices.
    GoogleDevices,
    /// Xiaomi phones' specification sheets, collected from GSMArena.
    XiaomiSpecs,
    /// LTE and NR bands per carrier.
    CarrierBands,
    /// T-Mobile US's bands in 2015.
    TmobileBands,
    /// Mobile network codes with bands, collected from Wikipedia.
    WikipediaNetworks,
    /// One of the 3GPP band tables.
    BandTable,
    /// A seller's product feed in Google Merchant's attributes: RSS, Atom, CSV or TSV.
    MerchantFeed,
    /// Our own written-down devices.
    KnownDevices,
    /// Our own written-down networks.
    KnownNetworks,
    /// Our own written-down bands.
    KnownBands,
    /// Mobile network codes with names: musalbas' table.
    MusalbasNetworks,
    /// Mobile network codes with names: jbjulia's object.
    JbjuliaNetworks,
    /// Mobile network codes with bands: python-stdnum's tree.
    StdnumNetworks,
    /// Osmocom's type allocation codes.
    OsmocomTacs,
    /// Samsung's type allocation codes, with the model codes that each covers.
    SamsungTacs,
    /// Xiaomi's phones on Google Play's list.
    XiaomiCertified,
    /// GSMArena's specification sheets of all brands, collected in 2021.
    GsmarenaSheets,
    /// Android's carrier ids with their codes and rules.
    AospCarriers,
    /// Android's carrier ids as Android ships them, a message each.
    AospCarrierList,
    /// Virtual carriers' hosts, inferred from Android's carrier ids.
    AospHosts,
    /// What carriers' configurations on phones say that they offer: Android's files in an archive.
    AospCarrierConfig,
    /// The flags of carriers' configurations, as a table.
    AospCarrierFlags,
    /// LineageOS's access points, of which some are a virtual carrier's.
    LineageApns,
    /// LineageOS's access points, a file for each country in an archive.
    LineageApnFiles,
    /// Providers of mobile service with network codes, by country: mobile-broadband-provider-info.
    MobileProviders,
    /// Devices of LineageOS's wiki.
    LineageDevices,
    /// MobileModels' tables of model codes.
    MobileModels,
    /// GSMArena's devices with their model codes.
    GsmarenaCodes,
    /// GSMArena's specification sheets of one brand, as their collector ships them.
    GsmarenaRaw,
    /// MobileModels' page of one brand, in Markdown.
    MobileModelsPages,
    /// Xiaomi's model codes by code name.
    XiaomiModels,
    /// Xiaomi's names by code name.
    XiaomiNames,
    /// Xiaomi's code names alone.
    XiaomiCodenames,
    /// The codes of Xiaomi's system builds by code name.
    XiaomiBuilds,
    /// Xiaomi's devices that get no more updates.
    XiaomiEnded,
    /// Xiaomi's devices recommended for enterprises, with the end of their updates.
    XiaomiEnterprise,
    /// Samsung's sales codes with countries and carriers.
    SamsungSalesCodes,
    /// What a register of stolen phones calls each type allocation code.
    StolenCodes,
    /// What phones are called in a register of stolen phones.
    StolenTexts,
    /// A day's records of a register of stolen phones.
    StolenDay,
    /// Offers of many shops, matched to products.
    PricerunnerOffers,
    /// A French shop's prices, hour by hour.
    LdlcPrices,
    /// A French shop's phones.
    LdlcProducts,
    /// eBay's listings of phones.
    EbayOffers,
    /// Offers of shops in Azerbaijan.
    AzerbaijanOffers,
    /// Flipkart's listings of phones.
    FlipkartOffers,
    /// Phones with their prices in several shops.
    StoreOffers,
    /// Resale offers that a program made up.
    SyntheticResale,
    /// Google's product categories.
    GoogleTaxonomy,
    /// schema.org's examples of products and offers.
    SchemaOrgExamples,
    /// An operator's list of blocked units. Never told by its head: a stock list has the same columns.
    BlockedDevices,
    /// A host network's own list of approved devices. Never told by its head: any list of devices has such columns.
    ApprovedDevices,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 52] = [
        Self::GoogleDevices,
        Self::XiaomiSpecs,
        Self::CarrierBands,
        Self::TmobileBands,
        Self::WikipediaNetworks,
        Self::BandTable,
        Self::MerchantFeed,
        Self::KnownDevices,
        Self::KnownNetworks,
        Self::KnownBands,
        Self::MusalbasNetworks,
        Self::JbjuliaNetworks,
        Self::StdnumNetworks,
        Self::OsmocomTacs,
        Self::SamsungTacs,
        Self::XiaomiCertified,
        Self::GsmarenaSheets,
        Self::AospCarriers,
        Self::AospCarrierList,
        Self::AospHosts,
        Self::AospCarrierConfig,
        Self::AospCarrierFlags,
        Self::LineageApns,
        Self::LineageApnFiles,
        Self::MobileProviders,
        Self::LineageDevices,
        Self::MobileModels,
        Self::GsmarenaCodes,
        Self::GsmarenaRaw,
        Self::MobileModelsPages,
        Self::XiaomiModels,
        Self::XiaomiNames,
        Self::XiaomiCodenames,
        Self::XiaomiBuilds,
        Self::XiaomiEnded,
        Self::XiaomiEnterprise,
        Self::SamsungSalesCodes,
        Self::StolenCodes,
        Self::StolenTexts,
        Self::StolenDay,
        Self::PricerunnerOffers,
        Self::LdlcPrices,
        Self::LdlcProducts,
        Self::EbayOffers,
        Self::AzerbaijanOffers,
        Self::FlipkartOffers,
        Self::StoreOffers,
        Self::SyntheticResale,
        Self::GoogleTaxonomy,
        Self::SchemaOrgExamples,
        Self::BlockedDevices,
        Self::ApprovedDevices,
    ];

    /// Whether a file is taken for one only when somebody says so.
    #[must_use]
    pub const fn is_never_told(self) -> bool {
        matches!(self, Self::BlockedDevices | Self::ApprovedDevices)
    }

    /// The stable word for it, used on the command line and in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoogleDevices => "google-devices",
            Self::XiaomiSpecs => "xiaomi-specs",
            Self::CarrierBands => "carrier-bands",
            Self::TmobileBands => "tmobile-bands",
            Self::WikipediaNetworks => "wikipedia-networks",
            Self::BandTable => "band-table",
            Self::MerchantFeed => "merchant-feed",
            Self::KnownDevices => "known-devices",
            Self::KnownNetworks => "known-networks",
            Self::KnownBands => "known-bands",
            Self::MusalbasNetworks => "musalbas-networks",
            Self::JbjuliaNetworks => "jbjulia-networks",
            Self::StdnumNetworks => "stdnum-networks",
            Self::OsmocomTacs => "osmocom-tacs",
            Self::SamsungTacs => "samsung-tacs",
            Self::XiaomiCertified => "xiaomi-certified",
            Self::GsmarenaSheets => "gsmarena-sheets",
            Self::AospCarriers => "aosp-carriers",
            Self::AospCarrierList => "aosp-carrier-list",
            Self::AospHosts => "aosp-hosts",
            Self::AospCarrierConfig => "aosp-carrier-config",
            Self::AospCarrierFlags => "aosp-carrier-flags",
            Self::LineageApns => "lineage-apns",
            Self::LineageApnFiles => "lineage-apn-files",
            Self::MobileProviders => "mobile-providers",
            Self::LineageDevices => "lineage-devices",
            Self::MobileModels => "mobile-models",
            Self::GsmarenaCodes => "gsmarena-codes",
            Self::GsmarenaRaw => "gsmarena-raw",
            Self::MobileModelsPages => "mobile-models-pages",
            Self::XiaomiModels => "xiaomi-models",
            Self::XiaomiNames => "xiaomi-names",
            Self::XiaomiCodenames => "xiaomi-codenames",
            Self::XiaomiBuilds => "xiaomi-builds",
            Self::XiaomiEnded => "xiaomi-ended",
            Self::XiaomiEnterprise => "xiaomi-enterprise",
            Self::SamsungSalesCodes => "samsung-sales-codes",
            Self::StolenCodes => "stolen-codes",
            Self::StolenTexts => "stolen-texts",
            Self::StolenDay => "stolen-day",
            Self::PricerunnerOffers => "pricerunner-offers",
            Self::LdlcPrices => "ldlc-prices",
            Self::LdlcProducts => "ldlc-products",
            Self::EbayOffers => "ebay-offers",
            Self::AzerbaijanOffers => "azerbaijan-offers",
            Self::FlipkartOffers => "flipkart-offers",
            Self::StoreOffers => "store-offers",
            Self::SyntheticResale => "synthetic-resale",
            Self::GoogleTaxonomy => "google-taxonomy",
            Self::SchemaOrgExamples => "schema-org-examples",
            Self::BlockedDevices => "blocked-devices",
            Self::ApprovedDevices => "approved-devices",
        }
    }

    /// In words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::GoogleDevices => "Google Play supported devices",
            Self::XiaomiSpecs => "Xiaomi specifications, GSMArena",
            Self::CarrierBands => "LTE and NR bands per carrier, IRLbox",
            Self::TmobileBands => "T-Mobile US bands, 3circuit.com",
            Self::WikipediaNetworks => "Mobile network codes, Wikipedia",
            Self::BandTable => "3GPP band table",
            Self::MerchantFeed => "Product feed",
            Self::KnownDevices => "Written-down devices",
            Self::KnownNetworks => "Written-down networks",
            Self::KnownBands => "Written-down bands",
            Self::MusalbasNetworks => "Mobile network codes, musalbas",
            Self::JbjuliaNetworks => "Mobile network codes, jbjulia",
            Self::StdnumNetworks => "Mobile network codes, python-stdnum",
            Self::OsmocomTacs => "Type allocation codes, Osmocom",
            Self::SamsungTacs => "Type allocation codes of Samsung, SamloaderKotlin",
            Self::XiaomiCertified => "Xiaomi on Google Play's list, XiaomiFirmwareUpdater",
            Self::GsmarenaSheets => "Specifications of all brands, GSMArena",
            Self::AospCarriers => "Carrier ids, Android",
            Self::AospCarrierList => "Carrier ids as Android ships them",
            Self::AospHosts => "Hosts of virtual carriers, inferred from Android's carrier ids",
            Self::AospCarrierConfig => "Carriers' configurations on phones, Android",
            Self::AospCarrierFlags => "Flags of carriers' configurations on phones, Android",
            Self::LineageApns => "Access points, LineageOS",
            Self::LineageApnFiles => "Access points as LineageOS ships them",
            Self::MobileProviders => "Mobile providers and their codes, GNOME",
            Self::LineageDevices => "Devices of LineageOS's wiki",
            Self::MobileModels => "Model codes, MobileModels",
            Self::GsmarenaCodes => "Model codes, GSMArena",
            Self::GsmarenaRaw => "Specifications of one brand, GSMArena, as collected",
            Self::MobileModelsPages => "Model codes of one brand, MobileModels",
            Self::XiaomiModels => "Xiaomi model codes by code name, XiaomiFirmwareUpdater",
            Self::XiaomiNames => "Xiaomi names by code name, XiaomiFirmwareUpdater",
            Self::XiaomiCodenames => "Xiaomi code names, XiaomiFirmwareUpdater",
            Self::XiaomiBuilds => "Xiaomi build codes by code name, XiaomiFirmwareUpdater",
            Self::XiaomiEnded => "Xiaomi devices without further updates",
            Self::XiaomiEnterprise => "Xiaomi devices of Android Enterprise Recommended",
            Self::SamsungSalesCodes => "Sales codes of Samsung, SamloaderKotlin",
            Self::StolenCodes => "Type allocation codes in Ukraine's register of stolen phones",
            Self::StolenTexts => "Texts in Ukraine's register of stolen phones",
            Self::StolenDay => "A day of Ukraine's register of stolen phones",
            Self::PricerunnerOffers => "Offers of many shops, PriceRunner",
            Self::LdlcPrices => "Hourly prices of LDLC",
            Self::LdlcProducts => "Products of LDLC",
            Self::EbayOffers => "Listings of phones on eBay",
            Self::AzerbaijanOffers => "Offers of eleven shops in Azerbaijan",
            Self::FlipkartOffers => "Listings of phones on Flipkart",
            Self::StoreOffers => "Phones with their prices per shop",
            Self::SyntheticResale => "SYNTHETIC resale offers, made up by a program",
            Self::GoogleTaxonomy => "Google product categories",
            Self::SchemaOrgExamples => "Examples of Product and Offer, schema.org",
            Self::BlockedDevices => "Blocked units, an operator's list",
            Self::ApprovedDevices => "Approved devices of a host network",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text.trim())
            .ok_or_else(|| ParseError::new(text, "a kind of file", KINDS_IN_WORDS))
    }
}

/// For error texts: every kind by its stable word.
pub(crate) const KINDS_IN_WORDS: &str = "the kinds are google-devices, xiaomi-specs, carrier-bands, tmobile-bands, wikipedia-networks, \
     band-table, merchant-feed, known-devices, known-networks, known-bands, musalbas-networks, \
     jbjulia-networks, stdnum-networks, osmocom-tacs, samsung-tacs, xiaomi-certified, \
     gsmarena-sheets, aosp-carriers, aosp-carrier-list, aosp-hosts, aosp-carrier-config, \
     aosp-carrier-flags, lineage-apns, lineage-apn-files, mobile-providers, lineage-devices, \
     mobile-models, gsmarena-codes, gsmarena-raw, mobile-models-pages, xiaomi-models, xiaomi-names, \
     xiaomi-codenames, xiaomi-builds, xiaomi-ended, xiaomi-enterprise, samsung-sales-codes, \
     stolen-codes, stolen-texts, stolen-day, pricerunner-offers, ldlc-prices, ldlc-products, \
     ebay-offers, azerbaijan-offers, flipkart-offers, store-offers, synthetic-resale, \
     google-taxonomy, schema-org-examples, blocked-devices, approved-devices";
