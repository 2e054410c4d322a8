//! Why not, and what would make it sellable: worked out by trying, never guessed.
//!
//! Each way is a list of steps that were supposed on a copy of the snapshot and judged by the same rules as any
//! question. What no step mends has no way, and its reasons say why. Knows nothing of names and directories, and of
//! each requirement only what could be said for it (`remedy/candidates.rs`), not what fulfils it.

mod candidates;

use std::collections::VecDeque;

use domain::Period;
use domain::certification::CertificationResult;
use domain::evidence::{Claim, Evidence, FactRef, Recorded, Source, Standing, WithdrawalManner};
use domain::id::{EvidenceId, HostNetworkId, PartyId};
use domain::policy::{HostRule, Requirement};
use domain::scope::Scope;
use domain::trust::Role;

pub use self::candidates::IDENTIFIER_TO_COME;
use crate::reason::{Detail, Outcome, Reason, ReasonCode, Supplier};
use crate::snapshot::{self, Snapshot};
use crate::verdict::{Question, Verdict};

/// Most ways that are told of one requirement.
const WAYS_MAX: usize = 3;
/// Most rounds of steps in one way: end what says no, lift what suspends, say what is missing.
const ROUNDS_MAX: usize = 3;
/// Most copies of the snapshot that are judged for one requirement.
const TRIES_MAX: usize = 48;

/// One thing that somebody could do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say something new.
    Record {
        /// Who.
        issuer: PartyId,
        /// Under which scope.
        scope: Scope,
        /// What.
        claim: Claim,
    },
    /// Withdraw what was said.
    Withdraw {
        /// Who: its issuer.
        issuer: PartyId,
        /// Under which scope it stands.
        scope: Scope,
        /// Which piece of evidence.
        ends: EvidenceId,
        /// What it says.
        claim: Claim,
    },
}

impl Step {
    /// Who would say what, under which scope.
    #[must_use]
    pub fn says(&self) -> (&PartyId, &Scope, Claim) {
        match self {
            Self::Record {
                issuer,
                scope,
                claim,
            } => (issuer, scope, claim.clone()),
            Self::Withdraw {
                issuer,
                scope,
                ends,
                ..
            } => {
                let claim = Claim::Withdrawal {
                    ends: ends.clone(),
                    manner: WithdrawalManner::Revoke,
                };
                (issuer, scope, claim)
            }
        }
    }
}

/// Who speaks for a supplier, the first of whom is asked first.
pub trait Issuers {
    /// Parties; empty: nobody does.
    fn of(&self, supplier: &Supplier) -> Vec<PartyId>;

    /// In which roles a party would say something: a market may hear only some.
    fn roles(&self, issuer: &PartyId, scope: &Scope, claim: &Claim) -> Vec<Role>;
}

/// What would fulfil one requirement that keeps an offer off sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// Which one.
    pub requirement: Requirement,
    /// On which host network, where it depends on one.
    pub network: Option<HostNetworkId>,
    /// The reasons that block.
    pub reasons: Vec<Reason>,
    /// Ways to fulfil it, the smallest first, none longer than it must be; empty: nothing that could be recorded does.
    pub ways: Vec<Vec<Step>>,
}

/// Why an offer may not be sold, and what would have to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// The answer as it is.
    pub verdict: Verdict,
    /// One for each requirement that blocks.
    pub remedies: Vec<Remedy>,
    /// The fewest of these steps that make it sellable, tried together; none: no steps do.
    pub together: Option<Vec<Step>>,
}

/// What tells one requirement's reasons from another's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    requirement: Requirement,
    network: Option<HostNetworkId>,
    /// The scheme of an approval: each is asked for by itself.
    scheme: Option<String>,
}

impl Key {
    fn of(reason: &Reason) -> Self {
        let scheme = match &reason.detail {
            Detail::Word(word) if reason.requirement == Requirement::RegulatoryApproval => {
                Some(word.clone())
            }
            _ => None,
        };
        Self {
            requirement: reason.requirement,
            network: reason.network.clone(),
            scheme,
        }
    }

    fn blocking(&self, verdict: &Verdict) -> Vec<Reason> {
        let ours = verdict
            .blocking()
            .filter(|reason| Self::of(reason) == *self);
        ours.cloned().collect()
    }
}

/// One question, with who could answer it otherwise.
struct Trial<'a> {
    snapshot: &'a Snapshot,
    question: Question<'a>,
    issuers: &'a dyn Issuers,
}

