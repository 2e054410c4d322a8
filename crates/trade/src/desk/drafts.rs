//! Drafts: evidence on its way to the record, and the second person's approval.
//!
//! An approval is one transaction: the draft moves on only if it is still as it was seen and somebody else wrote it,
//! and the evidence takes exactly the position for which the impact was worked out that the approver saw. So two who
//! decide at once come to one outcome, and nobody approves what they were not shown.

use std::fmt;

use domain::Instant;
use domain::evidence::Claim;
use domain::id::EvidenceId;
use store::db::{Job, Tx};
use store::drafts::{self, Move, StoredDraft, StoredStep};

use super::{Rule, may_write};
use crate::change::{Change, Draft, Record, sha256};
use crate::codec;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use crate::impact::{Impact, ImpactPage, Planned};
use crate::people::SignedIn;

/// Most drafts of one state that are listed.
const LISTED_MAX: u32 = 200;
/// Most steps of one draft; the last places are kept for its end.
const STEPS_MAX: u64 = 200;
/// Longest remark, in characters.
pub const REMARK_CHARS_MAX: usize = 4_000;
/// How often an approval is tried while others record.
const TRIES_MAX: usize = 8;
/// Listings of an impact that are held against what was seen.
const COMPARED_MAX: usize = 100_000;

/// Where a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// It is being written.
    Open,
    /// It waits for a second person.
    Waiting,
    /// It is on the record.
    Recorded,
    /// Nothing came of it.
    Discarded,
}

impl DraftState {
    /// Every one, what is to be done first.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Open, Self::Recorded, Self::Discarded];

    /// As it is stored and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Recorded => "recorded",
            Self::Discarded => "discarded",
        }
    }

    fn read(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| Error::broken("a draft is in no state"))
    }
}

impl fmt::Display for DraftState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A step that was taken with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepShown {
    /// `written`, `submitted`, `remarked`, `sent_back`, `recorded` or `discarded`.
    pub step: String,
    /// The address of who took it; their id, if they are no longer there.
    pub person: String,
    /// When.
    pub at: Instant,
    /// What they remarked; may be empty.
    pub words: String,
}

impl From<StoredStep> for StepShown {
    fn from(stored: StoredStep) -> Self {
        Self {
            step: stored.step,
            person: stored.email.unwrap_or(stored.person),
            at: stored.taken_at,
            words: stored.words,
        }
    }
}

/// A draft.
#[derive(Clone, Debug)]
pub struct DraftShown {
    /// `dr-…`.
    pub id: String,
    /// Where it is.
    pub state: DraftState,
    /// Moves with every step; a step names the version that was seen.
    pub version: u64,
    /// What it says; its id is the one that it is recorded under.
    pub draft: Draft,
    /// Who wrote that: a user's id.
    pub written_by: String,
    /// When it last moved.
    pub changed_at: Instant,
    /// Whether it can only close sales, so that one person is enough.
    pub only_closes: bool,
}

/// What somebody saw of a draft when they decided.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The draft's version.
    pub version: u64,
    /// The mark of its impact ([`Impact::mark`]).
    pub impact: String,
}

impl Impact {
    /// A mark of which listings would stop and which would start: the same for the same ones.
    #[must_use]
    pub fn mark(&self) -> String {
        let mut text = format!("{} {}\n", self.stops, self.starts);
        for one in &self.affected {
            text.push_str(&format!("{} {}\n", one.place(), one.way.name()));
        }
        sha256(text.as_bytes())
    }
}

