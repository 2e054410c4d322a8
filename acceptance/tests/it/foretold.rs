//! What a change would do is what it does: asked before it is made, and looked at after it was.

use std::collections::BTreeSet;

use acceptance::on_both;
use acceptance::shop::{self, Shop, Size, authorization, brand, id, market, seller, variant};
use domain::Period;
use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{Claim, Standing, WithdrawalManner};
use domain::scope::Scope;
use trade::change::Draft;
use trade::impact::{Affected, Impact, ImpactPage, Planned, Way, policy};

const SIZE: Size = Size {
    brands: 2,
    listings: 3,
    units: 5,
};

/// Which listings can be bought.
async fn on_sale(shop: &Shop) -> BTreeSet<String> {
    let now = shop.house.present();
    let all = shop.house.listings(&market(), "", 1_000, now).await;
    let all = all.expect("lists").into_iter();
    all.filter(|judged| judged.verdict.is_sellable())
        .map(|judged| judged.listing.id.to_string())
        .collect()
}

async fn foretell(shop: &Shop, planned: &Planned) -> Impact {
    let page = ImpactPage {
        after: None,
        limit: 1_000,
    };
    shop.house.impact(planned, &page).await.expect("foretold")
}

fn those(impact: &Impact, way: Way) -> BTreeSet<String> {
    let affected = impact.affected.iter();
    let found = affected.filter(|one| one.way == way);
    found.map(|one| one.listing.to_string()).collect()
}

/// Foretells a change, sees that nothing happened, makes it, and compares; gives how many stopped and started.
async fn check(shop: &Shop, draft: Draft) -> (u64, u64) {
    let planned = Planned::Change(Box::new(draft.clone()));
    let before = on_sale(shop).await;
    let position = shop.house.snapshot().next_position();
    let impact = foretell(shop, &planned).await;
    assert_eq!(shop.house.snapshot().next_position(), position);
    assert_eq!(on_sale(shop).await, before, "{draft:?} was only planned");
    shop.house.record(draft.clone()).await.expect("recorded");
    let after = on_sale(shop).await;
    let stopped = before.difference(&after).cloned().collect();
    let started = after.difference(&before).cloned().collect();
    assert_eq!(those(&impact, Way::Stops), stopped, "{draft:?}");
    assert_eq!(those(&impact, Way::Starts), started, "{draft:?}");
    assert_eq!(
        impact.stops,
        impact
            .affected
            .iter()
            .filter(|one| one.way == Way::Stops)
            .count() as u64
    );
    assert_eq!(impact.judged, 6);
    (impact.stops, impact.starts)
}

