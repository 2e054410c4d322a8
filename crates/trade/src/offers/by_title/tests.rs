//! Titles against a directory of a few variants, with what the built-in tables know beside them.

use std::sync::Arc;

use store::directory::Party;

use super::*;
use crate::clock::SystemClock;
use crate::house::{House, HouseOptions, Registration};

/// Model, its id, code, description.
const SOLD: [(&str, &str, &str, &str); 5] = [
    ("Mi 4i", "xiaomi.mi-4i", "2015015", "global, 16 GB"),
    ("Redmi 2", "xiaomi.redmi-2", "2014817", "global"),
    ("Redmi 2", "xiaomi.redmi-2", "2014818", "India"),
    ("Rocket 7", "xiaomi.rocket-7", "RK-7064", "64 GB"),
    ("Rocket 7", "xiaomi.rocket-7", "RK-7128", "128 GB"),
];

async fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open(HouseOptions::new(folder.path(), Arc::new(SystemClock))).await;
    let house = house.expect("opens");
    let mut news = Registration {
        parties: vec![Party {
            id: "xiaomi".parse().expect("an id"),
            name: "Xiaomi".to_owned(),
            role: "brand".to_owned(),
        }],
        brands: vec![Brand {
            id: "xiaomi".parse().expect("an id"),
            name: "Xiaomi".to_owned(),
            party: "xiaomi".parse().expect("an id"),
        }],
        ..Registration::default()
    };
    for (name, model, code, description) in SOLD {
        news.models.push(DeviceModel {
            id: model.parse().expect("an id"),
            brand: "xiaomi".parse().expect("an id"),
            name: name.to_owned(),
            category: "phone".parse().expect("a category"),
        });
        news.variants.push(DeviceVariant {
            id: format!("xiaomi.{}", code.to_lowercase())
                .parse()
                .expect("an id"),
            model: model.parse().expect("an id"),
            code: code.to_owned(),
            description: description.to_owned(),
        });
    }
    house.register(news).await.expect("is registered");
    (folder, house)
}

/// What each title of one feed comes to: the code of its variant, or the rule with a word of the help.
async fn check(feed: &[(&str, Result<&str, (&str, &str)>)]) {
    let (_folder, house) = house().await;
    let ready = house.titles().await.expect("is read");
    let titles: Vec<&str> = feed.iter().map(|(title, _)| *title).collect();
    let found = ready.variants(&titles);
    assert_eq!(found.len(), feed.len());
    for ((title, expected), found) in feed.iter().zip(&found) {
        match (expected, found) {
            (Ok(code), Ok(by_title)) => {
                assert_eq!(by_title.known.variant.code, *code, "{title}");
                assert!(!by_title.because.is_empty(), "{title}");
            }
            (Err((rule, word)), Err(no)) => {
                assert_eq!(no.rule, *rule, "{title}");
                assert!(no.help.contains(word), "{title}: {}", no.help);
            }
            (_, Ok(by_title)) => panic!("{title} became {}", by_title.known.name()),
            (_, Err(no)) => panic!("{title}: {} {}", no.rule, no.help),
        }
    }
}

#[tokio::test]
async fn a_title_that_means_one_variant_is_that_one() {
    check(&[
        ("Xiaomi Mi 4i 16GB, factory unlocked", Ok("2015015")),
        ("Xiaomi Mi 4i white", Ok("2015015")),
        ("Xiaomi Redmi 2 (2014818) 8GB", Ok("2014818")),
        ("Xiaomi Rocket 7 128GB black", Ok("RK-7128")),
        ("Xiaomi Rocket 7 RK7064", Ok("RK-7064")),
    ])
    .await;
}

#[tokio::test]
async fn a_title_that_means_several_or_another_means_none() {
    let not_identified = "offer.not_identified";
    check(&[
        (
            "Xiaomi Redmi 2 8GB",
            Err((not_identified, "2014817, or Xiaomi Redmi 2, 2014818")),
        ),
        ("Xiaomi Rocket 7 black", Err((not_identified, "RK-7064"))),
        (
            "Xiaomi Rocket 7 256GB",
            Err((not_identified, "may mean Xiaomi Rocket 7, RK-7064")),
        ),
        ("Xiaomi Mi 4i 32GB", Err((not_identified, "2015015"))),
        (
            "Xiaomi Mi 4i Pro 16GB",
            Err((not_identified, "no phone of the catalogue")),
        ),
        // The code of a phone that is not sold here: Brazil's.
        ("Xiaomi Mi 4i 2014819", Err((not_identified, "2014819"))),
        (
            "Apple iPhone 99",
            Err((not_identified, "no phone of the catalogue")),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_not_the_phone_alone_is_no_listing_of_the_phone() {
    check(&[
        (
            "Silicone case for Xiaomi Mi 4i",
            Err(("offer.not_the_phone", "something for a phone")),
        ),
        (
            "Xiaomi Mi 4i 16GB with case",
            Err(("offer.not_the_phone", "with something else")),
        ),
    ])
    .await;
}
