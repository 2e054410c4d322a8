//! An order held at each of its steps while its evidence is withdrawn, and the other way round.
//!
//! On PostgreSQL the other transaction really runs meanwhile, from the same node and from another one. On
//! SQLite nothing interleaves within a transaction; there the order of the writer's queue is attacked.

use std::sync::Arc;

use acceptance::gates::{CHANGE_STEPS, Gates, ORDER_STEPS, has_ended};
use acceptance::history::{Effect, Scribe};
use acceptance::place::{Hand, Place};
use acceptance::shop::{self, Shop, Size, id};
use domain::evidence::{Claim, WithdrawalManner};
use domain::id::ListingId;
use domain::policy::HostRule;
use domain::scope::Scope;
use trade::change::{Change, Draft};
use trade::door::Placed;
use trade::{Backend, Error, House};

const ONE: Size = Size {
    brands: 1,
    listings: 1,
    units: 1_000,
};

/// What ends the sale, and under which scope.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Authorization,
    Certification,
    StopSale,
    Policy,
    /// The market rides on one more network, and demands that all have certified the phone.
    Hosts,
}

const ENDINGS: [Ending; 5] = [
    Ending::Authorization,
    Ending::Certification,
    Ending::StopSale,
    Ending::Policy,
    Ending::Hosts,
];

/// The change that ends the sale of the shop's listing, and the one that allows it again.
fn ending(ending: Ending, shop: &Shop, round: usize) -> (Draft, impl Fn(&Change) -> Draft) {
    let shelf = &shop.shelves[0];
    let (listing, certification) = &shelf.listings[0];
    let brand = Scope::Brand(shelf.brand.clone());
    let variant = Scope::Variant(shop::variant(0, 0));
    let suspends = |evidence, scope| shop::ends(evidence, scope, WithdrawalManner::Suspend);
    let draft = match ending {
        Ending::Authorization => suspends(&shelf.authorization, brand),
        Ending::Certification => suspends(certification, variant),
        Ending::StopSale => {
            let claim = Claim::StopSale {
                cause: "recall".to_owned(),
            };
            let scope = Scope::Listing(listing.clone());
            Draft::own(scope, shop::operator(), claim, "Recall", "2016-02-01")
        }
        Ending::Policy | Ending::Hosts => {
            let mut policy = shop::policy();
            match ending {
                Ending::Hosts => {
                    policy.hosts.push(id("relay"));
                    policy.host_rule = HostRule::All;
                }
                _ => policy.categories.clear(),
            }
            let scope = Scope::Market(shop::market());
            Draft::own(scope, shop::operator(), Claim::Policy(policy), "Other", "")
        }
    };
    let draft = draft.with_id(id(&format!("end-{round}")));
    (draft, |ended: &Change| {
        let recorded = ended.recorded();
        let scope = recorded.evidence.scope.clone();
        shop::ends(&recorded.evidence.id, scope, WithdrawalManner::Revoke)
    })
}

/// A shop with one listing, its nodes, and the history of what happens to it.
struct Stage {
    gates: Arc<Gates>,
    shop: Shop,
    listing: ListingId,
    /// Where changes are made: the shop's own node, or on PostgreSQL another one too.
    nodes: Vec<House>,
    scribe: Scribe,
    hand: Hand,
    round: usize,
}

impl Stage {
    async fn new(place: &Place) -> Self {
        let gates = Gates::new();
        let house = place.open_probed(&gates).await;
        let shop = Shop::open(&house, ONE).await;
        let mut nodes = vec![house.clone()];
        if house.backend() == Backend::Postgres {
            nodes.push(place.open_probed(&gates).await);
        }
        let listing = shop.shelves[0].listings[0].0.clone();
        let stage = Self {
            gates,
            shop,
            listing,
            nodes,
            scribe: Scribe::default(),
            hand: place.hand().await,
            round: 0,
        };
        for node in &stage.nodes {
            // From here on the node knows the offer, and an order goes straight to its transaction.
            let placed = shop::order_at(node, "first", &stage.listing).await;
            assert!(matches!(placed, Ok(Placed::Accepted(_))));
        }
        stage
    }

    async fn order(&self, key: &str) -> Placed {
        let invoked = self.scribe.now();
        let placed = self.shop.order(key, &self.listing).await;
        let placed = placed.expect("an order is answered");
        self.scribe.order(key, invoked, &placed);
        placed
    }

    async fn change(&self, node: &House, draft: Draft, effect: Effect) -> Result<Change, Error> {
        let name = format!("{:?} {:?}", draft.id, draft.scope);
        let invoked = self.scribe.now();
        let change = node.record(draft).await?;
        self.scribe.change(&name, invoked, &change, effect);
        Ok(change)
    }

