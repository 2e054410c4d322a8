//! `/people`: who acts for a party. An owner sees their own, the operator's owners any.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::PartyId;
use domain::member::MemberRole;
use serde::Deserialize;
use trade::people::{By, INVITATION_DAYS, Invite, SignedIn};

use super::addresses::with_query;
use super::frame::{Frame, Place, on_to, page_as};
use super::wording;
use crate::App;
use crate::access::{Access, Person, Routes, Visitor};
use crate::api::members::party_meant;
use crate::limits::{Tries, count};
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/people", Access::Owner, show)
        .post("/people/invitations", Access::Owner, invite)
        .post("/people/invitations/{invitation}", Access::Owner, take_back)
        .post("/people/{member}/role", Access::Owner, change_role)
        .post("/people/{member}/removal", Access::Owner, remove)
}

/// Whose people are meant; the forms send it back.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    party: String,
}

struct RoleView {
    name: &'static str,
    is_chosen: bool,
}

fn roles(chosen: MemberRole) -> Vec<RoleView> {
    let roles = MemberRole::ALL.into_iter();
    roles
        .map(|role| RoleView {
            name: role.as_str(),
            is_chosen: role == chosen,
        })
        .collect()
}

struct MemberView {
    id: String,
    email: String,
    since: String,
    is_you: bool,
    roles: Vec<RoleView>,
}

struct InvitationView {
    id: String,
    email: String,
    role: &'static str,
    until: String,
}

struct PartyView {
    id: String,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    is_operator: bool,
    party: String,
    name: String,
    /// Those to choose from; for the operator's owners.
    parties: Vec<PartyView>,
    members: Vec<MemberView>,
    invitations: Vec<InvitationView>,
    roles: Vec<RoleView>,
    days: i64,
    email: String,
    fault: Option<String>,
}

fn meant(app: &App, by: &SignedIn, text: &str) -> Result<PartyId, Problem> {
    if text.is_empty() {
        return Ok(by.party.clone());
    }
    let short: String = text.chars().take(40).collect();
    let party = text
        .parse()
        .map_err(|_| Problem::not_found("party", short))?;
    party_meant(app, by, Some(party))
}

fn back_to(party: &PartyId) -> Response {
    on_to(&with_query("/people", &[("party", party.as_str())]))
}

async fn people_page(
    app: &App,
    by: &SignedIn,
    party: &PartyId,
    email: String,
    fault: Option<String>,
) -> Result<PeoplePage, Problem> {
    let directory = app.house.directory();
    let is_operator = app.house.is_operator(&by.party);
    let shown = directory.parties.iter().filter(|_| is_operator);
    let parties = shown.map(|one| PartyView {
        id: one.id.to_string(),
        name: format!("{} ({})", one.name, one.role),
        is_chosen: one.id == *party,
    });
    let named = directory.parties.iter().find(|one| one.id == *party);
    let members = app.house.members(party).await?;
    let invitations = app.house.invitations(party).await?;
    let visitor = Visitor(Some(by.clone()));
    let place = if is_operator {
        Place::Console
    } else {
        Place::Desk
    };
    Ok(PeoplePage {
        frame: Frame::new(app, &visitor, place, "People").await?,
        is_operator,
        party: party.to_string(),
        name: named.map_or_else(|| party.to_string(), |one| one.name.clone()),
        parties: parties.collect(),
        members: members
            .into_iter()
            .map(|one| MemberView {
                is_you: one.id == by.id,
                id: one.id,
                email: one.email,
                since: wording::moment(one.since),
                roles: roles(one.role),
            })
            .collect(),
        invitations: invitations
            .into_iter()
            .map(|one| InvitationView {
                id: one.id,
                email: one.email,
                role: one.role.as_str(),
                until: wording::moment(one.expires_at),
            })
            .collect(),
        roles: roles(MemberRole::Clerk),
        days: INVITATION_DAYS,
        email,
        fault,
    })
}

async fn show(
    State(app): State<App>,
    Person(by): Person,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let party = meant(&app, &by, &asked.party)?;
    let shown = people_page(&app, &by, &party, String::new(), None).await?;
    page_as(StatusCode::OK, &shown)
}

/// Back to the page if it was done; the page with the fault, if it cannot be.
async fn told(
    app: &App,
    by: &SignedIn,
    party: &PartyId,
    email: String,
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(back_to(party)),
        Err(problem)
            if [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY]
                .contains(&problem.status) =>
        {
            let fault = Some(wording::capital(&problem.detail));
            let shown = people_page(app, by, party, email, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Invited {
    party: String,
    email: String,
    role: String,
}

async fn invite(
    State(app): State<App>,
    Person(by): Person,
    Form(given): Form<Invited>,
) -> Result<Response, Problem> {
    count(&app, Tries::InvitationOfMember, &by.id)?;
    let party = meant(&app, &by, &given.party)?;
    let invite = Invite {
        party: party.clone(),
        email: given.email.clone(),
        role: given.role.parse()?,
    };
    let (house, site, person) = (
        app.house.clone(),
        app.serving.public_url.clone(),
        by.clone(),
    );
    let done = detached(async move {
        let made = house.invite(By::Member(&person), invite, &site).await;
        made.map(drop)
    });
    let done = done.await;
    told(&app, &by, &party, given.email, done).await
}

async fn take_back(
    State(app): State<App>,
    Person(by): Person,
    Path(invitation): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    let party = meant(&app, &by, &asked.party)?;
    let house = app.house.clone();
    detached(async move {
        let by = By::Member(&by);
        house.take_back_invitation(by, &invitation).await
    })
    .await?;
    Ok(back_to(&party))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Chosen {
    party: String,
    role: String,
}

async fn change_role(
    State(app): State<App>,
    Person(by): Person,
    Path(member): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let party = meant(&app, &by, &chosen.party)?;
    let role: MemberRole = chosen.role.parse()?;
    let (house, person) = (app.house.clone(), by.clone());
    let done = detached(async move {
        let by = By::Member(&person);
        house.change_role(by, &member, role).await
    });
    let done = done.await;
    told(&app, &by, &party, String::new(), done).await
}

async fn remove(
    State(app): State<App>,
    Person(by): Person,
    Path(member): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    let party = meant(&app, &by, &asked.party)?;
    let (house, person) = (app.house.clone(), by.clone());
    let done = detached(async move {
        let by = By::Member(&person);
        house.remove_member(by, &member).await
    });
    let done = done.await;
    told(&app, &by, &party, String::new(), done).await
}
