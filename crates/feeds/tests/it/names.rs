//! Kinds: their words, and how a file is told apart.

use feeds::{FileError, Kind, detect};

use crate::collect::read;

#[test]
fn a_kind_is_read_back_from_its_word() {
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    let error = "google".parse::<Kind>().expect_err("no such kind");
    for kind in Kind::ALL {
        assert!(
            error.help.contains(kind.name()),
            "{kind} is named as a way out"
        );
    }
}

#[test]
fn a_file_is_told_by_its_name() {
    for (name, kind) in [
        (
            "/a/supported_devices_2025-01-20.csv.zst",
            Kind::GoogleDevices,
        ),
        ("xiaomi_gsmarena_2024-10.jsonl.zst", Kind::XiaomiSpecs),
        ("carrier_bands_irlbox_2026-04.csv", Kind::CarrierBands),
        ("tmobile_us_bands_2015.csv", Kind::TmobileBands),
        ("mcc_mnc_wikipedia_npm_1.1.11.json", Kind::WikipediaNetworks),
        ("data/known/devices.toml", Kind::KnownDevices),
        ("networks.toml", Kind::KnownNetworks),
        ("bands.toml", Kind::KnownBands),
        ("mcc_mnc_musalbas_2024-11.csv", Kind::MusalbasNetworks),
        ("mcc_mnc_jbjulia_2023-06.json", Kind::JbjuliaNetworks),
        ("stdnum_imsi_2.2.dat", Kind::StdnumNetworks),
        ("osmocom_tacdb_copy2018.csv.zst", Kind::OsmocomTacs),
        ("samsung_tacs_2026-05.csv", Kind::SamsungTacs),
        ("xiaomi_certified_2026-08-15.json", Kind::XiaomiCertified),
        ("lineageos_wiki_2026-07.jsonl", Kind::LineageDevices),
        ("mobilemodels_parsed.tsv.zst", Kind::MobileModels),
        (
            "gsmarena_2024-09_device_model_codes.json.zst",
            Kind::GsmarenaCodes,
        ),
        ("gsmarena_2021-02_decoded.jsonl.zst", Kind::GsmarenaSheets),
        ("aosp_carriers_flat_2025-03.csv", Kind::AospCarriers),
        ("mvno_host_from_aosp_2025-03.csv", Kind::AospHosts),
        ("lineage_apns_flat_2026-07.csv", Kind::LineageApns),
        ("gsmarena_2021-02_raw_Apple.csv.zst", Kind::GsmarenaRaw),
        ("samsung_csc_regions_2026-05.csv", Kind::SamsungSalesCodes),
        ("ua_tac_consensus.csv.zst", Kind::StolenCodes),
        ("ua_brand_model_texts.csv.zst", Kind::StolenTexts),
        (
            "ua_register_sample_no_serials_2026-07-08.csv",
            Kind::StolenDay,
        ),
        ("pricerunner_aggregate.csv.zst", Kind::PricerunnerOffers),
        ("ldlc_price_history_2026.csv.zst", Kind::LdlcPrices),
        ("ldlc_products_2026.csv", Kind::LdlcProducts),
        ("ebay_phones_2025-07.csv", Kind::EbayOffers),
        (
            "azerbaijan_retail_phones_2026-02.csv.zst",
            Kind::AzerbaijanOffers,
        ),
        ("flipkart_phones_2024.csv.zst", Kind::FlipkartOffers),
        ("phones_by_store_prices_2024.csv.zst", Kind::StoreOffers),
        ("synthetic_resale_50k.csv.zst", Kind::SyntheticResale),
        (
            "google_taxonomy_with_ids_en-US.txt.zst",
            Kind::GoogleTaxonomy,
        ),
        (
            "schemaorg_product_offer_examples.jsonl",
            Kind::SchemaOrgExamples,
        ),
    ] {
        assert_eq!(detect(name, b""), Some(kind), "{name}");
    }
}