on_both! {
    async fn each_change_does_what_was_foretold(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SIZE).await;
        let brands = |number: usize| Scope::Brand(brand(number));
        let own = |scope, issuer: &str, claim| Draft::own(scope, id(issuer), claim, "Letter", "2016");
        let suspended = shop::ends(&shop.shelves[0].authorization, brands(0), WithdrawalManner::Suspend)
            .with_id(id("suspended"));
        assert_eq!(check(&shop, suspended).await, (3, 0));
        let lifted = shop::ends(&id("suspended"), brands(0), WithdrawalManner::Revoke);
        assert_eq!(check(&shop, lifted).await, (0, 3));
        let denied = own(brands(1), "brand-1", authorization(&brand(1), Standing::No)).with_id(id("denied"));
        assert_eq!(check(&shop, denied).await, (3, 0));
        // A recall of what is off sale already stops nothing more.
        let recall = || Claim::StopSale { cause: "recall".to_owned() };
        let of_one = own(Scope::Variant(variant(1, 0)), "brand-1", recall());
        assert_eq!(check(&shop, of_one).await, (0, 0));
        let taken_back = shop::ends(&id("denied"), brands(1), WithdrawalManner::Revoke);
        assert_eq!(check(&shop, taken_back).await, (0, 2));
        let everywhere = own(Scope::Seller(seller()), "operator", recall()).with_id(id("everywhere"));
        assert_eq!(check(&shop, everywhere).await, (5, 0));
        let over = shop::ends(&id("everywhere"), Scope::Seller(seller()), WithdrawalManner::Revoke);
        assert_eq!(check(&shop, over).await, (0, 5));
        let refused = DeviceCertification::of(variant(0, 1), shop::host(), CertificationResult::NotCertified);
        let refused = Claim::DeviceCertification(refused);
        let refused = own(Scope::Variant(variant(0, 1)), "tower", refused);
        assert_eq!(check(&shop, refused).await, (1, 0));
        let Planned::Change(less) = policy(shop::authorization_only()) else { panic!("a change") };
        assert_eq!(check(&shop, *less).await, (0, 1));
        house.close().await;
    }

    async fn who_holds_what_would_stop_is_counted_and_the_list_is_walked_page_by_page(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SIZE).await;
        let listings: Vec<_> = shop.shelves[0].listings.iter().map(|(id, _)| id.clone()).collect();
        shop.order("k1", &listings[0]).await.expect("orders");
        shop.order("k2", &listings[0]).await.expect("orders");
        shop.order("k3", &shop.shelves[1].listings[0].0).await.expect("orders");
        let cart = house.open_cart().await.expect("a cart");
        house.put_in_cart(&cart, &listings[1], 4).await.expect("put");
        let planned = house.planned_withdrawal(&shop.shelves[0].authorization, None).await.expect("there");
        let whole = foretell(&shop, &planned).await;
        assert_eq!((whole.stops, whole.starts), (3, 0));
        assert_eq!((whole.carts.count, whole.carts.units), (1, 4));
        assert_eq!((whole.orders.count, whole.orders.units), (2, 2));
        let of = |id| whole.affected.iter().find(|one: &&Affected| one.listing == id).expect("listed").clone();
        assert_eq!(of(listings[0].clone()).orders.count, 2);
        assert_eq!(of(listings[1].clone()).carts.units, 4);
        assert_eq!(of(listings[2].clone()).codes, ["authorization_withdrawn"]);
        let mut walked: Vec<Affected> = Vec::new();
        for _ in 0..4 {
            let page = ImpactPage { after: walked.last().map(Affected::place), limit: 1 };
            let one = house.impact(&planned, &page).await.expect("foretold");
            assert_eq!((one.stops, one.carts), (whole.stops, whole.carts));
            walked.extend(one.affected);
        }
        let places = |all: &[Affected]| all.iter().map(Affected::place).collect::<Vec<_>>();
        assert_eq!(places(&walked), places(&whole.affected));
        house.close().await;
    }

    async fn what_ends_by_itself_is_foretold_with_its_instant(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SIZE).await;
        let now = house.present();
        let hour = 3_600_000;
        let stop = |scope, from: i64, until: i64| {
            let claim = Claim::StopSale { cause: "complaint".to_owned() };
            let period = Period { from: Some(now.plus_ms(from)), until: Some(now.plus_ms(until)) };
            Draft::own(scope, shop::operator(), claim, "Notice", "2016").valid(period)
        };
        house.record(stop(Scope::Brand(brand(0)), hour, 3 * hour)).await.expect("recorded");
        house.record(stop(Scope::Variant(variant(1, 2)), 2 * hour, 9 * hour)).await.expect("recorded");
        let turns = |impact: &Impact| (impact.stops, impact.starts);
        let within = |hours: i64| Planned::Time(now.plus_ms(hours * hour));
        assert_eq!(turns(&foretell(&shop, &within(0)).await), (0, 0));
        let first = foretell(&shop, &within(1)).await;
        assert_eq!(turns(&first), (3, 0));
        assert!(first.affected.iter().all(|one| one.at == now.plus_ms(hour)));
        assert_eq!(turns(&foretell(&shop, &within(2)).await), (4, 0));
        assert_eq!(turns(&foretell(&shop, &within(4)).await), (4, 3));
        assert_eq!(turns(&foretell(&shop, &within(10)).await), (4, 4));
        house.close().await;
    }

    async fn a_change_that_begins_later_is_judged_as_of_then(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SIZE).await;
        let from = house.present().plus_ms(86_400_000);
        let ends = &shop.shelves[1].authorization;
        let planned = house.planned_withdrawal(ends, Some(from)).await.expect("there");
        let impact = foretell(&shop, &planned).await;
        assert_eq!((impact.at, impact.stops), (from, 3));
        let past = house.present().plus_ms(-86_400_000);
        let planned = house.planned_withdrawal(ends, Some(past)).await.expect("there");
        assert!(foretell(&shop, &planned).await.at >= house.snapshot().last_at());
        let nothing = house.planned_withdrawal(&id("ev-nothing"), None).await;
        assert!(nothing.is_err(), "there is nothing to withdraw");
        let elsewhere = Draft::own(Scope::Brand(brand(0)), shop::operator(), Claim::Policy(shop::policy()), "", "");
        let page = ImpactPage::default();
        assert!(house.impact(&Planned::Change(Box::new(elsewhere)), &page).await.is_err());
        house.close().await;
    }
}
