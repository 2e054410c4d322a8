//! Which kind a file is: by its name first, else by what it begins with.

use crate::Kind;
use crate::bandtable::Layout;
use crate::origin::base_name;
use crate::osmocom;
use crate::stdnum;
use crate::table::header_names;
use crate::taxonomy;

/// By the name under which its publisher ships it.
pub(crate) fn by_name(file_name: &str) -> Option<Kind> {
    let name = base_name(file_name).to_ascii_lowercase();
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    match name {
        "devices.toml" => return Some(Kind::KnownDevices),
        "networks.toml" => return Some(Kind::KnownNetworks),
        "bands.toml" => return Some(Kind::KnownBands),
        "mcc-mnc-list.json" => return Some(Kind::WikipediaNetworks),
        _ => {}
    }
    [
        ("supported_devices", ".csv", Kind::GoogleDevices),
        ("xiaomi_gsmarena", ".jsonl", Kind::XiaomiSpecs),
        ("carrier_bands", ".csv", Kind::CarrierBands),
        ("tmobile_us_bands", ".csv", Kind::TmobileBands),
        ("mcc_mnc_wikipedia", ".json", Kind::WikipediaNetworks),
        ("mcc_mnc_musalbas", ".csv", Kind::MusalbasNetworks),
        ("mcc_mnc_jbjulia", ".json", Kind::JbjuliaNetworks),
        ("stdnum_imsi", ".dat", Kind::StdnumNetworks),
        ("osmocom_tacdb", ".csv", Kind::OsmocomTacs),
        ("samsung_tacs", ".csv", Kind::SamsungTacs),
        ("xiaomi_certified", ".json", Kind::XiaomiCertified),
        ("gsmarena_2021", ".jsonl", Kind::GsmarenaSheets),
        ("aosp_carriers_flat", ".csv", Kind::AospCarriers),
        ("aosp_carrier_list", ".textpb", Kind::AospCarrierList),
        ("carrier_list", ".textpb", Kind::AospCarrierList),
        ("mvno_host_from_aosp", ".csv", Kind::AospHosts),
        (
            "aosp_carrier_config_ims_flags",
            ".csv",
            Kind::AospCarrierFlags,
        ),
        ("aosp_carrier_config", ".tar", Kind::AospCarrierConfig),
        ("lineage_apns_flat", ".csv", Kind::LineageApns),
        ("lineage_apns", ".tar", Kind::LineageApnFiles),
        ("mobile_broadband", ".xml", Kind::MobileProviders),
        ("serviceproviders", ".xml", Kind::MobileProviders),
        ("lineageos_wiki", ".jsonl", Kind::LineageDevices),
        ("mobilemodels", ".tsv", Kind::MobileModels),
        ("gsmarena_2024", ".json", Kind::GsmarenaCodes),
        ("gsmarena_2021-02_raw", ".csv", Kind::GsmarenaRaw),
        ("samsung_csc", ".csv", Kind::SamsungSalesCodes),
        ("ua_tac_consensus", ".csv", Kind::StolenCodes),
        ("ua_brand_model_texts", ".csv", Kind::StolenTexts),
        ("ua_register_sample", ".csv", Kind::StolenDay),
        ("pricerunner", ".csv", Kind::PricerunnerOffers),
        ("ldlc_price_history", ".csv", Kind::LdlcPrices),
        ("ldlc_products", ".csv", Kind::LdlcProducts),
        ("ebay_phones", ".csv", Kind::EbayOffers),
        ("azerbaijan_retail_phones", ".csv", Kind::AzerbaijanOffers),
        ("flipkart_phones", ".csv", Kind::FlipkartOffers),
        ("phones_by_store", ".csv", Kind::StoreOffers),
        ("synthetic_resale", ".csv", Kind::SyntheticResale),
        ("google_taxonomy", ".txt", Kind::GoogleTaxonomy),
        ("schemaorg", ".jsonl", Kind::SchemaOrgExamples),
    ]
    .into_iter()
    .find(|(start, end, _)| name.starts_with(start) && name.ends_with(end))
    .map(|(_, _, kind)| kind)
}

/// By its head, as text.
pub(crate) fn by_head(head: &str) -> Option<Kind> {
    // A stock list with a column of units must not become a list of blocked ones by itself.
    let mut told = Kind::ALL.into_iter().filter(|kind| !kind.is_never_told());
    told.find(|kind| is(*kind, head))
}

