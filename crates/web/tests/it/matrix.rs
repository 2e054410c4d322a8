//! Every route, API and pages, as everybody: who is let in is what this table says, and to whoever is let in, another
//! party's things are as good as absent.

use axum::http::Method;
use domain::member::{MemberRole, TokenScope};
use web::{Access, RouteInfo, route_table};

use crate::api_rows::{Named, Row, rows};
use crate::cast::{Identity, Side, everybody, rivals};
use crate::harness::{Answer, Site};

/// What somebody gets, as far as it is about who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// The route's own answer, whatever it is.
    LetIn,
    /// That it is not known who they are.
    SignIn,
    /// That they may not.
    No,
}

/// The policy, written a second time: from who somebody is and what a route declares.
fn expected(route: &RouteInfo, who: &Identity) -> Told {
    let (owner, clerk) = (MemberRole::Owner, MemberRole::Clerk);
    if matches!(route.access, Access::Public | Access::DemoOnly) {
        return Told::LetIn;
    }
    if who.side == Side::Stranger {
        return Told::SignIn;
    }
    let is_for_programs = [
        "/api/v1/tokens",
        "/api/v1/sessions",
        "/api/v1/members",
        "/api/v1/invitations",
    ];
    if let Some(scopes) = &who.scopes {
        let is_api = route.path.starts_with("/api/");
        let is_about_people = is_for_programs
            .iter()
            .any(|start| route.path.starts_with(start));
        let needed = needed_scope(route.method, route.path);
        let opens = needed.is_some_and(|scope| scopes.contains(&scope));
        if !is_api || is_about_people || !opens {
            return Told::No;
        }
    }
    let asks_only = ["/api/v1/why-not", "/api/v1/impacts"].contains(&route.path);
    let looks = route.method == "GET" || asks_only;
    let least = match route.access {
        Access::Owner => owner,
        Access::SignedIn | Access::Member if !looks => clerk,
        _ => MemberRole::Reader,
    };
    let is_operators = route.access == Access::SignedIn;
    if (is_operators && who.side != Side::Operator) || who.role < least {
        return Told::No;
    }
    Told::LetIn
}

/// Which scope a program needs, by where the route is.
fn needed_scope(method: &str, path: &str) -> Option<TokenScope> {
    if method == "GET" || ["/api/v1/why-not", "/api/v1/impacts"].contains(&path) {
        return Some(TokenScope::Read);
    }
    let has = |part: &str| path.contains(part);
    if has("/policy") {
        Some(TokenScope::PoliciesWrite)
    } else if has("/data-sets") {
        Some(TokenScope::DataSetsWrite)
    } else if has("/feeds") || has("/listings/") {
        Some(TokenScope::ListingsWrite)
    } else if has("evidence") || has("/documents") {
        Some(TokenScope::EvidenceWrite)
    } else {
        None
    }
}

fn told(answer: &Answer) -> Told {
    let is_problem_of = |code: &str| answer.text().contains(code);
    match answer.status.as_u16() {
        303 if answer.header("location").starts_with("/sign-in?")
            || answer.header("location") == "/sign-in" =>
        {
            Told::SignIn
        }
        401 if is_problem_of("sign_in_needed") => Told::SignIn,
        403 if is_problem_of("not_allowed") => Told::No,
        _ => Told::LetIn,
    }
}

/// A page's address with the story's ids in it.
fn page_path(route: &RouteInfo, named: &Named) -> String {
    let path = named.path(route.path);
    path.replace("{kind}", "statement")
        .replace("{brand}", "xiaomi")
        .replace("{link}", "none")
        .replace(
            "{id}",
            if route.path.contains("listings") {
                &named.listing
            } else {
                &named.evidence
            },
        )
}

/// One request to a route: a good one to the API, an empty form to a page.
async fn send(
    site: &Site,
    named: &Named,
    api: &[Row],
    route: &RouteInfo,
    who: &Identity,
) -> Answer {
    let is_it = |row: &&Row| row.path == route.path && row.method.as_str() == route.method;
    let ask = match api.iter().find(is_it) {
        Some(row) => row.ask(site, named),
        None => {
            let method: Method = route.method.parse().expect("a method");
            let ask = site.ask(method, &page_path(route, named));
            let ask = ask.header("sec-fetch-site", "same-origin");
            match route.method {
                "GET" => ask,
                _ => ask.bytes("application/x-www-form-urlencoded", Vec::new()),
            }
        }
    };
    match &who.token {
        Some(token) => ask.bearer(token).send().await,
        None => ask.send().await,
    }
}

