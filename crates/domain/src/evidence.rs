//! Evidence: what an issuer says on a subject, valid for a period, recorded at an instant.
//!
//! Every kind can say yes or no. What follows from a piece of evidence is the gate's to say.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::certification::{DeviceCertification, RequirementSet, TestReport};
use crate::id::{
    BrandId, Category, DataSetId, EvidenceId, HostNetworkId, ListingId, MarketId, ModelId, PartyId,
    SellerId, VariantId,
};
use crate::licence::Licence;
use crate::listing::{Condition, ListingState};
use crate::place::Country;
use crate::policy::Policy;
use crate::radio::Radio;
use crate::scope::Scope;
pub use crate::territory::Reach;
use crate::territory::Territory;
use crate::trust::Role;
use crate::{Instant, ParseError, Period};

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is so, or it is allowed.
    Yes,
    /// It is not so, or it is denied.
    No,
}

/// The word of a brand, or of a seller that passes on what it was allowed, on who may sell what, where and on which
/// channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesAuthorization {
    /// Allowed or denied.
    pub standing: Standing,
    /// Whose products.
    pub brand: BrandId,
    /// Which sellers.
    pub sellers: Reach<SellerId>,
    /// Which categories.
    pub categories: Reach<Category>,
    /// Which models.
    pub models: Reach<ModelId>,
    /// In which countries and groups of countries.
    pub territory: Territory,
    /// In which markets, as sales channels.
    pub channels: Reach<MarketId>,
    /// In which condition.
    pub conditions: Reach<Condition>,
    /// How many units in all; none: as many as there are. A counter beside the record holds what is left.
    pub quantity: Option<u32>,
    /// Whether a seller that it names may authorise others on the strength of it.
    pub may_be_passed_on: bool,
    /// What it was passed on from; none: the brand's own word.
    pub rests_on: Option<PassedOn>,
}

impl SalesAuthorization {
    /// The brand's own word on everything that it makes, everywhere, and on every seller.
    #[must_use]
    pub const fn of_everything(standing: Standing, brand: BrandId) -> Self {
        Self {
            standing,
            brand,
            sellers: Reach::All,
            categories: Reach::All,
            models: Reach::All,
            territory: Reach::All,
            channels: Reach::All,
            conditions: Reach::All,
            quantity: None,
            may_be_passed_on: false,
            rests_on: None,
        }
    }
}

/// What an authorisation was passed on from, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOn {
    /// The authorisation above it.
    pub from: EvidenceId,
    /// The seller that holds that one, and issued this one.
    pub by: SellerId,
}

/// What a piece of evidence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Who may sell. Written under the brand.
    SalesAuthorization(SalesAuthorization),
    /// A host network's certification. Written under the variant.
    DeviceCertification(DeviceCertification),
    /// What a host network asks of a device. Written under the host network.
    RequirementSet(RequirementSet),
    /// What was found in a test against a requirement set. Written under the variant.
    TestReport(TestReport),
    /// A device's radio. Written under the variant.
    RadioDeclaration {
        /// The exact hardware.
        variant: VariantId,
        /// Its bands.
        radio: Radio,
    },
    /// A network's radio. Written under the host network.
    NetworkDeclaration {
        /// The network.
        network: HostNetworkId,
        /// Its bands.
        radio: Radio,
    },
    /// A platform owner's certification. Written under the variant.
    PlatformCertification {
        /// The exact hardware.
        variant: VariantId,
        /// Whose services: "Google Mobile Services".
        platform: String,
        /// Certified or not.
        standing: Standing,
    },
    /// A regulator's approval. Written under the variant.
    RegulatoryApproval {
        /// The exact hardware.
        variant: VariantId,
        /// FCC, CE, HAC, SAR …
        scheme: String,
        /// The approval's identifier, such as an FCC ID.
        identifier: String,
        /// Country in which it holds.
        country: Country,
        /// Given or refused.
        standing: Standing,
    },
    /// Where a seller's units of a variant come from. Written under the seller.
    CustodyEvent {
        /// Who holds the units.
        seller: SellerId,
        /// Of this hardware.
        variant: VariantId,
        /// Whether the issuer vouches for them.
        standing: Standing,
        /// Where they were first put on the market with the right holder's consent; none: not said.
        first_sale: Option<Territory>,
    },
    /// Not to be sold: recall, complaint, the operator's decision. Written under what it stops.
    StopSale {
        /// Why, as a code: `recall`, `complaint`, `operator`.
        cause: String,
    },
    /// Who said what, in which role. Shown; without force of its own. The words live outside the record.
    Statement {
        /// In which role: "brand", "host network", "analyst".
        role: String,
    },
    /// A market's policy. Written under the market.
    Policy(Policy),
    /// From now on the rows of this data set speak in this market. Written under the market.
    DataSetActivation {
        /// Which one.
        data_set: DataSetId,
        /// SHA-256 of the file, lower hex.
        sha256: String,
    },
    /// A key with which a party signs what it says. Written under each market that is to hear it.
    ///
    /// A withdrawal takes the key away from an instant on, which may lie before it was recorded: what was signed
    /// since then is as if it had not been said.
    IssuerKey {
        /// Whose it is.
        party: PartyId,
        /// The public key as text, C2SP signed-note: `name+key ID+base64(0x01 || key)`.
        key: String,
    },
    /// Ends other evidence. Written under the scope of what it ends.
    Withdrawal {
        /// What it ends.
        ends: EvidenceId,
        /// How.
        manner: WithdrawalManner,
    },
    /// A decision on a listing. Written under the listing.
    ListingDecision {
        /// Which one.
        listing: ListingId,
        /// What it became.
        state: ListingState,
    },
}

