//! Every page that is served, as everybody who may see it, with something on it and with nothing: axe-core and the Nu
//! HTML checker find nothing, and it fits a phone and, as whoever it is for first sees it, a desktop.
//!
//! The rows here are held against the table of routes: a page that is not walked fails. The walk itself is a long run.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;

use acceptance::chromium::{self, Browser};
use acceptance::{setting, shop};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::member::MemberRole;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use trade::clock::{HandClock, SystemClock};
use trade::directory::{Market, Party};
use trade::{House, HouseOptions, Registration};
use web::{Access, App, RouteInfo};

use crate::furnished::Found;
use crate::{browser, browser_check};

const PASSWORD: &str = "correct horse battery";
/// A phone's width first, as the pages are made.
const WIDTHS: [u32; 2] = [390, 1280];
/// Most bytes of a page.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Somebody who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Nobody,
    Operator,
    OperatorsReader,
    Brand,
    BrandsReader,
    Host,
    Seller,
}

impl Who {
    const KNOWN: [(Self, &'static str, MemberRole); 6] = [
        (Self::Operator, "us-mobile", MemberRole::Owner),
        (Self::OperatorsReader, "us-mobile", MemberRole::Reader),
        (Self::Brand, "xiaomi", MemberRole::Owner),
        (Self::BrandsReader, "xiaomi", MemberRole::Reader),
        (Self::Host, "tmobile-us", MemberRole::Owner),
        (Self::Seller, "omni-electronics", MemberRole::Owner),
    ];

    /// Who looks at a page: the first at each state of it, the others at the first.
    const fn of(access: Access) -> &'static [Self] {
        match access {
            Access::Public | Access::DemoOnly => &[Self::Nobody, Self::Operator],
            Access::SignedIn => &[Self::Operator, Self::OperatorsReader],
            Access::Member => &[Self::Brand, Self::Host, Self::Seller, Self::BrandsReader],
            Access::Owner => &[Self::Operator, Self::Brand],
            Access::Account => &[Self::Operator, Self::BrandsReader],
        }
    }
}

/// The states of one page: addresses, with what is done there before it is looked at.
struct Row {
    route: &'static str,
    states: Vec<(String, &'static str)>,
}

fn row(route: &'static str, paths: &[&str]) -> Row {
    let states = paths.iter().map(|path| ((*path).to_owned(), ""));
    Row {
        route,
        states: states.collect(),
    }
}

impl Row {
    /// And once more, after this was done on the first of its states: an expression that leads to another page.
    fn then(mut self, done: &'static str) -> Self {
        let first = self.states[0].0.clone();
        self.states.push((first, done));
        self
    }

    fn each(mut self, prefix: &str, names: &[String]) -> Self {
        let paths = names.iter().map(|name| (format!("{prefix}{name}"), ""));
        self.states.extend(paths);
        self
    }
}

/// A house, served, with people who are signed in.
struct Stand {
    url: String,
    router: Router,
    house: House,
    sessions: BTreeMap<Who, String>,
    cart: String,
    /// Serves until it is dropped.
    _runtime: Arc<Runtime>,
    _folder: TempDir,
}

/// Whoever is of a party that this house has.
async fn sessions(house: &House) -> BTreeMap<Who, String> {
    let mut found = BTreeMap::new();
    for (who, party, role) in Who::KNOWN {
        if !house
            .directory()
            .parties
            .iter()
            .any(|one| one.id.as_str() == party)
        {
            continue;
        }
        let email = format!("{role}@{party}.example");
        let party = shop::id(party);
        let added = house.register_user(party, &email, PASSWORD.to_owned(), Some(role));
        added.await.expect("is added");
        let token = house.sign_in(&email, PASSWORD.to_owned()).await;
        found.insert(who, token.expect("signs in"));
    }
    found
}

async fn served(house: &House, app: App) -> (Router, String) {
    let keeper = house.clone();
    tokio::spawn(async move { keeper.keep_up(std::future::pending()).await });
    let router = web::router(app);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let serves = router.clone();
    tokio::spawn(async move { axum::serve(listener, serves).await });
    (router, url)
}

impl Stand {
    /// An operator and a market, and nothing else.
    fn empty(runtime: &Arc<Runtime>) -> (Self, Vec<Row>) {
        let folder = TempDir::new().expect("a folder");
        let stand = runtime.block_on(async {
            let options = HouseOptions::new(folder.path(), Arc::new(SystemClock));
            let house = House::open(options).await.expect("opens");
            let mut news = Registration::default();
            for (party, role) in [("us-mobile", "operator"), ("xiaomi", "brand")] {
                news.parties.push(Party {
                    id: shop::id(party),
                    role: role.to_owned(),
                    name: party.to_owned(),
                });
            }
            news.markets.push(Market {
                id: shop::id("us"),
                name: "United States".to_owned(),
            });
            house.register(news).await.expect("registers");
            let sessions = sessions(&house).await;
            let (router, url) = served(&house, App::new(house.clone())).await;
            (house, sessions, router, url)
        });
        let (house, sessions, router, url) = stand;
        let stand = Self {
            url,
            router,
            house,
            sessions,
            cart: String::new(),
            _runtime: runtime.clone(),
            _folder: folder,
        };
        (stand, without_ids())
    }

