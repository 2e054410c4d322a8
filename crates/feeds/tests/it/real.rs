//! The publishers' own files, where they are at hand: exact counts, sums and known answers.
//!
//! The sums were worked out apart from this code, by another program over the same files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::radio::AccessTechnology::{self, Gsm, Lte, Nr, TdScdma, Umts};
use domain::radio::Radio;
use feeds::{DeviceFact, Fact, NetworkFact, RidesOnFact};

use crate::collect::{Read, lists, read};

pub fn shared(name: &str) -> Option<Read> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find the publishers' files by it"
    )]
    let folder = std::env::var("PASSBAND_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let Ok(bytes) = std::fs::read(folder.join("data").join(name)) else {
        println!("skipped: {name} is not at hand (PASSBAND_SHARED)");
        return None;
    };
    Some(read(name, &bytes, None).expect(name))
}

/// rows, rows with faults, facts, notes; and how often each rule.
pub fn check(read: &Read, counts: [u64; 4], rules: &[(&str, u64)]) {
    let of = &read.summary;
    let found: Vec<(&str, u64)> = read.rules().into_iter().collect();
    assert_eq!(found, rules);
    assert_eq!([of.rows, of.rows_with_faults, of.facts, of.notes], counts);
}

pub fn devices(read: &Read) -> impl Iterator<Item = &DeviceFact> {
    let facts = read.facts().into_iter();
    facts.filter_map(|fact| match fact {
        Fact::Device(device) => Some(device),
        _ => None,
    })
}

pub fn networks(read: &Read) -> impl Iterator<Item = &NetworkFact> {
    let facts = read.facts().into_iter();
    facts.filter_map(|fact| match fact {
        Fact::Network(network) => Some(network),
        _ => None,
    })
}

pub fn claims<'a>(radios: impl Iterator<Item = &'a Radio>, technology: AccessTechnology) -> usize {
    let lists = radios.filter_map(|radio| radio.list(technology));
    lists.map(|list| list.claims.len()).sum()
}

#[test]
fn googles_list() {
    let Some(read) = shared("gms-certified/supported_devices_2025-01-20.csv.zst") else {
        return;
    };
    check(
        &read,
        [45_832, 0, 45_832, 1_158],
        &[("brand.missing", 3), ("name.missing", 1_155)],
    );
    let texts = |of: fn(&DeviceFact) -> &str| devices(&read).map(of).collect::<Vec<_>>();
    fn first(list: &[String]) -> &str {
        list.first().map_or("", String::as_str)
    }
    let columns = [
        texts(|device| &device.brand),
        texts(|device| &device.model),
        texts(|device| first(&device.codenames)),
        texts(|device| first(&device.codes)),
    ];
    let distinct = columns
        .each_ref()
        .map(|texts| texts.iter().collect::<BTreeSet<_>>().len());
    assert_eq!(distinct, [3_229, 31_713, 32_194, 38_533]);
    let texts = columns.iter().flatten();
    let characters: usize = texts.map(|text| text.chars().count()).sum();
    assert_eq!(characters, 1_479_653, "not a character lost or made up");
    assert_eq!(read.origin.dated, "2025-01-20");
    let phone = devices(&read).find(|d| d.codenames == ["ferrari"]);
    let phone = phone.expect("the Mi 4i is listed");
    assert_eq!(
        (phone.brand.as_str(), phone.model.as_str()),
        ("Xiaomi", "Mi 4i")
    );
}

#[test]
fn xiaomis_sheets() {
    let Some(read) = shared("device-specs/xiaomi_gsmarena_2024-10.jsonl.zst") else {
        return;
    };
    check(
        &read,
        [359, 0, 359, 234],
        &[
            ("bands.missing", 5),
            ("bands.one_variant", 67),
            ("bands.other_variant", 59),
            ("bands.technology_not_modelled", 103),
        ],
    );
    let radios = || devices(&read).filter_map(|device| device.radio.as_ref());
    let sums = [Gsm, Umts, Lte, Nr].map(|technology| claims(radios(), technology));
    assert_eq!(sums, [1_352, 1_508, 3_951, 1_458]);
    assert_eq!(devices(&read).map(|d| d.codes.len()).sum::<usize>(), 484);
    assert_eq!(
        devices(&read).map(|d| d.codenames.len()).sum::<usize>(),
        420
    );

    let phone = devices(&read)
        .find(|d| d.model == "Mi 4i")
        .expect("the Mi 4i");
    assert_eq!(
        (&phone.codes[..], &phone.codenames[..]),
        (&["2015015".into()][..], &["ferrari".into()][..])
    );
    assert_eq!(phone.released.as_deref(), Some("2015-04"));
    let radio = phone.radio.as_ref().expect("a radio");
    assert_eq!(
        lists(radio),
        [
            "GSM [850, 900, 1800, 1900] whole",
            "UMTS [B1, B2, B5] whole",
            "TD-SCDMA [] partial",
            "LTE [B3, B7, B38, B39, B40, B41] whole",
            "NR [] whole",
        ]
    );
    assert!(radio.list(TdScdma).is_some());
}

