//! A policy as JSON, within the body of its entry.

use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use serde::{Deserialize, Serialize};

use super::CodecError;

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct PolicyJson {
    market: String,
    carrier: String,
    country: String,
    currency: String,
    hosts: Vec<String>,
    host_rule: String,
    categories: Vec<CategoryJson>,
}

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
struct CategoryJson {
    category: String,
    demands: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    service_min: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    schemes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<String>,
}

/// The service of this name.
pub fn service(name: &str) -> Result<Service, CodecError> {
    Service::ALL
        .into_iter()
        .find(|service| service.name() == name)
        .ok_or_else(|| CodecError(format!("{name:?} is no service")))
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
            conditions: policy.conditions.clone(),
        }
    }

    fn read(&self) -> Result<CategoryPolicy, CodecError> {
        let demand = |(requirement, demand): &(String, String)| {
            Ok((
                requirement.parse::<Requirement>()?,
                demand.parse::<Demand>()?,
            ))
        };
        let least =
            |(name, level): &(String, String)| Ok((service(name)?, level.parse::<Level>()?));
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
            conditions: self.conditions.clone(),
        })
    }
}
