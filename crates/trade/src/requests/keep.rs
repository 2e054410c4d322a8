//! Keeping requests: drafted, changed, sent, closed; and to whom a party's letters go.

use std::collections::HashSet;

use domain::Instant;
use domain::id::{MarketId, PartyId};
use domain::listing::{Listing, ListingState};
use gate::Question;
use gate::snapshot::Moment;
use outside::Mailbox;
use store::db::{Job, Tx};
use store::requests::{self, ItemRow, RequestRow};

use super::{
    DraftRequest, Gathered, Item, ItemAnswer, LINK_MS, Missing, NotAsked, RequestState, Unasked,
    Words, draft, letter,
};
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use crate::letters::{self, SUBJECT_CHARS_MAX, TEXT_BYTES_MAX, one_line};
use crate::offers::judging;

/// After how long without an answer a request is overdue, in milliseconds: fourteen days.
pub const OVERDUE_MS: i64 = 14 * 24 * 60 * 60 * 1000;
/// Most requests of one state that are listed.
const LISTED_MAX: u32 = 200;
/// Listings read at a time.
const AT_ONCE: u32 = 500;
/// Most listings of a market that are looked at in one go.
const LISTINGS_MAX: usize = 20_000;
/// Most offers that may not be sold for which ways are tried in one go.
const TRIED_MAX: usize = 1_000;
/// Drafting is one at a time, so that nothing is asked twice.
const DRAFTING_LOCK: i64 = 0x7265_7175_6573_7473;

/// A request with what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// All but its items.
    pub row: RequestRow,
    /// What is asked, with the answers.
    pub items: Vec<RequestItem>,
}

impl Request {
    /// Whether its answer should have come by now.
    #[must_use]
    pub fn is_overdue(&self, now: Instant) -> bool {
        is_overdue(&self.row, now)
    }
}

/// Whether an answer should have come by now.
pub(crate) fn is_overdue(row: &RequestRow, now: Instant) -> bool {
    let sent = row.sent_at.filter(|_| row.state == RequestState::Sent);
    sent.is_some_and(|at| at.plus_ms(OVERDUE_MS) <= now)
}

/// One thing that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestItem {
    /// Counted from 1.
    pub number: u32,
    /// What is asked.
    pub item: Item,
    /// What was answered.
    pub answer: Option<ItemAnswer>,
    /// The approval's identifier that came with the answer.
    pub identifier: Option<String>,
    /// The evidence that the answer became.
    pub evidence: Option<domain::id::EvidenceId>,
}

/// What came of drafting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafted {
    /// Ids of the new requests.
    pub requests: Vec<String>,
    /// What nobody is asked for.
    pub unasked: Vec<Unasked>,
    /// Not all listings were looked at; draft again when these are answered.
    pub is_cut: bool,
}

impl House {
    /// Gathers what keeps a market's listings off sale, and drafts one request for each issuer that can mend it. What
    /// is asked already is not asked again. `by` is who drafts it.
    ///
    /// Looks at no more than 20,000 listings that are not ended, and tries ways for no more than 1,000 of them.
    ///
    /// # Errors
    /// There is no such market, or the database.
    pub async fn draft_requests(
        &self,
        market: &MarketId,
        by: &str,
        words: Words,
    ) -> Result<Drafted, Error> {
        if !self.directory().markets.iter().any(|one| one.id == *market) {
            return Err(Error::not_found("market", market));
        }
        let (missing, is_cut) = self.missing_in(market).await?;
        let gathered = draft(&missing, &self.directory(), words);
        let drafted = self.keep_drafts(gathered, by).await?;
        Ok(Drafted { is_cut, ..drafted })
    }

    async fn missing_in(&self, market: &MarketId) -> Result<(Vec<Missing>, bool), Error> {
        let moment = Moment::at(self.present());
        let (mut missing, mut looked_at) = (Vec::new(), 0);
        let mut after = String::new();
        loop {
            let page = self.unjudged(market, &after, AT_ONCE, false).await?;
            let Some(last) = page.last() else {
                return Ok((missing, false));
            };
            after = last.id.to_string();
            looked_at += page.len();
            let room = TRIED_MAX - missing.len();
            let house = self.clone();
            let found = judging(move || house.missing_of(page, moment, room)).await?;
            missing.extend(found);
            if missing.len() >= TRIED_MAX || looked_at >= LISTINGS_MAX {
                return Ok((missing, true));
            }
        }
    }

    /// Those of some listings that may not be sold, each with what would mend it; no more than `room`.
    fn missing_of(&self, listings: Vec<Listing>, moment: Moment, room: usize) -> Vec<Missing> {
        let snapshot = self.snapshot();
        let is_asked = |listing: &Listing| {
            let question = Question {
                offer: &listing.offer,
                moment,
            };
            listing.state != ListingState::Ended && !snapshot.verdict(&question).is_sellable()
        };
        let refused = listings.into_iter().filter(is_asked).take(room);
        refused
            .map(|listing| Missing {
                why_not: self.why_not(&listing.offer, moment),
                name: listing.title,
            })
            .collect()
    }

