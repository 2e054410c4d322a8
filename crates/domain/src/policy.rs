//! What a market demands of each product category.
//!
//! A policy is itself evidence, written under its market's scope. This file says what a policy is; how
//! one is written as TOML is `trade`'s to know, what follows from one is the gate's.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;
use crate::id::{Category, HostNetworkId, MarketId, PartyId};
use crate::licence::CommercialUse;
use crate::money::Currency;
use crate::place::Country;
use crate::territory::Territory;
use crate::trust::Rank;

/// What can be demanded of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Requirement {
    /// No stop-sale stands. Always demanded; a policy cannot turn it off.
    NoStopSale,
    /// The brand authorised this seller, category and country.
    SalesAuthorization,
    /// The host network certified this variant.
    DeviceCertification,
    /// The device's radio serves the network's subscribers as the policy's thresholds say.
    RadioFit,
    /// The platform's owner certified this variant (Google's services).
    PlatformFit,
    /// The regulator's approvals that the policy names (FCC, CE …) are on file.
    RegulatoryApproval,
    /// Somebody entitled vouches for the units.
    Authenticity,
    /// The units were first put on the market, with the right holder's consent, where that lets them be resold here.
    /// Not the brand's leave: that is [`Requirement::SalesAuthorization`].
    LawfulResale,
}

impl Requirement {
    /// All, in the order in which reasons are given.
    pub const ALL: [Self; 8] = [
        Self::NoStopSale,
        Self::SalesAuthorization,
        Self::DeviceCertification,
        Self::RadioFit,
        Self::PlatformFit,
        Self::RegulatoryApproval,
        Self::Authenticity,
        Self::LawfulResale,
    ];

    /// The word in policies, the API and the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoStopSale => "no_stop_sale",
            Self::SalesAuthorization => "sales_authorization",
            Self::DeviceCertification => "device_certification",
            Self::RadioFit => "radio_fit",
            Self::PlatformFit => "platform_fit",
            Self::RegulatoryApproval => "regulatory_approval",
            Self::Authenticity => "authenticity",
            Self::LawfulResale => "lawful_resale",
        }
    }

    /// Whether its answer depends on the host network.
    #[must_use]
    pub const fn is_per_network(self) -> bool {
        matches!(self, Self::DeviceCertification | Self::RadioFit)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Requirement {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|requirement| requirement.name() == text)
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "a requirement",
                    "write sales_authorization, device_certification, radio_fit, platform_fit, \
                     regulatory_approval, authenticity or lawful_resale",
                )
            })
    }
}

/// How strongly a policy asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Demand {
    /// Not asked and not shown.
    Off,
    /// Never blocks and is always shown.
    Disclose,
    /// Blocks unless fulfilled.
    Must,
}

impl Demand {
    /// The word in policies and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Disclose => "disclose",
            Self::Must => "must",
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Demand {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        [Self::Off, Self::Disclose, Self::Must]
            .into_iter()
            .find(|demand| demand.name() == text)
            .ok_or_else(|| ParseError::new(text, "a demand", "write must, disclose or off"))
    }
}

/// What a device can do on a host network, per service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Calls.
    Voice,
    /// Text messages.
    Messages,
    /// Data.
    Data,
    /// Emergency calls.
    EmergencyCall,
    /// 5G.
    FiveG,
}

impl Service {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Voice,
        Self::Messages,
        Self::Data,
        Self::EmergencyCall,
        Self::FiveG,
    ];

    /// The word in the API: `voice`, `emergency_call`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Messages => "messages",
            Self::Data => "data",
            Self::EmergencyCall => "emergency_call",
            Self::FiveG => "five_g",
        }
    }

    /// The words on pages.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Voice => "Voice",
            Self::Messages => "Messages",
            Self::Data => "Data",
            Self::EmergencyCall => "Emergency call",
            Self::FiveG => "5G",
        }
    }
}

impl FromStr for Service {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|service| service.name() == text)
            .ok_or_else(|| {
                let help = "write voice, messages, data, emergency_call or five_g";
                ParseError::new(text, "a service", help)
            })
    }
}

