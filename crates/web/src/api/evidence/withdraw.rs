//! `POST /evidence/{evidence}/withdrawals`: ends a piece of evidence.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Instant;
use domain::evidence::WithdrawalManner;
use domain::id::{EvidenceId, PartyId};
use trade::change::Withdrawal;
use utoipa::ToSchema;

use super::detail::entry;
use crate::App;
use crate::access::Person;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm, invalid_at};
use crate::api::limits::{DATED_CHARS_MAX, TITLE_CHARS_MAX, WORDS_CHARS_MAX};
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::RecordEntryJson;

/// How it is ended.
#[derive(ToSchema)]
pub struct NewWithdrawal {
    /// The withdrawal's own id; left out: a fresh one. Sent twice, it is recorded once.
    #[schema(value_type = Option<String>)]
    id: Option<EvidenceId>,
    /// `suspend` for now, `revoke` for good, `correct` because it was wrong.
    #[schema(value_type = String, example = "suspend")]
    manner: WithdrawalManner,
    /// Who says so: a party's id; left out: one's own.
    #[schema(value_type = Option<String>)]
    issuer: Option<PartyId>,
    /// From when; left out: from the moment it is recorded.
    #[schema(value_type = Option<String>)]
    from: Option<Instant>,
    /// The title of the document that it came in.
    #[schema(example = "E-mail of the brand's sales desk")]
    title: String,
    /// The document's own date, as exact as it is known.
    #[schema(value_type = Option<String>, example = "2016-02-08")]
    dated: String,
    /// Its words; kept where they can be erased.
    words: Option<String>,
}

impl FromForm for NewWithdrawal {
    fn from_form(form: &mut Form) -> Option<Self> {
        let id = form.may("id");
        let manner = form.need("manner");
        let issuer = form.may("issuer");
        let from = form.may("from");
        let title = form.need_text("title", TITLE_CHARS_MAX);
        let dated = form.may_text("dated", DATED_CHARS_MAX);
        let words = form.may_text("words", WORDS_CHARS_MAX);
        Some(Self {
            id,
            manner: manner?,
            issuer,
            from,
            title: title?,
            dated: dated.unwrap_or_default(),
            words,
        })
    }
}

/// Withdraws evidence. To lift a suspension, withdraw it in turn.
///
/// Once it is answered, no order is accepted on what it ends, on any path, and this node shows nothing of it as
/// buyable. Somebody of a brand, a host network or a seller ends what their own party said; anything else is answered
/// as what is not there.
#[utoipa::path(
    post, path = "/api/v1/evidence/{evidence}/withdrawals", tag = "evidence", request_body = NewWithdrawal,
    responses(
        (status = 200, description = "The same was recorded before.", body = RecordEntryJson),
        (status = 201, description = "Withdrawn.", body = RecordEntryJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`already_withdrawn`: only a suspension can be lifted; or `id_taken`."),
    ),
)]
pub async fn withdraw_evidence(
    State(app): State<App>,
    At(ends): At<EvidenceId>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
    Body(asked): Body<NewWithdrawal>,
) -> Result<(StatusCode, Json<RecordEntryJson>), Problem> {
    let issuer = asked.issuer.unwrap_or_else(|| by.party.clone());
    let is_operator = app.house.is_operator(&by.party);
    if is_operator && !super::is_party(&app, &issuer) {
        let help = "name a party that is in the directory, or leave it out";
        return Err(invalid_at(
            "/issuer",
            "directory.unknown",
            issuer.as_str(),
            help,
        ));
    }
    let withdrawal = Withdrawal {
        id: asked.id,
        ends,
        manner: asked.manner,
        issuer,
        from: asked.from,
        title: asked.title,
        dated: asked.dated,
        words: asked.words,
    };
    let house = app.house.clone();
    let change = detached(async move {
        if is_operator {
            house.withdraw(withdrawal).await
        } else {
            house.withdraw_own(&by, withdrawal).await
        }
    })
    .await?;
    entry(&app, &change).await
}
