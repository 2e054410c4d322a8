//! What the house says, as JSON: the shapes that the API and the command line share.
//!
//! The types of `domain` and `gate` are not serialisable; this is where they leave the house. Every shape
//! carries the code for programs and the sentence for people side by side. Instants are RFC 3339 in UTC,
//! money is minor units with its currency. A field that is not known is `null`, never left out.

pub mod deliveries;
pub mod draft;
pub mod impact;
pub mod issuer_key;
pub mod networks;
pub mod resting;
pub mod unit;
pub mod verdict_changes;
pub mod why_not;

use domain::Period;
use domain::evidence::{Authority, Source, Sourced, Vouching};
use domain::fault::Fault;
use domain::licence::Licence;
use domain::money::Money;
use domain::radio::{BandClaim, Radio};
use serde::{Deserialize, Serialize};
use trade::atlas::Candidate;
use trade::check::Checked;
use trade::gate::fit::{Answer, Coverage, Fit, Grade, ServiceFit, TechnologyFit, World};
use trade::gate::reason::NotNamed;
use trade::gate::sentence::{self, Names};
use trade::gate::{Reason, Verdict};
use trade::offers::Judged;
use trade::record_book::RecordEntry;
use utoipa::ToSchema;

/// Under which licence a source is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = Licence)]
pub struct LicenceJson {
    /// As the source states it.
    pub text: String,
    /// `commercial`, `non-commercial` or `not-stated`.
    pub commercial_use: &'static str,
}

impl From<&Licence> for LicenceJson {
    fn from(licence: &Licence) -> Self {
        Self {
            text: licence.text.to_string(),
            commercial_use: licence.commercial_use.name(),
        }
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceJson {
    /// In words.
    pub title: String,
    /// The source's own date, as exact as it is known: `2015`, `2026-04`.
    pub dated: String,
    /// `own`, `public_list` or `built_in`: a party's own word outranks a public list.
    pub authority: &'static str,
    /// Under which licence; `null`: it is somebody's own word, no list.
    pub licence: Option<LicenceJson>,
}

impl From<&Source> for SourceJson {
    fn from(source: &Source) -> Self {
        Self {
            title: source.title.to_string(),
            dated: source.dated.to_string(),
            authority: match source.authority {
                Authority::Own => "own",
                Authority::PublicList => "public_list",
                Authority::BuiltIn => "built_in",
            },
            licence: source.licence.as_ref().map(LicenceJson::from),
        }
    }
}

/// A half-open stretch of time; `null`: open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Period)]
pub struct PeriodJson {
    /// First instant inside.
    pub from: Option<String>,
    /// First instant after it.
    pub until: Option<String>,
}

impl From<&Period> for PeriodJson {
    fn from(period: &Period) -> Self {
        Self {
            from: period.from.map(|at| at.to_string()),
            until: period.until.map(|at| at.to_string()),
        }
    }
}

/// An amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyJson {
    /// Minor units: cents.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// For people: `119.00 USD`.
    pub text: String,
}

impl From<&Money> for MoneyJson {
    fn from(money: &Money) -> Self {
        Self {
            minor: money.minor(),
            currency: money.currency().to_string(),
            text: money.to_string(),
        }
    }
}

/// What one source says of one access technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BandList)]
pub struct BandListJson {
    /// `GSM`, `UMTS`, `LTE`, `NR` …
    pub technology: String,
    /// Bands, or frequencies that several bands may be.
    pub bands: Vec<String>,
    /// Whether the source offers the list as the whole set.
    pub exhaustive: bool,
}

/// What one source says of a device's or a network's radio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RadioFact)]
pub struct RadioFactJson {
    /// Who says so.
    pub source: SourceJson,
    /// For which time it speaks.
    pub valid: PeriodJson,
    /// Which row or piece of evidence it is.
    pub fact: String,
    /// Per technology that the source speaks of.
    pub technologies: Vec<BandListJson>,
    /// Voice over LTE; `null`: not said.
    pub volte: Option<bool>,
}

impl From<&Sourced<Radio>> for RadioFactJson {
    fn from(fact: &Sourced<Radio>) -> Self {
        let lists = fact.value.lists.iter();
        Self {
            source: (&fact.source).into(),
            valid: (&fact.valid).into(),
            fact: fact.fact.to_string(),
            technologies: lists
                .map(|list| BandListJson {
                    technology: list.technology.to_string(),
                    bands: claims(&list.claims),
                    exhaustive: list.exhaustive,
                })
                .collect(),
            volte: fact.value.volte,
        }
    }
}

fn claims(claims: &[BandClaim]) -> Vec<String> {
    claims.iter().map(BandClaim::short).collect()
}

/// One technology under one pair of sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BandAnswer)]
pub struct AnswerJson {
    /// Who speaks of the device; `null`: nobody.
    pub device_source: Option<SourceJson>,
    /// Who speaks of the network; `null`: nobody.
    pub network_source: Option<SourceJson>,
    /// The network's bands that the device has.
    pub common: Vec<String>,
    /// The network's bands that the device may have.
    pub uncertain: Vec<String>,
    /// The network's bands that the device lacks.
    pub missing: Vec<String>,
    /// The least that these sources allow: `none`, `some`, `all`.
    pub at_least: &'static str,
    /// The most that these sources allow.
    pub at_most: &'static str,
    /// Whether the network offers the technology; `null`: nobody says.
    pub offered: Option<bool>,
}

impl From<&Answer> for AnswerJson {
    fn from(answer: &Answer) -> Self {
        let source = |speaker: &Option<(Source, _)>| speaker.as_ref().map(|(s, _)| s.into());
        Self {
            device_source: source(&answer.device),
            network_source: source(&answer.network),
            common: claims(&answer.common),
            uncertain: claims(&answer.uncertain),
            missing: claims(&answer.missing),
            at_least: coverage(answer.range.0),
            at_most: coverage(answer.range.1),
            offered: answer.offered,
        }
    }
}

const fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::None => "none",
        Coverage::Some => "some",
        Coverage::All => "all",
    }
}

