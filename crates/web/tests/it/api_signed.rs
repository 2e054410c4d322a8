//! What an issuer signs: heard if its key is known, for this record and unaltered; and documents, kept as they came.

use serde_json::{Value, json};
use trade::signing::{Statement, new_key, read_key};

use crate::harness::{Answer, OPERATOR, Site};

const SIGNED: &str = "/api/v1/signed-evidence";

/// An issuer with a key.
pub struct Issuer {
    pub private: String,
    pub public: String,
}

impl Issuer {
    pub fn new() -> Self {
        let (private, public) = new_key("xiaomi.example/sales").expect("a key");
        Self { private, public }
    }

    pub async fn introduced(site: &Site) -> (Self, String) {
        let issuer = Self::new();
        let claim = json!({ "kind": "issuer_key", "party": "xiaomi", "key": issuer.public });
        let body = json!({
            "scope": "market:us", "issuer": OPERATOR, "claim": claim, "title": "Read out by telephone",
        });
        let entry = site.post("/api/v1/evidence").operator().json(&body);
        let entry = entry.send().await.json(201);
        (issuer, entry["id"].as_str().expect("an id").to_owned())
    }

    pub fn sign(&self, statement: &Statement) -> String {
        let key = read_key(&self.private).expect("a key");
        statement.sign(&key).expect("signs")
    }
}

/// The brand denies a seller.
pub fn denial(site: &Site, id: &str) -> Statement {
    let claim = json!({
        "kind": "sales_authorization", "standing": "no", "brand": "xiaomi", "sellers": ["omni-electronics"],
        "categories": "all", "models": "all", "territory": "all", "channels": "all",
    });
    Statement {
        record: site.house.record_key(),
        id: id.parse().expect("an id"),
        scope: "brand:xiaomi".parse().expect("a scope"),
        issuer: "xiaomi".parse().expect("an id"),
        valid: domain::Period::ALWAYS,
        dated: "2016-03-09".to_owned(),
        claim: trade::posted_claim("", &claim).expect("reads"),
    }
}

async fn send(site: &Site, note: &str) -> Answer {
    let body = json!({ "note": note });
    site.post(SIGNED).operator().json(&body).send().await
}

