//! Whatever the bytes: no panic, and the counts add up (which `read` checks of every file).

use feeds::Kind;
use proptest::prelude::*;

use crate::collect::read;

/// A small file of each kind.
fn samples() -> Vec<(Kind, String)> {
    let mut samples = vec![
        (
            Kind::GoogleDevices,
            "Retail Branding,Marketing Name,Device,Model\r\nAcme,\"P \"\"1\"\"\",p,P1\r\n,,q,\"Q\n1\"\r\n".into(),
        ),
        (
            Kind::XiaomiSpecs,
            "{\"name\": \"Xiaomi A\", \"codenames\": [\"a\"], \"specs\": {\"Network\": {\"Technology\": \
             \"GSM / HSPA / LTE / 5G\", \"2G bands\": \"GSM 850 / 900 - SIM 1\", \"3G bands\": \
             \"HSDPA 800 / 1700(AWS) & TD-SCDMA\", \"4G bands\": \"1, 3 - Global\", \"5G bands\": \
             \"77, 78 SA/NSA- China\", \"info\": \"CDMA 800\"}}}\n{\"name\": \"Xiaomi B\", \"specs\": {}}\n"
                .into(),
        ),
        (
            Kind::CarrierBands,
            "country,carrier,lte_bands,nr_bands,note\nGermany,A,B1|B3,n78,\"x, y\"\n".into(),
        ),
        (
            Kind::TmobileBands,
            "frequency,band,technology,generation,status,note\n1900 MHz,2,GSM/EDGE,2G,In Service,x\n\
             700 MHz,12,LTE,4G,In Service,\n5 GHz,,LTE,4G,Planned,\n"
                .into(),
        ),
        (
            Kind::WikipediaNetworks,
            "[\n {\"mcc\": \"310\", \"mnc\": \"260\", \"countryCode\": \"US\", \"brand\": \"T\", \"status\": \
             \"Operational\",\n \"bands\": \"GSM 1900 / TD-LTE 2600\u{a0}MHz / 5G / UTMS 2100\", \"notes\": \
             \"UMTS shut down 31 Dec 2021, GSM 850 – May 2022\"},\n {\"mcc\": \"1\", \"bands\": null}\n]\n"
                .into(),
        ),
        (
            Kind::BandTable,
            "band,f_ul_low,f_ul_high,f_dl_low,f_dl_high,duplex_mode,dl_offset_khz,dl_uarfcn_first,dl_uarfcn_last,\
             ul_offset_khz,ul_uarfcn_first,ul_uarfcn_last\n9,1750.0,1784.8,1845.0,1879.8,FDD,0,9237,9387,0,8762,8912\n"
                .into(),
        ),
        (
            Kind::BandTable,
            "band,dl_low_khz,dl_earfcn_first,dl_earfcn_last,ul_low_khz,ul_earfcn_first,ul_earfcn_last\n\
             1,2110000,0,599,1920000,18000,18599\n"
                .into(),
        ),
        (
            Kind::MerchantFeed,
            "<rss xmlns:g='x'><item><g:id>1</g:id><title><![CDATA[T]]>&amp;&#48;</title>\n<g:price>1.50 USD</g:price>\
             <g:availability>in stock</g:availability><g:shipping><g:price>0</g:price></g:shipping>\
             <link href='https://x'/></item><!-- c --><item/></rss>"
                .into(),
        ),
        (
            Kind::MerchantFeed,
            "id\ttitle\tprice\tavailability\tgtin\tquantity\n1\tT\t1 USD\tin stock\t698615070527\t3\n".into(),
        ),
        (
            Kind::KnownDevices,
            "[[device]]\nbrand = \"A\"\nmodel = \"B\"\numts = [850, \"B1\"]\nlte = [3]\n\
             source = { title = \"t\", dated = \"2015\" }\n"
                .into(),
        ),
        (
            Kind::KnownNetworks,
            "[[network]]\nid = \"a\"\nname = \"A\"\noperator = \"A\"\ncountry = \"US\"\n[[network.declaration]]\n\
             lte_mhz = [1900]\nvalid_from = 2015-01-01\nsource = { title = \"t\" }\n[[network.shutdown]]\n\
             technology = \"umts\"\non = 2022-07-01\nsource = { title = \"t\" }\n"
                .into(),
        ),
        (
            Kind::KnownBands,
            "[[band]]\ntechnology = \"nr\"\nname = \"n71\"\nuplink_mhz = [663, 698.5]\nduplex = \"FDD\"\n".into(),
        ),
    ];
    samples.extend(more_samples());
    samples.extend(crate::offers::samples());
    samples.extend(crate::lists::samples());
    samples
}

