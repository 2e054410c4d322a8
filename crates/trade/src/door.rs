//! The one door: the only function that commits orders, whatever path they come by.
//!
//! It locks the scopes of every line shared, reads their versions in a later statement, and if one has
//! moved since this node's snapshot, takes in what was recorded and asks the gate again. Then it takes
//! stock and commits. A withdrawal takes its scope alone, so it waits for the orders that are past their
//! locks, and no order that comes to its locks later can miss it.
//! docs/adr/0005-the-commit.md says why nothing weaker will do.

mod quotas;

use std::sync::Arc;

use domain::Instant;
use domain::id::{CartId, EvidenceId, ListingId, OrderId, PartyId};
use domain::listing::{Listing, ListingState, Offer};
use domain::money::Money;
use domain::scope::Scope;
use gate::snapshot::Moment;
use gate::{Question, Snapshot, Verdict};
use serde::{Deserialize, Serialize};
use store::db::{DbError, Job, Tx};
use store::orders::{Look, Order, OrderLine};
use store::{listings, orders, record_log};

use crate::change::{lock_shared, sha256};
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use crate::node::{self, Node};
use quotas::take_quotas;
pub use quotas::used_up;

/// Most lines that one order may have.
pub const LINES_MAX: usize = 50;
/// Most units of one line.
pub const QUANTITY_MAX: u32 = 1_000;
/// Most characters of an idempotency key.
pub const KEY_LENGTH_MAX: usize = 128;
/// How often an order follows a policy that changes its market's host networks under it.
const RESCOPE_MAX: usize = 3;
/// How often an order is asked again when its key was taken, or an offer was changed, meanwhile.
const AGAIN_MAX: usize = 3;

/// An order as somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRequest {
    /// The caller's key; the same key is the same order.
    pub key: String,
    /// What and how many.
    pub lines: Vec<(ListingId, u32)>,
}

/// What came of asking for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// Accepted, now or when the same key came first.
    Accepted(Box<Order>),
    /// Not accepted; nothing was stored.
    Refused(Box<Refusal>),
}

/// Why an order was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The gate says no, or does not know.
    NotSellable {
        /// The lines that may not be sold, with why.
        lines: Vec<(ListingId, Verdict)>,
    },
    /// People took it down or have not offered it.
    NotOffered {
        /// Which one.
        listing: ListingId,
        /// What it is.
        state: ListingState,
    },
    /// Not enough units.
    SoldOut {
        /// Of which one.
        listing: ListingId,
        /// Units left.
        available: u32,
    },
    /// What the brand allowed, or a seller that passed it on, is for so many units, and too few of them are left.
    QuotaUsedUp {
        /// Of which listing.
        listing: ListingId,
        /// Units left.
        available: u32,
        /// Who can allow more: the issuers of what is used up.
        suppliers: Vec<PartyId>,
    },
}

/// What an order was accepted on; stored with it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Basis {
    /// The instant of acceptance, RFC 3339.
    pub at: String,
    /// Per line: the listing, the verdict, the networks it was sellable for, the codes of its reasons.
    pub lines: Vec<BasisLine>,
    /// The scopes that were locked and their versions.
    pub scopes: Vec<(String, u64)>,
}

/// One line of a [`Basis`].
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct BasisLine {
    /// Which listing.
    pub listing: String,
    /// The verdict's word.
    pub outcome: String,
    /// Host networks for which it may be sold.
    pub networks: Vec<String>,
    /// Codes of its reasons.
    pub reasons: Vec<String>,
    /// The authorisations whose quantities its units were taken of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<String>,
}

/// One line, made ready.
#[derive(Clone)]
pub(crate) struct Line {
    pub listing: ListingId,
    pub quantity: u32,
    pub offer: Arc<Offer>,
}

/// Commits one order, or refuses it.
pub(crate) struct PlaceOrder {
    node: Arc<Node>,
    key: String,
    request_hash: String,
    order_id: OrderId,
    /// About when it will be accepted: the transaction tells the instant, and here only what it may have to lock.
    about: Instant,
    /// Sorted by listing, each once.
    lines: Vec<Line>,
    /// The cart that it is the order of; emptied with it.
    cart: Option<CartId>,
}