/// What is done with a draft by whom.
#[derive(Clone, Copy)]
enum Step<'a> {
    Submit,
    SendBack(&'a str),
    Discard(&'a str),
}

impl House {
    /// Keeps evidence as a draft that is open.
    ///
    /// # Errors
    /// It does not belong under its scope or holds the number of a unit, other evidence has its id, it is a decision on
    /// a listing, the person may only read, or the database.
    pub async fn draft(&self, draft: Draft, by: &SignedIn) -> Result<DraftShown, Error> {
        self.put_draft(draft, by, DraftState::Open).await
    }

    pub(super) async fn draft_waiting(
        &self,
        draft: Draft,
        by: &SignedIn,
    ) -> Result<DraftShown, Error> {
        self.put_draft(draft, by, DraftState::Waiting).await
    }

    async fn put_draft(
        &self,
        mut draft: Draft,
        by: &SignedIn,
        state: DraftState,
    ) -> Result<DraftShown, Error> {
        may_write(by)?;
        check(&draft)?;
        let evidence_id = match &draft.id {
            Some(id) => id.clone(),
            None => fresh::id("ev")?,
        };
        draft.id = Some(evidence_id.clone());
        let stored = StoredDraft {
            id: fresh::name("dr")?,
            state: state.as_str().to_owned(),
            version: 1,
            kind: draft.claim.kind().to_owned(),
            evidence_id,
            body: body(&draft)?,
            document: draft.document.clone(),
            written_by: by.id.clone(),
            changed_at: self.now(),
        };
        let stored = self.db.write(Put(stored)).await?;
        self.shown(stored)
    }

    /// A draft; none: there is none.
    ///
    /// # Errors
    /// It is damaged, or the database.
    pub async fn find_draft(&self, id: &str) -> Result<Option<DraftShown>, Error> {
        let found = self.db.read(Get(id.to_owned())).await?;
        found.map(|stored| self.shown(stored)).transpose()
    }

    /// What was done with a draft, the first step first.
    ///
    /// # Errors
    /// The database.
    pub async fn draft_steps(&self, id: &str) -> Result<Vec<StepShown>, Error> {
        self.db.read(Steps(id.to_owned())).await
    }

    /// The drafts in a state, the last to move first.
    ///
    /// # Errors
    /// One is damaged, or the database.
    pub async fn drafts(&self, state: DraftState) -> Result<Vec<DraftShown>, Error> {
        let found = self.db.read(List::In(state)).await?;
        found.into_iter().map(|one| self.shown(one)).collect()
    }

    /// The drafts that are from a document, the last to move first.
    ///
    /// # Errors
    /// One is damaged, or the database.
    pub async fn drafts_of_document(&self, document: &str) -> Result<Vec<DraftShown>, Error> {
        let found = self.db.read(List::Of(document.to_owned())).await?;
        found.into_iter().map(|one| self.shown(one)).collect()
    }

    /// Writes anew what a draft says. It is open then, and this person's: somebody else approves it.
    ///
    /// # Errors
    /// As [`House::draft`]; it is not there, or it moved since it was seen.
    pub async fn rewrite_draft(
        &self,
        id: &str,
        version: u64,
        draft: Draft,
        by: &SignedIn,
    ) -> Result<DraftShown, Error> {
        may_write(by)?;
        check(&draft)?;
        let known = self.needed_draft(id).await?;
        let stored = StoredDraft {
            id: id.to_owned(),
            state: DraftState::Open.as_str().to_owned(),
            version,
            kind: draft.claim.kind().to_owned(),
            evidence_id: known.evidence_id()?,
            body: body(&draft)?,
            document: known.draft.document,
            written_by: by.id.clone(),
            changed_at: self.now(),
        };
        self.db.write(Rewrite(stored)).await?;
        self.needed_draft(id).await
    }

    /// Asks a second person to look at a draft.
    ///
    /// # Errors
    /// It is not there, it moved since it was seen, the person may only read, or the database.
    pub async fn submit_draft(&self, id: &str, version: u64, by: &SignedIn) -> Result<(), Error> {
        self.step(id, version, by, Step::Submit).await
    }

    /// Gives a waiting draft back to be written anew.
    ///
    /// # Errors
    /// As [`House::submit_draft`], and a remark that is too long or holds the number of a unit.
    pub async fn send_draft_back(
        &self,
        id: &str,
        version: u64,
        by: &SignedIn,
        words: &str,
    ) -> Result<(), Error> {
        self.step(id, version, by, Step::SendBack(words)).await
    }

    /// Ends a draft from which nothing is to come.
    ///
    /// # Errors
    /// As [`House::send_draft_back`].
    pub async fn discard_draft(
        &self,
        id: &str,
        version: u64,
        by: &SignedIn,
        words: &str,
    ) -> Result<(), Error> {
        self.step(id, version, by, Step::Discard(words)).await
    }

    async fn step(
        &self,
        id: &str,
        version: u64,
        by: &SignedIn,
        step: Step<'_>,
    ) -> Result<(), Error> {
        may_write(by)?;
        let (from, to, name, words) = match step {
            Step::Submit => (
                [DraftState::Open, DraftState::Open],
                DraftState::Waiting,
                "submitted",
                "",
            ),
            Step::SendBack(words) => (
                [DraftState::Waiting, DraftState::Waiting],
                DraftState::Open,
                "sent_back",
                words,
            ),
            Step::Discard(words) => (
                [DraftState::Open, DraftState::Waiting],
                DraftState::Discarded,
                "discarded",
                words,
            ),
        };
        check_remark(words)?;
        self.needed_draft(id).await?;
        let job = MoveOn {
            id: id.to_owned(),
            version,
            from,
            to,
            name,
            by: by.id.clone(),
            words: words.trim().to_owned(),
        };
        self.db.write(job).await
    }

    /// Puts a remark beside a draft that is open or waits.
    ///
    /// # Errors
    /// It is empty, too long or holds the number of a unit; the draft is not there or settled; the person may only
    /// read; or the database.
    pub async fn remark_on_draft(&self, id: &str, by: &SignedIn, words: &str) -> Result<(), Error> {
        may_write(by)?;
        check_remark(words)?;
        if words.trim().is_empty() {
            return Err(Error::new(Code::InvalidInput, "a remark has words"));
        }
        self.needed_draft(id).await?;
        let job = Remark {
            id: id.to_owned(),
            by: by.id.clone(),
            words: words.trim().to_owned(),
        };
        self.db.write(job).await
    }

    /// What recording a draft would do now; its list holds at most `COMPARED_MAX` listings.
    ///
    /// # Errors
    /// As [`House::impact`].
    pub async fn draft_impact(&self, draft: &Draft) -> Result<Impact, Error> {
        let planned = Planned::Change(Box::new(draft.clone()));
        let page = ImpactPage {
            after: None,
            limit: COMPARED_MAX,
        };
        self.impact(&planned, &page).await
    }

    /// Puts a draft on the record.
    ///
    /// What could open a sale takes a second person where the rule says so: it must wait, and whoever wrote it cannot
    /// be who approves it. The evidence is recorded only if what it would do is still what was seen.
    ///
    /// # Errors
    /// [`Code::SecondPersonNeeded`]: it is this person's own, or was not submitted; [`Code::ImpactChanged`]: look
    /// again; [`Code::StateConflict`]: it moved since it was seen; as [`House::record`] otherwise.
    pub async fn record_draft(
        &self,
        id: &str,
        seen: &Seen,
        by: &SignedIn,
    ) -> Result<Change, Error> {
        may_write(by)?;
        let mut last = Error::new(Code::Busy, "others keep changing the record");
        for _ in 0..TRIES_MAX {
            // Before anything is worked out: what is known later than this is not taken for it.
            let position = self.snapshot().next_position();
            let shown = self.needed_draft(id).await?;
            if shown.version != seen.version {
                return Err(moved(id));
            }
            let impact = self.draft_impact(&shown.draft).await?;
            if impact.mark() != seen.impact {
                let detail = "which listings it would stop or start has changed since it was shown";
                return Err(Error::new(Code::ImpactChanged, detail));
            }
            let job = RecordDraft {
                record: Record::new(shown.draft.clone(), &self.directory())?,
                id: id.to_owned(),
                version: seen.version,
                position,
                only_closes: shown.only_closes,
                by: by.id.clone(),
            };
            let recorded = self.db.write(job).await;
            self.node.follow(&self.db).await?;
            match recorded {
                // Something else was recorded in between: what it would do is worked out anew.
                Err(error) if error.code == Code::ImpactChanged => last = error,
                answer => return answer,
            }
        }
        Err(last)
    }

    async fn needed_draft(&self, id: &str) -> Result<DraftShown, Error> {
        let found = self.find_draft(id).await?;
        found.ok_or_else(|| Error::not_found("draft", short(id)))
    }

    fn shown(&self, stored: StoredDraft) -> Result<DraftShown, Error> {
        let read = codec::draft::read(&stored.body);
        let mut draft = read.map_err(|error| Error::broken(format!("a draft is {error}")))?;
        draft.id = Some(stored.evidence_id);
        draft.document = stored.document;
        Ok(DraftShown {
            only_closes: self.only_closes(&draft),
            state: DraftState::read(&stored.state)?,
            id: stored.id,
            version: stored.version,
            written_by: stored.written_by,
            changed_at: stored.changed_at,
            draft,
        })
    }
}

impl DraftShown {
    fn evidence_id(&self) -> Result<EvidenceId, Error> {
        let id = self.draft.id.clone();
        id.ok_or_else(|| Error::broken("a draft has no id to be recorded under"))
    }
}

fn short(id: &str) -> String {
    id.chars().take(40).collect()
}

fn moved(id: &str) -> Error {
    let detail = format!("draft {id} has moved on since it was seen");
    Error::new(Code::StateConflict, detail)
}

/// What can be seen of a draft before its scope is locked; the rest is checked when it is recorded.
fn check(draft: &Draft) -> Result<(), Error> {
    crate::change::check_form(draft)?;
    if let Claim::ListingDecision { .. } = draft.claim {
        let detail = "a decision on a listing is made at once, where the listings are";
        return Err(Error::new(Code::InvalidInput, detail));
    }
    let texts = [Some(&draft.title), Some(&draft.dated), draft.words.as_ref()];
    texts
        .into_iter()
        .flatten()
        .try_for_each(|text| Error::unless_imei(text))
}

fn check_remark(words: &str) -> Result<(), Error> {
    if words.chars().count() > REMARK_CHARS_MAX {
        let detail = format!("a remark has at most {REMARK_CHARS_MAX} characters");
        return Err(Error::new(Code::InvalidInput, detail));
    }
    Error::unless_imei(words)
}

fn body(draft: &Draft) -> Result<String, Error> {
    let body = codec::draft::write(draft).map_err(|error| Error::broken(error.to_string()))?;
    Error::unless_imei(&body)?;
    Ok(body)
}

/// Puts a draft; the same one, sent again by the same person, is the one that is there.
struct Put(StoredDraft);

impl Job for Put {
    type Out = StoredDraft;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<StoredDraft, Error> {
        let draft = &self.0;
        if let Some(document) = &draft.document
            && !store::documents::is_kept(tx, document).await?
        {
            return Err(Error::not_found("document", document));
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        if drafts::put(tx, draft).await? {
            drafts::put_step(tx, &draft.id, "written", &draft.written_by, now, "").await?;
            if draft.state == DraftState::Waiting.as_str() {
                drafts::put_step(tx, &draft.id, "submitted", &draft.written_by, now, "").await?;
            }
            return Ok(draft.clone());
        }
        let known = drafts::by_evidence(tx, &draft.evidence_id).await?;
        match known {
            Some(known) if known.body == draft.body && known.written_by == draft.written_by => {
                Ok(known)
            }
            _ => {
                let detail = format!("another draft is for {}", draft.evidence_id);
                Err(Error::new(Code::IdTaken, detail))
            }
        }
    }
}

struct Rewrite(StoredDraft);

impl Job for Rewrite {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let draft = &self.0;
        if !drafts::rewrite(tx, draft).await? {
            return Err(moved(&draft.id));
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        step(tx, &draft.id, "written", &draft.written_by, now, "").await
    }
}

/// Writes down a step, if there is room: the end of a draft always has.
async fn step(
    tx: &mut Tx<'_>,
    id: &str,
    name: &str,
    by: &str,
    now: Instant,
    words: &str,
) -> Result<(), Error> {
    let is_end = matches!(name, "recorded" | "discarded");
    if !is_end && drafts::count_steps(tx, id).await? >= STEPS_MAX {
        let detail = format!("draft {id} has {STEPS_MAX} steps; discard it and begin anew");
        return Err(Error::new(Code::StateConflict, detail));
    }
    Ok(drafts::put_step(tx, id, name, by, now, words).await?)
}

struct MoveOn {
    id: String,
    version: u64,
    from: [DraftState; 2],
    to: DraftState,
    name: &'static str,
    by: String,
    words: String,
}

impl Job for MoveOn {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let moving = Move {
            draft: &self.id,
            version: self.version,
            from: self.from.map(DraftState::as_str),
            to: self.to.as_str(),
            not_by: "",
        };
        if !drafts::move_on(tx, &moving, now).await? {
            return Err(moved(&self.id));
        }
        step(tx, &self.id, self.name, &self.by, now, &self.words).await
    }
}

struct Remark {
    id: String,
    by: String,
    words: String,
}

impl Job for Remark {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        if !drafts::touch(tx, &self.id, now).await? {
            return Err(moved(&self.id));
        }
        step(tx, &self.id, "remarked", &self.by, now, &self.words).await
    }
}

