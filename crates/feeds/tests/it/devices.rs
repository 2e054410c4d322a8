//! Lists that name devices, and sheets of all brands: codes, names, bands and what of them is whole.

use domain::number::Tac;
use feeds::{DeviceFact, Fact};

use crate::collect::{Read, good, lists};

fn devices(read: &Read) -> Vec<&DeviceFact> {
    let facts = read.facts().into_iter();
    let devices = facts.map(|fact| match fact {
        Fact::Device(device) => device,
        other => panic!("devices only: {other:?}"),
    });
    devices.collect()
}

fn tac(text: &str) -> Tac {
    text.parse().expect("eight digits")
}

const OSMOCOM: &str = "tac,name,name,contributor,comment,gsmarena,gsmarena,aka\r\n";

#[test]
fn osmocoms_two_columns_of_one_name_are_brand_and_model() {
    let text = format!(
        "Osmocom TAC database under CC-BY-SA v3.0 (c) Harald Welte 2016\r\n{OSMOCOM}\
         86763402,Xiaomi,Mi 4i,x,,,,Mi 4i 16GB\r\n 33205600,Sagem,DMC 830,,,,,M314-B0\r\n"
    );
    let read = good("osmocom_tacdb_copy2018.csv", &text);
    let found: Vec<_> = devices(&read)
        .into_iter()
        .map(|d| (d.tacs[0].to_string(), d.brand.as_str(), d.model.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("86763402".into(), "Xiaomi", "Mi 4i"),
            ("33205600".into(), "Sagem", "DMC 830"),
        ]
    );
    assert!(
        devices(&read).iter().all(|d| d.codes.is_empty()),
        "other names are no codes of this device"
    );
    assert_eq!(read.rows[0].line, 3);
    assert_eq!(read.origin.dated, "2018");
    assert!(read.origin.licence.text.contains("CC BY-SA 3.0"));
}

#[test]
fn a_code_that_lost_a_zero_is_refused_and_never_padded() {
    let rows =
        "1040010,A,B,,,,,\n 123456,A,B,,,,,\n0104001O,A,B,,,,,\n,A,B,,,,,\n01040010,A,B,,,,,\n";
    let read = good("osmocom_tacdb.csv", &format!("{OSMOCOM}{rows}"));
    assert_eq!(
        read.remarks(),
        [
            "2:tac:tac.digits_lost",
            "3:tac:tac.digits_lost",
            "4:tac:tac.malformed",
            "5:tac:tac.malformed",
        ]
    );
    let devices = devices(&read);
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].tacs, [tac("01040010")]);
}

#[test]
fn a_code_that_two_rows_name_keeps_both() {
    let rows = "35647100,Siemens,A70,,,,,\n35647100,Samsung,A70,,,,,\n35647101,,A71,,,,,\n35647102,A,,,,,,\n";
    let read = good("osmocom_tacdb.csv", &format!("{OSMOCOM}{rows}"));
    assert_eq!(
        read.remarks(),
        [
            "3:tac:tac.repeated",
            "4:name:brand.missing",
            "5:name:name.missing"
        ]
    );
    let brands: Vec<&str> = devices(&read).iter().map(|d| d.brand.as_str()).collect();
    assert_eq!(brands, ["Siemens", "Samsung", ""]);
}

#[test]
fn one_samsung_code_covers_several_models() {
    let text = "\u{feff}tac,model,model2,model3\n35647100,SM-A705F,SM-A705W\n\
                35004751,SM-A736B,SM-A736B\n22222222,GT-I9305N\n12312312,GT-I9305N\n8915005,SM-G973F\n\
                35647100,SM-A705F\n35647101\n35647102,A,B,C,D\n";
    let read = good("samsung_tacs_2026-05.csv", text);
    let found: Vec<_> = devices(&read)
        .into_iter()
        .map(|d| (d.tacs[0], d.codes.join(" ")))
        .collect();
    assert_eq!(
        found,
        [
            (tac("35647100"), "SM-A705F SM-A705W".into()),
            (tac("35004751"), "SM-A736B".into()),
            (tac("35647100"), "SM-A705F".into()),
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "4:tac:tac.made_up",
            "5:tac:tac.made_up",
            "6:tac:tac.digits_lost",
            "7:tac:tac.repeated",
            "8:model:code.missing",
            "9::row.columns",
        ]
    );
    assert_eq!(read.origin.dated, "2026-05");
}