/// Why the transaction is rolled back.
#[derive(Debug)]
pub(crate) enum Stop {
    Refused(Box<Refusal>),
    Failed(Error),
    /// The same key was committed while this order waited: run again, and find it.
    SameKey,
    /// Sellers changed what they say of the units: read the offers again, and ask about those.
    OtherOffer,
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What an order sees once it holds its locks.
enum Looked {
    /// What is known of its scopes, those, and the instant.
    New(Arc<Snapshot>, Vec<Scope>, Instant),
    /// The order that its key stands for already.
    Known(Box<Order>),
}

fn check_key(key: &str) -> Result<(), Error> {
    if key.is_empty() || key.len() > KEY_LENGTH_MAX {
        let detail = format!("an idempotency key has 1 to {KEY_LENGTH_MAX} characters");
        return Err(Error::new(Code::InvalidInput, detail));
    }
    Ok(())
}

/// Checks the lines and joins those of one listing, so that one pool is asked once.
pub(crate) fn joined_lines(asked: &[(ListingId, u32)]) -> Result<Vec<(ListingId, u32)>, Error> {
    let invalid = |detail: String| Err(Error::new(Code::InvalidInput, detail));
    if asked.is_empty() || asked.len() > LINES_MAX {
        return invalid(format!("an order has 1 to {LINES_MAX} lines"));
    }
    let mut lines: Vec<(ListingId, u32)> = Vec::new();
    for (listing, quantity) in asked {
        match lines.iter_mut().find(|(known, _)| known == listing) {
            Some((_, sum)) => *sum = sum.saturating_add(*quantity),
            None => lines.push((listing.clone(), *quantity)),
        }
    }
    if let Some((listing, _)) = lines
        .iter()
        .find(|(_, quantity)| !(1..=QUANTITY_MAX).contains(quantity))
    {
        return invalid(format!("{listing}: order 1 to {QUANTITY_MAX} units"));
    }
    lines.sort_unstable();
    Ok(lines)
}

impl PlaceOrder {
    pub(crate) fn new(
        node: Arc<Node>,
        key: String,
        (order_id, about): (OrderId, Instant),
        lines: Vec<Line>,
        cart: Option<CartId>,
    ) -> Self {
        let request: Vec<String> = lines
            .iter()
            .map(|line| format!("{}={}", line.listing, line.quantity))
            .collect();
        Self {
            node,
            key,
            request_hash: sha256(request.join("\n").as_bytes()),
            order_id,
            about,
            lines,
            cart,
        }
    }

    /// The scopes of all lines under a snapshot's policies: sorted, each once.
    fn scopes(&self, snapshot: &Snapshot, moment: Moment) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = self
            .lines
            .iter()
            .flat_map(|line| {
                let policy = snapshot.policy(&line.offer.market, moment);
                let hosts = policy.map_or(&[][..], |(policy, _)| &policy.hosts);
                Scope::of(&line.offer, hosts)
            })
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

impl Job for PlaceOrder {
    type Out = Order;
    type Err = Stop;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Order, Stop> {
        match self.accept(tx).await {
            // A twin may have been accepted while this one waited, and have taken the last unit.
            Err(Stop::Refused(refusal)) => match orders::find_by_key(tx, &self.key).await? {
                Some(_) => Err(Stop::SameKey),
                None => self.refused(tx, refusal).await,
            },
            ended => ended,
        }
    }
}

impl PlaceOrder {
    async fn accept(&self, tx: &mut Tx<'_>) -> Result<Order, Stop> {
        let (snapshot, scopes, at) = match self.lock_and_look(tx).await? {
            Looked::New(snapshot, scopes, at) => (snapshot, scopes, at),
            Looked::Known(order) => return self.same(*order),
        };
        let verdicts = self.ask(&snapshot, at)?;
        tx.step("order.asked").await;
        let prices = self.take_stock(tx).await?;
        let quotas = take_quotas(tx, &snapshot, at, &self.lines).await?;
        tx.step("order.stocked").await;
        let seen = (&*snapshot, &*scopes, at);
        let order = self.accepted(seen, &verdicts, quotas, &prices)?;
        match orders::insert(tx, &order).await {
            Err(DbError::Constraint { name }) if name == "orders_key_once" => Err(Stop::SameKey),
            Err(error) => Err(error.into()),
            Ok(()) => {
                tx.step("order.inserted").await;
                self.empty_cart(tx).await?;
                Ok(order)
            }
        }
    }