/// The draft moves on and its evidence is recorded, or neither.
struct RecordDraft {
    record: Record,
    id: String,
    version: u64,
    /// The position for which its impact was worked out.
    position: u64,
    only_closes: bool,
    by: String,
}

impl Job for RecordDraft {
    type Out = Change;
    type Err = Error;
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Change, Error> {
        let is_two = !self.only_closes && Rule::read(tx).await?.is_needed();
        let now = Instant::from_epoch_ms(tx.now().await?);
        let first = if is_two {
            DraftState::Waiting
        } else {
            DraftState::Open
        };
        let moving = Move {
            draft: &self.id,
            version: self.version,
            from: [first.as_str(), DraftState::Waiting.as_str()],
            to: DraftState::Recorded.as_str(),
            not_by: if is_two { &self.by } else { "" },
        };
        if !drafts::move_on(tx, &moving, now).await? {
            return Err(self.why_not(tx, is_two).await?);
        }
        let change = self.record.run(tx).await?;
        let is_new = matches!(change, Change::Recorded(_));
        if is_new && change.recorded().position != self.position {
            let detail = "something else was recorded meanwhile";
            return Err(Error::new(Code::ImpactChanged, detail));
        }
        step(tx, &self.id, "recorded", &self.by, now, "").await?;
        Ok(change)
    }
}

