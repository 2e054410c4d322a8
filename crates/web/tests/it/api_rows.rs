//! One good request for every route of the API: what the tests of access, origins and hostile input go through.
//!
//! A route of the table without a row here fails, and so does a row without a route.

use axum::http::Method;
use domain::evidence::Claim;
use domain::member::{MemberRole, TokenScope};
use serde_json::{Value, json};
use story::Cast;
use trade::change::Draft;
use trade::desk::SecondPerson;
use trade::letters::Post;
use trade::letters::outside::Mail;
use trade::people::{By, Invite, NewToken};
use trade::{FileKind, House};
use web::{Access, RouteInfo, route_table};

use crate::harness::{Ask, DESK, MARKET, PASSWORD, Site};

/// What a route is sent.
#[derive(Clone)]
pub enum Sent {
    Nothing,
    Json(Value),
    Toml,
    File(&'static str),
    Csv(&'static str),
}

/// One route with a good request.
pub struct Row {
    pub method: Method,
    pub path: &'static str,
    pub query: &'static str,
    pub sent: Sent,
    /// What somebody who may gets.
    pub status: u16,
    /// Who may, written here a second time on purpose.
    pub access: Access,
    /// What an owner of a seller gets.
    pub of_a_partner: u16,
    needs_key: bool,
}

/// What the `{names}` of paths stand for in the house of the story.
pub struct Named {
    pub cart: String,
    pub order: String,
    pub data_set: String,
    pub listing: String,
    pub evidence: String,
    pub document: String,
    /// Of the operator's: a clerk, an open invitation, a session, a token.
    pub member: String,
    pub invitation: String,
    pub session: String,
    pub token: String,
    /// Drafted, of a party whose address is known.
    pub request: String,
    pub draft: String,
}

impl Named {
    pub async fn of(site: &Site, cast: &Cast) -> Self {
        let listing = cast.race_listing.clone();
        let house = &site.house;
        // Each row is one person's; what a second approves is tried by itself.
        house
            .decide_second_person(SecondPerson::Off)
            .await
            .expect("is decided");
        let cart = house.open_cart().await.expect("opens");
        let put = house.put_in_cart(&cart, &listing, 1).await;
        put.expect("the listing is there");
        let orders = house.orders_of(&listing, 1).await.expect("reads");
        let bands = house.built_in(FileKind::KnownBands).await.expect("reads");
        let by = house.session(&site.operator).await.expect("reads");
        let by = by.expect("is signed in");
        let invite = Invite {
            party: by.party.clone(),
            email: "new@us-mobile.example".to_owned(),
            role: MemberRole::Reader,
        };
        let invitation = house
            .invite(By::Member(&by), invite, "http://localhost:8080")
            .await;
        let asked = NewToken {
            name: "A program".to_owned(),
            scopes: vec![TokenScope::Read],
            days: 1,
        };
        let token = house.new_token(&by, asked).await.expect("makes");
        let other = house.sign_in(DESK, PASSWORD.to_owned()).await;
        let sessions = house.own_sessions(&by, &other.expect("signs in")).await;
        let sessions = sessions.expect("reads");
        let session = sessions.iter().find(|one| one.is_current);
        let request = drafted(house).await;
        Self {
            request,
            member: site.clerk().await,
            invitation: invitation.expect("invites").id,
            session: session.expect("the other").id.clone(),
            token: token.0.id,
            cart: cart.to_string(),
            order: orders[0].id.to_string(),
            data_set: bands.expect("comes with the program").id.to_string(),
            listing: listing.to_string(),
            evidence: cast.race_certification.to_string(),
            document: {
                let kept = house.keep_document("letter.txt", b"A letter");
                kept.await.expect("keeps").0
            },
            draft: {
                let by = house.session(&site.operator).await.expect("reads");
                let claim = Claim::Statement {
                    role: "brand".to_owned(),
                };
                let scope = "brand:xiaomi".parse().expect("a scope");
                let issuer = "xiaomi".parse().expect("an id");
                let draft = Draft::own(scope, issuer, claim, "Letter", "");
                let kept = house.draft(draft, &by.expect("is signed in")).await;
                kept.expect("keeps").id
            },
        }
    }

    pub fn path(&self, template: &str) -> String {
        template
            .replace("{cart}", &self.cart)
            .replace("{order}", &self.order)
            .replace("{data_set}", &self.data_set)
            .replace("{listing}", &self.listing)
            .replace("{evidence}", &self.evidence)
            .replace("{document}", &self.document)
            .replace("{member}", &self.member)
            .replace("{invitation}", &self.invitation)
            .replace("{session}", &self.session)
            .replace("{token}", &self.token)
            .replace("{request}", &self.request)
            .replace("{party}", "xiaomi")
            .replace("{draft}", &self.draft)
            .replace("{market}", MARKET)
            .replace("{network}", "att-us")
            .replace("{tac}", "86763402")
            .replace("{position}", "0")
    }
}

/// A request that can be sent: mail goes nowhere until somebody delivers it.
async fn drafted(house: &House) -> String {
    house.set_post(Post {
        mail: Mail::Folder("mail".into()),
        from: "desk@us-mobile.example".parse().expect("an address"),
        url: "http://localhost:8080".parse().expect("an address"),
    });
    let party = "xiaomi".parse().expect("reads");
    let later = "2026-01-01".parse().expect("reads");
    let drafted = house.draft_renewal(&party, later, "rows", web::claim_sentence);
    let drafted = drafted.await.expect("drafts").requests;
    for id in &drafted {
        let found = house.request(id).await.expect("reads").expect("is there");
        let put = house.put_contact(&found.row.party, "desk@brand.example", "rows");
        put.await.expect("is kept");
    }
    drafted.first().expect("the brand said something").clone()
}

impl Row {
    fn new(method: Method, path: &'static str, status: u16) -> Self {
        Self {
            method,
            path,
            query: "",
            sent: Sent::Nothing,
            status,
            access: Access::Public,
            of_a_partner: status,
            needs_key: false,
        }
    }

    fn asks(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }

    pub fn sends(mut self, sent: Sent) -> Self {
        self.sent = sent;
        self
    }

    fn for_the_operator(mut self) -> Self {
        self.access = Access::SignedIn;
        self.of_a_partner = 403;
        self
    }

    /// For others too: what an owner of a seller gets of the operator's things.
    fn for_whom(mut self, access: Access, of_a_partner: u16) -> Self {
        self.access = access;
        self.of_a_partner = of_a_partner;
        self
    }

    fn with_key(mut self) -> Self {
        self.needs_key = true;
        self
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn changes(&self) -> bool {
        self.method != Method::GET
    }

    pub fn ask<'a>(&self, site: &'a Site, named: &Named) -> Ask<'a> {
        let path = format!("{}{}", named.path(self.path), self.query);
        self.ask_at(site, &path, named)
    }

    /// The same request at another address.
    pub fn ask_at<'a>(&self, site: &'a Site, path: &str, named: &Named) -> Ask<'a> {
        let mut ask = site.ask(self.method.clone(), path);
        if self.needs_key {
            ask = ask.header("idempotency-key", "a-key-of-the-rows");
        }
        match &self.sent {
            Sent::Nothing => ask,
            Sent::Json(body) => {
                let text = named.path(&body.to_string());
                ask.json(&serde_json::from_str(&text).expect("JSON"))
            }
            Sent::Toml => ask.bytes("application/toml", POLICY.into()),
            Sent::File(text) => ask.bytes("application/octet-stream", (*text).into()),
            Sent::Csv(text) => ask.bytes("text/csv", (*text).into()),
        }
    }
}

