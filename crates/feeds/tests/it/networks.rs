//! Networks: the carriers' list, the list of 2015, the list from Wikipedia; and band tables.

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

fn radio(network: &NetworkFact) -> Vec<String> {
    lists(&network.radio)
}

#[test]
fn a_carriers_lists_are_whole_sets_unless_a_word_was_lost() {
    let read = good(
        "c.csv",
        "country,carrier,lte_bands,nr_bands,note\n\
         United States,Acme,B2|B66,n41|n260,\"mid-band, mostly\"\n\
         Freedonia,Duck,B1|700,,\n\
         Germany,,B1,n1,\n\
         Germany,Bell,B1\n",
    );
    let found = networks(&read);
    assert_eq!(found.len(), 2);
    assert_eq!(
        radio(found[0]),
        ["LTE [B2, B66] whole", "NR [n41, n260] whole"]
    );
    assert_eq!(
        found[0].country.map(|c| c.to_string()).as_deref(),
        Some("US")
    );
    assert_eq!(radio(found[1]), ["LTE [B1] partial", "NR [] whole"]);
    assert_eq!(found[1].country, None);
    assert_eq!(
        read.remarks(),
        [
            "3:lte_bands:bands.unread",
            "3:country:country.unknown",
            "4:carrier:name.missing",
            "5::row.columns",
        ]
    );
}

#[test]
fn rows_in_service_are_together_one_networks_whole_set() {
    let head = "frequency,band,technology,generation,status,note\n";
    let read = good(
        "t.csv",
        &format!(
            "{head}850 MHz,5,GSM/EDGE,2G,Roaming,\n\
             1900 MHz,2,GSM/GPRS/EDGE,2G,In Service,\n\
             1700/2100 MHz AWS,4,UMTS/HSPA+ up to 42 Mbit/s,3G/4G,In Service/Building out,\n\
             700 MHz Block A,12,LTE,4G,In Service,\n5 GHz,,LTE,4G,Planned,\n"
        ),
    );
    let found = networks(&read);
    assert_eq!(found.len(), 1);
    assert_eq!(
        radio(found[0]),
        ["GSM [1900] whole", "UMTS [B4] whole", "LTE [B12] whole"]
    );
    assert_eq!(
        read.rows[1].outcome.as_ref().map(Vec::len),
        Ok(1),
        "with the first that counts"
    );
    assert_eq!(
        read.remarks(),
        [
            "2:status:band.not_in_service",
            "4:band:band.joined",
            "5:band:band.joined",
            "6:status:band.not_in_service",
        ]
    );
    let broken = good(
        "t.csv",
        &format!("{head}1900,2,GSM,2G,In Service,\n700,,LTE,4G,In Service,\n"),
    );
    assert_eq!(
        radio(networks(&broken)[0]),
        ["GSM [1900] partial", "UMTS [] partial", "LTE [] partial"],
        "a row that could not be read may have held a band"
    );
}

fn row(extra: &str) -> String {
    format!(
        "{{\n\"type\": \"National\", \"countryCode\": \"US\", \"mcc\": \"310\", \"mnc\": \"02\",\n\
         \"brand\": \"T\", \"operator\": \"T Inc\", \"status\": \"Operational\", {extra}\n}}"
    )
}

fn wikipedia(extra: &str) -> Read {
    good("w.json", &format!("[\n{}\n]\n", row(extra)))
}

#[test]
fn frequencies_are_kept_as_printed_and_never_whole() {
    let read = wikipedia("\"bands\": \"GSM 1900 / LTE 1700 / LTE 2500 / 5G\", \"notes\": null");
    let network = networks(&read)[0];
    assert_eq!(
        radio(network),
        [
            "GSM [1900] partial",
            "LTE [B41, 1700 MHz] partial",
            "NR [] partial"
        ]
    );
    assert_eq!(network.plmns[0].to_string(), "310-02");
    assert_eq!(
        (network.name.as_str(), network.operator.as_str()),
        ("T", "T Inc")
    );
    assert_eq!(read.remarks(), ["2:bands:bands.no_frequency"]);
}

