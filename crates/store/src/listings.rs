//! Listings and their stock.

use domain::Instant;
use domain::id::{ListingId, MarketId, SellerId};
use domain::listing::{Condition, Listing, ListingState, Offer};
use domain::money::Money;
use domain::software::SoftwareBuild;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;

const OF: Sql = Sql::new(
    "SELECT l.id, l.market_id, l.seller_id, m.brand_id, v.model_id, l.variant_id, m.category,
        l.sku, l.title, l.item_condition, l.software_build, l.price_minor, l.currency, l.state,
        l.available
     FROM listings l JOIN device_variants v ON v.id = l.variant_id
        JOIN device_models m ON m.id = v.model_id
     WHERE l.id = $1",
);
const IN_MARKET: Sql = Sql::new(
    "SELECT l.id, l.market_id, l.seller_id, m.brand_id, v.model_id, l.variant_id, m.category,
        l.sku, l.title, l.item_condition, l.software_build, l.price_minor, l.currency, l.state,
        l.available
     FROM listings l JOIN device_variants v ON v.id = l.variant_id
        JOIN device_models m ON m.id = v.model_id
     WHERE l.market_id = $1 AND l.id > $2 ORDER BY l.id LIMIT $3",
);
const OFFERED_IN_MARKET: Sql = Sql::new(
    "SELECT l.id, l.market_id, l.seller_id, m.brand_id, v.model_id, l.variant_id, m.category,
        l.sku, l.title, l.item_condition, l.software_build, l.price_minor, l.currency, l.state,
        l.available
     FROM listings l JOIN device_variants v ON v.id = l.variant_id
        JOIN device_models m ON m.id = v.model_id
     WHERE l.market_id = $1 AND l.state = 'offered' AND l.id > $2 ORDER BY l.id LIMIT $3",
);
const BY_SKU: Sql =
    Sql::new("SELECT id FROM listings WHERE market_id = $1 AND seller_id = $2 AND sku = $3");
const INSERT: Sql = Sql::new(
    "INSERT INTO listings (id, market_id, seller_id, variant_id, sku, title, item_condition,
        software_build, price_minor, currency, state, available, sold, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13)",
);
const UPDATE: Sql = Sql::new(
    "UPDATE listings SET title = $2, item_condition = $3, software_build = $4, price_minor = $5,
        currency = $6, available = $7
     WHERE id = $1",
);
const SET_STATE: Sql = Sql::new("UPDATE listings SET state = $2 WHERE id = $1 AND state = $3");
const TAKE: Sql = Sql::new(
    "UPDATE listings SET available = available - $1, sold = sold + $1
     WHERE id = $2 AND state = 'offered' AND available >= $1
     RETURNING price_minor, currency, item_condition, software_build",
);
const STATE_OF: Sql = Sql::new("SELECT state, available FROM listings WHERE id = $1");

fn listing(row: &Row) -> Result<Listing, DbError> {
    let id: ListingId = parsed(row.text(0)?)?;
    Ok(Listing {
        offer: Offer {
            market: parsed(row.text(1)?)?,
            seller: parsed(row.text(2)?)?,
            brand: parsed(row.text(3)?)?,
            model: parsed(row.text(4)?)?,
            variant: parsed(row.text(5)?)?,
            category: parsed(row.text(6)?)?,
            condition: parsed(row.text(9)?)?,
            build: row.opt_text(10)?.map(parsed).transpose()?,
            listing: Some(id.clone()),
        },
        id,
        sku: row.text(7)?.to_owned(),
        title: row.text(8)?.to_owned(),
        price: Money::new(row.int(11)?, parsed(row.text(12)?)?),
        state: parsed(row.text(13)?)?,
        stock: u32::try_from(row.int(14)?).unwrap_or(u32::MAX),
    })
}

/// A listing.
pub async fn find(tx: &mut Tx<'_>, id: &ListingId) -> Result<Option<Listing>, DbError> {
    tx.query_opt(&OF, &[id.as_str().into()])
        .await?
        .as_ref()
        .map(listing)
        .transpose()
}

/// Several listings, in the order asked; `None` for one that is not there.
pub async fn find_each(
    tx: &mut Tx<'_>,
    ids: &[ListingId],
) -> Result<Vec<Option<Listing>>, DbError> {
    let stmts: Vec<_> = ids
        .iter()
        .map(|id| (&OF, vec![id.as_str().into()]))
        .collect();
    tx.batch(&stmts)
        .await?
        .iter()
        .map(|rows| rows.first().map(listing).transpose())
        .collect()
}

/// A page of a market's listings in order of id, after `after` (empty: from the first).
pub async fn list_in_market(
    tx: &mut Tx<'_>,
    market: &MarketId,
    after: &str,
    limit: u32,
) -> Result<Vec<Listing>, DbError> {
    page(tx, &IN_MARKET, market, after, limit).await
}

