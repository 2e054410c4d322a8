//! The record is never signed twice: not after a restore, not after a change, however often it is tried.

use std::sync::atomic::{AtomicBool, Ordering};

use acceptance::on_both;
use acceptance::place::Place;
use acceptance::shop::{Shop, Size};
use domain::evidence::WithdrawalManner;
use trade::{Code, House};

const SMALL: Size = Size {
    brands: 1,
    listings: 2,
    units: 5,
};
/// How often the server tries again after a refusal, in these tests.
const TRIES: usize = 5;

async fn signed_sizes(place: &Place) -> Vec<Vec<String>> {
    let hand = place.hand().await;
    hand.texts("SELECT CAST(size AS TEXT), root FROM checkpoints ORDER BY size")
        .await
}

/// Suspends and lifts: two entries.
async fn two_entries(shop: &Shop) {
    let authorization = &shop.shelves[0].authorization;
    let suspended = shop.withdraw(authorization, WithdrawalManner::Suspend);
    let suspended = suspended.await.expect("suspends");
    let id = &suspended.recorded().evidence.id;
    shop.withdraw(id, WithdrawalManner::Revoke)
        .await
        .expect("lifts");
}

async fn is_never_signed(house: &House, place: &Place, when: &str) {
    let before = signed_sizes(place).await;
    let beside = std::fs::read_to_string(place.folder().join("checkpoint")).expect("a checkpoint");
    for try_no in 1..=TRIES {
        let error = house.sign_record().await.expect_err(when);
        assert_eq!(error.code, Code::RecordForked, "{when}, try {try_no}");
    }
    assert_eq!(signed_sizes(place).await, before, "{when}");
    let after = std::fs::read_to_string(place.folder().join("checkpoint")).expect("a checkpoint");
    assert_eq!(
        after, beside,
        "{when}: the checkpoint beside the database stays"
    );
    let verified = house.verify_record().await.expect("verifies");
    assert!(!verified.is_clean(), "{when}");
}

/// Keeps the record's tables as they are now.
const BACK_UP: &str = "CREATE TABLE kept_record AS SELECT * FROM record;
    CREATE TABLE kept_head AS SELECT * FROM record_head;
    CREATE TABLE kept_scopes AS SELECT * FROM scopes;
    CREATE TABLE kept_checkpoints AS SELECT * FROM checkpoints;";
/// Puts them back.
const RESTORE: &str = "DELETE FROM record; INSERT INTO record SELECT * FROM kept_record;
    DELETE FROM record_head; INSERT INTO record_head SELECT * FROM kept_head;
    DELETE FROM scopes; INSERT INTO scopes SELECT * FROM kept_scopes;
    DELETE FROM checkpoints; INSERT INTO checkpoints SELECT * FROM kept_checkpoints;";

on_both! {
    async fn a_restored_older_backup_is_not_signed(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SMALL).await;
        house.sign_record().await.expect("signs").expect("a checkpoint");
        place.hand().await.run(BACK_UP).await;
        two_entries(&shop).await;
        let signed = house.sign_record().await.expect("signs").expect("a checkpoint");
        house.close().await;

        place.hand().await.run(RESTORE).await;
        let house = place.open().await;
        let shop = Shop { house: house.clone(), ..shop };
        is_never_signed(&house, place, "shorter than was signed").await;
        // It grows again, to the very size that was signed, with other entries; and then past it.
        two_entries(&shop).await;
        let size = house.snapshot().next_position();
        assert_eq!(size, signed.size);
        is_never_signed(&house, place, "as long as was signed").await;
        two_entries(&shop).await;
        is_never_signed(&house, place, "longer than was signed").await;
        house.close().await;
    }

    async fn a_changed_entry_is_not_signed(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SMALL).await;
        house.sign_record().await.expect("signs").expect("a checkpoint");
        house.close().await;
        let change = "UPDATE record SET body = REPLACE(body, '2016-02-01', '2016-02-02')";
        place.hand().await.run(change).await;
        let house = place.open().await;
        let shop = Shop { house: house.clone(), ..shop };
        is_never_signed(&house, place, "an entry was changed").await;
        two_entries(&shop).await;
        is_never_signed(&house, place, "an entry was changed and others came").await;
        house.close().await;
    }

    async fn one_size_has_one_root_whoever_signs(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SMALL).await;
        for _ in 0..5 {
            two_entries(&shop).await;
            let (one, other) = tokio::join!(house.sign_record(), house.sign_record());
            assert_eq!(one.expect("signs"), other.expect("signs"));
        }
        let sizes = signed_sizes(place).await;
        let mut once = sizes.clone();
        once.dedup_by(|a, b| a[0] == b[0]);
        assert_eq!(sizes, once);
        let verified = house.verify_record().await.expect("verifies");
        assert!(verified.is_clean(), "{verified:?}");
        house.close().await;
    }

    /// Checked while it grows and is signed, the record is clean at every look.
    async fn a_record_that_grows_meanwhile_is_clean_at_every_look(place: &Place) {
        const ROUNDS: usize = 30;
        let house = place.open().await;
        let shop = Shop::open(&house, SMALL).await;
        let is_over = AtomicBool::new(false);
        let growing = async {
            for _ in 0..ROUNDS {
                two_entries(&shop).await;
                house.sign_record().await.expect("signs");
            }
            is_over.store(true, Ordering::SeqCst);
        };
        let looking = async {
            let mut looks = 0;
            while !is_over.load(Ordering::SeqCst) {
                let verified = house.verify_record().await.expect("verifies");
                assert!(verified.is_clean(), "look {looks}: {verified:?}");
                looks += 1;
            }
            looks
        };
        let (looks, ()) = tokio::join!(looking, growing);
        assert!(looks > 0, "it was looked at meanwhile");
        house.close().await;
    }
}
