//! One unit by its IMEI: what is answered, and that the number goes nowhere.

use std::sync::Arc;

use domain::evidence::Authority;
use domain::number::Imei;
use serde_json::{Value, json};
use tempfile::TempDir;
use trade::clock::HandClock;
use trade::data_sets::{Imported, Input};
use trade::unit::{Standing, UnitRequest};
use trade::{Code, FileKind, House, HouseOptions};

use crate::api_rows::{Named, Sent, rows};
use crate::harness::Site;

const UNITS: &str = "/api/v1/unit-checks";

/// A number that nobody has: the code of a real model, a serial made up here, the check digit worked out.
fn imei(serial: u32) -> String {
    let most = format!("86763402{serial:06}");
    let mut whole = (0..10).map(|check| format!("{most}{check}"));
    whole
        .find(|text| text.parse::<Imei>().is_ok())
        .expect("one of ten digits is right")
}

async fn read(house: &House, text: &str) -> Imported {
    let input = Input::Bytes("list.csv".to_owned(), text.as_bytes().to_vec());
    let kind = Some(FileKind::BlockedDevices);
    let read = house.import(input, kind, Authority::PublicList, |_| {});
    read.await.expect("reads")
}

/// Delivers units under a name; the counts of units, added, gone.
async fn deliver(house: &House, name: &str, serials: &[u32], yes: bool) -> Result<[u64; 3], Code> {
    let lines = serials.iter().map(|serial| format!("{}\n", imei(*serial)));
    let text = format!("imei\n{}", lines.collect::<String>());
    let units = read(house, &text).await.blocked;
    let delivered = house.deliver_blocked_list(name, &units, yes).await;
    let counts = |done: trade::unit_list::Delivered| [done.list.units, done.added, done.gone];
    delivered.map(counts).map_err(|error| error.code)
}

async fn standing(house: &House, imei: &str) -> Standing {
    let request = UnitRequest {
        imei: imei.to_owned(),
        network: None,
        at: house.now(),
    };
    house.check_unit(request).await.expect("answers").standing()
}

