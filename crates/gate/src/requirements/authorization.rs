//! The brand's leave to sell: who may, by its own word or passed on, and what breaks a chain of such words.
//!
//! A seller that was authorised may authorise others, if it was allowed to. What rests on another authorisation is as
//! strong as the weakest link up to the brand's own word, and its words weigh what that one does. Knows nothing of how many units are left: a quantity is a
//! counter in the database, and only named here.

use domain::evidence::{Claim, PassedOn, Recorded, SalesAuthorization, Standing};
use domain::id::{EvidenceId, PartyId, SellerId};
use domain::policy::{Demand, Requirement};

use super::trusted::{self, Counted};
use super::{Asked, last_withdrawn};
use crate::parts::NO_DELIVERIES;
use crate::reason::{Detail, LinkFault, Reason, ReasonCode, Supplier};
use crate::snapshot::{About, Moment, ScopeFacts, Snapshot};
use crate::verdict::Question;

/// Most authorisations of which one rests on the other, up to the brand's own word.
pub const CHAIN_LINKS_MAX: usize = 8;

/// What an authorisation must have units left of, itself and all that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The authorisation that covers the offer.
    pub authorization: EvidenceId,
    /// Those of its links that are for so many units, with who issued them.
    pub counted: Vec<(EvidenceId, PartyId)>,
}

pub(super) fn sales_authorization(asked: &Asked<'_>) -> Vec<Reason> {
    let bearing = Bearing::of(asked);
    let mut reasons = Vec::new();
    if bearing.chains.is_empty() {
        reasons.push(bearing.none_on_file());
    }
    if !bearing.denied.is_empty() {
        let mut reason = asked.reason(ReasonCode::AuthorizationDenied, &bearing.denied);
        reason.supplier = Some(Supplier::Brand(asked.offer.brand.clone()));
        reasons.push(reason);
    }
    if reasons.is_empty() {
        let mut links: Vec<&Recorded> = Vec::new();
        for link in bearing.chains.iter().flatten() {
            if !links.iter().any(|known| known.position == link.position) {
                links.push(link);
            }
        }
        reasons.push(asked.reason(ReasonCode::AuthorizationOnFile, &links));
    }
    for reason in &mut reasons {
        reason.not_named = asked.hearing().not_named(bearing.not_named.iter().copied());
    }
    reasons
}

/// What is on file of an offer's authorisation.
struct Bearing<'a, 'b> {
    asked: &'b Asked<'a>,
    /// The authorisations that cover the offer, each with all that it rests on, its own link first.
    chains: Vec<Vec<&'a Recorded>>,
    denied: Vec<&'a Recorded>,
    /// What would cover the offer, did it not rest on a broken link; that which was recorded last.
    broken: Option<(&'a Recorded, Broken<'a>)>,
    /// What the policy does not name, and what rests on it.
    not_named: Vec<&'a Recorded>,
}

/// What an offer's seller is told, by who counts as saying it.
enum Word<'a> {
    Allowed(Vec<&'a Recorded>),
    Denied(&'a Recorded),
}

/// Where a chain is broken.
struct Broken<'a> {
    fault: LinkFault,
    /// How the last good link says that it was passed on.
    passed: &'a PassedOn,
    /// The link at fault, or the denial of who holds it; none where no such link is on file.
    rests_on: Option<&'a Recorded>,
    supplier: Supplier,
}

