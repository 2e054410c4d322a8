//! Sellers' offers: drafting listings from a feed, offering them, taking them down, ending them.
//!
//! Every decision on a listing is a change of evidence under the listing's own scope, so it meets an order
//! on that scope, and it is on the record. Drafting decides nothing and shows nothing.

use domain::Instant;
use domain::evidence::Claim;
use domain::fault::Fault;
use domain::id::{ListingId, MarketId, PartyId, SellerId};
use domain::listing::{Listing, ListingState, Offer};
use domain::money::Currency;
use domain::scope::Scope;
use feeds::{Availability, ItemFact};
use gate::snapshot::Moment;
use gate::{Question, Verdict};
use store::db::{Job, Tx};
use store::directory::Directory;
use store::listings;
use store::orders::Order;

use crate::change::{Change, Draft};
use crate::error::Error;
use crate::fresh;
use crate::house::House;

/// Most units that a feed may say are on hand.
pub const STOCK_MAX: u32 = 1_000_000;
/// Units of an item that is in stock and does not say how many.
pub const STOCK_UNSAID: u32 = 1;

/// What came of a feed: every item is in one of the four.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedOutcome {
    /// New listings, drafted.
    pub listed: Vec<ListingId>,
    /// Listings whose price, title, condition or stock changed.
    pub changed: Vec<ListingId>,
    /// Listings that were already so.
    pub unchanged: Vec<ListingId>,
    /// Items that became no listing, one fault each.
    pub faults: Vec<Fault>,
}

/// Whose feed it is, and where.
#[derive(Clone, Debug)]
pub struct FeedFor {
    /// The market.
    pub market: MarketId,
    /// Its currency.
    pub currency: Currency,
    /// The seller.
    pub seller: SellerId,
    /// The file's name, for faults.
    pub file: String,
}

/// The listing that an item asks for.
///
/// # Errors
/// One fault: the brand or the part number is not in the catalogue, or the currency is not the market's.
pub(crate) fn draft(
    directory: &Directory,
    feed: &FeedFor,
    line: u64,
    item: &ItemFact,
) -> Result<Listing, Fault> {
    let fault = |column: &str, rule, found: &str, help: &str| Fault {
        file: feed.file.clone(),
        line,
        column: column.to_owned(),
        rule,
        found: found.chars().take(60).collect(),
        help: help.to_owned(),
    };
    let mpn = item.mpn.as_deref().unwrap_or_default();
    let (Some(brand), false) = (item.brand.as_deref(), mpn.is_empty()) else {
        return Err(fault(
            "mpn",
            "offer.not_identified",
            mpn,
            "give the brand and the model code printed on the device (mpn); a title alone is not taken",
        ));
    };
    if item.price.currency() != feed.currency {
        return Err(fault(
            "price",
            "offer.currency",
            &item.price.to_string(),
            &format!("this market sells in {}", feed.currency),
        ));
    }
    if item.price.minor() <= 0 {
        return Err(fault(
            "price",
            "offer.price",
            &item.price.to_string(),
            "give a price above zero",
        ));
    }
    let Some(offer) = identify(directory, feed, brand, mpn) else {
        return Err(fault(
            "mpn",
            "offer.variant_unknown",
            mpn,
            "no variant of that brand has this code; the operator adds it to the catalogue first",
        ));
    };
    let stock = match item.availability {
        Availability::InStock => item.quantity.unwrap_or(STOCK_UNSAID).min(STOCK_MAX),
        _ => 0,
    };
    let id = fresh::id("li")
        .map_err(|error| fault("id", "offer.no_id", &item.sku, &error.to_string()))?;
    Ok(Listing {
        id,
        sku: item.sku.clone(),
        title: item.title.clone(),
        offer,
        price: item.sale_price.unwrap_or(item.price),
        condition: item.condition,
        state: ListingState::Draft,
        stock,
    })
}

fn identify(directory: &Directory, feed: &FeedFor, brand: &str, mpn: &str) -> Option<Offer> {
    let join = catalogue::key::join;
    let (brand, code) = (join(brand), join(mpn));
    directory.variants.iter().find_map(|variant| {
        if join(&variant.code) != code {
            return None;
        }
        let model = directory.models.iter().find(|m| m.id == variant.model)?;
        let owner = directory.brands.iter().find(|b| b.id == model.brand)?;
        (join(&owner.name) == brand).then(|| Offer {
            market: feed.market.clone(),
            seller: feed.seller.clone(),
            brand: owner.id.clone(),
            model: model.id.clone(),
            variant: variant.id.clone(),
            category: model.category.clone(),
            listing: None,
        })
    })
}

