//! What a brand, a host network or a seller does about its own, once its people sign in.
//!
//! They enter what they say themselves about what is theirs, and end it. Whatever is another's is to them as if it
//! were not there: the same error names it. What their word is worth is the gate's to say, as ever.

use domain::evidence::{Claim, Recorded};
use domain::id::{EvidenceId, PartyId};
use domain::scope::Scope;
use domain::trust::Role;
use store::directory::Directory;

use crate::change::{Change, Draft, Record, Withdrawal};
use crate::error::{Code, Error};
use crate::house::House;
use crate::people::SignedIn;
use crate::record_book::RecordEntry;
use crate::roles::roles;
use crate::signing::is_for_issuers;

/// Whether what a scope is of is a party's: its brand or a device of that, its network, its shop.
#[must_use]
pub fn holds(directory: &Directory, party: &PartyId, scope: &Scope) -> bool {
    let anything = Claim::Statement {
        role: String::new(),
    };
    speaks_of(directory, party, scope, &anything)
}

fn speaks_of(directory: &Directory, party: &PartyId, scope: &Scope, claim: &Claim) -> bool {
    let held = roles(directory, party, scope, claim);
    let is_towards = |role: &Role| matches!(role, Role::Brand | Role::Host | Role::Seller);
    held.iter().any(is_towards)
}

/// Whether a party has anything to say of this: it is about its own brand, network or shop.
fn is_own(directory: &Directory, draft: &Draft) -> bool {
    if speaks_of(directory, &draft.issuer, &draft.scope, &draft.claim) {
        return true;
    }
    // A seller passes on what its brand allows it to; whether it may is checked where it is recorded.
    let Claim::SalesAuthorization(says) = &draft.claim else {
        return false;
    };
    let by = says.rests_on.as_ref().map(|passed| &passed.by);
    let mut sellers = directory.sellers.iter();
    sellers.any(|one| Some(&one.id) == by && one.party == draft.issuer)
}

impl House {
    /// What a party said, the newest first.
    #[must_use]
    pub fn said_by(&self, party: &PartyId) -> Vec<Recorded> {
        let (snapshot, directory) = (self.snapshot(), self.directory());
        let mut said: Vec<Recorded> = Vec::new();
        for scope in directory.scopes() {
            let under = snapshot.under(&scope);
            said.extend(under.filter(|one| one.evidence.issuer == *party).cloned());
        }
        said.sort_unstable_by_key(|one| std::cmp::Reverse(one.position));
        said
    }

    /// A piece of evidence that a party said.
    ///
    /// # Errors
    /// The party said no such thing, the database, or a damaged entry.
    pub async fn own_evidence(
        &self,
        party: &PartyId,
        id: &EvidenceId,
    ) -> Result<RecordEntry, Error> {
        let found = self.evidence(id).await?;
        let own = found.filter(|one| one.recorded.evidence.issuer == *party);
        own.ok_or_else(|| Error::not_found("evidence", id))
    }

    /// Records what somebody says for their own party.
    ///
    /// # Errors
    /// The issuer or what it is about is not theirs, it is not for an issuer to say, or as [`House::record`].
    pub async fn record_own(&self, by: &SignedIn, draft: Draft) -> Result<Change, Error> {
        if draft.issuer != by.party {
            return Err(Error::not_found("party", &draft.issuer));
        }
        if !is_for_issuers(&draft.claim) || matches!(draft.claim, Claim::Withdrawal { .. }) {
            let detail = format!("a {} is not entered here", draft.claim.kind());
            return Err(Error::new(Code::NotTheIssuers, detail));
        }
        if let Some(document) = &draft.document {
            // Documents are the operator's: whether one is kept is not theirs to know.
            return Err(Error::not_found("document", document));
        }
        let directory = self.directory();
        if !self.knows(&draft.scope).await? || !is_own(&directory, &draft) {
            return Err(Error::not_found("scope", &draft.scope));
        }
        let job = Record {
            is_issuers: true,
            ..Record::new(draft, &directory)?
        };
        let change = self.db.write(job).await?;
        self.node.follow(&self.db).await?;
        Ok(change)
    }

    /// Ends what somebody's own party said.
    ///
    /// # Errors
    /// The party said no such thing, or as [`House::withdraw`].
    pub async fn withdraw_own(
        &self,
        by: &SignedIn,
        withdrawal: Withdrawal,
    ) -> Result<Change, Error> {
        if withdrawal.issuer != by.party {
            return Err(Error::not_found("party", &withdrawal.issuer));
        }
        let ended = self.own_evidence(&by.party, &withdrawal.ends).await?;
        if !is_for_issuers(&ended.recorded.evidence.claim) {
            let detail = format!("{} is the operator's to end", withdrawal.ends);
            return Err(Error::new(Code::NotTheIssuers, detail));
        }
        let job = Record {
            is_issuers: true,
            ..Record::new(self.withdrawal(withdrawal).await?, &self.directory())?
        };
        let change = self.db.write(job).await?;
        self.node.follow(&self.db).await?;
        Ok(change)
    }
}
