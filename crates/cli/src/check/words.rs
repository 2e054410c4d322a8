//! A fit and a verdict in words that can be read aloud.
//!
//! Says what the sources say, who they are, and what is missing; decides nothing.

use domain::evidence::{Authority, Source, Sourced};
use domain::licence::CommercialUse;
use domain::listing::Offer;
use domain::policy::Level;
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};
use trade::carriers::AnyChecked;
use trade::check::Checked;
use trade::directory::Directory;
use trade::gate::fit::{Answer, Grade, ServiceFit, TechnologyFit};
use trade::gate::sentence::{self, Names as _};
use trade::gate::{Outcome, Reason, Verdict};
use trade::node::DirectoryNames;

use crate::networks::rider;
use crate::style::{bad, bold, dim, good, padded, warn};

/// Width of the column of services and technologies.
const NAME_WIDTH: usize = 16;

/// `Xiaomi Mi 4i (2015015) on T-Mobile (US), as of 2016-02-01: fallback only.`
pub fn headline(checked: &Checked) -> String {
    let codes = match checked.codes.as_slice() {
        [] => String::new(),
        codes => format!(" ({})", codes.join(", ")),
    };
    format!(
        "{}{codes} on {} ({}), as of {}: {}.",
        bold(&checked.device),
        bold(&checked.network),
        checked.country,
        checked.fit.at.date(),
        grade(checked.fit.grade())
    )
}

/// A network's answer, or that of each host of a virtual carrier.
pub fn any(checked: &AnyChecked) -> String {
    let carrier = match checked {
        AnyChecked::Network(checked) => return fit(checked),
        AnyChecked::Carrier(carrier) => carrier,
    };
    let names: Vec<&str> = carrier
        .hosts
        .iter()
        .map(|host| host.checked.network.as_str())
        .collect();
    let mut parts = vec![format!(
        "{} ({}) is a virtual carrier: it rides on {}. Each is answered by itself.",
        bold(&carrier.carrier),
        carrier.country,
        names.join(", ")
    )];
    for host in &carrier.hosts {
        let mut lines = vec![fit(&host.checked)];
        lines.extend(section(
            "Who says that it rides there",
            host.rides.iter().map(|ride| rider(ride).trim().to_owned()),
        ));
        if !host.is_said_then {
            lines.push(warn(&format!(
                "  No source says that it rode there on {}.",
                carrier.at.date()
            )));
        }
        parts.push(lines.join("\n"));
    }
    parts.join("\n\n")
}

/// A whole fit.
pub fn fit(checked: &Checked) -> String {
    let fit = &checked.fit;
    let mut lines = vec![headline(checked)];
    if checked.understood.is_some() {
        lines.push(
            "No device goes by what was asked for; this is the only one that comes close."
                .to_owned(),
        );
    }
    if !checked.others.is_empty() {
        lines.push(format!(
            "Fewer lists give this code to {}; ask for it by that name if it is meant.",
            checked.others.join(" or ")
        ));
    }
    if let Some(variant) = &checked.variant {
        lines.push(format!(
            "The bands are those of the variant {}.",
            variant.trim()
        ));
    }
    lines.push(String::new());
    for service in &fit.services {
        let name = padded(service.service.title(), NAME_WIDTH);
        lines.push(format!("  {name}{}", grade(service.grade)));
    }
    if let Some(need) = fit.voice_needs {
        lines.push(format!("  Calls need {} there.", need.words()));
    }
    let bands = fit.technologies.iter();
    lines.extend(section(
        "Bands",
        bands.flat_map(|one| technology(one, checked)),
    ));
    lines.extend(section("In dispute", disputes(checked)));
    lines.extend(section("Not settled", unsettled(checked)));
    lines.extend(section(
        "What is said of the device",
        said(&checked.device_facts, fit.at),
    ));
    lines.extend(section(
        "What is said of the network",
        said(&checked.network_facts, fit.at),
    ));
    let platform = checked.platform.iter();
    lines.extend(section(
        "Listed as certified for Google's services by",
        platform.map(|fact| source(&fact.source)),
    ));
    let names = checked.names.iter();
    lines.extend(section(
        "Named, without its bands, by",
        names.map(|fact| format!("{}: {}", source(&fact.source), fact.value)),
    ));
    let licences = checked.licences.iter();
    lines.extend(section(
        "Under these licences",
        licences.map(ToString::to_string),
    ));
    if let Some(until) = fit.holds_until {
        lines.push(String::new());
        lines.push(format!(
            "This holds until {}, when a source begins or ends.",
            until.date()
        ));
    }
    lines.join("\n")
}

