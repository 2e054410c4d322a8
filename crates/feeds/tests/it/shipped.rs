//! Networks' lists as their publishers ship them: messages, archives, XML with its document type.

use feeds::{CarrierFeatureFact, Fact, Kind};

use crate::collect::{Read, good, read, tar};

fn archived(name: &str, files: &[(&str, &str)]) -> Read {
    read(name, &tar(files), None).expect("the archive is readable")
}

/// `Mint on 310-240 by gid=756D`, or the network itself.
fn riders(read: &Read) -> Vec<String> {
    let facts = read.facts().into_iter();
    let said = facts.map(|fact| match fact {
        Fact::Network(network) => {
            let plmns: Vec<String> = network.plmns.iter().map(ToString::to_string).collect();
            let country = network.country.map(|c| c.to_string()).unwrap_or_default();
            format!("{} {country} is {}", network.name, plmns.join(" "))
        }
        Fact::RidesOn(rider) => {
            let plmn = rider.plmn.map(|plmn| plmn.to_string()).unwrap_or_default();
            let country = rider.country.map(|c| c.to_string()).unwrap_or_default();
            format!(
                "{}{} {country} on {plmn} by {}",
                rider.carrier, rider.id, rider.rule
            )
        }
        other => panic!("neither: {other:?}"),
    });
    said.collect()
}

#[test]
fn a_message_tells_a_carriers_codes_under_their_rules() {
    let read = good(
        "carrier_list.textpb",
        "# a list\ncarrier_id {\n  canonical_id: 1\n  carrier_name: \"T\"\n  carrier_attribute {\n    \
         mccmnc_tuple: \"310026\"\n    mccmnc_tuple: \"31026\"\n  }\n}\ncarrier_id { canonical_id: 2 carrier_name: 'V'\n\
         carrier_attribute { mccmnc_tuple: \"310240\" spn: \"v|w\" gid1: \"01\" new_rule: \"x\" gid1: \"02\" } }\n\
         carrier_id {\n  carrier_name: \"no codes\"\n}\ncarrier_id {\n  carrier_name: \"bad\"\n  carrier_attribute {\n    \
         gid1: \"01\"\n  }\n  carrier_attribute {\n    mccmnc_tuple: \"3\"\n  }\n  carrier_attribute {\n    \
         gid1 {\n    }\n  }\n}\ncarrier_id {\n  canonical_id: \"\n}\nother { a: 1 }\nversion: 5\n",
    );
    assert_eq!(
        riders(&read),
        [
            "T  is 310-026",
            "T  is 310-26",
            "V2  on 310-240 by gid1=01|02;new_rule=x;spn=v|w",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "2:mccmnc:plmn.two_forms",
            "12:carrier_attribute:plmn.missing",
            "17:mccmnc_tuple:plmn.missing",
            "15:mnc:plmn.not_a_code",
            "24:gid1:rule.not_text",
            "29::textpb.malformed",
            "31::message.unknown",
        ]
    );
}

#[test]
fn an_archive_of_access_points_says_what_its_table_says() {
    let read = archived(
        "lineage_apns_2026-07.tar",
        &[
            (
                "US.xml",
                "<apns>\n <apn mcc='310' mnc='240' carrier='Mint &amp; Co'\n  mvno_type='gid' mvno_match_data='756D'/>\n \
                 <apn mcc=\"310\" mnc=\"260\" carrier=\"T\" />\n <apn mcc='310' mnc='x' carrier='T'/>\n</apns>",
            ),
            (
                "INTL.xml",
                "<apns><apn mcc='901' mnc='28' carrier='R' mvno_type='spn' mvno_match_data='R'/></apns>",
            ),
            (
                "DE.xml",
                "<apns>\n<apn mcc='262' mnc='01' carrier='A' & /></apns>",
            ),
            ("FR.xml", "<apns>\n<apn mcc='208' "),
            ("GB.xml", ""),
        ],
    );
    assert_eq!(
        riders(&read),
        [
            "Mint & Co US on 310-240 by gid=756D",
            "R  on 901-28 by spn=R"
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "4:US.xml mvno_type:rule.missing",
            "5:US.xml mnc:plmn.not_a_code",
            "1:INTL.xml country:country.not_one",
            "2:DE.xml:xml.malformed",
            "2:FR.xml:xml.unclosed_tag",
            "2:FR.xml:xml.cut_off",
            "1:GB.xml:xml.cut_off",
        ]
    );
}

