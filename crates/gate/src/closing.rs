//! "Could recording this ever let something be sold that may not be sold without it?"
//!
//! Asked of what a claim does, never of who enters it, and answered for every offer and every instant at once: yes
//! unless the requirements, as they are written, cannot let it. So a `true` here is a promise, and a `false` only
//! says that the promise is not made. Judges no offer.

use domain::certification::{Builds, CertificationResult};
use domain::evidence::{Claim, Standing};
use domain::policy::Requirement;
use domain::scope::Scope;

use crate::Snapshot;
use crate::snapshot::{Kind, find};

/// Most withdrawals of withdrawals that are followed.
const ENDED_MAX: usize = 8;

/// What becomes of a claim.
#[derive(Clone, Copy)]
enum Step {
    /// It begins to count.
    Enters,
    /// It ceases to count.
    Leaves,
}

impl Step {
    const fn back(self) -> Self {
        match self {
            Self::Enters => Self::Leaves,
            Self::Leaves => Self::Enters,
        }
    }
}

impl Snapshot {
    /// Whether recording `claim` under `scope` can only close sales: at no instant is an offer sellable with it that
    /// is not sellable without it.
    #[must_use]
    pub fn can_only_close(&self, scope: &Scope, claim: &Claim) -> bool {
        let (mut claim, mut step) = (claim, Step::Enters);
        for _ in 0..ENDED_MAX {
            let Claim::Withdrawal { ends, .. } = claim else {
                return match step {
                    Step::Enters => closes_by_entering(claim),
                    Step::Leaves => self.closes_by_leaving(claim),
                };
            };
            let Some(ended) = find(self, scope, ends) else {
                return false;
            };
            (claim, step) = (&ended.evidence.claim, step.back());
        }
        false
    }

    /// What only ever counts for a sale. Where a policy ranks whose certification counts, one that lacks something
    /// keeps those of lower ranks from being heard, and so does not only count for a sale.
    fn closes_by_leaving(&self, claim: &Claim) -> bool {
        match claim {
            Claim::SalesAuthorization(says) => says.standing == Standing::Yes,
            Claim::PlatformCertification { standing, .. }
            | Claim::RegulatoryApproval { standing, .. } => *standing == Standing::Yes,
            // Where units were first sold may be the wrong place, and then others' word is enough without it.
            Claim::CustodyEvent {
                standing,
                first_sale,
                ..
            } => *standing == Standing::Yes && first_sale.is_none(),
            Claim::DeviceCertification(says) => {
                let is_plain = says.result == CertificationResult::Certified
                    && says.tests.is_none()
                    && says.builds == Builds::ANY;
                says.result != CertificationResult::NotCertified
                    && (!self.ranks_certifications() || is_plain && !self.demands_tests())
            }
            Claim::RequirementSet(_) | Claim::TestReport(_) => !self.ranks_certifications(),
            Claim::Statement { .. } => true,
            _ => false,
        }
    }

    fn ranks_certifications(&self) -> bool {
        self.any_policy(|policy| policy.ranks(Requirement::DeviceCertification).is_some())
    }

    fn demands_tests(&self) -> bool {
        self.any_policy(|policy| policy.categories.iter().any(|one| one.tested))
    }

    /// Whether it holds of a policy that was ever recorded: one that is not in force may come to be.
    fn any_policy(&self, holds: impl Fn(&domain::policy::Policy) -> bool) -> bool {
        let markets = u32::try_from(self.boards.len()).unwrap_or(u32::MAX);
        let facts = (0..markets).filter_map(|number| self.facts_at(Kind::Market, number));
        let mut policies =
            facts
                .flat_map(|facts| facts.all())
                .filter_map(|one| match &one.evidence.claim {
                    Claim::Policy(policy) => Some(policy),
                    _ => None,
                });
        policies.any(holds)
    }
}

/// What only ever counts against a sale.
const fn closes_by_entering(claim: &Claim) -> bool {
    match claim {
        Claim::StopSale { .. } | Claim::Statement { .. } => true,
        Claim::SalesAuthorization(says) => matches!(says.standing, Standing::No),
        Claim::DeviceCertification(says) => {
            matches!(says.result, CertificationResult::NotCertified)
        }
        Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. }
        | Claim::CustodyEvent { standing, .. } => matches!(standing, Standing::No),
        _ => false,
    }
}
