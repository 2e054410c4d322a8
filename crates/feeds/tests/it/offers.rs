//! Offers seen elsewhere: prices as each publisher writes them, words for stock, what is glued to titles.

use domain::listing::Condition;
use feeds::{Availability, Fact, Kind, OfferFact};

use crate::collect::{Read, good};

pub fn offers(read: &Read) -> Vec<&OfferFact> {
    let facts = read.facts().into_iter();
    let offers = facts.map(|fact| match fact {
        Fact::Offer(offer) => &**offer,
        other => panic!("offers only: {other:?}"),
    });
    offers.collect()
}

const EBAY: &str = "id,product_name,conditions,price,delivery_charges,location_of_origin,category\n\
    1,Acme P1 128GB 256GB ✅,Brand New,$578.95 to $1679.95,+$129.80 delivery,Located in United States,x\n\
    2,New ListingAcme P2,Pre-Owned,\"$1,590.00\",Free International Shipping,from China,x\n\
    3,New Listing Acme P3,Open Box,$5.00,+$84.81 shipping estimate,,x\n\
    4,Acme P4,Good - Refurbished,$9.00 to $5.00,Shipping not specified,,x\n\
    5,Acme P5,Mint,EUR 9.00,post,,x\n6,,Brand New,$1.00,,,x\n";
const AZERBAIJAN: &str = "source,product_id,name,brand,price_current,price_original,currency,in_stock,url\r\n\
    almali,1,Apple Ayfon 15 128GB Pink,,\"1,579.0\",\"1,699.0\",AZN,No,https://a.example/1\r\n\
    kontakt,2,Smartfon Acme Hot 60 Pro+ 8GB,Acme,329.99,,AZN,Mövcuddur,\r\n\
    kontakt,3,Acme 13 128GB + 20w charger,,\"2,019\",,AZN,Unknown,\r\n\
    wt,4,Acme 14,,,,AZN,,\r\nwt,5,Acme 15,,\"12,5\",\"4399,99\",AZN,Bəli,\r\n";
const FLIPKART: &str = ",pid,itemId,listingId,brand,title,subTitle,url,stock,mrp,price\r\n\
    0,P1,I1,L1,ACME,\"ACME S (Cream, 128 GB)\",8 GB RAM,https://f.example/1,IN_STOCK,89999.0,49999.0\r\n\
    1,P1,I1,L1,ACME,\"ACME S (Cream, 128 GB)\",8 GB RAM,https://f.example/1,IN_STOCK,89999.0,49999.0\r\n\
    2,P2,I2,L2,ACME,ACME T,,,NO_AVAILABLE_LISTING,,\r\n3,P3,I3,L3,ACME,ACME U,,,COMING_SOON,,9.0\r\n\
    4,P4,I4,L4,ACME,ACME V,,,PRE_ORDER,,9.0\r\n";
const STORES: &str = ",phone_brand,phone_model,store,price_usd,storage,ram,launch_date\r\n\
    0,acme,Acme 16 Pro,Amazon DE,1357.55,256,8,2024-09-20\r\n1,acme,Acme 16,Best Buy,n/a,,8,\r\n";
const LDLC_PRODUCTS: &str = "feed,reference,nom,brand,availability_label,ratingValue,reviewCount,price_source,url_produit\n\
    acme,PB1,Acme A16 Noir + Akashi Coque,Acme,En stock sous 7 jours (21/05/2026),,,dom,https://l.example/PB1\n\
    acme,PB2,Acme A16 Gris,Acme,En stock,,,dom,\nacme,PB3,Acme A17,Acme,Rupture,,,dom,\n\
    acme,PB4,Acme A18,Acme,En stock fournisseur,,,dom,\nacme,PB5,Acme A19,Acme,Bientôt,,,dom,\n";
const LDLC_PRICES: &str = "feed,reference,observed_at,price\n\
    a,PB1,2026-02-15 21:14:22,299.95\na,PB2,2026-02-15 21:14:22,99.9\na,PB1,2026-02-15 22:14:22,299.95\n\
    a,PB1,2026-02-15 23:14:22,249.95\na,PB2,2026-02-15 23:14:22,99.90\na,PB1,2026-02-16 00:14:22,x\n\
    a,,2026-02-16 00:14:22,1.00\na,PB1,2026-02-16 00:14:22,299.95\n";