#[test]
fn a_certified_phone_has_its_code_name_as_its_only_key() {
    let text = "[\n {\n  \"ferrari\": {\"name\": \"Mi 4i\", \"model\": \"Mi 4i\"}\n },\n\
                {\"a\": {\"name\": \"A\"}, \"b\": {\"name\": \"B\"}},\n{\"c\": {\"model\": \"C1\"}},\n{}, 7]";
    let read = good("xiaomi_certified_2026-08-15.json", text);
    let devices = devices(&read);
    assert_eq!(
        (
            devices[0].model.as_str(),
            &devices[0].codenames[..],
            devices[0].platform.as_deref()
        ),
        (
            "Mi 4i",
            &["ferrari".to_owned()][..],
            Some("Google Mobile Services")
        )
    );
    assert_eq!(devices[1].codes, ["C1"]);
    assert_eq!(
        read.remarks(),
        [
            "5::json.not_one_key",
            "6:name:name.missing",
            "7::json.not_one_key",
            "7::json.not_an_object",
        ]
    );
    assert_eq!(read.origin.dated, "2026-08-15");
}

/// A sheet's lists, as they come out of the cells given.
fn sheet(cells: &str) -> (Vec<String>, Vec<String>) {
    let text =
        format!("{{\"Brand\": \"benq_siemens\", \"Model Name\": \"BenQ-Siemens E71\", {cells}}}\n");
    let read = good("gsmarena_2021-02_decoded.jsonl", &text);
    let radio = devices(&read)[0].radio.as_ref();
    (radio.map(lists).unwrap_or_default(), read.remarks())
}

#[test]
fn a_sheet_of_any_brand_has_its_makers_spelling_and_its_codes() {
    let text = "{\"Brand\": \"benq_siemens\", \"Model Name\": \"BenQ-Siemens E71\", \"Technology\": \"GSM\", \
                \"Models\": \"\u{200e}E71, E71, EF71\", \"Announced\": \"2006, May\", \
                \"Status\": \"Discontinued. Released 2006, July\"}\n\
                {\"Brand\": \"acme\", \"Model Name\": \"Other\", \"Technology\": \"No cellular connectivity\"}\n\
                {\"Brand\": \"acme\", \"Model Name\": \"Acme\", \"Technology\": \"GSM\"}\n";
    let read = good("gsmarena_2021-02_decoded.jsonl", text);
    let devices = devices(&read);
    let first = devices[0];
    assert_eq!((&*first.brand, &*first.model), ("BenQ-Siemens", "E71"));
    assert_eq!(first.codes, ["E71", "EF71"]);
    assert_eq!(first.released.as_deref(), Some("2006-07"));
    assert_eq!((&*devices[1].brand, &*devices[1].model), ("acme", "Other"));
    let none = lists(devices[1].radio.as_ref().expect("it says there is none"));
    assert!(none.iter().all(|list| list.ends_with("[] whole")));
    assert_eq!(
        read.remarks(),
        ["1:2G bands:bands.missing", "3:Model Name:name.missing"]
    );
    assert_eq!(read.origin.dated, "2021-02");
}

