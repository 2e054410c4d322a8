//! Files of every kind in pieces: what comes before the rows, the rows, what comes after.

use feeds::Kind;

use crate::collect::tar;
use crate::samples_offers;

/// A file whose rows can be told apart.
#[derive(Clone)]
pub struct Sample {
    pub kind: Kind,
    pub head: Vec<u8>,
    pub rows: Vec<Vec<u8>>,
    pub foot: Vec<u8>,
    /// The file stands in an archive, under this name.
    pub member: Option<&'static str>,
}

impl Sample {
    pub fn bytes(&self) -> Vec<u8> {
        let rows = self.rows.concat();
        [&self.head[..], &rows, &self.foot].concat()
    }

    /// As it is shipped.
    pub fn shipped(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.member {
            None => bytes,
            Some(name) => {
                let mut archive =
                    crate::collect::tar_member(name, b'0', bytes.len() as u64, &bytes);
                archive.extend_from_slice(&tar(&[]));
                archive
            }
        }
    }
}

const ROWS: usize = 24;

/// Kind, head, a row with `#` for its number, foot, and the file's name in an archive.
pub type Pattern = (
    Kind,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const PATTERNS: [Pattern; 35] = [
    (
        Kind::BlockedDevices,
        "imei,reason,since,reported_by\n",
        "867634020000#,lost,2026-01-31,a shop\n",
        "",
        None,
    ),
    (
        Kind::ApprovedDevices,
        "TAC,Model Code,Status,Approved on,Software\n",
        "867634#,20150#,Approved,2016-05-03,V8.# and later\n",
        "",
        None,
    ),
    (
        Kind::ApprovedDevices,
        "[\n",
        "{\"brand\": \"Acme\", \"model\": \"A#\", \"result\": \"refused\", \"approval date\": \"1 May 2016\"},\n",
        "]\n",
        None,
    ),
    (
        Kind::GoogleDevices,
        "Retail Branding,Marketing Name,Device,Model\r\n",
        "Acme,\"P \"\"#\"\"\",p#,P#\r\n",
        "",
        None,
    ),
    (
        Kind::XiaomiSpecs,
        "",
        "{\"name\": \"Xiaomi A#\", \"codenames\": [\"a#\"], \"specs\": {\"Network\": {\"Technology\": \"GSM / HSPA / LTE\", \
         \"2G bands\": \"GSM 850 / 900 - SIM 1\", \"3G bands\": \"HSDPA 800 / 1700(AWS)\", \"4G bands\": \"1, 3, # - Global\"}}}\n",
        "",
        None,
    ),
    (
        Kind::CarrierBands,
        "country,carrier,lte_bands,nr_bands,note\n",
        "Germany,A#,B1|B3,n78,\"x, y\"\n",
        "",
        None,
    ),
    (
        Kind::TmobileBands,
        "frequency,band,technology,generation,status,note\n",
        "1900 MHz,#,LTE,4G,In Service,x\n",
        "",
        None,
    ),
    (
        Kind::WikipediaNetworks,
        "[\n",
        " {\"mcc\": \"3#\", \"mnc\": \"260\", \"countryCode\": \"US\", \"brand\": \"T\", \"status\": \"Operational\",\n  \
         \"bands\": \"GSM 1900 / TD-LTE 2600 / 5G\", \"notes\": \"UMTS shut down 31 Dec 2021\"},\n",
        "]\n",
        None,
    ),
    (
        Kind::BandTable,
        "band,f_ul_low,f_ul_high,f_dl_low,f_dl_high,duplex_mode\n",
        "B#,19#,20#,21#,22#,FDD\n",
        "",
        None,
    ),
    (
        Kind::MerchantFeed,
        "<rss xmlns:g='x'><channel>\n",
        "<item><g:id>s#</g:id><title><![CDATA[T]]>&amp;#</title>\n<g:price>1.50 USD</g:price>\
         <g:availability>in stock</g:availability><link href='https://x'/></item>\n",
        "</channel></rss>\n",
        None,
    ),
    (
        Kind::MerchantFeed,
        "id\ttitle\tprice\tavailability\tquantity\n",
        "s#\tT #\t1 USD\tin stock\t3\n",
        "",
        None,
    ),
    (
        Kind::MerchantFeed,
        "id,title,price,availability\n",
        "s#,\"T, two\nlines\",1 USD,in stock\n",
        "",
        None,
    ),
    (
        Kind::KnownDevices,
        "",
        "[[device]]\nbrand = \"A\"\nmodel = \"B#\"\nlte = [3]\nsource = { title = \"t\", dated = \"2015\" }\n",
        "",
        None,
    ),
    (
        Kind::KnownNetworks,
        "",
        "[[network]]\nid = \"a#\"\nname = \"A\"\noperator = \"A\"\ncountry = \"US\"\n[[network.declaration]]\n\
         lte_mhz = [1900]\nvalid_from = 2015-01-01\nsource = { title = \"t\" }\n",
        "",
        None,
    ),
    (
        Kind::KnownBands,
        "",
        "[[band]]\ntechnology = \"nr\"\nname = \"n#\"\nuplink_mhz = [663, 698.5]\nduplex = \"FDD\"\n",
        "",
        None,
    ),
    (
        Kind::MusalbasNetworks,
        "MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network\n",
        "310,784,#,47,us,\"A, B\",1,T#\n",
        "",
        None,
    ),
    (
        Kind::JbjuliaNetworks,
        "{\n",
        " \"202#\": {\n \"ISO\": \"gr\",\n \"MCC\": \"202\",\n \"MNC\": \"#\",\n \"NETWORK\": \"C\"\n },\n",
        "}\n",
        None,
    ),
    (
        Kind::StdnumNetworks,
        "# c\n202\n",
        " # bands=\"GSM 900 / LTE\" cc=\"gr\" operator=\"A\"\n",
        "",
        None,
    ),
    (
        Kind::OsmocomTacs,
        "A sentence on the licence\r\ntac,name,name,contributor,comment,gsmarena,gsmarena,aka\r\n",
        "867634#,Xiaomi,Mi 4i,x,,,,\"Mi 4i 16GB,F\"\r\n",
        "",
        None,
    ),
    (
        Kind::SamsungTacs,
        "tac,model,model2,model3\n",
        "356471#,SM-A705F,SM-A705W\n",
        "",
        None,
    ),
    (
        Kind::XiaomiCertified,
        "[\n",
        " {\n  \"f#\": {\n   \"name\": \"Mi #\",\n   \"model\": \"Mi #\"\n  }\n },\n",
        "]\n",
        None,
    ),
    (
        Kind::GsmarenaSheets,
        "",
        "{\"Brand\": \"acme\", \"Model Name\": \"Acme A#\", \"Technology\": \"GSM / LTE\", \"2G bands\": \"GSM 900\", \
         \"4G bands\": \"LTE 800 / 1800\", \"Models\": \"A1, A#\", \"Status\": \"Available. Released 2015, April\"}\n",
        "",
        None,
    ),
    (
        Kind::AospCarriers,
        "canonical_id,carrier_name,parent_canonical_id,parent_name,mccmnc,mvno_match\n",
        "#,T#,,,3102#,gid1=6901|01;spn=x\n",
        "",
        None,
    ),
    (
        Kind::AospCarrierList,
        "# a list\n",
        "carrier_id {\n  canonical_id: #\n  carrier_name: \"T\\x41#\"\n  carrier_attribute {\n    mccmnc_tuple: \"3102#\"\n    \
         gid1: '01'\n  }\n}\n",
        "version: 1\n",
        None,
    ),
    (
        Kind::AospHosts,
        "canonical_id,carrier_name,mccs,hosts_sharing_mccmnc\n",
        "#,U#,311,1839:V|1:T - US\n",
        "",
        None,
    ),
    (
        Kind::AospCarrierConfig,
        "<?xml version='1.0'?>\n<carrier_config_list>\n",
        "<carrier_config gid1='#'>\n<boolean name='carrier_volte_available_bool' value='true'/>\n</carrier_config>\n",
        "</carrier_config_list>\n",
        Some("carrier_config_mccmnc_311480.xml"),
    ),
    (
        Kind::AospCarrierFlags,
        "file,filter,carrier_volte_available_bool,carrier_wfc_ims_available_bool\n",
        "carrier_config_carrierid_#_A B.xml,,true,\n",
        "",
        None,
    ),
    (
        Kind::LineageApns,
        "country,mcc,mnc,carrier,carrier_id,apn,type,mvno_type,mvno_match_data\n",
        "US,310,240,Mint#,,w,\"default,supl\",gid,756D\n",
        "",
        None,
    ),
    (
        Kind::LineageApnFiles,
        "<?xml version='1.0'?>\n<apns version='8'>\n",
        "<apn mcc='310'\n mnc='240' carrier='Mint#' apn='x' mvno_type='gid' mvno_match_data='#'/>\n",
        "</apns>\n",
        Some("US.xml"),
    ),
    (
        Kind::MobileProviders,
        "<?xml version='1.0'?>\n<!DOCTYPE serviceproviders SYSTEM 'x.dtd'>\n<serviceproviders>\n<country code='us'>\n",
        "<provider>\n<name>T#</name>\n<gsm><network-id mcc='310' mnc='#'/><apn value='x'><name>y</name></apn></gsm>\n\
         </provider>\n",
        "</country>\n</serviceproviders>\n",
        None,
    ),
    (
        Kind::LineageDevices,
        "",
        "{\"vendor\": \"A\", \"name\": \"B#\", \"codename\": \"c#\", \"models\": [\"B1\"], \"release\": \"2016-04\"}\n",
        "",
        None,
    ),
    (
        Kind::MobileModels,
        "brand_file\tsection\tgroup\tmodel_code\tmarket_name\n",
        "xiaomi_en\tPhones\t[`X#`] Mi # (`ferrari#`)\t20150#\tMi # Global\n",
        "",
        None,
    ),
    (
        Kind::GsmarenaCodes,
        "{\n \"status\": 200,\n \"data\": [\n",
        "  {\"device_name\": \"G#\", \"key\": \"nokia_g#-1\", \"models\": [\"TA-#\"]},\n",
        " ]\n}\n",
        None,
    ),
    (
        Kind::BandTable,
        "rat,band,label,dl_channel_first,dl_channel_last\n",
        "NR,#,600,1234#,1304#\n",
        "",
        None,
    ),
    (
        Kind::MerchantFeed,
        "<feed xmlns='http://www.w3.org/2005/Atom'>\n",
        "<entry><id>s#</id><title>T #</title><price>1.50 USD</price><availability>in stock</availability></entry>\n",
        "</feed>\n",
        None,
    ),
];

/// A file of each kind, some kinds in several forms; `first` numbers its rows.
pub fn samples() -> Vec<Sample> {
    let patterns = PATTERNS.iter().chain(&samples_offers::PATTERNS);
    let samples = patterns.map(|(kind, head, row, foot, member)| {
        let rows = (10..10 + ROWS).map(|number| {
            let row = row.replace('#', &number.to_string());
            let row = if *kind == Kind::BlockedDevices {
                with_check_digit(&row)
            } else {
                row
            };
            row.into_bytes()
        });
        Sample {
            kind: *kind,
            head: head.as_bytes().to_vec(),
            rows: rows.collect(),
            foot: foot.as_bytes().to_vec(),
            member: *member,
        }
    });
    samples.collect()
}

/// A row that begins with the 14 digits of a made-up unit, with the check digit that makes them an IMEI.
fn with_check_digit(row: &str) -> String {
    let (digits, rest) = row.split_at(14);
    let mut whole = (0..10).map(|check| format!("{digits}{check}"));
    let imei = whole.find(|imei| imei.parse::<domain::number::Imei>().is_ok());
    format!("{}{rest}", imei.expect("one of ten"))
}