impl<'a, 'b> Bearing<'a, 'b> {
    fn of(asked: &'b Asked<'a>) -> Self {
        let mut found = Self {
            asked,
            chains: Vec::new(),
            denied: Vec::new(),
            broken: None,
            not_named: Vec::new(),
        };
        let Some(facts) = asked.under.brand else {
            return found;
        };
        let seller = &asked.offer.seller;
        let own = [About::Seller(seller.clone()), About::EverySeller];
        let in_force = own
            .iter()
            .flat_map(|about| facts.in_force_about(about, asked.moment));
        let mut words = Vec::new();
        for one in in_force {
            match standing(asked, one, seller) {
                Some(Standing::Yes) => match chain(asked, facts, one) {
                    Ok(links) => {
                        words.push((rank_of_root(asked, facts, one), Word::Allowed(links)));
                    }
                    Err(broken) => {
                        let known = found.broken.as_ref();
                        if known.is_none_or(|(known, _)| known.position < one.position) {
                            found.broken = Some((one, broken));
                        }
                    }
                },
                Some(Standing::No) => words.push((rank(asked, one), Word::Denied(one))),
                None => {}
            }
        }
        let Counted {
            counting,
            not_named,
        } = trusted::counted(words);
        for word in counting {
            match word {
                Word::Allowed(links) => found.chains.push(links),
                Word::Denied(one) => found.denied.push(one),
            }
        }
        found
            .not_named
            .extend(not_named.iter().filter_map(|word| match word {
                Word::Allowed(links) => links.last().copied(),
                Word::Denied(one) => Some(*one),
            }));
        found
    }

    /// Why nothing that is on file allows it.
    fn none_on_file(&self) -> Reason {
        let asked = self.asked;
        if let Some((one, broken)) = &self.broken {
            let code = match broken.fault {
                LinkFault::NotPassedOn => ReasonCode::AuthorizationNotPassedOn,
                _ => ReasonCode::AuthorizationChainBroken,
            };
            let rests_on: Vec<&Recorded> = broken.rests_on.into_iter().chain([*one]).collect();
            let mut reason = asked.reason(code, &rests_on);
            reason.supplier = Some(broken.supplier.clone());
            reason.detail = Detail::Link {
                link: broken.passed.from.clone(),
                fault: broken.fault,
            };
            return reason;
        }
        let seller = &asked.offer.seller;
        let own = [About::Seller(seller.clone()), About::EverySeller];
        let brand = asked.under.brand.into_iter();
        let withdrawn: Vec<_> = brand
            .flat_map(|facts| {
                let withdrawn = |about| facts.withdrawn_about(about, asked.moment);
                let counts = |(one, _): &(&Recorded, _)| rank_of_root(asked, facts, one).is_some();
                own.iter().flat_map(withdrawn).filter(counts)
            })
            .filter(|(one, _)| standing(asked, one, seller) == Some(Standing::Yes))
            .collect();
        let mut reason = match last_withdrawn(asked, &withdrawn) {
            Some(rests_on) => asked.reason(ReasonCode::AuthorizationWithdrawn, &rests_on),
            None => asked.reason(ReasonCode::AuthorizationMissing, &[]),
        };
        reason.supplier = Some(Supplier::Brand(asked.offer.brand.clone()));
        reason
    }
}

fn says(one: &Recorded) -> Option<&SalesAuthorization> {
    match &one.evidence.claim {
        Claim::SalesAuthorization(says) => Some(says),
        _ => None,
    }
}

/// What a piece of evidence says of this offer, were it this seller's; none: it does not bear on it.
fn standing(asked: &Asked<'_>, one: &Recorded, seller: &SellerId) -> Option<Standing> {
    let says = says(one)?;
    let offer = asked.offer;
    let bears_on_offer = says.brand == offer.brand
        && says.sellers.covers(seller)
        && says.categories.covers(&offer.category)
        && says.models.covers(&offer.model)
        && says
            .territory
            .holds_in(asked.policy.country, asked.moment.at)
        && says.channels.covers(&offer.market)
        && says.conditions.covers(&offer.condition);
    bears_on_offer.then_some(says.standing)
}

/// Whose word it is, by rank; none: the policy does not name it.
fn rank(asked: &Asked<'_>, one: &Recorded) -> Option<usize> {
    asked.hearing().rank(Requirement::SalesAuthorization, one)
}

