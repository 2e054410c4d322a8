//! What letters suggest, over the built-in tables of devices.

use std::sync::Arc;

use domain::device::{DeviceModel, DeviceVariant};
use store::directory::{Brand, Party, Seller};

use super::*;
use crate::clock::SystemClock;
use crate::house::HouseOptions;

fn directory() -> Directory {
    let id = |text: &str| text.parse().expect("an id");
    let party = |name: &str, role: &str| Party {
        id: id(&name.to_lowercase()),
        name: name.to_owned(),
        role: role.to_owned(),
    };
    let brand = |name: &str| Brand {
        id: name.to_lowercase().parse().expect("an id"),
        party: id(&name.to_lowercase()),
        name: name.to_owned(),
    };
    let model = |brand: &str, id: &str, name: &str| DeviceModel {
        id: id.parse().expect("an id"),
        brand: brand.parse().expect("an id"),
        name: name.to_owned(),
        category: "smartphone".parse().expect("a category"),
    };
    let variant = |model: &str, code: &str| DeviceVariant {
        id: format!("{model}-{}", code.to_lowercase())
            .parse()
            .expect("an id"),
        model: model.parse().expect("an id"),
        code: code.to_owned(),
        description: String::new(),
    };
    Directory {
        parties: vec![
            party("Xiaomi", "brand"),
            party("Samsung", "brand"),
            party("Omni", "seller"),
        ],
        brands: vec![brand("Xiaomi"), brand("Samsung")],
        sellers: vec![Seller {
            id: "omni".parse().expect("an id"),
            party: id("omni"),
            name: "Omni Distribution".to_owned(),
        }],
        models: vec![
            model("xiaomi", "mi-4i", "Mi 4i"),
            model("xiaomi", "redmi-note-2", "Redmi Note 2"),
            model("samsung", "s7", "Galaxy S7"),
        ],
        variants: vec![
            variant("mi-4i", "2015015"),
            variant("redmi-note-2", "2015051"),
            variant("s7", "SM-G930F"),
        ],
        ..Directory::default()
    }
}

/// What a text suggests; Xiaomi is known to write from one address.
async fn read(text: &str, sender: &str) -> Suggestions {
    let folder = tempfile::tempdir().expect("a folder");
    let options = HouseOptions::new(folder.path(), Arc::new(SystemClock));
    let house = House::open(options).await.expect("opens");
    let atlas = house.atlas().await.expect("reads");
    let directory = directory();
    let titles = Titles::new(atlas, Arc::new(directory.clone()));
    let party = "xiaomi".parse().expect("an id");
    let contacts = [(party, "x@xiaomi.example".to_owned())];
    let sender_read = sender::read(sender, &contacts, &directory);
    let document = DocumentShown::of_text(text, sender);
    suggestions(&document, sender_read, &directory, &titles)
}

async fn check(text: &str, expected: &[(&str, &str, &str)]) {
    let found = read(text, "Sales <sales@xiaomi.example>").await.fields;
    for (field, value, at) in expected {
        let one = found.iter().find(|one| one.field == *field);
        let one = one.unwrap_or_else(|| panic!("no {field} in {text:?}: {found:#?}"));
        assert_eq!(
            (one.value.as_str(), one.at.as_str()),
            (*value, *at),
            "{field} in {text:?}"
        );
        assert!(!one.why.is_empty());
    }
}

