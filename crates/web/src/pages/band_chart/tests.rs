//! Tests of the band chart.

use std::sync::Arc;

use askama::Template as _;
use domain::evidence::{Authority, FactRef, Source, Sourced};
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};
use domain::{Instant, Period};
use trade::check::KnownBand;
use trade::gate::fit;

use super::drawing::{Chart, Scale, label_width};
use super::marks::{Lane, State, marks};

const AT: Instant = Instant::from_epoch_ms(0);

fn source(title: &str) -> Source {
    Source {
        title: Arc::from(title),
        dated: Arc::from("2016"),
        authority: Authority::PublicList,
        licence: None,
    }
}

fn said(title: &str, claims: &[&str], exhaustive: bool) -> Sourced<Radio> {
    let claims: Vec<BandClaim> = claims
        .iter()
        .map(|claim| claim.parse().expect("a claim"))
        .collect();
    let lists = AccessTechnology::ALL.map(|technology| {
        let own: Vec<BandClaim> = claims
            .iter()
            .filter(|claim| claim.technology() == technology)
            .copied()
            .collect();
        BandList::new(technology, own, exhaustive)
    });
    let spoken = lists.into_iter().filter(|list| !list.claims.is_empty());
    Sourced {
        value: Radio::new(spoken, None),
        source: source(title),
        valid: Period::ALWAYS,
        fact: FactRef::Row {
            data_set: "ds".parse().expect("an id"),
            row: u64::try_from(title.len()).expect("short"),
        },
    }
}

fn bands() -> Vec<KnownBand> {
    let known = |band: &str, uplink_khz, downlink_khz| KnownBand {
        band: band.parse().expect("a band"),
        uplink_khz,
        downlink_khz,
        duplex: "FDD".to_owned(),
    };
    let fdd = |band, up: (u32, u32), down: (u32, u32)| known(band, Some(up), Some(down));
    vec![
        fdd("GSM 1900", (1_850_000, 1_910_000), (1_930_000, 1_990_000)),
        fdd("LTE B2", (1_850_000, 1_910_000), (1_930_000, 1_990_000)),
        fdd("LTE B25", (1_850_000, 1_915_000), (1_930_000, 1_995_000)),
        fdd("LTE B4", (1_710_000, 1_755_000), (2_110_000, 2_155_000)),
        fdd("LTE B12", (699_000, 716_000), (729_000, 746_000)),
        known(
            "LTE B41",
            Some((2_496_000, 2_690_000)),
            Some((2_496_000, 2_690_000)),
        ),
        known(
            "NR n260",
            Some((37_000_000, 40_000_000)),
            Some((37_000_000, 40_000_000)),
        ),
    ]
}

fn drawn(device: &[Sourced<Radio>], network: &[Sourced<Radio>]) -> Vec<Lane> {
    let fit = fit::fit(device, network, AT);
    marks(&fit, device, network, &bands())
}

fn states(lanes: &[Lane], technology: AccessTechnology) -> Vec<(String, State)> {
    lanes
        .iter()
        .filter(|lane| lane.technology == technology)
        .flat_map(|lane| &lane.marks)
        .map(|mark| (mark.label.clone(), mark.state))
        .collect()
}

#[test]
fn a_band_in_common_is_lit_and_one_that_is_lacking_is_outlined() {
    let phone = [said("phone", &["GSM 1900", "LTE B41"], true)];
    let network = [said("network", &["GSM 1900", "LTE B2", "LTE B12"], true)];
    let lanes = drawn(&phone, &network);
    assert_eq!(
        states(&lanes, AccessTechnology::Gsm),
        [("1900".to_owned(), State::Lit)]
    );
    assert_eq!(
        states(&lanes, AccessTechnology::Lte),
        [
            ("B2".to_owned(), State::Missing),
            ("B12".to_owned(), State::Missing)
        ]
    );
}

#[test]
fn a_band_that_sources_do_not_settle_is_hatched() {
    let phone = [said("phone", &["LTE B2"], false)];
    let lanes = drawn(&phone, &[said("network", &["LTE B12"], true)]);
    assert_eq!(
        states(&lanes, AccessTechnology::Lte),
        [("B12".to_owned(), State::Open)]
    );
}