#[test]
fn carriers() {
    let Some(read) = shared("networks/carrier_bands_irlbox_2026-04.csv") else {
        return;
    };
    check(&read, [63, 0, 63, 0], &[]);
    let radios = || networks(&read).map(|network| &network.radio);
    assert_eq!((claims(radios(), Lte), claims(radios(), Nr)), (271, 123));
    let countries: BTreeSet<_> = networks(&read).filter_map(|n| n.country).collect();
    assert_eq!(countries.len(), 31);
    assert_eq!(
        read.origin.valid.from.map(|at| at.date()).as_deref(),
        Some("2026-04-01")
    );
    let host = networks(&read)
        .find(|n| n.name == "T-Mobile")
        .expect("T-Mobile");
    assert_eq!(
        lists(&host.radio),
        [
            "LTE [B2, B4, B12, B66, B71] whole",
            "NR [n25, n41, n71, n77, n258, n260, n261] whole",
        ]
    );
}

#[test]
fn the_host_network_in_2015() {
    let Some(read) = shared("networks/tmobile_us_bands_2015.csv") else {
        return;
    };
    check(
        &read,
        [9, 0, 1, 8],
        &[("band.joined", 5), ("band.not_in_service", 3)],
    );
    let host = networks(&read).next().expect("one network");
    assert_eq!(
        lists(&host.radio),
        [
            "GSM [1900] whole",
            "UMTS [B2, B4] whole",
            "LTE [B2, B4, B12] whole"
        ]
    );
}

#[test]
fn wikipedias_networks() {
    let Some(read) = shared("networks/mcc_mnc_wikipedia_npm_1.1.11.json") else {
        return;
    };
    check(
        &read,
        [3_094, 9, 3_153, 1_820],
        &[
            ("bands.misspelt", 1),
            ("bands.no_band", 1_030),
            ("bands.no_frequency", 155),
            ("bands.no_technology", 5),
            ("bands.not_a_frequency", 1),
            ("bands.technology_not_modelled", 210),
            ("bands.unknown_frequency", 2),
            ("bands.unread", 1),
            ("country.not_one", 94),
            ("name.missing", 2),
            ("network.not_in_service", 285),
            ("plmn.not_a_code", 9),
            ("shutdown.not_plain", 2),
            ("shutdown.one_frequency", 17),
            ("shutdown.planned", 15),
        ],
    );
    let main = || networks(&read).filter(|network| network.valid.is_none());
    let plmns: BTreeSet<_> = main().flat_map(|network| &network.plmns).collect();
    assert_eq!((main().count(), plmns.len()), (3_085, 3_038));
    assert_eq!(
        main().filter(|network| network.country.is_some()).count(),
        2_885
    );
    let radios = || main().map(|network| &network.radio);
    let sums = [Gsm, Umts, TdScdma, Lte, Nr].map(|technology| claims(radios(), technology));
    assert_eq!(sums, [1_240, 896, 3, 1_964, 446]);

    // Elements are printed one key a line, twelve lines each, after the opening bracket.
    let lines = read.rows.iter().map(|row| (row.number - 1) * 12 + 2);
    assert!(lines.eq(read.rows.iter().map(|row| row.line)));

    let host: Vec<&NetworkFact> = networks(&read)
        .filter(|n| n.country == Some(domain::place::Country::US))
        .filter(|n| n.plmns.iter().any(|plmn| plmn.to_string() == "310-260"))
        .collect();
    assert_eq!(
        lists(&host[0].radio),
        [
            "GSM [1900] partial",
            "LTE [B41, B71, 700 MHz, 850 MHz, 1700 MHz, 1900 MHz] partial",
            "NR [n71, n258, n260, 2500 MHz, 28000 MHz] partial",
        ]
    );
    assert_eq!(lists(&host[1].radio), ["UMTS [] whole"]);
    let from = host[1]
        .valid
        .and_then(|valid| valid.from)
        .map(|at| at.date());
    assert_eq!((host.len(), from.as_deref()), (2, Some("2022-08-01")));
}

#[test]
fn network_codes_by_two_more_lists() {
    if let Some(read) = shared("networks/mcc_mnc_musalbas_2024-11.csv") {
        check(
            &read,
            [2_599, 0, 2_599, 37],
            &[("country.not_one", 5), ("name.missing", 32)],
        );
        let plmns: BTreeSet<_> = networks(&read).flat_map(|network| &network.plmns).collect();
        assert_eq!(plmns.len(), 2_126);
        assert_eq!(read.origin.dated, "2024-11");
        let first = networks(&read).next().expect("a row");
        assert_eq!(
            (first.name.as_str(), first.plmns[0].to_string().as_str()),
            ("A-Mobile", "289-88")
        );
    }
    if let Some(read) = shared("networks/mcc_mnc_jbjulia_2023-06.json") {
        check(&read, [2_383, 0, 2_383, 55], &[("country.not_one", 55)]);
        let plmns: BTreeSet<_> = networks(&read).flat_map(|network| &network.plmns).collect();
        assert_eq!(plmns.len(), 2_383);
        // Eight lines each, after the opening bracket.
        let lines = read.rows.iter().map(|row| (row.number - 1) * 8 + 2);
        assert!(lines.eq(read.rows.iter().map(|row| row.line)));
    }
}

