//! `/sign-in`, `/sign-out`: a session in a cookie.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use trade::Code;
use trade::people::SignedIn;

use super::addresses::place_here;
use super::frame::{Frame, Place, on_to, page_as};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor, no_session_cookie, session_cookie, token};
use crate::limits::{self, Peer};
use crate::problem::{Problem, WebCode, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", Access::Public, show)
        .post("/sign-in", Access::Public, sign_in)
        .post("/sign-out", Access::Public, sign_out)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    email: String,
    next: String,
    demo_email: Option<String>,
    fault: Option<String>,
}

async fn sign_in_page(
    app: &App,
    visitor: &Visitor,
    email: String,
    next: String,
    fault: Option<String>,
) -> Result<SignInPage, Problem> {
    Ok(SignInPage {
        frame: Frame::new(app, visitor, Place::Elsewhere, "Sign in").await?,
        email,
        next,
        demo_email: app.demo.as_ref().map(|demo| demo.operator_email.clone()),
        fault,
    })
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let shown = sign_in_page(&app, &visitor, String::new(), asked.next, None).await?;
    page_as(StatusCode::OK, &shown)
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    peer: Peer,
    Form(given): Form<Credentials>,
) -> Result<Response, Problem> {
    let Credentials {
        email,
        password,
        next,
    } = given;
    match limits::sign_in(&app, &peer, email.clone(), password).await {
        Ok(token) => {
            let person = app.house.session(&token).await?;
            let home = person.map_or("/", |person| home(&app, &person));
            Ok(signed_in(&app, &token, place_here(Some(&next), home)))
        }
        Err(problem) if is_shown(&problem) => {
            let fault = Some(if problem.code == WebCode::TooManyRequests.name() {
                wording::capital(&problem.detail)
            } else {
                problem.title.to_owned()
            });
            let shown = sign_in_page(&app, &visitor, email, next, fault).await?;
            let mut response = page_as(problem.status, &shown)?;
            if let Some(seconds) = problem.retry_after_seconds {
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

/// What a form says beside its fields; the rest is a page of its own.
fn is_shown(problem: &Problem) -> bool {
    [Code::SignInFailed.name(), WebCode::TooManyRequests.name()].contains(&problem.code)
}

/// Where somebody begins: the operator's people at the console, others at the desk.
pub(super) fn home(app: &App, person: &SignedIn) -> &'static str {
    if app.house.is_operator(&person.party) {
        "/console"
    } else {
        "/desk"
    }
}

/// On to a page, with the session's cookie.
pub(super) fn signed_in(app: &App, token: &str, place: &str) -> Response {
    let mut response = on_to(place);
    if let Ok(cookie) = session_cookie(app, token).parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = token(&headers) {
        let (house, token) = (app.house.clone(), token.to_owned());
        detached(async move { house.sign_out(&token).await }).await?;
    }
    let mut response = on_to("/");
    if let Ok(cookie) = no_session_cookie(&app).parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
