//! Whose words count on a requirement, where the market's policy ranks them.
//!
//! Only those that a rank names count, and of these only the highest rank that speaks. What follows when two of
//! one rank differ is each requirement's own to say.

use domain::evidence::{Recorded, Source};
use domain::policy::{Policy, Requirement};
use domain::trust::Rank;

use crate::reason::NotNamed;
use crate::snapshot::{DataSetFacts, sourced};

/// Words set aside that one reason names; any more change nothing.
const NOT_NAMED_MAX: usize = 8;

/// The rank of a piece of evidence, the highest 0; none: the policy does not name its issuer.
pub fn rank(policy: &Policy, requirement: Requirement, one: &Recorded) -> Option<usize> {
    let evidence = &one.evidence;
    match policy.ranks(requirement) {
        None => Some(0),
        Some(ranks) => place(ranks, |rank| rank.names(&evidence.issuer, &evidence.roles)),
    }
}

/// The rank of a list, by the source of which it is a delivery; one that stands alone has no name.
pub fn rank_of_list(
    policy: &Policy,
    requirement: Requirement,
    facts: &DataSetFacts,
) -> Option<usize> {
    let series = facts.delivery.as_ref().map(|delivery| &delivery.series);
    match policy.ranks(requirement) {
        None => Some(0),
        Some(ranks) => place(ranks, |rank| {
            series.is_some_and(|series| rank.names_source(series))
        }),
    }
}

fn place(ranks: &[Rank], is_named: impl Fn(&Rank) -> bool) -> Option<usize> {
    ranks.iter().position(is_named)
}

/// Words by whether they count.
pub struct Counted<T> {
    /// Those of the highest rank that speaks.
    pub counting: Vec<T>,
    /// Those that no rank names.
    pub not_named: Vec<T>,
}

/// Of words with their ranks, those that count.
pub fn counted<T>(words: impl IntoIterator<Item = (Option<usize>, T)>) -> Counted<T> {
    let (mut counting, mut not_named) = (Vec::new(), Vec::new());
    let mut highest = usize::MAX;
    for (rank, word) in words {
        let Some(rank) = rank else {
            not_named.push(word);
            continue;
        };
        if rank < highest {
            counting.clear();
            highest = rank;
        }
        if rank == highest {
            counting.push(word);
        }
    }
    Counted {
        counting,
        not_named,
    }
}

/// Of pieces of evidence on one requirement, those that count.
pub fn counted_evidence<'a>(
    policy: &Policy,
    requirement: Requirement,
    words: impl Iterator<Item = &'a Recorded>,
) -> Counted<&'a Recorded> {
    counted(words.map(|one| (rank(policy, requirement, one), one)))
}

/// For a reason: the evidence that was set aside.
pub fn not_named<'a>(words: impl IntoIterator<Item = &'a Recorded>) -> Vec<NotNamed> {
    let words = words.into_iter().take(NOT_NAMED_MAX);
    words
        .map(|one| NotNamed {
            fact: Some(sourced(one, ()).fact),
            issuer: Some(one.evidence.issuer.clone()),
            source: one.evidence.source.clone(),
        })
        .collect()
}

/// For a reason: the lists that were set aside, beside the evidence that was.
pub fn put_lists<'a>(aside: &mut Vec<NotNamed>, lists: impl IntoIterator<Item = &'a DataSetFacts>) {
    let sources = lists
        .into_iter()
        .filter_map(|facts| Some(Source::clone(&facts.delivery.as_ref()?.source)));
    aside.extend(sources.map(|source| NotNamed {
        fact: None,
        issuer: None,
        source,
    }));
    aside.truncate(NOT_NAMED_MAX);
}