    /// The story, and everything that its pages can have on them.
    fn full(runtime: &Arc<Runtime>) -> (Self, Vec<Row>) {
        let folder = TempDir::new().expect("a folder");
        let start = "2016-01-01".parse().expect("an instant");
        let clock = Arc::new(HandClock::at(start));
        let built = runtime.block_on(async {
            let options = HouseOptions::new(folder.path(), clock.clone());
            let house = House::open(options).await.expect("opens");
            let cast = story::play(&house, &clock, &mut |_| {}).await;
            let cast = cast.expect("plays");
            browser_check::bring_lists(&house).await;
            clock.release();
            let sessions = sessions(&house).await;
            let mail = folder.path().join("mail");
            let found = Found::of(&house, &cast, &sessions[&Who::Operator], &mail).await;
            let demo = browser::demo(&cast, "owner@us-mobile.example");
            let (router, url) = served(&house, App::new(house.clone()).with_demo(demo)).await;
            (house, cast, sessions, found, router, url)
        });
        let (house, cast, sessions, found, router, url) = built;
        let rows = with_ids(&cast, &found);
        let stand = Self {
            url,
            router,
            house,
            sessions,
            cart: found.cart,
            _runtime: runtime.clone(),
            _folder: folder,
        };
        (stand, rows)
    }

    /// The cookies of whoever looks.
    fn cookies(&self, who: Who) -> Vec<(&'static str, &str)> {
        let session = self.sessions.get(&who).map(String::as_str);
        let session = session.map(|token| ("passband_session", token));
        let cart = Some(("passband_cart", self.cart.as_str()));
        session
            .into_iter()
            .chain(cart.filter(|(_, cart)| !cart.is_empty()))
            .collect()
    }

    /// The page as it is sent.
    async fn source(&self, who: Who, path: &str) -> String {
        let cookies = self.cookies(who).into_iter();
        let cookies: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::get(path)
            .header("host", "localhost:8080")
            .header("accept", "text/html")
            .header("cookie", cookies.join("; "))
            .body(Body::empty())
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("answers");
        assert!(
            answer.status().as_u16() < 500,
            "{path}: {}",
            answer.status()
        );
        let body = to_bytes(answer.into_body(), PAGE_BYTES_MAX).await;
        String::from_utf8(body.expect("a body").to_vec()).expect("UTF-8")
    }
}

/// Sends the form of the page that is shown, whatever it demands.
const EMPTY_FORM: &str = "document.querySelector('main form[method=post]').submit()";
const AUDITED: &str = "(() => { const form = document.querySelector('main form[method=post]');
  const field = form.querySelector('textarea'); const words = 'title\\nXiaomi Mi 4i 16GB\\nSamsung Galaxy S5\\nA thing <b>\\n';
  if (field) field.value = words; else { const files = new DataTransfer(); files.items.add(new File([words], 'list.csv'));
    form.querySelector('input[type=file]').files = files.files; } form.submit() })()";

