//! Changes of evidence: the only way into the record.
//!
//! A change takes its scope alone, moves the scope's version, takes its position in the record last, and
//! commits. It waits for the orders in flight on that scope, and no later order can pass it. Its cost does
//! not depend on how many listings rest on it.

mod entered;

use domain::evidence::{Authority, Claim, Evidence, Recorded, Source, Vouching, WithdrawalManner};
use domain::id::{EvidenceId, ListingId, PartyId};
use domain::listing::ListingState;
use domain::policy::Policy;
use domain::scope::Scope;
use domain::trust::Role;
use domain::{Instant, Period};
use sha2::{Digest, Sha256};
use store::db::{DbError, Job, Tx};
use store::directory::Directory;
use store::record_log;

use crate::codec::claim::ClaimJson;
use crate::codec::entry::{self, Opening, hex};
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use crate::node;
use crate::roles::roles;
use crate::signing::Signed;

/// Evidence as somebody enters it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id; none: a fresh one. Given twice, it is recorded once.
    pub id: Option<EvidenceId>,
    /// The scope to write it under.
    pub scope: Scope,
    /// Who says so.
    pub issuer: PartyId,
    /// What is said.
    pub claim: Claim,
    /// For which time.
    pub valid: Period,
    /// The document it came in: its title.
    pub title: String,
    /// The document's own date.
    pub dated: String,
    /// How much its word weighs.
    pub authority: Authority,
    /// The words of a statement, or a remark; kept outside the record's public part.
    pub words: Option<String>,
    /// SHA-256 of the document, if it is kept.
    pub document: Option<String>,
}

impl Draft {
    /// A party's own word, valid since ever and without end, from a document with this title and date.
    #[must_use]
    pub fn own(scope: Scope, issuer: PartyId, claim: Claim, title: &str, dated: &str) -> Self {
        Self {
            id: None,
            scope,
            issuer,
            claim,
            valid: Period::ALWAYS,
            title: title.to_owned(),
            dated: dated.to_owned(),
            authority: Authority::Own,
            words: None,
            document: None,
        }
    }

    /// With a chosen id.
    #[must_use]
    pub fn with_id(mut self, id: EvidenceId) -> Self {
        self.id = Some(id);
        self
    }

    /// With words.
    #[must_use]
    pub fn with_words(mut self, words: &str) -> Self {
        self.words = Some(words.to_owned());
        self
    }

    /// The evidence that it becomes.
    pub(crate) fn evidence(&self, id: EvidenceId, roles: Vec<Role>) -> Evidence {
        let source = Source {
            authority: self.authority,
            ..Source::own(&self.title, &self.dated)
        };
        let (scope, issuer) = (self.scope.clone(), self.issuer.clone());
        Evidence {
            roles,
            valid: self.valid,
            ..Evidence::entered(id, scope, issuer, self.claim.clone(), source)
        }
    }

    /// Valid for a period.
    #[must_use]
    pub const fn valid(mut self, period: Period) -> Self {
        self.valid = period;
        self
    }
}

/// Records one piece of evidence. A step on a listing moves the listing with it.
pub(crate) struct Record {
    pub draft: Draft,
    /// What the issuer signed, and the key.
    pub signed: Option<Signed>,
    /// Whether somebody of the issuer enters it, signed in.
    pub is_issuers: bool,
    pub roles: Vec<Role>,
    pub salt: String,
    pub fresh_id: EvidenceId,
}

impl Record {
    pub(crate) fn new(draft: Draft, directory: &Directory) -> Result<Self, Error> {
        Ok(Self {
            roles: roles(directory, &draft.issuer, &draft.scope, &draft.claim),
            draft,
            signed: None,
            is_issuers: false,
            salt: fresh::token()?,
            fresh_id: fresh::id("ev")?,
        })
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was recorded now.
    Recorded(Box<Recorded>),
    /// The same had been recorded before.
    Known(Box<Recorded>),
}

impl Change {
    /// The piece of evidence with its place.
    #[must_use]
    pub fn recorded(&self) -> &Recorded {
        match self {
            Self::Recorded(recorded) | Self::Known(recorded) => recorded,
        }
    }
}

impl Job for Record {
    type Out = Change;
    type Err = Error;
    /// Every change of evidence goes before orders: whether one closes a sale is the gate's to know.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Change, Error> {
        let draft = &self.draft;
        if !draft.claim.belongs_under(&draft.scope) {
            return Err(Error::new(
                Code::WrongScope,
                format!(
                    "a {} is not written under {}",
                    draft.claim.kind(),
                    draft.scope
                ),
            ));
        }
        entered::check_shape(draft)?;
        tx.step("change.begun").await;
        lock_alone(tx, &draft.scope).await?;
        tx.step("change.locked").await;
        let id = draft.id.as_ref().unwrap_or(&self.fresh_id);
        if let Some(known) = record_log::entry_of(tx, id).await? {
            return self.known(node::decode(&known)?);
        }
        self.check(tx).await?;
        if let Some(document) = &draft.document
            && !store::documents::is_kept(tx, document).await?
        {
            return Err(Error::not_found("document", document));
        }
        append(tx, self, id)
            .await
            .map(|recorded| Change::Recorded(Box::new(recorded)))
    }
}