/// The variants that a text suggests, by their ids.
async fn variants(text: &str) -> Vec<String> {
    let found = read(text, "").await.fields.into_iter();
    let found = found.filter(|one| one.field == "variant");
    let mut found: Vec<String> = found.map(|one| one.value).collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn a_letter_of_authorisation_gives_its_fields_with_their_places() {
    let letter = "From: sales@xiaomi.example\nDate: Tue, 2 Feb 2016 09:00:00 +0800\n\n\
        We hereby authorise Omni Distribution to sell the Mi 4i\nin the United States from 2016-02-10 until March 1, 2017.";
    check(
        letter,
        &[
            ("kind", "sales_authorization", "line 4"),
            ("standing", "yes", "line 4"),
            ("brand", "xiaomi", "the sender"),
            ("issuer", "xiaomi", "the sender"),
            ("sellers", "omni", "line 4"),
            ("variant", "mi-4i-2015015", "line 4"),
            ("territory", "US", "line 5"),
            ("dated", "2016-02-02", "line 2"),
            ("valid_from", "2016-02-10", "line 5"),
            ("valid_until", "2017-03-01", "line 5"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_denial_is_not_taken_for_what_it_denies() {
    let denial =
        "The carrier is not authorized to sell any Xiaomi product.\nAuthorized sellers are listed.";
    check(
        denial,
        &[
            ("kind", "sales_authorization", "line 1"),
            ("standing", "no", "line 1"),
        ],
    )
    .await;
    let found = read(denial, "").await.fields;
    assert!(!found.iter().any(|one| one.value == "yes"), "{found:#?}");
    check(
        "Model 2015015 has not been certified.",
        &[
            ("result", "not_certified", "line 1"),
            ("variant", "mi-4i-2015015", "line 1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_name_in_an_address_is_nobodys() {
    let text = "From: Xiaomi Legal <legal@xiaomi-legal.example>\nTo: Samsung omni@omni.example\n\n\
        We authorise it, see www.xiaomi.example/omni and https://samsung.example, or xiaomi-legal.example.";
    let found = read(text, "Legal <legal@xiaomi-legal.example>")
        .await
        .fields;
    let fields: Vec<&str> = found.iter().map(|one| one.field).collect();
    assert_eq!(fields, ["kind", "standing"], "{found:#?}");
    let named = read("Xiaomi, by www.samsung.example", "").await.fields;
    assert_eq!((named[0].value.as_str(), named.len()), ("xiaomi", 1));
}

#[tokio::test]
async fn what_is_no_date_and_no_whole_word_is_nothing() {
    let found = read("2016-13-01 31 Feb 2016 xiaomix omnibus 12015015", "").await;
    assert!(found.fields.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_device_is_suggested_however_running_text_writes_it() {
    for text in [
        "the SAMSUNG galaxy s 7 is on our list",
        "samsung GalaxyS7, Xiaomi something",
        "we approve the SM-G930F",
        "approved: Samsung SM G930F 32GB",
    ] {
        assert_eq!(variants(text).await, ["s7-sm-g930f"], "{text}");
    }
    let both = "Xiaomi Mi4i; Samsung Galaxy S7";
    assert_eq!(variants(both).await, ["mi-4i-2015015", "s7-sm-g930f"]);
}

#[tokio::test]
async fn another_device_whose_name_or_code_begins_alike_suggests_nothing() {
    for text in [
        "the Xiaomi Redmi Note 2 Pro is approved",
        "the Samsung Galaxy S7 edge is approved",
        "the Samsung Galaxy S7 (SM-G930A) is approved",
    ] {
        assert_eq!(variants(text).await, Vec::<String>::new(), "{text}");
    }
    let found = read("we approve\nthe Apple iPhone 16 Pro", "").await;
    let elsewhere = found.elsewhere.first().expect("a list has it");
    assert_eq!(elsewhere.name, "Apple iPhone 16 Pro");
    assert_eq!(elsewhere.at, "line 2");
}

#[tokio::test]
async fn a_sender_that_only_looks_like_a_known_one_suggests_no_issuer() {
    let issuer = async |sender: &str| {
        let read = read("We authorise everybody.", sender).await;
        assert_eq!(read.sender.len(), 1, "{sender}");
        let mut fields = read.fields.into_iter();
        fields
            .find(|one| one.field == "issuer")
            .map(|one| one.value)
    };
    assert_eq!(
        issuer("Legal <a@xiaomi.example>").await.as_deref(),
        Some("xiaomi")
    );
    assert_eq!(issuer("Xiaomi <a@xiaomi-legal.example>").await, None);
    assert_eq!(issuer("Xiaomi Legal <a@b.test>").await, None);
}
