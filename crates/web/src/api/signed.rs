//! `POST /signed-evidence`: what an issuer signed. `GET /issuer-keys`: whose keys are heard where.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::evidence::detail::entry;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::tagged::tagged;
use crate::problem::{Problem, detached};
use crate::wire::RecordEntryJson;
use crate::wire::issuer_key::IssuerKeyJson;

/// Most characters of a signed note.
const NOTE_CHARS_MAX: usize = 32_000;

/// What an issuer signed.
#[derive(ToSchema)]
pub struct SignedEvidence {
    /// The note, byte for byte (C2SP signed-note), as `passband sign` writes it.
    note: String,
}

impl FromForm for SignedEvidence {
    fn from_form(form: &mut Form) -> Option<Self> {
        let note = form.need_text("note", NOTE_CHARS_MAX)?;
        Some(Self { note })
    }
}

/// Records what an issuer signed.
///
/// The signature must be by a key of the issuer that is in force in a market, and the statement must name this
/// record. Sent twice, it is recorded once. In a market that does not know the key it counts as not said.
#[utoipa::path(
    post, path = "/api/v1/signed-evidence", tag = "evidence", request_body = SignedEvidence,
    responses(
        (status = 200, description = "The same was recorded before.", body = RecordEntryJson),
        (status = 201, description = "Recorded.", body = RecordEntryJson),
        (status = 409, description = "`id_taken`, `already_withdrawn`"),
        (status = 422, description = "`signature_invalid`, `key_unknown`, `not_the_issuers`, `invalid_input`, `wrong_scope`"),
    ),
)]
pub async fn record_signed(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
    Body(asked): Body<SignedEvidence>,
) -> Result<(StatusCode, Json<RecordEntryJson>), Problem> {
    let house = app.house.clone();
    let change = detached(async move { house.record_signed(&asked.note).await }).await?;
    entry(&app, &change).await
}

/// The keys of issuers that were introduced.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuerKeys)]
pub struct IssuerKeysJson {
    /// By market, in the record's order; those that were lost too.
    keys: Vec<IssuerKeyJson>,
}

/// Lists the keys of issuers: with these anybody can check what was signed.
#[utoipa::path(
    get, path = "/api/v1/issuer-keys", tag = "evidence",
    responses((status = 200, description = "The keys.", body = IssuerKeysJson)),
)]
pub async fn list_issuer_keys(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let keys = app.house.issuer_keys();
    let keys = keys.iter().map(IssuerKeyJson::from).collect();
    tagged(&headers, &IssuerKeysJson { keys })
}
