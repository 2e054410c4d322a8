//! A policy as JSON, within the body of its entry.

use domain::ParseError;
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::trust::Rank;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CodecError, ReachJson};

/// What a market demands.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyJson {
    /// Of which market.
    market: String,
    /// The virtual carrier.
    carrier: String,
    /// In which country.
    country: String,
    /// ISO 4217.
    currency: String,
    /// The host networks that it rides on.
    hosts: Vec<String>,
    /// `any`: one certified network is enough; `all`: every one must pass.
    host_rule: String,
    /// Data sets under such licences do not bear on what is sold: `non-commercial`, `not-stated`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refuse_licences: Vec<String>,
    /// Whose word counts, per requirement; where one is not named, everybody's does alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trust: Vec<TrustJson>,
    /// Per product category; what is not named is not sold.
    categories: Vec<CategoryJson>,
}

/// What a market demands of one product category.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = CategoryPolicy)]
struct CategoryJson {
    /// Which one.
    category: String,
    /// Pairs of a requirement and `must`, `disclose` or `off`.
    demands: Vec<(String, String)>,
    /// Pairs of a service and its least level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    service_min: Vec<(String, String)>,
    /// Regulators' schemes that are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    schemes: Vec<String>,
    /// Regulators' schemes that are shown and never block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    disclosed_schemes: Vec<String>,
    /// Conditions of a certification that are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<String>,
    /// Whether a certification must rest on tests against a requirement set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    tested: bool,
    /// Where units may have been first put on the market: countries, `EU`, `EEA`; `all`: anywhere.
    #[serde(default = "nowhere", skip_serializing_if = "is_nowhere")]
    first_sale: ReachJson,
}

/// Nothing is accepted, where an old entry does not say.
fn nowhere() -> ReachJson {
    ReachJson::Only(Vec::new())
}

fn is_nowhere(reach: &ReachJson) -> bool {
    *reach == nowhere()
}

/// Whose word counts on a requirement.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Trust)]
struct TrustJson {
    /// Which one.
    requirement: String,
    /// The highest first; none: nobody's does.
    ranks: Vec<RankJson>,
}

/// Those whose words weigh alike.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = TrustRank)]
struct RankJson {
    /// Roles, or parties' ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    issuers: Vec<String>,
    /// Sources of lists, by the name that all deliveries of one share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<String>,
}

impl TrustJson {
    fn write((requirement, ranks): &(Requirement, Vec<Rank>)) -> Self {
        let ranks = ranks.iter().map(|rank| RankJson {
            issuers: rank.issuers.iter().map(ToString::to_string).collect(),
            sources: rank.sources.clone(),
        });
        Self {
            requirement: requirement.name().to_owned(),
            ranks: ranks.collect(),
        }
    }

    fn read(&self) -> Result<(Requirement, Vec<Rank>), CodecError> {
        let rank = |rank: &RankJson| {
            let issuers = rank.issuers.iter().map(|issuer| issuer.parse());
            Ok(Rank {
                issuers: issuers.collect::<Result<_, ParseError>>()?,
                sources: rank.sources.clone(),
            })
        };
        let ranks = self.ranks.iter().map(rank);
        Ok((
            self.requirement.parse()?,
            ranks.collect::<Result<_, CodecError>>()?,
        ))
    }
}

impl PolicyJson {
    pub fn write(policy: &Policy) -> Self {
        Self {
            market: policy.market.to_string(),
            carrier: policy.carrier.to_string(),
            country: policy.country.to_string(),
            currency: policy.currency.to_string(),
            hosts: policy.hosts.iter().map(ToString::to_string).collect(),
            host_rule: policy.host_rule.name().to_owned(),
            refuse_licences: policy
                .refused_licences
                .iter()
                .map(|refused| refused.name().to_owned())
                .collect(),
            trust: policy.trust.iter().map(TrustJson::write).collect(),
            categories: policy.categories.iter().map(CategoryJson::write).collect(),
        }
    }

    pub fn read(&self) -> Result<Policy, CodecError> {
        Ok(Policy {
            market: self.market.parse()?,
            carrier: self.carrier.parse()?,
            country: self.country.parse()?,
            currency: self.currency.parse()?,
            hosts: self
                .hosts
                .iter()
                .map(|host| host.parse())
                .collect::<Result<_, _>>()?,
            host_rule: self.host_rule.parse::<HostRule>()?,
            refused_licences: self
                .refuse_licences
                .iter()
                .map(|refused| refused.parse())
                .collect::<Result<_, _>>()?,
            trust: self
                .trust
                .iter()
                .map(TrustJson::read)
                .collect::<Result<_, _>>()?,
            categories: self
                .categories
                .iter()
                .map(CategoryJson::read)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl CategoryJson {
    fn write(policy: &CategoryPolicy) -> Self {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        Self {
            category: policy.category.to_string(),
            demands: policy
                .demands
                .iter()
                .map(|(requirement, demand)| pair(requirement.name(), demand.name()))
                .collect(),
            service_min: policy
                .service_min
                .iter()
                .map(|(service, level)| pair(service.name(), level.name()))
                .collect(),
            schemes: policy.schemes.clone(),
            disclosed_schemes: policy.disclosed_schemes.clone(),
            conditions: policy.conditions.clone(),
            tested: policy.tested,
            first_sale: ReachJson::write(&policy.first_sale),
        }
    }

    fn read(&self) -> Result<CategoryPolicy, CodecError> {
        let demand = |(requirement, demand): &(String, String)| {
            Ok((
                requirement.parse::<Requirement>()?,
                demand.parse::<Demand>()?,
            ))
        };
        let least = |(name, level): &(String, String)| {
            Ok((name.parse::<Service>()?, level.parse::<Level>()?))
        };
        Ok(CategoryPolicy {
            category: self.category.parse()?,
            demands: self
                .demands
                .iter()
                .map(demand)
                .collect::<Result<_, CodecError>>()?,
            service_min: self
                .service_min
                .iter()
                .map(least)
                .collect::<Result<_, CodecError>>()?,
            schemes: self.schemes.clone(),
            disclosed_schemes: self.disclosed_schemes.clone(),
            conditions: self.conditions.clone(),
            tested: self.tested,
            first_sale: self.first_sale.read()?,
        })
    }
}
