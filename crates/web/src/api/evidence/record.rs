//! `POST /evidence`: records what an issuer says, as somebody enters it from a document.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Period;
use domain::evidence::{Authority, Claim};
use domain::id::{EvidenceId, PartyId};
use domain::scope::Scope;
use trade::change::Draft;
use trade::{ClaimJson, posted_claim};
use utoipa::ToSchema;

use super::detail::entry;
use crate::App;
use crate::access::Person;
use crate::api::asked::{Asked, Body, Nothing, PeriodForm, unknown};
use crate::api::form::{Form, FromForm, invalid};
use crate::api::limits::{DATED_CHARS_MAX, TITLE_CHARS_MAX, WORDS_CHARS_MAX};
use crate::problem::{Problem, ProblemPlace, detached};
use crate::wire::{PeriodJson, RecordEntryJson};

/// Characters of a SHA-256 in hexadecimal digits.
const SHA256_CHARS: usize = 64;

/// What is recorded.
#[derive(Clone, ToSchema)]
pub struct NewEvidence {
    /// Its id; left out: a fresh one. Sent twice, it is recorded once.
    #[schema(value_type = Option<String>, example = "auth-mi-store-us")]
    id: Option<EvidenceId>,
    /// The scope that it is written under.
    #[schema(value_type = String, example = "brand:xiaomi")]
    scope: Scope,
    /// Who says so: a party's id.
    #[schema(value_type = String, example = "xiaomi")]
    issuer: PartyId,
    /// What is said. A policy, an activation, a withdrawal and a decision on a listing have routes of their own.
    #[schema(value_type = ClaimJson)]
    claim: Claim,
    /// For which time; left out: since ever and without end.
    #[schema(value_type = Option<PeriodJson>)]
    valid: Period,
    /// The title of the document that it came in.
    #[schema(example = "Letter of authorisation")]
    title: String,
    /// The document's own date, as exact as it is known.
    #[schema(value_type = Option<String>, example = "2016-02")]
    dated: String,
    /// The words of a statement, or a remark; kept where they can be erased.
    words: Option<String>,
    /// SHA-256 of the document, lower hex; send the document itself first (`POST /documents`).
    document: Option<String>,
}

impl FromForm for NewEvidence {
    fn from_form(form: &mut Form) -> Option<Self> {
        let id = form.may("id");
        let scope = form.need("scope");
        let issuer = form.need("issuer");
        let claim = form.need_any("claim");
        let claim = claim.and_then(|claim| match posted_claim("/claim", &claim) {
            Ok(claim) => Some(claim),
            Err(faults) => {
                form.faults(&faults);
                None
            }
        });
        let valid = form.may_form::<PeriodForm>("valid");
        let title = form.need_text("title", TITLE_CHARS_MAX);
        let dated = form.may_text("dated", DATED_CHARS_MAX);
        let words = form.may_text("words", WORDS_CHARS_MAX);
        let document = form.may_text("document", SHA256_CHARS);
        Some(Self {
            id,
            scope: scope?,
            issuer: issuer?,
            claim: claim?,
            valid: valid.map_or(Period::ALWAYS, |PeriodForm(period)| period),
            title: title?,
            dated: dated.unwrap_or_default(),
            words,
            document,
        })
    }
}

impl NewEvidence {
    /// As it is recorded.
    pub fn draft(self) -> Draft {
        Draft {
            id: self.id,
            scope: self.scope,
            issuer: self.issuer,
            claim: self.claim,
            valid: self.valid,
            title: self.title,
            dated: self.dated,
            authority: Authority::Own,
            words: self.words,
            document: self.document,
        }
    }
}

/// Records a piece of evidence.
///
/// Once it is answered, no order is accepted against it and this node shows nothing against it as buyable. Somebody
/// of a brand, a host network or a seller records what their own party says of what is its own; anything else is
/// answered as what is not there.
#[utoipa::path(
    post, path = "/api/v1/evidence", tag = "evidence", request_body = NewEvidence,
    responses(
        (status = 200, description = "The same was recorded before.", body = RecordEntryJson),
        (status = 201, description = "Recorded.", body = RecordEntryJson),
        (status = 404, description = "`not_found`: the document is not kept."),
        (status = 409, description = "`id_taken`: other evidence has this id."),
        (status = 422, description = "`invalid_input`, `wrong_scope`"),
    ),
)]
pub async fn record_evidence(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
    Body(asked): Body<NewEvidence>,
) -> Result<(StatusCode, Json<RecordEntryJson>), Problem> {
    let house = app.house.clone();
    if !house.is_operator(&by.party) {
        let own = detached(async move { house.record_own(&by, asked.draft()).await });
        return entry(&app, &own.await?).await;
    }
    let faults = faults(&app, &asked).await?;
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let draft = asked.draft();
    let change = detached(async move { house.record(draft).await }).await?;
    entry(&app, &change).await
}

/// What only this house knows to be wrong. A recall under a misspelt brand would stop nothing.
pub async fn faults(app: &App, asked: &NewEvidence) -> Result<Vec<ProblemPlace>, Problem> {
    let fault = |place: &str, rule: &str, found: String, help: &str| ProblemPlace {
        place: place.to_owned(),
        rule: rule.to_owned(),
        found,
        help: help.to_owned(),
    };
    let mut faults: Vec<ProblemPlace> = Vec::new();
    faults.extend(unknown(app, "/scope", &asked.scope).await?);
    if !super::is_party(app, &asked.issuer) {
        let help = "name a party that is in the directory";
        faults.push(fault(
            "/issuer",
            "directory.unknown",
            asked.issuer.to_string(),
            help,
        ));
    }
    let own_route = match &asked.claim {
        Claim::Policy(_) => Some("PUT /api/v1/markets/{market}/policy"),
        Claim::DataSetActivation { .. } => {
            Some("PUT /api/v1/markets/{market}/data-sets/{data_set}")
        }
        Claim::Withdrawal { .. } => Some("POST /api/v1/evidence/{evidence}/withdrawals"),
        Claim::ListingDecision { .. } => Some("PUT /api/v1/listings/{listing}/state"),
        _ => None,
    };
    if let Some(route) = own_route {
        let kind = asked.claim.kind().to_owned();
        faults.push(fault(
            "/claim/kind",
            "claim.own_route",
            kind,
            &format!("use {route}"),
        ));
    }
    Ok(faults)
}
