//! Who may use a route, who is asking, and from where.
//!
//! [`Routes`] is the only way to add a route, and takes none without its [`Access`]. Every request passes
//! [`guard`] before its handler: a seat, the origin of whatever changes something, then the session. Knows
//! nothing of what a route does.

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
use trade::Code;
use trade::people::{SESSION_MS, SignedIn};

use crate::App;
use crate::no_imei;
use crate::problem::{Problem, WebCode};

/// The session's cookie.
pub const SESSION_COOKIE: &str = "passband_session";
/// Where somebody who is not signed in is sent from a page.
pub const SIGN_IN_PAGE: &str = "/sign-in";
/// A party of this role is the operator's.
const OPERATOR_ROLE: &str = "operator";

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Everybody.
    Public,
    /// Somebody of the operator, signed in.
    SignedIn,
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
        let info = RouteInfo {
            method,
            path,
            access,
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
    if let Err(problem) = check_origin(&app, request.method(), request.headers()) {
        return problem.into_response();
    }
    if info.access == Access::SignedIn {
        // Before a seat is taken: a crowd that only claims to be signed in keeps nobody out.
        match at_the_door(&app, request.headers()).await {
            Ok(Some(person)) if is_operator(&app, &person) => {
                request.extensions_mut().insert(person);
            }
            Ok(Some(_)) => {
                let detail = "this is for the operator's people";
                return Problem::web(WebCode::NotAllowed, detail).into_response();
            }
            Ok(None) => return sign_in_first(&request),
            Err(problem) => return problem.into_response(),
        }
    }
    let seats = match info.access {
        Access::SignedIn => &app.seats.signed_in,
        Access::Public | Access::DemoOnly => &app.seats.public,
    };
    let seat = seats.try_acquire();
    if takes_a_seat && seat.is_err() {
        return Problem::of(Code::Busy, "more is asked than can be done at once").into_response();
    }
    match no_imei::out_of_form(request, &app).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Whose session it is; so many at once are looked up, and the rest wait their turn.
async fn at_the_door(app: &App, headers: &HeaderMap) -> Result<Option<SignedIn>, Problem> {
    if token(headers).is_none() {
        return Ok(None);
    }
    // Nobody closes it, and a turn that is not had is only a turn that is not waited for.
    let _turn = app.seats.at_the_door.acquire().await;
    signed_in(app, headers).await
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

pub(crate) fn is_operator(app: &App, person: &SignedIn) -> bool {
    let directory = app.house.directory();
    directory
        .parties
        .iter()
        .any(|party| party.id == person.party && party.role == OPERATOR_ROLE)
}

/// Where a request says that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A page of ours, or the address line.
    Here,
    /// Somewhere else.
    Elsewhere,
    /// It does not say: no browser of today.
    Unsaid,
}

/// What changes something must not come from another site's page. A browser says where from; a program that
/// does not may go on only with neither a cookie nor a form, which a browser could be made to send.
fn check_origin(app: &App, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let detail = match origin_of(headers, app.serving.is_https) {
        Origin::Here => return Ok(()),
        Origin::Elsewhere => "the page that sent this is not of this site",
        Origin::Unsaid if is_form(headers) => "a form says which page it comes from (Origin)",
        Origin::Unsaid if bearer(headers).is_none() && cookie(headers).is_some() => {
            "a cookie alone is not enough: send Origin, or a bearer token"
        }
        Origin::Unsaid => return Ok(()),
    };
    Err(Problem::web(WebCode::CrossOrigin, detail))
}

fn origin_of(headers: &HeaderMap, is_https: bool) -> Origin {
    let text = |name: &str| headers.get(name).map(|value| value.to_str());
    let by_fetch = match text("sec-fetch-site") {
        None => Origin::Unsaid,
        Some(Ok("same-origin" | "none")) => Origin::Here,
        Some(_) => Origin::Elsewhere,
    };
    let by_origin = match text("origin") {
        None => Origin::Unsaid,
        Some(Ok(origin)) if is_own(origin, text("host").and_then(Result::ok), is_https) => {
            Origin::Here
        }
        Some(_) => Origin::Elsewhere,
    };
    match (by_fetch, by_origin) {
        (Origin::Elsewhere, _) | (_, Origin::Elsewhere) => Origin::Elsewhere,
        (Origin::Unsaid, Origin::Unsaid) => Origin::Unsaid,
        _ => Origin::Here,
    }
}

fn is_own(origin: &str, host: Option<&str>, is_https: bool) -> bool {
    let authority = match origin.split_once("://") {
        Some(("https", authority)) => authority,
        Some(("http", authority)) if !is_https => authority,
        _ => return false,
    };
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}

/// What a browser can send across sites without asking first.
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ]
    .iter()
    .any(|form| kind.starts_with(form))
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
        Some(token) => Ok(app.house.session(token).await?),
        None => Ok(None),
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
        person.is_some_and(|person| is_operator(app, person))
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // A page that everybody may see is shown even while sessions cannot be read.
        Ok(Self(signed_in(app, &parts.headers).await.unwrap_or(None)))
    }
}
