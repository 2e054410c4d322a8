//! May it be sold? Worked out a second time, from the words of the design and not from the gate's code.
//!
//! A numbered table: each rule has its sentence and is read alone. Slow and plain: one list of pieces, gone through
//! for every question; no index, nothing remembered, and of `domain` only the shapes of what was recorded. It knows no
//! radio; [`crate::possible`] does.

use domain::Instant;
use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{Claim, Reach, Recorded, SalesAuthorization, Standing, Vouching};
use domain::id::{DataSetId, PartyId, SellerId, VariantId};
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, HostRule, Policy, Requirement};
use domain::scope::Scope;
use domain::territory::Territory;
use domain::trust::{Rank, Trusted};
use domain::{Period, policy};

mod certified;

/// A row of a platform owner's list: in which data set, which variant, for which time.
pub type Listed = (DataSetId, VariantId, Period);

/// A delivery of a host network's list of approved devices.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Which data set it is.
    pub data_set: DataSetId,
    /// The list, the same for all of its deliveries.
    pub list: String,
    /// The party that runs the network.
    pub issuer: PartyId,
    /// The day that it states; none: it speaks from its activation on.
    pub from: Option<Instant>,
    /// Its rows, each with the time for which it says that it holds.
    pub rows: Vec<(DeviceCertification, Period)>,
}

/// Everything there is to know.
pub struct Known<'a> {
    /// The record, in order.
    pub recorded: &'a [Recorded],
    /// Rows of data sets.
    pub listed: &'a [Listed],
    /// Deliveries of host networks' lists.
    pub delivered: &'a [Delivered],
}

/// An answer, best first: "the worst wins: Refused, then Disputed, then Unknown, then Sellable".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It may be sold.
    Sellable,
    /// Not no, and not yes.
    Unknown,
    /// It may not be sold.
    Refused,
}

impl Answer {
    /// The design's word, in lower case.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sellable => "sellable",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}

/// What the oracle says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The answer for the market.
    pub answer: Answer,
    /// The words of the requirements that keep it off sale, on one host network at least.
    pub failing: Vec<&'static str>,
}

/// A sentence of the design, and what follows from it.
pub struct Rule {
    /// Its number.
    pub number: u8,
    /// The sentence.
    pub sentence: &'static str,
    /// The requirement that it answers, by its word, and whether it is asked of each host network.
    pub answers: (&'static str, bool),
    judge: fn(&Case<'_>, host: &str) -> Answer,
}

/// The rules. Which of them count is the policy's to say, but for the first.
pub const RULES: &[Rule] = &[
    Rule {
        number: 1,
        sentence: "A stop-sale in force under one of the listing's scopes (its market, brand, seller, model, variant, \
                   itself, and the market's host networks) refuses, whatever the policy.",
        answers: ("no_stop_sale", false),
        judge: no_stop_sale,
    },
    Rule {
        number: 2,
        sentence: "No evidence, no sale. An empty list of allowed sellers means nobody. A brand's denial is evidence \
                   as its authorisation is. What is passed on is as strong as its weakest link: each covers the \
                   offer but for its seller, may be passed on, and is held by who passes it on.",
        answers: ("sales_authorization", false),
        judge: sales_authorization,
    },
    Rule {
        number: 3,
        sentence: "The host network certified this variant, in evidence or in its list of approved devices, of which the \
                   delivery speaks that was activated last, of those whose day has come (if none has, the first; what is \
                   no longer in it is withdrawn), for this virtual carrier and for the software that the \
                   offer states; where it states none, a word for some software leaves it unknown unless another \
                   settles it. A conditional certification satisfies only a policy that names the condition. One \
                   that rests on tests counts only while the requirement set and every report on it stand, and the \
                   reports reach everything that the set asks; a policy may demand that it rests on tests.",
        answers: ("device_certification", true),
        judge: certified::device_certification,
    },
    Rule {
        number: 4,
        sentence: "The platform's owner certified this variant, itself or in a data set that was activated. Unknown \
                   is not no, and not yes.",
        answers: ("platform_fit", false),
        judge: platform_fit,
    },
    Rule {
        number: 5,
        sentence: "Each approval that the policy names is on file for the market's country.",
        answers: ("regulatory_approval", false),
        judge: regulatory_approval,
    },
    Rule {
        number: 6,
        sentence: "Somebody entitled vouches for the seller's units of this variant.",
        answers: ("authenticity", false),
        judge: authenticity,
    },
    Rule {
        number: 7,
        sentence: "Authorised by the brand is one fact, lawful to resell is another: the units were first put on the \
                   market, with the right holder's consent, where the policy accepts it.",
        answers: ("lawful_resale", false),
        judge: lawful_resale,
    },
];

/// What a policy may demand that this oracle answers.
pub const ANSWERED: [policy::Requirement; 6] = [
    Requirement::SalesAuthorization,
    Requirement::DeviceCertification,
    Requirement::PlatformFit,
    Requirement::RegulatoryApproval,
    Requirement::Authenticity,
    Requirement::LawfulResale,
];

/// Since ever, and without end.
const EVER: (i64, i64) = (i64::MIN, i64::MAX);

/// First instant in, first instant out.
fn stretch(valid: &Period) -> (i64, i64) {
    (
        valid.from.map_or(EVER.0, Instant::epoch_ms),
        valid.until.map_or(EVER.1, Instant::epoch_ms),
    )
}

fn is_in((from, until): (i64, i64), at: Instant) -> bool {
    from <= at.epoch_ms() && at.epoch_ms() < until
}

/// What is in force at `at`, of what was recorded by `known_at`.
///
/// A withdrawal ends only what stands before it under the same scope, from when it says, or else from when it
/// was recorded. It may be withdrawn itself: "when the evidence returns, so does the listing". So the last word
/// comes first here.
fn in_force<'a>(recorded: &'a [Recorded], at: Instant, known_at: Instant) -> Vec<&'a Recorded> {
    let mut ended: Vec<(&Scope, &str)> = Vec::new();
    let mut standing: Vec<&'a Recorded> = Vec::new();
    for one in recorded.iter().rev() {
        let evidence = &one.evidence;
        let is_known = one.at.epoch_ms() <= known_at.epoch_ms();
        if !is_known || ended.contains(&(&evidence.scope, evidence.id.as_str())) {
            continue;
        }
        let (from, until) = stretch(&evidence.valid);
        if let Claim::Withdrawal { ends, .. } = &evidence.claim {
            let from = if from == EVER.0 {
                one.at.epoch_ms()
            } else {
                from
            };
            if is_in((from, until), at) {
                ended.push((&evidence.scope, ends.as_str()));
            }
        } else if is_in((from, until), at) {
            standing.push(one);
        }
    }
    standing.reverse();
    standing
}

