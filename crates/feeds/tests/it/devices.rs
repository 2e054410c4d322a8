//! Lists that name devices without their bands: type allocation codes and certified devices.

use domain::number::Tac;
use feeds::{DeviceFact, Fact};

use crate::collect::{Read, good};

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
    assert!(read.origin.licence.contains("CC BY-SA 3.0"));
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