    /// Keeps what was gathered as drafts. What an open request asks already is left out and told.
    ///
    /// # Errors
    /// The database.
    pub async fn keep_drafts(&self, gathered: Gathered, by: &str) -> Result<Drafted, Error> {
        let Gathered { drafts, unasked } = gathered;
        let mut drafted = Vec::with_capacity(drafts.len());
        for one in drafts {
            drafted.push((fresh::name("rq")?, one));
        }
        let directory = self.directory();
        let keep = KeepDrafts {
            drafted,
            by: by.to_owned(),
            write: Box::new(move |party, items| letter::written(party, items, &directory)),
        };
        let (requests, again) = self.db.write(keep).await?;
        Ok(Drafted {
            requests,
            unasked: [unasked, again].concat(),
            is_cut: false,
        })
    }

    /// A request; none: there is no such one.
    ///
    /// # Errors
    /// The database.
    pub async fn request(&self, id: &str) -> Result<Option<Request>, Error> {
        let found = self.db.read(FindRequest(id.to_owned())).await?;
        found.map(|(row, items)| with_items(row, items)).transpose()
    }

    /// At most 200 requests in a state, the latest first, without their items.
    ///
    /// # Errors
    /// The database.
    pub async fn requests(&self, state: RequestState) -> Result<Vec<RequestRow>, Error> {
        self.db.read(ListRequests(state)).await
    }

    /// Changes the letter of a request that was not sent.
    ///
    /// # Errors
    /// It is empty or too long, it was sent, there is no such request, or the database.
    pub async fn edit_request(&self, id: &str, subject: &str, text: &str) -> Result<(), Error> {
        let subject = one_line(subject, SUBJECT_CHARS_MAX);
        let text = text.replace("\r\n", "\n");
        if subject.is_empty() || text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
            let detail =
                format!("a letter has a subject and a text of at most {TEXT_BYTES_MAX} bytes");
            return Err(Error::new(Code::InvalidInput, detail));
        }
        Error::unless_imei(&subject)?;
        Error::unless_imei(&text)?;
        let edit = EditRequest {
            id: id.to_owned(),
            subject,
            text,
        };
        self.db.write(edit).await
    }

    /// Sends a request to its party's address, with a one-time link that is open for 30 days. Sent again, it has a new
    /// link, and the one from before opens nothing.
    ///
    /// # Errors
    /// This house sends no mail, nobody said to whom the party's letters go, it was answered or closed, there is no
    /// such request, or the database.
    pub async fn send_request(&self, id: &str) -> Result<(), Error> {
        let post = self.post()?;
        let token = fresh::letters()?;
        let send = SendRequest {
            id: id.to_owned(),
            link_hash: crate::change::sha256(token.as_bytes()),
            token,
            post: post.clone(),
        };
        self.db.write(send).await
    }

    /// Closes a request; its link opens nothing any more.
    ///
    /// # Errors
    /// It is closed, there is no such request, or the database.
    pub async fn close_request(&self, id: &str) -> Result<(), Error> {
        self.db.write(CloseRequest(id.to_owned())).await
    }

    /// To whom each party's letters go.
    ///
    /// # Errors
    /// The database.
    pub async fn contacts(&self) -> Result<Vec<(PartyId, String)>, Error> {
        self.db.read(Contacts).await
    }

    /// Says to whom a party's letters go. `by` is who says so.
    ///
    /// # Errors
    /// There is no such party, the address is none, or the database.
    pub async fn put_contact(&self, party: &PartyId, email: &str, by: &str) -> Result<(), Error> {
        if !self.directory().parties.iter().any(|one| one.id == *party) {
            return Err(Error::not_found("party", party));
        }
        let email: Mailbox = email.parse()?;
        let put = PutContact {
            party: party.clone(),
            email: email.to_string(),
            by: by.to_owned(),
        };
        self.db.write(put).await
    }
}

pub(super) fn with_items(row: RequestRow, items: Vec<ItemRow>) -> Result<Request, Error> {
    let items = items.into_iter().map(|one| {
        Ok(RequestItem {
            number: one.number,
            item: Item::read(&one.body)?,
            answer: one.answer,
            identifier: one.identifier,
            evidence: one.evidence,
        })
    });
    Ok(Request {
        row,
        items: items.collect::<Result<_, Error>>()?,
    })
}

async fn now(tx: &mut Tx<'_>) -> Result<Instant, Error> {
    Ok(Instant::from_epoch_ms(tx.now().await?))
}