#[test]
fn a_shutdown_that_is_plainly_stated_is_a_fact_of_its_own_time() {
    let read = wikipedia(
        "\"bands\": \"GSM 1900 / LTE 700\", \
         \"notes\": \"Former X. UMTS shut down July 2022, GSM to shut down Apr 2024.\"",
    );
    let [main, ended] = networks(&read)[..] else {
        panic!("two facts");
    };
    assert_eq!(radio(main), ["GSM [1900] partial", "LTE [700 MHz] partial"]);
    assert_eq!(main.valid, None);
    assert_eq!(radio(ended), ["UMTS [] whole"]);
    let valid = ended.valid.expect("a time of its own");
    assert_eq!(
        valid.from.map(|at| at.date()).as_deref(),
        Some("2022-08-01")
    );
    assert_eq!((valid.until, &ended.plmns), (None, &main.plmns));
    assert_eq!(read.remarks(), ["2:notes:shutdown.planned"]);

    let listed = wikipedia("\"bands\": \"UMTS 2100\", \"notes\": \"UMTS shut down 2021\"");
    assert_eq!(listed.facts().len(), 1);
    assert_eq!(listed.remarks(), ["2:notes:shutdown.contradicted"]);
    let later = wikipedia("\"bands\": \"LTE 700\", \"notes\": \"UMTS shut down Mar 2026\"");
    assert_eq!(later.facts().len(), 1);
    assert_eq!(later.remarks(), ["2:notes:shutdown.planned"]);
}

#[test]
fn a_network_out_of_service_has_a_name_and_no_bands() {
    let text = row("\"bands\": \"GSM 900 / UMTS 2100\", \"notes\": \"GSM shut down 2018\"");
    let text = text.replace("Operational", "Not operational");
    let read = good("w.json", &format!("[{text}]"));
    let found = networks(&read);
    assert_eq!(radio(found[0]), [""; 0]);
    assert_eq!(radio(found[1]), ["GSM [] whole"]);
    assert_eq!(read.remarks(), ["1:status:network.not_in_service"]);
}

#[test]
fn broken_elements_cost_themselves_and_lines_stay_right() {
    let good_row = row("\"bands\": \"Unknown\", \"notes\": null");
    let odd_code = good_row.replace("\"02\"", "\"100 - 190\"");
    let no_comma = good_row.replace("\"T\",", "\"T\"");
    let read = good(
        "w.json",
        &format!("[\n{good_row},\n{odd_code},\n{no_comma},\n7,\n{good_row}"),
    );
    let outcomes: Vec<(u64, bool)> = read
        .rows
        .iter()
        .map(|row| (row.line, row.outcome.is_ok()))
        .collect();
    assert_eq!(
        outcomes,
        [
            (2, true),
            (6, false),
            (10, false),
            (14, false),
            (15, true),
            (18, false)
        ]
    );
    assert_eq!(
        read.remarks(),
        [
            "2:bands:bands.no_band",
            "6:mnc:plmn.not_a_code",
            "12::json.malformed",
            "14::json.not_an_object",
            "15:bands:bands.no_band",
            "18::json.cut_off",
        ]
    );
}

