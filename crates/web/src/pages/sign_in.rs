//! `/sign-in`, `/sign-out`: a session in a cookie.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use trade::Code;

use super::addresses::place_here;
use super::frame::{Frame, Place, on_to, page_as};
use crate::App;
use crate::access::{Access, Routes, Visitor, no_session_cookie, session_cookie, token};
use crate::problem::{Problem, detached};

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
    Form(given): Form<Credentials>,
) -> Result<Response, Problem> {
    let Credentials {
        email,
        password,
        next,
    } = given;
    let (house, address) = (app.house.clone(), email.clone());
    match detached(async move { house.sign_in(&address, password).await }).await {
        Ok(token) => {
            let mut response = on_to(place_here(Some(&next)));
            if let Ok(cookie) = session_cookie(&app, &token).parse() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(problem) if problem.code == Code::SignInFailed.name() => {
            let fault = Some(problem.title.to_owned());
            let shown = sign_in_page(&app, &visitor, email, next, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
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