impl Snapshot {
    /// Why an offer may not be sold, and what would make it sellable. Both are empty where it may.
    ///
    /// Judges at most 48 copies of this snapshot for each requirement that blocks, each of which costs a copy of what
    /// stands under one scope of the offer.
    #[must_use]
    pub fn why_not(&self, question: &Question<'_>, issuers: &dyn Issuers) -> WhyNot {
        let trial = Trial {
            snapshot: self,
            question: *question,
            issuers,
        };
        let verdict = self.verdict(question);
        let mut keys: Vec<Key> = Vec::new();
        for key in verdict.blocking().map(Key::of) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let remedies: Vec<Remedy> = keys
            .into_iter()
            .map(|key| Remedy {
                reasons: key.blocking(&verdict),
                ways: trial.ways(&key, &verdict),
                requirement: key.requirement,
                network: key.network,
            })
            .collect();
        let together = trial.together(&verdict, &remedies);
        WhyNot {
            verdict,
            remedies,
            together,
        }
    }
}

impl Trial<'_> {
    /// Tries what could be done, fewest rounds first.
    fn ways(&self, key: &Key, verdict: &Verdict) -> Vec<Vec<Step>> {
        let mut ways: Vec<Vec<Step>> = Vec::new();
        let mut open = VecDeque::from([(Vec::new(), verdict.clone(), 0)]);
        let mut tries = 0;
        while let Some((steps, verdict, rounds)) = open.pop_front() {
            for more in self.next_steps(key, &verdict, &steps) {
                if ways.len() == WAYS_MAX || tries == TRIES_MAX {
                    return ways;
                }
                let steps: Vec<Step> = steps.iter().cloned().chain(more).collect();
                if ways.iter().any(|way| contains(&steps, way)) {
                    continue;
                }
                tries += 1;
                let verdict = self.judged(&steps);
                if key.blocking(&verdict).is_empty() {
                    ways.push(self.shortest(key, steps));
                } else if rounds + 1 < ROUNDS_MAX {
                    open.push_back((steps, verdict, rounds + 1));
                }
            }
        }
        ways.sort_by_key(Vec::len);
        ways
    }

    /// What could be done next: lift what suspends, end what says no or contradicts, say what is missing.
    fn next_steps(&self, key: &Key, verdict: &Verdict, done: &[Step]) -> Vec<Vec<Step>> {
        let blocking = key.blocking(verdict);
        let cited: Vec<&Recorded> = self.cited(&blocking);
        let ended = |wanted: fn(&Claim) -> bool| -> Vec<Step> {
            let found = cited.iter().filter(|one| wanted(&one.evidence.claim));
            found.map(|one| withdrawal(one)).collect()
        };
        let mut next = vec![ended(suspends), ended(says_no)];
        // A first sale elsewhere is told by a yes.
        if blocking
            .iter()
            .any(|one| one.code == ReasonCode::FirstSaleElsewhere)
        {
            next.push(ended(tells_first_sale));
        }
        // Of words that contradict each other one is wrong.
        if blocking
            .iter()
            .any(|one| one.outcome() == Outcome::Disputed)
        {
            next.extend(ended(declares_bands).into_iter().map(|step| vec![step]));
        }
        next.extend(candidates::additions(self, key, &blocking));
        next.retain(|steps| !steps.is_empty() && !steps.iter().any(|step| done.contains(step)));
        next
    }

    /// The evidence that reasons rest on.
    fn cited(&self, reasons: &[Reason]) -> Vec<&Recorded> {
        let hosts = self
            .snapshot
            .policy(&self.question.offer.market, self.question.moment);
        let hosts = hosts.map_or(&[][..], |(policy, _)| &policy.hosts);
        let scopes = Scope::of(self.question.offer, hosts);
        let facts = reasons.iter().flat_map(|reason| &reason.facts);
        let mut found: Vec<&Recorded> = facts
            .filter_map(|fact| match fact {
                FactRef::Evidence(id) => scopes
                    .iter()
                    .find_map(|scope| snapshot::find(self.snapshot, scope, id)),
                FactRef::Row { .. } => None,
            })
            .collect();
        found.sort_by_key(|one| one.position);
        found.dedup_by_key(|one| one.position);
        found
    }

    /// Without the steps that are not needed.
    fn shortest(&self, key: &Key, mut steps: Vec<Step>) -> Vec<Step> {
        let mut at = 0;
        while at < steps.len() && steps.len() > 1 {
            let mut fewer = steps.clone();
            fewer.remove(at);
            if key.blocking(&self.judged(&fewer)).is_empty() {
                steps = fewer;
            } else {
                at += 1;
            }
        }
        steps
    }

    /// The verdict as if these steps had been taken.
    fn judged(&self, steps: &[Step]) -> Verdict {
        let moment = self.question.moment;
        let evidence = steps.iter().enumerate().filter_map(|(at, step)| {
            // An id that no evidence has: ids are given from 1 on.
            let id = format!("supposed-{at}").parse().ok()?;
            Some(self.evidence(id, step, moment.at))
        });
        let supposed = self
            .snapshot
            .supposing(moment.at.min(moment.known_at), evidence);
        supposed.verdict(&self.question)
    }

    /// The fewest steps that make it sellable: one way of each requirement, and where one host network is enough
    /// those of the network that needs least.
    fn together(&self, verdict: &Verdict, remedies: &[Remedy]) -> Option<Vec<Step>> {
        if verdict.is_sellable() {
            return None;
        }
        let policy = self
            .snapshot
            .policy(&self.question.offer.market, self.question.moment);
        let is_any = policy.is_none_or(|(policy, _)| policy.host_rule == HostRule::Any);
        let steps = |is_asked: &dyn Fn(Option<&HostNetworkId>) -> bool| -> Option<Vec<Step>> {
            let mut steps: Vec<Step> = Vec::new();
            for remedy in remedies.iter().filter(|one| is_asked(one.network.as_ref())) {
                for step in remedy.ways.first()? {
                    if !steps.contains(step) {
                        steps.push(step.clone());
                    }
                }
            }
            Some(steps)
        };
        let mut choices: Vec<Vec<Step>> = if is_any && !verdict.networks.is_empty() {
            let networks = verdict.networks.iter();
            networks
                .filter_map(|(one, _)| steps(&|network| network.is_none_or(|known| known == one)))
                .collect()
        } else {
            steps(&|_| true).into_iter().collect()
        };
        choices.sort_by_key(Vec::len);
        choices
            .into_iter()
            .find(|steps| self.judged(steps).is_sellable())
    }
}

