//! Phones: Google's list and the specification sheets.

use feeds::{DeviceFact, Fact, Kind};

use crate::collect::{Read, good, lists, read};

fn devices(read: &Read) -> Vec<&DeviceFact> {
    let facts = read.facts().into_iter();
    facts
        .map(|fact| match fact {
            Fact::Device(device) => device,
            other => panic!("no device: {other:?}"),
        })
        .collect()
}

#[test]
fn googles_list_is_read_as_it_is_shipped() {
    let text = "Retail Branding,Marketing Name,Device,Model\r\n\
                Acme, Phone ™ ,ace,\"A \"\"1\"\"\"\r\n,,nameless,N1\r\nAcme,,,\r\nAcme,X,\"y,z\r\nAcme,Last,l,L\r\n";
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let packed = zstd::encode_all(&utf16[..], 3).expect("packs");
    let list = read("supported_devices_2025-01-20.csv.zst", &packed, None).expect("readable");
    let from = list.origin.valid.from.map(|at| at.date());
    assert_eq!(from.as_deref(), Some("2025-01-20"));
    assert_eq!(list.origin.kind, Kind::GoogleDevices);
    let found = devices(&list);
    assert_eq!(found.len(), 3);
    assert_eq!(
        (found[0].brand.as_str(), found[0].model.as_str()),
        ("Acme", "Phone ™")
    );
    assert_eq!(
        (&found[0].codenames[0], &found[0].codes[0]),
        (&"ace".into(), &"A \"1\"".into())
    );
    assert_eq!(found[0].platform.as_deref(), Some("Google Mobile Services"));
    assert_eq!(found[0].radio, None);
    assert_eq!(
        (found[1].brand.as_str(), found[1].codes[0].as_str()),
        ("", "N1")
    );
    assert_eq!(found[2].model, "Last");
    assert_eq!(
        list.remarks(),
        [
            "3:retail_branding:brand.missing",
            "3:marketing_name:name.missing",
            "4::device.nameless",
            "5::row.unclosed_quote",
        ]
    );
}

#[test]
fn text_that_is_not_utf8_costs_its_row() {
    let bytes = b"Retail Branding,Marketing Name,Device,Model\nA\xFFme,X,x,X1\nAcme,Y,y,Y1\n";
    let list = read("x.csv", bytes, None).expect("readable");
    assert_eq!(devices(&list).len(), 1);
    assert_eq!(list.remarks(), ["2::text.not_utf8"]);
}

fn sheet(network: &str) -> Read {
    good(
        "s.jsonl",
        &format!(
            "{{\"name\": \"Xiaomi Mi X\", \"codenames\": [\"ex\"], \"specs\": {{\"Network\": {{{network}}}, \
             \"Misc\": {{\"Models\": \"\u{200e}X1, X2, X1\"}}, \
             \"Launch\": {{\"Status\": \"Available. Released 2015, April 05\"}}}}}}\n"
        ),
    )
}

fn radio(read: &Read) -> Vec<String> {
    let device = devices(read)[0];
    lists(device.radio.as_ref().expect("a radio"))
}

#[test]
fn a_sheets_lists_are_whole_sets_and_what_it_leaves_out_is_not_there() {
    let read = sheet(
        "\"Technology\": \"GSM / HSPA / LTE\", \"2G bands\": \"GSM 850 / 1900 - SIM 1 & SIM 2\", \
         \"3G bands\": \"HSDPA 850 / 1900 / 2100\", \"info\": \"TD-SCDMA\", \"4G bands\": \"3, 41\"",
    );
    assert_eq!(
        radio(&read),
        [
            "GSM [850, 1900] whole",
            "UMTS [B1, B2, B5] whole",
            "TD-SCDMA [] partial",
            "LTE [B3, B41] whole",
            "NR [] whole",
        ]
    );
    assert_eq!(read.remarks(), [""; 0]);
    let device = devices(&read)[0];
    assert_eq!(
        (device.brand.as_str(), device.model.as_str()),
        ("Xiaomi", "Mi X")
    );
    assert_eq!(
        (&device.codes[..], &device.codenames[..]),
        (&["X1".into(), "X2".into()][..], &["ex".into()][..])
    );
    assert_eq!(device.released.as_deref(), Some("2015-04"));
    assert_eq!(device.variant, None);
}

