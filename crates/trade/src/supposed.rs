//! "Could this seller sell that device here?": an offer that nobody made.
//!
//! Answers which variant of the directory a text means. What may be sold is the gate's to say.

use catalogue::{key, near};
use domain::device::DeviceVariant;
use domain::id::{MarketId, SellerId};
use domain::listing::{Condition, Offer};
use store::directory::Directory;

use crate::error::{Code, Error};
use crate::house::House;

/// Most candidates that an answer names.
const NAMED_MAX: usize = 12;

/// The variants that a text may mean: by id, else by code, else by the model's name with or without brand.
pub(crate) fn meant<'a>(directory: &'a Directory, text: &str) -> Vec<&'a DeviceVariant> {
    let joined = key::join(text);
    let by_id = |variant: &DeviceVariant| variant.id.as_str() == text;
    let by_code = |variant: &DeviceVariant| key::join(&variant.code) == joined;
    let by_name = |variant: &DeviceVariant| {
        names(directory, variant).is_some_and(|(brand, model)| {
            key::device(&brand, &model) == format!("device:{joined}")
                || key::model(&brand, &model) == format!("model:{joined}")
        })
    };
    let ways: [&dyn Fn(&DeviceVariant) -> bool; 3] = [&by_id, &by_code, &by_name];
    ways.into_iter()
        .map(|way| {
            let all = directory.variants.iter();
            all.filter(|variant| way(variant)).collect::<Vec<_>>()
        })
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn names(directory: &Directory, variant: &DeviceVariant) -> Option<(String, String)> {
    let model = directory.models.iter().find(|m| m.id == variant.model)?;
    let brand = directory.brands.iter().find(|b| b.id == model.brand)?;
    Some((brand.name.clone(), model.name.clone()))
}

/// What a sentence calls a variant: `Mi 4i, 2015015 (global)`.
pub(crate) fn described(directory: &Directory, variant: &DeviceVariant) -> String {
    let model = names(directory, variant).map_or_else(String::new, |(_, model)| model);
    if variant.description.is_empty() {
        format!("{model}, {}", variant.code)
    } else {
        format!("{model}, {} ({})", variant.code, variant.description)
    }
}

fn unknown(directory: &Directory, text: &str) -> Error {
    let folded = key::fold(text);
    let known: Vec<String> = directory
        .variants
        .iter()
        .flat_map(|variant| {
            let mut names = vec![key::fold(&variant.code)];
            if let Some((brand, model)) = self::names(directory, variant) {
                names.push(key::fold(&format!("{brand} {model}")));
                names.push(key::fold(&model));
            }
            names
        })
        .collect();
    let close = near::near(&folded, known.iter().map(String::as_str));
    let mut detail = format!("no variant in this house's directory goes by {text:?}");
    if !close.is_empty() {
        detail = format!("{detail}; close to it: {}", close.join(", "));
    }
    Error::new(Code::DeviceUnknown, detail)
}

impl House {
    /// The offer that a seller would make of a device in a market. `names` are what the device may go by,
    /// the most exact first; the first that the directory knows decides.
    ///
    /// # Errors
    /// The market or the seller is not in the directory, or no variant or several go by any of the names.
    pub fn suppose(
        &self,
        market: &MarketId,
        seller: &SellerId,
        names: &[String],
    ) -> Result<Offer, Error> {
        let directory = self.directory();
        if !directory.markets.iter().any(|one| one.id == *market) {
            return Err(Error::not_found("market", market));
        }
        if !directory.sellers.iter().any(|one| one.id == *seller) {
            return Err(Error::not_found("seller", seller));
        }
        let found = names
            .iter()
            .map(|name| (name, meant(&directory, name)))
            .find(|(_, found)| !found.is_empty());
        let Some((name, found)) = found else {
            let text = names.first().map_or("", String::as_str);
            return Err(unknown(&directory, text));
        };
        let [variant] = found.as_slice() else {
            let candidates = found.iter().take(NAMED_MAX);
            let candidates: Vec<String> = candidates.map(|v| described(&directory, v)).collect();
            return Err(Error::new(
                Code::DeviceAmbiguous,
                format!("{name:?} may be {}", candidates.join(", or ")),
            ));
        };
        let model = directory.models.iter().find(|m| m.id == variant.model);
        let model = model.ok_or_else(|| Error::not_found("device model", &variant.model))?;
        Ok(Offer {
            market: market.clone(),
            seller: seller.clone(),
            brand: model.brand.clone(),
            model: model.id.clone(),
            variant: variant.id.clone(),
            category: model.category.clone(),
            condition: Condition::New,
            build: None,
            listing: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::device::DeviceModel;
    use store::directory::Brand;

    use super::*;

    fn directory() -> Directory {
        let variant = |id: &str, model: &str, code: &str| DeviceVariant {
            id: id.parse().expect("id"),
            model: model.parse().expect("id"),
            code: code.to_owned(),
            description: String::new(),
        };
        let model = |id: &str, name: &str| DeviceModel {
            id: id.parse().expect("id"),
            brand: "xiaomi".parse().expect("id"),
            name: name.to_owned(),
            category: "smartphone".parse().expect("id"),
        };
        Directory {
            brands: vec![Brand {
                id: "xiaomi".parse().expect("id"),
                party: "xiaomi".parse().expect("id"),
                name: "Xiaomi".to_owned(),
            }],
            models: vec![model("m4i", "Mi 4i"), model("r2", "Redmi 2")],
            variants: vec![
                variant("v1", "m4i", "2015015"),
                variant("v2", "r2", "2014817"),
                variant("v3", "r2", "2014818"),
            ],
            ..Directory::default()
        }
    }

    #[test]
    fn a_variant_goes_by_its_id_its_code_and_its_models_name() {
        let directory = directory();
        for (text, ids) in [
            ("v1", &["v1"][..]),
            ("2015015", &["v1"]),
            ("Mi 4i", &["v1"]),
            ("xiaomi mi-4I", &["v1"]),
            ("Redmi 2", &["v2", "v3"]),
            ("Redmi 3", &[]),
        ] {
            let found: Vec<&str> = meant(&directory, text)
                .iter()
                .map(|variant| variant.id.as_str())
                .collect();
            assert_eq!(found, ids, "{text}");
        }
        for (text, near) in [("Xiaomi Mi 4j", "xiaomi mi 4i"), ("Mi 4j", ": mi 4i")] {
            let close = unknown(&directory, text).detail;
            assert!(close.contains(near), "{close}");
        }
    }
}
