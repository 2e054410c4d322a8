//! A market's policy, written as TOML, read and written.
//!
//! Faults point at the line, and all of them are collected. docs/guide/policy.md explains the form.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use catalogue::near;
use domain::ParseError;
use domain::fault::Fault;
use domain::licence::CommercialUse;
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::territory::{Reach, Territory};
use domain::trust::{Rank, Trusted};
use serde::Deserialize;
use store::directory::Directory;
use toml::Spanned;

use crate::toml_reader::TomlReader;

/// In place of places: every one.
const ANYWHERE: &str = "anywhere";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyToml {
    market: Option<Spanned<String>>,
    carrier: Option<Spanned<String>>,
    country: Option<Spanned<String>>,
    currency: Option<Spanned<String>>,
    hosts: Option<Vec<Spanned<String>>>,
    host_rule: Option<Spanned<String>>,
    #[serde(default)]
    sources: SourcesToml,
    #[serde(default)]
    trust: BTreeMap<Spanned<String>, Vec<Spanned<RankToml>>>,
    #[serde(default)]
    category: Vec<Spanned<CategoryToml>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesToml {
    #[serde(default)]
    refuse_licences: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankToml {
    #[serde(default)]
    issuers: Vec<Spanned<String>>,
    #[serde(default)]
    sources: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryToml {
    name: Option<Spanned<String>>,
    #[serde(default)]
    requirements: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    service_min: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    schemes: Vec<String>,
    #[serde(default)]
    disclosed_schemes: Vec<Spanned<String>>,
    #[serde(default)]
    conditions: Vec<String>,
    tested: Option<Spanned<bool>>,
    #[serde(default)]
    first_sale: Vec<Spanned<String>>,
}

/// How a fault of form is mended.
const FORM_HELP: &str = "docs/guide/policy.md has the form";

/// Reads a policy. `file` is how the user named it.
///
/// # Errors
/// Every fault, with its line.
pub fn parse(file: &str, text: &str) -> Result<Policy, Vec<Fault>> {
    read(file, text, None)
}

/// Reads a policy that is to be put in force here: what it names must be in the directory.
///
/// # Errors
/// Every fault, with its line.
pub fn parse_here(file: &str, text: &str, directory: &Directory) -> Result<Policy, Vec<Fault>> {
    read(file, text, Some(directory))
}

fn read(file: &str, text: &str, directory: Option<&Directory>) -> Result<Policy, Vec<Fault>> {
    let mut reader = TomlReader::new(file, text, "policy.value");
    let written = reader.form::<PolicyToml>("policy.form", FORM_HELP);
    let policy = written.and_then(|written| {
        if let Some(directory) = directory {
            reader.strangers(&written, directory);
        }
        reader.policy(&written)
    });
    match policy {
        Some(policy) if reader.faults.is_empty() => Ok(policy),
        _ => Err(reader.into_faults()),
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
    if !policy.trust.is_empty() {
        text.push_str("\n[trust]\n");
    }
    for (requirement, ranks) in &policy.trust {
        let ranks: Vec<String> = ranks.iter().map(written_rank).collect();
        let ranks = ranks.join(", ");
        text.push_str(&format!("{} = [{ranks}]\n", requirement.name()));
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
            ("disclosed_schemes", &category.disclosed_schemes),
            ("conditions", &category.conditions),
            ("first_sale", &first_sale),
        ] {
            if !words.is_empty() {
                let words = list(words.iter().map(String::as_str));
                text.push_str(&format!("{key} = {words}\n"));
            }
        }
        if category.tested {
            text.push_str("tested = true\n");
        }
    }
    text
}

fn written_rank(rank: &Rank) -> String {
    let issuers: Vec<String> = rank.issuers.iter().map(ToString::to_string).collect();
    let mut named = Vec::new();
    for (key, words) in [("issuers", &issuers), ("sources", &rank.sources)] {
        if !words.is_empty() {
            let words = list(words.iter().map(String::as_str));
            named.push(format!("{key} = {words}"));
        }
    }
    format!("{{ {} }}", named.join(", "))
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
    /// A value that must be there. What lacks it begins at `at`.
    fn needed<'w, T>(
        &mut self,
        written: Option<&'w T>,
        name: &str,
        at: Range<usize>,
    ) -> Option<&'w T> {
        if written.is_none() {
            let found = format!("missing key {name}");
            self.fault(at, "policy.form", &found, FORM_HELP);
        }
        written
    }

    fn parsed_key<T: FromStr<Err = ParseError>>(
        &mut self,
        written: Option<&Spanned<String>>,
        name: &str,
    ) -> Option<T> {
        let written = self.needed(written, name, 0..0)?;
        self.parsed(written)
    }

    /// What the policy names that is not in the directory. A misspelt host network would close the market
    /// without a word.
    fn strangers(&mut self, written: &PolicyToml, directory: &Directory) {
        let markets: Vec<_> = directory
            .markets
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let parties: Vec<_> = directory
            .parties
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let networks: Vec<_> = directory
            .networks
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        if let Some(market) = &written.market {
            self.stranger(market, "market", &markets);
        }
        if let Some(carrier) = &written.carrier {
            self.stranger(carrier, "party", &parties);
        }
        for host in written.hosts.iter().flatten() {
            self.stranger(host, "host network", &networks);
        }
        let ranks = written.trust.values().flatten();
        for issuer in ranks.flat_map(|rank| &rank.get_ref().issuers) {
            if let Ok(Trusted::Party(_)) = issuer.get_ref().parse() {
                self.stranger(issuer, "role and no party", &parties);
            }
        }
    }

    fn stranger(&mut self, written: &Spanned<String>, what: &str, ids: &[&str]) {
        let id = written.get_ref();
        if ids.contains(&id.as_str()) {
            return;
        }
        let close = near::near(id, ids.iter().copied());
        let help = if close.is_empty() {
            format!(
                "there is no such {what} in the directory; `passband directory load` adds to it"
            )
        } else {
            format!("there is no such {what}; close to it: {}", close.join(", "))
        };
        self.fault(written.span(), "directory.unknown", id, help);
    }

    fn policy(&mut self, written: &PolicyToml) -> Option<Policy> {
        let market = self.parsed_key(written.market.as_ref(), "market");
        let carrier = self.parsed_key(written.carrier.as_ref(), "carrier");
        let country = self.parsed_key(written.country.as_ref(), "country");
        let currency = self.parsed_key(written.currency.as_ref(), "currency");
        let hosts = self.needed(written.hosts.as_ref(), "hosts", 0..0);
        let hosts: Vec<_> = hosts
            .into_iter()
            .flatten()
            .filter_map(|host| self.parsed(host))
            .collect();
        let host_rule = match &written.host_rule {
            Some(rule) => self.parsed(rule),
            None => Some(HostRule::Any),
        };
        let refused_licences = self.refused_licences(&written.sources);
        let trust = written
            .trust
            .iter()
            .filter_map(|(name, ranks)| self.trust(name, ranks))
            .collect();
        let categories: Vec<_> = written
            .category
            .iter()
            .filter_map(|category| self.category(category))
            .collect();
        let names: Vec<&Spanned<String>> = written
            .category
            .iter()
            .filter_map(|category| category.get_ref().name.as_ref())
            .collect();
        for (index, name) in names.iter().enumerate() {
            let mut before = names[..index].iter();
            if before.any(|other| other.get_ref() == name.get_ref()) {
                let help = "name each category once";
                self.fault(name.span(), "policy.twice", name.get_ref(), help);
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
            trust,
            categories,
        })
    }

    fn trust(
        &mut self,
        name: &Spanned<String>,
        written: &[Spanned<RankToml>],
    ) -> Option<(Requirement, Vec<Rank>)> {
        let requirement = self.requirement(name);
        let reads_lists = matches!(
            requirement,
            Some(Requirement::RadioFit | Requirement::PlatformFit)
        );
        let mut ranks = Vec::new();
        for rank in written {
            let RankToml { issuers, sources } = rank.get_ref();
            if issuers.is_empty() && sources.is_empty() {
                let help = "name issuers, or sources, or take the rank away";
                self.fault(rank.span(), "policy.empty_rank", "", help);
            }
            if let (Some(source), false) = (sources.first(), reads_lists) {
                let help = "lists bear on radio_fit and platform_fit alone; name issuers here";
                self.fault(source.span(), "policy.sources", source.get_ref(), help);
            }
            let issuers = issuers.iter().filter_map(|issuer| self.parsed(issuer));
            ranks.push(Rank {
                issuers: issuers.collect(),
                sources: sources.iter().map(|one| one.get_ref().clone()).collect(),
            });
        }
        Some((requirement?, ranks))
    }

    /// A requirement that a policy may speak of.
    fn requirement(&mut self, name: &Spanned<String>) -> Option<Requirement> {
        let requirement: Option<Requirement> = self.parsed(name);
        if requirement == Some(Requirement::NoStopSale) {
            let help = "a stop-sale always blocks, whoever issues it; no policy can turn it off";
            self.fault(name.span(), "policy.stop_sale", name.get_ref(), help);
        }
        requirement
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

    fn category(&mut self, spanned: &Spanned<CategoryToml>) -> Option<CategoryPolicy> {
        let (at, written) = (spanned.span(), spanned.get_ref());
        let name = self.needed(written.name.as_ref(), "name", at.clone());
        let category = name.and_then(|name| self.parsed(name));
        let at = name.map_or(at, Spanned::span);
        let named = name.map_or("", |name| name.get_ref().as_str());
        let mut demands: Vec<(Requirement, Demand)> = Vec::new();
        for (name, demand) in &written.requirements {
            let requirement = self.requirement(name);
            let demand: Option<Demand> = self.parsed(demand);
            demands.extend(requirement.zip(demand));
        }
        let mut service_min: Vec<(Service, Level)> = Vec::new();
        for (name, level) in &written.service_min {
            let service: Result<Service, ParseError> = name.get_ref().parse();
            if let Err(error) = &service {
                self.fault(name.span(), "policy.service", name.get_ref(), error.help);
            }
            let level: Option<Level> = self.parsed(level);
            service_min.extend(service.ok().zip(level));
        }
        let asks = |wanted| {
            demands
                .iter()
                .any(|(r, d)| *r == wanted && *d != Demand::Off)
        };
        if asks(Requirement::RadioFit) && service_min.is_empty() {
            let help = "radio_fit needs service_min, such as { data = \"partial\" }";
            self.fault(at.clone(), "policy.no_service", named, help);
        }
        if asks(Requirement::RegulatoryApproval) && written.schemes.is_empty() {
            let help = "regulatory_approval needs schemes, such as [\"FCC\"]";
            self.fault(at.clone(), "policy.no_scheme", named, help);
        }
        for scheme in &written.disclosed_schemes {
            if written.schemes.contains(scheme.get_ref()) {
                let help = "a scheme that must be on file is shown anyway; name it once";
                self.fault(scheme.span(), "policy.twice", scheme.get_ref(), help);
            }
        }
        let tested = written.tested.as_ref();
        if let Some(tested) = tested.filter(|tested| *tested.get_ref())
            && !asks(Requirement::DeviceCertification)
        {
            let help =
                "tested says how device_certification is met; ask for it, or leave tested out";
            self.fault(tested.span(), "policy.tested", "true", help);
        }
        let first_sale = self.first_sale(&written.first_sale);
        if asks(Requirement::LawfulResale) && written.first_sale.is_empty() {
            let help =
                "lawful_resale needs first_sale, such as [\"US\"], [\"EEA\"] or [\"anywhere\"]";
            self.fault(at, "policy.no_first_sale", named, help);
        }
        Some(CategoryPolicy {
            first_sale,
            category: category?,
            demands,
            service_min,
            schemes: written.schemes.clone(),
            disclosed_schemes: written
                .disclosed_schemes
                .iter()
                .map(|one| one.get_ref().clone())
                .collect(),
            conditions: written.conditions.clone(),
            tested: tested.is_some_and(|tested| *tested.get_ref()),
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
            "first_sale = [\"GB\", \"EEA\"]\nschemes = [\"FCC\", \"a \\\"quoted\\\" one\"]\ndisclosed_schemes = [\"SAR\"]\nconditions = [\"data only\"]\nservice_min",
        );
        let licences = "host_rule = \"all\"\n[sources]\nrefuse_licences = [\"not-stated\", \"non-commercial\"]";
        let refusing = GOOD.replace(
            "hosts = [\"tmobile-us\"]",
            &format!("hosts = [\"tmobile-us\"]\n{licences}"),
        );
        let ranks = "[trust]\nradio_fit = [{ issuers = [\"brand\", \"acme\"] }, { sources = [\"a list\"] }]\nauthenticity = []";
        let trusting = GOOD
            .replace("\n[[category]]", &format!("\n{ranks}\n[[category]]"))
            .replace("\"smartphone\"", "\"smartphone\"\ntested = true")
            .replace("sales_authorization =", "device_certification =");
        let anywhere = GOOD.replace("service_min", "first_sale = [\"anywhere\"]\nservice_min");
        for text in [GOOD, &rich, &refusing, &trusting, &anywhere] {
            let policy = parse("us.toml", text).expect("good");
            assert_eq!(parse("again.toml", &write(&policy)), Ok(policy));
        }
    }

    #[track_caller]
    fn check(text: &str, directory: Option<&Directory>, expected: &[(u64, &str)]) {
        let faults = match read("us.toml", text, directory) {
            Ok(_) => Vec::new(),
            Err(faults) => faults,
        };
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line, fault.rule))
            .collect();
        assert_eq!(found, expected, "{faults:#?}");
    }

    #[test]
    fn no_fault_of_form_hides_another() {
        let bad = GOOD
            .replace("country =", "land =")
            .replace("\"USD\"", "1")
            .replace("[\"tmobile-us\"]", "[\"tmobile-us\", 5, \"T Mobile\"]")
            .replace("name =", "nome =")
            .replace("\"disclose\"", "\"maybe\"");
        let faults = [
            // What is missing is missing from the file as a whole, or from its category.
            (1, "policy.form"),
            (1, "policy.form"),
            (4, "policy.form"),
            (5, "policy.form"),
            (6, "policy.form"),
            (6, "policy.value"),
            (8, "policy.form"),
            (9, "policy.form"),
            (10, "policy.value"),
        ];
        check(&bad, None, &faults);
        check(
            "market = \ncarrier = \n",
            None,
            &[(1, "policy.form"), (2, "policy.form")],
        );
    }

    #[test]
    fn ranks_that_mean_nothing_are_faults() {
        let trusting = |ranks: &str| {
            GOOD.replace("\n[[category]]", &format!("[trust]\n{ranks}\n[[category]]"))
        };
        let good = "authenticity = [{ issuers = [\"brand\", \"anybody\"] }]";
        check(&trusting(good), None, &[]);
        let bad = "no_stop_sale = [{ issuers = [\"operator\"] }]\nauthenticity = [{}, { sources = [\"a list\"] }]\nrumours = []\nradio_fit = [{ issuers = [\"The Brand\"] }]";
        let faults = [
            (8, "policy.stop_sale"),
            (9, "policy.empty_rank"),
            (9, "policy.sources"),
            (10, "policy.value"),
            (11, "policy.value"),
        ];
        check(&trusting(bad), None, &faults);
        let tested = GOOD.replace("\"smartphone\"", "\"smartphone\"\ntested = true");
        check(&tested, None, &[(10, "policy.tested")]);
    }

    #[test]
    fn what_is_not_in_the_directory_is_named_with_its_line() {
        let text = GOOD.replace(
            "\n[[category]]",
            "[trust]\nauthenticity = [{ issuers = [\"brand\", \"us-mobil\"] }]\n[[category]]",
        );
        let nowhere = Directory::default();
        let unknown = [2, 3, 6, 8].map(|line| (line, "directory.unknown"));
        check(&text, Some(&nowhere), &unknown);
        check(&text, None, &[]);
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
