//! The story of 2016, walked in a real browser on the evidence desk alone: what the brand and the host network send
//! comes as mail, and nobody of theirs ever signs in. The listing appears, disappears and returns. Then once more with
//! both signed in, who say themselves what the operator's people entered before.

use std::sync::Arc;

use acceptance::chromium::{self, Browser};
use acceptance::setting;
use acceptance::shop;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::device::{DeviceModel, DeviceVariant};
use domain::evidence::Authority;
use domain::id::ListingId;
use domain::listing::ListingState;
use domain::money::Currency;
use domain::place::Country;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use trade::clock::HandClock;
use trade::data_sets::Input;
use trade::directory::{Brand, HostNetwork, Market, Party, Seller};
use trade::offers::FeedFor;
use trade::{House, HouseOptions, Registration};
use web::App;

use crate::browser;

const FIRST: &str = "first@us-mobile.example";
const SECOND: &str = "second@us-mobile.example";
const OF_THE_BRAND: &str = "sales@xiaomi.example";
const OF_THE_NETWORK: &str = "labs@tmobile-us.example";
const PASSWORD: &str = "correct horse battery";

/// Who sends a document in, and so where the walk gets it from: here always by mail.
struct Walk {
    browser: Browser,
    url: String,
    house: House,
    clock: Arc<HandClock>,
    listing: ListingId,
    pictures: usize,
    axe: Option<String>,
    runtime: Runtime,
    _folder: TempDir,
}

fn registration() -> Registration {
    let id = |text: &str| shop::id(text);
    let party = |party: &str, name: &str, role: &str| Party {
        id: shop::id(party),
        role: role.to_owned(),
        name: name.to_owned(),
    };
    Registration {
        parties: vec![
            party("operator", "US Mobile", "operator"),
            party("xiaomi", "Xiaomi", "brand"),
            party("tmobile-us", "T-Mobile US", "host"),
            party("omni-electronics", "Omni Electronics", "seller"),
        ],
        brands: vec![Brand {
            id: shop::id("xiaomi"),
            party: id("xiaomi"),
            name: "Xiaomi".to_owned(),
        }],
        sellers: vec![Seller {
            id: shop::id("omni-electronics"),
            party: id("omni-electronics"),
            name: "Omni Electronics".to_owned(),
        }],
        networks: vec![HostNetwork {
            id: shop::id("tmobile-us"),
            party: id("tmobile-us"),
            name: "T-Mobile US".to_owned(),
            country: Country::US,
            plmns: Vec::new(),
        }],
        markets: vec![Market {
            id: shop::market(),
            name: "United States".to_owned(),
        }],
        models: vec![DeviceModel {
            id: shop::id("xiaomi.redmi-2-pro"),
            brand: shop::id("xiaomi"),
            name: "Redmi 2 Pro".to_owned(),
            category: shop::id("smartphone"),
        }],
        variants: vec![DeviceVariant {
            id: shop::id("xiaomi.2014819"),
            model: shop::id("xiaomi.redmi-2-pro"),
            code: "2014819".to_owned(),
            description: String::new(),
        }],
    }
}

/// A market that demands both words, a distributor's listing on offer, and two of the operator's people.
async fn prepare(house: &House) -> ListingId {
    house.register(registration()).await.expect("registers");
    let mut policy = shop::policy();
    policy.hosts = vec![shop::id("tmobile-us")];
    house.set_policy(policy, "Policy").await.expect("a policy");
    let feed = "id\ttitle\tbrand\tmpn\tprice\tcondition\tavailability\tquantity\n\
        r2p\tXiaomi Redmi 2 Pro\tXiaomi\t2014819\t149.00 USD\tnew\tin_stock\t5\n";
    let input = Input::Bytes("feed.tsv".to_owned(), feed.as_bytes().to_vec());
    let read = house
        .import(input, None, Authority::PublicList, |_| {})
        .await
        .expect("reads");
    let feed = FeedFor {
        market: shop::market(),
        currency: Currency::USD,
        seller: shop::id("omni-electronics"),
        file: "feed.tsv".to_owned(),
    };
    let outcome = house.take_feed(feed, &read.items).await.expect("is taken");
    let listing = outcome.listed.first().expect("a listing").clone();
    let by = shop::id("omni-electronics");
    house
        .decide(&listing, ListingState::Offered, &by, "Offered")
        .await
        .expect("is offered");
    for email in [FIRST, SECOND] {
        house
            .put_user(shop::operator(), email, PASSWORD.to_owned())
            .await
            .expect("a user");
    }
    listing
}