#[test]
fn a_row_without_a_name_is_of_the_network_only_before_the_first_that_is_not() {
    let cells = "\"Technology\": \"HSPA / LTE\", \"3G bands\": \"HSDPA 900 / 2100\", \"4G bands\": \"1, 3, B40\"";
    // Other systems, then another section: nothing of the network is lost.
    let (lists, remarks) = sheet(&format!(
        "{cells}, \"info\": \"TD-SCDMA\", \"_1\": \"eMMC 5.0\", \"_1_1\": \"2, 4\""
    ));
    assert_eq!(
        lists,
        [
            "GSM [] whole",
            "UMTS [B1, B8] whole",
            "TD-SCDMA [] partial",
            "LTE [B1, B3, B40] whole",
            "NR [] whole",
        ]
    );
    assert_eq!(remarks, [""; 0]);
    // Another variant's bands, in the second row.
    let (lists, remarks) = sheet(&format!(
        "{cells}, \"info\": \"HSDPA 850 / 1900\", \"_1\": \"2, 4, 7, 17\""
    ));
    assert_eq!(lists[1], "UMTS [B1, B8] partial");
    assert_eq!(lists[2], "LTE [B1, B3, B40] partial");
    assert_eq!(
        remarks,
        [
            "1:3G bands:bands.other_variant",
            "1:4G bands:bands.other_variant"
        ]
    );
    // Between the second and the last any number of rows may have stood.
    let (lists, remarks) = sheet(&format!(
        "{cells}, \"info\": \"CDMA 800\", \"_1\": \"CDMA2000 1xEV-DO\", \"_1_1\": \"UFS 2.1\""
    ));
    assert_eq!(lists[2], "LTE [B1, B3, B40] partial");
    assert_eq!(
        remarks,
        [
            "1:info:bands.technology_not_modelled",
            "1:info:bands.rows_lost"
        ]
    );
}

#[test]
fn the_notations_of_a_sheets_lte_cell_are_read_or_noted() {
    let lte = |cell: &str| {
        let (lists, remarks) = sheet(&format!(
            "\"Technology\": \"LTE\", \"4G bands\": \"{cell}\""
        ));
        let list = lists.into_iter().find(|list| list.starts_with("LTE"));
        (list.unwrap_or_default(), remarks)
    };
    let one_variant = vec!["1:4G bands:bands.one_variant".to_owned()];
    let unread = vec!["1:4G bands:bands.unread".to_owned()];
    let missing = vec!["1:4G bands:bands.missing".to_owned()];
    for (cell, list, remarks) in [
        ("38, B40, B41", "LTE [B38, B40, B41] whole", Vec::new()),
        ("1, 66 - A2221", "LTE [B1, B66] partial", one_variant),
        ("1, 66 Braz", "LTE [B1] partial", unread.clone()),
        (
            "LTE 800 / 2600",
            "LTE [800 MHz, 2600 MHz] whole",
            Vec::new(),
        ),
        ("LTE 1800 TD-LTE 2300", "LTE [] partial", {
            let mut both = missing.clone();
            both.extend(unread);
            both
        }),
        ("LTE (unspecified)", "LTE [] partial", missing.clone()),
        ("N/A", "LTE [] partial", missing),
    ] {
        let (found, mut said) = lte(cell);
        said.sort_unstable();
        assert_eq!((&*found, said), (list, remarks), "{cell}");
    }
}

#[test]
fn bands_of_a_variant_told_by_code_are_no_other_codes() {
    let text = "{\"Brand\": \"samsung\", \"Model Name\": \"Samsung S\", \"Technology\": \"LTE\", \
                \"4G bands\": \"1, 3 - SM-G981B, SM-G9810\", \"Models\": \"SM-G981U, SM-G981B, SM-G9810\"}\n\
                {\"Brand\": \"samsung\", \"Model Name\": \"Samsung T\", \"Technology\": \"LTE\", \
                \"4G bands\": \"1, 3 - Global\", \"Models\": \"SM-T1, SM-T2\"}\n";
    let read = good("gsmarena_2021-02_decoded.jsonl", text);
    let found: Vec<_> = devices(&read)
        .into_iter()
        .map(|d| (d.codes.join(" "), d.radio.is_some()))
        .collect();
    assert_eq!(
        found,
        [
            ("SM-G981B SM-G9810".into(), true),
            ("SM-G981U".into(), false),
            ("SM-T1 SM-T2".into(), true),
        ]
    );
}

