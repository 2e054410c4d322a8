//! Asking issuers: drafted, sent, answered by a link without an account, and what the console shows of it.

use domain::evidence::WithdrawalManner;
use tempfile::TempDir;
use trade::change::Withdrawal;
use trade::letters::Post;
use trade::letters::outside::Mail;
use trade::requests::RequestState;

use crate::pages_site::{Answer, Browser, Stage};

const BOUNDARY: &str = "----a-boundary";

/// The story's house, in which the host network has revoked a certification: one word of its own is missing.
async fn stage() -> Stage {
    let stage = Stage::plain().await;
    let withdrawal = Withdrawal {
        id: None,
        ends: stage.cast.race_certification.clone(),
        manner: WithdrawalManner::Revoke,
        issuer: stage.cast.race_issuer.clone(),
        from: None,
        title: "A letter".to_owned(),
        dated: String::new(),
        words: None,
        document: None,
    };
    let withdrawn = stage.house.withdraw(withdrawal).await;
    withdrawn.expect("is withdrawn");
    stage
}

/// Mail into a folder of its own.
fn post(stage: &Stage) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    stage.house.set_post(Post {
        mail: Mail::Folder(folder.path().to_owned()),
        from: "desk@us-mobile.example".parse().expect("an address"),
        url: "http://shop.example".parse().expect("an address"),
    });
    folder
}

/// The path of the link in the one letter that waits.
async fn link(stage: &Stage, folder: &TempDir) -> String {
    let now = stage.house.now();
    let done = stage.house.deliver_due(now).await.expect("delivers");
    assert_eq!(done.sent, 1);
    let mut files = std::fs::read_dir(folder.path()).expect("a folder");
    let path = files.next().expect("a letter").expect("a letter").path();
    let letter = std::fs::read_to_string(&path).expect("reads");
    std::fs::remove_file(path).expect("a file");
    let start = "http://shop.example";
    let at = letter.find("http://shop.example/answer/").expect("a link") + start.len();
    letter[at..]
        .split_whitespace()
        .next()
        .expect("a link")
        .to_owned()
}

/// A multipart form of fields and, perhaps, a document.
fn form(fields: &[(&str, &str)], document: Option<&str>) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    if let Some(text) = document {
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"document\"; filename=\"letter.html\"\r\n\
             Content-Type: text/html\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    body
}

async fn answer(browser: &mut Browser<'_>, path: &str, body: &str) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    browser.post_as(path, &kind, body).await
}

/// Drafts, and gives the id of the request to a party.
async fn drafted(stage: &Stage, operator: &mut Browser<'_>, party: &str) -> String {
    let page = operator
        .post("/console/requests", &[("market", "us")])
        .await;
    page.page(200);
    let drafted = stage
        .house
        .requests(RequestState::Drafted)
        .await
        .expect("reads");
    let found = drafted.iter().find(|row| row.party.as_str() == party);
    found
        .unwrap_or_else(|| panic!("nothing for {party}: {}", page.text))
        .id
        .clone()
}

/// Sends the request to a party; gives its id and the path of its link.
async fn sent(
    stage: &Stage,
    operator: &mut Browser<'_>,
    folder: &TempDir,
    party: &str,
) -> (String, String) {
    let id = drafted(stage, operator, party).await;
    let contact = [("party", party), ("email", "legal@brand.example")];
    operator.post("/console/contacts", &contact).await.place();
    let path = format!("/console/requests/{id}");
    let letter = [
        ("subject", "Please confirm"),
        ("text", "Our own words"),
        ("action", "send"),
    ];
    assert_eq!(operator.post(&path, &letter).await.place(), path);
    (id, link(stage, folder).await)
}

#[tokio::test]
async fn a_request_is_read_changed_and_sent_and_needs_an_address_first() {
    let stage = stage().await;
    let mut operator = stage.operator().await;
    operator.get("/console/requests").await.page(200);
    let id = drafted(&stage, &mut operator, "tmobile-us").await;
    let list = operator.get("/console/requests").await;
    list.shows(&["asks T-Mobile", "No address is known yet"]);
    let path = format!("/console/requests/{id}");
    let page = operator.get(&path).await;
    page.page(200);
    page.shows(&["Enter an address first", "drafted"]);
    let letter = [
        ("subject", "Hello <b>"),
        ("text", "Words & more"),
        ("action", "send"),
    ];
    let unset = operator.post(&path, &letter).await;
    unset.page(503);
    unset.shows(&["public_url", "Hello &#60;b&#62;"]);
    let folder = post(&stage);
    let refused = operator.post(&path, &letter).await;
    refused.page(409);
    refused.shows(&[
        "role=\"alert\"",
        "No address of mail is known",
        "Words &#38; more",
    ]);
    let wrong = [
        ("party", "tmobile-us"),
        ("email", "a@b.example\r\nBcc: c@d.example"),
    ];
    let wrong = operator.post("/console/contacts", &wrong).await;
    wrong.page(422);
    wrong.shows(&["write it as name@example.com"]);
    let contact = [("party", "tmobile-us"), ("email", "devices@host.example")];
    operator.post("/console/contacts", &contact).await.place();
    assert_eq!(operator.post(&path, &letter).await.place(), path);
    let page = operator.get(&path).await;
    page.shows(&[
        "to devices@host.example",
        "Send it again",
        "Hello &#60;b&#62;",
    ]);
    let letters = operator.get("/console/letters").await;
    letters.page(200);
    letters.shows(&["devices@host.example", "waiting"]);
    letters.lacks(&["/answer/"]);
    assert!(link(&stage, &folder).await.starts_with("/answer/"));
    operator
        .get("/console/letters")
        .await
        .shows(&["sent 9 March 2016"]);
    operator.post(&path, &[("action", "close")]).await.place();
    operator.get(&path).await.shows(&["Closed 9 March 2016"]);
    operator.get("/console/requests/nonsense").await.page(404);
}