    /// Waits until some transaction of this database waits for a lock that another holds.
    async fn somebody_waits(&self) {
        const WAITING: &str =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while self.hand.number(WAITING).await == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// The order is held at `step`; meanwhile `node` ends the sale. True if the order was accepted.
    async fn order_held(&mut self, step: &'static str, ends: Ending, node: usize) -> bool {
        self.round += 1;
        let (draft, returns) = ending(ends, &self.shop, self.round);
        let context = format!("order held at {step}, {ends:?} ended on node {node}");
        let (key, next_key) = (
            format!("held-{}", self.round),
            format!("next-{}", self.round),
        );
        let node = &self.nodes[node];
        self.gates.hold(step);
        let ordering = async {
            let placed = self.order(&key).await;
            matches!(placed, Placed::Accepted(_))
        };
        let ending = async {
            self.gates.arrived(step).await;
            let mut change = Box::pin(self.change(node, draft, Effect::Closes));
            if step == "order.scoped" {
                // The order has no lock yet: the withdrawal is answered while it is held.
                let change = change.await;
                self.gates.open(step);
                return change;
            }
            let early = tokio::select! {
                change = &mut change => Some(change),
                () = self.somebody_waits() => None,
            };
            assert!(
                early.is_none(),
                "{context}: the withdrawal was answered past a held order"
            );
            self.gates.open(step);
            change.await
        };
        let (is_accepted, change) = tokio::join!(ordering, ending);
        let change = change.unwrap_or_else(|error| panic!("{context}: {error}"));
        let next = self.order(&next_key).await;
        assert!(
            matches!(next, Placed::Refused(_)),
            "{context}: ordered after it"
        );
        self.change(node, returns(&change), Effect::Opens)
            .await
            .unwrap_or_else(|error| panic!("{context}: {error}"));
        self.scribe.hold(&context);
        is_accepted
    }

    /// The withdrawal is held at `step`; meanwhile an order comes. True if the order was accepted.
    async fn change_held(&mut self, step: &'static str, ends: Ending, node: usize) -> bool {
        self.round += 1;
        let (draft, returns) = ending(ends, &self.shop, self.round);
        let context = format!("{ends:?} held at {step} on node {node}");
        let key = format!("beside-{}", self.round);
        let node = &self.nodes[node];
        self.gates.hold(step);
        let ending = self.change(node, draft, Effect::Closes);
        let ordering = async {
            self.gates.arrived(step).await;
            let mut order = Box::pin(self.order(&key));
            let placed = if step == "change.begun" {
                // The withdrawal has no lock yet: the order goes through while it is held.
                let placed = order.await;
                self.gates.open(step);
                placed
            } else {
                let early = tokio::select! {
                    placed = &mut order => Some(placed),
                    () = self.somebody_waits() => None,
                };
                assert!(early.is_none(), "{context}: ordered past a held withdrawal");
                self.gates.open(step);
                order.await
            };
            matches!(placed, Placed::Accepted(_))
        };
        let (change, is_accepted) = tokio::join!(ending, ordering);
        let change = change.unwrap_or_else(|error| panic!("{context}: {error}"));
        self.change(node, returns(&change), Effect::Opens)
            .await
            .unwrap_or_else(|error| panic!("{context}: {error}"));
        self.scribe.hold(&context);
        is_accepted
    }

    async fn close(self) {
        for node in self.nodes {
            node.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_waits_for_the_order_past_its_locks_and_refuses_every_other() {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let mut stage = Stage::new(&place).await;
    let mut schedules = 0;
    for node in 0..stage.nodes.len() {
        for ends in ENDINGS {
            for step in ORDER_STEPS {
                let is_accepted = stage.order_held(step, ends, node).await;
                assert_eq!(
                    is_accepted,
                    step != "order.scoped",
                    "{step} {ends:?} {node}"
                );
                schedules += 1;
            }
            for step in CHANGE_STEPS {
                let is_accepted = stage.change_held(step, ends, node).await;
                assert_eq!(
                    is_accepted,
                    step == "change.begun",
                    "{step} {ends:?} {node}"
                );
                schedules += 1;
            }
        }
    }
    println!("{schedules} schedules, no order after a withdrawal's answer");
    stage.close().await;
    place.remove().await;
}

/// On SQLite: one order is held inside the writer; more orders and then a withdrawal wait in its queue.
/// However many came before it, the withdrawal is next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_goes_before_every_order_that_waits() {
    const WAITING: usize = 5;
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    let mut stage = Stage::new(&place).await;
    for ends in ENDINGS {
        for step in ORDER_STEPS.into_iter().filter(|step| *step != "db.commit") {
            stage.round += 1;
            let round = stage.round;
            let (draft, returns) = ending(ends, &stage.shop, round);
            let context = format!("order held at {step}, {ends:?} ended");
            stage.gates.hold(step);
            let keys: Vec<String> = (0..=WAITING).map(|at| format!("{round}-{at}")).collect();
            let mut held = Box::pin(stage.order(&keys[0]));
            tokio::select! {
                _ = &mut held => panic!("{context}: the step is held"),
                () = stage.gates.arrived(step) => {}
            }
            let mut waiting: Vec<_> = keys[1..]
                .iter()
                .map(|key| Box::pin(stage.order(key)))
                .collect();
            for order in &mut waiting {
                assert!(
                    has_ended(order).await.is_none(),
                    "{context}: one writer only"
                );
            }
            let node = &stage.nodes[0];
            let mut change = Box::pin(stage.change(node, draft, Effect::Closes));
            assert!(
                has_ended(&mut change).await.is_none(),
                "{context}: one writer only"
            );
            stage.gates.open(step);
            let change = change
                .await
                .unwrap_or_else(|error| panic!("{context}: {error}"));
            assert!(
                matches!(held.await, Placed::Accepted(_)),
                "{context}: it was first"
            );
            for order in waiting {
                let placed = order.await;
                assert!(
                    matches!(placed, Placed::Refused(_)),
                    "{context}: an order went before"
                );
            }
            stage
                .change(node, returns(&change), Effect::Opens)
                .await
                .unwrap_or_else(|error| panic!("{context}: {error}"));
            stage.scribe.hold(&context);
        }
    }
    stage.close().await;
}
