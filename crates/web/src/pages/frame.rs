//! What is around every page: the site's name, the way about, who is signed in; and its headers.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use crate::App;
use crate::access::Visitor;
use crate::problem::Problem;
use trade::Code;

/// The setting with the site's name.
pub const SITE_NAME: &str = "site.name";
const UNNAMED: &str = "Passband";

/// Nothing from elsewhere, nothing inline. `connect-src` lets our own script fetch our own pages.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts the headers that guard a visitor's browser on an answer.
pub(crate) fn put_headers(headers: &mut HeaderMap, is_https: bool) {
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: a browser would then send `Origin: null` with our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ];
    for (name, value) in fixed {
        // A page that is reached by a link which is a secret says less of itself.
        if name != header::REFERRER_POLICY || !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if is_https {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

/// Where in the site a page is; marks the way there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Shop,
    Check,
    Race,
    Record,
    Console,
    Desk,
    Cart,
    Elsewhere,
}

/// What every template extends.
#[derive(Clone, Debug)]
pub struct Frame {
    pub site: String,
    pub title: String,
    pub place: Place,
    pub is_demo: bool,
    pub person: Option<String>,
    /// Whether they are the operator's: the console is theirs, others have the desk.
    pub is_operator: bool,
    /// Without a script the page asks for itself again after so many seconds.
    pub again_seconds: Option<u32>,
}

impl Frame {
    /// For a visitor.
    pub async fn new(
        app: &App,
        visitor: &Visitor,
        place: Place,
        title: &str,
    ) -> Result<Self, Problem> {
        let named = app.house.setting(SITE_NAME).await?;
        Ok(Self {
            site: named.unwrap_or_else(|| site_of(app)),
            title: title.to_owned(),
            place,
            is_demo: app.demo.is_some(),
            person: visitor.0.as_ref().map(|person| person.email.clone()),
            is_operator: visitor.is_operator(app),
            again_seconds: None,
        })
    }

    /// Without asking anything that could fail: for problem pages.
    pub fn plain(app: &App, title: &str) -> Self {
        Self {
            site: site_of(app),
            title: title.to_owned(),
            place: Place::Elsewhere,
            is_demo: app.demo.is_some(),
            person: None,
            is_operator: false,
            again_seconds: None,
        }
    }

    pub fn style(&self) -> &'static str {
        assets::style()
    }

    pub fn script(&self) -> &'static str {
        assets::script()
    }

    pub fn icon(&self) -> &'static str {
        assets::icon()
    }

    /// Marks the way to the page that is shown.
    pub fn current(&self, place: &str) -> &'static str {
        let here = match self.place {
            Place::Shop => "shop",
            Place::Check => "check",
            Place::Race => "race",
            Place::Record => "record",
            Place::Console => "console",
            Place::Desk => "desk",
            Place::Cart => "cart",
            Place::Elsewhere => "",
        };
        if here == place { "page" } else { "false" }
    }
}

/// The one market's name, where there is one; else the program's.
fn site_of(app: &App) -> String {
    match app.house.directory().markets.as_slice() {
        [only] => only.name.clone(),
        _ => UNNAMED.to_owned(),
    }
}

/// A page.
pub fn page(template: &impl Template) -> Result<Response, Problem> {
    page_as(StatusCode::OK, template)
}

/// A page with another status. No cache keeps it: what is buyable is so now.
pub fn page_as(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    let text = template.render().map_err(|error| {
        Problem::from(trade::Error::new(
            Code::Broken,
            format!("a page does not render: {error}"),
        ))
    })?;
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, Html(text)).into_response())
}

/// On to another page, after something was done.
pub fn on_to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}
