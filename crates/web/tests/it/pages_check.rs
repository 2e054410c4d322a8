//! The check of a phone: names, virtual carriers, contradictions, and one unit by its IMEI.

use axum::http::StatusCode;
use domain::evidence::Authority;
use domain::number::Imei;
use trade::FileKind;
use trade::data_sets::Input;

use crate::pages_site::Stage;

/// A number that nobody has: a code, a serial made up here, the check digit worked out.
fn imei(tac: &str, serial: u32) -> String {
    let most = format!("{tac}{serial:06}");
    let mut whole = (0..10).map(|check| format!("{most}{check}"));
    let whole = whole.find(|text| text.parse::<Imei>().is_ok());
    whole.expect("one of ten digits is right")
}

/// Reads a list under its publisher's name.
async fn import(stage: &Stage, file: &str, text: &str) {
    let input = Input::Bytes(file.to_owned(), text.as_bytes().to_vec());
    let read = stage
        .house
        .import(input, None, Authority::PublicList, |_| {})
        .await
        .expect("reads");
    assert_eq!(read.faults, [], "{file}");
}

/// Two lists that contradict each other on a code, a platform's list, and one that forbids commercial use.
async fn with_lists() -> Stage {
    let stage = Stage::plain().await;
    import(
        &stage,
        "osmocom_tacdb_copy2026.csv",
        "tac,name,name,contributor,comment,gsmarena,gsmarena,aka\n35647100,Siemens,A70,x,,,,\n",
    )
    .await;
    import(
        &stage,
        "samsung_tacs_2026-05.csv",
        "tac,model,model2\n35647100,SM-A705F,SM-A705FN\n",
    )
    .await;
    import(
        &stage,
        "supported_devices_2025-01-20.csv",
        "Retail Branding,Marketing Name,Device,Model\nXiaomi,Mi 4i,ferrari,Mi 4i\n",
    )
    .await;
    import(
        &stage,
        "mobilemodels_parsed.tsv",
        "brand_file\tsection\tgroup\tmodel_code\tmarket_name\n\
         xiaomi_en\tXiaomi phones\t[X9] Mi 4i (ferrari)\t2015015\tMi 4i Global\n",
    )
    .await;
    stage
}

#[tokio::test]
async fn the_check_answers_for_a_date_and_names_both_sides_of_a_contradiction() {
    let stage = Stage::plain().await;
    let mut visitor = stage.visitor();
    let then = visitor
        .get("/check?device=Xiaomi+Mi+4i&network=US%2FT-Mobile&at=2016-02-01")
        .await;
    then.page(200);
    then.shows(&[
        "fallback only",
        "as of 1 February 2016",
        "3circuit.com",
        "Licences of the data",
    ]);
    let today = visitor
        .get("/check?device=2015015&network=US%2FT-Mobile&at=2026-11-01")
        .await;
    today.page(200);
    today.shows(&[
        "≠</span> disputed",
        "the sources contradict each other on LTE",
        "IRLbox, carrier bands, United States, T-Mobile (2026-04)",
        "Wikipedia, mobile network codes, row 310-260 (United States) (2024-12)",
        "class=\"band open\"",
    ]);
}

#[tokio::test]
async fn a_check_that_finds_nothing_shows_what_is_close_as_links() {
    let stage = Stage::plain().await;
    let mut visitor = stage.visitor();
    let unknown = visitor
        .get("/check?device=Xiaomi+Mi+4j&network=US%2FT-Mobile")
        .await;
    unknown.page(404);
    unknown.shows(&[
        "close to it",
        "<a href=\"/check?device=Xiaomi%20Mi%204i",
        "value=\"Xiaomi Mi 4j\"",
    ]);
    let mistyped = visitor
        .get("/check?device=Xiomi+Mi+4i&network=US%2FT-Mobile")
        .await;
    mistyped.page(200);
    mistyped.shows(&[
        "Xiaomi Mi 4i on T-Mobile",
        "Understood as <strong>Xiaomi Mi 4i</strong>",
        "If another was meant:",
        "<a href=\"/check?device=Xiaomi%20Mi%204",
    ]);
    let network = visitor
        .get("/check?device=2015015&other=T-Mobil&country=US")
        .await;
    network.page(404);
    network.shows(&["close to it", "other=t%20mobile"]);
    let country = visitor
        .get("/check?device=2015015&other=T-Mobile&country=USA")
        .await;
    country.page(422);
    country.shows(&["is not a country code"]);
    let date = visitor
        .get("/check?device=2015015&network=US%2FT-Mobile&at=soon")
        .await;
    date.page(422);
    let nowhere = visitor.get("/check?device=2015015").await;
    nowhere.page(422);
    nowhere.shows(&["No network was chosen"]);
}

#[tokio::test]
async fn a_virtual_carrier_is_chosen_and_its_hosts_stand_side_by_side() {
    let stage = Stage::plain().await;
    let mut visitor = stage.visitor();
    let page = visitor.get("/check").await;
    page.shows(&[
        "<optgroup label=\"US: networks\">",
        "<optgroup label=\"US: virtual carriers\">",
        "<option value=\"US/US Mobile\">US Mobile (US)</option>",
    ]);
    let then = visitor
        .get("/check?device=2015015&network=US%2FUS+Mobile&at=2016-02-01")
        .await;
    then.page(200);
    then.shows(&[
        "<option value=\"US/US Mobile\" selected>",
        "Xiaomi Mi 4i on US Mobile",
        "Most is certain on T-Mobile.",
        "<a href=\"#host-1\">T-Mobile</a> <small>most is certain</small>",
        "id=\"host-3\"",
        "not said of this date",
    ]);
    let alone = visitor
        .get("/check?device=2015015&network=US%2FT-Mobile")
        .await;
    alone.lacks(&["virtual carrier. Each", "id=\"host-1\""]);
}