    /// The order that the key stands for, if it is this one.
    fn same(&self, order: Order) -> Result<Order, Stop> {
        if order.request_hash == self.request_hash {
            return Ok(order);
        }
        let detail = "this Idempotency-Key stands for an order with other lines";
        Err(Error::new(Code::KeyReused, detail).into())
    }

    /// Two check-outs of one cart cannot both find it full, whatever their keys.
    async fn empty_cart(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let Some(cart) = &self.cart else {
            return Ok(());
        };
        let taken = orders::empty_cart(tx, cart).await?;
        let ordered = self.lines.iter().map(|line| (&line.listing, line.quantity));
        if ordered.eq(taken.iter().map(|(listing, quantity)| (listing, *quantity))) {
            return Ok(());
        }
        let detail = format!("cart {cart} was changed or checked out meanwhile");
        Err(Error::new(Code::StateConflict, detail).into())
    }

    /// Locks the scopes, then looks at the key, the record's head and the clock, and brings what is known of the
    /// scopes up to date.
    async fn lock_and_look(&self, tx: &mut Tx<'_>) -> Result<Looked, Stop> {
        let mut snapshot = self.node.snapshot();
        let mut before = self.about;
        for _ in 0..RESCOPE_MAX {
            let scopes = self.scopes(&snapshot, Moment::at(before));
            tx.step("order.scoped").await;
            lock_shared(tx, &scopes).await?;
            tx.step("order.locked").await;
            let Look {
                same_key,
                head,
                now,
            } = orders::look(tx, &self.key).await?;
            if let Some(order) = same_key {
                return Ok(Looked::Known(Box::new(order)));
            }
            if head.next_position != snapshot.next_position()
                && have_moved(tx, &snapshot, &scopes).await?
            {
                snapshot = Arc::new(take_in(tx, &snapshot, &scopes).await?);
            }
            tx.step("order.looked").await;
            // Never before the last recorded instant: what is recorded took effect by then at the latest.
            let at = now.max(head.last_recorded_at);
            if self.scopes(&snapshot, Moment::at(at)) == scopes {
                return Ok(Looked::New(snapshot, scopes, at));
            }
            // The market rides on other host networks now: lock those too. Locks are only ever added, and
            // the new ones are taken in order among themselves; a deadlock is broken by the database and
            // retried. Asked as of the instant that was found: a clock that was put back says another one.
            before = at;
        }
        Err(Error::new(Code::Busy, "the market's host networks keep changing").into())
    }

    /// The gate's answers; refused if any line may not be sold.
    fn ask(&self, snapshot: &Snapshot, at: Instant) -> Result<Vec<Verdict>, Stop> {
        let verdicts: Vec<Verdict> = self
            .lines
            .iter()
            .map(|line| {
                snapshot.verdict(&Question {
                    offer: &line.offer,
                    moment: Moment::at(at),
                })
            })
            .collect();
        let refused: Vec<(ListingId, Verdict)> = self
            .lines
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| !verdict.is_sellable())
            .map(|(line, verdict)| (line.listing.clone(), verdict.clone()))
            .collect();
        if refused.is_empty() {
            Ok(verdicts)
        } else {
            Err(Stop::Refused(Box::new(Refusal::NotSellable {
                lines: refused,
            })))
        }
    }