/// The kinds that came later.
fn more_samples() -> Vec<(Kind, String)> {
    vec![
        (
            Kind::MusalbasNetworks,
            "MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network\n310,784,02,47,us,\"A, B\",1,T\n".into(),
        ),
        (
            Kind::AospCarriers,
            "canonical_id,carrier_name,parent_canonical_id,parent_name,mccmnc,mvno_match\n1,T,,,31026,\n\
             2,U+264A,,,310026,gid1=6901|01;spn=\n"
                .into(),
        ),
        (
            Kind::AospHosts,
            "canonical_id,carrier_name,mccs,hosts_sharing_mccmnc\n2,U,311,1839:V|1:T - US\n3,W,311,\n".into(),
        ),
        (
            Kind::LineageApns,
            "country,mcc,mnc,carrier,carrier_id,apn,type,mvno_type,mvno_match_data\n\
             US,310,240,Mint,,w,\"default,supl\",gid,756D\nAE,424,02,E,,e,mms,,\n"
                .into(),
        ),
        (
            Kind::JbjuliaNetworks,
            "{\n \"20201\": {\n \"ISO\": \"gr\",\n \"MCC\": \"202\",\n \"MNC\": \"01\",\n \"NETWORK\": \"C\\\"\"\n },\n              \"20202\": {\n \"MCC\": \"202\", \"MNC\": null\n }\n}\n"
                .into(),
        ),
        (
            Kind::StdnumNetworks,
            "# c\n202\n 01 bands=\"GSM 900 / LTE\" cc=\"gr\" status=\"Operational\"\n 00-99\n20\n 1\n".into(),
        ),
        (
            Kind::OsmocomTacs,
            "A sentence on the licence\r\ntac,name,name,contributor,comment,gsmarena,gsmarena,aka\r\n\
             86763402,Xiaomi,Mi 4i,x,,,,\"Mi 4i 16GB,F\"\r\n1234567,A,B,,,,,\r\n"
                .into(),
        ),
        (
            Kind::BlockedDevices,
            "imei;reason;since\r\n867634020000012;\"lost; paid\";2026-01-31\r\n86763402000001;x\r\n1;y;z\r\n".into(),
        ),
        (
            Kind::ApprovedDevices,
            "Approved devices of N\r\nTAC;Brand;Model;Status;Expiry\r\n86763402;A;B;yes;31.12.2016\r\n\"86763403\";A;C;no;\r\n1;;;;\r\n".into(),
        ),
        (
            Kind::SamsungTacs,
            "tac,model,model2,model3\n35647100,SM-A705F,SM-A705W\n22222222,SM-A705F\n".into(),
        ),
        (
            Kind::XiaomiCertified,
            "[\n {\n  \"ferrari\": {\n   \"name\": \"Mi 4i\",\n   \"model\": \"Mi 4i\"\n  }\n },\n {\"x\": 1}\n]\n".into(),
        ),
        (
            Kind::LineageDevices,
            "{\"vendor\": \"A\", \"name\": \"B\", \"codename\": \"c\", \"models\": [\"B1\", null], \"release\": \"2016-04\"}\n"
                .into(),
        ),
        (
            Kind::MobileModels,
            "brand_file\tsection\tgroup\tmodel_code\tmarket_name\nxiaomi_en\tPhones\t[`X9`] Mi 4i (`ferrari`)\t2015015\tMi 4i Global\n"
                .into(),
        ),
        (
            Kind::GsmarenaCodes,
            "{\n \"status\": 200,\n \"data\": [\n  {\"device_name\": \"G42\", \"key\": \"nokia_g42-1\", \"models\": [\"TA-1\"]}\n ]\n}"
                .into(),
        ),
        (
            Kind::GsmarenaSheets,
            "{\"Brand\": \"acme\", \"Model Name\": \"Acme A\", \"Technology\": \"GSM / LTE\", \"2G bands\": \
             \"GSM 900 - SIM 1\", \"info\": \"3, 7 - B\", \"4G bands\": \"LTE 800 / 1800\", \"_1\": \"CDMA 800\", \
             \"_1_1\": \"UFS 2.1\", \"Models\": \"A1, A2\", \"Status\": \"Available. Released 2015, April\"}\n"
                .into(),
        ),
    ]
}