#[test]
fn only_flags_that_are_stated_are_what_a_carrier_offers() {
    let volte = "carrier_volte_available_bool";
    let files = [
        (
            "carrier_config_carrierid_10_A-B_C.xml",
            "<carrier_config>\n<boolean name='carrier_volte_available_bool' value='true'/>\n\
             <int name='x' value='1'/></carrier_config>",
        ),
        (
            "carrier_config_mccmnc_311480.xml",
            "<carrier_config_list><carrier_config gid1='BA' spn='S'>\n\
             <boolean name='carrier_wfc_ims_available_bool' value='false'/></carrier_config>\n\
             <carrier_config/><carrier_config><boolean name='carrier_vt_available_bool' value='1'/></carrier_config>\
             </carrier_config_list>",
        ),
        ("carrier_config_mccmnc_31.xml", "<carrier_config/>"),
        ("else.xml", "<carrier_config/>"),
        ("vendor.xml", "<carrier_config_list/>"),
    ];
    let read = archived("aosp_carrier_config_2021-11.tar.zst", &files);
    let by_name = CarrierFeatureFact {
        carrier: "A-B_C".into(),
        id: "10".into(),
        volte: Some(true),
        ..CarrierFeatureFact::default()
    };
    let by_code = CarrierFeatureFact {
        plmn: "311-480".parse().ok(),
        rule: "gid1=BA;spn=S".into(),
        wifi_calling: Some(false),
        ..CarrierFeatureFact::default()
    };
    let facts = [by_name, by_code].map(Fact::CarrierFeature);
    assert!(read.facts().into_iter().eq(&facts), "{:?}", read.facts());
    assert_eq!(
        read.remarks(),
        [
            "3:carrier_config_mccmnc_311480.xml:flags.none",
            "3:carrier_config_mccmnc_311480.xml carrier_vt_available_bool:flag.not_a_bool",
            "1:carrier_config_mccmnc_31.xml mnc:plmn.not_a_code",
            "1:else.xml file:carrier.not_named",
            "1:vendor.xml:file.no_rows",
        ]
    );

    let table = good(
        "aosp_carrier_config_ims_flags_2021-11.csv",
        &format!(
            "file,filter,{volte},carrier_wfc_ims_available_bool\ncarrier_config_carrierid_10_A-B_C.xml,,true,\n\
             carrier_config_mccmnc_311480.xml,gid1=BA;spn=S,,false\nelse.xml,,true,\n\
             carrier_config_mccmnc_311480.xml,,,\ncarrier_config_mccmnc_311480.xml,,yes,\n"
        ),
    );
    assert!(table.facts().into_iter().eq(&facts), "{:?}", table.facts());
    assert_eq!(
        table.remarks(),
        [
            "4:file:carrier.not_named",
            "5::flags.none",
            "6:carrier_volte_available_bool:flag.not_a_bool",
        ]
    );
}

#[test]
fn an_archives_own_faults_are_rows_and_the_other_files_stand() {
    let good =
        "<apns><apn mcc='310' mnc='240' carrier='M' mvno_type='gid' mvno_match_data='1'/></apns>";
    let mut archive = tar(&[("../US.xml", good), ("US.xml", good), ("CA.xml", good)]);
    // The second header is damaged.
    archive[1024] = b'X';
    let read = read("f.tar", &archive, Some(Kind::LineageApnFiles)).expect("readable");
    assert_eq!(riders(&read), ["M CA on 310-240 by gid=1"]);
    assert_eq!(read.remarks(), ["1:../US.xml:tar.path", "1::tar.malformed"]);
}

const PROVIDERS: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE serviceproviders SYSTEM \"serviceproviders.2.dtd\">\n\
    <!-- <provider> -->\n<serviceproviders format=\"2.0\">\n<country code=\"us\">\n<name>United States</name>\n\
    <provider primary='true'>\n<name>T</name><name xml:lang='de'>Te</name>\n<gsm><network-id mcc='310' mnc='260'/>\n\
    <network-id mcc='310' mnc='026'/><network-id mcc='310' mnc='260'/>\n\
    <apn value='x'><name>An access point</name></apn></gsm>\n</provider>\n\
    <provider><name>Mint</name><gsm><network-id mcc='310' mnc='260'/></gsm></provider>\n\
    <provider><name>C</name><cdma><sid value='1'/></cdma></provider>\n</country>\n<country code='zz1'>\n\
    <provider><name>Z</name><gsm><network-id mcc='999' mnc='99'/><network-id mcc='x' mnc='1'/></gsm></provider>\n\
    <provider><gsm/></provider></country>\n\
    <provider><name>N</name><gsm><network-id mcc='999' mnc='98'/></gsm></provider>\n</serviceproviders>\n";

#[test]
fn a_providers_codes_are_those_its_customers_meet() {
    let read = good("serviceproviders.xml", PROVIDERS);
    assert_eq!(
        riders(&read),
        [
            "T US is 310-260 310-026",
            "Mint US is 310-260",
            "N  is 999-98"
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "13:network-id:plmn.shared",
            "14:network-id:plmn.missing",
            "17:mnc:plmn.not_a_code",
            "17:country:country.not_one",
            "18:name:name.missing",
            "18:country:country.not_one",
            "19:country:country.missing",
        ]
    );
    let declared = PROVIDERS.replace("\"serviceproviders.2.dtd\"", "\"a\" [<!ENTITY x 'y'>]");
    assert_eq!(
        good("serviceproviders.xml", &declared).remarks(),
        ["2::xml.doctype"]
    );
}
