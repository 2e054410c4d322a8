//! Sellers' offers: drafting listings from a feed, offering them, taking them down, ending them.
//!
//! Every decision on a listing is a change of evidence under the listing's own scope, so it meets an order
//! on that scope, and it is on the record. Drafting decides nothing and shows nothing.
//! An item without a model code is drafted by its title, if that means exactly one variant (`offers/by_title.rs`).

mod by_title;

use catalogue::key::join;
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
use store::directory::{Brand, Directory};
use store::listings;
use store::orders::Order;

use crate::change::{Change, Draft};
use crate::error::Error;
use crate::fresh;
use crate::house::House;

pub(crate) use by_title::Known;
use by_title::{ByTitle, NotByTitle};

/// Most characters of what a fault found.
const FOUND_CHARS_MAX: usize = 60;
/// Most units that a feed may say are on hand.
pub const STOCK_MAX: u32 = 1_000_000;
/// Units of an item that is in stock and does not say how many.
pub const STOCK_UNSAID: u32 = 1;

/// What came of a feed: every item is in one of the four.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedOutcome {
    /// New listings, drafted.
    pub listed: Vec<ListingId>,
    /// Listings whose price, title, condition, software build or stock changed.
    pub changed: Vec<ListingId>,
    /// Listings that were already so.
    pub unchanged: Vec<ListingId>,
    /// Items that became no listing, one fault each.
    pub faults: Vec<Fault>,
    /// Items of the first three whose titles said which variant they are, with the words that decided.
    pub by_title: Vec<Fault>,
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

/// An item as a listing.
pub(crate) struct Drafted {
    line: u64,
    listing: Listing,
    /// What says that its title was taken for its variant; none: it gave the code.
    by_title: Option<Fault>,
}

/// A fault of an item, or a remark on it.
fn fault(
    feed: &FeedFor,
    line: u64,
    column: &str,
    rule: &'static str,
    found: &str,
    help: &str,
) -> Fault {
    Fault {
        file: feed.file.clone(),
        line,
        column: column.to_owned(),
        rule,
        found: found.chars().take(FOUND_CHARS_MAX).collect(),
        help: help.to_owned(),
    }
}

/// A model code as an item gives it; none: it gives none.
fn code_of(item: &ItemFact) -> Option<&str> {
    item.mpn.as_deref().filter(|mpn| !mpn.is_empty())
}

/// The listing that an item asks for; `said` is what its title means, where that was asked.
///
/// # Errors
/// One fault: neither code nor title means one variant, or the price is not the market's.
fn draft(
    directory: &Directory,
    feed: &FeedFor,
    (line, item): (u64, &ItemFact),
    said: Option<&Result<ByTitle<'_>, NotByTitle>>,
) -> Result<Drafted, Fault> {
    let wrong =
        |column: &str, rule, found: &str, help: &str| fault(feed, line, column, rule, found, help);
    let (known, by_title) = match (item.brand.as_deref(), code_of(item)) {
        (Some(brand), Some(mpn)) => match identify(directory, brand, mpn) {
            Some(known) => (known, None),
            None => {
                let help = "no variant of that brand has this code; the operator adds it to the catalogue first";
                return Err(wrong("mpn", "offer.variant_unknown", mpn, help));
            }
        },
        (None, Some(mpn)) => {
            let help = "give the brand too: a code alone is not one brand's";
            return Err(wrong("brand", "offer.not_identified", mpn, help));
        }
        (brand, None) => {
            let by_title = match said {
                Some(Ok(by_title)) => by_title,
                Some(Err(no)) => return Err(wrong("title", no.rule, &item.title, &no.help)),
                None => {
                    let help = "give the model code printed on the device (mpn)";
                    return Err(wrong("mpn", "offer.not_identified", "", help));
                }
            };
            let known = by_title.known;
            if let Some(brand) = brand.filter(|brand| !is_brand(known.brand, brand)) {
                let help = format!(
                    "its title means {}, which is of another brand; give the model code (mpn)",
                    known.name()
                );
                return Err(wrong("brand", "offer.not_identified", brand, &help));
            }
            let help = format!(
                "matched by its title: {}, because of {:?}; look at it before it is offered",
                known.name(),
                by_title.because
            );
            let remark = wrong("title", "offer.by_title", &item.title, &help);
            (known, Some(remark))
        }
    };
    if item.price.currency() != feed.currency {
        return Err(wrong(
            "price",
            "offer.currency",
            &item.price.to_string(),
            &format!("this market sells in {}", feed.currency),
        ));
    }
    if item.price.minor() <= 0 {
        return Err(wrong(
            "price",
            "offer.price",
            &item.price.to_string(),
            "give a price above zero",
        ));
    }
    let stock = match item.availability {
        Availability::InStock => item.quantity.unwrap_or(STOCK_UNSAID).min(STOCK_MAX),
        _ => 0,
    };
    let id = fresh::id("li")
        .map_err(|error| wrong("id", "offer.no_id", &item.sku, &error.to_string()))?;
    let listing = Listing {
        id,
        sku: item.sku.clone(),
        title: item.title.clone(),
        offer: offer(feed, &known, item),
        price: item.sale_price.unwrap_or(item.price),
        state: ListingState::Draft,
        stock,
    };
    Ok(Drafted {
        line,
        listing,
        by_title,
    })
}

