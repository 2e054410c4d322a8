//! What devices are called and until when they are looked after: lists by code name, pages, a register of
//! what was typed by hand, categories.

use domain::number::Tac;
use feeds::{DeviceFact, Fact, Kind};

use crate::collect::{Read, good, lists, read};

const MODELS: &str = "{\n \"ferrari\": {\n  \"internal_name\": \"X9\",\n  \"name\": \"Mi 4i\",\n  \"models\": {\n   \"`2015015`\": \"Mi 4i Global\",\n\
    \"`M2` `M3`\": \"Mi 5\",\n \"`M4`\": \"\"\n  }\n },\n \"empty\": {\n  \"internal_name\": \"\", \"models\": {}\n },\n \"odd\": 7\n}\n";
const NAMES: &str = "{\n \"Babel\": \"Acme Translator (`Babel`)\",\n \"ferrari_global\": \"MI 4i Global\",\n \"none\": \" \",\n \
    \"open: \"x\",\n \"air\": \"Redmi 13R 5G / 13C 5G China\",\n \"odd\": [1]\n}\n";
const CODENAMES: &str = "[\n \"ferrari\",\n \"ferrari_global\",\n \"\",\n 7\n]\n";
const BUILDS: &str = "{\n \"HM2013022\": \"\",\n \"agate_global\": \"KWMI\"\n}\n";
const ENDED: &str = "{\n \"phone\": [\n  {\n   \"Xiaomi\": [\n    {\"brand\": \"Xiaomi\", \"deviceName\": \"Mi 1\"},\n    {\"brand\": \"Xiaomi\"}\n   ]\n  },\n  {\n   \
    \"PO CO\": [\n    {\"brand\": \"POCO\", \"deviceName\": \"POCO X5 5G (tr)\", \"sku\": \"moonstone_tr_global\"}\n   ]\n  }\n ],\n \"updateAt\": \"2026-08-16\"\n}\n";
const ENTERPRISE: &str = "{\n \"items\": [\n  {\"deviceName\": \"REDMI A7 Pro\", \"securityUpdateEol\": \"2032-4\"},\n  \
    {\"deviceName\": \"REDMI B\", \"securityUpdateEol\": \"2032-13\"},\n  {\"securityUpdateEol\": \"2032-01\"}\n ],\n \"total\": 3\n}\n";
const RAW: &str = "Brand,Model Name,Technology,2G bands,,3G bands,_1,4G bands,Status,Models,_1_1\n\
    b'acme',b'Acme \\xc2\\xb5 1',b'GSM / HSPA / LTE',b'GSM 850 / 900',\"b'CDMA 800 & TD-SCDMA'\",b'HSDPA 850 / 2100',,\"b'1, 3, 7 - A2'\",\"b'Available. Released 2021, January 29'\",\"b'A1, A2'\",\n\
    acme,b'Acme 2',b'GSM',b'GSM 900',,,,,,,b'NFC'\nb'acme',,,,,,,,,,\n";
const PAGE: &str = "# Acme Models\n\n- Range: all\n- Codename: ✅\n\n> A quote with `codes`.\n\n## Phones\n\n\
    **[`X9`] Mi 4i (`ferrari`):**\n\n`2015015`: Mi 4i Global\n\n`A1453` `A1533`: Mi 5 (CDMA)\n\n **Mi 6 (`sagit`)**\n\n `M6` : Mi 6\n\n~`M7`: Mi 7~\n\n`M8`\n\n\
    **Mi 9:\u{200b}**\n\n`M9`:Mi 9\n";
const SALES: &str =
    "csc,countries,carriers\nACG,US,Nextech;C-Spire\nABD,TN\nXXV,UK;Z9\nZZZ,,\n,US,\n";
const CODES: &str = "tac,records,luhn_ok,distinct_texts,top_text,top_text_records\n00000000,36,24,16,ACME,10\n\
    35351900,5,4,2,HUAWEІ,3\n35351901,5,6,2,ACME,3\n35351902,x,6,2,ACME,3\n35351903,5,5,2,,3\n";
const TEXTS: &str =
    "brand_model_text,records\nXIAOMI,63702\nДООGEE Т5,2\n,3\nACME 490154203237518,2\n";
