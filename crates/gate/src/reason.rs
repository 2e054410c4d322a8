//! Outcomes, reasons and their codes.

use domain::Instant;
use domain::evidence::{FactRef, Source};
use domain::figure::{Decimal, Threshold};
use domain::id::{BrandId, EvidenceId, HostNetworkId, PartyId, SellerId};
use domain::policy::{Demand, Level, Requirement, Service};
use domain::radio::Band;

/// What a requirement, or a verdict, comes to. The worst wins; this is their order, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It may be sold.
    Sellable,
    /// Not known. Not no, and not yes.
    Unknown,
    /// Sources contradict each other on the answer.
    Disputed,
    /// It may not be sold.
    Refused,
}

impl Outcome {
    /// The word in the API and the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sellable => "sellable",
            Self::Unknown => "unknown",
            Self::Disputed => "disputed",
            Self::Refused => "refused",
        }
    }
}

macro_rules! reason_codes {
    ($($(#[$doc:meta])* $code:ident = $name:literal, $requirement:ident, $outcome:ident;)*) => {
        /// The code of a reason: stable, for programs to act on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ReasonCode {
            $($(#[$doc])* $code,)*
        }

        impl ReasonCode {
            /// All codes, by requirement.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// The code as it is written in the API and the record.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name),* }
            }

            /// The requirement that it answers.
            #[must_use]
            pub const fn requirement(self) -> Requirement {
                match self { $(Self::$code => Requirement::$requirement),* }
            }

            /// What it comes to.
            #[must_use]
            pub const fn outcome(self) -> Outcome {
                match self { $(Self::$code => Outcome::$outcome),* }
            }
        }
    };
}

reason_codes! {
    /// No stop-sale stands.
    StopSaleNone = "stop_sale_none", NoStopSale, Sellable;
    /// A recall, a complaint or the operator stopped the sale.
    StopSaleStands = "stop_sale_stands", NoStopSale, Refused;
    /// The market has no policy in force, or none for this category.
    PolicyMissing = "policy_missing", NoStopSale, Refused;
    /// The brand's authorisation is on file.
    AuthorizationOnFile = "authorization_on_file", SalesAuthorization, Sellable;
    /// No authorisation by the brand is on file.
    AuthorizationMissing = "authorization_missing", SalesAuthorization, Refused;
    /// The brand's authorisation was withdrawn.
    AuthorizationWithdrawn = "authorization_withdrawn", SalesAuthorization, Refused;
    /// The seller's authorisation rests on another that does not hold, or no longer.
    AuthorizationChainBroken = "authorization_chain_broken", SalesAuthorization, Refused;
    /// The seller's authorisation rests on another that nobody may pass on, or that is not on file.
    AuthorizationNotPassedOn = "authorization_not_passed_on", SalesAuthorization, Refused;
    /// The brand said no.
    AuthorizationDenied = "authorization_denied", SalesAuthorization, Refused;
    /// The host network's certification is on file.
    CertificationOnFile = "certification_on_file", DeviceCertification, Sellable;
    /// No certification by the host network is on file.
    CertificationMissing = "certification_missing", DeviceCertification, Refused;
    /// The host network's certification was withdrawn.
    CertificationWithdrawn = "certification_withdrawn", DeviceCertification, Refused;
    /// The host network looked at it and did not certify it.
    CertificationRefused = "certification_refused", DeviceCertification, Refused;
    /// Certified on a condition that the policy does not accept.
    CertificationConditional = "certification_conditional", DeviceCertification, Refused;
    /// What was tested does not reach what the host network's requirement set asks.
    CertificationBelowMinimum = "certification_below_minimum", DeviceCertification, Refused;
    /// A test report that it rests on is not in force for its requirement set.
    CertificationReportMissing = "certification_report_missing", DeviceCertification, Refused;
    /// A test report that it rests on was withdrawn.
    CertificationReportWithdrawn = "certification_report_withdrawn", DeviceCertification, Refused;
    /// The requirement set that it rests on is not in force.
    CertificationSetMissing = "certification_set_missing", DeviceCertification, Refused;
    /// The requirement set that it rests on was withdrawn.
    CertificationSetWithdrawn = "certification_set_withdrawn", DeviceCertification, Refused;
    /// The policy asks for tests, and the certification names none.
    CertificationUntested = "certification_untested", DeviceCertification, Refused;
    /// It is for some software builds only, and the offer does not state its own.
    CertificationBuildNotStated = "certification_build_not_stated", DeviceCertification, Unknown;
    /// Every service reaches the policy's least level.
    RadioFits = "radio_fits", RadioFit, Sellable;
    /// The device and the network have no LTE band in common.
    RadioNoLteBand = "radio_no_lte_band", RadioFit, Refused;
    /// A service does not reach the policy's least level.
    RadioBelowMinimum = "radio_below_minimum", RadioFit, Refused;
    /// The sources do not settle whether a service reaches it.
    RadioUnknown = "radio_unknown", RadioFit, Unknown;
    /// The sources contradict each other on whether a service reaches it.
    RadioDisputed = "radio_disputed", RadioFit, Disputed;
    /// The platform's owner certified it.
    PlatformCertified = "platform_certified", PlatformFit, Sellable;
    /// Nobody said whether the platform's owner certified it.
    PlatformUnknown = "platform_unknown", PlatformFit, Unknown;
    /// The platform's owner did not certify it.
    PlatformRefused = "platform_refused", PlatformFit, Refused;
    /// The regulator's approval is on file.
    ApprovalOnFile = "approval_on_file", RegulatoryApproval, Sellable;
    /// Nobody said whether the regulator approved it.
    ApprovalUnknown = "approval_unknown", RegulatoryApproval, Unknown;
    /// The regulator refused or withdrew its approval.
    ApprovalRefused = "approval_refused", RegulatoryApproval, Refused;
    /// Somebody entitled vouches for the units.
    AuthenticityVouched = "authenticity_vouched", Authenticity, Sellable;
    /// Nobody vouches for the units.
    AuthenticityNotVouched = "authenticity_not_vouched", Authenticity, Unknown;
    /// Somebody entitled says that the units are not genuine.
    AuthenticityRefused = "authenticity_refused", Authenticity, Refused;
    /// The units were first put on the market where the policy accepts it.
    FirstSaleAccepted = "first_sale_accepted", LawfulResale, Sellable;
    /// Where the units were first put on the market is not known, or not for all of them.
    FirstSaleUnknown = "first_sale_unknown", LawfulResale, Unknown;
    /// The units were first put on the market elsewhere than the policy accepts.
    FirstSaleElsewhere = "first_sale_elsewhere", LawfulResale, Refused;
}

/// A set of requirements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Requirements(u16);

impl Requirements {
    /// Whether `one` is among them.
    #[must_use]
    pub const fn contains(self, one: Requirement) -> bool {
        self.0 & (1 << one as u16) != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Each, in the order in which reasons are given.
    pub fn iter(self) -> impl Iterator<Item = Requirement> {
        let all = Requirement::ALL.into_iter();
        all.filter(move |one| self.contains(*one))
    }
}

impl FromIterator<Requirement> for Requirements {
    fn from_iter<I: IntoIterator<Item = Requirement>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |set, one| set | 1 << one as u16))
    }
}

