//! A fit as pages show it: a sentence, a grade per service, the band chart, and the working behind them.

use askama::Template;
use domain::evidence::{Source, Sourced};
use domain::policy::Level;
use domain::radio::{BandClaim, Radio};
use trade::check::KnownBand;
use trade::gate::Fit;
use trade::gate::fit::{Answer, Coverage, Grade, ServiceFit, VoiceFeature};

use super::band_chart::{self, Chart, Lane, Mark};
use super::verdict_view::{Badge, SourceView};
use super::wording;

/// Width of the chart on a desk, in CSS pixels.
const WIDE: f64 = 860.0;
/// Width of the chart on a phone.
const NARROW: f64 = 330.0;

/// One service.
#[derive(Clone)]
pub struct ServiceView {
    pub title: &'static str,
    pub tone: &'static str,
    pub sign: &'static str,
    pub grade: String,
}

/// One band of the network, in the table.
pub struct MarkRow {
    pub technology: &'static str,
    pub mark: Mark,
}

/// One technology under one pair of sources.
pub struct WorkingRow {
    pub technology: &'static str,
    pub device: Option<SourceView>,
    pub network: Option<SourceView>,
    pub common: String,
    pub missing: String,
    pub uncertain: String,
}

/// What one pair of sources says, where another says otherwise.
pub struct Side {
    pub says: String,
    pub device: Option<SourceView>,
    pub network: Option<SourceView>,
}

/// A technology on which sources contradict each other, and the services that hang on it.
pub struct Contradiction {
    pub services: String,
    pub technology: &'static str,
    pub sides: Vec<Side>,
}

/// A fit.
#[derive(Template)]
#[template(path = "fit.html")]
pub struct FitView {
    pub network: String,
    pub badge: Badge,
    pub sentence: String,
    pub services: Vec<ServiceView>,
    pub wide: Chart,
    pub narrow: Chart,
    pub rows: Vec<MarkRow>,
    pub working: Vec<WorkingRow>,
    pub contradictions: Vec<Contradiction>,
    /// What calls need there, in words.
    pub voice_needs: Option<&'static str>,
    pub holds_until: Option<String>,
}

impl FitView {
    /// `id` tells two fits of one page apart.
    pub fn new(
        id: &str,
        network: &str,
        fit: &Fit,
        facts: (&[Sourced<Radio>], &[Sourced<Radio>]),
        bands: &[KnownBand],
    ) -> Self {
        let (device, host) = facts;
        let lanes: Vec<Lane> = band_chart::marks(fit, device, host, bands);
        let title = format!("Bands of {network} on {}", wording::day(fit.at));
        let grade = fit.grade();
        Self {
            network: network.to_owned(),
            badge: Badge {
                tone: tone(grade),
                sign: sign(grade),
                text: grade_words(grade),
            },
            sentence: for_shoppers(grade, network),
            services: fit.services.iter().map(service).collect(),
            wide: Chart::new(&format!("{id}-w"), &title, &lanes, WIDE),
            narrow: Chart::new(&format!("{id}-n"), &title, &lanes, NARROW),
            working: working(fit),
            contradictions: contradictions(fit),
            voice_needs: fit.voice_needs.map(VoiceFeature::words),
            holds_until: fit.holds_until.map(wording::moment_or_day),
            rows: lanes
                .into_iter()
                .flat_map(|lane| {
                    let technology = lane.technology.name();
                    lane.marks
                        .into_iter()
                        .map(move |mark| MarkRow { technology, mark })
                })
                .collect(),
        }
    }
}

/// What somebody who wants to buy needs to know, in one sentence.
fn for_shoppers(grade: Grade, network: &str) -> String {
    match grade {
        Grade::Known(Level::Full) => {
            format!("Calls and data work on {network}, over every band that it uses.")
        }
        Grade::Known(Level::Partial) => {
            format!("Calls and data work on {network}, over some of the bands that it uses.")
        }
        Grade::AtLeast(Level::Full | Level::Partial) => {
            format!("Calls and data work on {network}, over some of its bands at least.")
        }
        Grade::Known(Level::FallbackOnly) => format!(
            "On {network} it would fall back to an older technology for calls or data: slow, and gone when that is switched off."
        ),
        Grade::AtLeast(Level::FallbackOnly) => format!(
            "On {network} an older technology works for certain; whether more does, the sources do not settle."
        ),
        Grade::Known(Level::None) | Grade::AtLeast(Level::None) => {
            format!("Calls or data would not work on {network} at all.")
        }
        Grade::Unknown => {
            format!("What is on file does not settle whether it works on {network}.")
        }
        Grade::Disputed => {
            format!("The sources contradict each other on whether it works on {network}.")
        }
    }
}