/// A page of a PDF: one line of text after the other.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let shown: Vec<String> = lines.iter().map(|line| format!("({line}) Tj T*")).collect();
    let content = format!("BT /F1 12 Tf 72 720 Td {} ET", shown.join(" "));
    format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >> endobj\n\
         4 0 obj << /Length {} >>\nstream\n{content}\nendstream endobj\n%%EOF\n",
        content.len()
    )
    .into_bytes()
}

/// A mail with a hostile page in it, and perhaps something that hangs on it.
fn mail(
    from: &str,
    date: &str,
    subject: &str,
    text: &str,
    attached: Option<(&str, &[u8])>,
) -> Vec<u8> {
    let part = attached.map_or_else(String::new, |(name, bytes)| {
        format!(
            "--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            BASE64_STANDARD.encode(bytes)
        )
    });
    format!(
        "From: {from}\r\nTo: desk@us-mobile.example\r\nDate: {date}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>{text}</p><script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">\r\n{part}--x--\r\n"
    )
    .into_bytes()
}

impl Walk {
    /// None where there is no browser.
    fn new() -> Option<Self> {
        let Some(program) = chromium::path() else {
            println!("skipped: PASSBAND_CHROMIUM is not set");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        let runtime = Runtime::new().expect("a runtime");
        let clock = Arc::new(HandClock::at(
            "2016-02-01T08:00:00Z".parse().expect("reads"),
        ));
        let options = HouseOptions::new(folder.path(), clock.clone());
        let (house, listing, url) = runtime.block_on(async {
            let house = House::open(options).await.expect("opens");
            let listing = prepare(&house).await;
            let keeper = house.clone();
            tokio::spawn(async move { keeper.keep_up(std::future::pending()).await });
            let router = web::router(App::new(house.clone()));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            tokio::spawn(async move { axum::serve(listener, router).await });
            (house, listing, url)
        });
        let mut browser = Browser::start(&program);
        browser.size(390, 844);
        Some(Self {
            browser,
            url,
            house,
            clock,
            listing,
            pictures: 0,
            axe: setting::text("PASSBAND_AXE")
                .map(|script| std::fs::read_to_string(script).expect("axe-core")),
            runtime,
            _folder: folder,
        })
    }

    /// On another day nobody is signed in any more.
    fn day(&mut self, at: &str) {
        self.clock.set(at.parse().expect("an instant"));
        self.sign_in(FIRST);
    }

    fn open(&mut self, path: &str) {
        let url = format!("{}{path}", self.url);
        self.browser.open(&url);
        self.looked();
    }

    /// Nothing of any document ran, the page is fit for a phone, and axe-core finds nothing, where it is; and a picture at both widths, for whoever wants to look.
    fn looked(&mut self) {
        let title = self.browser.evaluate("document.title");
        assert_ne!(title, json!("run"), "a document ran");
        let faults = browser::FAULTS.replace("TARGET_MIN", &browser::TARGET_MIN.to_string());
        let faults = self.browser.evaluate(&faults);
        assert_eq!(faults, json!([]), "{title}");
        if let Some(axe) = &self.axe {
            self.browser.evaluate(&format!("{axe}; 0"));
            let faults = self.browser.evaluate(browser::AXE);
            assert_eq!(faults, json!([]), "{title}");
        }
        let Some(folder) = setting::text("PASSBAND_PICTURES") else {
            return;
        };
        self.pictures += 1;
        for width in [390, 1280] {
            self.browser.size(width, 844);
            let path = format!("{folder}/walk-{:02}-{width}.png", self.pictures);
            std::fs::write(path, self.browser.picture()).expect("the folder is there");
        }
        self.browser.size(390, 844);
    }

    fn text(&mut self) -> String {
        let text = self
            .browser
            .evaluate("document.querySelector('main').innerText");
        text.as_str().unwrap_or_default().to_owned()
    }

    fn says(&mut self, words: &[&str]) {
        let text = self.text();
        for words in words {
            assert!(text.contains(words), "no {words:?} in:\n{text}");
        }
    }

    fn follow(&mut self, expression: &str) {
        self.browser.follow(expression);
        self.looked();
    }

    fn link(&mut self, words: &str) {
        self.follow(&format!(
            "(() => {{ document.querySelectorAll('details').forEach(one => one.open = true);
               [...document.querySelectorAll('main a')].find(one => one.textContent.includes({words:?})).click() }})()"
        ));
    }

    fn button(&mut self, words: &str) {
        self.follow(&format!(
            "[...document.querySelectorAll('main button')].find(one => one.textContent.includes({words:?})).click()"
        ));
    }

    fn has_button(&mut self, words: &str) -> bool {
        let found = self.browser.evaluate(&format!(
            "[...document.querySelectorAll('main button')].some(one => one.textContent.includes({words:?}))"
        ));
        found == json!(true)
    }

    /// What stands in a field, or is chosen in it.
    fn field(&mut self, name: &str) -> String {
        let value = self.browser.evaluate(&format!(
            "(document.querySelector('[name={name}]:checked') ?? document.querySelector('[name={name}]')).value"
        ));
        value.as_str().unwrap_or_default().to_owned()
    }

    fn choose(&mut self, name: &str, value: &str) {
        self.browser.evaluate(&format!(
            "(() => {{ const one = document.querySelector('input[name={name}][value=\"{value}\"]');
               if (one) one.checked = true;
               else document.querySelector('select[name={name}]').value = {value:?}; }})(); 0"
        ));
    }

    fn fill_in(&mut self, name: &str, value: &str) {
        self.browser.evaluate(&format!(
            "document.querySelector('main [name={name}]').value = {value:?}; 0"
        ));
    }

    fn sign_in(&mut self, email: &str) {
        self.sign_in_at(email, "Console");
    }

    fn sign_in_at(&mut self, email: &str, place: &str) {
        self.open("/sign-in");
        self.browser.follow(&format!(
            "document.querySelector('input[name=email]').value = {email:?};
             document.querySelector('input[name=password]').value = {PASSWORD:?};
             document.querySelector('form[action=\"/sign-in\"] button').click()"
        ));
        self.says(&[place]);
    }

    /// The other of the two sits down.
    fn change_person(&mut self, email: &str) {
        self.sign_out();
        self.sign_in(email);
    }

    fn sign_out(&mut self) {
        self.browser
            .follow("document.querySelector('form[action=\"/sign-out\"] button').click()");
    }

    /// Somebody of a party signs in on a day, at the desk of their own.
    fn day_of(&mut self, at: &str, email: &str, desk: &str) {
        self.clock.set(at.parse().expect("an instant"));
        self.sign_in_at(email, desk);
    }

    /// Drops a document in, as somebody drags a file onto the field.
    fn drop_in(&mut self, name: &str, bytes: &[u8]) {
        self.open("/console/desk");
        let encoded = BASE64_STANDARD.encode(bytes);
        self.follow(&format!(
            "(() => {{ const bytes = Uint8Array.from(atob('{encoded}'), one => one.charCodeAt(0));
               const files = new DataTransfer(); files.items.add(new File([bytes], {name:?}));
               const field = document.querySelector('input[type=file]'); field.files = files.files;
               field.form.querySelector('button').click() }})()"
        ));
    }

    fn is_buyable(&mut self) -> bool {
        let path = format!("/listings/{}", self.listing);
        self.open(&path);
        self.has_button("Buy now")
    }

    /// The second person approves the draft that waits first.
    fn approved_by_the_second(&mut self, expected: &[&str]) {
        self.change_person(SECOND);
        self.open("/console/desk");
        self.follow("document.querySelector('section[aria-labelledby=waiting] a').click()");
        self.says(expected);
        self.button("Approve");
        self.says(&["Entry"]);
        self.change_person(FIRST);
    }

    fn the_brand_authorises(&mut self) {
        self.day("2016-02-02T09:00:00Z");
        let letter = pdf(&[
            "We hereby authorise Omni Electronics to sell",
            "all Xiaomi smartphones in the United States.",
            "Beijing, 2 February 2016",
        ]);
        let mail = mail(
            "=?utf-8?Q?Xiaomi_Sales?= <sales@xiaomi.example>",
            "Tue, 2 Feb 2016 16:00:00 +0800",
            "Letter of authorisation",
            "Please find our letter attached.",
            Some(("letter.pdf", &letter)),
        );
        self.drop_in("authorisation.eml", &mail);
        self.says(&["Xiaomi Sales", "only its text is shown", "letter.pdf"]);
        self.link("letter.pdf");
        self.says(&[
            "We hereby authorise",
            "It holds a script",
            "authorisation.eml",
        ]);
        self.link("Authorisation or denial");
        self.says(&["suggested by line 1"]);
        assert_eq!(self.field("sellers"), "omni-electronics");
        assert_eq!(self.field("territory"), "US");
        assert_eq!(self.field("standing"), "yes");
        assert_eq!(self.field("brand"), "xiaomi");
        assert_eq!(self.field("issuer"), "xiaomi");
        assert_eq!(self.field("dated"), "2016-02-02");
        self.button("Keep as a draft");
        self.says(&[
            "No listing that is sold now would stop",
            "could open a sale",
        ]);
        assert!(!self.has_button("Put it on the record"));
        self.button("Ask a second person");
        self.says(&["You wrote this", FIRST]);
        assert!(!self.has_button("Approve"));
    }

    fn the_network_certifies(&mut self) {
        self.day("2016-03-01T09:00:00Z");
        let report = pdf(&[
            "T-Mobile US device certification",
            "The Redmi 2 Pro, model 2014819, is certified.",
        ]);
        self.drop_in("certification.pdf", &report);
        self.link("Certification");
        assert_eq!(self.field("variant"), "xiaomi.2014819");
        assert_eq!(self.field("network"), "tmobile-us");
        assert_eq!(self.field("result"), "certified");
        self.choose("issuer", "tmobile-us");
        self.button("Keep as a draft");
        self.button("Ask a second person");
    }

    fn the_network_withdraws(&mut self) {
        self.day("2016-03-05T09:00:00Z");
        let letter = mail(
            "labs@tmobile-us.example",
            "Sat, 5 Mar 2016 10:00:00 -0800",
            "Certification suspended",
            "The certification of the Redmi 2 Pro by T-Mobile US is withdrawn until further notice.",
            None,
        );
        self.drop_in("withdrawal.eml", &letter);
        self.link("Withdraw entry");
        self.says(&["One listing would no longer be sold"]);
        assert_eq!(self.field("title"), "withdrawal.eml");
        self.choose("issuer", "tmobile-us");
        self.follow(
            "document.querySelector('input[name=confirmed]').checked = true;
             document.querySelector('main button.danger').click()",
        );
        self.says(&["Entry"]);
    }

    fn the_network_returns_it(&mut self) {
        self.day("2016-03-08T09:00:00Z");
        let letter = mail(
            "labs@tmobile-us.example",
            "Tue, 8 Mar 2016 10:00:00 -0800",
            "Certification in force again",
            "The Redmi 2 Pro is certified by T-Mobile US again.",
            None,
        );
        self.drop_in("return.eml", &letter);
        // The last that was recorded of the phone is the suspension.
        self.link("Withdraw entry");
        self.says(&["An earlier entry is suspended"]);
        self.choose("issuer", "tmobile-us");
        self.choose("manner", "revoke");
        self.follow(
            "document.querySelector('input[name=confirmed]').checked = true;
             document.querySelector('main button.danger').click()",
        );
        self.says(&["waits for a second person", "1", "would"]);
        assert!(!self.has_button("Approve"));
    }
}