/// Drafts what is new and changes what is known, one item after the other.
pub(crate) struct TakeFeed {
    pub drafts: Vec<(u64, Listing)>,
    pub feed: FeedFor,
}

impl Job for TakeFeed {
    type Out = FeedOutcome;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<FeedOutcome, Error> {
        let mut outcome = FeedOutcome::default();
        let now = Instant::from_epoch_ms(tx.now().await?);
        for (line, draft) in &self.drafts {
            let (market, seller) = (&draft.offer.market, &draft.offer.seller);
            let known = listings::find_by_sku(tx, market, seller, &draft.sku).await?;
            let known = match known {
                Some(id) => listings::find(tx, &id).await?,
                None => None,
            };
            match known {
                None => {
                    listings::insert(tx, draft, now).await?;
                    outcome.listed.push(draft.id.clone());
                }
                Some(known) if known.offer.variant != draft.offer.variant => {
                    outcome.faults.push(Fault {
                        file: self.feed.file.clone(),
                        line: *line,
                        column: "mpn".to_owned(),
                        rule: "offer.variant_changed",
                        found: draft.sku.clone(),
                        help: "a listing keeps its variant; give another product another id"
                            .to_owned(),
                    });
                }
                Some(known) => {
                    let is_same = known.title == draft.title
                        && known.price == draft.price
                        && known.condition == draft.condition
                        && known.stock == draft.stock;
                    if is_same {
                        outcome.unchanged.push(known.id);
                    } else {
                        let next = Listing {
                            id: known.id.clone(),
                            ..draft.clone()
                        };
                        listings::update(tx, &next).await?;
                        outcome.changed.push(known.id);
                    }
                }
            }
        }
        Ok(outcome)
    }
}

/// A listing with what the gate says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The listing.
    pub listing: Listing,
    /// The gate's answer for the moment asked.
    pub verdict: Verdict,
    /// Whether it can be bought now, whatever moment was asked: offered, sellable, in stock, and this node is
    /// fresh.
    pub is_buyable: bool,
}

impl House {
    /// Drafts a seller's listings from the items of a feed, or changes those it knows by their id.
    ///
    /// # Errors
    /// The database. What is wrong with an item is a fault in the outcome.
    pub async fn take_feed(
        &self,
        feed: FeedFor,
        items: &[(u64, ItemFact)],
    ) -> Result<FeedOutcome, Error> {
        let (drafts, mut faults) = self.read_feed(&feed, items);
        let mut outcome = self.db.write(TakeFeed { drafts, feed }).await?;
        faults.append(&mut outcome.faults);
        outcome.faults = faults;
        Ok(outcome)
    }

    /// What would be wrong with a feed's items; nothing is stored.
    #[must_use]
    pub fn feed_faults(&self, feed: &FeedFor, items: &[(u64, ItemFact)]) -> Vec<Fault> {
        self.read_feed(feed, items).1
    }

    fn read_feed(
        &self,
        feed: &FeedFor,
        items: &[(u64, ItemFact)],
    ) -> (Vec<(u64, Listing)>, Vec<Fault>) {
        let directory = self.directory();
        let mut drafts = Vec::new();
        let mut faults = Vec::new();
        for (line, item) in items {
            match draft(&directory, feed, *line, item) {
                Ok(listing) => drafts.push((*line, listing)),
                Err(fault) => faults.push(fault),
            }
        }
        (drafts, faults)
    }

    /// Decides on a listing: offers it, takes it down, ends it. Puts the decision on the record.
    ///
    /// # Errors
    /// It is not there, cannot become that, or the database.
    pub async fn decide(
        &self,
        listing: &ListingId,
        state: ListingState,
        by: &PartyId,
        title: &str,
    ) -> Result<Change, Error> {
        let claim = Claim::ListingDecision {
            listing: listing.clone(),
            state,
        };
        let scope = Scope::Listing(listing.clone());
        self.record(Draft::own(scope, by.clone(), claim, title, ""))
            .await
    }

    /// A listing as stored.
    ///
    /// # Errors
    /// The database.
    pub async fn listing(&self, id: &ListingId) -> Result<Option<Listing>, Error> {
        self.db.read(FindListing(id.clone())).await
    }

    /// A seller's listing by its own key.
    ///
    /// # Errors
    /// The database.
    pub async fn listing_by_sku(
        &self,
        market: &MarketId,
        seller: &SellerId,
        sku: &str,
    ) -> Result<Option<Listing>, Error> {
        self.db
            .read(FindBySku(market.clone(), seller.clone(), sku.to_owned()))
            .await
    }

    /// A page of a market's listings after `after`, each judged at `at`.
    ///
    /// # Errors
    /// The database.
    pub async fn listings(
        &self,
        market: &MarketId,
        after: &str,
        limit: u32,
        at: Instant,
    ) -> Result<Vec<Judged>, Error> {
        self.page(market, after, limit, at, false).await
    }