/// Lines under a heading; nothing if there are none.
fn section(heading: &str, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut section: Vec<String> = lines.into_iter().map(|line| format!("  {line}")).collect();
    if !section.is_empty() {
        section.insert(0, bold(heading));
        section.insert(0, String::new());
    }
    section
}

/// A grade in its colour.
pub fn grade(grade: Grade) -> String {
    match grade {
        Grade::Known(level) if level >= Level::Partial => good(level.name()),
        Grade::Known(level) => bad(level.name()),
        Grade::AtLeast(level) => {
            let words = format!("{} or more", level.name());
            if level >= Level::Partial {
                good(&words)
            } else {
                warn(&words)
            }
        }
        Grade::Unknown | Grade::Disputed => warn(grade.name()),
    }
}

/// An outcome in its colour.
pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Sellable => good("may be sold"),
        Outcome::Refused => bad("refused"),
        Outcome::Unknown => warn("not known"),
        Outcome::Disputed => warn("disputed"),
    }
}

/// One line a technology where all sources agree, else one for each that says otherwise.
fn technology(fit: &TechnologyFit, checked: &Checked) -> Vec<String> {
    let mut told: Vec<(String, Vec<&Answer>)> = Vec::new();
    for answer in &fit.answers {
        let has_none = device_has_none(answer, fit.technology, checked);
        let Some(words) = bands(answer, has_none) else {
            continue;
        };
        match told.iter_mut().find(|(known, _)| *known == words) {
            Some((_, answers)) => answers.push(answer),
            None => told.push((words, vec![answer])),
        }
    }
    let is_one = told.len() == 1;
    let mut name = fit.technology.name();
    let mut lines = Vec::new();
    for (words, answers) in told {
        lines.push(format!("{}{words}", padded(name, NAME_WIDTH)));
        if !is_one {
            let says = format!(
                "{}says {}",
                padded("", NAME_WIDTH + 2),
                whose(&answers, fit)
            );
            lines.push(dim(&says));
        }
        name = "";
    }
    lines
}

/// Whether the source on the device says that it has no band of this technology at all.
fn device_has_none(answer: &Answer, technology: AccessTechnology, checked: &Checked) -> bool {
    let speaker = answer.device.as_ref().and_then(|(_, fact)| {
        let facts = checked.device_facts.iter();
        facts.clone().find(|known| known.fact == *fact)
    });
    let list = speaker.and_then(|fact| fact.value.list(technology));
    list.is_some_and(|list| list.exhaustive && list.claims.is_empty())
}

/// What a pair of sources says of the bands; none: neither speaks.
fn bands(answer: &Answer, device_has_none: bool) -> Option<String> {
    match (&answer.device, &answer.network) {
        (None, None) => None,
        (_, Some(_)) if answer.offered == Some(false) => Some("the network has none".to_owned()),
        (Some(_), _) if device_has_none => Some("the device has none".to_owned()),
        (Some(_), None) => Some("nobody says which bands the network has".to_owned()),
        (None, Some(_)) => Some(format!(
            "nobody says which bands the device has; the network has {}",
            list(&answer.uncertain)
        )),
        (Some(_), Some(_)) => {
            let mut parts = vec![match answer.common.as_slice() {
                [] => "none in common".to_owned(),
                common => format!("{} in common", list(common)),
            }];
            if !answer.uncertain.is_empty() {
                parts.push(format!("{} perhaps", list(&answer.uncertain)));
            }
            if !answer.missing.is_empty() {
                parts.push(format!("the device lacks {}", list(&answer.missing)));
            }
            Some(parts.join("; "))
        }
    }
}

