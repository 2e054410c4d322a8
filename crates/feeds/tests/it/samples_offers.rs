//! Patterns of the files that say what devices are called, when their updates end, what was offered, what was
//! stolen: as those in `samples.rs`.

use feeds::Kind;

use crate::samples::Pattern;

pub const PATTERNS: [Pattern; 22] = [
    (
        Kind::GsmarenaRaw,
        "Brand,Model Name,Technology,2G bands,4G bands,Status\n",
        "b'acme',b'Acme \\xc2\\xb5 #',b'GSM / LTE',b'GSM 850 / 900',\"b'1, 3, #'\",\"b'Available. Released 2021, January 29'\"\n",
        "",
        None,
    ),
    (
        Kind::MobileModelsPages,
        "# Acme Models\n\n- Codename: x\n\n## Phones\n\n**[`X9`] Mi 4i (`ferrari`):**\n\n",
        "`20150#`: Mi # Global\n",
        "",
        None,
    ),
    (
        Kind::XiaomiModels,
        "{\n",
        " \"a#\": {\n  \"internal_name\": \"X#\",\n  \"name\": \"Mi #\",\n  \"models\": {\n   \"`2015#`\": \"Mi # Global\"\n  }\n },\n",
        "}\n",
        None,
    ),
    (
        Kind::XiaomiNames,
        "{\n",
        " \"a#_global\": \"MI # Global\",\n",
        "}\n",
        None,
    ),
    (
        Kind::XiaomiCodenames,
        "[\n",
        " \"a#_global\",\n",
        "]\n",
        None,
    ),
    (
        Kind::XiaomiBuilds,
        "{\n",
        " \"a#_global\": \"KWMI\",\n",
        "}\n",
        None,
    ),
    (
        Kind::XiaomiEnded,
        "{\n \"phone\": [\n",
        "  {\n   \"Xiaomi\": [\n    {\"brand\": \"Xiaomi\", \"deviceName\": \"Mi #\"}\n   ]\n  },\n",
        " ],\n \"updateAt\": \"2026-08-16\"\n}\n",
        None,
    ),
    (
        Kind::XiaomiEnterprise,
        "{\n \"items\": [\n",
        "  {\"deviceName\": \"REDMI A#\", \"securityUpdateEol\": \"2032-4\"},\n",
        " ],\n \"total\": 3\n}\n",
        None,
    ),
    (
        Kind::SamsungSalesCodes,
        "csc,countries,carriers\n",
        "A#,US,Nextech#;C-Spire\n",
        "",
        None,
    ),
    (
        Kind::StolenCodes,
        "tac,records,luhn_ok,distinct_texts,top_text,top_text_records\n",
        "353519#,5,4,2,ACME #,3\n",
        "",
        None,
    ),
    (
        Kind::StolenTexts,
        "brand_model_text,records\n",
        "ACME #,2\n",
        "",
        None,
    ),
    (
        Kind::StolenDay,
        "insert_date,brand_model_text,imei_length,imei_all_digits,tac,luhn_ok\n",
        "2008-03-11 00:00:00,ACME #,15,yes,353519#,no\n",
        "",
        None,
    ),
    (
        Kind::PricerunnerOffers,
        "product_id,product_title,vendor_id,cluster_id,cluster_label,category_id,category_label\n",
        "#,acme phone #,3,1,Acme Phone #,2612,Mobile Phones\n",
        "",
        None,
    ),
    (
        Kind::LdlcPrices,
        "feed,reference,observed_at,price\n",
        "a,PB#,2026-02-15 21:14:22,2#.95\n",
        "",
        None,
    ),
    (
        Kind::LdlcProducts,
        "feed,reference,nom,brand,availability_label,url_produit\n",
        "acme,PB#,Acme A# Noir,Acme,En stock,https://l.example/PB#\n",
        "",
        None,
    ),
    (
        Kind::EbayOffers,
        "id,product_name,conditions,price,delivery_charges,location_of_origin,category\n",
        "#,Acme P# 128GB,Brand New,$5#.95 to $6#.95,+$9.80 delivery,Located in United States,x\n",
        "",
        None,
    ),
    (
        Kind::AzerbaijanOffers,
        "source,product_id,name,brand,price_current,price_original,currency,in_stock,url\r\n",
        "almali,#,Apple Ayfon # 128GB,,\"1,5#.0\",,AZN,No,https://a.example/#\r\n",
        "",
        None,
    ),
    (
        Kind::FlipkartOffers,
        ",pid,itemId,listingId,brand,title,subTitle,url,stock,mrp,price\r\n",
        "#,P#,I#,L#,ACME,\"ACME S# (Cream, 128 GB)\",8 GB RAM,https://f.example/#,IN_STOCK,899.0,4#.0\r\n",
        "",
        None,
    ),
    (
        Kind::StoreOffers,
        ",phone_brand,phone_model,store,price_usd,storage,ram,launch_date\r\n",
        "#,acme,Acme #,Amazon DE,13#.55,256,8,2024-09-20\r\n",
        "",
        None,
    ),
    (
        Kind::SyntheticResale,
        "brand,model,release_year,storage_gb,condition,age_months,battery_health,os,color,trade_in_value,price\n",
        "Acme,Acme G#,2020,128,Fair,30,81,iOS 18,Purple,5036,59#\n",
        "",
        None,
    ),
    (
        Kind::GoogleTaxonomy,
        "# Google_Product_Taxonomy_Version: 2021-09-21\n",
        "2# - Electronics > Telephony > Phones #\n",
        "",
        None,
    ),
    (
        Kind::SchemaOrgExamples,
        "",
        "{\"types\": \"eg-#\", \"json_text\": \"{\\\"@type\\\": \\\"Product\\\", \\\"name\\\": \\\"Acme #\\\", \\\"offers\\\": \
         [{\\\"price\\\": 2#.99, \\\"priceCurrency\\\": \\\"USD\\\"}]}\"}\n",
        "",
        None,
    ),
];