    /// A refusal by the gate counts only if the listings are still offered as it was asked about; every other one
    /// comes of their rows.
    async fn refused(&self, tx: &mut Tx<'_>, refusal: Box<Refusal>) -> Result<Order, Stop> {
        if let Refusal::NotSellable { lines } = &*refusal {
            let ids: Vec<ListingId> = lines.iter().map(|(listing, _)| listing.clone()).collect();
            let stored = listings::find_each(tx, &ids).await?;
            let is_other = |stored: &Listing| {
                let mut lines = self.lines.iter();
                lines.any(|line| line.listing == stored.id && *line.offer != stored.offer)
            };
            if stored.iter().flatten().any(is_other) {
                return Err(Stop::OtherOffer);
            }
        }
        Err(Stop::Refused(refusal))
    }

    async fn take_stock(&self, tx: &mut Tx<'_>) -> Result<Vec<Money>, Stop> {
        let wanted: Vec<(ListingId, u32)> = self
            .lines
            .iter()
            .map(|line| (line.listing.clone(), line.quantity))
            .collect();
        let taken = listings::take_stock(tx, &wanted).await?;
        let mut prices = Vec::with_capacity(taken.len());
        for (line, taken) in self.lines.iter().zip(taken) {
            let listing = line.listing.clone();
            // A feed that changes the listing waits for this row, or this order has seen what it wrote.
            let Some(taken) = taken else {
                let found = listings::state_of(tx, &listing).await?;
                let (state, available) =
                    found.ok_or_else(|| Error::not_found("listing", &listing))?;
                let refusal = if state == ListingState::Offered {
                    Refusal::SoldOut { listing, available }
                } else {
                    Refusal::NotOffered { listing, state }
                };
                return Err(Stop::Refused(Box::new(refusal)));
            };
            if !taken.is_of(&line.offer) {
                return Err(Stop::OtherOffer);
            }
            prices.push(taken.unit);
        }
        Ok(prices)
    }