impl Record {
    fn vouching(&self) -> Vouching {
        match &self.signed {
            Some(signed) => Vouching::Signed {
                key: signed.key.clone(),
            },
            None if self.is_issuers => Vouching::Issuer,
            None => Vouching::Operator,
        }
    }

    /// Sent again, it is what was recorded. Something else under its id must not look as if it were.
    fn known(&self, known: Recorded) -> Result<Change, Error> {
        let (said, draft) = (&known.evidence, &self.draft);
        let is_same = said.scope == draft.scope
            && said.issuer == draft.issuer
            && said.valid == draft.valid
            && said.vouching.name() == self.vouching().name()
            && ClaimJson::write(&said.claim) == ClaimJson::write(&draft.claim);
        if is_same {
            return Ok(Change::Known(Box::new(known)));
        }
        let detail = format!("{} is on the record and says something else", said.id);
        Err(Error::new(Code::IdTaken, detail))
    }

    async fn check(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match &self.draft.claim {
            Claim::Withdrawal { ends, .. } => check_withdrawal(tx, &self.draft.scope, ends).await,
            Claim::ListingDecision { listing, state } => move_listing(tx, listing, *state).await,
            _ => entered::check_passed_on(tx, &self.draft).await,
        }
    }
}

/// A withdrawal stands under the scope of what it ends, and what was ended for good stays ended.
pub(crate) async fn check_withdrawal(
    tx: &mut Tx<'_>,
    scope: &Scope,
    ends: &EvidenceId,
) -> Result<(), Error> {
    let Some(target) = record_log::entry_of(tx, ends).await? else {
        return Err(Error::not_found("evidence", ends));
    };
    if target.scope != *scope {
        return Err(Error::new(
            Code::WrongScope,
            format!("{ends} stands under {}, not under {scope}", target.scope),
        ));
    }
    let target = node::decode(&target)?;
    if let Claim::Withdrawal { manner, .. } = target.evidence.claim
        && manner != WithdrawalManner::Suspend
    {
        return Err(Error::new(
            Code::AlreadyWithdrawn,
            format!("{ends} ended evidence for good; only a suspension can be lifted"),
        ));
    }
    Ok(())
}

async fn move_listing(tx: &mut Tx<'_>, listing: &ListingId, to: ListingState) -> Result<(), Error> {
    let Some((from, _)) = store::listings::state_of(tx, listing).await? else {
        return Err(Error::not_found("listing", listing));
    };
    if !from.may_become(to) {
        return Err(Error::new(
            Code::StateConflict,
            format!("listing {listing} is {from} and cannot become {to}"),
        ));
    }
    store::listings::set_state(tx, listing, from, to).await?;
    Ok(())
}

/// The position is taken last, so that positions are in the order of commits and no reader meets a gap.
async fn append(tx: &mut Tx<'_>, record: &Record, id: &EvidenceId) -> Result<Recorded, Error> {
    let draft = &record.draft;
    let scope_version = record_log::move_version(tx, &draft.scope).await?;
    entered::count(tx, id, &draft.claim).await?;
    tx.step("change.versioned").await;
    let now = Instant::from_epoch_ms(tx.now().await?);
    let (position, at) = record_log::take_position(tx, now).await?;
    let recorded = Recorded {
        position,
        at,
        scope_version,
        evidence: Evidence {
            vouching: record.vouching(),
            ..draft.evidence(id.clone(), record.roles.clone())
        },
    };
    let opening = Opening {
        salt: record.salt.clone(),
        title: draft.title.clone(),
        words: draft.words.clone(),
        document: draft.document.clone(),
    };
    let note = record.signed.as_ref().map(|signed| signed.note.as_str());
    let written = entry::write(&recorded, &opening, note)
        .map_err(|error| Error::broken(error.to_string()))?;
    // The record is for ever and for all.
    for text in [Some(&written.body), written.opening.as_ref()]
        .into_iter()
        .flatten()
    {
        Error::unless_imei(text)?;
    }
    record_log::append(tx, &written).await?;
    tx.step("change.appended").await;
    Ok(recorded)
}

