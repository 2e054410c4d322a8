//! A small shop in a house: one market on one host network, brands that authorise one seller, phones on sale.
//!
//! Everything goes in through the use cases. Each listing has a variant of its own, and may be sold because
//! its brand authorised the seller and the network certified the variant.

use std::fmt::Write as _;

use domain::certification::{Builds, CertificationResult, DeviceCertification};
use domain::device::{DeviceModel, DeviceVariant};
use domain::evidence::{Authority, Claim, Reach, SalesAuthorization, Standing, WithdrawalManner};
use domain::id::{BrandId, EvidenceId, HostNetworkId, ListingId, MarketId, PartyId, SellerId};
use domain::listing::{Condition, ListingState, Offer};
use domain::money::Currency;
use domain::place::Country;
use domain::policy::{CategoryPolicy, Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use trade::change::{Change, Draft, Withdrawal};
use trade::data_sets::Input;
use trade::directory::{Brand, HostNetwork, Market, Party, Seller};
use trade::door::{OrderRequest, Placed};
use trade::house::Registration;
use trade::offers::{FeedFor, FeedOutcome};
use trade::{Error, House};

/// An id that is written in a test.
///
/// # Panics
/// It is none.
#[must_use]
pub fn id<K>(text: &str) -> domain::id::Id<K> {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// How large a shop is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Brands.
    pub brands: usize,
    /// Listings of each.
    pub listings: usize,
    /// Units of each.
    pub units: u32,
}

/// A shop that is open.
#[derive(Clone)]
pub struct Shop {
    /// The house that it is in.
    pub house: House,
    /// Its brands, with what each has on sale.
    pub shelves: Vec<Shelf>,
}

/// What is on sale of one brand.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The brand.
    pub brand: BrandId,
    /// Its authorisation of the seller.
    pub authorization: EvidenceId,
    /// The listings, each with the certification of its variant.
    pub listings: Vec<(ListingId, EvidenceId)>,
}

/// The market.
#[must_use]
pub fn market() -> MarketId {
    id("us")
}

/// The seller.
#[must_use]
pub fn seller() -> SellerId {
    id("omni")
}

/// Another seller, whose party goes by another id.
#[must_use]
pub fn wholesaler() -> SellerId {
    id("big")
}

/// The host network.
#[must_use]
pub fn host() -> HostNetworkId {
    id("tower")
}

/// The operator, as a party.
#[must_use]
pub fn operator() -> PartyId {
    id("operator")
}

/// The brand of a number.
#[must_use]
pub fn brand(number: usize) -> BrandId {
    id(&format!("brand-{number}"))
}

fn variant_code(brand: usize, listing: usize) -> String {
    format!("B{brand}V{listing}")
}

/// What the market demands: the brand's authorisation and the network's certification.
#[must_use]
pub fn policy() -> Policy {
    Policy {
        market: market(),
        carrier: operator(),
        country: Country::US,
        currency: Currency::USD,
        hosts: vec![host()],
        host_rule: HostRule::Any,
        refused_licences: Vec::new(),
        trust: Vec::new(),
        categories: vec![CategoryPolicy {
            category: id("smartphone"),
            demands: vec![
                (Requirement::SalesAuthorization, Demand::Must),
                (Requirement::DeviceCertification, Demand::Must),
            ],
            service_min: Vec::new(),
            schemes: Vec::new(),
            disclosed_schemes: Vec::new(),
            conditions: Vec::new(),
            tested: false,
            first_sale: Reach::All,
        }],
    }
}

/// A policy that demands the brand's authorisation of smartphones, and nothing else.
#[must_use]
pub fn authorization_only() -> Policy {
    let mut policy = policy();
    policy.categories[0].demands = vec![(Requirement::SalesAuthorization, Demand::Must)];
    policy
}

/// A brand's word that the seller may sell all it makes, everywhere.
#[must_use]
pub fn authorization(brand: &BrandId, standing: Standing) -> Claim {
    Claim::SalesAuthorization(SalesAuthorization {
        sellers: Reach::Only(vec![seller()]),
        ..SalesAuthorization::of_everything(standing, brand.clone())
    })
}