/// Who can supply what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supplier {
    /// The brand.
    Brand(BrandId),
    /// The host network.
    HostNetwork(HostNetworkId),
    /// Another seller, which passed on what it was allowed.
    Seller(SellerId),
    /// The seller whose offer it is.
    ThisSeller,
    /// The platform's owner.
    PlatformOwner,
    /// The regulator, or the holder of its approval.
    Regulator,
    /// The operator of this marketplace.
    Operator,
}

/// What is wrong with an authorisation that another rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// It may not be passed on, or it is not on file.
    NotPassedOn,
    /// It has not begun, is over or was withdrawn.
    NotInForce,
    /// It does not cover this offer, or not the seller that passed it on.
    NotCovering,
    /// The brand denies this offer to the seller that passed it on.
    HolderDenied,
    /// Too many rest on each other.
    TooLong,
}

/// What a sentence needs beyond the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    None,
    /// A word that the evidence brought: a condition, a stop-sale's cause, a scheme.
    Word(String),
    /// A band that was asked for and not found.
    Band(Band),
    /// The first figure that falls short.
    Figure {
        /// What is asked.
        asked: Threshold,
        /// What was measured; none: nothing, or in another unit.
        measured: Option<Decimal>,
    },
    /// The link at which a chain of authorisations breaks, and how.
    Link {
        /// Which one.
        link: EvidenceId,
        /// How.
        fault: LinkFault,
    },
    /// The first service that falls short, what it reaches and what is asked.
    Service {
        /// Which one.
        service: Service,
        /// What it reaches; none: not settled.
        reached: Option<Level>,
        /// What the policy asks.
        asked: Level,
    },
}

