//! What an issuer signs: the statement, the keys that count for it, and how it comes onto the record.
//!
//! A statement is a C2SP signed note, so that anybody can check it with public tools. Its text names the record that
//! it is for, so that what was said to one house cannot be told to another, and its evidence's id, so that it is
//! recorded once. Whether a signature counts in a market is the gate's to say; this file only refuses what could
//! never count.

use std::collections::BTreeMap;

use domain::evidence::{Authority, Claim, Recorded, Vouching};
use domain::fault::Fault;
use domain::id::{EvidenceId, MarketId, PartyId};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use record::note::{self, Name, NoteError, SigningKey, VerifyingKey};
use serde_json::{Map, Value, json};

use crate::change::{Change, Draft, Record, sha256};
use crate::codec::PeriodJson;
use crate::codec::claim::ClaimJson;
use crate::codec::posted::{self, posted_claim};
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

/// The first line of every statement: what it is, and the version of its form.
const HEADING: &str = "passband evidence v1";
/// The fields of a statement.
const FIELDS: [&str; 7] = ["record", "id", "scope", "issuer", "valid", "dated", "claim"];

/// What an issuer says, ready to be signed.
///
/// Shape of its text: the line `passband evidence v1`, then one line of JSON with `record`, `id`, `scope`, `issuer`,
/// `valid`, `dated` and `claim` as in an entry's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The record that it is for, by the key that signs it (C2SP vkey).
    pub record: String,
    /// The evidence's id.
    pub id: EvidenceId,
    /// The scope that it is to be written under.
    pub scope: Scope,
    /// Who says so.
    pub issuer: PartyId,
    /// For which time.
    pub valid: Period,
    /// The statement's own date.
    pub dated: String,
    /// What is said.
    pub claim: Claim,
}

impl Statement {
    /// The text that is signed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn to_text(&self) -> Result<String, Error> {
        let broken = |error: serde_json::Error| Error::broken(error.to_string());
        let body = json!({
            "record": self.record,
            "id": self.id.as_str(),
            "scope": self.scope.to_string(),
            "issuer": self.issuer.as_str(),
            "valid": serde_json::to_value(PeriodJson::write(&self.valid)).map_err(broken)?,
            "dated": self.dated,
            "claim": serde_json::to_value(ClaimJson::write(&self.claim)).map_err(broken)?,
        });
        Ok(format!("{HEADING}\n{body}\n"))
    }

    /// Reads a statement's text.
    ///
    /// # Errors
    /// Every place that is not understood, as a JSON pointer in the column.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let form = |help: &str| vec![fault("", "statement.form", "", help)];
        let body = text.strip_prefix(HEADING).and_then(|rest| {
            let line = rest.strip_prefix('\n')?.strip_suffix('\n')?;
            (!line.contains('\n')).then_some(line)
        });
        let body = body.ok_or_else(|| {
            form("it is the line `passband evidence v1` and one line of JSON; `passband sign` writes it")
        })?;
        let body: Map<String, Value> = serde_json::from_str(body)
            .map_err(|_| form("the second line is no JSON object; `passband sign` writes it"))?;
        let mut faults: Vec<Fault> = body
            .keys()
            .filter(|name| !FIELDS.contains(&name.as_str()))
            .map(|name| {
                let place = format!("/{name}");
                fault(
                    &place,
                    "statement.unknown_field",
                    "",
                    "take it away; it means nothing here",
                )
            })
            .collect();
        let record = text_of(&body, "record", &mut faults);
        let id = parsed(&body, "id", &mut faults);
        let scope = parsed(&body, "scope", &mut faults);
        let issuer = parsed(&body, "issuer", &mut faults);
        let dated = text_of(&body, "dated", &mut faults);
        let nothing = json!({});
        let valid = body.get("valid").unwrap_or(&nothing);
        let valid = serde_json::from_value::<PeriodJson>(valid.clone())
            .ok()
            .and_then(|period| period.read().ok());
        if valid.is_none() {
            let help = "write {} or from and until, each an instant like 2016-02-17T00:00:00Z";
            faults.push(fault("/valid", "statement.value", "", help));
        }
        let claim = body.get("claim").unwrap_or(&Value::Null);
        let claim = posted_claim("/claim", claim).map_err(|more| faults.extend(more));
        match (record, id, scope, issuer, valid, dated, claim) {
            (
                Some(record),
                Some(id),
                Some(scope),
                Some(issuer),
                Some(valid),
                Some(dated),
                Ok(claim),
            ) if faults.is_empty() => Ok(Self {
                record,
                id,
                scope,
                issuer,
                valid,
                dated,
                claim,
            }),
            _ => Err(faults),
        }
    }

    /// Signs it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        Ok(note::sign(&self.to_text()?, key))
    }
}

fn fault(place: &str, rule: &'static str, found: &str, help: &str) -> Fault {
    posted::fault(place, rule, found, help.to_owned())
}

fn text_of(body: &Map<String, Value>, name: &str, faults: &mut Vec<Fault>) -> Option<String> {
    let found = body.get(name).and_then(Value::as_str);
    if found.is_none() {
        let place = format!("/{name}");
        faults.push(fault(&place, "statement.missing", "", "give it as text"));
    }
    found.map(str::to_owned)
}

