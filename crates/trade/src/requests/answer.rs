//! The one-time link: what its holder is shown, and the one answer that it takes.
//!
//! Looking changes nothing: programs that scan mail open every link. An answer is kept as it came and is no evidence:
//! [`House::answer_drafts`] says what it would become, and recording that is as any other change. Of a link that
//! opens nothing nobody learns whether it ever did.

use domain::Period;
use domain::certification::CertificationResult;
use domain::evidence::{Claim, Standing};
use domain::id::EvidenceId;
use gate::remedy::Step;
use store::db::{Job, Tx};
use store::requests::{self, Answered, ItemRow, RequestRow};

use super::keep::with_items;
use super::{ItemAnswer, Request, RequestItem};
use crate::change::{Draft, sha256};
use crate::desk::Entered;
use crate::error::{Code, Error};
use crate::house::House;
use crate::people::SignedIn;

/// How long a link is open, in milliseconds: thirty days.
pub const LINK_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Most characters of the name of who answers.
pub const NAME_CHARS_MAX: usize = 120;
/// Most characters of a remark.
pub const REMARK_CHARS_MAX: usize = 4_000;
/// Most characters of an approval's identifier.
const IDENTIFIER_CHARS_MAX: usize = 80;
/// Letters of a link's token.
const TOKEN_CHARS: usize = 64;

/// What is answered to one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenAnswer {
    /// To which: its number.
    pub number: u32,
    /// What.
    pub answer: ItemAnswer,
    /// An approval's identifier; empty: none.
    pub identifier: String,
}

/// What the holder of a link sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// Who they say that they are.
    pub name: String,
    /// What they add; empty: nothing.
    pub remark: String,
    /// Per item. What is left out stays open.
    pub items: Vec<GivenAnswer>,
    /// A document: its file's name and its bytes.
    pub document: Option<(String, Vec<u8>)>,
}

/// What an answer would become if it were recorded.
#[derive(Clone, Debug)]
pub struct AnswerDraft {
    /// The item's number.
    pub number: u32,
    /// What was answered.
    pub answer: ItemAnswer,
    /// The evidence.
    pub draft: Draft,
    /// It says no, so that it can open no sale: one person may record it. Whatever says yes needs a second.
    pub says_no: bool,
}

fn not_good() -> Error {
    Error::new(Code::LinkNotGood, "this link opens nothing, or no longer")
}

/// The hash by which a link is kept; none: it has not the shape of one.
fn hash(token: &str) -> Option<String> {
    let is_token = token.len() == TOKEN_CHARS && token.bytes().all(|b| b.is_ascii_lowercase());
    is_token.then(|| sha256(token.as_bytes()))
}

impl House {
    /// The request that a link is for. Changes nothing.
    ///
    /// # Errors
    /// The link is of no request, was used, replaced or closed, or is over: one error for all of these; or the database.
    pub async fn asked_by_link(&self, token: &str) -> Result<Request, Error> {
        let link_hash = hash(token).ok_or_else(not_good)?;
        let found = self.db.read(ByLink(link_hash)).await?;
        let (row, items) = found.ok_or_else(not_good)?;
        with_items(row, items)
    }

    /// Takes the one answer that a link has. A document is kept first.
    ///
    /// # Errors
    /// As [`House::asked_by_link`]; every fault of the answer; the document is not kept; or the database.
    pub async fn answer_request(&self, token: &str, answering: Answering) -> Result<(), Error> {
        let request = self.asked_by_link(token).await?;
        let faults = faults(&request, &answering);
        if !faults.is_empty() {
            return Err(Error::new(Code::InvalidInput, faults.join(" ")));
        }
        for text in [&answering.name, &answering.remark] {
            Error::unless_imei(text)?;
        }
        let document = match &answering.document {
            Some((name, bytes)) => Some(self.keep_document(name, bytes).await?.0),
            None => None,
        };
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let items = answering.items.iter();
        let answered = Answered {
            name: answering.name.trim().to_owned(),
            remark: some(&answering.remark),
            document,
            items: items
                .map(|one| (one.number, one.answer, some(&one.identifier)))
                .collect(),
        };
        let link_hash = hash(token).ok_or_else(not_good)?;
        self.db
            .write(Answer {
                link_hash,
                answered,
            })
            .await
    }

    /// What the answers to a request would become, each item once: those that were answered and are not on the record.
    ///
    /// # Errors
    /// There is no such request, or the database.
    pub async fn answer_drafts(&self, id: &str) -> Result<Vec<AnswerDraft>, Error> {
        let found = self.request(id).await?;
        let request = found.ok_or_else(|| Error::not_found("request", id))?;
        let items = request.items.iter();
        Ok(items
            .filter_map(|item| drafted(&request.row, item))
            .collect())
    }

    /// Notes as which evidence an answer was entered.
    async fn answer_became(
        &self,
        id: &str,
        number: u32,
        evidence: &EvidenceId,
    ) -> Result<(), Error> {
        let became = Became(id.to_owned(), number, evidence.clone());
        self.db.write(became).await
    }

    /// Enters an answer, as [`House::enter`]: a no closes and is recorded at once, and what would open a sale waits for
    /// a second person.
    ///
    /// # Errors
    /// There is no such answer that was not entered yet, or as [`House::enter`].
    pub async fn enter_answer(
        &self,
        id: &str,
        number: u32,
        by: &SignedIn,
    ) -> Result<Entered, Error> {
        let drafts = self.answer_drafts(id).await?;
        let found = drafts.into_iter().find(|one| one.number == number);
        let found = found.ok_or_else(|| Error::not_found("open answer to item", number))?;
        let evidence = found.draft.id.clone();
        let entered = self.enter(found.draft, by).await?;
        if let Some(evidence) = evidence {
            self.answer_became(id, number, &evidence).await?;
        }
        Ok(entered)
    }
}

