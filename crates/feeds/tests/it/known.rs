//! The written-down tables: read strictly, each fact with its source.

use std::path::Path;

use feeds::Fact;

use crate::collect::{Rows, good, lists};

#[test]
fn a_device_is_one_variant_as_one_source_gives_it() {
    let read = good(
        "devices.toml",
        "# ours\n[[device]]\nbrand = \"Xiaomi\"\nmodel = \"Mi 4i\"\nvariant = \"global\"\ncodes = [\"2015015\"]\n\
         codenames = []\ntacs = [\"86763402\"]\nreleased = \"2015-04\"\ngsm = [850, 1900]\n\
         umts = [850, 1700, \"B1\"]\ntdscdma = true\nlte = [3, 41]\nnr = []\nvolte = false\n\
         source = { title = \"a sheet\", dated = \"2024-10\", note = \"n\" }\n",
    );
    assert_eq!(read.remarks(), [""; 0]);
    let [Fact::Device(device)] = read.facts()[..] else {
        panic!("one device");
    };
    let radio = device.radio.as_ref().expect("a radio");
    assert_eq!(
        lists(radio),
        [
            "GSM [850, 1900] whole",
            "UMTS [B1, B5, 1700 MHz] whole",
            "TD-SCDMA [] partial",
            "LTE [B3, B41] whole",
            "NR [] whole",
        ]
    );
    assert_eq!(
        (radio.volte, device.tacs[0].to_string()),
        (Some(false), "86763402".into())
    );
    let source = device.source.as_ref().expect("a source");
    assert_eq!(
        (source.title.as_str(), source.dated.as_str()),
        ("a sheet", "2024-10")
    );
    assert_eq!((read.rows[0].line, device.valid), (2, None));
}

const NETWORK: &str = "[[network]]\nid = \"t-us\"\nname = \"T\"\noperator = \"T US\"\ncountry = \"US\"\n\
    plmns = [\"310-260\"]\n\n[[network.declaration]]\ngsm = [1900]\numts = [\"B2\", 1700]\nlte = [2, 4]\n\
    exhaustive = [\"gsm\", \"lte\"]\nvalid_from = 2015-01-01\nvalid_until = 2018-01-01\n\
    source = { title = \"a list\", dated = \"2015\" }\n\n[[network.declaration]]\nlte_mhz = [1900, 2500]\nnr = [41]\n\
    valid_from = 2024-12-13\nsource = { title = \"another\", dated = \"2024-12\" }\n\n[[network.shutdown]]\n\
    technology = \"umts\"\non = 2022-07-01\nsource = { title = \"news\", dated = \"2022-07\" }\n";

#[test]
fn a_networks_declarations_and_shutdowns_are_facts_of_their_own_times() {
    let read = good("networks.toml", NETWORK);
    assert_eq!(read.remarks(), [""; 0]);
    let found: Vec<(Vec<String>, String, String)> = read
        .facts()
        .into_iter()
        .map(|fact| {
            let Fact::Network(network) = fact else {
                panic!("no network: {fact:?}");
            };
            assert_eq!(network.id.as_deref(), Some("t-us"));
            assert_eq!(network.plmns[0].to_string(), "310-260");
            let valid = network.valid.expect("a time of its own");
            let day = |at: Option<domain::Instant>| at.map(|at| at.date()).unwrap_or_default();
            let source = network.source.clone().expect("a source");
            let time = format!("{}..{}", day(valid.from), day(valid.until));
            (lists(&network.radio), time, source.title)
        })
        .collect();
    let words = |texts: &[&str]| -> Vec<String> { texts.iter().map(|t| (*t).to_owned()).collect() };
    assert_eq!(
        found,
        [
            (
                words(&[
                    "GSM [1900] whole",
                    "UMTS [B2, 1700 MHz] partial",
                    "LTE [B2, B4] whole"
                ]),
                "2015-01-01..2018-01-01".into(),
                "a list".into()
            ),
            (
                words(&["LTE [B41, 1900 MHz] partial", "NR [n41] partial"]),
                "2024-12-13..".into(),
                "another".into()
            ),
            (
                words(&["UMTS [] whole"]),
                "2022-07-01..".into(),
                "news".into()
            ),
        ]
    );
}

