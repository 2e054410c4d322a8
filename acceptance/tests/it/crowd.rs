//! A crowd at few units: exactly so many orders, and a clear answer for everybody else.

use std::sync::Arc;

use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{Shop, Size, order_at};
use domain::evidence::WithdrawalManner;
use domain::id::ListingId;
use tokio::sync::Semaphore;
use trade::door::{OrderRequest, Placed, Refusal};

const BUYERS: usize = 10_000;
/// As many at once as the server lets in; the others wait outside.
const AT_ONCE: usize = 512;
const UNITS: u32 = 100;
const ROUNDS: u64 = 2;

on_both! {
    async fn a_crowd_gets_exactly_what_there_is(place: &Place) {
        let rounds = setting::number("PASSBAND_TEST_CASES").unwrap_or(ROUNDS);
        let house = place.open().await;
        let listings = usize::try_from(rounds).expect("it is small");
        let shop = Shop::open(&house, Size { brands: 1, listings, units: UNITS }).await;
        let doorman = Arc::new(Semaphore::new(AT_ONCE));
        for (round, (listing, _)) in shop.shelves[0].listings.iter().enumerate() {
            let buyers: Vec<_> = (0..BUYERS)
                .map(|buyer| {
                    let (house, listing) = (house.clone(), listing.clone());
                    let doorman = Arc::clone(&doorman);
                    tokio::spawn(async move {
                        let _inside = doorman.acquire().await.expect("it never closes");
                        order_at(&house, &format!("{round}-{buyer}"), &listing).await
                    })
                })
                .collect();
            let mut accepted = 0_u32;
            for buyer in buyers {
                match buyer.await.expect("ends").expect("no error, whatever the crowd") {
                    Placed::Accepted(_) => accepted += 1,
                    Placed::Refused(refusal) => assert_eq!(
                        *refusal,
                        Refusal::SoldOut { listing: listing.clone(), available: 0 },
                    ),
                }
            }
            assert_eq!(accepted, UNITS, "round {round}");
            let found = house.listing(listing).await.expect("reads").expect("is there");
            assert_eq!(found.stock, 0);
            let counted = house.order_count(listing).await;
            assert_eq!(counted, Ok((u64::from(UNITS), u64::from(UNITS))));
        }
        house.close().await;
    }

    async fn an_order_takes_all_of_its_lines_or_none(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 2, listings: 2, units: 50 }).await;
        // The line that runs out first is once the first that is taken and once the last.
        for (shelf, units) in shop.shelves.iter().zip([[1, 3], [3, 1]]) {
            let mut listings: Vec<ListingId> = shelf.listings.iter().map(|(id, _)| id.clone()).collect();
            listings.sort_unstable();
            let lines: Vec<(ListingId, u32)> = listings.iter().cloned().zip(units).collect();
            let asked: Vec<_> = (0..100_u32)
                .map(|number| {
                    let mut lines = lines.clone();
                    if number % 2 == 1 {
                        lines.reverse();
                    }
                    let key = format!("both-{}-{number}", shelf.brand);
                    let (house, request) = (house.clone(), OrderRequest { key, lines });
                    tokio::spawn(async move { house.place_order(&request).await })
                })
                .collect();
            let mut accepted = 0;
            for one in asked {
                if let Placed::Accepted(_) = one.await.expect("ends").expect("answered") {
                    accepted += 1;
                }
            }
            assert_eq!(accepted, 16, "50 units in threes");
            for (listing, units) in lines {
                let found = house.listing(&listing).await.expect("reads").expect("is there");
                assert_eq!(found.stock, 50 - 16 * units);
            }
        }
        house.close().await;
    }

    async fn one_line_that_may_not_be_sold_refuses_the_whole_order(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 2, listings: 1, units: 5 }).await;
        let listings: Vec<ListingId> = shop.shelves.iter().map(|shelf| shelf.listings[0].0.clone()).collect();
        let lines: Vec<(ListingId, u32)> = listings.iter().map(|listing| (listing.clone(), 2)).collect();
        let ask = |key: &str| {
            let (house, request) = (house.clone(), OrderRequest { key: key.to_owned(), lines: lines.clone() });
            async move { house.place_order(&request).await.expect("answered") }
        };
        assert!(matches!(ask("both").await, Placed::Accepted(_)));
        let suspended = shop.withdraw(&shop.shelves[1].authorization, WithdrawalManner::Suspend);
        suspended.await.expect("suspends");
        let Placed::Refused(refusal) = ask("one of them").await else { panic!("accepted") };
        let Refusal::NotSellable { lines: named } = *refusal else { panic!("{refusal:?}") };
        let named: Vec<&ListingId> = named.iter().map(|(listing, _)| listing).collect();
        assert_eq!(named, [&listings[1]], "only the line that is in the way");
        for listing in &listings {
            let found = house.listing(listing).await.expect("reads").expect("is there");
            assert_eq!(found.stock, 3, "nothing was taken");
        }
        house.close().await;
    }
}