#[tokio::test]
async fn lists_that_disagree_on_a_code_are_both_named_with_their_dates() {
    let stage = with_lists().await;
    let mut visitor = stage.visitor();
    let torn = visitor
        .get("/check?device=35647100&network=US%2FT-Mobile")
        .await;
    torn.page(409);
    torn.shows(&[
        "Lists disagree which phone 35647100 is",
        "Lists disagree which phone this is: ",
        "Siemens A70 (Type allocation codes, Osmocom (2026))",
        "Samsung SM-A705F, SM-A705FN (Type allocation codes of Samsung",
        "2026-05)",
        "each link asks for exactly that one",
    ]);
    let known = visitor
        .get("/check?device=86763402&network=US%2FT-Mobile&at=2016-02-01")
        .await;
    known.page(200);
    known.shows(&["Type allocation code 86763402: It is of the Xiaomi Mi 4i."]);
    known.lacks(&["Lists disagree"]);
}

#[tokio::test]
async fn a_source_is_shown_with_its_licence_and_a_platforms_list_with_its_build() {
    let stage = with_lists().await;
    let mut visitor = stage.visitor();
    let page = visitor
        .get("/check?device=2015015&network=US%2FT-Mobile&at=2026-11-01")
        .await;
    page.page(200);
    page.shows(&[
        "software build ferrari",
        "not for commercial use (Xiaomi Mi 4i Global)",
        "forbids commercial use",
        "<th scope=\"col\">Licence</th>",
    ]);
}

#[tokio::test]
async fn a_unit_is_answered_on_a_page_that_nothing_keeps_and_its_number_is_in_none() {
    let stage = with_lists().await;
    let mut visitor = stage.visitor();
    let (listed, other) = (imei("86763402", 271_828), imei("86763402", 314_159));
    let unchecked = visitor.post("/check/unit", &[("imei", &listed)]).await;
    unchecked.page(200);
    unchecked.shows(&["not checked: there is no list"]);
    let text = format!("imei;reason;since\n{listed};theft;2016-02-11\n");
    let input = Input::Bytes("list.csv".to_owned(), text.into_bytes());
    let kind = Some(FileKind::BlockedDevices);
    let read = stage
        .house
        .import(input, kind, Authority::PublicList, |_| {})
        .await
        .expect("reads");
    stage
        .house
        .deliver_blocked_list("police", &read.blocked, false)
        .await
        .expect("delivers");
    let ask = [("imei", listed.as_str()), ("network", "US/T-Mobile")];
    let blocked = visitor.post("/check/unit", &ask).await;
    blocked.page(200);
    blocked.shows(&[
        "type allocation code 86763402",
        "on a list of blocked units",
        "The list police (delivered 2016-03-09) names it as blocked",
        "that TAF allocates or did",
        "Xiaomi Mi 4i on T-Mobile",
        "<option value=\"US/T-Mobile\" selected>",
    ]);
    let not_listed = visitor.post("/check/unit", &[("imei", &other)]).await;
    not_listed.shows(&[
        "not on the lists looked into",
        "police (delivered 2016-03-09)",
    ]);
    not_listed.lacks(&["on a list of blocked units", "clean"]);
    let torn = imei("35647100", 161_803);
    let torn = visitor.post("/check/unit", &[("imei", &torn)]).await;
    torn.shows(&["Lists disagree which phone this is: "]);
    let wrong = visitor
        .post("/check/unit", &[("imei", &listed[..14])])
        .await;
    wrong.page(422);
    wrong.shows(&["check digit is missing", "aria-invalid=\"true\""]);
    for answer in [unchecked, blocked, not_listed, torn, wrong] {
        assert_eq!(answer.header("cache-control"), "no-store");
        for serial in ["271828", "314159", "161803"] {
            answer.lacks(&[serial]);
        }
    }
}

#[tokio::test]
async fn an_imei_in_the_field_of_a_name_is_refused_and_the_form_for_it_named() {
    let stage = Stage::plain().await;
    let number = imei("86763402", 577_215);
    let refused = stage
        .visitor()
        .get(&format!("/check?device={number}&network=US%2FT-Mobile"))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows(&["<a href=\"/check/unit\">Check one phone by its IMEI</a>"]);
    refused.lacks(&["577215"]);
}

#[tokio::test]
async fn everybody_who_asks_while_new_lists_are_read_is_answered() {
    let stage = with_lists().await;
    let house = &stage.house;
    let request = || trade::check::CheckRequest {
        device: "no phone of that name".to_owned(),
        network: "T-Mobile".to_owned(),
        country: "US".parse().expect("reads"),
        at: house.now(),
    };
    let (one, two, three, unknown, also) = tokio::join!(
        house.atlas(),
        house.atlas(),
        house.atlas(),
        house.check(request()),
        house.check(request()),
    );
    for atlas in [one, two, three] {
        assert!(atlas.expect("is read").rows_count() > 100);
    }
    for error in [unknown, also] {
        let error = error.expect_err("there is none");
        assert_eq!(error.code, trade::Code::DeviceUnknown);
    }
}
