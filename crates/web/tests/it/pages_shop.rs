//! The shop, a listing, orders, carts, time lines.
#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panic, in what it builds on too"
)]

use crate::pages_site::{Browser, Stage};

/// What only a form to buy with has.
const BUY_NOW: &str = "Buy now";

async fn withdraw(stage: &Stage) {
    web::race::withdraw(&stage.house, &stage.demo)
        .await
        .unwrap();
}

async fn give_back(stage: &Stage) {
    web::race::give_back(&stage.house, &stage.demo)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_shop_parts_what_is_on_sale_from_what_is_not_and_says_why() {
    let stage = Stage::demo().await;
    let answer = stage.visitor().get("/").await;
    let text = answer.page(200);
    let (on_sale, not_on_sale) = text.split_once("Not on sale, and why").unwrap();
    assert!(on_sale.contains("Redmi 2 Pro") && on_sale.contains("149.00 USD"));
    assert!(!on_sale.contains("Mi 4i 16GB"));
    assert!(not_on_sale.contains("Mi 4i 16GB"));
    assert!(not_on_sale.contains("Taken down: No authorisation by the brand"));
    assert!(
        text.contains("/record/checkpoint"),
        "the footer leads to the checkpoint"
    );
}

#[tokio::test]
async fn a_search_finds_titles_by_their_words_and_keeps_what_was_asked() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let found = visitor.get("/?q=pro+REDMI").await;
    found.page(200);
    found.shows(&["Redmi 2 Pro", "value=\"pro REDMI\""]);
    found.lacks(&["Headphones"]);
    let nothing = visitor.get("/?q=%3Cscript%3E").await;
    nothing.page(200);
    nothing.shows(&["Nothing on sale is called “&#60;script&#62;”"]);
    visitor.get("/?market=nowhere").await.page(404);
}

#[tokio::test]
async fn a_title_from_a_stranger_is_only_text() {
    let stage = Stage::demo().await;
    let title = "<script>alert(1)</script> \"onmouseover=x' & {{ 7*7 }}";
    let id = stage.list("HOSTILE", title).await;
    let mut operator = stage.operator().await;
    for path in [
        "/".to_owned(),
        format!("/listings/{id}"),
        format!("/listings/{id}/time-line"),
        "/console/listings?market=us".to_owned(),
    ] {
        let answer = operator.get(&path).await;
        answer.page(200);
        answer.shows(&["&#60;script&#62;alert(1)&#60;/script&#62; &#34;onmouseover=x&#39; &#38;"]);
        answer.lacks(&["<script>alert", "\"onmouseover"]);
    }
}

#[tokio::test]
async fn nothing_is_shown_as_buyable_from_the_withdrawal_on_until_the_return() {
    let stage = Stage::demo().await;
    let listing = format!("/listings/{}", stage.cast.race_listing);
    let mut visitor = stage.visitor();
    let before = visitor.get(&listing).await;
    before.page(200);
    before.shows(&[BUY_NOW, "On sale"]);

    withdraw(&stage).await;
    for path in ["/", &listing, "/?q=Redmi+2+Pro"] {
        let answer = visitor.get(path).await;
        let text = answer.page(200);
        let on_sale = text.split("Not on sale, and why").next().unwrap();
        assert!(path == listing || !on_sale.contains("149.00 USD"), "{path}");
        answer.lacks(&[BUY_NOW]);
        answer.shows(&["The certification of this variant by T-Mobile was withdrawn."]);
    }

    give_back(&stage).await;
    visitor.get(&listing).await.shows(&[BUY_NOW]);
}

#[tokio::test]
async fn a_listing_says_why_it_is_not_sold_and_what_would_have_to_arrive() {
    let stage = Stage::demo().await;
    let listing = format!("/listings/{}", stage.cast.slider_listing);
    let answer = stage
        .visitor()
        .get(&format!("{listing}?at=2016-02-01"))
        .await;
    answer.page(200);
    answer.shows(&[
        "as of 1 February 2016",
        "It has no LTE band in common with T-Mobile.",
        "radio_no_lte_band",
        "a certification of this variant, from T-Mobile",
        "class=\"band lit\"",
        "class=\"band missing\"",
        "<caption>Bands of T-Mobile",
        "First offered",
        "UMTS off at T-Mobile <small>2022-07-01</small>",
    ]);
    answer.lacks(&[BUY_NOW]);
}

#[tokio::test]
async fn the_verdict_moves_with_the_date_and_with_what_was_known() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let path = format!("/listings/{}", stage.cast.race_listing);
    let now = visitor.get(&path).await;
    now.shows(&["certification_on_file", BUY_NOW]);
    let then = visitor.get(&format!("{path}?known_at=2016-02-15")).await;
    then.page(200);
    then.shows(&[
        "certification_missing",
        "as known on 15 February 2016",
        BUY_NOW,
    ]);
    let wrong = visitor.get(&format!("{path}?at=2016-02-31")).await;
    wrong.page(200);
    wrong.shows(&["is not an instant", "value=\"2016-02-31\""]);
}

#[tokio::test]
async fn each_host_network_has_its_own_verdict_and_chart() {
    let stage = Stage::demo().await;
    let mut news = trade::Registration::default();
    news.networks.push(trade::directory::HostNetwork {
        id: "att-us".parse().unwrap(),
        party: "tmobile-us".parse().unwrap(),
        name: "AT&T".to_owned(),
        country: domain::place::Country::US,
        plmns: Vec::new(),
    });
    stage.house.register(news).await.unwrap();
    let now = trade::gate::snapshot::Moment::at(stage.house.present());
    let snapshot = stage.house.snapshot();
    let (policy, _) = snapshot.policy(&stage.cast.market, now).unwrap();
    let mut policy = policy.clone();
    policy.hosts.push("att-us".parse().unwrap());
    stage
        .house
        .set_policy(policy, "Two networks")
        .await
        .unwrap();
    let path = format!("/listings/{}", stage.cast.race_listing);
    let answer = stage.visitor().get(&path).await;
    answer.page(200);
    answer.shows(&[
        BUY_NOW,
        "On T-Mobile",
        "On AT&#38;T",
        "No certification of this variant by AT&#38;T is on file.",
        "id=\"n0-w-t\"",
        "id=\"n1-w-t\"",
    ]);
}

