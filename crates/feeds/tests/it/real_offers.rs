//! The publishers' own offers, registers and lists by code name, where they are at hand: exact counts.
//!
//! The counts were worked out apart from this code, by another program over the same files.

use std::collections::BTreeSet;

use feeds::{Availability, DeviceFact, Fact, OfferFact, ReportedFact};

use crate::collect::Read;
use crate::offers::offers;
use crate::real::{check, devices, shared};

fn count(read: &Read, of: fn(&OfferFact) -> bool) -> usize {
    offers(read).into_iter().filter(|offer| of(offer)).count()
}

fn in_stock(offer: &OfferFact) -> bool {
    offer.availability == Some(Availability::InStock)
}

#[test]
fn pricerunners_titles() {
    let Some(read) = shared("offers/pricerunner_aggregate.csv.zst") else {
        return;
    };
    // Eleven titles list models by their numbers, such as 6310 6110 5110 7110: no unit's.
    check(&read, [20_705, 0, 20_705, 0], &[]);
    assert_eq!(count(&read, |o| o.category == "Mobile Phones"), 2_367);
    assert_eq!(count(&read, |o| o.price.is_some()), 0);
}

#[test]
fn ldlcs_prices_and_products() {
    let Some(read) = shared("offers/ldlc_price_history_2026.csv.zst") else {
        return;
    };
    check(&read, [319_626, 0, 280 + 204, 0], &[]);
    assert_eq!(read.summary.repeats, 319_626 - 280 - 204);
    let Some(read) = shared("offers/ldlc_products_2026.csv") else {
        return;
    };
    check(&read, [280, 0, 280, 0], &[]);
    assert_eq!(count(&read, in_stock), 193);
    assert_eq!(
        count(&read, |o| o.availability == Some(Availability::OutOfStock)),
        41
    );
    assert_eq!(count(&read, |o| o.availability_label.contains("/2026)")), 9);
    assert_eq!(count(&read, |o| o.is_bundle), 6);
}

#[test]
fn ebays_listings() {
    let Some(read) = shared("offers/ebay_phones_2025-07.csv") else {
        return;
    };
    // Two titles list models, "6310 6110 5110 7110", which have the form of a unit's number.
    check(&read, [4_791, 0, 4_791, 24], &[("title.badge", 24)]);
    assert_eq!(count(&read, |o| o.high_price.is_some()), 1_069);
    assert_eq!(count(&read, |o| o.price.is_some()), 4_791);
    assert_eq!(count(&read, |o| o.condition.is_none()), 1_342);
    assert_eq!(count(&read, |o| o.shipping.is_none()), 53);
    assert_eq!(
        count(&read, |o| o.shipping.is_some_and(|m| m.minor() == 0)),
        1_248
    );
    assert_eq!(count(&read, |o| o.title.starts_with("New Listing")), 0);
}

#[test]
fn shops_in_azerbaijan() {
    let Some(read) = shared("offers/azerbaijan_retail_phones_2026-02.csv.zst") else {
        return;
    };
    check(
        &read,
        [4_422, 2, 4_420, 256],
        &[("imei.not_here", 2), ("price.missing", 256)],
    );
    assert_eq!(count(&read, in_stock), 2_003 + 162 - 2);
    assert_eq!(count(&read, |o| o.brand.is_empty()), 4_043 - 2);
    assert_eq!(count(&read, |o| o.list_price.is_some()), 4_420 - 1_182);
    // One of the shops writes decimal commas, two write thousands commas.
    let price = |o: &OfferFact| o.price.map_or(0, |m| m.minor());
    let of = |seller: &str, minor: i64| {
        offers(&read)
            .into_iter()
            .any(|o| o.seller == seller && price(o) == minor)
    };
    assert!(of("telsat", 186_999) && of("telsat", 650) && of("almali", 157_900));
    let shops: BTreeSet<&str> = offers(&read).iter().map(|o| o.seller.as_str()).collect();
    assert_eq!(shops.len(), 11);
}

#[test]
fn flipkarts_listings_and_the_stores() {
    let Some(read) = shared("offers/flipkart_phones_2024.csv.zst") else {
        return;
    };
    check(
        &read,
        [936, 0, 936, 20],
        &[("price.missing", 16), ("sku.repeated", 4)],
    );
    assert_eq!(count(&read, in_stock), 758);
    let Some(read) = shared("offers/phones_by_store_prices_2024.csv.zst") else {
        return;
    };
    check(&read, [1_628, 0, 1_628, 0], &[]);
    assert_eq!(
        count(&read, |o| o.seller == "Amazon DE" && o.price.is_some()),
        557
    );
}

#[test]
fn made_up_offers() {
    let Some(read) = shared("offers/synthetic_resale_50k.csv.zst") else {
        return;
    };
    check(
        &read,
        [50_000, 0, 50_000, 22_744 + 3_628],
        &[("os.contradicted", 22_744 + 3_628)],
    );
    let notes = read.rows.iter().flat_map(|row| &row.notes);
    assert_eq!(
        notes.filter(|note| note.found.starts_with("iOS")).count(),
        22_744
    );
    assert_eq!(count(&read, |o| o.is_synthetic), 50_000);
}

fn reported(read: &Read) -> impl Iterator<Item = &ReportedFact> {
    let facts = read.facts().into_iter();
    facts.filter_map(|fact| match fact {
        Fact::Reported(reported) => Some(reported),
        _ => None,
    })
}

