//! `GET /record/verify`: checks the whole record, and says what is wrong.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use trade::Verified;
use utoipa::ToSchema;

use crate::App;
use crate::api::asked::{Asked, Nothing};
use crate::problem::Problem;

/// An entry whose columns or opening are not what its body says.
#[derive(Serialize, ToSchema)]
#[schema(as = Disagreement)]
pub struct DisagreementJson {
    /// Which one.
    position: u64,
    /// What is wrong.
    detail: String,
}

/// What a check of the record found.
#[derive(Serialize, ToSchema)]
#[schema(as = Verification)]
pub struct VerificationJson {
    /// Whether nothing is wrong.
    is_clean: bool,
    /// Entries found.
    size: u64,
    /// The root of their tree.
    root: String,
    /// How many of them the largest checkpoint vouches for.
    signed_size: u64,
    /// Checkpoints checked.
    checkpoints_checked: u64,
    /// The first entry that something is wrong with; `null`: none.
    first_bad_index: Option<u64>,
    /// What is wrong with the log.
    faults: Vec<String>,
    /// Faults beyond those.
    faults_omitted: u64,
    /// What is wrong beside it.
    disagreements: Vec<DisagreementJson>,
    /// The key that the checkpoints were checked with.
    key: String,
}

impl From<Verified> for VerificationJson {
    fn from(verified: Verified) -> Self {
        let is_clean = verified.is_clean();
        let report = verified.report;
        let disagreements = verified.disagreements.into_iter();
        Self {
            is_clean,
            size: report.size,
            root: report.root.to_string(),
            signed_size: report.signed_size,
            checkpoints_checked: report.checkpoints_checked,
            first_bad_index: report.first_bad_index,
            faults: report.faults.iter().map(ToString::to_string).collect(),
            faults_omitted: report.faults_omitted,
            disagreements: disagreements
                .map(|(position, detail)| DisagreementJson { position, detail })
                .collect(),
            key: verified.key,
        }
    }
}

/// Checks every entry, every checkpoint, and what stands beside the record against it.
#[utoipa::path(
    get, path = "/api/v1/record/verify", tag = "record",
    responses((status = 200, description = "What was found; `is_clean` says it in a word.", body = VerificationJson)),
)]
pub async fn verify_record(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
) -> Result<Json<VerificationJson>, Problem> {
    Ok(Json(app.house.verify_record().await?.into()))
}