/// One technology under every admissible pair of sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TechnologyFit)]
pub struct TechnologyFitJson {
    /// Which one.
    pub technology: String,
    /// One per pair of sources.
    pub answers: Vec<AnswerJson>,
}

impl From<&TechnologyFit> for TechnologyFitJson {
    fn from(fit: &TechnologyFit) -> Self {
        Self {
            technology: fit.technology.to_string(),
            answers: fit.answers.iter().map(AnswerJson::from).collect(),
        }
    }
}

/// What one choice of sources says of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FitWorld)]
pub struct WorldJson {
    /// The least that it allows.
    pub at_least: &'static str,
    /// The most that it allows.
    pub at_most: &'static str,
    /// The sources chosen.
    pub sources: Vec<SourceJson>,
}

impl From<&World> for WorldJson {
    fn from(world: &World) -> Self {
        Self {
            at_least: world.range.0.name(),
            at_most: world.range.1.name(),
            sources: world.sources.iter().map(SourceJson::from).collect(),
        }
    }
}

/// One service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ServiceFit)]
pub struct ServiceFitJson {
    /// `voice`, `messages`, `data`, `emergency_call`, `five_g`.
    pub service: &'static str,
    /// In words.
    pub title: &'static str,
    /// `full`, `partial`, `fallback only`, `none`, `unknown`, `disputed`.
    pub grade: &'static str,
    /// Whether it may be more than the grade says.
    pub or_more: bool,
    /// What each choice of sources says.
    pub worlds: Vec<WorldJson>,
}

impl From<&ServiceFit> for ServiceFitJson {
    fn from(fit: &ServiceFit) -> Self {
        Self {
            service: fit.service.name(),
            title: fit.service.title(),
            grade: fit.grade.name(),
            or_more: matches!(fit.grade, Grade::AtLeast(_)),
            worlds: fit.worlds.iter().map(WorldJson::from).collect(),
        }
    }
}

/// What a device can do on a network at a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fit)]
pub struct FitJson {
    /// In one word: the worst of voice, data and emergency call.
    pub grade: &'static str,
    /// Whether it may be more than the grade says.
    pub or_more: bool,
    /// As of when.
    pub at: String,
    /// The first instant at which a source begins or ceases to speak.
    pub holds_until: Option<String>,
    /// Per service.
    pub services: Vec<ServiceFitJson>,
    /// What calls and emergency calls need there at that date: `volte`, `vonr`; `null`: neither, or not settled.
    pub voice_needs: Option<&'static str>,
    /// Per technology, oldest first: the working.
    pub technologies: Vec<TechnologyFitJson>,
}

impl From<&Fit> for FitJson {
    fn from(fit: &Fit) -> Self {
        let grade = fit.grade();
        Self {
            grade: grade.name(),
            or_more: matches!(grade, Grade::AtLeast(_)),
            at: fit.at.to_string(),
            holds_until: fit.holds_until.map(|at| at.to_string()),
            voice_needs: fit.voice_needs.map(|need| need.name()),
            services: fit.services.iter().map(ServiceFitJson::from).collect(),
            technologies: fit
                .technologies
                .iter()
                .map(TechnologyFitJson::from)
                .collect(),
        }
    }
}

