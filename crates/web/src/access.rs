//! Who may use a route, who is asking, and from where.
//!
//! [`Routes`] is the only way to add a route, and takes none without its [`Access`]; `policy.rs` says what that comes
//! to, and refuses a table that contradicts itself. Every request passes [`guard`] before its handler: the origin of
//! whatever changes something, then who is asking, then a seat. Knows nothing of what a route does.

mod origin;
mod policy;

use std::convert::Infallible;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::handler::Handler;
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use domain::member::TokenScope;
use trade::people::{SESSION_MS, SignedIn};
use trade::{Code, House};

use crate::App;
use crate::no_imei;
use crate::problem::{Problem, WebCode};

/// The session's cookie.
pub const SESSION_COOKIE: &str = "passband_session";
/// Where somebody who is not signed in is sent from a page.
pub const SIGN_IN_PAGE: &str = "/sign-in";

pub(crate) use policy::faults;
use policy::{Caller, Refused, admit};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Everybody.
    Public,
    /// Somebody of the operator: any member looks, a clerk or an owner changes.
    SignedIn,
    /// Somebody of any party, about what is the party's own: any member looks, a clerk or an owner changes. What is
    /// another party's is to them as if it were not there.
    Member,
    /// An owner, about the members of their party; the operator's, of any party.
    Owner,
    /// Anybody who is signed in, about their own account.
    Account,
    /// Everybody, in a demonstration; elsewhere it is not there.
    DemoOnly,
}

/// A route, as the table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RouteInfo {
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: &'static str,
    /// With `{names}` for what varies.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// What a program's token has to open; none: no token is enough.
    pub scope: Option<TokenScope>,
}

struct Route {
    info: RouteInfo,
    handler: MethodRouter<App>,
    takes_files: bool,
    takes_a_seat: bool,
}

/// Routes, each declared once with who may use it.
#[derive(Default)]
pub struct Routes(Vec<Route>);

impl Routes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a route that only reads.
    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add("GET", path, access, routing::get(handler))
    }

    /// Adds a route that changes something.
    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add("POST", path, access, routing::post(handler))
    }

    /// Adds a route that puts something in place.
    #[must_use]
    pub fn put<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add("PUT", path, access, routing::put(handler))
    }

    /// Adds a route that takes something away.
    #[must_use]
    pub fn delete<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add("DELETE", path, access, routing::delete(handler))
    }

    /// The route added last takes files: its body may be as large as a feed.
    #[must_use]
    pub fn with_files(mut self) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.takes_files = true;
        }
        self
    }

    /// The route added last may be used by a program whose token has this scope. One that only reads needs no word:
    /// [`TokenScope::Read`] opens it. With that scope, what is not a `GET` counts as looking, too.
    #[must_use]
    pub fn for_programs(mut self, scope: TokenScope) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.info.scope = Some(scope);
        }
        self
    }

    /// The route added last answers however full the house is: it asks nothing of the database.
    #[must_use]
    pub fn without_a_seat(mut self) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.takes_a_seat = false;
        }
        self
    }

    /// With the routes of another.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The table of them.
    #[must_use]
    pub fn table(&self) -> Vec<RouteInfo> {
        self.0.iter().map(|route| route.info).collect()
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        access: Access,
        handler: MethodRouter<App>,
    ) -> Self {
        let is_about_work = matches!(access, Access::SignedIn | Access::Member);
        let is_api = path.starts_with("/api/");
        let info = RouteInfo {
            method,
            path,
            access,
            scope: (method == "GET" && is_about_work && is_api).then_some(TokenScope::Read),
        };
        self.0.push(Route {
            info,
            handler,
            takes_files: false,
            takes_a_seat: true,
        });
        self
    }

    /// Serves them, each behind its guard.
    pub(crate) fn into_router(self, app: &App) -> Router {
        let mut router = Router::new();
        for route in self.0 {
            let bytes_max = if route.takes_files {
                app.serving.file_bytes_max
            } else {
                app.serving.body_bytes_max
            };
            let path = route.info.path;
            let at_the_door = AtTheDoor {
                app: app.clone(),
                info: route.info,
                takes_a_seat: route.takes_a_seat,
            };
            let guarded = route
                .handler
                .route_layer(DefaultBodyLimit::max(bytes_max))
                .route_layer(middleware::from_fn_with_state(at_the_door, guard));
            router = router.route(path, guarded);
        }
        router.with_state(app.clone())
    }
}

/// What the guard of one route knows.
#[derive(Clone)]
struct AtTheDoor {
    app: App,
    info: RouteInfo,
    takes_a_seat: bool,
}

