//! The publishers' own lists of devices, where they are at hand: exact counts and known answers.
//!
//! The counts were worked out apart from this code, by another program over the same files.

use std::collections::BTreeSet;

use domain::number::Tac;
use domain::radio::AccessTechnology::{Gsm, Lte, Nr, Umts};
use feeds::DeviceFact;

use crate::collect::{Read, lists};
use crate::real::{check, claims, devices, shared};

fn by_tac<'a>(read: &'a Read, tac: &str) -> Vec<&'a DeviceFact> {
    let tac: Tac = tac.parse().expect("eight digits");
    devices(read)
        .filter(|device| device.tacs.contains(&tac))
        .collect()
}

#[test]
fn osmocoms_two_copies() {
    for (copy, counts, rules) in [
        ("2026", [22_527, 0, 22_527, 3], &[("tac.repeated", 3)][..]),
        (
            "2018",
            [25_175, 780, 24_395, 3],
            &[("tac.digits_lost", 780), ("tac.repeated", 3)],
        ),
    ] {
        let Some(read) = shared(&format!("tac/osmocom_tacdb_copy{copy}.csv.zst")) else {
            return;
        };
        check(&read, counts, rules);
        assert_eq!(read.origin.dated, copy);
        let phone = by_tac(&read, "86763402");
        let names: Vec<_> = phone.iter().map(|d| (&*d.brand, &*d.model)).collect();
        assert_eq!(names, [("Xiaomi", "Mi 4i")]);
        let other = by_tac(&read, "35647100");
        assert_eq!((&*other[0].brand, &*other[0].model), ("Siemens", "A70"));
    }
}

#[test]
fn samsungs_codes() {
    let Some(read) = shared("tac/samsung_tacs_2026-05.csv") else {
        return;
    };
    check(
        &read,
        [8_575, 10, 8_565, 165],
        &[
            ("tac.digits_lost", 8),
            ("tac.made_up", 2),
            ("tac.repeated", 165),
        ],
    );
    assert_eq!(devices(&read).map(|d| d.codes.len()).sum::<usize>(), 40_573);
    let phone = by_tac(&read, "35647100");
    assert!(phone[0].codes.contains(&"SM-A705F".to_owned()));
}

#[test]
fn googles_list_of_2022() {
    let Some(read) = shared("gms-certified/supported_devices_2022-01-18.csv.zst") else {
        return;
    };
    check(
        &read,
        [35_244, 0, 35_244, 1_169],
        &[("brand.missing", 3), ("name.missing", 1_166)],
    );
    assert_eq!(read.origin.dated, "2022-01-18");
    let brands: BTreeSet<&str> = devices(&read).map(|d| d.brand.as_str()).collect();
    assert_eq!(brands.len(), 2_360);
}

#[test]
fn xiaomis_certified_phones() {
    let Some(read) = shared("gms-certified/xiaomi_certified_2026-08-15.json") else {
        return;
    };
    check(&read, [802, 0, 802, 0], &[]);
    let phone = devices(&read).find(|d| d.codenames == ["ferrari"]);
    assert_eq!(phone.map(|d| &*d.model), Some("Mi 4i"));
}

#[test]
fn gsmarenas_sheets_of_2021() {
    let Some(read) = shared("device-specs/gsmarena_2021-02_decoded.jsonl.zst") else {
        return;
    };
    check(
        &read,
        [10_592, 0, 10_809, 5_669],
        &[
            ("bands.missing", 592),
            ("bands.one_variant", 607),
            ("bands.other_variant", 2_186),
            ("bands.rows_lost", 1_093),
            ("bands.technology_contradicted", 3),
            ("bands.technology_not_modelled", 1_030),
            ("bands.unread", 158),
        ],
    );
    let sums = [Gsm, Umts, Lte, Nr]
        .map(|technology| claims(devices(&read).filter_map(|d| d.radio.as_ref()), technology));
    assert_eq!(sums, [33_852, 18_435, 26_269, 1_383]);
    assert_eq!(devices(&read).map(|d| d.codes.len()).sum::<usize>(), 6_087);
    let released = devices(&read).filter(|d| d.radio.is_some() && d.released.is_some());
    assert_eq!(released.count(), 7_958);
    let without_radio = |device: &&DeviceFact| {
        let lists = device.radio.as_ref().map(lists).unwrap_or_default();
        lists.len() == 5 && lists.iter().all(|list| list.ends_with("[] whole"))
    };
    assert_eq!(devices(&read).filter(without_radio).count(), 319);

    let phone = devices(&read).find(|d| d.codes == ["2015015"]);
    let phone = phone.expect("the Mi 4i");
    assert_eq!((&*phone.brand, &*phone.model), ("Xiaomi", "Mi 4i"));
    assert_eq!(
        lists(phone.radio.as_ref().expect("a radio")),
        [
            "GSM [850, 900, 1800, 1900] whole",
            "UMTS [B1, B2, B5] whole",
            "TD-SCDMA [] partial",
            "LTE [B3, B7, B38, B39, B40, B41] whole",
            "NR [] whole",
        ]
    );
    // One variant's rows are left, and of the others it is not said whether they had more.
    let phone = devices(&read).find(|d| d.model == "Galaxy S20 5G");
    let phone = phone.expect("the Galaxy S20 5G");
    assert_eq!(phone.variant.as_deref(), Some("SM-G981B"));
    let radio = phone.radio.as_ref().expect("a radio");
    assert!(radio.lists.iter().all(|list| !list.exhaustive));
}

#[test]
fn lineages_wiki() {
    let Some(read) = shared("device-specs/lineageos_wiki_2026-07.jsonl") else {
        return;
    };
    check(&read, [726, 0, 726, 0], &[]);
    assert_eq!(devices(&read).map(|d| d.codes.len()).sum::<usize>(), 1_094);
    let codenames: BTreeSet<&String> = devices(&read).flat_map(|d| &d.codenames).collect();
    assert_eq!(codenames.len(), 596);
}

#[test]
fn mobile_models() {
    let Some(read) = shared("model-codes/mobilemodels_parsed.tsv.zst") else {
        return;
    };
    check(&read, [12_019, 0, 12_019, 61], &[("brand.missing", 61)]);
    let codes: BTreeSet<&String> = devices(&read).flat_map(|d| &d.codes).collect();
    assert_eq!(codes.len(), 8_947);
    let codenames = devices(&read).map(|d| d.codenames.len()).sum::<usize>();
    assert_eq!(codenames, 9_606);
    let phone = devices(&read).filter(|d| d.codes == ["2015015"]);
    let names: Vec<&str> = phone.map(|d| d.model.as_str()).collect();
    assert_eq!(names, ["小米 4i", "Mi 4i"]);
}

#[test]
fn gsmarenas_codes() {
    let Some(read) = shared("device-specs/gsmarena_2024-09_device_model_codes.json.zst") else {
        return;
    };
    check(&read, [4_565, 0, 4_565, 23], &[("brand.missing", 23)]);
    assert_eq!(devices(&read).map(|d| d.codes.len()).sum::<usize>(), 7_016);
    let with_codes = devices(&read).filter(|d| !d.codes.is_empty());
    assert_eq!(with_codes.count(), 2_853);
}