#[tokio::test]
async fn what_an_issuer_signed_is_recorded_once_with_its_key_and_closes_the_sale() {
    let (site, cast) = Site::of_the_story().await;
    let (xiaomi, introduction) = Issuer::introduced(&site).await;
    let verdict = format!("/api/v1/listings/{}/verdict", cast.race_listing);
    assert_eq!(
        site.get(&verdict).send().await.json(200)["outcome"],
        "sellable"
    );
    let note = xiaomi.sign(&denial(&site, "denial-signed"));
    let entry = send(&site, &note).await.json(201);
    assert_eq!(entry["vouching"], "signed");
    assert_eq!(entry["key"], json!(xiaomi.public));
    assert_eq!(entry["issuer"], "xiaomi");
    let body: Value = serde_json::from_str(entry["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(body["note"], json!(note), "anybody can check it again");
    assert_eq!(
        site.get(&verdict).send().await.json(200)["outcome"],
        "refused"
    );
    assert_eq!(send(&site, &note).await.json(200), entry);
    assert!(site.house.verify_record().await.expect("reads").is_clean());
    let keys = site.get("/api/v1/issuer-keys").send().await.json(200);
    assert_eq!(keys["keys"][0]["evidence"], json!(introduction));
    assert_eq!(keys["keys"][0]["is_in_force"], true);
    // What keeps the sale closed is not ended by a signature alone.
    let lifting = Statement {
        claim: trade::posted_claim(
            "",
            &json!({ "kind": "withdrawal", "ends": "denial-signed", "manner": "revoke" }),
        )
        .expect("reads"),
        ..denial(&site, "lifting")
    };
    send(&site, &xiaomi.sign(&lifting))
        .await
        .problem(422, "not_the_issuers");
}

#[tokio::test]
async fn what_nobody_known_signed_is_refused_and_nothing_recorded() {
    let (site, cast) = Site::of_the_story().await;
    let stranger = Issuer::new();
    let unknown = stranger.sign(&denial(&site, "a"));
    send(&site, &unknown).await.problem(422, "key_unknown");
    let (xiaomi, introduction) = Issuer::introduced(&site).await;
    let before = site.house.snapshot().next_position();
    send(&site, &unknown).await.problem(422, "key_unknown");
    let note = xiaomi.sign(&denial(&site, "a"));
    let altered = note.replace("omni-electronics", "xiaomi-store");
    send(&site, &altered)
        .await
        .problem(422, "signature_invalid");
    send(&site, note.trim_end())
        .await
        .problem(422, "signature_invalid");
    let elsewhere = Statement {
        record: "passband/record+00000000+AAAA".to_owned(),
        ..denial(&site, "a")
    };
    let places = send(&site, &xiaomi.sign(&elsewhere)).await;
    assert_eq!(places.places(422, "invalid_input"), ["/record"]);
    let of_another = Statement {
        issuer: "abi-research".parse().expect("an id"),
        ..denial(&site, "a")
    };
    let note = xiaomi.sign(&of_another);
    send(&site, &note).await.problem(422, "signature_invalid");
    let policy = Statement {
        claim: trade::posted_claim(
            "",
            &json!({ "kind": "issuer_key", "party": "xiaomi", "key": stranger.public }),
        )
        .expect("reads"),
        scope: "market:us".parse().expect("a scope"),
        ..denial(&site, "a")
    };
    send(&site, &xiaomi.sign(&policy))
        .await
        .problem(422, "not_the_issuers");
    // It ends what it said itself, not what another said.
    let of_the_network = Statement {
        claim: trade::posted_claim(
            "",
            &json!({
                "kind": "withdrawal", "ends": cast.race_certification.as_str(), "manner": "revoke",
            }),
        )
        .expect("reads"),
        ..denial(&site, "a")
    };
    send(&site, &xiaomi.sign(&of_the_network))
        .await
        .problem(422, "not_the_issuers");
    assert_eq!(site.house.snapshot().next_position(), before);
    // A key that was lost signs nothing more.
    let lost = json!({ "manner": "revoke", "title": "Lost", "issuer": OPERATOR });
    let path = format!("/api/v1/evidence/{introduction}/withdrawals");
    site.post(&path)
        .operator()
        .json(&lost)
        .send()
        .await
        .json(201);
    let note = xiaomi.sign(&denial(&site, "a"));
    send(&site, &note).await.problem(422, "key_unknown");
}

#[tokio::test]
async fn an_entry_that_is_not_what_its_issuer_signed_is_found() {
    let (site, _) = Site::of_the_story().await;
    let (xiaomi, _) = Issuer::introduced(&site).await;
    let entry = send(&site, &xiaomi.sign(&denial(&site, "denial")))
        .await
        .json(201);
    let found = site.house.evidence(&"denial".parse().expect("an id")).await;
    let found = found.expect("reads").expect("is there").entry;
    let raw = |body: String| trade::record_log::RawEntry {
        position: found.position,
        recorded_at: found.recorded_at.epoch_ms().to_string(),
        evidence_id: found.evidence_id.to_string(),
        kind: found.kind.clone(),
        scope: found.scope.to_string(),
        scope_version: found.scope_version.to_string(),
        body,
        leaf_hash: found.leaf_hash.clone(),
        opening: None,
    };
    assert_eq!(trade::signing::disagreement(&raw(found.body.clone())), None);
    let body = entry["body"].as_str().expect("text");
    // The claim of the body alone, not that of the note.
    let at = body.rfind("\"standing\":\"no\"").expect("is there");
    let altered = format!("{}\"standing\":\"yes\"{}", &body[..at], &body[at + 15..]);
    let fault = trade::signing::disagreement(&raw(altered));
    assert_eq!(fault.as_deref(), Some("it is not what its issuer signed"));
}

#[tokio::test]
async fn a_document_is_kept_as_it_came_and_evidence_names_it() {
    let (site, _) = Site::of_the_story().await;
    let bytes = b"<script>alert(1)</script>\x00\xff".to_vec();
    let keep = || {
        let ask = site.post("/api/v1/documents?name=Lettre%20d%27accord%20%22x%22.html");
        ask.operator().bytes("text/html; charset=x", bytes.clone())
    };
    let kept = keep().send().await.json(201);
    assert_eq!(kept["byte_count"], bytes.len());
    let again = keep().send().await.json(200);
    assert_eq!(
        (&again["sha256"], &again["was_known"]),
        (&kept["sha256"], &json!(true))
    );
    let sha256 = kept["sha256"].as_str().expect("text");
    let path = format!("/api/v1/documents/{sha256}");
    let shown = site.get(&path).operator().send().await;
    assert_eq!(shown.body, bytes);
    // What it is, its bytes say and not whoever brought it.
    assert_eq!(shown.header("content-type"), "application/octet-stream");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(
        shown.header("content-disposition"),
        "attachment; filename*=UTF-8''Lettre%20d%27accord%20%22x%22.html"
    );
    site.get(&path).send().await.problem(401, "sign_in_needed");
    let mut evidence = json!({
        "scope": "brand:xiaomi", "issuer": "xiaomi", "claim": { "kind": "statement", "role": "brand" },
        "title": "Letter", "document": sha256,
    });
    let entry = site.post("/api/v1/evidence").operator().json(&evidence);
    assert_eq!(entry.send().await.json(201)["document"], sha256);
    evidence["document"] = json!("0".repeat(64));
    let missing = site.post("/api/v1/evidence").operator().json(&evidence);
    missing.send().await.problem(404, "not_found");
    let empty = site.post("/api/v1/documents?name=x").operator();
    empty.send().await.problem(422, "document_refused");
}
