//! The publishers' own files, where they are at hand.

use std::path::PathBuf;

use crate::collect::{Read, read};

pub fn shared(name: &str) -> Option<Vec<u8>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find the publishers' files by it"
    )]
    let folder = std::env::var("PASSBAND_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let bytes = std::fs::read(folder.join("data").join(name)).ok();
    if bytes.is_none() {
        println!("skipped: {name} is not at hand (PASSBAND_SHARED)");
    }
    bytes
}

fn survey(name: &str) -> Option<Read> {
    let bytes = shared(name)?;
    let began = std::time::Instant::now();
    let read = read(name, &bytes, None).expect(name);
    println!(
        "## {name} {:?} {:?} {:?}",
        began.elapsed(),
        read.summary,
        read.rules()
    );
    Some(read)
}

#[test]
fn survey_all() {
    for name in [
        "gms-certified/supported_devices_2025-01-20.csv.zst",
        "gms-certified/supported_devices_2022-01-18.csv.zst",
        "device-specs/xiaomi_gsmarena_2024-10.jsonl.zst",
        "networks/carrier_bands_irlbox_2026-04.csv",
        "networks/tmobile_us_bands_2015.csv",
        "networks/mcc_mnc_wikipedia_npm_1.1.11.json",
        "bands/channel_ranges_netmonster.csv",
        "bands/gsm_bands_aosp.csv",
        "bands/lte_bands_ts36104_v19.csv",
        "bands/lte_earfcn_ts36104_v19.csv",
        "bands/lte_second_source_aosp.csv",
        "bands/lte_second_source_earfcn_pkg.csv",
        "bands/lte_second_source_srsran_regions.csv",
        "bands/nr_bands_fr1_ts38104_v19.csv",
        "bands/nr_bands_fr2_ts38104_v19.csv",
        "bands/nr_second_source_srsran.csv",
        "bands/utra_bands_aosp.csv",
        "feeds/criteo_sample.xml",
        "feeds/facebook_catalog_sample_atom.xml",
        "feeds/facebook_catalog_sample_rss.xml",
        "feeds/google_sample_variants_apparel.xml",
        "feeds/smartstore_ua_google_merchant.xml",
        "feeds/sooq_alemarat_google_merchant.csv",
        "feeds/sooq_alemarat_google_merchant.xml",
        "../../main/data/known/devices.toml",
        "../../main/data/known/networks.toml",
        "../../main/data/known/bands.toml",
    ] {
        if let Some(read) = survey(name) {
            let mut seen = std::collections::BTreeMap::<_, u32>::new();
            for row in &read.rows {
                for fault in crate::collect::faults(row).iter().chain(&row.notes) {
                    let n = seen.entry(fault.rule).or_default();
                    *n += 1;
                    if *n <= 6 {
                        println!("   {fault}");
                    }
                }
            }
        }
    }
}