fn is_brand(brand: &Brand, name: &str) -> bool {
    join(&brand.name) == join(name)
}

/// The variant with a code of a brand.
fn identify<'a>(directory: &'a Directory, brand: &str, mpn: &str) -> Option<Known<'a>> {
    let code = join(mpn);
    directory.variants.iter().find_map(|variant| {
        if join(&variant.code) != code {
            return None;
        }
        let model = directory.models.iter().find(|m| m.id == variant.model)?;
        let owner = directory.brands.iter().find(|b| b.id == model.brand)?;
        is_brand(owner, brand).then_some(Known {
            brand: owner,
            model,
            variant,
        })
    })
}

fn offer(feed: &FeedFor, known: &Known<'_>, item: &ItemFact) -> Offer {
    Offer {
        market: feed.market.clone(),
        seller: feed.seller.clone(),
        brand: known.brand.id.clone(),
        model: known.model.id.clone(),
        variant: known.variant.id.clone(),
        category: known.model.category.clone(),
        condition: item.condition,
        build: item.build.clone(),
        listing: None,
    }
}

/// Drafts what is new and changes what is known, one item after the other.
struct TakeFeed {
    drafts: Vec<Drafted>,
    feed: FeedFor,
}

impl Job for TakeFeed {
    type Out = FeedOutcome;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<FeedOutcome, Error> {
        let mut outcome = FeedOutcome::default();
        let now = Instant::from_epoch_ms(tx.now().await?);
        for drafted in &self.drafts {
            let draft = &drafted.listing;
            let (market, seller) = (&draft.offer.market, &draft.offer.seller);
            let known = listings::find_by_sku(tx, market, seller, &draft.sku).await?;
            let known = match known {
                Some(id) => listings::find(tx, &id).await?,
                None => None,
            };
            let Some(known) = known else {
                listings::insert(tx, draft, now).await?;
                outcome.listed.push(draft.id.clone());
                outcome.by_title.extend(drafted.by_title.clone());
                continue;
            };
            if let Some((column, rule, help)) = conflict(&known, drafted) {
                let found = &draft.sku;
                let fault = fault(&self.feed, drafted.line, column, rule, found, help);
                outcome.faults.push(fault);
                continue;
            }
            outcome.by_title.extend(drafted.by_title.clone());
            let is_same = known.title == draft.title
                && known.price == draft.price
                && known.offer.condition == draft.offer.condition
                && known.offer.build == draft.offer.build
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
        Ok(outcome)
    }
}

/// Why an item may not change the listing that has its id: the column, the rule and help.
fn conflict(
    known: &Listing,
    drafted: &Drafted,
) -> Option<(&'static str, &'static str, &'static str)> {
    let draft = &drafted.listing;
    if known.offer.variant != draft.offer.variant {
        return Some((
            "mpn",
            "offer.variant_changed",
            "a listing keeps its variant; give another product another id",
        ));
    }
    // Whoever decided on the listing saw its title, and the title is all that says what is sold.
    let is_decided = known.state != ListingState::Draft;
    if is_decided && drafted.by_title.is_some() && known.title != draft.title {
        return Some((
            "title",
            "offer.title_changed",
            "this listing was decided on, and only its title says which phone it is: give the model code (mpn), or the title as it was",
        ));
    }
    None
}

/// A listing with what the gate says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The listing.
    pub listing: Listing,
    /// The gate's answer for the moment asked.
    pub verdict: Verdict,
    /// Units that can be ordered now: its stock, or less where what its brand allowed is for so many units.
    pub available: u32,
    /// Whether it can be bought now, whatever moment was asked: offered, sellable, in stock, and this node is
    /// fresh.
    pub is_buyable: bool,
}