const DAY: &str = "insert_date,brand_model_text,imei_length,imei_all_digits,tac,luhn_ok\n\
    2008-03-11 00:00:00,СОНИ ЕРИКСОН К700,15,yes,35920400,no\nyesterday,ACME,13,yes,,\n2008-03-12 00:00:00,ACME,15,yes,00000000,yes\n";
const TAXONOMY: &str = "# Google_Product_Taxonomy_Version: 2021-09-21\n1 - Animals & Pet Supplies\n\
    267 - Electronics > Communications > Telephony > Mobile Phones\nx - y\n5 - \n";
const EXAMPLES: &str = "{\"types\": \"#eg-1\", \"json_text\": \"{\\\"@type\\\": \\\"Product\\\", \\\"name\\\": \\\"Acme\\\", \\\"brand\\\": {\\\"name\\\": \\\"A\\\"}, \
    \\\"offers\\\": [{\\\"price\\\": 239.99, \\\"priceCurrency\\\": \\\"USD\\\", \\\"itemCondition\\\": \\\"https://schema.org/NewCondition\\\", \\\"availability\\\": \\\"https://schema.org/SoldOut\\\"}, \
    {\\\"lowPrice\\\": \\\"5\\\", \\\"highPrice\\\": \\\"7\\\", \\\"priceCurrency\\\": \\\"EUR\\\"}]}\"}\n\
    {\"types\": \"#eg-2\", \"json_text\": \"{\\\"a\\\": [cut\"}\n{\"types\": \"#eg-3\", \"json_text\": \"[{\\\"name\\\": \\\"x\\\"}]\"}\n";

const SAMPLES: [(Kind, &str); 14] = [
    (Kind::XiaomiModels, MODELS),
    (Kind::XiaomiNames, NAMES),
    (Kind::XiaomiCodenames, CODENAMES),
    (Kind::XiaomiBuilds, BUILDS),
    (Kind::XiaomiEnded, ENDED),
    (Kind::XiaomiEnterprise, ENTERPRISE),
    (Kind::GsmarenaRaw, RAW),
    (Kind::MobileModelsPages, PAGE),
    (Kind::SamsungSalesCodes, SALES),
    (Kind::StolenCodes, CODES),
    (Kind::StolenTexts, TEXTS),
    (Kind::StolenDay, DAY),
    (Kind::GoogleTaxonomy, TAXONOMY),
    (Kind::SchemaOrgExamples, EXAMPLES),
];

/// A small file of each kind.
pub fn samples() -> impl Iterator<Item = (Kind, String)> {
    SAMPLES
        .into_iter()
        .map(|(kind, text)| (kind, text.to_owned()))
}

/// Reads a sample whose head must tell its kind.
fn told(kind: Kind, text: &str) -> Read {
    let read = good("f", text);
    assert_eq!(read.origin.kind, kind);
    read
}

fn devices(read: &Read) -> Vec<&DeviceFact> {
    let facts = read.facts().into_iter();
    let devices = facts.map(|fact| match fact {
        Fact::Device(device) => device,
        other => panic!("devices only: {other:?}"),
    });
    devices.collect()
}

/// `model [codes] [code names]`.
fn named(read: &Read) -> Vec<String> {
    let devices = devices(read).into_iter();
    let named = devices.map(|d| {
        let (codes, names) = (d.codes.join(" "), d.codenames.join(" "));
        format!("{} [{codes}] [{names}]", d.model)
    });
    named.collect()
}

#[test]
fn models_stand_under_code_names_and_several_codes_under_one_name() {
    let read = told(Kind::XiaomiModels, MODELS);
    assert_eq!(
        named(&read),
        [
            "Mi 4i [2015015] [ferrari]",
            "Mi 5 [M2 M3] [ferrari]",
            "Mi 4i [] [ferrari]",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "2:`M4`:name.missing",
            "11:empty:device.nameless",
            "14:odd:json.not_an_object",
        ]
    );
    assert!(read.origin.licence.text.contains("CC BY-NC-SA"));
}

