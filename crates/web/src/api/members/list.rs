//! `GET /members`, `GET /invitations`.

use axum::Json;
use axum::extract::State;

use super::{InvitationJson, MemberJson, OfParty, party_meant};
use crate::App;
use crate::access::Person;
use crate::api::asked::Asked;
use crate::problem::Problem;

/// Lists the members of a party, by address.
#[utoipa::path(
    get, path = "/api/v1/members", tag = "members", params(OfParty),
    responses(
        (status = 200, description = "All of them.", body = Vec<MemberJson>),
        (status = 404, description = "`not_found`: the party is not there, or not for you to know of."),
    ),
)]
pub async fn list_members(
    State(app): State<App>,
    Asked(asked): Asked<OfParty>,
    Person(by): Person,
) -> Result<Json<Vec<MemberJson>>, Problem> {
    let party = party_meant(&app, &by, asked.party)?;
    let members = app.house.members(&party).await?;
    Ok(Json(members.iter().map(MemberJson::from).collect()))
}

/// Lists the invitations of a party that are open, by address.
#[utoipa::path(
    get, path = "/api/v1/invitations", tag = "members", params(OfParty),
    responses(
        (status = 200, description = "All of them.", body = Vec<InvitationJson>),
        (status = 404, description = "`not_found`: the party is not there, or not for you to know of."),
    ),
)]
pub async fn list_invitations(
    State(app): State<App>,
    Asked(asked): Asked<OfParty>,
    Person(by): Person,
) -> Result<Json<Vec<InvitationJson>>, Problem> {
    let party = party_meant(&app, &by, asked.party)?;
    let open = app.house.invitations(&party).await?;
    Ok(Json(open.iter().map(InvitationJson::from).collect()))
}