impl RecordDraft {
    async fn why_not(&self, tx: &mut Tx<'_>, is_two: bool) -> Result<Error, Error> {
        let Some(known) = drafts::get(tx, &self.id).await? else {
            return Err(Error::not_found("draft", &self.id));
        };
        let state = DraftState::read(&known.state)?;
        let is_settled = matches!(state, DraftState::Recorded | DraftState::Discarded);
        if known.version != self.version || is_settled || !is_two {
            return Ok(moved(&self.id));
        }
        let detail = if state == DraftState::Open {
            "it could open a sale: ask a second person to approve it"
        } else {
            "it could open a sale, and you wrote it: somebody else approves it"
        };
        Ok(Error::new(Code::SecondPersonNeeded, detail))
    }
}

struct Get(String);

impl Job for Get {
    type Out = Option<StoredDraft>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<StoredDraft>, Error> {
        Ok(drafts::get(tx, &self.0).await?)
    }
}

enum List {
    In(DraftState),
    Of(String),
}

impl Job for List {
    type Out = Vec<StoredDraft>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<StoredDraft>, Error> {
        Ok(match self {
            Self::In(state) => drafts::list(tx, state.as_str(), LISTED_MAX).await?,
            Self::Of(document) => drafts::of_document(tx, document, LISTED_MAX).await?,
        })
    }
}

struct Steps(String);

impl Job for Steps {
    type Out = Vec<StepShown>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<StepShown>, Error> {
        let most = u32::try_from(STEPS_MAX)
            .unwrap_or(u32::MAX)
            .saturating_add(2);
        let steps = drafts::steps(tx, &self.0, most).await?;
        Ok(steps.into_iter().map(StepShown::from).collect())
    }
}
