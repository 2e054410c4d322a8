//! Matcher as shops write them, and as nobody should.

use proptest::prelude::*;

use super::*;

const fn named(brand: &'static str, name: &'static str, code: &'static str) -> Named<'static> {
    Named {
        brand,
        name,
        code,
        storage_gb: &[],
        sims: &[],
        year: None,
    }
}

const NAMES: &[Named<'static>] = &[
    Named {
        brand: "Apple",
        name: "Apple iPhone 8",
        code: "",
        storage_gb: &[64, 256],
        sims: &[1],
        year: Some(2017),
    },
    Named {
        brand: "Apple",
        name: "Apple iPhone 8 Plus",
        code: "",
        storage_gb: &[64],
        sims: &[1],
        year: Some(2017),
    },
    named("HTC", "HTC One", ""),
    named("HTC", "HTC U12+", ""),
    named("Nokia", "Nokia 3310", ""),
    named("Nokia", "Nokia 8110", ""),
    named("Nokia", "Nokia 8110 4G", ""),
    named("Nokia", "Nokia 6.1", ""),
    named("Nokia", "Nokia C2", ""),
    named("Samsung", "Galaxy A8", "SM-A800F"),
    named("Samsung", "Galaxy A8 (2018)", "SM-A530F"),
    named("Samsung", "Galaxy J3", ""),
    named("Samsung", "Galaxy J3 (2016)", ""),
    named("Samsung", "Galaxy Note 8", "SM-N950F"),
    Named {
        year: Some(2018),
        ..named("Samsung", "Galaxy J6", "SM-J600F")
    },
    Named {
        year: Some(2006),
        ..named("Samsung", "J600", "")
    },
    named("Samsung", "I9505 Galaxy S4", ""),
    named("Samsung", "Galaxy S4", "GT-I9500"),
    named("Samsung", "Galaxy S7", ""),
    named("Samsung", "Galaxy S8", "SM-G950F"),
    named("Samsung", "Galaxy S8+", "SM-G955F"),
    named("Samsung", "Galaxy S9", ""),
    named("Wiko", "Lenny 3", ""),
    named("Wiko", "Lenny 4", ""),
    named("Wiko", "View", ""),
    named("Xiaomi", "Xiaomi Mi A1 (Mi 5X)", ""),
    named("Xiaomi", "Mi A1", ""),
    named("Xiaomi", "Redmi Note", ""),
    named("Xiaomi", "Redmi 3 Pro", ""),
    named("Xiaomi", "Redmi 4", ""),
    named("Xiaomi", "Redmi 5", ""),
    named("Xiaomi", "Redmi 6", ""),
    named("Xiaomi", "Redmi 7", ""),
    named("Xiaomi", "Redmi 8", ""),
    named("Xiaomi", "Redmi 9", ""),
    named("Xiaomi", "Redmi 10", ""),
];

fn matcher() -> Matcher {
    Matcher::new(NAMES.iter().copied())
}

/// The device that a title means, or nothing.
fn check(title: &str, want: &str) {
    let matcher = matcher();
    let reading = matcher.read(title);
    let device = reading.device().and_then(|at| matcher.device(at));
    assert_eq!(
        device.map_or("", |device| &device.name),
        want,
        "{title}: {reading:?}"
    );
}

#[test]
fn a_title_finds_its_device_among_the_shops_words() {
    for (title, want) in [
        (
            "apple mq8n2b/a iphone 8 plus 64gb sim free gold",
            "Apple iPhone 8 Plus",
        ),
        ("iphone 8 4.7 64gb 4g unlocked sim free", "Apple iPhone 8"),
        ("samsung s8 64gb midnight black", "Galaxy S8"),
        ("Samsung Galaxy S8+ 64GB", "Galaxy S8+"),
        ("samsung n950f/ds galaxy note 8 dual 64gb", "Galaxy Note 8"),
        ("wiko lenny3 dual sim 16gb", "Lenny 3"),
        ("xiaomi mi 5x", "Mi A1"),
        ("xiaomi mi a1 32gb", "Mi A1"),
        ("xiaomi 3 pro gold", "Redmi 3 Pro"),
        ("htc u12 translucent", "HTC U12+"),
        ("nokia 11ne1r01a03 3310 copper", "Nokia 3310"),
        ("nokia 8110 feature phone 4g yellow", "Nokia 8110 4G"),
        ("Apple Ayfon 8 64GB", "Apple iPhone 8"),
        ("Смартфон Самсунг Гэлакси S8", "Galaxy S8"),
        ("nokia 6.1 32gb black", "Nokia 6.1"),
        ("sim free nokia 3310 blue", "Nokia 3310"),
        ("htc one silver", "HTC One"),
        ("SАMSUNG GALАXY S8", "Galaxy S8"),
    ] {
        check(title, want);
    }
}

#[test]
fn a_code_says_more_than_a_name() {
    check("samsung galaxy a8 black sm a530f", "Galaxy A8 (2018)");
    check("samsung a8 gresm a530fzvabtu", "Galaxy A8 (2018)");
    let matcher = matcher();
    let words = |title: &str| matcher.read(title).candidates[0].words.clone();
    assert_eq!(words("samsung j600f gold"), ["j600f"]);
    assert_eq!(words("samsung i9505 black"), ["i9505"]);
    assert_eq!(words("samsung a530fzvabtu"), ["a530fzvabtu"]);
}

#[test]
fn a_year_anywhere_completes_a_name() {
    check(
        "samsung galaxy j3 gold 2016 5 8gb 4g unlocked",
        "Galaxy J3 (2016)",
    );
    check("samsung galaxy j3 gold", "Galaxy J3");
}

#[test]
fn the_year_in_which_a_device_came_out_is_no_other_device() {
    check("samsung galaxy j6 2018 32gb", "Galaxy J6");
    check("samsung galaxy j6 2019 32gb", "");
    check("mob samsung j600 j6 2018 lavender", "Galaxy J6");
}

#[test]
fn two_spellings_of_a_name_in_the_lists_are_one_device() {
    let matcher = matcher();
    for (one, other) in [
        ("xiaomi mi a1", "xiaomi mi 5x"),
        ("samsung i9505", "samsung galaxy s4 gt i9500"),
    ] {
        let device = |title: &str| matcher.read(title).device();
        assert!(
            device(one).is_some() && device(one) == device(other),
            "{one}"
        );
    }
}

#[test]
fn a_variant_that_no_list_has_is_not_its_neighbour() {
    for title in [
        "wiko lenny 4 plus 16gb",
        "nokia c2 05 sim free",
        "samsung galaxy s7 2019",
        "xiaomi redmi note 14s 8/256gb",
        "xiaomi amazfit gtr 3 pro",
        "view of a lake",
        "one",
        "doro 5516",
        "",
    ] {
        check(title, "");
    }
}

#[test]
fn an_unlisted_model_of_a_known_brand_is_given_as_written() {
    let mut names = NAMES.to_vec();
    names.extend([
        named("Doro", "8030", ""),
        named("Doro", "8031", ""),
        named("Doro", "8040", ""),
    ]);
    let matcher = Matcher::new(names);
    for (title, want) in [
        ("doro 5516 mobile phone 3g", Some("doro 5516")),
        ("sim free 5516 by doro", Some("doro 5516")),
        ("doro pe 612 black", Some("doro pe612")),
        ("doro mobile phone in grey", None),
        ("doro 8031", None),
        ("doro 8031 5516", None),
        ("swisstone sx 567 outdoor grau", Some("swisstone sx567")),
        (
            "sim free olympia becco plus silber",
            Some("olympia becco plus"),
        ),
        ("xiaomi redmi note 14s", Some("xiaomi redminote 14s")),
    ] {
        assert_eq!(
            matcher.read(title).unlisted.first().map(String::as_str),
            want,
            "{title}"
        );
    }
}

#[test]
fn an_accessory_is_no_phone_and_a_bundle_is_more_than_one() {
    check("case for iphone 8", "");
    check("screen protector for samsung galaxy s8", "");
    check("iphone 8 64gb with case", "Apple iPhone 8");
    let matcher = matcher();
    assert_eq!(matcher.read("iphone 8 64gb with case").thing, Thing::Bundle);
    assert_eq!(
        matcher.variant(&matcher.read("samsung galaxy s8 leather case")),
        None
    );
}

#[test]
fn a_title_is_answered_with_its_device_or_the_reason_for_none() {
    let matcher = matcher();
    let name = |candidate: &Candidate| matcher.device(candidate.device).map(|d| d.name.clone());
    let answer = |title: &str| match matcher.best(title) {
        Answer::Match(best) => format!("{:?} {:?} {:?}", name(&best), best.storage_gb, best.sims),
        Answer::NotThePhone { thing, phone } => {
            format!("{thing:?} {:?}", phone.and_then(|p| name(&p)))
        }
        Answer::NoMatch(NoMatch::Ambiguous(several)) => format!("{}", several.len()),
        Answer::NoMatch(why) => format!("{why:?}"),
    };
    for (title, want) in [
        (
            "apple iphone 8 plus",
            r#"Some("Apple iPhone 8 Plus") Some(64) Some(1)"#,
        ),
        (
            "apple iphone 8 256gb",
            r#"Some("Apple iPhone 8") Some(256) Some(1)"#,
        ),
        (
            "apple iphone 8 2gb",
            r#"Some("Apple iPhone 8") None Some(1)"#,
        ),
        ("case for iphone 8", r#"Accessory Some("Apple iPhone 8")"#),
        (
            "back camera compatible for iphone 8",
            r#"Accessory Some("Apple iPhone 8")"#,
        ),
        (
            "iphone 8 64gb + 20w charger",
            r#"Bundle Some("Apple iPhone 8")"#,
        ),
        ("galaxy s8 galaxy s9 by samsung", "2"),
        ("wiko lenny 4 plus", r#"Unlisted("wiko lenny4 plus")"#),
        ("", "Nothing"),
    ] {
        assert_eq!(answer(title), want, "{title}");
    }
    assert_eq!(
        matcher
            .candidates("galaxy s8 galaxy s9 by samsung", 1)
            .len(),
        1
    );
}

/// The variants of a feed, written short: model, size, SIM cards.
fn check_feed(feed: &[(&str, &str)]) {
    let matcher = matcher();
    let readings: Vec<Reading> = feed.iter().map(|(title, _)| matcher.read(title)).collect();
    for ((title, want), variant) in feed.iter().zip(matcher.settle(&readings)) {
        let written = variant.map(|v| {
            let model = match v.model {
                Model::Known(at) => matcher
                    .device(at)
                    .map(|d| d.name.clone())
                    .unwrap_or_default(),
                Model::Unlisted(model) => model,
            };
            let red = if v.product_red { " red" } else { "" };
            format!("{model} {:?} {:?}{red}", v.storage_gb, v.sims)
        });
        assert_eq!(written.as_deref().unwrap_or(""), *want, "{title}");
    }
}

#[test]
fn a_feed_completes_the_size_that_its_titles_agree_on() {
    check_feed(&[
        ("samsung galaxy s8 64gb", "Galaxy S8 Some(64) None"),
        ("samsung galaxy s8 gold", "Galaxy S8 Some(64) None"),
        ("samsung galaxy s9 64gb", "Galaxy S9 Some(64) None"),
        ("samsung galaxy s9 256gb", "Galaxy S9 Some(256) None"),
        ("samsung galaxy s9 gold", "Galaxy S9 None None"),
        ("iphone 8 plus red", "Apple iPhone 8 Plus Some(64) None red"),
        ("case for iphone 8 plus", ""),
    ]);
}

#[test]
fn a_feed_says_whether_two_sim_cards_go_without_saying() {
    check_feed(&[
        ("samsung galaxy s8 dual sim", "Galaxy S8 None Some(2)"),
        ("samsung galaxy s8 gold", "Galaxy S8 None Some(2)"),
        ("samsung galaxy s9 dual sim", "Galaxy S9 None Some(2)"),
        ("samsung galaxy s9 gold", "Galaxy S9 None Some(1)"),
        ("samsung galaxy s9 blue", "Galaxy S9 None Some(1)"),
        ("samsung galaxy s9 black", "Galaxy S9 None Some(1)"),
    ]);
}

#[test]
fn a_feed_dates_a_name_that_it_has_in_one_year_only() {
    check_feed(&[
        ("samsung galaxy j3 2016", "Galaxy J3 (2016) None None"),
        ("samsung galaxy j3 gold", "Galaxy J3 (2016) None None"),
        ("samsung galaxy a8 2018", "Galaxy A8 (2018) None None"),
        ("samsung sm-a800f", "Galaxy A8 None None"),
        ("samsung galaxy a8 gold", "Galaxy A8 None None"),
    ]);
}

#[test]
fn a_feed_tells_a_shops_number_from_the_model_after_it() {
    check_feed(&[
        ("olympia 2232 primus grey", "olympia primus None None"),
        ("olympia 2233 primus red", "olympia primus None None"),
        ("olympia primus anthrazit", "olympia primus None None"),
        ("olympia 2230 brio grey", "olympia 2230 None None"),
    ]);
}

#[test]
fn what_a_title_leaves_out_is_completed_only_where_there_is_one_way() {
    let matcher = matcher();
    let variant = |title: &str| matcher.variant(&matcher.read(title));
    let plus = variant("apple iphone 8 plus").expect("known");
    assert_eq!((plus.storage_gb, plus.sims), (Some(64), Some(1)));
    let eight = variant("apple iphone 8").expect("known");
    assert_eq!((eight.storage_gb, eight.sims), (None, Some(1)));
    let dual = variant("apple iphone 8 256gb dual sim").expect("known");
    assert_eq!((dual.storage_gb, dual.sims), (Some(256), Some(2)));
}

#[test]
fn the_words_that_decided_are_given() {
    let reading = matcher().read("gold apple mq8n2b/a iphone 8 plus 64gb");
    assert_eq!(reading.candidates[0].words, ["iphone", "8", "plus"]);
}

#[test]
fn hostile_titles_end_in_no_match() {
    let matcher = matcher();
    for title in [
        "\u{0}\u{202e}\u{feff}".repeat(1_000),
        "9".repeat(100_000),
        "+".repeat(10_000),
        "gb ".repeat(10_000),
        "a\u{301}".repeat(5_000),
        "İ".repeat(2_000),
    ] {
        assert_eq!(matcher.read(&title).device(), None);
    }
    assert_eq!(Matcher::default().read("iphone 8").candidates, []);
}

/// Matcher made of words that mean something, in any order.
fn salad() -> impl Strategy<Value = String> {
    let words = [
        "apple", "iphone", "8", "plus", "samsung", "galaxy", "s8", "+", "64gb", "dual", "sim",
        "case", "for", "a530f", "2018", "5.5", "nokia", "c2", "05", "lenny", "4", "sm", "ram",
        "gb", "in",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..14)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_title_is_read_within_bounds_and_in_order(title in prop_oneof![salad(), any::<String>()]) {
        let matcher = matcher();
        let reading = matcher.read(&title);
        prop_assert!(reading.candidates.len() <= CANDIDATES_MAX);
        for pair in reading.candidates.windows(2) {
            prop_assert!((pair[1].score, pair[0].device) < (pair[0].score, pair[1].device)
                || pair[1].score < pair[0].score);
        }
        for candidate in &reading.candidates {
            prop_assert!(candidate.score >= SCORE_MIN && !candidate.words.is_empty());
            prop_assert!(matcher.device(candidate.device).is_some());
        }
        prop_assert_eq!(matcher.read(&title), reading);
    }

    #[test]
    fn the_case_and_the_order_of_the_lists_do_not_matter(title in salad(), turn in 0..NAMES.len()) {
        let mut names = NAMES.to_vec();
        names.rotate_left(turn);
        let turned = Matcher::new(names);
        let name = |matcher: &Matcher, title: &str| {
            matcher.read(title).device().and_then(|at| matcher.device(at)).cloned()
        };
        prop_assert_eq!(name(&turned, &title.to_uppercase()), name(&matcher(), &title));
    }
}
