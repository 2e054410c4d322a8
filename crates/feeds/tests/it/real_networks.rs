//! Networks' files as their publishers ship them, held against the plain tables that another program made of
//! them: fact by fact and in the same order.

use std::collections::BTreeSet;

use feeds::{CarrierFeatureFact, Fact};

use crate::collect::{Read, faults};
use crate::real::{check, networks, shared};

/// The file as shipped and the table made of it say the same.
fn same_facts(shipped: &Read, table: &str) {
    let Some(table) = shared(table) else { return };
    assert_eq!(shipped.facts().len(), table.facts().len());
    for (one, other) in shipped.facts().into_iter().zip(table.facts()) {
        assert_eq!(one, other);
    }
}

#[test]
fn androids_carrier_messages() {
    let Some(read) = shared("networks/aosp_carrier_list_2025-03.textpb") else {
        return;
    };
    check(
        &read,
        [1_514, 0, 2_535, 19],
        &[("name.placeholder", 10), ("plmn.two_forms", 9)],
    );
    same_facts(&read, "networks/aosp_carriers_flat_2025-03.csv");
    assert_eq!((read.rows[0].line, read.rows[1].line), (1, 28));
}

fn features(read: &Read) -> Vec<&CarrierFeatureFact> {
    let facts = read.facts().into_iter();
    let features = facts.map(|fact| match fact {
        Fact::CarrierFeature(feature) => feature,
        other => panic!("of a carrier only: {other:?}"),
    });
    features.collect()
}

#[test]
fn androids_carrier_configurations() {
    let table = "networks/aosp_carrier_config_ims_flags_2021-11.csv";
    if let Some(read) = shared(table) {
        check(&read, [372, 0, 84, 288], &[("flags.none", 288)]);
    }
    let Some(read) = shared("networks/aosp_carrier_config_2021-11.tar.zst") else {
        return;
    };
    // Two files hold no configuration; one of these opens its list twice and closes it once.
    check(
        &read,
        [374, 1, 84, 289],
        &[("file.no_rows", 1), ("flags.none", 288), ("xml.cut_off", 1)],
    );
    same_facts(&read, table);
    let broken = read.rows.iter().flat_map(faults).next().expect("one");
    assert_eq!(
        (broken.column.as_str(), broken.line),
        ("carrier_config_no_sim.xml", 7)
    );
    let features = features(&read);
    let stated: [fn(&CarrierFeatureFact) -> Option<bool>; 5] = [
        |of| of.volte,
        |of| of.volte_provisioning,
        |of| of.video_calls,
        |of| of.wifi_calling,
        |of| of.settings_over_ip,
    ];
    let count = |said| {
        stated.map(|flag| {
            let of_it = features.iter().filter(|of| flag(of) == Some(said));
            of_it.count()
        })
    };
    // What is not stated is nowhere read as a no.
    assert_eq!((count(true), count(false)), ([54, 2, 3, 5, 35], [0; 5]));
    let ruled = features.iter().filter(|of| !of.rule.is_empty());
    let rules: Vec<&str> = ruled.map(|of| of.rule.as_str()).collect();
    assert_eq!(rules, ["spn=null", "spn=^Tes.*", "imsi=^001001.*"]);
}

#[test]
fn lineages_access_points_by_country() {
    let Some(read) = shared("networks/lineage_apns_2026-07.tar.zst") else {
        return;
    };
    check(
        &read,
        [3_991, 0, 429, 3_562],
        &[("rule.half", 1), ("rule.missing", 3_561)],
    );
    same_facts(&read, "networks/lineage_apns_flat_2026-07.csv");
    let files = read.rows.iter().filter(|row| row.line == 8);
    assert_eq!(files.count(), 169, "each file's first is on its line 8");
}

#[test]
fn providers_by_country() {
    let Some(read) = shared("networks/mobile_broadband_provider_info_20230416.xml") else {
        return;
    };
    check(
        &read,
        [700, 0, 636, 223],
        &[("plmn.missing", 64), ("plmn.shared", 159)],
    );
    // 984 codes are printed, four of them twice for one provider.
    let printed = networks(&read).map(|network| network.plmns.len());
    let plmns: BTreeSet<_> = networks(&read).flat_map(|network| &network.plmns).collect();
    assert_eq!((printed.sum::<usize>(), plmns.len()), (980, 818));
    let countries: BTreeSet<_> = networks(&read).filter_map(|n| n.country).collect();
    // Two of the 154 countries have no provider with a code.
    assert_eq!(countries.len(), 152);
    assert_eq!(read.origin.dated, "2023-04-16");
}