/// Whether the head is that of such a file.
pub(crate) fn is(kind: Kind, head: &str) -> bool {
    let start = head.trim_start();
    let columns = || {
        header_names(
            head.lines()
                .find(|l| !l.trim().is_empty())
                .unwrap_or_default(),
        )
    };
    let has = |wanted: &[&str]| {
        let columns = columns();
        let mut wanted = wanted.iter();
        wanted.all(|name| columns.iter().any(|column| column == name))
    };
    match kind {
        Kind::GoogleDevices => has(&["retail_branding", "marketing_name", "device", "model"]),
        Kind::XiaomiSpecs => start.starts_with('{') && start.contains("\"specs\""),
        Kind::CarrierBands => has(&["country", "carrier", "lte_bands", "nr_bands"]),
        Kind::TmobileBands => has(&["frequency", "band", "technology", "status"]),
        Kind::WikipediaNetworks => {
            start.starts_with('[') && start.contains("\"mcc\"") && start.contains("\"bands\"")
        }
        Kind::BandTable => Layout::of(&columns()).is_some(),
        Kind::MerchantFeed => is_feed(start) || has(&["id", "title", "price"]),
        Kind::KnownDevices => has_row(head, "[[device]]"),
        Kind::KnownNetworks => has_row(head, "[[network]]"),
        Kind::KnownBands => has_row(head, "[[band]]"),
        Kind::MusalbasNetworks => has(&["mcc", "mnc", "iso", "network"]),
        Kind::JbjuliaNetworks => {
            start.starts_with('{') && start.contains("\"MCC\"") && start.contains("\"NETWORK\"")
        }
        Kind::StdnumNetworks => is_tree(head),
        Kind::OsmocomTacs => osmocom::is_head(head),
        Kind::SamsungTacs => has(&["tac", "model", "model2"]),
        Kind::XiaomiCertified => {
            start.starts_with('[') && start.contains("\"name\"") && start.contains("\"model\"")
        }
        Kind::GsmarenaSheets => {
            start.starts_with('{')
                && start.contains("\"Model Name\"")
                && start.contains("\"Technology\"")
        }
        Kind::AospCarriers => has(&["canonical_id", "carrier_name", "mccmnc", "mvno_match"]),
        Kind::AospCarrierList => head.contains("carrier_id") && head.contains("canonical_id:"),
        Kind::AospHosts => has(&["canonical_id", "carrier_name", "hosts_sharing_mccmnc"]),
        Kind::AospCarrierConfig => is_archive_of(head, "<carrier_config"),
        Kind::AospCarrierFlags => has(&["file", "filter", "carrier_volte_available_bool"]),
        Kind::LineageApns => has(&["mcc", "mnc", "carrier", "mvno_type", "mvno_match_data"]),
        Kind::LineageApnFiles => is_archive_of(head, "<apn"),
        Kind::MobileProviders => start.starts_with('<') && start.contains("<serviceproviders"),
        Kind::LineageDevices => {
            start.starts_with('{') && start.contains("\"vendor\"") && start.contains("\"codename\"")
        }
        Kind::MobileModels => has(&["brand_file", "group", "model_code", "market_name"]),
        Kind::GsmarenaCodes => {
            start.starts_with('{')
                && start.contains("\"data\"")
                && start.contains("\"device_name\"")
        }
        Kind::BlockedDevices => has(&["imei"]),
        // Its reader tells which heads there are, and which are missing.
        Kind::ApprovedDevices => true,
        _ => is_other(kind, start, &has),
    }
}

