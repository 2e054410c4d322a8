//! A house of its own for each test, and requests through the whole router without a socket.
//!
//! [`Site::of_the_story`] has the story of 2016 told: one phone is on sale, others are refused. The clock
//! stands still at [`NOW`] until a test sets it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Request, StatusCode};
use domain::Instant;
use domain::member::MemberRole;
use serde_json::Value;
use story::Cast;
use tempfile::TempDir;
use tower::ServiceExt as _;
use trade::clock::HandClock;
use trade::directory::{Market, Party};
use trade::{House, HouseOptions, Probe, Registration};
use web::{App, PeerAddress, Serving};

/// After the last step of the story.
pub const NOW: &str = "2016-03-09T12:00:00Z";
pub const MARKET: &str = "us";
pub const OPERATOR: &str = "us-mobile";
pub const SELLER: &str = "omni-electronics";
pub const PASSWORD: &str = "correct horse battery";
/// The operator's address.
pub const DESK: &str = "desk@us-mobile.example";
/// Somebody who signs in for a seller.
pub const RIVAL: &str = "desk@omni.example";
/// Most bytes of a JSON body here, so that a test of the limit stays small.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Most bytes of a file here.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// Most bytes of an answer that is read.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A house, served.
pub struct Site {
    pub house: House,
    pub clock: Arc<HandClock>,
    /// The operator's session.
    pub operator: String,
    router: Router,
    folder: TempDir,
}

impl Site {
    /// A market and an operator; nothing else.
    pub async fn bare() -> Self {
        let (house, clock, folder) = open(None).await;
        let mut news = Registration::default();
        news.parties.push(Party {
            id: OPERATOR.parse().expect("reads"),
            role: "operator".to_owned(),
            name: "US Mobile".to_owned(),
        });
        news.markets.push(Market {
            id: MARKET.parse().expect("reads"),
            name: "United States".to_owned(),
        });
        house.register(news).await.expect("registers");
        Self::serve(house, clock, folder).await
    }

    /// The story of 2016, told to its end.
    pub async fn of_the_story() -> (Self, Cast) {
        Self::of_the_story_with(None).await
    }

    /// The same, whose work can be held at its steps.
    pub async fn of_the_story_with(probe: Option<Arc<dyn Probe>>) -> (Self, Cast) {
        let (house, clock, folder) = open(probe).await;
        let cast = story::play(&house, &clock, &mut |_| {})
            .await
            .expect("plays");
        (Self::serve(house, clock, folder).await, cast)
    }

    async fn serve(house: House, clock: Arc<HandClock>, folder: TempDir) -> Self {
        clock.set(NOW.parse().expect("reads"));
        let operator = OPERATOR.parse().expect("reads");
        let password = || PASSWORD.to_owned();
        house
            .put_user(operator, DESK, password())
            .await
            .expect("signs in");
        let token = house.sign_in(DESK, password()).await.expect("signs in");
        let serving = Serving {
            body_bytes_max: BODY_BYTES_MAX,
            file_bytes_max: FILE_BYTES_MAX,
            ..Serving::default()
        };
        let app = App::new(house.clone()).with_serving(serving);
        Self {
            house,
            clock,
            operator: token,
            router: web::router(app),
            folder,
        }
    }

    /// The same house, served otherwise.
    pub fn served(mut self, serving: Serving) -> Self {
        let app = App::new(self.house.clone()).with_serving(serving);
        self.router = web::router(app);
        self
    }

