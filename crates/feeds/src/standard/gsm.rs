//! GSM's channels and frequencies as 3GPP computes them, to hold other tables against.
//!
//! Source: 3GPP TS 45.005, clause 2.

/// The centres of the first and last channel of a range in kHz, uplink and downlink, in the band of that name.
/// None: the range is not in the band.
pub(crate) fn centres(name: u16, channels: (u32, u32)) -> Option<[(u32, u32); 2]> {
    let part = PARTS.iter().find(|part| {
        part.name == name && part.channels.0 <= channels.0 && channels.1 <= part.channels.1
    })?;
    let centre = |channel: u32| part.first_khz + (channel - part.channels.0) * 200;
    let uplink = (centre(channels.0), centre(channels.1));
    let downlink = (uplink.0 + part.spacing_khz, uplink.1 + part.spacing_khz);
    Some([uplink, downlink])
}

/// A run of channels, 200 kHz from one to the next.
struct Part {
    name: u16,
    channels: (u32, u32),
    /// The uplink's centre of the first channel.
    first_khz: u32,
    spacing_khz: u32,
}

const fn part(name: u16, channels: (u32, u32), first_khz: u32, spacing_khz: u32) -> Part {
    Part {
        name,
        channels,
        first_khz,
        spacing_khz,
    }
}

/// The 900 band has two runs: P-GSM with channel 0, and what E-GSM, R-GSM and ER-GSM have below it.
const PARTS: [Part; 7] = [
    part(450, (259, 293), 450_600, 10_000),
    part(480, (306, 340), 479_000, 10_000),
    part(850, (128, 251), 824_200, 45_000),
    part(900, (0, 124), 890_000, 45_000),
    part(900, (940, 1_023), 873_200, 45_000),
    part(1_800, (512, 885), 1_710_200, 95_000),
    part(1_900, (512, 810), 1_850_200, 80_000),
];