#[test]
fn names_are_markdown_and_a_broken_one_costs_itself() {
    let read = told(Kind::XiaomiNames, NAMES);
    assert_eq!(
        named(&read),
        [
            "Acme Translator [] [Babel]",
            "MI 4i [] [ferrari_global]",
            "Redmi 13R 5G / 13C 5G [] [air]",
        ]
    );
    let regions: Vec<_> = devices(&read)
        .iter()
        .map(|d| d.variant.as_deref())
        .collect();
    assert_eq!(regions, [None, Some("Global"), Some("China")]);
    assert_eq!(
        read.remarks(),
        [
            "4:none:name.missing",
            "5::json.malformed",
            "7:odd:field.not_text"
        ]
    );
    let read = told(Kind::XiaomiCodenames, CODENAMES);
    assert_eq!(named(&read), [" [] [ferrari]", " [] [ferrari_global]"]);
    assert_eq!(read.remarks(), ["4::device.nameless", "5::field.not_text"]);
    let read = told(Kind::XiaomiBuilds, BUILDS);
    assert_eq!(named(&read), [" [] [HM2013022]", " [] [agate_global KWMI]"]);
    assert_eq!(read.remarks(), ["2:HM2013022:code.missing"]);
}

#[test]
fn the_end_of_updates_is_a_month_or_only_that_it_has_come() {
    let updates = |read: &Read| -> Vec<String> {
        let facts = read.facts().into_iter();
        let updates = facts.map(|fact| match fact {
            Fact::Updates(u) => {
                let (until, names) = (u.until.as_deref().unwrap_or("-"), u.codenames.join(" "));
                format!("{} {} [{names}] {until} {}", u.brand, u.model, u.have_ended)
            }
            other => panic!("updates only: {other:?}"),
        });
        updates.collect()
    };
    let read = told(Kind::XiaomiEnded, ENDED);
    assert_eq!(
        updates(&read),
        [
            "Xiaomi Mi 1 [] - true",
            "POCO POCO X5 5G (tr) [moonstone_tr_global] - true",
        ]
    );
    assert_eq!(read.remarks(), ["6:deviceName:name.missing"]);
    assert_eq!(
        read.rows.iter().map(|row| row.line).collect::<Vec<_>>(),
        [5, 6, 11]
    );
    let read = told(Kind::XiaomiEnterprise, ENTERPRISE);
    assert_eq!(updates(&read), ["Xiaomi REDMI A7 Pro [] 2032-04 false"]);
    assert_eq!(
        read.remarks(),
        [
            "4:securityUpdateEol:date.not_a_month",
            "5:deviceName:name.missing",
        ]
    );
}

#[test]
fn byte_literals_are_decoded_and_read_as_sheets() {
    let read = told(Kind::GsmarenaRaw, RAW);
    assert_eq!(named(&read), ["µ 1 [A2] []", "µ 1 [A1] []", "2 [] []"]);
    let phone = devices(&read)[0];
    assert_eq!(phone.released.as_deref(), Some("2021-01"));
    assert_eq!(
        lists(phone.radio.as_ref().expect("a radio")),
        [
            "GSM [850, 900] whole",
            "UMTS [B1, B5] whole",
            "TD-SCDMA [] partial",
            "LTE [B1, B3, B7] partial",
            "NR [] whole",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "2:info:bands.technology_not_modelled",
            "2:4G bands:bands.one_variant",
            "3:Brand:text.not_a_literal",
            "4:Model Name:name.missing",
        ]
    );
}

#[test]
fn a_page_is_rows_of_codes_between_words_for_people() {
    let read = read("xiaomi_en.md", PAGE.as_bytes(), None).expect("a page");
    assert_eq!(read.origin.kind, Kind::MobileModelsPages);
    assert_eq!(
        named(&read),
        [
            "Mi 4i [2015015] [ferrari]",
            "Mi 5 (CDMA) [A1453] [ferrari]",
            "Mi 5 (CDMA) [A1533] [ferrari]",
            "Mi 6 [M6] [sagit]",
            "Mi 9 [M9] []",
        ]
    );
    assert!(devices(&read).iter().all(|d| d.brand == "Xiaomi"));
    assert_eq!(read.remarks(), ["20::row.struck_out", "22::name.missing"]);
}

