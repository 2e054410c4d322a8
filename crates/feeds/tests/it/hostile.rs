//! Files made to hurt: each is read to its end, within limits, and says what was wrong.
//!
//! Sizes are such that work that grows with the square of the file would not go unnoticed.

use feeds::Kind;

use crate::collect::read;

const SIZE: usize = 256 * 1024;

fn filled(with: &str) -> String {
    with.repeat(SIZE / with.len())
}

/// Reads `text`; the rules broken, each once.
fn rules(kind: Kind, text: &str) -> Vec<&'static str> {
    let read = read("f", text.as_bytes(), Some(kind)).expect("readable as a whole");
    read.rules().into_keys().collect()
}

#[test]
fn tables_made_to_hurt() {
    let table = |rows: &str| {
        let head = "Retail Branding,Marketing Name,Device,Model\n";
        rules(Kind::GoogleDevices, &format!("{head}{rows}"))
    };
    assert_eq!(table(&filled("\"\n")), ["row.columns"]);
    // Every second quote closes the one before it, so one more stays open.
    let pairs = filled("a,\"b\na,\"b\n");
    assert_eq!(table(&pairs), ["row.columns"]);
    assert_eq!(
        table(&format!("{pairs}a,\"b\n")),
        ["row.columns", "row.unclosed_quote"]
    );
    assert_eq!(table(&filled(",")), ["row.columns"]);
    assert_eq!(table(&filled(",").repeat(5)), ["row.too_long"]);
    let wide = format!(
        "Retail Branding,Marketing Name,Device,Model{}\n1\n",
        filled(",a")
    );
    assert!(read("f", wide.as_bytes(), Some(Kind::GoogleDevices)).is_ok());
}

#[test]
fn feeds_made_to_hurt() {
    let feed = |inside: &str| rules(Kind::MerchantFeed, &format!("<rss>{inside}"));
    assert_eq!(feed(&filled("<item>")), ["xml.unclosed_item"]);
    assert_eq!(feed(&filled("<item a=\"")), ["xml.unclosed_tag"]);
    assert_eq!(feed(&filled("<!--")), ["xml.unclosed_tag"]);
    assert_eq!(feed(&filled("<")), [""; 0]);
    let item = |inside: &str| feed(&format!("<item>{inside}</item>"));
    assert!(item(&filled("<a/>")).contains(&"xml.too_many_fields"));
    assert!(item(&format!("<id>{}</id>", filled("&lt;"))).contains(&"field.too_long"));
    assert!(item(&filled("&x;")).contains(&"row.more_faults"));
}

#[test]
fn lists_and_pages_made_to_hurt() {
    let groups: String = (0..SIZE / 8).map(|key| format!("\"{key}\":[],")).collect();
    let ended = format!("{{\"phone\":[{{\"deviceName\":[],{groups}\"z\":[]}}]}}");
    assert_eq!(rules(Kind::XiaomiEnded, &ended), ["json.too_many_keys"]);
    let names = format!("{{\"a_global\": \"b c\",{}", filled("\"a\n"));
    assert!(rules(Kind::XiaomiNames, &names).contains(&"json.given_up"));
    let page = |inside: &str| {
        rules(
            Kind::MobileModelsPages,
            &format!("# A\n- codename: x\n## B\n{inside}"),
        )
    };
    assert_eq!(page(&filled("`a` ")), ["brand.missing", "name.missing"]);
    assert_eq!(page(&filled("`")), ["brand.missing", "name.missing"]);
    let blank = format!("{}: x", filled("` `"));
    assert!(page(&blank).contains(&"row.more_faults"));
    let nested = format!("{{\\\"name\\\":\\\"x\\\",\\\"a\\\":[{}0]}}", filled("0,"));
    let example = format!("{{\"types\":\"\",\"json_text\":\"{nested}\"}}");
    assert_eq!(
        rules(Kind::SchemaOrgExamples, &example),
        ["json.too_many_values", "offer.none"]
    );
    let cell = filled(r"\x41");
    let raw = format!("Brand,Model Name,Technology\nb'a',b'A {cell}',b'GSM'\n");
    assert_eq!(rules(Kind::GsmarenaRaw, &raw), ["bands.missing"]);
    let countries = filled("US;");
    let sales = format!("csc,countries,carriers\nA,{countries},\n");
    assert_eq!(rules(Kind::SamsungSalesCodes, &sales), [""; 0]);
}

#[test]
fn json_made_to_hurt() {
    let array = |inside: &str| {
        rules(
            Kind::WikipediaNetworks,
            &format!("[\"mcc\", \"bands\", {inside}"),
        )
    };
    assert!(array(&filled("{[")).contains(&"json.too_deep"));
    assert!(array(&filled("{]\n{")).contains(&"json.given_up"));
    assert!(array(&filled("{\"a\n")).contains(&"json.given_up"));
    let cells = filled("GSM 1/");
    let notes = filled("UMTS shut;");
    let row = format!("{{\"mcc\": \"310\", \"mnc\": \"260\", \"bands\": \"{cells}\"}}");
    assert!(array(&row).contains(&"bands.not_a_frequency"));
    let row = format!("{{\"mcc\": \"310\", \"mnc\": \"260\", \"notes\": \"{notes}\"}}");
    assert!(array(&row).contains(&"row.more_faults"));
    let codes: String = (0..SIZE / 8).map(|code| format!("{code},")).collect();
    let sheet =
        format!("{{\"name\": \"Xiaomi x\", \"specs\": {{\"Misc\": {{\"Models\": \"{codes}\"}}}}}}");
    assert_eq!(rules(Kind::XiaomiSpecs, &sheet), ["network.missing"]);
}