fn parsed<T: std::str::FromStr<Err = domain::ParseError>>(
    body: &Map<String, Value>,
    name: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let text = text_of(body, name, faults)?;
    let read = text.parse();
    read.map_err(|error: domain::ParseError| {
        let place = format!("/{name}");
        faults.push(fault(&place, "statement.value", &error.value, error.help));
    })
    .ok()
}

/// What two people compare to be certain that they have the same public key: the first 128 bits of the SHA-256 of its text,
/// as eight groups of four hexadecimal digits.
#[must_use]
pub fn fingerprint(key: &str) -> String {
    const GROUPS: usize = 8;
    const DIGITS: usize = 4;
    let digits: Vec<char> = sha256(key.trim().as_bytes()).chars().collect();
    let groups = digits.chunks(DIGITS).take(GROUPS);
    let groups: Vec<String> = groups.map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// A new key for a party, as text: private, public. The private part is shown here and nowhere else.
///
/// # Errors
/// The name is none, or the system gives no random numbers.
pub fn new_key(name: &str) -> Result<(String, String), Error> {
    let name: Name = name
        .parse()
        .map_err(|error: note::NameError| Error::new(Code::InvalidInput, error.to_string()))?;
    let key = SigningKey::from_seed(name, fresh::bytes()?);
    Ok((key.to_text(), key.verifier().to_string()))
}

/// Reads a private key; the error never shows it.
///
/// # Errors
/// It is none.
pub fn read_key(text: &str) -> Result<SigningKey, Error> {
    SigningKey::from_text(text.trim())
        .map_err(|error| Error::new(Code::InvalidInput, error.to_string()))
}

/// The statement that a note holds, if this key signed it; else why not.
pub(crate) fn opened(signed: &str, key: &str) -> Result<Statement, String> {
    let key: VerifyingKey = key
        .parse()
        .map_err(|error: note::KeyError| error.to_string())?;
    let text = note::open(signed, &key).map_err(|error| error.to_string())?;
    Statement::read(text).map_err(|faults| {
        let first = faults.first().map(ToString::to_string);
        first.unwrap_or_else(|| "it is no statement".to_owned())
    })
}

/// What is wrong between an entry's columns, its body, its opening and what its issuer signed; none if they agree.
#[must_use]
pub fn disagreement(entry: &store::record_log::RawEntry) -> Option<String> {
    crate::codec::entry::disagreement(entry)
}

/// What an issuer signed, and the key's text.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub note: String,
    pub key: String,
}

/// A key that was introduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntroducedKey {
    /// The evidence that introduced it.
    pub evidence: EvidenceId,
    /// Its place in the record.
    pub position: u64,
    /// The market that hears it.
    pub market: MarketId,
    /// Whose it is.
    pub party: PartyId,
    /// The key, C2SP vkey.
    pub key: String,
    /// For which time it was introduced.
    pub valid: Period,
    /// Whether it is in force now.
    pub is_in_force: bool,
    /// When it was introduced.
    pub introduced_at: Instant,
}

impl House {
    /// The keys that were introduced, by market and in the record's order.
    #[must_use]
    pub fn issuer_keys(&self) -> Vec<IntroducedKey> {
        let snapshot = self.snapshot();
        let now = Moment::at(self.now());
        let markets = &self.directory().markets;
        let keys = markets.iter().flat_map(|market| {
            let scope = Scope::Market(market.id.clone());
            let in_force: Vec<&EvidenceId> = snapshot
                .in_force(&scope, now)
                .map(|one| &one.evidence.id)
                .collect();
            let under: Vec<_> = snapshot.under(&scope).collect();
            let found = under
                .into_iter()
                .filter_map(|one| match &one.evidence.claim {
                    Claim::IssuerKey { party, key } => Some(IntroducedKey {
                        evidence: one.evidence.id.clone(),
                        position: one.position,
                        market: market.id.clone(),
                        party: party.clone(),
                        key: key.clone(),
                        valid: one.evidence.valid,
                        is_in_force: in_force.contains(&&one.evidence.id),
                        introduced_at: one.at,
                    }),
                    _ => None,
                });
            found.collect::<Vec<_>>()
        });
        keys.collect()
    }

    /// What was signed and recorded, by the key's text, in the record's order.
    #[must_use]
    pub fn signed_by_key(&self) -> BTreeMap<String, Vec<Recorded>> {
        let snapshot = self.snapshot();
        let mut signed: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
        for scope in self.directory().scopes() {
            for one in snapshot.under(&scope) {
                if let Vouching::Signed { key } = &one.evidence.vouching {
                    signed.entry(key.clone()).or_default().push(one.clone());
                }
            }
        }
        for said in signed.values_mut() {
            said.sort_unstable_by_key(|one| one.position);
        }
        signed
    }

