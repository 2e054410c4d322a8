//! One key is one order, however often and however closely it is asked for.

use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{Shop, Size};
use domain::id::ListingId;
use trade::Code;
use trade::door::{OrderRequest, Placed};

const KEYS: u64 = 500;
const TWINS: usize = 5;
const LISTINGS: usize = 50;
const CARTS: usize = 40;

on_both! {
    async fn twins_get_one_order_and_the_same_answer(place: &Place) {
        let keys = setting::number("PASSBAND_TEST_CASES").unwrap_or(KEYS);
        let units = u32::try_from(keys.div_ceil(LISTINGS as u64)).expect("it is small");
        let house = place.open().await;
        // Just enough units: a twin that came too late to find any must still hear of its own order.
        let size = Size { brands: 1, listings: LISTINGS, units };
        let shop = Shop::open(&house, size).await;
        let listings = &shop.shelves[0].listings;
        let mut asked = Vec::new();
        for number in 0..keys {
            let listing = listings[usize::try_from(number).expect("it is small") % LISTINGS].0.clone();
            for _ in 0..TWINS {
                let (house, listing) = (house.clone(), listing.clone());
                asked.push(tokio::spawn(async move {
                    let request = OrderRequest { key: format!("key-{number}"), lines: vec![(listing, 1)] };
                    house.place_order(&request).await
                }));
            }
        }
        let mut answers = Vec::new();
        for one in asked {
            answers.push(one.await.expect("ends"));
        }
        for (number, twins) in answers.chunks(TWINS).enumerate() {
            let Ok(Placed::Accepted(first)) = &twins[0] else {
                panic!("key-{number}: {:?}", twins[0]);
            };
            for twin in twins {
                assert_eq!(twin, &Ok(Placed::Accepted(first.clone())), "key-{number}");
            }
        }
        let hand = place.hand().await;
        let stored = hand.number("SELECT count(*) FROM orders").await;
        assert_eq!(stored, i64::try_from(keys).expect("it is small"));
        let sold = hand.number("SELECT SUM(sold) FROM listings").await;
        assert_eq!(sold, stored, "each order took one unit");
        house.close().await;
    }

    async fn a_key_stands_for_one_request(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 2, units: 5 }).await;
        let listings = &shop.shelves[0].listings;
        let ask = |lines: Vec<(usize, u32)>| {
            let lines = lines.into_iter().map(|(at, units)| (listings[at].0.clone(), units)).collect();
            let request = OrderRequest { key: "one".to_owned(), lines };
            let house = house.clone();
            async move { house.place_order(&request).await }
        };
        let first = ask(vec![(0, 2), (1, 1)]).await.expect("answered");
        assert!(matches!(first, Placed::Accepted(_)));
        // The same lines otherwise written are the same request.
        assert_eq!(ask(vec![(1, 1), (0, 1), (0, 1)]).await, Ok(first.clone()));
        for other in [vec![(0, 1)], vec![(0, 2), (1, 2)], vec![(0, 2)]] {
            let error = ask(other).await.expect_err("another request");
            assert_eq!(error.code, Code::KeyReused);
        }
        // It stands when nothing may be sold any more, too.
        shop.withdraw(&shop.shelves[0].authorization, domain::evidence::WithdrawalManner::Revoke)
            .await
            .expect("withdraws");
        assert_eq!(ask(vec![(0, 2), (1, 1)]).await, Ok(first));
        house.close().await;
    }

    /// What is put into a cart is ordered once or still in it, however many check out and put in at once.
    async fn nothing_in_a_cart_is_ordered_twice_or_lost(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 2, units: 1_000 }).await;
        let [first, second] = [0, 1].map(|at| shop.shelves[0].listings[at].0.clone());
        for round in 0..CARTS {
            let cart = house.open_cart().await.expect("a cart");
            house.put_in_cart(&cart, &first, 1).await.expect("put in");
            let keys: Vec<String> = (0..TWINS).map(|twin| format!("{round}-{twin}")).collect();
            let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|at: usize| house.check_out(&cart, &keys[at]));
            let put = house.put_in_cart(&cart, &second, 1);
            let (a, b, put, c, d, e) = tokio::join!(a, b, put, c, d, e);
            put.expect("put in");
            let mut ordered: Vec<ListingId> = Vec::new();
            for answer in [a, b, c, d, e] {
                match answer {
                    Ok(Placed::Accepted(order)) => {
                        ordered.extend(order.lines.iter().map(|line| line.listing.clone()));
                        assert!(order.lines.iter().all(|line| line.quantity == 1), "round {round}");
                    }
                    Ok(Placed::Refused(refusal)) => panic!("round {round}: {refusal:?}"),
                    // Empty by then, or changed or checked out meanwhile.
                    Err(error) => assert!(
                        matches!(error.code, Code::StateConflict | Code::InvalidInput),
                        "round {round}: {error:?}"
                    ),
                }
            }
            let left = house.cart(&cart).await.expect("reads");
            let mut all: Vec<ListingId> = left.into_iter().map(|(listing, _)| listing).chain(ordered).collect();
            all.sort_unstable();
            let mut expected = vec![first.clone(), second.clone()];
            expected.sort_unstable();
            assert_eq!(all, expected, "round {round}");
        }
        house.close().await;
    }
}
