//! `/forgotten`, `/password-resets/{link}`, `/invitations/{link}`: choosing a password by the link of a letter.
//!
//! Looking at a link uses nothing up: mail programs look at links, too.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use trade::Code;
use trade::people::RESET_MINUTES;

use super::frame::{Frame, Place, on_to, page, page_as};
use super::{sign_in, wording};
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::limits::{LinkTry, Peer, Tries, count};
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/forgotten", Access::Public, ask)
        .post("/forgotten", Access::Public, send)
        .get("/password-resets/{link}", Access::Public, show_reset)
        .post("/password-resets/{link}", Access::Public, reset)
        .get("/invitations/{link}", Access::Public, show_invitation)
        .post("/invitations/{link}", Access::Public, accept)
}

#[derive(Template)]
#[template(path = "forgotten.html")]
struct ForgottenPage {
    frame: Frame,
    is_sent: bool,
    minutes: i64,
}

async fn forgotten_page(
    app: &App,
    visitor: &Visitor,
    is_sent: bool,
) -> Result<ForgottenPage, Problem> {
    Ok(ForgottenPage {
        frame: Frame::new(app, visitor, Place::Elsewhere, "Password forgotten").await?,
        is_sent,
        minutes: RESET_MINUTES,
    })
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    page(&forgotten_page(&app, &visitor, false).await?)
}

#[derive(Deserialize)]
struct Forgotten {
    #[serde(default)]
    email: String,
}

/// The answer is ready before it is looked whether anybody has the address, so that neither words nor time tell.
async fn send(
    State(app): State<App>,
    visitor: Visitor,
    peer: Peer,
    Form(given): Form<Forgotten>,
) -> Result<Response, Problem> {
    count(&app, Tries::ResetFromAddress, peer.key())?;
    count(
        &app,
        Tries::ResetOfAccount,
        &given.email.trim().to_lowercase(),
    )?;
    let shown = page(&forgotten_page(&app, &visitor, true).await?)?;
    let (house, site) = (app.house.clone(), app.serving.public_url.clone());
    tokio::spawn(async move {
        let asked = house.ask_password_reset(&given.email, &site).await;
        if let Err(error) = asked
            && error.code != Code::InvalidInput
        {
            eprintln!("a letter with a link for a new password was not written: {error}");
        }
    });
    Ok(shown)
}

#[derive(Template)]
#[template(path = "choose_password.html")]
struct ChoosePage {
    frame: Frame,
    address: String,
    /// Of an invitation: who is invited, and to what.
    invited: Option<(String, String)>,
    email: String,
    fault: Option<String>,
}

/// That a link is not open, as a page that is not cached: another may be asked for.
fn not_open(what: &str) -> Problem {
    let detail = format!("this {what} was used, was replaced by another, or its time is over");
    Problem::of(Code::LinkUsed, detail)
}

async fn reset_page(
    app: &App,
    visitor: &Visitor,
    link: &str,
    fault: Option<String>,
) -> Result<ChoosePage, Problem> {
    Ok(ChoosePage {
        frame: Frame::new(app, visitor, Place::Elsewhere, "A new password").await?,
        address: format!("/password-resets/{link}"),
        invited: None,
        email: String::new(),
        fault,
    })
}

async fn show_reset(
    State(app): State<App>,
    visitor: Visitor,
    _: LinkTry,
    Path(link): Path<String>,
) -> Result<Response, Problem> {
    if !app.house.password_reset_is_open(&link).await? {
        return Err(not_open("link"));
    }
    page(&reset_page(&app, &visitor, &link, None).await?)
}

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    password: String,
}

async fn reset(
    State(app): State<App>,
    visitor: Visitor,
    _: LinkTry,
    Path(link): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let (house, by) = (app.house.clone(), link.clone());
    match detached(async move { house.reset_password(&by, chosen.password).await }).await {
        Ok(()) => Ok(on_to("/sign-in")),
        Err(problem) if problem.code == Code::InvalidInput.name() => {
            let fault = Some(wording::capital(&problem.detail));
            let shown = reset_page(&app, &visitor, &link, fault).await?;
            page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(problem) if problem.code == Code::LinkUsed.name() => Err(not_open("link")),
        Err(problem) => Err(problem),
    }
}

async fn invitation_page(
    app: &App,
    visitor: &Visitor,
    link: &str,
    fault: Option<String>,
) -> Result<ChoosePage, Problem> {
    let Some(found) = app.house.invitation(link).await? else {
        return Err(not_open("invitation"));
    };
    let directory = app.house.directory();
    let party = directory.parties.iter().find(|one| one.id == found.party);
    let party = party.map_or_else(|| found.party.to_string(), |party| party.name.clone());
    Ok(ChoosePage {
        frame: Frame::new(app, visitor, Place::Elsewhere, "Invitation").await?,
        address: format!("/invitations/{link}"),
        invited: Some((party, found.role.to_string())),
        email: found.email,
        fault,
    })
}

async fn show_invitation(
    State(app): State<App>,
    visitor: Visitor,
    _: LinkTry,
    Path(link): Path<String>,
) -> Result<Response, Problem> {
    page(&invitation_page(&app, &visitor, &link, None).await?)
}

async fn accept(
    State(app): State<App>,
    visitor: Visitor,
    _: LinkTry,
    Path(link): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let (house, by) = (app.house.clone(), link.clone());
    match detached(async move { house.accept_invitation(&by, chosen.password).await }).await {
        Ok(token) => {
            let person = app.house.session(&token).await?;
            let home = person.map_or("/", |person| sign_in::home(&app, &person));
            Ok(sign_in::signed_in(&app, &token, home))
        }
        Err(problem) if problem.code == Code::InvalidInput.name() => {
            let fault = Some(wording::capital(&problem.detail));
            let shown = invitation_page(&app, &visitor, &link, fault).await?;
            page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(problem) if problem.code == Code::LinkUsed.name() => Err(not_open("invitation")),
        Err(problem) => Err(problem),
    }
}
