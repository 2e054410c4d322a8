//! Lists of network codes: codes stay texts, what names no network is said, broken rows cost themselves.

use feeds::{Fact, NetworkFact};

use crate::collect::{Read, good, lists};

fn networks(read: &Read) -> Vec<&NetworkFact> {
    let facts = read.facts().into_iter();
    facts
        .map(|fact| match fact {
            Fact::Network(network) => network,
            other => panic!("no network: {other:?}"),
        })
        .collect()
}

/// `310-02 T US`.
fn said(read: &Read) -> Vec<String> {
    let networks = networks(read).into_iter();
    let said = networks.map(|network| {
        let country = network
            .country
            .map_or("-".to_owned(), |country| country.to_string());
        format!("{} {} {country}", network.plmns[0], network.name)
    });
    said.collect()
}

#[test]
fn codes_are_texts_and_the_columns_of_numbers_are_not_read() {
    let read = good(
        "mcc_mnc_musalbas_2024-11.csv",
        "MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network\n\
         310,784,02,47,us,United States,1,Two\n\
         310,784,002,2,us,United States,1,Three\n\
         289,649,88,2191,n/a,Abkhazia,7,\n\
         289,649,?,,ge,Abkhazia,7,Guess\n\
         289,649,8\n",
    );
    assert_eq!(
        said(&read),
        ["310-02 Two US", "310-002 Three US", "289-88  -"]
    );
    assert_eq!(
        read.remarks(),
        [
            "4:Network:name.missing",
            "4:ISO:country.not_one",
            "5:mnc:plmn.not_a_code",
            "6::row.columns",
        ]
    );
    assert_eq!(
        (read.origin.dated.as_str(), &*read.origin.licence.text),
        ("2024-11", "MIT")
    );
    assert!(
        networks(&read)
            .iter()
            .all(|network| network.radio.lists.is_empty())
    );
}

#[test]
fn an_object_of_codes_is_read_value_by_value() {
    let read = good(
        "mcc_mnc_jbjulia_2023-06.json",
        "{\n\"31002\": {\n\"MCC\": \"310\", \"MNC\": \"02\", \"ISO\": \"us\", \"NETWORK\": \"Two\"\n},\n\
         \"20: {\n\"MCC\": \"2\"\n},\n\
         \"3\": 7,\n\
         \"20203\": {\n\"MCC\": \"202\", \"MNC\": 3, \"ISO\": \"gr\", \"NETWORK\": \"No text\"\n},\n\
         \"20204\": {\n\"MCC\": \"202\", \"MNC\": \"04\", \"ISO\": \"gr\", \"NETWORK\": \"Four\"\n}\n}\n",
    );
    assert_eq!(said(&read), ["310-02 Two US", "202-04 Four GR"]);
    assert_eq!(
        read.remarks(),
        [
            "5::json.malformed",
            "9:mnc:plmn.not_a_code",
            "9:MNC:field.not_text",
        ]
    );
}

#[test]
fn a_tree_of_prefixes_gives_each_network_its_country_code() {
    let read = good(
        "stdnum_imsi_2.2.dat",
        "# from somewhere\n\
         202\n \
         01 bands=\"GSM 900 / LTE 800 / 5G 700\" brand=\"Cosmote\" cc=\"gr\" operator=\"OTE\" status=\"operational\"\n \
         02 bands=\"GSM 900\" cc=\"gr\" operator=\"Gone\" status=\"Not Operational\"\n \
         50144 cc=\"gr\" operator=\"Site\"\n \
         00-99\n\
         30x\n \
         01 cc=\"ca\"\n\
         302\n \
         720 brand=Rogers\n \
         721 brand=\"Rogers\" cc=\"ca\"\n",
    );
    assert_eq!(
        said(&read),
        ["202-01 Cosmote GR", "202-02 Gone GR", "302-721 Rogers CA"]
    );
    assert_eq!(
        lists(&networks(&read)[0].radio),
        [
            "GSM [900] partial",
            "LTE [800 MHz] partial",
            "NR [700 MHz] partial"
        ]
    );
    assert!(networks(&read)[1].radio.lists.is_empty());
    assert_eq!(
        read.remarks(),
        [
            "4:status:network.not_in_service",
            "5:mnc:plmn.not_a_code",
            "6:mnc:plmn.range",
            "7:mcc:mcc.not_a_code",
            "8:mcc:mcc.missing",
            "10::row.malformed",
        ]
    );
    assert_eq!(read.origin.dated, "2026-01-04");
}
