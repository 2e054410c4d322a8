//! A market's policy, written as TOML, read and written.
//!
//! Faults point at the line, and all of them are collected. docs/guide/policy.md explains the form.

use std::collections::BTreeMap;

use domain::fault::Fault;
use domain::licence::CommercialUse;
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::territory::{Reach, Territory};
use serde::Deserialize;
use toml::Spanned;

use crate::toml_reader::TomlReader;

/// In place of places: every one.
const ANYWHERE: &str = "anywhere";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyToml {
    market: Spanned<String>,
    carrier: Spanned<String>,
    country: Spanned<String>,
    currency: Spanned<String>,
    hosts: Vec<Spanned<String>>,
    #[serde(default)]
    host_rule: Option<Spanned<String>>,
    #[serde(default)]
    sources: SourcesToml,
    #[serde(default)]
    category: Vec<CategoryToml>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesToml {
    #[serde(default)]
    refuse_licences: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryToml {
    name: Spanned<String>,
    #[serde(default)]
    requirements: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    service_min: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    schemes: Vec<String>,
    #[serde(default)]
    conditions: Vec<String>,
    #[serde(default)]
    first_sale: Vec<Spanned<String>>,
}

/// Reads a policy. `file` is how the user named it.
///
/// # Errors
/// Every fault, with its line.
pub fn parse(file: &str, text: &str) -> Result<Policy, Vec<Fault>> {
    let mut reader = TomlReader::new(file, text, "policy.value");
    let written = reader.form::<PolicyToml>("policy.form", "docs/guide/policy.md has the form");
    let policy = written.and_then(|written| reader.policy(&written));
    match policy {
        Some(policy) if reader.faults.is_empty() => Ok(policy),
        _ => Err(reader.faults),
    }
}

/// Writes a policy as [`parse`] reads it.
#[must_use]
pub fn write(policy: &Policy) -> String {
    let mut text = format!(
        "market = {}\ncarrier = {}\ncountry = {}\ncurrency = {}\nhosts = {}\nhost_rule = {}\n",
        quoted(policy.market.as_str()),
        quoted(policy.carrier.as_str()),
        quoted(policy.country.code()),
        quoted(policy.currency.code()),
        list(policy.hosts.iter().map(|host| host.as_str())),
        quoted(policy.host_rule.name()),
    );
    if !policy.refused_licences.is_empty() {
        let refused = list(policy.refused_licences.iter().map(|refused| refused.name()));
        text.push_str(&format!("\n[sources]\nrefuse_licences = {refused}\n"));
    }
    for category in &policy.categories {
        let demands = category.demands.iter();
        text.push_str(&format!(
            "\n[[category]]\nname = {}\nrequirements = {}\n",
            quoted(category.category.as_str()),
            table(demands.map(|(requirement, demand)| (requirement.name(), demand.name()))),
        ));
        if !category.service_min.is_empty() {
            let least = category.service_min.iter();
            let least = table(least.map(|(service, level)| (service.name(), level.name())));
            // A word here is one word.
            let least = least.replace("fallback only", "fallback_only");
            text.push_str(&format!("service_min = {least}\n"));
        }
        let first_sale: Vec<String> = match &category.first_sale {
            Reach::All => vec![ANYWHERE.to_owned()],
            Reach::Only(named) => named.iter().map(ToString::to_string).collect(),
        };
        for (key, words) in [
            ("schemes", &category.schemes),
            ("conditions", &category.conditions),
            ("first_sale", &first_sale),
        ] {
            if !words.is_empty() {
                let words = list(words.iter().map(String::as_str));
                text.push_str(&format!("{key} = {words}\n"));
            }
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(quoted).collect();
    format!("[{}]", words.join(", "))
}

fn table<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs
        .map(|(key, word)| format!("{key} = {}", quoted(word)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

impl TomlReader<'_> {
    fn policy(&mut self, written: &PolicyToml) -> Option<Policy> {
        let market = self.parsed(&written.market);
        let carrier = self.parsed(&written.carrier);
        let country = self.parsed(&written.country);
        let currency = self.parsed(&written.currency);
        let hosts: Vec<_> = written
            .hosts
            .iter()
            .filter_map(|host| self.parsed(host))
            .collect();
        let host_rule = match &written.host_rule {
            Some(rule) => self.parsed(rule),
            None => Some(HostRule::Any),
        };
        let refused_licences = self.refused_licences(&written.sources);
        let categories: Vec<_> = written
            .category
            .iter()
            .filter_map(|category| self.category(category))
            .collect();
        for (index, category) in categories.iter().enumerate() {
            if categories[..index]
                .iter()
                .any(|other| other.category == category.category)
            {
                let at = written.category[index].name.span();
                self.fault(
                    at,
                    "policy.twice",
                    category.category.as_str(),
                    "name each category once",
                );
            }
        }
        Some(Policy {
            market: market?,
            carrier: carrier?,
            country: country?,
            currency: currency?,
            hosts,
            host_rule: host_rule?,
            refused_licences,
            categories,
        })
    }

    fn refused_licences(&mut self, written: &SourcesToml) -> Vec<CommercialUse> {
        let mut refused = Vec::new();
        for word in &written.refuse_licences {
            let Some(one) = self.parsed(word) else {
                continue;
            };
            if one == CommercialUse::Allowed {
                let help = "a licence that allows commercial use cannot be refused; write non-commercial or not-stated";
                self.fault(word.span(), "policy.licence", word.get_ref(), help);
            } else if !refused.contains(&one) {
                refused.push(one);
            }
        }
        refused
    }

    fn first_sale(&mut self, written: &[Spanned<String>]) -> Territory {
        let anywhere = written.iter().find(|word| word.get_ref() == ANYWHERE);
        if let Some(word) = anywhere {
            if written.len() > 1 {
                let help = "anywhere stands alone; take it away, or the others";
                self.fault(word.span(), "policy.first_sale", word.get_ref(), help);
            }
            return Reach::All;
        }
        let named = written.iter().filter_map(|word| self.parsed(word));
        Reach::Only(named.collect())
    }

    fn category(&mut self, written: &CategoryToml) -> Option<CategoryPolicy> {
        let category = self.parsed(&written.name);
        let mut demands: Vec<(Requirement, Demand)> = Vec::new();
        for (name, demand) in &written.requirements {
            let requirement: Option<Requirement> = self.parsed(name);
            let demand: Option<Demand> = self.parsed(demand);
            if requirement == Some(Requirement::NoStopSale) {
                let help = "a stop-sale always blocks; no policy can turn it off";
                self.fault(name.span(), "policy.stop_sale", name.get_ref(), help);
            }
            demands.extend(requirement.zip(demand));
        }
        let mut service_min: Vec<(Service, Level)> = Vec::new();
        for (name, level) in &written.service_min {
            let service = Service::ALL
                .into_iter()
                .find(|service| service.name() == name.get_ref());
            if service.is_none() {
                let help = "write voice, messages, data, emergency_call or five_g";
                self.fault(name.span(), "policy.service", name.get_ref(), help);
            }
            let level: Option<Level> = self.parsed(level);
            service_min.extend(service.zip(level));
        }
        let asks = |wanted| {
            demands
                .iter()
                .any(|(r, d)| *r == wanted && *d != Demand::Off)
        };
        if asks(Requirement::RadioFit) && service_min.is_empty() {
            let help = "radio_fit needs service_min, such as { data = \"partial\" }";
            self.fault(
                written.name.span(),
                "policy.no_service",
                written.name.get_ref(),
                help,
            );
        }
        if asks(Requirement::RegulatoryApproval) && written.schemes.is_empty() {
            let help = "regulatory_approval needs schemes, such as [\"FCC\"]";
            self.fault(
                written.name.span(),
                "policy.no_scheme",
                written.name.get_ref(),
                help,
            );
        }
        let first_sale = self.first_sale(&written.first_sale);
        if asks(Requirement::LawfulResale) && written.first_sale.is_empty() {
            let help =
                "lawful_resale needs first_sale, such as [\"US\"], [\"EEA\"] or [\"anywhere\"]";
            self.fault(
                written.name.span(),
                "policy.no_first_sale",
                written.name.get_ref(),
                help,
            );
        }
        Some(CategoryPolicy {
            first_sale,
            category: category?,
            demands,
            service_min,
            schemes: written.schemes.clone(),
            conditions: written.conditions.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
market = "us"
carrier = "us-mobile"
country = "US"
currency = "USD"
hosts = ["tmobile-us"]

[[category]]
name = "smartphone"
requirements = { sales_authorization = "must", radio_fit = "must", platform_fit = "disclose" }
service_min = { data = "partial", voice = "fallback_only" }
"#;

    #[test]
    fn a_policy_is_read() {
        let policy = parse("us.toml", GOOD).expect("good");
        let phone = policy
            .category(&"smartphone".parse().expect("id"))
            .expect("named");
        assert_eq!(phone.demand(Requirement::RadioFit), Demand::Must);
        assert_eq!(phone.demand(Requirement::PlatformFit), Demand::Disclose);
        assert_eq!(phone.demand(Requirement::Authenticity), Demand::Off);
        assert_eq!(phone.demand(Requirement::NoStopSale), Demand::Must);
    }

    #[test]
    fn a_policy_that_is_written_reads_as_the_same() {
        let rich = GOOD.replace(
            "service_min",
            "first_sale = [\"GB\", \"EEA\"]\nschemes = [\"FCC\", \"a \\\"quoted\\\" one\"]\nconditions = [\"data only\"]\nservice_min",
        );
        let licences = "host_rule = \"all\"\n[sources]\nrefuse_licences = [\"not-stated\", \"non-commercial\"]";
        let refusing = GOOD.replace(
            "hosts = [\"tmobile-us\"]",
            &format!("hosts = [\"tmobile-us\"]\n{licences}"),
        );
        let anywhere = GOOD.replace("service_min", "first_sale = [\"anywhere\"]\nservice_min");
        for text in [GOOD, &rich, &refusing, &anywhere] {
            let policy = parse("us.toml", text).expect("good");
            assert_eq!(parse("again.toml", &write(&policy)), Ok(policy));
        }
    }

    #[test]
    fn every_fault_is_found_with_its_line() {
        let bad = GOOD
            .replace("country = \"US\"", "country = \"USA\"")
            .replace("\"disclose\"", "\"maybe\"")
            .replace("voice", "speech");
        let faults = parse("us.toml", &bad).expect_err("bad");
        let places: Vec<(u64, &str)> = faults.iter().map(|f| (f.line, f.rule)).collect();
        assert_eq!(
            places,
            [
                (4, "policy.value"),
                (10, "policy.value"),
                (11, "policy.service")
            ]
        );
        let unknown = GOOD.replace("hosts =", "host =");
        assert_eq!(
            parse("us.toml", &unknown).expect_err("unknown key")[0].rule,
            "policy.form"
        );
        let refusing = |words: &str| {
            let text = GOOD.replace(
                "\n[[category]]",
                &format!("[sources]\nrefuse_licences = [{words}]\n[[category]]"),
            );
            parse("us.toml", &text)
        };
        let refused = refusing("\"not-stated\", \"non-commercial\", \"not-stated\"").expect("good");
        let both = [CommercialUse::NotStated, CommercialUse::Forbidden];
        assert_eq!(refused.refused_licences, both);
        let faults = refusing("\"commercial\", \"free\"").expect_err("bad");
        let rules: Vec<(u64, &str)> = faults.iter().map(|f| (f.line, f.rule)).collect();
        assert_eq!(rules, [(8, "policy.licence"), (8, "policy.value")]);
        let reselling = |words: &str| {
            let text = GOOD.replace("platform_fit", "lawful_resale");
            parse("us.toml", &format!("{text}{words}"))
        };
        for (words, expected) in [
            ("", &[(9, "policy.no_first_sale")][..]),
            ("first_sale = [\"US\", \"Europe\"]", &[(12, "policy.value")]),
            (
                "first_sale = [\"US\", \"anywhere\"]",
                &[(12, "policy.first_sale")],
            ),
            ("first_sale = [\"EEA\"]", &[]),
        ] {
            let faults = reselling(words).err().unwrap_or_default();
            let found: Vec<(u64, &str)> = faults.iter().map(|f| (f.line, f.rule)).collect();
            assert_eq!(found, expected, "{words}");
        }
        let stop = GOOD.replace("platform_fit", "no_stop_sale");
        assert!(parse("us.toml", &stop).is_err());
    }
}
