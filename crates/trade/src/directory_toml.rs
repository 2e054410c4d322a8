//! A directory, written as TOML: parties, brands, sellers, networks, markets, models, variants.
//!
//! Faults point at the line, and all of them are collected. What an entry names must be in the same file or
//! in the directory already.

use std::collections::HashSet;
use std::str::FromStr;

use catalogue::near;
use domain::ParseError;
use domain::device::{DeviceModel, DeviceVariant};
use domain::fault::Fault;
use serde::Deserialize;
use store::directory::{Brand, Directory, HostNetwork, Market, Party, Seller};
use toml::Spanned;

use crate::house::Registration;
use crate::toml_reader::TomlReader;

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileToml {
    #[serde(default)]
    party: Vec<PartyToml>,
    #[serde(default)]
    brand: Vec<BehindToml>,
    #[serde(default)]
    seller: Vec<BehindToml>,
    #[serde(default)]
    network: Vec<NetworkToml>,
    #[serde(default)]
    market: Vec<MarketToml>,
    #[serde(default)]
    model: Vec<ModelToml>,
    #[serde(default)]
    variant: Vec<VariantToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartyToml {
    id: Text,
    role: Text,
    name: Text,
}

/// A brand or a seller, with the party behind it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BehindToml {
    id: Text,
    party: Text,
    name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkToml {
    id: Text,
    party: Text,
    name: Text,
    country: Text,
    #[serde(default)]
    plmns: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarketToml {
    id: Text,
    name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelToml {
    id: Text,
    brand: Text,
    name: Text,
    category: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantToml {
    id: Text,
    model: Text,
    code: Text,
    #[serde(default)]
    description: String,
}

/// Reads a directory. `file` is how the user named it, `known` what is there already.
///
/// # Errors
/// Every fault, with its line.
pub fn parse(file: &str, text: &str, known: &Directory) -> Result<Registration, Vec<Fault>> {
    let mut reader = TomlReader::new(file, text, "directory.value");
    let help = "`passband directory load --help` has the form";
    let written = reader.form::<FileToml>("directory.form", help);
    let news = written.map(|written| reader.registration(&written, known));
    match news {
        Some(news) if reader.faults.is_empty() => Ok(news),
        _ => Err(reader.into_faults()),
    }
}

impl TomlReader<'_> {
    /// A name that people read.
    fn name(&mut self, written: &Text) -> Option<String> {
        let name = written.get_ref().trim();
        if name.is_empty() {
            self.fault(written.span(), "directory.empty", "", "write a name");
            return None;
        }
        Some(name.to_owned())
    }

    /// An id that must be among those that there are.
    fn known<T: FromStr<Err = ParseError>>(
        &mut self,
        written: &Text,
        what: &str,
        ids: &HashSet<&str>,
    ) -> Option<T> {
        let id = self.parsed(written)?;
        if ids.contains(written.get_ref().as_str()) {
            return Some(id);
        }
        let close = near::near(written.get_ref(), ids.iter().copied());
        let help = if close.is_empty() {
            format!("there is no such {what}, here or in the house; add it to the file")
        } else {
            format!("there is no such {what}; close to it: {}", close.join(", "))
        };
        self.fault(written.span(), "directory.unknown", written.get_ref(), help);
        None
    }

    fn registration(&mut self, written: &FileToml, known: &Directory) -> Registration {
        self.once("party", written.party.iter().map(|one| &one.id));
        self.once("brand", written.brand.iter().map(|one| &one.id));
        self.once("seller", written.seller.iter().map(|one| &one.id));
        self.once("network", written.network.iter().map(|one| &one.id));
        self.once("market", written.market.iter().map(|one| &one.id));
        self.once("model", written.model.iter().map(|one| &one.id));
        self.once("variant", written.variant.iter().map(|one| &one.id));
        let parties = with(
            known.parties.iter().map(|one| one.id.as_str()),
            written.party.iter().map(|one| &one.id),
        );
        let brands = with(
            known.brands.iter().map(|one| one.id.as_str()),
            written.brand.iter().map(|one| &one.id),
        );
        let models = with(
            known.models.iter().map(|one| one.id.as_str()),
            written.model.iter().map(|one| &one.id),
        );
        let each = written.party.iter();
        let of_parties = each.filter_map(|one| self.party(one)).collect();
        let each = written.brand.iter();
        let of_brands = each
            .filter_map(|one| {
                let (id, party, name) = self.behind(one, &parties)?;
                Some(Brand { id, party, name })
            })
            .collect();
        let each = written.seller.iter();
        let of_sellers = each
            .filter_map(|one| {
                let (id, party, name) = self.behind(one, &parties)?;
                Some(Seller { id, party, name })
            })
            .collect();
        let each = written.network.iter();
        let of_networks = each.filter_map(|one| self.network(one, &parties)).collect();
        let each = written.market.iter();
        let of_markets = each.filter_map(|one| self.market(one)).collect();
        let each = written.model.iter();
        let of_models = each.filter_map(|one| self.model(one, &brands)).collect();
        let each = written.variant.iter();
        let of_variants = each.filter_map(|one| self.variant(one, &models)).collect();
        Registration {
            parties: of_parties,
            brands: of_brands,
            sellers: of_sellers,
            networks: of_networks,
            markets: of_markets,
            models: of_models,
            variants: of_variants,
        }
    }

    /// No id twice among entries of one kind.
    fn once<'t>(&mut self, kind: &str, ids: impl Iterator<Item = &'t Text>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id.get_ref().as_str()) {
                let help = format!("each {kind} has an id of its own");
                self.fault(id.span(), "directory.twice", id.get_ref(), help);
            }
        }
    }

    fn party(&mut self, one: &PartyToml) -> Option<Party> {
        let (id, role, name) = (
            self.parsed(&one.id),
            self.name(&one.role),
            self.name(&one.name),
        );
        Some(Party {
            id: id?,
            role: role?,
            name: name?,
        })
    }

    fn behind<I: FromStr<Err = ParseError>, P: FromStr<Err = ParseError>>(
        &mut self,
        one: &BehindToml,
        parties: &HashSet<&str>,
    ) -> Option<(I, P, String)> {
        let id = self.parsed(&one.id);
        let party = self.known(&one.party, "party", parties);
        let name = self.name(&one.name);
        Some((id?, party?, name?))
    }

    fn network(&mut self, one: &NetworkToml, parties: &HashSet<&str>) -> Option<HostNetwork> {
        let id = self.parsed(&one.id);
        let party = self.known(&one.party, "party", parties);
        let name = self.name(&one.name);
        let country = self.parsed(&one.country);
        let plmns: Vec<_> = one.plmns.iter().map(|plmn| self.parsed(plmn)).collect();
        Some(HostNetwork {
            id: id?,
            party: party?,
            name: name?,
            country: country?,
            plmns: plmns.into_iter().collect::<Option<_>>()?,
        })
    }

    fn market(&mut self, one: &MarketToml) -> Option<Market> {
        let (id, name) = (self.parsed(&one.id), self.name(&one.name));
        Some(Market {
            id: id?,
            name: name?,
        })
    }

    fn model(&mut self, one: &ModelToml, brands: &HashSet<&str>) -> Option<DeviceModel> {
        let id = self.parsed(&one.id);
        let brand = self.known(&one.brand, "brand", brands);
        let (name, category) = (self.name(&one.name), self.parsed(&one.category));
        Some(DeviceModel {
            id: id?,
            brand: brand?,
            name: name?,
            category: category?,
        })
    }

    fn variant(&mut self, one: &VariantToml, models: &HashSet<&str>) -> Option<DeviceVariant> {
        let id = self.parsed(&one.id);
        let model = self.known(&one.model, "model", models);
        let code = self.name(&one.code);
        Some(DeviceVariant {
            id: id?,
            model: model?,
            code: code?,
            description: one.description.clone(),
        })
    }
}

