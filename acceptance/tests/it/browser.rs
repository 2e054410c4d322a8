//! The pages, looked at by a real browser: they fit a phone and a desktop, it has nothing to complain of, and
//! what a newcomer presses in the first five minutes does what it says.

use std::sync::Arc;

use acceptance::chromium::{self, Browser};
use acceptance::setting;
use domain::Instant;
use serde_json::Value;
use story::Cast;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use trade::clock::HandClock;
use trade::{House, HouseOptions};
use web::{App, Demo};

use crate::browser_check;

const EMAIL: &str = "operator@example.com";
const PASSWORD: &str = "correct horse battery";
/// As narrow as phones are, and as wide as most desktops.
const WIDTHS: [u32; 2] = [360, 1280];
/// The least side of what is tapped, in CSS pixels (WCAG 2.2, success criterion 2.5.8).
pub const TARGET_MIN: u32 = 24;
/// How far a page may move by itself while it comes up: what Web Vitals calls good (Layout Instability).
const SHIFT_MAX: f64 = 0.1;
/// How often a page is looked at again until it shows what is due.
const LOOKS_MAX: u32 = 200;

/// A demonstration, served, with a browser before it.
pub struct Shown {
    pub browser: Browser,
    url: String,
    cast: Cast,
    /// Serves until it is dropped.
    _runtime: Runtime,
    _folder: TempDir,
}

impl Shown {
    /// None where there is no browser.
    pub fn new() -> Option<Self> {
        let Some(program) = chromium::path() else {
            println!("skipped: PASSBAND_CHROMIUM is not set");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        let runtime = Runtime::new().expect("a runtime");
        let (url, cast) = runtime.block_on(serve(&folder));
        Some(Self {
            browser: Browser::start(&program),
            url,
            cast,
            _runtime: runtime,
            _folder: folder,
        })
    }

    /// A page by its path; after `#imei=` stands which number is sent from it.
    pub fn open(&mut self, path: &str) {
        let (path, unit) = path.split_once("#imei=").unwrap_or((path, ""));
        let url = format!("{}{path}", self.url);
        self.browser.open(&url);
        if !unit.is_empty() {
            browser_check::send_unit(self, unit);
        }
    }

    pub fn text(&mut self, selector: &str) -> String {
        let expression = format!("document.querySelector({selector:?})?.innerText ?? ''");
        let text = self.browser.evaluate(&expression);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Presses the button of the form that posts there, and waits for the page that follows.
    fn press(&mut self, action: &str) {
        let button = format!("form[action='{action}'] button");
        self.browser
            .follow(&format!("document.querySelector({button:?}).click()"));
    }

    /// Looks again until the page shows what is due.
    pub fn until(&mut self, what: &str, expression: &str) {
        for _ in 0..LOOKS_MAX {
            if self.browser.evaluate(expression) == Value::Bool(true) {
                return;
            }
            let wait = "new Promise(done => setTimeout(done, 50))";
            self.browser.evaluate(wait);
        }
        panic!("{what} does not come: {}", self.text("main"));
    }

    fn sign_in(&mut self) {
        self.open("/sign-in");
        self.browser.follow(&format!(
            "document.querySelector('input[name=email]').value = {EMAIL:?};
             document.querySelector('input[name=password]').value = {PASSWORD:?};
             document.querySelector('form[action=\"/sign-in\"] button').click()"
        ));
        assert!(self.text("h1").contains("console") || self.text("h1").contains("Console"));
    }
}

/// The demonstration that a story was played for.
pub fn demo(cast: &Cast, operator_email: &str) -> Demo {
    Demo {
        market: cast.market.clone(),
        slider_listing: cast.slider_listing.clone(),
        race_listing: cast.race_listing.clone(),
        race_certification: cast.race_certification.clone(),
        race_issuer: cast.race_issuer.clone(),
        operator_email: operator_email.to_owned(),
    }
}

async fn serve(folder: &TempDir) -> (String, Cast) {
    let clock = Arc::new(HandClock::at(Instant::from_epoch_ms(1_453_000_000_000)));
    let options = HouseOptions::new(folder.path(), clock.clone());
    let house = House::open(options).await.expect("opens");
    let cast = story::play(&house, &clock, &mut |_| {})
        .await
        .expect("plays");
    browser_check::bring_lists(&house).await;
    clock.release();
    let operator = "us-mobile".parse().expect("an id");
    house
        .put_user(operator, EMAIL, PASSWORD.to_owned())
        .await
        .expect("a user");
    let keeper = house.clone();
    tokio::spawn(async move { keeper.keep_up(std::future::pending()).await });
    let demo = demo(&cast, EMAIL);
    let router = web::router(App::new(house).with_demo(demo));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, cast)
}

/// What is wrong with the page that is shown: one line a fault.
pub const FAULTS: &str = r"
(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth + 1) faults.push(`wider than the window: ${root.scrollWidth}`);
  if (!document.title) faults.push('no title');
  if (!root.lang) faults.push('no language');
  const heads = document.querySelectorAll('h1').length;
  if (heads !== 1) faults.push(`${heads} first headings`);
  for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    const named = field.labels?.length || field.getAttribute('aria-label') || field.getAttribute('aria-labelledby');
    if (!named) faults.push(`a field without a label: ${field.outerHTML}`);
  }
  for (const image of document.querySelectorAll('img, svg')) {
    const named = image.getAttribute('alt') !== null || image.getAttribute('aria-hidden') === 'true'
      || image.getAttribute('aria-label') || image.getAttribute('aria-labelledby') || image.querySelector('title');
    if (!named) faults.push(`a picture without words: ${image.outerHTML.slice(0, 80)}`);
  }
  for (const target of document.querySelectorAll('button, input:not([type=hidden]), select, nav a')) {
    // What stands in a label is tapped by its label.
    const box = (target.closest('label') ?? target).getBoundingClientRect();
    if (box.width && (box.width < TARGET_MIN || box.height < TARGET_MIN)) {
      faults.push(`too small to tap: ${target.outerHTML.slice(0, 80)} ${box.width}x${box.height}`);
    }
  }
  return faults;
})()";

