//! The demonstration, served, and a browser of sorts: it keeps cookies, sends forms and says where from.
#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panic, in what it builds on too"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{self, HeaderMap};
use axum::http::{Method, Request, StatusCode};
use domain::Instant;
use domain::money::Currency;
use story::Cast;
use tempfile::TempDir;
use tower::ServiceExt as _;
use trade::clock::HandClock;
use trade::data_sets::Input;
use trade::offers::FeedFor;
use trade::{FileKind, House, HouseOptions};
use web::{App, Demo};

/// After the last step of the story.
pub const NOW: &str = "2016-03-09T12:00:00Z";
pub const EMAIL: &str = "desk@us-mobile.example";
pub const PASSWORD: &str = "correct horse battery";
const HOST: &str = "shop.example";
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The story, told and served.
pub struct Stage {
    pub house: House,
    pub cast: Cast,
    pub demo: Demo,
    pub app: App,
    router: Router,
    _folder: TempDir,
}

impl Stage {
    /// As a demonstration.
    pub async fn demo() -> Self {
        Self::open(true).await
    }

    /// The same house, served as any other.
    pub async fn plain() -> Self {
        Self::open(false).await
    }

    async fn open(is_demo: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let start: Instant = "2016-01-01".parse().unwrap();
        let clock = Arc::new(HandClock::at(start));
        let options = HouseOptions::new(folder.path(), clock.clone());
        let house = House::open(options).await.unwrap();
        let cast = story::play(&house, &clock, &mut |_| {}).await.unwrap();
        clock.set(NOW.parse().unwrap());
        let operator = "us-mobile".parse().unwrap();
        house
            .put_user(operator, EMAIL, PASSWORD.to_owned())
            .await
            .unwrap();
        let demo = Demo {
            market: cast.market.clone(),
            slider_listing: cast.slider_listing.clone(),
            race_listing: cast.race_listing.clone(),
            race_certification: cast.race_certification.clone(),
            race_issuer: cast.race_issuer.clone(),
            operator_email: EMAIL.to_owned(),
        };
        let mut app = App::new(house.clone());
        if is_demo {
            app = app.with_demo(demo.clone());
        }
        Self {
            house,
            cast,
            demo,
            router: web::router(app.clone()),
            app,
            _folder: folder,
        }
    }

    /// Somebody who has just come.
    pub fn visitor(&self) -> Browser<'_> {
        Browser {
            stage: self,
            cookies: BTreeMap::new(),
        }
    }

    /// Somebody of the operator, signed in.
    pub async fn operator(&self) -> Browser<'_> {
        let mut browser = self.visitor();
        let form = [
            ("email", EMAIL),
            ("password", PASSWORD),
            ("next", "/console"),
        ];
        let answer = browser.post("/sign-in", &form).await;
        assert_eq!(answer.place(), "/console");
        browser
    }

    /// A listing of the distributor's with this title, offered.
    pub async fn list(&self, sku: &str, title: &str) -> String {
        let text = format!(
            "id,title,brand,mpn,price,condition,availability,quantity\n\
             {sku},\"{}\",Xiaomi,2014819,99.00 USD,new,in_stock,5\n",
            title.replace('"', "\"\"")
        );
        let input = Input::Bytes("more.csv".to_owned(), text.into_bytes());
        let kind = Some(FileKind::MerchantFeed);
        let authority = domain::evidence::Authority::Own;
        let read = self
            .house
            .import(input, kind, authority, |_| {})
            .await
            .unwrap();
        let feed = FeedFor {
            market: self.cast.market.clone(),
            currency: Currency::USD,
            seller: "omni-electronics".parse().unwrap(),
            file: "more.csv".to_owned(),
        };
        let outcome = self.house.take_feed(feed, &read.items).await.unwrap();
        assert_eq!(outcome.faults, []);
        let id = outcome.listed[0].clone();
        let state = domain::listing::ListingState::Offered;
        let by = "omni-electronics".parse().unwrap();
        self.house.decide(&id, state, &by, "Offered").await.unwrap();
        id.to_string()
    }
}

/// A visitor's browser.
pub struct Browser<'a> {
    stage: &'a Stage,
    cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    /// Sends a form, as a page of the site does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, Some(kind), pairs.join("&").into_bytes())
            .await
    }

    /// Sends a form with a body of this kind.
    pub async fn post_as(&mut self, path: &str, kind: &str, body: &str) -> Answer {
        self.send(Method::POST, path, Some(kind), body.as_bytes().to_vec())
            .await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        // As the server's own task does: a node that has not looked for a second shows nothing as buyable.
        self.stage.house.follow().await.unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header("sec-fetch-site", "same-origin");
        if let Some(kind) = kind {
            request = request
                .header(header::CONTENT_TYPE, kind)
                .header(header::ORIGIN, format!("http://{HOST}"));
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.stage.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, _) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let body = to_bytes(body, ANSWER_BYTES_MAX).await.unwrap();
        Answer {
            path: path.to_owned(),
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// What came back.
pub struct Answer {
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }

    /// Where it sends to.
    #[track_caller]
    pub fn place(&self) -> &str {
        assert_eq!(
            self.status,
            StatusCode::SEE_OTHER,
            "{}: {}",
            self.path,
            self.text
        );
        self.header("location")
    }

    /// That it is a whole page with this status, guarded by the headers; gives its text.
    #[track_caller]
    pub fn page(&self, status: u16) -> &str {
        let path = &self.path;
        assert_eq!(self.status.as_u16(), status, "{path}: {}", self.text);
        assert_eq!(
            self.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        let policy = self.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        // Pictures in words of our own pages aside, nothing is from elsewhere.
        let others = policy.replace("img-src 'self' data:", "");
        let is_closed = !others.contains("unsafe") && !others.contains(['*', ':', '/']);
        assert!(is_closed, "{path}: {policy}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{path}");
        // Whoever holds a one-time link tells no page of it.
        let referrer = if path.starts_with("/answer") && path != "/answered" {
            "strict-origin"
        } else {
            "same-origin"
        };
        assert_eq!(self.header("referrer-policy"), referrer, "{path}");
        assert!(!self.header("x-request-id").is_empty(), "{path}");
        for inline in [" style=", "<style", " onclick=", "javascript:", "<script>"] {
            assert!(!self.text.contains(inline), "{path} has {inline:?}");
        }
        assert!(self.text.trim_end().ends_with("</html>"), "{path} is cut");
        assert_eq!(
            self.text.matches("<h1").count(),
            1,
            "{path} has one heading"
        );
        &self.text
    }

    /// That the page has each of these texts.
    #[track_caller]
    pub fn shows(&self, texts: &[&str]) {
        for text in texts {
            assert!(
                self.text.contains(text),
                "{} lacks {text:?}:\n{}",
                self.path,
                self.text
            );
        }
    }

    /// That the page has none of these texts.
    #[track_caller]
    pub fn lacks(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text.contains(text), "{} has {text:?}", self.path);
        }
    }

    /// The value of a hidden field.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let at = self.text.find(&start);
        let at = at.unwrap_or_else(|| panic!("{} has no field {name}", self.path));
        let rest = &self.text[at + start.len()..];
        rest[..rest.find('"').unwrap()].to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
