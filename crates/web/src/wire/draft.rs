//! Drafts as JSON.

use serde::Serialize;
use trade::ClaimJson;
use trade::desk::{DraftShown, StepShown};
use utoipa::ToSchema;

use super::PeriodJson;
use super::impact::ImpactJson;

/// Evidence that is being prepared.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftJson {
    /// Its id.
    pub id: String,
    /// `open`, `waiting`, `recorded` or `discarded`.
    pub state: &'static str,
    /// Moves with every step; a step names the version that was seen.
    pub version: u64,
    /// Under which id it is recorded.
    pub evidence: String,
    /// The scope to write it under.
    pub scope: String,
    /// Who says so.
    pub issuer: String,
    /// What is said.
    #[schema(value_type = ClaimJson)]
    pub claim: ClaimJson,
    /// For which time.
    pub valid: PeriodJson,
    /// The document that it came in.
    pub title: String,
    /// The document's own date.
    pub dated: String,
    /// The words of a statement, or a remark.
    pub words: Option<String>,
    /// SHA-256 of the document, if it is kept.
    pub document: Option<String>,
    /// Who wrote it: a user's id. Somebody else approves it.
    pub written_by: String,
    /// When it last moved.
    pub changed_at: String,
    /// Whether it can only close sales, so that no second person is needed.
    pub only_closes: bool,
}

impl From<&DraftShown> for DraftJson {
    fn from(shown: &DraftShown) -> Self {
        let draft = &shown.draft;
        Self {
            id: shown.id.clone(),
            state: shown.state.as_str(),
            version: shown.version,
            evidence: draft
                .id
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            scope: draft.scope.to_string(),
            issuer: draft.issuer.to_string(),
            claim: ClaimJson::write(&draft.claim),
            valid: (&draft.valid).into(),
            title: draft.title.clone(),
            dated: draft.dated.clone(),
            words: draft.words.clone(),
            document: draft.document.clone(),
            written_by: shown.written_by.clone(),
            changed_at: shown.changed_at.to_string(),
            only_closes: shown.only_closes,
        }
    }
}

/// What somebody did with a draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DraftStep)]
pub struct StepJson {
    /// `written`, `submitted`, `remarked`, `sent_back`, `recorded` or `discarded`.
    pub step: String,
    /// The address of who did it; their id, if they are no longer there.
    pub person: String,
    /// When.
    pub at: String,
    /// What they remarked; may be empty.
    pub words: String,
}

impl From<&StepShown> for StepJson {
    fn from(step: &StepShown) -> Self {
        Self {
            step: step.step.clone(),
            person: step.person.clone(),
            at: step.at.to_string(),
            words: step.words.clone(),
        }
    }
}

/// Drafts of one state.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Drafts)]
pub struct DraftsJson {
    /// The last to move first; at most 200.
    pub items: Vec<DraftJson>,
}

/// A draft with what was done with it and what recording it would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DraftDetail)]
pub struct DraftDetailJson {
    /// The draft.
    pub draft: DraftJson,
    /// Who did what, the first step first.
    pub steps: Vec<StepJson>,
    /// What recording it would do now; of its list the first 100. `null`: it is settled.
    pub impact: Option<ImpactJson>,
    /// The mark of that impact, which an approval names. `null`: it is settled.
    pub impact_mark: Option<String>,
}
