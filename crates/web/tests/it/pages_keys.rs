//! Issuers' keys on the console and on an issuer's own desk; and what a party that signed in looks at there.

use trade::signing::fingerprint;

use crate::api_people::form;
use crate::api_signed::{Issuer, denial};
use crate::harness::{MARKET, Site};
use crate::pages_desk::{lacks, shows};

#[tokio::test]
async fn a_key_is_introduced_by_its_fingerprint_and_what_it_signed_is_shown_to_both() {
    let (site, cast) = Site::of_the_story().await;
    let xiaomi = Issuer::new();
    let print = fingerprint(&xiaomi.public);
    let introduce = async |fingerprint: &str| {
        let fields = [
            ("market", MARKET),
            ("party", "xiaomi"),
            ("key", xiaomi.public.as_str()),
            ("fingerprint", fingerprint),
            ("title", "Read out by telephone"),
        ];
        form(&site, "/console/keys", &fields)
            .operator()
            .send()
            .await
    };
    let mistaken = introduce("0000 0000 0000 0000 0000 0000 0000 0000").await;
    assert_eq!(mistaken.status.as_u16(), 422);
    shows(
        &mistaken.text(),
        &["that is not what you wrote", &xiaomi.public],
    );
    let done = introduce(&print.to_uppercase()).await;
    assert!(
        done.header("location").starts_with("/record/"),
        "{}",
        done.text()
    );

    // Lines end as a browser sends them.
    let note = xiaomi.sign(&denial(&site, "denial-signed"));
    let sent = [("note", note.replace('\n', "\r\n"))];
    let sent = sent.each_ref().map(|(name, value)| (*name, value.as_str()));
    let recorded = form(&site, "/console/keys/signed", &sent)
        .operator()
        .send()
        .await;
    let entry = recorded.header("location").to_owned();
    assert!(entry.starts_with("/record/"), "{}", recorded.text());
    let altered = note.replace("\"no\"", "\"yes\"");
    let refused = form(&site, "/console/keys/signed", &[("note", &altered)]);
    let refused = refused.operator().send().await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
    let verdict = format!("/api/v1/listings/{}/verdict", cast.race_listing);
    assert_eq!(
        site.get(&verdict).send().await.json(200)["outcome"],
        "refused"
    );

    let console = site.get("/console/keys").operator().send().await.text();
    let to_entry = format!("href=\"{entry}\"");
    shows(
        &console,
        &[&print, "in force", &to_entry, "withdraw it", "Signed by it"],
    );
    let brand = site.session_of("xiaomi", "owner@xiaomi.example").await;
    let own = site.get("/desk/keys").bearer(&brand).send().await.text();
    shows(
        &own,
        &[
            &print,
            &to_entry,
            "passband sign evidence",
            &site.house.record_key()[..20],
        ],
    );
    lacks(&own, &["withdraw it", "Introduce a key"]);
    let other = site.session_of("tmobile-us", "owner@tmobile.example").await;
    let others = site.get("/desk/keys").bearer(&other).send().await.text();
    shows(&others, &["has introduced no key of yours"]);
    lacks(&others, &[&print]);
}

#[tokio::test]
async fn each_party_looks_at_its_own_and_nothing_of_another() {
    let (site, _) = Site::of_the_story().await;
    let host = site.session_of("tmobile-us", "owner@tmobile.example").await;
    let brand = site.session_of("xiaomi", "owner@xiaomi.example").await;
    let seller = site
        .session_of("omni-electronics", "owner@omni.example")
        .await;
    let looks = async |path: &str, who: &str| site.get(path).bearer(who).send().await.text();

    let desk = looks("/desk", &host).await;
    shows(&desk, &["/desk/certifications", "/desk/keys"]);
    lacks(&desk, &["/desk/authorisations"]);
    let queue = looks("/desk/certifications", &host).await;
    shows(
        &queue,
        &[
            "on T-Mobile",
            "Requirement sets in force",
            "Test reports",
            "/desk/evidence/device_certification?variant=",
        ],
    );
    let nothing = looks("/desk/certifications", &brand).await;
    shows(&nothing, &["Nothing that is listed waits"]);

    let matrix = looks("/desk/authorisations", &brand).await;
    shows(
        &matrix,
        &[
            "Omni Electronics",
            "/desk/evidence/sales_authorization?brand=xiaomi",
        ],
    );
    let own = looks("/desk/authorisations", &seller).await;
    shows(&own, &["Omni Electronics", "Xiaomi in"]);
    lacks(&own, &["/desk/evidence/sales_authorization"]);
    for row in own
        .split("<tr>")
        .filter(|row| row.contains("scope=\"row\""))
    {
        assert!(row.contains("Omni Electronics"), "another seller's: {row}");
    }
}

#[tokio::test]
async fn a_form_that_a_page_leads_to_is_begun_with_what_that_page_is_about() {
    let (site, _) = Site::of_the_story().await;
    let path = "/console/evidence/device_certification?variant=xiaomi.2014817&network=tmobile-us";
    let page = site.get(path).operator().send().await.text();
    shows(
        &page,
        &[
            "<option value=\"xiaomi.2014817\" selected>",
            "<option value=\"tmobile-us\" selected>",
        ],
    );
}

#[tokio::test]
async fn what_a_party_said_and_what_ends_soon_stands_on_its_desk() {
    let (site, _) = Site::of_the_story().await;
    let brand = site.session_of("xiaomi", "owner@xiaomi.example").await;
    let desk = async || site.get("/desk").bearer(&brand).send().await.text();
    lacks(&desk().await, &["What ends soon"]);
    // A year after the last that it said.
    site.set_clock("2018-01-01T00:00:00Z");
    let brand = site
        .house
        .sign_in("owner@xiaomi.example", crate::harness::PASSWORD.to_owned());
    let brand = brand.await.expect("signs in");
    let desk = site.get("/desk").bearer(&brand).send().await.text();
    shows(&desk, &["What ends soon", "should be confirmed again"]);
    let host = site.session_of("tmobile-us", "owner@tmobile.example").await;
    let other = site.get("/desk").bearer(&host).send().await.text();
    lacks(&other, &["May sell"]);
}
