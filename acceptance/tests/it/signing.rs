//! The record is never signed twice: not after a restore, not after a change, however often it is tried.

use acceptance::gates::Gates;
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

    /// What is recorded and signed while the record is being checked does not look like a fault.
    async fn a_record_signed_while_it_is_checked_is_clean(place: &Place) {
        let gates = Gates::new();
        let house = place.open_probed(&gates).await;
        let shop = Shop::open(&house, SMALL).await;
        house.sign_record().await.expect("signs").expect("a checkpoint");
        gates.hold("record.read");
        let (verified, ()) = tokio::join!(house.verify_record(), async {
            gates.arrived("record.read").await;
            two_entries(&shop).await;
            house.sign_record().await.expect("signs").expect("a checkpoint");
            gates.open("record.read");
        });
        let verified = verified.expect("verifies");
        assert!(verified.is_clean(), "{verified:?}");
        house.close().await;
    }

    /// A second key is a second history: a node without the record's key signs nothing.
    async fn another_key_does_not_sign(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SMALL).await;
        house.sign_record().await.expect("signs").expect("a checkpoint");
        let key = house.record_key();
        house.close().await;
        let elsewhere = tempfile::tempdir().expect("a folder");
        for name in ["record.key", "checkpoint"] {
            std::fs::rename(place.folder().join(name), elsewhere.path().join(name)).expect("moved away");
        }
        let house = place.open().await;
        assert_ne!(house.record_key(), key);
        let shop = Shop { house: house.clone(), ..shop };
        two_entries(&shop).await;
        for try_no in 1..=TRIES {
            let error = house.sign_record().await.expect_err("another key");
            assert_eq!(error.code, Code::RecordForked, "try {try_no}");
            assert!(error.detail.contains("record.key"), "{error}");
        }
        assert_eq!(signed_sizes(place).await.len(), 1);
        house.close().await;
        // With the key it goes on, also without what lay beside the database.
        std::fs::copy(elsewhere.path().join("record.key"), place.folder().join("record.key")).expect("back");
        let house = place.open().await;
        assert_eq!(house.record_key(), key);
        house.sign_record().await.expect("signs").expect("a checkpoint");
        assert!(house.verify_record().await.expect("verifies").is_clean());
        house.close().await;
    }
}
