//! Cedar: a policy a requirement, facts as entities, requests built beforehand. The policies that forbid are the
//! requirements that fail.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, RestrictedExpression,
};

use super::{Engine, NETWORK, REQUIREMENTS, Words};
use crate::world::Outcome;

const POLICIES: &str = r#"
permit (principal, action, resource);

@id("sales_authorization")
forbid (principal, action, resource) unless { principal in resource.brand };

@id("device_certification")
forbid (principal, action, resource) unless { resource.certified.contains(context.network) };

@id("radio_fit")
forbid (principal, action, resource) unless { resource.bands.containsAny(context.network.bands) };
"#;

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
    bits: HashMap<PolicyId, u8>,
}

fn uid(kind: &str, id: &str) -> Outcome<EntityUid> {
    let kind = EntityTypeName::from_str(kind)?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn set_of_bands(bands: &[u16]) -> RestrictedExpression {
    let bands = bands.iter().map(|band| i64::from(*band));
    RestrictedExpression::new_set(bands.map(RestrictedExpression::new_long))
}

fn entities(words: &Words) -> Outcome<Entities> {
    let mut all = Vec::new();
    let mut brands_of: HashMap<&str, HashSet<EntityUid>> = HashMap::new();
    let mut brands = HashSet::new();
    for (brand, seller) in &words.authorised {
        let brand = uid("Brand", brand)?;
        brands.insert(brand.clone());
        brands_of.entry(seller).or_default().insert(brand);
    }
    for brand in brands {
        all.push(Entity::new_no_attrs(brand, HashSet::new()));
    }
    for (seller, brands) in brands_of {
        all.push(Entity::new_no_attrs(uid("Seller", seller)?, brands));
    }
    for (network, bands) in &words.networks {
        let attributes = HashMap::from([("bands".to_owned(), set_of_bands(bands))]);
        all.push(Entity::new(
            uid("Network", network)?,
            attributes,
            HashSet::new(),
        )?);
    }
    let mut certified: HashMap<&str, Vec<RestrictedExpression>> = HashMap::new();
    for (variant, network) in &words.certified {
        let network = RestrictedExpression::new_entity_uid(uid("Network", network)?);
        certified.entry(variant).or_default().push(network);
    }
    let brand_of: HashMap<&str, &str> = words
        .offers
        .iter()
        .map(|one| (one.variant.as_str(), one.brand.as_str()))
        .collect();
    for (variant, bands) in &words.devices {
        let networks = certified.remove(variant.as_str()).unwrap_or_default();
        let mut attributes = HashMap::from([
            (
                "certified".to_owned(),
                RestrictedExpression::new_set(networks),
            ),
            ("bands".to_owned(), set_of_bands(bands)),
        ]);
        if let Some(brand) = brand_of.get(variant.as_str()) {
            let brand = RestrictedExpression::new_entity_uid(uid("Brand", brand)?);
            attributes.insert("brand".to_owned(), brand);
        }
        all.push(Entity::new(
            uid("Variant", variant)?,
            attributes,
            HashSet::new(),
        )?);
    }
    Ok(Entities::from_entities(all, None)?)
}

impl Cedar {
    pub fn of(words: &Words) -> Outcome<Self> {
        let policies = PolicySet::from_str(POLICIES)?;
        let mut bits = HashMap::new();
        for policy in policies.policies() {
            let word = policy.annotation("id").unwrap_or_default();
            let place = REQUIREMENTS.iter().position(|(_, name)| *name == word);
            bits.insert(policy.id().clone(), place.map_or(0, |place| 1 << place));
        }
        let requests: Outcome<Vec<Request>> = words
            .offers
            .iter()
            .map(|one| {
                let network = RestrictedExpression::new_entity_uid(uid("Network", NETWORK)?);
                let context = Context::from_pairs([("network".to_owned(), network)])?;
                let (seller, variant) =
                    (uid("Seller", &one.seller)?, uid("Variant", &one.variant)?);
                Ok(Request::new(
                    seller,
                    uid("Action", "sell")?,
                    variant,
                    context,
                    None,
                )?)
            })
            .collect();
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            entities: entities(words)?,
            requests: requests?,
            bits,
        })
    }
}

impl Engine for Cedar {
    fn name(&self) -> String {
        "cedar-policy, request prebuilt".to_owned()
    }

    fn failed(&mut self, offer: usize) -> Outcome<u8> {
        let request = &self.requests[offer];
        let response = self
            .authorizer
            .is_authorized(request, &self.policies, &self.entities);
        let diagnostics = response.diagnostics();
        if let Some(error) = diagnostics.errors().next() {
            return Err(error.to_string().into());
        }
        let reasons = diagnostics.reason();
        Ok(reasons.fold(0, |bits, id| bits | self.bits.get(id).copied().unwrap_or(0)))
    }
}