/// How well a service works, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    None,
    /// Only over an older technology than the network is built on.
    FallbackOnly,
    /// Over some of the bands that the network uses.
    Partial,
    /// Over all of them.
    Full,
}

impl Level {
    /// The words of the design: `full`, `partial`, `fallback only`, `none`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::FallbackOnly => "fallback only",
            Self::Partial => "partial",
            Self::Full => "full",
        }
    }
}

impl FromStr for Level {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        [Self::None, Self::FallbackOnly, Self::Partial, Self::Full]
            .into_iter()
            .find(|level| level.name() == text.replace('_', " "))
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "a level of service",
                    "write full, partial, fallback_only or none",
                )
            })
    }
}

/// Whether one certified host network is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostRule {
    /// One is enough: on sale, for the named networks.
    Any,
    /// Every one must pass.
    All,
}

impl HostRule {
    /// The word in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

impl FromStr for HostRule {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "any" => Ok(Self::Any),
            "all" => Ok(Self::All),
            _ => Err(ParseError::new(
                text,
                "a rule for host networks",
                "write any or all",
            )),
        }
    }
}

/// What a policy demands of one product category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryPolicy {
    /// The category.
    pub category: Category,
    /// Demands; what is not named is off.
    pub demands: Vec<(Requirement, Demand)>,
    /// Least level per service for [`Requirement::RadioFit`].
    pub service_min: Vec<(Service, Level)>,
    /// Schemes for [`Requirement::RegulatoryApproval`]: `FCC`. Each must be on file.
    pub schemes: Vec<String>,
    /// Further schemes for [`Requirement::RegulatoryApproval`] that are shown and never block: `SAR`.
    pub disclosed_schemes: Vec<String>,
    /// Conditions under which a conditional certification is enough; empty: none is.
    pub conditions: Vec<String>,
    /// Whether a certification must rest on tests against a requirement set of the host network's.
    pub tested: bool,
    /// Where units may have been first put on the market for [`Requirement::LawfulResale`].
    pub first_sale: Territory,
}

impl CategoryPolicy {
    /// How strongly `requirement` is asked.
    #[must_use]
    pub fn demand(&self, requirement: Requirement) -> Demand {
        if requirement == Requirement::NoStopSale {
            return Demand::Must;
        }
        self.demands
            .iter()
            .find(|(named, _)| *named == requirement)
            .map_or(Demand::Off, |(_, demand)| *demand)
    }
}

/// What a market demands. One policy is in force in a market at any instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The market.
    pub market: MarketId,
    /// The virtual carrier that runs it.
    pub carrier: PartyId,
    /// Its country.
    pub country: Country,
    /// Its currency.
    pub currency: Currency,
    /// The host networks it rides on.
    pub hosts: Vec<HostNetworkId>,
    /// Whether one of them is enough.
    pub host_rule: HostRule,
    /// Data sets under such licences do not bear on what is sold here.
    pub refused_licences: Vec<CommercialUse>,
    /// Whose word counts on a requirement, the highest rank first. Where a requirement is not here, everybody's
    /// does alike; where it has no rank, nobody's does.
    pub trust: Vec<(Requirement, Vec<Rank>)>,
    /// Per category. A category that is not here is not sold.
    pub categories: Vec<CategoryPolicy>,
}

impl Policy {
    /// The demands on `category`; none: not sold in this market.
    #[must_use]
    pub fn category(&self, category: &Category) -> Option<&CategoryPolicy> {
        self.categories
            .iter()
            .find(|policy| policy.category == *category)
    }

    /// Whose word counts on `requirement`, the highest rank first; none: everybody's does alike.
    #[must_use]
    pub fn ranks(&self, requirement: Requirement) -> Option<&[Rank]> {
        let mut named = self.trust.iter();
        let found = named.find(|(named, _)| *named == requirement);
        found.map(|(_, ranks)| ranks.as_slice())
    }
}
