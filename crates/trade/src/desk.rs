//! The evidence desk: from a document that somebody sent to evidence on the record.
//!
//! What can only close sales is recorded by whoever has it in hand. Whatever could open one waits until a second
//! person has approved it. Which of the two it is, the gate says of the claim ([`gate::Snapshot::can_only_close`]);
//! no kind is listed here. Knows nothing of forms and pages.

mod devices;
mod drafts;
mod intake;
mod reading;
mod sender;
mod sheets;

use std::fmt;
use std::str::FromStr;

use domain::ParseError;
use domain::member::MemberRole;
use store::db::{Job, Tx};
use store::people;

use crate::change::{Change, Draft, Withdrawal};
use crate::error::{Code, Error};
use crate::house::House;
use crate::people::SignedIn;

pub use drafts::{DraftShown, DraftState, Seen, StepShown};
pub use intake::{Arrived, DocumentShown, MediaKind, PartShown};
pub use reading::{Elsewhere, Suggestion, Suggestions};
pub use sheets::{CellShown, RowShown, SheetShown};

/// The setting with the rule of the second person.
const SECOND_PERSON: &str = "desk.second_person";

/// Whether a second person approves what could open a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPerson {
    /// Somebody decided that one does.
    Required,
    /// Somebody decided that none does.
    Off,
    /// Nobody decided: one does as soon as the operator has two people who may write.
    ByNumber,
}

impl SecondPerson {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Off => "off",
            Self::ByNumber => "by-number",
        }
    }

    const fn is_needed(self, writers: i64) -> bool {
        match self {
            Self::Required => true,
            Self::Off => false,
            Self::ByNumber => writers >= 2,
        }
    }
}

impl fmt::Display for SecondPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SecondPerson {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let all = [Self::Required, Self::Off, Self::ByNumber];
        let found = all.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| {
            ParseError::new(
                text,
                "a rule of the second person",
                "write required, off or by-number",
            )
        })
    }
}

/// The rule as it is, and what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What was decided.
    pub decided: SecondPerson,
    /// How many of the operator's people may write.
    pub writers: i64,
}

impl Rule {
    /// Whether a second person is needed for what could open a sale.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        self.decided.is_needed(self.writers)
    }

    /// Whether there is nobody else who could check.
    #[must_use]
    pub const fn is_alone(self) -> bool {
        self.writers < 2
    }

    pub(crate) async fn read(tx: &mut Tx<'_>) -> Result<Self, Error> {
        let decided = match people::setting(tx, SECOND_PERSON).await? {
            Some(text) => text.parse()?,
            None => SecondPerson::ByNumber,
        };
        let writers = people::count_writers(tx).await?;
        Ok(Self { decided, writers })
    }
}

struct ReadRule;

impl Job for ReadRule {
    type Out = Rule;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Rule, Error> {
        Rule::read(tx).await
    }
}

/// What became of evidence that somebody entered.
#[derive(Clone, Debug)]
pub enum Entered {
    /// It is on the record.
    Recorded(Change),
    /// It could open a sale: a draft of it waits for a second person.
    Waiting(Box<DraftShown>),
}

/// Refuses whoever may only read.
fn may_write(by: &SignedIn) -> Result<(), Error> {
    if by.role < MemberRole::Clerk {
        return Err(Error::new(Code::ReaderOnly, "a reader changes nothing"));
    }
    Ok(())
}

impl House {
    /// The rule of the second person.
    ///
    /// # Errors
    /// The database.
    pub async fn second_person(&self) -> Result<Rule, Error> {
        self.db.read(ReadRule).await
    }

    /// Decides the rule of the second person. For whoever has the data folder: it is on no page, since one person alone
    /// could else take it away.
    ///
    /// # Errors
    /// The database.
    pub async fn decide_second_person(&self, decided: SecondPerson) -> Result<(), Error> {
        self.set_setting(SECOND_PERSON, decided.as_str()).await
    }

    /// Enters evidence for somebody who is signed in: what can only close a sale is recorded at once, and so is
    /// everything where no second person is needed; the rest waits for one.
    ///
    /// # Errors
    /// As [`House::record`], and [`Code::ReaderOnly`] for a reader.
    pub async fn enter(&self, draft: Draft, by: &SignedIn) -> Result<Entered, Error> {
        may_write(by)?;
        if self.only_closes(&draft) || !self.second_person().await?.is_needed() {
            return self.record(draft).await.map(Entered::Recorded);
        }
        if let Some(id) = &draft.id
            && self.evidence(id).await?.is_some()
        {
            // Sent again, it is what was recorded; anything else under its id is refused there.
            return self.record(draft).await.map(Entered::Recorded);
        }
        let waiting = self.draft_waiting(draft, by).await?;
        Ok(Entered::Waiting(Box::new(waiting)))
    }

    /// Enters a withdrawal, as [`House::enter`].
    ///
    /// # Errors
    /// The evidence is not there, or as [`House::enter`].
    pub async fn enter_withdrawal(
        &self,
        withdrawal: Withdrawal,
        by: &SignedIn,
    ) -> Result<Entered, Error> {
        let draft = self.withdrawal(withdrawal).await?;
        self.enter(draft, by).await
    }

    /// Whether recording a draft can only close sales, as far as this node knows the record.
    pub(crate) fn only_closes(&self, draft: &Draft) -> bool {
        self.snapshot().can_only_close(&draft.scope, &draft.claim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_having_decided_two_people_who_may_write_make_the_rule() {
        for (decided, writers, is_needed) in [
            (SecondPerson::ByNumber, 0, false),
            (SecondPerson::ByNumber, 1, false),
            (SecondPerson::ByNumber, 2, true),
            (SecondPerson::Required, 1, true),
            (SecondPerson::Off, 9, false),
        ] {
            let rule = Rule { decided, writers };
            assert_eq!(rule.is_needed(), is_needed, "{rule:?}");
        }
    }
}