#[test]
fn every_sample_is_good_before_it_is_spoilt() {
    for (kind, text) in samples() {
        // A list of blocked units is never told by its head.
        let asked = kind.is_never_told().then_some(kind);
        let read = read("f", text.as_bytes(), asked).expect(&text);
        assert_eq!(read.origin.kind, kind);
        assert!(read.summary.facts > 0, "{text}");
    }
}

/// What is done to a sample.
#[derive(Clone, Debug)]
enum Spoil {
    Replace(usize, u8),
    Insert(usize, Vec<u8>),
    Cut(usize, usize),
    Repeat(usize, usize),
    End(usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    let word = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b"<item>".to_vec()),
        Just(b"<![CDATA[".to_vec()),
        Just(b"<!--".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"[{".to_vec()),
        Just(b"99999999999999999999".to_vec()),
        Just("–\u{feff}é ".as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 1..6),
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Spoil::Replace(at, byte)),
        (any::<usize>(), word).prop_map(|(at, word)| Spoil::Insert(at, word)),
        (any::<usize>(), 1_usize..40).prop_map(|(at, len)| Spoil::Cut(at, len)),
        (any::<usize>(), 1_usize..200).prop_map(|(at, len)| Spoil::Repeat(at, len)),
        any::<usize>().prop_map(Spoil::End),
    ]
}

fn spoilt(mut bytes: Vec<u8>, spoils: &[Spoil]) -> Vec<u8> {
    for spoil in spoils {
        let place = |at: usize| at % (bytes.len() + 1);
        match spoil {
            Spoil::Replace(at, byte) => {
                let at = place(*at);
                if let Some(there) = bytes.get_mut(at) {
                    *there = *byte;
                }
            }
            Spoil::Insert(at, word) => {
                let at = place(*at);
                bytes.splice(at..at, word.iter().copied());
            }
            Spoil::Cut(at, len) => {
                let at = place(*at);
                let end = (at + len).min(bytes.len());
                bytes.drain(at..end);
            }
            Spoil::Repeat(at, len) => {
                let at = place(*at);
                let end = (at + len).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(end..end, again);
            }
            Spoil::End(at) => {
                let at = place(*at);
                bytes.truncate(at);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_files_never_panic_and_always_add_up(
        which in any::<prop::sample::Index>(),
        spoils in proptest::collection::vec(spoil(), 1..6),
        pack in any::<bool>(),
        forced in any::<bool>(),
    ) {
        let samples = samples();
        let (kind, text) = which.get(&samples);
        let mut bytes = spoilt(text.clone().into_bytes(), &spoils);
        if pack {
            bytes = zstd::encode_all(&bytes[..], 1).expect("packs");
        }
        // Twice the same bytes are twice the same rows.
        let first = read("f", &bytes, forced.then_some(*kind));
        let second = read("f", &bytes, forced.then_some(*kind));
        match (first, second) {
            (Ok(first), Ok(second)) => {
                prop_assert_eq!(first.rows, second.rows);
                prop_assert_eq!(first.summary, second.summary);
            }
            (Err(first), Err(second)) => prop_assert_eq!(first.to_string(), second.to_string()),
            _ => prop_assert!(false, "one of two readings failed"),
        }
    }

    #[test]
    fn spoilt_compression_never_panics(spoils in proptest::collection::vec(spoil(), 1..4)) {
        let (_, text) = &samples()[0];
        let packed = zstd::encode_all(text.as_bytes(), 1).expect("packs");
        let _ = read("f", &spoilt(packed, &spoils), None);
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in any::<prop::sample::Index>()) {
        let _ = read("f", &bytes, None);
        let _ = read("f", &bytes, Some(*kind.get(&Kind::ALL)));
        let _ = feeds::detect("f", &bytes);
    }
}
