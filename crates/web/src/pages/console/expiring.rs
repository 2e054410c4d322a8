//! `/console/expiring`: what is about to expire, with one click to the request that would renew it.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::PartyId;
use serde::Deserialize;
use trade::directory::Directory;
use trade::expiring::{Due, DueFor};
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;

use super::requests::drafted_page;
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::claims;
use crate::pages::frame::{Frame, Place, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/expiring", Access::SignedIn, show)
        .post("/console/expiring", Access::SignedIn, draft)
}

/// A piece of evidence that should be said again.
pub struct DueView {
    pub id: String,
    pub position: u64,
    pub sentence: String,
    pub when: String,
    pub tone: &'static str,
}

struct PartyView {
    id: String,
    name: String,
    is_asked_by_mail: bool,
    due: Vec<DueView>,
}

struct OverdueView {
    id: String,
    party: String,
    since: String,
}

#[derive(Template)]
#[template(path = "console/expiring.html")]
struct ExpiringPage {
    frame: Frame,
    parties: Vec<PartyView>,
    overdue: Vec<OverdueView>,
    is_cut: bool,
}

pub fn due_view(due: &Due, directory: &Directory, now: domain::Instant) -> DueView {
    let (tone, when) = match due.why {
        DueFor::Ending(at) if due.is_urgent(now) => ("bad", format!("Ends {}", wording::day(at))),
        DueFor::Ending(at) => ("open", format!("Ends {}", wording::day(at))),
        DueFor::Confirming(at) => {
            let when = format!("Said {}; should be confirmed again", wording::day(at));
            ("quiet", when)
        }
    };
    DueView {
        id: due.recorded.evidence.id.to_string(),
        position: due.recorded.position,
        sentence: claims::sentence(&due.recorded.evidence.claim, directory),
        when,
        tone,
    }
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    let now = app.house.present();
    let expiring = app.house.expiring(now).await?;
    let mut parties: Vec<PartyView> = Vec::new();
    for due in &expiring.due {
        let issuer = &due.recorded.evidence.issuer;
        let view = due_view(due, &directory, now);
        match parties.iter_mut().find(|party| party.id == issuer.as_str()) {
            Some(party) => party.due.push(view),
            None => parties.push(PartyView {
                id: issuer.to_string(),
                name: names.party(issuer),
                is_asked_by_mail: directory
                    .parties
                    .iter()
                    .any(|one| one.id == *issuer && one.role != "operator"),
                due: vec![view],
            }),
        }
    }
    let overdue = expiring.overdue.iter().map(|row| OverdueView {
        id: row.id.clone(),
        party: names.party(&row.party),
        since: wording::day(row.sent_at.unwrap_or(row.drafted_at)),
    });
    let shown = ExpiringPage {
        frame: Frame::new(&app, &visitor, Place::Console, "What is about to expire").await?,
        overdue: overdue.collect(),
        parties,
        is_cut: expiring.is_cut,
    };
    page_as(StatusCode::OK, &shown)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    party: String,
}

async fn draft(
    State(app): State<App>,
    visitor: Visitor,
    Operator(person): Operator,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let party: PartyId = wanted.party.parse().map_err(trade::Error::from)?;
    let house = app.house.clone();
    let now = house.present();
    let drafted = detached(async move {
        house
            .draft_renewal(&party, now, &person.id, claims::sentence)
            .await
    })
    .await?;
    drafted_page(&app, &visitor, drafted).await
}