/// A platform certification that a list names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PlatformFact)]
pub struct PlatformFactJson {
    /// Whose services.
    pub platform: String,
    /// Who says so.
    pub source: SourceJson,
}

/// A name or codes that a list gives to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NameFact)]
pub struct NameFactJson {
    /// Brand and name, or brand and model codes.
    pub name: String,
    /// Who says so.
    pub source: SourceJson,
}

/// A device that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Candidate)]
pub struct CandidateJson {
    /// Brand and marketing name.
    pub name: String,
    /// Its code and which variant it is, where variants have bands of their own.
    pub variant: Option<String>,
    /// What to ask for, to get it.
    pub ask: String,
}

impl From<&Candidate> for CandidateJson {
    fn from(candidate: &Candidate) -> Self {
        Self {
            name: candidate.name.clone(),
            variant: candidate.variant.clone(),
            ask: candidate.ask.clone(),
        }
    }
}

/// The answer to "will this device work on that network, then or now?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Checked)]
pub struct CheckedJson {
    /// Brand and marketing name.
    pub device: String,
    /// Where what was asked for is no name and no code: the name that was understood.
    pub understood: Option<String>,
    /// Other devices to which fewer lists give the code that was asked for.
    pub others: Vec<String>,
    /// Its model codes, as far as its sources name them.
    pub codes: Vec<String>,
    /// Which variant, where a source says so.
    pub variant: Option<String>,
    /// The network's name.
    pub network: String,
    /// Its country.
    pub country: String,
    /// The answer.
    pub fit: FitJson,
    /// What each source says of the device.
    pub device_facts: Vec<RadioFactJson>,
    /// What each source says of the network, those that do not speak of the date too.
    pub network_facts: Vec<RadioFactJson>,
    /// Which platform certified it.
    pub platform: Vec<PlatformFactJson>,
    /// How the lists that know its codes and nothing else call it.
    pub names: Vec<NameFactJson>,
    /// Licences of the data used.
    pub licences: Vec<LicenceJson>,
}

impl From<&Checked> for CheckedJson {
    fn from(checked: &Checked) -> Self {
        let facts = |facts: &[Sourced<Radio>]| facts.iter().map(RadioFactJson::from).collect();
        Self {
            device: checked.device.clone(),
            understood: checked.understood.clone(),
            others: checked.others.clone(),
            codes: checked.codes.clone(),
            variant: checked.variant.clone(),
            network: checked.network.clone(),
            country: checked.country.to_string(),
            fit: (&checked.fit).into(),
            device_facts: facts(&checked.device_facts),
            network_facts: facts(&checked.network_facts),
            platform: checked
                .platform
                .iter()
                .map(|fact| PlatformFactJson {
                    platform: fact.value.platform.clone(),
                    source: (&fact.source).into(),
                })
                .collect(),
            names: checked
                .names
                .iter()
                .map(|fact| NameFactJson {
                    name: fact.value.clone(),
                    source: (&fact.source).into(),
                })
                .collect(),
            licences: checked.licences.iter().map(LicenceJson::from).collect(),
        }
    }
}

/// A word on a requirement whose issuer or source the market's policy does not name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NotNamed)]
pub struct NotNamedJson {
    /// Which piece of evidence; `null` for a list.
    pub fact: Option<String>,
    /// Who says it; `null` for a list.
    pub issuer: Option<String>,
    /// Where it came in.
    pub source: SourceJson,
    /// It is signed, with a key that the market does not hear.
    pub is_for_its_key: bool,
}

impl From<&NotNamed> for NotNamedJson {
    fn from(aside: &NotNamed) -> Self {
        Self {
            fact: aside.fact.as_ref().map(ToString::to_string),
            issuer: aside.issuer.as_ref().map(ToString::to_string),
            source: (&aside.source).into(),
            is_for_its_key: aside.is_for_its_key,
        }
    }
}

