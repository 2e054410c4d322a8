//! Facts that nothing here acts on yet, as JSON: offers seen elsewhere, reports of stolen phones, the end of
//! updates, sales codes, categories; and the keys that each is found by.
//!
//! The keys have prefixes of their own, so that a search for a device never finds them by chance.

use catalogue::key;
use domain::money::Money;
use domain::number::Tac;
use feeds::{CategoryFact, OfferFact, ReportedFact, SalesCodeFact, UpdatesFact};
use serde::{Deserialize, Serialize};

/// An offer seen elsewhere. Prices are as `1579.00 AZN`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(crate) struct OfferJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sku: String,
    pub title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub variant: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub seller: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub product: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition_label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub availability_label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub link: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub observed: String,
    #[serde(skip_serializing_if = "is_false")]
    pub is_bundle: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub is_synthetic: bool,
}

/// What people wrote into a register of stolen phones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReportedJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tac: Option<String>,
    pub text: String,
    pub records: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_code: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub luhn_ok: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distinct_texts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<String>,
}

/// Until when a device gets security updates.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UpdatesJson {
    pub brand: String,
    pub model: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codenames: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    pub have_ended: bool,
}

/// A maker's code for countries and carriers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SalesCodeJson {
    pub brand: String,
    pub code: String,
    pub countries: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<String>,
}

/// A product category.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CategoryJson {
    pub id: u32,
    pub path: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !*value
}

pub(super) fn offer_json(offer: &OfferFact) -> OfferJson {
    let money = |money: Option<Money>| money.map(|money| money.to_string());
    OfferJson {
        sku: offer.sku.clone(),
        title: offer.title.clone(),
        variant: offer.variant.clone(),
        brand: offer.brand.clone(),
        seller: offer.seller.clone(),
        category: offer.category.clone(),
        product: offer.product.clone(),
        price: money(offer.price),
        high_price: money(offer.high_price),
        list_price: money(offer.list_price),
        shipping: money(offer.shipping),
        condition: offer.condition.map(|condition| condition.name().to_owned()),
        condition_label: offer.condition_label.clone(),
        availability: offer.availability.map(|word| word.name().to_owned()),
        availability_label: offer.availability_label.clone(),
        location: offer.location.clone(),
        link: offer.link.clone(),
        observed: offer.observed.clone(),
        is_bundle: offer.is_bundle,
        is_synthetic: offer.is_synthetic,
    }
}

pub(super) fn reported_json(reported: &ReportedFact) -> ReportedJson {
    ReportedJson {
        tac: reported.tac.as_ref().map(Tac::to_string),
        text: reported.text.clone(),
        records: reported.records,
        of_code: reported.of_code,
        luhn_ok: reported.luhn_ok,
        distinct_texts: reported.distinct_texts,
        reported: reported.reported.clone(),
    }
}

pub(super) fn reported_keys(reported: &ReportedFact) -> Vec<String> {
    let mut keys = vec![format!("reported:{}", key::fold(&reported.text))];
    keys.extend(
        reported
            .tac
            .map(|tac| format!("reported:{}", key::tac(tac))),
    );
    keys
}

pub(super) fn updates_json(updates: &UpdatesFact) -> UpdatesJson {
    UpdatesJson {
        brand: updates.brand.clone(),
        model: updates.model.clone(),
        codenames: updates.codenames.clone(),
        until: updates.until.clone(),
        have_ended: updates.have_ended,
    }
}

pub(super) fn updates_keys(updates: &UpdatesFact) -> Vec<String> {
    let device = key::device(&updates.brand, &updates.model);
    let codenames = updates.codenames.iter().map(|name| key::codename(name));
    let keys = std::iter::once(device).chain(codenames);
    keys.map(|key| format!("updates:{key}")).collect()
}

pub(super) fn sales_code_json(sales: &SalesCodeFact) -> SalesCodeJson {
    SalesCodeJson {
        brand: sales.brand.clone(),
        code: sales.code.clone(),
        countries: sales.countries.iter().map(ToString::to_string).collect(),
        carriers: sales.carriers.clone(),
    }
}

pub(super) fn sales_code_keys(sales: &SalesCodeFact) -> Vec<String> {
    let (brand, code) = (key::fold(&sales.brand), key::fold(&sales.code));
    vec![format!("sales_code:{brand} {code}")]
}

pub(super) fn category_json(category: &CategoryFact) -> CategoryJson {
    CategoryJson {
        id: category.id,
        path: category.path.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_mixes_scripts_is_found_as_if_it_did_not() {
        let keys = |text: &str| {
            reported_keys(&ReportedFact {
                text: text.to_owned(),
                ..ReportedFact::default()
            })
        };
        assert_eq!(keys("HUAWEІ"), keys("HUAWEI"));
        assert_eq!(keys("APPLE ІРНОNЕ"), ["reported:apple iphone"]);
        assert_eq!(keys("СОНИ К700"), ["reported:сони к700"], "one script only");
    }

    #[test]
    fn an_offer_reads_back_as_it_was_written() {
        let offer = OfferFact {
            title: "Acme".to_owned(),
            price: "1579.00 AZN".parse().ok(),
            is_synthetic: true,
            ..OfferFact::default()
        };
        let json = serde_json::to_string(&offer_json(&offer)).expect("writes");
        assert_eq!(
            json,
            r#"{"title":"Acme","price":"1579.00 AZN","is_synthetic":true}"#
        );
        let read: OfferJson = serde_json::from_str(&json).expect("reads");
        assert_eq!(read, offer_json(&offer));
    }
}
