//! Radio fit: what a device can do on a network at a date, per service, with the working.
//!
//! Each technology is answered under every pair of admissible sources. A source that offers its list as
//! the whole set settles what is missing; one that does not settles only what is there. So an answer is
//! a range, lowest to highest, and two sources are in dispute only when their ranges for a *service* do
//! not meet; that they print different lists is not a dispute.

use domain::Instant;
use domain::evidence::{Authority, FactRef, Source, Sourced};
use domain::policy::{Level, Service};
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};

/// How many of a network's bands a device has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// None of them.
    None,
    /// Some of them.
    Some,
    /// All of them.
    All,
}

/// One technology under one pair of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Who speaks of the device; none: nobody.
    pub device: Option<(Source, FactRef)>,
    /// Who speaks of the network; none: nobody.
    pub network: Option<(Source, FactRef)>,
    /// The network's bands that the device has.
    pub common: Vec<BandClaim>,
    /// The network's bands that the device may have: a source names a frequency or is silent.
    pub uncertain: Vec<BandClaim>,
    /// The network's bands that the device lacks.
    pub missing: Vec<BandClaim>,
    /// The least and the most that this pair of sources allows.
    pub range: (Coverage, Coverage),
    /// Whether the network offers the technology at all; none: nobody speaks of it.
    pub offered: Option<bool>,
}

/// One technology under every admissible pair of sources; at least one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechnologyFit {
    /// Which one.
    pub technology: AccessTechnology,
    /// One per pair of sources; one with neither where nobody speaks.
    pub answers: Vec<Answer>,
}

/// The grade of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// So, under every admissible source.
    Known(Level),
    /// At least so; the sources do not settle whether it is more.
    AtLeast(Level),
    /// The sources do not settle it.
    Unknown,
    /// The sources contradict each other.
    Disputed,
}

impl Grade {
    /// The words of the design: `full`, `partial`, `fallback only`, `none`, `unknown`, `disputed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Known(level) | Self::AtLeast(level) => level.name(),
            Self::Unknown => "unknown",
            Self::Disputed => "disputed",
        }
    }
}

/// What one choice of sources says of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// The least and the most that it allows.
    pub range: (Level, Level),
    /// The sources chosen, each once.
    pub sources: Vec<Source>,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceFit {
    /// Which one.
    pub service: Service,
    /// Its grade.
    pub grade: Grade,
    /// What each choice of sources says; choices that say the same are one.
    pub worlds: Vec<World>,
}

/// What a network asks of a device for calls and emergency calls, beyond a band in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VoiceFeature {
    /// Voice over LTE: it has LTE, and neither GSM nor UMTS.
    Volte,
    /// Voice over NR: it has NR, and nothing older.
    Vonr,
}

impl VoiceFeature {
    /// The word in the API: `volte`, `vonr`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Volte => "volte",
            Self::Vonr => "vonr",
        }
    }

    /// In words: `voice over LTE`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Volte => "voice over LTE",
            Self::Vonr => "voice over NR",
        }
    }
}

/// What a device can do on a network at a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The date asked.
    pub at: Instant,
    /// Per technology, oldest first.
    pub technologies: Vec<TechnologyFit>,
    /// Per service, in the order of [`Service::ALL`].
    pub services: Vec<ServiceFit>,
    /// What calls need there at that date, if every choice of sources says so.
    pub voice_needs: Option<VoiceFeature>,
    /// The first instant after `at` at which a source begins or ceases to speak.
    pub holds_until: Option<Instant>,
}

impl Fit {
    /// The answer for a technology.
    #[must_use]
    pub fn technology(&self, technology: AccessTechnology) -> Option<&TechnologyFit> {
        self.technologies
            .iter()
            .find(|t| t.technology == technology)
    }

    /// The answer for a service.
    #[must_use]
    pub fn service(&self, service: Service) -> Option<&ServiceFit> {
        self.services.iter().find(|s| s.service == service)
    }

