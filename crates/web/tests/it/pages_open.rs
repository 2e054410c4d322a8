//! Pages that anybody may see: every route of the table, the record, problems, files.

use axum::http::StatusCode;

use crate::pages_site::Stage;

#[tokio::test]
async fn every_page_of_the_table_is_whole_and_guarded() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let mut operator = stage.operator().await;
    let pages = web::route_table()
        .into_iter()
        .filter(|route| route.method == "GET")
        .filter(|route| !route.path.starts_with("/api/") && !route.path.starts_with("/assets/"))
        .filter(|route| !["/healthz", "/readyz", "/record/checkpoint"].contains(&route.path));
    let party = "xiaomi".parse().expect("reads");
    let drafted = stage.house.draft_renewal(
        &party,
        "2026-01-01".parse().expect("reads"),
        "a test",
        web::claim_sentence,
    );
    let drafted = drafted.await.expect("drafts").requests;
    let sets = stage.house.data_sets().await.expect("reads");
    let mut count = 0;
    for route in pages {
        let path = route
            .path
            .replace(
                "/listings/{id}",
                &format!("/listings/{}", stage.cast.slider_listing),
            )
            .replace("/record/{position}", "/record/0")
            .replace(
                "/withdraw/{id}",
                &format!("/withdraw/{}", stage.cast.race_certification),
            )
            .replace("/requests/{id}", &format!("/requests/{}", drafted[0]))
            .replace("/data-sets/{id}", &format!("/data-sets/{}", sets[0].id))
            .replace("{brand}", "xiaomi")
            .replace("{kind}", "statement")
            .replace("/console/listings", "/console/listings?market=us");
        count += 1;
        if let Some((before, _)) = route.path.split_once("/{")
            && ["/orders", "/invitations", "/password-resets", "/desk/said"].contains(&before)
        {
            operator.get(&format!("{before}/none")).await.page(404);
            continue;
        }
        if route.path == "/answer/{token}" {
            visitor.get(&path).await.page(404);
            continue;
        }
        if route.path.contains("{document}") || route.path.contains("{draft}") {
            operator.get(&path).await.page(404);
            let asked = visitor.get(&path).await;
            assert!(
                asked.place().starts_with("/sign-in?next=/console"),
                "{path}"
            );
            continue;
        }
        operator.get(&path).await.page(200);
        let answer = visitor.get(&path).await;
        if matches!(route.access, web::Access::Public | web::Access::DemoOnly) {
            answer.page(200);
        } else {
            let (bare, _) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(answer.place(), format!("/sign-in?next={bare}"), "{path}");
        }
    }
    assert!(count >= 18, "{count} pages");
}

#[tokio::test]
async fn what_changes_something_is_the_operators_but_for_a_visitors_own() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let head = stage.house.snapshot().next_position();
    let mut open: Vec<&str> = Vec::new();
    for route in web::route_table() {
        if route.method == "GET" || route.path.starts_with("/api/") {
            continue;
        }
        if !matches!(route.access, web::Access::Public | web::Access::DemoOnly) {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(visitor.post(&path, &[]).await.place(), "/sign-in", "{path}");
        } else {
            open.push(route.path);
        }
    }
    open.sort_unstable();
    assert_eq!(
        open,
        [
            "/answer/{token}",
            "/audit",
            "/cart/check-out",
            "/cart/lines",
            "/check/unit",
            "/forgotten",
            "/invitations/{link}",
            "/listings/{id}/orders",
            "/password-resets/{link}",
            "/race/return",
            "/race/start",
            "/race/stop",
            "/race/withdraw",
            "/sign-in",
            "/sign-out",
        ]
    );
    assert_eq!(stage.house.snapshot().next_position(), head);
}

#[tokio::test]
async fn the_files_of_the_site_are_kept_for_a_year_by_their_hash() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let page = visitor.get("/").await;
    let mut found = 0;
    for address in page
        .text
        .split('"')
        .filter(|text| text.starts_with("/assets/passband-"))
    {
        let file = visitor.get(address).await;
        assert_eq!(file.status, StatusCode::OK, "{address}");
        assert!(
            file.header("cache-control").contains("immutable"),
            "{address}"
        );
        assert!(file.text.len() > 1000);
        found += 1;
    }
    assert_eq!(found, 2);
    visitor
        .get("/assets/passband-000000000000.css")
        .await
        .page(404);
    let brand = visitor.get("/assets/brand.css").await;
    assert_eq!(brand.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test]
