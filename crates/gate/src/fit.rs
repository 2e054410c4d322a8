//! Radio fit: what a device can do on a network at a date, per service, with the working.
//!
//! Each technology is answered under every pair of admissible sources. A source that offers its list as
//! the whole set settles what is missing; one that does not settles only what is there. So an answer is
//! a range, lowest to highest, and two sources are in dispute only when their ranges for a *service* do
//! not meet; that they print different lists is not a dispute.

use domain::Instant;
use domain::evidence::{Authority, FactRef, Source, Sourced};
use domain::policy::{Level, Service};
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};

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
    let named = Named::new(device, network, at);
    let technologies: Vec<TechnologyFit> = AccessTechnology::ALL
        .into_iter()
        .map(|technology| technology_fit(technology, device, network, at))
        .collect();
    let volte = both(volte(device, at), volte(network, at));
    let choices = choices(&technologies, &named);
    let services = Service::ALL
        .into_iter()
        .map(|service| service_fit(service, &choices, volte, &named))
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
fn voice_needs(choices: &[Choice]) -> Option<VoiceFeature> {
    let mut needs = choices
        .iter()
        .map(|(words, _)| match (words.lte.offered, words.nr.offered) {
            _ if words.may_have_circuits => None,
            (Some(true), _) => Some(VoiceFeature::Volte),
            (Some(false), Some(true)) => Some(VoiceFeature::Vonr),
            _ => None,
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

/// Who speaks of a technology with the highest weight; a single `None` where nobody does.
fn admissible<'a>(
    facts: &[Weighed<'a>],
    technology: AccessTechnology,
    at: Instant,
) -> impl Iterator<Item = Speaker<'a>> + Clone {
    let then = facts.iter().filter(move |one| one.said.valid.contains(at));
    let speaking =
        then.filter_map(move |one| Some((one.weight, one.said, one.said.value.list(technology)?)));
    let highest = speaking.clone().map(|(weight, ..)| weight).max();
    let heard = speaking.filter(move |(weight, ..)| Some(*weight) == highest);
    let nobody = highest.is_none().then_some(None);
    heard
        .map(|(_, said, list)| Some((said, list)))
        .chain(nobody)
}

fn technology_fit(
    technology: AccessTechnology,
    device: &[Weighed<'_>],
    network: &[Weighed<'_>],
    at: Instant,
) -> TechnologyFit {
    let devices = admissible(device, technology, at);
    let networks = admissible(network, technology, at);
    let mut answers = Vec::with_capacity(devices.clone().count() * networks.clone().count());
    for d in devices {
        answers.extend(networks.clone().map(|n| answer(d, n)));
    }
    TechnologyFit {
        technology,
        answers,
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
    // What has not the technology has no band of it, whatever the other's are.
    let lacks_it = |speaker: Speaker<'_>| {
        speaker.is_some_and(|(_, list)| list.exhaustive && list.claims.is_empty())
    };
    let has_none = lacks_it(device) || lacks_it(network);
    if has_none {
        answer.range = (Coverage::None, Coverage::None);
    }
    let Some((_, bands)) = network else {
        return answer;
    };
    for claim in &bands.claims {
        match device.map_or(Match::Perhaps, |(_, has)| has_band(has, claim)) {
            Match::Yes => answer.common.push(*claim),
            Match::Perhaps => answer.uncertain.push(*claim),
            Match::No => answer.missing.push(*claim),
        }
    }
    if !has_none {
        answer.range = range(&answer, bands.exhaustive);
    }
    answer
}

/// The least and the most, where both may have the technology. `is_whole`: the network has no more bands of it.
fn range(answer: &Answer, is_whole: bool) -> (Coverage, Coverage) {
    let all_are_certain = answer.uncertain.is_empty() && answer.missing.is_empty();
    let low = if answer.common.is_empty() {
        Coverage::None
    } else if all_are_certain && is_whole {
        Coverage::All
    } else {
        Coverage::Some
    };
    let high = if answer.missing.is_empty() {
        Coverage::All
    } else if !(answer.common.is_empty() && answer.uncertain.is_empty() && is_whole) {
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
    let wanted = claim.numbers();
    let has = |number: &u16| {
        let band = Band::new(device.technology, *number);
        device.claims.contains(&BandClaim::Exact(band))
    };
    if !wanted.is_empty() && wanted.iter().all(has) {
        return Match::Yes;
    }
    let may_be = |own: &BandClaim| own.numbers().iter().any(|number| wanted.contains(number));
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

/// The sources that speak at a date, in order and each once.
struct Named<'a>(Vec<&'a Source>);

impl<'a> Named<'a> {
    fn new(device: &[Weighed<'a>], network: &[Weighed<'a>], at: Instant) -> Self {
        let facts = device.iter().chain(network).map(|one| one.said);
        let then = facts.filter(|said| said.valid.contains(at));
        let mut sources: Vec<&Source> = then.map(|said| &said.source).collect();
        sources.sort_unstable();
        sources.dedup();
        Self(sources)
    }

    /// Whoever speaks in an answer.
    fn speakers(&self, answer: &Answer) -> Speakers {
        let mut speakers = Speakers::default();
        for (source, _) in [&answer.device, &answer.network].into_iter().flatten() {
            // Who speaks in an answer is among them.
            speakers.put(self.0.partition_point(|known| *known < source));
        }
        speakers
    }

    fn sources(&self, speakers: &Speakers) -> Vec<Source> {
        let places = self.0.iter().enumerate();
        let named = places.filter(|(place, _)| speakers.has(*place));
        named.map(|(_, source)| (*source).clone()).collect()
    }
}

/// Some of the sources named, by their places; there is no end to how many there may be, and rarely more than fit
/// into the first part.
#[derive(Clone, Default)]
struct Speakers {
    first: u128,
    rest: Vec<u128>,
}

impl Speakers {
    fn part(&mut self, place: usize) -> &mut u128 {
        match (place / PLACES).checked_sub(1) {
            None => &mut self.first,
            Some(at) => {
                self.rest.resize(self.rest.len().max(at + 1), 0);
                &mut self.rest[at]
            }
        }
    }

    fn put(&mut self, place: usize) {
        *self.part(place) |= 1 << (place % PLACES);
    }

    fn has(&self, place: usize) -> bool {
        let part = match (place / PLACES).checked_sub(1) {
            None => self.first,
            Some(at) => self.rest.get(at).copied().unwrap_or_default(),
        };
        part & (1 << (place % PLACES)) != 0
    }

    fn join(&mut self, others: &Self) {
        self.first |= others.first;
        let length = self.rest.len().max(others.rest.len());
        self.rest.resize(length, 0);
        for (part, other) in self.rest.iter_mut().zip(&others.rest) {
            *part |= other;
        }
    }
}

/// Sources in one part of [`Speakers`].
const PLACES: usize = u128::BITS as usize;

/// Words that go together, and whoever says one of them.
type Choice = (Words, Speakers);

fn service_fit(
    service: Service,
    choices: &[Choice],
    volte: Option<bool>,
    named: &Named<'_>,
) -> ServiceFit {
    let mut merged: Vec<((Level, Level), Speakers)> = Vec::new();
    for (words, speakers) in choices {
        put(&mut merged, service_range(service, words, volte), speakers);
    }
    let worlds = merged.iter().map(|(range, speakers)| World {
        range: *range,
        sources: named.sources(speakers),
    });
    let worlds: Vec<World> = worlds.collect();
    ServiceFit {
        service,
        grade: grade(&worlds),
        worlds,
    }
}

/// Joins what says the same, its sources together.
fn put<T: PartialEq>(joined: &mut Vec<(T, Speakers)>, said: T, speakers: &Speakers) {
    match joined.iter_mut().find(|(known, _)| *known == said) {
        Some((_, known)) => known.join(speakers),
        None => joined.push((said, speakers.clone())),
    }
}

/// Every choice of one answer per technology, those of the same words as one.
fn choices(technologies: &[TechnologyFit], named: &Named<'_>) -> Vec<Choice> {
    let mut choices = vec![(NOBODY, Speakers::default())];
    for fit in technologies {
        let said = said(fit, named);
        // Where all say the same, nothing is to be chosen.
        if let [(word, speakers)] = said.as_slice() {
            for (words, before) in &mut choices {
                *words = words.with(fit.technology, *word);
                before.join(speakers);
            }
            continue;
        }
        let mut longer = Vec::with_capacity(choices.len() * said.len());
        for (words, before) in &choices {
            for (word, speakers) in &said {
                let mut speakers = speakers.clone();
                speakers.join(before);
                put(&mut longer, words.with(fit.technology, *word), &speakers);
            }
        }
        choices = longer;
    }
    choices
}

/// The words that are said of a technology, each with whoever says it.
fn said(fit: &TechnologyFit, named: &Named<'_>) -> Vec<(Word, Speakers)> {
    let mut said: Vec<(Word, Speakers)> = Vec::new();
    for answer in &fit.answers {
        let word = Word {
            range: answer.range,
            offered: answer.offered,
        };
        put(&mut said, word, &named.speakers(answer));
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
    let (low, high) = worlds
        .iter()
        .fold((Level::None, Level::Full), |(low, high), world| {
            (low.max(world.range.0), high.min(world.range.1))
        });
    // Partial and full are both "it works": sources that differ there are not in dispute, and the
    // lesser of the two is what can be promised.
    let works = |level| level >= Level::Partial;
    match low.cmp(&high) {
        std::cmp::Ordering::Equal => Grade::Known(low),
        std::cmp::Ordering::Greater if works(high) => Grade::Known(high),
        std::cmp::Ordering::Greater => Grade::Disputed,
        std::cmp::Ordering::Less if low == Level::None => Grade::Unknown,
        std::cmp::Ordering::Less => Grade::AtLeast(low),
    }
}
