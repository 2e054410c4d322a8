//! `PUT /members/{member}/role`, `DELETE /members/{member}`.

use axum::extract::State;
use axum::http::StatusCode;
use domain::member::MemberRole;
use trade::people::By;
use utoipa::ToSchema;

use crate::App;
use crate::access::Person;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::api::path::{At, Name};
use crate::problem::{Problem, detached};

/// What a member may do from now on.
#[derive(ToSchema)]
pub struct NewRole {
    /// `owner`, `clerk` or `reader`.
    #[schema(value_type = String, example = "reader")]
    role: MemberRole,
}

impl FromForm for NewRole {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            role: form.need("role")?,
        })
    }
}

/// Changes what a member may do, from the answer on.
#[utoipa::path(
    put, path = "/api/v1/members/{member}/role", tag = "members", request_body = NewRole,
    responses(
        (status = 204, description = "So it is."),
        (status = 404, description = "`not_found`: there is no such member, or not for you to know of."),
        (status = 409, description = "`last_owner`"),
    ),
)]
pub async fn change_role(
    State(app): State<App>,
    At(Name(member)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
    Body(asked): Body<NewRole>,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    detached(async move {
        house
            .change_role(By::Member(&by), &member, asked.role)
            .await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a member: their sessions and tokens are worth nothing from the answer on.
#[utoipa::path(
    delete, path = "/api/v1/members/{member}", tag = "members",
    responses(
        (status = 204, description = "They are no member any more."),
        (status = 404, description = "`not_found`: there is no such member, or not for you to know of."),
        (status = 409, description = "`last_owner`"),
    ),
)]
pub async fn remove_member(
    State(app): State<App>,
    At(Name(member)): At<Name>,
    Asked(Nothing): Asked<Nothing>,
    Person(by): Person,
) -> Result<StatusCode, Problem> {
    let house = app.house.clone();
    detached(async move { house.remove_member(By::Member(&by), &member).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
