//! Whatever is done to the record in the database shows when it is checked, and the first bad entry is named.

use std::collections::BTreeMap;

use acceptance::dice::{Dice, repeat};
use acceptance::on_both;
use acceptance::place::Hand;
use acceptance::setting;
use acceptance::shop::{Shop, Size};
use domain::evidence::WithdrawalManner;
use trade::{House, Verified};

/// Attacks on each backend unless said otherwise; the night run has 10,000.
const ATTACKS: u64 = 1_000;

/// The record's tables as they were signed.
const KEEP: &str = "CREATE TABLE kept_record AS SELECT * FROM record;
    CREATE TABLE kept_checkpoints AS SELECT * FROM checkpoints;";
const RESTORE: &str = "DELETE FROM record; INSERT INTO record SELECT * FROM kept_record;
    DELETE FROM checkpoints; INSERT INTO checkpoints SELECT * FROM kept_checkpoints;";

/// One entry as stored: its columns by name.
type Row = BTreeMap<&'static str, String>;

const COLUMNS: [&str; 8] = [
    "recorded_at",
    "evidence_id",
    "kind",
    "scope",
    "scope_version",
    "body",
    "leaf_hash",
    "opening",
];

async fn rows(hand: &Hand) -> Vec<Row> {
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|name| format!("CAST({name} AS TEXT)"))
        .collect();
    let query = format!(
        "SELECT {} FROM record ORDER BY position",
        columns.join(", ")
    );
    let rows = hand.texts(&query).await;
    rows.into_iter()
        .map(|row| COLUMNS.into_iter().zip(row).collect())
        .collect()
}