const PRICERUNNER: &str = "product_id,product_title,vendor_id,cluster_id,cluster_label,category_id,category_label\n\
    1,acme mq8n2b/a phone 8 plus 64gb in gold,3,1,Acme Phone 8 Plus 64GB,2612,Mobile Phones\n2,,3,1,x,1,y\n";
const RESALE: &str = "brand,model,release_year,storage_gb,condition,age_months,battery_health,os,color,trade_in_value,price\n\
    Acme,Acme G9,2020,128,Fair,30,81,iOS 18,Purple,5036,5925\niPhone,iPhone 13,2021,64,Good,3,90,iOS 16,Red,1,2\n\
    iPhone,iPhone 12,2021,64,Good,3,90,Android 13,Red,1,2\n";

/// A small file of each kind.
pub fn samples() -> impl Iterator<Item = (Kind, String)> {
    let samples = [
        (Kind::EbayOffers, EBAY),
        (Kind::AzerbaijanOffers, AZERBAIJAN),
        (Kind::FlipkartOffers, FLIPKART),
        (Kind::StoreOffers, STORES),
        (Kind::LdlcProducts, LDLC_PRODUCTS),
        (Kind::LdlcPrices, LDLC_PRICES),
        (Kind::PricerunnerOffers, PRICERUNNER),
        (Kind::SyntheticResale, RESALE),
    ];
    samples
        .into_iter()
        .map(|(kind, text)| (kind, text.to_owned()))
}

/// Reads a sample under a name that tells nothing but a date, so that its head must tell its kind.
fn told(kind: Kind, text: &str) -> Read {
    let read = good("f_2026-02", text);
    assert_eq!(read.origin.kind, kind);
    read
}

fn prices(read: &Read) -> Vec<String> {
    let money = |money: Option<domain::money::Money>| money.map_or("-".into(), |m| m.to_string());
    let offers = offers(read).into_iter();
    let prices = offers.map(|offer| match offer.high_price {
        Some(high) => format!("{} to {high}", money(offer.price)),
        None => money(offer.price),
    });
    prices.collect()
}

#[test]
fn ebays_prices_are_ranges_and_its_mark_is_taken_off_titles() {
    let read = told(Kind::EbayOffers, EBAY);
    assert_eq!(
        prices(&read),
        [
            "578.95 USD to 1679.95 USD",
            "1590.00 USD",
            "5.00 USD",
            "-",
            "-"
        ]
    );
    let titles: Vec<&str> = offers(&read).iter().map(|o| o.title.as_str()).collect();
    assert_eq!(
        titles[..3],
        ["Acme P1 128GB 256GB ✅", "Acme P2", "Acme P3"]
    );
    let conditions: Vec<_> = offers(&read).iter().map(|o| o.condition).collect();
    assert_eq!(
        conditions,
        [
            Some(Condition::New),
            Some(Condition::Used),
            None,
            Some(Condition::Refurbished),
            None
        ]
    );
    assert_eq!(offers(&read)[2].condition_label, "Open Box");
    let shipping: Vec<_> = offers(&read)
        .iter()
        .map(|o| o.shipping.map(|m| m.minor()))
        .collect();
    assert_eq!(shipping, [Some(12_980), Some(0), Some(8_481), None, None]);
    assert_eq!(
        read.remarks(),
        [
            "3:product_name:title.badge",
            "4:product_name:title.badge",
            "5:price:price.not_money",
            "6:conditions:condition.unknown",
            "6:price:price.not_money",
            "6:delivery_charges:shipping.unread",
            "7:product_name:title.missing",
        ]
    );
    assert_eq!(offers(&read)[0].observed, "2026-02");
}

#[test]
fn shops_in_azerbaijan_have_thousands_marks_and_words_of_their_own() {
    let read = told(Kind::AzerbaijanOffers, AZERBAIJAN);
    assert_eq!(
        prices(&read),
        ["1579.00 AZN", "329.99 AZN", "2019.00 AZN", "-", "-"]
    );
    let offers = offers(&read);
    assert_eq!(
        offers[0].title, "Apple Ayfon 15 128GB Pink",
        "as it is printed"
    );
    assert_eq!(offers[0].list_price.map(|m| m.minor()), Some(169_900));
    let stock: Vec<_> = offers.iter().map(|o| o.availability).collect();
    let (there, gone) = (Some(Availability::InStock), Some(Availability::OutOfStock));
    assert_eq!(stock, [gone, there, None, None, None]);
    let bundles: Vec<bool> = offers.iter().map(|o| o.is_bundle).collect();
    assert_eq!(bundles, [false, false, true, false, false]);
    assert_eq!(
        read.remarks(),
        [
            "5:price_current:price.missing",
            "6:price_current:price.not_money",
            "6:in_stock:availability.unknown",
        ]
    );
}

