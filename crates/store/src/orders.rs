//! Carts and orders.

use std::collections::HashMap;

use domain::Instant;
use domain::id::{CartId, ListingId, MarketId, OrderId};
use domain::money::Money;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::record_log::{HEAD, Head, head_of};
use crate::{count, parsed};

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// What was bought.
    pub listing: ListingId,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit: Money,
}

/// An accepted order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The caller's key: the same key is the same order.
    pub idempotency_key: String,
    /// Hash of the request: the same key with another request is refused.
    pub request_hash: String,
    /// Where it was bought.
    pub market: MarketId,
    /// Sum of its lines.
    pub total: Money,
    /// The instant of acceptance.
    pub accepted_at: Instant,
    /// What it was accepted on, JSON.
    pub basis: String,
    /// Its lines, by listing.
    pub lines: Vec<OrderLine>,
}

const BY_KEY: Sql = Sql::new(
    "SELECT id, idempotency_key, request_hash, market_id, total_minor, currency, accepted_at, basis
     FROM orders WHERE idempotency_key = $1",
);
const BY_ID: Sql = Sql::new(
    "SELECT id, idempotency_key, request_hash, market_id, total_minor, currency, accepted_at, basis
     FROM orders WHERE id = $1",
);
const LINES: Sql = Sql::new(
    "SELECT l.listing_id, l.quantity, l.unit_minor, o.currency
     FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.id = $1 ORDER BY l.listing_id",
);
const INSERT: Sql = Sql::new(
    "INSERT INTO orders (id, idempotency_key, request_hash, market_id, total_minor, currency, accepted_at, basis)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);
const INSERT_LINE: Sql = Sql::new(
    "INSERT INTO order_lines (order_id, listing_id, quantity, unit_minor) VALUES ($1, $2, $3, $4)",
);
const OF_LISTING: Sql = Sql::new(
    "SELECT o.id, o.idempotency_key, o.request_hash, o.market_id, o.total_minor, o.currency, o.accepted_at, o.basis
     FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE l.listing_id = $1
     ORDER BY o.accepted_at, o.id LIMIT $2",
);
const OF_LISTING_SINCE: Sql = Sql::new(
    "SELECT o.id, o.idempotency_key, o.request_hash, o.market_id, o.total_minor, o.currency, o.accepted_at, o.basis
     FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE l.listing_id = $1 AND o.accepted_at >= $2
     ORDER BY o.accepted_at, o.id LIMIT $3",
);
const PAGE: Sql = Sql::new(
    "SELECT id, idempotency_key, request_hash, market_id, total_minor, currency, accepted_at, basis
     FROM orders WHERE id > $1 ORDER BY id LIMIT $2",
);
const COUNT_OF_LISTING: Sql = Sql::new(
    "SELECT COUNT(*), CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM order_lines WHERE listing_id = $1",
);
/// The table has no index by listing: carts are few beside what is asked of them one by one.
const CARTS_BY_LISTING: Sql = Sql::new(
    "SELECT listing_id, COUNT(*), CAST(SUM(quantity) AS BIGINT) FROM cart_lines GROUP BY listing_id",
);
const INSERT_CART: Sql = Sql::new("INSERT INTO carts (id, created_at) VALUES ($1, $2)");
const PUT_CART_LINE: Sql = Sql::new(
    "INSERT INTO cart_lines (cart_id, listing_id, quantity) VALUES ($1, $2, $3)
     ON CONFLICT (cart_id, listing_id) DO UPDATE SET quantity = excluded.quantity",
);
const DROP_CART_LINE: Sql =
    Sql::new("DELETE FROM cart_lines WHERE cart_id = $1 AND listing_id = $2");
const EMPTY_CART: Sql =
    Sql::new("DELETE FROM cart_lines WHERE cart_id = $1 RETURNING listing_id, quantity");
const CART: Sql = Sql::new("SELECT id FROM carts WHERE id = $1");
const CART_LINES: Sql =
    Sql::new("SELECT listing_id, quantity FROM cart_lines WHERE cart_id = $1 ORDER BY listing_id");

fn order(row: &Row, lines: Vec<OrderLine>) -> Result<Order, DbError> {
    Ok(Order {
        id: parsed(row.text(0)?)?,
        idempotency_key: row.text(1)?.to_owned(),
        request_hash: row.text(2)?.to_owned(),
        market: parsed(row.text(3)?)?,
        total: Money::new(row.int(4)?, parsed(row.text(5)?)?),
        accepted_at: Instant::from_epoch_ms(row.int(6)?),
        basis: row.text(7)?.to_owned(),
        lines,
    })
}

async fn whole(tx: &mut Tx<'_>, row: Option<Row>) -> Result<Option<Order>, DbError> {
    let Some(row) = row else { return Ok(None) };
    let lines = tx
        .query(&LINES, &[row.text(0)?.into()])
        .await?
        .iter()
        .map(line)
        .collect::<Result<_, DbError>>()?;
    order(&row, lines).map(Some)
}

fn line(row: &Row) -> Result<OrderLine, DbError> {
    Ok(OrderLine {
        listing: parsed(row.text(0)?)?,
        quantity: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
        unit: Money::new(row.int(2)?, parsed(row.text(3)?)?),
    })
}

/// The order that a key stands for.
pub async fn find_by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Order>, DbError> {
    let row = tx.query_opt(&BY_KEY, &[key.into()]).await?;
    whole(tx, row).await
}

/// What an order looks at once it holds its locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The order that its key stands for.
    pub same_key: Option<Order>,
    /// Where the record stands.
    pub head: Head,
    /// The instant, as [`Tx::now`] tells it.
    pub now: Instant,
}