/// Ends the session that it is sent with, so these come last.
fn ends_the_session(route: &RouteInfo) -> bool {
    let ends = [
        "/api/v1/sessions",
        "/api/v1/sessions/current",
        "/account/sessions",
        "/sign-out",
    ];
    route.method != "GET" && ends.contains(&route.path)
}

#[tokio::test]
async fn everybody_is_let_in_where_the_policy_says_and_nowhere_else() {
    let (site, cast) = Site::of_the_story().await;
    rivals(&site).await;
    let named = Named::of(&site, &cast).await;
    let identities = everybody(&site).await;
    assert!(identities.len() >= 14, "{}", identities.len());
    let mut table = route_table();
    table.sort_by_key(ends_the_session);
    let api = rows();
    let mut tried = 0;
    for mut who in identities {
        for route in &table {
            // A sign-in opens a session of its own, and tells the account's address apart, not who asks.
            if route.path == "/sign-in"
                || (route.method, route.path) == ("POST", "/api/v1/sessions")
            {
                continue;
            }
            site.house.follow().await.expect("follows");
            let answer = send(&site, &named, &api, route, &who).await;
            let place = format!("{}: {} {}", who.name, route.method, route.path);
            let is_own_business = route.path == "/api/v1/sessions/current" && who.token.is_none();
            let expected = if is_own_business {
                Told::SignIn
            } else {
                expected(route, &who)
            };
            let is_let_in = expected == Told::LetIn;
            let leads_to_the_sign_in = route.path == "/account/sessions" && is_let_in;
            if leads_to_the_sign_in {
                assert_eq!(answer.header("location"), "/sign-in", "{place}");
            } else {
                assert_eq!(told(&answer), expected, "{place}: {}", answer.text());
            }
            if ends_the_session(route) && is_let_in && who.scopes.is_none() {
                who.side = Side::Stranger;
            }
            assert!(answer.status.as_u16() < 500, "{place}: {}", answer.text());
            tried += 1;
        }
    }
    assert!(tried > 3_000, "only {tried} were tried");
}

/// Who may use a route, in words.
fn who_may(route: &RouteInfo) -> String {
    let who = match route.access {
        Access::Public => "everybody",
        Access::DemoOnly => "everybody, in a demonstration",
        Access::SignedIn => "the operator's people",
        Access::Member => "members of any party, about their own",
        Access::Owner => "owners",
        Access::Account => "whoever is signed in, about their account",
    };
    let scope = route.scope.map_or("", |scope| scope.as_str());
    let changes = if route.method == "GET" { "" } else { "yes" };
    let asks_only = scope == "read" && route.method != "GET";
    let changes = if asks_only { "" } else { changes };
    let (method, path) = (route.method, route.path);
    format!("| `{method} {path}` | {who} | {changes} | {scope} |\n")
}

#[test]
fn the_committed_table_of_routes_is_the_one_that_is_served() {
    let mut table = route_table();
    table.sort_by_key(|route| (!route.path.starts_with("/api/"), route.path, route.method));
    let mut text = "# Routes, and who may use them\n\n\
        Made from the table that is served; `PASSBAND_UPDATE=1 cargo test -p passband-web the_committed_table` \
        writes it anew.\nWhat changes something takes a clerk or an owner of a party, where it is for members; \
        a program's token needs the scope that is named, and where none is, no token is enough.\n\n\
        | route | who | changes something | scope of a token |\n|---|---|---|---|\n"
        .to_owned();
    text.extend(table.iter().map(who_may));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/routes.md");
    if std::env::var_os("PASSBAND_UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/api/routes.md is not what is served"
    );
}

/// That two answers differ in nothing but the id that was asked for, and the request's own name.
#[track_caller]
fn alike(of_another: &Answer, id: &str, of_nothing: &Answer, absent: &str) {
    let plain = |answer: &Answer, id: &str| {
        let text = answer.text().replace(id, "ID");
        text.replace(answer.header("x-request-id"), "REQUEST")
    };
    assert_eq!(of_another.status, of_nothing.status, "{id}");
    assert_eq!(plain(of_another, id), plain(of_nothing, absent));
}

