//! A house with something on each of its pages: documents, drafts, requests, links of letters, an order, a full cart.

use std::path::Path;

use acceptance::shop;
use domain::evidence::Standing;
use domain::member::{MemberRole, TokenScope};
use domain::scope::Scope;
use trade::House;
use trade::change::Draft;
use trade::desk::Entered;
use trade::letters::Post;
use trade::letters::outside::Mail;
use trade::people::{By, Invite, NewToken, SignedIn};
use trade::requests::{Answering, GivenAnswer, ItemAnswer};

use crate::desk;

const PASSWORD: &str = "correct horse battery";
const HERE: &str = "http://localhost:8080";
/// Data sets that are looked at.
const DATA_SETS: usize = 3;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What pages of the full house are named by.
pub struct Found {
    pub documents: Vec<String>,
    pub drafts: Vec<String>,
    pub requests: Vec<String>,
    pub data_sets: Vec<String>,
    pub order: String,
    pub cart: String,
    /// Of the host network, and of the brand.
    pub said: Vec<String>,
    pub answer: String,
    pub invitation: String,
    pub reset: String,
}

/// The path of the link of this kind in the letters that wait; they are sent.
async fn link(house: &House, mail: &Path, kind: &str) -> String {
    let done = house.deliver_due(house.now().plus_ms(1_000)).await;
    assert!(done.expect("delivers").sent > 0, "{kind}: no letter");
    let mut found = None;
    for file in std::fs::read_dir(mail).expect("a folder") {
        let path = file.expect("a letter").path();
        let letter = std::fs::read_to_string(&path).expect("reads");
        // A long line of a letter is folded.
        let letter = letter.replace("=\r\n", "");
        if let Some(at) = letter.find(&format!("{HERE}/{kind}/")) {
            let path = letter[at + HERE.len()..].split_whitespace().next();
            found = Some(path.expect("a link").to_owned());
        }
        std::fs::remove_file(path).expect("a file");
    }
    found.unwrap_or_else(|| panic!("no link of {kind}"))
}

async fn whose(house: &House, token: &str) -> SignedIn {
    let found = house.session(token).await.expect("reads");
    found.expect("is signed in")
}