/// Looks, in one go.
pub async fn look(tx: &mut Tx<'_>, key: &str) -> Result<Look, DbError> {
    let stmts = [(&BY_KEY, vec![key.into()]), (&HEAD, Vec::new())];
    let (mut answers, now) = tx.batch_and_now(&stmts).await?;
    let head = head_of(&answers.pop().unwrap_or_default())?;
    let row = answers.pop().unwrap_or_default().pop();
    Ok(Look {
        same_key: whole(tx, row).await?,
        head,
        now: Instant::from_epoch_ms(now),
    })
}

/// An order.
pub async fn find(tx: &mut Tx<'_>, id: &OrderId) -> Result<Option<Order>, DbError> {
    let row = tx.query_opt(&BY_ID, &[id.as_str().into()]).await?;
    whole(tx, row).await
}

/// Stores an accepted order. Constraint `orders_key_once`: its key was used meanwhile.
pub async fn insert(tx: &mut Tx<'_>, order: &Order) -> Result<(), DbError> {
    let mut stmts: Vec<(&Sql, Vec<Val>)> = vec![(
        &INSERT,
        vec![
            order.id.as_str().into(),
            Val::from(&order.idempotency_key),
            Val::from(&order.request_hash),
            order.market.as_str().into(),
            order.total.minor().into(),
            order.total.currency().code().into(),
            order.accepted_at.epoch_ms().into(),
            Val::from(&order.basis),
        ],
    )];
    stmts.extend(order.lines.iter().map(|line| {
        let params = vec![
            order.id.as_str().into(),
            line.listing.as_str().into(),
            i64::from(line.quantity).into(),
            line.unit.minor().into(),
        ];
        (&INSERT_LINE, params)
    }));
    tx.batch(&stmts).await.map(drop)
}

/// At most `limit` orders with their lines, in order of id, after `after` (empty: from the first).
pub async fn page(tx: &mut Tx<'_>, after: &str, limit: u32) -> Result<Vec<Order>, DbError> {
    let rows = tx
        .query(&PAGE, &[after.into(), i64::from(limit).into()])
        .await?;
    let of_each: Vec<_> = rows
        .iter()
        .map(|row| Ok((&LINES, vec![row.text(0)?.into()])))
        .collect::<Result<_, DbError>>()?;
    let lines = tx.batch(&of_each).await?;
    let read = rows.iter().zip(lines).map(|(row, lines)| {
        let lines = lines.iter().map(line).collect::<Result<_, DbError>>()?;
        order(row, lines)
    });
    read.collect()
}

/// At most `limit` orders that hold a listing, in order of acceptance, without their lines.
pub async fn list_of_listing(
    tx: &mut Tx<'_>,
    listing: &ListingId,
    limit: u32,
) -> Result<Vec<Order>, DbError> {
    tx.query(
        &OF_LISTING,
        &[listing.as_str().into(), i64::from(limit).into()],
    )
    .await?
    .iter()
    .map(|row| order(row, Vec::new()))
    .collect()
}