/// Pages that need no id: what they show where there is nothing.
fn without_ids() -> Vec<Row> {
    vec![
        row("/", &["/"]),
        row("/account", &["/account"]),
        row("/answered", &["/answered"]),
        row("/cart", &["/cart"]),
        row("/check", &["/check"]),
        row("/check/unit", &["/check/unit"]),
        row("/console", &["/console"]),
        row("/console/audit", &["/console/audit"]).then(AUDITED),
        row("/console/authorisations", &["/console/authorisations"]),
        row("/console/certifications", &["/console/certifications"]),
        row("/console/data-sets", &["/console/data-sets"]).then(EMPTY_FORM),
        row("/console/desk", &["/console/desk"]).then(EMPTY_FORM),
        row("/console/expiring", &["/console/expiring"]),
        row("/console/feeds", &["/console/feeds"]).then(EMPTY_FORM),
        row("/console/keys", &["/console/keys"]).then(EMPTY_FORM),
        row("/console/letters", &["/console/letters"]),
        row("/console/listings", &["/console/listings?market=us"]),
        row("/console/requests", &["/console/requests"]),
        row("/console/site", &["/console/site"]),
        row("/desk", &["/desk"]),
        row("/desk/authorisations", &["/desk/authorisations"]),
        row("/desk/certifications", &["/desk/certifications"]),
        row("/desk/keys", &["/desk/keys"]),
        row("/errors", &["/errors"]),
        row("/forgotten", &["/forgotten"]),
        row("/people", &["/people"]),
        row("/record", &["/record"]),
        row("/sign-in", &["/sign-in"]).then(EMPTY_FORM),
    ]
}