/// How far the page moved by itself while it came up (Layout Instability: the sum of its shifts).
const SHIFT: &str = r"
new Promise(done => {
  let sum = 0;
  const add = list => list.forEach(one => { if (!one.hadRecentInput) sum += one.value; });
  const observer = new PerformanceObserver(list => add(list.getEntries()));
  observer.observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => { add(observer.takeRecords()); done(sum); }));
})";

/// The page for looking at; a check in the dark and on paper too.
fn keep_pictures(browser: &mut Browser, folder: &str, width: u32, page: &str) {
    let name = page.replace(['/', '?', '&', '=', '#', '%'], "_");
    let mut looks = vec![("screen", "light")];
    if page.starts_with("/check") {
        looks.extend([("screen", "dark"), ("print", "light")]);
    }
    for (media, scheme) in looks {
        browser.media(media, scheme);
        let picture = format!("{folder}/{width}{name}.{media}-{scheme}.png");
        std::fs::write(picture, browser.picture()).expect("the folder is there");
    }
    browser.media("", "");
}

/// Every page that a visitor or the signed-in operator can come to, with what it says when it has nothing.
fn pages(cast: &Cast) -> Vec<String> {
    let (slider, race) = (&cast.slider_listing, &cast.race_listing);
    let mut pages = vec![
        "/".to_owned(),
        "/?q=nothing+of+the+kind".to_owned(),
        format!("/listings/{slider}"),
        format!("/listings/{slider}?at=2016-02-01"),
        format!("/listings/{race}"),
        format!("/listings/{race}/time-line"),
        "/race".to_owned(),
        "/record".to_owned(),
        "/record/9".to_owned(),
        "/authorisations/xiaomi".to_owned(),
        "/cart".to_owned(),
        "/errors".to_owned(),
        "/sign-in".to_owned(),
        "/console".to_owned(),
        "/console/listings?market=us".to_owned(),
        "/console/feeds".to_owned(),
        "/console/data-sets".to_owned(),
        "/console/site".to_owned(),
        "/console/desk".to_owned(),
        "/console/certifications".to_owned(),
        "/console/authorisations".to_owned(),
        "/console/evidence/sales_authorization".to_owned(),
        "/console/withdraw/story-certification".to_owned(),
    ];
    pages.extend(browser_check::PAGES.map(str::to_owned));
    pages
}

