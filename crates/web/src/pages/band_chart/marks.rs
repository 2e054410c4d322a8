//! Which of a network's bands a device has, as far as the sources settle it. Knows no picture.

use std::collections::BTreeMap;

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