#[tokio::test]
async fn an_issuer_without_an_account_answers_once() {
    let stage = stage().await;
    let folder = post(&stage);
    let mut operator = stage.operator().await;
    let (id, link) = sent(&stage, &mut operator, &folder, "tmobile-us").await;
    let mut issuer = stage.visitor();
    for _ in 0..2 {
        let shown = issuer.get(&link).await;
        shown.page(200);
        shown.shows(&["Point 1", "certified", "until"]);
        shown.lacks(&["Console", "http://", "https://"]);
    }
    let faulty = form(
        &[
            ("item-1", "document"),
            ("name", ""),
            ("remark", "A <b>remark</b>"),
        ],
        None,
    );
    let faulty = answer(&mut issuer, &link, &faulty).await;
    faulty.page(422);
    faulty.shows(&[
        "Your name",
        "Point 1: choose the document",
        "A &#60;b&#62;remark",
        "value=\"document\" checked",
    ]);
    let imei = form(
        &[
            ("item-1", "refused"),
            ("name", "A. Person"),
            ("remark", "490154203237518"),
        ],
        None,
    );
    answer(&mut issuer, &link, &imei).await.page(422);

    let good = form(
        &[
            ("item-1", "document"),
            ("name", "A. <i>Person</i>"),
            ("remark", "As agreed"),
        ],
        Some("<script>alert(1)</script>"),
    );
    assert_eq!(answer(&mut issuer, &link, &good).await.place(), "/answered");
    issuer.get("/answered").await.page(200);
    let position = stage.house.snapshot().next_position();
    let again = answer(&mut issuer, &link, &good).await;
    again.page(404);
    again.shows(&["desk@us-mobile.example"]);

    let path = format!("/console/requests/{id}");
    let page = operator.get(&path).await;
    page.shows(&[
        "answered",
        "A. &#60;i&#62;Person",
        "The document answers it",
        "a second person",
    ]);
    page.lacks(&["Record this refusal"]);
    assert_eq!(
        stage.house.snapshot().next_position(),
        position,
        "nothing came on the record"
    );
    // The document is given back as a download, whatever it says that it is.
    let start = page.text.find("/api/v1/documents/").expect("a document");
    let document: String = page.text[start..]
        .chars()
        .take_while(|c| *c != '"')
        .collect();
    let document = operator.get(&document).await;
    assert!(
        document
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(document.text, "<script>alert(1)</script>");
}

#[tokio::test]
async fn a_used_link_and_one_that_never_was_look_the_same() {
    let stage = stage().await;
    let folder = post(&stage);
    let mut operator = stage.operator().await;
    let (_, link) = sent(&stage, &mut operator, &folder, "tmobile-us").await;
    let mut issuer = stage.visitor();
    let good = form(&[("item-1", "confirmed"), ("name", "A. Person")], None);
    answer(&mut issuer, &link, &good).await.place();
    let used = issuer.get(&link).await;
    let unknown = issuer.get(&format!("/answer/{}", "a".repeat(64))).await;
    let short = issuer.get("/answer/x").await;
    for other in [&unknown, &short] {
        other.page(404);
        assert_eq!(other.text, used.text);
    }
    for answer in [&used, &unknown] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
    }
    // Not even the operator's own session opens it.
    operator.get(&link).await.page(404);
}

#[tokio::test]
async fn a_refusal_is_recorded_by_one_click() {
    let stage = stage().await;
    let folder = post(&stage);
    let mut operator = stage.operator().await;
    let (id, link) = sent(&stage, &mut operator, &folder, "tmobile-us").await;
    let refusal = form(&[("item-1", "refused"), ("name", "A. Person")], None);
    answer(&mut stage.visitor(), &link, &refusal).await.place();
    let path = format!("/console/requests/{id}");
    operator
        .get(&path)
        .await
        .shows(&["Record this refusal", "Refused"]);
    let done = operator.post(&format!("{path}/answers/1"), &[]).await;
    assert!(done.place().starts_with("/record/"), "{}", done.place());
    let page = operator.get(&path).await;
    page.shows(&["Entered as ev-"]);
    page.lacks(&["Record this refusal"]);
    operator
        .post(&format!("{path}/answers/1"), &[])
        .await
        .page(404);
    stage
        .visitor()
        .post(&format!("{path}/answers/1"), &[])
        .await
        .place();
}

#[tokio::test]
async fn what_should_be_confirmed_again_becomes_a_request_by_one_click() {
    let stage = stage().await;
    let mut operator = stage.operator().await;
    let page = operator.get("/console/expiring").await;
    page.page(200);
    page.shows(&["What is about to expire"]);
    assert!(
        stage
            .visitor()
            .get("/console/expiring")
            .await
            .place()
            .starts_with("/sign-in")
    );
    let due = stage
        .house
        .expiring(stage.house.present())
        .await
        .expect("reads")
        .due;
    assert_eq!(due.is_empty(), page.text.contains("Nothing ends soon"));
    let drafted = operator
        .post("/console/expiring", &[("party", "tmobile-us")])
        .await;
    drafted.page(200);
}