#[tokio::test]
async fn a_unit_is_answered_by_its_lists_and_no_more_is_said() {
    let site = Site::bare().await;
    let ask = |imei: &str| {
        let body = json!({ "imei": imei });
        let site = &site;
        async move { site.post(UNITS).json(&body).send().await.json(200) }
    };
    let before = ask(&imei(1)).await;
    assert_eq!(before["blocked"]["state"], "not_checked");
    let text = format!(
        "imei;reason;since;reported_by\n{};theft;2016-02-11;J. Doe\n",
        &imei(1)[..14]
    );
    let units = read(&site.house, &text).await.blocked;
    let delivered = site
        .house
        .deliver_blocked_list("police", &units, false)
        .await;
    assert_eq!(delivered.expect("delivers").list.units, 1);
    let blocked = ask(&imei(1)).await;
    assert_eq!(blocked["type_allocation_code"], "86763402");
    assert_eq!(blocked["reporting_body"]["name"], "TAF");
    assert_eq!(blocked["blocked"]["state"], "blocked");
    let by = json!([{
        "list": "police", "delivered_at": "2016-03-09T12:00:00Z",
        "reason": "theft", "since": "2016-02-11T00:00:00Z",
    }]);
    assert_eq!(blocked["blocked"]["by"], by);
    assert!(
        !blocked.to_string().contains("Doe"),
        "a name is the operator's to see: {blocked}"
    );
    let other = ask(&imei(2)).await;
    assert_eq!(other["blocked"]["state"], "not_listed");
    let sentence = other["blocked"]["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("police (delivered 2016-03-09)"),
        "{sentence}"
    );
    for answer in [blocked, other] {
        let text = answer.to_string().to_lowercase();
        assert!(
            !text.contains("clean") && !text.contains(&imei(1)[8..]),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_unit_is_checked_on_a_network_and_each_list_says_its_model() {
    let site = Site::bare().await;
    let list =
        "tac,name,name,contributor,comment,gsmarena,gsmarena,aka\n86763402,Xiaomi,Mi 4i,x,,,,\n";
    let input = Input::Bytes("osmocom_tacdb.csv".to_owned(), list.as_bytes().to_vec());
    let import = site
        .house
        .import(input, None, Authority::PublicList, |_| {});
    import.await.expect("imports");
    let ask = |network: &str| {
        let body = json!({
            "imei": imei(3), "network": network, "country": "US", "at": "2016-02-01",
        });
        let site = &site;
        async move { site.post(UNITS).json(&body).send().await.json(200) }
    };
    let known = ask("T-Mobile").await;
    let models = known["models"].as_array().unwrap();
    let of_the_list = |claim: &&Value| {
        let title = claim["source"]["title"].as_str().unwrap_or_default();
        title.contains("Osmocom") && claim["model"] == "Mi 4i"
    };
    assert_eq!(models.iter().filter(of_the_list).count(), 1, "{known}");
    assert_eq!(known["checked"]["network"], "T-Mobile", "{known}");
    assert_eq!(known["not_checked"], Value::Null);
    let unknown = ask("Nobody").await;
    assert_eq!(unknown["checked"], Value::Null);
    assert_eq!(unknown["not_checked"]["code"], "network_unknown");
}

#[tokio::test]
async fn what_is_no_imei_is_told_by_its_first_fault_and_not_repeated() {
    let site = Site::bare().await;
    let right = imei(654_321);
    for (typed, words) in [
        (&right[..14], "check digit is missing"),
        (&format!("{right}12"), "software version after"),
        (&format!("{}0", &right[..15]), "IMEISV"),
        (
            &format!("{}{}", &right[..14], (right.as_bytes()[14] - b'0' + 1) % 10),
            "check digit is wrong",
        ),
        ("000000000000000", "all its digits are the same"),
        ("+1 202 555 0123", "phone number"),
        ("٤٩٠١٥٤٢٠٣٢٣٧٥١٨", "another script"),
        ("86763402654321x", "digits only"),
        ("86763402", "type allocation code"),
    ] {
        let answer = site
            .post(UNITS)
            .json(&json!({ "imei": typed }))
            .send()
            .await;
        let problem = answer.problem(422, "imei_invalid");
        assert!(
            problem["detail"].as_str().unwrap().contains(words),
            "{problem}"
        );
        assert!(!problem.to_string().contains("654321"), "{problem}");
    }
    let number: u64 = right.parse().unwrap();
    let answer = site
        .post(UNITS)
        .json(&json!({ "imei": number }))
        .send()
        .await;
    assert!(
        !answer
            .problem(422, "invalid_input")
            .to_string()
            .contains("654321")
    );
    let alone = json!({ "imei": right, "network": "EE" });
    let answer = site.post(UNITS).json(&alone).send().await;
    assert_eq!(answer.places(422, "invalid_input"), ["/country"]);
    site.get(UNITS)
        .send()
        .await
        .problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_delivery_replaces_the_last_and_a_fall_asks_first() {
    let site = Site::bare().await;
    let house = &site.house;
    assert_eq!(
        deliver(house, "ours", &[], false).await,
        Err(Code::ListShrinks)
    );
    let ten: Vec<u32> = (1..=10).collect();
    assert_eq!(deliver(house, "ours", &ten, false).await, Ok([10, 10, 0]));
    assert_eq!(deliver(house, " ours ", &ten, false).await, Ok([10, 0, 0]));
    let eight: Vec<u32> = (3..=10).collect();
    assert_eq!(deliver(house, "ours", &eight, false).await, Ok([8, 0, 2]));
    assert_eq!(standing(house, &imei(1)).await, Standing::NotListed);
    let six: Vec<u32> = (10..=15).collect();
    assert_eq!(
        deliver(house, "ours", &six, false).await,
        Err(Code::ListShrinks)
    );
    assert_eq!(
        standing(house, &imei(3)).await,
        Standing::Blocked,
        "it stays as it was"
    );
    assert_eq!(deliver(house, "ours", &six, true).await, Ok([6, 5, 7]));
    assert_eq!(deliver(house, "theirs", &[15], false).await, Ok([1, 1, 0]));
    assert_eq!(standing(house, &imei(3)).await, Standing::NotListed);
    house.remove_blocked_list("ours").await.expect("is there");
    assert_eq!(
        standing(house, &imei(15)).await,
        Standing::Blocked,
        "another list names it"
    );
    house.remove_blocked_list("theirs").await.expect("is there");
    assert_eq!(standing(house, &imei(15)).await, Standing::NotChecked);
    let error = house
        .remove_blocked_list("theirs")
        .await
        .expect_err("is gone");
    assert_eq!(error.code, Code::NotFound);
    for name in ["", "a\nb", &imei(1), &"x".repeat(81)] {
        assert_eq!(
            deliver(house, name, &ten, true).await,
            Err(Code::InvalidInput),
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn a_house_with_another_key_says_that_it_cannot_look_into_a_list() {
    let folder = TempDir::new().expect("a folder");
    let clock = Arc::new(HandClock::at("2016-03-09".parse().expect("reads")));
    let open = || House::open(HouseOptions::new(folder.path(), clock.clone()));
    let house = open().await.expect("opens");
    deliver(&house, "ours", &[1], false)
        .await
        .expect("delivers");
    house.close().await;
    // What stands in for a copy of the database on another machine.
    std::fs::remove_file(folder.path().join("record.key")).expect("there is one");
    let house = open().await.expect("opens");
    let request = UnitRequest {
        imei: imei(1),
        network: None,
        at: house.now(),
    };
    let unit = house.check_unit(request).await.expect("answers");
    assert_eq!(
        (unit.standing(), unit.not_read.as_slice()),
        (Standing::NotChecked, &["ours".to_owned()][..])
    );
    assert!(unit.sentence().contains("ours"), "{}", unit.sentence());
}

/// Every way in which a canary is written; each holds its serial.
fn canaries() -> Vec<String> {
    let mut canaries = Vec::new();
    for serial in [901_234, 912_345, 923_456, 934_567, 945_678] {
        let whole = imei(serial);
        canaries.push(whole.clone());
        canaries.push(format!(
            "{}-{}-{}",
            &whole[..8],
            &whole[8..14],
            &whole[14..]
        ));
        canaries.push(whole[..14].to_owned());
        canaries.push(format!("{}01", &whole[..14]));
    }
    canaries
}

fn secret(canary: &str) -> String {
    let digits: String = canary.chars().filter(char::is_ascii_digit).collect();
    digits[8..14].to_owned()
}

fn every_text_is(value: &Value, text: &str) -> Value {
    match value {
        Value::String(_) => json!(text),
        Value::Array(values) => values.iter().map(|one| every_text_is(one, text)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, one)| (name.clone(), every_text_is(one, text)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn no_route_repeats_or_keeps_a_number_that_was_put_into_it() {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let mut asked = 0;
    let listed: String = canaries()
        .iter()
        .map(|canary| format!("{canary}\n"))
        .collect();
    let listed = read(&site.house, &format!("imei\n{listed}")).await;
    assert_eq!(
        (listed.blocked.len(), listed.faults.as_slice()),
        (5, &[][..])
    );
    let delivered = site
        .house
        .deliver_blocked_list("ours", &listed.blocked, false)
        .await;
    delivered.expect("delivers");
    for canary in canaries() {
        let answer = site
            .post(UNITS)
            .json(&json!({ "imei": canary }))
            .send()
            .await;
        let text = answer.text();
        assert!(!text.contains(&secret(&canary)), "{text}");
        let secret = secret(&canary);
        let check = |path: &str, answer: &crate::harness::Answer| {
            let text = String::from_utf8_lossy(&answer.body);
            assert!(!text.contains(&secret), "{path}: {text}");
            for (name, value) in &answer.headers {
                let value = String::from_utf8_lossy(value.as_bytes());
                assert!(!value.contains(&secret), "{path}: {name}: {value}");
            }
        };
        let form = format!("imei={canary}&network=US/T-Mobile").into_bytes();
        let ask = site
            .post("/check/unit")
            .header("origin", "http://shop.example")
            .header("host", "shop.example");
        let kind = "application/x-www-form-urlencoded";
        let answer = ask.bytes(kind, form).send().await;
        let state = answer.status.as_u16();
        assert!([200, 422].contains(&state), "{state}");
        check("/check/unit", &answer);
        let plus = canary.replace('-', "%20");
        for route in web::route_table() {
            let method: axum::http::Method = route.method.parse().expect("a method");
            let path = named.path(route.path);
            let mut paths = vec![format!("{path}?q={plus}"), format!("{path}?{plus}=1")];
            let segments = route.path.split('/').filter(|part| part.starts_with('{'));
            paths.extend(segments.map(|part| named.path(&route.path.replace(part, &canary))));
            for path in &paths {
                let answer = site.ask(method.clone(), path).operator().send().await;
                assert_eq!(answer.status.as_u16(), 422, "{path}");
                check(path, &answer);
                asked += 1;
            }
            if method != axum::http::Method::GET && !route.path.starts_with("/api/") {
                let form = format!(
                    "email={canary}&market={canary}&listing={canary}&title={canary}&x={canary}"
                );
                let ask = site
                    .ask(method, &path)
                    .operator()
                    .header("origin", "http://shop.example");
                let kind = "application/x-www-form-urlencoded";
                let answer = ask.bytes(kind, form.into_bytes()).send().await;
                check(&path, &answer);
                asked += 1;
            }
        }
        for row in rows() {
            let sent = match &row.sent {
                Sent::Json(body) => every_text_is(body, &canary).to_string(),
                Sent::Nothing => continue,
                Sent::Toml => format!("[[{canary}]]\nname = \"{canary}\"\n"),
                Sent::File(text) => text.replace("Acme", &canary).replace("Xiaomi", &canary),
                Sent::Csv(_) => format!("device,network,at\n{canary},{canary},{canary}\n"),
            };
            let kind = match &row.sent {
                Sent::Json(_) => "application/json",
                Sent::Toml => "application/toml",
                Sent::File(_) => "application/octet-stream",
                _ => "text/csv",
            };
            let ask = row.ask(&site, &named).operator();
            let answer = ask.bytes(kind, sent.into_bytes()).send().await;
            check(row.path, &answer);
            asked += 1;
        }
    }
    assert!(asked > 1_000, "only {asked} were asked");
    let kept = site.everything_kept();
    for canary in canaries() {
        for written in [canary.clone(), canary.replace('-', "")] {
            let hit = kept
                .windows(written.len())
                .position(|part| part == written.as_bytes());
            assert_eq!(hit, None, "the data folder keeps a number");
        }
    }
}