/// At most `limit` orders that hold a listing and were accepted at `since` or later, in order of acceptance,
/// without their lines.
pub async fn list_of_listing_since(
    tx: &mut Tx<'_>,
    listing: &ListingId,
    since: Instant,
    limit: u32,
) -> Result<Vec<Order>, DbError> {
    let params = [
        listing.as_str().into(),
        since.epoch_ms().into(),
        i64::from(limit).into(),
    ];
    tx.query(&OF_LISTING_SINCE, &params)
        .await?
        .iter()
        .map(|row| order(row, Vec::new()))
        .collect()
}

/// How many orders hold a listing, and how many units of it.
pub async fn count_of_listing(tx: &mut Tx<'_>, listing: &ListingId) -> Result<(u64, u64), DbError> {
    let row = tx
        .query_opt(&COUNT_OF_LISTING, &[listing.as_str().into()])
        .await?
        .ok_or_else(|| DbError::broken("a count gave no row"))?;
    Ok((count(row.int(0)?)?, count(row.int(1)?)?))
}

/// As [`count_of_listing`] of several, in their order.
pub async fn counts_of_listings(
    tx: &mut Tx<'_>,
    listings: &[ListingId],
) -> Result<Vec<(u64, u64)>, DbError> {
    let stmts: Vec<_> = listings
        .iter()
        .map(|id| (&COUNT_OF_LISTING, vec![id.as_str().into()]))
        .collect();
    let answers = tx.batch(&stmts).await?;
    let rows = answers.iter().map(|rows| match rows.first() {
        Some(row) => Ok((count(row.int(0)?)?, count(row.int(1)?)?)),
        None => Err(DbError::broken("a count gave no row")),
    });
    rows.collect()
}

/// How many carts hold each listing that is in any, and how many units of it. Looks at every cart.
pub async fn carts_by_listing(tx: &mut Tx<'_>) -> Result<HashMap<ListingId, (u64, u64)>, DbError> {
    let rows = tx.query(&CARTS_BY_LISTING, &[]).await?;
    let counts = rows.iter().map(|row| {
        let counts = (count(row.int(1)?)?, count(row.int(2)?)?);
        Ok((parsed(row.text(0)?)?, counts))
    });
    counts.collect()
}

/// Opens a cart.
pub async fn insert_cart(tx: &mut Tx<'_>, id: &CartId, now: Instant) -> Result<(), DbError> {
    let params = [id.as_str().into(), now.epoch_ms().into()];
    tx.execute(&INSERT_CART, &params).await.map(drop)
}

/// Sets how many of a listing a cart holds; 0 takes it out.
pub async fn put_cart_line(
    tx: &mut Tx<'_>,
    cart: &CartId,
    listing: &ListingId,
    quantity: u32,
) -> Result<(), DbError> {
    let (cart, listing): (Val, Val) = (cart.as_str().into(), listing.as_str().into());
    if quantity == 0 {
        return tx
            .execute(&DROP_CART_LINE, &[cart, listing])
            .await
            .map(drop);
    }
    let params = [cart, listing, i64::from(quantity).into()];
    tx.execute(&PUT_CART_LINE, &params).await.map(drop)
}

/// What a cart holds, by listing; `None` if there is no such cart.
pub async fn cart_lines(
    tx: &mut Tx<'_>,
    cart: &CartId,
) -> Result<Option<Vec<(ListingId, u32)>>, DbError> {
    let stmts = [&CART, &CART_LINES].map(|sql| (sql, vec![cart.as_str().into()]));
    let answers = tx.batch(&stmts).await?;
    let [carts, lines] = answers.as_slice() else {
        return Err(DbError::broken(
            "a batch came back with another number of answers",
        ));
    };
    if carts.is_empty() {
        return Ok(None);
    }
    lines
        .iter()
        .map(cart_line)
        .collect::<Result<_, _>>()
        .map(Some)
}

fn cart_line(row: &Row) -> Result<(ListingId, u32), DbError> {
    let quantity = u32::try_from(row.int(1)?).unwrap_or(u32::MAX);
    Ok((parsed(row.text(0)?)?, quantity))
}

/// Takes everything out of a cart; gives what it held, by listing.
pub async fn empty_cart(tx: &mut Tx<'_>, cart: &CartId) -> Result<Vec<(ListingId, u32)>, DbError> {
    let rows = tx.query(&EMPTY_CART, &[cart.as_str().into()]).await?;
    let mut lines: Vec<_> = rows.iter().map(cart_line).collect::<Result<_, _>>()?;
    lines.sort_unstable();
    Ok(lines)
}