#[test]
fn flipkarts_listings_stand_there_again_as_advertisements() {
    let read = told(Kind::FlipkartOffers, FLIPKART);
    assert_eq!(
        prices(&read),
        ["49999.00 INR", "49999.00 INR", "-", "9.00 INR", "9.00 INR"]
    );
    let stock: Vec<_> = offers(&read).iter().map(|o| o.availability).collect();
    let (there, gone) = (Some(Availability::InStock), Some(Availability::OutOfStock));
    assert_eq!(
        stock,
        [there, there, gone, None, Some(Availability::Preorder)]
    );
    assert_eq!(
        read.remarks(),
        ["3:listingId:sku.repeated", "4:price:price.missing"]
    );
}

#[test]
fn a_phone_has_a_price_in_each_store() {
    let read = told(Kind::StoreOffers, STORES);
    let of: Vec<_> = offers(&read)
        .iter()
        .map(|o| (o.sku.as_str(), o.seller.as_str(), o.variant.as_str()))
        .collect();
    assert_eq!(
        of,
        [
            ("0", "Amazon DE", "256 GB, 8 GB RAM"),
            ("1", "Best Buy", "8 GB RAM")
        ]
    );
    assert_eq!(prices(&read), ["1357.55 USD", "-"]);
    assert_eq!(read.remarks(), ["3:price_usd:price.not_money"]);
}

#[test]
fn a_french_shops_stock_is_told_with_dates() {
    let read = told(Kind::LdlcProducts, LDLC_PRODUCTS);
    let offers = offers(&read);
    let stock: Vec<_> = offers.iter().map(|o| o.availability).collect();
    use Availability::{Backorder, InStock, OutOfStock};
    assert_eq!(
        stock,
        [
            Some(Backorder),
            Some(InStock),
            Some(OutOfStock),
            Some(Backorder),
            None
        ]
    );
    assert_eq!(
        offers[0].availability_label,
        "En stock sous 7 jours (21/05/2026)"
    );
    assert!(offers[0].is_bundle && !offers[1].is_bundle);
    assert_eq!(
        read.remarks(),
        ["6:availability_label:availability.unknown"]
    );
}

#[test]
fn of_hourly_prices_the_changes_are_facts_and_the_repeats_are_counted() {
    let read = told(Kind::LdlcPrices, LDLC_PRICES);
    let changes: Vec<_> = offers(&read)
        .iter()
        .map(|o| {
            (
                o.sku.as_str(),
                o.observed.as_str(),
                o.price.map_or(0, |m| m.minor()),
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            ("PB1", "2026-02-15 21:14:22", 29_995),
            ("PB2", "2026-02-15 21:14:22", 9_990),
            ("PB1", "2026-02-15 23:14:22", 24_995),
            ("PB1", "2026-02-16 00:14:22", 29_995),
        ]
    );
    assert_eq!(
        read.remarks(),
        ["7:price:price.not_money", "8:reference:sku.missing"]
    );
    let of = &read.summary;
    assert_eq!(
        [of.rows, of.rows_with_facts, of.repeats, of.facts],
        [8, 6, 2, 4]
    );
}

#[test]
fn a_matched_title_has_its_product() {
    let read = told(Kind::PricerunnerOffers, PRICERUNNER);
    let offers = offers(&read);
    assert_eq!(
        (
            offers[0].product.as_str(),
            offers[0].seller.as_str(),
            offers[0].price
        ),
        ("Acme Phone 8 Plus 64GB", "3", None)
    );
    assert_eq!(read.remarks(), ["3:product_title:title.missing"]);
}

#[test]
fn made_up_offers_are_marked_in_each_fact_and_in_their_origin() {
    let read = told(Kind::SyntheticResale, RESALE);
    assert!(
        offers(&read)
            .iter()
            .all(|o| o.is_synthetic && o.price.is_none())
    );
    assert!(read.origin.title.starts_with("SYNTHETIC"));
    assert_eq!(
        read.remarks(),
        ["2:os:os.contradicted", "4:os:os.contradicted"]
    );
    let real = told(Kind::StoreOffers, STORES);
    assert!(offers(&real).iter().all(|o| !o.is_synthetic));
}