/// What was done, in SQL, and the first entry that is not as it was signed; none: a checkpoint alone was changed.
struct Attack {
    told: String,
    statements: String,
    first_bad: Option<usize>,
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn set(position: usize, column: &str, value: &str) -> String {
    let value = match column {
        "recorded_at" | "scope_version" => value.to_owned(),
        _ => quoted(value),
    };
    format!("UPDATE record SET {column} = {value} WHERE position = {position};")
}

/// The text with one character changed to another of its kind.
fn flipped(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.index(letters.len());
    let other = match letters[at] {
        '0'..='8' => char::from(letters[at] as u8 + 1),
        '9' => '0',
        'a' => 'b',
        'A' => 'B',
        other if other.is_ascii_alphabetic() => {
            if other.is_ascii_lowercase() {
                'a'
            } else {
                'A'
            }
        }
        _ => 'x',
    };
    letters[at] = other;
    letters.into_iter().collect()
}

fn attack(dice: &mut Dice, rows: &[Row]) -> Attack {
    let position = dice.index(rows.len());
    let row = &rows[position];
    let one = |told: &str, statements: String| Attack {
        told: format!("{told} of entry {position}"),
        statements,
        first_bad: Some(position),
    };
    match dice.below(10) {
        0 | 1 => one(
            "a flip in the body",
            set(position, "body", &flipped(dice, &row["body"])),
        ),
        2 => one(
            "a flip in the leaf hash",
            set(position, "leaf_hash", &flipped(dice, &row["leaf_hash"])),
        ),
        3 => {
            // The body and its hash together, as somebody would who knows how it is made.
            let body = flipped(dice, &row["body"]);
            let hash = record::tree::leaf_hash(body.as_bytes()).to_string();
            let both = set(position, "body", &body) + &set(position, "leaf_hash", &hash);
            one("an edit of body and hash", both)
        }
        4 => {
            let column = *dice.one(&["evidence_id", "kind", "scope", "opening"]);
            let value = match (column, dice.below(3)) {
                // Another scope's name would be another scope's version.
                ("scope", 0) => row[column].replace(':', ";"),
                ("scope", _) => format!("{}x", row[column]),
                _ => flipped(dice, &row[column]),
            };
            one(
                &format!("an edit of {column}"),
                set(position, column, &value),
            )
        }
        5 => {
            let column = *dice.one(&["recorded_at", "scope_version"]);
            let number: i64 = row[column].parse().expect("a number");
            // The versions of one scope differ, so the new one lies beyond them all.
            let number = number + 1_000 + i64::try_from(dice.below(1_000)).expect("small");
            one(
                &format!("an edit of {column}"),
                set(position, column, &number.to_string()),
            )
        }
        6 => one(
            "the deletion",
            format!("DELETE FROM record WHERE position = {position};"),
        ),
        7 => {
            let mut attack = one(
                "a cut from the end",
                format!("DELETE FROM record WHERE position >= {position};"),
            );
            attack.told = format!("everything from {position} on was cut off");
            attack
        }
        8 => swap(dice, rows),
        _ => {
            let told = "a flip in a checkpoint".to_owned();
            let statements = checkpoint(dice);
            Attack {
                told,
                statements,
                first_bad: None,
            }
        }
    }
}

/// Two entries change places, with all that is theirs.
fn swap(dice: &mut Dice, rows: &[Row]) -> Attack {
    let first = dice.index(rows.len() - 1);
    let second = first + 1 + dice.index(rows.len() - first - 1);
    Attack {
        told: format!("entries {first} and {second} were swapped"),
        statements: format!(
            "UPDATE record SET position = -1 WHERE position = {first};
             UPDATE record SET position = {first} WHERE position = {second};
             UPDATE record SET position = {second} WHERE position = -1;"
        ),
        first_bad: Some(first),
    }
}

fn checkpoint(dice: &mut Dice) -> String {
    let signed = "(SELECT MIN(size) FROM checkpoints)";
    let change = *dice.one(&[
        "note = REPLACE(note, 'passband/record', 'passband/records')",
        "note = REPLACE(note, '— passband', '- passband')",
        "note = note || 'x'",
        "note = ''",
        "note = SUBSTR(note, 1, 40)",
        "size = size + 1000",
        "root = 'x' || SUBSTR(root, 2)",
    ]);
    format!("UPDATE checkpoints SET {change} WHERE size = {signed};")
}

/// Whether the answer names the first bad entry: exactly, or as the stretch between two checkpoints it lies in.
fn names(verified: &Verified, first_bad: usize, checkpoints: &[u64]) -> bool {
    let first_bad = first_bad as u64;
    let told = verified.report.first_bad_index;
    let disagrees = verified
        .disagreements
        .iter()
        .map(|(position, _)| *position)
        .min();
    let first_told = told.into_iter().chain(disagrees).min();
    // Where body and hash were edited together only the signed roots tell.
    let since = checkpoints
        .iter()
        .rfind(|size| **size <= first_bad)
        .copied()
        .unwrap_or(0);
    first_told.is_some_and(|told| since <= told && told <= first_bad)
}

async fn signed_often(house: &House, shop: &Shop) {
    for round in 0..6 {
        let authorization = &shop.shelves[round % 2].authorization;
        let suspended = shop
            .withdraw(authorization, WithdrawalManner::Suspend)
            .await
            .expect("suspends");
        let suspension = &suspended.recorded().evidence.id;
        shop.withdraw(suspension, WithdrawalManner::Revoke)
            .await
            .expect("lifts");
        house.sign_record().await.expect("signs");
    }
}

on_both! {
    async fn whatever_is_done_to_the_record_shows(place: &Place) {
        let test = "tampering::whatever_is_done_to_the_record_shows";
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 2, listings: 4, units: 1 }).await;
        signed_often(&house, &shop).await;
        let clean = house.verify_record().await.expect("verifies");
        assert!(clean.is_clean(), "{clean:?}");
        let hand = place.hand().await;
        hand.run(KEEP).await;
        let rows = rows(&hand).await;
        let sizes = hand.texts("SELECT CAST(size AS TEXT) FROM checkpoints ORDER BY size").await;
        let sizes: Vec<u64> = sizes.into_iter().flatten().map(|size| size.parse().expect("a size")).collect();
        let only = setting::number("PASSBAND_TEST_SEED");
        let attacks = setting::number("PASSBAND_TEST_CASES").unwrap_or(ATTACKS);
        let seeds = only.map_or(0..attacks, |seed| seed..seed + 1);
        for seed in seeds {
            let attack = attack(&mut Dice::of(seed), &rows);
            hand.run(&attack.statements).await;
            let verified = house.verify_record().await;
            let verified = verified.unwrap_or_else(|error| panic!("{}: {error}; {}", attack.told, repeat(test, seed)));
            assert!(!verified.is_clean(), "not found: {}; {}", attack.told, repeat(test, seed));
            if let Some(first_bad) = attack.first_bad {
                assert!(
                    names(&verified, first_bad, &sizes),
                    "{}, but told {:?} and {:?}; {}",
                    attack.told,
                    verified.report,
                    verified.disagreements,
                    repeat(test, seed)
                );
            }
            hand.run(RESTORE).await;
        }
        let clean = house.verify_record().await.expect("verifies");
        assert!(clean.is_clean(), "{clean:?}");
        println!("{:?}: {attacks} attacks on {} entries, all found", house.backend(), rows.len());
        house.close().await;
    }

    /// A tail cut off together with its checkpoints is found by the checkpoint that lies beside the database.
    async fn a_tail_cut_off_with_its_checkpoints_shows(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 2, listings: 1, units: 1 }).await;
        signed_often(&house, &shop).await;
        let hand = place.hand().await;
        let size = hand.number("SELECT count(*) FROM record").await;
        hand.run(&format!(
            "DELETE FROM record WHERE position >= {cut}; DELETE FROM checkpoints WHERE size > {cut};",
            cut = size - 2
        ))
        .await;
        let verified = house.verify_record().await.expect("verifies");
        assert!(!verified.is_clean());
        assert_eq!(verified.report.first_bad_index, Some(u64::try_from(size - 2).expect("a size")));
        house.close().await;
    }

    /// What the record only commits to may be erased, and nothing else about it.
    async fn an_erased_opening_leaves_the_record_clean(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 2, listings: 1, units: 1 }).await;
        signed_often(&house, &shop).await;
        place.hand().await.run("UPDATE record SET opening = NULL WHERE position % 2 = 0").await;
        let verified = house.verify_record().await.expect("verifies");
        assert!(verified.is_clean(), "{verified:?}");
        house.close().await;
        // The house opens on it, and what was decided still holds.
        let house = place.open().await;
        let page = house.record_page(0, 1).await.expect("reads");
        assert_eq!((page[0].words.clone(), page[0].entry.opening.clone()), (None, None));
        house.close().await;
    }
}