    fn accepted(
        &self,
        (snapshot, scopes, at): (&Snapshot, &[Scope], Instant),
        verdicts: &[Verdict],
        quotas: Vec<Vec<EvidenceId>>,
        prices: &[Money],
    ) -> Result<Order, Stop> {
        let mut total: Option<Money> = None;
        let mut lines = Vec::with_capacity(self.lines.len());
        for (line, unit) in self.lines.iter().zip(prices) {
            let sum = unit.times(line.quantity).and_then(|sum| match total {
                Some(total) => total.plus(sum),
                None => Some(sum),
            });
            let sum = sum.ok_or_else(|| {
                Error::new(Code::Currency, "the lines do not add up in one currency")
            })?;
            total = Some(sum);
            lines.push(OrderLine {
                listing: line.listing.clone(),
                quantity: line.quantity,
                unit: *unit,
            });
        }
        let (Some(total), Some(first)) = (total, self.lines.first()) else {
            return Err(Error::new(Code::InvalidInput, "an order needs a line").into());
        };
        if self
            .lines
            .iter()
            .any(|line| line.offer.market != first.offer.market)
        {
            let detail = "the lines of one order are of one market";
            return Err(Error::new(Code::InvalidInput, detail).into());
        }
        let basis = Basis {
            at: at.to_string(),
            lines: self
                .lines
                .iter()
                .zip(verdicts)
                .zip(quotas)
                .map(|((line, verdict), quotas)| basis_line(line, verdict, &quotas))
                .collect(),
            scopes: scopes
                .iter()
                .map(|scope| (scope.to_string(), snapshot.version(scope)))
                .collect(),
        };
        let basis = serde_json::to_string(&basis)
            .map_err(|error| Error::broken(format!("a basis cannot be written: {error}")))?;
        Ok(Order {
            id: self.order_id.clone(),
            idempotency_key: self.key.clone(),
            request_hash: self.request_hash.clone(),
            market: first.offer.market.clone(),
            total,
            accepted_at: at,
            basis,
            lines,
        })
    }
}

fn basis_line(line: &Line, verdict: &Verdict, quotas: &[EvidenceId]) -> BasisLine {
    BasisLine {
        listing: line.listing.to_string(),
        outcome: verdict.outcome.name().to_owned(),
        networks: verdict
            .networks
            .iter()
            .filter(|(_, outcome)| *outcome == gate::Outcome::Sellable)
            .map(|(network, _)| network.to_string())
            .collect(),
        reasons: verdict
            .reasons
            .iter()
            .map(|reason| reason.code.name().to_owned())
            .collect(),
        quotas: quotas.iter().map(ToString::to_string).collect(),
    }
}

/// Whether anything was recorded under these scopes that a snapshot does not know. Where the record has not grown,
/// this need not be asked.
async fn have_moved(tx: &mut Tx<'_>, snapshot: &Snapshot, scopes: &[Scope]) -> Result<bool, Stop> {
    let versions = record_log::versions(tx, scopes).await?;
    let mut known = scopes.iter().zip(versions);
    Ok(known.any(|(scope, version)| snapshot.version(scope) != version))
}

/// The snapshot with what was recorded under these scopes since.
async fn take_in(tx: &mut Tx<'_>, snapshot: &Snapshot, scopes: &[Scope]) -> Result<Snapshot, Stop> {
    let from = snapshot.next_position();
    let mut next = snapshot.clone();
    let mut later = Vec::new();
    for entry in record_log::entries_under(tx, scopes, from).await? {
        let recorded = node::decode(&entry)?;
        node::know_data_set(tx, &mut next, &recorded.evidence.claim).await?;
        later.push(recorded);
    }
    Ok(next.with_later(later))
}

impl House {
    /// Asks for an order. The one door: checkout, staff, retries and callbacks all come through here.
    ///
    /// # Errors
    /// The request is malformed, a listing is not there, the key stands for another request, or the
    /// database. A refusal is an answer, not an error.
    pub async fn place_order(&self, request: &OrderRequest) -> Result<Placed, Error> {
        check_key(&request.key)?;
        self.place(&request.key, &request.lines, None).await
    }

    async fn place(
        &self,
        key: &str,
        asked: &[(ListingId, u32)],
        cart: Option<&CartId>,
    ) -> Result<Placed, Error> {
        let mut lines = Vec::new();
        for (listing, quantity) in joined_lines(asked)? {
            lines.push(Line {
                offer: self.offer(&listing).await?,
                listing,
                quantity,
            });
        }
        for _ in 0..AGAIN_MAX {
            let about = self.present();
            let order = PlaceOrder::new(
                Arc::clone(&self.node),
                key.to_owned(),
                (fresh::timed_id("or", about)?, about),
                lines.clone(),
                cart.cloned(),
            );
            return match self.db.write(order).await {
                Ok(order) => Ok(Placed::Accepted(Box::new(order))),
                Err(Stop::Refused(refusal)) => Ok(Placed::Refused(refusal)),
                Err(Stop::Failed(error)) => Err(error),
                Err(Stop::SameKey) => continue,
                Err(Stop::OtherOffer) => {
                    for line in &mut lines {
                        line.offer = self.stored_offer(&line.listing).await?;
                    }
                    continue;
                }
            };
        }
        Err(Error::new(
            Code::Busy,
            "another request with the same Idempotency-Key is running, or the seller is changing the offer",
        ))
    }

    pub(crate) async fn offer(&self, listing: &ListingId) -> Result<Arc<Offer>, Error> {
        if let Some(offer) = self.node.offer(listing) {
            return Ok(offer);
        }
        self.stored_offer(listing).await
    }

    async fn stored_offer(&self, listing: &ListingId) -> Result<Arc<Offer>, Error> {
        match self.listing(listing).await? {
            Some(found) => Ok(self.node.keep_offer(listing, found.offer)),
            None => Err(Error::not_found("listing", listing)),
        }
    }

    /// A fresh idempotency key, for a form that is shown: sent twice, it is one order. Nobody can guess it.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn fresh_key(&self) -> Result<String, Error> {
        fresh::token()
    }

