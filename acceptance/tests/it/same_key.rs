//! One key is one order, however often and however closely it is asked for.

use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{Shop, Size};
use trade::Code;
use trade::door::{OrderRequest, Placed};

const KEYS: u64 = 500;
const TWINS: usize = 5;
const LISTINGS: usize = 50;

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
}
