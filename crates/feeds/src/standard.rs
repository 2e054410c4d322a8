//! What 3GPP prints of operating bands, to hold other tables against.
//!
//! TD-SCDMA is not in it. What a table says, and what of it is set aside, is not known here.

pub(crate) mod gsm;
mod lte;
mod nr;
mod umts;

use domain::radio::{AccessTechnology, Band};

/// What the standard says of one band; none: it has no such side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standard {
    /// `TS 36.104`.
    pub(crate) document: &'static str,
    pub(crate) downlink: Option<Side>,
    pub(crate) uplink: Option<Side>,
}

/// One direction of a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) khz: (u32, u32),
    /// Its runs of channels; none: not known here.
    pub(crate) channels: Vec<(u32, u32)>,
}

/// What the standard says of a band that is told by its edges; none: nothing. GSM's channels are computed, see
/// [`gsm`].
pub(crate) fn of(band: Band) -> Option<Standard> {
    match band.technology() {
        AccessTechnology::Umts => umts::of(band.number()),
        AccessTechnology::Lte => lte::of(band.number()),
        AccessTechnology::Nr => nr::of(band.number()),
        AccessTechnology::Gsm | AccessTechnology::TdScdma => None,
    }
}

/// Where a band that is no standard's would stand.
pub(crate) const fn document(technology: AccessTechnology) -> Option<&'static str> {
    match technology {
        AccessTechnology::Umts => Some("TS 25.101"),
        AccessTechnology::Lte => Some("TS 36.104"),
        AccessTechnology::Nr => Some("TS 38.104"),
        AccessTechnology::Gsm | AccessTechnology::TdScdma => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{BandFact, Fact, Row, Sink};

    #[derive(Default)]
    struct Bands(Vec<BandFact>);

    impl Sink for Bands {
        fn row(&mut self, row: Row) {
            assert!(row.notes.is_empty(), "{row:?}");
            let facts = row
                .outcome
                .expect("our own table has no faults")
                .into_iter();
            self.0.extend(facts.map(|fact| match fact {
                Fact::Band(band) => band,
                other => panic!("bands only: {other:?}"),
            }));
        }

        fn progress(&mut self, _: u64, _: u64) {}
    }

    #[test]
    fn our_own_bands_are_those_of_the_standard() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/known/bands.toml");
        let mut bands = Bands::default();
        crate::read_file(&file, None, &mut bands).expect("our own table");
        let mut count = [0; AccessTechnology::ALL.len()];
        for fact in &bands.0 {
            count[fact.band.technology() as usize] += 1;
            let (downlink, uplink) = if fact.band.technology() == AccessTechnology::Gsm {
                // A band's edge lies 200 kHz beyond the centre of its last channel.
                let range = match fact.band.number() {
                    450 => [(259, 293); 2],
                    480 => [(306, 340); 2],
                    850 => [(128, 251); 2],
                    // E-GSM: its first channel is 975, its last 124.
                    900 => [(975, 975), (124, 124)],
                    1_800 => [(512, 885); 2],
                    _ => [(512, 810); 2],
                };
                let [first, last] = range.map(|range| {
                    gsm::centres(fact.band.number(), range).expect("a band of the standard")
                });
                let edges = |side: usize| (first[side].0 - 200, last[side].1 + 200);
                (Some(edges(1)), Some(edges(0)))
            } else {
                let standard = of(fact.band).expect("a band of the standard");
                let khz = |side: Option<Side>| side.map(|side| side.khz);
                (khz(standard.downlink), khz(standard.uplink))
            };
            assert_eq!(fact.downlink_khz, downlink, "{}", fact.band);
            assert_eq!(fact.uplink_khz, uplink, "{}", fact.band);
        }
        // GSM, UMTS but for 26 and 32, TD-SCDMA, LTE but for four broadcast bands, NR.
        assert_eq!(count, [6, 19, 0, 69, 77]);
    }

    #[test]
    fn channels_of_nr_are_those_that_the_standard_prints() {
        // TS 38.104, tables 5.4.2.3-1 and 5.4.2.3-2.
        for (number, channels) in [
            (1, (422_000, 434_000)),
            (41, (499_200, 537_999)),
            (46, (743_334, 795_000)),
            (48, (636_667, 646_666)),
            (78, (620_000, 653_333)),
            (90, (499_200, 538_000)),
        ] {
            let standard = of(Band::new(AccessTechnology::Nr, number)).expect("known");
            let side = standard.downlink.expect("a downlink");
            assert_eq!(side.channels, [channels], "n{number}");
        }
    }
}