#[test]
fn a_wikis_entry_has_names_and_codes_and_no_radio() {
    let text = "{\"vendor\": \"Lenovo\", \"name\": \"Vibe K5\", \"codename\": \"A6020\", \"models\": \
                [\"A6020a40\", \"A6020a40\", 7], \"network\": [\"4G LTE\"], \"release\": \"2018-04-30\"}\n\
                {\"vendor\": \"A\", \"name\": \"B\", \"codename\": \"\", \"models\": null, \"release\": \"soon\"}\n\
                {\"vendor\": \"A\", \"codename\": \"c\", \"models\": \"None\"}\n";
    let read = good("lineageos_wiki_2026-07.jsonl", text);
    let devices = devices(&read);
    assert_eq!(devices[0].codes, ["A6020a40"]);
    assert_eq!(devices[0].codenames, ["A6020"]);
    assert_eq!(devices[0].released.as_deref(), Some("2018-04"));
    assert_eq!(devices[1].released, None);
    assert!(devices.iter().all(|d| d.radio.is_none()));
    assert_eq!(
        read.remarks(),
        ["1:models:field.not_text", "3:name:name.missing"]
    );
}

#[test]
fn a_model_code_has_its_brand_from_its_table_and_its_code_name_from_its_group() {
    let head = "brand_file\tsection\tgroup\tmodel_code\tmarket_name\n";
    let rows = "xiaomi_en\tPhones\t[`X9`] Mi 4i (`ferrari`)\t2015015\tMi 4i Global\n\
                zhixuan\tPhones\tHi nova 9\tRTE-AL00\tHi nova 9\nsony\tX\tY (Z)\t\tXperia\n\
                sony\tX\tY\tS1\t\nsony\tX\tY\n";
    let read = good("mobilemodels_parsed.tsv", &format!("{head}{rows}"));
    let devices = devices(&read);
    let first = devices[0];
    assert_eq!((&*first.brand, &*first.model), ("Xiaomi", "Mi 4i"));
    assert_eq!(first.variant.as_deref(), Some("Global"));
    assert_eq!(first.codes, ["2015015"]);
    assert_eq!(first.codenames, ["ferrari"]);
    assert_eq!((&*devices[1].brand, devices.len()), ("", 2));
    assert_eq!(
        read.remarks(),
        [
            "3:brand_file:brand.missing",
            "4:model_code:code.missing",
            "5:market_name:name.missing",
            "6::row.columns",
        ]
    );
    assert!(read.origin.licence.text.contains("CC BY-NC-SA 4.0"));
}

#[test]
fn a_device_with_codes_has_its_brand_from_its_key() {
    let text = "{\n \"status\": 200,\n \"note\": \"data\",\n \"data\": [\n\
                {\"device_name\": \"G42\", \"key\": \"nokia_g42-1\", \"models\": [\"TA-1\", \"TA-1\", 2]},\n\
                {\"device_name\": \"Q\", \"key\": \"_q-1\"},\n{\"key\": \"nokia_x\"}\n ]\n}";
    let read = good("gsmarena_2024-09_device_model_codes.json", text);
    let found: Vec<_> = devices(&read)
        .into_iter()
        .map(|d| (d.brand.as_str(), d.model.as_str(), d.codes.join(" ")))
        .collect();
    assert_eq!(
        found,
        [("nokia", "G42", "TA-1".into()), ("", "Q", String::new())]
    );
    assert_eq!(
        read.remarks(),
        [
            "5:models:field.not_text",
            "6:key:brand.missing",
            "7:device_name:name.missing",
        ]
    );
}