/// The ids that there will be.
fn with<'t>(
    known: impl Iterator<Item = &'t str>,
    written: impl Iterator<Item = &'t Text>,
) -> HashSet<&'t str> {
    known
        .chain(written.map(|id| id.get_ref().as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[variant]]
id = "xiaomi.2015015"
model = "xiaomi.mi-4i"
code = "2015015"

[[model]]
id = "xiaomi.mi-4i"
brand = "xiaomi"
name = "Mi 4i"
category = "smartphone"

[[brand]]
id = "xiaomi"
party = "xiaomi"
name = "Xiaomi"

[[party]]
id = "xiaomi"
role = "brand"
name = "Xiaomi"

[[network]]
id = "tmobile-us"
party = "xiaomi"
name = "T-Mobile"
country = "US"
plmns = ["310-260"]
"#;

    #[test]
    fn entries_in_any_order_are_read() {
        let news = parse("d.toml", GOOD, &Directory::default()).expect("good");
        assert_eq!(news.variants[0].code, "2015015");
        assert_eq!(news.networks[0].plmns.len(), 1);
        // What the house knows need not be said again.
        let known = Directory {
            parties: news.parties.clone(),
            ..Directory::default()
        };
        let text = "[[seller]]\nid = \"s\"\nparty = \"xiaomi\"\nname = \"Shop\"\n";
        assert!(parse("d.toml", text, &known).is_ok());
    }

    #[test]
    fn every_fault_is_found_with_its_line() {
        let bad = GOOD
            .replace("model = \"xiaomi.mi-4i\"", "model = \"xiaomi.mi-4j\"")
            .replace("country = \"US\"", "country = \"USA\"")
            .replace("name = \"Mi 4i\"", "name = \" \"");
        let faults = parse("d.toml", &bad, &Directory::default()).expect_err("bad");
        let mut places: Vec<(u64, &str)> = faults.iter().map(|f| (f.line, f.rule)).collect();
        places.sort_unstable();
        assert_eq!(
            places,
            [
                (4, "directory.unknown"),
                (10, "directory.empty"),
                (27, "directory.value")
            ]
        );
        let unknown = faults
            .iter()
            .find(|f| f.rule == "directory.unknown")
            .expect("found");
        assert!(unknown.help.contains("xiaomi.mi-4i"), "{}", unknown.help);
        let twice =
            format!("{GOOD}\n[[brand]]\nid = \"xiaomi\"\nparty = \"xiaomi\"\nname = \"X\"\n");
        let faults = parse("d.toml", &twice, &Directory::default()).expect_err("bad");
        assert_eq!(faults[0].rule, "directory.twice");
    }
}