/// Whether it says no, and so can only keep a sale closed.
fn closes(claim: &Claim) -> bool {
    match claim {
        Claim::SalesAuthorization(says) => says.standing == Standing::No,
        Claim::DeviceCertification(says) => says.result == CertificationResult::NotCertified,
        Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. }
        | Claim::CustodyEvent { standing, .. } => *standing == Standing::No,
        other => other.kind() == "stop_sale",
    }
}

/// The answer for an offer.
#[must_use]
pub fn told(known: &Known<'_>, offer: &Offer, at: Instant, known_at: Instant) -> Told {
    let mut standing = in_force(known.recorded, at, known_at);
    let market = Scope::Market(offer.market.clone());
    // The policy that was set last counts.
    let set = standing
        .iter()
        .rev()
        .find_map(|one| match &one.evidence.claim {
            Claim::Policy(policy) if one.evidence.scope == market => Some(policy),
            _ => None,
        });
    // Closed by default: without a policy for the category there is nothing to fulfil.
    let demands = set.and_then(|set| {
        let mut named = set.categories.iter();
        named.find(|one| one.category.as_str() == offer.category.as_str())
    });
    let (Some(policy), Some(demands)) = (set, demands) else {
        return Told {
            answer: Answer::Refused,
            failing: vec!["no_stop_sale"],
        };
    };
    // "A statement whose signature does not count opens nothing": it was signed with a key that was not known in the
    // market, of its issuer, when it was recorded.
    standing.retain(|one| {
        let Vouching::Signed { key } = &one.evidence.vouching else {
            return true;
        };
        let then = in_force(known.recorded, one.at, known_at);
        let is_of = |claim: &Claim| match claim {
            Claim::IssuerKey { party, key: known } => {
                party.as_str() == one.evidence.issuer.as_str() && known == key
            }
            _ => false,
        };
        let mut in_market = then.iter().filter(|other| other.evidence.scope == market);
        closes(&one.evidence.claim) || in_market.any(|other| is_of(&other.evidence.claim))
    });
    let case = Case {
        standing: &standing,
        listed: known.listed,
        delivered: known.delivered,
        offer,
        policy,
        demands,
        at,
    };
    case.told()
}

struct Case<'a> {
    standing: &'a [&'a Recorded],
    listed: &'a [Listed],
    delivered: &'a [Delivered],
    offer: &'a Offer,
    policy: &'a Policy,
    demands: &'a CategoryPolicy,
    at: Instant,
}