/// As [`is`], of the kinds that it leaves out.
fn is_other(kind: Kind, start: &str, has: &dyn Fn(&[&str]) -> bool) -> bool {
    match kind {
        Kind::GsmarenaRaw => has(&["brand", "model_name", "technology"]) && start.contains("\nb'"),
        Kind::MobileModelsPages => is_page(start),
        Kind::XiaomiModels => {
            start.starts_with('{')
                && start.contains("\"internal_name\"")
                && start.contains("\"models\"")
        }
        Kind::XiaomiNames => {
            let texts = first_texts(start, '{');
            let mut names = texts.iter().skip(1).step_by(2);
            has_region(&texts, 2) && names.any(|name| name.contains(' '))
        }
        Kind::XiaomiCodenames => has_region(&first_texts(start, '['), 1),
        Kind::XiaomiBuilds => {
            let texts = first_texts(start, '{');
            let mut codes = texts.iter().skip(1).step_by(2);
            has_region(&texts, 2) && codes.any(|code| is_build(code))
        }
        Kind::XiaomiEnded => {
            start.starts_with('{')
                && start.contains("\"phone\"")
                && start.contains("\"deviceName\"")
        }
        Kind::XiaomiEnterprise => {
            start.starts_with('{')
                && start.contains("\"items\"")
                && start.contains("\"securityUpdateEol\"")
        }
        Kind::SamsungSalesCodes => has(&["csc", "countries", "carriers"]),
        Kind::StolenCodes => has(&["tac", "records", "top_text", "top_text_records"]),
        Kind::StolenTexts => has(&["brand_model_text", "records"]),
        Kind::StolenDay => has(&["insert_date", "brand_model_text", "tac"]),
        Kind::PricerunnerOffers => {
            has(&["product_id", "product_title", "vendor_id", "cluster_label"])
        }
        Kind::LdlcPrices => has(&["feed", "reference", "observed_at", "price"]),
        Kind::LdlcProducts => has(&["reference", "nom", "availability_label"]),
        Kind::EbayOffers => has(&["product_name", "conditions", "price", "delivery_charges"]),
        Kind::AzerbaijanOffers => has(&["source", "product_id", "price_current", "in_stock"]),
        Kind::FlipkartOffers => has(&["pid", "listingid", "title", "mrp", "price"]),
        Kind::StoreOffers => has(&["phone_brand", "phone_model", "store", "price_usd"]),
        Kind::SyntheticResale => has(&[
            "brand",
            "model",
            "battery_health",
            "trade_in_value",
            "price",
        ]),
        Kind::GoogleTaxonomy => start.starts_with(taxonomy::VERSION),
        Kind::SchemaOrgExamples => {
            start.starts_with('{') && start.contains("\"types\"") && start.contains("\"json_text\"")
        }
        _ => false,
    }
}

/// A page of MobileModels: a heading, then a list that says whether code names are given.
fn is_page(start: &str) -> bool {
    let mut lines = start.lines().map(str::trim);
    let is_heading = lines.next().is_some_and(|line| line.starts_with("# "));
    let mut list = lines.take_while(|line| !line.starts_with("##"));
    is_heading && list.any(|line| line.to_lowercase().starts_with("- codename:"))
}

/// The texts that a JSON list or object begins with, keys and values in turn, up to the first other value.
fn first_texts(start: &str, opening: char) -> Vec<&str> {
    const LOOKED_AT: usize = 40;
    let mut texts = Vec::new();
    let mut rest = start.strip_prefix(opening).unwrap_or_default();
    while let Some(quoted) = rest.trim_start().strip_prefix('"')
        && let Some((text, after)) = quoted.split_once('"')
        && texts.len() < LOOKED_AT
    {
        texts.push(text);
        let after = after.trim_start();
        rest = after.strip_prefix([',', ':']).unwrap_or_default();
    }
    texts
}

/// Whether one of the keys is a code name of Xiaomi's with a region: `ferrari_global`.
fn has_region(texts: &[&str], step: usize) -> bool {
    let mut keys = texts.iter().step_by(step);
    keys.any(|key| key.ends_with("_global"))
}

/// The code of a build.
fn is_build(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What such a file begins with, for an error's text.
pub(crate) const fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::GoogleDevices => "the columns Retail Branding, Marketing Name, Device, Model",
        Kind::XiaomiSpecs => "one JSON object per line, with \"specs\"",
        Kind::CarrierBands => "the columns country, carrier, lte_bands, nr_bands",
        Kind::TmobileBands => "the columns frequency, band, technology, status",
        Kind::WikipediaNetworks => "a JSON array of objects with \"mcc\" and \"bands\"",
        Kind::BandTable => "a header row of a known band table",
        Kind::MerchantFeed => "RSS, Atom, or the columns id, title and price",
        Kind::KnownDevices => "[[device]] tables",
        Kind::KnownNetworks => "[[network]] tables",
        Kind::KnownBands => "[[band]] tables",
        Kind::MusalbasNetworks => "the columns MCC, MNC, ISO, Network",
        Kind::JbjuliaNetworks => "a JSON object of objects with \"MCC\" and \"NETWORK\"",
        Kind::StdnumNetworks => {
            "a line with a country code, then lines of networks that begin with a blank"
        }
        Kind::OsmocomTacs => "the columns tac, name, name, in the first or second line",
        Kind::SamsungTacs => "the columns tac, model, model2",
        Kind::XiaomiCertified => "a JSON array of objects with \"name\" and \"model\"",
        Kind::GsmarenaSheets => "one JSON object per line, with \"Model Name\" and \"Technology\"",
        Kind::AospCarriers => "the columns canonical_id, carrier_name, mccmnc, mvno_match",
        Kind::AospCarrierList => "carrier_id messages with canonical_id in protobuf's text format",
        Kind::AospHosts => "the columns canonical_id, carrier_name, hosts_sharing_mccmnc",
        Kind::AospCarrierConfig => "a tar archive of XML files with <carrier_config>",
        Kind::AospCarrierFlags => "the columns file, filter, carrier_volte_available_bool",
        Kind::LineageApns => "the columns mcc, mnc, carrier, mvno_type, mvno_match_data",
        Kind::LineageApnFiles => "a tar archive of XML files with <apns>",
        Kind::MobileProviders => "XML with <serviceproviders>",
        Kind::LineageDevices => "one JSON object per line, with \"vendor\" and \"codename\"",
        Kind::MobileModels => "the columns brand_file, group, model_code, market_name",
        Kind::GsmarenaCodes => {
            "a JSON object with an array \"data\" of objects with \"device_name\""
        }
        Kind::BlockedDevices => "the column imei, and perhaps reason, since, reported_by",
        Kind::ApprovedDevices => {
            "a column of type allocation codes or model codes, or of brands and names"
        }
        _ => expected_other(kind),
    }
}