pub const POLICY: &str = include_str!("../../../../data/demo/us.toml");
pub const FEED: &str = include_str!("../../../../data/demo/omni-electronics.tsv");
pub const DEVICES: &str = "Retail Branding,Marketing Name,Device,Model\nAcme,One,one,A1\n";

/// A row for each route, in an order in which each can be done.
#[rustfmt::skip]
pub fn rows() -> Vec<Row> {
    let get = |path, status| Row::new(Method::GET, path, status);
    let post = |path, status| Row::new(Method::POST, path, status);
    let put = |path, status| Row::new(Method::PUT, path, status);
    let delete = |path, status| Row::new(Method::DELETE, path, status);
    let line = json!({ "lines": [{ "listing": "{listing}", "quantity": 1 }] });
    let statement = json!({
        "scope": "brand:xiaomi", "issuer": "xiaomi", "title": "A letter",
        "claim": { "kind": "statement", "role": "brand" },
    });
    vec![
        get("/healthz", 200),
        get("/readyz", 200),
        get("/api/v1/openapi.json", 200),
        post("/api/v1/sessions", 401).sends(Sent::Json(json!({ "email": "nobody@example.com", "password": "no" }))),
        get("/api/v1/check", 200).asks("?device=Xiaomi%20Mi%204i&network=T-Mobile&country=US&at=2016-02-01"),
        post("/api/v1/checks", 200).asks("?network=T-Mobile&country=US").sends(Sent::Csv("device\nMi 4i\n")),
        post("/api/v1/unit-checks", 200).sends(Sent::Json(json!({ "imei": "49-015420-323751-8" }))),
        post("/api/v1/title-matches", 200).sends(Sent::Json(json!({ "titles": [{ "title": "Xiaomi Mi 4i 16GB" }] }))),
        get("/api/v1/devices", 200),
        get("/api/v1/devices/suggestions", 200).asks("?typed=galxy"),
        get("/api/v1/tacs/{tac}", 200),
        get("/api/v1/networks", 200),
        get("/api/v1/networks/{network}", 200),
        get("/api/v1/bands", 200),
        get("/api/v1/markets", 200),
        get("/api/v1/markets/{market}/policy", 200),
        get("/api/v1/markets/{market}/listings", 200),
        get("/api/v1/listings/{listing}", 200),
        get("/api/v1/listings/{listing}/verdict", 200),
        get("/api/v1/listings/{listing}/time-line", 200),
        get("/api/v1/listings/{listing}/offered", 200),
        post("/api/v1/verdicts", 200).sends(Sent::Json(json!({
            "market": "us", "seller": "omni-electronics", "variant": "xiaomi.2014819",
        }))),
        get("/api/v1/listings/{listing}/why-not", 200).for_the_operator(),
        post("/api/v1/why-not", 200).for_the_operator().sends(Sent::Json(json!({
            "market": "us", "seller": "omni-electronics", "variant": "xiaomi.2014819",
        }))),
        get("/api/v1/evidence/{evidence}/around", 200).for_the_operator(),
        get("/api/v1/evidence/{evidence}/listings", 200).for_the_operator(),
        get("/api/v1/evidence/{evidence}/orders", 200).for_the_operator(),
        get("/api/v1/verdict-changes", 200).for_the_operator(),
        get("/api/v1/metrics", 200).for_the_operator(),
        post("/api/v1/impacts", 200).for_the_operator().sends(Sent::Json(json!({ "change": "time" }))),
        post("/api/v1/orders", 201).with_key().sends(Sent::Json(line)),
        get("/api/v1/orders/{order}", 200).for_the_operator(),
        post("/api/v1/carts", 201),
        get("/api/v1/carts/{cart}", 200),
        put("/api/v1/carts/{cart}/lines/{listing}", 200).sends(Sent::Json(json!({ "quantity": 2 }))),
        post("/api/v1/carts/{cart}/check-out", 201).with_key(),
        get("/api/v1/evidence/{evidence}", 200),
        post("/api/v1/signed-evidence", 422).for_the_operator().sends(Sent::Json(json!({ "note": "not signed" }))),
        get("/api/v1/issuer-keys", 200),
        post("/api/v1/documents", 201).for_the_operator().asks("?name=letter.txt").sends(Sent::File("A second letter")),
        get("/api/v1/documents/{document}", 200).for_the_operator(),
        post("/api/v1/evidence", 201).for_whom(Access::Member, 404).sends(Sent::Json(statement)),
        get("/api/v1/drafts", 200).for_the_operator(),
        get("/api/v1/drafts/{draft}", 200).for_the_operator(),
        post("/api/v1/drafts/{draft}/approval", 409).for_the_operator().sends(Sent::Json(json!({ "version": 1, "impact_mark": "0" }))),
        post("/api/v1/drafts/{draft}/discard", 204).for_the_operator().sends(Sent::Json(json!({ "version": 1 }))),
        get("/api/v1/data-sets", 200),
        get("/api/v1/data-sets/{data_set}", 200),
        post("/api/v1/data-sets", 201).for_the_operator().asks("?name=supported_devices.csv").sends(Sent::File(DEVICES)),
        post("/api/v1/audits", 200).for_the_operator().asks("?market=us").sends(Sent::File("title\nXiaomi Mi 4i\n")),
        post("/api/v1/markets/{market}/feeds", 200).for_the_operator().asks("?seller=omni-electronics&name=offers.tsv").sends(Sent::File(FEED)),
        put("/api/v1/markets/{market}/data-sets/{data_set}", 201).for_the_operator(),
        get("/api/v1/markets/{market}/data-sets/{data_set}/comparison", 200).for_the_operator(),
        delete("/api/v1/markets/{market}/data-sets/{data_set}", 201).for_the_operator(),
        put("/api/v1/data-sets/{data_set}/retirement", 200).for_the_operator(),
        delete("/api/v1/data-sets/{data_set}/retirement", 200).for_the_operator(),
        put("/api/v1/markets/{market}/policy", 201).for_the_operator().sends(Sent::Toml),
        put("/api/v1/listings/{listing}/state", 200).for_the_operator().sends(Sent::Json(json!({ "state": "taken_down", "title": "A test" }))),
        post("/api/v1/evidence/{evidence}/withdrawals", 201).for_whom(Access::Member, 404).sends(Sent::Json(json!({ "manner": "suspend", "title": "A test" }))),
        get("/api/v1/requests", 200).for_the_operator().asks("?state=drafted"),
        post("/api/v1/requests", 200).for_the_operator().sends(Sent::Json(json!({ "market": "us" }))),
        get("/api/v1/requests/{request}", 200).for_the_operator(),
        put("/api/v1/requests/{request}/letter", 200).for_the_operator().sends(Sent::Json(json!({ "subject": "Please", "text": "Confirm" }))),
        post("/api/v1/requests/{request}/sendings", 200).for_the_operator(),
        put("/api/v1/requests/{request}/closure", 200).for_the_operator(),
        get("/api/v1/contacts", 200).for_the_operator(),
        put("/api/v1/contacts/{party}", 204).for_the_operator().sends(Sent::Json(json!({ "email": "legal@brand.example" }))),
        get("/api/v1/letters", 200).for_the_operator(),
        get("/api/v1/expiring", 200).for_the_operator(),
        get("/api/v1/record", 200),
        get("/api/v1/record/{position}", 200),
        get("/api/v1/record/checkpoint", 200),
        get("/api/v1/record/key", 200),
        get("/api/v1/record/verify", 200).for_the_operator(),
        get("/api/v1/members", 200).for_whom(Access::Owner, 200),
        put("/api/v1/members/{member}/role", 204).for_whom(Access::Owner, 404).sends(Sent::Json(json!({ "role": "reader" }))),
        delete("/api/v1/members/{member}", 204).for_whom(Access::Owner, 404),
        get("/api/v1/invitations", 200).for_whom(Access::Owner, 200),
        post("/api/v1/invitations", 201).for_whom(Access::Owner, 201).sends(Sent::Json(json!({ "email": "a@b.example", "role": "clerk" }))),
        delete("/api/v1/invitations/{invitation}", 204).for_whom(Access::Owner, 404),
        get("/api/v1/tokens", 200).for_whom(Access::Account, 200),
        post("/api/v1/tokens", 201).for_whom(Access::Account, 201).sends(Sent::Json(json!({ "name": "Feed", "scopes": ["read"] }))),
        delete("/api/v1/tokens/{token}", 204).for_whom(Access::Account, 404),
        get("/api/v1/sessions", 200).for_whom(Access::Account, 200),
        delete("/api/v1/sessions/{session}", 204).for_whom(Access::Account, 404),
        delete("/api/v1/sessions", 204).for_whom(Access::Account, 204),
        delete("/api/v1/sessions/current", 204),
    ]
}

/// The rows of the route table that are the API's.
pub fn table() -> Vec<RouteInfo> {
    let is_ours = |path: &str| path.starts_with("/api/") || ["/healthz", "/readyz"].contains(&path);
    let table = route_table().into_iter();
    table.filter(|row| is_ours(row.path)).collect()
}

#[test]
fn every_route_has_its_row_with_who_may_use_it_and_no_other() {
    let mut routes: Vec<String> = table()
        .iter()
        .map(|route| format!("{} {} {:?}", route.method, route.path, route.access))
        .collect();
    let mut rows: Vec<String> = rows()
        .iter()
        .map(|row| format!("{} {:?}", row.name(), row.access))
        .collect();
    routes.sort_unstable();
    rows.sort_unstable();
    assert_eq!(routes, rows);
}