#[test]
fn the_whole_of_2016_on_the_desk_with_nobody_else_signed_in() {
    let Some(mut walk) = Walk::new() else {
        return;
    };
    walk.sign_in(FIRST);
    assert!(!walk.is_buyable());
    walk.the_brand_authorises();
    assert!(!walk.is_buyable());
    walk.approved_by_the_second(&["authorises Omni Electronics", "Somebody else wrote it"]);
    assert!(!walk.is_buyable(), "no network has certified it");
    walk.the_network_certifies();
    assert!(!walk.is_buyable(), "nobody has approved it");
    walk.approved_by_the_second(&["T-Mobile US", "One would start being sold"]);
    assert!(walk.is_buyable());
    walk.the_network_withdraws();
    assert!(!walk.is_buyable(), "it was withdrawn by one person alone");
    walk.the_network_returns_it();
    assert!(!walk.is_buyable(), "nobody has approved the return");
    walk.approved_by_the_second(&["One would start being sold"]);
    assert!(walk.is_buyable());
    walk.open(&format!("/listings/{}/time-line", walk.listing.clone()));
    walk.says(&["Return."]);

    // Nobody of the brand or the network has an account, and every document is as it came.
    let Walk { house, runtime, .. } = &walk;
    runtime.block_on(async {
        let inbox = house.inbox().await.expect("reads");
        assert_eq!(inbox.len(), 5, "{inbox:#?}");
        for one in inbox {
            let kept = house
                .document(&one.arrival.document)
                .await
                .expect("is whole");
            assert!(kept.is_some());
        }
        let verified = house.verify_record().await.expect("verifies");
        assert!(verified.is_clean(), "{verified:?}");
    });
}