/// That, as a draft under its brand.
#[must_use]
pub fn authorizes(brand: &BrandId) -> Draft {
    let claim = authorization(brand, Standing::Yes);
    let scope = Scope::Brand(brand.clone());
    Draft::own(scope, id(brand.as_str()), claim, "Letter", "2016-02-01")
}

/// The end of a piece of evidence, as a draft under the scope that it stands under.
#[must_use]
pub fn ends(evidence: &EvidenceId, scope: Scope, manner: WithdrawalManner) -> Draft {
    let claim = Claim::Withdrawal {
        ends: evidence.clone(),
        manner,
    };
    Draft::own(scope, operator(), claim, "Withdrawal", "2016-02-01")
}

fn registration(size: Size) -> Registration {
    let party = |id: PartyId, role: &str| Party {
        name: id.to_string(),
        id,
        role: role.to_owned(),
    };
    let mut news = Registration {
        parties: vec![
            party(operator(), "operator"),
            party(id("omni"), "seller"),
            party(id("big-party"), "seller"),
            party(id("tower"), "host"),
        ],
        sellers: vec![
            Seller {
                id: seller(),
                party: id("omni"),
                name: "Omni".to_owned(),
            },
            // Sells nothing here, and may pass on what it was allowed.
            Seller {
                id: wholesaler(),
                party: id("big-party"),
                name: "Big".to_owned(),
            },
        ],
        networks: vec![HostNetwork {
            id: host(),
            party: id("tower"),
            name: "Tower".to_owned(),
            country: Country::US,
            plmns: Vec::new(),
        }],
        markets: vec![Market {
            id: market(),
            name: "United States".to_owned(),
        }],
        ..Registration::default()
    };
    for number in 0..size.brands {
        let brand = brand(number);
        let model = id(&format!("{brand}.one"));
        news.parties.push(party(id(brand.as_str()), "brand"));
        news.brands.push(Brand {
            id: brand.clone(),
            party: id(brand.as_str()),
            name: format!("Brand {number}"),
        });
        news.models.push(DeviceModel {
            id: model,
            brand: brand.clone(),
            name: "One".to_owned(),
            category: id("smartphone"),
        });
        for listing in 0..size.listings {
            news.variants.push(DeviceVariant {
                id: variant(number, listing),
                model: id(&format!("{brand}.one")),
                code: variant_code(number, listing),
                description: String::new(),
            });
        }
    }
    news
}

/// The variant that a listing of a brand offers.
#[must_use]
pub fn variant(brand: usize, listing: usize) -> domain::id::VariantId {
    id(&format!("brand-{brand}.v{listing}"))
}

/// The offer of a variant, as no listing yet.
#[must_use]
pub fn offer(number: usize, listing: usize) -> Offer {
    Offer {
        market: market(),
        seller: seller(),
        brand: brand(number),
        model: id(&format!("brand-{number}.one")),
        variant: variant(number, listing),
        category: id("smartphone"),
        condition: Condition::New,
        build: None,
        listing: None,
    }
}

impl Shop {
    /// Opens a shop in a house that is new.
    pub async fn open(house: &House, size: Size) -> Self {
        house
            .register(registration(size))
            .await
            .expect("a new house takes names");
        house
            .set_policy(policy(), "The policy")
            .await
            .expect("a new market takes a policy");
        let mut shop = Self {
            house: house.clone(),
            shelves: Vec::new(),
        };
        let rows = (0..size.brands)
            .flat_map(|brand| (0..size.listings).map(move |listing| (brand, listing, size.units)));
        let outcome = shop.feed(rows).await.expect("the feed is sound");
        let mut listed = outcome.listed.into_iter();
        for number in 0..size.brands {
            let shelf = shop
                .stock_shelf(number, &mut listed.by_ref().take(size.listings))
                .await;
            shop.shelves.push(shelf);
        }
        shop
    }

    async fn stock_shelf(
        &self,
        number: usize,
        listed: &mut (dyn Iterator<Item = ListingId> + Send),
    ) -> Shelf {
        let brand = brand(number);
        let change = self.house.record(authorizes(&brand)).await;
        let change = change.expect("a brand may authorise");
        let mut listings = Vec::new();
        for (at, listing) in listed.enumerate() {
            let certified = self.certify(number, at).await;
            self.offer(&listing).await.expect("a draft can be offered");
            listings.push((listing, certified));
        }
        Shelf {
            brand,
            authorization: change.recorded().evidence.id.clone(),
            listings,
        }
    }

