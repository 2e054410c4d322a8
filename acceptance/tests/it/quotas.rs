//! Authorisations that are for so many units, passed on or for one condition: never used beyond what they say.

use acceptance::on_both;
use acceptance::shop::{self, Shop, Size, id, order_at};
use domain::evidence::{Claim, PassedOn, Reach, SalesAuthorization, Standing, WithdrawalManner};
use domain::id::{EvidenceId, ListingId, PartyId, SellerId};
use domain::listing::Condition;
use domain::scope::Scope;
use gate::ReasonCode;
use gate::snapshot::Moment;
use trade::change::Draft;
use trade::door::{Basis, OrderRequest, Placed, Refusal};
use trade::{Code, Error, House};

/// Units of each listing: more than anybody may sell.
const UNITS: u32 = 500;
const BUYERS: usize = 300;
const FLIPS: usize = 40;

/// A word on one seller, to be limited.
fn on(seller: SellerId) -> SalesAuthorization {
    SalesAuthorization {
        sellers: Reach::Only(vec![seller]),
        ..SalesAuthorization::of_everything(Standing::Yes, shop::brand(0))
    }
}

fn passed_on(from: &str) -> SalesAuthorization {
    SalesAuthorization {
        rests_on: Some(PassedOn {
            from: id(from),
            by: shop::wholesaler(),
        }),
        ..on(shop::seller())
    }
}

async fn says(
    house: &House,
    name: &str,
    issuer: &str,
    says: SalesAuthorization,
) -> Result<EvidenceId, Error> {
    let scope = Scope::Brand(says.brand.clone());
    let claim = Claim::SalesAuthorization(says);
    let draft = Draft::own(scope, id(issuer), claim, "Letter", "2016-02-01").with_id(id(name));
    let change = house.record(draft).await?;
    Ok(change.recorded().evidence.id.clone())
}

/// A shop without the authorisation for all there is.
async fn without_authorization(house: &House, listings: usize) -> (Shop, Vec<ListingId>) {
    let size = Size {
        brands: 1,
        listings,
        units: UNITS,
    };
    let shop = Shop::open(house, size).await;
    let ended = shop.withdraw(&shop.shelves[0].authorization, WithdrawalManner::Revoke);
    ended.await.expect("revokes");
    let listings = shop.shelves[0].listings.iter();
    let listings = listings.map(|(listing, _)| listing.clone()).collect();
    (shop, listings)
}

/// The quotas that an order of so many units was taken of, or why it was refused.
async fn ordered(
    house: &House,
    key: &str,
    listing: &ListingId,
    units: u32,
) -> Result<Vec<String>, Refusal> {
    let request = OrderRequest {
        key: key.to_owned(),
        lines: vec![(listing.clone(), units)],
    };
    match house.place_order(&request).await.expect("answered") {
        Placed::Accepted(order) => {
            let basis: Basis = serde_json::from_str(&order.basis).expect("a basis");
            Ok(basis.lines[0].quotas.clone())
        }
        Placed::Refused(refusal) => Err(*refusal),
    }
}