const fn expected_other(kind: Kind) -> &'static str {
    match kind {
        Kind::GsmarenaRaw => {
            "the columns Brand, Model Name, Technology, with byte literals under them"
        }
        Kind::MobileModelsPages => {
            "a heading, a list with a line \"codename\", then codes in back ticks"
        }
        Kind::XiaomiModels => "a JSON object of objects with \"internal_name\" and \"models\"",
        Kind::XiaomiNames => "a JSON object of texts with blanks: code names with names",
        Kind::XiaomiCodenames => "a JSON array of texts without blanks",
        Kind::XiaomiBuilds => "a JSON object of texts of four capital letters",
        Kind::XiaomiEnded => "a JSON object with \"phone\" and \"deviceName\"",
        Kind::XiaomiEnterprise => "a JSON object with \"items\" and \"securityUpdateEol\"",
        Kind::SamsungSalesCodes => "the columns csc, countries, carriers",
        Kind::StolenCodes => "the columns tac, records, top_text, top_text_records",
        Kind::StolenTexts => "the columns brand_model_text, records",
        Kind::StolenDay => "the columns insert_date, brand_model_text, tac",
        Kind::PricerunnerOffers => {
            "the columns product_id, product_title, vendor_id, cluster_label"
        }
        Kind::LdlcPrices => "the columns feed, reference, observed_at, price",
        Kind::LdlcProducts => "the columns reference, nom, availability_label",
        Kind::EbayOffers => "the columns product_name, conditions, price, delivery_charges",
        Kind::AzerbaijanOffers => "the columns source, product_id, price_current, in_stock",
        Kind::FlipkartOffers => "the columns pid, listingId, title, mrp, price",
        Kind::StoreOffers => "the columns phone_brand, phone_model, store, price_usd",
        Kind::SyntheticResale => "the columns brand, model, battery_health, trade_in_value, price",
        Kind::GoogleTaxonomy => "a line \"# Google_Product_Taxonomy_Version: …\"",
        Kind::SchemaOrgExamples => "one JSON object per line, with \"types\" and \"json_text\"",
        _ => "",
    }
}

/// Whether a merchant feed is XML.
pub(crate) fn is_xml(head: &str) -> bool {
    head.trim_start().starts_with('<')
}

fn is_feed(start: &str) -> bool {
    start.starts_with('<') && (start.contains("<rss") || start.contains("<feed"))
}

/// An archive whose first members hold such an element. A header's mark is at byte 257; what could not be
/// decoded before it may have moved it.
fn is_archive_of(head: &str, element: &str) -> bool {
    let mark = head.find("ustar");
    mark.is_some_and(|at| (257..1024).contains(&at)) && head.contains(element)
}

/// A country code on a line of its own, then a network on a line that begins with one blank.
fn is_tree(head: &str) -> bool {
    let mut lines = head
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let country = lines
        .next()
        .is_some_and(|line| stdnum::is_country(line.trim_end()));
    let network = lines.next().unwrap_or_default();
    let network = network.strip_prefix(' ').unwrap_or_default();
    country && network.starts_with(|c: char| c.is_ascii_digit())
}

fn has_row(head: &str, row: &str) -> bool {
    head.lines().any(|line| line.trim_end().starts_with(row))
}