/// Lets a request through to its handler, or answers why not.
async fn guard(
    State(AtTheDoor {
        app,
        info,
        takes_a_seat,
    }): State<AtTheDoor>,
    mut request: Request,
    next: Next,
) -> Response {
    if info.access == Access::DemoOnly && app.demo.is_none() {
        return Problem::not_found("page", info.path).into_response();
    }
    if let Err(problem) = origin::check_origin(&app, request.method(), request.headers()) {
        return problem.into_response();
    }
    let mut seats = &app.seats.public;
    if !matches!(info.access, Access::Public | Access::DemoOnly) {
        // Before a seat is taken: a crowd that only claims to be signed in keeps nobody out.
        let caller = match at_the_door(&app, request.headers()).await {
            Ok(caller) => caller,
            Err(problem) => return problem.into_response(),
        };
        let is_operator = caller
            .person()
            .is_some_and(|person| app.house.is_operator(&person.party));
        match admit(&info, caller, is_operator) {
            Ok(person) => request.extensions_mut().insert(person),
            Err(Refused::SignIn) => return sign_in_first(&request),
            Err(Refused::NotAllowed(detail)) => {
                return Problem::web(WebCode::NotAllowed, detail).into_response();
            }
        };
        seats = match is_operator {
            true => &app.seats.signed_in,
            false => &app.seats.partners,
        };
    }
    let seat = seats.try_acquire();
    if takes_a_seat && seat.is_err() {
        return Problem::of(Code::Busy, "more is asked than can be done at once").into_response();
    }
    match no_imei::out_of_form(request, &app).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Who is asking; so many at once are looked up, and the rest wait their turn.
async fn at_the_door(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let Some(token) = token(headers) else {
        return Ok(Caller::Nobody);
    };
    // Nobody closes it, and a turn that is not had is only a turn that is not waited for.
    let _turn = app.seats.at_the_door.acquire().await;
    if House::is_api_token(token) {
        // A browser has no business with one.
        let is_said = bearer(headers) == Some(token);
        let program = match is_said {
            true => app.house.program(token).await?,
            false => None,
        };
        return Ok(program.map_or(Caller::Nobody, |(person, scopes)| {
            Caller::Program(person, scopes)
        }));
    }
    let session = app.house.session(token).await?;
    Ok(session.map_or(Caller::Nobody, Caller::Person))
}

/// A page sends to the sign-in page and back; the API says so.
fn sign_in_first(request: &Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        let detail = "this needs a session: POST /api/v1/sessions, then `Authorization: Bearer`";
        return Problem::of(Code::SignInNeeded, detail).into_response();
    }
    let mut place = SIGN_IN_PAGE.to_owned();
    if *request.method() == Method::GET {
        // What the URI has escaped stays so; these two mean something else in a query.
        let next = path.replace('&', "%26").replace('+', "%2B");
        place = format!("{place}?next={next}");
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, token)| token)
}

/// The session's token that a request carries; a bearer token counts before a cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| cookie(headers))
}

async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Option<SignedIn>, Problem> {
    match token(headers) {
        Some(token) if !House::is_api_token(token) => Ok(app.house.session(token).await?),
        _ => Ok(None),
    }
}

/// Sets the session's cookie.
#[must_use]
pub fn session_cookie(app: &App, token: &str) -> String {
    let secure = if app.serving.is_https { "; Secure" } else { "" };
    let seconds = SESSION_MS / 1000;
    format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

/// Takes the session's cookie away.
#[must_use]
pub fn no_session_cookie(app: &App) -> String {
    let secure = if app.serving.is_https { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")
}

/// Somebody of the operator who is signed in. Only on routes with [`Access::SignedIn`].
#[derive(Clone, Debug)]
pub struct Operator(pub SignedIn);

/// Somebody who is signed in, of whichever party the route's [`Access`] lets in.
#[derive(Clone, Debug)]
pub struct Person(pub SignedIn);

impl FromRequestParts<App> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Operator(person) = Operator::from_request_parts(parts, app).await?;
        Ok(Self(person))
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        match parts.extensions.get::<SignedIn>() {
            Some(person) => Ok(Self(person.clone())),
            None => Err(Problem::of(Code::SignInNeeded, "this needs a sign-in")),
        }
    }
}

/// Whoever is asking: somebody who is signed in, or nobody in particular. For pages that greet.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<SignedIn>);

impl Visitor {
    /// Whether it is somebody of the operator.
    #[must_use]
    pub fn is_operator(&self, app: &App) -> bool {
        let person = self.0.as_ref();
        person.is_some_and(|person| app.house.is_operator(&person.party))
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // A page that everybody may see is shown even while sessions cannot be read.
        Ok(Self(signed_in(app, &parts.headers).await.unwrap_or(None)))
    }
}