impl Walk {
    /// Both parties have somebody who signs in.
    fn let_in(&self) {
        self.runtime.block_on(async {
            for (party, email) in [("xiaomi", OF_THE_BRAND), ("tmobile-us", OF_THE_NETWORK)] {
                let added = self
                    .house
                    .put_user(shop::id(party), email, PASSWORD.to_owned());
                added.await.expect("a user");
            }
        });
    }

    /// Ends or lifts what is the last that this party said.
    fn ends_the_last(&mut self, manner: &str) {
        self.follow("document.querySelector('main .line-title a').click()");
        self.choose("manner", manner);
        self.fill_in("title", "From the desk");
        self.follow(
            "document.querySelector('input[name=confirmed]').checked = true;
             document.querySelector('main button.danger').click()",
        );
    }
}

#[test]
fn the_whole_of_2016_with_the_brand_and_the_network_signed_in() {
    let Some(mut walk) = Walk::new() else {
        return;
    };
    walk.let_in();
    walk.day_of("2016-02-02T09:00:00Z", OF_THE_BRAND, "Desk of Xiaomi");
    walk.says(&["Nothing is on the record from Xiaomi yet"]);
    walk.open("/desk/evidence/sales_authorization");
    walk.choose("standing", "yes");
    walk.choose("brand", "xiaomi");
    for (name, value) in [
        ("sellers", "omni-electronics"),
        ("categories", "smartphone"),
        ("territory", "US"),
        ("title", "Letter of authorisation"),
        ("dated", "2016-02-02"),
    ] {
        walk.fill_in(name, value);
    }
    walk.button("Put on the record");
    walk.says(&["What you said", "Omni Electronics"]);
    assert!(!walk.is_buyable(), "no network has certified it");
    walk.sign_out();

    walk.day_of(
        "2016-03-01T09:00:00Z",
        OF_THE_NETWORK,
        "Desk of T-Mobile US",
    );
    assert!(
        !walk.text().contains("Omni"),
        "the brand's word is the brand's"
    );
    walk.open("/desk/evidence/device_certification");
    walk.choose("variant", "xiaomi.2014819");
    walk.choose("network", "tmobile-us");
    walk.choose("result", "certified");
    walk.fill_in("title", "Test report");
    walk.button("Put on the record");
    walk.says(&["would stop without it"]);
    assert!(walk.is_buyable(), "both have said so themselves");

    walk.clock
        .set("2016-03-05T09:00:00Z".parse().expect("an instant"));
    walk.sign_in_at(OF_THE_NETWORK, "Desk of T-Mobile US");
    walk.ends_the_last("suspend");
    assert!(!walk.is_buyable(), "the network withdrew it");

    walk.clock
        .set("2016-03-08T09:00:00Z".parse().expect("an instant"));
    walk.sign_in_at(OF_THE_NETWORK, "Desk of T-Mobile US");
    walk.ends_the_last("revoke");
    assert!(walk.is_buyable(), "and let it return");
    walk.open(&format!("/listings/{}/time-line", walk.listing.clone()));
    walk.says(&["Return."]);
    let Walk { house, runtime, .. } = &walk;
    let verified = runtime.block_on(house.verify_record()).expect("verifies");
    assert!(verified.is_clean(), "{verified:?}");
}
