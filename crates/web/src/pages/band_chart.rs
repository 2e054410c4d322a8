//! The band chart: the spectrum as a strip, one lane per access technology, the network's bands as blocks.
//!
//! A block is lit where the device has the band too, outlined where it lacks it, hatched where the sources
//! do not settle it. [`marks`] says which is which; [`Chart::new`] says where it stands, for a given width.
//! The same marks fill the table beside it. Knows no page and no listing.

use std::collections::BTreeMap;

use askama::Template;
use domain::evidence::{FactRef, Source, Sourced};
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};
use trade::check::KnownBand;
use trade::gate::Fit;
use trade::gate::fit::{Answer, TechnologyFit};

/// What is known of a network's band on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The device has it.
    Lit,
    /// The device lacks it.
    Missing,
    /// The sources do not settle it, or differ.
    Open,
}

impl State {
    /// The stylesheet's word.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Lit => "lit",
            Self::Missing => "missing",
            Self::Open => "open",
        }
    }
}

/// One band, or frequency, of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub label: String,
    pub state: State,
    pub words: &'static str,
    /// Stretches of spectrum in MHz, lowest first; none: not in the table of bands.
    pub parts: Vec<(f64, f64)>,
    pub uplink: String,
    pub downlink: String,
}

/// One technology.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    pub technology: AccessTechnology,
    pub marks: Vec<Mark>,
    /// Spectrum of the device's own bands, in MHz.
    pub device: Vec<(f64, f64)>,
    /// Said instead of marks where there are none.
    pub note: &'static str,
}

/// What is in the chart, whatever its width.
pub fn marks(
    fit: &Fit,
    device: &[Sourced<Radio>],
    network: &[Sourced<Radio>],
    bands: &[KnownBand],
) -> Vec<Lane> {
    fit.technologies
        .iter()
        .map(|technology| lane(technology, device, network, bands))
        .filter(|lane| lane.technology != AccessTechnology::TdScdma || !lane.marks.is_empty())
        .collect()
}

fn lane(
    fit: &TechnologyFit,
    device: &[Sourced<Radio>],
    network: &[Sourced<Radio>],
    bands: &[KnownBand],
) -> Lane {
    let marks: Vec<Mark> = votes(fit, network)
        .into_iter()
        .map(|(claim, votes)| mark(&claim, votes, bands))
        .collect();
    let mut own: Vec<(f64, f64)> = fit
        .answers
        .iter()
        .filter_map(|answer| list(device, answer.device.as_ref(), fit.technology))
        .flat_map(|list| &list.claims)
        .filter_map(|claim| match claim {
            BandClaim::Exact(band) => known(bands, *band),
            BandClaim::Frequency { .. } => None,
        })
        .flat_map(parts)
        .collect();
    own.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    own.dedup();
    let is_off = !fit.answers.is_empty() && fit.answers.iter().all(|a| a.offered == Some(false));
    Lane {
        technology: fit.technology,
        note: match (is_off, marks.is_empty()) {
            (true, _) => "not in service on this network",
            (false, true) => "no source on file names a band",
            (false, false) => "",
        },
        marks,
        device: own,
    }
}

fn list<'a>(
    facts: &'a [Sourced<Radio>],
    speaker: Option<&(Source, FactRef)>,
    technology: AccessTechnology,
) -> Option<&'a BandList> {
    let (source, fact) = speaker?;
    facts
        .iter()
        .filter(|one| one.source == *source && one.fact == *fact)
        .find_map(|one| one.value.list(technology))
}

/// What the pairs of sources say of one band of the network.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    yes: usize,
    no: usize,
    perhaps: usize,
    /// An exhaustive list of the network's does not have it.
    absent: usize,
}

fn votes(fit: &TechnologyFit, network: &[Sourced<Radio>]) -> BTreeMap<BandClaim, Votes> {
    let mut found: BTreeMap<BandClaim, Votes> = BTreeMap::new();
    for answer in &fit.answers {
        for claim in &answer.common {
            found.entry(*claim).or_default().yes += 1;
        }
        for claim in &answer.missing {
            found.entry(*claim).or_default().no += 1;
        }
        for claim in &answer.uncertain {
            found.entry(*claim).or_default().perhaps += 1;
        }
    }
    let exact: Vec<Band> = found.keys().filter_map(exact).collect();
    // A frequency is not drawn beside the very band that another source says it is.
    found.retain(|claim, _| {
        exact_only(claim) || !claim.candidates().iter().any(|band| exact.contains(band))
    });
    for answer in &fit.answers {
        let speaks = list(network, answer.network.as_ref(), fit.technology);
        if speaks.is_some_and(|list| list.exhaustive) {
            for (claim, votes) in &mut found {
                if !names(answer, claim) {
                    votes.absent += 1;
                }
            }
        }
    }
    found
}

