//! "As if this had been recorded": a snapshot with evidence that nobody gave.
//!
//! It shares everything with the one that it was made from but what stands under the scopes of the evidence, and
//! nothing that is asked of it shows in the other. Knows nothing of why it is asked.

use domain::Instant;
use domain::evidence::{Evidence, Recorded};

use super::Snapshot;

impl Snapshot {
    /// This snapshot as if these had been recorded next, at this instant.
    ///
    /// What was recorded before stays as it is, so an instant before the last one is one at which nothing else is
    /// forgotten. Costs a copy of what stands under each scope that is named.
    #[must_use]
    pub fn supposing(&self, at: Instant, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        let mut next = self.clone();
        for evidence in evidence {
            let scope_version = next.version(&evidence.scope) + 1;
            let recorded = Recorded {
                position: next.next_position,
                at,
                scope_version,
                evidence,
            };
            next.next_position += 1;
            next.last_at = next.last_at.max(at);
            next.insert(recorded);
        }
        next
    }
}