/// Judges many listings where nobody else waits for it.
pub(crate) async fn judging<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let judged = tokio::task::spawn_blocking(work).await;
    judged.map_err(|error| Error::broken(format!("judging stopped: {error}")))
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
        let (drafts, mut faults) = self.read_feed(&feed, items).await?;
        let mut outcome = self.db.write(TakeFeed { drafts, feed }).await?;
        faults.append(&mut outcome.faults);
        outcome.faults = faults;
        Ok(outcome)
    }

    /// What would be wrong with a feed's items; nothing is stored.
    ///
    /// # Errors
    /// The database.
    pub async fn feed_faults(
        &self,
        feed: &FeedFor,
        items: &[(u64, ItemFact)],
    ) -> Result<Vec<Fault>, Error> {
        Ok(self.read_feed(feed, items).await?.1)
    }

    /// The names for titles are read only if an item gives no code.
    async fn read_feed(
        &self,
        feed: &FeedFor,
        items: &[(u64, ItemFact)],
    ) -> Result<(Vec<Drafted>, Vec<Fault>), Error> {
        let directory = self.directory();
        let titles = if items.iter().all(|(_, item)| code_of(item).is_some()) {
            None
        } else {
            Some(self.titles().await?)
        };
        // Those of items with codes complete the others.
        let said = titles.as_ref().map_or_else(Vec::new, |titles| {
            let all: Vec<&str> = items.iter().map(|(_, item)| &*item.title).collect();
            titles.variants(&all)
        });
        let mut drafts = Vec::new();
        let mut faults = Vec::new();
        for (at, (line, item)) in items.iter().enumerate() {
            match draft(&directory, feed, (*line, item), said.get(at)) {
                Ok(drafted) => drafts.push(drafted),
                Err(fault) => faults.push(fault),
            }
        }
        Ok((drafts, faults))
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

    /// The markets, by id: the order in which all listings are gone through page by page.
    pub(crate) fn markets_in_order(&self) -> Vec<MarketId> {
        let directory = self.directory();
        let mut markets: Vec<MarketId> =
            directory.markets.iter().map(|one| one.id.clone()).collect();
        markets.sort_unstable();
        markets
    }

    /// A page of a market's listings after `after`, not judged: those that are offered, or all.
    pub(crate) async fn unjudged(
        &self,
        market: &MarketId,
        after: &str,
        limit: u32,
        is_offered: bool,
    ) -> Result<Vec<Listing>, Error> {
        let page = ListInMarket {
            market: market.clone(),
            after: after.to_owned(),
            limit,
            is_offered,
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
        let found = self.unjudged(market, after, limit, is_offered).await?;
        self.judge_each(found, Moment::at(at)).await
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