/// One requirement's outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Reason)]
pub struct ReasonJson {
    /// Stable, for programs.
    pub code: &'static str,
    /// What was asked.
    pub requirement: &'static str,
    /// `must` or `disclose`.
    pub demand: &'static str,
    /// `sellable`, `unknown`, `disputed` or `refused`.
    pub outcome: &'static str,
    /// Whether it keeps the listing off sale.
    pub blocks: bool,
    /// On which host network, where it depends on one.
    pub network: Option<String>,
    /// For people, the seller and the operator first of all.
    pub sentence: String,
    /// The same for a shopper, without the trade's words.
    pub for_shopper: String,
    /// What would have to arrive, and from whom; `null`: nothing is missing.
    pub missing: Option<String>,
    /// The facts that it rests on.
    pub facts: Vec<String>,
    /// Who issued them.
    pub issuers: Vec<String>,
    /// Where they came in.
    pub sources: Vec<SourceJson>,
    /// Lists that say something of it and that the market does not use, for their licence.
    pub set_aside: Vec<SourceJson>,
    /// Words that do not count here: the market's policy ranks whose do, and does not name these.
    pub not_named: Vec<NotNamedJson>,
    /// Those of the facts that their issuer signed; the operator vouches for all other evidence.
    pub signed: Vec<String>,
    /// The first instant at which a fact that it rests on begins or ends.
    pub holds_until: Option<String>,
}

impl ReasonJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(reason: &Reason, names: &dyn Names) -> Self {
        Self {
            code: reason.code.name(),
            requirement: reason.requirement.name(),
            demand: reason.demand.name(),
            outcome: reason.outcome().name(),
            blocks: reason.blocks(),
            network: reason.network.as_ref().map(ToString::to_string),
            sentence: sentence::sentence(reason, names),
            for_shopper: sentence::to_shopper(reason, names),
            missing: sentence::missing(reason, names),
            facts: reason.facts.iter().map(ToString::to_string).collect(),
            issuers: reason.issuers.iter().map(ToString::to_string).collect(),
            sources: reason.sources.iter().map(SourceJson::from).collect(),
            set_aside: reason.set_aside.iter().map(SourceJson::from).collect(),
            not_named: reason.not_named.iter().map(NotNamedJson::from).collect(),
            signed: reason.signed.iter().map(ToString::to_string).collect(),
            holds_until: reason.holds_until.map(|at| at.to_string()),
        }
    }
}

/// The answer for one host network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NetworkOutcome)]
pub struct NetworkOutcomeJson {
    /// Which one.
    pub network: String,
    /// Its name.
    pub name: String,
    /// `sellable`, `unknown`, `disputed` or `refused`.
    pub outcome: &'static str,
}

/// A scope and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ScopeVersion)]
pub struct ScopeVersionJson {
    /// `brand:xiaomi`.
    pub scope: String,
    /// Moves with every change of evidence under it.
    pub version: u64,
}

/// Whether an offer may be sold, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Verdict)]
pub struct VerdictJson {
    /// `sellable`, `unknown`, `disputed` or `refused`.
    pub outcome: &'static str,
    /// As of when.
    pub at: String,
    /// The first instant at which a fact in its scopes begins or ends.
    pub holds_until: Option<String>,
    /// Per host network.
    pub networks: Vec<NetworkOutcomeJson>,
    /// Why.
    pub reasons: Vec<ReasonJson>,
    /// What it rests on.
    pub scopes: Vec<ScopeVersionJson>,
}

impl VerdictJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(verdict: &Verdict, names: &dyn Names) -> Self {
        let networks = verdict.networks.iter();
        let scopes = verdict.scopes.iter();
        Self {
            outcome: verdict.outcome.name(),
            at: verdict.at.to_string(),
            holds_until: verdict.holds_until.map(|at| at.to_string()),
            networks: networks
                .map(|(network, outcome)| NetworkOutcomeJson {
                    network: network.to_string(),
                    name: names.network(network),
                    outcome: outcome.name(),
                })
                .collect(),
            reasons: verdict
                .reasons
                .iter()
                .map(|reason| ReasonJson::new(reason, names))
                .collect(),
            scopes: scopes
                .map(|(scope, version)| ScopeVersionJson {
                    scope: scope.to_string(),
                    version: *version,
                })
                .collect(),
        }
    }
}

/// A listing with what the gate says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Listing)]
pub struct ListingJson {
    /// Its id.
    pub id: String,
    /// The seller's own key for it.
    pub sku: String,
    /// As the seller titles it.
    pub title: String,
    /// In which market.
    pub market: String,
    /// Who sells.
    pub seller: String,
    /// The seller's name.
    pub seller_name: String,
    /// Whose product it is.
    pub brand: String,
    /// The family.
    pub model: String,
    /// The exact hardware.
    pub variant: String,
    /// The kind of product.
    pub category: String,
    /// The price of one.
    pub price: MoneyJson,
    /// `new`, `refurbished` or `used`.
    pub condition: &'static str,
    /// The software build that the seller says the units carry; `null`: it does not say.
    pub software_build: Option<String>,
    /// What people decided: `draft`, `offered`, `taken_down` or `ended`.
    pub state: &'static str,
    /// Units that may still be sold.
    pub stock: u32,
    /// Units that can be ordered now: the stock, or less where what the brand allowed is for so many units.
    pub available: u32,
    /// Whether it can be bought now.
    pub is_buyable: bool,
    /// What the gate says.
    pub verdict: VerdictJson,
}