on_both! {
    async fn a_crowd_takes_no_more_than_was_authorised(place: &Place) {
        let house = place.open().await;
        let (_, listings) = without_authorization(&house, 2).await;
        let limited = |units, says: SalesAuthorization| SalesAuthorization { quantity: Some(units), ..says };
        let passable = SalesAuthorization { may_be_passed_on: true, ..on(shop::wholesaler()) };
        says(&house, "q-1", "brand-0", limited(30, on(shop::seller()))).await.expect("records");
        says(&house, "q-2", "brand-0", limited(25, passable)).await.expect("records");
        // Two chains end in one counter.
        says(&house, "q-3", "big-party", passed_on("q-2")).await.expect("records");
        says(&house, "q-4", "big-party", limited(100, passed_on("q-2"))).await.expect("records");
        let buyers: Vec<_> = (0..BUYERS)
            .map(|buyer| {
                let (house, mut lines) = (house.clone(), listings.clone());
                lines.rotate_left(buyer % 2);
                lines.truncate(1 + buyer % 2);
                let lines: Vec<(ListingId, u32)> = lines.into_iter().map(|one| (one, 1)).collect();
                let units = lines.len();
                let request = OrderRequest { key: format!("q-{buyer}"), lines };
                tokio::spawn(async move { (units, house.place_order(&request).await) })
            })
            .collect();
        let mut sold = 0;
        for buyer in buyers {
            let (units, placed) = buyer.await.expect("ends");
            match placed.expect("no error, whatever the crowd") {
                Placed::Accepted(_) => sold += units,
                Placed::Refused(refusal) => {
                    assert!(matches!(*refusal, Refusal::QuotaUsedUp { .. }), "{refusal:?}");
                }
            }
        }
        assert_eq!(sold, 55, "30 of the brand's own word, 25 of what was passed on");
        let mut left = 0;
        for listing in &listings {
            let found = house.listing(listing).await.expect("reads").expect("is there");
            left += found.stock;
            let judged = house.judge(found, Moment::at(house.present())).await.expect("judges");
            assert!(judged.verdict.is_sellable(), "no quantity is part of a verdict");
            assert!(!judged.is_buyable && judged.available == 0, "shown as sold out is");
        }
        assert_eq!(left, 2 * UNITS - 55, "what was refused took no stock");
        let refused = ordered(&house, "late", &listings[0], 1).await.expect_err("used up");
        let suppliers: Vec<PartyId> = vec![id("brand-0")];
        let listing = listings[0].clone();
        assert_eq!(refused, Refusal::QuotaUsedUp { listing, available: 0, suppliers });
        house.close().await;
    }

    async fn units_are_taken_of_the_first_quota_by_id_with_room(place: &Place) {
        let house = place.open().await;
        let (shop, listings) = without_authorization(&house, 1).await;
        let listing = &listings[0];
        for (name, units) in [("q-2", 5), ("q-1", 2)] {
            let limited = SalesAuthorization { quantity: Some(units), ..on(shop::seller()) };
            says(&house, name, "brand-0", limited).await.expect("records");
        }
        assert_eq!(ordered(&house, "a", listing, 3).await, Ok(vec!["q-2".to_owned()]));
        assert_eq!(ordered(&house, "b", listing, 2).await, Ok(vec!["q-1".to_owned()]));
        let Err(Refusal::QuotaUsedUp { available, .. }) = ordered(&house, "c", listing, 3).await else {
            panic!("two are left of one, none of the other");
        };
        assert_eq!(available, 2);
        // Asked again with its key, an order takes nothing more.
        assert_eq!(ordered(&house, "a", listing, 3).await, Ok(vec!["q-2".to_owned()]));
        let open = says(&house, "q-9", "brand-0", on(shop::seller())).await.expect("records");
        assert_eq!(ordered(&house, "d", listing, 3).await, Ok(Vec::new()), "this one costs nothing");
        shop.withdraw(&open, WithdrawalManner::Suspend).await.expect("suspends");
        assert_eq!(ordered(&house, "e", listing, 2).await, Ok(vec!["q-2".to_owned()]));
        house.close().await;
    }

    async fn what_is_passed_on_falls_with_its_link_and_returns_with_it(place: &Place) {
        let house = place.open().await;
        let (shop, listings) = without_authorization(&house, 1).await;
        let listing = &listings[0];
        let passable = SalesAuthorization { may_be_passed_on: true, ..on(shop::wholesaler()) };
        let top = says(&house, "top", "brand-0", passable.clone()).await.expect("records");
        says(&house, "own", "brand-0", on(shop::wholesaler())).await.expect("records");
        for (name, issuer, from, by) in [
            ("bad-1", "big-party", "own", "big"),
            ("bad-2", "omni", "top", "big"),
            ("bad-3", "omni", "top", "omni"),
        ] {
            let mut wrong = passed_on(from);
            wrong.rests_on = Some(PassedOn { from: id(from), by: id(by) });
            let refused = says(&house, name, issuer, wrong).await.expect_err(name);
            assert_eq!(refused.code, Code::NotPassedOn, "{name}: {refused}");
        }
        let nothing = says(&house, "bad-4", "big-party", passed_on("bad-4")).await;
        assert_eq!(nothing.expect_err("it rests on itself").code, Code::NotFound);
        let denial = SalesAuthorization { standing: Standing::No, ..passed_on("top") };
        let denial = says(&house, "bad-5", "big-party", denial).await;
        assert_eq!(denial.expect_err("a denial rests on nothing").code, Code::InvalidInput);

        says(&house, "ours", "big-party", passed_on("top")).await.expect("records");
        assert_eq!(ordered(&house, "a", listing, 1).await, Ok(Vec::new()));
        let ended = shop.withdraw(&top, WithdrawalManner::Suspend).await.expect("suspends");
        let Err(Refusal::NotSellable { lines }) = ordered(&house, "b", listing, 1).await else {
            panic!("its link does not hold");
        };
        let codes: Vec<ReasonCode> = lines[0].1.blocking().map(|reason| reason.code).collect();
        assert_eq!(codes, [ReasonCode::AuthorizationChainBroken]);
        let lifted = shop.withdraw(&ended.recorded().evidence.id, WithdrawalManner::Revoke);
        lifted.await.expect("lifts");
        assert_eq!(ordered(&house, "c", listing, 1).await, Ok(Vec::new()));
        house.close().await;
    }

    async fn a_feed_that_changes_the_condition_meets_the_gate(place: &Place) {
        let house = place.open().await;
        let (shop, listings) = without_authorization(&house, 1).await;
        let listing = &listings[0];
        let new_only = SalesAuthorization { conditions: Reach::Only(vec![Condition::New]), ..on(shop::seller()) };
        says(&house, "new-only", "brand-0", new_only).await.expect("records");
        let condition = |word: &str| {
            let line = format!("B0V0\tPhone B0V0\tBrand 0\tB0V0\t119.00 USD\t{word}\tin_stock\t500\n");
            let shop = shop.clone();
            async move { shop.feed_of(&line).await.expect("a sound feed") }
        };
        for flip in 0..FLIPS {
            let racing: Vec<_> = (0..4)
                .map(|buyer| {
                    let (house, listing) = (house.clone(), listing.clone());
                    let key = format!("race-{flip}-{buyer}");
                    tokio::spawn(async move { order_at(&house, &key, &listing).await })
                })
                .collect();
            assert_eq!(condition("used").await.changed.len(), 1);
            let used = ordered(&house, &format!("used-{flip}"), listing, 1).await;
            assert!(matches!(used, Err(Refusal::NotSellable { .. })), "{flip}: {used:?}");
            for one in racing {
                one.await.expect("ends").expect("answered");
            }
            let found = house.listing(listing).await.expect("reads").expect("is there");
            assert_eq!(found.offer.condition, Condition::Used);
            let judged = house.judge(found, Moment::at(house.present())).await.expect("judges");
            assert!(!judged.is_buyable, "{flip}");
            assert_eq!(condition("new").await.changed.len(), 1);
            let new = ordered(&house, &format!("new-{flip}"), listing, 1).await;
            assert_eq!(new, Ok(Vec::new()), "{flip}: it is new again");
        }
        house.close().await;
    }
}
