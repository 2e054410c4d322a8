//! The evidence desk: what is dropped in is shown without harm and given back as it came, and a second person decides.

use serde_json::{Value, json};

use crate::harness::{Answer, OPERATOR, Site};

const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

const BOUNDARY: &str = "xyzzy";

/// Drops a file in; gives the answer.
pub async fn bring_to(site: &Site, name: &str, bytes: &[u8]) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let ask = site
        .post("/console/desk")
        .operator()
        .bytes(&kind, form(name, bytes));
    ask.header("sec-fetch-site", "same-origin").send().await
}

/// The page of a file that was dropped in, by its path and as text.
pub async fn brought(site: &Site, name: &str, bytes: &[u8]) -> (String, String) {
    let place = bring_to(site, name, bytes)
        .await
        .header("location")
        .to_owned();
    let page = site.get(&place).operator().send().await;
    assert_eq!(page.status.as_u16(), 200, "{place}");
    (place, page.text())
}

#[track_caller]
pub fn shows(text: &str, words: &[&str]) {
    for words in words {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
}

#[track_caller]
pub fn lacks(text: &str, words: &[&str]) {
    for words in words {
        assert!(!text.contains(words), "{words:?} in {text}");
    }
}

/// A form with a file, as a browser sends it.
fn form(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"pasted\"\r\n\r\n\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    [
        head.as_bytes(),
        bytes,
        format!("\r\n--{BOUNDARY}--\r\n").as_bytes(),
    ]
    .concat()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

const HOSTILE: &str = "From: \"<script>alert(1)</script>\" <a@b.example>\r\nDate: today\r\n\
    Subject: =?utf-8?Q?=3Cimg_src=3Dx_onerror=3Dalert=281=29=3E?=\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n\
    --y\r\nContent-Type: text/html\r\n\r\n<p>Dear sirs</p><script>alert(2)</script><img src=x onerror=alert(3)>\r\n\
    --y\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=\"page.html\"\r\n\r\n\
    <!doctype html><script>alert(4)</script><p>Attached words\r\n--y--\r\n";

#[tokio::test]
async fn a_hostile_mail_is_kept_as_it_is_and_shown_as_text() {
    let site = Site::bare().await;
    let (place, page) = brought(&site, "x.eml", HOSTILE.as_bytes()).await;
    shows(
        &page,
        &[
            "Dear sirs",
            "only its text is shown",
            "page.html",
            "&#60;script&#62;alert(1)",
        ],
    );
    lacks(&page, &["<script>alert", "onerror=alert(3)", "alert(2)"]);

    let sha256 = place.rsplit('/').next().expect("a hash");
    let original = site
        .get(&format!("/api/v1/documents/{sha256}"))
        .operator()
        .send()
        .await;
    assert_eq!(original.body, HOSTILE.as_bytes());
    assert_eq!(original.header("content-type"), "message/rfc822");
    assert_eq!(original.header("content-security-policy"), SANDBOX);
    assert_eq!(original.header("x-content-type-options"), "nosniff");
    assert!(
        original
            .header("content-disposition")
            .starts_with("attachment;")
    );
    let inbox = site.get("/console/desk").operator().send().await.text();
    shows(&inbox, &["x.eml", "page.html", "nothing entered yet"]);

    let aside = site
        .post(&format!("{place}/aside"))
        .operator()
        .header("sec-fetch-site", "same-origin");
    assert_eq!(aside.send().await.header("location"), "/console/desk");
    let inbox = site.get("/console/desk").operator().send().await.text();
    shows(&inbox, &["nothing to enter"]);
}

#[tokio::test]
async fn a_picture_is_shown_only_if_its_header_says_a_size_that_can_be_borne() {
    let site = Site::bare().await;
    for (width, height, is_shown) in [(640, 480, true), (50_000, 50_000, false), (0, 1, false)] {
        // Its name says what it likes.
        let (place, page) = brought(&site, "page.html", &png(width, height)).await;
        let picture = site
            .get(&format!("{place}/picture"))
            .operator()
            .send()
            .await;
        if is_shown {
            shows(&page, &["<img", "width=\"640\""]);
            assert_eq!(picture.header("content-type"), "image/png");
            assert_eq!(picture.header("content-security-policy"), SANDBOX);
        } else {
            lacks(&page, &["<img"]);
            shows(&page, &["does not say a size that can be shown"]);
            assert_eq!(picture.status.as_u16(), 404);
        }
    }
}

#[tokio::test]
async fn what_is_past_a_limit_is_kept_and_says_so() {
    let site = Site::bare().await;
    let head = "From: a\r\nDate: b\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n";
    let many = format!("{head}{}--y--", "--y\r\n\r\nx\r\n".repeat(200));
    let long = format!("From: a\r\nDate: b\r\nX: {}\r\n\r\nhi", "a".repeat(70_000));
    let cases = [
        (many.as_str(), "more than 100 parts"),
        (long.as_str(), "longer than 64 KiB"),
        (
            "PK\u{3}\u{4}....",
            "No text is read from a file of another kind",
        ),
    ];
    for (bytes, words) in cases {
        let (_, page) = brought(&site, "x", bytes.as_bytes()).await;
        shows(&page, &[words]);
    }
    let empty = bring_to(&site, "x", b"").await;
    assert_eq!(empty.status.as_u16(), 422);
    shows(&empty.text(), &["Choose a file, or paste its text."]);
}

fn authorisation() -> Value {
    json!({
        "id": "desk-1",
        "scope": "brand:xiaomi", "issuer": "xiaomi", "title": "Letter", "dated": "2016-03-09",
        "claim": {
            "kind": "sales_authorization", "standing": "yes", "brand": "xiaomi",
            "sellers": "all", "categories": "all", "models": "all", "territory": "all", "channels": "all",
        },
    })
}

#[tokio::test]
async fn what_could_open_a_sale_is_a_draft_until_somebody_else_approves_it() {
    let (site, _) = Site::of_the_story().await;
    let token = site.session_of(OPERATOR, "second@us-mobile.example").await;

    let waiting = site
        .post("/api/v1/evidence")
        .operator()
        .json(&authorisation())
        .send()
        .await;
    let draft = waiting.json(202);
    assert_eq!(
        (&draft["state"], &draft["only_closes"]),
        (&json!("waiting"), &json!(false))
    );
    let place = waiting.header("location").to_owned();
    let again = site
        .post("/api/v1/evidence")
        .operator()
        .json(&authorisation())
        .send()
        .await;
    assert_eq!(
        again.header("location"),
        place,
        "sent twice, it is one draft"
    );
    let listed = site.get("/api/v1/drafts").operator().send().await.json(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));

    let detail = site.get(&place).operator().send().await.json(200);
    let approval =
        json!({"version": detail["draft"]["version"], "impact_mark": detail["impact_mark"]});
    let path = format!("{place}/approval");
    let own = site.post(&path).operator().json(&approval).send().await;
    own.problem(409, "second_person_needed");
    let other = json!({"version": detail["draft"]["version"], "impact_mark": "0"});
    site.post(&path)
        .bearer(&token)
        .json(&other)
        .send()
        .await
        .problem(409, "impact_changed");
    let approved = site
        .post(&path)
        .bearer(&token)
        .json(&approval)
        .send()
        .await
        .json(201);
    assert_eq!(approved["id"], json!("desk-1"));
    site.post(&path)
        .bearer(&token)
        .json(&approval)
        .send()
        .await
        .problem(409, "state_conflict");

    // What closes a sale needs nobody else.
    let denial = json!({
        "scope": "brand:xiaomi", "issuer": "xiaomi", "title": "Letter",
        "claim": {
            "kind": "sales_authorization", "standing": "no", "brand": "xiaomi",
            "sellers": "all", "categories": "all", "models": "all", "territory": "all", "channels": "all",
        },
    });
    site.post("/api/v1/evidence")
        .operator()
        .json(&denial)
        .send()
        .await
        .json(201);
    let ends = json!({"manner": "suspend", "title": "Letter"});
    let path = "/api/v1/evidence/desk-1/withdrawals";
    site.post(path)
        .operator()
        .json(&ends)
        .send()
        .await
        .json(201);
}