impl ListingJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(judged: &Judged, names: &dyn Names) -> Self {
        let listing = &judged.listing;
        let offer = &listing.offer;
        Self {
            id: listing.id.to_string(),
            sku: listing.sku.clone(),
            title: listing.title.clone(),
            market: offer.market.to_string(),
            seller: offer.seller.to_string(),
            seller_name: names.seller(&offer.seller),
            brand: offer.brand.to_string(),
            model: offer.model.to_string(),
            variant: offer.variant.to_string(),
            category: offer.category.to_string(),
            price: (&listing.price).into(),
            condition: offer.condition.name(),
            software_build: offer.build.as_ref().map(ToString::to_string),
            state: listing.state.name(),
            stock: listing.stock,
            available: judged.available,
            is_buyable: judged.is_buyable,
            verdict: VerdictJson::new(&judged.verdict, names),
        }
    }
}

/// An entry of the record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RecordEntry)]
pub struct RecordEntryJson {
    /// Counted from 0, without gaps.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: String,
    /// The evidence's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// The scope that it is written under.
    pub scope: String,
    /// The version that the scope got.
    pub scope_version: u64,
    /// Who says so.
    pub issuer: String,
    /// Who vouches that they said so: `operator`, the `issuer` who was signed in, or `signed` by the
    /// issuer's own key.
    pub vouching: &'static str,
    /// The key that it was signed with, C2SP vkey; `null`: it was not signed.
    pub key: Option<String>,
    /// SHA-256 of the document that it came in, if that is kept.
    pub document: Option<String>,
    /// In which roles towards what it is about, as the directory had it then: `brand`, `host`, `operator` …
    pub roles: Vec<&'static str>,
    /// For which time.
    pub valid: PeriodJson,
    /// The document it came in.
    pub source: SourceJson,
    /// The words of a statement, or a remark; `null`: there are none, or they were erased.
    pub words: Option<String>,
    /// What is said: one shape a kind, as in the body.
    #[schema(value_type = Object)]
    pub claim: serde_json::Value,
    /// SHA-256 of the leaf, lower hex (RFC 6962 clause 2.1).
    pub leaf_hash: String,
    /// What the tree hashes, byte for byte.
    pub body: String,
}

impl From<&RecordEntry> for RecordEntryJson {
    fn from(one: &RecordEntry) -> Self {
        let evidence = &one.recorded.evidence;
        // The body was read once before it got here, so it is JSON.
        let mut body: serde_json::Value = serde_json::from_str(&one.entry.body).unwrap_or_default();
        Self {
            position: one.recorded.position,
            recorded_at: one.recorded.at.to_string(),
            id: evidence.id.to_string(),
            kind: one.entry.kind.clone(),
            scope: evidence.scope.to_string(),
            scope_version: one.recorded.scope_version,
            issuer: evidence.issuer.to_string(),
            vouching: evidence.vouching.name(),
            key: match &evidence.vouching {
                Vouching::Operator | Vouching::Issuer => None,
                Vouching::Signed { key } => Some(key.clone()),
            },
            document: one.document.clone(),
            roles: evidence.roles.iter().map(|role| role.name()).collect(),
            valid: (&evidence.valid).into(),
            source: (&evidence.source).into(),
            words: one.words.clone(),
            claim: body["claim"].take(),
            leaf_hash: one.entry.leaf_hash.clone(),
            body: one.entry.body.clone(),
        }
    }
}

/// What is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultJson {
    /// The file, as it was named.
    pub file: String,
    /// Counted from 1; 0: the file as a whole.
    pub line: u64,
    /// The column's name, or empty.
    pub column: String,
    /// A stable name of the rule.
    pub rule: String,
    /// What was found, shortened.
    pub found: String,
    /// What to do about it.
    pub help: String,
}

impl From<&Fault> for FaultJson {
    fn from(fault: &Fault) -> Self {
        Self {
            file: fault.file.clone(),
            line: fault.line,
            column: fault.column.clone(),
            rule: fault.rule.to_owned(),
            found: fault.found.clone(),
            help: fault.help.clone(),
        }
    }
}
