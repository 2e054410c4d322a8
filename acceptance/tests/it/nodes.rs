//! Two nodes on one database: what one of them hears, the other acts on.

use acceptance::place::Place;
use acceptance::shop::{self, Shop, Size, order_at};
use domain::device::DeviceVariant;
use domain::evidence::{Authority, WithdrawalManner};
use domain::policy::{Demand, Requirement};
use trade::Backend;
use trade::data_sets::Input;
use trade::door::Placed;
use trade::house::Registration;

const SIZE: Size = Size {
    brands: 1,
    listings: 2,
    units: 100,
};
/// A platform owner's list with both phones of the shop, and one that the shop does not have yet.
const LIST: &str = "Retail Branding,Marketing Name,Device,Model\nBrand 0,One,a,B0V0\nBrand 0,One,b,B0V1\nBrand 0,One,c,LATER\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_node_follows_withdrawals_names_and_lists() {
    let Some(place) = Place::new(Backend::Postgres).await else {
        return;
    };
    let (one, other) = (place.open().await, place.open().await);
    let shop = Shop::open(&one, SIZE).await;
    let listing = &shop.shelves[0].listings[0].0;
    let is_buyable = |house: &trade::House| {
        let house = house.clone();
        async move {
            let page = house
                .listings(&shop::market(), "", 10, house.present())
                .await;
            page.expect("reads").iter().any(|one| one.is_buyable)
        }
    };
    other.follow().await.expect("follows");
    assert!(is_buyable(&other).await);
    assert_eq!(other.directory().variants.len(), 2, "it knows the names");

    // A withdrawal on one: orders on the other are refused at once, and once it followed nothing is shown.
    let authorization = &shop.shelves[0].authorization;
    let suspended = shop
        .withdraw(authorization, WithdrawalManner::Suspend)
        .await
        .expect("suspends");
    let placed = order_at(&other, "late", listing).await.expect("answered");
    assert!(matches!(placed, Placed::Refused(_)));
    other.follow().await.expect("follows");
    assert!(!is_buyable(&other).await);
    let suspension = &suspended.recorded().evidence.id;
    shop.withdraw(suspension, WithdrawalManner::Revoke)
        .await
        .expect("lifts");

    // A list is activated on the other, and a phone of it comes to the catalogue of the first one later.
    let mut policy = shop::policy();
    policy.categories[0]
        .demands
        .push((Requirement::PlatformFit, Demand::Must));
    one.set_policy(policy, "With platform")
        .await
        .expect("a policy");
    let input = Input::Bytes("supported_devices.csv".to_owned(), LIST.into());
    let list = other
        .import(input, None, Authority::PublicList, |_| {})
        .await
        .expect("reads");
    let list = list.data_set.expect("it is kept").id;
    other
        .activate(&shop::market(), &list, &shop::operator())
        .await
        .expect("activates");
    let placed = order_at(&one, "listed", listing).await.expect("answered");
    assert!(matches!(placed, Placed::Accepted(_)), "{placed:?}");

    let later = DeviceVariant {
        id: shop::id("brand-0.later"),
        model: shop::id("brand-0.one"),
        code: "LATER".to_owned(),
        description: String::new(),
    };
    let variants = vec![later];
    one.register(Registration {
        variants,
        ..Registration::default()
    })
    .await
    .expect("registers");
    for house in [&one, &other] {
        house.follow().await.expect("follows");
    }
    let mut offer = shop::offer(0, 0);
    offer.variant = shop::id("brand-0.later");
    for house in [&one, &other] {
        let verdict = house.verdict(&offer, gate::snapshot::Moment::at(house.present()));
        let says = |code| verdict.reasons.iter().any(|reason| reason.code == code);
        assert!(says(gate::ReasonCode::PlatformCertified), "{verdict:#?}");
    }
    one.close().await;
    other.close().await;
    place.remove().await;
}
