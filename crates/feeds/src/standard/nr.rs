//! NR's band edges as 3GPP prints them, to hold other tables against.
//!
//! Source: 3GPP TS 38.104 V19.4.0, tables 5.2-1 and 5.2-2. Bands that only TS 38.101 has (n47) are not in it.

use super::{Side, Standard};

/// What the standard says of an NR band; none: nothing.
pub(super) fn of(number: u16) -> Option<Standard> {
    let row = TABLE.iter().find(|row| row.0 == number)?;
    let side = |printed: Option<Printed>| {
        printed.map(|(low, high)| Side {
            khz: (low * 100, high * 100),
            channels: vec![channels(number, low, high)],
        })
    };
    Some(Standard {
        document: "TS 38.104",
        downlink: side(row.1),
        uplink: side(row.2),
    })
}

/// First and last NR-ARFCN inside the band, by the global raster of clause 5.4.2.1. Band 41's own raster takes
/// every third of these from the first on (table 5.4.2.3-1).
fn channels(number: u16, low: u32, high: u32) -> (u32, u32) {
    let step = if number == 41 { 3 } else { 1 };
    let (first, last) = (channel(low).0, channel(high).1);
    (first, last - (last - first) % step)
}

/// The channel at or above a frequency, and that at or below it: table 5.4.2.1-1.
fn channel(of_100_khz: u32) -> (u32, u32) {
    let hz = u64::from(of_100_khz) * 100_000;
    // Where a part of the raster begins, its step, and its first number.
    let (from, step, first) = match hz {
        ..3_000_000_000 => (0, 5_000, 0),
        3_000_000_000..24_250_000_000 => (3_000_000_000, 15_000, 600_000),
        // It begins 80 kHz above the edge of the band that begins there.
        _ => (24_250_080_000, 60_000, 2_016_667),
    };
    let above: u64 = hz.saturating_sub(from);
    let number = |steps: u64| u32::try_from(first + steps).unwrap_or(u32::MAX);
    (number(above.div_ceil(step)), number(above / step))
}

/// Lowest and highest frequency in 100 kHz.
type Printed = (u32, u32);

/// Band, downlink, uplink.
const TABLE: [(u16, Option<Printed>, Option<Printed>); 77] = [
    (1, Some((21100, 21700)), Some((19200, 19800))),
    (2, Some((19300, 19900)), Some((18500, 19100))),
    (3, Some((18050, 18800)), Some((17100, 17850))),
    (5, Some((8690, 8940)), Some((8240, 8490))),
    (7, Some((26200, 26900)), Some((25000, 25700))),
    (8, Some((9250, 9600)), Some((8800, 9150))),
    (12, Some((7290, 7460)), Some((6990, 7160))),
    (13, Some((7460, 7560)), Some((7770, 7870))),
    (14, Some((7580, 7680)), Some((7880, 7980))),
    (18, Some((8600, 8750)), Some((8150, 8300))),
    (20, Some((7910, 8210)), Some((8320, 8620))),
    (24, Some((15250, 15590)), Some((16265, 16605))),
    (25, Some((19300, 19950)), Some((18500, 19150))),
    (26, Some((8590, 8940)), Some((8140, 8490))),
    (28, Some((7580, 8030)), Some((7030, 7480))),
    (29, Some((7170, 7280)), None),
    (30, Some((23500, 23600)), Some((23050, 23150))),
    (31, Some((4625, 4675)), Some((4525, 4575))),
    (34, Some((20100, 20250)), Some((20100, 20250))),
    (38, Some((25700, 26200)), Some((25700, 26200))),
    (39, Some((18800, 19200)), Some((18800, 19200))),
    (40, Some((23000, 24000)), Some((23000, 24000))),
    (41, Some((24960, 26900)), Some((24960, 26900))),
    (46, Some((51500, 59250)), Some((51500, 59250))),
    (48, Some((35500, 37000)), Some((35500, 37000))),
    (50, Some((14320, 15170)), Some((14320, 15170))),
    (51, Some((14270, 14320)), Some((14270, 14320))),
    (53, Some((24835, 24950)), Some((24835, 24950))),
    (54, Some((16700, 16750)), Some((16700, 16750))),
    (65, Some((21100, 22000)), Some((19200, 20100))),
    (66, Some((21100, 22000)), Some((17100, 17800))),
    (67, Some((7380, 7580)), None),
    (68, Some((7530, 7830)), Some((6980, 7280))),
    (70, Some((19950, 20200)), Some((16950, 17100))),
    (71, Some((6170, 6520)), Some((6630, 6980))),
    (72, Some((4610, 4660)), Some((4510, 4560))),
    (74, Some((14750, 15180)), Some((14270, 14700))),
    (75, Some((14320, 15170)), None),
    (76, Some((14270, 14320)), None),
    (77, Some((33000, 42000)), Some((33000, 42000))),
    (78, Some((33000, 38000)), Some((33000, 38000))),
    (79, Some((44000, 50000)), Some((44000, 50000))),
    (80, None, Some((17100, 17850))),
    (81, None, Some((8800, 9150))),
    (82, None, Some((8320, 8620))),
    (83, None, Some((7030, 7480))),
    (84, None, Some((19200, 19800))),
    (85, Some((7280, 7460)), Some((6980, 7160))),
    (86, None, Some((17100, 17800))),
    (87, Some((4200, 4250)), Some((4100, 4150))),
    (88, Some((4220, 4270)), Some((4120, 4170))),
    (89, None, Some((8240, 8490))),
    (90, Some((24960, 26900)), Some((24960, 26900))),
    (91, Some((14270, 14320)), Some((8320, 8620))),
    (92, Some((14320, 15170)), Some((8320, 8620))),
    (93, Some((14270, 14320)), Some((8800, 9150))),
    (94, Some((14320, 15170)), Some((8800, 9150))),
    (95, None, Some((20100, 20250))),
    (96, Some((59250, 71250)), Some((59250, 71250))),
    (97, None, Some((23000, 24000))),
    (98, None, Some((18800, 19200))),
    (99, None, Some((16265, 16605))),
    (100, Some((9194, 9250)), Some((8744, 8800))),
    (101, Some((19000, 19100)), Some((19000, 19100))),
    (102, Some((59250, 64250)), Some((59250, 64250))),
    (104, Some((64250, 71250)), Some((64250, 71250))),
    (105, Some((6120, 6520)), Some((6630, 7030))),
    (106, Some((9350, 9400)), Some((8960, 9010))),
    (109, Some((14320, 15170)), Some((7030, 7330))),
    (110, Some((14320, 14350)), Some((13900, 13950))),
    (257, Some((265000, 295000)), Some((265000, 295000))),
    (258, Some((242500, 275000)), Some((242500, 275000))),
    (259, Some((395000, 435000)), Some((395000, 435000))),
    (260, Some((370000, 400000)), Some((370000, 400000))),
    (261, Some((275000, 283500)), Some((275000, 283500))),
    (262, Some((472000, 482000)), Some((472000, 482000))),
    (263, Some((570000, 710000)), Some((570000, 710000))),
];