const fn exact(claim: &BandClaim) -> Option<Band> {
    match claim {
        BandClaim::Exact(band) => Some(*band),
        BandClaim::Frequency { .. } => None,
    }
}

const fn exact_only(claim: &BandClaim) -> bool {
    matches!(claim, BandClaim::Exact(_))
}

/// Whether the network's source names this band, or a frequency that may be it.
fn names(answer: &Answer, claim: &BandClaim) -> bool {
    let wanted = claim.candidates();
    [&answer.common, &answer.missing, &answer.uncertain]
        .into_iter()
        .flatten()
        .any(|named| named == claim || named.candidates().iter().any(|band| wanted.contains(band)))
}

fn mark(claim: &BandClaim, votes: Votes, bands: &[KnownBand]) -> Mark {
    let (state, words) = match votes {
        Votes {
            yes: 0,
            perhaps: 0,
            absent: 0,
            ..
        } => (State::Missing, "the device lacks it"),
        Votes {
            yes: 0, perhaps: 0, ..
        } => (
            State::Missing,
            "the device lacks it; the sources differ on whether the network has it",
        ),
        Votes {
            no: 0,
            perhaps: 0,
            absent: 0,
            ..
        } => (State::Lit, "in common"),
        Votes {
            no: 0, perhaps: 0, ..
        } => (
            State::Open,
            "the device has it; the sources differ on whether the network has it",
        ),
        Votes { yes: 0, no: 0, .. } => (State::Open, "not settled whether the device has it"),
        _ => (
            State::Open,
            "the sources differ on whether the device has it",
        ),
    };
    let found: Vec<&KnownBand> = claim
        .candidates()
        .into_iter()
        .filter_map(|band| known(bands, band))
        .collect();
    let (parts, uplink, downlink) = match (exact_only(claim), found.as_slice()) {
        (true, [band]) => (
            parts(band).collect(),
            range(band.uplink_khz),
            range(band.downlink_khz),
        ),
        (_, several) => (
            span(several).into_iter().collect(),
            String::new(),
            "band not named".to_owned(),
        ),
    };
    Mark {
        label: claim.short(),
        state,
        words,
        parts,
        uplink,
        downlink,
    }
}

fn known(bands: &[KnownBand], band: Band) -> Option<&KnownBand> {
    bands.iter().find(|known| known.band == band)
}

/// Uplink and downlink, lowest first; a band that shares one stretch for both has one.
fn parts(band: &KnownBand) -> impl Iterator<Item = (f64, f64)> + use<> {
    let mut parts: Vec<(f64, f64)> = [band.uplink_khz, band.downlink_khz]
        .into_iter()
        .flatten()
        .map(|(low, high)| (f64::from(low) / 1000.0, f64::from(high) / 1000.0))
        .collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    parts.dedup();
    parts.into_iter()
}

/// From the lowest to the highest downlink that a frequency may mean.
fn span(bands: &[&KnownBand]) -> Option<(f64, f64)> {
    bands
        .iter()
        .filter_map(|band| band.downlink_khz.or(band.uplink_khz))
        .map(|(low, high)| (f64::from(low) / 1000.0, f64::from(high) / 1000.0))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

fn range(khz: Option<(u32, u32)>) -> String {
    let Some((low, high)) = khz else {
        return "none".to_owned();
    };
    format!("{}–{} MHz", mhz(low), mhz(high))
}

fn mhz(khz: u32) -> String {
    if khz.is_multiple_of(1000) {
        (khz / 1000).to_string()
    } else {
        format!("{:.1}", f64::from(khz) / 1000.0)
    }
}

/// The strip below millimetre waves, in MHz, and which share of it ends there. Straight between two of them:
/// wide where mobile networks are, narrow where they are not.
const LOW_MHZ: [(f64, f64); 10] = [
    (400.0, 0.0),
    (600.0, 0.05),
    (970.0, 0.32),
    (1400.0, 0.36),
    (1690.0, 0.40),
    (2210.0, 0.73),
    (2300.0, 0.75),
    (2700.0, 0.87),
    (4200.0, 0.97),
    (6000.0, 1.0),
];
/// The strip of millimetre waves, which stands apart.
const HIGH_MHZ: [(f64, f64); 2] = [(24_000.0, 0.0), (44_000.0, 1.0)];
/// Up to here a frequency stands in the lower strip, in MHz.
const LOW_MHZ_MAX: f64 = 6000.0;
const TICKS_MHZ: [u32; 10] = [600, 700, 800, 900, 1700, 1900, 2100, 2300, 2600, 3500];
const TICKS_NARROW_MHZ: [u32; 5] = [600, 900, 1700, 2100, 2600];
const TICKS_HIGH_MHZ: [u32; 2] = [26_000, 39_000];
/// Below this width names stand above their lanes, and fewer ticks are drawn.
const NARROW: f64 = 560.0;
const GUTTER: f64 = 64.0;
const GAP: f64 = 22.0;
const HEADER: f64 = 18.0;
const ROW: f64 = 31.0;
const BLOCK: f64 = 13.0;
const STRIP: f64 = 4.0;
const LETTER: f64 = 6.9;
const BLOCK_WIDTH_MIN: f64 = 2.5;

/// A rectangle.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

/// A band, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnMark {
    pub class: &'static str,
    pub is_open: bool,
    pub label: String,
    pub label_x: f64,
    pub label_y: f64,
    pub blocks: Vec<Block>,
    /// Joins uplink and downlink: from, to, height.
    pub joint: Option<(f64, f64, f64)>,
    pub title: String,
}

