//! Whose words count on a requirement: whom the market's policy ranks, and whose signature it hears.
//!
//! Only those that a rank names count, and of these only the highest rank that speaks. What follows when two of
//! one rank differ is each requirement's own to say. What was signed with a key that the market does not hear opens
//! nothing; what it closes stays closed.

use domain::Instant;
use domain::certification::CertificationResult;
use domain::evidence::{Claim, Recorded, Source, Standing, Vouching};
use domain::policy::{Policy, Requirement};
use domain::trust::{Rank, Role};

use crate::reason::NotNamed;
use crate::snapshot::{About, DataSetFacts, Moment, ScopeFacts, sourced};

/// Words set aside that one reason names; any more change nothing.
const NOT_NAMED_MAX: usize = 8;

/// Whom a market hears, as known at an instant.
#[derive(Clone, Copy)]
pub struct Hearing<'a> {
    /// Whom it ranks.
    pub policy: &'a Policy,
    /// What is recorded under the market: the keys that it knows.
    pub market: Option<&'a ScopeFacts>,
    /// With the knowledge of this instant.
    pub known_at: Instant,
}

impl Hearing<'_> {
    /// The rank of a piece of evidence, the highest 0; none: it does not count here.
    pub fn rank(&self, requirement: Requirement, one: &Recorded) -> Option<usize> {
        let evidence = &one.evidence;
        if may_open(&evidence.claim) && !self.is_vouched(one) {
            return None;
        }
        match self.policy.ranks(requirement) {
            None => Some(0),
            Some(ranks) => place(ranks, |rank| rank.names(&evidence.issuer, &evidence.roles)),
        }
    }

    /// Whether somebody vouches for it here: the operator, the issuer who signed in, or the issuer with a key that the market knew when it
    /// was recorded. So a key that is replaced leaves behind what it signed before.
    pub fn is_vouched(&self, one: &Recorded) -> bool {
        let Vouching::Signed { key } = &one.evidence.vouching else {
            return true;
        };
        let then = Moment {
            at: one.at,
            known_at: self.known_at,
        };
        let market = self.market.into_iter();
        let mut known = market.flat_map(|facts| facts.in_force_about(&About::Keys, then));
        known.any(|known| match &known.evidence.claim {
            Claim::IssuerKey { party, key: heard } => *party == one.evidence.issuer && heard == key,
            _ => false,
        })
    }

    /// Of pieces of evidence on one requirement, those that count.
    pub fn counted<'b>(
        &self,
        requirement: Requirement,
        words: impl Iterator<Item = &'b Recorded>,
    ) -> Counted<&'b Recorded> {
        counted(words.map(|one| (self.rank(requirement, one), one)))
    }

    /// For a reason: the evidence that was set aside.
    pub fn not_named<'b>(&self, words: impl IntoIterator<Item = &'b Recorded>) -> Vec<NotNamed> {
        let words = words.into_iter().take(NOT_NAMED_MAX);
        words
            .map(|one| NotNamed {
                fact: Some(sourced(one, ()).fact),
                issuer: Some(one.evidence.issuer.clone()),
                source: one.evidence.source.clone(),
                is_for_its_key: !self.is_vouched(one),
            })
            .collect()
    }
}

/// Whether a sale could rest on what is said. Of what is signed with a key that was lost, only this counts for nothing:
/// a denial that nobody vouches for costs a sale, an authorisation would make one.
#[must_use]
pub const fn may_open(claim: &Claim) -> bool {
    match claim {
        Claim::StopSale { .. } | Claim::Withdrawal { .. } => false,
        Claim::SalesAuthorization(says) => matches!(says.standing, Standing::Yes),
        Claim::DeviceCertification(says) => {
            !matches!(says.result, CertificationResult::NotCertified)
        }
        Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. }
        | Claim::CustodyEvent { standing, .. } => matches!(standing, Standing::Yes),
        _ => true,
    }
}

/// The rank of a list, by the source of which it is a delivery; one that stands alone has no name. A host network's own
/// list is its word too.
pub fn rank_of_list(
    policy: &Policy,
    requirement: Requirement,
    facts: &DataSetFacts,
) -> Option<usize> {
    let series = facts.delivery.as_ref().map(|delivery| &delivery.series);
    let issuer = facts.approvals.as_ref().map(|approvals| &approvals.issuer);
    match policy.ranks(requirement) {
        None => Some(0),
        Some(ranks) => place(ranks, |rank| {
            series.is_some_and(|series| rank.names_source(series))
                || issuer.is_some_and(|issuer| rank.names(issuer, &[Role::Host]))
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

/// For a reason: the lists that were set aside, beside the evidence that was.
pub fn put_lists<'a>(aside: &mut Vec<NotNamed>, lists: impl IntoIterator<Item = &'a DataSetFacts>) {
    let sources = lists
        .into_iter()
        .filter_map(|facts| Some(Source::clone(&facts.delivery.as_ref()?.source)));
    aside.extend(sources.map(|source| NotNamed {
        fact: None,
        issuer: None,
        source,
        is_for_its_key: false,
    }));
    aside.truncate(NOT_NAMED_MAX);
}