    /// Every byte of every file in the data folder.
    pub fn everything_kept(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).expect("a folder");
        let paths = files.map(|file| file.expect("a file").path());
        let files = paths.filter(|path| path.is_file());
        files
            .flat_map(|path| std::fs::read(path).expect("reads"))
            .collect()
    }

    /// A session of an owner of a party.
    pub async fn session_of(&self, party: &str, email: &str) -> String {
        self.session_as(party, email, MemberRole::Owner).await
    }

    /// The id of a clerk of the operator's.
    pub async fn clerk(&self) -> String {
        let email = "clerk@us-mobile.example";
        self.session_as(OPERATOR, email, MemberRole::Clerk).await;
        self.house.member_of(email).await.expect("is there").id
    }

    /// A session of somebody of a party, in a role.
    pub async fn session_as(&self, party: &str, email: &str, role: MemberRole) -> String {
        let party = party.parse().expect("reads");
        let password = PASSWORD.to_owned();
        let registered = self.house.register_user(party, email, password, Some(role));
        registered.await.expect("registers");
        let signed_in = self.house.sign_in(email, PASSWORD.to_owned()).await;
        signed_in.expect("signs in")
    }

    pub fn set_clock(&self, at: &str) {
        self.clock.set(at.parse().expect("reads"));
    }

    /// The id of a listing by its seller's key.
    pub async fn listing(&self, sku: &str) -> String {
        let (market, seller) = (
            MARKET.parse().expect("reads"),
            SELLER.parse().expect("reads"),
        );
        let found = self.house.listing_by_sku(&market, &seller, sku).await;
        found
            .expect("reads")
            .expect("the story has it")
            .id
            .to_string()
    }

    pub fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub fn put(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PUT, path)
    }

    pub fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(Method::DELETE, path)
    }

    pub fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        Ask {
            site: self,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            peer: None,
        }
    }
}

async fn open(probe: Option<Arc<dyn Probe>>) -> (House, Arc<HandClock>, TempDir) {
    let folder = TempDir::new().expect("a folder");
    let start: Instant = "2016-01-01".parse().expect("reads");
    let clock = Arc::new(HandClock::at(start));
    let mut options = HouseOptions::new(folder.path(), clock.clone());
    options.probe = probe;
    (House::open(options).await.expect("opens"), clock, folder)
}

/// A request being put together.
pub struct Ask<'a> {
    site: &'a Site,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    peer: Option<IpAddr>,
}

impl Ask<'_> {
    /// On a connection from this address.
    pub fn from(mut self, address: &str) -> Self {
        self.peer = Some(address.parse().expect("an address"));
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// As somebody of the operator.
    pub fn operator(self) -> Self {
        let token = self.site.operator.clone();
        self.bearer(&token)
    }

    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string().into_bytes())
    }

    pub fn bytes(mut self, kind: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("content-type", kind)
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.path)
            .body(Body::from(self.body))
            .expect("a request");
        let host = HeaderValue::from_static("shop.example");
        request.headers_mut().insert(header::HOST, host);
        request.headers_mut().extend(self.headers);
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(PeerAddress(peer));
        }
        let response = self.site.router.clone().oneshot(request).await;
        let response = response.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, ANSWER_BYTES_MAX).await.expect("a body");
        Answer {
            path: self.path,
            status: parts.status,
            headers: parts.headers,
            body: body.to_vec(),
        }
    }
}

/// What came back.
pub struct Answer {
    path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .map(|value| value.to_str().expect("a header"));
        value.unwrap_or_default()
    }

    /// The body, of an answer with this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        let (path, text) = (&self.path, self.text());
        assert_eq!(self.status.as_u16(), status, "{path}: {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
    }

    /// That it is a problem with this status and code, whole; gives it.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json(status);
        let path = &self.path;
        assert_eq!(problem["code"], code, "{path}: {problem}");
        assert_eq!(problem["status"], status, "{path}");
        assert_eq!(problem["type"], format!("/errors#{code}"), "{path}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{path}");
        for field in ["title", "detail", "help"] {
            let text = problem[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{path}: no {field}");
        }
        problem
    }

    /// The places of a problem's faults, in their order.
    #[track_caller]
    pub fn places(&self, status: u16, code: &str) -> Vec<String> {
        let problem = self.problem(status, code);
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| error["place"].as_str().expect("text").to_owned())
            .collect()
    }
}