/// A lane, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnLane {
    pub name: &'static str,
    pub name_x: f64,
    pub name_y: f64,
    pub note: &'static str,
    pub note_x: f64,
    pub note_y: f64,
    pub rule_y: f64,
    pub marks: Vec<DrawnMark>,
    pub device: Vec<Block>,
}

/// A tick of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub x: f64,
    pub label: String,
}

/// The chart for one width, ready for its template.
#[derive(Clone, Debug, PartialEq, Template)]
#[template(path = "band_chart.html")]
pub struct Chart {
    /// Tells two charts of one page apart.
    pub id: String,
    pub class: &'static str,
    pub title: String,
    pub description: String,
    pub width: f64,
    pub height: f64,
    pub axis_y: f64,
    pub ticks: Vec<Tick>,
    pub gap_x: Option<f64>,
    /// Where the axis's unit ends.
    pub unit: (f64, f64),
    pub lanes: Vec<DrawnLane>,
}

/// Where a frequency stands.
struct Scale {
    left: f64,
    low_right: f64,
    high_left: f64,
    right: f64,
}

impl Scale {
    fn new(width: f64, left: f64, has_high: bool) -> Self {
        let right = width - 6.0;
        let low_right = if has_high {
            right - GAP - (right - left) * 0.16
        } else {
            right
        };
        Self {
            left,
            low_right,
            high_left: low_right + GAP,
            right,
        }
    }

    fn x(&self, mhz: f64) -> f64 {
        if mhz > LOW_MHZ_MAX {
            self.high_left + share(&HIGH_MHZ, mhz) * (self.right - self.high_left)
        } else {
            self.left + share(&LOW_MHZ, mhz) * (self.low_right - self.left)
        }
    }
}

/// Where a frequency stands between the first and the last of these points; outside, at the nearer end.
fn share(points: &[(f64, f64)], mhz: f64) -> f64 {
    for pair in points.windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        if mhz < to {
            return low + (mhz.max(from) - from) / (to - from) * (high - low);
        }
    }
    1.0
}

impl Chart {
    /// For a width in CSS pixels.
    pub fn new(id: &str, title: &str, lanes: &[Lane], width: f64) -> Self {
        let is_narrow = width < NARROW;
        let (left, above) = if is_narrow {
            (4.0, HEADER)
        } else {
            (GUTTER, 0.0)
        };
        let all = || lanes.iter().flat_map(|lane| &lane.marks);
        let has_high = all()
            .flat_map(|mark| &mark.parts)
            .chain(lanes.iter().flat_map(|lane| &lane.device))
            .any(|part| part.0 > LOW_MHZ_MAX);
        let scale = Scale::new(width, left, has_high);
        let mut y = 10.0;
        let mut drawn = Vec::new();
        for lane in lanes {
            let lane = draw_lane(lane, &scale, y, above, is_narrow);
            y = lane.rule_y + 10.0;
            drawn.push(lane);
        }
        let low: &[u32] = if is_narrow {
            &TICKS_NARROW_MHZ
        } else {
            &TICKS_MHZ
        };
        let high: &[u32] = if has_high { &TICKS_HIGH_MHZ } else { &[] };
        Self {
            id: id.to_owned(),
            class: if is_narrow { "narrow" } else { "wide" },
            title: title.to_owned(),
            description: described(lanes),
            width,
            height: y + 22.0,
            axis_y: y,
            ticks: low
                .iter()
                .chain(high)
                .map(|mhz| Tick {
                    x: scale.x(f64::from(*mhz)),
                    label: if *mhz >= 10_000 {
                        format!("{}G", mhz / 1000)
                    } else {
                        mhz.to_string()
                    },
                })
                .collect(),
            gap_x: has_high.then(|| (scale.low_right + scale.high_left) / 2.0),
            unit: if is_narrow {
                (width - 4.0, 20.0)
            } else {
                (GUTTER - 30.0, y + 14.0)
            },
            lanes: drawn,
        }
    }
}