#[test]
fn network_codes_as_a_tree() {
    let Some(read) = shared("networks/stdnum_imsi_2.2.dat") else {
        return;
    };
    check(
        &read,
        [3_500, 17, 3_268, 1_258],
        &[
            ("bands.misspelt", 1),
            ("bands.no_band", 317),
            ("bands.no_frequency", 183),
            ("bands.no_technology", 12),
            ("bands.not_a_frequency", 1),
            ("bands.technology_not_modelled", 182),
            ("bands.unknown_frequency", 3),
            ("bands.unread", 10),
            ("name.missing", 4),
            ("network.not_in_service", 330),
            ("plmn.not_a_code", 17),
            ("plmn.range", 215),
        ],
    );
    let plmns: BTreeSet<_> = networks(&read).flat_map(|network| &network.plmns).collect();
    assert_eq!(plmns.len(), 3_268);
    let named = |name: &str| networks(&read).any(|network| network.operator == name);
    assert!(named("PRJSC \"Farlep-Invest\""), "quotes stand bare in it");
}

fn riders(read: &Read) -> impl Iterator<Item = &RidesOnFact> {
    let facts = read.facts().into_iter();
    facts.filter_map(|fact| match fact {
        Fact::RidesOn(rider) => Some(rider),
        _ => None,
    })
}

/// `310-240 gid1=6901`, of every rule by which the carrier rides.
fn rules_of(read: &Read, carrier: &str) -> BTreeSet<String> {
    let of_it = riders(read).filter(|rider| rider.carrier == carrier);
    let rules = of_it.map(|rider| {
        let plmn = rider.plmn.map(|plmn| plmn.to_string());
        format!("{} {}", plmn.unwrap_or_default(), rider.rule)
    });
    rules.collect()
}

#[test]
fn androids_carriers() {
    let Some(read) = shared("networks/aosp_carriers_flat_2025-03.csv") else {
        return;
    };
    check(
        &read,
        [2_535, 0, 2_535, 19],
        &[("name.placeholder", 10), ("plmn.two_forms", 9)],
    );
    assert_eq!(
        (networks(&read).count(), riders(&read).count()),
        (1_678, 857)
    );
    let rules = ["311-480 gid1=BA01500000000000".to_owned()];
    assert_eq!(rules_of(&read, "US Mobile"), rules.into());
}

#[test]
fn hosts_inferred_from_androids_carriers() {
    let Some(read) = shared("networks/mvno_host_from_aosp_2025-03.csv") else {
        return;
    };
    check(
        &read,
        [345, 0, 412, 15],
        &[("host.missing", 9), ("name.placeholder", 6)],
    );
    let hosts: BTreeSet<&str> = riders(&read)
        .filter(|rider| rider.carrier == "US Mobile")
        .map(|rider| rider.host.as_str())
        .collect();
    assert_eq!(hosts, ["Verizon Wireless"].into());
}

#[test]
fn access_points_of_virtual_carriers() {
    let Some(read) = shared("networks/lineage_apns_flat_2026-07.csv") else {
        return;
    };
    check(
        &read,
        [3_991, 0, 429, 3_562],
        &[("rule.half", 1), ("rule.missing", 3_561)],
    );
    let of = |kind: &str| {
        riders(&read)
            .filter(|rider| rider.rule.starts_with(kind))
            .count()
    };
    assert_eq!(["gid=", "spn=", "imsi="].map(of), [241, 137, 51]);
    assert!(rules_of(&read, "Mint").contains("310-240 gid=756D"));
    // The fourth, on 311-480, is in Android's list.
    let rules = ["310-240 gid=6901", "310-260 gid=4358", "310-410 gid=20FF"];
    assert_eq!(
        rules_of(&read, "US Mobile"),
        rules.map(str::to_owned).into()
    );
}

#[test]
fn product_feeds() {
    let invalid = &[("gtin.invalid", 1), ("sale_price.not_money", 1)][..];
    for (name, rows, rules) in [
        ("criteo_sample.xml", 1, invalid),
        ("facebook_catalog_sample_atom.xml", 1, &[]),
        ("facebook_catalog_sample_rss.xml", 1, &[]),
        ("google_sample_variants_apparel.xml", 2, &[]),
        ("smartstore_ua_google_merchant.xml", 56, &[]),
        ("sooq_alemarat_google_merchant.csv", 5, &[]),
        ("sooq_alemarat_google_merchant.xml", 5, &[]),
    ] {
        if let Some(read) = shared(&format!("feeds/{name}")) {
            check(&read, [rows, 0, rows, rules.len() as u64], rules);
        }
    }
}