/// A word on the requirement that was set aside: the market's policy ranks whose count, and does not name this one,
/// or it is signed with a key that the market does not hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotNamed {
    /// Which piece of evidence; none for a list.
    pub fact: Option<FactRef>,
    /// Who says it; none for a list.
    pub issuer: Option<PartyId>,
    /// Where it came in.
    pub source: Source,
    /// It is signed, with a key that the market does not hear; whoever it names.
    pub is_for_its_key: bool,
}

/// One requirement's outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was asked.
    pub requirement: Requirement,
    /// How strongly.
    pub demand: Demand,
    /// The code; it carries the outcome.
    pub code: ReasonCode,
    /// On which host network, where it depends on one.
    pub network: Option<HostNetworkId>,
    /// The facts that it rests on.
    pub facts: Vec<FactRef>,
    /// Those of the facts that their issuer signed; the operator vouches for all other evidence.
    pub signed: Vec<FactRef>,
    /// Who issued them, each once.
    pub issuers: Vec<PartyId>,
    /// The documents or lists that they came in, each once.
    pub sources: Vec<Source>,
    /// Lists that say something of it and that this market does not use, for their licence; each once.
    pub set_aside: Vec<Source>,
    /// Words that the policy does not name among those that count on this.
    pub not_named: Vec<NotNamed>,
    /// What its sentence needs.
    pub detail: Detail,
    /// Who can supply what is missing; none when nothing is.
    pub supplier: Option<Supplier>,
    /// The first instant at which a fact that it rests on begins or ends.
    pub holds_until: Option<Instant>,
}

/// A reason in brief: what was asked, what came of it and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Brief {
    /// The code; it carries the requirement and the outcome.
    pub code: ReasonCode,
    /// How strongly it was asked.
    pub demand: Demand,
    /// The place of its host network among the judgement's; [`Brief::NO_NETWORK`] where it depends on none.
    pub network: u8,
    /// On how many facts it rests; 255 stands for all that are more.
    pub facts: u8,
}

impl Brief {
    /// In place of a host network: it depends on none.
    pub const NO_NETWORK: u8 = u8::MAX;
}

impl Reason {
    /// Gives back the room that its lists took in advance.
    pub(crate) fn shrink(&mut self) {
        self.facts.shrink_to_fit();
        self.signed.shrink_to_fit();
        self.issuers.shrink_to_fit();
        self.sources.shrink_to_fit();
        self.set_aside.shrink_to_fit();
        self.not_named.shrink_to_fit();
    }

    /// In brief, on the network of this place.
    pub(crate) const fn brief(&self, network: u8) -> Brief {
        let facts = self.facts.len();
        Brief {
            code: self.code,
            demand: self.demand,
            network,
            facts: if facts < 255 { facts as u8 } else { 255 },
        }
    }

    /// A reason that rests on nothing, for others to say on what.
    pub(crate) const fn of(code: ReasonCode, demand: Demand) -> Self {
        Self {
            requirement: code.requirement(),
            demand,
            code,
            network: None,
            facts: Vec::new(),
            signed: Vec::new(),
            issuers: Vec::new(),
            sources: Vec::new(),
            set_aside: Vec::new(),
            not_named: Vec::new(),
            detail: Detail::None,
            supplier: None,
            holds_until: None,
        }
    }

    /// What it comes to.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.code.outcome()
    }

    /// Whether it keeps the listing off sale.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.demand == Demand::Must && self.outcome() != Outcome::Sellable
    }
}