/// As [`list_in_market`], of those that are offered.
pub async fn list_offered_in_market(
    tx: &mut Tx<'_>,
    market: &MarketId,
    after: &str,
    limit: u32,
) -> Result<Vec<Listing>, DbError> {
    page(tx, &OFFERED_IN_MARKET, market, after, limit).await
}

async fn page(
    tx: &mut Tx<'_>,
    statement: &Sql,
    market: &MarketId,
    after: &str,
    limit: u32,
) -> Result<Vec<Listing>, DbError> {
    let params = [
        market.as_str().into(),
        after.into(),
        i64::from(limit).into(),
    ];
    tx.query(statement, &params)
        .await?
        .iter()
        .map(listing)
        .collect()
}

/// The listing that a seller knows by `sku`.
pub async fn find_by_sku(
    tx: &mut Tx<'_>,
    market: &MarketId,
    seller: &SellerId,
    sku: &str,
) -> Result<Option<ListingId>, DbError> {
    let params = [market.as_str().into(), seller.as_str().into(), sku.into()];
    tx.query_opt(&BY_SKU, &params)
        .await?
        .map(|row| parsed(row.text(0)?))
        .transpose()
}

/// Adds a listing.
pub async fn insert(tx: &mut Tx<'_>, listing: &Listing, now: Instant) -> Result<(), DbError> {
    let params = [
        listing.id.as_str().into(),
        listing.offer.market.as_str().into(),
        listing.offer.seller.as_str().into(),
        listing.offer.variant.as_str().into(),
        Val::from(&listing.sku),
        Val::from(&listing.title),
        listing.offer.condition.name().into(),
        Val::from(listing.offer.build.as_ref().map(SoftwareBuild::as_str)),
        listing.price.minor().into(),
        listing.price.currency().code().into(),
        listing.state.name().into(),
        i64::from(listing.stock).into(),
        now.epoch_ms().into(),
    ];
    tx.execute(&INSERT, &params).await.map(drop)
}

/// Changes what a feed may change: title, condition, software build, price, stock.
pub async fn update(tx: &mut Tx<'_>, listing: &Listing) -> Result<(), DbError> {
    let params = [
        listing.id.as_str().into(),
        Val::from(&listing.title),
        listing.offer.condition.name().into(),
        Val::from(listing.offer.build.as_ref().map(SoftwareBuild::as_str)),
        listing.price.minor().into(),
        listing.price.currency().code().into(),
        i64::from(listing.stock).into(),
    ];
    tx.execute(&UPDATE, &params).await.map(drop)
}

/// Moves a listing from one state to another; `false` if it was not in the first.
pub async fn set_state(
    tx: &mut Tx<'_>,
    id: &ListingId,
    from: ListingState,
    to: ListingState,
) -> Result<bool, DbError> {
    let params = [id.as_str().into(), to.name().into(), from.name().into()];
    Ok(tx.execute(&SET_STATE, &params).await? == 1)
}

/// What was taken of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The price of one.
    pub unit: Money,
    /// The condition that the units are offered in.
    pub condition: Condition,
    /// The software build that they are said to carry.
    pub build: Option<SoftwareBuild>,
}

impl Taken {
    /// Whether an offer says of the units what its listing says of them now.
    #[must_use]
    pub fn is_of(&self, offer: &Offer) -> bool {
        self.condition == offer.condition && self.build == offer.build
    }
}

/// Takes stock of several listings, each `(listing, units)`, in the order given: pass them sorted by id.
///
/// One answer each: what was taken if the units were there and the listing is offered, else none. The caller
/// rolls back unless all were taken.
pub async fn take_stock(
    tx: &mut Tx<'_>,
    lines: &[(ListingId, u32)],
) -> Result<Vec<Option<Taken>>, DbError> {
    let stmts: Vec<_> = lines
        .iter()
        .map(|(id, units)| (&TAKE, vec![i64::from(*units).into(), id.as_str().into()]))
        .collect();
    tx.batch(&stmts)
        .await?
        .iter()
        .map(|rows| {
            rows.first()
                .map(|row| {
                    Ok(Taken {
                        unit: Money::new(row.int(0)?, parsed(row.text(1)?)?),
                        condition: parsed(row.text(2)?)?,
                        build: row.opt_text(3)?.map(parsed).transpose()?,
                    })
                })
                .transpose()
        })
        .collect()
}

/// What people decided of a listing, and the units left.
pub async fn state_of(
    tx: &mut Tx<'_>,
    id: &ListingId,
) -> Result<Option<(ListingState, u32)>, DbError> {
    tx.query_opt(&STATE_OF, &[id.as_str().into()])
        .await?
        .map(|row| {
            Ok((
                parsed(row.text(0)?)?,
                u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
            ))
        })
        .transpose()
}