#[tokio::test]
async fn an_order_goes_through_the_door_once_and_shows_what_it_rested_on() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let path = format!("/listings/{}", stage.cast.race_listing);
    let key = visitor.get(&path).await.hidden("key");
    let form = [("key", key.as_str()), ("quantity", "2")];
    let first = visitor.post(&format!("{path}/orders"), &form).await;
    let again = visitor.post(&format!("{path}/orders"), &form).await;
    assert_eq!(first.place(), again.place());
    let order = visitor.get(first.place()).await;
    order.page(200);
    order.shows(&[
        "Order accepted",
        "298.00 USD",
        "variant:xiaomi.2014819",
        "sellable",
    ]);
    let orders = stage.house.order_count(&stage.cast.race_listing).await;
    let words = match orders.unwrap() {
        (1, _) => "1 order was accepted".to_owned(),
        (many, _) => format!("{many} orders were accepted"),
    };
    let time_line = visitor.get(&format!("{path}/time-line")).await;
    time_line.page(200);
    time_line.shows(&[&words]);
}

#[tokio::test]
async fn a_refused_order_says_why_and_keeps_the_input() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    let path = format!("/listings/{}", stage.list("FEW", "Five of them").await);
    let key = visitor.get(&path).await.hidden("key");
    let orders = format!("{path}/orders");
    for (quantity, status, words) in [
        ("9", 409, "Only 5 are left."),
        ("many", 422, "Write how many as a whole number."),
        ("0", 422, "order 1 to"),
    ] {
        let form = [("key", key.as_str()), ("quantity", quantity)];
        let answer = visitor.post(&orders, &form).await;
        answer.page(status);
        answer.shows(&[words, &format!("value=\"{quantity}\""), "role=\"alert\""]);
    }
    withdraw(&stage).await;
    let form = [("key", key.as_str()), ("quantity", "1")];
    let refused = visitor.post(&orders, &form).await;
    refused.page(409);
    refused.shows(&["The order was not accepted", "was withdrawn."]);
    refused.lacks(&[BUY_NOW]);
}

#[tokio::test]
async fn a_cart_is_never_stuck_on_what_is_refused() {
    let stage = Stage::demo().await;
    let mut visitor = stage.visitor();
    visitor.get("/cart").await.shows(&["Your cart is empty"]);
    let race = stage.cast.race_listing.to_string();
    let put = async |visitor: &mut Browser<'_>, quantity: &str| {
        let form = [("listing", race.as_str()), ("quantity", quantity)];
        visitor.post("/cart/lines", &form).await
    };
    assert_eq!(put(&mut visitor, "2").await.place(), "/cart");
    let full = visitor.get("/cart").await;
    full.page(200);
    full.shows(&["Redmi 2 Pro", "298.00 USD", ">Buy</button>"]);
    let key = full.hidden("key");

    withdraw(&stage).await;
    let refused = visitor.post("/cart/check-out", &[("key", &key)]).await;
    refused.page(409);
    refused.shows(&["was withdrawn.", "Take “Xiaomi Redmi 2 Pro"]);
    refused.lacks(&[">Buy</button>"]);
    visitor
        .get("/cart")
        .await
        .shows(&["Redmi 2 Pro", "Not sold here"]);

    give_back(&stage).await;
    let place = visitor.post("/cart/check-out", &[("key", &key)]).await;
    assert!(place.place().starts_with("/orders/or-"));
    visitor.get("/cart").await.shows(&["Your cart is empty"]);
    let wrong = put(&mut visitor, "9999").await;
    wrong.page(422);
    let none = [("listing", "li-none"), ("quantity", "1")];
    visitor.post("/cart/lines", &none).await.page(404);
}

#[tokio::test]
async fn a_draft_is_not_there_for_the_public() {
    let stage = Stage::demo().await;
    let mut operator = stage.operator().await;
    let body = "--b\r\nContent-Disposition: form-data; name=\"market\"\r\n\r\nus\r\n\
        --b\r\nContent-Disposition: form-data; name=\"seller\"\r\n\r\nomni-electronics\r\n\
        --b\r\nContent-Disposition: form-data; name=\"pasted\"\r\n\r\n\
        id,title,brand,mpn,price,condition,availability\n\
        D1,A draft,Xiaomi,2014819,99.00 USD,new,in_stock\n\
        D2,No such thing,Xiaomi,NOPE,99.00 USD,new,in_stock\r\n--b--\r\n";
    let kind = "multipart/form-data; boundary=b";
    let taken = operator.post_as("/console/feeds", kind, body).await;
    taken.page(200);
    taken.shows(&["1 drafted", "1 with faults", "offer.variant_unknown"]);
    let list = operator.get("/console/listings?market=us").await;
    list.page(200);
    let draft = list.text.split("A draft").next().unwrap();
    let at = draft.rfind("/listings/").unwrap();
    let path: String = draft[at..].chars().take_while(|c| *c != '"').collect();
    operator.get(&path).await.page(200);
    stage.visitor().get(&path).await.page(404);
    stage.visitor().get("/").await.lacks(&["A draft"]);
}