fn contains(steps: &[Step], way: &[Step]) -> bool {
    way.iter().all(|step| steps.contains(step))
}

/// What can be taken back so that it says no longer no.
fn says_no(claim: &Claim) -> bool {
    match claim {
        Claim::SalesAuthorization(says) => says.standing == Standing::No,
        Claim::DeviceCertification(says) => says.result == CertificationResult::NotCertified,
        Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. }
        | Claim::CustodyEvent { standing, .. } => *standing == Standing::No,
        Claim::StopSale { .. } => true,
        _ => false,
    }
}

fn tells_first_sale(claim: &Claim) -> bool {
    matches!(
        claim,
        Claim::CustodyEvent {
            first_sale: Some(_),
            ..
        }
    )
}

/// What can contradict another word of the same weight.
fn declares_bands(claim: &Claim) -> bool {
    matches!(
        claim,
        Claim::RadioDeclaration { .. } | Claim::NetworkDeclaration { .. }
    )
}

/// A suspension can be lifted; what was revoked or corrected stays ended.
fn suspends(claim: &Claim) -> bool {
    matches!(
        claim,
        Claim::Withdrawal {
            manner: WithdrawalManner::Suspend,
            ..
        }
    )
}

fn withdrawal(one: &Recorded) -> Step {
    Step::Withdraw {
        issuer: one.evidence.issuer.clone(),
        scope: one.evidence.scope.clone(),
        ends: one.evidence.id.clone(),
        claim: one.evidence.claim.clone(),
    }
}

impl Trial<'_> {
    /// A step as the evidence that it would be.
    fn evidence(&self, id: EvidenceId, step: &Step, at: domain::Instant) -> Evidence {
        let (issuer, scope, claim) = step.says();
        let valid = match step {
            Step::Record { .. } => Period::ALWAYS,
            Step::Withdraw { .. } => Period::since(at),
        };
        let source = Source::own("Supposed", "");
        Evidence {
            roles: self.issuers.roles(issuer, scope, &claim),
            valid,
            ..Evidence::entered(id, scope.clone(), issuer.clone(), claim, source)
        }
    }
}
