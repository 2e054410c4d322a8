//! A listing that slips in beside a withdrawal: feeds, offers and activations race revocations, and orders race the
//! delivery of a list that no longer has their device.
//!
//! Each round ends what a listing's sale rests on, while the listing arrives or returns. Once the end is answered, the answering node shows nothing of it as buyable and no order passes, however the race went.

use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{self, Shop, Size, id};
use domain::evidence::{Authority, Claim, WithdrawalManner};
use domain::id::{DataSetId, EvidenceId, ListingId};
use domain::listing::ListingState;
use domain::policy::{Demand, Requirement};
use domain::scope::Scope;
use trade::change::{Change, Draft};
use trade::data_sets::Input;
use trade::data_sets::approved::ListOf;
use trade::door::{Placed, Refusal};
use trade::{Backend, Code, House};

/// Rounds unless said otherwise.
const ROUNDS: u64 = 1_000;
const BRANDS: usize = 5;
/// Of a list, so many that one less is no fall.
const DEVICES: usize = 6;

/// The listing that came in a round, if it came.
async fn arrive(shop: &Shop, brand: usize, round: u64) -> Option<ListingId> {
    let outcome = shop
        .feed_as(&format!("{round}-"), std::iter::once((brand, 0, 10)))
        .await
        .expect("the feed is sound");
    let listing = outcome.listed.into_iter().next()?;
    shop.offer(&listing).await.expect("a draft can be offered");
    Some(listing)
}

/// A listing that was on sale goes away and returns.
async fn come_back(shop: &Shop, listing: &ListingId) {
    for state in [ListingState::TakenDown, ListingState::Offered] {
        let decided = shop.house.decide(listing, state, &id("omni"), "").await;
        decided.expect("a listing may be taken down and offered again");
    }
}

/// Nothing of these brands is buyable here and nothing can be ordered.
async fn nothing_is_on_sale(house: &House, brand: usize, key: &str) {
    let page = house
        .listings(&shop::market(), "", 10_000, house.present())
        .await;
    let brand = shop::brand(brand);
    let mut seen = 0;
    for judged in page.expect("reads") {
        if judged.listing.offer.brand != brand {
            continue;
        }
        seen += 1;
        assert!(
            !judged.is_buyable,
            "{key}: {} is buyable",
            judged.listing.id
        );
    }
    assert!(seen > 0, "{key}: there is something to look at");
    let listings = house
        .listings(&shop::market(), "", 10_000, house.present())
        .await;
    let last = listings
        .expect("reads")
        .into_iter()
        .rfind(|one| one.listing.offer.brand == brand);
    let listing = last.expect("there is one").listing.id;
    refuses(house, &listing, key).await;
}

async fn refuses(house: &House, listing: &ListingId, key: &str) {
    let placed = shop::order_at(house, key, listing).await;
    let refusal = match placed.expect("an order is answered") {
        Placed::Refused(refusal) => *refusal,
        Placed::Accepted(order) => panic!("{key}: accepted {order:?}"),
    };
    assert!(
        matches!(refusal, Refusal::NotSellable { .. }),
        "{key}: {refusal:?}"
    );
}

async fn accepts(house: &House, listing: &ListingId, key: &str) {
    let placed = shop::order_at(house, key, listing).await;
    assert!(
        matches!(placed, Ok(Placed::Accepted(_))),
        "{key}: {placed:?}"
    );
}