#[test]
fn every_page_fits_a_phone_and_a_desktop_and_the_browser_complains_of_nothing() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    shown.sign_in();
    let pages = pages(&shown.cast);
    let faults = FAULTS.replace("TARGET_MIN", &TARGET_MIN.to_string());
    let mut found = Vec::new();
    for width in WIDTHS {
        shown.browser.size(width, 844);
        for page in &pages {
            shown.open(page);
            let shift = shown.browser.evaluate(SHIFT);
            if shift.as_f64().is_none_or(|shift| shift > SHIFT_MAX) {
                found.push(format!("{width} {page}: moves while it loads: {shift}"));
            }
            // Only now: a picture on paper moves everything.
            if let Some(folder) = setting::text("PASSBAND_PICTURES") {
                keep_pictures(&mut shown.browser, &folder, width, page);
            }
            let faults = shown.browser.evaluate(&faults);
            let faults = faults.as_array().cloned().unwrap_or_default();
            found.extend(
                faults
                    .iter()
                    .map(|fault| format!("{width} {page}: {fault}")),
            );
            let complaints = shown.browser.complaints.drain(..);
            // A page may answer that something is not there; that the browser notes it is no fault.
            let complaints = complaints.filter(|text| !text.contains("status of 4"));
            found.extend(complaints.map(|text| format!("{width} {page}: {text}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What axe-core finds wrong with the page that is shown: one line a fault.
pub const AXE: &str = r"
axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.flatMap(rule =>
  rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html.slice(0, 120)}`)))";

#[test]
fn axe_finds_nothing_on_any_page_with_and_without_a_script() {
    let Some(script) = setting::text("PASSBAND_AXE") else {
        println!("skipped: PASSBAND_AXE is not set");
        return;
    };
    let axe = std::fs::read_to_string(script).expect("axe-core");
    let Some(mut shown) = Shown::new() else {
        return;
    };
    shown.sign_in();
    let pages = pages(&shown.cast);
    let mut found = Vec::new();
    for (width, scripts) in [(WIDTHS[0], true), (WIDTHS[1], true), (WIDTHS[0], false)] {
        shown.browser.size(width, 844);
        for page in &pages {
            shown.browser.scripts(scripts);
            shown.open(page);
            // axe itself needs them; what stands on the page by now was made without.
            shown.browser.scripts(true);
            // The script's value, a function, is nothing that can be handed over.
            shown.browser.evaluate(&format!("{axe}; 0"));
            let faults = shown.browser.evaluate(AXE);
            let faults = faults.as_array().expect("a list of faults");
            found.extend(
                faults
                    .iter()
                    .map(|fault| format!("{width} {page}: {fault}")),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn in_the_race_no_order_is_accepted_while_the_certification_is_withdrawn() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    let figure = |name: &str| {
        format!(
            "Number([...document.querySelectorAll('.figures div')]
               .find(one => one.querySelector('dt').innerText.toLowerCase() === '{name}')
               .querySelector('dd').innerText.replaceAll(',', ''))"
        )
    };
    shown.open("/race");
    shown.press("/race/start");
    shown.until("an order", &format!("{} > 20", figure("accepted")));
    shown.press("/race/withdraw");
    shown.until("a refusal", &format!("{} > 20", figure("refused")));
    assert!(shown.text("main").contains("Not on sale") || shown.text(".badge").contains("Not"));
    assert_eq!(shown.text(".huge"), "0", "accepted while withdrawn");
    let accepted = shown.browser.evaluate(&figure("accepted"));
    assert!(shown.text(".time-line").contains("certification"));
    shown.press("/race/return");
    shown.until(
        "an order after the return",
        &format!("{} > {accepted}", figure("accepted")),
    );
    assert_eq!(shown.text(".huge"), "0", "accepted while withdrawn");
    shown.press("/race/stop");
    assert!(shown.text("[role=status]").contains("Nobody is buying"));
}

#[test]
fn the_date_slider_moves_the_verdict_with_and_without_a_script() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    let listing = format!("/listings/{}", shown.cast.slider_listing);
    shown.open(&listing);
    let move_to = |date: &str| {
        format!(
            "(() => {{ const range = document.querySelector('input[type=range]');
              range.value = Date.parse('{date}T00:00:00Z') / 86400000;
              range.dispatchEvent(new Event('input')); }})()"
        )
    };
    let shows =
        |words: &str| format!("document.querySelector('#as-of').innerText.includes('{words}')");
    shown.browser.evaluate(&move_to("2016-02-01"));
    shown.until("2016", &shows("fallback only"));
    shown.browser.evaluate(&move_to("2026-06-01"));
    shown.until("today", &shows("disputed"));

    shown.browser.scripts(false);
    shown.open(&format!("{listing}?at=2016-02-01"));
    assert!(shown.text("#as-of").contains("fallback only"));
    assert!(shown.text("#as-of").contains("no LTE band in common"));
    shown.open(&format!("{listing}?at=2022-07-01"));
    assert!(!shown.text("#as-of").contains("fallback only"));
}

#[test]
fn somebody_buys_what_is_on_sale_and_is_told_why_what_is_not_cannot_be_bought() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    shown.browser.size(360, 844);
    let race = format!("/listings/{}", shown.cast.race_listing);
    shown.open(&race);
    shown
        .browser
        .follow("document.querySelector('.buy button.primary').click()");
    assert!(
        shown.text("main").contains("149.00 USD"),
        "{}",
        shown.text("main")
    );
    let slider = format!("/listings/{}", shown.cast.slider_listing);
    shown.open(&slider);
    let buttons = shown
        .browser
        .evaluate("document.querySelectorAll('.buy button').length");
    assert_eq!(buttons, 0);
    assert!(shown.text(".buy").contains("cannot be bought"));
}