#[test]
fn where_rows_of_variants_were_lost_absence_says_nothing() {
    let read = sheet(
        "\"Technology\": \"GSM / CDMA / HSPA / EVDO / LTE / 5G\", \"2G bands\": \"GSM 850 / 900\", \
         \"3G bands\": \"HSDPA 800 / 1700(AWS) - Global\", \"4G bands\": \"1, 3 - Global\", \
         \"5G bands\": \"78 SA/NSA - International\", \"info\": \"41, 78 SA/NSA - China\"",
    );
    assert_eq!(
        radio(&read),
        [
            "GSM [850, 900] whole",
            "UMTS [B4, 800 MHz] partial",
            "LTE [B1, B3] partial",
            "NR [n78] partial",
        ]
    );
    assert_eq!(
        devices(&read)[0].variant.as_deref(),
        Some("Global; International")
    );
    assert_eq!(
        read.remarks(),
        [
            "1:3G bands:bands.one_variant",
            "1:4G bands:bands.one_variant",
            "1:5G bands:bands.other_variant",
        ]
    );
    let no_suffix = sheet(
        "\"Technology\": \"GSM / LTE\", \"4G bands\": \"1, 3\", \"info\": \"1, 3, 5\", \"2G bands\": \"GSM 900\"",
    );
    assert_eq!(
        radio(&no_suffix),
        [
            "GSM [900] whole",
            "UMTS [] whole",
            "LTE [B1, B3] partial",
            "NR [] whole"
        ]
    );
}

#[test]
fn what_a_sheet_names_without_bands_is_not_known() {
    let read = sheet(
        "\"Technology\": \"GSM / HSPA / LTE\", \"2G bands\": \"\", \"3G bands\": \"TD-SCDMA - 4G model\", \
         \"4G bands\": \"LTE - international model\"",
    );
    assert_eq!(
        radio(&read),
        [
            "GSM [] partial",
            "UMTS [] partial",
            "TD-SCDMA [] partial",
            "LTE [] partial",
            "NR [] whole",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "1:2G bands:bands.missing",
            "1:3G bands:bands.missing",
            "1:4G bands:bands.missing"
        ]
    );
}

#[test]
fn other_technologies_are_noted_once_and_contradictions_are_not_whole() {
    let read = sheet(
        "\"Technology\": \"GSM / CDMA\", \"2G bands\": \"GSM 900\", \"4G bands\": \"1, many\", \
         \"info\": \"CDMA 800 & TD-SCDMA\"",
    );
    assert_eq!(
        radio(&read),
        [
            "GSM [900] whole",
            "UMTS [] whole",
            "TD-SCDMA [] partial",
            "LTE [B1] partial",
            "NR [] whole",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "1:info:bands.technology_not_modelled",
            "1:4G bands:bands.unread",
            "1:4G bands:bands.technology_contradicted",
        ]
    );
    let odd = sheet("\"Technology\": \"GSM / 6G\", \"2G bands\": \"GSM 900\"");
    assert_eq!(
        radio(&odd),
        ["GSM [900] whole"],
        "what an odd line leaves out is not known"
    );
    assert_eq!(odd.remarks(), ["1:Technology:technology.unknown"]);
}

#[test]
fn a_device_without_a_modem_has_no_bands_at_all() {
    let read = sheet(
        "\"Technology\": \"No cellular connectivity\", \"2G bands\": \"N/A\", \"3G bands\": \"N/A\"",
    );
    assert_eq!(
        radio(&read),
        [
            "GSM [] whole",
            "UMTS [] whole",
            "TD-SCDMA [] whole",
            "LTE [] whole",
            "NR [] whole"
        ]
    );
}

#[test]
fn a_broken_line_costs_itself() {
    let read = good(
        "s.jsonl",
        "{\"name\": \"Xiaomi A\", \"specs\": {}}\n\n{\"name\": \"Xiaomi B\", \n[]\n{\"specs\": 3}\n\
         {\"name\": 7, \"specs\": {}}\n",
    );
    assert_eq!(
        read.remarks(),
        [
            "1:Network:network.missing",
            "3::json.malformed",
            "4::json.not_an_object",
            "5:name:name.missing",
            "6:name:name.missing",
            "6:name:field.not_text",
        ]
    );
}