fn with_ids(cast: &story::Cast, found: &Found) -> Vec<Row> {
    let (slider, race) = (&cast.slider_listing, &cast.race_listing);
    let kinds = [
        "sales_authorization",
        "device_certification",
        "requirement_set",
        "test_report",
        "custody_event",
        "stop_sale",
        "statement",
    ];
    let kinds: Vec<String> = kinds.map(str::to_owned).to_vec();
    let document = &found.documents[0];
    let listing =
        |listing: &dyn std::fmt::Display, more: &str| format!("/listings/{listing}{more}");
    let mut rows: Vec<Row> = without_ids();
    let more: &mut dyn FnMut(&'static str, &[&str]) =
        &mut |route, paths| rows.push(row(route, paths));
    more("/", &["/?q=nothing+of+the+kind"]);
    more("/answer/{token}", &[&found.answer, "/answer/none"]);
    more("/audit", &["/audit"]);
    more(
        "/authorisations/{brand}",
        &["/authorisations/xiaomi", "/authorisations/nobody"],
    );
    more(
        "/check",
        &[
            "/check?device=2015015&network=T-Mobile&country=US&at=2016-02-01",
            "/check?device=Xiomi+Mi+4i&network=US%2FVerizon",
            "/check?device=35647100&network=US%2FT-Mobile",
        ],
    );
    more(
        "/invitations/{link}",
        &[&found.invitation, "/invitations/none"],
    );
    more(
        "/password-resets/{link}",
        &[&found.reset, "/password-resets/none"],
    );
    more(
        "/listings/{id}",
        &[
            &listing(race, ""),
            &listing(slider, ""),
            &listing(slider, "?at=2016-02-01"),
            "/listings/none",
        ],
    );
    more("/listings/{id}/time-line", &[&listing(race, "/time-line")]);
    more(
        "/orders/{id}",
        &[&format!("/orders/{}", found.order), "/orders/none"],
    );
    more("/race", &["/race"]);
    more("/record/{position}", &["/record/9", "/record/4711"]);
    more(
        "/console/evidence/{kind}",
        &[
            &format!("/console/evidence/sales_authorization?document={document}"),
            "/console/evidence/nothing",
        ],
    );
    more(
        "/console/withdraw/{id}",
        &[
            &format!("/console/withdraw/{}", found.said[0]),
            "/console/withdraw/none",
        ],
    );
    more(
        "/desk/evidence/{kind}",
        &["/desk/evidence/sales_authorization"],
    );
    rows.push(row("/console/data-sets/{id}", &[]).each("/console/data-sets/", &found.data_sets));
    rows.push(
        row("/console/documents/{document}", &[]).each("/console/documents/", &found.documents),
    );
    rows.push(row("/console/drafts/{draft}", &[]).each("/console/drafts/", &found.drafts));
    rows.push(row("/console/evidence/{kind}", &[]).each("/console/evidence/", &kinds));
    rows.push(row("/console/requests/{id}", &[]).each("/console/requests/", &found.requests));
    rows.push(row("/desk/evidence/{kind}", &[]).each("/desk/evidence/", &kinds));
    rows.push(row("/desk/said/{id}", &[]).each("/desk/said/", &found.said));
    // What a form says of what is wrong with it.
    for (route, path) in [
        ("/answer/{token}", found.answer.as_str()),
        ("/invitations/{link}", &found.invitation),
        (
            "/console/evidence/{kind}",
            "/console/evidence/device_certification",
        ),
        ("/desk/evidence/{kind}", "/desk/evidence/statement"),
        ("/forgotten", "/forgotten"),
        ("/people", "/people"),
        ("/account", "/account"),
    ] {
        let mut row = row(route, &[path]).then(EMPTY_FORM);
        row.states.remove(0);
        rows.push(row);
    }
    rows.push(row("/audit", &["/audit"]).then(AUDITED));
    rows
}

/// What is served as a page, by the table of routes.
fn pages() -> Vec<RouteInfo> {
    let others = [
        "/healthz",
        "/readyz",
        "/record/checkpoint",
        "/console/documents/{document}/picture",
    ];
    let table = web::route_table().into_iter();
    table
        .filter(|route| {
            route.method == "GET"
                && !route.path.starts_with("/api/")
                && !route.path.starts_with("/assets/")
        })
        .filter(|route| !others.contains(&route.path))
        .collect()
}

/// What looks: a browser, and what it asks of each page.
struct Looks {
    browser: Browser,
    axe: Option<String>,
    faults: String,
    /// Where pages are kept for the HTML checker.
    sources: TempDir,
    kept: BTreeMap<String, String>,
    found: Vec<String>,
    pages: usize,
}

impl Looks {
    fn keep(&mut self, place: &str, source: &str) {
        let name = format!("{:03}.html", self.kept.len());
        std::fs::write(self.sources.path().join(&name), source).expect("writes");
        self.kept.insert(name, place.to_owned());
    }

    /// At the page that is open, in these widths.
    fn look(&mut self, place: &str, widths: &[u32]) {
        self.pages += 1;
        let title = self.browser.evaluate("document.title");
        if title == "run" {
            self.found
                .push(format!("{place}: something of a document ran"));
        }
        if let Some(axe) = &self.axe {
            // The script's value, a function, is nothing that can be handed over.
            self.browser.evaluate(&format!("{axe}; 0"));
        }
        for &width in widths {
            self.browser.size(width, 844);
            let mut faults = self.browser.evaluate(&self.faults);
            if self.axe.is_some() {
                let more = self.browser.evaluate(browser::AXE);
                if let (Value::Array(faults), Value::Array(more)) = (&mut faults, more) {
                    faults.extend(more);
                }
            }
            let faults = faults.as_array().cloned().unwrap_or_default();
            self.found.extend(
                faults
                    .iter()
                    .map(|fault| format!("{width} {place}: {fault}")),
            );
            if let Some(folder) = setting::text("PASSBAND_PICTURES") {
                let name = place.replace(['/', '?', '&', '=', '#', '%', ' '], "_");
                let name: String = name.chars().take(120).collect();
                let path = format!("{folder}/{name}.{width}.png");
                std::fs::write(path, self.browser.picture()).expect("the folder is there");
            }
        }
        let complaints = self.browser.complaints.drain(..);
        let complaints = complaints.filter(|text| !text.contains("status of 4"));
        self.found
            .extend(complaints.map(|text| format!("{place}: {text}")));
    }

    fn walk(&mut self, runtime: &Runtime, name: &str, stand: &Stand, rows: &[Row]) {
        let mut seen = BTreeSet::new();
        for who in [Who::Nobody]
            .into_iter()
            .chain(stand.sessions.keys().copied())
        {
            self.browser.forget_cookies();
            for (name, value) in stand.cookies(who) {
                self.browser.set_cookie(&stand.url, name, value);
            }
            for row in rows {
                let info = pages().into_iter().find(|one| one.path == row.route);
                let info = info.unwrap_or_else(|| panic!("{} is not served", row.route));
                let Some(at) = Who::of(info.access).iter().position(|one| *one == who) else {
                    continue;
                };
                // The first of them sees every state, the others one.
                if at > 0 && !seen.insert((who, row.route)) {
                    continue;
                }
                let states = if at == 0 { row.states.len() } else { 1 };
                for (path, done) in &row.states[..states.min(row.states.len())] {
                    let place = format!(
                        "{name} {who:?} {path}{}",
                        if done.is_empty() { "" } else { " then" }
                    );
                    self.browser.open(&format!("{}{path}", stand.url));
                    if done.is_empty() {
                        let source = runtime.block_on(stand.source(who, path));
                        self.keep(&place, &source);
                    } else {
                        self.browser.follow(done);
                        let source = self
                            .browser
                            .evaluate("'<!DOCTYPE html>' + document.documentElement.outerHTML");
                        self.keep(&place, source.as_str().unwrap_or_default());
                    }
                    // What others see of a page is laid out as what the first of them sees.
                    self.look(&place, if at == 0 { &WIDTHS } else { &WIDTHS[..1] });
                }
            }
        }
    }

    /// What the HTML checker says of what was kept.
    fn check(&mut self) {
        let Some(jar) = setting::text("PASSBAND_VNU") else {
            println!("skipped: PASSBAND_VNU is not set, so no HTML is checked");
            return;
        };
        let checked = Command::new("java")
            .args([
                "-Xss2m",
                "-jar",
                &jar,
                "--format",
                "json",
                "--skip-non-html",
            ])
            .arg(self.sources.path())
            .output();
        let Ok(checked) = checked else {
            println!("skipped: there is no java, so no HTML is checked");
            return;
        };
        let text = String::from_utf8_lossy(&checked.stderr);
        let said: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        for message in said["messages"].as_array().expect("messages") {
            let url = message["url"].as_str().unwrap_or_default();
            let name = url.rsplit('/').next().unwrap_or_default();
            let place = self.kept.get(name).cloned().unwrap_or_default();
            let words = message["message"].as_str().unwrap_or_default();
            let near = message["extract"].as_str().unwrap_or_default();
            self.found
                .push(format!("{place}: {}: {words}: {near:?}", message["type"]));
        }
    }
}

#[test]
fn on_no_page_does_any_checker_find_anything_whoever_looks() {
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    let (full, rows) = Stand::full(&runtime);
    let (empty, fewer) = Stand::empty(&runtime);
    let walked: BTreeSet<&str> = rows.iter().map(|row| row.route).collect();
    let served: BTreeSet<&str> = pages().iter().map(|route| route.path).collect();
    let served: Vec<_> = served.difference(&walked).collect();
    assert!(served.is_empty(), "these pages have no row: {served:?}");
    if setting::number("PASSBAND_TEST_CASES").is_none() {
        println!("skipped: every page is walked by `cargo xtask night pages`");
        return;
    }
    let Some(program) = chromium::path() else {
        println!("skipped: PASSBAND_CHROMIUM is not set");
        return;
    };
    let axe = setting::text("PASSBAND_AXE")
        .map(|script| std::fs::read_to_string(script).expect("axe-core"));
    if axe.is_none() {
        println!("skipped: PASSBAND_AXE is not set, so axe-core does not look");
    }

    let mut looks = Looks {
        browser: Browser::start(&program),
        axe,
        faults: browser::FAULTS.replace("TARGET_MIN", &browser::TARGET_MIN.to_string()),
        sources: TempDir::new().expect("a folder"),
        kept: BTreeMap::new(),
        found: Vec::new(),
        pages: 0,
    };
    looks.walk(&runtime, "full", &full, &rows);
    looks.walk(&runtime, "empty", &empty, &fewer);
    looks.check();
    println!("{} pages looked at", looks.pages);
    assert!(looks.found.is_empty(), "{}", looks.found.join("\n"));
    runtime.block_on(async {
        full.house.close().await;
        empty.house.close().await;
    });
}
