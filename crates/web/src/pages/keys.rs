//! Issuers' keys as the console and a party's desk show them: whose, with which fingerprint, heard where and since when, and
//! what was signed by each. Decides nothing: whether a signature counts is the gate's to say, per market.

use domain::id::PartyId;
use trade::directory::Directory;
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::signing::{IntroducedKey, fingerprint};

use super::{claims, wording};
use crate::App;

/// Most statements of one key that are shown, the newest.
const SIGNED_SHOWN_MAX: usize = 20;

/// In which market a key is heard, and since when.
pub struct Heard {
    pub market: String,
    pub evidence: String,
    pub position: u64,
    pub since: String,
    pub valid: String,
    pub is_in_force: bool,
}

/// A key, wherever it was introduced.
pub struct KeyView {
    pub party: String,
    pub party_id: String,
    pub key: String,
    pub fingerprint: String,
    pub heard: Vec<Heard>,
    pub is_in_force: bool,
    /// What was signed by it: place in the record and what it says, the newest first.
    pub signed: Vec<(u64, String)>,
    pub left_out: usize,
}

fn heard(known: &IntroducedKey, directory: &Directory) -> Heard {
    let mut markets = directory.markets.iter();
    let market = markets.find(|one| one.id == known.market);
    Heard {
        market: market.map_or_else(|| known.market.to_string(), |one| one.name.clone()),
        evidence: known.evidence.to_string(),
        position: known.position,
        since: wording::moment(known.introduced_at),
        valid: wording::period(&known.valid),
        is_in_force: known.is_in_force,
    }
}

/// The keys of a party, or of everybody; in the order in which they were introduced first.
pub fn keys(app: &App, of: Option<&PartyId>) -> Vec<KeyView> {
    let directory = app.house.directory();
    let mut introduced = app.house.issuer_keys();
    introduced.retain(|known| of.is_none_or(|party| known.party == *party));
    introduced.sort_by_key(|known| known.position);
    let signed = app.house.signed_by_key();
    let mut views: Vec<KeyView> = Vec::new();
    for known in &introduced {
        let heard = heard(known, &directory);
        let is_it =
            |view: &&mut KeyView| view.key == known.key && view.party_id == known.party.as_str();
        if let Some(view) = views.iter_mut().find(is_it) {
            view.is_in_force |= heard.is_in_force;
            view.heard.push(heard);
            continue;
        }
        let all = signed.get(&known.key).map_or(&[][..], Vec::as_slice);
        let own = all.iter().filter(|one| one.evidence.issuer == known.party);
        let said: Vec<(u64, String)> = own
            .rev()
            .map(|one| {
                let sentence = claims::sentence(&one.evidence.claim, &directory);
                (one.position, sentence)
            })
            .collect();
        views.push(KeyView {
            party: DirectoryNames(&directory).party(&known.party),
            party_id: known.party.to_string(),
            fingerprint: fingerprint(&known.key),
            key: known.key.clone(),
            is_in_force: heard.is_in_force,
            heard: vec![heard],
            left_out: said.len().saturating_sub(SIGNED_SHOWN_MAX),
            signed: said.into_iter().take(SIGNED_SHOWN_MAX).collect(),
        });
    }
    views
}
