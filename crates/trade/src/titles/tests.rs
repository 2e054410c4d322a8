//! Titles, matched over the built-in tables and a list that arrives later.

use std::sync::Arc;

use domain::evidence::Authority;

use super::*;
use crate::check::CheckRequest;
use crate::clock::SystemClock;
use crate::data_sets::Input;
use crate::error::Code;
use crate::house::HouseOptions;

async fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open(HouseOptions::new(folder.path(), Arc::new(SystemClock))).await;
    (folder, house.expect("opens"))
}

async fn answer(house: &House, title: &str) -> TitleAnswer {
    let mut answers = house
        .match_titles(&[title.to_owned()])
        .await
        .expect("is read");
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

#[tokio::test]
async fn a_title_means_a_phone_that_a_check_understands_or_none() {
    let (_folder, house) = house().await;
    for (title, kind, name, ask) in [
        (
            "Xiaomi Mi 4i 16GB, factory unlocked",
            "match",
            "Xiaomi Mi 4i",
            "Xiaomi Mi 4i",
        ),
        (
            "SAMSUNG Galaxy S7 (SM-G930F) 32 GB schwarz",
            "match",
            "Samsung Galaxy S7",
            "SM-G930F",
        ),
        (
            "Silicone case for Xiaomi Mi 4i",
            "accessory",
            "Xiaomi Mi 4i",
            "Xiaomi Mi 4i",
        ),
        (
            "Xiaomi Mi 4i with headphones bundle",
            "bundle",
            "Xiaomi Mi 4i",
            "Xiaomi Mi 4i",
        ),
        ("Xiaomi Mi 99x 64GB", "unlisted", "", ""),
        ("brand new, 64 GB", "nothing", "", ""),
    ] {
        let answer = answer(&house, title).await;
        assert_eq!(answer.name(), kind, "{title}: {answer:?}");
        let phone = answer.phone();
        assert_eq!(phone.map_or("", |phone| &phone.name), name, "{title}");
        let asked = phone.and_then(|phone| phone.ask.clone());
        assert_eq!(asked.as_deref().unwrap_or_default(), ask, "{title}");
        if let Some(device) = asked {
            let request = CheckRequest {
                device,
                network: "T-Mobile".to_owned(),
                country: "US".parse().expect("a country"),
                at: "2016-02-01".parse().expect("a date"),
            };
            let checked = house.check(request).await.expect("is answered");
            assert_eq!(checked.device, name, "{title}");
        }
    }
}

#[tokio::test]
async fn a_list_that_arrives_is_known_to_the_next_title_and_unknown_once_it_is_retired() {
    let (_folder, house) = house().await;
    let title = "Acme Rocket 7 128GB black";
    assert_eq!(answer(&house, title).await.name(), "unlisted");
    let text = "Retail Branding,Marketing Name,Device,Model\nAcme,Rocket 7,uno,AC-1001\n";
    let input = Input::Bytes("supported_devices.csv".to_owned(), text.into());
    let kind = Some(feeds::Kind::GoogleDevices);
    let read = house
        .import(input, kind, Authority::PublicList, |_| {})
        .await;
    let answer_then = answer(&house, title).await;
    let phone = answer_then.phone().expect("a match");
    assert_eq!(
        (phone.name.as_str(), phone.storage_gb),
        ("Acme Rocket 7", Some(128))
    );
    assert!(house.titles_bytes().await.expect("counted") > 10_000);
    let set = read.expect("is read").data_set.expect("is stored");
    house.retire(&set.id, true).await.expect("is retired");
    assert_eq!(answer(&house, title).await.name(), "unlisted");
}

#[tokio::test]
async fn the_number_of_a_unit_is_refused_and_not_repeated() {
    let (_folder, house) = house().await;
    let titles = ["Mi 4i".to_owned(), "Mi 4i IMEI 490154203237518".to_owned()];
    let error = house.match_titles(&titles).await.expect_err("a number");
    assert_eq!(error.code, Code::ImeiNotHere);
    assert!(
        !error.detail.contains("490154203237518"),
        "{}",
        error.detail
    );
}
