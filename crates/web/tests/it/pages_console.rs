//! Signing in, and what the operator does: evidence, withdrawals, decisions, the site's name.

use crate::pages_site::{EMAIL, Stage};

/// Fields of a form: name and value.
type Fields<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn a_wrong_password_keeps_the_address_and_opens_nothing() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    visitor
        .get("/sign-in")
        .await
        .shows(&["Sign in as <strong>desk@us-mobile.example"]);
    let form = [
        ("email", EMAIL),
        ("password", "wrong wrong"),
        ("next", "/console/feeds"),
    ];
    let refused = visitor.post("/sign-in", &form).await;
    refused.page(401);
    refused.shows(&[
        "role=\"alert\"",
        "value=\"desk@us-mobile.example\"",
        "value=\"/console/feeds\"",
    ]);
    assert_eq!(
        visitor.get("/console").await.place(),
        "/sign-in?next=/console"
    );
}

#[tokio::test]
async fn a_session_ends_with_its_sign_out() {
    let stage = Stage::plain().await;
    let mut operator = stage.operator().await;
    let console = operator.get("/console").await;
    console.page(200);
    console.shows(&[
        "data sets were imported",
        "Latest changes",
        "Signed in as <a href=\"/account\">desk@us-mobile.example</a>",
    ]);
    assert_eq!(operator.post("/sign-out", &[]).await.place(), "/");
    assert!(
        operator
            .get("/console")
            .await
            .place()
            .starts_with("/sign-in")
    );
}

#[tokio::test]
async fn a_withdrawal_is_confirmed_first_and_then_stops_the_sale() {
    let stage = Stage::plain().await;
    let mut operator = stage.operator().await;
    let path = format!("/console/withdraw/{}", stage.cast.race_certification);
    let asked = operator.get(&path).await;
    asked.page(200);
    asked.shows(&["One listing would no longer be sold, in 0 carts and 2 orders."]);
    let id = asked.hidden("id");
    let mut form = vec![
        ("id", id.as_str()),
        ("manner", "suspend"),
        ("issuer", "tmobile-us"),
        ("title", "Notice <b>by mail</b>"),
        ("words", "Until it is looked at again."),
    ];
    let unconfirmed = operator.post(&path, &form).await;
    unconfirmed.page(422);
    unconfirmed.shows(&[
        "Confirm that it is to be withdrawn",
        "Notice &#60;b&#62;by mail",
    ]);
    let listing = format!("/listings/{}", stage.cast.race_listing);
    operator.get(&listing).await.shows(&["Buy now"]);

    form.push(("confirmed", "yes"));
    let first = operator.post(&path, &form).await;
    let again = operator.post(&path, &form).await;
    assert_eq!(
        first.place(),
        again.place(),
        "sent twice, it is recorded once"
    );
    operator
        .get(first.place())
        .await
        .shows(&["Until it is looked at again."]);
    operator.get(&listing).await.lacks(&["Buy now"]);
}