    /// What introduces a party's key in a market, in the name of whoever runs the market.
    ///
    /// # Errors
    /// There is no such market or party, the market has no policy and so nobody runs it, or the key is none.
    pub fn introduction(
        &self,
        market: &MarketId,
        party: &PartyId,
        key: &str,
        title: &str,
    ) -> Result<Draft, Error> {
        let directory = self.directory();
        if !directory.parties.iter().any(|one| one.id == *party) {
            return Err(Error::not_found("party", party));
        }
        if !directory.markets.iter().any(|one| one.id == *market) {
            return Err(Error::not_found("market", market));
        }
        let snapshot = self.snapshot();
        let Some((policy, _)) = snapshot.policy(market, Moment::at(self.now())) else {
            let detail = format!(
                "market {market} has no policy, and so nobody runs it; put one in force first"
            );
            return Err(Error::new(Code::StateConflict, detail));
        };
        let claim = json!({ "kind": "issuer_key", "party": party.as_str(), "key": key.trim() });
        let claim =
            posted_claim("", &claim).map_err(|faults| Error::faults(Code::InvalidInput, faults))?;
        let scope = Scope::Market(market.clone());
        Ok(Draft::own(scope, policy.carrier.clone(), claim, title, ""))
    }

    /// Records what an issuer signed. Sent again, it is what was recorded.
    ///
    /// # Errors
    /// No key in force of the issuer signed it in any market, the text was altered, it is for another record, or it
    /// does not read; else as [`House::record`].
    pub async fn record_signed(&self, signed: &str) -> Result<Change, Error> {
        let (statement, key) = self.heard(signed)?;
        if statement.record != self.record_key() {
            let help = format!("it must name this record: {}", self.record_key());
            let faults = vec![fault(
                "/record",
                "statement.record",
                &statement.record,
                &help,
            )];
            return Err(Error::faults(Code::InvalidInput, faults));
        }
        let name = key.split('+').next().unwrap_or_default();
        let draft = Draft {
            id: Some(statement.id),
            scope: statement.scope,
            issuer: statement.issuer,
            claim: statement.claim,
            valid: statement.valid,
            title: format!("Signed statement ({name})"),
            dated: statement.dated,
            authority: Authority::Own,
            words: None,
            document: None,
        };
        if !is_for_issuers(&draft.claim) {
            let detail = format!("a {} is the operator's to record", draft.claim.kind());
            return Err(Error::new(Code::NotTheIssuers, detail));
        }
        if let Claim::Withdrawal { ends, .. } = &draft.claim {
            self.may_withdraw(ends, &draft.issuer).await?;
        }
        if !self.knows(&draft.scope).await? {
            return Err(Error::not_found("scope", &draft.scope));
        }
        let signed = Signed {
            note: signed.to_owned(),
            key,
        };
        let job = Record {
            signed: Some(signed),
            ..Record::new(draft, &self.directory())?
        };
        let change = self.db.write(job).await?;
        self.node.follow(&self.db).await?;
        Ok(change)
    }

    /// An issuer ends what it said itself, and by its signature alone nothing that keeps a sale closed: a key that was
    /// lost could else open one.
    async fn may_withdraw(&self, ends: &EvidenceId, issuer: &PartyId) -> Result<(), Error> {
        let Some(ended) = self.evidence(ends).await? else {
            return Err(Error::not_found("evidence", ends));
        };
        let ended = &ended.recorded.evidence;
        let detail = if ended.issuer != *issuer {
            format!("{ends} is what {} said, not {issuer}", ended.issuer)
        } else if !gate::may_open(&ended.claim) {
            format!("{ends} keeps sales closed; that it ends is the operator's to record")
        } else {
            return Ok(());
        };
        Err(Error::new(Code::NotTheIssuers, detail))
    }

    /// The statement and the key that signed it: one of its issuer's, in force in a market.
    fn heard(&self, signed: &str) -> Result<(Statement, String), Error> {
        let invalid = |error: &NoteError| Error::new(Code::SignatureInvalid, error.to_string());
        let keys = self.issuer_keys();
        for known in keys.iter().filter(|known| known.is_in_force) {
            let Ok(key) = known.key.parse::<VerifyingKey>() else {
                continue;
            };
            let text = match note::open(signed, &key) {
                Ok(text) => text,
                Err(NoteError::NotSigned { .. }) => continue,
                Err(error) => return Err(invalid(&error)),
            };
            let statement = Statement::read(text)
                .map_err(|faults| Error::faults(Code::InvalidInput, faults))?;
            if statement.issuer == known.party {
                return Ok((statement, known.key.clone()));
            }
            let detail = format!("{} signed what {} says", known.party, statement.issuer);
            return Err(Error::new(Code::SignatureInvalid, detail));
        }
        let detail = "no key that is in force in a market signed it";
        Err(Error::new(Code::KeyUnknown, detail))
    }
}

/// What a market decides is its operator's to say, and so is whose key is whose.
pub(crate) const fn is_for_issuers(claim: &Claim) -> bool {
    !matches!(
        claim,
        Claim::Policy(_)
            | Claim::DataSetActivation { .. }
            | Claim::ListingDecision { .. }
            | Claim::IssuerKey { .. }
    )
}