/// Who says so: of the device, of the network, or both, as far as others say otherwise.
fn whose(answers: &[&Answer], fit: &TechnologyFit) -> String {
    type Side = fn(&Answer) -> Option<&Source>;
    let sides: [Side; 2] = [
        |answer| answer.device.as_ref().map(|(source, _)| source),
        |answer| answer.network.as_ref().map(|(source, _)| source),
    ];
    let mut names: Vec<String> = Vec::new();
    for side in sides {
        let mut all: Vec<_> = fit.answers.iter().map(side).collect();
        all.dedup();
        if all.len() > 1 {
            names.extend(answers.iter().filter_map(|answer| side(answer)).map(short));
        }
    }
    names.sort_unstable();
    names.dedup();
    names.join(" and ")
}

/// Per service in dispute, which answers there are, and who says what of the bands that decide it.
fn disputes(checked: &Checked) -> Vec<String> {
    let mut lines = Vec::new();
    for service in &checked.fit.services {
        if service.grade != Grade::Disputed {
            continue;
        }
        let mut levels: Vec<Level> = service
            .worlds
            .iter()
            .flat_map(|world| [world.range.0, world.range.1])
            .collect();
        levels.sort_unstable_by(|a, b| b.cmp(a));
        levels.dedup();
        let levels: Vec<&str> = levels.into_iter().map(Level::name).collect();
        lines.push(format!(
            "{} is {}, depending on whom one believes.",
            service.service.title(),
            levels.join(" or ")
        ));
    }
    if lines.is_empty() {
        return lines;
    }
    for technology in &checked.fit.technologies {
        let first = technology.answers.first().map(|answer| answer.range);
        let is_apart = |answer: &Answer| Some(answer.range) != first;
        if !technology.answers.iter().any(is_apart) {
            continue;
        }
        for answer in &technology.answers {
            let has_none = device_has_none(answer, technology.technology, checked);
            let says = bands(answer, has_none).unwrap_or_else(|| "nothing".to_owned());
            lines.push(format!(
                "Going by {}: {} {says}.",
                whose(&[answer], technology),
                technology.technology.name()
            ));
        }
    }
    lines
}

fn list(claims: &[BandClaim]) -> String {
    let names: Vec<String> = claims.iter().map(BandClaim::short).collect();
    names.join(", ")
}

/// What would have to be said for an answer.
fn unsettled(checked: &Checked) -> Vec<String> {
    let is_open =
        |service: &ServiceFit| matches!(service.grade, Grade::Unknown | Grade::AtLeast(_));
    if !checked.fit.services.iter().any(is_open) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let speaks_of = |technology: AccessTechnology| {
        let mut facts = checked.network_facts.iter();
        facts.any(|fact| fact.value.list(technology).is_some())
    };
    let technologies = checked.fit.technologies.iter();
    // What no network's source ever speaks of is not what is missing.
    for technology in technologies.filter(|one| speaks_of(one.technology)) {
        let name = technology.technology.name();
        let no_device = technology
            .answers
            .iter()
            .any(|answer| answer.device.is_none());
        let no_network = technology
            .answers
            .iter()
            .any(|answer| answer.network.is_none());
        match (no_device, no_network) {
            (true, false) => lines.push(format!("Nobody says which {name} bands the device has.")),
            (false, true) => lines.push(format!(
                "Nobody says which {name} bands the network has on that date."
            )),
            _ => {}
        }
        let partial = technology
            .answers
            .iter()
            .find(|answer| !answer.uncertain.is_empty());
        if let Some(answer) = partial.filter(|_| !no_device) {
            lines.push(format!(
                "Whether the device has {name} {} is not said exactly.",
                list(&answer.uncertain)
            ));
        }
    }
    if checked.fit.services.iter().any(is_open)
        && checked
            .device_facts
            .iter()
            .all(|fact| fact.value.volte.is_none())
    {
        lines.push("Nobody says whether the device does voice over LTE.".to_owned());
    }
    lines
}