#[tokio::test]
async fn each_kind_of_evidence_is_put_on_the_record_and_faults_keep_the_form() {
    let stage = Stage::plain().await;
    let mut operator = stage.operator().await;
    let own: [(&str, Fields<'_>, &str); 6] = [
        (
            "sales_authorization",
            &[
                ("brand", "xiaomi"),
                ("standing", "no"),
                ("sellers", "omni-electronics"),
                ("categories", "all"),
                ("territory", "US"),
            ],
            "may not sell any product in US",
        ),
        (
            "device_certification",
            &[
                ("variant", "xiaomi.2014819"),
                ("network", "tmobile-us"),
                ("result", "not_certified"),
            ],
            "has not certified the Redmi 2 Pro",
        ),
        (
            "requirement_set",
            &[
                ("network", "tmobile-us"),
                ("bands", "LTE B2, LTE B12"),
                ("services", "data partial, emergency_call full"),
                (
                    "figures",
                    "Download rate >= 10 Mbit/s\nRegistration <= 30 s",
                ),
            ],
            "asks of a device: LTE B2, LTE B12; data partial, emergency call full; Download rate",
        ),
        (
            "test_report",
            &[
                ("variant", "xiaomi.2014819"),
                ("requirement_set", "set-1"),
                ("laboratory", "fcc"),
                ("build", "V8.2.1"),
                ("figures", "Download rate = 42.5 Mbit/s"),
            ],
            "with software V8.2.1 on requirement set set-1: Download rate = 42.5 Mbit/s",
        ),
        (
            "stop_sale",
            &[("scope", "brand:xiaomi"), ("cause", "recall")],
            "The sale is stopped (recall)",
        ),
        (
            "statement",
            &[("scope", "brand:xiaomi"), ("role", "analyst")],
            "A statement, made as analyst",
        ),
    ];
    for (kind, fields, expected) in own {
        let path = format!("/console/evidence/{kind}");
        let id = operator.get(&path).await.hidden("id");
        let mut form = vec![
            ("id", id.as_str()),
            ("issuer", "xiaomi"),
            ("words", "A <remark>"),
            ("valid_from", "2016-13-01"),
        ];
        form.extend(fields);
        let faulty = operator.post(&path, &form).await;
        faulty.page(422);
        faulty.shows(&[
            "The document it came in",
            "is not an instant",
            "A &#60;remark&#62;",
        ]);
        form[3] = ("valid_from", "2016-01-01");
        form.push(("title", "A letter"));
        let done = operator.post(&path, &form).await;
        operator
            .get(done.place())
            .await
            .shows(&[expected, "A &#60;remark&#62;", "A letter"]);
    }
    operator.get("/console/evidence/nonsense").await.page(404);
}

#[tokio::test]
async fn a_listing_is_taken_down_and_offered_again() {
    let stage = Stage::plain().await;
    let mut operator = stage.operator().await;
    let path = format!("/console/listings/{}/state", stage.cast.race_listing);
    let listing = format!("/listings/{}", stage.cast.race_listing);
    let step = |state: &'static str| [("state", state), ("market", "us"), ("title", "A complaint")];
    let done = operator.post(&path, &step("taken_down")).await;
    assert_eq!(done.place(), "/console/listings?market=us");
    let down = operator.get(&listing).await;
    down.shows(&["Taken down"]);
    down.lacks(&["Buy now"]);
    let twice = operator.post(&path, &step("taken_down")).await;
    twice.page(409);
    twice.shows(&["cannot become taken_down", "value=\"A complaint\""]);
    operator.post(&path, &step("offered")).await.place();
    operator.get(&listing).await.shows(&["Buy now"]);
    let hasty = [("state", "ended"), ("market", "us"), ("title", " ")];
    operator.post(&path, &hasty).await.page(422);
    stage.visitor().post(&path, &step("ended")).await.place();
    operator.get(&listing).await.shows(&["Buy now"]);
}

#[tokio::test]
async fn the_name_and_the_colours_are_data() {
    let stage = Stage::plain().await;
    let mut operator = stage.operator().await;
    let bad = [
        ("name", "Phones & more"),
        ("accent", "red;}"),
        ("accent_dark", "#aabbcc"),
    ];
    let refused = operator.post("/console/site", &bad).await;
    refused.page(422);
    refused.shows(&[
        "Colour: write six hex digits",
        "value=\"Phones &#38; more\"",
    ]);
    let good = [
        ("name", "Phones & more"),
        ("accent", "#102030"),
        ("accent_dark", "#aabbcc"),
    ];
    assert_eq!(
        operator.post("/console/site", &good).await.place(),
        "/console"
    );
    stage
        .visitor()
        .get("/")
        .await
        .shows(&["Phones &#38; more</a>"]);
    let style = stage.visitor().get("/assets/brand.css").await;
    assert!(style.text.contains("--accent: #102030;"), "{}", style.text);
}