/// How a withdrawal ends what it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WithdrawalManner {
    /// For now: withdrawing the suspension brings the evidence back.
    Suspend,
    /// For good.
    Revoke,
    /// It was wrong; other evidence says how it is.
    Correct,
}

impl WithdrawalManner {
    /// The word in the API and the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Revoke => "revoke",
            Self::Correct => "correct",
        }
    }
}

impl FromStr for WithdrawalManner {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        [Self::Suspend, Self::Revoke, Self::Correct]
            .into_iter()
            .find(|manner| manner.name() == text)
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "a manner of withdrawal",
                    "write suspend, revoke or correct",
                )
            })
    }
}

impl Claim {
    /// The names of all kinds.
    pub const KINDS: [&'static str; 16] = [
        "sales_authorization",
        "device_certification",
        "requirement_set",
        "test_report",
        "radio_declaration",
        "network_declaration",
        "platform_certification",
        "regulatory_approval",
        "custody_event",
        "stop_sale",
        "statement",
        "policy",
        "data_set_activation",
        "issuer_key",
        "withdrawal",
        "listing_decision",
    ];

    /// The name of its kind, as in the API and the record.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SalesAuthorization(_) => "sales_authorization",
            Self::DeviceCertification(_) => "device_certification",
            Self::RequirementSet(_) => "requirement_set",
            Self::TestReport(_) => "test_report",
            Self::RadioDeclaration { .. } => "radio_declaration",
            Self::NetworkDeclaration { .. } => "network_declaration",
            Self::PlatformCertification { .. } => "platform_certification",
            Self::RegulatoryApproval { .. } => "regulatory_approval",
            Self::CustodyEvent { .. } => "custody_event",
            Self::StopSale { .. } => "stop_sale",
            Self::Statement { .. } => "statement",
            Self::Policy(_) => "policy",
            Self::DataSetActivation { .. } => "data_set_activation",
            Self::IssuerKey { .. } => "issuer_key",
            Self::Withdrawal { .. } => "withdrawal",
            Self::ListingDecision { .. } => "listing_decision",
        }
    }

    /// The evidence that it names: what it ends, what it rests on, what it was tested against.
    #[must_use]
    pub fn names(&self) -> Vec<&EvidenceId> {
        match self {
            Self::Withdrawal { ends, .. } => vec![ends],
            Self::SalesAuthorization(says) => {
                let passed = says.rests_on.iter();
                passed.map(|passed| &passed.from).collect()
            }
            Self::DeviceCertification(says) => {
                let tests = says.tests.iter();
                tests
                    .flat_map(|tests| [&tests.requirement_set].into_iter().chain(&tests.reports))
                    .collect()
            }
            Self::TestReport(report) => vec![&report.requirement_set],
            _ => Vec::new(),
        }
    }

    /// Whether this claim may be written under `scope`.
    ///
    /// An order locks the scopes of its listing and no others, so a claim must stand under one that every
    /// order it bears on locks. A withdrawal's scope is that of what it ends, which only the store knows.
    #[must_use]
    pub fn belongs_under(&self, scope: &Scope) -> bool {
        match (self, scope) {
            (Self::SalesAuthorization(says), Scope::Brand(brand)) => says.brand == *brand,
            (
                Self::DeviceCertification(DeviceCertification { variant, .. })
                | Self::TestReport(TestReport { variant, .. })
                | Self::RadioDeclaration { variant, .. }
                | Self::PlatformCertification { variant, .. }
                | Self::RegulatoryApproval { variant, .. },
                Scope::Variant(scope),
            ) => variant == scope,
            (
                Self::NetworkDeclaration { network, .. }
                | Self::RequirementSet(RequirementSet { network, .. }),
                Scope::HostNetwork(scope),
            ) => network == scope,
            (Self::CustodyEvent { seller, .. }, Scope::Seller(scope)) => seller == scope,
            (Self::Policy(policy), Scope::Market(market)) => policy.market == *market,
            (Self::DataSetActivation { .. } | Self::IssuerKey { .. }, Scope::Market(_)) => true,
            (Self::ListingDecision { listing, .. }, Scope::Listing(scope)) => listing == scope,
            (Self::StopSale { .. } | Self::Statement { .. } | Self::Withdrawal { .. }, _) => true,
            _ => false,
        }
    }
}

