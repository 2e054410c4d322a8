//! Where each mark stands, for a given width. Knows no source and no verdict.

use askama::Template;
use domain::radio::AccessTechnology;

use super::marks::{Lane, Mark, State};

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
const NARROW_PX: f64 = 560.0;
const GUTTER_PX: f64 = 64.0;
const GAP_PX: f64 = 22.0;
const HEADER_PX: f64 = 18.0;
const ROW_PX: f64 = 31.0;
const BLOCK_PX: f64 = 13.0;
const STRIP_PX: f64 = 4.0;
const LETTER_PX: f64 = 6.9;
const BLOCK_MIN_PX: f64 = 2.5;

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
pub(super) struct Scale {
    left: f64,
    low_right: f64,
    high_left: f64,
    right: f64,
}

impl Scale {
    pub(super) fn new(width: f64, left: f64, has_high: bool) -> Self {
        let right = width - 6.0;
        let low_right = if has_high {
            right - GAP_PX - (right - left) * 0.16
        } else {
            right
        };
        Self {
            left,
            low_right,
            high_left: low_right + GAP_PX,
            right,
        }
    }

    pub(super) fn x(&self, mhz: f64) -> f64 {
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
        let is_narrow = width < NARROW_PX;
        let (left, above) = if is_narrow {
            (4.0, HEADER_PX)
        } else {
            (GUTTER_PX, 0.0)
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
                (GUTTER_PX - 30.0, y + 14.0)
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
            let y = first + ROW_PX * row_count(row);
            draw_mark(lane.technology, mark, scale, middle, y)
        })
        .collect();
    let rows = row_count(row_ends.len().max(1));
    let strip_y = first + rows * ROW_PX;
    let has_device = !lane.device.is_empty();
    DrawnLane {
        name: lane.technology.name(),
        name_x: if is_narrow { scale.left } else { 4.0 },
        name_y: if is_narrow { top + 12.0 } else { first + 24.0 },
        note: lane.note,
        note_x: scale.left + if is_narrow { 0.0 } else { 8.0 },
        note_y: first + 22.0,
        rule_y: strip_y + if has_device { STRIP_PX + 7.0 } else { 3.0 },
        marks,
        device: lane
            .device
            .iter()
            .map(|part| block(scale, *part, strip_y + 1.0, STRIP_PX))
            .collect(),
    }
}

/// Rows are few; the count is exact as a float.
fn row_count(rows: usize) -> f64 {
    f64::from(u16::try_from(rows).unwrap_or(u16::MAX))
}

pub(super) fn label_width(label: &str) -> f64 {
    row_count(label.chars().count()) * LETTER_PX
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
        .map(|part| block(scale, *part, top, BLOCK_PX))
        .collect();
    let joint = match blocks.as_slice() {
        [low, high] => Some((low.x + low.w, high.x, top + BLOCK_PX / 2.0)),
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
        w: (scale.x(part.1) - x).max(BLOCK_MIN_PX),
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