#[test]
fn lists_of_codes_made_to_hurt() {
    let object = |inside: &str| {
        rules(
            Kind::JbjuliaNetworks,
            &format!("{{\"MCC\":\"NETWORK\",{inside}"),
        )
    };
    assert!(object(&filled("\"a\":{[")).contains(&"json.too_deep"));
    assert!(object(&filled("\"a\": {\n]\n")).contains(&"json.given_up"));
    assert!(object(&filled("\"a\n")).contains(&"json.malformed"));
    assert!(object(&filled("\"a\"")).contains(&"json.malformed"));
    assert!(object(&format!("\"{}", filled("a"))).contains(&"json.cut_off"));
    assert!(object(&filled("\"a\":{\n").repeat(3)).contains(&"json.too_deep"));
    let tree = |inside: &str| rules(Kind::StdnumNetworks, &format!("202\n 01 {inside}"));
    assert_eq!(tree(&filled("a=\" ")), ["name.missing"]);
    assert_eq!(tree(&format!("a=\"{}", filled("\" a"))), ["row.malformed"]);
    assert_eq!(
        tree(&format!("a=\"{}", filled("\" a=\""))),
        ["row.malformed"]
    );
    assert_eq!(tree(&filled("a").repeat(5)), ["row.too_long"]);
}

#[test]
fn written_down_tables_made_to_hurt() {
    let table = |inside: &str| rules(Kind::KnownDevices, &format!("[[device]]\n{inside}"));
    for inside in [
        filled("["),
        format!("x={}", filled("[")),
        format!("x={}", filled("{a=")),
        format!("{}=1", filled("a.")),
        filled("a=\n"),
    ] {
        assert!(table(&inside).contains(&"toml.malformed"));
    }
    assert!(table(&filled("[[device]]\n")).contains(&"source.missing"));
    assert_eq!(table(&filled("# nothing\n").repeat(5)), ["toml.too_long"]);
}

#[test]
fn code_lists_made_to_hurt() {
    let osmocom = |rows: &str| {
        let head = "tac,name,name,contributor,comment,gsmarena,gsmarena,aka\n";
        rules(Kind::OsmocomTacs, &format!("{head}{rows}"))
    };
    let same = filled("86763402,Xiaomi,Mi 4i,,,,,\n");
    assert_eq!(osmocom(&same), ["tac.repeated"]);
    assert_eq!(osmocom(&filled("\"\n")), ["row.columns"]);
    let long = filled("9");
    assert_eq!(osmocom(&format!("{long},A,B,,,,,\n")), ["tac.malformed"]);

    let samsung = |rows: &str| {
        let head = "tac,model,model2\n";
        rules(Kind::SamsungTacs, &format!("{head}{rows}"))
    };
    assert_eq!(samsung(&filled("2\n")), ["code.missing", "tac.digits_lost"]);
    assert_eq!(samsung(&filled(",")), ["row.columns"]);

    let certified = |inside: &str| {
        rules(
            Kind::XiaomiCertified,
            &format!("[\"name\", \"model\", {inside}"),
        )
    };
    assert!(certified(&filled("{\"a\": {}},")).contains(&"json.cut_off"));
    let keys: String = (0..SIZE / 16)
        .map(|key| format!("\"{key}\": {{}},"))
        .collect();
    let many = format!("{{{keys} \"a\": {{}}}}]");
    assert!(certified(&many).contains(&"json.not_one_key"));
}

#[test]
fn sheets_made_to_hurt() {
    let sheet = |fields: &str| {
        let head = "{\"Brand\": \"a\", \"Model Name\": \"A B\", \"Technology\": \"GSM / LTE\"";
        rules(Kind::GsmarenaSheets, &format!("{head}, {fields}}}\n"))
    };
    let bands = filled("1, 2, x, ");
    let lists = format!("\"4G bands\": \"{bands}\", \"info\": \"{bands}\", \"_1\": \"{bands}\"");
    assert_eq!(sheet(&lists), ["bands.unread", "row.more_faults"]);
    assert_eq!(
        sheet(&format!("\"Models\": \"{}\"", filled("a,"))),
        ["bands.missing"]
    );
    let broken = filled("{\"Model Name\": \"\", \"Technology\": 1\n");
    assert_eq!(rules(Kind::GsmarenaSheets, &broken), ["json.malformed"]);
}

#[test]
fn model_lists_made_to_hurt() {
    let head = "brand_file\tsection\tgroup\tmodel_code\tmarket_name\n";
    let group = filled("(`a");
    let row = format!("{head}xiaomi\tx\t{group})\tA1\tA\n");
    assert_eq!(rules(Kind::MobileModels, &row), [""; 0]);
    let models: String = (0..SIZE / 8).map(|code| format!("\"{code}\",")).collect();
    let entry = format!(
        "{{\"vendor\": \"A\", \"name\": \"B\", \"codename\": \"c\", \"models\": [{models} 1, \"b\"]}}\n"
    );
    assert_eq!(rules(Kind::LineageDevices, &entry), ["field.not_text"]);
}

#[test]
fn an_array_that_is_never_there_is_looked_for_once() {
    let codes = |inside: &str| {
        let head = "{\"device_name\": 1, \"data\"";
        rules(Kind::GsmarenaCodes, &format!("{head}{inside}"))
    };
    assert_eq!(codes(&filled(": \"data\"")), ["json.cut_off"]);
    assert_eq!(codes(&filled(": [{\"data\": ")), ["json.too_deep"]);
}
