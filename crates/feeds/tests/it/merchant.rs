//! Product feeds: the four forms say the same, and what is broken costs as little as can be.

use feeds::{Availability, Fact, ItemFact};

use crate::collect::{Read, good, read};

fn items(read: &Read) -> Vec<&ItemFact> {
    let facts = read.facts().into_iter();
    facts
        .map(|fact| match fact {
            Fact::Item(item) => &**item,
            other => panic!("no item: {other:?}"),
        })
        .collect()
}

const CSV: &str = "id,title,description,link,image_link,availability,price,brand,gtin,mpn,condition,\
                   google_product_category,quantity,software_build\n\
                   A1,Mi 4i,\"5 inch, white\",https://x.example/a?b=1&c,https://x.example/a.png,in stock,\
                   119.00 USD,Xiaomi,698615070527,2015015,new,267,7,V8.2.5.0.LXIMIDD\n";

const RSS: &str = "<?xml version=\"1.0\"?>\n<rss xmlns:g=\"http://base.google.com/ns/1.0\"><channel>\
    <title>Shop</title><link>https://x.example</link>\n<item><g:id>A1</g:id><title>Mi 4i</title>\
    <description><![CDATA[5 inch, white]]></description><link>https://x.example/a?b=1&amp;c</link>\
    <g:image_link>https://x.example/a.png</g:image_link><g:availability>in_stock</g:availability>\
    <g:price>119.00 USD</g:price><g:brand>Xiaomi</g:brand><g:gtin>698615070527</g:gtin>\
    <g:mpn>2015015</g:mpn><g:shipping><g:country>US</g:country><g:price>0 USD</g:price></g:shipping>\
    <g:google_product_category>267</g:google_product_category><g:quantity>7</g:quantity>\
    <g:software_build>V8.2.5.0.LXIMIDD</g:software_build></item></channel></rss>";

#[test]
fn all_forms_of_a_feed_say_the_same() {
    let csv = good("f.csv", CSV);
    let item = items(&csv)[0];
    assert_eq!(item.price.to_string(), "119.00 USD");
    assert_eq!(
        (item.quantity, item.availability),
        (Some(7), Availability::InStock)
    );
    let build = item.build.as_ref().map(ToString::to_string);
    assert_eq!(build.as_deref(), Some("V8.2.5.0.LXIMIDD"));
    assert_eq!(item.link, "https://x.example/a?b=1&c");
    assert_eq!(item.description, "5 inch, white");
    let tsv = CSV
        .replace("\"5 inch, white\"", "5 inch; white")
        .replace(',', "\t");
    let tsv = tsv.replace("5 inch; white", "5 inch, white");
    let atom = RSS
        .replace("rss xmlns", "feed xmlns")
        .replace("/rss", "/feed")
        .replace("item>", "entry>")
        .replace(
            "<link>https://x.example/a?b=1&amp;c</link>",
            "<link href='https://x.example/a?b=1&amp;c'/>",
        )
        .replace("description>", "summary>");
    for (name, text) in [
        ("f.tsv", tsv.as_str()),
        ("f.xml", RSS),
        ("f.xml", &RSS.replace("g:", "")),
        ("f.xml", &atom),
    ] {
        let other = good(name, text);
        assert_eq!(items(&other), [item], "{text}");
        assert_eq!(other.remarks(), [""; 0], "{text}");
    }
}

