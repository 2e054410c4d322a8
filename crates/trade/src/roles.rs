//! In which roles an issuer speaks of something, as the directory has it.
//!
//! A role is held towards a subject: the party behind one brand says nothing as the brand of another's phone. It is
//! worked out once, when the evidence is recorded, and stands in the record with it, so that a later change of the
//! directory bears on no verdict.

use domain::evidence::Claim;
use domain::id::{BrandId, HostNetworkId, ModelId, PartyId, SellerId, VariantId};
use domain::scope::Scope;
use domain::trust::Role;
use store::directory::Directory;

/// What a piece of evidence is about, as far as somebody stands behind it.
#[derive(Default)]
struct Subject<'a> {
    brand: Option<&'a BrandId>,
    network: Option<&'a HostNetworkId>,
    seller: Option<&'a SellerId>,
}

impl<'a> Subject<'a> {
    fn of(directory: &'a Directory, scope: &'a Scope, claim: &'a Claim) -> Self {
        let mut subject = Self::default();
        match scope {
            Scope::Brand(brand) => subject.brand = Some(brand),
            Scope::Seller(seller) => subject.seller = Some(seller),
            Scope::HostNetwork(network) => subject.network = Some(network),
            Scope::Model(model) => subject.brand = brand_of_model(directory, model),
            Scope::Variant(variant) => subject.brand = brand_of(directory, variant),
            Scope::Market(_) | Scope::Listing(_) => {}
        }
        match claim {
            Claim::DeviceCertification(says) => subject.network = Some(&says.network),
            Claim::CustodyEvent { variant, .. } => subject.brand = brand_of(directory, variant),
            _ => {}
        }
        subject
    }
}

fn brand_of<'a>(directory: &'a Directory, variant: &VariantId) -> Option<&'a BrandId> {
    let mut variants = directory.variants.iter();
    let found = variants.find(|one| one.id == *variant)?;
    brand_of_model(directory, &found.model)
}

fn brand_of_model<'a>(directory: &'a Directory, model: &ModelId) -> Option<&'a BrandId> {
    let mut models = directory.models.iter();
    models.find(|one| one.id == *model).map(|one| &one.brand)
}

/// The roles of an issuer towards what it speaks of, in the order of [`Role::ALL`].
pub(crate) fn roles(
    directory: &Directory,
    issuer: &PartyId,
    scope: &Scope,
    claim: &Claim,
) -> Vec<Role> {
    let Subject {
        brand,
        network,
        seller,
    } = Subject::of(directory, scope, claim);
    let of_brand = directory.brands.iter().filter(|one| Some(&one.id) == brand);
    let of_network = directory
        .networks
        .iter()
        .filter(|one| Some(&one.id) == network);
    let of_seller = directory
        .sellers
        .iter()
        .filter(|one| Some(&one.id) == seller);
    let behind = of_brand
        .map(|one| (&one.party, Role::Brand))
        .chain(of_network.map(|one| (&one.party, Role::Host)))
        .chain(of_seller.map(|one| (&one.party, Role::Seller)));
    let mut roles: Vec<Role> = behind
        .filter(|(party, _)| *party == issuer)
        .map(|(_, role)| role)
        .collect();
    let itself = directory.parties.iter().find(|one| one.id == *issuer);
    let own = itself.and_then(|party| party.role.parse().ok());
    // Whose brand, network or shop it is was answered above.
    let is_towards = |role: &Role| matches!(role, Role::Brand | Role::Host | Role::Seller);
    roles.extend(own.filter(|role| !is_towards(role)));
    roles
}

#[cfg(test)]
mod tests {
    use domain::certification::{Builds, CertificationResult, DeviceCertification};
    use domain::device::{DeviceModel, DeviceVariant};
    use domain::evidence::Standing;
    use domain::id::Id;
    use store::directory::{Brand, HostNetwork, Party, Seller};

    use super::*;

    fn id<K>(text: &str) -> Id<K> {
        text.parse().expect("an id")
    }

    /// Two brands; the party behind one of them sells in a shop of its own.
    fn directory() -> Directory {
        let party = |name: &str, role: &str| Party {
            id: id(name),
            role: role.to_owned(),
            name: name.to_owned(),
        };
        let brand = |name: &str| Brand {
            id: id(name),
            party: id(name),
            name: name.to_owned(),
        };
        Directory {
            parties: vec![
                party("acme", "brand"),
                party("other", "brand"),
                party("net", "host"),
                party("fcc", "regulator"),
                party("blog", "press"),
            ],
            brands: vec![brand("acme"), brand("other")],
            sellers: vec![Seller {
                id: id("acme-store"),
                party: id("acme"),
                name: "Store".to_owned(),
            }],
            networks: vec![HostNetwork {
                id: id("net-us"),
                party: id("net"),
                name: "Net".to_owned(),
                country: domain::place::Country::US,
                plmns: Vec::new(),
            }],
            models: vec![DeviceModel {
                id: id("acme.one"),
                brand: id("acme"),
                name: "One".to_owned(),
                category: id("smartphone"),
            }],
            variants: vec![DeviceVariant {
                id: id("acme.one.1"),
                model: id("acme.one"),
                code: "1".to_owned(),
                description: String::new(),
            }],
            ..Directory::default()
        }
    }

    #[test]
    fn a_role_is_held_towards_what_is_spoken_of() {
        let variant = || Scope::Variant(id("acme.one.1"));
        let certified = |network: &str| {
            Claim::DeviceCertification(DeviceCertification {
                variant: id("acme.one.1"),
                network: id(network),
                result: CertificationResult::Certified,
                carrier: None,
                builds: Builds::ANY,
                tests: None,
            })
        };
        let platform = || Claim::PlatformCertification {
            variant: id("acme.one.1"),
            platform: "Google".to_owned(),
            standing: Standing::Yes,
        };
        let custody = || Claim::CustodyEvent {
            seller: id("acme-store"),
            variant: id("acme.one.1"),
            standing: Standing::Yes,
            first_sale: None,
        };
        let stop = || Claim::StopSale {
            cause: "recall".to_owned(),
        };
        let store = || Scope::Seller(id("acme-store"));
        let cases = [
            ("acme", variant(), platform(), vec![Role::Brand]),
            ("other", variant(), platform(), vec![]),
            ("fcc", variant(), platform(), vec![Role::Regulator]),
            ("blog", variant(), platform(), vec![]),
            ("nobody", variant(), platform(), vec![]),
            ("net", variant(), certified("net-us"), vec![Role::Host]),
            ("net", variant(), certified("other-us"), vec![]),
            ("acme", variant(), certified("net-us"), vec![Role::Brand]),
            ("acme", store(), custody(), vec![Role::Brand, Role::Seller]),
            ("acme", Scope::Brand(id("acme")), stop(), vec![Role::Brand]),
            ("acme", Scope::Brand(id("other")), stop(), vec![]),
            (
                "acme",
                Scope::Model(id("acme.one")),
                stop(),
                vec![Role::Brand],
            ),
            (
                "net",
                Scope::HostNetwork(id("net-us")),
                stop(),
                vec![Role::Host],
            ),
            ("net", Scope::Market(id("us")), stop(), vec![]),
        ];
        let directory = directory();
        for (issuer, scope, claim, expected) in cases {
            let found = roles(&directory, &id(issuer), &scope, &claim);
            assert_eq!(found, expected, "{issuer} under {scope}");
        }
    }
}
