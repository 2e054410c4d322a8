//! Band tables of 3GPP and of others: what of each differs from 3GPP is told, row by row, and nothing else.

use feeds::Fact;

use crate::collect::Read;
use crate::real::shared;

/// `2 band.zero 0..0; TS 36.104 has …` of every note: its line, rule, what was found, and what 3GPP has.
fn notes(read: &Read) -> Vec<String> {
    let notes = read.rows.iter().flat_map(|row| &row.notes);
    let told = notes.map(|note| {
        let right = note
            .help
            .find("TS 2")
            .or_else(|| note.help.find("TS 3"))
            .or_else(|| note.help.find("TS 4"))
            .and_then(|at| note.help.get(at..));
        let right = right.unwrap_or_default();
        format!("{} {} {}; {right}", note.line, note.rule, note.found)
    });
    told.collect()
}

/// Rows and facts of the table, and its notes; no row of it has a fault.
fn check(name: &str, rows: u64, facts: u64, expected: &[&str]) {
    if let Some(read) = shared(&format!("bands/{name}")) {
        let of = &read.summary;
        assert_eq!([of.rows, of.facts, of.rows_with_faults], [rows, facts, 0]);
        assert_eq!(notes(&read), expected, "{name}");
    }
}

#[test]
fn tables_of_3gpp_agree_with_what_is_held_of_3gpp() {
    check("lte_bands_ts36104_v19.csv", 73, 73, &[]);
    check("lte_earfcn_ts36104_v19.csv", 73, 73, &[]);
    check("nr_bands_fr1_ts38104_v19.csv", 70, 70, &[]);
    check("nr_bands_fr2_ts38104_v19.csv", 7, 7, &[]);
}

const NOT_IN_LTE: &str = "TS 36.104, so nothing here could be held against it";

#[test]
fn errors_of_lte_tables_are_told() {
    check(
        "lte_second_source_aosp.csv",
        60,
        60,
        &[
            "2 band.range_reversed 18800..18599; TS 36.104 has 18000..18599",
            "15 band.not_as_in_3gpp 23230..23379; TS 36.104 has 23280..23379",
            &format!("44 band.not_in_3gpp 47; {NOT_IN_LTE}"),
            "61 band.not_as_in_3gpp 134231..134280; TS 36.104 has 134232..134281",
        ],
    );
    check(
        "lte_second_source_earfcn_pkg.csv",
        59,
        59,
        &[
            "7 band.no_width 875..875; TS 36.104 has 875000..885000 kHz",
            "21 band.not_as_in_3gpp 3500000..3590000 kHz; TS 36.104 has 3510000..3590000 kHz",
            "22 band.no_width 2180..2180; TS 36.104 has 2180000..2200000 kHz",
            &format!("46 band.not_in_3gpp 47; {NOT_IN_LTE}"),
            "52 band.zero 0..0; ",
            &format!("52 band.not_in_3gpp 64; {NOT_IN_LTE}"),
            "60 band.zero 0..0; TS 36.104 has 461000..466000 kHz",
        ],
    );
    check(
        "lte_second_source_srsran_regions.csv",
        59,
        59,
        &[
            "21 band.not_as_in_3gpp 3500; TS 36.104 has 3510000 kHz",
            &format!("46 band.not_in_3gpp 47; {NOT_IN_LTE}"),
            &format!("52 band.not_in_3gpp 64; {NOT_IN_LTE}"),
            "60 band.zero 0; TS 36.104 has 461000 kHz",
        ],
    );
}

#[test]
fn errors_of_the_nr_table_are_told() {
    check(
        "nr_second_source_srsran.csv",
        32,
        32,
        &[
            "2 band.range_reversed 1920..1080; TS 38.104 has 1920000..1980000 kHz",
            "3 band.range_reversed 1850..1810; TS 38.104 has 1850000..1910000 kHz",
        ],
    );
}

#[test]
fn errors_of_utra_and_gsm_tables_are_told() {
    let tdd = ["A", "A", "B", "B", "C", "D", "E", "F"].into_iter();
    let tdd = (21..)
        .zip(tdd)
        .map(|(line, name)| format!("{line} band.not_modelled {name}; "));
    let expected = [
        "10 band.not_as_in_3gpp 9327..9837; TS 25.101 has 9237..9387",
        "10 band.not_as_in_3gpp 1845000..1879800 kHz; TS 25.101 has 1844900..1879900 kHz",
        "10 band.not_as_in_3gpp 1750000..1784800 kHz; TS 25.101 has 1749900..1784900 kHz",
        "12 band.not_as_in_3gpp 1476000..1495800 kHz; TS 25.101 has 1475900..1495900 kHz",
        "12 band.not_as_in_3gpp 1428000..1447800 kHz; TS 25.101 has 1427900..1447900 kHz",
        "18 band.not_as_in_3gpp 1496000..1510800 kHz; TS 25.101 has 1495900..1510900 kHz",
        "18 band.not_as_in_3gpp 1448000..1462800 kHz; TS 25.101 has 1447900..1462900 kHz",
    ];
    let expected: Vec<String> = expected.map(str::to_owned).into_iter().chain(tdd).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check("utra_bands_aosp.csv", 27, 19, &expected);
    check(
        "gsm_bands_aosp.csv",
        12,
        12,
        &["13 band.not_as_in_3gpp 1024; TS 45.005 has 45 MHz"],
    );
}

#[test]
fn errors_of_the_channel_ranges_are_told() {
    check(
        "channel_ranges_netmonster.csv",
        146,
        145,
        &[
            // 1800 or 1900: no band is chosen.
            "6 band.several 1800/1900; ",
            // The general and the additional channels in one, with those between.
            "14 band.not_as_in_3gpp 1537..2087; TS 25.101 has 1537..1738 and 1887..2087",
            // These reach up to the next band's first channel.
            "50 band.not_as_in_3gpp 4750..5009; TS 36.104 has 4750..4949",
            "53 band.not_as_in_3gpp 5280..5729; TS 36.104 has 5280..5379",
            "59 band.not_as_in_3gpp 6600..7499; TS 36.104 has 6600..7399",
            &format!("84 band.not_in_3gpp 47; {NOT_IN_LTE}"),
            "147 band.not_in_3gpp 47; TS 38.104, so nothing here could be held against it",
        ],
    );
}

#[test]
fn what_differs_is_set_aside_and_what_agrees_is_kept() {
    let Some(read) = shared("bands/utra_bands_aosp.csv") else {
        return;
    };
    let facts = read.facts().into_iter();
    let nine = facts.filter_map(|fact| match fact {
        Fact::Band(fact) if fact.band.number() == 9 => Some(fact),
        _ => None,
    });
    let nine: Vec<_> = nine.collect();
    assert_eq!(nine.len(), 1);
    assert_eq!((nine[0].uplink_khz, nine[0].downlink_khz), (None, None));
    assert_eq!(nine[0].downlink_channels, None);
    assert_eq!(nine[0].uplink_channels, Some((8_762, 8_912)));
}