#[test]
fn what_an_offer_needs_is_a_fault_and_the_rest_is_a_note() {
    let head =
        "id,title,price,availability,condition,link,gtin,sale_price,quantity,software_build\n";
    let rows = [
        ",T,1 USD,in stock,new,,,,,",
        "1,,1 USD,in stock,new,,,,,",
        "2,T,free,in stock,new,,,,,",
        "3,T,-1 USD,in stock,new,,,,,",
        "4,T,1 USD,maybe,new,,,,,",
        "5,T,1 USD,,new,,,,,",
        "6,T,1 USD,in stock,mint,,,,,",
        "7,T,2 USD,out of stock,,javascript:x,123,3 USD,-1,\u{2603}",
        "7,T,2 USD,preorder,used,,,1.50 EUR,,",
        "8,T,2 USD,backorder,refurbished,HTTPS://x.example,,1.50\u{a0}USD,0,",
    ];
    let read = good("f.csv", &format!("{head}{}\n", rows.join("\n")));
    assert_eq!(
        read.remarks(),
        [
            "2:id:id.missing",
            "3:title:title.missing",
            "4:price:price.not_money",
            "5:price:price.negative",
            "6:availability:availability.unknown",
            "7:availability:availability.missing",
            "8:condition:condition.unknown",
            "9:link:link.not_an_address",
            "9:gtin:gtin.invalid",
            "9:sale_price:sale_price.not_lower",
            "9:software_build:software_build.invalid",
            "9:quantity:quantity.not_a_count",
            "10:id:id.repeated",
            "10:sale_price:sale_price.currency",
        ]
    );
    let found = items(&read);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].quantity, found[0].gtin.as_deref()), (None, None));
    assert_eq!(
        found[0].condition.name(),
        "new",
        "an item without a condition is new"
    );
    assert_eq!(
        found[1].sale_price.map(|p| p.to_string()).as_deref(),
        Some("1.50 USD")
    );
    assert_eq!(found[1].quantity, Some(0));
}

#[test]
fn a_broken_item_costs_itself_and_names_its_line() {
    let item = |id: u8, inside: &str| {
        format!(
            "<item><id>{id}</id><title>T</title>\n<price>1 USD</price>{inside}<availability>in stock</availability></item>\n"
        )
    };
    let feed = format!(
        "<rss>\n{}{}{}{}<item>\n{}</rss>",
        item(1, ""),
        item(2, "<brand>A & B</brand>"),
        item(3, "<brand>&nbsp;</brand>"),
        item(4, "<brand>B<mpn></brand>"),
        item(5, "<color>x</color><availability>preorder</availability>"),
    );
    let read = good("f.xml", &feed);
    let skus: Vec<&str> = items(&read).iter().map(|item| item.sku.as_str()).collect();
    assert_eq!(skus, ["1", "5"]);
    assert_eq!(
        read.remarks()
            .into_iter()
            .filter(|r| !r.contains(".missing"))
            .collect::<Vec<_>>(),
        [
            "5::xml.malformed",
            "7:brand:xml.unknown_entity",
            "9::xml.malformed",
            "10::xml.unclosed_item",
            "12:availability:attribute.repeated",
        ]
    );
}

#[test]
fn a_document_type_is_refused() {
    let bomb = format!("<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n{RSS}");
    let read = good("f.xml", &bomb);
    assert_eq!(read.remarks(), ["1::xml.doctype"]);
    assert_eq!(read.facts(), Vec::<&Fact>::new());
}

#[test]
fn limits_hold() {
    let deep = "<a>".repeat(100);
    let wide = format!(
        "<a {}/>",
        (0..100).map(|n| format!("a{n}='' ")).collect::<String>()
    );
    let long = "x".repeat(feeds::limits::FIELD_CHARS + 1);
    let feed = format!(
        "<rss><item>{deep}</item><item>{wide}</item>\
         <item><id>1</id><title>{long}</title><price>1 USD</price><availability>in stock</availability></item></rss>"
    );
    let read = good("f.xml", &feed);
    let rules = read.rules();
    for rule in ["xml.too_deep", "xml.attributes", "field.too_long"] {
        assert_eq!(rules.get(rule), Some(&1), "{rule}");
    }
    assert_eq!(
        items(&read)[0].title.chars().count(),
        feeds::limits::FIELD_CHARS
    );
    let huge = format!(
        "<rss><item>{}</item></rss>",
        "y".repeat(feeds::limits::ROW_BYTES)
    );
    assert_eq!(
        good("f.xml", &huge).remarks(),
        ["1::xml.item_too_long", "1::xml.unopened_item"]
    );
}

#[test]
fn a_feed_that_is_packed_is_the_same_feed() {
    let packed = zstd::encode_all(RSS.as_bytes(), 3).expect("packs");
    let read = read("feed.xml.zst", &packed, None).expect("readable");
    assert_eq!(read.facts().len(), 1);
    assert_eq!(read.summary.bytes, packed.len() as u64);
}