#[test]
fn a_file_without_a_known_name_is_told_by_its_head() {
    for (head, kind) in [
        (
            "Retail Branding,Marketing Name,Device,Model\n",
            Kind::GoogleDevices,
        ),
        (
            "{\"name\": \"Xiaomi X\", \"specs\": {}}\n",
            Kind::XiaomiSpecs,
        ),
        (
            "country,carrier,lte_bands,nr_bands,note\n",
            Kind::CarrierBands,
        ),
        (
            "frequency,band,technology,generation,status,note\n",
            Kind::TmobileBands,
        ),
        (
            "[ {\"mcc\": \"1\", \"bands\": null}]",
            Kind::WikipediaNetworks,
        ),
        (
            "rat,band,label,dl_channel_first,dl_channel_last\n",
            Kind::BandTable,
        ),
        (
            "band,f_ul_low,f_ul_high,f_dl_low,f_dl_high,duplex_mode\n",
            Kind::BandTable,
        ),
        ("<?xml version=\"1.0\"?><rss><channel>", Kind::MerchantFeed),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
            Kind::MerchantFeed,
        ),
        ("id\ttitle\tprice\n", Kind::MerchantFeed),
        ("# ours\n[[device]]\n", Kind::KnownDevices),
        ("[[network]]\n", Kind::KnownNetworks),
        ("[[band]]\n", Kind::KnownBands),
        (
            "MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network\n",
            Kind::MusalbasNetworks,
        ),
        (
            "{\"20201\": {\"MCC\": \"202\", \"NETWORK\": \"C\"}}",
            Kind::JbjuliaNetworks,
        ),
        (
            "canonical_id,carrier_name,mccmnc,mvno_match\n",
            Kind::AospCarriers,
        ),
        (
            "canonical_id,carrier_name,hosts_sharing_mccmnc\n",
            Kind::AospHosts,
        ),
        (
            "mcc,mnc,carrier,mvno_type,mvno_match_data\n",
            Kind::LineageApns,
        ),
        ("# from\n202\n 01 cc=\"gr\"\n", Kind::StdnumNetworks),
        ("Licence\ntac,name,name,contributor\n", Kind::OsmocomTacs),
        ("tac,name,name,contributor\n", Kind::OsmocomTacs),
        ("tac,model,model2,model3\n", Kind::SamsungTacs),
        (
            "[ {\"a\": {\"name\": \"A\", \"model\": \"B\"}}]",
            Kind::XiaomiCertified,
        ),
        (
            "{\"vendor\": \"A\", \"name\": \"B\", \"codename\": \"c\"}\n",
            Kind::LineageDevices,
        ),
        (
            "brand_file\tsection\tgroup\tmodel_code\tmarket_name\n",
            Kind::MobileModels,
        ),
        (
            "{\"status\": 200, \"data\": [{\"device_name\": \"A\"}]}",
            Kind::GsmarenaCodes,
        ),
        (
            "{\"Brand\": \"a\", \"Model Name\": \"A B\", \"Technology\": \"GSM\"}\n",
            Kind::GsmarenaSheets,
        ),
    ] {
        assert_eq!(detect("export.dat", head.as_bytes()), Some(kind), "{head}");
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(head.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(detect("export.dat", &utf16), Some(kind), "{head}");
    }
    assert_eq!(detect("export.dat", b"hello, world"), None);
    assert_eq!(detect("export.dat", b""), None);
}

#[test]
fn a_file_that_is_not_what_it_says_is_refused_with_a_way_out() {
    let unknown = read("x.csv", b"a,b\n1,2\n", None).err().expect("unknown");
    assert!(matches!(unknown, FileError::Unknown { .. }));
    assert!(unknown.to_string().contains("merchant-feed"), "{unknown}");

    let other = read("devices.toml", b"<rss></rss>", None)
        .err()
        .expect("not TOML");
    assert!(matches!(
        other,
        FileError::NotThatKind {
            kind: Kind::KnownDevices,
            ..
        }
    ));
    let text = other.to_string();
    assert!(
        text.contains("[[device]]") && text.contains("<rss>"),
        "{text}"
    );

    let forced = read("x.csv", b"a,b\n1,2\n", Some(Kind::GoogleDevices)).err();
    assert!(matches!(forced, Some(FileError::NotThatKind { .. })));

    let absent = feeds::read_file(
        std::path::Path::new("/nowhere/at/all.csv"),
        None,
        &mut crate::collect::Rows::default(),
    );
    assert!(matches!(absent, Err(FileError::Unreadable { .. })));
}