type WriteLetter = Box<dyn Fn(&PartyId, &[Item]) -> (String, String) + Send + Sync>;

struct KeepDrafts {
    /// Each with its id.
    drafted: Vec<(String, DraftRequest)>,
    by: String,
    /// Writes the letter anew where items are left out.
    write: WriteLetter,
}

impl Job for KeepDrafts {
    type Out = (Vec<String>, Vec<Unasked>);
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        tx.lock_exclusive(&[DRAFTING_LOCK]).await?;
        let now = now(tx).await?;
        let mut open = HashSet::new();
        for body in requests::open_bodies(tx).await? {
            open.insert(Item::read(&body)?.key().to_owned());
        }
        let (mut ids, mut again) = (Vec::new(), Vec::new());
        for (id, draft) in &self.drafted {
            let items = draft.items.iter().cloned();
            let (known, items): (Vec<Item>, Vec<Item>) =
                items.partition(|item| open.contains(item.key()));
            let (subject, text) = if known.is_empty() {
                (draft.subject.clone(), draft.text.clone())
            } else {
                (self.write)(&draft.party, &items)
            };
            again.extend(known.into_iter().map(|item| Unasked {
                name: draft.party.to_string(),
                what: item.sentence,
                why: NotAsked::AskedAlready,
            }));
            if items.is_empty() {
                continue;
            }
            let row = RequestRow {
                id: id.clone(),
                party: draft.party.clone(),
                state: RequestState::Drafted,
                subject,
                text,
                drafted_by: self.by.clone(),
                drafted_at: now,
                recipient: None,
                sent_at: None,
                link_until: None,
                answered_by: None,
                answered_at: None,
                remark: None,
                document: None,
                closed_at: None,
            };
            let bodies: Vec<String> = items.iter().map(Item::write).collect();
            requests::insert(tx, &row, &bodies).await?;
            ids.push(id.clone());
        }
        Ok((ids, again))
    }
}

struct FindRequest(String);

impl Job for FindRequest {
    type Out = Option<(RequestRow, Vec<ItemRow>)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let Some(row) = requests::find(tx, &self.0).await? else {
            return Ok(None);
        };
        let items = requests::items(tx, &self.0).await?;
        Ok(Some((row, items)))
    }
}

struct ListRequests(RequestState);

impl Job for ListRequests {
    type Out = Vec<RequestRow>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<RequestRow>, Error> {
        Ok(requests::in_state(tx, self.0, LISTED_MAX).await?)
    }
}

/// A request that is there, or why not; and for what it is too late.
async fn too_late(tx: &mut Tx<'_>, id: &str, for_what: &str) -> Error {
    match requests::find(tx, id).await {
        Ok(Some(row)) => {
            let detail = format!(
                "request {id} is {} and can no longer be {for_what}",
                row.state
            );
            Error::new(Code::StateConflict, detail)
        }
        Ok(None) => Error::not_found("request", id),
        Err(error) => error.into(),
    }
}

struct EditRequest {
    id: String,
    subject: String,
    text: String,
}

impl Job for EditRequest {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if requests::edit(tx, &self.id, &self.subject, &self.text).await? {
            return Ok(());
        }
        Err(too_late(tx, &self.id, "changed").await)
    }
}

struct SendRequest {
    id: String,
    token: String,
    link_hash: String,
    post: letters::Post,
}

impl Job for SendRequest {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Some(row) = requests::find(tx, &self.id).await? else {
            return Err(Error::not_found("request", &self.id));
        };
        let Some(recipient) = requests::contact(tx, &row.party).await? else {
            let detail = format!("no address of mail is known of {}", row.party);
            return Err(Error::new(Code::NoContact, detail));
        };
        let now = now(tx).await?;
        let until = now.plus_ms(LINK_MS);
        let link = (self.link_hash.as_str(), until);
        if !requests::send(tx, &self.id, &recipient, now, link).await? {
            return Err(too_late(tx, &self.id, "sent").await);
        }
        let text = letter::with_link(&row.text, &self.post, &self.token, until);
        letters::queue(tx, &recipient, &row.subject, text).await
    }
}

struct CloseRequest(String);

impl Job for CloseRequest {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = now(tx).await?;
        if requests::close(tx, &self.0, now).await? {
            return Ok(());
        }
        Err(too_late(tx, &self.0, "closed").await)
    }
}

struct Contacts;

impl Job for Contacts {
    type Out = Vec<(PartyId, String)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        Ok(requests::contacts(tx).await?)
    }
}

struct PutContact {
    party: PartyId,
    email: String,
    by: String,
}

impl Job for PutContact {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = now(tx).await?;
        Ok(requests::put_contact(tx, &self.party, &self.email, &self.by, now).await?)
    }
}
