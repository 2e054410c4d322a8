//! A hundred thousand facts and offers to ask about, for measuring.
//!
//! 40,000 authorisations, 50,000 certifications, 10,000 devices' radios and 20 networks'; one market. Every third
//! device has no band of the networks, and every fifth seller no authorisation. Knows nothing of what is measured.

use std::collections::HashMap;

use domain::Instant;
use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{
    Claim, Evidence, Reach, Recorded, SalesAuthorization, Source, Standing, WithdrawalManner,
};
use domain::id::{BrandId, EvidenceId, HostNetworkId, VariantId};
use domain::listing::{Condition, Offer};
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};
use domain::scope::Scope;
use gate::Snapshot;

pub const BRANDS: usize = 200;
pub const AUTHORISATIONS_EACH: usize = 200;
pub const SELLERS: usize = 250;
pub const VARIANTS: usize = 10_000;
pub const CERTIFICATIONS_EACH: usize = 5;
pub const NETWORKS: usize = 20;
/// The bands of every network.
pub const NETWORK_BANDS: [u16; 5] = [2, 4, 12, 66, 71];
const FIRST_MS: i64 = 1_454_284_800_000;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The bands of a device.
pub const fn bands_of(variant: usize) -> &'static [u16] {
    if variant.is_multiple_of(3) {
        &[3, 7]
    } else {
        &[2, 4, 7]
    }
}

/// A snapshot and the versions of its scopes.
pub struct World {
    pub snapshot: Snapshot,
    versions: HashMap<Scope, u64>,
}

impl World {
    /// The next piece of evidence, not yet taken in.
    pub fn next(&mut self, scope: Scope, claim: Claim) -> Outcome<Recorded> {
        let position = self.snapshot.next_position();
        let version = self.versions.entry(scope.clone()).or_default();
        *version += 1;
        let evidence = Evidence::entered(
            format!("ev-{position}").parse()?,
            scope,
            "someone".parse()?,
            claim,
            Source::own("a letter", "2016"),
        );
        Ok(Recorded {
            position,
            at: Instant::from_epoch_ms(FIRST_MS + i64::try_from(position)?),
            scope_version: *version,
            evidence,
        })
    }

    fn record(&mut self, scope: Scope, claim: Claim) -> Outcome<()> {
        let next = self.next(scope, claim)?;
        self.snapshot.apply(next)?;
        Ok(())
    }
}

/// Ends a piece of evidence.
pub fn withdrawal(ends: EvidenceId) -> Claim {
    let manner = WithdrawalManner::Suspend;
    Claim::Withdrawal { ends, manner }
}

pub fn radio(numbers: &[u16]) -> Radio {
    let claims = numbers
        .iter()
        .map(|number| BandClaim::Exact(Band::new(AccessTechnology::Lte, *number)))
        .collect();
    Radio::new(
        [BandList::new(AccessTechnology::Lte, claims, true)],
        Some(true),
    )
}

pub fn policy(hosts: usize) -> Outcome<Policy> {
    let hosts: Result<Vec<_>, _> = (0..hosts).map(|n| format!("net-{n}").parse()).collect();
    Ok(Policy {
        market: "us".parse()?,
        carrier: "operator".parse()?,
        country: "US".parse()?,
        currency: "USD".parse()?,
        hosts: hosts?,
        host_rule: HostRule::Any,
        refused_licences: Vec::new(),
        trust: Vec::new(),
        categories: vec![CategoryPolicy {
            category: "smartphone".parse()?,
            demands: vec![
                (Requirement::SalesAuthorization, Demand::Must),
                (Requirement::DeviceCertification, Demand::Must),
                (Requirement::RadioFit, Demand::Must),
            ],
            service_min: vec![(Service::Data, Level::Partial)],
            schemes: Vec::new(),
            disclosed_schemes: Vec::new(),
            conditions: Vec::new(),
            tested: false,
            first_sale: Reach::All,
        }],
    })
}

pub fn world(hosts: usize) -> Outcome<World> {
    let mut world = World {
        snapshot: Snapshot::new(),
        versions: HashMap::new(),
    };
    world.record(Scope::Market("us".parse()?), Claim::Policy(policy(hosts)?))?;
    for network in 0..NETWORKS {
        let network: HostNetworkId = format!("net-{network}").parse()?;
        let claim = Claim::NetworkDeclaration {
            network: network.clone(),
            radio: radio(&NETWORK_BANDS),
        };
        world.record(Scope::HostNetwork(network), claim)?;
    }
    for brand in 0..BRANDS {
        for seller in 0..AUTHORISATIONS_EACH {
            let brand: BrandId = format!("brand-{brand}").parse()?;
            let claim = Claim::SalesAuthorization(SalesAuthorization {
                sellers: Reach::Only(vec![format!("seller-{seller}").parse()?]),
                territory: Reach::Only(vec!["US".parse()?]),
                ..SalesAuthorization::of_everything(Standing::Yes, brand.clone())
            });
            world.record(Scope::Brand(brand), claim)?;
        }
    }
    for variant in 0..VARIANTS {
        let id: VariantId = format!("variant-{variant}").parse()?;
        let claim = Claim::RadioDeclaration {
            variant: id.clone(),
            radio: radio(bands_of(variant)),
        };
        world.record(Scope::Variant(id.clone()), claim)?;
        for network in 0..CERTIFICATIONS_EACH {
            let claim = Claim::DeviceCertification(DeviceCertification::of(
                id.clone(),
                format!("net-{network}").parse()?,
                CertificationResult::Certified,
            ));
            world.record(Scope::Variant(id.clone()), claim)?;
        }
    }
    Ok(world)
}

/// The offer of a number: spread over all brands, sellers and variants by fixed strides, no two the same.
pub fn offer(n: usize) -> Outcome<Offer> {
    let variant = n * 7_919 % VARIANTS;
    Ok(Offer {
        market: "us".parse()?,
        seller: format!("seller-{}", seller_of(n)).parse()?,
        brand: format!("brand-{}", variant % BRANDS).parse()?,
        model: format!("model-{variant}").parse()?,
        variant: format!("variant-{variant}").parse()?,
        category: "smartphone".parse()?,
        condition: Condition::New,
        build: None,
        listing: Some(format!("listing-{n}").parse()?),
    })
}

/// The seller of an offer.
pub const fn seller_of(n: usize) -> usize {
    (n * 31 + n / VARIANTS * 37) % SELLERS
}
