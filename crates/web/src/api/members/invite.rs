//! `POST /invitations`, `DELETE /invitations/{invitation}`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::PartyId;
use domain::member::MemberRole;
use trade::people::{By, EMAIL_BYTES_MAX, Invite};
use utoipa::ToSchema;

use super::{InvitationJson, party_meant};
use crate::App;
use crate::access::Person;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::path::{At, Name};
use crate::limits::{Tries, count};
use crate::problem::{Problem, detached};

/// Who is invited.
#[derive(ToSchema)]
pub struct NewInvitation {
    /// Where the letter goes; they sign in with it.
    #[schema(example = "sam@example.com")]
    email: String,
    /// `owner`, `clerk` or `reader`.
    #[schema(value_type = String, example = "clerk")]
    role: MemberRole,
    /// To which party; left out: one's own.
    #[schema(value_type = Option<String>)]
    party: Option<PartyId>,
}

impl FromForm for NewInvitation {
    fn from_form(form: &mut Form) -> Option<Self> {
        let email = form.need_text("email", EMAIL_BYTES_MAX);
        let role = form.need("role");
        let party = form.may("party");
        Some(Self {
            email: email?,
            role: role?,
            party,
        })
    }
}

/// Invites somebody by a letter with a link, which is used once and stands for seven days.
///
/// A second invitation to the same address takes the place of the first.
#[utoipa::path(
    post, path = "/api/v1/invitations", tag = "members", request_body = NewInvitation,
    responses(
        (status = 201, description = "The letter is on its way.", body = InvitationJson),
        (status = 404, description = "`not_found`: the party is not there, or not for you to know of."),
        (status = 409, description = "`address_taken`: a member already; or `too_many`."),
        (status = 429, description = "`too_many_requests`: `Retry-After` says when."),
    ),
)]
pub async fn invite(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
    Body(asked): Body<NewInvitation>,
) -> Result<(StatusCode, Json<InvitationJson>), Problem> {
    count(&app, Tries::InvitationOfMember, &by.id)?;
    let invite = Invite {
        party: party_meant(&app, &by, asked.party)?,
        email: asked.email,
        role: asked.role,
    };
    let house = app.house.clone();
    let site = app.serving.public_url.clone();
    let made = detached(async move { house.invite(By::Member(&by), invite, &site).await }).await?;
    Ok((StatusCode::CREATED, Json((&made).into())))
}

/// Takes an invitation back: its link is worth nothing from the answer on.
#[utoipa::path(
    delete, path = "/api/v1/invitations/{invitation}", tag = "members",
    responses(
        (status = 204, description = "It is taken back."),
        (status = 404, description = "`not_found`: there is none, or not for you to know of."),
    ),
)]
pub async fn take_back_invitation(
    State(app): State<App>,
    At(Name(id)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    detached(async move { house.take_back_invitation(By::Member(&by), &id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