/// The rank of the word that an authorisation rests on in the end, as far as that is on file; none: that does not
/// count, or nobody vouches for a link.
fn rank_of_root(asked: &Asked<'_>, facts: &ScopeFacts, one: &Recorded) -> Option<usize> {
    let mut root = one;
    for _ in 0..CHAIN_LINKS_MAX {
        if !asked.hearing().is_vouched(root) {
            return None;
        }
        let passed = says(root).and_then(|says| says.rests_on.as_ref());
        match passed.and_then(|passed| facts.passable(&passed.from)) {
            Some(above) => root = above,
            None => break,
        }
    }
    rank(asked, root)
}

/// Whether the brand denies this offer to a seller that would pass on what rests on `one`. A denial of a lower rank
/// than that is not heard.
fn denial<'a>(
    asked: &Asked<'a>,
    facts: &'a ScopeFacts,
    one: &Recorded,
    seller: &SellerId,
) -> Option<&'a Recorded> {
    let root = rank_of_root(asked, facts, one).unwrap_or(usize::MAX);
    let mut about = facts.in_force_about(&About::Seller(seller.clone()), asked.moment);
    about.find(|denial| {
        standing(asked, denial, seller) == Some(Standing::No)
            && rank(asked, denial).is_some_and(|rank| rank <= root)
    })
}

/// All that an authorisation rests on, itself first.
fn chain<'a>(
    asked: &Asked<'a>,
    facts: &'a ScopeFacts,
    one: &'a Recorded,
) -> Result<Vec<&'a Recorded>, Broken<'a>> {
    let mut links = vec![one];
    let mut last = one;
    while let Some(passed) = says(last).and_then(|says| says.rests_on.as_ref()) {
        last = above(asked, facts, last, passed, links.len())?;
        links.push(last);
    }
    Ok(links)
}

/// The link above `below`, which says that it was passed on so; `depth` links are known.
fn above<'a>(
    asked: &Asked<'a>,
    facts: &'a ScopeFacts,
    below: &'a Recorded,
    passed: &'a PassedOn,
    depth: usize,
) -> Result<&'a Recorded, Broken<'a>> {
    let by_brand = || Supplier::Brand(asked.offer.brand.clone());
    let broken = |fault, rests_on, supplier| Broken {
        fault,
        passed,
        rests_on,
        supplier,
    };
    // What it rests on was there before it, so that no chain comes back to itself.
    let link = facts.passable(&passed.from);
    let Some(link) = link.filter(|link| link.position < below.position) else {
        return Err(broken(LinkFault::NotPassedOn, None, by_brand()));
    };
    // Who issued it can give it again.
    let rests_on = says(link).and_then(|says| says.rests_on.as_ref());
    let by_issuer = rests_on.map_or_else(by_brand, |above| Supplier::Seller(above.by.clone()));
    if depth >= CHAIN_LINKS_MAX {
        return Err(broken(LinkFault::TooLong, Some(link), by_brand()));
    }
    // First what no time changes: only links that name who passed them on are looked at for when they change.
    if standing(asked, link, &passed.by) != Some(Standing::Yes) {
        return Err(broken(LinkFault::NotCovering, Some(link), by_issuer));
    }
    if !facts.is_in_force(link, asked.moment) {
        return Err(broken(LinkFault::NotInForce, Some(link), by_issuer));
    }
    match denial(asked, facts, link, &passed.by) {
        Some(denial) => Err(broken(LinkFault::HolderDenied, Some(denial), by_brand())),
        None => Ok(link),
    }
}