on_both! {
    async fn no_listing_slips_in_beside_a_revocation(place: &Place) {
        let rounds = setting::number("PASSBAND_TEST_CASES").unwrap_or(ROUNDS);
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: BRANDS, listings: 1, units: 10_000 }).await;
        let mut authorizations: Vec<EvidenceId> =
            shop.shelves.iter().map(|shelf| shelf.authorization.clone()).collect();
        for round in 0..rounds {
            let number = usize::try_from(round).expect("it is small") % BRANDS;
            let shelf = &shop.shelves[number];
            let known = &shelf.listings[0].0;
            let revoke = shop.withdraw(&authorizations[number], WithdrawalManner::Revoke);
            let key = format!("round-{round}");
            let (arrived, _, revoked, ()) = tokio::join!(
                arrive(&shop, number, round),
                come_back(&shop, known),
                revoke,
                async {
                    // Orders run beside it; what they are told is not asked here.
                    let _any = shop.order(&format!("{key}-beside"), known).await;
                }
            );
            revoked.expect("a brand may revoke");
            nothing_is_on_sale(&house, number, &key).await;
            refuses(&house, known, &format!("{key}-known")).await;
            let arrived = arrived.expect("a new key is a new listing");
            refuses(&house, &arrived, &format!("{key}-new")).await;
            let again = house.record(shop::authorizes(&shelf.brand)).await.expect("authorises anew");
            authorizations[number] = again.recorded().evidence.id.clone();
            accepts(&house, &arrived, &format!("{key}-back")).await;
            // Gone for good, so that the page stays small.
            let ended = house.decide(&arrived, ListingState::Ended, &id("omni"), "").await;
            ended.expect("a listing may end");
        }
        house.close().await;
    }

    async fn no_activation_slips_in_beside_its_revocation(place: &Place) {
        let rounds = setting::number("PASSBAND_TEST_CASES").unwrap_or(ROUNDS / 3);
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 1, units: 10_000 }).await;
        // The sale rests on the platform owner's list, and on nothing else that is withdrawn here.
        let mut policy = shop::policy();
        policy.categories[0].demands.push((Requirement::PlatformFit, Demand::Must));
        house.set_policy(policy, "With platform").await.expect("a policy");
        let listing = &shop.shelves[0].listings[0].0;
        let set = import_platform_list(&house).await;
        for round in 0..rounds {
            let key = format!("round-{round}");
            let activated = activate(&house, &set).await;
            assert!(matches!(activated, Change::Recorded(_)), "{key}: it had been revoked");
            accepts(&house, listing, &format!("{key}-active")).await;
            // It is activated once more, beside its revocation, and orders run.
            let activation = &activated.recorded().evidence.id;
            let beside = format!("{key}-beside");
            let (again, revoked, _any) = tokio::join!(
                activate(&house, &set),
                shop.withdraw(activation, WithdrawalManner::Revoke),
                shop.order(&beside, listing),
            );
            revoked.expect("an activation can be revoked");
            if let Change::Recorded(again) = again {
                // It came after the revocation, and so stands.
                accepts(&house, listing, &format!("{key}-again")).await;
                let revoked = shop.withdraw(&again.evidence.id, WithdrawalManner::Revoke).await;
                revoked.expect("an activation can be revoked");
            }
            nothing_is_on_sale(&house, 0, &key).await;
        }
        house.close().await;
    }

    async fn no_order_slips_in_beside_the_delivery_that_leaves_its_device_out(place: &Place) {
        let rounds = setting::number("PASSBAND_TEST_CASES").unwrap_or(ROUNDS / 10);
        let house = place.open().await;
        // A file has one node.
        let other = match place.backend() {
            Backend::Postgres => place.open().await,
            Backend::Sqlite => house.clone(),
        };
        let size = Size { brands: 1, listings: DEVICES, units: 10_000 };
        let shop = Shop::open(&house, size).await;
        // What the network certified one by one is gone; its list certifies.
        for (_, certification) in &shop.shelves[0].listings {
            shop.withdraw(certification, WithdrawalManner::Revoke).await.expect("revokes");
        }
        let listings: Vec<&ListingId> = shop.shelves[0].listings.iter().map(|(id, _)| id).collect();
        let (gone, stays) = (listings[0], listings[1]);
        refuses(&house, gone, "nothing certifies").await;
        let all = deliver(&house, 0).await;
        let fewer = deliver(&house, 1).await;
        for round in 0..rounds {
            let key = format!("round-{round}");
            let (here, there) = if round % 2 == 0 { (&house, &other) } else { (&other, &house) };
            activate(here, &all).await;
            accepts(there, gone, &format!("{key}-there")).await;
            let (first, second) = (format!("{key}-beside"), format!("{key}-beside-too"));
            let (left_out, _any, _other) = tokio::join!(
                activate(here, &fewer),
                shop::order_at(here, &first, gone),
                shop::order_at(there, &second, gone),
            );
            assert!(matches!(left_out, Change::Recorded(_)), "{key}: the list had spoken");
            refuses(here, gone, &format!("{key}-here")).await;
            refuses(there, gone, &format!("{key}-there-too")).await;
            accepts(there, stays, &format!("{key}-stays")).await;
        }
        // The last delivery taken back, the one before speaks again.
        other.follow().await.expect("follows");
        let back = other.take_back(&shop::market(), &fewer, &shop::operator()).await;
        back.expect("it is active");
        accepts(&house, gone, "back").await;
        house.close().await;
        other.close().await;
    }

    async fn evidence_that_ends_what_is_not_there_is_refused(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 2, listings: 1, units: 1 }).await;
        let authorization = &shop.shelves[0].authorization;
        // Under another brand's scope it would end the evidence without meeting its orders.
        let elsewhere = Scope::Brand(shop::brand(1));
        let draft = shop::ends(authorization, elsewhere, WithdrawalManner::Revoke);
        assert_eq!(house.record(draft).await.expect_err("elsewhere").code, Code::WrongScope);
        let nothing = shop::ends(&id("nothing"), Scope::Brand(shop::brand(0)), WithdrawalManner::Revoke);
        assert_eq!(house.record(nothing).await.expect_err("nothing").code, Code::NotFound);
        let claim = Claim::StopSale { cause: "recall".to_owned() };
        let stop = Draft::own(Scope::Model(id("brand-0.one")), shop::operator(), claim, "", "");
        house.record(stop).await.expect("a model can be recalled");
        refuses(&house, &shop.shelves[0].listings[0].0, "recalled").await;
        accepts(&house, &shop.shelves[1].listings[0].0, "not recalled").await;
        house.close().await;
    }
}

async fn activate(house: &House, set: &DataSetId) -> Change {
    let activated = house
        .activate(&shop::market(), set, &shop::operator())
        .await;
    activated.expect("the set is there")
}

/// The network's list of approved devices: all of the shop's but the first few.
async fn deliver(house: &House, left_out: usize) -> DataSetId {
    let rows = (left_out..DEVICES).map(|n| format!("B0V{n},Brand 0,approved\n"));
    let text = format!("model code,brand,result\n{}", rows.collect::<String>());
    let input = Input::Bytes(format!("without-{left_out}.csv"), text.into());
    let list = ListOf {
        network: shop::host(),
        carrier: None,
        name: None,
        dated: None,
        mapping: "".parse().expect("no columns are named"),
    };
    let read = house.deliver_list(input, list, |_| {}).await;
    let read = read.expect("the list is sound");
    assert_eq!((read.faults, read.notes), (Vec::new(), Vec::new()));
    read.data_set.expect("a list is kept").id
}

/// A platform owner's list that names the shop's variant.
async fn import_platform_list(house: &House) -> DataSetId {
    let text = "Retail Branding,Marketing Name,Device,Model\nBrand 0,One,device,B0V0\n";
    let input = Input::Bytes("supported_devices.csv".to_owned(), text.into());
    let read = house
        .import(input, None, Authority::PublicList, |_| {})
        .await;
    let read = read.expect("the list is sound");
    assert_eq!(read.faults, [], "{:?}", read.kind);
    read.data_set.expect("a list is kept").id
}