#[test]
fn a_band_that_one_exhaustive_list_lacks_is_disputed() {
    let phone = [said("phone", &["LTE B41"], true)];
    let one = said("one list", &["LTE B2", "LTE B41"], true);
    let other = said("another", &["LTE B2"], true);
    let lanes = drawn(&phone, &[one, other]);
    assert_eq!(
        states(&lanes, AccessTechnology::Lte),
        [
            ("B2".to_owned(), State::Missing),
            ("B41".to_owned(), State::Open)
        ]
    );
}

#[test]
fn a_frequency_is_one_block_unless_a_source_names_its_band() {
    let phone = [said("phone", &["LTE B2"], true)];
    let vague = said("vague", &["LTE 1900 MHz"], true);
    let lanes = drawn(&phone, std::slice::from_ref(&vague));
    assert_eq!(
        states(&lanes, AccessTechnology::Lte),
        [("1900 MHz".to_owned(), State::Open)]
    );
    let exact = said("exact list", &["LTE B2"], true);
    let lanes = drawn(&phone, &[vague, exact]);
    assert_eq!(
        states(&lanes, AccessTechnology::Lte),
        [("B2".to_owned(), State::Lit)]
    );
}

#[test]
fn positions_rise_with_the_frequency() {
    for (width, has_high) in [(900.0, false), (900.0, true), (340.0, true)] {
        let scale = Scale::new(width, 4.0, has_high);
        let low = (400..6000).step_by(50).map(f64::from);
        let high = (24_000..44_000).step_by(500).map(f64::from);
        let places: Vec<f64> = if has_high {
            low.chain(high).map(|mhz| scale.x(mhz)).collect()
        } else {
            low.map(|mhz| scale.x(mhz)).collect()
        };
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{width}");
        assert!(places.iter().all(|x| (0.0..=width).contains(x)), "{width}");
    }
}

#[test]
fn no_two_bands_of_a_row_lie_on_each_other_at_any_width() {
    let phone = [said("phone", &["LTE B41"], true)];
    let claims = [
        "LTE B2", "LTE B4", "LTE B12", "LTE B25", "LTE B41", "NR n260",
    ];
    let lanes = drawn(&phone, &[said("network", &claims, true)]);
    for width in [340.0, 560.0, 900.0] {
        let chart = Chart::new("c", "Bands", &lanes, width);
        for lane in &chart.lanes {
            for (index, one) in lane.marks.iter().enumerate() {
                let half = label_width(&one.label) / 2.0;
                assert!(one.label_x - half >= 0.0 && one.label_x + half <= width);
                for other in &lane.marks[index + 1..] {
                    let is_same_row = (one.label_y - other.label_y).abs() < 1.0;
                    let apart = label_width(&one.label) / 2.0 + label_width(&other.label) / 2.0;
                    let distance = (one.label_x - other.label_x).abs();
                    assert!(
                        !is_same_row || distance >= apart,
                        "{} {}",
                        one.label,
                        other.label
                    );
                }
            }
        }
    }
}

#[test]
fn the_chart_says_in_words_what_it_shows() {
    let phone = [said("phone", &["GSM 1900", "LTE B41"], true)];
    let lanes = drawn(&phone, &[said("network", &["GSM 1900", "LTE B2"], true)]);
    let chart = Chart::new("c", "Bands <of> it", &lanes, 900.0);
    assert!(chart.description.contains("GSM: in common 1900."));
    assert!(chart.description.contains("LTE: lacking B2."));
    assert!(
        chart
            .description
            .contains("NR: no source on file names a band.")
    );
    let text = chart.render().expect("renders");
    assert!(text.contains("class=\"band missing\"") && text.contains("class=\"band lit\""));
    assert!(!text.contains("<of>"), "a title is escaped");
    assert!(!text.contains("style="), "no inline style");
}

#[test]
fn a_technology_that_is_switched_off_says_so() {
    let phone = [said("phone", &["GSM 1900"], true)];
    let mut off = said("off", &[], true);
    off.value = Radio::new(
        [BandList::new(AccessTechnology::Gsm, Vec::new(), true)],
        None,
    );
    let lanes = drawn(&phone, &[off]);
    assert_eq!(lanes[0].note, "not in service on this network");
    assert!(!lanes[0].device.is_empty());
}