impl Case<'_> {
    fn must(&self, word: &str) -> bool {
        let demands = &self.demands.demands;
        let is_named = |(named, demand): &(Requirement, Demand)| {
            named.name() == word && *demand == Demand::Must
        };
        word == "no_stop_sale" || demands.iter().any(is_named)
    }

    /// "Over the `must` requirements the worst wins; `disclose` never blocks." A market says whether one certified
    /// host network is enough, or all are needed.
    fn told(&self) -> Told {
        let hosts = &self.policy.hosts;
        let mut answer = Answer::Sellable;
        let mut of_hosts = vec![Answer::Sellable; hosts.len()];
        let mut failing = Vec::new();
        for rule in RULES {
            let (word, is_of_host) = rule.answers;
            if !self.must(word) {
                continue;
            }
            let mut answers = Vec::new();
            if is_of_host {
                for (host, worst) in hosts.iter().zip(&mut of_hosts) {
                    let found = (rule.judge)(self, host.as_str());
                    *worst = (*worst).max(found);
                    answers.push(found);
                }
                if hosts.is_empty() {
                    // It depends on a network, and there is none: nothing is known, and nobody is at fault.
                    answer = answer.max(Answer::Unknown);
                }
            } else {
                let found = (rule.judge)(self, "");
                answer = answer.max(found);
                answers.push(found);
            }
            if answers.iter().any(|one| *one != Answer::Sellable) {
                failing.push(word);
            }
        }
        let of_hosts = of_hosts.into_iter();
        let together = match self.policy.host_rule {
            HostRule::Any => of_hosts.min(),
            HostRule::All => of_hosts.max(),
        };
        Told {
            answer: answer.max(together.unwrap_or(Answer::Sellable)),
            failing,
        }
    }

    /// What is in force under a scope.
    fn under(&self, scope: Scope) -> impl Iterator<Item = &Recorded> {
        let standing = self.standing.iter();
        let under = standing.filter(move |one| one.evidence.scope == scope);
        under.copied()
    }

    fn under_variant(&self) -> impl Iterator<Item = &Recorded> {
        self.under(Scope::Variant(self.offer.variant.clone()))
    }

    /// Whose words count. "Only those named count; the highest rank that speaks decides." Who is asked by rank, from
    /// the highest: is there a word of theirs? Where the policy ranks nobody, every word is heard.
    fn heard<T>(&self, word: &str, words: Vec<(Who<'_>, T)>) -> Vec<T> {
        let mut ranked = self.policy.trust.iter();
        let Some((_, ranks)) = ranked.find(|(named, _)| named.name() == word) else {
            return words.into_iter().map(|(_, said)| said).collect();
        };
        let speaks = |rank: &&Rank| words.iter().any(|(who, _)| is_of(rank, who));
        let Some(highest) = ranks.iter().find(speaks) else {
            return Vec::new();
        };
        // One may be named by several ranks; it is of the first of them, and that is this one.
        let of_highest = words.into_iter().filter(|(who, _)| is_of(highest, who));
        of_highest.map(|(_, said)| said).collect()
    }
}