    /// Certifies a variant; gives the certification's id.
    pub async fn certify(&self, brand: usize, listing: usize) -> EvidenceId {
        let variant = variant(brand, listing);
        let claim = Claim::DeviceCertification(DeviceCertification {
            variant: variant.clone(),
            network: host(),
            result: CertificationResult::Certified,
            carrier: None,
            builds: Builds::ANY,
            tests: None,
        });
        let scope = Scope::Variant(variant);
        let draft = Draft::own(scope, id("tower"), claim, "Test report", "2016-02-01");
        let change = self.house.record(draft).await;
        change
            .expect("a network may certify")
            .recorded()
            .evidence
            .id
            .clone()
    }

    /// Reads a feed with these rows, each brand, listing, units, as a file is read.
    ///
    /// # Errors
    /// As the use case.
    pub async fn feed(
        &self,
        rows: impl Iterator<Item = (usize, usize, u32)>,
    ) -> Result<FeedOutcome, Error> {
        self.feed_as("", rows).await
    }

    /// The same under other keys of the seller's, so that other listings come of it.
    ///
    /// # Errors
    /// As the use case.
    pub async fn feed_as(
        &self,
        prefix: &str,
        rows: impl Iterator<Item = (usize, usize, u32)>,
    ) -> Result<FeedOutcome, Error> {
        let mut text = String::new();
        for (brand, listing, units) in rows {
            let code = variant_code(brand, listing);
            writeln!(
                text,
                "{prefix}{code}\tPhone {code}\tBrand {brand}\t{code}\t119.00 USD\tnew\tin_stock\t{units}"
            )
            .expect("writing to a text does not fail");
        }
        self.feed_of(&text).await
    }

    /// Reads a feed of these lines: key, title, brand, code, price, condition, availability, quantity.
    ///
    /// # Errors
    /// As the use case.
    pub async fn feed_of(&self, lines: &str) -> Result<FeedOutcome, Error> {
        let head = "id\ttitle\tbrand\tmpn\tprice\tcondition\tavailability\tquantity\n";
        let text = format!("{head}{lines}");
        let input = Input::Bytes("feed.tsv".to_owned(), text.into_bytes());
        let read = self
            .house
            .import(input, None, Authority::PublicList, |_| {})
            .await?;
        let feed = FeedFor {
            market: market(),
            currency: Currency::USD,
            seller: seller(),
            file: "feed.tsv".to_owned(),
        };
        self.house.take_feed(feed, &read.items).await
    }

    /// Offers a listing.
    ///
    /// # Errors
    /// As the use case.
    pub async fn offer(&self, listing: &ListingId) -> Result<Change, Error> {
        self.house
            .decide(listing, ListingState::Offered, &id("omni"), "Offered")
            .await
    }

    /// Ends a piece of evidence from now on.
    ///
    /// # Errors
    /// As the use case.
    pub async fn withdraw(
        &self,
        evidence: &EvidenceId,
        manner: WithdrawalManner,
    ) -> Result<Change, Error> {
        self.house
            .withdraw(Withdrawal {
                id: None,
                ends: evidence.clone(),
                manner,
                issuer: operator(),
                from: None,
                title: "Withdrawal".to_owned(),
                dated: String::new(),
                words: None,
                document: None,
            })
            .await
    }

    /// Orders one unit.
    ///
    /// # Errors
    /// As the use case.
    pub async fn order(&self, key: &str, listing: &ListingId) -> Result<Placed, Error> {
        order_at(&self.house, key, listing).await
    }
}

/// Orders one unit on a node.
///
/// # Errors
/// As the use case.
pub async fn order_at(house: &House, key: &str, listing: &ListingId) -> Result<Placed, Error> {
    let request = OrderRequest {
        key: key.to_owned(),
        lines: vec![(listing.clone(), 1)],
    };
    house.place_order(&request).await
}