    /// A fresh id of evidence, for a form that is shown: sent twice, it is recorded once.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn fresh_evidence_id(&self) -> Result<EvidenceId, Error> {
        fresh::id("ev")
    }

    /// An order.
    ///
    /// # Errors
    /// The database.
    pub async fn order(&self, id: &OrderId) -> Result<Option<Order>, Error> {
        self.db.read(FindOrder(id.clone())).await
    }

    /// Opens a cart.
    ///
    /// # Errors
    /// The database.
    pub async fn open_cart(&self) -> Result<CartId, Error> {
        let id: CartId = fresh::id("ca")?;
        self.db.write(OpenCart(id.clone())).await?;
        Ok(id)
    }

    /// Sets how many of a listing a cart holds; 0 takes it out. A cart may hold what cannot be bought now.
    ///
    /// # Errors
    /// There is no such cart or listing, too many units or lines, or the database.
    pub async fn put_in_cart(
        &self,
        cart: &CartId,
        listing: &ListingId,
        quantity: u32,
    ) -> Result<(), Error> {
        if quantity > QUANTITY_MAX {
            let detail = format!("a cart holds at most {QUANTITY_MAX} units of one listing");
            return Err(Error::new(Code::InvalidInput, detail));
        }
        self.offer(listing).await?;
        self.db
            .write(PutInCart {
                cart: cart.clone(),
                listing: listing.clone(),
                quantity,
            })
            .await
    }

    /// What a cart holds.
    ///
    /// # Errors
    /// There is no such cart, or the database.
    pub async fn cart(&self, cart: &CartId) -> Result<Vec<(ListingId, u32)>, Error> {
        match self.db.read(ReadCart(cart.clone())).await? {
            Some(lines) => Ok(lines),
            None => Err(Error::not_found("cart", cart)),
        }
    }

    /// Asks for an order of what a cart holds; an accepted order empties it. A key is of its cart alone, and
    /// asked again with it, an emptied cart answers with its order.
    ///
    /// # Errors
    /// As [`House::place_order`], or the cart was changed or checked out meanwhile.
    pub async fn check_out(&self, cart: &CartId, key: &str) -> Result<Placed, Error> {
        check_key(key)?;
        let key = format!("{cart}/{key}");
        let lines = self.cart(cart).await?;
        if lines.is_empty()
            && let Some(order) = self.db.read(FindByKey(key.clone())).await?
        {
            return Ok(Placed::Accepted(Box::new(order)));
        }
        self.place(&key, &lines, Some(cart)).await
    }
}

struct FindByKey(String);

impl Job for FindByKey {
    type Out = Option<Order>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Order>, Error> {
        Ok(orders::find_by_key(tx, &self.0).await?)
    }
}

struct FindOrder(OrderId);

impl Job for FindOrder {
    type Out = Option<Order>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Order>, Error> {
        Ok(orders::find(tx, &self.0).await?)
    }
}

struct OpenCart(CartId);

impl Job for OpenCart {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        Ok(orders::insert_cart(tx, &self.0, now).await?)
    }
}

struct PutInCart {
    cart: CartId,
    listing: ListingId,
    quantity: u32,
}

impl Job for PutInCart {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Some(lines) = orders::cart_lines(tx, &self.cart).await? else {
            return Err(Error::not_found("cart", &self.cart));
        };
        let is_new = !lines.iter().any(|(listing, _)| *listing == self.listing);
        if is_new && lines.len() >= LINES_MAX {
            let detail = format!("a cart has at most {LINES_MAX} lines");
            return Err(Error::new(Code::InvalidInput, detail));
        }
        Ok(orders::put_cart_line(tx, &self.cart, &self.listing, self.quantity).await?)
    }
}

struct ReadCart(CartId);

impl Job for ReadCart {
    type Out = Option<Vec<(ListingId, u32)>>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        Ok(orders::cart_lines(tx, &self.0).await?)
    }
}