const fn tone(grade: Grade) -> &'static str {
    match grade {
        Grade::Known(Level::Full | Level::Partial)
        | Grade::AtLeast(Level::Full | Level::Partial) => "good",
        Grade::Known(Level::None) => "bad",
        _ => "open",
    }
}

const fn sign(grade: Grade) -> &'static str {
    match grade {
        Grade::Known(Level::Full) => "✓",
        Grade::Known(Level::Partial) | Grade::AtLeast(Level::Full | Level::Partial) => "◐",
        Grade::Known(Level::FallbackOnly) | Grade::AtLeast(_) => "↓",
        Grade::Known(Level::None) => "✕",
        Grade::Unknown => "?",
        Grade::Disputed => "≠",
    }
}

fn grade_words(grade: Grade) -> String {
    match grade {
        Grade::AtLeast(level) => format!("{} at least", level.name()),
        other => other.name().to_owned(),
    }
}

fn service(fit: &ServiceFit) -> ServiceView {
    ServiceView {
        title: fit.service.title(),
        tone: tone(fit.grade),
        sign: sign(fit.grade),
        grade: grade_words(fit.grade),
    }
}

fn working(fit: &Fit) -> Vec<WorkingRow> {
    fit.technologies
        .iter()
        .flat_map(|technology| {
            let name = technology.technology.name();
            technology
                .answers
                .iter()
                .filter(|answer| answer.device.is_some() || answer.network.is_some())
                .map(move |answer| working_row(name, answer))
        })
        .collect()
}

fn working_row(technology: &'static str, answer: &Answer) -> WorkingRow {
    let source = |speaker: &Option<(Source, _)>| speaker.as_ref().map(|(source, _)| source.into());
    WorkingRow {
        technology,
        device: source(&answer.device),
        network: source(&answer.network),
        common: claims(&answer.common),
        missing: claims(&answer.missing),
        uncertain: claims(&answer.uncertain),
    }
}

fn claims(claims: &[BandClaim]) -> String {
    if claims.is_empty() {
        return "–".to_owned();
    }
    let names: Vec<String> = claims.iter().map(BandClaim::short).collect();
    names.join(", ")
}

/// The technologies whose answers cannot all be so, if a service is disputed for it.
fn contradictions(fit: &Fit) -> Vec<Contradiction> {
    let disputed: Vec<&str> = fit
        .services
        .iter()
        .filter(|service| service.grade == Grade::Disputed)
        .map(|service| service.service.title())
        .collect();
    if disputed.is_empty() {
        return Vec::new();
    }
    let differ = |answers: &[Answer]| {
        let least = answers.iter().map(|answer| answer.range.0).max();
        let most = answers.iter().map(|answer| answer.range.1).min();
        least > most
    };
    fit.technologies
        .iter()
        .filter(|technology| differ(&technology.answers))
        .map(|technology| Contradiction {
            services: disputed.join(", "),
            technology: technology.technology.name(),
            sides: sides(&technology.answers),
        })
        .collect()
}

/// One side per answer; a source that all of them share is not named.
fn sides(answers: &[Answer]) -> Vec<Side> {
    let is_shared = |speaker: fn(&Answer) -> Option<&Source>| {
        let mut named = answers.iter().map(speaker);
        let first = named.next().flatten();
        named.all(|source| source == first)
    };
    let has_one_device = is_shared(|answer| answer.device.as_ref().map(|(source, _)| source));
    let has_one_network = is_shared(|answer| answer.network.as_ref().map(|(source, _)| source));
    let sides = answers.iter().map(side).map(|mut side| {
        if has_one_device {
            side.device = None;
        }
        if has_one_network {
            side.network = None;
        }
        side
    });
    sides.collect()
}

fn side(answer: &Answer) -> Side {
    let says = if !answer.common.is_empty() {
        format!("in common {}", claims(&answer.common))
    } else if answer.range.1 == Coverage::None {
        "nothing in common".to_owned()
    } else {
        "nothing in common among the bands it names, and it does not name them all".to_owned()
    };
    let source = |speaker: &Option<(Source, _)>| speaker.as_ref().map(|(source, _)| source.into());
    Side {
        says,
        device: source(&answer.device),
        network: source(&answer.network),
    }
}