#[test]
fn faults_of_a_row_are_all_told_each_at_its_line() {
    let broken = NETWORK
        .replace("\"US\"", "\"USA\"")
        .replace("310-260", "310260")
        .replace(
            "umts = [\"B2\", 1700]",
            "umts = [\"B2\", \"1700\"]\nlet = 3",
        )
        .replace("valid_until = 2018-01-01", "valid_until = 2014-01-01")
        .replace("technology = \"umts\"", "technology = \"3g\"");
    let good_row = NETWORK.replace("t-us", "u-us");
    let read = good("networks.toml", &format!("{broken}\n{good_row}"));
    assert_eq!(
        read.remarks(),
        [
            "6:plmns:plmn.not_a_code",
            "5:country:country.invalid",
            "11:let:key.unknown",
            "15:valid_until:period.reversed",
            "10:umts:band.unread",
            "25:technology:technology.unknown",
        ]
    );
    assert_eq!(read.summary.rows_with_facts, 1, "the good network stands");
}

#[test]
fn broken_toml_costs_its_row() {
    let read = good(
        "bands.toml",
        "[[band]]\ntechnology = \"lte\"\nname = \"B2\"\nuplink_mhz = [1850, 1910]\ndownlink_mhz = [1930, 1990.5]\n\
         duplex = \"FDD\"\n\n[[band]]\ntechnology = \"lte\nname = \"B3\"\n\n[[band]]\ntechnology = \"nr\"\nname = \"B71\"\n\
         downlink_mhz = [2, 1]\nduplex = \"fdd\"\n",
    );
    let [Fact::Band(band)] = read.facts()[..] else {
        panic!("one band");
    };
    assert_eq!(
        (band.band.to_string(), band.downlink_khz),
        ("LTE B2".into(), Some((1_930_000, 1_990_500)))
    );
    let rules = read.rules();
    assert_eq!(read.summary.rows_with_faults, 2);
    for rule in [
        "toml.malformed",
        "band.unread",
        "band.not_a_range",
        "duplex.unknown",
    ] {
        assert!(rules.contains_key(rule), "{rule} in {rules:?}");
    }
}

#[test]
fn our_own_tables_have_no_faults() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/known");
    for (name, at_least) in [
        ("devices.toml", 30),
        ("networks.toml", 10),
        ("bands.toml", 100),
    ] {
        let mut sink = Rows::default();
        let (_, summary) =
            feeds::read_file(&folder.join(name), None, &mut sink).expect("our own table");
        for row in &sink.rows {
            assert!(
                row.outcome.is_ok() && row.notes.is_empty(),
                "{name}: {row:?}"
            );
        }
        assert!(summary.rows >= at_least, "{name} has {} rows", summary.rows);
    }
}

#[test]
fn a_shutdown_ends_what_was_said_of_the_technology_before_and_nothing_else() {
    let text = NETWORK.replace("valid_until = 2018-01-01\n", "");
    let read = good("networks.toml", &text);
    let said: Vec<(Vec<String>, String, String)> = read
        .facts()
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::Network(network) => {
                let valid = network.valid.expect("a time");
                let day = |at: Option<domain::Instant>| at.map_or(String::new(), |at| at.date());
                let names = lists(&network.radio);
                let names = names
                    .iter()
                    .map(|list| list.split(' ').next().unwrap_or("").to_owned());
                Some((names.collect(), day(valid.from), day(valid.until)))
            }
            _ => None,
        })
        .collect();
    let is = |names: &[&str], from: &str, until: &str| {
        (
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
            from.to_owned(),
            until.to_owned(),
        )
    };
    assert_eq!(
        said,
        [
            is(&["GSM", "UMTS", "LTE"], "2015-01-01", "2022-07-01"),
            is(&["GSM", "LTE"], "2022-07-01", ""),
            is(&["LTE", "NR"], "2024-12-13", ""),
            is(&["UMTS"], "2022-07-01", ""),
        ]
    );
}

#[test]
fn a_virtual_carrier_is_a_fact_of_its_own_with_its_source() {
    let rider = "\n[[network.rider]]\nname = \"V\"\nplmn = \"310-240\"\nrule = \"gid=6901\"\n\
        valid_from = 2026-07-01\nsource = { title = \"a list of access points\", dated = \"2026-07\" }\n";
    let read = good("networks.toml", &format!("{NETWORK}{rider}"));
    let riders: Vec<_> = read
        .facts()
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::RidesOn(rider) => Some(rider),
            _ => None,
        })
        .collect();
    let [rider] = riders[..] else {
        panic!("one rider");
    };
    assert_eq!((rider.carrier.as_str(), rider.host.as_str()), ("V", "T"));
    assert_eq!(
        rider.plmn.map(|plmn| plmn.to_string()).as_deref(),
        Some("310-240")
    );
    let source = rider.source.as_ref().expect("a source");
    assert_eq!(source.title, "a list of access points");
    assert!(rider.valid.expect("a time").from.is_some());
}