#[test]
fn each_band_table_is_read_as_its_columns_are() {
    let bands = |text: &str| -> Vec<String> {
        let read = good("b.csv", text);
        let facts = read.facts().into_iter();
        facts
            .map(|fact| match fact {
                Fact::Band(b) => format!(
                    "{} {} up {:?} {:?} down {:?} {:?} {} {:?}",
                    b.band,
                    b.label,
                    b.uplink_khz,
                    b.uplink_channels,
                    b.downlink_khz,
                    b.downlink_channels,
                    b.duplex,
                    b.region
                ),
                other => panic!("no band: {other:?}"),
            })
            .collect()
    };
    assert_eq!(
        bands(
            "band,f_ul_low,f_ul_high,f_dl_low,f_dl_high,duplex_mode\n\
             B2,1850,1910,1930,1990,FDD\nB29,N/A,N/A,717,728,FDD\nn99,1626.5,1660.5,N/A,N/A,SUL\n\
             n1,1920,1080,2110,2170,FDD\n"
        ),
        [
            "LTE B2 B2 up Some((1850000, 1910000)) None down Some((1930000, 1990000)) None FDD None",
            "LTE B29 B29 up None None down Some((717000, 728000)) None FDD None",
            "NR n99 n99 up Some((1626500, 1660500)) None down None None SUL None",
            "NR n1 n1 up None None down Some((2110000, 2170000)) None FDD None",
        ]
    );
    assert_eq!(
        bands(
            "band,f_dl_low,dl_offset,dl_first,dl_last,f_ul_low,ul_offset,ul_first,ul_last\n\
             B1,2110,0,0,599,1920,18000,18000,18599\n"
        ),
        [
            "LTE B1 B1 up Some((1920000, 1980000)) Some((18000, 18599)) \
          down Some((2110000, 2170000)) Some((0, 599))  None"
        ]
    );
    assert_eq!(
        bands(
            "band,dl_low_mhz,dl_earfcn_first,ul_earfcn_first,duplex_spacing_mhz,geo_area\n2,1930,600,18600,80,NAR\n"
        ),
        ["LTE B2 2 up None None down None None  Some(\"NAR\")"]
    );
    assert_eq!(
        bands(
            "rat,band,label,dl_channel_first,dl_channel_last\nGSM,,1800/1900,512,810\nNR,71,600,123400,130400\n"
        ),
        ["NR n71 600 up None None down None Some((123400, 130400))  None"]
    );
    assert_eq!(
        bands(
            "band,arfcn_first,arfcn_last,ul_first_channel_mhz,ul_last_channel_mhz,dl_first_channel_mhz,\
             dl_last_channel_mhz,duplex_spacing_mhz_in_source\nPCS1900,512,810,1850.2,1909.8,1930.2,1989.8,80\n"
        ),
        [
            "GSM 1900 PCS1900 up Some((1850200, 1909800)) Some((512, 810)) \
          down Some((1930200, 1989800)) Some((512, 810))  None"
        ]
    );
    let umts = "band,f_ul_low,f_ul_high,f_dl_low,f_dl_high,duplex_mode,dl_offset_khz,dl_uarfcn_first,\
                dl_uarfcn_last,ul_offset_khz,ul_uarfcn_first,ul_uarfcn_last\n";
    assert_eq!(
        bands(&format!(
            "{umts}9,1749.9,1784.9,1844.9,1879.9,FDD,0,9327,9837,0,8762,8912\nA,1900,1920,1900,1920,TDD,,,,,,\n"
        )),
        ["UMTS B9 9 up Some((1749900, 1784900)) Some((8762, 8912)) \
          down Some((1844900, 1879900)) None FDD None"]
    );
}

#[test]
fn what_differs_from_the_standard_is_set_aside_with_a_note() {
    let remarks = |text: &str| good("t.csv", text).remarks();
    assert_eq!(
        remarks(
            "band,dl_low_khz,dl_earfcn_first,dl_earfcn_last,ul_low_khz,ul_earfcn_first,ul_earfcn_last\n\
             14,758000,5280,5379,788000,23230,23379\n2,1930000,600,1199,1850000,18600,19199\n\
             47,5855000,54540,55239,5855000,54540,55239\n"
        ),
        [
            "2:ul_earfcn_first:band.not_as_in_3gpp",
            "4:band:band.not_in_3gpp",
        ]
    );
    assert_eq!(
        remarks(
            "band,dl_low_mhz,dl_high_mhz,dl_earfcn_first,ul_earfcn_first,duplex_spacing_mhz\n\
             6,875,875,2650,20650,45\n22,3500,3590,6600,24600,100\n33,1900,1920,36000,0,0\n3,1805,1880,1,19200,95\n"
        ),
        [
            "2:dl_low_mhz:band.no_width",
            "3:dl_low_mhz:band.not_as_in_3gpp",
            "5:dl_earfcn_first:band.not_as_in_3gpp",
        ]
    );
    assert_eq!(
        remarks(
            "band,dl_low_mhz,dl_earfcn_first,ul_earfcn_first,duplex_spacing_mhz,geo_area\n\
             22,3500,6600,24600,100,NA\n72,0,68936,133472,0,NAR\n29,717,9660,0,0,NAR\n"
        ),
        ["2:dl_low_mhz:band.not_as_in_3gpp", "3:dl_low_mhz:band.zero",]
    );
}
