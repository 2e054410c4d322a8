//! The publishers' own lists of devices, where they are at hand: exact counts and known answers.
//!
//! The counts were worked out apart from this code, by another program over the same files.

use std::collections::BTreeSet;

use domain::number::Tac;
use feeds::DeviceFact;

use crate::collect::Read;
use crate::real::{check, devices, shared};

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