    /// The grade in one word: the worst of voice, data and emergency call; a dispute outweighs all, and
    /// what is unknown outweighs what is known.
    #[must_use]
    pub fn grade(&self) -> Grade {
        let asked = [Service::Voice, Service::Data, Service::EmergencyCall];
        let grades = || {
            self.services
                .iter()
                .filter(|s| asked.contains(&s.service))
                .map(|s| s.grade)
        };
        if grades().any(|grade| grade == Grade::Disputed) {
            return Grade::Disputed;
        }
        let level = |grade| match grade {
            Grade::Known(level) | Grade::AtLeast(level) => Some(level),
            Grade::Unknown | Grade::Disputed => None,
        };
        let least: Option<Level> = grades()
            .map(level)
            .collect::<Option<Vec<Level>>>()
            .and_then(|levels| levels.into_iter().min());
        let is_exact = grades().all(|grade| matches!(grade, Grade::Known(_)));
        match least {
            Some(level) if is_exact => Grade::Known(level),
            Some(level) => Grade::AtLeast(level),
            None => Grade::Unknown,
        }
    }
}

/// What a device can do on a network at `at`, from what the sources say of each.
///
/// Sources that do not speak of `at` are left out; of the others those of the highest authority that
/// speak of a technology are admissible for it.
#[must_use]
pub fn fit(device: &[Sourced<Radio>], network: &[Sourced<Radio>], at: Instant) -> Fit {
    fit_weighed(&weigh(device), &weigh(network), at)
}

/// Each with the weight of its source.
fn weigh(facts: &[Sourced<Radio>]) -> Vec<Weighed<'_>> {
    let weighed = facts.iter().map(|said| Weighed {
        weight: weight(said.source.authority),
        said,
    });
    weighed.collect()
}

/// What somebody says of a radio, and how much it weighs: of those that speak the heaviest are heard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighed<'a> {
    pub weight: u8,
    pub said: &'a Sourced<Radio>,
}

/// What a source's word weighs where nobody ranks it otherwise.
pub(crate) const fn weight(authority: Authority) -> u8 {
    match authority {
        Authority::BuiltIn => 0,
        Authority::PublicList => 1,
        Authority::Own => 2,
    }
}

/// As [`fit`], with weights in place of the sources' authority.
pub(crate) fn fit_weighed(device: &[Weighed<'_>], network: &[Weighed<'_>], at: Instant) -> Fit {
    let technologies: Vec<TechnologyFit> = AccessTechnology::ALL
        .into_iter()
        .map(|technology| technology_fit(technology, device, network, at))
        .collect();
    let volte = both(volte(device, at), volte(network, at));
    let choices = choices(&technologies);
    let services = Service::ALL
        .into_iter()
        .map(|service| service_fit(service, &choices, volte))
        .collect();
    let voice_needs = voice_needs(&choices);
    let holds_until = device
        .iter()
        .chain(network)
        .filter_map(|one| one.said.valid.next_change(at))
        .min();
    Fit {
        at,
        technologies,
        services,
        voice_needs,
        holds_until,
    }
}