/// Whether a text has letters of both scripts.
fn is_mixed(text: &str) -> bool {
    let cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    text.contains(cyrillic) && text.contains(|c: char| c.is_ascii_alphabetic())
}

#[test]
fn the_register_of_stolen_phones() {
    let Some(read) = shared("stolen-register/ua_tac_consensus.csv.zst") else {
        return;
    };
    check(
        &read,
        [41_574, 20, 41_554, 0],
        &[("tac.made_up", 13), ("text.missing", 7)],
    );
    let Some(read) = shared("stolen-register/ua_brand_model_texts.csv.zst") else {
        return;
    };
    check(&read, [9_775, 0, 9_775, 0], &[]);
    assert_eq!(reported(&read).map(|r| r.records).sum::<u64>(), 341_931);
    assert_eq!(reported(&read).filter(|r| is_mixed(&r.text)).count(), 1_277);
    let Some(read) = shared("stolen-register/ua_register_sample_no_serials_2026-07-08.csv") else {
        return;
    };
    check(&read, [4_755, 0, 4_755, 15], &[("tac.missing", 15)]);
    assert_eq!(
        reported(&read).filter(|r| r.luhn_ok == Some(1)).count(),
        3_997
    );
}

#[test]
fn sheets_as_collected_are_the_decoded_ones() {
    let Some(decoded) = shared("device-specs/gsmarena_2021-02_decoded.jsonl.zst") else {
        return;
    };
    for (brand, rows) in [
        ("Xiaomi", 180),
        ("Samsung", 1_267),
        ("Apple", 87),
        ("Google", 14),
    ] {
        let Some(raw) = shared(&format!(
            "device-specs/gsmarena_2021-02_raw_{brand}.csv.zst"
        )) else {
            return;
        };
        assert_eq!([raw.summary.rows, raw.summary.rows_with_faults], [rows, 0]);
        let raw: Vec<&DeviceFact> = devices(&raw).collect();
        let same: Vec<&DeviceFact> = devices(&decoded)
            .filter(|device| device.brand.eq_ignore_ascii_case(brand))
            .collect();
        assert!(raw == same, "{brand}: {} and {}", raw.len(), same.len());
    }
}

#[test]
fn pages_say_what_the_table_says() {
    let Some(table) = shared("model-codes/mobilemodels_parsed.tsv.zst") else {
        return;
    };
    let pages = "360shouji apple_all apple_all_en apple_cn asus_cn asus_en blackshark blackshark_en coolpad \
        google honor_cn honor_global_en huawei_cn huawei_global_en lenovo_cn letv meizu meizu_en mitv_cn \
        mitv_global_en motorola_cn nokia_cn nothing nubia oneplus oneplus_en oppo_cn oppo_global_en \
        realme_cn realme_global_en samsung_cn samsung_global_en smartisan sony sony_cn vivo_cn \
        vivo_global_en xiaomi-wear xiaomi xiaomi_cn xiaomi_en zhixuan zte_cn";
    let mut all = Vec::new();
    let mut faults = 0;
    for page in pages.split_whitespace() {
        let Some(read) = shared(&format!("model-codes/mobilemodels_md/{page}.md")) else {
            return;
        };
        faults += read.summary.faults;
        all.extend(devices(&read).map(|device| format!("{device:?}")));
    }
    assert_eq!(faults, 0);
    let mut same: Vec<String> = devices(&table)
        .map(|device| format!("{device:?}"))
        .collect();
    assert_eq!(all.len(), same.len());
    all.sort_unstable();
    same.sort_unstable();
    let different = all.iter().zip(&same).find(|(page, table)| page != table);
    assert_eq!(different, None);
}

#[test]
fn xiaomis_lists_by_code_name() {
    for (file, counts, rules) in [
        ("models", [327, 0, 892 + 327, 0], &[][..]),
        ("names", [2_428, 0, 2_428, 0], &[]),
        ("codenames", [2_428, 0, 2_428, 0], &[]),
        ("miui_codes", [1_277, 0, 1_277, 3], &[("code.missing", 3)]),
        ("aer", [102, 0, 102, 0], &[]),
    ] {
        let Some(read) = shared(&format!("xiaomi/{file}.json")) else {
            return;
        };
        check(&read, counts, rules);
        if file == "models" {
            let phone = devices(&read).find(|d| d.codes == ["2015015"]);
            let phone = phone.expect("the Mi 4i");
            assert_eq!((&*phone.model, &*phone.codenames[0]), ("Mi 4i", "ferrari"));
        }
    }
    let Some(read) = shared("xiaomi/eol.json") else {
        return;
    };
    check(&read, [EOL, 0, EOL, 0], &[]);
}

/// Devices in the list of those without updates.
const EOL: u64 = 399;

#[test]
fn sales_codes_categories_and_examples() {
    let Some(read) = shared("tac/samsung_csc_regions_2026-05.csv") else {
        return;
    };
    check(&read, [514, 0, 514, 2], &[("country.reserved_code", 2)]);
    let Some(read) = shared("feeds/google_taxonomy_with_ids_en-US.txt.zst") else {
        return;
    };
    check(&read, [5_595, 0, 5_595, 0], &[]);
    let Some(read) = shared("feeds/schemaorg_product_offer_examples.jsonl") else {
        return;
    };
    let of = &read.summary;
    assert_eq!([of.rows, of.rows_with_faults, of.faults], [78, 12, 12]);
}
