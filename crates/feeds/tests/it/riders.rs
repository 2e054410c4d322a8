//! Virtual carriers and their hosts: rules as printed, a code without a rule is the network's own.

use feeds::Fact;

use crate::collect::{Read, good};

/// `Mint on 310-240 by gid=756D`, or the network itself.
fn said(read: &Read) -> Vec<String> {
    let facts = read.facts().into_iter();
    let said = facts.map(|fact| match fact {
        Fact::Network(network) => format!("{} is {}", network.name, network.plmns[0]),
        Fact::RidesOn(rider) => {
            let plmn = rider.plmn.map(|plmn| plmn.to_string()).unwrap_or_default();
            let country = rider
                .country
                .map(|country| country.to_string())
                .unwrap_or_default();
            let on = format!("{plmn}{}", rider.host);
            format!(
                "{}{} {country} on {on} by {}",
                rider.carrier, rider.id, rider.rule
            )
        }
        other => panic!("neither: {other:?}"),
    });
    said.collect()
}

#[test]
fn a_code_under_a_rule_is_ridden_on_and_one_without_is_owned() {
    let read = good(
        "aosp_carriers_flat_2025-03.csv",
        "canonical_id,carrier_name,parent_canonical_id,parent_name,mccmnc,mvno_match\n\
         1,T-Mobile - US,,,310026,\n\
         1,T-Mobile - US,,,31026,\n\
         2,U+264A,,,310240,gid1=6901|01;spn=\n\
         3,LG U+,,,45006,\n\
         4,,,,31026,\n\
         5,Short,,,310,\n\
         6,Long,,,3102600,\n",
    );
    assert_eq!(
        said(&read),
        [
            "T-Mobile - US is 310-026",
            "T-Mobile - US is 310-26",
            "U+264A2  on 310-240 by gid1=6901|01;spn=",
            "LG U+ is 450-06",
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "3:mccmnc:plmn.two_forms",
            "4:carrier_name:name.placeholder",
            "6:carrier_name:name.missing",
            "7:mnc:plmn.not_a_code",
            "8:mnc:plmn.not_a_code",
        ]
    );
    assert_eq!(
        (read.origin.dated.as_str(), &*read.origin.licence.text),
        ("2025-03", "Apache-2.0")
    );
}

#[test]
fn hosts_go_by_their_names_where_a_list_gives_no_codes() {
    let read = good(
        "mvno_host_from_aosp_2025-03.csv",
        "canonical_id,carrier_name,parent_canonical_id,parent_name,mccs,hosts_sharing_mccmnc\n\
         7,US Mobile,,,310,1:T-Mobile - US|1187:AT&T\n\
         8,Alone,,,310,\n\
         9,Odd,,,310,1:T|AT&T\n",
    );
    assert_eq!(
        said(&read),
        [
            "US Mobile7  on T-Mobile - US by ",
            "US Mobile7  on AT&T by "
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "3:hosts_sharing_mccmnc:host.missing",
            "4:hosts_sharing_mccmnc:host.unread",
        ]
    );
}

#[test]
fn an_access_point_names_a_virtual_carrier_only_under_a_whole_rule() {
    let read = good(
        "lineage_apns_flat_2026-07.csv",
        "country,mcc,mnc,carrier,carrier_id,apn,type,mvno_type,mvno_match_data\n\
         US,310,240,Mint,,Wholesale,\"default,supl\",gid,756D\n\
         AE,424,02,Etisalat MMS,,etisalat,mms,,\n\
         CA,302,780,Lum IMS,580,ims,ims,,5B\n\
         INTL,901,28,Roamer,,x,default,spn,R\n\
         AE,424,?,Guess,,x,default,spn,G\n",
    );
    assert_eq!(
        said(&read),
        [
            "Mint US on 310-240 by gid=756D",
            "Roamer  on 901-28 by spn=R"
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "3:mvno_type:rule.missing",
            "4:mvno_match_data:rule.half",
            "5:country:country.not_one",
            "6:mnc:plmn.not_a_code",
        ]
    );
}
