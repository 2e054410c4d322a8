//! `/account`: somebody's own sessions, password, and the tokens of their programs.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::member::TokenScope;
use serde::Deserialize;
use trade::people::{ApiToken, NewToken, SignedIn, TOKEN_DAYS_MAX};

use super::frame::{Frame, Place, on_to, page_as};
use super::wording;
use crate::App;
use crate::access::{Access, Person, Routes, Visitor, token};
use crate::limits::{Tries, count};
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    const OWN: Access = Access::Account;
    Routes::new()
        .get("/account", OWN, show)
        .post("/account/password", OWN, change_password)
        .post("/account/sessions", OWN, end_all)
        .post("/account/sessions/{session}", OWN, end_one)
        .post("/account/tokens", OWN, make_token)
        .post("/account/tokens/{token}", OWN, revoke_token)
}

struct SessionView {
    id: String,
    opened_at: String,
    expires_at: String,
    is_current: bool,
}

struct TokenView {
    id: String,
    name: String,
    scopes: String,
    expires: String,
    used: String,
    is_over: bool,
}

impl TokenView {
    fn of(app: &App, token: &ApiToken) -> Self {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let used = token.used_at.map(wording::moment_or_day);
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            scopes: scopes.join(", "),
            expires: wording::moment(token.expires_at),
            used: used.unwrap_or_else(|| "never".to_owned()),
            is_over: token.expires_at <= app.house.now(),
        }
    }
}

struct ScopeView {
    name: &'static str,
    opens: &'static str,
}

fn scopes() -> Vec<ScopeView> {
    let scopes = TokenScope::ALL.into_iter();
    scopes
        .map(|scope| ScopeView {
            name: scope.as_str(),
            opens: match scope {
                TokenScope::Read => "looking, and asking what would be",
                TokenScope::EvidenceWrite => "recording and withdrawing evidence",
                TokenScope::ListingsWrite => "feeds and decisions on listings",
                TokenScope::DataSetsWrite => "importing and activating data sets",
                TokenScope::PoliciesWrite => "putting policies in force",
            },
        })
        .collect()
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    email: String,
    party: String,
    role: &'static str,
    is_owner: bool,
    sessions: Vec<SessionView>,
    tokens: Vec<TokenView>,
    scopes: Vec<ScopeView>,
    days_max: u32,
    /// The token that was just made.
    made: Option<String>,
    fault: Option<String>,
    done: Option<&'static str>,
}

/// What is said above the account.
#[derive(Default)]
struct Said {
    made: Option<String>,
    fault: Option<String>,
    done: Option<&'static str>,
}

async fn account_page(
    app: &App,
    person: &SignedIn,
    headers: &HeaderMap,
    said: Said,
) -> Result<AccountPage, Problem> {
    let current = token(headers).unwrap_or_default();
    let sessions = app.house.own_sessions(person, current).await?;
    let tokens = app.house.own_tokens(person).await?;
    let directory = app.house.directory();
    let party = directory.parties.iter().find(|one| one.id == person.party);
    let visitor = Visitor(Some(person.clone()));
    Ok(AccountPage {
        frame: Frame::new(app, &visitor, Place::Elsewhere, "Your account").await?,
        email: person.email.clone(),
        party: party.map_or_else(|| person.party.to_string(), |one| one.name.clone()),
        role: person.role.as_str(),
        is_owner: person.role == domain::member::MemberRole::Owner,
        sessions: sessions
            .into_iter()
            .map(|one| SessionView {
                id: one.id,
                opened_at: wording::moment(one.opened_at),
                expires_at: wording::moment(one.expires_at),
                is_current: one.is_current,
            })
            .collect(),
        tokens: tokens.iter().map(|one| TokenView::of(app, one)).collect(),
        scopes: scopes(),
        days_max: TOKEN_DAYS_MAX,
        made: said.made,
        fault: said.fault,
        done: said.done,
    })
}

async fn show(
    State(app): State<App>,
    Person(by): Person,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shown = account_page(&app, &by, &headers, Said::default()).await?;
    page_as(StatusCode::OK, &shown)
}

/// The account again, with what went wrong above it.
async fn with_fault(
    app: &App,
    by: &SignedIn,
    headers: &HeaderMap,
    problem: &Problem,
) -> Result<Response, Problem> {
    let said = Said {
        fault: Some(wording::capital(&problem.detail)),
        ..Said::default()
    };
    page_as(problem.status, &account_page(app, by, headers, said).await?)
}

#[derive(Deserialize)]
struct Passwords {
    #[serde(default)]
    before: String,
    #[serde(default)]
    password: String,
}

async fn change_password(
    State(app): State<App>,
    Person(by): Person,
    headers: HeaderMap,
    Form(given): Form<Passwords>,
) -> Result<Response, Problem> {
    // Whoever has a session only must not try passwords by it.
    count(&app, Tries::SignInOfAccount, &by.email)?;
    let (house, person) = (app.house.clone(), by.clone());
    let current = token(&headers).unwrap_or_default().to_owned();
    let Passwords { before, password } = given;
    let change = async move {
        let change = house.change_password(&person, &current, before, password);
        change.await
    };
    match detached(change).await {
        Ok(()) => {
            let said = Said {
                done: Some("The password is changed, and every other session is ended."),
                ..Said::default()
            };
            page_as(
                StatusCode::OK,
                &account_page(&app, &by, &headers, said).await?,
            )
        }
        Err(problem) if problem.status.is_client_error() => {
            with_fault(&app, &by, &headers, &problem).await
        }
        Err(problem) => Err(problem),
    }
}

async fn end_all(State(app): State<App>, Person(by): Person) -> Result<Response, Problem> {
    let house = app.house.clone();
    detached(async move { house.end_own_sessions(&by).await }).await?;
    Ok(on_to("/sign-in"))
}

async fn end_one(
    State(app): State<App>,
    Person(by): Person,
    Path(session): Path<String>,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    detached(async move { house.end_own_session(&by, &session).await }).await?;
    Ok(on_to("/account"))
}

async fn make_token(
    State(app): State<App>,
    Person(by): Person,
    headers: HeaderMap,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let field = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let chosen = TokenScope::ALL.into_iter();
    let asked = NewToken {
        name: field("name").to_owned(),
        scopes: chosen
            .filter(|scope| given.contains_key(scope.as_str()))
            .collect(),
        days: field("days").trim().parse().unwrap_or_default(),
    };
    let (house, person) = (app.house.clone(), by.clone());
    match detached(async move { house.new_token(&person, asked).await }).await {
        Ok((_, token)) => {
            let said = Said {
                made: Some(token),
                ..Said::default()
            };
            page_as(
                StatusCode::OK,
                &account_page(&app, &by, &headers, said).await?,
            )
        }
        Err(problem) if problem.status.is_client_error() => {
            with_fault(&app, &by, &headers, &problem).await
        }
        Err(problem) => Err(problem),
    }
}

async fn revoke_token(
    State(app): State<App>,
    Person(by): Person,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    detached(async move { house.revoke_token(&by, &token).await }).await?;
    Ok(on_to("/account"))
}