fn draw_lane(lane: &Lane, scale: &Scale, top: f64, above: f64, is_narrow: bool) -> DrawnLane {
    let first = top + above;
    let mut row_ends: Vec<f64> = Vec::new();
    let mut sorted: Vec<(&Mark, f64, f64)> = lane
        .marks
        .iter()
        .filter_map(|mark| {
            let low = mark.parts.iter().map(|part| part.0).reduce(f64::min)?;
            let high = mark.parts.iter().map(|part| part.1).reduce(f64::max)?;
            Some((mark, scale.x(low), scale.x(high)))
        })
        .collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let marks: Vec<DrawnMark> = sorted
        .into_iter()
        .map(|(mark, from, to)| {
            let half = label_width(&mark.label) / 2.0;
            let middle = ((from + to) / 2.0).clamp(scale.left + half, scale.right - half);
            let (start, end) = (from.min(middle - half), to.max(middle + half));
            let row = row_ends
                .iter()
                .position(|row_end| *row_end + 5.0 <= start)
                .unwrap_or(row_ends.len());
            match row_ends.get_mut(row) {
                Some(row_end) => *row_end = end,
                None => row_ends.push(end),
            }
            let y = first + ROW * row_count(row);
            draw_mark(lane.technology, mark, scale, middle, y)
        })
        .collect();
    let rows = row_count(row_ends.len().max(1));
    let strip_y = first + rows * ROW;
    let has_device = !lane.device.is_empty();
    DrawnLane {
        name: lane.technology.name(),
        name_x: if is_narrow { scale.left } else { 4.0 },
        name_y: if is_narrow { top + 12.0 } else { first + 24.0 },
        note: lane.note,
        note_x: scale.left + if is_narrow { 0.0 } else { 8.0 },
        note_y: first + 22.0,
        rule_y: strip_y + if has_device { STRIP + 7.0 } else { 3.0 },
        marks,
        device: lane
            .device
            .iter()
            .map(|part| block(scale, *part, strip_y + 1.0, STRIP))
            .collect(),
    }
}

/// Rows are few; the count is exact as a float.
fn row_count(rows: usize) -> f64 {
    f64::from(u16::try_from(rows).unwrap_or(u16::MAX))
}

fn label_width(label: &str) -> f64 {
    row_count(label.chars().count()) * LETTER
}

fn draw_mark(
    technology: AccessTechnology,
    mark: &Mark,
    scale: &Scale,
    middle: f64,
    y: f64,
) -> DrawnMark {
    let top = y + 14.0;
    let blocks: Vec<Block> = mark
        .parts
        .iter()
        .map(|part| block(scale, *part, top, BLOCK))
        .collect();
    let joint = match blocks.as_slice() {
        [low, high] => Some((low.x + low.w, high.x, top + BLOCK / 2.0)),
        _ => None,
    };
    let spectrum = if mark.uplink.is_empty() {
        String::new()
    } else {
        format!(" (uplink {}, downlink {})", mark.uplink, mark.downlink)
    };
    DrawnMark {
        class: mark.state.class(),
        is_open: mark.state == State::Open,
        title: format!("{technology} {}{spectrum}: {}", mark.label, mark.words),
        label: mark.label.clone(),
        label_x: middle,
        label_y: y + 10.0,
        joint: joint.filter(|(from, to, _)| to > from),
        blocks,
    }
}

fn block(scale: &Scale, part: (f64, f64), y: f64, h: f64) -> Block {
    let x = scale.x(part.0);
    Block {
        x,
        y,
        w: (scale.x(part.1) - x).max(BLOCK_WIDTH_MIN),
        h,
    }
}

/// The chart in words, for whoever does not see it.
fn described(lanes: &[Lane]) -> String {
    let lanes = lanes.iter().map(|lane| {
        let of = |state: State, words: &str| {
            let labels: Vec<&str> = lane
                .marks
                .iter()
                .filter(|mark| mark.state == state)
                .map(|mark| mark.label.as_str())
                .collect();
            (!labels.is_empty()).then(|| format!("{words} {}", labels.join(", ")))
        };
        let parts: Vec<String> = [
            of(State::Lit, "in common"),
            of(State::Missing, "lacking"),
            of(State::Open, "not settled"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let said = if parts.is_empty() {
            lane.note.to_owned()
        } else {
            parts.join("; ")
        };
        format!("{}: {said}.", lane.technology)
    });
    lanes.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests;