async fn the_record_is_shown_newest_first_and_by_scope_and_kind() {
    let stage = Stage::plain().await;
    let mut visitor = stage.visitor();
    let all = visitor.get("/record").await;
    let text = all.page(200);
    let newest = text.find("/record/29\"").unwrap();
    assert!(newest < text.find("/record/0\"").unwrap());
    let some = visitor
        .get("/record?kind=statement&scope=brand%3Axiaomi")
        .await;
    some.page(200);
    some.shows(&["None were sold through the site."]);
    some.lacks(&["<strong>Policy.</strong>"]);
    visitor
        .get("/record?scope=nonsense")
        .await
        .shows(&["is not a scope"]);
    let one = visitor.get("/record/9").await;
    one.page(200);
    one.shows(&[
        "may not sell any product in US",
        "Leaf hash",
        "brand:xiaomi",
    ]);
    visitor.get("/record/9999").await.page(404);
    visitor.get("/record/x").await.page(404);
}

#[tokio::test]
async fn the_checkpoint_is_given_as_the_note_it_is() {
    let stage = Stage::plain().await;
    stage.house.sign_record().await.unwrap();
    let note = stage.visitor().get("/record/checkpoint").await;
    assert_eq!(note.status, StatusCode::OK);
    assert!(
        note.text.starts_with("passband/record\n30\n"),
        "{}",
        note.text
    );
    let shown = stage.visitor().get("/record/3").await;
    shown.shows(&["Yes. The", "covers 30 entries"]);
}

#[tokio::test]
async fn a_problem_is_a_page_with_its_code_and_the_request() {
    let stage = Stage::plain().await;
    let mut visitor = stage.visitor();
    let missing = visitor.get("/no/such/%3Cplace%3E").await;
    missing.page(404);
    missing.shows(&["/errors#not_found", missing.header("x-request-id")]);
    missing.lacks(&["<place>"]);
    visitor.get("/race").await.page(404);
    visitor.post("/", &[]).await.page(405);
    visitor
        .post_as("/sign-in", "application/json", "{}")
        .await
        .page(415);
    visitor.get("/listings/NOT%20AN%20ID").await.page(404);
    let codes = visitor.get("/errors").await;
    codes.page(200);
    for code in trade::Code::ALL {
        codes.shows(&[&format!("id=\"{}\"", code.name())]);
    }
    for code in web::WebCode::ALL {
        codes.shows(&[&format!("id=\"{}\"", code.name())]);
    }
}

#[tokio::test]
async fn a_house_that_is_full_says_so_on_a_page_and_when_to_come_again() {
    let stage = Stage::demo().await;
    let full = web::Serving {
        public_requests_max: 0,
        ..web::Serving::default()
    };
    let router = web::router(stage.app.clone().with_serving(full));
    let request = axum::http::Request::get("/")
        .body(axum::body::Body::empty())
        .unwrap();
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    let policy = &response.headers()["content-security-policy"];
    assert!(policy.to_str().unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let stage = Stage::demo().await;
    let request = axum::http::Request::post("/race/withdraw")
        .header("host", "shop.example")
        .header("origin", "https://evil.example")
        .body(axum::body::Body::empty())
        .unwrap();
    let router = web::router(stage.app.clone());
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let standing = web::race::standing(&stage.house, &stage.demo)
        .await
        .unwrap();
    assert!(!standing.is_withdrawn());
}

#[tokio::test]
async fn the_matrix_says_per_seller_what_the_brand_said() {
    let stage = Stage::plain().await;
    let answer = stage.visitor().get("/authorisations/xiaomi").await;
    answer.page(200);
    answer.shows(&[
        "<th scope=\"col\">headphones</th>",
        "<th scope=\"row\">Xiaomi&#39;s own store</th>",
        "Xiaomi authorised this seller",
    ]);
    stage
        .visitor()
        .get("/authorisations/nobody")
        .await
        .page(404);
}