fn faults(request: &Request, answering: &Answering) -> Vec<String> {
    let mut faults = Vec::new();
    let name = answering.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains(char::is_control) {
        faults.push(format!(
            "Your name: write it, in at most {NAME_CHARS_MAX} characters."
        ));
    }
    if answering.remark.chars().count() > REMARK_CHARS_MAX {
        faults.push(format!(
            "Remark: write at most {REMARK_CHARS_MAX} characters, or send a document."
        ));
    }
    if answering.items.is_empty() {
        faults.push("Answer one point at least.".to_owned());
    }
    let mut seen = Vec::new();
    for one in &answering.items {
        let number = one.number;
        let asked = request.items.iter().find(|item| item.number == number);
        let Some(asked) = asked.filter(|_| !seen.contains(&number)) else {
            faults.push(format!(
                "Point {number}: there is no such point, or it is answered twice."
            ));
            continue;
        };
        seen.push(number);
        let identifier = one.identifier.trim();
        if one.answer == ItemAnswer::Document && answering.document.is_none() {
            faults.push(format!(
                "Point {number}: choose the document that answers it."
            ));
        }
        let is_short = identifier.chars().count() <= IDENTIFIER_CHARS_MAX;
        if !is_short || identifier.contains(char::is_control) {
            let most = IDENTIFIER_CHARS_MAX;
            faults.push(format!(
                "Point {number}: an identifier has at most {most} characters."
            ));
        }
        let needs = asked.item.asks_identifier() && one.answer == ItemAnswer::Confirmed;
        if needs && identifier.is_empty() {
            faults.push(format!("Point {number}: write the approval's identifier."));
        }
    }
    faults
}

/// What an item's answer would become; none: it has none, or became something.
fn drafted(row: &RequestRow, item: &RequestItem) -> Option<AnswerDraft> {
    let answer = item.answer.filter(|_| item.evidence.is_none())?;
    let says_no = answer == ItemAnswer::Refused;
    let answered_at = row.answered_at?;
    let (issuer, scope, claim) = item.item.step.says();
    let claim = match &item.item.step {
        // Who does not take a word back leaves it as it is.
        Step::Withdraw { .. } if says_no => return None,
        Step::Withdraw { .. } => claim,
        Step::Record { .. } if says_no => denied(&claim)?,
        Step::Record { .. } => identified(&claim, item.identifier.as_deref()),
    };
    let valid = Period::since(answered_at);
    let title = format!("Answer to request {}, point {}", row.id, item.number);
    let mut draft = Draft::own(
        scope.clone(),
        issuer.clone(),
        claim,
        &title,
        &answered_at.date(),
    )
    .valid(valid);
    // Sent twice, it is recorded once.
    let id = sha256(format!("{} {}", row.id, item.number).as_bytes());
    draft.id = format!("ev-{}", &id[..24]).parse().ok();
    draft.words = words(row);
    draft.document = row.document.clone();
    Some(AnswerDraft {
        number: item.number,
        answer,
        draft,
        says_no,
    })
}

fn words(row: &RequestRow) -> Option<String> {
    let name = row.answered_by.as_ref()?;
    Some(match &row.remark {
        Some(remark) => format!("{name}: {remark}"),
        None => name.clone(),
    })
}

/// The claim with the identifier that came.
fn identified(claim: &Claim, given: Option<&str>) -> Claim {
    match (claim, given) {
        (
            Claim::RegulatoryApproval {
                variant,
                scheme,
                country,
                standing,
                ..
            },
            Some(identifier),
        ) => Claim::RegulatoryApproval {
            variant: variant.clone(),
            scheme: scheme.clone(),
            identifier: identifier.to_owned(),
            country: *country,
            standing: *standing,
        },
        _ => claim.clone(),
    }
}

/// The claim's no; none: a no to it says nothing that can be recorded.
fn denied(claim: &Claim) -> Option<Claim> {
    let mut claim = claim.clone();
    match &mut claim {
        Claim::SalesAuthorization(says) => {
            says.standing = Standing::No;
            // A denial has none of these.
            says.quantity = None;
            says.may_be_passed_on = false;
            says.rests_on = None;
        }
        Claim::DeviceCertification(says) => {
            says.result = CertificationResult::NotCertified;
            says.tests = None;
        }
        Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. } => *standing = Standing::No,
        Claim::CustodyEvent {
            standing,
            first_sale,
            ..
        } => {
            *standing = Standing::No;
            *first_sale = None;
        }
        _ => return None,
    }
    Some(claim)
}

struct ByLink(String);

impl Job for ByLink {
    type Out = Option<(RequestRow, Vec<ItemRow>)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let now = domain::Instant::from_epoch_ms(tx.now().await?);
        let Some(row) = requests::by_link(tx, &self.0, now).await? else {
            return Ok(None);
        };
        let items = requests::items(tx, &row.id).await?;
        Ok(Some((row, items)))
    }
}

struct Answer {
    link_hash: String,
    answered: Answered,
}

impl Job for Answer {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = domain::Instant::from_epoch_ms(tx.now().await?);
        let taken = requests::answer(tx, &self.link_hash, now, &self.answered).await?;
        taken.map(drop).ok_or_else(not_good)
    }
}

struct Became(String, u32, EvidenceId);

impl Job for Became {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(requests::became(tx, &self.0, self.1, &self.2).await?)
    }
}