/// A call over LTE takes both the device and the network; one that cannot is enough for a no.
fn both(device: Option<bool>, network: Option<bool>) -> Option<bool> {
    match (device, network) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// What calls need, where every choice of sources settles which technologies the network has.
fn voice_needs(choices: &[Choice<'_>]) -> Option<VoiceFeature> {
    let mut needs = choices.iter().map(|choice| {
        let words = choice.words;
        match (words.lte.offered, words.nr.offered) {
            _ if words.may_have_circuits => None,
            (Some(true), _) => Some(VoiceFeature::Volte),
            (Some(false), Some(true)) => Some(VoiceFeature::Vonr),
            _ => None,
        }
    });
    let first = needs.next()??;
    needs.all(|one| one == Some(first)).then_some(first)
}

/// Whether a device does voice over LTE, or a network offers it, as far as every admissible source agrees.
fn volte(facts: &[Weighed<'_>], at: Instant) -> Option<bool> {
    let speaking = || {
        facts
            .iter()
            .filter(|one| one.said.valid.contains(at) && one.said.value.volte.is_some())
    };
    let highest = speaking().map(|one| one.weight).max()?;
    let mut words = speaking()
        .filter(|one| one.weight == highest)
        .map(|one| one.said.value.volte);
    let first = words.next()??;
    words.all(|word| word == Some(first)).then_some(first)
}

fn admissible<'a>(
    facts: &[Weighed<'a>],
    technology: AccessTechnology,
    at: Instant,
) -> Vec<(&'a Sourced<Radio>, &'a BandList)> {
    let speaking = || {
        facts
            .iter()
            .filter(|one| one.said.valid.contains(at))
            .filter_map(|one| Some((one.weight, one.said, one.said.value.list(technology)?)))
    };
    let highest = speaking().map(|(weight, ..)| weight).max();
    speaking()
        .filter(|(weight, ..)| Some(*weight) == highest)
        .map(|(_, said, list)| (said, list))
        .collect()
}

fn technology_fit(
    technology: AccessTechnology,
    device: &[Weighed<'_>],
    network: &[Weighed<'_>],
    at: Instant,
) -> TechnologyFit {
    let devices = optional(admissible(device, technology, at));
    let networks = optional(admissible(network, technology, at));
    let mut answers = Vec::with_capacity(devices.len() * networks.len());
    for d in &devices {
        for n in &networks {
            answers.push(answer(*d, *n));
        }
    }
    TechnologyFit {
        technology,
        answers,
    }
}

/// The values as options; a single `None` where there are none.
fn optional<T>(values: Vec<T>) -> Vec<Option<T>> {
    if values.is_empty() {
        vec![None]
    } else {
        values.into_iter().map(Some).collect()
    }
}

type Speaker<'a> = Option<(&'a Sourced<Radio>, &'a BandList)>;

fn answer(device: Speaker<'_>, network: Speaker<'_>) -> Answer {
    let named = |speaker: Speaker<'_>| {
        speaker.map(|(sourced, _)| (sourced.source.clone(), sourced.fact.clone()))
    };
    let mut answer = Answer {
        device: named(device),
        network: named(network),
        common: Vec::new(),
        uncertain: Vec::new(),
        missing: Vec::new(),
        range: (Coverage::None, Coverage::All),
        offered: network
            .filter(|(_, list)| list.exhaustive || !list.claims.is_empty())
            .map(|(_, list)| !list.claims.is_empty()),
    };
    let Some((_, bands)) = network else {
        // A device without the technology has no band of it, whatever the network's are.
        if device.is_some_and(|(_, list)| list.exhaustive && list.claims.is_empty()) {
            answer.range = (Coverage::None, Coverage::None);
        }
        return answer;
    };
    for claim in &bands.claims {
        match device.map_or(Match::Perhaps, |(_, has)| has_band(has, claim)) {
            Match::Yes => answer.common.push(*claim),
            Match::Perhaps => answer.uncertain.push(*claim),
            Match::No => answer.missing.push(*claim),
        }
    }
    answer.range = range(&answer, device.map(|(_, list)| list), bands);
    answer
}

fn range(answer: &Answer, device: Option<&BandList>, bands: &BandList) -> (Coverage, Coverage) {
    let device_has_none = device.is_some_and(|list| list.exhaustive && list.claims.is_empty());
    if device_has_none || (bands.exhaustive && bands.claims.is_empty()) {
        return (Coverage::None, Coverage::None);
    }
    let all_are_certain = answer.uncertain.is_empty() && answer.missing.is_empty();
    let low = if answer.common.is_empty() {
        Coverage::None
    } else if all_are_certain && bands.exhaustive {
        Coverage::All
    } else {
        Coverage::Some
    };
    let high = if answer.missing.is_empty() {
        Coverage::All
    } else if !(answer.common.is_empty() && answer.uncertain.is_empty() && bands.exhaustive) {
        // What the list does not print, the device may have.
        Coverage::Some
    } else {
        Coverage::None
    };
    (low, high)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    Yes,
    Perhaps,
    No,
}

/// Whether a device with these bands has the band that a network's source claims.
fn has_band(device: &BandList, claim: &BandClaim) -> Match {
    if matches!(claim, BandClaim::Exact(_)) && device.claims.contains(claim) {
        return Match::Yes;
    }
    let wanted = claim.candidates();
    let has = |band: &_| device.claims.contains(&BandClaim::Exact(*band));
    if !wanted.is_empty() && wanted.iter().all(has) {
        return Match::Yes;
    }
    let may_be = |own: &BandClaim| match own {
        BandClaim::Exact(band) => wanted.contains(band),
        BandClaim::Frequency { .. } => {
            let candidates = own.candidates();
            own == claim || candidates.iter().any(|band| wanted.contains(band))
        }
    };
    // A frequency that no band is known by could be any of the device's.
    if device.claims.iter().any(may_be) || !device.exhaustive || wanted.is_empty() {
        Match::Perhaps
    } else {
        Match::No
    }
}

/// All that an answer says to the services.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Word {
    range: (Coverage, Coverage),
    offered: Option<bool>,
}

/// What the services ask of one choice of sources. The older technologies carry calls alike, so they count
/// together, and there are not many that differ: 12 of circuits, 9 of LTE, 9 of NR, however many sources.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Words {
    /// The best of GSM, UMTS and TD-SCDMA.
    circuits: (Coverage, Coverage),
    /// Whether the network may have GSM or UMTS, or has TD-SCDMA.
    may_have_circuits: bool,
    lte: Word,
    nr: Word,
}

/// What is said before anybody has spoken.
const NOBODY: Words = Words {
    circuits: (Coverage::None, Coverage::None),
    may_have_circuits: false,
    lte: NOTHING,
    nr: NOTHING,
};
const NOTHING: Word = Word {
    range: (Coverage::None, Coverage::All),
    offered: None,
};

impl Words {
    fn with(mut self, technology: AccessTechnology, word: Word) -> Self {
        let may_have = match technology {
            AccessTechnology::Gsm | AccessTechnology::Umts => word.offered != Some(false),
            AccessTechnology::TdScdma => word.offered == Some(true),
            AccessTechnology::Lte => {
                self.lte = word;
                return self;
            }
            AccessTechnology::Nr => {
                self.nr = word;
                return self;
            }
        };
        self.may_have_circuits |= may_have;
        let (low, high) = self.circuits;
        self.circuits = (low.max(word.range.0), high.max(word.range.1));
        self
    }
}

/// Words that go together, and whoever says one of them, each once and in order.
#[derive(Clone)]
struct Choice<'a> {
    words: Words,
    sources: Vec<&'a Source>,
}

fn service_fit(service: Service, choices: &[Choice<'_>], volte: Option<bool>) -> ServiceFit {
    let mut merged: Vec<((Level, Level), Vec<&Source>)> = Vec::new();
    for choice in choices {
        let range = service_range(service, &choice.words, volte);
        put(&mut merged, range, &choice.sources);
    }
    let worlds: Vec<World> = merged
        .into_iter()
        .map(|(range, sources)| World {
            range,
            sources: sources.into_iter().cloned().collect(),
        })
        .collect();
    ServiceFit {
        service,
        grade: grade(&worlds),
        worlds,
    }
}

/// Joins what says the same: its sources together, each once and in order.
fn put<'a, T: PartialEq>(joined: &mut Vec<(T, Vec<&'a Source>)>, said: T, sources: &[&'a Source]) {
    match joined.iter_mut().find(|(known, _)| *known == said) {
        Some((_, known)) => {
            for source in sources {
                if let Err(place) = known.binary_search(source) {
                    known.insert(place, source);
                }
            }
        }
        None => joined.push((said, sources.to_vec())),
    }
}

/// Every choice of one answer per technology, those of the same words as one.
fn choices(technologies: &[TechnologyFit]) -> Vec<Choice<'_>> {
    let mut choices: Vec<(Words, Vec<&Source>)> = vec![(NOBODY, Vec::new())];
    for fit in technologies {
        let said = said(fit);
        let mut longer = Vec::with_capacity(choices.len() * said.len());
        for (words, before) in choices {
            for (word, sources) in &said {
                let mut sources = sources.clone();
                sources.extend(&before);
                sources.sort_unstable();
                sources.dedup();
                put(&mut longer, words.with(fit.technology, *word), &sources);
            }
        }
        choices = longer;
    }
    let choices = choices.into_iter();
    choices
        .map(|(words, sources)| Choice { words, sources })
        .collect()
}

