//! Fields that decide who somebody is, or what is sold, sent where nobody asked for them: without effect.

use domain::member::MemberRole;
use serde_json::{Value, json};

use crate::api_rows::{Named, Sent, rows};
use crate::cast::whose;
use crate::harness::{Answer, OPERATOR, PASSWORD, Site};

/// What an attacker would like to set, by the names that are in use here and elsewhere.
const WANTED: [(&str, &str); 18] = [
    ("party_id", "us-mobile"),
    ("party", "us-mobile"),
    ("seller_id", "omni-electronics"),
    ("seller", "omni-electronics"),
    ("issuer", "tmobile-us"),
    ("issuer_id", "tmobile-us"),
    ("vouching", "operator"),
    ("roles", "operator"),
    ("role", "owner"),
    ("member_role", "owner"),
    ("is_operator", "true"),
    ("is_admin", "true"),
    ("on_sale", "true"),
    ("is_buyable", "true"),
    ("verdict", "sellable"),
    ("price_minor", "1"),
    ("state", "offered"),
    ("user_id", "us-1"),
];

#[tokio::test]
async fn a_field_of_the_house_s_own_is_refused_in_every_body_that_does_not_ask_for_it() {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let head = site.house.snapshot().next_position();
    let members = site
        .house
        .members(&OPERATOR.parse().unwrap())
        .await
        .unwrap();
    let mut tried = 0;
    for row in rows() {
        let Sent::Json(body) = row.sent.clone() else {
            continue;
        };
        let places = body.as_object().unwrap().clone();
        for (name, value) in WANTED {
            // What a route asks for by this name is its own to check.
            let asks = (name == "issuer" && row.path.contains("evidence"))
                || (name == "party" && row.path == "/api/v1/invitations")
                || (name == "seller" && row.path == "/api/v1/why-not")
                || places.contains_key(name);
            if asks {
                continue;
            }
            let mut more = places.clone();
            more.insert(name.to_owned(), json!(value));
            let ask = row
                .ask(&site, &named)
                .json(&named_in(&named, &Value::Object(more)));
            let answer = ask.operator().send().await;
            let place = format!("/{name}");
            let found = answer.places(422, "invalid_input");
            assert!(found.contains(&place), "{} {name}: {found:?}", row.name());
            tried += 1;
        }
    }
    assert!(tried > 150, "only {tried} were tried");
    assert_eq!(site.house.snapshot().next_position(), head);
    let after = site
        .house
        .members(&OPERATOR.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(after, members);
}

fn named_in(named: &Named, body: &Value) -> Value {
    serde_json::from_str(&named.path(&body.to_string())).expect("JSON")
}

/// A form with everything an attacker would like to set behind its own fields.
async fn send(site: &Site, token: &str, path: &str, own: &[(&str, &str)]) -> Answer {
    let more = WANTED
        .iter()
        .filter(|(name, _)| !own.iter().any(|(known, _)| known == name));
    let pairs: Vec<String> = own
        .iter()
        .chain(more)
        .map(|(name, value)| format!("{name}={}", value.replace(' ', "+").replace('@', "%40")))
        .collect();
    let ask = site
        .post(path)
        .header("sec-fetch-site", "same-origin")
        .bearer(token);
    let body = pairs.join("&").into_bytes();
    ask.bytes("application/x-www-form-urlencoded", body)
        .send()
        .await
}

#[tokio::test]
async fn in_a_form_such_a_field_changes_nothing() {
    let (site, _) = Site::of_the_story().await;
    let clerk = site
        .session_as("xiaomi", "clerk@xiaomi.example", MemberRole::Clerk)
        .await;
    let before = whose(&site, &clerk).await;

    let own = [
        ("id", "ev-own"),
        ("scope", "brand:xiaomi"),
        ("role", "brand"),
        ("words", "Hello"),
        ("title", "A letter"),
    ];
    let said = send(&site, &clerk, "/desk/evidence/statement", &own).await;
    assert_eq!(
        said.header("location"),
        "/desk/said/ev-own",
        "{}",
        said.text()
    );
    let entry = site.get("/api/v1/evidence/ev-own").send().await.json(200);
    assert_eq!(entry["issuer"], "xiaomi");
    assert_eq!(entry["vouching"], "issuer");
    assert_eq!(entry["roles"], json!(["brand"]));

    let own = [("before", PASSWORD), ("password", "a new password")];
    let changed = send(&site, &clerk, "/account/password", &own).await;
    assert_eq!(changed.status.as_u16(), 200, "{}", changed.text());
    let own = [("name", "Feed"), ("days", "1"), ("read", "yes")];
    let made = send(&site, &clerk, "/account/tokens", &own).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    assert_eq!(whose(&site, &clerk).await, before);

    let owner = site.session_of("xiaomi", "owner@xiaomi.example").await;
    let own = [
        ("party", ""),
        ("email", "x@xiaomi.example"),
        ("role", "reader"),
    ];
    let invited = send(&site, &owner, "/people/invitations", &own).await;
    assert_eq!(invited.header("location"), "/people?party=xiaomi");
    let open = site
        .house
        .invitations(&"xiaomi".parse().unwrap())
        .await
        .unwrap();
    assert_eq!((open.len(), open[0].role), (1, MemberRole::Reader));
    let of_the_operator = site
        .house
        .invitations(&OPERATOR.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(of_the_operator, []);
}