/// Each source with what it says; those that do not speak of the date by name alone.
fn said(facts: &[Sourced<Radio>], at: domain::Instant) -> Vec<String> {
    let (speaking, silent): (Vec<_>, Vec<_>) =
        facts.iter().partition(|fact| fact.valid.contains(at));
    let mut lines = Vec::new();
    for fact in speaking {
        let mut bands: Vec<String> = fact.value.lists.iter().map(bands_of).collect();
        bands.extend(fact.value.volte.map(|volte| match volte {
            true => "voice over LTE".to_owned(),
            false => "no voice over LTE".to_owned(),
        }));
        lines.push(source(&fact.source));
        lines.push(format!("  {}", bands.join("; ")));
    }
    lines.extend(silent.into_iter().map(|fact| {
        let words = format!("{}: speaks {}", short(&fact.source), period(fact));
        dim(&words)
    }));
    lines
}

fn bands_of(list_of: &BandList) -> String {
    let name = list_of.technology.name();
    match list_of.claims.as_slice() {
        [] if list_of.exhaustive => format!("no {name}"),
        [] => format!("{name}, bands not named"),
        claims if list_of.exhaustive => format!("{name} {} and no other", list(claims)),
        claims => format!("{name} {}", list(claims)),
    }
}

fn period(fact: &Sourced<Radio>) -> String {
    let date = |at: domain::Instant| at.date();
    match (fact.valid.from.map(date), fact.valid.until.map(date)) {
        (Some(from), Some(until)) => format!("from {from} until {until}"),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "always".to_owned(),
    }
}

/// `GSMArena, collection of October 2024 (2024-10)`.
pub fn short(source: &Source) -> String {
    if source.dated.is_empty() || source.title.contains(source.dated.as_ref()) {
        source.title.to_string()
    } else {
        format!("{} ({})", source.title, source.dated)
    }
}

/// With how much its word weighs.
fn source(source: &Source) -> String {
    let weight = match source.authority {
        Authority::Own => "its own word",
        Authority::PublicList => "public list",
        Authority::BuiltIn => "comes with the program",
    };
    let licence = source
        .licence
        .as_ref()
        .map(|licence| licence.commercial_use);
    let forbids = if licence == Some(CommercialUse::Forbidden) {
        ", not for commercial use"
    } else {
        ""
    };
    format!("{}, {weight}{forbids}", short(source))
}

/// A verdict on an offer that nobody made.
pub fn verdict(verdict: &Verdict, offer: &Offer, directory: &Directory) -> String {
    let names = DirectoryNames(directory);
    let model = directory
        .models
        .iter()
        .find(|model| model.id == offer.model);
    let device = model.map_or_else(|| offer.variant.to_string(), |model| model.name.clone());
    let mut lines = vec![format!(
        "{} {} by {} in market {}, as of {}: {}.",
        names.brand(&offer.brand),
        bold(&device),
        bold(&names.seller(&offer.seller)),
        offer.market,
        verdict.at.date(),
        outcome(verdict.outcome)
    )];
    if verdict.networks.len() > 1 {
        let each = verdict.networks.iter().map(|(network, one)| {
            format!(
                "{}{}",
                padded(&names.network(network), NAME_WIDTH),
                outcome(*one)
            )
        });
        lines.extend(section("Per host network", each));
    }
    let reasons = |wanted: fn(&Reason) -> bool| {
        let all = verdict.reasons.iter();
        all.filter(move |reason| wanted(reason))
            .flat_map(|reason| reason_lines(reason, &names))
            .collect::<Vec<String>>()
    };
    lines.extend(section("What keeps it off sale", reasons(Reason::blocks)));
    lines.extend(section(
        "What a shopper is told",
        reasons(|reason| !reason.blocks() && reason.outcome() != Outcome::Sellable),
    ));
    lines.extend(section(
        "What is in order",
        reasons(|reason| reason.outcome() == Outcome::Sellable),
    ));
    if let Some(until) = verdict.holds_until {
        lines.push(String::new());
        lines.push(format!(
            "This holds until {until}, unless something is recorded before."
        ));
    }
    lines.join("\n")
}

fn reason_lines(reason: &Reason, names: &DirectoryNames<'_>) -> Vec<String> {
    let mut lines = vec![sentence::sentence(reason, names)];
    if let Some(missing) = sentence::missing(reason, names) {
        lines.push(dim(&format!("  needed: {missing}")));
    }
    lines
}
