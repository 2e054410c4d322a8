//! What each role is shown: the fields of every answer of the API, by who asks, are those that are committed.
//!
//! A field that newly comes out, or comes out to somebody else, is a difference in docs/api/fields.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::member::{MemberRole, TokenScope};
use serde_json::Value;

use crate::api_rows::{Named, rows};
use crate::cast::program;
use crate::harness::{Answer, OPERATOR, Site};

/// Its answer is the document beside this one.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// The parties whose people ask, and what they are in the table.
const PARTIES: [(&str, &str); 4] = [
    (OPERATOR, "operator"),
    ("xiaomi", "brand"),
    ("tmobile-us", "host"),
    ("omni-electronics", "seller"),
];

/// Somebody who asks.
#[derive(Clone, Copy)]
enum Who {
    Nobody,
    Member(&'static str, &'static str, MemberRole),
    Program(TokenScope),
}

impl Who {
    /// Those of a group ask the same house: what one of them changes no other of them is shown.
    fn groups() -> Vec<Vec<Self>> {
        let of_parties = |parties: &[(&'static str, &'static str)], role| -> Vec<Self> {
            let members = parties.iter();
            members
                .map(|(party, name)| Self::Member(party, name, role))
                .collect()
        };
        let mut who_only_look = vec![Self::Nobody];
        who_only_look.extend(of_parties(&PARTIES, MemberRole::Reader));
        vec![
            who_only_look,
            TokenScope::ALL.map(Self::Program).to_vec(),
            of_parties(&PARTIES[1..], MemberRole::Clerk),
            of_parties(&PARTIES[1..], MemberRole::Owner),
            of_parties(&PARTIES[..1], MemberRole::Clerk),
            of_parties(&PARTIES[..1], MemberRole::Owner),
        ]
    }

    fn name(self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::Member(_, party, role) => format!("{party} {role}"),
            Self::Program(scope) => format!("token {scope}"),
        }
    }

    async fn token(self, site: &Site) -> Option<String> {
        match self {
            Self::Nobody => None,
            // It is this one's things that the rows name.
            Self::Member(OPERATOR, _, MemberRole::Owner) => Some(site.operator.clone()),
            Self::Member(party, name, role) => {
                let email = format!("{role}@{name}.example");
                Some(site.session_as(party, &email, role).await)
            }
            Self::Program(scope) => Some(program(site, &site.operator, &[scope], 30).await.1),
        }
    }
}

/// The places of a value, without those of others in them: `lines[].quantity`.
fn places(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let at = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                places(value, &at, found);
            }
        }
        Value::Array(values) => {
            let at = format!("{at}[]");
            values.iter().for_each(|value| places(value, &at, found));
        }
        _ => {
            found.insert(at.to_owned());
        }
    }
}

/// What an answer is, in lines: its status, and its fields by the object they stand in.
fn shape(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    let kind = answer
        .header("content-type")
        .split(';')
        .next()
        .unwrap_or_default();
    let mut found = BTreeSet::new();
    match kind {
        "application/problem+json" => {
            let problem: Value = serde_json::from_slice(&answer.body).expect("JSON");
            let code = problem["code"].as_str().expect("a code").to_owned();
            places(&problem, "", &mut found);
            let usual = [
                "code",
                "detail",
                "help",
                "request_id",
                "status",
                "title",
                "type",
            ];
            let usual: BTreeSet<String> = usual.map(str::to_owned).into();
            let more: Vec<&str> = found.difference(&usual).map(String::as_str).collect();
            let more = more.join(" ");
            return format!("{status} `{code}` {more}").trim_end().to_owned();
        }
        "application/json" => {
            let value: Value = serde_json::from_slice(&answer.body).expect("JSON");
            places(&value, "", &mut found);
        }
        "application/jsonl" => {
            for line in answer.text().lines() {
                let value: Value = serde_json::from_str(line).expect("JSON");
                places(&value, "", &mut found);
            }
        }
        other => return format!("{status} {other}").trim_end().to_owned(),
    }
    let mut by_object: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for place in &found {
        let (object, field) = place.rsplit_once('.').unwrap_or(("", place));
        by_object.entry(object).or_default().push(field);
    }
    let mut text = status.to_string();
    for (object, fields) in by_object {
        let object = if object.is_empty() { "-" } else { object };
        write!(text, "\n    {object}: {}", fields.join(" ")).expect("writes");
    }
    text
}

/// The roles, shortly: all of a party's as the party.
fn shortly(names: &BTreeSet<String>) -> String {
    let mut short = Vec::new();
    let mut rest = names.clone();
    for (_, party) in PARTIES {
        let of_it = MemberRole::ALL.map(|role| format!("{party} {role}"));
        if of_it.iter().all(|one| rest.contains(one)) {
            rest.retain(|one| !of_it.contains(one));
            short.push(format!("{party} (all)"));
        }
    }
    let tokens = TokenScope::ALL.map(|scope| format!("token {scope}"));
    if tokens.iter().all(|one| rest.contains(one)) {
        rest.retain(|one| !tokens.contains(one));
        short.push("every token".to_owned());
    }
    short.extend(rest);
    short.join(", ")
}

#[tokio::test]
async fn each_role_is_shown_the_committed_fields_and_no_other() {
    let mut shapes: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for group in Who::groups() {
        let (site, cast) = Site::of_the_story().await;
        let mut named = Named::of(&site, &cast).await;
        for who in group {
            let token = who.token(&site).await;
            // What lay in the cart is bought by whoever asked before.
            let cart = site.house.open_cart().await.expect("opens");
            let put = site.house.put_in_cart(&cart, &cast.race_listing, 1);
            put.await.expect("is put");
            named.cart = cart.to_string();
            for row in rows().iter().filter(|row| row.path != DOCUMENT) {
                site.house.follow().await.expect("follows");
                let ask = row.ask(&site, &named);
                let answer = match &token {
                    Some(token) => ask.bearer(token).send().await,
                    None => ask.send().await,
                };
                let of_route = shapes.entry(row.name()).or_default();
                let of_shape = of_route.entry(shape(&answer)).or_default();
                of_shape.insert(who.name());
            }
        }
    }
    let mut text = "# What each role is shown\n\n\
        The fields of the answers of the API to one good request for each route, by who asks: nobody in particular, each \
        role of the operator, of a brand, of its host network and of a seller, and a program of the operator's with each scope.\n\
        Fields of one object stand in one line, `-` is the answer itself, `[]` each of a list; of a problem only what is \
        not in every one.\n\
        Made from the answers; `PASSBAND_UPDATE=1 cargo test -p passband-web each_role_is_shown` writes it anew. Look at the \
        difference: a field that comes out to somebody new is meant to, or is a leak.\n"
        .to_owned();
    for (route, shapes) in &shapes {
        write!(text, "\n## {route}\n\n").expect("writes");
        for (shape, names) in shapes {
            writeln!(text, "- {}: {shape}", shortly(names)).expect("writes");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/fields.md");
    if std::env::var_os("PASSBAND_UPDATE").is_some() {
        std::fs::write(path, &text).expect("writes");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let (known, now): (BTreeSet<&str>, BTreeSet<&str>) =
        (committed.lines().collect(), text.lines().collect());
    let gone: Vec<_> = known.difference(&now).collect();
    let new: Vec<_> = now.difference(&known).collect();
    assert!(
        committed == text,
        "docs/api/fields.md is not what is shown; new: {new:#?}\ngone: {gone:#?}"
    );
}
