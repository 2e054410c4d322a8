//! A second reader, in another language and written from the standard, agrees with ours on root and proofs.

use std::io::Write;
use std::process::{Command, Stdio};

use acceptance::dice::Dice;
use acceptance::on_both;
use acceptance::shop::{Shop, Size};
use domain::evidence::WithdrawalManner;
use record::tree::{Hash, consistency_proof, inclusion_proof};
use serde_json::{Value, json};

const READER: &str = include_str!("second_reader.py");
/// Pairs of sizes whose consistency is asked.
const PAIRS: usize = 500;
/// Rounds of two entries, beside those of the shop.
const ROUNDS: usize = 40;

/// What the second reader says, and whether it found everything right; none: there is no such language here.
fn second_reader(told: &Value) -> Option<(bool, String)> {
    let started = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut reader) = started else {
        println!("skipped: python3 is not here");
        return None;
    };
    let mut input = reader.stdin.take().expect("piped");
    input
        .write_all(told.to_string().as_bytes())
        .expect("it reads to the end");
    drop(input);
    let output = reader.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((output.status.success(), said))
}

fn hexes(proof: &[Hash]) -> Vec<String> {
    proof.iter().map(Hash::to_string).collect()
}

on_both! {
    async fn a_second_reader_agrees_with_root_and_proofs(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 2, units: 1 }).await;
        let authorization = &shop.shelves[0].authorization;
        for _ in 0..ROUNDS {
            let suspended = shop.withdraw(authorization, WithdrawalManner::Suspend).await.expect("suspends");
            shop.withdraw(&suspended.recorded().evidence.id, WithdrawalManner::Revoke).await.expect("lifts");
            house.sign_record().await.expect("signs");
        }
        let entries = house.record_page(0, 10_000).await.expect("reads");
        let leaves: Vec<Hash> =
            entries.iter().map(|one| one.entry.leaf_hash.parse().expect("a hash")).collect();
        let size = leaves.len();
        let verified = house.verify_record().await.expect("verifies");
        let checkpoints = place.hand().await.texts("SELECT CAST(size AS TEXT), root FROM checkpoints").await;
        let mut dice = Dice::of(6962);
        let mut inclusion = Vec::new();
        for index in 0..size as u64 {
            let of = index + 1 + dice.below(size as u64 - index);
            let proof = inclusion_proof(&leaves, index, of).expect("it is inside");
            inclusion.push(json!({ "index": index, "size": of, "proof": hexes(&proof) }));
        }
        let mut consistency = Vec::new();
        for _ in 0..PAIRS {
            let new = 1 + dice.below(size as u64);
            let old = 1 + dice.below(new);
            let proof = consistency_proof(&leaves, old, new).expect("it is inside");
            consistency.push(json!({ "old": old, "new": new, "proof": hexes(&proof) }));
        }
        let told = json!({
            "entries": entries.iter().map(|one| one.entry.body.clone()).collect::<Vec<_>>(),
            "leaf_hashes": hexes(&leaves),
            "root": verified.report.root.to_string(),
            "checkpoints": checkpoints
                .iter()
                .map(|row| json!({ "size": row[0].parse::<u64>().expect("a size"), "root": row[1] }))
                .collect::<Vec<_>>(),
            "inclusion": inclusion,
            "consistency": consistency,
        });
        let Some((agrees, said)) = second_reader(&told) else { return };
        assert!(agrees, "{said}");
        println!("{:?}: {}", house.backend(), said.trim());
        // It is no reader that agrees with everything.
        for (part, spoilt) in spoilt(&told) {
            let Some((agrees, _)) = second_reader(&spoilt) else { return };
            assert!(!agrees, "{part} was spoilt, and the second reader saw nothing");
        }
        house.close().await;
    }
}

/// The same with one thing wrong each.
fn spoilt(told: &Value) -> Vec<(&'static str, Value)> {
    let other = json!("00".repeat(32));
    let mut all = Vec::new();
    let mut spoil = |part: &'static str, change: &dyn Fn(&mut Value)| {
        let mut spoilt = told.clone();
        change(&mut spoilt);
        all.push((part, spoilt));
    };
    spoil("an entry", &|told| told["entries"][3] = json!("another"));
    spoil("the root", &|told| told["root"] = other.clone());
    spoil("a checkpoint", &|told| {
        told["checkpoints"][0]["root"] = other.clone();
    });
    spoil("an inclusion", &|told| {
        told["inclusion"][1]["proof"] = json!([other]);
    });
    spoil("a consistency", &|told| {
        let proof = told["consistency"][1]["proof"]
            .as_array()
            .expect("a proof")
            .len();
        told["consistency"][1]["proof"] = json!(vec![other.clone(); proof + 1]);
    });
    all
}
