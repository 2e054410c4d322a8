//! What each list says of a type allocation code, and whether the lists contradict each other.

use askama::Template;
use domain::number::Tac;
use trade::atlas::{TacClaim, TacOutcome};

use crate::App;
use crate::pages::verdict_view::SourceView;
use crate::problem::Problem;

/// What one list says.
pub struct ClaimView {
    pub name: String,
    pub codes: String,
    pub is_free_text: bool,
    pub source: SourceView,
}

/// What all of them say.
#[derive(Template)]
#[template(path = "tac_claims.html")]
pub struct TacView {
    pub tac: String,
    /// Lists contradict each other.
    pub is_contradicted: bool,
    /// What it comes to, in a sentence.
    pub outcome: String,
    pub claims: Vec<ClaimView>,
}

impl TacView {
    pub async fn new(app: &App, tac: Tac) -> Result<Self, Problem> {
        let answer = app.house.atlas().await?.tac(tac);
        let claims: Vec<ClaimView> = answer.claims.iter().map(claim).collect();
        let is_contradicted = matches!(answer.outcome, TacOutcome::Contradicted(_));
        Ok(Self {
            tac: tac.to_string(),
            is_contradicted,
            outcome: outcome(&answer.outcome, &claims),
            claims,
        })
    }
}

fn claim(claim: &TacClaim) -> ClaimView {
    let codes = claim.codes.join(", ");
    let model = if claim.model.is_empty() {
        &codes
    } else {
        &claim.model
    };
    // A brand that the name repeats is not said twice.
    let name = if model.starts_with(&claim.brand) {
        model.clone()
    } else {
        format!("{} {model}", claim.brand)
    };
    ClaimView {
        name,
        codes,
        is_free_text: claim.is_free_text,
        source: (&claim.source).into(),
    }
}

fn outcome(outcome: &TacOutcome, claims: &[ClaimView]) -> String {
    let said = || {
        let said = claims.iter().filter(|claim| !claim.is_free_text);
        let said: Vec<String> = said
            .map(|claim| format!("{} ({})", claim.name, claim.source.name))
            .collect();
        said.join("; ")
    };
    match outcome {
        TacOutcome::Device { name, .. } => format!("It is of the {name}."),
        TacOutcome::Variants(_) => {
            "It is of one phone, and no list says of which variant.".to_owned()
        }
        TacOutcome::Names(_) => {
            "It may be one of several phones, and no list settles which.".to_owned()
        }
        TacOutcome::Contradicted(_) => format!("Lists disagree which phone this is: {}.", said()),
        TacOutcome::MadeUp => {
            "Somebody made it up: its digits are a pattern, and no phone has them.".to_owned()
        }
        TacOutcome::Unknown => "No list that was imported speaks of it.".to_owned(),
    }
}