    /// As [`House::listings`], of those that are offered: what the public may see in a list.
    ///
    /// # Errors
    /// The database.
    pub async fn offered_listings(
        &self,
        market: &MarketId,
        after: &str,
        limit: u32,
        at: Instant,
    ) -> Result<Vec<Judged>, Error> {
        self.page(market, after, limit, at, true).await
    }

    /// A page of a market's offered listings after `after`, not judged.
    pub(crate) async fn offered_in(
        &self,
        market: &MarketId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Listing>, Error> {
        let page = ListInMarket {
            market: market.clone(),
            after: after.to_owned(),
            limit,
            is_offered: true,
        };
        self.db.read(page).await
    }

    async fn page(
        &self,
        market: &MarketId,
        after: &str,
        limit: u32,
        at: Instant,
        is_offered: bool,
    ) -> Result<Vec<Judged>, Error> {
        let page = ListInMarket {
            market: market.clone(),
            after: after.to_owned(),
            limit,
            is_offered,
        };
        let found = self.db.read(page).await?;
        Ok(found
            .into_iter()
            .map(|listing| self.judge(listing, Moment::at(at)))
            .collect())
    }

    /// What the gate says of a listing.
    #[must_use]
    pub fn judge(&self, listing: Listing, moment: Moment) -> Judged {
        let snapshot = self.snapshot();
        let seat = snapshot.seat(&listing.offer);
        let verdict = self.verdict(&listing.offer, moment);
        let is_buyable = listing.state == ListingState::Offered
            && listing.stock > 0
            && self.is_fresh()
            && snapshot.is_sellable(&seat, self.present());
        Judged {
            listing,
            verdict,
            is_buyable,
        }
    }

    /// What the gate says of an offer, real or supposed.
    #[must_use]
    pub fn verdict(&self, offer: &Offer, moment: Moment) -> Verdict {
        self.snapshot().verdict(&Question { offer, moment })
    }

    /// How many orders hold a listing, and how many units of it.
    ///
    /// # Errors
    /// The database.
    pub async fn order_count(&self, listing: &ListingId) -> Result<(u64, u64), Error> {
        self.db.read(CountOrders(listing.clone())).await
    }

    /// At most `limit` orders that hold a listing, in order of acceptance, without their lines.
    ///
    /// # Errors
    /// The database.
    pub async fn orders_of(&self, listing: &ListingId, limit: u32) -> Result<Vec<Order>, Error> {
        self.db.read(OrdersOf(listing.clone(), limit)).await
    }

    /// At most `limit` orders that hold a listing and were accepted at `since` or later, in order of
    /// acceptance, without their lines.
    ///
    /// # Errors
    /// The database.
    pub async fn orders_since(
        &self,
        listing: &ListingId,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<Order>, Error> {
        self.db
            .read(OrdersSince(listing.clone(), since, limit))
            .await
    }
}

struct FindListing(ListingId);

impl Job for FindListing {
    type Out = Option<Listing>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Listing>, Error> {
        Ok(listings::find(tx, &self.0).await?)
    }
}

struct FindBySku(MarketId, SellerId, String);

impl Job for FindBySku {
    type Out = Option<Listing>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Listing>, Error> {
        match listings::find_by_sku(tx, &self.0, &self.1, &self.2).await? {
            Some(id) => Ok(listings::find(tx, &id).await?),
            None => Ok(None),
        }
    }
}

struct ListInMarket {
    market: MarketId,
    after: String,
    limit: u32,
    is_offered: bool,
}

impl Job for ListInMarket {
    type Out = Vec<Listing>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Listing>, Error> {
        let (market, after) = (&self.market, &self.after);
        Ok(if self.is_offered {
            listings::list_offered_in_market(tx, market, after, self.limit).await?
        } else {
            listings::list_in_market(tx, market, after, self.limit).await?
        })
    }
}

struct CountOrders(ListingId);

impl Job for CountOrders {
    type Out = (u64, u64);
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(u64, u64), Error> {
        Ok(store::orders::count_of_listing(tx, &self.0).await?)
    }
}

struct OrdersOf(ListingId, u32);

impl Job for OrdersOf {
    type Out = Vec<Order>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Order>, Error> {
        Ok(store::orders::list_of_listing(tx, &self.0, self.1).await?)
    }
}

struct OrdersSince(ListingId, Instant, u32);

impl Job for OrdersSince {
    type Out = Vec<Order>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Order>, Error> {
        Ok(store::orders::list_of_listing_since(tx, &self.0, self.1, self.2).await?)
    }
}
