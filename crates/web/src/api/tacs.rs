//! `GET /tacs/{tac}`: what each list says of a type allocation code, and what it means or why that is not settled.

use axum::Json;
use axum::extract::State;
use domain::number::{ReportingBody, Tac};
use serde::Serialize;
use trade::atlas::{Basis, TacAnswer, TacClaim, TacOutcome};
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::api::path::At;
use crate::problem::Problem;
use crate::wire::{CandidateJson, SourceJson};

/// What is known of a type allocation code.
#[derive(Serialize, ToSchema)]
#[schema(as = Tac)]
pub struct TacJson {
    /// Eight digits.
    tac: String,
    /// `device`: it means one; `variants`: one name, of which variants are not told apart; `names`: one of several;
    /// `contradicted`: lists contradict each other; `made_up`: its digits are a pattern; `unknown`: no list has it.
    outcome: &'static str,
    /// Brand and marketing name, if it means one device.
    device: Option<String>,
    /// `listed`: a list says so; `followed`: by codes and other names that lists give; `free_text`: only people's own
    /// words say so.
    basis: Option<&'static str>,
    /// Whether bands of it are known.
    has_bands: bool,
    /// Those that it may mean, if it is not one.
    candidates: Vec<CandidateJson>,
    /// Who allocated it, by its first two digits; `null`: nobody that is known, or it is for tests.
    reporting_body: Option<&'static str>,
    /// What each list says.
    claims: Vec<TacClaimJson>,
}

/// What a list says of a type allocation code.
#[derive(Serialize, ToSchema)]
#[schema(as = TacClaim)]
pub struct TacClaimJson {
    /// As the list spells it; may be empty.
    brand: String,
    /// As the list spells it; may be empty.
    model: String,
    /// Model codes that the list gives.
    codes: Vec<String>,
    /// Whether it is a free text that anybody wrote.
    is_free_text: bool,
    /// Who says so.
    source: SourceJson,
}

impl From<TacClaim> for TacClaimJson {
    fn from(claim: TacClaim) -> Self {
        Self {
            brand: claim.brand,
            model: claim.model,
            codes: claim.codes,
            is_free_text: claim.is_free_text,
            source: (&claim.source).into(),
        }
    }
}

impl From<TacAnswer> for TacJson {
    fn from(answer: TacAnswer) -> Self {
        let mut json = Self {
            tac: answer.tac.to_string(),
            outcome: "unknown",
            device: None,
            basis: None,
            has_bands: false,
            candidates: Vec::new(),
            reporting_body: match answer.reporting_body {
                Some(ReportingBody::Allocating(name)) => Some(name),
                Some(ReportingBody::Test) | None => None,
            },
            claims: answer.claims.into_iter().map(TacClaimJson::from).collect(),
        };
        let candidates = match &answer.outcome {
            TacOutcome::Device {
                name,
                basis,
                has_bands,
                ..
            } => {
                json.outcome = "device";
                json.device = Some(name.clone());
                json.basis = Some(match basis {
                    Basis::Listed => "listed",
                    Basis::Followed => "followed",
                    Basis::FreeText => "free_text",
                });
                json.has_bands = *has_bands;
                &[][..]
            }
            TacOutcome::Variants(candidates) => {
                json.outcome = "variants";
                candidates
            }
            TacOutcome::Names(candidates) => {
                json.outcome = "names";
                candidates
            }
            TacOutcome::Contradicted(candidates) => {
                json.outcome = "contradicted";
                candidates
            }
            TacOutcome::MadeUp => {
                json.outcome = "made_up";
                &[]
            }
            TacOutcome::Unknown => &[],
        };
        json.candidates = candidates.iter().map(CandidateJson::from).collect();
        json
    }
}

/// Shows what each list says of a type allocation code, and what it means.
#[utoipa::path(
    get, path = "/api/v1/tacs/{tac}", tag = "fit",
    responses(
        (status = 200, description = "What is known of it, be it nothing.", body = TacJson),
        (status = 404, description = "`not_found`: it is not eight digits."),
    ),
)]
pub async fn show_tac(
    State(app): State<App>,
    At(tac): At<Tac>,
    Asked(Nothing): Asked<Nothing>,
) -> Result<Json<TacJson>, Problem> {
    Ok(Json(app.house.atlas().await?.tac(tac).into()))
}
