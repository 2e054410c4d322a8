//! A snapshot that differs from the record is found, and is not trusted any more.

use acceptance::place::{Hand, Place};
use acceptance::shop::{Shop, Size, market};
use domain::evidence::WithdrawalManner;
use trade::{Backend, House};

const SIZE: Size = Size {
    brands: 2,
    listings: 3,
    units: 5,
};

async fn buyable(house: &House) -> usize {
    let now = house.present();
    let all = house.listings(&market(), "", 1_000, now).await;
    let all = all.expect("lists").into_iter();
    all.filter(|judged| judged.is_buyable).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_followed_and_remembered_is_what_the_record_says_from_its_beginning() {
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    let house = place.open().await;
    let shop = Shop::open(&house, SIZE).await;
    for shelf in &shop.shelves {
        assert!(house.recompute().await.expect("reads").is_right());
        let withdrawn = shop.withdraw(&shelf.authorization, WithdrawalManner::Suspend);
        withdrawn.await.expect("withdrawn");
    }
    let found = house.recompute().await.expect("reads");
    assert!(found.is_right(), "{found:?}");
    assert_eq!(
        (found.listings, found.next_position),
        (6, house.snapshot().next_position())
    );
    assert!(!house.is_in_doubt());
    house.close().await;
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_snapshot_differs_shows_nothing_as_buyable_and_answers_by_the_record() {
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    let house = place.open().await;
    let shop = Shop::open(&house, SIZE).await;
    assert_eq!(buyable(&house).await, 6);
    // As if this node had followed something else than what is there.
    let Hand::Sqlite(hand) = place.hand().await else {
        panic!("a file");
    };
    let id = shop.shelves[0].authorization.as_str();
    let no = "UPDATE record SET body = replace(body, '\"standing\":\"yes\"', '\"standing\":\"no\"') WHERE evidence_id = ?1";
    assert_eq!(hand.execute(no, [id]).expect("changes"), 1);
    let found = house.recompute().await.expect("reads");
    assert_eq!(found.differences, 3, "{found:?}");
    assert!(
        found.told[0].contains("sellable by the snapshot"),
        "{found:?}"
    );
    assert!(house.is_in_doubt() && !house.is_fresh());
    assert_eq!(buyable(&house).await, 0);
    let order = shop.order("k", &shop.shelves[0].listings[0].0).await;
    let order = order.expect("the door answers");
    assert!(
        matches!(order, trade::door::Placed::Refused(_)),
        "{order:?}"
    );
    // Following the record does not clear it; starting again does.
    house.follow().await.expect("follows");
    assert!(!house.is_fresh());
    assert!(house.recompute().await.expect("reads").is_right());
    assert!(house.is_in_doubt());
    house.close().await;
    let house = place.open().await;
    assert!(!house.is_in_doubt());
    assert_eq!(buyable(&house).await, 3);
    house.close().await;
    place.remove().await;
}
