//! Issuers' keys, and what they signed: introduced, listed, recorded.

use domain::{Instant, Period};
use serde_json::json;
use trade::House;
use trade::change::Change;
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::signing::fingerprint;
use web::wire::issuer_key::IssuerKeyJson;

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bold, dim, good};
use crate::typed::{NamedPath, known_market, known_party, read_text};

/// Introduces a party's key in a market, in the name of whoever runs the market.
///
/// # Errors
/// There is no such market or party, the market has no policy, or the key is none.
pub async fn introduce(
    house: &House,
    market: &str,
    party: &str,
    key: &str,
    title: &str,
    out: &Output,
) -> Answer {
    let market = known_market(house, "--market", market)?;
    let party = known_party(house, "--party", party)?;
    let draft = house.introduction(&market, &party, key, title)?;
    let change = house.record(draft).await?;
    let recorded = change.recorded();
    if out.is_json() {
        out.json(&json!({
            "evidence": recorded.evidence.id.as_str(),
            "market": market.as_str(),
            "position": recorded.position,
            "was_known": matches!(change, Change::Known(_)),
        }))
        .await;
        return Ok(Exit::YES);
    }
    let directory = house.directory();
    out.text(format!(
        "{}: from now on {market} hears what {} signs with this key (entry {} of the record)\n\
         If the key is lost: passband withdraw {0} --manner revoke --issuer … --title …",
        bold(recorded.evidence.id.as_str()),
        DirectoryNames(&directory).party(&party),
        recorded.position,
    ))
    .await;
    Ok(Exit::YES)
}

/// Lists the keys that were introduced.
pub async fn list(house: &House, out: &Output) -> Answer {
    let keys = house.issuer_keys();
    if out.is_json() {
        let keys: Vec<_> = keys.iter().map(IssuerKeyJson::from).collect();
        out.json(&json!({ "keys": keys })).await;
        return Ok(Exit::YES);
    }
    if keys.is_empty() {
        out.text(
            "No issuer has a key here. `passband sign key` makes one, `passband evidence introduce-key` makes it known."
                .to_owned(),
        )
        .await;
        return Ok(Exit::YES);
    }
    let directory = house.directory();
    let names = DirectoryNames(&directory);
    let lines = keys.iter().map(|known| {
        let state = if known.is_in_force {
            good("in force")
        } else {
            dim("not in force")
        };
        let Period { from, until } = known.valid;
        let edge = |edge: Option<Instant>| edge.map_or("…".to_owned(), |at| at.to_string());
        let period = match (from, until) {
            (None, None) => String::new(),
            _ => format!(", {} to {}", edge(from), edge(until)),
        };
        format!(
            "{}  {} in {}, {state}{period}\n  {}\n  fingerprint {}",
            bold(known.evidence.as_str()),
            names.party(&known.party),
            known.market,
            known.key,
            fingerprint(&known.key)
        )
    });
    out.text(lines.collect::<Vec<_>>().join("\n")).await;
    Ok(Exit::YES)
}

/// Records what an issuer signed.
///
/// # Errors
/// The signature does not hold, or what it says cannot be recorded.
pub async fn add_signed(house: &House, file: &NamedPath, out: &Output) -> Answer {
    let note = read_text(file)?;
    let change = house.record_signed(&note).await?;
    super::say(house, &change, out).await
}
