//! UMTS FDD's channel numbers and band edges as 3GPP prints them, to hold other tables against.
//!
//! Source: 3GPP TS 25.101, tables 5.0, 5.1 and 5.1A; numbers from AOSP's and NetMonster's copies, which agree but
//! for errors that their own columns show. Band edges are those of the LTE band of the same number.

use super::{Side, Standard, lte};

/// What the standard says of a UMTS band; none: nothing.
pub(super) fn of(number: u16) -> Option<Standard> {
    let row = TABLE.iter().find(|row| row.0 == number)?;
    let edges = lte::of(number)?;
    Some(Standard {
        document: "TS 25.101",
        downlink: edges.downlink.map(|side| Side {
            channels: row.1.to_vec(),
            ..side
        }),
        uplink: edges.uplink.map(|side| Side {
            channels: row.2.into_iter().collect(),
            ..side
        }),
    })
}

type Range = (u32, u32);

/// Band, downlink channels (the general ones, then the additional ones), uplink channels where a copy gives them.
const TABLE: [(u16, &[Range], Option<Range>); 21] = [
    (1, &[(10562, 10838)], Some((9612, 9888))),
    (2, &[(9662, 9938), (412, 687)], Some((9262, 9538))),
    (3, &[(1162, 1513)], Some((937, 1288))),
    (4, &[(1537, 1738), (1887, 2087)], Some((1312, 1513))),
    (5, &[(4357, 4458), (1007, 1087)], Some((4132, 4233))),
    (6, &[(4387, 4413)], Some((4162, 4188))),
    (7, &[(2237, 2563)], Some((2012, 2338))),
    (8, &[(2937, 3088)], Some((2712, 2863))),
    (9, &[(9237, 9387)], Some((8762, 8912))),
    (10, &[(3112, 3388)], Some((2887, 3163))),
    (11, &[(3712, 3787)], Some((3487, 3562))),
    (12, &[(3842, 3903)], Some((3617, 3678))),
    (13, &[(4017, 4043)], Some((3792, 3818))),
    (14, &[(4117, 4143)], Some((3892, 3918))),
    (19, &[(712, 763)], Some((312, 363))),
    (20, &[(4512, 4638)], Some((4287, 4413))),
    (21, &[(862, 912)], Some((462, 512))),
    (22, &[(4662, 5038)], Some((4437, 4813))),
    (25, &[(5112, 5413), (6292, 6592)], Some((4887, 5188))),
    (26, &[(5762, 5913)], None),
    (32, &[(6617, 6813)], None),
];