/// A picture of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Documents of each kind, some of them made to harm.
fn documents() -> Vec<(&'static str, Vec<u8>)> {
    use base64::Engine as _;
    let pixel = base64::prelude::BASE64_STANDARD
        .decode(PIXEL)
        .expect("reads");
    let huge = {
        let mut bytes = pixel.clone();
        bytes[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        bytes
    };
    let mail = "From: =?utf-8?Q?Sales_=3Cscript=3E?= <sales@xiaomi.example>\r\nTo: desk@us-mobile.example\r\n\
        Date: Tue, 2 Feb 2016 16:00:00 +0800\r\nSubject: Authorised <b>now</b>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
        <p>We authorise Omni Electronics to sell Xiaomi smartphones in the US.</p><script>document.title='run'</script>\
        <img src=https://tracker.example/x.png onerror=\"document.title='run'\">\r\n--x\r\n\
        Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"letter.pdf\"\r\n\r\n\
        %PDF-1.4\n1 0 obj << /OpenAction << /S /JavaScript /JS (x) >> >> endobj\n\
        4 0 obj << /Length 44 >>\nstream\nBT (Xiaomi authorises Omni Electronics) Tj ET\nendstream endobj\n%%EOF\r\n--x--\r\n";
    vec![
        ("letter.eml", mail.as_bytes().to_vec()),
        ("portal.png", pixel),
        ("huge.png", huge),
        ("approved.csv", b"tac,model\n86763402,Mi 4i\n35647100,A70\n".to_vec()),
        ("page.html", b"<!DOCTYPE html><html><body onload=\"document.title='run'\"><h1>Not certified</h1></body></html>".to_vec()),
        ("unknown.bin", vec![0, 159, 146, 150]),
    ]
}

impl Found {
    pub async fn of(house: &House, cast: &story::Cast, operator: &str, mail: &Path) -> Self {
        house.set_post(Post {
            mail: Mail::Folder(mail.to_owned()),
            from: "desk@us-mobile.example".parse().expect("an address"),
            url: HERE.parse().expect("an address"),
        });
        let one = whose(house, operator).await;
        let two = desk_person(house).await;
        let mut kept = Vec::new();
        for (name, bytes) in documents() {
            let brought = house.bring_document(name, bytes, &one).await;
            kept.push(brought.expect("is kept").0);
        }
        let order = house.orders_of(&cast.race_listing, 1).await.expect("reads");
        let cart = house.open_cart().await.expect("opens");
        for listing in [&cast.race_listing, &cast.slider_listing] {
            house.put_in_cart(&cart, listing, 1).await.expect("is put");
        }
        let (requests, answer) = asked(house, mail).await;
        let invite = Invite {
            party: one.party.clone(),
            email: "new@us-mobile.example".to_owned(),
            role: MemberRole::Reader,
        };
        house
            .invite(By::Member(&one), invite, HERE)
            .await
            .expect("invites");
        let invitation = link(house, mail, "invitations").await;
        house
            .ask_password_reset(&two.email, HERE)
            .await
            .expect("is asked");
        let reset = link(house, mail, "password-resets").await;
        let token = NewToken {
            name: "Feed of a very long name that some program of some party has".to_owned(),
            scopes: TokenScope::ALL.to_vec(),
            days: 30,
        };
        house.new_token(&one, token).await.expect("makes");
        let mut said = vec![cast.race_certification.to_string()];
        for entry in house.record_page(0, 100).await.expect("reads") {
            let evidence = entry.recorded.evidence;
            if evidence.issuer.as_str() == "xiaomi" && said.len() == 1 {
                said.push(evidence.id.to_string());
            }
        }
        let data_sets = house.data_sets().await.expect("reads");
        let data_sets = data_sets
            .iter()
            .take(DATA_SETS)
            .map(|one| one.id.to_string());
        Self {
            data_sets: data_sets.collect(),
            drafts: drafts(house, &one, &two).await,
            documents: kept,
            requests,
            order: order[0].id.to_string(),
            cart: cart.to_string(),
            said,
            answer,
            invitation,
            reset,
        }
    }
}

async fn desk_person(house: &House) -> SignedIn {
    let email = "second@us-mobile.example";
    let added = house.put_user(shop::id("us-mobile"), email, PASSWORD.to_owned());
    added.await.expect("is added");
    let token = house.sign_in(email, PASSWORD.to_owned()).await;
    whose(house, &token.expect("signs in")).await
}

/// One that is being written, one that waits for each of two people, one that was recorded.
async fn drafts(house: &House, one: &SignedIn, two: &SignedIn) -> Vec<String> {
    let brand = shop::id("xiaomi");
    let draft = || {
        let claim = shop::authorization(&brand, Standing::Yes);
        Draft::own(
            Scope::Brand(brand.clone()),
            shop::id("xiaomi"),
            claim,
            "Letter",
            "2016-02-01",
        )
    };
    let own = house.draft(draft(), one).await.expect("is kept").id;
    let mut drafts = vec![own];
    for by in [one, two, one] {
        let Entered::Waiting(waiting) = house.enter(draft(), by).await.expect("is kept") else {
            panic!("an authorisation needs two");
        };
        drafts.push(waiting.id);
    }
    desk::decided(house, &drafts[3], two)
        .await
        .expect("is approved");
    drafts
}

/// Requests that are answered, sent and drafted, and the open link of the second.
async fn asked(house: &House, mail: &Path) -> (Vec<String>, String) {
    let market = shop::id("us");
    let drafted = house
        .draft_requests(&market, "desk", web::claim_sentence)
        .await;
    let mut all = drafted.expect("drafts").requests;
    let later = house.now().plus_ms(400 * DAY_MS);
    for party in ["xiaomi", "tmobile-us"] {
        let party = shop::id(party);
        let drafted = house.draft_renewal(&party, later, "desk", web::claim_sentence);
        all.extend(drafted.await.expect("drafts").requests);
    }
    all.dedup();
    assert!(all.len() >= 2, "{all:?}");
    let mut open = String::new();
    for id in all.iter().take(2) {
        let request = house.request(id).await.expect("reads").expect("is there");
        let put = house.put_contact(&request.row.party, "legal@issuer.example", "desk");
        put.await.expect("is kept");
        house.send_request(id).await.expect("is sent");
        let path = link(house, mail, "answer").await;
        if *id == all[0] {
            let items = request.items.iter().map(|item| GivenAnswer {
                number: item.number,
                answer: ItemAnswer::Refused,
                identifier: String::new(),
            });
            let answering = Answering {
                name: "Somebody <script>".to_owned(),
                remark: "No, and that is final.".to_owned(),
                items: items.collect(),
                document: None,
            };
            let token = path.rsplit('/').next().expect("a token");
            house
                .answer_request(token, answering)
                .await
                .expect("is answered");
        } else {
            open = path;
        }
    }
    (all, open)
}