/// What bears on a seller's authorisation by a brand: what is about the seller or about every seller, and about those
/// that hold the links which such authorisations rest on. Whether a group of countries is named there.
pub fn subjects(facts: &ScopeFacts, seller: &SellerId) -> (Vec<About>, bool) {
    let mut subjects = vec![About::Seller(seller.clone()), About::EverySeller];
    let mut has_group = false;
    let own: Vec<&Recorded> = subjects
        .iter()
        .flat_map(|about| facts.about(about))
        .collect();
    for one in own {
        let mut link = Some(one);
        for _ in 0..CHAIN_LINKS_MAX {
            let Some(says) = link.and_then(says) else {
                break;
            };
            has_group |= says.territory.names_group();
            let Some(passed) = &says.rests_on else { break };
            let holder = About::Seller(passed.by.clone());
            if !subjects.contains(&holder) {
                has_group |= facts
                    .about(&holder)
                    .filter_map(self::says)
                    .any(|says| says.territory.names_group());
                subjects.push(holder);
            }
            link = facts.passable(&passed.from);
        }
    }
    (subjects, has_group)
}

impl Snapshot {
    /// Of which quotas one must have room for an offer's units, in the order of their authorisations' ids; none at
    /// all: an authorisation without a quantity covers it, or its policy does not demand one.
    #[must_use]
    pub fn quotas(&self, question: &Question<'_>) -> Vec<Quota> {
        let demands = |moment: Moment| {
            let (policy, _) = self.policy(&question.offer.market, moment)?;
            let category = policy.category(&question.offer.category)?;
            let demand = category.demand(Requirement::SalesAuthorization);
            (demand == Demand::Must).then_some((policy, category))
        };
        let Some((policy, category)) = demands(question.moment) else {
            return Vec::new();
        };
        let seat = self.find_seat(question.offer);
        let under = self.under_seat(&seat);
        // The chains are put together anew each time, and hardly any brand counts units.
        if !under.brand.is_some_and(ScopeFacts::has_quantities) {
            return Vec::new();
        }
        let asked = Asked {
            snapshot: self,
            policy,
            category,
            deliveries: &NO_DELIVERIES,
            under,
            offer: question.offer,
            moment: question.moment,
            demand: Demand::Must,
        };
        let mut quotas = Vec::new();
        for links in Bearing::of(&asked).chains {
            let counted: Vec<(EvidenceId, PartyId)> = links
                .iter()
                .filter(|one| says(one).is_some_and(|says| says.quantity.is_some()))
                .map(|one| (one.evidence.id.clone(), one.evidence.issuer.clone()))
                .collect();
            if counted.is_empty() {
                return Vec::new();
            }
            let authorization = links.first().map(|one| one.evidence.id.clone());
            quotas.extend(authorization.map(|authorization| Quota {
                authorization,
                counted,
            }));
        }
        quotas.sort_by(|one, other| one.authorization.cmp(&other.authorization));
        quotas
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::evidence::{Evidence, Reach, Source};
    use domain::id::Id;
    use domain::scope::Scope;

    fn id<K>(text: &str) -> Id<K> {
        text.parse().expect("an id")
    }

    #[test]
    fn who_holds_two_links_is_a_subject_once() {
        let mut facts = ScopeFacts::default();
        for position in 1..=2_u64 {
            let says = SalesAuthorization {
                sellers: Reach::Only(vec![id("omni")]),
                rests_on: Some(PassedOn {
                    from: id("ev-0"),
                    by: id("big"),
                }),
                ..SalesAuthorization::of_everything(Standing::Yes, id("xiaomi"))
            };
            let evidence = Evidence::entered(
                id(&format!("ev-{position}")),
                Scope::Brand(id("xiaomi")),
                id("big"),
                Claim::SalesAuthorization(says),
                Source::own("A letter", "2016"),
            );
            let recorded = Recorded {
                position,
                at: domain::Instant::from_epoch_ms(0),
                scope_version: position,
                evidence,
            };
            facts.push(recorded, &[]);
        }
        let expected = vec![
            About::Seller(id("omni")),
            About::EverySeller,
            About::Seller(id("big")),
        ];
        assert_eq!(subjects(&facts, &id("omni")), (expected, false));
    }
}