/// Who speaks: a party, or a list by the name of its source.
enum Who<'a> {
    Issuer(&'a Recorded),
    List(String),
    /// A host network by its own list.
    HostsList(&'a Delivered),
}

fn is_of(rank: &Rank, who: &Who<'_>) -> bool {
    match who {
        Who::Issuer(one) => rank.issuers.iter().any(|trusted| match trusted {
            Trusted::Party(party) => party.as_str() == one.evidence.issuer.as_str(),
            Trusted::Role(role) => one.evidence.roles.iter().any(|own| own == role),
        }),
        Who::List(name) => rank.sources.iter().any(|source| source == name),
        Who::HostsList(delivered) => {
            let is_named = |trusted: &Trusted| match trusted {
                Trusted::Party(party) => party.as_str() == delivered.issuer.as_str(),
                Trusted::Role(role) => role.name() == "host",
            };
            rank.issuers.iter().any(is_named) || rank.sources.contains(&delivered.list)
        }
    }
}

fn no_stop_sale(case: &Case<'_>, _: &str) -> Answer {
    let offer = case.offer;
    let mut scopes = vec![
        Scope::Market(offer.market.clone()),
        Scope::Brand(offer.brand.clone()),
        Scope::Seller(offer.seller.clone()),
        Scope::Model(offer.model.clone()),
        Scope::Variant(offer.variant.clone()),
    ];
    scopes.extend(offer.listing.clone().map(Scope::Listing));
    scopes.extend(case.policy.hosts.iter().cloned().map(Scope::HostNetwork));
    let stops = |scope: Scope| {
        let mut standing = case.under(scope);
        standing.any(|one| matches!(one.evidence.claim, Claim::StopSale { .. }))
    };
    refused_if(scopes.into_iter().any(stops))
}

/// All of them, or it is among the named.
fn reaches<T: PartialEq>(reach: &Reach<T>, one: &T) -> bool {
    match reach {
        Reach::All => true,
        Reach::Only(named) => named.iter().any(|other| other == one),
    }
}

/// Somebody must have said yes, and nobody no; a word that was passed on weighs what the one weighs that it rests on.
fn sales_authorization(case: &Case<'_>, _: &str) -> Answer {
    let seller = &case.offer.seller;
    let mut words = Vec::new();
    for one in authorizations(case) {
        if is_about(case, says(one), seller) {
            match says(one).standing {
                Standing::No => words.push((Who::Issuer(one), Standing::No)),
                Standing::Yes => {
                    let root = root(case, one);
                    words.extend(root.map(|root| (Who::Issuer(root), Standing::Yes)));
                }
            }
        }
    }
    let words = case.heard("sales_authorization", words);
    refused_if(!words.contains(&Standing::Yes) || words.contains(&Standing::No))
}

/// No more links than this make a chain.
const LINKS_MAX: usize = 8;

/// The authorisations in force.
fn authorizations<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Recorded> {
    let brand = Scope::Brand(case.offer.brand.clone());
    case.under(brand)
        .filter(|one| matches!(one.evidence.claim, Claim::SalesAuthorization(_)))
}

fn says(one: &Recorded) -> &SalesAuthorization {
    match &one.evidence.claim {
        Claim::SalesAuthorization(says) => says,
        other => unreachable!("{other:?} is none"),
    }
}

/// Whether it is about the offer, were it this seller's.
fn is_about(case: &Case<'_>, says: &SalesAuthorization, seller: &SellerId) -> bool {
    let offer = case.offer;
    says.brand == offer.brand
        && reaches(&says.sellers, seller)
        && reaches(&says.categories, &offer.category)
        && reaches(&says.models, &offer.model)
        && places(&says.territory, case.at).contains(&case.policy.country.code())
        && reaches(&says.channels, &offer.market)
        && reaches(&says.conditions, &offer.condition)
}

/// The brand's own word on which an authorisation rests, by links that all hold. Each that passes on must not have
/// been told no by a word that weighs as much as that one.
fn root<'a>(case: &'a Case<'_>, one: &'a Recorded) -> Option<&'a Recorded> {
    let mut last = one;
    let mut holders = Vec::new();
    while let Some(passed) = &says(last).rests_on {
        let is_above = |above: &&Recorded| {
            above.position < last.position
                && above.evidence.id == passed.from
                && says(above).may_be_passed_on
                && says(above).standing == Standing::Yes
                && is_about(case, says(above), &passed.by)
        };
        let above = authorizations(case).find(is_above)?;
        holders.push(&passed.by);
        if holders.len() >= LINKS_MAX {
            return None;
        }
        last = above;
    }
    let is_denied = |holder: &&SellerId| {
        authorizations(case).any(|denial| {
            says(denial).standing == Standing::No
                && is_about(case, says(denial), holder)
                && weighs_as_much(case, denial, last)
        })
    };
    (!holders.iter().any(is_denied)).then_some(last)
}

/// Whether a word on authorisations is named by a rank, and by none lower than another's.
fn weighs_as_much(case: &Case<'_>, one: &Recorded, other: &Recorded) -> bool {
    let mut ranked = case.policy.trust.iter();
    let Some((_, ranks)) = ranked.find(|(named, _)| named.name() == "sales_authorization") else {
        return true;
    };
    let first = |one: &Recorded| ranks.iter().position(|rank| is_of(rank, &Who::Issuer(one)));
    match (first(one), first(other)) {
        (Some(one), Some(other)) => one <= other,
        (one, _) => one.is_some(),
    }
}

/// All the places there are here. Those that no random world names stand for all others of their kind.
const PLACES: [&str; 6] = ["US", "GB", "DE", "other EU", "other EEA", "elsewhere"];

/// Which of them a territory means. The United Kingdom left on 31 January 2020, at midnight in Brussels.
fn places(territory: &Territory, at: Instant) -> Vec<&'static str> {
    let has_britain = at.epoch_ms() < 1_580_511_600_000;
    let is_meant = |place: &&str, region: &str| match region {
        "EU" => ["DE", "other EU"].contains(place) || (*place == "GB" && has_britain),
        "EEA" => ["DE", "other EU", "other EEA"].contains(place) || (*place == "GB" && has_britain),
        country => *place == country,
    };
    let all = PLACES.into_iter();
    match territory {
        Reach::All => all.collect(),
        Reach::Only(named) => all
            .filter(|place| named.iter().any(|one| is_meant(place, &one.to_string())))
            .collect(),
    }
}

