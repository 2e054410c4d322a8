//! Requests: what an issuer is asked for, gathered into one letter, and what became of it.
//!
//! This file gathers: from why offers may not be sold to one draft for each issuer. Keeping, sending and closing are
//! in `requests/keep.rs`, the one-time link and its answers in `requests/answer.rs`. What an answer is worth is not
//! known here: it becomes evidence only by being recorded as any other.

mod answer;
mod item;
mod keep;
mod letter;

use domain::evidence::Claim;
use domain::id::PartyId;
use gate::WhyNot;
use gate::sentence::{self, Names as _};
use store::directory::Directory;

use crate::node::DirectoryNames;

pub use answer::{AnswerDraft, Answering, GivenAnswer, LINK_MS, NAME_CHARS_MAX, REMARK_CHARS_MAX};
pub use item::Item;
pub use keep::{Drafted, OVERDUE_MS, Request, RequestItem};
pub use store::requests::{ItemAnswer, RequestRow, RequestState};

/// Most items of one request; what is more is asked in the next.
pub const ITEMS_MAX: usize = 100;

/// Says what a claim means, as a sentence for people.
pub type Words = fn(&Claim, &Directory) -> String;

/// An offer that may not be sold.
#[derive(Clone, Debug)]
pub struct Missing {
    /// What people call it: a listing's title, a row of a spreadsheet.
    pub name: String,
    /// Why not, and what would mend it.
    pub why_not: WhyNot,
}

/// What one issuer is to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRequest {
    /// Who.
    pub party: PartyId,
    /// The letter's subject.
    pub subject: String,
    /// The letter, which its sender may change; the link is added when it is sent.
    pub text: String,
    /// What for: each thing once.
    pub items: Vec<Item>,
}

/// Why something is missing and nobody is asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// Nothing that somebody could say would mend it: the phone lacks the bands.
    NothingMends,
    /// Nobody in the directory can say it.
    NobodyKnown,
    /// The operator itself can.
    Ours,
    /// It was asked before, and the request is open.
    AskedAlready,
    /// The request is full; it comes into the next.
    NextTime,
}

impl NotAsked {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NothingMends => "nothing_mends",
            Self::NobodyKnown => "nobody_known",
            Self::Ours => "ours",
            Self::AskedAlready => "asked_already",
            Self::NextTime => "next_time",
        }
    }
}

/// Something that is missing and that nobody is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked {
    /// Of which offer: the first, as people call it.
    pub name: String,
    /// What is missing, in a sentence.
    pub what: String,
    /// Why nobody is asked.
    pub why: NotAsked,
}

/// What is missing, by whom it can be supplied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// One for each issuer, by party.
    pub drafts: Vec<DraftRequest>,
    /// What nobody is asked for.
    pub unasked: Vec<Unasked>,
}

/// Gathers what is missing into one request for each issuer. Of each offer the fewest steps are asked that make it
/// sellable together, as the gate tried them; each step is in exactly one request, or told as not asked.
#[must_use]
pub fn draft(missing: &[Missing], directory: &Directory, words: Words) -> Gathered {
    let mut gathering = Gathering::default();
    for one in missing {
        match &one.why_not.together {
            Some(steps) => {
                for step in steps {
                    let item = Item::new(step.clone(), None, directory, words);
                    gathering.add(&one.name, item, directory);
                }
            }
            None => gathering.not_mended(one, directory),
        }
    }
    gathering.gathered(directory)
}

/// As [`draft`], of items that are known already.
pub(crate) fn draft_items(items: Vec<Item>, directory: &Directory) -> Gathered {
    let mut gathering = Gathering::default();
    for item in items {
        let name = item.sentence.clone();
        gathering.add(&name, item, directory);
    }
    gathering.gathered(directory)
}

#[derive(Default)]
struct Gathering {
    /// By party, in its order of arrival within each.
    asked: std::collections::BTreeMap<PartyId, Vec<Item>>,
    /// Where each thing stands in its party's list, by its key.
    places: std::collections::HashMap<String, Option<usize>>,
    unasked: Vec<Unasked>,
}

impl Gathering {
    fn add(&mut self, name: &str, item: Item, directory: &Directory) {
        let party = item.issuer().clone();
        if let Some(place) = self.places.get(item.key()) {
            let known = place.and_then(|at| self.asked.get_mut(&party)?.get_mut(at));
            if let Some(known) = known {
                known.offers += item.offers;
            }
            return;
        }
        let role = directory.parties.iter().find(|one| one.id == party);
        let why = match role {
            None => Some(NotAsked::NobodyKnown),
            Some(party) if party.role == "operator" => Some(NotAsked::Ours),
            Some(_) => None,
        };
        let items = self.asked.get(&party).map_or(0, Vec::len);
        let why = why.or((items >= ITEMS_MAX).then_some(NotAsked::NextTime));
        let key = item.key().to_owned();
        if let Some(why) = why {
            self.places.insert(key, None);
            self.unasked.push(Unasked {
                name: name.to_owned(),
                what: item.sentence,
                why,
            });
        } else {
            self.places.insert(key, Some(items));
            self.asked.entry(party).or_default().push(item);
        }
    }

    /// No steps make the offer sellable: what blocks without a way is told, or all that blocks where each alone has a
    /// way. Nobody is bothered for the rest.
    fn not_mended(&mut self, missing: &Missing, directory: &Directory) {
        let names = DirectoryNames(directory);
        let remedies = &missing.why_not.remedies;
        let each_has_a_way = remedies.iter().all(|remedy| !remedy.ways.is_empty());
        let hopeless = remedies
            .iter()
            .filter(|remedy| each_has_a_way || remedy.ways.is_empty());
        for reason in hopeless.flat_map(|remedy| &remedy.reasons) {
            self.unasked.push(Unasked {
                name: missing.name.clone(),
                what: sentence::sentence(reason, &names),
                why: NotAsked::NothingMends,
            });
        }
    }

    fn gathered(self, directory: &Directory) -> Gathered {
        let drafts = self.asked.into_iter().map(|(party, items)| {
            let (subject, text) = letter::written(&party, &items, directory);
            DraftRequest {
                party,
                subject,
                text,
                items,
            }
        });
        Gathered {
            drafts: drafts.collect(),
            unasked: self.unasked,
        }
    }
}

/// The operator's name, as letters are signed.
fn operator_name(directory: &Directory) -> String {
    let operator = directory.parties.iter().find(|one| one.role == "operator");
    operator.map_or_else(
        || "The marketplace".to_owned(),
        |one| DirectoryNames(directory).party(&one.id),
    )
}