/// Whose word vouches for a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vouching {
    /// The operator entered it from a document.
    Operator,
    /// Somebody of the issuer, who was signed in, entered it.
    Issuer,
    /// The issuer signed it with this key; a market hears it if the key was introduced there.
    Signed {
        /// As in [`Claim::IssuerKey`].
        key: String,
    },
}

impl Vouching {
    /// The word in the API and the record.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Issuer => "issuer",
            Self::Signed { .. } => "signed",
        }
    }
}

/// How much a source's word weighs: a party's own declaration outranks a public list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Authority {
    /// A table that comes with the program; speaks only where nothing else does.
    BuiltIn,
    /// Somebody's list of others' facts.
    PublicList,
    /// The party's own word on what is its own.
    Own,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// In words: "T-Mobile US bands, 3circuit.com".
    pub title: Arc<str>,
    /// The source's own date, as exact as it is known: `2015`, `2026-04`.
    pub dated: Arc<str>,
    /// How much its word weighs.
    pub authority: Authority,
    /// Under which licence its facts are used; none: it is no list of facts but somebody's own word.
    pub licence: Option<Licence>,
}

impl Source {
    /// A party's own word, in a document with this title and date.
    #[must_use]
    pub fn own(title: &str, dated: &str) -> Self {
        Self {
            title: title.into(),
            dated: dated.into(),
            authority: Authority::Own,
            licence: None,
        }
    }
}

/// A value with its source and the stretch of time for which the source speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// What is said.
    pub value: T,
    /// By whom.
    pub source: Source,
    /// For which time.
    pub valid: Period,
    /// Which record entry or data set row it is.
    pub fact: FactRef,
}

/// Points at a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactRef {
    /// A piece of evidence in the record.
    Evidence(EvidenceId),
    /// A row of a data set.
    Row {
        /// The data set.
        data_set: DataSetId,
        /// Counted from 1, as the source counts.
        row: u64,
    },
}

impl fmt::Display for FactRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evidence(id) => write!(f, "evidence:{id}"),
            Self::Row { data_set, row } => write!(f, "data-set:{data_set}#{row}"),
        }
    }
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The one scope that it is written under.
    pub scope: Scope,
    /// Who says so.
    pub issuer: PartyId,
    /// In which roles, as it was when this was recorded. None for what was recorded before roles were.
    pub roles: Vec<Role>,
    /// Who vouches that the issuer said so.
    pub vouching: Vouching,
    /// What is said.
    pub claim: Claim,
    /// For which time.
    pub valid: Period,
    /// The document it came in.
    pub source: Source,
}

impl Evidence {
    /// As the operator enters it from a document: in no role, valid since ever and without end.
    #[must_use]
    pub const fn entered(
        id: EvidenceId,
        scope: Scope,
        issuer: PartyId,
        claim: Claim,
        source: Source,
    ) -> Self {
        Self {
            id,
            scope,
            issuer,
            roles: Vec::new(),
            vouching: Vouching::Operator,
            claim,
            valid: Period::ALWAYS,
            source,
        }
    }
}

/// A piece of evidence with its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Counted from 0, without gaps.
    pub position: u64,
    /// When it was recorded; never before the one before it.
    pub at: Instant,
    /// The version that its scope got.
    pub scope_version: u64,
    /// What was recorded.
    pub evidence: Evidence,
}