/// The words that are said of a technology, each with whoever says it.
fn said(fit: &TechnologyFit) -> Vec<(Word, Vec<&Source>)> {
    let mut said: Vec<(Word, Vec<&Source>)> = Vec::new();
    for answer in &fit.answers {
        let word = Word {
            range: answer.range,
            offered: answer.offered,
        };
        let speakers = [&answer.device, &answer.network].into_iter().flatten();
        let mut sources: Vec<&Source> = speakers.map(|(source, _)| source).collect();
        sources.sort_unstable();
        sources.dedup();
        put(&mut said, word, &sources);
    }
    said
}

/// The least and the most that one choice of words allows for a service.
fn service_range(service: Service, words: &Words, volte: Option<bool>) -> (Level, Level) {
    let circuit_switched = words.circuits;
    let (lte, nr_range) = (words.lte.range, words.nr.range);
    // Beside a newer technology the older ones are a fallback; on a network that has none they are the whole.
    // Where nobody says whether it has one, either may be so.
    let fallback = |coverage| new(coverage).min(Level::FallbackOnly);
    let old: (Level, Level) = match words.lte.offered {
        Some(true) => (fallback(circuit_switched.0), fallback(circuit_switched.1)),
        Some(false) => (new(circuit_switched.0), new(circuit_switched.1)),
        None => (fallback(circuit_switched.0), new(circuit_switched.1)),
    };
    let over_nr_alone = match words.lte.offered {
        Some(true) => Level::None,
        _ if words.nr.offered == Some(true) => new(nr_range.1),
        _ => Level::None,
    };
    match service {
        Service::Data => {
            // NR leans on LTE in most networks, so alone it is never the whole; and a network of which
            // nobody says that it has NR is not credited with it.
            let nr = |coverage| match words.nr.offered {
                Some(true) => new(coverage).min(Level::Partial),
                _ => Level::None,
            };
            (
                new(lte.0).max(old.0).max(nr(nr_range.0)),
                new(lte.1).max(old.1).max(nr(nr_range.1)),
            )
        }
        // No list says of a device that it speaks or writes over NR, so where a network may have nothing else
        // it is not settled; beside LTE it does not matter.
        Service::Voice | Service::EmergencyCall => {
            let low = if volte == Some(true) {
                new(lte.0)
            } else {
                Level::None
            };
            let high = if volte == Some(false) {
                Level::None
            } else {
                new(lte.1)
            };
            (low.max(old.0), high.max(old.1).max(over_nr_alone))
        }
        Service::Messages => {
            let low = if volte == Some(true) {
                new(lte.0)
            } else {
                Level::None
            };
            (
                low.max(new(circuit_switched.0)),
                new(lte.1).max(new(circuit_switched.1)).max(over_nr_alone),
            )
        }
        Service::FiveG => (new(nr_range.0), new(nr_range.1)),
    }
}

const fn new(coverage: Coverage) -> Level {
    match coverage {
        Coverage::None => Level::None,
        Coverage::Some => Level::Partial,
        Coverage::All => Level::Full,
    }
}

/// The grade on which every choice of sources can agree.
fn grade(worlds: &[World]) -> Grade {
    let low = worlds.iter().map(|world| world.range.0).max();
    let high = worlds.iter().map(|world| world.range.1).min();
    let (Some(low), Some(high)) = (low, high) else {
        return Grade::Unknown;
    };
    // Partial and full are both "it works": sources that differ there are not in dispute, and the
    // lesser of the two is what can be promised.
    let works = |level| level >= Level::Partial;
    match low.cmp(&high) {
        std::cmp::Ordering::Equal => Grade::Known(low),
        std::cmp::Ordering::Greater if works(low) && works(high) => Grade::Known(high),
        std::cmp::Ordering::Greater => Grade::Disputed,
        std::cmp::Ordering::Less if low == Level::None => Grade::Unknown,
        std::cmp::Ordering::Less => Grade::AtLeast(low),
    }
}