#[test]
fn a_sales_code_is_of_countries_and_of_carriers() {
    let read = told(Kind::SamsungSalesCodes, SALES);
    let facts = read.facts().into_iter();
    let codes = facts.map(|fact| match fact {
        Fact::SalesCode(c) => {
            let countries: Vec<String> = c.countries.iter().map(ToString::to_string).collect();
            format!(
                "{} {} {}",
                c.code,
                countries.join(" "),
                c.carriers.join(", ")
            )
        }
        other => panic!("sales codes only: {other:?}"),
    });
    assert_eq!(
        codes.collect::<Vec<_>>(),
        ["ACG US Nextech, C-Spire", "ABD TN ", "XXV GB "]
    );
    assert_eq!(
        read.remarks(),
        [
            "4:countries:country.reserved_code",
            "4:countries:country.malformed",
            "5:countries:country.missing",
            "6:csc:code.missing",
        ]
    );
}

#[test]
fn what_was_typed_by_hand_is_kept_as_it_is_and_names_no_device() {
    fn reported(read: &Read) -> Vec<String> {
        let facts = read.facts().into_iter();
        let reported = facts.map(|fact| match fact {
            Fact::Reported(r) => {
                let tac = r.tac.as_ref().map_or("-".into(), Tac::to_string);
                let (of, day) = (r.of_code, r.reported.as_deref());
                format!("{tac} {} {} {of:?} {day:?}", r.text, r.records)
            }
            other => panic!("reports only: {other:?}"),
        });
        reported.collect()
    }
    let read = told(Kind::StolenCodes, CODES);
    assert_eq!(reported(&read), ["35351900 HUAWEІ 3 Some(5) None"]);
    assert_eq!(
        read.remarks(),
        [
            "2:tac:tac.made_up",
            "4:records:count.too_small",
            "5:records:count.malformed",
            "6:top_text:text.missing",
        ]
    );
    let read = told(Kind::StolenTexts, TEXTS);
    assert_eq!(
        reported(&read),
        ["- XIAOMI 63702 None None", "- ДООGEE Т5 2 None None"]
    );
    assert_eq!(
        read.remarks(),
        ["4:brand_model_text:text.missing", "5::imei.not_here"],
        "a whole number that was typed as a name is personal"
    );
    let read = told(Kind::StolenDay, DAY);
    assert_eq!(
        reported(&read),
        [
            "35920400 СОНИ ЕРИКСОН К700 1 None Some(\"2008-03-11\")",
            "- ACME 1 None None",
            "- ACME 1 None Some(\"2008-03-12\")",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "3:insert_date:date.malformed",
            "3:tac:tac.missing",
            "4:tac:tac.missing"
        ]
    );
}

#[test]
fn a_category_has_an_id_and_a_path() {
    let read = told(Kind::GoogleTaxonomy, TAXONOMY);
    let facts = read.facts();
    let Fact::Category(phones) = facts[1] else {
        panic!("a category: {:?}", facts[1]);
    };
    assert_eq!(phones.id, 267);
    assert_eq!(
        phones.path,
        [
            "Electronics",
            "Communications",
            "Telephony",
            "Mobile Phones"
        ]
    );
    assert_eq!(
        read.remarks(),
        ["4::category.malformed", "5::category.malformed"]
    );
    assert_eq!(read.origin.dated, "2021-09-21");
}

#[test]
fn an_example_that_is_no_json_is_its_rows_fault() {
    let read = told(Kind::SchemaOrgExamples, EXAMPLES);
    let offers = crate::offers::offers(&read);
    let money = |money: Option<domain::money::Money>| money.map(|m| m.to_string());
    let said: Vec<_> = offers
        .iter()
        .map(|o| {
            (
                o.title.as_str(),
                o.brand.as_str(),
                money(o.price),
                money(o.high_price),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("Acme", "A", Some("239.99 USD".into()), None),
            (
                "Acme",
                "A",
                Some("5.00 EUR".into()),
                Some("7.00 EUR".into())
            ),
        ]
    );
    assert_eq!(offers[0].condition, Some(domain::listing::Condition::New));
    assert_eq!(
        offers[0].availability,
        Some(feeds::Availability::OutOfStock)
    );
    assert_eq!(
        read.remarks(),
        ["2:json_text:json.malformed", "3:json_text:offer.none"]
    );
}