#[tokio::test]
async fn what_is_another_partys_is_answered_as_what_is_not_there() {
    let (site, cast) = Site::of_the_story().await;
    rivals(&site).await;
    let named = Named::of(&site, &cast).await;
    let partners: Vec<Identity> = everybody(&site)
        .await
        .into_iter()
        .filter(|who| who.side == Side::Partner && who.scopes.is_none())
        .filter(|who| !who.name.ends_with("tmobile-us"))
        .collect();
    assert_eq!(partners.len(), 15);
    let mut tried = 0;
    for who in &partners {
        let token = who.token.as_deref().expect("a session");
        for row in rows() {
            let is_about_own =
                matches!(row.access, Access::Member | Access::Owner | Access::Account);
            for (part, id) in [
                ("{member}", &named.member),
                ("{invitation}", &named.invitation),
                ("{session}", &named.session),
                ("{token}", &named.token),
                ("{evidence}", &named.evidence),
            ] {
                if !is_about_own || !row.path.contains(part) {
                    continue;
                }
                let absent = format!("{}zz", &id[..id.len() - 2]);
                let ask = |id: &str| row.ask_at(&site, &row.path.replace(part, id), &named);
                let of_another = ask(id).bearer(token).send().await;
                let of_nothing = ask(&absent).bearer(token).send().await;
                alike(&of_another, id, &of_nothing, &absent);
                tried += 1;
            }
        }
        let absent = format!("{}zz", named.evidence);
        let said = |id: &str| site.get(&format!("/desk/said/{id}")).bearer(token);
        let of_another = said(&named.evidence).send().await;
        assert_eq!(of_another.status.as_u16(), 404, "{}", who.name);
        alike(
            &of_another,
            &named.evidence,
            &said(&absent).send().await,
            &absent,
        );
        if who.role == MemberRole::Owner {
            let of = |party: &str| format!("/api/v1/members?party={party}");
            let of_another = site.get(&of("us-mobile")).bearer(token).send().await;
            let of_nothing = site.get(&of("nobody-here")).bearer(token).send().await;
            assert_eq!(of_another.status.as_u16(), 404, "{}", who.name);
            alike(&of_another, "us-mobile", &of_nothing, "nobody-here");
        }
        tried += 1;
    }
    assert!(tried > 100, "only {tried} were tried");
}

#[tokio::test]
async fn in_a_body_too_another_partys_name_is_that_of_nobody() {
    let (site, _) = Site::of_the_story().await;
    rivals(&site).await;
    let head = site.house.snapshot().next_position();
    let acme = site.session_of("acme", "owner@acme.example").await;
    let statement = |scope: &str, issuer: &str| {
        serde_json::json!({
            "scope": scope, "issuer": issuer, "title": "A letter",
            "claim": { "kind": "statement", "role": "brand" },
        })
    };
    for (scope, issuer, absent_scope, absent_issuer) in [
        ("brand:acme", "xiaomi", "brand:acme", "nobody"),
        ("brand:xiaomi", "acme", "brand:nothing", "acme"),
        ("seller:omni-electronics", "acme", "seller:nothing", "acme"),
        ("host:tmobile-us", "acme", "host:nothing", "acme"),
        ("market:us", "acme", "market:nothing", "acme"),
        ("variant:xiaomi.2014817", "acme", "variant:nothing", "acme"),
    ] {
        let post =
            |body: serde_json::Value| site.post("/api/v1/evidence").bearer(&acme).json(&body);
        let of_another = post(statement(scope, issuer)).send().await;
        of_another.problem(404, "not_found");
        let of_nothing = post(statement(absent_scope, absent_issuer)).send().await;
        let (id, absent) = if issuer == absent_issuer {
            (scope, absent_scope)
        } else {
            (issuer, absent_issuer)
        };
        alike(&of_another, id, &of_nothing, absent);
    }
    let invite = |party: &str| {
        let body = serde_json::json!({ "email": "x@y.example", "role": "owner", "party": party });
        site.post("/api/v1/invitations").bearer(&acme).json(&body)
    };
    let of_another = invite("xiaomi").send().await;
    of_another.problem(404, "not_found");
    alike(
        &of_another,
        "xiaomi",
        &invite("nobody").send().await,
        "nobody",
    );
    assert_eq!(site.house.snapshot().next_position(), head);
    let own = statement("brand:acme", "acme");
    let answer = site
        .post("/api/v1/evidence")
        .bearer(&acme)
        .json(&own)
        .send()
        .await;
    assert_eq!(answer.json(201)["vouching"], "issuer");
}