/// The lock's key of a scope. Two scopes with one key only wait for each other.
pub(crate) fn lock_key(scope: &Scope) -> i64 {
    let digest = Sha256::digest(scope.to_string().as_bytes());
    let mut first = [0_u8; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

pub(crate) async fn lock_alone(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), DbError> {
    tx.lock_exclusive(&[lock_key(scope)]).await
}

pub(crate) async fn lock_shared(tx: &mut Tx<'_>, scopes: &[Scope]) -> Result<(), DbError> {
    let keys: Vec<i64> = scopes.iter().map(lock_key).collect();
    tx.lock_shared(&keys).await
}

/// SHA-256 as lower hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The scope that a piece of evidence stands under.
struct ScopeOf(EvidenceId);

impl Job for ScopeOf {
    type Out = Option<Scope>;
    type Err = Error;
    /// The first step of a withdrawal, which must not wait for orders.
    const URGENT: bool = true;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Scope>, Error> {
        let found = record_log::entry_of(tx, &self.0).await?;
        Ok(found.map(|entry| entry.scope))
    }
}

impl House {
    /// Records a piece of evidence, and follows the record before it answers.
    ///
    /// # Errors
    /// It does not belong under its scope, what it withdraws is not there, or the database.
    pub async fn record(&self, draft: Draft) -> Result<Change, Error> {
        let change = self
            .db
            .write(Record::new(draft, &self.directory())?)
            .await?;
        self.node.follow(&self.db).await?;
        Ok(change)
    }

    /// Ends a piece of evidence. `from` none: from the moment it is recorded.
    ///
    /// # Errors
    /// The evidence is not there, or the database.
    pub async fn withdraw(&self, withdrawal: Withdrawal) -> Result<Change, Error> {
        let draft = self.withdrawal(withdrawal).await?;
        self.record(draft).await
    }

    /// A withdrawal as the draft of what is recorded.
    ///
    /// # Errors
    /// The evidence is not there, or the database.
    pub async fn withdrawal(&self, withdrawal: Withdrawal) -> Result<Draft, Error> {
        let ends = withdrawal.ends.clone();
        let Some(scope) = self.db.read(ScopeOf(ends.clone())).await? else {
            return Err(Error::not_found("evidence", ends));
        };
        Ok(Draft {
            id: withdrawal.id,
            scope,
            issuer: withdrawal.issuer,
            claim: Claim::Withdrawal {
                ends,
                manner: withdrawal.manner,
            },
            valid: Period {
                from: withdrawal.from,
                until: None,
            },
            title: withdrawal.title,
            dated: withdrawal.dated,
            authority: Authority::Own,
            words: withdrawal.words,
            document: None,
        })
    }

    /// Puts a policy in force in its market.
    ///
    /// # Errors
    /// The database.
    pub async fn set_policy(&self, policy: Policy, title: &str) -> Result<Change, Error> {
        let scope = Scope::Market(policy.market.clone());
        let issuer = policy.carrier.clone();
        self.record(Draft::own(scope, issuer, Claim::Policy(policy), title, ""))
            .await
    }
}

/// A withdrawal as somebody enters it.
#[derive(Clone, Debug)]
pub struct Withdrawal {
    /// Its id; none: a fresh one.
    pub id: Option<EvidenceId>,
    /// What it ends.
    pub ends: EvidenceId,
    /// How.
    pub manner: WithdrawalManner,
    /// Who says so.
    pub issuer: PartyId,
    /// From when; none: from the moment it is recorded.
    pub from: Option<Instant>,
    /// The document it came in: its title.
    pub title: String,
    /// The document's own date.
    pub dated: String,
    /// Its words.
    pub words: Option<String>,
}