/// Where the units come from must lie in what is accepted, all of it; nothing of it is a no.
fn lawful_resale(case: &Case<'_>, _: &str) -> Answer {
    let accepted = places(&case.demands.first_sale, case.at);
    let said = case
        .under(Scope::Seller(case.offer.seller.clone()))
        .filter_map(|one| match &one.evidence.claim {
            Claim::CustodyEvent {
                variant,
                standing: Standing::Yes,
                first_sale: Some(first_sale),
                ..
            } if *variant == case.offer.variant => {
                Some((Who::Issuer(one), places(first_sale, case.at)))
            }
            _ => None,
        });
    let said = case.heard("lawful_resale", said.collect());
    let answers = said.iter().map(|first| {
        let count = first.iter().filter(|one| accepted.contains(one)).count();
        match count {
            _ if first.is_empty() => Answer::Unknown,
            0 => Answer::Refused,
            _ if count == first.len() => Answer::Sellable,
            _ => Answer::Unknown,
        }
    });
    answers.max().unwrap_or(Answer::Unknown)
}

fn platform_fit(case: &Case<'_>, _: &str) -> Answer {
    let mut words: Vec<(Who<'_>, Standing)> = Vec::new();
    for one in case.under_variant() {
        if let Claim::PlatformCertification { standing, .. } = &one.evidence.claim {
            words.push((Who::Issuer(one), *standing));
        }
    }
    for one in case.under(Scope::Market(case.offer.market.clone())) {
        let Claim::DataSetActivation { data_set, .. } = &one.evidence.claim else {
            continue;
        };
        let is_listed = case.listed.iter().any(|(set, variant, valid)| {
            set == data_set && *variant == case.offer.variant && is_in(stretch(valid), case.at)
        });
        if is_listed {
            words.push((Who::List(list_name(data_set)), Standing::Yes));
        }
    }
    said(&case.heard("platform_fit", words))
}

/// How the source of a data set is named in a world: by the data set, so that each is a source of its own.
#[must_use]
pub fn list_name(data_set: &DataSetId) -> String {
    format!("the list {data_set}")
}

fn regulatory_approval(case: &Case<'_>, _: &str) -> Answer {
    let of_scheme = |wanted: &String| {
        let words = case
            .under_variant()
            .filter_map(|one| match &one.evidence.claim {
                Claim::RegulatoryApproval {
                    scheme,
                    country,
                    standing,
                    ..
                } if scheme == wanted && *country == case.policy.country => {
                    Some((Who::Issuer(one), *standing))
                }
                _ => None,
            });
        said(&case.heard("regulatory_approval", words.collect()))
    };
    let each = case.demands.schemes.iter().map(of_scheme);
    // Asked for, and no scheme is named: nothing can fulfil it.
    each.max().unwrap_or(Answer::Unknown)
}

fn authenticity(case: &Case<'_>, _: &str) -> Answer {
    let words = case
        .under(Scope::Seller(case.offer.seller.clone()))
        .filter_map(|one| match &one.evidence.claim {
            Claim::CustodyEvent {
                variant, standing, ..
            } if *variant == case.offer.variant => Some((Who::Issuer(one), *standing)),
            _ => None,
        });
    said(&case.heard("authenticity", words.collect()))
}

fn refused_if(is_refused: bool) -> Answer {
    if is_refused {
        Answer::Refused
    } else {
        Answer::Sellable
    }
}

/// A fact of the world: a no outweighs, silence is not known.
fn said(words: &[Standing]) -> Answer {
    if words.contains(&Standing::No) {
        Answer::Refused
    } else if words.is_empty() {
        Answer::Unknown
    } else {
        Answer::Sellable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_number_and_a_requirement_of_its_own() {
        for (at, rule) in RULES.iter().enumerate() {
            assert_eq!(usize::from(rule.number), at + 1);
            assert!(rule.sentence.ends_with('.'), "{}", rule.sentence);
            let asked: Requirement = rule.answers.0.parse().expect("a requirement");
            assert_eq!(rule.answers.1, asked.is_per_network());
            let is_answered = ANSWERED.contains(&asked) || asked == Requirement::NoStopSale;
            assert!(is_answered, "{asked}");
        }
        assert_eq!(RULES.len(), ANSWERED.len() + 1);
    }
}
